"""Which commit landed each request, by which rule and when: histories small enough to draw by hand."""

import pytest

from ecotone.events.sources.git.landing_rules import (
    CARRIED,
    CLOSED,
    NAMED,
    NAMED_BY_OTHER,
    REBASED,
    SAME_MESSAGE,
    find_landings_without_heads,
)
from tests.events.history_drawing import SITE, Drawing


def request(
    message: str, by: str = "bo", day: float = 3, committer: str | None = None, committed: float | None = None
) -> Drawing:
    """Request 7 of bo, opened on day 1 with the message "fix retry"; one commit on main afterwards."""
    d = Drawing()
    d.commit("a")
    d.heads[7] = d.commit("h", "a", 1, "bo", "fix retry")
    d.main = d.commit("s", "a", day, by, message, committed, committer)
    return d


@pytest.mark.parametrize(
    "message",
    [
        "fix: retry (#7)",
        "fix: retry (PR #7) [skip ci]",
        "Merged PR 7: retry",
        "!7 retry",
        "retry\n\nPR-URL: https://github.com/team/repo/pull/7",
        "retry\n\nPart-of: <https://git.example.org/team/repo/-/merge_requests/7>",
        "retry\n\nThis closes #7",
        "retry\n\nCloses #7 from bo/fix.",
    ],
)
def test_named_by_its_author(message: str) -> None:
    assert request(message).landed() == {7: ("s", NAMED, 3)}


@pytest.mark.parametrize("message", ["retry\n\nCloses #7", "retry. Fixes gh-7", "retry [#7]", "#7: retry"])
def test_closed_by_its_author(message: str) -> None:
    assert request(message).landed() == {7: ("s", CLOSED, 3)}


@pytest.mark.parametrize(
    "message",
    [
        "retry\n\nCloses #7",  # an issue's number, or somebody else's solution
        "retry [#7]",
        "retry, see #7",
        "retry\n\nCloses other/thing#7",
        "retry\n\nPR-URL: https://github.com/other/thing/pull/7",
        'Revert "retry (#7)"',
        "retry (#8)",
        "retry",
    ],
)
def test_another_author_needs_an_explicit_form(message: str) -> None:
    assert request(message, by="cy").landed() == {}


def test_number_in_words_is_believed_of_another_author_for_a_while() -> None:
    message = "retry\n\nPR-URL: https://github.com/team/repo/pull/7"
    assert request(message, by="cy", day=80).landed() == {7: ("s", NAMED_BY_OTHER, 80)}
    assert request(message, by="cy", day=95).landed() == {}


def test_squash_by_the_site_is_believed_of_another_author() -> None:
    assert request("retry (#7)", by="cy", committer=SITE).landed() == {7: ("s", NAMED_BY_OTHER, 3)}
    assert request("retry (#7)", by="cy").landed() == {}  # may be a ticket


def test_same_message_with_a_mention() -> None:
    assert request("fix retry\n\nsee #7", by="cy").landed() == {7: ("s", SAME_MESSAGE, 3)}


def test_commit_before_the_request_names_something_else() -> None:
    d = Drawing()
    d.commit("a")
    d.commit("old", "a", 1, "bo", "fix (#7)")
    d.heads[7] = d.commit("h", "old", 100, "bo")
    d.main = d.commit("b", "old", 120)
    assert d.landed() == {}


def test_commit_that_names_another_request_closes_an_issue() -> None:
    d = request("retry (#8)\n\nCloses #7", committer=SITE)
    d.heads[8] = d.commit("g", "a", 2, "bo", "second try")
    assert d.landed() == {8: ("s", NAMED, 3)}


def test_rebased_commit_keeps_author_and_author_time() -> None:
    assert request("another text", day=1, committed=4).landed() == {7: ("s", REBASED, 4)}
    assert request("another text", by="cy", day=1, committed=4).landed() == {}
    assert request("another text", day=1.5, committed=4).landed() == {}


def test_half_of_the_commits_rebased_is_enough() -> None:
    d = Drawing()
    d.commit("a")
    d.commit("h1", "a", 1, "bo")
    d.commit("h2", "h1", 2, "bo")
    d.heads[7] = d.commit("h3", "h2", 3, "bo")
    d.heads[8] = d.commit("g3", d.commit("g2", d.commit("g1", "a", 1, "cy"), 2, "cy"), 3, "cy")
    d.commit("r1", "a", 1, "bo", committed=5)
    d.commit("r2", "r1", 2, "bo", committed=6)
    d.main = d.commit("q1", "r2", 1, "cy", committed=7)
    assert d.landed() == {7: ("r2", REBASED, 6)}


