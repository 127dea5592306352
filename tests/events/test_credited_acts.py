"""Acts that messages give to people: co-authors, authors in the message, and credits lost in a squash."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from ecotone.events.sources.git.repeated_credits import find_repeated_credits
from ecotone.events.sources.git.source import GitSource
from ecotone.people.ai_assistance import find_ai_assistance
from ecotone.people.observed_acts import add_people_to_events
from tests.events.making import ANN, BEN, DAY, FORGE, START, Repository
from tests.events.reading import read_once, request_for, wanted_at

CID = b"Cid <cid@gamma.example>"
CLAUDE = b"Co-Authored-By: Claude <noreply@anthropic.com>"


def tables_of(folder: Path, made: Repository, author_lines: tuple[str, ...] | None = None) -> dict[str, pa.Table]:
    wanted = replace(wanted_at(made.folder), author_lines=author_lines)
    tables = GitSource().read(request_for(wanted, folder)).tables
    assert tables is not None
    return dict(tables)


def acts_of(tables: dict[str, pa.Table]) -> list[tuple[str, str]]:
    rows = tables["events"].to_pylist()
    return [(row["kind"], row["account"]) for row in rows if row["kind"] in ("co_author", "review")]


@pytest.mark.parametrize(
    ("message", "acts"),
    [
        (b"Co-developed-by: %s\nSigned-off-by: %s\n" % (BEN, BEN), [("co_author", "ben@beta.example")]),
        (b"Acked-by: %s (for the documents)\n" % BEN, [("review", "ben@beta.example")]),
        (
            b"Co-authored-by: %s, %s\n" % (BEN, CID),
            [("co_author", "ben@beta.example"), ("co_author", "cid@gamma.example")],
        ),
        (b"Submitted by:\t%s\n" % BEN, [("co_author", "ben@beta.example")]),
        (b"Reported-by: %s\n" % BEN, []),
    ],
)  # fmt: skip
def test_acts_beside_a_commit(tmp_path: Path, message: bytes, acts: list[tuple[str, str]]) -> None:
    made = Repository.new(tmp_path / "o.git")
    made.commit(at=START, by=ANN, message=b"work\n\n" + message, ref="refs/heads/main")
    assert acts_of(tables_of(tmp_path / "clone", made)) == acts


def test_a_name_alone_credits_an_author_of_the_history_only(tmp_path: Path) -> None:
    made = Repository.new(tmp_path / "o.git")
    tip = made.commit(at=START, by=b"Ben Beta <ben@beta.example>")
    message = b"work\n\nCo-authored-by: Ben Beta\nCo-authored-by: Some Agent\n"
    made.commit(tip, at=START + DAY, by=ANN, message=message, ref="refs/heads/main")
    assert acts_of(tables_of(tmp_path / "clone", made)) == [("co_author", "ben@beta.example")]


def test_a_landscape_chooses_the_author_lines(tmp_path: Path) -> None:
    made = Repository.new(tmp_path / "o.git")
    message = b"work\n\nSubmitted by: %s\nReported by: %s\n" % (BEN, CID)
    made.commit(at=START, by=ANN, message=message, ref="refs/heads/main")
    assert acts_of(tables_of(tmp_path / "a", made, ())) == []
    assert acts_of(tables_of(tmp_path / "b", made, ("reported-by",))) == [("co_author", "cid@gamma.example")]


@pytest.fixture
def squashed(tmp_path: Path) -> Repository:
    """#2 of two commits is squashed, #3 of two commits is rebased; the first commit of each names an agent."""
    made = Repository.new(tmp_path / "o.git")
    tip = made.commit(at=START, ref="refs/heads/main")
    one = made.commit(
        tip, at=START + DAY, by=BEN, message=b"one\n\n%s\nCo-authored-by: %s\nCo-authored-by: %s\n" % (CLAUDE, CID, BEN)
    )
    made.commit(one, at=START + DAY + 60, by=BEN, message=b"two\n", ref="refs/pull/2/head")
    tip = made.commit(tip, at=START + 2 * DAY, by=BEN, committer=FORGE, message=b"One (#2)\n")
    three = made.commit(made.commits[0], at=START + DAY + 120, by=BEN, message=b"three\n\n%s\n" % CLAUDE)
    made.commit(three, at=START + DAY + 180, by=BEN, message=b"four\n", ref="refs/pull/3/head")
    tip = made.commit(
        tip, at=START + DAY + 120, committed=START + 3 * DAY, by=BEN, committer=FORGE, message=b"three\n\n%s\n" % CLAUDE
    )
    tip = made.commit(tip, at=START + DAY + 180, committed=START + 3 * DAY, by=BEN, committer=FORGE, message=b"four\n")
    made.ref("refs/heads/main", tip)
    return made


