"""The tables of networks: interactions, cohesion, brokerage, influence and ties, and their columns of `signals`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone import networks
from ecotone.foundation.months import add_months
from ecotone.foundation.text_codes import encode_texts, plain_texts
from ecotone.networks import influence as kernels
from ecotone.networks import influence_signals
from ecotone.networks.brokerage_table import build_brokerage_table
from ecotone.networks.network_signal import evaluate_signals
from ecotone.networks.observed_interactions import add_feed_acts, feeds_cover_all_months, reply_acts
from ecotone.networks.organisation_summary import count_presence
from ecotone.networks.person_activity import count_anonymous_openers
from ecotone.networks.person_interactions import (
    PERSON_SCHEMA,
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
from ecotone.people.observed_acts import DISTINCT_TEXTS
from ecotone.pipeline.context import AnalysisContext
from ecotone.pipeline.join import JoinedData
from ecotone.pipeline.project_pool import Partition, ProjectTask, read_results
from ecotone.pipeline.project_steps import ProjectInput, project_meetings, readings_by_project, split_by_project
from ecotone.signals.spine import threads_known

_NETWORK_TABLES: Final = ("interactions", "cohesion", "brokerage")
LONG_AGO: Final = date(1970, 1, 1)
FORMULAS: Final = {
    influence_signals.influence.name: kernels.ECOTONE,
    influence_signals.openrank_landscape.name: kernels.OPENRANK,
}


def start_influence(context: AnalysisContext) -> dict[str, pa.Table]:
    """Begin to compute the influence of all projects and people beside the next steps."""
    observed = context.joined
    context.beside["influence"] = context.pool.start_beside(partial(influence_table, observed), observed.acts.num_rows)
    return {}


def build_interaction_tables(context: AnalysisContext) -> dict[str, pa.Table]:
    """The tables of interactions, cohesion, brokerage, influence and ties, and `signals` with their columns.

    All are of the landscape's months; windows and values that reach back also count what was done before.
    """
    observed, kinds = context.joined, frozenset(context.landscape.interaction_actors)
    direct, edited = _git_interactions(context, kinds, WINDOW_DAYS, first_interaction_month(context))
    networks_of = _project_networks(context, direct, edited, _reply_interactions(context, kinds))
    context.written.write_parts(
        "person_interactions", (partition.read_table("person_interactions") for partition in networks_of.values())
    )
    parts = list(read_results(networks_of.values(), *_NETWORK_TABLES))
    tables = {name: pa.concat_tables([part[name] for part in parts]) for name in _NETWORK_TABLES}
    of_projects = tables.pop("cohesion")
    influence = context.beside["influence"]()
    acts = rows_of_months(observed.acts, observed.months)
    return {
        **tables,
        "person_months": count_presence(acts),
        "influence": influence,
        "project_edges": build_project_edges(acts),
        "cohesion": _cohesion_table(of_projects, _category_cohesion(context, networks_of)),
        "signals": add_network_columns(
            context.tables["signals"], observed.months, networks.ALL, of_projects, influence, FORMULAS
        ),
    }


def _project_networks(
    context: AnalysisContext, direct: pa.Table, edited: Mapping[str, Partition], replied: pa.Table
) -> dict[str, Partition]:
    """The result of `build_project_networks` of every project, by name."""
    observed = context.joined
    parts = [split_by_project(table) for table in (direct, replied, observed.months.select(["project", "month"]))]
    direct_of, replied_of, months_of = parts
    shared = (
        first_interaction_month(context),
        pc.max(observed.months["month"]).as_py(),
        feeds_cover_all_months(observed.months),
    )
    rows_of = _commits_by_project(context)
    tasks = []
    for name in sorted({*edited, *months_of, *replied_of}):
        own = (
            direct_of.get(name, direct.slice(0, 0)),
            replied_of.get(name, replied.slice(0, 0)),
            months_of.get(name, observed.months.slice(0, 0))["month"].to_pylist(),
        )
        met = edited.get(name)
        inputs = (*own, met and met.digest, *shared)
        tasks.append(ProjectTask(name, partial(_network_arguments, own, met, shared), inputs, rows_of.get(name, 0)))
    results = context.pool.run_step(build_project_networks, tasks)
    return {task.subject: result for task, result in zip(tasks, results, strict=True)}


def _network_arguments(
    own: tuple[pa.Table, pa.Table, Sequence[date]], met: Partition | None, shared: tuple[object, ...]
) -> tuple[object, ...]:
    direct, replied, months = own
    return plain_texts(direct), plain_texts(replied), months, met, *shared


def build_project_networks(
    direct: pa.Table,
    replied: pa.Table,
    months: Sequence[date],
    met: Partition | None,
    begin: date,
    last: date,
    with_replies: bool,
) -> dict[str, pa.Table]:
    """The interactions of one project, and what their windows show; a step of one project.

    direct, replied  interactions of single acts, as git and as feeds show them
    months           observed months of the project
    met              what `project_meetings` found
    begin, last      months of the interactions that count, and of the windows
    with_replies     whether windows count what feeds show
    returns          person_interactions and interactions of the observed months; measured: the interactions that
                     windows count; cohesion and brokerage by window
    """
    edited = pa.concat_tables([met.read_table("edited")] if met else [PERSON_SCHEMA.empty_table()])
    parts = pa.concat_tables([encode_texts(direct), encode_texts(edited)]).unify_dictionaries()
    parts = parts.filter(pc.greater_equal(parts["month"], pa.scalar(begin, pa.date32())))
    of_git = sum_person_interactions(parts)
    everything = sum_person_interactions(parts, replied) if replied.num_rows else of_git
    measured = everything if with_replies else of_git
    observed = pa.array(months, pa.date32())
    meetings = everything.filter(pc.is_in(everything["month"], value_set=observed))
    windows = [window for window in iterate_windows(measured, last=last) if window.month in set(months)]
    return {
        "person_interactions": meetings,
        "interactions": sum_organisation_interactions(meetings),
        "measured": measured,
        "cohesion": evaluate_signals(windows, networks.ALL),
        "brokerage": build_brokerage_table(windows),
    }


def _category_cohesion(context: AnalysisContext, networks_of: Mapping[str, Partition]) -> pa.Table:
    """The network signals of each category: of the windows over all its projects."""
    months = pc.unique(context.joined.months["month"]).sort().to_pylist()
    commits = _commits_by_project(context)
    members: dict[str, list[Partition]] = {}
    rows_of: dict[str, int] = Counter()
    for project in sorted(context.landscape.projects, key=lambda project: project.name):
        if project.name in networks_of:
            members.setdefault(project.category, []).append(networks_of[project.name])
            rows_of[project.category] += commits.get(project.name, 0)
    tasks = [
        ProjectTask(
            category, (category, parts, months), (category, [part.digest for part in parts], months), rows_of[category]
        )
        for category, parts in sorted(members.items())
    ]
    results = context.pool.run_step(build_category_cohesion, tasks)
    return pa.concat_tables([result.read_table("cohesion") for result in results])


def _commits_by_project(context: AnalysisContext) -> dict[str, int]:
    commits: dict[str, int] = Counter()
    for reading in context.readings:
        commits[reading.project] += reading.commits
    return commits


def build_category_cohesion(category: str, parts: Sequence[Partition], months: Sequence[date]) -> dict[str, pa.Table]:
    """The network signals of one category, from the results of its projects."""
    measured = pa.concat_tables([part.read_table("measured") for part in parts])
    measured = measured.append_column("category", pa.repeat(pa.scalar(category), measured.num_rows))
    listed = set(months)
    windows = iterate_windows(measured, "category", last=months[-1])
    return {"cohesion": evaluate_signals((window for window in windows if window.month in listed), networks.ALL)}


def first_interaction_month(context: AnalysisContext) -> date:
    """The first month whose interactions a window of the landscape's months reaches back to."""
    first: date | None = pc.min(context.joined.months["month"]).as_py()
    return add_months(first, 1 - WINDOW_MONTHS) if first else LONG_AGO


