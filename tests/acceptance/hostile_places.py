"""Hostile contents in places of all kinds: links, landscape files, lists of people, feeds, hosts, kept files, names."""

# mypy: disable-error-code="func-returns-value, no-untyped-call"
# (a situation is one expression that makes it; what the parts return is not used)

from __future__ import annotations

import os
import subprocess
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ecotone.events.sources.gharchive.gzip_stream import GzipStream
from ecotone.events.sources.gharchive.line_reader import LineReader, RepositorySearch
from ecotone.events.sources.git.processes import HostSilent, OutputTooLong, TransferTooLarge, read_process_output
from ecotone.events.sources.git.role_files import parse_role_file
from ecotone.foundation.digests import record_of_file
from ecotone.foundation.machine import memory_bytes
from ecotone.people.affiliation_files import read_affiliation_file
from ecotone.store.files import CELL_BYTES, read_sealed_json, write_sealed_json
from tests.acceptance.hostile_attempts import attempts
from tests.acceptance.hostile_folders import BOMBS, LONGEST_READING, link_to, make_pipe, write_text
from tests.acceptance.hostile_git import collect_beside_good
from tests.cli.command import ecotone, landscape_of
from tests.events.making import DAY, START, Repository, straight
from tests.events.reading import plain_git
from tests.events.test_local_repository import program_that_marks

PATIENCE = 1.0
CHATTER = {
    "progress as a message": "printf 'remote: Receiving objects: 100%% (1/1)\\n'",
    "the end as a message": "printf 'remote: Resolving deltas: 100%% (1/1), done.\\n'",
    "progress after a break of line": "printf 'remote: x\\rremote: Unpacking objects: 100%%\\n'",
    "half a message": "printf 'remote: Receiving objects:'; sleep 0.2; printf ' 100%%\\r'",
    "an escape sequence": "printf 'remote: \\033[2KReceiving objects: 100%%\\r'",
}  # fmt: skip


