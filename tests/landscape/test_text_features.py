from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.foundation.errors import UserError
from ecotone.landscape.text_features import (
    LONGEST_TOKEN,
    count_profile_terms,
    count_terms,
    find_mentioned_repositories,
    informative_terms,
    parse_term_file,
    stem_word,
)

README = """
<p align="center"><img src="https://e.org/logo.png" alt="Logo"></p>

# Tidepool
[![Build](https://e.org/b.svg)](https://e.org/build)

An **agent framework** with tools. The agent framework for teams.

```python
import secret_token
```
See [the guide](https://e.org/very/long/path) or mail me@e.org. `inline_code` 智能体框架
"""


def test_words_of_a_readme():
    found = count_terms(README)
    assert found["agent"] == found["framework"] == 3  # twice in English, once in Chinese
    assert found["agent framework"] == 2
    assert found["tidepool"] == 1
    assert found["智能"] == found["框架"] == 1
    assert not {"logo", "secret", "secret_token", "inline", "align", "https", "path", "the", "build"} & set(found)


def test_a_pair_that_stands_once_is_two_words():
    assert "framework tools" not in count_terms(README)


@given(st.text(max_size=300))
def test_any_text_has_terms(text):
    assert all(count > 0 for count in count_terms(text).values())
    find_mentioned_repositories(text)


@pytest.mark.parametrize(
    "piece", ["<", "[", "`", "x", "<!--", "](", "![](", "[](", "www.", "a.", "...", "~~~x", "github.com/", "a-", "a/b"]
)
def test_the_work_grows_with_the_text_and_no_faster(piece: str):
    """Quadratic patterns took a thousand times as long as prose of the same length for half of these."""
    prose = processor_seconds("An agent framework with tools. " * 6_500)
    assert processor_seconds(piece * (200_000 // len(piece))) < 50 * prose


def processor_seconds(text: str) -> float:
    begun = time.process_time()
    assert all(len(term) <= 2 * LONGEST_TOKEN + 1 for term in count_terms(text))
    assert len(find_mentioned_repositories(text)) <= 1
    return time.process_time() - begun


def test_topics_and_descriptions_weigh_more():
    assert count_profile_terms("Vector store", ["vector-database"])["vector"] == 6
    assert not count_profile_terms(None, [])


def test_repositories_named():
    text = "https://github.com/Own/Name/issues/3 fixes other/repo#7, a/b, github.com/orgs/x, x.github.com/y"
    assert sorted(find_mentioned_repositories(text)) == ["other/repo", "own/name"]


def test_terms_from_a_file():
    text = "repository\tterm\tcount\na/b\tAgent\t3\n\na/b\tagent\t2\nc/d\tvector store\t1\n"
    assert parse_term_file(text, "f.tsv") == [("a/b", "agent", 5.0), ("c/d", "vector store", 1.0)]


@pytest.mark.parametrize("line", ["a/b\tagent", "a/b\tagent\tmany", "a/b\tagent\t0", "\tagent\t1", "a/b\tx\t1\t2"])
def test_a_line_that_is_no_row_is_named(line):
    with pytest.raises(UserError, match=r"f\.tsv, line 2"):
        parse_term_file(f"a/b\tx\t1\n{line}\n", "f.tsv")


def test_an_error_shows_nothing_of_a_file_that_may_be_private():
    with pytest.raises(UserError) as error:
        parse_term_file("machine h.example password s3cret\n", "netrc")
    assert "s3cret" not in str(error.value)


def test_singulars():
    assert [stem_word(word) for word in ("tools", "tool", "queries", "kubernetes", "us")] == [
        "tool", "tool", "query", "kubernete", "us",
    ]  # fmt: skip


def test_a_name_of_several_words_is_left_out_whole_and_its_words_stay():
    rows = [("o/agent-framework", "agent framework", 3.0), ("o/agent-framework", "agent", 5.0)]
    assert informative_terms(rows) == [("o/agent-framework", "agent", 5.0)]


def test_what_only_looks_like_a_plural_stays():
    rows = [("a/a", "postgres", 1.0), ("a/a", "vector databases", 1.0), ("b/b", "database", 1.0)]
    assert [term for _, term, _ in informative_terms(rows)] == ["postgres", "vector database", "database"]


def test_a_restructured_text_has_the_words_of_its_prose():
    text = """
Reef
====
.. image:: https://e.org/badge.svg
   :target: https://e.org/status

A solver, see `the manual <https://e.org/manual>`_ for equations.

.. code-block:: python

   from reef import hidden

Installing::

    pip install concealed

.. _links: https://e.org

It draws meshes.
"""
    found = count_terms(text)
    assert {"solver", "manual", "equations", "meshes", "draws", "installing"} <= set(found)
    assert not {"badge", "target", "hidden", "concealed", "python", "links", "image"} & set(found)
