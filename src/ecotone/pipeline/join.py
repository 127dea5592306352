"""Join what was collected into the tables of the analysis: events with people, acts, pulls, months, coverage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from itertools import chain
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events import deduplicate
from ecotone.events.observation import mark_unobserved
from ecotone.events.sources.base import ReadSummary
from ecotone.events.thread_counts import THREAD_SCHEMA, count_opened_requests
from ecotone.foundation.errors import DamagedFile, UserError
from ecotone.foundation.landscape import Landscape
from ecotone.foundation.location import web_address
from ecotone.foundation.months import list_months_between, start_of_month
from ecotone.foundation.text_codes import encode_texts, look_up, plain_texts
from ecotone.people import identity_resolution
from ecotone.people.affiliation_attribution import EmployerEvidence, gather_employer_evidence
from ecotone.people.affiliation_conflicts import find_affiliation_conflicts
from ecotone.people.commit_history import CommitHistory, RepositoryHistory, combine_histories, owners_of
from ecotone.people.commit_logins import commit_author_matches
from ecotone.people.core_team import add_people_to_access, find_core_teams
from ecotone.people.curated_statements import CuratedStatements
from ecotone.people.domain_resolver import DomainResolver
from ecotone.people.identity_resolution import ResolvedIdentities
from ecotone.people.listed_people import listed_access, listed_employers, resolve_listed_people
from ecotone.people.made_up_addresses import find_made_up_addresses
from ecotone.people.observed_acts import (
    DISTINCT_TEXTS,
    account_days,
    activity_days,
    add_people_to_events,
    attribute_acts,
    attribute_pulls,
    attributions_table,
)
from ecotone.people.owner_team import find_repository_owners, mark_owner_teams
from ecotone.people.shared_domains import find_shared_domains
from ecotone.pipeline import feeds
from ecotone.pipeline.collected_tables import CollectedTables
from ecotone.pipeline.curated_files import read_curated_statements
from ecotone.pipeline.event_batches import EventBatches, EventsWithPeople, JoinedRecords, read_all_records
from ecotone.pipeline.project_pool import ProjectPool, ProjectTask, read_results
from ecotone.pipeline.project_stacks import ProjectManifests, ProjectStacks, build_stacks, with_manifest_coverage
from ecotone.pipeline.project_steps import (
    ProjectInput,
    histories_of_tables,
    project_git_coverage,
    project_months,
    read_histories,
    readings_by_project,
)
from ecotone.pipeline.shared_history import find_shared_history, readings_with_own_commits
from ecotone.signals.coverage import InputStates, add_input_columns, feed_input_rows, input_states
from ecotone.signals.request_months import request_months
from ecotone.signals.spine import COVERAGE_TABLE_SCHEMA, SPINE_SCHEMA, coverage_table, last_second, unread_rows
from ecotone.store.workspace import Workspace

ProjectMonth = tuple[str, date]


@dataclass(frozen=True, slots=True)
class JoinedData:
    """Everything collected, joined: the public tables and the tables that signals are computed from.

    events          the public table, in parts
    acts            acts that git shows, at git's times: the same whatever feeds say
    feed_acts       acts that feeds show, in months that they have completely or in part; a row an act
    disputes        people.disputes.DISPUTE_SCHEMA
    refused         lines of affiliation files that could not be read: file, line, reason
    months          the spine: observed months of projects, with the state of each input
    project_months  months of the period by project, those that were not observed included
    states          the state of each project, month and source
    shared_commits  events.commit_ownership.SHARED_SCHEMA
    stacks          what projects are built on
    access          people.core_team.PERSON_ACCESS_SCHEMA
    core            people.core_team.CORE_SCHEMA
    owner_teams     people.owner_team.TEAM_SCHEMA
    """

    events: Iterable[pa.Table]
    people: pa.Table
    links: pa.Table
    affiliations: pa.Table
    attributions: pa.Table
    disputes: pa.Table
    projects: pa.Table
    coverage: pa.Table
    acts: pa.Table
    feed_acts: pa.Table
    refused: tuple[tuple[str, int, str], ...]
    pulls: pa.Table
    months: pa.Table
    threads: pa.Table
    project_months: tuple[ProjectMonth, ...]
    states: InputStates
    shared_commits: pa.Table
    stacks: ProjectStacks
    access: pa.Table
    core: pa.Table
    owner_teams: pa.Table

    def signal_tables(self) -> dict[str, pa.Table]:
        """The tables that signals read, by the names of their parameters."""
        names = ("acts", "feed_acts", "pulls", "months", "threads", "access", "core")
        return {name: getattr(self, name) for name in names} | {"stack_layers": self.stacks.layer_counts}


@dataclass(frozen=True, slots=True)
class Calendar:
    """What was observed when.

    months          the spine, with the state of each input
    project_months  months of the period by project, those that were not observed included
    """

    months: pa.Table
    threads: pa.Table
    coverage: pa.Table
    project_months: tuple[ProjectMonth, ...]
    states: InputStates


def join_collected(
    workspace: Workspace,
    landscape: Landscape,
    readings: Sequence[ReadSummary],
    collected: CollectedTables,
    pool: ProjectPool,
) -> JoinedData:
    """Join what was read of each repository."""
    elsewhere = (history_owners := find_shared_history(landscape, readings, collected)).elsewhere
    inputs = [ProjectInput(name, own, collected, elsewhere) for name, own in readings_by_project(readings).items()]
    project_of = {reading.repository: reading.project for reading in readings}
    # an event of a feed may be one of git, so both are compared in one piece
    together = bool(feeds.stored_generations(workspace, landscape))
    records, (histories, assisted), stacks = _read_inputs(landscape, inputs, pool, together)
    stored_feeds = feeds.load_stored_feeds(workspace, landscape, project_of, records.requests)
    until = {reading.repository: reading.observed_until for reading in readings}
    feed_events = encode_texts(mark_unobserved(stored_feeds.distinct_events(), until), leave=DISTINCT_TEXTS)
    accounts = records.accounts | _accounts_of_events(feed_events)
    curated, listed_domains = _read_statements(landscape, accounts)
    history = _combine_histories(histories, listed_domains, owners_of(project_of))
    ties = _ties_of_hosts(records.events, feed_events, feeds.load_commit_authors(workspace, landscape), project_of)
    resolved = _resolve_people(accounts, ties, history, curated, _previous_people(workspace))
    domains = _add_shared_domains(listed_domains, people := resolved.people, history, curated, project_of)
    listed = resolve_listed_people(records.roles, _with_persons(records.takers, people), people, history.names)
    gather = partial(
        gather_employer_evidence, address_uses=history.marks, people=people, domains=domains,
        curated=(*curated.spells, *listed_employers(listed, until)), profiles=stored_feeds.combined_table("profiles"),
        made_up=find_made_up_addresses(history.names),
    )  # fmt: skip
    joined = _join_acts(records, feed_events, EventsWithPeople(records.events, people, assisted), gather, until)
    events, acts, feed_acts, affiliations = joined
    pulls, access = records.pulls, records.access
    del records, joined  # events and days are large
    acts, teams = _find_teams(landscape, acts, access, people, listed)
    days_of_acts = activity_days(acts, feed_acts)
    calendar = _build_calendar(landscape, inputs, (acts, pulls), stored_feeds, stacks.manifests)
    return JoinedData(
        events=events,
        people=people,
        affiliations=affiliations,
        links=resolved.matches,
        attributions=attributions_table(acts),
        disputes=find_affiliation_conflicts(curated.spells, affiliations, people, days_of_acts),
        refused=curated.refused,
        projects=_projects_table(landscape, _commit_times(acts, "min"), readings, elsewhere),
        coverage=calendar.coverage,
        acts=acts,
        feed_acts=feed_acts,
        pulls=attribute_pulls(pulls, people),
        months=calendar.months,
        threads=calendar.threads,
        project_months=calendar.project_months,
        states=calendar.states,
        shared_commits=history_owners.shared,
        stacks=stacks,
        **teams,
    )


def _join_acts(
    records: JoinedRecords,
    feed_events: pa.Table,
    of_git: EventsWithPeople,
    gather: Callable[[pa.Table], EmployerEvidence],
    until: Mapping[str, datetime],
) -> tuple[Iterable[pa.Table], pa.Table, pa.Table, pa.Table]:
    """The table `events` in parts, the acts of git and those of feeds, and what git shows of employers.

    gather  of project, account, day and person
    """
    people, assisted = of_git.people, of_git.assisted
    employers = gather(_with_persons(records.days, people))
    events: Iterable[pa.Table] = of_git if records.events.events is None else list(of_git)
    acts = pa.concat_tables([attribute_acts(part, employers) for part in events]).unify_dictionaries()
    if not feed_events.num_rows:
        return events, acts, acts.slice(0, 0), employers.affiliations
    of_feeds = add_people_to_events(feed_events, people, assisted)
    feed_acts = attribute_acts(of_feeds, gather(_with_persons(account_days(feed_events), people)))
    merged = _merge_events(next(iter(records.events)), feed_events, until)
    return [add_people_to_events(merged, people, assisted)], acts, feed_acts, employers.affiliations


def _merge_events(git: pa.Table, feed_events: pa.Table, until: Mapping[str, datetime]) -> pa.Table:
    """The events of git and of feeds, each once."""
    merged = deduplicate.deduplicate_events([plain_texts(git), plain_texts(feed_events)])
    return encode_texts(mark_unobserved(merged, until), leave=DISTINCT_TEXTS)


def _ties_of_hosts(
    git: EventBatches, feed_events: pa.Table, authors: pa.Table, project_of: Mapping[str, str]
) -> tuple[pa.Table, pa.Table]:
    """What the hosts' own names of openers and authors show of accounts."""
    nothing = feed_events.slice(0, 0)
    compared = next(iter(git)) if feed_events.num_rows else nothing
    named = [nothing]
    if authors.num_rows:
        wanted = authors["commit"].combine_chunks()
        named = [part.filter(pc.is_in(part["commit"], value_set=wanted)) for part in git]
    return (
        feeds.login_evidence(compared, feed_events, owners_of(project_of)),
        commit_author_matches(pa.concat_tables(named), authors),
    )