@attempts("messages of a host that look like progress", CHATTER)
def hold_chatter(_: Path, name: str) -> None:
    began = time.monotonic()
    command = ["sh", "-c", f"{CHATTER[name]} >&2; exec sleep 30"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        with pytest.raises(HostSilent):
            read_process_output(process, PATIENCE, 1 << 20)
        process.kill()
    assert time.monotonic() - began < 10


FLOODS = {"output": "yes", "messages": "yes remote: x >&2", "progress": "yes 'Receiving objects: 1%' >&2"}


@attempts("hosts that send without an end", FLOODS)
def hold_flood(_: Path, name: str) -> None:
    began = time.monotonic()
    with subprocess.Popen(["sh", "-c", f"exec {FLOODS[name]}"], stdout=-1, stderr=-1) as process:
        with pytest.raises((OutputTooLong, TransferTooLarge)):
            read_process_output(process, PATIENCE, 1 << 22, 1 << 24)
        process.kill()
    assert time.monotonic() - began < 20


HOURS = {
    "empty objects on one line": b"{}", "empty objects": b"{}\n", "empty lists": b"[]", "empty lines": b"\n",
    "blanks": b" ", "numbers": b"1 ", "objects and commas": b"{},", "beginnings": b'{"a":', "brackets": b"[[[[",
    "events of nobody": b'{"type":"GistEvent"}\n', "quotes": b'"",', "beginnings of events": b'{"id":"1","type":"',
    "names": b'"repository":{"owner":"a","name":"b"}',
    "lines of 2011": b'{"type":"XEvent","repository":{"owner":"a"}}\n',
}  # fmt: skip


@attempts("hours of an archive", HOURS)
def hold_hour(_: Path, name: str) -> None:
    pack = zlib.compressobj(1, zlib.DEFLATED, 31)
    unit = HOURS[name] * (1_000_000 // len(HOURS[name]))
    packed = b"".join(pack.compress(unit) for _ in range(60)) + pack.flush()
    reader, began = LineReader(RepositorySearch.for_repositories(["a/b"])), time.process_time()
    for block in GzipStream([packed]):
        reader.read_block(block)
    reader.read_last_line()
    assert time.process_time() - began < 5
    counts = reader.line_counts
    assert counts.lines == counts.accepted_lines + sum(counts.refused.values())


@attempts("lists of people of strangers", BOMBS)
def hold_people(_: Path, bomb: str) -> None:
    text = BOMBS[bomb]
    slow: dict[str, float] = {}
    for name in ("MAINTAINERS", "MAINTAINERS.md", "OWNERS", "CODEOWNERS", "COMMITTERS.csv", "owners_aliases"):
        began = time.process_time()
        parse_role_file(name, text)
        slow |= {name: time.process_time() - began} if time.process_time() - began > 3 else {}
    for name in (
        "affiliations.csv",
        "a.json",
        "a.yml",
        "a.yaml",
        "email-map",
        "developers_affiliations1.txt",
        "a.toml",
    ):
        began = time.process_time()
        with suppress(ValueError, Exception):
            read_affiliation_file(name, text.encode())
        slow |= {name: time.process_time() - began} if time.process_time() - began > 5 else {}
    assert not slow


MAILMAPS = {
    "lines": b"Ann <a@b.example> <c@d.example>\n" * 200_000,
    "one line": b"<" * 4_000_000,
    "brackets": b"<>" * 2_000_000,
    "names": b"a" * 2_000_000 + b" <a@b.example>\n",
    "blanks": b" " * 4_000_000 + b"<a@b.example>\n",
    "everybody": b"".join(b"Ann <ann@alpha.example> P%d <p%d@x.example>\n" % (n, n) for n in range(60_000)),
    "a circle": b"A <a@x.example> <b@x.example>\nB <b@x.example> <a@x.example>\n" * 20_000,
}


@attempts("mailmaps", MAILMAPS)
def hold_mailmap(folder: Path, name: str) -> None:
    made = straight(folder / "o.git", 3)
    made.commit(made.tip(), at=START + 9 * DAY, files={".mailmap": MAILMAPS[name]}, ref="refs/heads/main")
    began = time.monotonic()
    said = collect_beside_good(folder, made.folder, "\n[limits]\nseconds = 100\n")
    assert time.monotonic() - began < LONGEST_READING
    assert "This is a defect" not in said


SECRET_TEXT = "root:Pl4nted:0:0:secret\nmachine h.example login ada password Pl4nted\n"
NAMED = {
    "people_files": 'people_files = ["{}"]',
    "term_files": 'term_files = ["{}"]',
    "technology_files": 'technology_files = ["{}"]',
    "affiliations": 'affiliations = ["{}"]',
}


@attempts("private files that a landscape of somebody else names", NAMED)
def hold_private_file(folder: Path, key: str) -> None:
    write_text(folder / "private", SECRET_TEXT)
    landscape = landscape_of(
        folder / "l", {"o/r": straight(folder / "o.git", 2).folder}, head=NAMED[key].format(folder / "private")
    )
    done = ecotone("run", landscape, "-w", folder / "w", "--quiet", "-o", folder / "report")
    doctor = ecotone("doctor", "-w", folder / "w") if (folder / "w" / "workspace.json").exists() else done
    texts = [(done.out + done.err + doctor.out + doctor.err).encode()]
    texts += [path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "private"]
    assert not any(b"Pl4nted" in text for text in texts)
    assert "Traceback" not in done.err


ODD_FILES: dict[str, Callable[[Path], object]] = {
    "a pipe": make_pipe,
    "endless": lambda path: link_to(path, "/dev/zero"),
    "a terabyte": lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_RDWR), 1 << 40),
    "a folder": lambda path: path.mkdir(),
}  # fmt: skip


@attempts(
    "odd files that a landscape of somebody else names",
    [f"{key} {name}" for key in ("people_files", "technology_files") for name in ODD_FILES],
)
def hold_named_file(folder: Path, name: str) -> None:
    key, _, kind = name.partition(" ")
    ODD_FILES[kind](folder / "named")
    landscape = landscape_of(
        folder / "l", {"o/r": straight(folder / "o.git", 2).folder}, head=NAMED[key].format(folder / "named")
    )
    began = time.monotonic()
    done = ecotone("run", landscape, "-w", folder / "w", "--quiet")
    assert done.code == 2, done
    assert len(done.err.strip().splitlines()) == 1
    assert time.monotonic() - began < 60


LANDSCAPES = {
    "a deep key": "a" + ".a" * 100_000 + " = 1\n",
    "a deep table": "[a" + ".a" * 100_000 + "]\n",
    "many tables": "[[project]]\nrepository = 'a/b'\n" * 200_000,
    "nested lists": "a = " + "[" * 100_000,
    "nested tables": "a = " + "{a=" * 100_000,
    "a long number": "a = " + "1" * 2_000_000,
    "a long float": "a = 1e" + "9" * 1_000_000,
    "many keys": "".join(f"k{number} = 1\n" for number in range(400_000)),
    "a long key": '"' + "k" * 4_000_000 + '" = 1\n',
    "quotes": '"' * 4_000_000,
    "dates": "a = " + "2020-01-01T00:00:00" * 100_000,
    "blanks": " " * 8_000_000 + "x",
    "line ends": "\r\n" * 4_000_000,
    "an expression for author_lines": '[landscape]\nname = "l"\nauthor_lines = ["(a+)+by"]\n',
    "a name for a path": '[landscape]\nname = "../../x"\n[[project]]\nrepository = "a/b"\n',
    "a repository for a path": '[landscape]\nname = "l"\n[[project]]\nrepository = "../../x/y"\n',
    "connectors for a path": '[landscape]\nname="l"\n[[project]]\nrepository = "a/b"\nconnectors = ["../../x"]\n',
    "no memory": '[landscape]\nname = "l"\n[limits]\nmemory_mb = 1e99\n[[project]]\nrepository = "a/b"\n',
}


