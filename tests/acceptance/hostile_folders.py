"""Hostile files of a local repository: pipes, devices, links and names where git keeps its own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ecotone.stack.manifests.declared import UnreadableManifest
from ecotone.stack.manifests.manifest_reader import PARSERS, parse_manifest
from tests.acceptance.hostile_attempts import attempts
from tests.acceptance.hostile_git import collect_beside_good
from tests.events.making import START, straight
from tests.events.reading import plain_git, read_once
from tests.events.test_local_repository import program_that_marks

LONGEST_READING = 120
"""Seconds within which a small repository is read or refused, although a landscape allows it more."""


def make_pipe(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def link_to(path: Path, target: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


PLANTED: dict[str, Callable[[Path], object]] = {
    "packed-refs is a pipe": lambda folder: make_pipe(folder / "packed-refs"),
    "packed-refs is endless": lambda folder: link_to(folder / "packed-refs", "/dev/zero"),
    "packed-refs is a folder": lambda folder: (folder / "packed-refs").mkdir(),
    "HEAD is endless": lambda folder: link_to(folder / "HEAD", "/dev/zero"),
    "HEAD is a pipe": lambda folder: make_pipe(folder / "HEAD"),
    "a ref is a pipe": lambda folder: make_pipe(folder / "refs/heads/pipe"),
    "a ref is endless": lambda folder: link_to(folder / "refs/heads/zero", "/dev/zero"),
    "a ref leads to itself": lambda folder: write_text(folder / "refs/heads/x", "ref: refs/heads/x\n"),
    "refs lead round": lambda folder: link_to(folder / "refs/heads/round", ".."),
    "an index of a pack is a pipe": lambda folder: make_pipe(folder / "objects/pack/pack-x.idx"),
    "an index of a pack is endless": lambda folder: link_to(folder / "objects/pack/pack-x.idx", "/dev/zero"),
    "alternates is a pipe": lambda folder: make_pipe(folder / "objects/info/alternates"),
    "alternates name a pipe": lambda folder: write_text(folder / "objects/info/alternates", "/dev/zero\n/dev/tty\n"),
    "alternates lead round": lambda folder: write_text(folder / "objects/info/alternates", "../objects\n"),
    "commondir is a pipe": lambda folder: make_pipe(folder / "commondir"),
    "commondir leads to itself": lambda folder: write_text(folder / "commondir", "/dev\n"),
    ".git is a pipe": lambda folder: make_pipe(folder / ".git"),
    ".git is endless": lambda folder: link_to(folder / ".git", "/dev/zero"),
    ".git names itself": lambda folder: write_text(folder / ".git", "gitdir: .git\n"),
    "shallow is endless": lambda folder: link_to(folder / "shallow", "/dev/zero"),
    "shallow is garbage": lambda folder: write_text(folder / "shallow", "garbage\n" * 100),
    "a commit graph of garbage": lambda folder: write_text(folder / "objects/info/commit-graph", "CGPH garbage"),
    "an index of many packs of garbage": lambda folder: write_text(folder / "objects/pack/multi-pack-index", "MIDX"),
    "a ref with a line break in its name": lambda folder: write_text(
        folder / f"refs/heads/a\n{'1' * 40} refs/replace", "1" * 40
    ),
    "a ref with a dash": lambda folder: write_text(
        folder / "refs/heads/--output=ran", (folder / "refs/heads/main").read_text()
    ),
    "a branch that looks like a range": lambda folder: write_text(
        folder / "refs/heads/a..b", (folder / "refs/heads/main").read_text()
    ),
    "HEAD with a line break": lambda folder: write_text(folder / "HEAD", "ref: refs/heads/main\nref: refs/heads/x\n"),
    "HEAD outside": lambda folder: write_text(folder / "HEAD", "ref: ../../../../etc/passwd\n"),
    "reftable": lambda folder: (folder / "reftable").mkdir(),
}  # fmt: skip


@attempts("files inside a local repository", PLANTED)
def hold_planted(folder: Path, name: str) -> None:
    made = straight(folder / "o.git", 3)
    PLANTED[name](made.folder)
    began = time.monotonic()
    said = collect_beside_good(folder, made.folder, "\n[limits]\nseconds = 600\n")
    assert time.monotonic() - began < LONGEST_READING, said
    assert "This is a defect" not in said, said
    assert not list(folder.rglob("ran"))


@attempts("history that another place rewrites", ["replace", "grafts", "attributes", "submodule"])
def hold_rewriting(folder: Path, name: str) -> None:
    made = straight(folder / "o.git", 3)
    expected, _ = read_once(folder / "before", made.folder)
    program = program_that_marks(folder)
    if name == "replace":
        made.ref(f"refs/replace/{made.commits[2]}", made.commits[0])
    elif name == "grafts":
        write_text(made.folder / "info/grafts", f"{made.commits[2]}\n")
    elif name == "attributes":
        write_text(made.folder / "info/attributes", "* filter=x diff=x merge=x\n")
        for key in ("filter.x.clean", "filter.x.smudge", "diff.x.command", "diff.x.textconv", "merge.x.driver"):
            plain_git(made.folder, "config", "--file", str(made.folder / "config"), key, str(program))
    else:
        content = f'[submodule "x"]\n\tpath = x\n\turl = ext::{program}\n\tupdate = !{program}\n'.encode()
        made.commit(made.tip(), at=START + 9, files={".gitmodules": content}, ref="refs/heads/main")
    found, _ = read_once(folder / "after", made.folder)
    assert found.reading is not None
    assert expected.reading is not None
    assert found.reading.landed == expected.reading.landed + (name == "submodule")
    assert not (folder / "ran").exists()


SPECIAL_PLACES = (
    "pipe", "~nobody-of-this-name/x", "x" * 5000, "a/" * 3000, "file://host.example/x", "file:///etc/passwd",
    "FILE:///etc", "sock::x", "ftp://127.0.0.1:1/x", "git://127.0.0.1:1/x", "/proc/self/fd/0", "//", "/", "~",
    "https://", "https:///x", "https://[::1", "https://h:99999999/x", "ssh://", "git@:x", "\u202e/x", "https://\u0130.example/x",
)  # fmt: skip


@attempts("locations of other kinds", SPECIAL_PLACES)
def hold_place(folder: Path, name: str) -> None:
    if name == "pipe":
        make_pipe(folder / "pipe")
        name = str(folder / "pipe")
    began = time.monotonic()
    said = collect_beside_good(folder, name, "\n[limits]\nseconds = 600\n")
    assert time.monotonic() - began < LONGEST_READING, said
    assert "o/evil" in said
    assert "This is a defect" not in said, said


def nested(opening: str, closing: str, depth: int = 60_000) -> str:
    return opening * depth + closing * depth


ALIASES = "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9) if level else '1'}]\n" for level in range(30)
)
BOMBS = {
    "nested lists": nested("[", "]"),
    "nested tables": nested('{"a":', "}", 40_000),
    "nested parentheses": "dependencies = " + nested("(", ")"),
    "nested elements": nested("<a>", "</a>"),
    "nested dashes": "- " * 60_000,
    "aliases": ALIASES,
    "aliases under services": f"{ALIASES}services: *a29\ndependencies: *a29\nx-y: {{<<: *a29}}\n",
    "entities": '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><project>&b;</project>',
    "attributes": "<a " + " ".join(f'x{number}="y"' for number in range(40_000)) + "/>",
    "namespaces": "<a " + " ".join(f'xmlns:x{number}="y"' for number in range(20_000)) + "/>",
    "blanks": " " * 500_000 + "x",
    "blanks inside": "a" + " " * 500_000 + "b",
    "tabs in lines": ("\t" * 3000 + "\n") * 160,
    "dots": "a" + ".a" * 200_000,
    "quotes": '"' * 500_000,
    "backslashes": "\\" * 500_000,
    "continued lines": "x \\\n" * 120_000,
    "a line": "implementation " * 30_000,
    "open strings": "implementation('" * 30_000,
    "brackets": "[[a]]\n" * 80_000,
    "dotted tables": "".join(f"[a{'.a' * 90}.b{number}]\n" for number in range(2_500)),
    "numbers": "dependencies = [" + "9" * 500_000 + "]",
    "a JSON number": '{"dependencies": {"a": ' + "9" * 500_000 + "}}",
    "an exponent": '{"dependencies": {"a": 1e' + "9" * 400_000 + "}}",
    "extras": "a[" + "b," * 200_000 + "]",
    "markers": "a; " + "(" * 100_000,
    "versions": "a" + "==1,!=2" * 60_000,
    "comparisons": "a " + "<" * 500_000,
    "calls": "setup(install_requires=" + "f(" * 50_000 + ")" * 50_000 + ")",
    "sums": "setup(install_requires=" + "+".join(["[]"] * 100_000) + ")",
    "lambdas": "lambda:" * 60_000 + "0",
    "signs": "-" * 200_000 + "1",
    "colons": ":" * 500_000,
    "comments": "#" * 500_000,
    "arguments": "FROM a\nARG " + "A=${" * 100_000,
    "variables": "FROM " + "${A:-" * 100_000 + "}" * 100_000,
    "stages": "FROM a AS b\nFROM b AS a\n" * 20_000,
    "gems": "gem " * 120_000,
    "interpolation": "gem '" + "#{" * 200_000 + "'",
    "controls": "\x01\x1b\x7f" * 150_000,
    "words": "do end " * 70_000,
    "at signs": "@" * 500_000,
    "tildes": "a ~> " * 100_000,
}  # fmt: skip


@attempts("manifests of strangers", BOMBS)
def hold_manifest(_: Path, bomb: str) -> None:
    content = BOMBS[bomb].encode()[: 1 << 19]
    slow = {}
    for kind in PARSERS:
        began = time.process_time()
        with suppress(UnreadableManifest):
            parse_manifest(kind, content)
        seconds = time.process_time() - began
        if seconds > 3:
            slow[kind] = round(seconds, 1)
    assert not slow
