"""Which commit brought which to a branch: foxtrots, integration branches, release branches."""

import pytest

from ecotone.events.sources.git.branch_lines import NOT_HELD, is_long_lived
from tests.events.history_drawing import Drawing

LONG = ("main develop dev next release releases/1.0 release-1.0 release/2024-05 stable/victoria 3.12 v2.x 1.0.x "
        "REL_14 maint maint-2.1 lts 8-stable v3 pg-13.x upstream/develop")  # fmt: skip
SHORT = "fix-12 feature/next-step release-notes-typo developer-docs patch-1 issue-3.12-crash bob/v2 1234 mainline-fix"


@pytest.mark.parametrize("name", LONG.replace("REL_14 ", "").replace("pg-13.x ", "pg-13.x ").split())
def test_long_lived_names(name: str) -> None:
    assert is_long_lived(name)


@pytest.mark.parametrize("name", SHORT.split())
def test_short_names(name: str) -> None:
    assert not is_long_lived(name)


def test_merge_brings_its_side() -> None:
    d = Drawing()
    d.line("a b")
    d.line("x y", "a", 1, "bo")
    d.main = d.commit("m", "b y", 3)
    assert [d.held_by(name) for name in "abxym"] == ["a", "b", "m", "m", "m"]


@pytest.mark.parametrize(
    ("subject", "repository", "flips"),
    [
        ("Merge branch 'main' of https://github.com/team/repo", "team/repo", True),
        ("Merge branch 'main' of git@github.com:team/repo.git", "team/repo", True),
        ("Merge remote-tracking branch 'origin/main'", "team/repo", True),
        ("Merge remote-tracking branch 'upstream/main' into main", "team/repo", True),
        ("Merge branch 'main' into topic", "team/repo", True),
        ("Merge branch 'main' of https://github.com/bo/repo", "team/repo", False),  # a contributor's fork
        ("Merge branch 'topic'", "team/repo", False),
    ],
)
def test_foxtrot_is_told_by_its_subject(subject: str, repository: str, flips: bool) -> None:
    """Ada merged x on day 2; Bo, who had c locally, pulled main on day 9."""
    d = Drawing(repository)
    d.commit("a")
    d.commit("x", "a", 1, "cy")
    d.commit("m", "a x", 2, message="Merge branch 'x'")
    d.commit("c", "a", 3, "bo")
    d.main = d.commit("fox", "c m", 9, "bo", subject)
    by = d.lines().held_by
    merged_early = by[d.position["x"]] == d.position["m"]
    assert merged_early == (subject != "Merge branch 'topic'")
    assert (d.lines().merged_at.get(d.position["m"]) == d.position["fox"]) == (not flips and "main" in subject)


def test_integration_branch_by_name_brings_when_it_got_the_work() -> None:
    d = Drawing()
    d.line("a")
    d.commit("x", "a", 1, "bo")
    d.commit("d", "a x", 2, message="Merge branch 'x' into develop")
    d.main = d.commit("r", "a d", 60, message="Merge branch 'develop' for 1.0")
    assert d.held_by("x") == "d"
    assert d.lines().merged_at == {d.position["d"]: d.position["r"]}


def test_integration_branch_by_three_named_requests() -> None:
    d = Drawing()
    tip = d.commit("a")
    for k in (1, 2, 3):
        d.commit(f"x{k}", tip, k, "bo")
        tip = d.commit(f"m{k}", f"{tip} x{k}", k + 0.5, message=f"Merge pull request #{k} from bo/x{k}")
    d.main = d.commit("r", f"a {tip}", 60, message="Ship it")
    assert [d.held_by(f"x{k}") for k in (1, 2, 3)] == ["m1", "m2", "m3"]


def test_topic_that_merges_another_topic_is_no_integration_branch() -> None:
    d = Drawing()
    d.commit("a")
    d.commit("x", "a", 1, "bo")
    d.commit("t", "a x", 2, "cy", "Merge branch 'x' into topic")
    d.main = d.commit("m", "a t", 9, message="Merge branch 'topic'")
    assert d.held_by("x") == "m"


def test_integration_branches_within_each_other() -> None:
    d = Drawing()
    d.commit("a")
    d.commit("x", "a", 1, "bo")
    d.commit("n", "a x", 2, message="Merge branch 'x' into next")
    d.commit("d", "a n", 10, message="Merge branch 'next' into develop")
    d.main = d.commit("r", "a d", 60, message="Merge branch 'develop'")
    assert (d.held_by("x"), d.held_by("n"), d.held_by("d")) == ("n", "n", "d")


def test_release_branch_lasts_and_open_branch_does_not() -> None:
    d = Drawing()
    d.main = d.line("a b c")
    d.branches["release-1.0"] = d.commit("r", "b", 5)
    d.branches["bo-idea"] = d.commit("i", "b", 6, "bo")
    d.branches["bo-request"] = d.heads[7] = d.commit("h", "b", 7, "bo")
    lines = d.lines()
    lasting = {name for name, index in d.position.items() if lines.lasting[index]}
    assert lasting == {"a", "b", "c", "r"}
    assert lines.held_by[d.position["h"]] == NOT_HELD
    assert lines.held_by[d.position["i"]] >= len(d.rows)


@pytest.mark.parametrize("name", ["gh-readonly-queue/main/pr-7-01ab", "trying", "dependabot/npm/x", "mergify/merge"])
def test_branches_of_machines_hold_nothing(name: str) -> None:
    d = Drawing()
    d.main = d.line("a b")
    d.branches[name] = d.commit("q", "b", 3, message="Merge pull request #7 from bo/x")
    assert d.held_by("q") == NOT_HELD


def test_deep_histories_need_no_recursion() -> None:
    d = Drawing()
    tip = d.commit("c0")
    for k in range(1, 3000):
        side = d.commit(f"s{k}", tip, k)
        tip = d.commit(f"c{k}", f"{side} {tip}", k, message="Merge branch 'develop' into main")
    d.main = tip
    assert d.lines().on_main == [True] * len(d.rows)
