"""From git's bytes to columns: kept logs, broken logs, and any cutting of the stream."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.events.sources.git.log_parser import (
    FIELDS,
    LATEST_SECOND,
    parse_changed_areas,
    parse_log,
    parse_raw_date,
    parse_trailers,
    split_records,
)

KEPT = Path(__file__).parents[1] / "kept" / "git"


def kept(name: str) -> bytes:
    return (KEPT / name).read_bytes()


def test_an_ordinary_log():
    commits = parse_log([kept("ordinary.log")]).build_commit_table().to_pylist()
    assert [row["subject"] for row in commits] == [
        "subject over two lines", "Add c (#9)", "Merge pull request #7 from ben/topic", "Add b", "Initial commit",
    ]  # fmt: skip
    squash, merge, first = commits[1], commits[2], commits[4]
    assert first["parents"] == ""
    assert merge["parents"].split() == [first["sha"], commits[3]["sha"]]
    assert (first["author_time"], first["author_offset"]) == (1_700_000_000, 330)
    assert (squash["author_time"], squash["committer_time"]) == (1_700_259_200, 1_700_259_260)
    assert (squash["author_offset"], squash["author_email"], squash["committer_email"]) == (
        -210, "ben@beta.example", "noreply@github.com",
    )  # fmt: skip


def test_trailers_are_found_where_they_end_a_message_and_in_its_middle():
    parsed = parse_log([kept("ordinary.log")])
    squash = parsed.commits["sha"][1]
    assert {(key, value) for sha, key, value in parsed.trailers if sha == squash} == {
        ("co-authored-by", "Ann <ann@alpha.example>"),
        ("co-authored-by", "Cid <cid@gamma.example>"),
        ("reviewed-by", "Ann <ann@alpha.example>"),
        ("generated-with", "Generated with [Tool](https://tool.example)"),
        ("listed commits", "one\ntwo"),
    }
    assert len(parsed.trailers) == 6


def test_an_odd_log_is_kept_as_far_as_it_says_something():
    parsed = parse_log([kept("odd.log")])
    commits = parsed.build_commit_table().to_pylist()
    assert parsed.rejected == 0
    late, script, empty, bytes_ = commits
    assert (bytes_["author_name"], bytes_["author_email"]) == ("Caf�", "caf�@alpha.example")
    assert bytes_["subject"] == "bytes � that are not UTF-8"
    assert (empty["author_name"], empty["author_email"], empty["subject"]) == ("", "", "")
    assert (empty["author_time"], late["author_time"]) == (LATEST_SECOND, LATEST_SECOND)
    assert (script["author_time"], script["author_offset"], late["author_offset"]) == (0, 0, -720)
    assert (late["sha"], "key", "value\x1f with a separator") in parsed.trailers
    assert (script["sha"], "co-authored-by", "\"Q, 'r'\" <q@beta.example>") in parsed.trailers


def test_areas_are_directories_and_files_of_the_root():
    shas, areas = parse_changed_areas([kept("ordinary.areas")])
    commits = parse_log([kept("ordinary.log")]).commits["sha"]
    assert list(zip(shas, areas, strict=True)) == [
        (commits[0], "README.md"),
        (commits[1], "docs"),
        (commits[1], "src"),
        (commits[2], "src"),  # the merge brings what its branch touched
        (commits[4], ".mailmap"),
        (commits[4], "README.md"),
        (commits[4], "src/core"),
    ]
    assert parse_changed_areas([kept("odd.areas")])[1] == ["a\nb", "-x.txt", "a\nb", "�"]


def test_a_file_that_is_named_like_our_mark_hides_nothing():
    sha = b"a" * 40
    shas, areas = parse_changed_areas([b"\x02" + sha + b"\0\n\x02evil/x\0b/y\0"])
    assert (set(shas), areas) == ({"a" * 40}, ["\x02evil", "b"])


@pytest.mark.parametrize("missing", [1, 20, 200, 600])
def test_a_log_cut_short_loses_one_record_and_says_so(missing: int):
    whole = parse_log([kept("ordinary.log")])
    cut = parse_log([kept("ordinary.log")[:-missing]])
    count = len(cut.commits["sha"])
    assert cut.rejected == 1 or (missing == 1 and count == 5)
    assert cut.commits["sha"] == whole.commits["sha"][:count]
    assert cut.commits["subject"] == whole.commits["subject"][:count]


def test_of_a_long_message_the_beginning_is_read_and_it_is_counted():
    whole = parse_log([kept("ordinary.log")])
    cut = parse_log([kept("ordinary.log")], longest=12)
    assert whole.cut == 0
    assert cut.cut > 0
    assert cut.commits["parents"] == whole.commits["parents"]
    assert cut.commits["subject"] == [subject[:12] for subject in whole.commits["subject"]]
    assert max(map(len, cut.commits["sha"])) == 40


def test_a_record_without_an_object_name_is_rejected_and_the_others_kept():
    log = kept("ordinary.log")
    broken = b"not a name" + log[40:]
    parsed = parse_log([broken])
    assert parsed.rejected == 1
    assert parsed.commits["sha"] == parse_log([log]).commits["sha"][1:]
    assert {len(column) for column in parsed.commits.values()} == {4}


fields_of_text = st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=5), max_size=24)


@given(fields_of_text, st.integers(1, 5), st.lists(st.integers(1, 7), min_size=1), st.binary(max_size=4))
def test_the_cutting_of_a_stream_says_nothing(fields: list[str], size: int, cuts: list[int], rest: bytes):
    whole = len(fields) - len(fields) % size
    stream = b"".join(field.encode() + b"\0" for field in fields) + rest.replace(b"\0", b"")
    pieces, position, turn = [], 0, 0
    while position < len(stream):
        pieces.append(stream[position : position + cuts[turn % len(cuts)]])
        position, turn = position + cuts[turn % len(cuts)], turn + 1
    found = list(split_records(pieces, size))
    joined = [field for part in found for field in part]
    assert joined[:whole] == fields[:whole]
    assert joined == [field for part in split_records([stream], size) for field in part]
    assert all(len(part) % size == 0 for part in found[:-1])


@given(st.lists(st.integers(1, 400), min_size=1, max_size=8))
def test_the_cutting_of_a_log_says_nothing(cuts: list[int]):
    log, pieces, position = kept("odd.log"), [], 0
    for turn in range(len(log)):
        pieces.append(log[position : position + cuts[turn % len(cuts)]])
        position += cuts[turn % len(cuts)]
    cut, whole = parse_log(pieces), parse_log([log])
    assert (cut.commits, cut.trailers, cut.rejected) == (whole.commits, whole.trailers, whole.rejected)


@given(st.binary(max_size=600))
def test_any_bytes_give_columns_of_one_length(junk: bytes):
    parsed = parse_log([junk])
    assert len({len(column) for column in parsed.commits.values()}) == 1
    assert parsed.build_commit_table().num_rows + parsed.rejected >= junk.count(b"\0") // FIELDS
    parse_changed_areas([junk])


@given(st.text(max_size=40))
def test_any_date_is_a_moment_between_1970_and_9999(raw: str):
    second, offset = parse_raw_date(raw)
    assert 0 <= second <= LATEST_SECOND
    assert -840 <= offset <= 840


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("0 +0000", (0, 0)),
        ("-1 +0000", (0, 0)),
        ("1700000000 -0330", (1_700_000_000, -210)),
        ("1700000000 +1400", (1_700_000_000, 840)),
        ("1700000000 +1401", (1_700_000_000, 0)),
        ("1700000000", (1_700_000_000, 0)),
        ("", (0, 0)),
        ("1" * 6000 + " +0000", (0, 0)),
        ("٣ +0100", (0, 60)),
    ],
)
def test_dates(raw: str, read: tuple[int, int]):
    assert parse_raw_date(raw) == read


def test_a_trailer_is_told_once_however_it_is_written():
    block = "Co-authored-by\x1fAnn <ann@alpha.example>\x1eCo-Authored-By\x1fAnn <ann@alpha.example>"
    body = (
        "text\n\nCo-authored-by: Ann <ann@alpha.example>\n  co-authored-by:  Ben <ben@beta.example>\nNot-a: trailer\n"
    )
    assert parse_trailers(block, body) == [
        ("co-authored-by", "Ann <ann@alpha.example>"),
        ("co-authored-by", "Ben <ben@beta.example>"),
    ]
    assert parse_trailers("Key\x1f \x1eno separator", "x") == []
