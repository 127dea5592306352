"""The description and the licence of a repository, from its newest tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecotone.events.sources.git.tree_description import (
    clean_sentence,
    find_licence,
    first_sentence,
    is_licence_file,
    recognise_licence,
)
from tests.events.making import START, Repository
from tests.events.reading import read_once

MIT = "MIT License\n\nPermission is hereby granted, free of charge, to any\nperson obtaining a copy ... AS IS"
APACHE = "Apache License\nVersion 2.0, January 2004"
README = (
    b"# Tool\n\n[![Build](x)](y)\n\n[Docs](a) | [Chat](b) | [Blog](c)\n\nTool is a *fast* drawer of maps. And more."
)


def described(tmp_path: Path, files: dict[str, bytes]) -> tuple[str | None, str | None]:
    made = Repository.new(tmp_path / "at")
    made.commit(at=START, files=files, ref="refs/heads/main")
    reading = read_once(tmp_path / "ours", made.folder)[0].reading
    assert reading is not None
    return reading.description, reading.licence


def test_the_readme_and_the_licence_file_are_read(tmp_path: Path):
    files = {"README.md": README, "LICENSE": MIT.encode(), "sub/LICENSE": APACHE.encode()}
    assert described(tmp_path, files) == ("Tool is a fast drawer of maps.", "MIT")


def test_a_manifest_describes_better_and_the_licence_file_is_the_licence(tmp_path: Path):
    manifest = b'[project]\ndescription = "Draws maps of all rivers"\nlicense = {text = "MIT"}\n'
    files = {"README.md": README, "pyproject.toml": manifest, "LICENSE": APACHE.encode()}
    assert described(tmp_path, files) == ("Draws maps of all rivers", "Apache-2.0")


@pytest.mark.parametrize("name", ["package.json", "composer.json"])
def test_a_manifest_gives_the_licence_where_the_file_is_not_recognised(name: str, tmp_path: Path):
    files = {name: b'{"license": "ISC", "description": "Draws maps of all rivers"}', "LICENSE": b"All is mine."}
    assert described(tmp_path, files) == ("Draws maps of all rivers", "ISC")


def test_a_tree_that_says_nothing_has_neither(tmp_path: Path):
    assert described(tmp_path, {"a.py": b"", "package.json": b"{broken", "LICENSE": b"All is mine."}) == (
        None,
        "LicenseRef-other",
    )
    assert described(tmp_path / "two", {"a.py": b""}) == (None, None)


@pytest.mark.parametrize(
    ("files", "licence"),
    [
        ({"LICENSE-MIT": MIT, "LICENSE-APACHE": APACHE}, "Apache-2.0 OR MIT"),
        ({"LICENSE": "Creative Commons Attribution 4.0", "LICENSE-CODE": MIT}, "MIT"),
        ({"COPYING": "GNU General Public License\nVersion 3", "COPYING.LESSER":
          "GNU Lesser General Public License Version 3"}, "LGPL-3.0"),
        ({"license-header.txt": "Copyright"}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_several_files_are_a_choice(files: dict[str, str], licence: str | None):
    assert find_licence(files) == licence


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("Apache License Version 2.0 with the following additional conditions:", "LicenseRef-Apache-2.0-modified"),
        ("GNU GENERAL PUBLIC LICENSE\n Version 3 ... see the GNU Affero General Public License version 3", "GPL-3.0"),
        ("Redistributions of source code must retain ... Redistributions in binary form", "BSD-2-Clause"),
        ("Redistributions of source code must retain ... Neither the name of", "BSD-3-Clause"),
        ("本许可证基于 Apache License 2.0，附加条件如下", "LicenseRef-Apache-2.0-modified"),
        ("", "LicenseRef-other"),
    ],
)
def test_licences_are_recognised_by_their_own_words(text: str, licence: str):
    assert recognise_licence(text) == licence


def test_prose_is_told_from_headings_badges_lists_and_code():
    text = "Title\n=====\n\n- a list of some words here\n\n```\nis a block of code\n```\n\n> is a quoted text\n"
    assert first_sentence(text) is None
    assert first_sentence("一个强大易用的开源知识库问答系统。支持多种模型。") == "一个强大易用的开源知识库问答系统。"


def test_a_description_is_one_short_line_without_controls():
    assert clean_sentence("a\x1b[31m\nb") == "a\N{REPLACEMENT CHARACTER}[31m b"
    assert len(clean_sentence("word " * 1000)) <= 240
    assert is_licence_file("LICENCE.md")
    assert not is_licence_file("docs/LICENSE")
