"""Fields in which people of organisations meet, with a planted leaning to their own and a planted broker.

Written as the tables that an analysis is made from (acts, people, areas, commits), so that what is checked is the
whole way from acts to signals.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast

import numpy as np
import pyarrow as pa

from ecotone.events.sources.base import ReadSummary
from ecotone.foundation.landscape import Landscape
from ecotone.foundation.months import add_months
from ecotone.pipeline import interaction_tables
from ecotone.pipeline.collect import repository_folder_name
from ecotone.pipeline.collected_tables import CollectedTables
from ecotone.pipeline.context import AnalysisContext, PublicTables
from ecotone.pipeline.join import JoinedData
from ecotone.pipeline.project_pool import ProjectPool
from ecotone.store.workspace import Workspace

MONTHS: Final = tuple(date(2024, month, 1) for month in (1, 2, 3, 4))
LEANINGS: Final = {"none": 0.0, "some": 0.25, "strong": 0.6}
"""How likely somebody turns to a colleague instead of to anybody, by the project it is planted in."""
BROKERED: Final = {"brokered": 0.0, "brokered with strays": 0.03}
"""Projects whose organisations keep to themselves, but for one that meets them all; how often people stray anyway."""
PROJECTS: Final = (*LEANINGS, *BROKERED)
BROKER: Final = "Organisation 03"
SIZES: Final = (16, 10, 3, 8, 6, 5)  # people of each organisation; the third is the broker
UNKNOWN_SHARE: Final = 0.2
COMMITS: Final = 110  # a project and month
KINDS: Final = ("review", "co_author", "pull_merged")
AREAS: Final = 24
ACT_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()), ("repository", pa.string()), ("month", pa.date32()),
        ("created_at", pa.timestamp("us")), ("kind", pa.string()), ("account", pa.string()), ("person", pa.string()),
        ("other_account", pa.string()), ("actor_kind", pa.string()), ("assisted_by", pa.string()),
        ("thread", pa.int64()), ("commit", pa.string()), ("organisation", pa.string()),
        ("organisation_kind", pa.string()),
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Crowd:
    """People of a project: whom they work for, and whether anybody knows."""

    accounts: list[str]
    organisation: np.ndarray[Any, np.dtype[np.int64]]
    known: np.ndarray[Any, np.dtype[np.bool_]]
    busy: np.ndarray[Any, np.dtype[np.float64]]  # shares of the work


def tables_of(seed: int) -> dict[str, pa.Table]:
    """The tables that an analysis makes of a field of that seed."""
    rng = np.random.default_rng(seed)
    acts: list[dict[str, object]] = []
    people: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.create(Path(folder) / "workspace")
        readings = []
        same = _crowd(rng)
        for project in PROJECTS:
            # one crowd for all leanings, so that nothing else differs
            crowd = _of(project, same)
            own, areas = _acts(rng, project, crowd)
            acts += own
            people += [{"account": one, "person": f"person {one}", "actor_kind": "person"} for one in crowd.accounts]
            commits = [row["commit"] for row in own if row["kind"] == "commit"]
            workspace.write_collected(repository_folder_name(project), _kept(commits, areas), {"generation": "1"})
            readings.append(SimpleNamespace(repository=project, project=project, commits=len(commits)))
        made = AnalysisContext(
            workspace,
            cast(Landscape, SimpleNamespace(interaction_actors=("person",), projects=_projects())),
            cast(tuple[ReadSummary, ...], tuple(readings)),
            cast(JoinedData, _observed(acts, people)),
            CollectedTables(workspace),
            ProjectPool(workspace.partitions_folder),
            PublicTables(lambda _name, parts: (len(list(parts)), ""), lambda _name, table: table),
        )
        months = made.joined.months
        made.tables["signals"] = months.select(["project", "month"]).append_column("coverage", months["git_state"])
        interaction_tables.start_influence(made)
        return interaction_tables.build_interaction_tables(made)


def _projects() -> tuple[SimpleNamespace, ...]:
    return tuple(SimpleNamespace(name=name, category="field") for name in PROJECTS)


def _crowd(rng: np.random.Generator) -> Crowd:
    organisation = np.repeat(np.arange(len(SIZES)), SIZES)
    size = len(organisation)
    known = rng.random(size) >= UNKNOWN_SHARE
    known[organisation == 2] = True
    busy = rng.pareto(1.5, size) + 0.2
    return Crowd([f"{one:02d}@mail.example" for one in range(size)], organisation, known, busy / busy.sum())


def _of(project: str, crowd: Crowd) -> Crowd:
    """The crowd with accounts of the project's own; brokers are as busy as the busier people."""
    busy = crowd.busy.copy()
    if project in BROKERED:
        busy[crowd.organisation == 2] = np.quantile(busy, 0.8)
    return replace(crowd, accounts=[f"{project}-{one}" for one in crowd.accounts], busy=busy / busy.sum())