def _read_inputs(
    landscape: Landscape, inputs: Sequence[ProjectInput], pool: ProjectPool, together: bool
) -> tuple[JoinedRecords, tuple[list[RepositoryHistory], pa.Table], ProjectStacks]:
    """The records, histories and stacks of all projects, read at the same time."""
    with ThreadPoolExecutor(1) as thread:
        records = thread.submit(read_all_records, inputs, together)
        histories = _read_histories(inputs, pool)
        stacks = build_stacks(landscape, inputs)
        return records.result(), histories, stacks


def _with_persons(rows: pa.Table, people: pa.Table) -> pa.Table:
    return rows.append_column("person", look_up(rows["account"], people, "account", "person"))


def _read_histories(inputs: Sequence[ProjectInput], pool: ProjectPool) -> tuple[list[RepositoryHistory], pa.Table]:
    """What the commits of each repository show of people, and the AI product that each commit names."""
    tasks = [
        ProjectTask(project.name, (project.without_owners(),), (project.generations,), project.commit_count)
        for project in inputs
    ]
    histories, assisted = [], []
    for project, tables in zip(inputs, read_results(pool.run_step(read_histories, tasks)), strict=True):
        histories += histories_of_tables(project, tables)
        assisted.append(tables["assisted"])
    return histories, pa.concat_tables(assisted)


