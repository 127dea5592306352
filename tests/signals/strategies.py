"""Small random histories: few people, organisations and months, so that ties and returns are common."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import strategies as st

from ecotone.foundation.declaration import Row
from ecotone.foundation.months import add_months, parse_month

FIRST = parse_month("2023-10")  # a year's end lies within the window
MONTHS = 10


def month_after(step: int) -> str:
    return add_months(FIRST, step).isoformat()


@st.composite
def act(draw: st.DrawFn) -> Row:
    person = draw(st.sampled_from("abcdef"))
    return {
        "project": draw(st.sampled_from("pq")),
        "month": parse_month(month_after(draw(st.integers(0, MONTHS - 1)))),
        "kind": draw(st.sampled_from(("commit", "commit", "commit", "co_author", "review", "pull_opened", "star"))),
        "account": person,
        "person": person,
        "actor_kind": "bot" if person == "f" else "person",
        "organisation": draw(st.sampled_from(("x", "y", "z", None))),
    }


histories = st.lists(act(), max_size=40)


@st.composite
def merged_pull(draw: st.DrawFn) -> Row:
    opened = datetime(2024, 3, 1) + timedelta(seconds=draw(st.integers(0, 40 * 86_400)))  # noqa: DTZ001 - naive UTC
    merged = opened + timedelta(seconds=draw(st.integers(-86_400, 50 * 86_400)))
    known = draw(st.booleans()) or draw(st.booleans())
    return {
        "project": draw(st.sampled_from("pq")),
        "opened_at": opened if known else None,
        "opened_month": opened.date().replace(day=1) if known else None,
        "merged_at": merged,
        "merged_month": merged.date().replace(day=1),
    }


pull_lists = st.lists(merged_pull(), max_size=20)
