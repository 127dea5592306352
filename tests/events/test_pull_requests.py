"""Pull requests from histories small enough to count by hand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from ecotone.events.sources.git.commit_graph import CommitGraph
from ecotone.events.sources.git.pull_requests import CommitColumns, heads_belong_to_project, reconstruct_pull_requests
from ecotone.events.sources.git.subject_numbers import parse_pull_reference
from tests.events.making import ANN, BEN, DAY, FORGE, START, Repository
from tests.events.reading import read_once

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
        2: "head, and a landed commit names it",
        3: "head, and a landed commit names it",
        4: "head only",
        5: "head, reachable from the default branch",
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


def numbered(
    count: int, head_after_days: float, named: bool = True
) -> tuple[CommitColumns, dict[int, int], dict[int, int]]:
    """`count` squash merges, a day apart, each with a head that was written so long after its landing."""
    parents, times, subjects, heads, landings = [()], [START], [""], {}, {}
    for number in range(1, count + 1):
        landing = len(parents)
        landings[number] = landing
        parents.append((landing - 2 if number > 1 else 0,))
        times.append(START + number * DAY)
        subjects.append(f"x (#{number})" if named else "x")
        heads[number] = len(parents)
        parents.append((parents[landing][0],))
        times.append(int(times[landing] + head_after_days * DAY))
        subjects.append("head")
    graph = CommitGraph(parents)
    landed_by = graph.find_landing_commits(len(parents) - 2)
    found = {
        index: one
        for index, text in enumerate(subjects)
        if landed_by[index] >= 0 and (one := parse_pull_reference(text))
    }
    emails = ["a@alpha.example"] * len(parents)
    return CommitColumns(graph, landed_by, times, emails, times, found), heads, landings


@pytest.mark.parametrize(("after", "own"), [(-5, True), (0.5, True), (1.5, False), (400, False)])
def test_heads_older_than_their_landings_are_the_projects_own(after: float, own: bool):
    commits, heads, landings = numbered(8, after)
    assert heads_belong_to_project(commits, heads, landings) is own
    requests, _, said = reconstruct_pull_requests(commits, heads)
    assert said is own
    assert all((request.head is not None) is own for request in requests)
    assert len(requests) == 8


def test_half_of_them_decide():
    commits, heads, landings = numbered(6, -1)
    times = list(commits.author_time)
    for number in (1, 2, 3):
        times[heads[number]] += 900 * DAY
    half = CommitColumns(commits.graph, commits.landed_by, times, commits.author_email, commits.committer_time, {})
    assert heads_belong_to_project(half, heads, landings)
    times[heads[4]] += 900 * DAY
    assert not heads_belong_to_project(half, heads, landings)


def test_a_few_heads_beside_many_landed_numbers_are_a_copys():
    commits, heads, landings = numbered(4, 400)
    few = {100 + number: head for number, head in heads.items()}
    assert heads_belong_to_project(commits, few, dict.fromkeys(range(1, 41), 0))
    assert not heads_belong_to_project(commits, few, dict.fromkeys(range(1, 42), 0))
    assert not heads_belong_to_project(commits, {}, landings)


def test_a_number_that_an_imported_history_named_lands_where_it_is_named_again():
    """The import names #1 years before this repository's first request was written."""
    commits, heads, _ = numbered(9, -1)
    graph = CommitGraph([(), *(tuple(parent + 1 for parent in row) or (0,) for row in commits.graph.parents)])
    times = [START - 900 * DAY, *commits.author_time]
    landed_by = graph.find_landing_commits(len(times) - 2)
    named = {0: parse_pull_reference("old (#1)"), **{index + 1: one for index, one in commits.pull_references.items()}}
    moved = CommitColumns(graph, landed_by, times, ["a@alpha.example"] * len(times), times, named)  # type: ignore[arg-type] - none of them is None
    requests, _, own = reconstruct_pull_requests(moved, {number: head + 1 for number, head in heads.items()})
    assert own
    assert requests[0].merged == START + DAY


def test_an_opening_is_after_the_starts_of_smaller_numbers_and_before_the_landing():
    commits, heads, _ = numbered(30, -3)
    times = list(commits.author_time)
    times[heads[20]] -= 10 * DAY  # begun long before it was opened
    earlier = CommitColumns(
        commits.graph, commits.landed_by, times, commits.author_email, commits.committer_time, commits.pull_references
    )
    requests = {request.number: request for request in reconstruct_pull_requests(earlier, heads)[0]}
    assert requests[20].first_own == START + 7 * DAY
    assert requests[20].opened == requests[19].first_own == START + 16 * DAY
    assert all(request.opened <= request.merged for request in requests.values())


def test_an_opening_is_never_after_the_landing_even_where_both_contradict_the_rest():
    """#10 seems to have landed on day 3, before its neighbours were begun, and its head was rewritten on day 27."""
    commits, heads, landings = numbered(30, -1)
    written, landed = list(commits.author_time), list(commits.committer_time)
    written[heads[10]], landed[landings[10]] = START + 27 * DAY, START + 3 * DAY
    odd = CommitColumns(
        commits.graph, commits.landed_by, written, commits.author_email, landed, commits.pull_references
    )
    requests = {request.number: request for request in reconstruct_pull_requests(odd, heads)[0]}
    assert requests[10].merged == START + 3 * DAY
    assert requests[10].opened == START + 3 * DAY
