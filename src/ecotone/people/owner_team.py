"""The team of a repository's owner: core people of unknown employer in a repository that a company owns.

This is a class of evidence of its own, never an employer: the organisation of such acts stays unknown. A year of a
project has an owner's team (`owner_team/ecotone-2`) if at least `MIN_KNOWN` of its core people have a known employer
in the year or the one before, at least `MIN_AGREEING` of these the same one, and the owner's name is this employer's,
one of its domains', or that of an organisation which it bought.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.given_repositories import is_named_after_folders
from ecotone.foundation.landscape import Landscape
from ecotone.foundation.text_codes import find_same_rows
from ecotone.people.attribution_classes import OWNER_TEAM
from ecotone.people.organisation_registry import bundled_organisations

FORMULA: Final = "owner_team/ecotone-2"
MIN_KNOWN: Final = 3
MIN_AGREEING: Final = 0.8
MIN_LETTERS: Final = 4

TEAM_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("year", pa.int64()),
        ("owner", pa.string()),
        ("organisation", pa.string()),
        ("known", pa.int64()),
        ("agreeing", pa.int64()),
        ("members", pa.int64()),
    ]
)
"""One year in which a project has an owner's team.

owner         owner of its first repository
organisation  the employer of most known core people
known         core people whose employer is known in the year or the one before
agreeing      of these, those of the organisation
members       core people whose employer is not known in the year, nor another one in the year before: the team
"""

_KEYS: Final = ("project", "year", "person")


def find_repository_owners(landscape: Landscape) -> dict[str, str]:
    """The owner of each project's first repository; the whole name where it has none, or only that of folders."""
    owners = {}
    for project in landscape.projects:
        name, location = project.repositories[0].name, str(project.repositories[0].location)
        owner = "" if is_named_after_folders(name, location) else name.rpartition("/")[0]
        owners[project.name] = owner or name
    return owners


def mark_owner_teams(acts: pa.Table, core: pa.Table, owners: Mapping[str, str]) -> tuple[pa.Table, pa.Table]:
    """The acts with the basis of the owners' teams, and TEAM_SCHEMA.

    acts    project, person, created_at, actor_kind, organisation, basis and any others
    core    people.core_team.CORE_SCHEMA
    owners  project -> owner of its first repository
    """
    rows = _acts_of_members(acts, core)
    known_rows = rows.filter(pc.is_valid(rows["organisation"]))
    counted = known_rows.group_by([*_KEYS, "organisation"]).aggregate([("position", "count")])
    employers = main_employers(zip(*(column.to_pylist() for column in counted.columns), strict=True))
    open_rows = rows.filter(pc.and_(pc.is_null(rows["organisation"]), pc.is_null(rows["basis"])))
    years = open_rows["year"].to_pylist()
    keys = list(zip(open_rows["project"].to_pylist(), years, strict=True))
    persons, positions = (open_rows[name].to_pylist() for name in ("person", "position"))
    teams, members, marked = {}, defaultdict(set), []
    known = {key: employers.get((key[0], key[1] - 1), {}) | employers.get(key, {}) for key in {*keys, *employers}}
    for key, people in known.items():
        organisation = shared_employer(people.values())
        if organisation and is_owned_by(owners.get(key[0], key[0]), organisation):
            teams[key] = organisation
    for key, person, position in zip(keys, persons, positions, strict=True):
        is_unknown = person not in employers.get(key, {})
        if key in teams and is_unknown and known[key].get(person, teams[key]) == teams[key]:
            members[key].add(person)
            marked.append(position)
    flags = np.zeros(len(acts), bool)
    flags[marked] = True
    table = [
        {
            "project": project,
            "year": year,
            "owner": owners.get(project, project),
            "organisation": organisation,
            "known": len(known[project, year]),
            "agreeing": list(known[project, year].values()).count(organisation),
            "members": len(members[project, year]),
        }
        for (project, year), organisation in sorted(teams.items())
    ]
    basis = pc.if_else(pa.array(flags), OWNER_TEAM, acts["basis"]).cast(acts["basis"].type)
    acts = acts.set_column(acts.schema.get_field_index("basis"), "basis", basis).unify_dictionaries()
    return acts, pa.Table.from_pylist(table, schema=TEAM_SCHEMA)


def main_employers(
    counts: Iterable[tuple[str, int, str, str, int]],
) -> dict[tuple[str, int], dict[str, str]]:
    """(project, year) -> person -> the employer of most of the person's acts in it; of equal ones the first by name.

    counts  project, year, person, organisation, acts
    """
    best: dict[tuple[str, int], dict[str, tuple[int, str]]] = defaultdict(dict)
    for project, year, person, organisation, acts in counts:
        rank = (-acts, organisation)
        people = best[project, year]
        people[person] = min(rank, people.get(person, rank))
    return {key: {person: name for person, (_, name) in people.items()} for key, people in best.items()}


def shared_employer(employers: Iterable[str]) -> str | None:
    """The employer of at least MIN_AGREEING of the people, if at least MIN_KNOWN are known.

    >>> shared_employer(["A", "A", "A", "A", "B"]), shared_employer(["A", "A", "B"]), shared_employer(["A", "A"])
    ('A', None, None)
    """
    counts = Counter(employers)
    known = counts.total()
    name, agreeing = min(counts.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
    return name if known >= MIN_KNOWN and agreeing >= MIN_AGREEING * known else None


def is_owned_by(owner: str, organisation: str) -> bool:
    """Whether an owner's name is that of the organisation, of its domains, or of one that it bought.

    One name may continue the other, with `MIN_LETTERS` letters in common.

    >>> [is_owned_by(owner, "Google") for owner in ("google", "google-gemini", "googol", "goo")]
    [True, True, False, False]
    >>> is_owned_by("nginx", "F5"), is_owned_by("team", "team.example"), is_owned_by("wiki", "Wikimedia")
    (True, True, True)
    """
    letters = _letters_of(owner)
    return any(
        letters == name or (min(len(letters), len(name)) >= MIN_LETTERS and (name in letters or letters in name))
        for name in _names_of_owner(organisation)
    )


@lru_cache(maxsize=1 << 12)
def _names_of_owner(organisation: str) -> frozenset[str]:
    """The letters of the names of an organisation, of its domains and of the organisations that it bought."""
    entries = [entry for entry in bundled_organisations() if organisation in (entry.name, entry.parent)]
    names = [organisation, *(entry.name for entry in entries)]
    domains = [organisation, *(domain for entry in entries for domain in entry.domains)]
    names += [domain.partition(".")[0] for domain in domains if "." in domain]
    return frozenset(filter(None, map(_letters_of, names)))


def _letters_of(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def _acts_of_members(acts: pa.Table, core: pa.Table) -> pa.Table:
    """The acts of core people from the moment on at which they are members, with their position and year."""
    since = core["since"].combine_chunks().take(find_same_rows(acts, core, ["project", "person"]))
    table = pa.table(
        {
            **{name: acts[name] for name in ("project", "person", "organisation", "basis")},
            "year": pc.year(acts["created_at"]),
            "position": pa.array(np.arange(len(acts))),
        }
    )
    belongs = pc.and_(pc.greater_equal(acts["created_at"], since), pc.equal(acts["actor_kind"], "person"))
    rows = table.filter(pc.fill_null(belongs, False))
    return rows.select([*_KEYS, "organisation", "basis", "position"])
