"""Pull requests from histories small enough to count by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from ecotone.events.sources.git.landing_rules import LandingColumns, heads_belong_to_project
from ecotone.events.sources.git.pull_requests import PullRequest, reconstruct_pull_requests
from tests.events import history_drawing
from tests.events.history_drawing import SITE, Drawing
from tests.events.making import ANN, BEN, DAY, FORGE, START, Repository
from tests.events.reading import read_once

D_START = history_drawing.START
EPOCH = datetime.fromisoformat("1970-01-01")


def pulls_of(tmp_path: Path, repository: Repository) -> dict[int, dict[str, object]]:
    _, tables = read_once(tmp_path / "clone", repository.folder)
    rows = tables["pulls"].to_pylist()
    for row in rows:
        for name in ("opened_at", "merged_at", "first_commit_at", "last_commit_at"):
            value = row[name]
            row[name] = None if value is None else int((value - EPOCH).total_seconds()) - START
    return {row["number"]: row for row in rows}


@pytest.fixture
def made(tmp_path: Path) -> Repository:
    """#2 merged, #3 squashed, #4 open on top of #3, #5 pushed as it is; times in days after START."""
    made = Repository.new(tmp_path / "o.git")
    first = made.commit(at=START, ref="refs/heads/main")
    one = made.commit(first, at=START + DAY, by=BEN)
    two = made.commit(one, at=START + 2 * DAY, by=BEN, ref="refs/pull/2/head")
    merge = made.commit(
        first, two, at=START + 3 * DAY, committer=FORGE, message=b"Merge pull request #2 from ben-login/topic\n"
    )
    three = made.commit(merge, at=START + 4 * DAY, by=BEN, ref="refs/pull/3/head")
    four = made.commit(three, at=START + 5 * DAY, by=ANN)
    made.commit(four, at=START + 6 * DAY, by=ANN, ref="refs/pull/4/head")
    squash = made.commit(
        merge, at=START + 4 * DAY, committed=START + 7 * DAY, by=BEN, committer=FORGE, message=b"Three (#3)\n"
    )
    five = made.commit(squash, at=START + 8 * DAY, by=ANN, ref="refs/pull/5/head")
    made.ref("refs/heads/main", five)
    return made


def test_every_way_of_landing(made: Repository, tmp_path: Path):
    pulls = pulls_of(tmp_path, made)
    days = {
        number: tuple(None if row[name] is None else row[name] // DAY for name in ("first_commit_at", "last_commit_at",
                      "opened_at", "merged_at")) for number, row in pulls.items()
    }  # fmt: skip
    assert days == {2: (1, 2, 1, 3), 3: (4, 4, 4, 7), 4: (5, 6, 5, None), 5: (8, 8, 8, 8)}
    assert {number: row["account"] for number, row in pulls.items()} == {
        2: "ben@beta.example", 3: "ben@beta.example", 4: "ann@alpha.example", 5: "ann@alpha.example",
    }  # fmt: skip
    assert {number: row["evidence"] for number, row in pulls.items()} == {
        2: "head; named: Merge pull request #N",
        3: "head; named: (#N)",
        4: "head only",
        5: "head; carried",
    }


def test_a_merge_gives_away_the_login_and_who_merged(made: Repository, tmp_path: Path):
    _, tables = read_once(tmp_path / "clone", made.folder)
    assert tables["logins"].to_pylist() == [{"login": "ben-login", "account": "ben@beta.example"}]
    merged = [row for row in tables["events"].to_pylist() if row["kind"] == "pull_merged"]
    assert {row["thread"]: row["other_account"] for row in merged} == {2: "ann@alpha.example", 3: None, 5: None}


def test_without_heads_only_what_landed_is_known(made: Repository, tmp_path: Path):
    for name in made.refs("refs/pull"):
        made.drop(name)
    pulls = pulls_of(tmp_path, made)
    assert set(pulls) == {2, 3}
    assert all(row["opened_at"] is None and not row["has_head"] for row in pulls.values())
    # a merge commit's author merged; the request's author is who wrote what was merged
    assert pulls[2]["account"] == "ben@beta.example"


def test_a_landed_number_without_a_head_names_something_else(made: Repository, tmp_path: Path):
    made.commit(made.tip(), at=START + 9 * DAY, message=b"Fix what issue says (#40)\n", ref="refs/heads/main")
    assert 40 not in pulls_of(tmp_path, made)


def numbered(count: int, head_after_days: float, first_number: int = 1, old_numbers: int = 0) -> Drawing:
    """`count` squashes by the site, a day apart, each with a head that was written so long after its landing."""
    d = Drawing()
    tip = d.commit("first", day=-900)
    for number in range(1, old_numbers + 1):
        tip = d.commit(f"old{number}", tip, -900 + number, "ann", f"old (#{number})", committer=SITE)
    for number in range(first_number, first_number + count):
        d.heads[number] = d.commit(f"h{number}", tip, number + head_after_days, "ann", "head")
        tip = d.commit(f"s{number}", tip, number, "ann", f"x (#{number})", committer=SITE)
    d.main = tip
    return d


