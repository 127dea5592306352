"""Small tables to count by hand."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa

from ecotone.networks.person_interactions import PERSON_SCHEMA


def month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def acts(*rows: tuple[str, str, str, str], organisations: dict[str, str] | None = None, kinds=None) -> pa.Table:
    """Rows of (month, project, person, kind), once each; organisations by person; actor kinds by person."""
    return pa.table(
        {
            "project": pa.array([project for _, project, _, _ in rows], pa.string()),
            "month": pa.array([month(when) for when, *_ in rows], pa.date32()),
            "kind": pa.array([kind for *_, kind in rows], pa.string()),
            "person": pa.array([person for _, _, person, _ in rows], pa.string()),
            "actor_kind": pa.array([(kinds or {}).get(person, "person") for _, _, person, _ in rows], pa.string()),
            "organisation": pa.array([(organisations or {}).get(person) for _, _, person, _ in rows], pa.string()),
            "thread": pa.array(range(len(rows)), pa.int64()),
            "commit": pa.nulls(len(rows), pa.string()),
        }
    )


def commits(*rows: tuple[str, str, str], organisations: dict[str, str] | None = None) -> pa.Table:
    """Rows of (moment, sha, person) in project p."""
    moments = [datetime.fromisoformat(when) for when, _, _ in rows]
    return pa.table(
        {
            "commit": pa.array([sha for _, sha, _ in rows], pa.string()),
            "project": pa.array(["p"] * len(rows), pa.string()),
            "month": pa.array([date(moment.year, moment.month, 1) for moment in moments], pa.date32()),
            "created_at": pa.array(moments, pa.timestamp("us")),
            "person": pa.array([person for *_, person in rows], pa.string()),
            "organisation": pa.array([(organisations or {}).get(person) for *_, person in rows], pa.string()),
        }
    )


def meetings(*rows: tuple[str, str, str, str | None, str | None, float], kind: str = "merge") -> pa.Table:
    """Rows of (month, from person, to person, from organisation, to organisation, weight) in project p."""
    columns = list(zip(*rows, strict=True)) or [()] * 6
    when, one, other, of_one, of_other, weight = columns
    size = len(when)
    return pa.table(
        [["p"] * size, [month(text) for text in when], [kind] * size, one, other, of_one, of_other, weight],
        schema=PERSON_SCHEMA,
    )
