from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from ecotone.events.sources.git import snapshots
from ecotone.events.sources.git.documents import choose_readme
from ecotone.foundation.notes import note, read_notes
from tests.events.hosts import git_host
from tests.events.making import Repository
from tests.events.reading import Reader, plain_git, read_once


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def grow(folder: Path, *steps: tuple[str, dict[str, bytes]]) -> Repository:
    """A straight history: at each moment the files named are written."""
    made = Repository.new(folder)
    for when, files in steps:
        made.commit(*made.commits[-1:], at=moment(when), files=files, ref="refs/heads/main")
    return made


def declared(tables: dict[str, pa.Table]) -> list[tuple[object, ...]]:
    rows = tables["declarations"].to_pylist()
    return [
        (*(row[name] for name in ("package", "scope", "manifest")), f"{row['since']:%Y-%m}",
         row["until"] and f"{row['until']:%Y-%m}")
        for row in rows
    ]  # fmt: skip


def gaps(tables: dict[str, pa.Table]) -> list[tuple[object, ...]]:
    return [(row["manifest"], row["since"], row["until"], row["reason"]) for row in tables["manifest_gaps"].to_pylist()]


def test_a_package_is_declared_from_month_end_to_month_end(tmp_path):
    origin = grow(
        tmp_path / "o.git",
        ("2024-01-10", {"a/requirements.txt": b"flask\n"}),
        ("2024-03-30", {"a/requirements.txt": b"flask\nredis\n"}),
        ("2024-04-02", {"a/requirements.txt": b"redis\n"}),
        ("2024-04-29", {"a/requirements.txt": b"flask\nredis\n"}),  # away within the month: never seen away
        ("2024-05-05", {"a/requirements.txt": b"redis\n"}),
        ("2024-06-01", {"b/package.json": b'{"devDependencies": {"vite": "1"}}'}),
    )
    _, tables = read_once(tmp_path / "kept", origin.folder)
    assert declared(tables) == [
        ("vite", "dev", "b/package.json", "2024-06", None),
        ("flask", "runtime", "a/requirements.txt", "2024-01", "2024-05"),
        ("redis", "runtime", "a/requirements.txt", "2024-03", None),
    ]
    assert tables["snapshots"]["month"].to_pylist() == list(range(2024 * 12, 2024 * 12 + 6))


def test_a_clock_that_runs_backwards_lands_when_the_line_does(tmp_path):
    origin = grow(
        tmp_path / "o.git",
        ("2024-03-10", {"go.mod": b"require e.org/a v1.0.0\n"}),
        ("2024-02-10", {"go.mod": b"require e.org/b v1.0.0\n"}),
        ("2024-04-10", {"x.txt": b"1"}),
    )
    _, tables = read_once(tmp_path / "kept", origin.folder)
    assert declared(tables) == [("e.org/b", "runtime", "go.mod", "2024-03", None)]


def test_a_date_to_come_does_not_stretch_the_window(tmp_path):
    origin = grow(
        tmp_path / "o.git",
        ("2024-03-10", {"go.mod": b"require e.org/a v1.0.0\n"}),
        ("2077-03-10", {"go.mod": b"require e.org/b v1.0.0\n"}),
        ("2024-04-10", {"x.txt": b"1"}),
    )
    _, tables = read_once(tmp_path / "kept", origin.folder)
    assert declared(tables) == [("e.org/b", "runtime", "go.mod", "2024-03", None)]
    assert tables["snapshots"].num_rows == 2


def test_what_cannot_be_read_is_a_gap_in_which_its_last_content_stands(tmp_path):
    origin = grow(
        tmp_path / "o.git",
        ("2024-01-10", {"package.json": b'{"dependencies": {"react": "1"}}', "go.mod": b"x" * (1 << 19 | 1)}),
        ("2024-02-10", {"package.json": b"<<<<<<< ours", "pom.xml": b"<!DOCTYPE p>"}),
        ("2024-03-10", {"package.json": b"\0"}),
        ("2024-05-10", {"package.json": b'{"dependencies": {"vue": "1"}}', "go.mod": b"require e.org/a v1.0.0\n"}),
    )
    found, tables = read_once(tmp_path / "kept", origin.folder)
    assert declared(tables) == [
        ("e.org/a", "runtime", "go.mod", "2024-05", None),
        ("react", "runtime", "package.json", "2024-01", "2024-05"),
        ("vue", "runtime", "package.json", "2024-05", None),
    ]
    assert gaps(tables) == [
        ("go.mod", date(2024, 1, 1), date(2024, 5, 1), "too_large"),
        ("package.json", date(2024, 2, 1), date(2024, 3, 1), "unreadable"),
        ("package.json", date(2024, 3, 1), date(2024, 5, 1), "unreadable"),
        ("pom.xml", date(2024, 2, 1), None, "unreadable"),
    ]
    assert tables["manifest_gaps"]["carried"].to_pylist() == [False, True, True, False]
    assert note("manifests_unreadable", count=3) in read_notes(found.reading.note)


