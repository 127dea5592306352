"""Repositories made object by object, without a git process: any byte, any date, any shape of history."""

from __future__ import annotations

import hashlib
import random
import shutil
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

START = 1_700_000_000  # 2023-11-14
HOUR = 3600
DAY = 86400
ANN = b"Ann <ann@alpha.example>"
BEN = b"Ben <ben@beta.example>"
FORGE = b"GitHub <noreply@github.com>"


@dataclass(slots=True)
class Repository:
    """A bare repository that is written with plain files; `commits` are its commits in the order made."""

    folder: Path
    commits: list[str] = field(default_factory=list)
    trees: dict[str, dict[str, bytes]] = field(default_factory=dict)

    @classmethod
    def new(cls, folder: Path, head: str = "refs/heads/main") -> Repository:
        for name in ("objects/pack", "objects/info", "refs/heads", "refs/tags"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = true\n")
        made = cls(folder)
        made.head(head)
        return made

    def head(self, ref: str) -> None:
        (self.folder / "HEAD").write_text(f"ref: {ref}\n")

    def put(self, kind: str, body: bytes) -> str:
        whole = b"%s %d\0%s" % (kind.encode(), len(body), body)
        sha = hashlib.sha1(whole).hexdigest()
        place = self.folder / "objects" / sha[:2] / sha[2:]
        if not place.exists():
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(zlib.compress(whole, 1))
        return sha

    def tree(self, files: Mapping[str, bytes]) -> str:
        folders: dict[str, dict[str, bytes]] = {}
        entries: list[tuple[bytes, bytes]] = []
        for path, content in files.items():
            first, slash, rest = path.partition("/")
            if slash:
                folders.setdefault(first, {})[rest] = content
            else:
                name = first.encode("utf-8", "surrogateescape")
                entries.append((name, b"100644 %s\0%s" % (name, bytes.fromhex(self.put("blob", content)))))
        for first, inside in folders.items():
            name = first.encode("utf-8", "surrogateescape")
            entries.append((name + b"/", b"40000 %s\0%s" % (name, bytes.fromhex(self.tree(inside)))))
        return self.put("tree", b"".join(entry for _, entry in sorted(entries)))

    def commit(
        self,
        *parents: str,
        at: int | bytes = START,
        by: bytes = ANN,
        committed: int | bytes | None = None,
        committer: bytes | None = None,
        zone: bytes = b"+0000",
        message: bytes = b"work\n",
        files: Mapping[str, bytes] | None = None,
        ref: str | None = None,
    ) -> str:
        content = dict(self.trees.get(parents[0], {})) if parents else {}
        content |= files or {}
        landed = at if committed is None else committed
        lines = [b"tree " + self.tree(content).encode(), *(b"parent " + parent.encode() for parent in parents)]
        lines.append(b"author %s %s %s" % (by, _bytes(at), zone))
        lines.append(b"committer %s %s %s" % (committer or by, _bytes(landed), zone))
        sha = self.put("commit", b"\n".join(lines) + b"\n\n" + message)
        self.commits.append(sha)
        self.trees[sha] = content
        if ref:
            self.ref(ref, sha)
        return sha

    def tag(self, name: str, target: str, at: int = START, by: bytes = ANN) -> str:
        text = b"object %s\ntype commit\ntag %s\ntagger %s %d +0000\n\nrelease\n"
        sha = self.put("tag", text % (target.encode(), name.encode(), by, at))
        self.ref(f"refs/tags/{name}", sha)
        return sha

    def ref(self, name: str, sha: str) -> None:
        place = self.folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(sha + "\n")

    def drop(self, name: str) -> None:
        """Remove a ref, and the folders that are empty without it."""
        place = self.folder / name
        place.unlink()
        for folder in place.parents:
            if folder.name in ("heads", "tags", "refs") or any(folder.iterdir()):
                break
            folder.rmdir()

    def refs(self, under: str) -> dict[str, str]:
        top = self.folder / under
        found = (path for path in top.rglob("*") if path.is_file()) if top.exists() else ()
        return {str(path.relative_to(self.folder)): path.read_text().strip() for path in sorted(found)}

    def tip(self, branch: str = "refs/heads/main") -> str:
        return (self.folder / branch).read_text().strip()

    def copy(self, folder: Path) -> Repository:
        shutil.copytree(self.folder, folder)
        return Repository(folder, list(self.commits), dict(self.trees))


def _bytes(moment: int | bytes) -> bytes:
    return moment if isinstance(moment, bytes) else b"%d" % moment


def straight(folder: Path, count: int = 3, **more: object) -> Repository:
    """A repository of `count` commits, a day apart, one after another."""
    made = Repository.new(folder)
    parents: Iterable[str] = ()
    for index in range(count):
        parents = (
            made.commit(
                *parents,
                at=START + index * DAY,
                by=(ANN, BEN)[index % 2],
                files={f"src/{index}.txt": b"%d" % index},
                ref="refs/heads/main",
                **more,  # type: ignore[arg-type]  # whatever commit takes
            ),
        )
    return made


MESSAGES = (
    b"plain\n",
    b"two (#%d)\n\nCo-authored-by: Ben <ben@beta.example>\n",
    b"Merge pull request #%d from octo-org/topic\n\nWhat it does\n",
    b"three\n\nReviewed-by: Cid <cid@gamma.example>\nSigned-off-by: Ann <ann@alpha.example>\n",
)


class Pushes:
    """Random pushes to a repository, each of a kind that readers of new commits get wrong."""

    def __init__(self, repository: Repository, seed: int) -> None:
        self.repository = repository
        self.random = random.Random(seed)
        self.clock = START
        self.number = 0
        self.branch = "refs/heads/main"
        self._grow((), self.branch, 3)

    def push(self) -> str:
        """One push of a random kind; returns its name."""
        kinds = (
            self.new_commits, self.merge, self.new_request, self.update_request, self.force_request,
            self.drop_request, self.rewrite_branch, self.change_default, self.foxtrot, self.tags, self.mailmap,
            self.drop_branch, self.squash_request, self.land_as_it_is,
        )  # fmt: skip
        chosen = self.random.choice(kinds)
        chosen()
        return chosen.__name__

    def new_commits(self) -> None:
        self._grow((self._tip(),), self.branch, self.random.randint(1, 3))

    def merge(self) -> None:
        side = self._grow((self._any(),), None, 2)
        self._one((self._tip(), side), self.branch)

    def new_request(self) -> None:
        self.number += self.random.randint(1, 3)
        self._grow((self._any(),), f"refs/pull/{self.number}/head", self.random.randint(1, 2))

    def update_request(self) -> None:
        if name := self._request():
            self._grow((self.repository.refs("refs/pull")[name],), name, 1)

    def force_request(self) -> None:
        if name := self._request():
            self._grow((self._any(),), name, 2)

    def drop_request(self) -> None:
        if name := self._request():
            self.repository.drop(name)

    def squash_request(self) -> None:
        if name := self._request():
            number = int(name.split("/")[2])
            self._one((self._tip(),), self.branch, b"squashed (#%d)\n" % number)

    def land_as_it_is(self) -> None:
        """A branch that is moved forward to a request's head."""
        if name := self._request():
            sha = self._one((self._tip(),), name)
            self.repository.ref(self.branch, sha)

    def rewrite_branch(self) -> None:
        parents = tuple(self._parents(self._tip()))[:1]
        self._grow(parents or (self._tip(),), self.branch, 2)

    def change_default(self) -> None:
        self.branch = f"refs/heads/line-{self.random.randint(1, 3)}"
        if self.branch not in self.repository.refs("refs/heads"):
            self._grow((self._any(),), self.branch, 1)
        self.repository.head(self.branch)

    def foxtrot(self) -> None:
        """The former tip becomes the second parent: everything landed is now on a side line."""
        side = self._grow((self._any(),), None, 1)
        self._one((side, self._tip()), self.branch)

    def tags(self) -> None:
        name = f"v{self.random.randint(1, 4)}"
        if self.random.random() < 0.5:
            self.repository.tag(name, self._any(), self.clock)
        else:
            self.repository.ref(f"refs/tags/{name}", self._any())

    def mailmap(self) -> None:
        text = b"Ann B <ann@%d.example> <ann@alpha.example>\n" % self.random.randint(1, 3)
        self._one((self._tip(),), self.branch, files={".mailmap": text})

    def drop_branch(self) -> None:
        others = [name for name in self.repository.refs("refs/heads") if name != self.branch]
        if others:
            self.repository.drop(self.random.choice(others))

    def _tip(self) -> str:
        return self.repository.tip(self.branch)

    def _any(self) -> str:
        return self.random.choice(self.repository.commits)

    def _request(self) -> str | None:
        names = list(self.repository.refs("refs/pull"))
        return self.random.choice(names) if names else None

    def _parents(self, sha: str) -> list[str]:
        place = self.repository.folder / "objects" / sha[:2] / sha[2:]
        lines = zlib.decompress(place.read_bytes()).split(b"\n\n")[0].split(b"\n")
        return [line.split()[1].decode() for line in lines if line.startswith(b"parent ")]

    def _grow(self, parents: tuple[str, ...], ref: str | None, count: int) -> str:
        for _ in range(count):
            parents = (self._one(parents, ref),)
        return parents[0]

    def _one(
        self,
        parents: tuple[str, ...],
        ref: str | None,
        message: bytes | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> str:
        self.clock += self.random.randint(1, 12 * DAY)
        text = self.random.choice(MESSAGES) if message is None else message
        if b"%d" in text:
            text = text.replace(b"%d", b"%d" % self.random.randint(1, 9))
        place = f"{self.random.choice(['', 'a/', 'a/b/', 'c/'])}{self.random.randint(1, 5)}.txt"
        if self.random.random() < 0.4:
            place = f"{self.random.choice(['', 'a/', 'examples/'])}requirements.txt"
            files = files or {place: b"flask\nkit-%d\n" % self.random.randint(1, 3)}
        return self.repository.commit(
            *parents,
            at=self.clock - self.random.choice([0, 0, 5 * DAY]),
            committed=self.clock,
            by=self.random.choice([ANN, BEN, b"Odd \xe9 <odd@delta.example>"]),
            message=text,
            files=files or {place: b"%d" % self.clock},
            ref=ref,
        )