@attempts("landscape files of somebody else", LANDSCAPES)
def hold_landscape_file(folder: Path, name: str) -> None:
    write_text(folder / "l.toml", LANDSCAPES[name])
    began = time.process_time()
    done = ecotone("collect", folder / "l.toml", "-w", folder / "w")
    assert done.code == 2, done
    assert len(done.err.strip().splitlines()) == 1
    assert "This is a defect" not in done.err
    assert time.process_time() - began < 20


@cache
def planted_workspace(folder: Path) -> Path:
    landscape = landscape_of(folder, {"o/r": straight(folder / "o.git", 3).folder})
    assert ecotone("run", landscape, "-w", folder / "w", "--quiet").code == 0
    return folder


LINKS = (
    "clones", "collected", "tables", "partitions", "collected/o+r", "clones/o+r", "partitions/project_meetings",
    "lock", "run.json", "private.json", "ecotone.duckdb", "ecotone.duckdb.json", "tables/current.json",
    "collected/o+r/state.json", "workspace.json", "report", "clones/o+r/settings", "feeds",
)  # fmt: skip


@attempts("links inside the workspace", LINKS)
def hold_link(folder: Path, name: str) -> None:
    made = planted_workspace(folder.parent / "planted")
    landscape = made / "landscape.toml"
    subprocess.run(["cp", "-r", made / "w", folder / "w"], check=True)
    victim = folder / "victim"
    for place in ("a/b/c/x.parquet", "x.parquet", "y/z.parquet", "repository.git/x.lock", "clones/o+r/x", "file"):
        write_text(victim / place, "years of work")
    before = {path: path.read_text() for path in victim.rglob("*") if path.is_file()}
    link = folder / "w" / name
    is_file = not link.is_dir()
    if link.exists():
        link.rename(folder / "aside")
    link.symlink_to(victim / "file" if is_file else victim)
    done = ecotone("run", landscape, "-w", folder / "w", "--quiet", "--pseudonymise")
    ecotone("forget", "ann@alpha.example", "-w", folder / "w")
    assert {path: path.read_text() for path in victim.rglob("*") if path.is_file()} == before
    assert "Traceback" not in done.err
    assert done.code == 0 or len(done.err.strip().splitlines()) == 1, done


REPORTS: dict[str, Callable[[Path, Path], object]] = {
    "a link to a folder in use": lambda path, victim: path.symlink_to(victim),
    "a link to a file": lambda path, victim: path.symlink_to(victim / "file"),
    "a link to nothing": lambda path, victim: path.symlink_to(victim / "none"),
    "a link to itself": lambda path, _: path.symlink_to(path),
    "below a link to a folder in use": lambda path, victim: (path.parent / "over").symlink_to(victim),
}


@attempts("folders of the report", REPORTS)
def hold_report_folder(folder: Path, name: str) -> None:
    landscape = landscape_of(folder / "l", {"o/r": straight(folder / "o.git", 2).folder})
    victim, place = folder / "victim", folder / "shown"
    write_text(victim / "file", "years of work")
    REPORTS[name](place, victim)
    target = folder / "over" / "shown" if name.startswith("below") else place
    done = ecotone("run", landscape, "-w", folder / "w", "--quiet", "-o", target)
    assert (victim / "file").read_text() == "years of work"
    assert "Traceback" not in done.err
    assert "This is a defect" not in done.err
    assert done.code in (0, 2)


def plant_parquet(workspace: Path, pattern: str, manifest: str, table: pa.Table) -> None:
    """Replace a Parquet file of the workspace, with a manifest that says so."""
    (path,) = workspace.glob(pattern)
    (note,) = workspace.glob(manifest)
    pq.write_table(table, path, compression="zstd", use_dictionary=True)
    value = read_sealed_json(note)
    assert value is not None
    value["files"][str(path.relative_to(note.parent))] = record_of_file(path)
    write_sealed_json(note, value)


