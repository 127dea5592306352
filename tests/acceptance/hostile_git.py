"""Hostile repositories and folders: none runs a program, none takes the others with it, none hangs the reading."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.acceptance.hostile_attempts import attempts
from tests.cli.command import ecotone, landscape_of
from tests.events.hosts import git_host
from tests.events.making import START, Repository, straight
from tests.events.reading import plain_git, read_once
from tests.events.test_local_repository import program_that_marks

GOOD = "o/good"


def collect_beside_good(folder: Path, location: object, head: str = "") -> str:
    """Collect a hostile repository beside a good one, which is read all the same. Returns what is said."""
    good = straight(folder / "good.git", 3)
    landscape = landscape_of(folder / "l", {"o/evil": location, GOOD: good.folder})
    landscape.write_text(landscape.read_text("utf-8") + head, "utf-8")
    outcome = ecotone("collect", landscape, "-w", folder / "w", "--quiet")
    assert (folder / "w" / "collected" / "o+good" / "state.json").exists(), outcome.err
    assert "Traceback" not in outcome.err
    return str(outcome.err)


KEYS = (
    "core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.gitProxy", "core.alternateRefsCommand",
    "core.hooksPath", "gpg.program", "gpg.ssh.program", "diff.external", "credential.helper", "remote.x.uploadpack",
    "remote.x.vcs", "uploadpack.packObjectsHook", "pager.log", "alias.log", "alias.cat-file", "filter.x.smudge",
    "filter.x.process", "diff.x.textconv", "trailer.x.command", "include.path", "core.worktree", "core.attributesFile",
    "extensions.partialClone",
)  # fmt: skip


@attempts("settings of a local repository", KEYS)
def hold_setting(folder: Path, key: str) -> None:
    made = straight(folder / "o.git", 3)
    program = program_that_marks(folder)
    for name, value in (
        ("core.repositoryFormatVersion", "1"), ("remote.x.promisor", "true"), ("remote.x.url", str(made.folder)),
        ("log.showSignature", "true"), (key, str(program)),
    ):  # fmt: skip
        plain_git(made.folder, "config", "--file", str(made.folder / "config"), name, value)
    (made.folder / "hooks").mkdir(exist_ok=True)
    for hook in ("post-checkout", "reference-transaction", "pre-auto-gc"):
        (made.folder / "hooks" / hook).symlink_to(program)
    made.ref("refs/heads/lost", "1" * 40)
    found, _ = read_once(folder / "c", made.folder)
    assert found.reading is not None
    assert found.reading.landed == 3
    assert not (folder / "ran").exists()


@attempts("settings of the current folder", ["credential.helper", "url.insteadOf", "core.sshCommand", "http.proxy"])
def hold_current_folder(folder: Path, key: str) -> None:
    program = program_that_marks(folder)
    planted = folder / "planted"
    subprocess.run(["git", "init", "-q", planted], check=True)
    location = "ssh://127.0.0.1:9/x.git" if key == "core.sshCommand" else "https://127.0.0.1:9/x.git"
    name = f"url.ext::{program}% .insteadOf" if key == "url.insteadOf" else key
    value = {"url.insteadOf": "https://", "credential.helper": f"!{program}"}.get(key, str(program))
    for setting in (("protocol.ext.allow", "always"), (name, value)):
        subprocess.run(["git", "-C", planted, "config", *setting], check=True)
    before = Path.cwd()
    os.chdir(planted)
    try:
        collect_beside_good(folder, location)
    finally:
        os.chdir(before)
    assert not (folder / "ran").exists()


LOCATIONS = (
    "-o@x:y", "--upload-pack=touch ran", "ext::sh -c touch% ran", "file:///dev/zero", "/dev/zero", "fd::17", ".",
    "ssh://-oProxyCommand=touch/x", "https://127.0.0.1:9/--x", "/proc/self/mem",
)  # fmt: skip


@attempts("locations", LOCATIONS)
def hold_location(folder: Path, location: str) -> None:
    assert "o/evil" in collect_beside_good(folder, location)
    assert not list(folder.rglob("ran"))


MESSAGES = {
    "stars": b"*\n" * 30_000,
    "at signs": b"Co-authored-by: x <" + b"@" * 200_000 + b" \n",
    "blanks": b"Co-authored-by: a" + b" " * 200_000 + b"b\n",
    "angles": b"Co-authored-by: " + b"<" * 200_000 + b"\n",
    "keys": b"Signed-off-by: A <a@b.example>\n" * 30_000,
    "numbers": b"#1 " * 100_000,
    "long key": b"a-" * 100_000 + b"by: x\n",
    "fences": b"```\n" * 50_000,
    "one line": b"fixes " * 100_000,
    "NUL-like": b"\x1e\x1f" * 50_000,
    "wide": "\N{FULLWIDTH NUMBER SIGN}1".encode() * 50_000,
    "two megabytes": b"x" * (2 << 20),
}


@attempts("messages", MESSAGES)
def hold_message(folder: Path, name: str) -> None:
    made = Repository.new(folder / "o.git")
    tip = made.commit(at=START, message=b"subject\n\n" + MESSAGES[name] + b"\n")
    made.commit(tip, at=START + 9, message=MESSAGES[name].replace(b"\n", b" ") + b"\n", ref="refs/heads/main")
    assert "o/evil" not in collect_beside_good(folder, made.folder, "\n[limits]\nseconds = 60\n")


def tree_that_holds_itself(made: Repository, levels: int) -> str:
    tree = made.put(
        "tree", b"".join(b"100644 f%d\0" % number + bytes.fromhex(made.put("blob", b"x")) for number in range(10))
    )
    for _ in range(levels):
        tree = made.put("tree", b"".join(b"40000 d%d\0" % number + bytes.fromhex(tree) for number in range(10)))
    return tree


def put_commit(made: Repository, tree: str, *parents: str) -> str:
    lines = "".join(f"parent {parent}\n" for parent in parents)
    signature = "Ada Example <ada@alpha.example> 1704900000 +0000"
    return made.put("commit", f"tree {tree}\n{lines}author {signature}\ncommitter {signature}\n\nx\n".encode())


def chain_of_folders(made: Repository) -> str:
    tree = made.put("tree", b"100644 f\0" + bytes.fromhex(made.put("blob", b"x")))
    for _ in range(300):
        tree = made.put("tree", b"40000 d\0" + bytes.fromhex(tree))
    return tree


TREES: dict[str, Callable[[Repository], tuple[str, str]]] = {
    "a million million paths": lambda made: (put_commit(made, tree_that_holds_itself(made, 12)), "tree_entries"),
    "deep": lambda made: (put_commit(made, chain_of_folders(made)), "tree_depth"),
    "only in the past": lambda made: (
        put_commit(made, made.put("tree", b""), put_commit(made, tree_that_holds_itself(made, 12))), "memory_mb",
    ),
}  # fmt: skip


@attempts("trees", TREES)
def hold_tree(folder: Path, name: str) -> None:
    made = Repository.new(folder / "o.git")
    tip, key = TREES[name](made)
    made.ref("refs/heads/main", tip)
    said = collect_beside_good(folder, made.folder, "\n[limits]\nmemory_mb = 512\ntree_entries = 100000\n")
    assert f"o/evil: reading it takes more than the limit {key} = " in said


@attempts("hosts", ["silent", "stops in the middle"])
def hold_host(folder: Path, name: str) -> None:
    made = straight(folder / "o.git", 200)
    with git_host(
        None if name == "silent" else made.folder, stops_after=None if name == "silent" else 3_000
    ) as address:
        said = collect_beside_good(folder, address, "\n[limits]\nseconds = 30\n")
    assert "o/evil: reading it takes more than the limit seconds = 30." in said


GOOD_ONES = 10


@attempts("two of twelve", ["one needs more memory, one more time"])
def hold_landscape(folder: Path, _: str) -> None:
    made = Repository.new(folder / "memory.git")
    tip, _ = TREES["only in the past"](made)
    made.ref("refs/heads/main", tip)
    good = {f"o/good{number}": straight(folder / f"good{number}.git", 3).folder for number in range(GOOD_ONES)}
    with git_host(straight(folder / "o.git", 200).folder, stops_after=3_000) as slow:
        landscape = landscape_of(folder / "l", {"o/slow": slow, "o/memory": made.folder, **good})
        landscape.write_text(landscape.read_text("utf-8") + "\n[limits]\nmemory_mb = 512\nseconds = 60\n", "utf-8")
        done = ecotone("run", landscape, "-w", folder / "w", "--quiet")
    assert done.code == 1
    assert len(list((folder / "w").glob("collected/o+good*/state.json"))) == GOOD_ONES
    assert "o/memory: reading it takes more than the limit memory_mb = 512." in done.err
    assert "o/slow: reading it takes more than the limit seconds = 60." in done.err
    assert "limits" in done.err
    shown = "".join(path.read_text("utf-8") for path in (folder / "w" / "report").glob("*.html"))
    assert "memory_mb = 512" in shown
    assert "seconds = 60" in shown
