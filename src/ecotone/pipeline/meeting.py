"""The tables of networks: interactions, cohesion, brokerage, influence and ties, and their columns of `signals`."""

from __future__ import annotations

from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone import networks
from ecotone.foundation.landscape import Landscape
from ecotone.foundation.months import add_months
from ecotone.networks import carrying
from ecotone.networks import influence as kernels
from ecotone.networks.coded import encoded
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
from ecotone.networks.observed_interactions import add_feed_acts, feeds_cover_all_months, replies
from ecotone.networks.overview import presence
from ecotone.networks.signal_columns import add_network_columns, rows_of_months
from ecotone.networks.standing import standings
from ecotone.networks.ties import ties
from ecotone.networks.windows import windows
from ecotone.pipeline.made import Made
from ecotone.pipeline.project_steps import (
    ProjectInput,
    ProjectMeetings,
    by_project,
    for_each_project,
    project_meetings,
)
from ecotone.pipeline.relations import Observed
from ecotone.signals.spine import threads_known

LONG_AGO: Final = date(1970, 1, 1)
FORMULAS: Final = {carrying.influence.name: kernels.ECOTONE, carrying.openrank_kernel.name: kernels.OPENRANK}


def tables(made: Made) -> dict[str, pa.Table]:
    """The tables of interactions, cohesion, brokerage, influence and ties, and `signals` with their columns.

    All are of the landscape's months; windows and values that reach back also count what was done before.
    """
    observed, kinds = made.observed, frozenset(made.landscape.interactions_of)
    parts, replied = _git_interactions(made, kinds, WINDOW_DAYS, first_month(made)), _replies(made, kinds)
    of_git = person_interactions(parts)
    everything = person_interactions(parts, replied) if replied.num_rows else of_git
    measurable = everything if feeds_cover_all_months(observed.months) else of_git
    spine = set(zip(*(observed.months[name].to_pylist() for name in ("project", "month")), strict=True))
    project_windows = [window for window in windows(measurable) if (window.subject, window.month) in spine]
    listed = {month for _, month in spine}
    by_category = windows(_add_category(measurable, made.landscape), "category")
    of_projects = measured(project_windows, networks.ALL)
    of_categories = measured((window for window in by_category if window.month in listed), networks.ALL)
    influence = influence_of(observed)
    meetings, acts = (rows_of_months(table, observed.months) for table in (everything, observed.acts))
    return {
        "interactions": organisation_interactions(meetings),
        "meetings": meetings,
        "presence": presence(acts),
        "influence": influence,
        "ties": ties(acts),
        "cohesion": _cohesion(of_projects, of_categories),
        "brokerage": standings(project_windows),
        "signals": add_network_columns(
            made.tables["signals"], observed.months, networks.ALL, of_projects, influence, FORMULAS
        ),
    }


def first_month(made: Made) -> date:
    """The first month whose interactions a window of the landscape's months reaches back to."""
    first: date | None = pc.min(made.observed.months["month"]).as_py()
    return add_months(first, 1 - WINDOW_MONTHS) if first else LONG_AGO


def meetings_of(
    made: Made, actor_kinds: frozenset[str], window_days: float = WINDOW_DAYS, begin: date = LONG_AGO
) -> pa.Table:
    """Who met whom in git from a month on: interactions of all its kinds by month; `interactions.PERSON_SCHEMA`."""
    return person_interactions(_git_interactions(made, actor_kinds, window_days, begin))


def influence_of(observed: Observed) -> pa.Table:
    """Public table `influence`: both formulas, projects and people."""
    crowds = unseen_openers(observed.pulls, threads_known(observed.months, observed.states), observed.threads)
    first, last = pc.min_max(observed.months["month"]).as_py().values()
    acts = add_feed_acts(observed.acts, observed.feed_acts, observed.months)
    table = pa.concat_tables(
        [
            kernels.influence(observed.acts, kernels.formula(kernels.ECOTONE), crowds, since=first),
            kernels.influence(acts, kernels.formula(kernels.OPENRANK), since=first),
        ]
    )
    return table.filter(pc.less_equal(table["month"], pa.scalar(last, pa.date32())))


def _git_interactions(made: Made, actor_kinds: frozenset[str], window_days: float, begin: date) -> pa.Table:
    """Every interaction that git shows from a month on, not yet summed; its text dictionary-encoded."""
    acts = made.observed.acts

    def of_project(project: ProjectInput) -> ProjectMeetings:
        own = acts.filter(pc.equal(acts["project"], project.name))
        return project_meetings(project, own, actor_kinds, window_days, begin)

    inputs = [ProjectInput(name, parts, made.collected) for name, parts in by_project(made.readings).items()]
    parts = for_each_project(of_project, inputs)
    # an organisation that a person has in one project counts in the others too
    everything = with_counterparts(pa.concat_tables([acts, *(part.landed for part in parts)]), made.observed.people)
    tables = [encoded(direct(everything, actor_kinds)), *(part.edited for part in parts)]
    interactions = pa.concat_tables(tables).unify_dictionaries()
    return interactions.filter(pc.greater_equal(interactions["month"], pa.scalar(begin, pa.date32())))


def _replies(made: Made, actor_kinds: frozenset[str]) -> pa.Table:
    """Who answered, commented on or reviewed whom, as feeds say; `interactions.PERSON_SCHEMA`."""
    observed = made.observed
    acts = pa.concat_tables([observed.acts, observed.feed_acts])
    replied = replies(observed.acts, observed.feed_acts)
    said = direct(with_counterparts(replied, observed.people, acts), actor_kinds)
    return said.filter(pc.greater_equal(said["month"], pa.scalar(first_month(made), pa.date32())))


def _add_category(interactions: pa.Table, landscape: Landscape) -> pa.Table:
    """The interactions with the category of their project."""
    names = [project.name for project in landscape.projects]
    categories = pa.array([project.category for project in landscape.projects], pa.string())
    position = pc.index_in(interactions["project"], value_set=pa.array(names))
    return interactions.append_column("category", categories.take(position))


def _cohesion(of_projects: pa.Table, of_categories: pa.Table) -> pa.Table:
    """Public table `cohesion`: the same measures for projects and for categories."""
    kinds = (("project", of_projects), ("category", of_categories))
    parts = [table.add_column(0, "subject_kind", pa.repeat(pa.scalar(kind), table.num_rows)) for kind, table in kinds]
    return pa.concat_tables(parts)
