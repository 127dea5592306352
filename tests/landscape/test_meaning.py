"""Texts by what they mean: with a made-up model, and with the one of the optional extra where it is installed."""

from __future__ import annotations

import socket

import numpy as np
import pytest
from scipy import sparse

from ecotone.foundation.errors import UserError
from ecotone.landscape import meaning
from ecotone.landscape.fusion import Layers, layers
from ecotone.landscape.grouping import group
from ecotone.landscape.likeness import nearest
from ecotone.landscape.partitions import adjusted_information
from ecotone.landscape.reasons import Reasons, sentence
from ecotone.landscape.stability import dealt
from ecotone.landscape.views import MEANING, WORDS, seen


def directions(texts):
    """A made-up model: texts of a topic lie near the topic's axis."""
    rng = np.random.default_rng(1)
    noise = {text: rng.normal(0, 0.15, 12) for text in sorted(texts)}
    found = np.array([np.eye(12)[int(text.split()[1])] + noise[text] for text in texts])
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def texts_of(projects: int, topics: int):
    """Six texts a project, all of the project's topic."""
    rows = [(f"p/{one:02}", f"topic {one % topics} text {one} {at}", 1.0) for one in range(projects) for at in range(6)]
    return seen({row[0] for row in rows}, {MEANING: rows}, directions), np.arange(projects) % topics


def test_groups_are_found_by_meaning_alone():
    known, truth = texts_of(40, 4)
    found = group(known, 1)
    assert found.layers.weights["meaning"] > 0.9
    assert adjusted_information(truth, found.fields.group + 1) > 0.95


def test_texts_that_are_dealt_out_at_random_weigh_nothing():
    known, _ = texts_of(40, 4)
    dealt_out = dealt(known.evidence[0], np.random.default_rng(2))
    found = layers(type(known)(known.projects, (dealt_out,)), 1)
    assert found.weights["meaning"] < 0.1


def test_directions_by_hand():
    vectors = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    shares = sparse.csr_array(np.array([[1.0, 0, 0], [0, 0.5, 0.5], [0, 0, 0]]))
    half = np.sqrt(0.5)
    # what both have in common, (1/2, 1/2), is taken away; the third has no text
    assert meaning.turned(shares, vectors) == pytest.approx(np.array([[half, -half], [-half, half], [0, 0]]))


def test_dense_and_sparse_neighbours_are_the_same():
    unit = np.random.default_rng(5).random((30, 8))
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    assert np.allclose(nearest(unit, 4).toarray(), nearest(sparse.csr_array(unit), 4).toarray(), atol=1e-6)


def test_without_a_model_texts_are_not_looked_at():
    rows = {MEANING: [("a/a", "text", 1.0)], WORDS: [("a/a", "agent", 1.0)]}
    assert [one.view for one in seen({"a/a"}, rows).evidence] == [WORDS]


def test_the_reason_says_that_texts_are_alike():
    known, _ = texts_of(8, 2)
    reasons = Reasons(known)
    assert sentence(reasons.shared(0, 2), "p/02") == "texts alike in meaning"
    assert reasons.shared(0, 1) == ()


def test_layers_of_evidence_keep_its_vectors():
    known, _ = texts_of(8, 2)
    found = Layers.of(known.projects, known.evidence, {"meaning": 0.5})
    assert found.vectors["meaning"].shape == (48, 12)
    assert found.added().nnz > 0


def test_a_model_that_is_not_installed_is_named_with_what_to_do(monkeypatch):
    monkeypatch.setattr(meaning, "PACKAGE", "no_such_package_at_all")
    meaning.encoder.cache_clear()
    with pytest.raises(UserError, match=r"pip install 'ecotone\[embeddings\]'"):
        meaning.encoder()
    meaning.encoder.cache_clear()


def test_the_real_model_reads_both_languages_without_a_network(monkeypatch):
    pytest.importorskip(meaning.PACKAGE)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the model asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    texts = [
        "A vector database for similarity search over embeddings.",
        "Store and query high-dimensional vectors, with nearest neighbour indexes.",
        "向量数据库，用于相似度检索。",
        "A fast web framework for building HTTP APIs.",
        "Route requests and render responses: a web server toolkit.",
        "用于构建网站和 HTTP 接口的 Web 框架。",
    ]
    vectors = meaning.encoder()(texts)
    alike = vectors @ vectors.T
    np.fill_diagonal(alike, -1)
    assert [int(one) // 3 for one in alike.argmax(axis=1)] == [0, 0, 0, 1, 1, 1]
    assert (meaning.encoder()(list(reversed(texts))) == vectors[::-1]).all()
