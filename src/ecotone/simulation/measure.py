"""Compute the truth from the simulated histories."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from ecotone.simulation.history import Change, History
from ecotone.simulation.truth import (
    FORMAT_VERSION,
    ImpossibleDate,
    MonthTruth,
    OrganisationTruth,
    PersonTruth,
    ProjectTruth,
    SpellTruth,
    ThreadTruth,
    Truth,
)
from ecotone.simulation.world import Person, Second, Spell, World, moment_of


def truth_of(world: World, written: Sequence[tuple[History, str]]) -> Truth:
    """The truth of a field, from (history, tip of the written default branch)."""
    return Truth(
        version=FORMAT_VERSION,
        seed=world.seed,
        since=world.months[0],
        until=world.months[-1],
        projects=tuple(_project(world, history, tip) for history, tip in written),
        people=_people(world, (history for history, _ in written)),
        organisations=tuple(OrganisationTruth(one.name, one.kind, one.domains) for one in world.organisations),
    )


def _project(world: World, history: History, tip: str) -> ProjectTruth:
    project = history.project
    people = {person.number: person for person in world.people}
    impossible = tuple(
        ImpossibleDate(people[change.person].key, moment_of(change.author.second), moment_of(change.committer.second))
        for change in history.landed()
        if history.impossible(change) and change.person is not None
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
        observed_until=moment_of(project.observed_until),
        tip=tip,
        impossible_dates=impossible,
        months=_months(world, history, people),
        threads=_threads(history),
    )


def _threads(history: History) -> tuple[ThreadTruth, ...]:
    pulls = [
        ThreadTruth(
            pull.number,
            "pull",
            moment_of(pull.opened_at),
            None if pull.merged_at is None else moment_of(pull.merged_at),
        )
        for pull in history.pulls
    ]
    issues = [ThreadTruth(one.number, "issue", moment_of(one.opened_at), None) for one in history.issues]
    return tuple(sorted(pulls + issues, key=lambda thread: thread.number))


def _months(world: World, history: History, people: Mapping[int, Person]) -> tuple[MonthTruth, ...]:
    """One row for each month, from the first to the last observed one."""
    starts = world.month_starts

    def month(second: Second) -> int:
        return bisect_right(starts, second) - 1

    changes: dict[int, list[Change]] = {}
    for change in history.landed():
        if not history.impossible(change):
            changes.setdefault(month(change.author.second), []).append(change)
    opened = Counter(month(pull.opened_at) for pull in history.pulls)
    merged = Counter(month(pull.merged_at) for pull in history.pulls if pull.merged_at is not None)
    issues = Counter(month(issue.opened_at) for issue in history.issues)
    releases = Counter(month(release.released_at) for release in history.releases)
    known: set[int] = set()
    rows = []
    for position in range(history.project.first_month, month(history.project.observed_until - 1) + 1):
        of_month = changes.get(position, [])
        present = _contributors(of_month)
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
                commits_by_organisation=_by_organisation(of_month, people),
            )
        )
        known |= present
    return tuple(rows)


def _contributors(changes: Iterable[Change]) -> set[int]:
    found: set[int] = set()
    for change in changes:
        found.update(change.co_authors)
        if change.person is not None:
            found.add(change.person)
    return found


def _by_organisation(changes: Iterable[Change], people: Mapping[int, Person]) -> dict[str, int]:
    employers = Counter(
        people[change.person].employer_at(change.author.second) for change in changes if change.person is not None
    )
    return {name: count for name, count in sorted(employers.items(), key=lambda item: item[0] or "") if name}


def _people(world: World, histories: Iterable[History]) -> tuple[PersonTruth, ...]:
    accounts: dict[int, set[str]] = {}
    for history in histories:
        for number, emails in history.accounts.items():
            accounts.setdefault(number, set()).update(emails)
    return tuple(
        PersonTruth(
            person=person.key,
            accounts=tuple(sorted(accounts[person.number])),
            spells=tuple(_spell(world, spell) for spell in person.spells),
        )
        for person in world.people
        if person.number in accounts
    )


def _spell(world: World, spell: Spell) -> SpellTruth:
    first, end = world.month_starts[0], world.month_starts[-1]
    return SpellTruth(
        organisation=spell.organisation,
        since=moment_of(spell.since).date() if first < spell.since < end else None,
        until=moment_of(spell.until).date() if first < spell.until < end else None,
    )