def test_what_a_squash_lost_counts_with_the_commit_that_landed(squashed: Repository, tmp_path: Path) -> None:
    _, tables = read_once(tmp_path / "clone", squashed.folder)
    landing = squashed.commits[3]
    assert {row["landing"] for row in tables["squashed"].to_pylist()} <= {landing, squashed.commits[7]}
    assert ("co_author", "cid@gamma.example") in acts_of(tables)
    assert ("co_author", "ben@beta.example") not in acts_of(tables)
    assisted = find_ai_assistance(tables["commits"], tables["trailers"], tables["squashed"]).to_pylist()
    products = {row["sha"]: row["assisted_by"] for row in assisted}
    assert products[landing] == "Claude Code"
    assert products[squashed.commits[6]] == "Claude Code"
    assert squashed.commits[7] not in products  # rebased: the agent helped with the commit before


def event(kind: str, account: str, other: str | None = None, **given: object) -> dict[str, object]:
    return {
        "event_id": f"{kind}:{account}", "source": "git", "kind": kind, "project": "p", "repository": "p",
        "created_at": None, "utc_offset_minutes": 0, "account": account, "other_account": other, "thread": None,
        "commit": "c", "timestamp_quality": "exact", **given,
    }  # fmt: skip


def test_a_credit_of_the_author_or_of_one_person_twice_adds_nothing() -> None:
    persons = {"ann@a": "1", "ann@b": "1", "ben@a": "2", "ben@b": "2", "cid@a": "3"}
    people = pa.table(
        [list(persons), list(persons.values()), ["person"] * len(persons)], names=["account", "person", "actor_kind"]
    )
    rows = [
        event("commit", "ann@a"),
        event("co_author", "ann@b", "ann@a"),
        event("co_author", "ben@a", "ann@a"),
        event("co_author", "ben@b", "ann@a"),
        event("review", "ann@b", "ann@a"),
        event("review", "ben@b", "ann@a"),
        event("review", "ann@b", "ann@a", source="github"),
        event("co_author", "ben@b", "ann@a", commit="d"),
        event("co_author", "unknown@a", "ann@a"),
    ]
    none = pa.table([pa.array([], pa.string())] * 2, names=["sha", "assisted_by"])
    kept = add_people_to_events(pa.Table.from_pylist(rows), people, none).to_pylist()
    assert [(row["kind"], row["account"], row["source"]) for row in kept] == [
        (row["kind"], row["account"], row["source"]) for row in (rows[0], rows[2], *rows[5:])
    ]