def test_cherry_pick_made_from_main_is_no_landing_on_main() -> None:
    """A backport request is a later copy of a landed commit; only the release branch lands it."""
    d = Drawing()
    d.commit("a")
    d.main = d.commit("m", "a", 1, "bo", committed=2)
    d.heads[9] = d.commit("h", "a", 1, "bo", committed=3)
    d.branches["release-1.0"] = d.commit("unrelated", "a", 4)
    assert d.landed() == {}
    d.branches["release-1.0"] = d.commit("r", "unrelated", 1, "bo", committed=5)
    assert d.landed() == {9: ("r", REBASED, 5)}


def test_work_landed_by_another_request_is_not_landed_twice() -> None:
    """Bo closes request 7 and opens the same commit again as 8, which is merged."""
    d = Drawing()
    d.commit("a")
    d.heads[7] = d.commit("h", "a", 1, "bo")
    d.commit("b", "a", 2)
    d.heads[8] = d.commit("g", "b", 1, "bo", committed=3)
    d.main = d.commit("m", "b g", 4, message="Merge pull request #8 from bo/again")
    assert d.landed() == {8: ("m", NAMED, 4)}


def test_carried_by_the_nearest_merge() -> None:
    d = Drawing()
    d.commit("a")
    d.heads[7] = d.commit("h", "a", 1, "bo")
    d.commit("m", "a h", 2, message="Merge branch 'x'")
    d.commit("c", "a", 3, "cy")
    d.main = d.commit("fox", "c m", 30, "cy", "Merge branch 'main' of https://github.com/team/repo")
    assert d.landed() == {7: ("m", CARRIED, 2)}


def test_fast_forward_lands_at_the_time_of_the_commit() -> None:
    d = Drawing()
    d.commit("a")
    d.heads[7] = d.commit("h", "a", 1, "bo", committed=2)
    d.main = d.commit("b", "h", 9)
    assert d.landed() == {7: ("h", CARRIED, 2)}


def test_head_reset_to_a_commit_of_another_request_adds_nothing() -> None:
    d = Drawing()
    d.commit("a")
    d.heads[6] = d.commit("g", "a", 1, "bo")
    d.commit("s", "a", 2, "bo", "fix (#6)", committer=SITE)
    d.heads[7] = "s"
    d.main = d.commit("b", "s", 9)
    assert d.landed() == {6: ("s", NAMED, 2)}


def test_merged_into_develop_is_landed_then() -> None:
    d = Drawing()
    d.commit("a")
    d.heads[7] = d.commit("h", "a", 1, "bo")
    d.commit("d", "a h", 2, message="Merge pull request #7 from bo/fix")
    d.heads[9] = "d"  # the release as a request of its own
    d.main = d.commit("r", "a d", 60, message="Merge pull request #9 from team/develop")
    assert d.landed() == {7: ("d", NAMED, 2), 9: ("r", NAMED, 60)}


def test_develop_that_is_not_merged_yet_lands_too() -> None:
    d = Drawing()
    d.commit("a")
    d.heads[7] = d.commit("h", "a", 1, "bo")
    d.heads[8] = d.commit("g", "a", 1, "cy")
    d.commit("d", "a h", 2, message="Merge branch 'fix' into develop")
    d.branches["develop"] = d.heads[9] = d.commit("e", "d", 3)  # the release is an open request
    d.main = d.commit("b", "a", 9)
    assert d.landed() == {7: ("d", CARRIED, 2)}


def test_backport_lands_on_the_release_branch() -> None:
    d = Drawing()
    d.commit("a")
    d.heads[1] = d.commit("h", "a", 1, "bo", "fix")
    d.main = d.commit("m", "a", 2, "bo", "fix (#1)", committer=SITE)
    d.heads[2] = d.commit("g", "a", 3, "bo", "[1.0] fix")
    d.branches["release-1.0"] = d.commit("r", "a", 4, "bo", "[1.0] fix (#1) (#2)", committer=SITE)
    assert d.landed() == {1: ("m", NAMED, 2), 2: ("r", NAMED, 4)}


