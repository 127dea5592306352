"""The people of unknown employer who matter most: what naming each would change, and the lines that name them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.errors import UnknownName, UserError
from ecotone.foundation.months import add_months
from ecotone.foundation.toml_lines import write_toml_string
from ecotone.people.account_parsing import account_key, parse_accounts
from ecotone.people.account_privacy import ERASURE_EVIDENCE

REVIEW_MONTHS: Final = 36
"""Months that are looked at unless the user gives the first one."""
DEFAULT_REVIEWED: Final = 5
MAX_ACCOUNTS: Final = 3


@dataclass(frozen=True, slots=True)
class PersonToName:
    """A person whose employer is unknown.

    handles         up to MAX_ACCOUNTS accounts that name the person in a landscape file, logins first
    commits         commits of unknown employer in the period
    projects        where, the most commits first
    since, until    months of these commits, the day before which another employer is known, and after which; or None
    unknown_before  share of people's commits whose employer is unknown, with everybody before in the list named
    unknown_after   the same with this person named too
    is_core         whether the person can merge in one of these projects
    """

    person: str
    handles: tuple[str, ...]
    commits: int
    projects: tuple[str, ...]
    since: date | None
    until: date | None
    unknown_before: float
    unknown_after: float
    is_core: bool


@dataclass(frozen=True, slots=True)
class UnknownRanking:
    """People by their commits of unknown employer.

    first    the first month looked at
    commits  all people's commits from then on; unknown: those whose employer is unknown
    people   person, commits_sum; the most first
    """

    first: date
    commits: int
    unknown: int
    people: pa.Table

    def unknown_after(self, count: int) -> float:
        """Share of commits whose employer is unknown once the first `count` people are named."""
        named = pc.sum(self.people["commits_sum"].slice(0, count)).as_py() or 0
        return (self.unknown - named) / self.commits


def rank_unknown_people(months: pa.Table, since: date | None = None) -> UnknownRanking:
    """Rank people by their commits of unknown employer.

    months  rows of the table person_months
    since   the first month; None: the last REVIEW_MONTHS
    """
    first = since or _first_month(months)
    chosen = months.filter(pc.greater_equal(months["month"], pa.scalar(first, pa.date32())))
    unknown = chosen.filter(pc.and_(pc.is_null(chosen["organisation"]), pc.greater(chosen["commits"], 0)))
    ranked = unknown.group_by("person").aggregate([("commits", "sum")])
    return UnknownRanking(
        first=first,
        commits=pc.sum(chosen["commits"]).as_py() or 0,
        unknown=pc.sum(unknown["commits"]).as_py() or 0,
        people=ranked.sort_by([("commits_sum", "descending"), ("person", "ascending")]),
    )


def find_people_to_name(
    tables: Mapping[str, pa.Table], project: str | None = None, since: date | None = None, top: int = DEFAULT_REVIEWED
) -> list[PersonToName]:
    """The people with the most commits of unknown employer, in one project or in all.

    tables   person_months, people, core_team: the public tables
    project  its name in any case; None: all
    since    the first month; None: the last REVIEW_MONTHS
    raises   UnknownName if there is no such project, UserError if no person committed in the period
    """
    all_months = tables["person_months"]
    months = all_months = all_months.filter(pc.greater(all_months["commits"], 0))
    if project is not None:
        months = months.filter(pc.equal(months["project"], _project_name(project, months)))
    ranking = rank_unknown_people(months, since)
    if not ranking.commits:
        raise UserError(f"No person has a commit since {ranking.first:%Y-%m}. Give an earlier month with --since.")
    chosen = months.filter(pc.greater_equal(months["month"], pa.scalar(ranking.first, pa.date32())))
    unknown = chosen.filter(pc.is_null(chosen["organisation"]))
    ranked, total, left_unknown = ranking.people.slice(0, top), ranking.commits, ranking.unknown
    handles = _handles_of_people(tables["people"], ranked["person"].to_pylist())
    core = set(zip(*(tables["core_team"][name].to_pylist() for name in ("project", "person")), strict=True))
    listed = []
    for row in ranked.to_pylist():
        person, commits = row["person"], row["commits_sum"]
        own = all_months.filter(pc.equal(all_months["person"], person))
        begin, end = _open_period(own, ranking.first)
        projects = _projects_by_commits(unknown.filter(pc.equal(unknown["person"], person)))
        listed.append(
            PersonToName(
                person=person,
                handles=handles[person],
                commits=commits,
                projects=projects,
                since=begin,
                until=end,
                unknown_before=left_unknown / total,
                unknown_after=(left_unknown - commits) / total,
                is_core=any((name, person) in core for name in projects),
            )
        )
        left_unknown -= commits
    return listed


def public_logins(people: pa.Table) -> pa.Table:
    """The rows of the table `people` whose account is a login, as it is shown; people who were forgotten have none.

    >>> accounts = ["7+ada@users.noreply.github.com", "ada@mail.example"]
    >>> public_logins(pa.table({"account": accounts, "person": ["p1", "p1"], "evidence": ["", ""]})).to_pylist()
    [{'account': 'ada', 'person': 'p1'}]
    """
    remembered = people.filter(pc.not_equal(pc.fill_null(people["evidence"], ""), ERASURE_EVIDENCE))
    parsed = parse_accounts(pc.fill_null(remembered["account"], "").combine_chunks())
    logins = pa.table([parsed.login, remembered["person"]], names=["account", "person"])
    return logins.filter(pc.is_valid(parsed.login))


def landscape_lines(people: Iterable[PersonToName]) -> str:
    """A `[[person]]` table for each person, with the employer left to fill in.

    >>> ada = PersonToName("p1", ("ada",), 1200, ("team/repo",), date(2024, 3, 1), None, 0.5, 0.25, False)
    >>> print(landscape_lines([ada]))
    # 1,200 commits in team/repo; unknown 50.0 % -> 25.0 %
    [[person]]
    same_person = ["ada"]
    # affiliations = [{ organisation = "...", since = 2024-03-01 }]
    <BLANKLINE>
    """
    return "\n".join(_person_lines(person) for person in people)


def without_answered(people: Sequence[PersonToName], written: Iterable[str]) -> list[PersonToName]:
    """The people none of whose handles is among the accounts of a file of answers."""
    keys = {account_key(account) for account in written}
    return [person for person in people if not keys & {account_key(handle) for handle in person.handles}]


def _person_lines(person: PersonToName) -> str:
    spans = "".join(
        f", {name} = {day.isoformat()}" for name, day in (("since", person.since), ("until", person.until)) if day
    )
    accounts = ", ".join(map(write_toml_string, person.handles))
    return (
        f"# {person.commits:,} commits in {' '.join(person.projects)};"
        f" unknown {format_percent(person.unknown_before)} -> {format_percent(person.unknown_after)}\n"
        f"[[person]]\nsame_person = [{accounts}]\n"
        f'# affiliations = [{{ organisation = "..."{spans} }}]\n'
    )


def format_percent(share: float) -> str:
    """A share in per cent, with one decimal."""
    return f"{100 * share:.1f} %"


def _project_name(project: str, months: pa.Table) -> str:
    names = {name.casefold(): name for name in pc.unique(months["project"]).to_pylist()}
    if project.casefold() not in names:
        raise UnknownName("project", project, names.values(), "ecotone export projects")
    return str(names[project.casefold()])


def _first_month(months: pa.Table) -> date:
    last = pc.max(months["month"]).as_py() or date.max.replace(day=1)
    return add_months(last, 1 - REVIEW_MONTHS)


def _open_period(own: pa.Table, reviewed_from: date) -> tuple[date | None, date | None]:
    """The first of the unknown months and the day after them, open where no employer is known before or after.

    own  months of one person; one from `reviewed_from` on is unknown
    """
    is_unknown = pc.is_null(own["organisation"])
    unknown, known = (pc.unique(own.filter(kind)["month"]).to_pylist() for kind in (is_unknown, pc.invert(is_unknown)))
    reviewed = [month for month in unknown if month >= reviewed_from]
    before = max((month for month in known if month < min(reviewed)), default=None)
    after = min((month for month in known if month > max(reviewed)), default=None)
    begin = min(month for month in unknown if month > before) if before else None
    return begin, add_months(max(month for month in unknown if month < after), 1) if after else None


def _projects_by_commits(rows: pa.Table) -> tuple[str, ...]:
    sums = rows.group_by("project").aggregate([("commits", "sum")])
    return tuple(sums.sort_by([("commits_sum", "descending"), ("project", "ascending")])["project"].to_pylist())


def _handles_of_people(people: pa.Table, persons: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Accounts that name each person: logins first, addresses as they are signed."""
    rows = people.filter(pc.is_in(people["person"], value_set=pa.array(persons, pa.string())))
    handles: dict[str, dict[str, str]] = {person: {} for person in persons}
    for account, person in sorted(zip(rows["account"].to_pylist(), rows["person"].to_pylist(), strict=True)):
        key = account_key(account)
        handles[person][key] = key.removeprefix("login:") if key.startswith("login:") else account
    return {
        person: tuple(sorted(listed.values(), key=lambda handle: ("@" in handle, handle))[:MAX_ACCOUNTS])
        for person, listed in handles.items()
    }