def test_a_file_that_was_gone_does_not_carry_what_it_declared(tmp_path):
    origin = grow(tmp_path / "o.git", ("2024-01-10", {"go.mod": b"require e.org/a v1.0.0\n"}))
    origin.trees[origin.commits[-1]] = {}
    for when, files in (("2024-02-10", {"x": b""}), ("2024-03-10", {"go.mod": b"\0"})):
        origin.commit(origin.commits[-1], at=moment(when), files=files, ref="refs/heads/main")
    _, tables = read_once(tmp_path / "kept", origin.folder)
    assert declared(tables) == [("e.org/a", "runtime", "go.mod", "2024-01", "2024-02")]
    assert tables["manifest_gaps"]["carried"].to_pylist() == [False]


def test_included_files_of_any_name_are_manifests_while_they_are_included(tmp_path):
    origin = grow(
        tmp_path / "o.git",
        ("2024-01-10", {"requirements.txt": b"flask\n", "deps/base.txt": b"-r ../core.txt\nredis\n",
                        "core.txt": b"-r deps/base.txt\npika\n", "notes.txt": b"celery\n"}),
        ("2024-02-10", {"requirements.txt": b"flask\n-r deps/base.txt\n--requirement=notes.txt\n"}),
        ("2024-03-10", {"core.txt": b"lapin\n"}),
        ("2024-04-10", {"requirements.txt": b"flask\n", "requirements-dev.txt": b"-rdeps/base.txt\n"}),
    )  # fmt: skip
    _, tables = read_once(tmp_path / "kept", origin.folder)
    assert sorted(declared(tables), key=str) == [
        ("flask", "runtime", "requirements.txt", "2024-01", None),
        ("lapin", "dev", "core.txt", "2024-04", None),
        ("lapin", "runtime", "core.txt", "2024-03", "2024-04"),
        ("pika", "runtime", "core.txt", "2024-02", "2024-03"),
        ("redis", "dev", "deps/base.txt", "2024-04", None),
        ("redis", "runtime", "deps/base.txt", "2024-02", "2024-04"),
    ]


def test_a_local_origin_is_read_in_place(tmp_path):
    origin = grow(tmp_path / "o.git", ("2024-01-10", {"go.mod": b"require e.org/a v1.0.0\n", "README.md": b"# Kit\n"}))
    _, tables = read_once(tmp_path / "kept", origin.folder)
    assert declared(tables) == [("e.org/a", "runtime", "go.mod", "2024-01", None)]
    assert tables["documents"].to_pylist() == [{"path": "README.md", "kind": "readme", "text": "# Kit\n"}]
    assert not list((tmp_path / "kept").rglob("*.pack"))


def kinds(clone: Path) -> list[str]:
    listed = plain_git(clone, "cat-file", "--batch-all-objects", "--batch-check").decode()
    return [line.split()[1] for line in listed.splitlines()]


def test_a_local_origin_without_a_blob_gives_a_gap(tmp_path):
    origin = grow(
        tmp_path / "o.git",
        ("2024-01-10", {"go.mod": b"require e.org/a v1.0.0\n"}),
        ("2024-02-10", {"go.mod": b"require e.org/b v1.0.0\n", "Cargo.toml": b'[dependencies]\nx = "1"\n'}),
    )
    lost = plain_git(origin.folder, "rev-parse", f"{origin.commits[0]}:go.mod").decode().strip()
    (origin.folder / "objects" / lost[:2] / lost[2:]).unlink()
    (origin.folder / "config").write_text(
        "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tpartialClone = origin\n"
        '[remote "origin"]\n\tpromisor = true\n\turl = /nonexistent\n'
    )
    _, tables = read_once(tmp_path / "kept", origin.folder)
    assert gaps(tables) == [("go.mod", date(2024, 1, 1), date(2024, 2, 1), "absent")]
    assert [row[0] for row in declared(tables)] == ["x", "e.org/b"]