def _acts(
    rng: np.random.Generator, project: str, crowd: Crowd
) -> tuple[list[dict[str, object]], list[tuple[str, str]]]:
    """Commits with what somebody else had to do with them, and the areas they touched."""
    acts, areas = [], []
    for month in MONTHS:
        first = datetime(month.year, month.month, 1)  # noqa: DTZ001 - naive UTC
        moments = np.sort(rng.integers(0, 28 * 86_400, COMMITS))
        for number, second in enumerate(moments):
            author = int(rng.choice(len(crowd.busy), p=crowd.busy))
            other = _partner(rng, project, crowd, author)
            sha = f"{project}-{month:%m}-{number}"
            when = first + timedelta(seconds=int(second))
            kind = KINDS[int(rng.integers(len(KINDS)))]
            # a merge is the author's act, whose other party landed it; the others are the other party's
            by, other_account = (author, other) if kind == "pull_merged" else (other, author)
            acts.append(_act(project, crowd, author, when, "commit", sha, None, None))
            acts.append(_act(project, crowd, by, when, kind, sha, crowd.accounts[other_account], number))
            areas += [(sha, area) for area in _areas(rng, project, crowd, author)]
    return acts, areas


def _partner(rng: np.random.Generator, project: str, crowd: Crowd, author: int) -> int:
    """Somebody else: a colleague with the planted chance, else anybody; brokers and their others are planted too."""
    own = crowd.organisation == crowd.organisation[author]
    if project in BROKERED:
        brokers = crowd.organisation == 2
        allowed = ~own if brokers[author] else brokers if rng.random() < 0.25 else own
        allowed = np.ones(len(own), bool) if rng.random() < BROKERED[project] else allowed
    else:
        allowed = own if rng.random() < LEANINGS[project] else np.ones(len(own), bool)
    weights = crowd.busy * allowed
    weights[author] = 0
    return int(rng.choice(len(weights), p=weights / weights.sum()))


def _areas(rng: np.random.Generator, project: str, crowd: Crowd, author: int) -> list[str]:
    """One or two directories: of the organisation's own part with the planted chance, else any."""
    leaning = 1.0 if project in BROKERED else LEANINGS[project]
    part = AREAS // len(SIZES)
    own = int(crowd.organisation[author]) * part
    return sorted(
        {
            f"area{own + int(rng.integers(part)) if rng.random() < leaning else int(rng.integers(AREAS))}"
            for _ in range(int(rng.integers(1, 3)))
        }
    )


def _act(
    project: str, crowd: Crowd, who: int, when: datetime, kind: str, sha: str, other_account: str | None,
    thread: int | None,
) -> dict[str, object]:  # fmt: skip
    account = crowd.accounts[who]
    organisation = f"Organisation {int(crowd.organisation[who]) + 1:02d}" if crowd.known[who] else None
    return {
        "project": project, "repository": project, "month": when.date().replace(day=1), "created_at": when,
        "kind": kind, "account": account, "person": f"person {account}", "other_account": other_account,
        "actor_kind": "person", "thread": thread, "commit": sha, "organisation": organisation,
    }  # fmt: skip


def _kept(commits: list[object], areas: list[tuple[str, str]]) -> dict[str, pa.Table]:
    size = len(commits)
    return {
        "areas": pa.table([[sha for sha, _ in areas], [area for _, area in areas]], names=["sha", "area"]),
        "commits": pa.table(
            {
                "sha": pa.array(commits, pa.string()),
                "parents": pa.array([""] * size),
                "committer_email": pa.array(["noreply@github.com"] * size),
                "committer_time": pa.array([0] * size, pa.int64()),
            }
        ),
    }


def _observed(acts: list[dict[str, object]], people: list[dict[str, object]]) -> SimpleNamespace:
    table = pa.Table.from_pylist(acts, schema=ACT_SCHEMA).sort_by(
        [("project", "ascending"), ("created_at", "ascending")]
    )
    months = [
        {
            "project": project, "month": month, "git_state": "complete",
            "landed_requests_state": "complete", "thread_numbers_state": "complete",
            "conversation_state": "not_observed", "month_end": add_months(month, 1),
        }
        for project in PROJECTS
        for month in MONTHS
    ]  # fmt: skip
    empty = {"opened_month": pa.date32(), "merged_month": pa.date32()}
    pulls = pa.schema([("project", pa.string()), *empty.items()]).empty_table()
    threads = pa.schema(
        [("project", pa.string()), ("month", pa.date32()), ("threads_opened", pa.float64())]
    ).empty_table()
    return SimpleNamespace(
        acts=table, feed_acts=table.slice(0, 0), people=pa.Table.from_pylist(people), pulls=pulls,
        months=pa.Table.from_pylist(months, schema=pa.schema(
            [("project", pa.string()), ("month", pa.date32()), ("git_state", pa.string()),
             ("landed_requests_state", pa.string()), ("thread_numbers_state", pa.string()),
             ("conversation_state", pa.string()), ("month_end", pa.date32())])),
        threads=threads, states={},
    )  # fmt: skip
