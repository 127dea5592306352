"""Explain the identity and affiliations of a person or an organisation, and list conflicts for review.

Reads the tables of an analysis. Accounts are returned in their public form only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.errors import UnknownName, UserError
from ecotone.people.account_parsing import account_key
from ecotone.people.account_privacy import public_account
from ecotone.people.attribution_classes import NOTHING_KNOWN, OWNER_TEAM, REASONS
from ecotone.people.constrained_components import APART, LISTED_APART, NAMES_DIFFER, TOO_MANY, TWO_IDS
from ecotone.people.match_rules import RULES
from ecotone.people.organisation_registry import bundled_organisations

Tables = Mapping[str, pa.Table]
Row = dict[str, Any]  # a row of a table as JSON

SPLIT_REASONS: Final = (TWO_IDS, TOO_MANY, APART, LISTED_APART, NAMES_DIFFER)
IN_FILES: Final = frozenset({"file", "stale_list"})
NAMES_NEEDED: Final = (
    "people", "links", "affiliations", "affiliation_basis", "affiliation_conflicts", "core_team", "owner_teams",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Conflict:
    """A conflict that a curator can decide, and the number of events that it affects.

    sources  files with lines, and domains, of the contradicting claims; the applied one first
    won      the applied value; None: no employer, or none was applied
    """

    kind: str
    acts: int
    persons: tuple[str, ...]
    says: str
    sources: tuple[str, ...] = ()
    won: str | None = None


def find_person(people: pa.Table, identifier: str) -> str:
    """The person with an id or an account, in any spelling or its public form. Raises UnknownName, UserError."""
    wanted = identifier.strip()
    pairs = list(zip(people["account"].to_pylist(), people["person"].to_pylist(), strict=True))
    if any(person == wanted for _, person in pairs):
        return wanted
    persons = sorted({person for account, person in pairs if account_key(account) == account_key(wanted)})
    persons = persons or sorted({person for account, person in pairs if public_account(account) == wanted})
    if not persons:
        logins = {
            shown_account
            for account, _ in pairs
            if (shown_account := public_account(account)) and "@" not in shown_account
        }
        raise UnknownName("account or person", identifier, logins, "ecotone export people")
    if len(persons) > 1:
        raise UserError(
            f"The account {identifier!r} belongs to {len(persons)} people: {', '.join(persons)}. Give one of these ids."
        )
    return str(persons[0])


def explain_person(tables: Tables, person: str) -> Row:
    """The evidence for a person: accounts, matches, affiliations, the organisation of their events, and core teams."""
    accounts = _rows_with_values(tables["people"], "person", [person])
    names = [row["account"] for row in accounts]
    links = tables["links"]
    either = pc.or_(
        *(pc.is_in(links[end], value_set=pa.array(names, pa.string())) for end in ("account", "other_account"))
    )
    strength = {rule.name: rule.strength for rule in RULES}
    acts = _rows_with_values(tables["affiliation_basis"], "person", [person])
    return {
        "person": person,
        "accounts": [
            {**_without_columns(row, "person"), "account": public_account(row["account"])} for row in accounts
        ],
        "matches": [
            {
                **row,
                "account": public_account(row["account"]),
                "other_account": public_account(row["other_account"]),
                "strength": strength.get(row["rule"], ""),
            }
            for row in links.filter(either).to_pylist()
        ],
        "affiliations": [
            _add_owner(_without_columns(row, "person"))
            for row in _rows_with_values(tables["affiliations"], "person", [person])
        ],
        "acts": [
            {
                **_without_columns(row, "person"),
                "account": public_account(row["account"]),
                "because": REASONS.get(row["basis"], NOTHING_KNOWN),
            }
            for row in acts
        ],
        "core_teams": [
            _without_columns(row, "person") for row in _rows_with_values(tables["core_team"], "person", [person])
        ],
        "owner_teams": _owner_teams_of_acts(tables["owner_teams"], acts),
    }


def _owner_teams_of_acts(teams: pa.Table, acts: Sequence[Row]) -> list[Row]:
    """The years of owners' teams that acts count for."""
    spans = [(row["project"], row["first"].year, row["last"].year) for row in acts if row["basis"] == OWNER_TEAM]
    return [
        row
        for row in teams.to_pylist()
        if any(row["project"] == project and first <= row["year"] <= last for project, first, last in spans)
    ]