def _combine_histories(
    histories: list[RepositoryHistory], domains: DomainResolver, owners: frozenset[str]
) -> CommitHistory:
    """What all histories show together; the list of them is emptied, since they are large."""
    combined = combine_histories(histories, domains, owners)
    histories.clear()
    return combined


def _read_statements(landscape: Landscape, accounts: Iterable[str]) -> tuple[CuratedStatements, DomainResolver]:
    """What the landscape and its files say of these accounts, and of domains."""
    curated = read_curated_statements(landscape, accounts)
    domains = DomainResolver.from_landscape(
        landscape.organisations, landscape.free_mail_domains, curated.claims, landscape.organisation_level
    )
    return curated, domains


def _add_shared_domains(
    domains: DomainResolver,
    people: pa.Table,
    history: CommitHistory,
    curated: CuratedStatements,
    project_of: Mapping[str, str],
) -> DomainResolver:
    """The domains of organisations, with those that no list names and that several people sign with."""
    names = (*project_of, *project_of.values())
    shared = find_shared_domains(people, history.names, history.marks, domains, names, curated.named, curated.spells)
    return replace(domains, shared=shared)


def _accounts_of_events(events: pa.Table) -> set[str]:
    columns = (pc.unique(events[name]).drop_null() for name in ("account", "other_account"))
    return {account for column in columns for account in column.to_pylist()}


