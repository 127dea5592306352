"""The tables of networks: interactions, cohesion, brokerage, influence and ties, and their columns of `signals`."""

from __future__ import annotations

from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone import networks
from ecotone.foundation.landscape import Landscape
from ecotone.foundation.months import add_months
from ecotone.networks import influence as kernels
from ecotone.networks import influence_signals
from ecotone.networks.brokerage_table import build_brokerage_table
from ecotone.networks.dictionary_encoding import encode_text_columns
from ecotone.networks.network_signal import evaluate_signals
from ecotone.networks.observed_interactions import add_feed_acts, feeds_cover_all_months, reply_acts
from ecotone.networks.organisation_summary import count_presence
from ecotone.networks.person_activity import count_anonymous_openers
from ecotone.networks.person_interactions import (
    WINDOW_DAYS,
    WINDOW_MONTHS,
    add_counterparts,
    direct_interactions,
    sum_organisation_interactions,
    sum_person_interactions,
)
from ecotone.networks.project_edges import build_project_edges
from ecotone.networks.rolling_windows import iterate_windows
from ecotone.networks.signal_columns import add_network_columns, rows_of_months
from ecotone.pipeline.context import AnalysisContext
from ecotone.pipeline.join import JoinedData
from ecotone.pipeline.project_steps import (
    ProjectInput,
    ProjectMeetings,
    for_each_project,
    project_meetings,
    readings_by_project,
)
from ecotone.signals.spine import threads_known

LONG_AGO: Final = date(1970, 1, 1)
FORMULAS: Final = {
    influence_signals.influence.name: kernels.ECOTONE,
    influence_signals.openrank_landscape.name: kernels.OPENRANK,
}


def build_interaction_tables(context: AnalysisContext) -> dict[str, pa.Table]:
    """The tables of interactions, cohesion, brokerage, influence and ties, and `signals` with their columns.

    All are of the landscape's months; windows and values that reach back also count what was done before.
    """
    observed, kinds = context.joined, frozenset(context.landscape.interaction_actors)
    parts, replied = (
        _git_interactions(context, kinds, WINDOW_DAYS, first_interaction_month(context)),
        _reply_interactions(context, kinds),
    )
    of_git = sum_person_interactions(parts)
    everything = sum_person_interactions(parts, replied) if replied.num_rows else of_git
    measurable = everything if feeds_cover_all_months(observed.months) else of_git
    spine = set(zip(*(observed.months[name].to_pylist() for name in ("project", "month")), strict=True))
    project_windows = [window for window in iterate_windows(measurable) if (window.subject, window.month) in spine]
    listed = {month for _, month in spine}
    by_category = iterate_windows(_add_category(measurable, context.landscape), "category")
    of_projects = evaluate_signals(project_windows, networks.ALL)
    of_categories = evaluate_signals((window for window in by_category if window.month in listed), networks.ALL)
    influence = influence_table(observed)
    meetings, acts = (rows_of_months(table, observed.months) for table in (everything, observed.acts))
    return {
        "interactions": sum_organisation_interactions(meetings),
        "person_interactions": meetings,
        "person_months": count_presence(acts),
        "influence": influence,
        "project_edges": build_project_edges(acts),
        "cohesion": _cohesion_table(of_projects, of_categories),
        "brokerage": build_brokerage_table(project_windows),
        "signals": add_network_columns(
            context.tables["signals"], observed.months, networks.ALL, of_projects, influence, FORMULAS
        ),
    }


def first_interaction_month(context: AnalysisContext) -> date:
    """The first month whose interactions a window of the landscape's months reaches back to."""
    first: date | None = pc.min(context.joined.months["month"]).as_py()
    return add_months(first, 1 - WINDOW_MONTHS) if first else LONG_AGO


def git_meetings(
    context: AnalysisContext, actor_kinds: frozenset[str], window_days: float = WINDOW_DAYS, begin: date = LONG_AGO
) -> pa.Table:
    """Who met whom in git from a month on: interactions of all its kinds by month; `interactions.PERSON_SCHEMA`."""
    return sum_person_interactions(_git_interactions(context, actor_kinds, window_days, begin))


def influence_table(observed: JoinedData) -> pa.Table:
    """Public table `influence`: both formulas, projects and people."""
    crowds = count_anonymous_openers(observed.pulls, threads_known(observed.months, observed.states), observed.threads)
    first, last = pc.min_max(observed.months["month"]).as_py().values()
    acts = add_feed_acts(observed.acts, observed.feed_acts, observed.months)
    table = pa.concat_tables(
        [
            kernels.compute_influence(observed.acts, kernels.load_formula(kernels.ECOTONE), crowds, since=first),
            kernels.compute_influence(acts, kernels.load_formula(kernels.OPENRANK), since=first),
        ]
    )
    return table.filter(pc.less_equal(table["month"], pa.scalar(last, pa.date32())))


def _git_interactions(
    context: AnalysisContext, actor_kinds: frozenset[str], window_days: float, begin: date
) -> pa.Table:
    """Every interaction that git shows from a month on, not yet summed; its text dictionary-encoded."""
    acts = context.joined.acts

    def of_project(project: ProjectInput) -> ProjectMeetings:
        own = acts.filter(pc.equal(acts["project"], project.name))
        return project_meetings(project, own, actor_kinds, window_days, begin)

    inputs = [
        ProjectInput(name, parts, context.collected) for name, parts in readings_by_project(context.readings).items()
    ]
    parts = for_each_project(of_project, inputs)
    # an organisation that a person has in one project counts in the others too
    everything = add_counterparts(pa.concat_tables([acts, *(part.landed for part in parts)]), context.joined.people)
    tables = [encode_text_columns(direct_interactions(everything, actor_kinds)), *(part.edited for part in parts)]
    interactions = pa.concat_tables(tables).unify_dictionaries()
    return interactions.filter(pc.greater_equal(interactions["month"], pa.scalar(begin, pa.date32())))


def _reply_interactions(context: AnalysisContext, actor_kinds: frozenset[str]) -> pa.Table:
    """Who answered, commented on or reviewed whom, as feeds say; `interactions.PERSON_SCHEMA`."""
    observed = context.joined
    acts = pa.concat_tables([observed.acts, observed.feed_acts])
    replied = reply_acts(observed.acts, observed.feed_acts)
    interactions = direct_interactions(add_counterparts(replied, observed.people, acts), actor_kinds)
    return interactions.filter(
        pc.greater_equal(interactions["month"], pa.scalar(first_interaction_month(context), pa.date32()))
    )


def _add_category(interactions: pa.Table, landscape: Landscape) -> pa.Table:
    """The interactions with the category of their project."""
    names = [project.name for project in landscape.projects]
    categories = pa.array([project.category for project in landscape.projects], pa.string())
    position = pc.index_in(interactions["project"], value_set=pa.array(names))
    return interactions.append_column("category", categories.take(position))


def _cohesion_table(of_projects: pa.Table, of_categories: pa.Table) -> pa.Table:
    """Public table `cohesion`: the same measures for projects and for categories."""
    kinds = (("project", of_projects), ("category", of_categories))
    parts = [table.add_column(0, "subject_kind", pa.repeat(pa.scalar(kind), table.num_rows)) for kind, table in kinds]
    return pa.concat_tables(parts)
