"""What messages name, and how strongly: a table of messages as tools and people write them."""

import time

import pytest

from ecotone.events.sources.git.landing_forms import (
    CLOSING,
    CLOSING_REQUEST,
    EXPLICIT,
    MAX_MESSAGE_CHARACTERS,
    MENTION,
    MERGE,
    NUMBER,
    REQUEST,
    parse_branch_owner,
    parse_request_references,
)

OWN = "https://github.com/Team/Repo"

NAMED = [
    # subjects of tools
    ("Merge pull request #7 from dev/fix", "", (7, MERGE, None)),
    ("Merge pull request #7 from dev/fix\t", "", (7, MERGE, None)),
    ("Merge pull request #7: title", "", (7, MERGE, None)),
    ("Merge pull request !7 from dev/fix", "", (7, MERGE, None)),
    ("Auto merge of #7 - dev:fix, r=ada", "", (7, MERGE, None)),
    ("Rollup merge of #7 - dev:fix, r=ada", "", (7, MERGE, None)),
    ("Automatic merge of PR #7 into main", "", (7, MERGE, None)),
    ("Merge of #7", "", (7, MERGE, None)),
    ("Merge #7", "", (7, MERGE, None)),
    ("Merge #7: title", "", (7, MERGE, None)),
    ("Merge team/repo#7: title", "", (7, MERGE, "team/repo")),
    ("Merge PR #7: title", "", (7, MERGE, None)),
    ("Merge PR 7", "", (7, MERGE, None)),
    ("Merge gh-7 into main", "", (7, MERGE, None)),
    ("Merge MR !7", "", (7, MERGE, None)),
    ("Merging PR #7: title", "", (7, MERGE, None)),
    ("Landing pull request 7. Title", "", (7, MERGE, None)),
    (f"Merge pull request {OWN}/pull/7", "", (7, MERGE, "github.com/team/repo")),
    ("Land #7, title", "", (7, MERGE, None)),
    ("Merged PR 7: title", "", (7, MERGE, None)),
    ("Merged in feature/x (pull request #7)", "", (7, MERGE, None)),
    ("Pull request #7: title", "", (7, MERGE, None)),
    ("Merge remote-tracking branch 'origin/pr/7'", "", (7, MERGE, None)),
    ("Merge branch 'pull/7/head' of https://host.example/x", "", (7, MERGE, None)),
    ("Merge branch 'pr-7' into main", "", (7, MERGE, None)),
    # subjects of squashes
    ("fix: retry (#7)", "", (7, NUMBER, None)),
    ("fix: retry (!7)", "", (7, NUMBER, None)),
    ("fix: retry (#3) (#7)", "", (7, NUMBER, None)),
    ("fix: retry (#7).", "", (7, NUMBER, None)),
    ("fix: retry (#7) [skip ci]", "", (7, NUMBER, None)),
    ("fix: retry (#7) [ci skip] [backport]", "", (7, NUMBER, None)),
    ("fix retry \uff08#7\uff09", "", (7, NUMBER, None)),
    ("bpo-1000: fix (GH-7)", "", (7, REQUEST, None)),
    ("fix retry (PR #7)", "", (7, REQUEST, None)),
    ("fix retry (PR 7)", "", (7, REQUEST, None)),
    ("fix retry [PR 7]", "", (7, REQUEST, None)),
    ("fix retry (pull request #7)", "", (7, REQUEST, None)),
    ("fix retry (pull/7)", "", (7, REQUEST, None)),
    ("fix retry - PR #7", "", (7, REQUEST, None)),
    ("fix typo from PR #7", "", (7, MENTION, None)),
    ("\u4fee\u590d\u91cd\u8bd5\uff08\u5408\u5e76\u8bf7\u6c42 #7\uff09", "", (7, REQUEST, None)),
    ("fix retry (MR !7)", "", (7, REQUEST, None)),
    ("PR #7: fix retry", "", (7, REQUEST, None)),
    ("[PR #7] fix retry", "", (7, REQUEST, None)),
    ("!7 fix retry", "", (7, REQUEST, None)),
    ("Merge branch 'x' (#7) into main", "", (7, NUMBER, None)),
    ("Merge branch x (#7)", "", (7, NUMBER, None)),
    ('Revert "fix (#3)" (#7)', "", (7, NUMBER, None)),
    # bodies
    ("fix", f"PR-URL: {OWN}/pull/7", (7, REQUEST, "github.com/team/repo")),
    ("fix", f"text\n\nPr-Url: {OWN}/pull/7\nReviewed-by: A <a@b.example>", (7, REQUEST, "github.com/team/repo")),
    ("[1.0] fix", f"Backport-PR-URL: {OWN}/pull/7", (7, REQUEST, "github.com/team/repo")),
    ("fix", f"Pull Request resolved: {OWN}/pull/7", (7, REQUEST, "github.com/team/repo")),
    ("fix", f"Pull-Request: {OWN}/pull/7", (7, REQUEST, "github.com/team/repo")),
    ("fix", "Part-of: <https://git.example.org/a/b/c/-/merge_requests/7>", (7, REQUEST, "git.example.org/a/b/c")),
    ("fix", "Reviewed-on: https://code.example.org/team/repo/pulls/7", (7, REQUEST, "code.example.org/team/repo")),
    ("fix", f"Merge {OWN}/pull/7\n\nPiperOrigin-RevId: 1234", (7, REQUEST, "github.com/team/repo")),
    ("fix", f"Imported from GitHub PR {OWN}/pull/7", (7, REQUEST, "github.com/team/repo")),
    ("fix", f"COPYBARA_INTEGRATE_REVIEW={OWN}/pull/7 from dev:fix 0123abc", (7, REQUEST, "github.com/team/repo")),
    ("Merge branch 'fix' into 'main'", "fix\n\nSee merge request a/b/c!7", (7, REQUEST, "a/b/c")),
    ("Merge branch 'fix' into 'main'", "See merge request !7", (7, REQUEST, None)),
    ("fix", "This closes #7.", (7, REQUEST, None)),
    ("fix", "This closes #7", (7, REQUEST, None)),
    ("fix", "Closes #7 from dev/fix.\n\nAuthored-by: A <a@b.example>", (7, REQUEST, None)),
    ("fix", "text\n\nGH-7", (7, REQUEST, None)),
    ("fix", "PR: #7", (7, REQUEST, None)),
    ("fix", "GitHub-Pull-Request: #7", (7, REQUEST, None)),
    ("fix", "GitHub-PR: 7", (7, REQUEST, None)),
    ("fix", "Github-Pull: #7", (7, REQUEST, None)),
    ('Revert "fix (#3)"', f"This reverts commit 01ab.\n\nPR-URL: {OWN}/pull/7", (7, REQUEST, "github.com/team/repo")),
    ("fix", "text\n\nPR Close #7", (7, REQUEST, None)),
    ("fix", "GitHub-Last-Rev: 01ab\nGitHub-Pull-Request: team/repo#7", (7, REQUEST, "team/repo")),
    # numbers that may be issues
    ("fix", "Closes PR #7", (7, CLOSING_REQUEST, None)),
    ("fix. Merges pull request #7.", "", (7, CLOSING_REQUEST, None)),
    ("gh-7: fix retry", "", (7, CLOSING, None)),
    ("fix", "Closes #7", (7, CLOSING, None)),
    ("fix", "Close gh-7", (7, CLOSING, None)),
    ("fix. Fixes #7.", "", (7, CLOSING, None)),
    ("fix", "closes team/repo#7", (7, CLOSING, "team/repo")),
    ("fix", f"Closes {OWN}/pull/7", (7, CLOSING_REQUEST, "github.com/team/repo")),
    ("fix retry (fixes #7)", "", (7, CLOSING, None)),
    ("fix retry [#7]", "", (7, CLOSING, None)),
    ("#7: fix retry", "", (7, CLOSING, None)),
    ("fix", "see #7 for the reason", (7, MENTION, None)),
    ("fix issue #7 in parser", "", (7, MENTION, None)),
    ("fix", "Refs: gh-7", (7, MENTION, None)),
    ("fix", "Forward-Port-Of: team/repo#7", (7, MENTION, "team/repo")),
]  # fmt: skip