def test_tag_of_a_deleted_release_branch_counts() -> None:
    d = Drawing()
    d.main = d.line("a b")
    d.heads[2] = d.commit("g", "a", 3, "bo")
    d.tags["v1.0.1"] = d.commit("r", "a", 4, "bo", "fix (#2)", committer=SITE)
    assert d.landed() == {2: ("r", NAMED, 4)}


def test_branch_of_an_open_request_lands_nothing() -> None:
    d = Drawing()
    d.main = d.line("a b")
    d.heads[7] = d.commit("h", "a", 1, "bo")
    d.commit("i", "a h", 3, "bo", "Merge branch 'one' into two")
    d.branches["bo-two"] = d.heads[8] = d.commit("j", "i", 4, "bo", "fix (#7)")
    assert d.landed() == {}


def test_own_commit_never_lands_its_request() -> None:
    d = Drawing()
    d.main = d.line("a b")
    d.heads[7] = d.commit("h", "a", 3, "bo", "fix\n\nPull Request resolved: https://github.com/team/repo/pull/7")
    assert d.landed() == {}


def test_batch_of_a_merge_queue_lands_every_request() -> None:
    d = Drawing()
    d.commit("a")
    d.heads[7] = d.commit("h", "a", 1, "bo")
    d.heads[8] = d.commit("g", "a", 2, "cy")
    d.main = d.commit("m", "a h g", 3, "bors", "Merge #7 #8")
    assert d.landed() == {7: ("m", NAMED, 3), 8: ("m", NAMED, 3)}


def test_gitlab_squash_is_named_by_the_merge() -> None:
    d = Drawing()
    d.commit("a")
    d.heads[7] = d.commit("h", "a", 1, "bo")
    d.commit("s", "a", 2, "bo", "fix whole")
    d.main = d.commit("m", "a s", 3, message="Merge branch 'fix' into 'main'\n\nSee merge request team/repo!7")
    assert d.landed() == {7: ("m", NAMED, 3)}


@pytest.mark.parametrize(
    ("message", "believed"),
    [
        ("fix\n\nThis closes #{k}", True),
        ("Merged PR {k}: fix", True),
        ("fix\n\nPR-URL: https://github.com/team/repo/pull/{k}", True),
        ("fix (#{k})", False),  # tickets look the same
        ("fix\n\nCloses #{k}", False),
    ],
)
def test_script_that_commits_in_the_name_of_who_runs_it(message: str, believed: bool) -> None:
    d = Drawing()
    tip = d.commit("a")
    for k in range(1, 9):
        d.heads[k] = d.commit(f"h{k}", tip, k, f"dev{k}")
        tip = d.commit(f"s{k}", tip, k + 0.5, "ada", message.format(k=k))
    d.main = tip
    assert set(d.landed()) == (set(range(1, 9)) if believed else set())


def test_requests_of_an_older_host_are_told_by_their_times() -> None:
    """Another host numbers its requests from 1 again, years after requests 1 to 8 were opened here."""
    d = Drawing()
    tip = d.commit("a")
    for k in range(1, 9):
        d.heads[k] = d.commit(f"h{k}", tip, k, "ada")
    for k in range(1, 9):
        tip = d.commit(
            f"s{k}", tip, 900 + k, "ada", f"work\n\nReviewed-on: https://code.example.org/team/repo/pulls/{k}"
        )
    d.main = tip
    assert d.landed() == {}


def test_former_name_of_the_repository_is_recognised_by_its_numbers() -> None:
    d = Drawing()
    tip = d.commit("a")
    for k in range(1, 7):
        d.heads[k] = d.commit(f"h{k}", tip, k, f"dev{k}")
        url = f"https://github.com/oldteam/oldname/pull/{k}"
        tip = d.commit(f"s{k}", tip, k + 0.5, f"dev{k}" if k < 6 else "ada", f"fix\n\nPR-URL: {url}")
    d.main = tip
    rules = {number: rule for number, (_, rule, _) in d.landed().items()}
    assert rules == {**dict.fromkeys(range(1, 6), NAMED), 6: NAMED_BY_OTHER}


def test_tickets_of_another_tracker_land_nothing_and_leave_the_heads() -> None:
    """Ada fixes tickets 1 to 9 of another tracker in the days when requests 1 to 9 of others are open."""
    d = Drawing()
    tip = d.commit("a")
    for k in range(1, 10):
        d.heads[k] = d.commit(f"h{k}", tip, k, f"dev{k}")
        tip = d.commit(f"t{k}", tip, k + 0.5, "ada", f"Mend the parser (#{k})")
    d.main = d.commit("s", tip, 40, "dev9", "fix (#9)", committer=SITE)
    assert d.heads_are_own()
    assert d.landed() == {9: ("s", NAMED, 40)}