def test_a_remote_gives_all_blobs_in_one_request(tmp_path, monkeypatch):
    origin = grow(
        tmp_path / "o.git",
        ("2024-01-10", {"go.mod": b"require e.org/a v1.0.0\n", "README.md": b"# Kit\n", "main.go": b"package main\n"}),
        ("2024-02-10", {"go.mod": b"require e.org/b v1.0.0\n", "vendor/x/go.mod": b"require e.org/c v1.0.0\n"}),
    )
    (origin.folder / "config").write_text(
        "[core]\n\trepositoryformatversion = 0\n\tbare = true\n[uploadpack]\n\tallowFilter = true\n"
    )
    requests = []
    fetch = snapshots.BlobReader.fetch_blobs
    monkeypatch.setattr(
        snapshots.BlobReader, "fetch_blobs", lambda reader, ids: (requests.append(len(ids)), fetch(reader, ids))
    )
    with git_host(origin.folder) as address:
        reader = Reader(tmp_path / "kept", address)
        reader.read()
        assert [row[0] for row in declared(reader.tables)] == ["e.org/a", "e.org/b"]
        assert kinds(tmp_path / "kept" / "repository.git").count("blob") == 3
        assert requests == [3]
        origin.commit(
            origin.commits[-1], at=moment("2024-03-05"), files={"go.mod": b"require e.org/d v1.0.0\n"},
            ref="refs/heads/main",
        )  # fmt: skip
        reader.read()
    assert [row[0] for row in declared(reader.tables)] == ["e.org/a", "e.org/b", "e.org/d"]
    assert kinds(tmp_path / "kept" / "repository.git").count("blob") == 4


def test_an_incremental_reading_parses_new_contents_alone(tmp_path, monkeypatch):
    origin = grow(
        tmp_path / "o.git",
        ("2024-01-10", {"go.mod": b"require e.org/a v1.0.0\n"}),
        ("2024-02-10", {"x.txt": b"1"}),
    )
    reader = Reader(tmp_path / "kept", origin.folder)
    reader.read()
    parsed = []
    parse = snapshots.read_contents.__globals__["parse_manifest"]
    monkeypatch.setitem(
        snapshots.read_contents.__globals__, "parse_manifest",
        lambda kind, content: (parsed.append(content), parse(kind, content))[1],
    )  # fmt: skip
    for when, files in (
        ("2024-02-20", {"go.mod": b"require e.org/b v1.0.0\n"}),
        ("2024-05-20", {"Cargo.toml": b'[dependencies]\nx = "1"\n'}),
    ):
        origin.commit(origin.commits[-1], at=moment(when), files=files, ref="refs/heads/main")
        reader.read()
    assert parsed == [b"require e.org/b v1.0.0\n", b'[dependencies]\nx = "1"\n']
    _, fresh = read_once(tmp_path / "fresh", origin.folder)
    for name, table in fresh.items():
        assert reader.tables[name].to_pylist() == table.to_pylist(), name
    assert declared(fresh) == [
        ("x", "runtime", "Cargo.toml", "2024-05", None),
        ("e.org/a", "runtime", "go.mod", "2024-01", "2024-02"),
        ("e.org/b", "runtime", "go.mod", "2024-02", None),
    ]


def test_links_and_submodules_are_no_manifests(tmp_path):
    origin = Repository.new(tmp_path / "o.git")
    target = origin.put("blob", b"elsewhere/go.mod")
    tree = origin.put(
        "tree",
        b"120000 go.mod\0" + bytes.fromhex(target) + b"160000 package.json\0" + bytes.fromhex("1" * 40),
    )
    text = f"tree {tree}\nauthor A <a@e.example> 1704900000 +0000\ncommitter A <a@e.example> 1704900000 +0000\n\nx\n"
    origin.ref("refs/heads/main", origin.put("commit", text.encode()))
    _, tables = read_once(tmp_path / "kept", origin.folder)
    assert tables["file_versions"].num_rows == tables["manifest_gaps"].num_rows == 0


def test_a_bundle_is_read_too(tmp_path):
    origin = grow(tmp_path / "o.git", ("2024-01-10", {"go.mod": b"require e.org/a v1.0.0\n"}))
    bundle = tmp_path / "o.bundle"
    plain_git(origin.folder, "bundle", "create", str(bundle), "--all")
    shutil.rmtree(origin.folder)
    _, tables = read_once(tmp_path / "kept", bundle)
    assert [row[0] for row in declared(tables)] == ["e.org/a"]


@pytest.mark.parametrize("content", [b"", b"# a\0b", b"x" * (1 << 19 | 1)])
def test_an_empty_binary_or_large_readme_is_no_document(tmp_path, content):
    origin = grow(tmp_path / "o.git", ("2024-01-10", {"README.md": content}))
    _, tables = read_once(tmp_path / "kept", origin.folder)
    assert tables["documents"].num_rows == 0