def git_meetings(
    context: AnalysisContext, actor_kinds: frozenset[str], window_days: float = WINDOW_DAYS, begin: date = LONG_AGO
) -> pa.Table:
    """Who met whom in git from a month on: interactions of all its kinds by month; `interactions.PERSON_SCHEMA`."""
    direct, edited = _git_interactions(context, actor_kinds, window_days, begin)
    parts = [encode_texts(direct), *(met.read_table("edited") for met in edited.values())]
    interactions = pa.concat_tables(parts).unify_dictionaries()
    later = pc.greater_equal(interactions["month"], pa.scalar(begin, pa.date32()))
    return sum_person_interactions(interactions.filter(later))


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
) -> tuple[pa.Table, dict[str, Partition]]:
    """The interactions of single acts that git shows, and what `project_meetings` found in each project."""
    acts = context.joined.acts
    acts_of = split_by_project(acts)
    shared = (actor_kinds, window_days, begin)
    tasks = []
    for name, parts in readings_by_project(context.readings).items():
        project, own = ProjectInput(name, parts, context.collected), acts_of.get(name, acts.slice(0, 0))
        inputs = (project.generations, own, sorted(actor_kinds), window_days, begin)
        arguments = partial(_meeting_arguments, project, own, shared)
        tasks.append(ProjectTask(name, arguments, inputs, project.commit_count))
    results = context.pool.run_step(project_meetings, tasks)
    landed = [encode_texts(result["landed"], leave=DISTINCT_TEXTS) for result in read_results(results, "landed")]
    # an organisation that a person has in one project counts in the others too
    everything = pa.concat_tables([acts, *landed]).unify_dictionaries()
    everything = add_counterparts(everything, context.joined.people)
    met = {task.subject: result for task, result in zip(tasks, results, strict=True)}
    return direct_interactions(everything, actor_kinds), met


def _meeting_arguments(project: ProjectInput, acts: pa.Table, shared: tuple[object, ...]) -> tuple[object, ...]:
    return project, plain_texts(acts), *shared


def _reply_interactions(context: AnalysisContext, actor_kinds: frozenset[str]) -> pa.Table:
    """Who answered, commented on or reviewed whom, as feeds say; `interactions.PERSON_SCHEMA`."""
    observed = context.joined
    acts = pa.concat_tables([observed.acts, observed.feed_acts]).unify_dictionaries()
    replied = reply_acts(observed.acts, observed.feed_acts)
    interactions = direct_interactions(add_counterparts(replied, observed.people, acts), actor_kinds)
    return interactions.filter(
        pc.greater_equal(interactions["month"], pa.scalar(first_interaction_month(context), pa.date32()))
    )


def _cohesion_table(of_projects: pa.Table, of_categories: pa.Table) -> pa.Table:
    """Public table `cohesion`: the same measures for projects and for categories."""
    kinds = (("project", of_projects), ("category", of_categories))
    parts = [table.add_column(0, "subject_kind", pa.repeat(pa.scalar(kind), table.num_rows)) for kind, table in kinds]
    return pa.concat_tables(parts)
