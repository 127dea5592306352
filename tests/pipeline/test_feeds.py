"""Feeds in a run: what they tell is joined with git, and what they missed never looks like nothing."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ecotone.events.event_ids import thread_event_id
from ecotone.events.schema import (
    COVERAGE_SCHEMA,
    EVENT_SCHEMA,
    EXACT,
    PROFILE_SCHEMA,
    PULL_SCHEMA,
    REPOSITORY_SCHEMA,
)
from ecotone.events.sources.base import FeedTables, Period, ReadRequest, ReadResult, Role, Source
from ecotone.events.sources.gharchive import source as gharchive_source
from ecotone.events.sources.github.feed_reader import GitHubReader
from ecotone.foundation.errors import BadLandscape
from ecotone.foundation.landscape import SourceOptions, read_landscape
from ecotone.pipeline import feeds
from ecotone.pipeline.steps import Run, perform_steps
from ecotone.simulation import FieldTruth
from ecotone.store.workspace import Workspace
from tests.conftest import Simulated
from tests.fakes import serve_hours

NOW = datetime.fromisoformat("2025-06-01")


@dataclass(frozen=True)
class TrueFeed(Source):
    """A feed that saw every thread opened, but for the months it says it lost."""

    truth: FieldTruth
    lost: frozenset[str] = frozenset()
    name: str = "gharchive"
    title: str = "a test"
    licence: str = "a test's"
    event_kinds: frozenset[str] = frozenset({"issue_opened", "pull_opened", "comment", "review"})
    Options: type[SourceOptions] = SourceOptions
    role = Role(event_rank=2)

    def read(self, request: ReadRequest) -> ReadResult:
        assert request.period.until <= request.now
        assert request.folder.name == self.name
        request.progress(self.name, len(request.repositories), len(request.repositories))
        events, coverage = [], []
        for project in self.truth.projects:
            for month in project.months:
                state = "damaged" if f"{month.month:%Y-%m}" in self.lost else "complete"
                coverage.append(
                    {"source": self.name, "repository": project.repository, "month": month.month, "state": state}
                )
            events += [
                {
                    "event_id": thread_event_id(project.repository, one.number, f"{_kind(one.kind)}_opened"),
                    "source": self.name, "kind": f"{_kind(one.kind)}_opened", "project": project.project,
                    "repository": project.repository, "created_at": one.opened_at, "account": "octo",
                    "thread": one.number, "timestamp_quality": EXACT,
                }
                for one in project.threads
                if f"{one.opened_at:%Y-%m}" not in self.lost
            ]  # fmt: skip
        return FeedTables(
            pa.Table.from_pylist(events, schema=EVENT_SCHEMA),
            PULL_SCHEMA.empty_table(),
            pa.Table.from_pylist(coverage, schema=COVERAGE_SCHEMA),
            PROFILE_SCHEMA.empty_table(),
            REPOSITORY_SCHEMA.empty_table(),
        ).as_result(self.event_kinds)


def _kind(kind: str) -> str:
    return "issue" if kind == "issue" else "pull"


def analysed(simulated: Simulated, folder: Path, lost: frozenset[str] = frozenset()) -> Workspace:
    """The simulated field analysed again, with a feed beside its git histories."""
    shutil.copytree(simulated.workspace, folder)
    landscape = folder / "landscape.toml"
    text = simulated.landscape.read_text("utf-8").replace('"repositories/', f'"{simulated.field}/repositories/')
    landscape.write_text(text + "\n[sources.gharchive]\n", "utf-8")
    workspace, read = Workspace.open(folder), read_landscape(landscape)
    run = Run(workspace, read, NOW, lambda *_: None)
    source = TrueFeed(simulated.truth, lost)
    with workspace.locked_for_writing(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(gharchive_source, "SOURCE", source)
        assert feeds.read_feeds(workspace, read, {source.name}, NOW, lambda *_: None) == ()
    perform_steps(run, ("analyse",), lambda _: None)
    return workspace


@pytest.fixture(scope="module")
def fed(simulated: Simulated, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return analysed(simulated, tmp_path_factory.mktemp("fed") / "w")


def issues_of(workspace: Workspace) -> dict[tuple[str, str], int | None]:
    rows = workspace.read_table("signals").select(["project", "month", "issues_opened"]).to_pylist()
    return {(row["project"], f"{row['month']:%Y-%m}"): row["issues_opened"] for row in rows}


def true_issues(truth: FieldTruth) -> dict[tuple[str, str], int]:
    return {
        (project.project, f"{month.month:%Y-%m}"): sum(
            one.kind == "issue" and f"{one.opened_at:%Y-%m}" == f"{month.month:%Y-%m}" for one in project.threads
        )
        for project in truth.projects
        for month in project.months
    }


def test_a_feeds_issues_are_counted_as_they_are(simulated: Simulated, fed: Workspace):
    truth = true_issues(simulated.truth)
    assert sum(truth.values()) > 20
    assert issues_of(fed) == {key: truth[key] for key in issues_of(fed)}


def test_without_a_feed_they_are_unknown_and_not_zero(simulated: Simulated):
    assert set(issues_of(Workspace.open(simulated.workspace)).values()) == {None}


def test_what_git_shows_is_the_same_with_a_feed_and_without(simulated: Simulated, fed: Workspace):
    alone, beside = Workspace.open(simulated.workspace).read_table("signals"), fed.read_table("signals")
    for name in ("commits", "contributors", "participants", "activity", "pull_requests_opened", "threads_opened"):
        assert beside[name].equals(alone[name])


def test_an_act_of_git_and_a_feed_is_one_event(simulated: Simulated, fed: Workspace):
    events = fed.read_table("events")
    assert len(pc.unique(events["event_id"])) == events.num_rows
    alone = Workspace.open(simulated.workspace).read_table("events")
    opened = set(alone.filter(pc.equal(alone["kind"], "pull_opened"))["event_id"].to_pylist())
    both = set(events.filter(pc.equal(events["source"], "git+gharchive"))["event_id"].to_pylist())
    assert both
    assert both <= opened


def test_a_month_the_feed_lost_is_unknown_and_every_other_as_before(
    simulated: Simulated, fed: Workspace, tmp_path: Path
):
    lost = analysed(simulated, tmp_path / "w", frozenset({"2024-12"}))
    whole, damaged = issues_of(fed), issues_of(lost)
    assert {key for key in whole if damaged[key] is None} == {key for key in whole if key[1] == "2024-12"}
    assert all(damaged[key] in (None, whole[key]) for key in whole)
    coverage = lost.read_table("coverage").to_pylist()
    assert {
        row["state"]
        for row in coverage
        if f"{row['month']:%Y-%m}" == "2024-12" and row["source"] in ("gharchive", "conversation")
    } == {"damaged"}


def archive_run(folder: Path, keys: str) -> Workspace:
    """A landscape whose hourly files are in a folder, read with these keys."""
    hours, at = folder / "hours", datetime.fromisoformat("2025-07-01T05")
    star = (
        b'{"id":"1","type":"WatchEvent","actor":{"id":1,"login":"ann"},"repo":{"id":7,"name":"octo/cat"},'
        b'"payload":{"action":"started"},"public":true,"created_at":"2025-07-01T05:00:01Z"}\n'
    )
    hours.mkdir(parents=True)
    (hours / f"{at:%Y-%m-%d}-{at.hour}.json.gz").write_bytes(gzip.compress(star))
    path = folder / "landscape.toml"
    path.write_text(
        f'[landscape]\nname = "x"\nsince = "2025-07"\nuntil = "2025-07"\n\n[sources.gharchive]\n{keys}\n'
        '[[project]]\nrepository = "octo/cat"\n'
    )
    workspace = Workspace.create(folder / "w")
    with workspace.locked_for_writing():
        feeds.read_feeds(
            workspace, read_landscape(path), {"gharchive"}, datetime.fromisoformat("2026-01-01"), lambda *_: None
        )
    return workspace


def test_a_folder_has_the_breaks_of_the_archive_it_is_a_copy_of(tmp_path: Path):
    states = {}
    for name in ("", 'archive_profile = "gharchive"', 'archive_profile = "none"', 'archive_profile = "open-digger"'):
        workspace = archive_run(tmp_path / f"{len(states)}", f'location = "hours"\n{name}')
        states[name] = workspace.read_collected(feeds.feed_folder_name("gharchive"), "coverage")["state"].to_pylist()
    assert list(states.values()) == [["damaged"], ["damaged"], ["partial"], ["partial"]]
    with pytest.raises(
        BadLandscape, match=r"line 8: archive_profile = 'opendigger' .* must be one of gharchive, none, open-"
    ):
        archive_run(tmp_path / "wrong", 'location = "hours"\narchive_profile = "opendigger"')


def test_fetched_files_are_kept_where_the_landscape_says(tmp_path: Path):
    with serve_hours(tmp_path / "served" / "hours") as server:
        archive_run(tmp_path / "served", f'location = "{server.url}"\ncache = "mine"')
        before = server.log.count_requests()
        assert [one.name for one in (tmp_path / "served" / "mine").iterdir()] == ["2025-07-01-5.json.gz"]
        shutil.move(tmp_path / "served", tmp_path / "again")
        shutil.rmtree(tmp_path / "again" / "w")
        shutil.rmtree(tmp_path / "again" / "hours")
        archive_run(tmp_path / "again", f'location = "{server.url}"\ncache = "mine"')
        assert server.log.count_requests() == 2 * before - 1  # the kept one is not fetched again


def covered(*rows: tuple[str, str, str], source: str = "gharchive") -> pa.Table:
    found = [
        {"source": source, "repository": name, "month": date.fromisoformat(f"{month}-01"), "state": state}
        for name, month, state in rows
    ]
    return pa.Table.from_pylist(found, schema=COVERAGE_SCHEMA)


def test_months_that_no_copy_has_whole_are_missed_and_neighbours_are_one_stretch():
    first = covered(
        ("o/a", "2025-01", "complete"), ("o/a", "2025-02", "damaged"), ("o/a", "2025-03", "partial"),
        ("o/a", "2025-04", "not_observed"), ("o/b", "2025-01", "complete"), ("o/b", "2025-03", "partial"),
    )  # fmt: skip
    second = covered(("o/a", "2025-03", "complete"), ("o/b", "2025-03", "damaged"), source="clickhouse")
    period = Period(datetime.fromisoformat("2025-01-01"), datetime.fromisoformat("2025-04-11"))

    def stretches(coverage: pa.Table) -> dict[str, list[str]]:
        found = feeds.uncovered_periods(coverage, period)
        return {name: [f"{one.since:%m-%d} {one.until:%m-%d}" for one in spans] for name, spans in found.items()}

    assert stretches(first) == {"o/a": ["02-01 04-11"], "o/b": ["03-01 04-01"]}
    assert stretches(pa.concat_tables([first, second])) == {
        "o/a": ["02-01 03-01", "04-01 04-11"], "o/b": ["03-01 04-01"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("copies", "asked"),
    [
        ({}, ["2025-01-01 2025-04-01"]),
        ({"gharchive": ["star"]}, ["2025-02-01 2025-03-01"]),
        ({"clickhouse": ["star"]}, ["2025-02-01 2025-03-01"]),
        ({"clickhouse": []}, ["2025-01-01 2025-04-01"]),  # counts alone: the acts are still to be had
    ],
    ids=["alone", "archive", "acts of ClickHouse", "counts of ClickHouse"],
)
def test_github_is_asked_for_what_copies_of_the_archive_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, copies: dict[str, list[str]], asked: list[str]
):
    path = tmp_path / "landscape.toml"
    names = "".join(f"[sources.{name}]\n" for name in (*copies, "github"))
    path.write_text(
        '[landscape]\nname = "x"\nsince = "2025-01"\nuntil = "2025-03"\n\n[[project]]\nrepository = "o/a"\n' + names
    )
    workspace = Workspace.create(tmp_path / "w")
    coverage = covered(("o/a", "2025-01", "complete"), ("o/a", "2025-02", "damaged"), ("o/a", "2025-03", "complete"))
    tables = {name: schema.empty_table() for name, schema in feeds.FEED_TABLES.items()} | {"coverage": coverage}
    heard: list[str] = []

    def backfill(_: object, _wanted: object, windows: dict[str, Sequence[Period]], *_rest: object) -> FeedTables:
        heard.extend(f"{one.since:%Y-%m-%d} {one.until:%Y-%m-%d}" for one in windows["o/a"])
        return FeedTables(**{name: schema.empty_table() for name, schema in feeds.FEED_TABLES.items()})

    monkeypatch.setattr(GitHubReader, "backfill", backfill)
    with workspace.locked_for_writing():
        for name, covers in copies.items():
            workspace.write_collected(
                feeds.feed_folder_name(name), tables, {"generation": "1", "covers": covers, "further": []}
            )
        feeds.read_feeds(workspace, read_landscape(path), {"github"}, NOW, lambda *_: None)
    assert heard == asked