@pytest.mark.parametrize(
    ("names", "first"),
    [
        (["readme.rst", "README.md"], "README.md"),
        ([".github/README.md", "README"], "README"),
        (["docs/readme.txt"], "docs/readme.txt"),
        (["src/README.md"], None),
        (["README.zh-CN.md", "docs/README.md"], "README.zh-CN.md"),
        (["README_ja.md", "README-en.md"], "README-en.md"),
        (["README.zh.md", "README.rst"], "README.rst"),
        (["README.py", "README.zh"], None),
    ],
)
def test_which_readme(names, first):
    assert choose_readme(names) == first


def spans(table: pa.Table, *names: str) -> list[tuple[object, ...]]:
    return [
        (*(row[name] for name in names), f"{row['since']:%Y-%m}", row["until"] and f"{row['until']:%Y-%m}")
        for row in table.to_pylist()
    ]


DESCRIBED = (
    ("2024-01-10", {"docs/README.md": b"# Kit\nA store of LLMs.\n", "package.json": b'{"description": "A store"}'}),
    ("2024-02-10", {"README.md": b"# Kit\nA store of things.\n## Use\nAsk the AI.\n"}),
    ("2024-04-10", {"README.md": b"# Kit\nA store\nwith AI.\n", "package.json": b'{\n"description": "An AI store"}'}),
    ("2024-05-10", {"README.md": b"AI\0", "package.json": b"{}"}),
)
SAID = [
    ("README.md", "AI", "body", 4, "2024-02", "2024-04"),
    ("README.md", "AI", "lead", 3, "2024-04", "2024-05"),
    ("docs/README.md", "LLMs", "lead", 2, "2024-01", "2024-02"),
    ("package.json", "AI", "manifest", 2, "2024-04", "2024-05"),
]


def test_a_term_stands_from_month_end_to_month_end(tmp_path):
    origin = grow(tmp_path / "o.git", *DESCRIBED)
    _, tables = read_once(tmp_path / "kept", origin.folder)
    assert spans(tables["tool_terms"], "file", "term", "section", "line") == SAID
    assert spans(tables["readmes"], "file", "gap") == [
        ("README.md", None, "2024-02", "2024-04"), ("README.md", None, "2024-04", "2024-05"),
        ("README.md", "unreadable", "2024-05", None), ("docs/README.md", None, "2024-01", "2024-02"),
    ]  # fmt: skip


TREES = (
    ("2024-01-10", {"src/llm/openai.py": b"1", "src/llm/anthropic_client.py": b"1", "tests/openai.py": b"1"}),
    ("2024-02-10", {"src/llm/mistral/api.ts": b"1", "src/llm/mistral/api.test.ts": b"1", "icons/openai.tsx": b"1"}),
    ("2024-03-10", {"src/llm/mistral/more.ts": b"1", "src/llm/openai.py": b"2"}),
)
TOLD = [
    ("src/llm", "anthropic_client", "2024-01", None),
    ("src/llm", "mistral", "2024-02", None),
    ("src/llm", "openai", "2024-01", None),
]


def test_files_and_folders_of_own_code_tell_members(tmp_path):
    origin = grow(tmp_path / "o.git", *TREES)
    _, tables = read_once(tmp_path / "kept", origin.folder)
    assert spans(tables["named_children"], "folder", "child") == TOLD
    assert ("icons", "openai") in {(row["folder"], row["child"]) for row in tables["tree_names"].to_pylist()}


def test_a_later_reading_leaves_what_a_whole_one_leaves(tmp_path):
    origin = grow(tmp_path / "o.git", *TREES[:2], ("2024-02-20", DESCRIBED[0][1]))
    reader = Reader(tmp_path / "kept", origin.folder)
    reader.read()
    del origin.trees[origin.commits[-1]]["src/llm/openai.py"]
    for when, files in [("2024-02-28", DESCRIBED[1][1]), ("2024-03-10", {"src/llm/mistral/z.ts": b"1"}), DESCRIBED[2]]:
        origin.commit(*origin.commits[-1:], at=moment(when), files=files, ref="refs/heads/main")
    reader.read()
    _, whole = read_once(tmp_path / "again", origin.folder)
    assert reader.tables is not None
    for name in ("tool_terms", "readmes", "text_terms", "tree_names", "named_children"):
        assert reader.tables[name].equals(whole[name]), name
    assert spans(whole["named_children"], "child") == [
        ("anthropic_client", "2024-01", None), ("mistral", "2024-02", None), ("openai", "2024-01", "2024-02"),
    ]  # fmt: skip
