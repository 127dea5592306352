import json
import time
from collections import Counter

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.events.sources.gharchive import line_reader as module
from ecotone.events.sources.gharchive.line_reader import (
    CUT_SHORT,
    NO_REPOSITORY,
    NOT_AN_EVENT,
    NOT_JSON,
    TOO_LONG,
    Event,
    LineCounts,
    LineReader,
    RepositorySearch,
    repository_of,
)

from .making import ERAS, event, kept

ALL = RepositorySearch.for_repositories(everything=True)
CAT = RepositorySearch.for_repositories(["Octo/CAT"])
LINES = [line for era in ERAS for line in kept(era)]


def read(
    content: bytes, search: RepositorySearch, size: int = 1 << 20, *, cut: bool = False
) -> tuple[list[Event], LineCounts]:
    reader = LineReader(search)
    blocks = (content[place : place + size] for place in range(0, len(content), size))
    events = [*reader.read_blocks(blocks), *reader.read_last_line(cut=cut)]
    return events, reader.line_counts


@pytest.mark.parametrize("era", ERAS)
def test_every_line_of_an_era_is_read(era: str):
    content = b"\n".join(kept(era)) + b"\n"
    told = [json.loads(line) for line in kept(era)]
    events, tally = read(content, ALL)
    assert events == [one for one in told if one["type"] not in ("GistEvent", "FollowEvent")]
    assert (tally.lines, tally.accepted_lines, tally.refused) == (len(told), len(told), {})
    assert tally.types == Counter(one["type"] for one in told)


@pytest.mark.parametrize(
    "search",
    [CAT, RepositorySearch.for_repositories([], [7]), RepositorySearch.for_repositories(["octo/cat"], [7])],
    ids=["name", "id", "both"],
)
def test_a_search_finds_what_a_reader_of_every_line_finds(search: RepositorySearch):
    content = b"\n".join(LINES)
    events, tally = read(content, search)
    told = [json.loads(line) for line in LINES]
    assert events == [one for one in told if (place := repository_of(one)) and search.includes_repository(*place)]
    assert tally.types == Counter(one["type"] for one in told)
    assert tally.lines == len(LINES)


def test_a_name_is_found_whatever_its_capitals_and_an_id_whatever_the_name():
    renamed = event(1, "WatchEvent", "2020-01-01T00:00:00Z", "OCTO/Cat", 8) + b"\n"
    assert len(read(renamed, CAT)[0]) == 1
    assert len(read(renamed, RepositorySearch.for_repositories([], [8]))[0]) == 1
    assert read(renamed, RepositorySearch.for_repositories(["octo/ca"], [7, 80]))[0] == []


def test_a_wanted_name_inside_a_payload_is_not_the_event_s():
    inside = event(1, "IssueCommentEvent", "2020-01-01T00:00:00Z", "other/one", 1, repo={"id": 7, "name": "octo/cat"})
    text = event(
        2, "IssueCommentEvent", "2020-01-01T00:00:00Z", "other/one", 1, body='},"repo":{"id":7,"name":"octo/cat"'
    )
    assert read(inside + b"\n" + text, RepositorySearch.for_repositories(["octo/cat"], [7]))[0] == []


def test_other_orders_of_keys_are_found_by_parsing():
    told = json.loads(event(1, "WatchEvent", "2020-01-01T00:00:00Z"))
    orders = [dict(reversed(told.items())), {"payload": {"repo": {"id": 9, "name": "a/b"}}, **told}]
    spaced = [json.dumps(one).encode() for one in [told, *orders]]
    tight = [json.dumps(one, separators=(",", ":")).encode() for one in orders]
    events, tally = read(b"\n".join(spaced + tight), CAT)
    assert len(events) == tally.lines == 5


def test_lines_of_2011_with_the_owner_in_another_order_and_a_wanted_owner_elsewhere():
    told = json.loads(kept("2011-2014")[0])
    flipped = dict(reversed(told["repository"].items()))
    other = told | {"repository": told["repository"] | {"owner": "someone"}, "payload": {"forkee": {"owner": "octo"}}}
    content = b"\n".join(orjson.dumps(one) for one in (told | {"repository": flipped}, other))
    events, tally = read(content, CAT)
    assert [repository_of(one) for one in events] == [(None, "octo/cat")]
    assert tally.accepted_lines == 2


