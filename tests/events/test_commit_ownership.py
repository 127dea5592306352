"""A commit counts once in a landscape."""

import time
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from ecotone.events.commit_ownership import (
    COMMIT_SCHEMA,
    SHARED_SCHEMA,
    CommitOwnership,
    RepositoryCommits,
    assign_commits,
    without_shared_commits,
)
from ecotone.events.schema import EVENT_SCHEMA, PULL_SCHEMA


def held(
    name: str, shas: Sequence[str], since: int = 0, fork_of: str | None = None, project: str = ""
) -> RepositoryCommits:
    """A repository whose commits landed one second after another; their names say what they are."""
    rows = [
        {"sha": sha, "landed_at": since + k, "author_email": "ada@quillfen.org", "author_time": k,
         "committer_time": k, "subject": sha.partition("~")[0]}
        for k, sha in enumerate(shas)
    ]  # fmt: skip
    table = pa.Table.from_pylist(rows, schema=COMMIT_SCHEMA)
    return RepositoryCommits(project or name, name, fork_of, table)


def commits(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{k}" for k in range(count)]


def elsewhere(found: CommitOwnership) -> dict[str, list[str]]:
    return {name: sorted(shas.to_pylist()) for name, shas in found.elsewhere.items()}


BASE = commits("base", 6)


def test_nothing_shared_is_nothing_elsewhere() -> None:
    assert assign_commits([]).shared.num_rows == 0
    found = assign_commits([held("a/a", commits("a", 3)), held("b/b", commits("b", 3)), held("c/c", [])])
    assert elsewhere(found) == {}
    assert found.shared.schema == SHARED_SCHEMA


def test_a_fork_starts_at_its_own_first_commit() -> None:
    parent, fork = held("up/app", [*BASE, "up1"]), held("down/app", [*BASE, "down1"])
    assert elsewhere(assign_commits([parent, fork])) == {"down/app": sorted(BASE)}


def test_the_line_that_had_it_first_owns_it_whatever_the_order() -> None:
    parent, fork = held("up/app", [*BASE, "up1"]), held("down/app", [*BASE, "down1"], since=500)
    found = assign_commits([fork, parent])
    assert elsewhere(found) == {"down/app": sorted(BASE)}
    assert found.shared.to_pylist() == [
        {"project": "down/app", "repository": "down/app", "owner_project": "up/app", "owner_repository": "up/app",
         "commits": 6, "counted": False}
    ]  # fmt: skip


def test_at_the_same_time_the_landscapes_order_decides_and_fork_of_overrides() -> None:
    rows = (held("down/app", [*BASE, "down1"]), held("up/app", [*BASE, "up1"]))
    assert elsewhere(assign_commits(rows)) == {"up/app": sorted(BASE)}
    stated = (held("down/app", [*BASE, "down1"], fork_of="Up/App"), rows[1])
    assert elsewhere(assign_commits(stated)) == {"down/app": sorted(BASE)}


def test_the_parent_keeps_what_it_took_from_a_stated_fork() -> None:
    fork = held("down/app", ["feature", "down1"], fork_of="up/app")
    parent = held("up/app", ["up1", "feature"], since=900)
    assert elsewhere(assign_commits([fork, parent])) == {"down/app": ["feature"]}
    assert elsewhere(assign_commits([held("down/app", ["feature", "down1"]), parent])) == {"up/app": ["feature"]}


def test_a_fork_of_a_fork_has_nothing_of_its_grandparent() -> None:
    found = assign_commits(
        [
            held("c/app", [*BASE, "c1"], fork_of="b/app"),
            held("b/app", ["b1"], fork_of="a/app"),
            held("a/app", [*BASE, "a1"], since=900),
        ]
    )
    assert elsewhere(found) == {"c/app": sorted(BASE)}


def test_forks_of_each_other_are_no_forks() -> None:
    found = assign_commits(
        [held("a/app", [*BASE, "a1"], fork_of="b/app"), held("b/app", [*BASE, "b1"], fork_of="a/app")]
    )
    assert elsewhere(found) == {"b/app": sorted(BASE)}


def test_a_mirror_in_the_same_project_adds_nothing() -> None:
    found = assign_commits([held("team/home", BASE, project="both"), held("mirror/home", BASE, project="both")])
    assert elsewhere(found) == {"mirror/home": sorted(BASE)}


def test_a_former_address_has_nothing_beside_the_present_one() -> None:
    old, new = held("old/home", BASE, project="both"), held("new/home", [*BASE, "new1"], project="both")
    assert elsewhere(assign_commits([old, new])) == {"old/home": sorted(BASE)}
    assert elsewhere(assign_commits([old, held("new/home", BASE, since=9, project="both")])) == {
        "new/home": sorted(BASE)
    }


def test_a_project_with_the_same_history_only_keeps_it_once() -> None:
    found = assign_commits(
        [
            held("alone/home", BASE),
            held("team/home", BASE, project="both"),
            held("mirror/home", BASE, project="both"),
        ]
    )
    assert elsewhere(found) == {"mirror/home": sorted(BASE)}
    assert [(row["repository"], row["counted"]) for row in found.shared.to_pylist()] == [
        ("team/home", True), ("mirror/home", False),
    ]  # fmt: skip
    stated = assign_commits([held("alone/home", BASE), held("dead/fork", BASE, fork_of="alone/home")])
    assert elsewhere(stated) == {"dead/fork": sorted(BASE)}


def test_a_vendored_library_counts_in_its_own_project() -> None:
    library, app = commits("lib", 40), commits("app", 30)
    found = assign_commits([held("team/app", [*app, *library], since=1000), held("team/lib", [*library, "lib40"])])
    assert elsewhere(found) == {"team/app": sorted(library)}


def test_rewritten_commits_of_related_repositories_are_the_same() -> None:
    base = commits("base", 30)
    rewritten = [*base[:12], *(f"{name}~again" for name in base[12:]), "down1"]
    parent = held("up/app", [*base, "up1"])
    assert len(elsewhere(assign_commits([parent, held("down/app", rewritten)]))["down/app"]) == 30
    # with fewer in common nothing says that they are related, unless the landscape does
    rewritten = [*base[:5], *(f"{name}~again" for name in base[5:]), "down1"]
    assert len(elsewhere(assign_commits([parent, held("down/app", rewritten)]))["down/app"]) == 5
    stated = assign_commits([parent, held("down/app", rewritten, fork_of="up/app")])
    assert len(elsewhere(stated)["down/app"]) == 30


def test_equal_work_in_unrelated_repositories_is_not_shared() -> None:
    first, second = commits("change", 30), [f"{name}~other" for name in commits("change", 30)]
    assert elsewhere(assign_commits([held("a/a", first), held("b/b", second)])) == {}


def test_what_rests_on_a_commit_follows_it() -> None:
    def event(kind: str, commit: str, thread: int | None = None, repository: str = "down/app") -> dict[str, object]:
        return {
            "event_id": f"{kind}{commit}",
            "kind": kind,
            "repository": repository,
            "commit": commit,
            "thread": thread,
        }

    rows = [
        event("commit", "base1"), event("co_author", "base1"), event("review", "base1"), event("release", "base1"),
        event("pull_opened", "head7", 7), event("pull_merged", "base1", 7),
        event("commit", "down1"), event("pull_opened", "head8", 8), event("pull_merged", "down1", 8),
        event("pull_opened", "head9", 9), event("issue_opened", None, 7),
        event("commit", "base1", repository="up/app"), event("pull_opened", "head7", 7, repository="up/app"),
    ]  # fmt: skip
    events = pa.Table.from_pylist(rows, schema=EVENT_SCHEMA)
    numbers = [("down/app", 7), ("down/app", 8), ("down/app", 9), ("up/app", 7)]
    pulls = pa.Table.from_pylist([{"repository": name, "number": n} for name, n in numbers], schema=PULL_SCHEMA)
    kept, requests = without_shared_commits(events, pulls, {"down/app": pa.array(["base1"])})
    assert [(row["repository"], row["kind"], row["thread"]) for row in kept.to_pylist()] == [
        ("down/app", "commit", None), ("down/app", "pull_opened", 8), ("down/app", "pull_merged", 8),
        ("down/app", "pull_opened", 9), ("down/app", "issue_opened", 7),
        ("up/app", "commit", None), ("up/app", "pull_opened", 7),
    ]  # fmt: skip
    assert [(row["repository"], row["number"]) for row in requests.to_pylist()] == numbers[1:]


def test_three_hundred_thousand_commits_take_less_than_two_seconds() -> None:
    shas = [f"{k:040x}" for k in range(300_000)]
    repositories = []
    for k in range(63):
        own = shas[max(0, k * 4_700 - 1_000) : (k + 1) * 4_700]
        times = np.arange(len(own))
        columns = [own, times, ["ada@quillfen.org"] * len(own), times, times, own]
        arrays = [pa.array(column, field.type) for column, field in zip(columns, COMMIT_SCHEMA, strict=True)]
        repositories.append(RepositoryCommits(f"team/p{k}", f"team/p{k}", None, pa.table(arrays, schema=COMMIT_SCHEMA)))
    begun = time.perf_counter()
    found = assign_commits(repositories)
    assert time.perf_counter() - begun < 2 * 5  # generous on a busy machine
    assert sum(len(names) for names in found.elsewhere.values()) == 62 * 1_000
