"""Acts that need write access, on histories small enough to count by hand."""

from __future__ import annotations

import pytest

from ecotone.events.sources.git.pull_requests import reconstruct_pull_requests
from ecotone.events.sources.git.write_access import (
    BRANCH,
    COMMITTED,
    LANDED,
    MERGED,
    PUSHED,
    REVERTED,
    TAGGED,
    UPDATED,
    OwnRefs,
    find_access_acts,
)
from tests.events.history_drawing import SITE, START, Drawing


def acts_of(drawing: Drawing, *, heads_own: bool = True, taggers: list[tuple[int, int, str]] | None = None):
    """(commit, ground, account, other account) of every act, addresses as names."""
    commits, lines = drawing.commit_columns(), drawing.lines()
    heads = {number: drawing.position[name] for number, name in drawing.heads.items()}
    requests, _, _ = reconstruct_pull_requests(commits, lines, heads, drawing.repository)
    branches = {name: drawing.position[tip] for name, tip in drawing.branches.items()}
    refs = OwnRefs(drawing.main_name, branches, taggers or [])
    names = list(drawing.position)
    return {
        (names[act.commit], act.ground, *(a and a.partition("@")[0] for a in (act.account, act.other_account)))
        for act in find_access_acts(commits, lines, requests, refs, drawing.repository, heads_own)
    }


@pytest.fixture
def drawing() -> Drawing:
    drawing = Drawing()
    drawing.main = drawing.commit("root")
    return drawing


def test_the_line_of_the_default_branch_shows_who_landed(drawing: Drawing):
    drawing.commit("patch", "root", author="ben", committer="ada@mail.example")
    drawing.commit("topic", "root", author="cem")
    drawing.commit("merge", "patch topic", message="Merge pull request #7 from cem/topic", committer=SITE)
    drawing.main = drawing.commit("squash", "merge", author="dan", message="Squashed (#8)", committer=SITE)
    assert acts_of(drawing) == {
        ("root", PUSHED, "ada", None),
        ("patch", COMMITTED, "ada", "ben"),
        ("merge", MERGED, "ada", "cem"),
        ("squash", LANDED, None, "dan"),  # the site is nobody: the lander is not known
    }


def test_a_fast_forwarded_pull_request_is_no_push_of_its_author(drawing: Drawing):
    drawing.main = drawing.heads[3] = drawing.commit("own", "root", author="ben")
    assert acts_of(drawing) == {("root", PUSHED, "ada", None)}


def test_a_merge_that_pulls_the_branch_itself_is_a_push(drawing: Drawing):
    drawing.commit("pushed", "root", author="ben")
    drawing.commit("local", "root", author="cem")
    drawing.main = drawing.commit(
        "pull", "local pushed", author="cem", message="Merge branch 'main' of git.example:team/repo"
    )
    assert ("pull", MERGED, "cem", None) in acts_of(drawing)


def test_branches_of_the_repository(drawing: Drawing):
    drawing.commit("topic", "root", author="ben")
    drawing.commit("forked", "root", author="cem")
    drawing.commit("one", "root topic", message="Merge pull request #1 from Team/topic", committer=SITE)
    drawing.main = drawing.commit("two", "one forked", message="Merge pull request #2 from cem/forked", committer=SITE)
    drawing.branches["other"] = drawing.commit("other", "root", author="dan")
    drawing.branches["dependabot/pip/x"] = drawing.commit("made", "root", author="eve")
    pulled = "Merge branch 'feature' of https://github.com/team/repo into feature"
    drawing.branches["feature"] = drawing.commit("feature", "root other", author="fay", message=pulled)
    found = {row for row in acts_of(drawing) if row[1] == BRANCH}
    assert found == {("topic", BRANCH, "ben", None), ("other", BRANCH, "dan", None), ("feature", BRANCH, "fay", None)}


def test_pulls_of_a_fork_or_of_the_default_branch_show_nothing(drawing: Drawing):
    for number, subject in enumerate(
        (
            "Merge branch 'feature' of github.com:eve/repo into feature",
            "Merge branch 'main' of github.com:team/repo into feature",
            "Merge branch 'feature' of github.com:team/repo into mine",
            "Merge branch 'develop' of github.com:team/repo into develop",
            "Merge branch 'feature' of github.com:otherteam/repo into feature",
        )
    ):
        tip = drawing.commit(f"tip{number}", "root", author="ben")
        drawing.heads[number + 1] = drawing.commit(f"pull{number}", f"{tip} root", author="ben", message=subject)
    assert acts_of(drawing) == {("root", PUSHED, "ada", None)}


def test_buttons_in_pull_requests_of_others(drawing: Drawing):
    drawing.commit("own", "root", author="ben")
    drawing.heads[1] = drawing.commit(
        "update", "own root", author="ada", message="Merge branch 'main' into own", committer=SITE
    )
    drawing.commit("mine", "root", author="cem")
    drawing.heads[2] = drawing.commit(
        "self", "mine root", author="cem", message="Merge branch 'main' into mine", committer=SITE
    )
    drawing.heads[3] = drawing.commit("back", "root", author="dan", message='Revert "Own" (#1)', committer=SITE)
    drawing.heads[4] = drawing.commit("local", "root", author="eve", message='Revert "Own" (#1)')
    assert acts_of(drawing) == {
        ("root", PUSHED, "ada", None),
        ("update", UPDATED, "ada", "ben"),
        ("back", REVERTED, "dan", None),
    }


def test_heads_and_branches_of_a_fork_show_nothing(drawing: Drawing):
    drawing.commit("own", "root", author="ben")
    drawing.heads[1] = drawing.commit(
        "update", "own root", author="eve", message="Merge branch 'main' into own", committer=SITE
    )
    drawing.branches["other"] = drawing.commit("other", "root", author="eve")
    assert {row[2] for row in acts_of(drawing)} == {"ada", "eve"}
    assert {row[2] for row in acts_of(drawing, heads_own=False)} == {"ada"}


def test_taggers(drawing: Drawing):
    assert ("root", TAGGED, "tom", None) in acts_of(drawing, taggers=[(0, START, "tom@mail.example")])
