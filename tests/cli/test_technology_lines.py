"""What `ecotone explain PROJECT WORD` prints for technologies and labels."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from ecotone.cli.technology_lines import explain_word, list_word_lines
from ecotone.events.sources.git.manifests import GAP_SCHEMA
from ecotone.events.sources.git.self_descriptions import TERM_SCHEMA
from ecotone.foundation.errors import UnknownName
from ecotone.trends.tool_labels import LABEL_SCHEMA
from tests.stack.test_evidence import NAMED, PACKAGES, TABLE


def term(kind: str, word: str, section: str, line: int) -> dict[str, Any]:
    return {
        "project": "o/App", "repository": "o/app", "file": "README.md", "kind": kind, "term": word, "section": section,
        "line": line, "commit": "a" * 40, "since": date(2024, 3, 1), "until": None,
    }  # fmt: skip


TABLES = {
    "declarations": TABLE,
    "stack_packages": PACKAGES,
    "named_children": NAMED,
    "manifest_gaps": pa.Table.from_pylist(
        [
            {
                "project": "o/App",
                "manifest": "requirements.txt",
                "since": date(2024, 4, 1),
                "until": date(2024, 5, 1),
                "reason": "unreadable",
                "carried": True,
            },
            {"project": "o/App", "manifest": "other.txt", "since": date(2024, 4, 1), "carried": False},
        ],
        schema=GAP_SCHEMA,
    ),
    "tool_terms": pa.Table.from_pylist(
        [term("ai", "AI", "lead", 2), term("model", "openai", "body", 9)], schema=TERM_SCHEMA
    ),
    "tool_labels": pa.Table.from_pylist(
        [{"project": "o/App", "first_readme": date(2024, 1, 1), "first_label": date(2024, 3, 1)}], schema=LABEL_SCHEMA
    ),
}


def lines_of(word: str) -> list[str]:
    return list(list_word_lines(explain_word(TABLES, "o/app", word)))


def test_a_label_is_explained_to_the_line():
    assert lines_of("label") == [
        "label in o/App:",
        "  AI label: first readme 2024-01, first mention none, first label 2024-03, first assisted none",
        '  "AI" (ai) since 2024-03, still there: README.md, line 2 at aaaaaaaaaaaa',
        '  "openai" (model, a mention) since 2024-03, still there: README.md, line 9 at aaaaaaaaaaaa',
    ]


def test_a_word_that_is_both_has_all_its_evidence():
    lines = lines_of("openai")
    assert lines[0] == "openai (model_api) in o/App:"
    assert [line.split()[0] for line in lines[1:]] == [
        "openai", "langchain-openai", "not", "named", "AI", '"openai"',
    ]  # fmt: skip
    assert lines[3] == (
        "  not read (unreadable) since 2024-04, until 2024-05: requirements.txt; what it last declared stands"
    )


def test_a_connector_is_said_to_count_for_nothing():
    assert "(pypi, runtime, of a connector, which does not count)" in lines_of("ollama")[1]


def test_a_word_that_is_neither_lists_the_known():
    with pytest.raises(UnknownName, match="openai"):
        lines_of("redis")
