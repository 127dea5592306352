"""Who wrote what a line of commits brought, and who landed it."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from ecotone.networks.committer_merges import authored_commits, commits_by_committer

WHEN = datetime.fromisoformat("2024-05-01")
KINDS = {"robot@x": "bot"}


def acts(*rows: tuple[str, str | None, str, int | None, str | None]) -> pa.Table:
    """Rows of (kind, commit, account, thread, other_account); ann@x is the person ann, of organisation ANN."""
    return pa.table(
        {
            "kind": [row[0] for row in rows],
            "commit": pa.array([row[1] for row in rows], pa.string()),
            "account": [row[2] for row in rows],
            "person": [row[2].partition("@")[0] for row in rows],
            "organisation": [row[2].partition("@")[0].upper() for row in rows],
            "actor_kind": [KINDS.get(row[2], "person") for row in rows],
            "thread": pa.array([row[3] for row in rows], pa.int64()),
            "other_account": pa.array([row[4] for row in rows], pa.string()),
            "project": ["p"] * len(rows),
            "month": pa.array([WHEN.date()] * len(rows), pa.date32()),
            "created_at": pa.array([WHEN] * len(rows), pa.timestamp("us")),
        }
    )


def commits(*rows: tuple[str, str, str, int]) -> pa.Table:
    names = ("sha", "parents", "committer_email", "committer_time")
    return pa.table([list(column) for column in zip(*rows, strict=True)], names=names)


def test_a_merge_is_the_work_of_whoever_wrote_what_it_brought():
    made = acts(
        ("commit", "m1", "boss@x", None, None),  # brings request 7 by cat, whose tip dan wrote
        ("commit", "m2", "boss@x", None, None),  # brings a branch of dan's, no request known
        ("commit", "m3", "boss@x", None, None),  # its second parent did not land: nobody knows
        ("commit", "d", "dan@x", None, None),
        ("commit", "a", "ann@x", None, None),
        ("pull_merged", "m1", "cat@x", 7, "boss@x"),
    )
    kept = commits(
        ("m1", "a d", "boss@x", 0), ("m2", "m1 d", "boss@x", 0), ("m3", "m2 lost", "boss@x", 0),
        ("d", "a", "dan@x", 0), ("a", "", "ann@x", 0),
    )  # fmt: skip
    found = {row["commit"]: (row["person"], row["organisation"]) for row in authored_commits(made, kept).to_pylist()}
    assert found == {"m1": ("cat", "CAT"), "m2": ("dan", "DAN"), "d": ("dan", "DAN"), "a": ("ann", "ANN")}


def test_who_landed_a_commit():
    made = acts(
        ("commit", "own", "ann@x", None, None),
        ("commit", "applied", "ann@x", None, None),
        ("commit", "again", "ann@x", None, None),  # the same two within a minute
        ("commit", "later", "ann@x", None, None),
        ("commit", "web", "ann@x", None, None),
        ("commit", "merge", "ann@x", None, None),
        ("commit", "branch", "ann@x", None, None),  # not on the line itself
        ("commit", "told", "ann@x", 3, None),
        ("commit", "untold", "ann@x", 4, None),
        ("pull_merged", "told", "ann@x", 3, "eve@x"),
        ("pull_merged", "untold", "ann@x", 4, None),
    )
    kept = commits(
        ("own", "", "ann@x", 0), ("applied", "own", "bob@x", 60), ("again", "applied", "bob@x", 119),
        ("later", "again", "bob@x", 120), ("web", "later", "noreply@github.com", 0), ("merge", "web later", "bob@x", 0),
        ("branch", "later", "bob@x", 0), ("told", "merge", "bob@x", 300), ("untold", "told", "bob@x", 400),
    )  # fmt: skip
    line = pa.table({"sha": ["own", "applied", "again", "later", "web", "merge", "told", "untold"]})
    found = commits_by_committer(made, kept, line)
    assert found.column_names == made.column_names
    assert set(found["kind"].to_pylist()) == {"landed"}
    assert list(zip(found["commit"].to_pylist(), found["other_account"].to_pylist(), strict=True)) == [
        ("applied", "bob@x"),
        ("later", "bob@x"),
        ("untold", "bob@x"),
    ]


def test_nothing_landed():
    made, kept = acts(("release", None, "ann@x", None, None)), commits(("a", "", "ann@x", 0))
    assert (
        commits_by_committer(made, kept, pa.table({"sha": ["a"]})).num_rows
        == authored_commits(made, kept).num_rows
        == 0
    )