@pytest.mark.parametrize(("subject", "body", "expected"), NAMED)
def test_message_names_its_request_first(subject: str, body: str, expected: tuple[int, str, str | None]) -> None:
    reference = parse_request_references(subject, body)[0]
    assert (reference.number, reference.kind, reference.repository) == expected


NAMES_NO_REQUEST = [
    ("fix retry", ""),
    ("Merge 7 branches", ""),
    ("Merge 3.12 into main", ""),
    ("Merge branch '3.12' into main", ""),
    ("Merge 2024-05-01 snapshot", ""),
    ("Merge branch 'release-7'", ""),
    ("Update to 1.2 (#1.2)", ""),
    ("bump to v7 (7)", ""),
    ("UPSTREAM: 12345: fix", ""),
    ("Fix issue (see #7 above)", ""),
    ('Revert "fix (#7)"', ""),
    ('Revert "fix (#7)"', "This reverts commit 01ab.\n\nReverts team/repo#7"),
    ("revert: fix (#7)", ""),
    ("Revert \"Merge branch 'x' into 'main'\"", "This reverts merge request !7"),
    ("Back out fix (#7)", ""),
    ("fix", "> PR-URL: https://github.com/team/repo/pull/7"),
    ("fix", "    This closes #7"),
    ("fix", "\tSee merge request a/b!7"),
    ("fix", "| Closes #7 from dev/fix"),
    ("fix", "Refs: https://github.com/team/repo/issues/7"),
    ("fix", "See https://github.com/team/repo/pull/7#issuecomment-1"),
    ("fix", "Link: https://github.com/team/repo/pull/7"),
    ("fix", "closes ticket 7 of the old tracker"),
    ("fix", "as in the GH-7 proposal"),
    ("PR target/12345: fix", ""),
    ("fix colour #123abc", ""),
    ("Reviewed-on", "Reviewed-on: https://review.example.org/c/project/+/7"),
    ("fix (#0)", ""),
    ("fix (#99999999)", ""),
    ("Backport of 7", ""),
]  # fmt: skip


