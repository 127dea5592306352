"""Hostile attempts on what Ecotone reads: servers, files that a landscape names, damaged files of its own."""

from __future__ import annotations

import gzip
import os
import random
import shutil
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from ecotone.events.sources.gharchive.day_store import is_as_written
from ecotone.events.sources.gharchive.hour_log import HourEntry, HourLog
from ecotone.events.sources.git.clone import has_damaged_packs
from ecotone.events.sources.http import SYSTEM_CLOCK, RequestFailed, open_http_client, send_request
from ecotone.foundation.digests import digest_bytes, record_of_file
from ecotone.store.partitions import is_partition_intact
from ecotone.store.workspace import MANIFESTS, Workspace
from tests.acceptance.hostile_attempts import attempts
from tests.acceptance.test_kill import contents
from tests.cli.command import ecotone, landscape_of
from tests.events.making import straight
from tests.events.reading import plain_git

HEAD = b"HTTP/1.1 200 OK\r\n"
MIB = 1 << 20


def zeros(mebibytes: int, layers: int = 1) -> bytes:
    """Zeros, packed as often as asked."""
    pack = zlib.compressobj(1, zlib.DEFLATED, 31)
    body = b"".join(pack.compress(bytes(MIB)) for _ in range(mebibytes)) + pack.flush()
    for _ in range(layers - 1):
        body = gzip.compress(body, 9)
    return body


def packed(encoding: bytes, body: bytes) -> bytes:
    """An answer with this content encoding."""
    return HEAD + b"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n" % (encoding, len(body)) + body