def _resolve_people(
    accounts: frozenset[str],
    feed_ties: Iterable[pa.Table],
    history: CommitHistory,
    curated: CuratedStatements,
    previous: pa.Table | None,
) -> ResolvedIdentities:
    ties = pa.concat_tables([curated.ties, history.ties, *feed_ties])
    return identity_resolution.resolve_identities(
        accounts,
        ties,
        history.names,
        previous,
        curated.apart,
        history.habits,
        history.listed,
        history.name_uses,
    )


def _find_teams(
    landscape: Landscape, acts: pa.Table, access: pa.Table, people: pa.Table, listed: pa.Table
) -> tuple[pa.Table, dict[str, pa.Table]]:
    """The acts with the basis of the owners' teams, and the tables access, core and owner_teams."""
    access = pa.concat_tables([add_people_to_access(access, people), listed_access(listed)])
    is_contribution = pc.is_in(acts["kind"], value_set=pa.array(["commit", "co_author"]))
    core = find_core_teams(access, acts.select(["project", "person", "created_at"]).filter(is_contribution))
    acts, owner_teams = mark_owner_teams(acts, core, find_repository_owners(landscape))
    return acts, {"access": access, "core": core, "owner_teams": owner_teams}


def _previous_people(workspace: Workspace) -> pa.Table | None:
    """The people of the newest tables, so that persons keep their ids; None if there are none or they are damaged."""
    current = workspace.current_manifest()
    if current is None or current.get("pseudonymised") or "people" not in current["tables"]:
        return None
    try:
        return workspace.read_table("people")
    except DamagedFile:
        return None


def _commit_times(acts: pa.Table, which: Literal["min", "max"]) -> dict[str, datetime]:
    """The time of each project's first or last commit."""
    commits = acts.select(["project", "kind", "created_at"]).filter(pc.equal(acts["kind"], "commit"))
    grouped = commits.group_by("project").aggregate([("created_at", which)])
    return dict(zip(grouped["project"].to_pylist(), grouped[f"created_at_{which}"].to_pylist(), strict=True))


def _build_calendar(
    landscape: Landscape,
    inputs: Sequence[ProjectInput],
    acts_and_pulls: tuple[pa.Table, pa.Table],
    stored_feeds: feeds.StoredFeeds,
    manifests: Mapping[str, ProjectManifests],
) -> Calendar:
    """The months of the period, and how completely each input was observed in them. Raises UserError."""
    first_commits, last_commits = (_commit_times(acts_and_pulls[0], which) for which in ("min", "max"))
    requests = request_months(*acts_and_pulls)
    begun = sorted((project for project in inputs if project.name in first_commits), key=lambda project: project.name)
    parts = [
        project_months(
            project, (first_commits[project.name], last_commits[project.name]), landscape.since, landscape.until
        )
        for project in begun
    ]
    spine = pa.concat_tables([SPINE_SCHEMA.empty_table(), *(part.spine for part in parts)])
    threads = pa.concat_tables([THREAD_SCHEMA.empty_table(), *(part.threads for part in parts)])
    threads = count_opened_requests(threads, acts_and_pulls[1])
    if not spine.num_rows:
        ends = max(reading.observed_until for project in inputs for reading in project.readings)
        raise UserError(_no_month_message(landscape, first_commits, ends))
    months = _months_of_period(landscape, {project.name for project in inputs}, first_commits, spine)
    threads_of = {project.name: part.threads for project, part in zip(begun, parts, strict=True)}
    feed_rows = _feed_coverage(stored_feeds, inputs)
    kinds = {name: covers for name, covers, _ in stored_feeds.feeds}
    rows_of_projects = (
        with_manifest_coverage(
            project,
            manifests[project.name],
            months[project.name],
            project_git_coverage(
                project, first_commits.get(project.name), months[project.name],
                threads_of.get(project.name, threads.slice(0, 0)), requests.get(project.name, (None, None)),
            ),
        )
        for project in inputs
    )  # fmt: skip
    read = {project.name for project in inputs}
    rows_of_unread = (
        unread_rows(project.name, [repository.name for repository in project.repositories], months[project.name])
        for project in landscape.projects
        if project.name not in read
    )
    coverage = coverage_table(chain(rows_of_projects, rows_of_unread, [feed_input_rows(feed_rows, kinds)]), feed_rows)
    states = input_states(coverage)
    listed = tuple((name, month) for name in sorted(months) for month in months[name])
    return Calendar(add_input_columns(spine, states), threads, coverage, listed, states)


