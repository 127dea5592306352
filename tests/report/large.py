"""A field as large as reports get, with every declared signal: for sizes and times."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from ecotone import networks, signals
from ecotone.foundation.months import add_months
from ecotone.report import ReportInput, SourceSummary
from ecotone.report.bilingual_text import is_share

SINCE = date(2020, 1, 1)
COUNTED = {"people", "commits", "organisations", "pull requests", "releases", "threads", "events"}


def measured(level: np.ndarray, rng: np.random.Generator) -> dict[str, object]:
    """A column for every declared signal, of as many rows as `level` has."""
    columns: dict[str, object] = {}
    for signal in (*signals.ALL, *networks.ALL):
        if signal.text:
            columns[signal.name] = [f"Employer {place}" for place in rng.integers(0, 40, len(level))]
            continue
        values = rng.beta(2, 5, len(level)) if is_share(signal.unit) else level * rng.uniform(0.3, 3)
        values = np.round(values) if signal.unit in COUNTED else values
        columns[signal.name] = values
        if signal.bounds:
            columns |= {f"{signal.name}_low": values * 0.8, f"{signal.name}_high": values * 1.3}
    return columns


def shapes(names: list[str]) -> pa.Table:
    """The table `trends` of these projects."""
    return pa.table(
        {
            "project": names,
            "signal": ["activity"] * len(names),
            "shape": ["climbing", "steady"] * (len(names) // 2) + ["declining"] * (len(names) % 2),
            "confidence": [0.9] * len(names),
            "since": [SINCE] * len(names),
        }
    )


def large_field(projects: int, months: int, *, categories: int = 6, seed: int = 5) -> ReportInput:
    """Projects with all signals in every month; shares, counts and other numbers as real ones spread."""
    rng = np.random.default_rng(seed)
    glossary = (*signals.ALL, *networks.ALL)
    names = [f"organisation-{place}/project-{place}" for place in range(projects)]
    every = [add_months(SINCE, step) for step in range(months)]
    rows = projects * months
    level = np.repeat(rng.lognormal(4.5, 1.2, projects), months) * rng.lognormal(0, 0.25, rows)
    columns: dict[str, object] = {
        "project": np.repeat(names, months),
        "month": every * projects,
        "coverage": (["complete"] * (months - 1) + ["partial"]) * projects,
        **measured(level, rng),
    }
    employers = [f"Employer {place}" for place in range(5)] + ["(unknown)"]
    shares = rng.dirichlet(np.ones(6), rows)
    return ReportInput(
        name="large",
        title="A large field",
        title_zh="大领域",
        since=SINCE,
        until=every[-1],
        projects=pa.table(
            {
                "project": names,
                "repository": names,
                "category": [f"category {place % categories}" for place in range(projects)],
                **{name: [""] * projects for name in ("layer", "style", "language")},
                "first_event": [SINCE] * projects,
                "observed_until": [add_months(every[-1], 1)] * projects,
            }
        ),
        signals=pa.table(columns),
        organisations=pa.table(
            {
                "project": np.repeat(names, months * 6),
                "month": [month for month in every for _ in range(6)] * projects,
                "organisation": employers * rows,
                "people": [9] * (rows * 6),
                "events": (shares * 100).ravel(),
                "share": shares.ravel(),
            }
        ),
        coverage=pa.table(
            {
                **{name: pa.array([], pa.string()) for name in ("source", "repository", "state", "note")},
                "month": pa.array([], pa.date32()),
                **{name: pa.array([], pa.int64()) for name in ("events_observed", "events_expected")},
            }
        ),
        readings=tuple(SourceSummary(name, "git", commits=1000) for name in names),
        glossary=glossary,
        tables={"trends": shapes(names)},
    )