def explain_organisation_share(tables: Tables, organisation: str, project: str) -> Row:
    """The people whose events count for an organisation in a project, with the evidence. Raises UnknownName."""
    acts = tables["affiliation_basis"]
    projects = pc.unique(acts["project"]).to_pylist()
    projects_by_key = {candidate.casefold(): candidate for candidate in projects}
    if project.casefold() not in projects_by_key:
        raise UnknownName("project", project, projects, "ecotone export projects")
    inside = acts.filter(pc.equal(acts["project"], projects_by_key[project.casefold()]))
    known = [candidate for candidate in pc.unique(inside["organisation"]).to_pylist() if candidate]
    organisations_by_key = {candidate.casefold(): candidate for candidate in known}
    if organisation.casefold() not in organisations_by_key:
        raise UnknownName("organisation in this project", organisation, known, "ecotone export organisations")
    name = organisations_by_key[organisation.casefold()]
    rows = _rows_with_values(inside, "organisation", [name])
    persons = sorted({row["person"] for row in rows})
    spells = [
        row for row in _rows_with_values(tables["affiliations"], "person", persons) if row["organisation"] == name
    ]
    return {
        "organisation": name,
        "project": projects_by_key[project.casefold()],
        "commits": sum(row["commits"] for row in rows),
        "by_basis": {
            basis: sum(row["commits"] for row in rows if row["basis"] == basis)
            for basis in sorted({row["basis"] for row in rows})
        },
        "people": [
            {
                "person": person,
                "acts": [
                    {**_without_columns(row, "person", "project"), "account": public_account(row["account"])}
                    for row in rows
                    if row["person"] == person
                ],
                "affiliations": [
                    _add_owner(_without_columns(row, "person")) for row in spells if row["person"] == person
                ],
            }
            for person in sorted(persons, key=lambda candidate: (-_count_acts_of(rows, candidate), candidate))
        ],
    }


@dataclass(frozen=True, slots=True)
class SplitGroup:
    """People who would be one person if the rejected matches were used."""

    reason: str
    ties: int
    persons: tuple[str, ...]


def find_split_groups(people: pa.Table, links: pa.Table) -> list[SplitGroup]:
    """The groups that were split at their weakest rule, largest first."""
    person_of = _persons_by_account(people)
    refused = links.filter(pc.is_in(links["refused"], value_set=pa.array(SPLIT_REASONS, pa.string())))
    group: dict[str, set[str]] = {}
    ties = []
    for row in refused.to_pylist():
        ends = [person_of[row[end]] for end in ("account", "other_account") if row[end] in person_of]
        if len(set(ends)) == 2:
            ties.append((ends[0], row["refused"]))
            merged = set().union(*(group.get(end, {end}) for end in ends))
            group.update(dict.fromkeys(merged, merged))
    counted: dict[tuple[tuple[str, ...], str], int] = {}
    for person, reason in ties:
        key = (tuple(sorted(group[person])), reason)
        counted[key] = counted.get(key, 0) + 1
    groups = [SplitGroup(reason, count, persons) for (persons, reason), count in counted.items()]
    return sorted(groups, key=lambda split: (-len(split.persons), -split.ties, split.persons, split.reason))


def find_conflicts(tables: Tables) -> list[Conflict]:
    """All conflicts, those that affect most events first."""
    attributions = tables["affiliation_basis"]
    sums = attributions.group_by("person").aggregate([("acts", "sum")])
    acts = dict(zip(sums["person"].to_pylist(), sums["acts_sum"].to_pylist(), strict=True))
    all_conflicts = [
        *_affiliation_conflicts(tables["affiliation_conflicts"]),
        *_rejected_match_conflicts(tables, acts),
        *_simultaneous_employers(tables["affiliations"], acts),
        *_unknown_organisations(tables),
    ]
    return sorted(all_conflicts, key=lambda conflict: (-conflict.acts, conflict.kind, conflict.persons))