def test_heads_of_a_copy_are_told_by_what_the_site_landed() -> None:
    d = Drawing()
    tip = d.commit("a")
    for k in range(1, 10):
        tip = d.commit(f"s{k}", tip, k, "bo", f"fix (#{k})", committer=SITE)
    d.main = tip
    for k in range(1, 8):
        d.heads[k] = d.commit(f"h{k}", tip, 900 + k, "cy")
    assert not d.heads_are_own()


def test_fork_that_holds_its_upstreams_landings_keeps_its_own_heads() -> None:
    """Numbers 1 to 9 were landed upstream before the fork, and again in the fork."""
    d = Drawing()
    tip = d.commit("a")
    for k in range(1, 10):
        tip = d.commit(f"u{k}", tip, k, "bo", f"fix (#{k})", committer=SITE)
    for k in range(1, 10):
        d.heads[k] = d.commit(f"h{k}", tip, 100 + k, "cy")
        tip = d.commit(f"s{k}", tip, 100.5 + k, "cy", f"mend (#{k})", committer=SITE)
    d.main = tip
    assert d.heads_are_own()
    assert {number: commit for number, (commit, _, _) in d.landed().items()} == {k: f"s{k}" for k in range(1, 10)}


def test_own_commits_end_at_other_heads_and_branches() -> None:
    d = Drawing()
    d.main = d.line("a b")
    d.branches["release-1.0"] = d.line("r1 r2", "a", 2)
    d.heads[1] = d.line("x1 x2", "b", 5, "bo")
    d.heads[2] = d.line("y1 y2", "x2", 7, "bo")  # stacked on 1
    d.heads[3] = d.line("z1", "r2", 8, "cy")  # against the release branch
    d.heads[4] = d.line("p1 p2", d.line("shared1 shared2", "b", 1, "dee"), 9, "dee")
    d.heads[5] = d.line("q1", "shared2", 10, "dee")  # shares two commits with 4
    assert d.own() == {1: ["x2", "x1"], 2: ["y2", "y1"], 3: ["z1"], 4: ["p2", "p1", "shared2", "shared1"], 5: ["q1"]}


def test_without_heads_only_explicit_forms_of_this_repository_count() -> None:
    d = Drawing()
    d.line("a")
    d.commit("b", "a", 1, message="fix (#3)")
    d.commit("c", "b", 2, message="fix\n\nCloses #4")
    d.commit("d", "c", 3, message="fix\n\nPR-URL: https://github.com/team/repo/pull/5")
    d.commit("e", "d", 4, message="fix\n\nPR-URL: https://github.com/other/thing/pull/6")
    d.main = d.commit("f", "e", 5, message="[1.0] fix (#3)")
    found = find_landings_without_heads(d.columns, d.lines().on_main, "Team/Repo")
    assert {n: [d.name_of(landing.commit) for landing in landings] for n, landings in found.items()} == {
        3: ["b", "f"],
        5: ["d"],
    }


def test_reason_names_the_rule_and_the_form() -> None:
    assert request("fix (#7)").all_landings()[7].reason == "named: (#N)"
    assert request("text", day=1, committed=4).all_landings()[7].reason == "rebased"


def test_message_that_many_commits_have_says_nothing() -> None:
    d = request("Update docs\n\nsee #7", by="cy")
    d.rows[d.position["h"]] = (*d.rows[d.position["h"]][:5], "Update docs", "")
    assert d.landed() == {7: ("s", SAME_MESSAGE, 3)}
    tip = "s"
    for k in range(9):
        tip = d.commit(f"u{k}", tip, 4 + k, "dee", "Update docs")
    d.main = tip
    assert d.landed() == {}


def test_commits_that_a_script_dated_alike_are_no_copies() -> None:
    d = Drawing()
    d.commit("a")
    d.heads[7] = d.commit("h", "a", 1, "bo")
    d.main = "a"
    for k in range(50):
        d.main = d.commit(f"c{k}", d.main, 1, "bo", committed=5 + k)
    assert d.landed() == {7: ("c0", REBASED, 5)}
    d.main = d.commit("c50", d.main, 1, "bo", committed=60)
    assert d.landed() == {}
