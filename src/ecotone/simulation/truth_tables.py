"""Compute the truth from the simulated histories."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from ecotone.simulation.field_truth import (
    FORMAT_VERSION,
    FieldTruth,
    ImpossibleDate,
    MonthTruth,
    OrganisationTruth,
    PersonTruth,
    ProjectTruth,
    SpellTruth,
    ThreadTruth,
)
from ecotone.simulation.git_history import CommitChange, ProjectHistory
from ecotone.simulation.world import Person, Second, Spell, World, to_datetime


def measure_field_truth(world: World, written: Sequence[tuple[ProjectHistory, str]]) -> FieldTruth:
    """The truth of a field, from (history, tip of the written default branch)."""
    return FieldTruth(
        version=FORMAT_VERSION,
        seed=world.seed,
        since=world.months[0],
        until=world.months[-1],
        projects=tuple(_measure_project(world, history, tip) for history, tip in written),
        people=_list_people_truth(world, (history for history, _ in written)),
        organisations=tuple(
            OrganisationTruth(organisation.name, organisation.kind, organisation.domains)
            for organisation in world.organisations
        ),
    )


def _measure_project(world: World, history: ProjectHistory, tip: str) -> ProjectTruth:
    project = history.project
    people = {person.number: person for person in world.people}
    impossible = tuple(
        ImpossibleDate(
            people[change.person].account_key, to_datetime(change.author.second), to_datetime(change.committer.second)
        )
        for change in history.list_landed_changes()
        if history.has_impossible_date(change) and change.person is not None
    )
    return ProjectTruth(
        project=project.repository,
        repository=project.repository,
        category=project.category,
        layer=project.layer,
        style=project.style,
        language=project.language,
        shape=project.shape,
        leads=project.leads,
        observed_until=to_datetime(project.observed_until),
        tip=tip,
        impossible_dates=impossible,
        months=_measure_months(world, history, people),
        threads=_list_threads(history),
    )


def _list_threads(history: ProjectHistory) -> tuple[ThreadTruth, ...]:
    pulls = [
        ThreadTruth(
            pull.number,
            "pull",
            to_datetime(pull.opened_at),
            None if pull.merged_at is None else to_datetime(pull.merged_at),
        )
        for pull in history.pulls
    ]
    issues = [ThreadTruth(issue.number, "issue", to_datetime(issue.opened_at), None) for issue in history.issues]
    return tuple(sorted(pulls + issues, key=lambda thread: thread.number))


def _measure_months(world: World, history: ProjectHistory, people: Mapping[int, Person]) -> tuple[MonthTruth, ...]:
    """One row for each month, from the first to the last observed one."""
    starts = world.month_starts

    def month_position(second: Second) -> int:
        return bisect_right(starts, second) - 1

    changes: dict[int, list[CommitChange]] = {}
    for change in history.list_authored_changes():
        second = history.counted_second(change)
        if second is not None:
            changes.setdefault(month_position(second), []).append(change)
    opened = Counter(month_position(pull.opened_at) for pull in history.pulls)
    merged = Counter(month_position(pull.merged_at) for pull in history.pulls if pull.merged_at is not None)
    issues = Counter(month_position(issue.opened_at) for issue in history.issues)
    releases = Counter(month_position(release.released_at) for release in history.releases)
    known: set[int] = set()
    rows = []
    for position in range(history.project.first_month, month_position(history.project.observed_until - 1) + 1):
        of_month = changes.get(position, [])
        present = _collect_contributors(of_month)
        kinds = Counter(change.actor_kind for change in of_month)
        rows.append(
            MonthTruth(
                month=world.months[position],
                commits=len(of_month),
                person_commits=kinds["person"],
                assisted_commits=sum(change.assisted for change in of_month),
                bot_commits=kinds["bot"],
                agent_commits=kinds["agent"],
                contributors=len(present),
                newcomers=len(present - known),
                pull_requests_opened=opened[position],
                pull_requests_merged=merged[position],
                threads_opened=opened[position] + issues[position],
                releases=releases[position],
                commits_by_organisation=_count_by_organisation(of_month, people),
            )
        )
        known |= present
    return tuple(rows)


def _collect_contributors(changes: Iterable[CommitChange]) -> set[int]:
    contributors: set[int] = set()
    for change in changes:
        contributors.update(change.co_authors)
        if change.person is not None:
            contributors.add(change.person)
    return contributors


def _count_by_organisation(changes: Iterable[CommitChange], people: Mapping[int, Person]) -> dict[str, int]:
    employers = Counter(
        people[change.person].find_employer_at(change.author.second) for change in changes if change.person is not None
    )
    return {name: count for name, count in sorted(employers.items(), key=lambda item: item[0] or "") if name}


def _list_people_truth(world: World, histories: Iterable[ProjectHistory]) -> tuple[PersonTruth, ...]:
    accounts: dict[int, set[str]] = {}
    for history in histories:
        for number, emails in history.accounts.items():
            accounts.setdefault(number, set()).update(emails)
    return tuple(
        PersonTruth(
            person=person.account_key,
            accounts=tuple(sorted(accounts[person.number])),
            spells=tuple(_clip_spell(world, spell) for spell in person.spells),
        )
        for person in world.people
        if person.number in accounts
    )


def _clip_spell(world: World, spell: Spell) -> SpellTruth:
    first, end = world.month_starts[0], world.month_starts[-1]
    return SpellTruth(
        organisation=spell.organisation,
        since=to_datetime(spell.since).date() if first < spell.since < end else None,
        until=to_datetime(spell.until).date() if first < spell.until < end else None,
    )