def _affiliation_conflicts(disputes: pa.Table) -> list[Conflict]:
    """Contradictions between affiliation files, and between files and addresses."""
    conflicts_found = []
    for row in disputes.to_pylist():
        won, lost = (row[name] or "no employer" for name in ("applied_organisation", "overruled_organisation"))
        dates = f"[{row['since'] or 'always'}, {row['until'] or 'open'})"
        says = f"{won} is applied for {dates} ({row['applied_source']}), not {lost} ({row['overruled_source']})"
        sources = (row["applied_source"], row["overruled_source"])
        conflicts_found.append(
            Conflict(row["kind"], row["acts"], (row["person"],), says, sources, row["applied_organisation"])
        )
    return conflicts_found


def _rejected_match_conflicts(tables: Tables, acts: Mapping[str, int]) -> list[Conflict]:
    """Matches that violate a constraint."""
    person_of_account = _persons_by_account(tables["people"])
    links = tables["links"]
    rejected = []
    for row in links.filter(pc.is_valid(links["refused"])).to_pylist():
        persons = tuple(person_of_account.get(row[end], "") for end in ("account", "other_account"))
        if all(persons) and persons[0] != persons[1] and "account" not in row["refused"].split(" ")[-1:]:
            shown_accounts = " and ".join(str(public_account(row[end])) for end in ("account", "other_account"))
            says = f"the rule {row['rule']!r} links {shown_accounts}, but together they would have {row['refused']}"
            rejected.append(Conflict("refused tie", min(acts.get(person, 0) for person in persons), persons, says))
    return rejected


def _simultaneous_employers(affiliations: pa.Table, acts: Mapping[str, int]) -> list[Conflict]:
    """People who sign for two organisations at the same time without a curator's decision."""
    of_person: dict[str, list[Row]] = {}
    settled = {row["person"] for row in affiliations.to_pylist() if row["evidence"] == "override"}
    for row in affiliations.to_pylist():
        if row["person"] not in settled and row["evidence"] not in IN_FILES:
            of_person.setdefault(row["person"], []).append(row)
    simultaneous = []
    for person, rows in of_person.items():
        names: set[str] = set()
        for position, first_row in enumerate(rows):
            for second_row in rows[position + 1 :]:
                if first_row["organisation"] != second_row["organisation"] and _overlap_more_than_a_day(
                    first_row, second_row
                ):
                    names |= {first_row["organisation"], second_row["organisation"]}
        if names:
            says = f"signs for {' and '.join(sorted(names))} at the same time"
            simultaneous.append(Conflict("two organisations", acts.get(person, 0), (person,), says))
    return simultaneous


def _unknown_organisations(tables: Tables) -> list[Conflict]:
    """People with commits without a known organisation."""
    rows = tables["affiliation_basis"]
    unknown = rows.filter(pc.and_(pc.is_null(rows["organisation"]), pc.greater(rows["commits"], 0)))
    sums = unknown.group_by("person").aggregate([("commits", "sum"), ("account", "count_distinct")])
    return [
        Conflict("unknown organisation", row["commits_sum"], (row["person"],), f"{row['commits_sum']} commits of"
                 f" {row['account_count_distinct']} accounts show no organisation")
        for row in sums.to_pylist()
    ]  # fmt: skip


def _overlap_more_than_a_day(first_row: Row, second_row: Row) -> bool:
    """Whether two half-open intervals share more than a day; one day is a change of jobs."""
    since = max(first_row["since"] or date.min, second_row["since"] or date.min)
    until = min(first_row["until"] or date.max, second_row["until"] or date.max)
    return since < until and until - since > timedelta(days=1)


def _add_owner(spell: Row) -> Row:
    """Add the owner of the organisation; from the acquisition on, events count for the owner."""
    owned = next(
        (entry for entry in bundled_organisations() if entry.name == spell["organisation"] and entry.parent), None
    )
    if owned is None:
        return spell
    return {**spell, "owner": owned.parent, "owner_since": owned.parent_since}


def _persons_by_account(people: pa.Table) -> dict[str, str]:
    return dict(zip(people["account"].to_pylist(), people["person"].to_pylist(), strict=True))


def _count_acts_of(rows: Sequence[Row], person: str) -> int:
    return sum(row["acts"] for row in rows if row["person"] == person)


def _rows_with_values(table: pa.Table, column: str, values: Sequence[str]) -> list[Row]:
    rows: list[Row] = table.filter(pc.is_in(table[column], value_set=pa.array(values, pa.string()))).to_pylist()
    return rows


def _without_columns(row: Row, *names: str) -> Row:
    return {name: value for name, value in row.items() if name not in names}