@pytest.mark.parametrize(("subject", "body"), NAMES_NO_REQUEST)
def test_traps_name_no_request(subject: str, body: str) -> None:
    assert not [r for r in parse_request_references(subject, body) if r.kind in EXPLICIT or r.kind == CLOSING]


def test_earlier_numbers_of_a_subject_are_mentions() -> None:
    kinds = {r.number: r.kind for r in parse_request_references("[1.0] fix (#3) (#7)")}
    assert kinds == {7: NUMBER, 3: MENTION}


def test_batches_name_every_request() -> None:
    assert {r.number for r in parse_request_references("Merge #3 #5 #8") if r.kind == MERGE} == {3, 5, 8}
    assert {r.number for r in parse_request_references("fix", "Closes #3, #5 and #8") if r.kind == CLOSING} == {3, 5, 8}


def test_number_of_another_repository_keeps_its_name() -> None:
    (reference,) = parse_request_references("fix", "PR-URL: https://github.com/Other/Thing/pull/9")
    assert reference.repository == "github.com/other/thing"


def test_branch_owner_is_that_of_the_merged_branch() -> None:
    assert parse_branch_owner("Merge pull request #7 from octo-org/patch-1") == "octo-org"
    assert parse_branch_owner("Merge pull request #7") is None


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 200_000,
        "#" * 200_000,
        "#1 " * 70_000,
        "closes " * 30_000,
        "Closes #1" + ", #1" * 50_000,
        "https://a/" + "b/" * 100_000,
        "PR-URL: https://a/" + "b/" * 100_000 + "pull/7",
        "a/" * 100_000 + "#1",
        "[" * 200_000,
        "Merge " + "(" * 200_000,
        "(#" * 100_000,
        " " * 200_000 + "(#7)",
    ],
)
def test_hostile_messages_take_no_time(text: str) -> None:
    started = time.perf_counter()
    parse_request_references(text, text)
    parse_request_references("fix #1", text)
    assert time.perf_counter() - started < 0.5


def test_text_beyond_the_limit_is_not_read() -> None:
    body = "x" * 80 + "\n"
    assert not parse_request_references("fix", body * (MAX_MESSAGE_CHARACTERS // 81 + 1) + "This closes #7")
