"""Why a pull request counts as merged, from tables of two rows."""

from datetime import datetime

import pyarrow as pa
import pytest

from ecotone.events.request_explanation import explain_request, parse_request_subject
from ecotone.foundation.errors import UnknownName, UserError

PULLS = pa.Table.from_pylist(
    [
        {
            "project": "Tool",
            "repository": "team/tool",
            "number": 7,
            "person": "p1",
            "opened_at": datetime.fromisoformat("2024-01-01T10:00"),
            "merged_at": datetime.fromisoformat("2024-01-03T09:30"),
            "evidence": "head; named: (#N)",
        },
        {
            "project": "Tool",
            "repository": "team/docs",
            "number": 7,
            "person": None,
            "opened_at": datetime.fromisoformat("2024-02-01T10:00"),
            "merged_at": None,
            "evidence": "head only",
        },
    ]
)
EVENTS = pa.table(
    {
        "kind": ["pull_merged", "commit"],
        "repository": ["team/tool", "team/docs"],
        "thread": pa.array([7, 7], pa.int64()),
        "commit": ["01ab", "02cd"],
    }
)


def test_merge_is_explained_with_commit_and_rule() -> None:
    (row,) = explain_request(PULLS, EVENTS, "TEAM/tool", 7)
    assert (row["merged_at"], row["commit"], row["evidence"]) == ("2024-01-03 09:30", "01ab", "head; named: (#N)")


def test_project_name_gives_the_request_of_each_of_its_repositories() -> None:
    rows = explain_request(PULLS, EVENTS, "tool", 7)
    assert [(row["repository"], row["merged_at"], row["commit"]) for row in rows] == [
        ("team/tool", "2024-01-03 09:30", "01ab"),
        ("team/docs", None, None),
    ]


def test_unknown_name_and_number_are_refused() -> None:
    with pytest.raises(UnknownName, match="team/tool"):
        explain_request(PULLS, EVENTS, "team/tol", 7)
    with pytest.raises(UserError, match="no pull request 8 of team/tool"):
        explain_request(PULLS, EVENTS, "team/tool", 8)


@pytest.mark.parametrize("subject", ["ada@mail.example", "p87e7", "Org in team/repo", "team/repo#", "#7", "a#b"])
def test_other_subjects_are_no_requests(subject: str) -> None:
    assert parse_request_subject(subject) is None
