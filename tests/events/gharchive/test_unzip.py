import gzip
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.events.sources.gharchive import gzip_stream
from ecotone.events.sources.gharchive.gzip_stream import BLOCK_BYTES, BROKEN, CUT, EMPTY, WHOLE, GzipStream

CONTENT = b"".join(b"line %d of many\n" % number for number in range(20_000))
PACKED = gzip.compress(CONTENT, mtime=0)


def cut(content: bytes, size: int) -> list[bytes]:
    return [content[place : place + size] for place in range(0, len(content), size)]


@pytest.mark.parametrize("size", [1, 7, 1000, 10**9])
def test_members_one_after_the_other_are_joined(size: int):
    unzip = GzipStream(cut(PACKED + PACKED + b"\0" * 40, size))
    assert b"".join(unzip) == CONTENT + CONTENT
    assert (unzip.ended, unzip.decompressed_bytes) == (WHOLE, 2 * len(CONTENT))


@pytest.mark.parametrize("short", [1, 4, 8, 100, len(PACKED) - 20])
def test_a_file_that_breaks_off_gives_what_is_there(short: int):
    unzip = GzipStream([PACKED[:-short]])
    found = b"".join(unzip)
    assert CONTENT.startswith(found)
    assert unzip.ended == CUT


def test_a_changed_byte_is_noticed():
    broken = bytearray(PACKED)
    broken[len(PACKED) // 2] ^= 0x55
    unzip = GzipStream([bytes(broken)])
    found = b"".join(unzip)
    assert CONTENT.startswith(found[: len(found) // 2])
    assert unzip.ended in (BROKEN, CUT)


def test_a_wrong_checksum_is_noticed():
    unzip = GzipStream([PACKED[:-8] + b"\1\2\3\4" + PACKED[-4:]])
    list(unzip)
    assert unzip.ended == BROKEN


def test_nothing_is_empty_and_a_page_is_broken():
    for content, ended in ((b"", EMPTY), (b"<!doctype html><title>Not an hour</title>" * 10, BROKEN)):
        unzip = GzipStream([content] if content else [])
        assert list(unzip) == []
        assert unzip.ended == ended


def test_blocks_are_bounded_however_much_is_packed_into_few_bytes():
    bomb = gzip.compress(bytes(64 << 20), 9)
    unzip = GzipStream(cut(bomb, 1 << 16))
    assert max(map(len, itertools.islice(unzip, 1000))) <= BLOCK_BYTES
    assert unzip.decompressed_bytes == 64 << 20


def test_what_unpacks_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gzip_stream, "MOST_BYTES", 5 << 20)
    unzip = GzipStream([gzip.compress(bytes(64 << 20), 9)])
    assert sum(map(len, unzip)) <= 5 << 20
    assert unzip.ended == BROKEN


@given(st.binary(max_size=200), st.integers(1, 50))
def test_no_bytes_do_harm(content: bytes, size: int):
    for given_bytes in (content, PACKED[:200] + content, gzip.compress(content)):
        unzip = GzipStream(cut(given_bytes, size))
        found = b"".join(unzip)
        assert len(found) == unzip.decompressed_bytes
        assert unzip.ended in (WHOLE, CUT, BROKEN, EMPTY)
    assert found == content
