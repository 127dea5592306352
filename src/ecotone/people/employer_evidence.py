"""The public table `employer_evidence`: on which class of evidence the employers of people's commits rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.text_codes import find_same_rows, plain_texts
from ecotone.people.attribution_classes import CORE_UNKNOWN, OTHERS_UNKNOWN, OWNER_TEAM, STALE_LIST

EVIDENCE_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("month", pa.date32()),
        ("evidence", pa.string()),
        ("organisation", pa.string()),
        ("commits", pa.int64()),
    ]
)
"""Commits of people by class of evidence; the classes `stale_list` and `team` name an organisation uncounted."""

_USED: Final = ["project", "month", "person", "created_at", "organisation", "basis"]
_KEYS: Final = ["project", "month", "evidence", "organisation"]
_NO_TEXT: Final = pa.scalar(None, pa.string())


def employer_evidence_table(acts: pa.Table, core: pa.Table, affiliations: pa.Table, owner_teams: pa.Table) -> pa.Table:
    """Count people's commits by project, month, class of evidence and organisation; EVIDENCE_SCHEMA.

    acts          project, month, kind, person, actor_kind, created_at, organisation, basis
    core          core_team.CORE_SCHEMA
    affiliations  affiliation_attribution.AFFILIATION_SCHEMA
    owner_teams   owner_team.TEAM_SCHEMA
    """
    chosen = pc.and_(pc.equal(acts["kind"], "commit"), pc.equal(acts["actor_kind"], "person"))
    commits = plain_texts(acts.filter(chosen).select(_USED))
    unknown = pc.if_else(_are_core_acts(commits, core), CORE_UNKNOWN, OTHERS_UNKNOWN)
    evidence = pc.coalesce(commits["basis"], unknown)
    named = pc.coalesce(
        commits["organisation"],
        _organisations_of_stale_lists(commits, affiliations),
        _organisations_of_teams(commits, owner_teams),
    )
    rows = pa.table([commits["project"], commits["month"], evidence, named], names=_KEYS)
    return _sum_commits(rows.append_column("commits", pa.array(np.ones(rows.num_rows, np.int64))))


def without_organisations(table: pa.Table) -> pa.Table:
    """The same without the names of organisations."""
    return _sum_commits(table.set_column(3, "organisation", pa.nulls(table.num_rows, pa.string())))


def _sum_commits(rows: pa.Table) -> pa.Table:
    counted = rows.group_by(_KEYS, use_threads=False).aggregate([("commits", "sum")])
    named = counted.rename_columns([*_KEYS, "commits"]).cast(EVIDENCE_SCHEMA)
    return named.sort_by([(key, "ascending") for key in _KEYS])


def _are_core_acts(acts: pa.Table, core: pa.Table) -> pa.ChunkedArray:
    """Whether each act is by somebody who could merge by then."""
    since = core["since"].combine_chunks().take(find_same_rows(acts, core, ["project", "person"]))
    return pc.fill_null(pc.greater_equal(acts["created_at"], since), False)


def _organisations_of_stale_lists(acts: pa.Table, affiliations: pa.Table) -> pa.Array:
    """The organisation of the too old entry of a list that covers each act of that class; NULL for other acts."""
    entries: dict[str, list[tuple[date, date, str]]] = defaultdict(list)
    for row in affiliations.filter(pc.equal(affiliations["evidence"], STALE_LIST)).to_pylist():
        entries[row["person"]].append((row["since"] or date.min, row["until"] or date.max, row["organisation"]))
    is_stale = pc.fill_null(pc.equal(acts["basis"], STALE_LIST), False)
    stale = acts.filter(is_stale)
    days = stale["created_at"].cast(pa.date32(), safe=False)
    rows = zip(stale["person"].to_pylist(), days.to_pylist(), strict=True)
    named = pa.array([_covering(entries.get(person, ()), day) for person, day in rows], pa.string())
    return pc.replace_with_mask(pa.nulls(acts.num_rows, pa.string()), is_stale.combine_chunks(), named)


def _covering(entries: Iterable[tuple[date, date, str]], day: date) -> str | None:
    return next((organisation for since, until, organisation in entries if since <= day < until), None)


def _organisations_of_teams(acts: pa.Table, owner_teams: pa.Table) -> pa.ChunkedArray:
    """The employer of the owner's team in the year of each act of that class; NULL for other acts."""
    acts = acts.append_column("year", pc.year(acts["created_at"]))
    employers = (
        owner_teams["organisation"].combine_chunks().take(find_same_rows(acts, owner_teams, ["project", "year"]))
    )
    return pc.if_else(pc.fill_null(pc.equal(acts["basis"], OWNER_TEAM), False), employers, _NO_TEXT)