def reconstruct(d: Drawing, columns: LandingColumns | None = None) -> tuple[dict[int, PullRequest], bool]:
    requests, _, own = reconstruct_pull_requests(d.commit_columns(columns), d.lines(), d.head_positions, d.repository)
    return {request.number: request for request in requests}, own


def moved(d: Drawing, days: dict[str, float]) -> LandingColumns:
    """The columns with other author times for some commits, in days."""
    times = list(d.columns.author_time)
    for name, day in days.items():
        times[d.position[name]] = D_START + int(day * DAY)
    return replace(d.columns, author_time=times)


@pytest.mark.parametrize(("after", "own"), [(-5, True), (0.5, True), (1.5, False), (400, False)])
def test_heads_older_than_their_landings_are_the_projects_own(after: float, own: bool):
    d = numbered(8, after)
    assert d.heads_are_own() is own
    requests, said = reconstruct(d)
    assert said is own
    assert all((request.head is not None) is own for request in requests.values())
    assert len(requests) == 8


def test_half_of_them_decide():
    d = numbered(6, -1)
    on_main = d.lines().on_main
    late = {f"h{number}": 900.0 for number in (1, 2, 3)}
    assert heads_belong_to_project(moved(d, late), on_main, d.head_positions)
    assert not heads_belong_to_project(moved(d, {**late, "h4": 900.0}), on_main, d.head_positions)


def test_a_few_heads_beside_many_landed_numbers_are_a_copys():
    few = {100 + number: f"h{number}" for number in range(1, 5)}
    for landed, own in ((40, True), (41, False)):
        d = numbered(landed, 400)
        d.heads = dict(few)
        assert d.heads_are_own() is own


def test_a_number_that_an_imported_history_named_lands_where_it_is_named_again():
    """The import names #1 years before this repository's first request was written."""
    requests, own = reconstruct(numbered(9, -1, old_numbers=3))
    assert own
    assert requests[1].merged == D_START + DAY


def test_an_opening_is_after_the_starts_of_smaller_numbers_and_before_the_landing():
    d = numbered(30, -3)
    requests, _ = reconstruct(d, moved(d, {"h20": 7}))  # begun long before it was opened
    assert requests[20].first_own == D_START + 7 * DAY
    assert requests[20].opened == requests[19].first_own == D_START + 16 * DAY
    assert all(request.opened <= request.merged for request in requests.values())


def test_a_head_written_after_the_commit_that_names_it_did_not_land_by_it():
    """#10 is named on day 10, and its head was written on day 27."""
    d = numbered(30, -1)
    requests, own = reconstruct(d, moved(d, {"h10": 27}))
    assert own
    assert requests[10].merged is None


def test_an_opening_is_never_after_the_landing():
    """The clock of #10's author was half a day ahead of the site's."""
    requests, _ = reconstruct(numbered(30, 0.5))
    assert all(request.opened == request.merged for request in requests.values())


def kinds_of(tmp_path: Path, repository: Repository) -> list[tuple[str, str]]:
    """Kind and author of the commits of the default branch, in order."""
    _, tables = read_once(tmp_path / "clone", repository.folder)
    rows = [row for row in tables["events"].to_pylist() if row["kind"] in ("commit", "merge")]
    return [(row["kind"], row["account"].partition("@")[0]) for row in sorted(rows, key=lambda row: row["created_at"])]


def test_a_commit_of_two_parents_is_a_merge_whatever_it_changes(tmp_path: Path):
    made = Repository.new(tmp_path / "o.git")
    first = made.commit(at=START, by=ANN)
    side = made.commit(first, at=START + 1, by=BEN)
    clean = made.commit(first, side, at=START + 2, by=ANN, message=b"Merge pull request #2 from ben/x\n")
    other = made.commit(clean, at=START + 3, by=BEN)
    evil = made.commit(clean, other, at=START + 4, by=ANN, message=b"Rework everything\n", files={"new.txt": b"1\n"})
    made.ref("refs/heads/main", evil)
    assert kinds_of(tmp_path, made) == [
        ("commit", "ann"), ("commit", "ben"), ("merge", "ann"), ("commit", "ben"), ("merge", "ann"),
    ]  # fmt: skip


def test_an_octopus_is_one_merge(tmp_path: Path):
    made = Repository.new(tmp_path / "o.git")
    first = made.commit(at=START, by=ANN)
    sides = [made.commit(first, at=START + step, by=BEN, message=b"side %d\n" % step) for step in (1, 2, 3)]
    made.ref("refs/heads/main", made.commit(first, *sides, at=START + 9, by=ANN))
    assert kinds_of(tmp_path, made) == [("commit", "ann"), *[("commit", "ben")] * 3, ("merge", "ann")]


def test_a_squash_is_authored_work_whatever_its_subject(tmp_path: Path):
    made = Repository.new(tmp_path / "o.git")
    first = made.commit(at=START, by=ANN)
    squash = made.commit(first, at=START + 1, by=BEN, message=b"Merge pull request #2 from ben/x\n")
    made.ref("refs/heads/main", squash)
    assert kinds_of(tmp_path, made) == [("commit", "ann"), ("commit", "ben")]
