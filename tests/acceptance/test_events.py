"""Hold the readers of feeds against a simulated field: whatever is wrong with a feed, no figure is wrong silently.

Simulates two years across every break of the archive, whole and with every fault, and serves them on loopback, as
hourly files and as GitHub's API, with everything that goes wrong on a network. Each line printed is one promise and
the figures it was held against; a test fails if one of them does not hold.
"""

from __future__ import annotations

import json
import math
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from ecotone.events.sources.base import FeedTables
from ecotone.events.sources.github.source import GitHubSource
from ecotone.simulation.feeds.feed_model import Thread
from ecotone.simulation.world import to_second
from tests.acceptance import events_reading
from tests.acceptance.events_field import Tried, difference, lost_months, loud_months, make, states
from tests.acceptance.events_reading import Hurry, Task, bring
from tests.acceptance.events_runs import check_runs
from tests.acceptance.events_samples import check_samples
from tests.acceptance.settings import KILLS, LONG, SEED, require_shared
from tests.fakes import serve_github, serve_hours
from tests.fakes.archive_site import TROUBLES as SITE_TROUBLES
from tests.fakes.github.server import TROUBLES as API_TROUBLES

TOKENS: Final = ("ghp_simulatedAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "ghp_simulatedBBBBBBBBBBBBBBBBBBBBBBBBBBBB")
ARCHIVE_KINDS: Final = frozenset(
    {"pull_opened", "pull_merged", "pull_closed", "review", "review_comment", "issue_opened", "issue_closed", "comment"}
    | {"commit", "commit_comment", "discussion", "star", "fork", "release"}
)
MEMORY: Final = 512 << 20


pytestmark = LONG


class Report:
    """Prints every promise and remembers those that do not hold."""

    def __init__(self) -> None:
        self.broken = 0
        self.began = time.monotonic()

    def say(self, promise: str, holds: bool, figures: str) -> None:
        """One promise."""
        self.broken += not holds
        print(
            f"{'holds ' if holds else 'BROKEN'}  {promise}: {figures}  [{time.monotonic() - self.began:.0f} s]",
            flush=True,
        )

    def require_all(self) -> None:
        """Fail if a promise did not hold since the last call."""
        broken, self.broken = self.broken, 0
        assert not broken


def silent(*_: object) -> None:
    """Hear nothing."""


def check_whole(report: Report, whole: Tried, folder: Path) -> None:
    """Whole files give exactly what is true."""
    brought = bring(whole.archive(str(whole.folder), folder / "whole-state", archive="none"), silent)
    found = states(brought.coverage, "gharchive")
    differs = difference(whole, brought.events, found, ARCHIVE_KINDS, set())
    spread = Counter(found.values())
    figures = f"{brought.events.num_rows:,} of {differs.compared:,} acts, months {dict(spread)}, {_problems(differs)}"
    report.say("a whole archive gives what is true", differs.clean and set(spread) == {"complete"}, figures)


def check_damaged(report: Report, damaged: Tried, folder: Path) -> Path:
    """Damaged files over a bad network, with little memory; returns the reader's folder."""
    state = folder / "damaged-state"
    with serve_hours(damaged.folder, tuple(SITE_TROUBLES), seed=1, share=0.03) as server:
        task = damaged.archive(server.url, state, archive="gharchive")
        with short_of_memory() as (prefix, how):
            done = run_apart(task, folder, prefix)
        told = json.loads(done.stdout) if done.returncode == 0 else {"peak": 0}
        peak = f"ended with {done.returncode}, peak {told['peak'] / 1024:.0f} MB ({how}) {done.stderr.strip()[-300:]}"
        # a limit bounds what is the process's own; its peak counts pages of shared libraries too
        holds = done.returncode == 0 and (bool(prefix) or told["peak"] < MEMORY >> 10)
        report.say("two years are read within a limit of 512 MB", holds, peak)
        brought = bring(task, silent)
        repeated = Counter(server.log.list_repeated_requests())
        absent = {f"GET /{one.file}" for one in damaged.hours.damage if one.fault == "absent"}
        again = {key: count for key, count in repeated.items() if key not in absent}
        struck = server.log.count_troubles()
        figures = f"{server.log.count_requests():,} requests, {sum(struck.values())} troubles {dict(struck)}"
        report.say("no file is fetched twice", not again, f"{figures}, {sum(again.values())} repeated")
    compare_damaged(report, damaged, brought, "a damaged archive")
    return state


def compare_damaged(report: Report, damaged: Tried, brought: FeedTables, what: str) -> None:
    """What is there equals the truth; what is not is named."""
    found = states(brought.coverage, "gharchive")
    unclear = set(brought.extra_tables["unclear"]["event_id"].to_pylist())
    differs = difference(damaged, brought.events, found, ARCHIVE_KINDS, unclear)
    told = f"{brought.events.num_rows:,} told of {differs.compared:,} acts, {len(unclear)} unclear closes"
    figures = f"{told}, {_problems(differs)}"
    report.say(f"{what} gives what it holds", differs.clean, figures)
    lost = lost_months(damaged)
    unnamed = [place for place in lost if found.get(place) == "complete"]
    figures = f"{sum(lost.values()):,} acts lost in {len(lost)} project-months, {len(unnamed)} of them called whole"
    report.say(f"{what}: coverage names every loss", not unnamed, f"{figures}; {dict(Counter(found.values()))}")
    loud = loud_months(damaged)
    quiet = [place for place, state in found.items() if place[1] in loud and state == "complete"]
    report.say(
        f"{what}: no month of a known break is called whole",
        not quiet,
        f"{len(loud)} months, {len(quiet)} called whole",
    )


def check_eras(report: Report, folder: Path, seed: int) -> None:
    """The break of 2014/15, with eight hours told twice."""
    names = ("absent", "truncated", "garbled", "one_event", "duplicates", "renames", "overlap")
    whole, damaged = make(
        folder / "eras", names, seed=seed, last_month=date(2015, 2, 1), months=5, projects=4, filler=40
    )
    brought = bring(whole.archive(str(whole.folder), folder / "eras-whole", archive="none"), silent)
    differs = difference(whole, brought.events, states(brought.coverage, "gharchive"), ARCHIVE_KINDS, set())
    report.say(
        "the first era and the second give what is true",
        differs.clean,
        f"{differs.compared:,} acts, {_problems(differs)}",
    )
    brought = bring(damaged.archive(str(damaged.folder), folder / "eras-damaged", archive="none"), silent)
    compare_damaged(report, damaged, brought, "2014/15 with faults")


def check_api(report: Report, whole: Tried, folder: Path) -> None:
    """GitHub's API with every trouble: the truth, in few requests, none of them twice, and no token anywhere."""
    kinds = GitHubSource.event_kinds
    for name, troubles in (("without trouble", ()), ("with every trouble", tuple(API_TROUBLES))):
        state, hurry, heard = folder / f"api-{len(troubles)}", Hurry(), Heard()
        with serve_github(whole.feeds, TOKENS, troubles, seed=2, clock=hurry.now) as server:
            brought = bring(whole.github(server.url, state), heard, TOKENS, hurry)
        differs = difference(whole, brought.events, states(brought.coverage, "github"), kinds, set())
        complete = set(states(brought.coverage, "github").values()) == {"complete"} and not brought.failures
        told = f"{brought.events.num_rows:,} of {differs.compared:,} acts"
        figures = f"{told}, {_problems(differs)}, failures {brought.failures[:2]}"
        report.say(f"the API {name} gives what is true", differs.clean and complete, figures)
        least, answered = least_requests(whole, brought.profiles.num_rows), server.log.count_requests(answered=True)
        figures = (
            f"{answered} answered ({server.log.count_requests()} sent), least {least}: {answered / least:.3f} times"
        )
        report.say(f"the API {name}: requests within 1.2 times the least", answered <= 1.2 * least, figures)
        again = server.log.list_repeated_requests()
        report.say(
            f"the API {name}: nothing is asked twice",
            not again,
            f"{len(again)} repeated {again[:2]}, waited {hurry.waited:.0f} s",
        )
        report.say(f"the API {name}: no token is written", not leaks(state, heard.text, brought), f"in {state.name}")
    check_each_trouble(report, whole, folder)
    check_news(report, whole, folder)


def check_each_trouble(report: Report, whole: Tried, folder: Path) -> None:
    """Every trouble by itself, on most requests: the same tables, and no token in files, words or errors."""
    leaking, wrong, struck = [], [], 0
    few = whole.repositories[1:3]
    for trouble in API_TROUBLES:
        hurry, heard, state = Hurry(), Heard(), folder / f"api-only-{trouble}"
        with serve_github(whole.feeds, TOKENS, (trouble,), seed=3, share=0.7, clock=hurry.now) as server:
            task = replace(whole.github(server.url, state), repositories=few)
            brought = bring(task, heard, TOKENS, hurry)
            struck += sum(server.log.count_troubles().values())
        mine = replace_rows(whole, few)
        differs = difference(mine, brought.events, states(brought.coverage, "github"), GitHubSource.event_kinds, set())
        wrong += [] if differs.clean and not brought.failures else [trouble]
        leaking += [trouble] if leaks(state, heard.text, brought) else []
    report.say(
        "each trouble alone changes nothing",
        not wrong,
        f"{len(API_TROUBLES)} troubles, {struck} strikes, wrong {wrong}",
    )
    report.say("each trouble alone: no token is written", not leaking, f"leaking {leaking}")
    refused: list[str] = []
    for tokens in ((), ("ghp_simulatedWRONGWRONGWRONG",)):
        with serve_github(whole.feeds, TOKENS) as server:
            heard, state = Heard(), folder / f"api-refused-{len(tokens)}"
            said = ""
            try:
                brought = bring(replace(whole.github(server.url, state), repositories=few), heard, tokens, Hurry())
                said = " ".join(str(reason) for _, reason in brought.failures)
            except Exception as error:  # whatever is raised is what a user would read
                said = f"{type(error).__name__}: {error}"
            refused.append(said or "NOTHING SAID")
            leaking += ["refused"] if leaks(state, heard.text + said, None, *tokens) else []
    holds = not leaking and all("oken" in said for said in refused)
    report.say("without a good token there is a clear end", holds, " | ".join(refused))


def check_news(report: Report, whole: Tried, folder: Path) -> None:
    """A second reading a month later asks only for what is new."""
    hurry, state = Hurry(), folder / "api-news"
    months = whole.field.world.months
    middle = datetime(months[-2].year, months[-2].month, 15)  # noqa: DTZ001 - naive UTC, as everywhere
    with serve_github(whole.feeds, TOKENS, now=middle, clock=hurry.now) as server:
        task = replace(whole.github(server.url, state), now=middle.isoformat())
        people = bring(task, silent, TOKENS, hurry).profiles.num_rows
        first = server.log.count_requests()
        bring(task, silent, TOKENS, hurry)
        nothing = server.log.count_requests() - first
        server.now = datetime.fromisoformat(whole.github("", state).now)
        brought = bring(whole.github(server.url, state), silent, TOKENS, hurry)
        second = server.log.count_requests() - first - nothing
    differs = difference(whole, brought.events, states(brought.coverage, "github"), GitHubSource.event_kinds, set())
    least = least_requests(whole, brought.profiles.num_rows - people, to_second(middle.date()))
    holds = differs.clean and nothing == 0 and second <= 1.2 * least
    figures = f"first {first} requests, the same day {nothing}, later {second} (least {least}); {_problems(differs)}"
    report.say("a later reading asks for what is new", holds, figures)


class Heard:
    """Everything a reader told."""

    def __init__(self) -> None:
        self.text = ""

    # a reader takes it for a function
    def __call__(self, text: str, done: int, total: int) -> None:
        """Remember one sentence."""
        self.text += f"{done}/{total} {text}\n"


def leaks(folder: Path, text: str, brought: FeedTables | None, *more: str) -> list[str]:
    """Where a token stands that should stand nowhere: in any file, in any word."""
    found = []
    tokens = [*TOKENS, *more]
    for path in sorted(folder.rglob("*")) if folder.exists() else ():
        content = path.read_bytes() if path.is_file() else b""
        found += [str(path) for token in tokens if token.encode() in content]
    words = text + (repr(brought.failures) if brought else "")
    return found + ["words" for token in tokens if token in words]


def replace_rows(tried: Tried, repositories: Sequence[str]) -> Tried:
    """The same field, of which only these repositories are compared."""
    mine = Tried(tried.field, tried.feeds, tried.hours, tried.faults, tried.folder)
    mine.__dict__["rows"] = [row for row in tried.rows if row["project"] in repositories]
    return mine


def least_requests(tried: Tried, people: int, since: int = 0) -> int:
    """The fewest requests that could bring what happened since then, counted from the truth.

    A hundred things or fifty repositories a request; a list of a repository costs one even where it turns out to be
    empty; stars come thirty weeks a page; pull requests and people are asked for whosever they are.
    """
    since = max(since, tried.field.world.month_starts[0])
    found, pulls = math.ceil(len(tried.feeds.projects) / 50), 0
    for feed in tried.feeds.projects:
        threads = [one for one in feed.threads if one.kind != "discussion" and last_change(one) >= since]
        pulls += sum(thread.kind == "pull" for thread in threads)
        for kind in ("comment", "review_comment"):
            said = sum(one.kind == kind and one.at >= since for thread in threads for one in thread.remarks)
            found += max(math.ceil(said / 100), 1)
        found += max(math.ceil(len(threads) / 100), 1)
        weeks = (tried.field.world.month_starts[-1] - max(feed.founded_at, since)) // (7 * 86_400) + 1
        found += math.ceil(weeks / 30)
        found += math.ceil(max(len(feed.releases) - 30, 0) / 100)
    return found + math.ceil(pulls / 100) + math.ceil(people / 100)


def last_change(thread: Thread) -> int:
    """When a thread last changed."""
    return max(thread.opened_at, thread.closed_at or 0, *(remark.at for remark in thread.remarks), 0)


@contextmanager
def short_of_memory() -> Iterator[tuple[list[str], str]]:
    """How to start a process with 512 MB: in a control group where there is one to be had, else by its data limit."""
    group = Path("/sys/fs/cgroup/memory") / f"check-events-{os.getpid()}"
    try:
        group.mkdir()
        (group / "memory.limit_in_bytes").write_text(str(MEMORY))
    except OSError:
        yield ["prlimit", f"--data={MEMORY}"] if shutil.which("prlimit") else [], "data limit"
        return
    try:
        yield ["sh", "-c", f'echo $$ > {group}/cgroup.procs && exec "$@"', "sh"], "control group"
    finally:
        group.rmdir()


def run_apart(task: Task, folder: Path, prefix: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """Read a task in a process of its own."""
    command = [*prefix, sys.executable, events_reading.__file__, str(task.write(folder / "task.json"))]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment())


def environment() -> dict[str, str]:
    """That of this process, with the good tokens."""
    return {**os.environ, "ECOTONE_GITHUB_TOKEN": ",".join(TOKENS)}


def check_kills(report: Report, folder: Path, kills: int, seed: int) -> None:
    """Readings killed again and again until one ends: every end is the same."""
    names = ("absent", "truncated", "garbled", "duplicates")
    whole, damaged = make(folder / "killed", names, seed=seed, last_month=date(2024, 3, 1), months=1, projects=2)
    with serve_hours(damaged.folder) as site, serve_github(whole.feeds, TOKENS) as api:
        tasks: dict[str, tuple[Callable[[Path], Task], Any]] = {
            "archive": (lambda place: damaged.archive(site.url, place, archive="none"), site.log),
            "API": (lambda place: whole.github(api.url, place, quick=False), api.log),
        }
        for name, (task, log) in tasks.items():
            began = time.monotonic()
            expected = json.loads(run_apart(task(folder / f"{name}-undisturbed"), folder).stdout)["digest"]
            length = time.monotonic() - began
            asked = log.count()
            killed, ends, wrong = _killed(task, folder / f"{name}-killed", kills // 2, length, expected, seed)
            extra = log.count() - asked * (ends + 1)
            figures = f"{killed} kills, {ends} readings brought to their end, {wrong} of them different"
            report.say(f"killing the {name}'s reader changes nothing", wrong == 0 and killed >= kills // 2, figures)
            # asked again: a request of the API that was on its way, what the archive's reader had read in three seconds
            most = round(killed * (1 if name == "API" else 5 + 3 * asked / length))
            report.say(
                f"killing the {name}'s reader: done work is kept",
                extra <= most,
                f"{extra} requests more, at most {most}",
            )


def _killed(
    task: Callable[[Path], Task], folder: Path, kills: int, length: float, expected: str, seed: int
) -> tuple[int, int, int]:
    """Kill at random moments, some kills a reading; returns kills, ends, and ends that differ."""
    chance = random.Random(seed)
    killed = ends = wrong = 0
    while killed < kills:
        place = folder / f"{ends}"
        place.parent.mkdir(exist_ok=True)
        stop = chance.randrange(1, 6)
        for _ in range(stop):
            path = task(place).write(folder / "task.json")
            with subprocess.Popen(
                [sys.executable, events_reading.__file__, str(path)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment(),
            ) as process:
                time.sleep(chance.uniform(0.1, length))
                if process.poll() is None:
                    os.kill(process.pid, signal.SIGKILL)
                    killed += 1
        done = run_apart(task(place), folder)
        ends += 1
        wrong += done.returncode != 0 or json.loads(done.stdout)["digest"] != expected
        shutil.rmtree(place)
    return killed, ends, wrong


def _problems(differs: Any) -> str:
    shown = {name: len(getattr(differs, name)) for name in ("silent", "lacking", "strange", "columns")}
    first = [*differs.silent[:1], *differs.lacking[:1], *differs.strange[:1], *differs.columns.items()]
    return f"problems {shown if any(shown.values()) else 'none'}{f' such as {first}' if first else ''}"


@pytest.fixture(scope="module")
def report() -> Report:
    """Prints every promise, with the seconds since the first."""
    return Report()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder for everything that is made; removed at the end."""
    with tempfile.TemporaryDirectory(prefix="acceptance-events-") as made:
        yield Path(made)


@pytest.fixture(scope="module")
def years(folder: Path) -> tuple[Tried, Tried]:
    """Two years across every break of the archive: whole, and with every fault."""
    whole, damaged = make(folder / "years", ["all"], seed=SEED, last_month=date(2026, 7, 1), months=24, projects=6)
    hours, acts = len(whole.hours.files), len(whole.rows)
    print(f"{hours:,} hours, {acts:,} acts, {len(damaged.hours.damage):,} damaged hours", flush=True)
    return whole, damaged


def test_made_lines_are_like_real_ones(report: Report, folder: Path) -> None:
    samples = require_shared("samples/gharchive")
    check_samples(report.say, samples, folder)
    report.require_all()


def test_a_whole_feed_gives_true_figures(report: Report, years: tuple[Tried, Tried], folder: Path) -> None:
    check_whole(report, years[0], folder)
    report.require_all()


def test_the_api_gives_true_figures(report: Report, years: tuple[Tried, Tried], folder: Path) -> None:
    check_api(report, years[0], folder)
    report.require_all()


def test_a_damaged_feed_gives_no_wrong_figure(report: Report, years: tuple[Tried, Tried], folder: Path) -> None:
    check_damaged(report, years[1], folder)
    report.require_all()


def test_runs_on_damaged_feeds_give_no_wrong_signal(report: Report, years: tuple[Tried, Tried], folder: Path) -> None:
    check_runs(report.say, *years, folder, TOKENS)
    report.require_all()


def test_every_era_is_read(report: Report, folder: Path) -> None:
    check_eras(report, folder, SEED)
    report.require_all()


def test_kills_change_nothing(report: Report, folder: Path) -> None:
    check_kills(report, folder, KILLS, SEED)
    report.require_all()