def test_refusals_are_counted_by_reason():
    bad = [
        b'{"id":"1","type":"PushEvent","actor":{},"repo":{},"payload":{},"public":true}',
        b'{"id":"1","type":"PushEvent","actor":{"id":1},"repo":{"id":7,"name":"octo/cat"},"payl}',
        b"not json",
        b'{"no":"type"}',
        b"[1,2]",
        b"\xff\xfe",
        event(1, "PushEvent", "2020-01-01T00:00:00Z", "other/one", 1)[:-20],  # not wanted, and cut off
    ]
    events, tally = read(b"\n".join([*bad, b"", b"  ", LINES[0]]), CAT)
    assert len(events) == 1
    assert tally.refused == {NO_REPOSITORY: 1, NOT_JSON: 4, NOT_AN_EVENT: 2}
    assert (tally.lines, tally.accepted_lines) == (8, 1)


def test_a_last_line_without_an_end_is_read_where_it_is_whole():
    whole, half = LINES[20], LINES[20][:-30]
    assert len(read(whole, ALL, cut=True)[0]) == 1
    assert read(half, ALL, cut=True)[1].refused == {CUT_SHORT: 1}
    assert read(half, ALL)[1].refused == {NOT_JSON: 1}


@pytest.mark.parametrize("between", [b"", b" ", b",\t"])
def test_objects_one_after_the_other_count_each(between: bytes):
    content = between.join(kept("2011-2014")) + b"\n" + between.join([*kept("2011-2014"), b"{"])
    events, tally = read(content, CAT)
    assert tally.lines == 2 * 14 + 1
    assert tally.refused == {NOT_JSON: 1}
    assert len(events) == 2 * 12


def test_a_file_without_line_ends_is_read_piece_by_piece(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "WITHOUT_LINES", 20_000)
    monkeypatch.setattr(module, "LONGEST_LINE", 60_000)
    events, tally = read(b"".join(kept("2011-2014") * 50), CAT, 4096)
    assert (len(events), tally.lines, tally.refused) == (12 * 50, 14 * 50, {})


def test_a_line_that_never_ends_is_refused_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "WITHOUT_LINES", 20_000)
    monkeypatch.setattr(module, "LONGEST_LINE", 60_000)
    content = b'{"id":"' + b"x" * 200_000 + b"\n" + LINES[20] + b"\n" + b"[" * 100_000
    events, tally = read(content, ALL, 4096)
    assert len(events) == 1
    assert tally.refused == {TOO_LONG: 2}
    assert tally.lines == 3


@given(st.data(), st.integers(1, 3000))
def test_however_lines_are_mixed_and_cut_the_outcome_is_the_same_and_adds_up(data: st.DataObject, size: int):
    junk = st.binary(max_size=40) | st.sampled_from([b"{}", b'{"type":"X"}', b"}{", b'{"id":"', b'"owner":"octo"'])
    chosen = data.draw(st.lists(st.sampled_from(LINES) | junk, max_size=12))
    content = b"\n".join(chosen)
    for search in (ALL, CAT):
        events, tally = read(content, search, size)
        again, same = read(content, search)
        assert repr(events) == repr(again)
        assert (tally.types, tally.refused) == (same.types, same.refused)
        assert tally.lines == tally.accepted_lines + sum(tally.refused.values())
        assert tally.lines >= sum(1 for line in content.split(b"\n") if line.strip())


@given(st.sampled_from(LINES), st.data())
def test_a_garbled_line_is_read_as_what_it_says_or_refused(line: bytes, data: st.DataObject):
    place = data.draw(st.integers(0, len(line) - 1))
    garbled = line[:place] + data.draw(st.binary(max_size=3)).replace(b"\n", b"") + line[place + 1 :]
    events, tally = read(garbled, ALL)
    assert tally.lines == tally.accepted_lines + sum(tally.refused.values())
    for found in events:
        assert repository_of(found) is not None


def test_objects_on_one_line_are_found_whoever_comes_first():
    other, mine = event(1, "WatchEvent", "2020-01-01T00:00:00Z", "other/one", 1), event(2, "WatchEvent", "2020-01-01")
    for content in (other + mine, other + mine + b"\n" + other, other + b"\n" + other + mine + other):
        events, tally = read(content + b"\n", CAT)
        assert [one["id"] for one in events] == ["2"]
        assert (tally.lines, tally.accepted_lines) == (content.count(b'"type"'), content.count(b'"type"'))


def test_a_name_that_is_written_in_another_way_is_the_same_name():
    plain = event(1, "WatchEvent", "2020-01-01T00:00:00Z")
    for line in (plain.replace(b"octo/cat", rb"octo\/cat"), plain.replace(b"octo/cat", rb"\u006fcto/cat")):
        assert len(read(line + b"\n", CAT)[0]) == 1


@pytest.mark.parametrize("identity", [b'"7"', b" 7", b"7.0"])
def test_an_id_that_is_written_in_another_way_is_the_same_id(identity: bytes):
    line = event(1, "WatchEvent", "2020-01-01T00:00:00Z", "renamed/cat").replace(
        b'"repo":{"id":7', b'"repo":{"id":' + identity
    )
    assert len(read(line + b"\n", RepositorySearch.for_repositories([], [7]))[0]) == 1


