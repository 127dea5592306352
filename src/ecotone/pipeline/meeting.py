"""Meeting: how organisations meet in what was observed, who carries weight, and what ties projects."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone import networks
from ecotone.foundation.months import add_months
from ecotone.networks import carrying
from ecotone.networks import influence as kernels
from ecotone.networks.coded import encoded
from ecotone.networks.coediting import co_edits
from ecotone.networks.declare import measured
from ecotone.networks.edges import unseen_openers
from ecotone.networks.interactions import (
    WINDOW_DAYS,
    WINDOW_MONTHS,
    direct,
    organisation_interactions,
    person_interactions,
    with_counterparts,
)
from ecotone.networks.landings import landings, written
from ecotone.networks.overview import presence
from ecotone.networks.standing import standings
from ecotone.networks.ties import ties
from ecotone.networks.windows import windows
from ecotone.pipeline.collect import slug_of
from ecotone.pipeline.made import Made
from ecotone.pipeline.relations import Observed

SPOKEN: Final = ("comment", "review", "review_comment", "discussion")
"""Acts that only a feed sees and that have another party: whose thread it is."""
OPENINGS: Final = ("pull_opened", "issue_opened")
LONG_AGO: Final = date(1970, 1, 1)
FORMULAS: Final = {carrying.influence.name: kernels.ECOTONE, carrying.openrank_kernel.name: kernels.OPENRANK}


def tables(made: Made) -> dict[str, pa.Table]:
    """The tables of interactions, cohesion, brokerage, influence and ties, and `signals` with their columns.

    All are of the months of the landscape; what was done before them counts where a window or a value reaches back.
    """
    months, kinds = made.observed.months, frozenset(made.landscape.interactions_of)
    parts, said = _shown_by_git(made, kinds, WINDOW_DAYS, first_month(made)), _said(made, kinds)
    of_git = person_interactions(parts)
    everything = person_interactions(parts, said) if said.num_rows else of_git
    met = everything if heard_throughout(made.observed) else of_git
    spine = set(zip(months["project"].to_pylist(), months["month"].to_pylist(), strict=True))
    seen = [window for window in windows(met) if (window.subject, window.month) in spine]
    listed = {month for _, month in spine}
    fields = (window for window in windows(_by_category(met, made), "category") if window.month in listed)
    of_projects = measured(seen, networks.ALL)
    carried = influence_of(made.observed)
    shown, acts = _within(everything, months), _within(made.observed.acts, months)
    return {
        "interactions": organisation_interactions(shown),
        "meetings": shown,
        "presence": presence(acts),
        "influence": carried,
        "ties": ties(acts),
        "cohesion": _cohesion(of_projects, measured(fields, networks.ALL)),
        "brokerage": standings(seen),
        "signals": _widened(made.tables["signals"], of_projects, carried),
    }


def first_month(made: Made) -> date:
    """The first month whose interactions a window of the landscape's months reaches back to."""
    first: date | None = pc.min(made.observed.months["month"]).as_py()
    return add_months(first, 1 - WINDOW_MONTHS) if first else LONG_AGO


def meetings_of(
    made: Made, actor_kinds: frozenset[str], window_days: float = WINDOW_DAYS, begin: date = LONG_AGO
) -> pa.Table:
    """Who met whom in git from a month on: interactions of all its kinds by month; `interactions.PERSON_SCHEMA`."""
    return person_interactions(_shown_by_git(made, actor_kinds, window_days, begin))


def _shown_by_git(made: Made, actor_kinds: frozenset[str], window_days: float, begin: date) -> pa.Table:
    """Every interaction that git shows from a month on, not yet summed; its text dictionary-encoded."""
    acts = made.observed.acts
    earliest = datetime.combine(begin, time()) - timedelta(days=window_days)
    landed, edited = [], []
    for reading in made.readings:
        slug = slug_of(reading.repository)
        areas = made.workspace.kept(slug, "areas")
        commits = made.workspace.kept(slug, "commits", ["sha", "parents", "committer_email", "committer_time"])
        own = acts.filter(pc.equal(acts["repository"], reading.repository))
        landed.append(landings(own, commits, areas))
        authors = written(own, commits)
        theirs = pc.is_in(authors["actor_kind"], value_set=pa.array(sorted(actor_kinds)))
        recent = pc.greater_equal(authors["created_at"], pa.scalar(earliest, pa.timestamp("us")))
        edited.append(co_edits(areas, authors.filter(pc.and_(theirs, recent)), window_days))
    shown = with_counterparts(pa.concat_tables([acts, *landed]), made.observed.people)
    parts = pa.concat_tables([encoded(direct(shown, actor_kinds)), *edited]).unify_dictionaries()
    return parts.filter(pc.greater_equal(parts["month"], pa.scalar(begin, pa.date32())))


def heard_throughout(observed: Observed) -> bool:
    """Whether feeds saw every month whole that git shows whole: only then do measures take in what feeds say.

    A measure rests on the same kinds of acts in all its months, or a month that a feed lost would look like a decline.
    """
    months = observed.months.filter(pc.equal(observed.months["coverage"], "whole"))
    return bool(months.num_rows) and bool(pc.all(months["feeds_observed"]).as_py())