ANSWERS: dict[str, tuple[bytes, bytes]] = {
    "packed twice": (packed(b"gzip, gzip", zeros(300, 2)), b""),
    "packed once, 300 times as large": (packed(b"gzip", zeros(300)), b""),
    "packed as nobody asked": (packed(b"br", b"x"), b""),
    "packed as nothing known": (packed(b"compress", b"x"), b""),
    "cut in the middle of what is packed": (packed(b"gzip", zeros(1)[:-9]), b""),
    "garbage that claims to be packed": (packed(b"gzip", b"\x1f\x8bgarbage"), b""),
    "no end": (HEAD + b"\r\n", b"x" * 65536),
    "a byte a moment": (HEAD + b"Content-Length: 99999\r\n\r\n", b"x"),
    "a header without an end": (HEAD + b"X-A: ", b"x"),
    "headers without an end": (HEAD, b"X-A: b\r\n" * 2000),
    "hints without an end": (b"", b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"),
    "chunks without an end": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "a chunk with a huge size": (HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", b"x"),
    "a length with a huge size": (HEAD + b"Content-Length: 999999999999999999999\r\n\r\n", b"x" * 65536),
    "a redirect to itself": (b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", b""),
    "silence": (b"", b""),
    "no HTTP": (b"\x00\xff garbage\r\n\r\n", b""),
}


@contextmanager
def host(first: bytes, again: bytes) -> Iterator[str]:
    """A host that answers each request with `first`, then `again` for ever."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer(peer: socket.socket) -> None:
            with suppress(OSError), peer:
                while peer.recv(65536):
                    peer.sendall(first)
                    while again:
                        peer.sendall(again)
                        time.sleep(0.0 if len(again) > 9999 else 0.02)

        def serve() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=answer, args=(listening.accept()[0],), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"


@attempts("answers of a web host", ANSWERS)
def hold_answer(_: Path, name: str) -> None:
    began = time.monotonic()
    with host(*ANSWERS[name]) as address, open_http_client(follow_redirects=True) as client:
        request = client.build_request("GET", address)
        with pytest.raises(RequestFailed) as failed:
            send_request(client, request, SYSTEM_CLOCK, seconds=1.0, most_bytes=MIB)
    assert address not in str(failed.value)
    assert time.monotonic() - began < 10


def make_file(folder: Path, name: str) -> Path:
    """A file of that kind."""
    path = folder / "file"
    if name == "pipe without a writer":
        os.mkfifo(path)
    elif name == "sparse file of a terabyte":
        with path.open("wb") as file:
            file.truncate(1 << 40)
    elif name == "link to itself":
        path.symlink_to(path)
    elif name == "folder":
        path.mkdir()
    elif name == "nothing":
        pass
    else:
        return Path(name)
    return path


FILES = (
    "/dev/zero", "/dev/full", "/dev/tty", "/proc/self/mem", "/proc/kmsg", "pipe without a writer", "link to itself",
    "sparse file of a terabyte", "folder", "nothing",
)  # fmt: skip


@attempts("files that a landscape names", [f"{key} {name}" for key in ("affiliations", "term_files") for name in FILES])
def hold_file(folder: Path, name: str) -> None:
    key, _, kind = name.partition(" ")
    made = straight(folder / "o.git", 2)
    landscape = landscape_of(folder / "l", {"o/r": made.folder}, head=f'{key} = ["{make_file(folder, kind)}"]')
    began = time.monotonic()
    done = ecotone("run", landscape, "-w", folder / "w", "--quiet")
    assert "Traceback" not in done.err
    if not (done.code == 0 and kind.startswith("/proc")):  # states no bytes, so it counts as empty
        assert done.code == 2, done
        assert len(done.err.strip().splitlines()) == 1
    assert time.monotonic() - began < 180


FLIPS = 200
KINDS = {
    "collected table": "collected/*/*.parquet",
    "state of a collection": "collected/*/state.json",
    "pack of a clone": "clones/*/repository.git/objects/pack/*.pack",
    "index of a clone": "clones/*/repository.git/objects/pack/*.idx",
    "digests of a clone": "clones/*/packs.json",
    "table of a partition": "partitions/*/*/*/*.parquet",
    "manifest of a partition": "partitions/*/*/*/files.json",
    "public table": "tables/*/*.parquet",
    "manifest of the tables": "tables/current.json",
    "database": "ecotone.duckdb",
    "manifest of the database": "ecotone.duckdb.json",
    "file of the report": "report/**/*.*",
    "manifest of the report": "report/report.json",
    "notes of the run": "run.json",
    "private data": "private.json",
}


@cache
def whole_workspace(folder: Path) -> Path:
    """A landscape and a workspace, whole; the source is a bundle, so there is a clone."""
    made = straight(folder / "o.git", 4)
    plain_git(made.folder, "bundle", "create", "-q", str(folder / "o.bundle"), "HEAD", "--all")
    landscape = landscape_of(folder / "l", {"o/r": folder / "o.bundle"})
    Workspace.create(folder / "w").write_private_data({"salt": "1", "forgotten": {"2": "3"}})
    assert ecotone("run", landscape, "-w", folder / "w", "--quiet").code == 0
    return folder / "w"


def files_of(workspace: Path, kind: str) -> list[Path]:
    """The kept files of a kind."""
    return sorted(path for path in workspace.glob(KINDS[kind]) if path.is_file())


@contextmanager
def flipped_bit(path: Path, chance: random.Random) -> Iterator[int]:
    """A file in which one bit is another inside the block; yields its position."""
    good, mode = path.read_bytes(), path.stat().st_mode
    position = chance.randrange(len(good) * 8)
    damaged = bytearray(good)
    damaged[position // 8] ^= 1 << position % 8
    path.chmod(0o600)
    path.write_bytes(damaged)
    try:
        yield position
    finally:
        path.write_bytes(good)
        path.chmod(mode)


def is_noticed(workspace: Workspace, kind: str, path: Path) -> bool:
    """Whether a reader of that kind of file notices damage."""
    if kind == "notes of the run":
        return workspace.read_run_notes() is None
    if kind == "private data":
        with pytest.raises(Exception, match="is damaged"):
            workspace.read_private_data()
        return True
    if "partition" in kind:
        return not is_partition_intact(path.parent)
    if "clone" in kind:
        return has_damaged_packs(next(workspace.clones_folder.glob("*/repository.git")))
    return any(workspace.find_damage(part) for part in MANIFESTS)


@attempts(f"{FLIPS} flipped bits in a kept file", KINDS)
def hold_flips(folder: Path, kind: str) -> None:
    whole, chance = whole_workspace(folder.parent / "whole"), random.Random(kind)
    for _ in range(FLIPS):
        path = chance.choice(files_of(whole, kind))
        with flipped_bit(path, chance) as position:
            assert is_noticed(Workspace(whole), kind, path), (path, position)


FEED_FILES = ("day of an archive", "log of hours", "answers in a database")


@attempts(f"{FLIPS} flipped bits in a store of a feed", FEED_FILES)
def hold_feed_flips(folder: Path, kind: str) -> None:
    chance = random.Random(kind)
    if kind == "day of an archive":
        content = random.Random(1).randbytes(5_000)
        path = folder / f"2025-01-01.{digest_bytes(content)}.parquet"
        path.write_bytes(content)
        for _ in range(FLIPS):
            with flipped_bit(path, chance) as position:
                assert not is_as_written(path), position
        assert is_as_written(path)
    elif kind == "log of hours":
        path, moment = folder / "hours.jsonl", datetime.fromisoformat("2025-01-01")
        log = HourLog(path)
        entries = [
            HourEntry(moment + timedelta(hours=hour), "complete", "a", "b", moment, "s", lines=hour)
            for hour in range(9)
        ]
        log.add_entries(entries)
        for _ in range(FLIPS):
            with flipped_bit(path, chance) as position:
                read = HourLog(Path(shutil.copy(path, folder / "copy.jsonl"))).hours
                assert len(read) < len(entries), position  # the hour is read again
                assert all(entry in entries for entry in read.values()), position
    else:
        path = folder / "answers.sqlite"
        path.write_bytes(random.Random(1).randbytes(9_000))
        note = path.with_name(f"{path.name}.digest")
        note.write_text(digest_bytes(path.read_bytes()))
        for number in range(FLIPS):
            with flipped_bit((path, note)[number % 2], chance) as position:
                assert record_of_file(path)[1] != note.read_text("ascii", "replace"), position


GONE = ("collected", "tables", "ecotone.duckdb", "report", "clones", "collected/*/state.json", "tables/current.json")


@attempts("kept files that are gone", GONE)
def hold_gone(folder: Path, name: str) -> None:
    whole = whole_workspace(folder.parent / "whole")
    before = dict(contents(whole))
    for path in whole.glob(name):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert ecotone("run", whole.parent / "l" / "landscape.toml", "-w", whole, "--quiet").code == 0
    assert dict(contents(whole)) == before


MENDED = [kind for kind in KINDS if kind not in ("notes of the run", "private data") and "clone" not in kind]
MENDED_AT_ONCE = 12


@attempts(f"{MENDED_AT_ONCE} flipped bits that the next run mends", MENDED)
def hold_mending(folder: Path, kind: str) -> None:
    whole, chance = whole_workspace(folder.parent / "whole"), random.Random(kind)
    before = dict(contents(whole))
    paths = chance.sample(files_of(whole, kind), min(len(files_of(whole, kind)), MENDED_AT_ONCE))
    for path in paths:
        content = bytearray(path.read_bytes())
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(content)
    if "partition" in kind:  # it is read when the tables are computed again
        (whole / "tables" / "current.json").unlink()
    done = ecotone("run", whole.parent / "l" / "landscape.toml", "-w", whole, "--quiet")
    assert done.code == 0
    record = whole / "report" / "report.json"  # without it, no other file of the report can be told to be damaged
    for path in () if "partition" in kind else [record] if record in paths else paths:
        assert f"{path.relative_to(whole)} was damaged or missing, and was made again." in done.err
    assert dict(contents(whole)) == before
    assert all(is_partition_intact(manifest.parent) for manifest in whole.glob("partitions/*/*/*/files.json"))