@pytest.mark.parametrize("served", [False, True])
def test_a_squash_repeats_no_credits_of_commits_that_had_landed(tmp_path: Path, served: bool) -> None:
    """Ann's branch had merged main: its squash lists Ben's #1, and `Fix a typo` of Cid, which many may have written."""
    made = Repository.new(tmp_path / "o.git")
    start = made.commit(at=START, by=ANN)
    landed = made.commit(start, at=START + DAY, by=BEN, committer=FORGE, message=b"Add a parser (#1)\n")
    own = made.commit(start, at=START + DAY, by=ANN, message=b"Draw a chart\n")
    merge = made.commit(own, landed, at=START + 2 * DAY, by=ANN, message=b"Merge branch 'main' into chart\n")
    head = made.commit(merge, at=START + 2 * DAY + 60, by=CID, message=b"Fix a typo\n")
    if served:
        made.ref("refs/pull/2/head", head)
    message = (
        b"Draw a chart (#2)\n\n* Draw a chart\n\n* Add a parser (#1)\n\n* Fix a typo\n\n"
        b"Co-authored-by: %s\nCo-authored-by: %s\n" % (BEN, CID)
    )
    tip = made.commit(landed, at=START + 3 * DAY, by=ANN, committer=FORGE, message=message)
    later = made.commit(tip, at=START + 4 * DAY, by=BEN, committer=FORGE, message=b"Fix a typo\n")
    again = message.replace(b"#2", b"#3")
    made.commit(later, at=START + 5 * DAY, by=ANN, committer=FORGE, message=again, ref="refs/heads/main")
    acts = acts_of(tables_of(tmp_path / "clone", made))
    assert acts == [("co_author", "cid@gamma.example")] * 2


def test_who_worked_on_a_squashed_branch_keeps_the_credit_beside_earlier_work(tmp_path: Path) -> None:
    made = Repository.new(tmp_path / "o.git")
    start = made.commit(at=START, by=ANN)
    landed = made.commit(start, at=START + DAY, by=BEN, committer=FORGE, message=b"Add a parser (#1)\n")
    own = made.commit(landed, at=START + DAY + 60, by=ANN, message=b"Draw a chart\n")
    head = made.commit(own, at=START + 2 * DAY, by=BEN, message=b"Draw its axes\n")
    made.ref("refs/pull/2/head", head)
    message = (
        b"Draw a chart (#2)\n\n* Add a parser (#1)\n\n* Draw a chart\n\n* Draw its axes\n\nCo-authored-by: %s\n" % BEN
    )
    made.commit(landed, at=START + 3 * DAY, by=ANN, committer=FORGE, message=message, ref="refs/heads/main")
    assert acts_of(tables_of(tmp_path / "clone", made)) == [("co_author", "ben@beta.example")]


def test_a_copy_of_a_landed_commit_on_a_branch_is_no_work_of_the_branch(tmp_path: Path) -> None:
    """Ann's branch begins with a rewritten copy of Ben's #1, which names Cid: the squash credits neither."""
    made = Repository.new(tmp_path / "o.git")
    start = made.commit(at=START, by=ANN)
    written = made.commit(start, at=START + DAY - 60, by=BEN, message=b"Add a parser\n")
    made.ref("refs/pull/1/head", written)
    parser = b"Add a parser (#1)\n\nCo-authored-by: %s\n" % CID
    landed = made.commit(start, at=START + DAY, by=BEN, committer=FORGE, message=parser)
    copy = made.commit(start, at=START + DAY, committed=START + 2 * DAY, by=BEN, committer=ANN, message=parser)
    made.ref("refs/pull/2/head", made.commit(copy, at=START + 2 * DAY, by=ANN, message=b"Draw a chart\n"))
    message = b"Draw a chart (#2)\n\n* Add a parser (#1)\n\n* Draw a chart\n\nCo-authored-by: %s\nCo-authored-by: %s\n"
    made.commit(
        landed, at=START + 3 * DAY, by=ANN, committer=FORGE, message=message % (BEN, CID), ref="refs/heads/main"
    )
    _, tables = read_once(tmp_path / "clone", made.folder)
    acts = [row for row in tables["events"].to_pylist() if row["kind"] == "co_author"]
    assert [(row["account"], row["commit"] == landed) for row in acts] == [("cid@gamma.example", True)]


@pytest.mark.parametrize(("landed_at", "repeated"), [(10, {("co_author", "ann")}), (30, set())])
def test_a_squash_repeats_only_what_had_landed_before_it(landed_at: int, repeated: set[tuple[str, str]]):
    found = find_repeated_credits(
        ["fix: retry (#7)", "add the tool (#9)"], {0: landed_at, 1: 20}, {1: ["fix: retry (#7)"]},
        {0: [("co_author", "ann")], 1: [("co_author", "ben")]}, (),
    )  # fmt: skip
    assert found == {1: frozenset(repeated)}