def _said(made: Made, actor_kinds: frozenset[str]) -> pa.Table:
    """Who answered, commented on or reviewed whom, as feeds saw it; `interactions.PERSON_SCHEMA`."""
    observed = made.observed
    acts = pa.concat_tables([observed.acts, observed.feed_acts])
    said = direct(with_counterparts(_spoken(observed), observed.people, acts), actor_kinds)
    return said.filter(pc.greater_equal(said["month"], pa.scalar(first_month(made), pa.date32())))


def influence_of(observed: Observed) -> pa.Table:
    """Public table `influence`: both formulas, projects and people."""
    crowds = unseen_openers(observed.pulls, observed.months, observed.threads)
    first, last = pc.min_max(observed.months["month"]).as_py().values()
    found = pa.concat_tables(
        [
            kernels.influence(observed.acts, kernels.formula(kernels.ECOTONE), crowds, since=first),
            kernels.influence(_with_heard(observed), kernels.formula(kernels.OPENRANK), since=first),
        ]
    )
    return found.filter(pc.less_equal(found["month"], pa.scalar(last, pa.date32())))


def _spoken(observed: Observed) -> pa.Table:
    """What feeds saw people say to one another; whoever a source does not name is the thread's author."""
    heard = observed.feed_acts
    said = heard.filter(pc.is_in(heard["kind"], value_set=pa.array(SPOKEN)))
    openings = pa.concat_tables([heard, observed.acts])
    openings = openings.filter(pc.is_in(openings["kind"], value_set=pa.array(OPENINGS)))
    place = pc.index_in(_threads(said), value_set=_threads(openings).combine_chunks(), skip_nulls=True)
    author = pc.coalesce(said["counterpart"], openings["account"].take(place))
    return said.set_column(said.schema.get_field_index("counterpart"), "counterpart", author)


def _with_heard(observed: Observed) -> pa.Table:
    """The acts that git shows, and those that only a feed saw if feeds saw them throughout."""
    acts, heard = observed.acts, observed.feed_acts
    if not heard.num_rows or not heard_throughout(observed):
        return acts
    key, shown = (
        pc.binary_join_element_wise(table["kind"], pc.fill_null(_threads(table), ""), " ") for table in (heard, acts)
    )
    only = pc.invert(pc.is_in(heard["kind"], value_set=pc.unique(acts["kind"])))
    requests = pc.and_(
        pc.is_in(heard["kind"], value_set=pa.array(["pull_opened", "pull_merged"])),
        pc.invert(pc.is_in(key, value_set=pc.unique(shown))),
    )
    return pa.concat_tables([acts, heard.filter(pc.or_(only, requests))])


def _threads(acts: pa.Table) -> pa.ChunkedArray:
    """Each act's thread with its repository, NULL where it has none."""
    return pc.binary_join_element_wise(acts["repository"], acts["thread"].cast(pa.string()), "#")


def _by_category(met: pa.Table, made: Made) -> pa.Table:
    """The meetings with the category of their project."""
    names = [project.name for project in made.landscape.projects]
    categories = pa.array([project.category for project in made.landscape.projects], pa.string())
    return met.append_column("category", categories.take(pc.index_in(met["project"], value_set=pa.array(names))))


def _cohesion(of_projects: pa.Table, of_categories: pa.Table) -> pa.Table:
    """Public table `cohesion`: the same measures for projects and for categories."""
    kinds = (("project", of_projects), ("category", of_categories))
    parts = [table.add_column(0, "subject_kind", pa.repeat(pa.scalar(kind), table.num_rows)) for kind, table in kinds]
    return pa.concat_tables(parts)


def _widened(signals: pa.Table, of_projects: pa.Table, carried: pa.Table) -> pa.Table:
    """The table `signals` with the columns of `networks.ALL` after its own; the same rows."""
    windowed = tuple(signal for signal in networks.ALL if signal.kernel is not None)
    found = [(of_projects.rename_columns(["project", *of_projects.column_names[1:]]), windowed)]
    found += [
        (carrying.project_rows(carried, FORMULAS[signal.name], signal.name), (signal,))
        for signal in networks.ALL
        if signal.name in FORMULAS
    ]
    observed = pc.not_equal(signals["coverage"], "not_observed")
    for table, measures in found:
        place = _places(signals, table)
        for signal in measures:
            for name in signal.columns:
                column = table[name].take(place)
                if signal.when_empty is not None:
                    column = pc.if_else(pc.is_valid(place), column, pa.scalar(signal.when_empty).cast(column.type))
                column = pc.if_else(observed, column, pa.scalar(None, column.type))
                signals = signals.append_column(name, column)
    return signals


def _within(table: pa.Table, months: pa.Table) -> pa.Table:
    """The rows of projects' observed months."""
    return table.filter(pc.is_valid(_places(table, months)))


def _places(table: pa.Table, rows: pa.Table) -> pa.ChunkedArray:
    """For each row the position of the other table's row of the same project and month; NULL without one."""
    names = pc.unique(rows["project"])

    def cells(of: pa.Table) -> pa.ChunkedArray:
        day = of["month"].cast(pa.int32()).cast(pa.int64())
        return pc.add(pc.multiply(pc.index_in(of["project"], value_set=names).cast(pa.int64()), 1 << 32), day)

    return pc.index_in(cells(table), value_set=cells(rows).combine_chunks(), skip_nulls=True)