def plant_database(workspace: Path, folder: Path) -> None:
    """Views of the names of tables that read another file, with a manifest that says so."""
    path = workspace / "ecotone.duckdb"
    write_text(folder / "private", SECRET_TEXT)
    names = [file.stem for file in workspace.glob("tables/*/*.parquet")]
    path.unlink()
    with duckdb.connect(str(path)) as connection:
        for name in names:
            connection.execute(f"CREATE VIEW \"{name}\" AS SELECT * FROM read_text('{folder}/private')")
    note = read_sealed_json(workspace / "ecotone.duckdb.json")
    assert note is not None
    write_sealed_json(workspace / "ecotone.duckdb.json", {**note, "files": {path.name: record_of_file(path)}})


@cache
def endless_rows(table: Path) -> Path:
    """A small file of as many equal rows as do not fit into memory."""
    part = pq.read_table(table).take(pa.array([0] * 1_000_000))
    path = table.with_name("endless.parquet")
    with pq.ParquetWriter(path, part.schema, compression="zstd") as writer:
        for _ in range(memory_bytes() // (CELL_BYTES * part.num_rows * part.num_columns) + 1):
            writer.write_table(part)
    return path


def plant_endless_rows(workspace: Path, made: Path) -> None:
    """Replace a table by that file, with a manifest that says so."""
    (path,) = workspace.glob("tables/*/signals.parquet")
    path.write_bytes(endless_rows(next(made.glob("w/tables/*/signals.parquet"))).read_bytes())
    note = workspace / "tables/current.json"
    value = read_sealed_json(note)
    assert value is not None
    value["files"][str(path.relative_to(note.parent))] = record_of_file(path)
    write_sealed_json(note, value)


KEPT = (
    "views of another file",
    "a table without columns",
    "a table of other columns",
    "a table of other types",
    "rows without end",
)


@attempts(
    "workspaces of somebody else",
    [f"{name}: {command}" for name in KEPT for command in ("show", "export", "report", "analyse")],
)
def hold_kept(folder: Path, name: str) -> None:
    name, _, command = name.partition(": ")
    made = planted_workspace(folder.parent / "planted")
    workspace = folder / "w"
    subprocess.run(["cp", "-r", made / "w", workspace], check=True)
    table = pq.read_table(next(workspace.glob("tables/*/signals.parquet")))
    if name == "views of another file":
        plant_database(workspace, folder)
    elif name == "a table without columns":
        plant_parquet(workspace, "tables/*/signals.parquet", "tables/current.json", pa.table({}))
    elif name == "rows without end":
        plant_endless_rows(workspace, made)
    elif name == "a table of other columns":
        plant_parquet(workspace, "tables/*/signals.parquet", "tables/current.json", pa.table({"x": ["=1+1"]}))
    else:
        other = table.set_column(0, table.column_names[0], pa.array([b"\x1b[2J"] * table.num_rows))
        plant_parquet(workspace, "tables/*/signals.parquet", "tables/current.json", other)
    arguments: dict[str, tuple[object, ...]] = {
        "show": ("show", "o/r"), "export": ("export", "signals"),
        "report": ("report", made / "landscape.toml"), "analyse": ("analyse", made / "landscape.toml", "--quiet"),
    }  # fmt: skip
    done = ecotone(*arguments[command], "-w", workspace)
    assert "Pl4nted" not in done.out + done.err
    assert "Traceback" not in done.err
    assert "\x1b[2J" not in done.out + done.err
    assert done.code in (0, 2), done


DRAWN = (".html", ".js", ".svg", ".json", ".md", ".txt")
MARKS = ("\u202e", "\u202d", "\u2066", "\u2067", "\u2068", "\u202a", "\u202b")


@cache
def report_of_marks(folder: Path) -> list[tuple[str, str]]:
    """The texts of the report on projects, categories and organisations with marks of direction in their names."""
    made, lines = Repository.new(folder / "o.git"), ["[landscape]", 'name = "l"', f'title = "{MARKS[0]}title"']
    tips: list[str] = []
    for number in range(30):
        by = f"P{number} <p{number}@corp{number % 3}.example>".encode()
        files = {"README.md": "\u202eread".encode()}
        tips = [made.commit(*tips, at=START + number * DAY, by=by, ref="refs/heads/main", files=files)]
    lines.append("[organisations]")
    lines += [f'"{mark}Corp{number}" = ["corp{number}.example"]' for number, mark in enumerate(MARKS[:3])]
    for number, mark in enumerate(MARKS):
        lines += ["[[project]]", f'name = "{mark}p{number}"', f'category = "{mark}c{number % 2}"', f'layer = "{mark}x"']
        lines.append(f'repositories = [{{name="o/r{number}", location="{made.folder}"}}]')
    write_text(folder / "l.toml", "\n".join(lines))
    place = folder / "report"
    choices = ("--quiet", "-o", place, "--min-organisation-size", "1")
    done = ecotone("run", folder / "l.toml", "-w", folder / "w", *choices)
    assert done.code == 0, done
    drawn = (path for path in place.rglob("*") if path.suffix in DRAWN and path.name != "vega.js")
    texts = [(path.name, path.read_text("utf-8")) for path in drawn]
    badge = ecotone("badge", f"{MARKS[0]}p0", "-w", folder / "w")
    shown = ecotone("show", f"{MARKS[0]}p0", "-w", folder / "w")
    return [*texts, ("badge", badge.out + badge.err), ("terminal", shown.out + shown.err)]


@attempts("marks of direction in what is drawn", map(ascii, MARKS))
def hold_mark(folder: Path, name: str) -> None:
    mark = eval(name)
    texts = report_of_marks(folder.parent / "marked")
    assert len(texts) > 10
    found = [place for place, text in texts if mark in text or f"\\u{ord(mark):04x}" in text.lower()]
    assert not [place for place in found if not place.endswith(".json")], found


ELSEWHERE = {
    "a .git file that names another repository": lambda made, other: write_text(made / ".git", f"gitdir: {other}\n"),
    "objects are a link": lambda made, other: (
        (made / "objects").rename(made / "o2"),
        (made / "objects").symlink_to(other / "objects"),
    ),
    "alternates of alternates": lambda made, _: (
        [write_text(made / f"a{n}/info/alternates", f"{made}/a{n + 1}\n") for n in range(200)]
        and write_text(made / "objects/info/alternates", f"{made}/a0\n")
    ),
    "alternates name each other": lambda made, other: (
        write_text(made / "objects/info/alternates", f"{other}/objects\n"),
        write_text(other / "objects/info/alternates", f"{made}/objects\n"),
    ),
    "alternates of a thousand": lambda made, _: write_text(
        made / "objects/info/alternates", "".join(f"/nowhere/{n}\n" for n in range(100_000))
    ),
    "a split commit graph": lambda made, _: write_text(
        made / "objects/info/commit-graphs/commit-graph-chain", "1" * 40 + "\n"
    ),
    "a bitmap of garbage": lambda made, _: write_text(made / "objects/pack/pack-1.bitmap", "BITM garbage"),
    "an index of refs of garbage": lambda made, _: write_text(
        made / "packed-refs", "# pack-refs with: peeled sorted\n^1\n"
    ),
    "a HEAD of bytes": lambda made, _: (made / "HEAD").write_bytes(b"ref: refs/heads/\xff\xfe\n"),
    "worktrees without an end": lambda made, _: write_text(made / "worktrees/x/gitdir", "/dev/zero\n"),
    "a commondir chain": lambda made, other: write_text(made / "commondir", f"{other}\n"),
    "a grafted shallow": lambda made, _: write_text(made / "shallow", (made / "refs/heads/main").read_text()),
    "modules": lambda made, _: write_text(made / "modules/x/config", "[core]\n\tfsmonitor = touch ran\n"),
    "an object that is a pipe": lambda made, _: make_pipe(next(made.glob("objects/??/*"))),
    "an object that is endless": lambda made, _: link_to(next(made.glob("objects/??/*")), "/dev/zero"),
    "a pack that is a pipe": lambda made, _: make_pipe(made / "objects/pack/pack-1.pack"),
    "keep files without end": lambda made, _: [
        write_text(made / f"objects/pack/pack-{n}.keep", "") for n in range(5_000)
    ],
    "an http alternate": lambda made, _: write_text(made / "objects/info/http-alternates", "http://127.0.0.1:1/x\n"),
}


@attempts("repositories that lead elsewhere", ELSEWHERE)
def hold_elsewhere(folder: Path, name: str) -> None:
    made, other = straight(folder / "o.git", 3), straight(folder / "other.git", 5)
    program_that_marks(folder)
    plain_git(made.folder, "config", "--file", str(made.folder / "config"), "core.fsmonitor", str(folder / "program"))
    ELSEWHERE[name](made.folder, other.folder)
    began = time.monotonic()
    said = collect_beside_good(folder, made.folder, "\n[limits]\nseconds = 600\n")
    assert time.monotonic() - began < 120
    assert "This is a defect" not in said, said
    assert not (folder / "ran").exists()