def _months_of_period(
    landscape: Landscape, read: set[str], first_commits: Mapping[str, datetime], spine: pa.Table
) -> dict[str, tuple[date, ...]]:
    """Every project's months from its first one to the last month that any project was observed in.

    A project that could not be read may have begun at any time: all months of the period are listed.
    """
    first, last = landscape.since or pc.min(spine["month"]).as_py(), pc.max(spine["month"]).as_py()
    months = {}
    for project in landscape.projects:
        if project.name in first_commits:
            begin = start_of_month(first_commits[project.name])
            months[project.name] = list_months_between(max(begin, landscape.since or begin), last)
        else:
            months[project.name] = () if project.name in read else list_months_between(first, last)
    return months


def _feed_coverage(stored_feeds: feeds.StoredFeeds, inputs: Iterable[ProjectInput]) -> pa.Table:
    """What feeds say of their coverage, with the project of each repository."""
    rows = stored_feeds.combined_table("coverage")
    project_of = {reading.repository: project.name for project in inputs for reading in project.readings}
    names = pa.array([project_of[name] for name in rows["repository"].to_pylist()], pa.string())
    return rows.append_column("project", names).select(COVERAGE_TABLE_SCHEMA.names)


def _no_month_message(landscape: Landscape, first_commits: Mapping[str, datetime], ends: datetime) -> str:
    begins = min(first_commits.values(), default=None)
    begin_words = f"commits begin in {begins:%Y-%m}, and" if begins else "no commit is dated before"
    return (
        f"The landscape {landscape.name!r} leaves no month to look at: {begin_words} {ends:%Y-%m-%d} ends the"
        " observation."
        " Correct `since`, `until` or `observed_until` in its file and run again."
    )


def _projects_table(
    landscape: Landscape,
    first_commits: Mapping[str, datetime],
    readings: Sequence[ReadSummary],
    elsewhere: Mapping[str, pa.Array],
) -> pa.Table:
    grouped = {
        name: readings_with_own_commits(parts, elsewhere) for name, parts in readings_by_project(readings).items()
    }
    rows = [
        {
            "project": project.name,
            "repository": " ".join(repository.name for repository in project.repositories),
            "category": project.category,
            "layer": project.layer,
            "style": project.style,
            "language": project.language,
            "web_address": web_address(project.repositories[0].location),
            "description": _first_known(part.description for part in grouped.get(project.name, [])),
            "licence": _first_known(part.licence for part in grouped.get(project.name, [])),
            "first_event": first_commits.get(project.name),
            "observed_until": min((last_second(part) for part in grouped.get(project.name, [])), default=None),
        }
        for project in landscape.projects
    ]
    schema = pa.schema(
        [
            (name, pa.string())
            for name in ("project", "repository", "category", "layer", "style", "language", "web_address")
        ]
        + [("first_event", pa.timestamp("us")), ("observed_until", pa.timestamp("us"))]
        + [("description", pa.string()), ("licence", pa.string())]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def _first_known(texts: Iterable[str | None]) -> str | None:
    return next((text for text in texts if text), None)
