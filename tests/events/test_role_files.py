"""People that files of a tree list, in the forms that projects write."""

from __future__ import annotations

import time
from dataclasses import astuple

import pytest

from ecotone.events.sources.git.role_files import parse_role_file

TABLE = """
# Maintainers of a project

| Maintainer | GitHub ID | Affiliation |
| --- | --- | --- |
| Ada Example | [ada-e](https://github.com/ada-e) | Company |
| Ben Example | @ben | Independent |

## Emeritus

| Maintainer | GitHub ID | Affiliation |
| --- | --- | --- |
| Cem Example | [cem](https://github.com/cem) | Rival |
- Dan Example (@dan)
"""
LINUX = "PARSER\nM: Ada Example <ada@mail.example>\nL: list@lists.example\nR: Ben Example <ben@mail.example>\nF: src/\n"
OWNERS = "approvers:\n  - ada\n  - 'ben'  # since May\nreviewers:\n  - cem\nemeritus_approvers:\n  - dan\n"
BULLETS = (
    "Maintainers:\n\n* Ada Example <ada@mail.example> (@ada)\n- [Ben Example](https://github.com/ben)\n- has votes\n"
)


@pytest.mark.parametrize(
    ("name", "text", "people"),
    [
        ("MAINTAINERS.md", TABLE, [("ada-e", "Ada Example", None, "Company"), ("ben", "Ben Example", None, None)]),
        ("MAINTAINERS.md", BULLETS,
         [("ada", "Ada Example", "ada@mail.example", None), ("ben", "Ben Example", None, None)]),
        ("OWNERS", OWNERS, [("ada", None, None, None), ("ben", None, None, None)]),
        ("CODEOWNERS", "# @no\n*.py @ada @team/core ada@mail.example\n* @ada\n",
         [("ada", None, None, None), (None, None, "ada@mail.example", None)]),
        ("committers.csv", "Name,Company,GitHub\nAda Example,Company,ada\n", [("ada", "Ada Example", None, "Company")]),
        ("CODEOWNERS", "", []),
        ("MAINTAINERS", "\0|\n|||\n", []),
    ],
)  # fmt: skip
def test_forms_of_lists(name: str, text: str, people: list[tuple[str | None, ...]]):
    assert [astuple(person) for person in parse_role_file(name, text)] == people


def test_the_maintainers_of_parts_are_listed_and_their_reviewers_are_not():
    assert [person.name for person in parse_role_file("MAINTAINERS", LINUX)][:1] == ["Ada Example"]
    assert {person.address for person in parse_role_file("MAINTAINERS", LINUX)} == {"ada@mail.example"}


@pytest.mark.parametrize("name", ["MAINTAINERS.md", "CODEOWNERS", "OWNERS", "maintainers.csv"])
@pytest.mark.parametrize("piece", ["|", "[", "@", "<", "- [a](", "| a @", '"', "- ", "x:\n- a\n", "* @a@"])
def test_long_text_is_read_in_time(name: str, piece: str):
    began = time.process_time()
    parse_role_file(name, piece * 100_000)
    parse_role_file(name, (piece * 200 + "\n") * 100)
    assert time.process_time() - began < 2