def test_a_mark_before_the_first_line_is_not_part_of_it():
    line = b"\xef\xbb\xbf" + event(1, "WatchEvent", "2020-01-01T00:00:00Z")
    for content in (line, line + b"\n", line + b"\r\n"):
        assert len(read(content, CAT)[0]) == 1


def test_a_line_that_cannot_be_read_is_lost_to_the_repository_it_seems_to_be_of(monkeypatch: pytest.MonkeyPatch):
    whole = event(1, "WatchEvent", "2020-01-01T00:00:00Z", "Octo/Cat")
    early = kept("2011-2014")[0]
    other = event(1, "WatchEvent", "2020-01-01T00:00:00Z", "other/one", 1)
    for line in (whole[:-9], whole.replace(b"public", b"\xff"), early[:-9]):
        assert read(line + b"\n", CAT)[1].lost == {"octo/cat": 1}
    renamed = event(1, "WatchEvent", "", "renamed/one").replace(b"renamed", b"\xffnamed")
    assert read(renamed + b"\n", RepositorySearch.for_repositories([], [7]))[1].lost == {"\ufffdnamed/one": 1}
    assert read(event(1, "WatchEvent", "", "renamed/one")[:-9] + b"\n", RepositorySearch.for_repositories([], [7]))[
        1
    ].lost == {"renamed/one": 1}
    assert read(other[:-9] + b"\n", CAT)[1].lost == {}
    assert read(whole[:-9], CAT, cut=True)[1].lost == {}  # the cut is recorded for the whole file
    monkeypatch.setattr(module, "LONGEST_LINE", 60_000)
    assert read(whole[:-9] + b"x" * 100_000 + b"\n", CAT, 4096)[1].lost == {"octo/cat": 1}


def test_a_line_that_names_two_repositories_is_refused():
    line = event(1, "WatchEvent", "2020-01-01T00:00:00Z")[:-1] + b',"repo":{"id":1,"name":"other/one"}}'
    events, tally = read(line + b"\n", CAT)
    assert (events, tally.refused, tally.lost, tally.lines) == ([], {NOT_AN_EVENT: 1}, {"octo/cat": 1}, 1)
    none = event(1, "WatchEvent", "2020-01-01T00:00:00Z")[:-1] + b',"repo":{}}'
    tally = read(none + b"\n", CAT)[1]
    assert (tally.refused, tally.lost, tally.types) == ({NO_REPOSITORY: 1}, {"octo/cat": 1}, {})


def test_the_times_of_some_lines_are_noted_wherever_they_are():
    lines = [event(number, "WatchEvent", f"2020-01-01T00:00:{number:02}Z", "other/one", 1) for number in range(60)]
    few = read(b"\n".join(lines), CAT)[1].times
    assert few == [f"2020-01-01T00:00:{number:02}Z" for number in range(60)]
    spread = read(b"\n".join(sorted(lines * 200)), CAT, 1 << 30)[1].times
    assert len(spread) == module.TIMES_IN_FIRST_BLOCK + 1
    assert len(set(spread)) > 50
    assert len(read(b"\n".join(lines * 200), CAT, 1 << 16)[1].times) > module.TIMES_IN_FIRST_BLOCK + 20


def test_far_into_a_file_objects_on_one_line_are_found_where_some_stood_before():
    """The reader checks samples, and everything once it has found some."""
    other, mine = (
        event(number, "WatchEvent", "2020-01-01T00:00:00Z", name, 1) for number, name in ((1, "a/b"), (2, "octo/cat"))
    )
    filler = (other + b"\n") * (3 * module.JOINED_CHECK_BYTES // len(other))
    assert len(read(filler + other + mine + b"\n", CAT)[0]) == 0
    assert len(read(other + other + b"\n" + filler + other + mine + b"\n", CAT)[0]) == 1


@pytest.mark.parametrize("line", [b"{}", b"{}\n", b"\n", b'{"type":"GistEvent"}', b" ", b"[]", b"1,"])
def test_a_file_with_more_lines_than_an_hour_has_is_not_read_on(line: bytes, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "MOST_LINES", 3_000)
    monkeypatch.setattr(module, "MOST_REFUSED", 1_000)
    reader = LineReader(CAT)
    began = time.process_time()
    for _ in range(40):
        assert reader.read_block(line * (1_000_000 // len(line))) == []
    assert reader.read_last_line() == []
    assert time.process_time() - began < 3
    tally = reader.line_counts
    assert tally.lines == tally.accepted_lines + sum(tally.refused.values())
    assert reader.is_overfull or TOO_LONG in tally.refused or line == b" "
