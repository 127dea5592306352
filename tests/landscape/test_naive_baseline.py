"""The naive baseline: exact cosines of TF-IDF words in small fields, the axes that matter in large ones."""

from __future__ import annotations

import numpy as np
import pytest

from ecotone.landscape import naive_baseline
from ecotone.landscape.naive_baseline import naive_groups, naive_positions
from ecotone.landscape.views import WORDS, ProjectFeatures, build_project_features

TOPICS, WORDS_OF_TOPIC = 5, 12


def field(projects: int) -> ProjectFeatures:
    """Projects of TOPICS topics in turn, each with words of its own and words of everybody."""
    rng = np.random.default_rng(projects)
    rows = []
    for number in range(projects):
        own = rng.choice(WORDS_OF_TOPIC, 8, replace=False)
        rows += [(f"o/p{number:04d}", f"topic{number % TOPICS}word{word}", 3.0) for word in own]
        rows += [(f"o/p{number:04d}", f"common{word}", 1.0) for word in rng.choice(30, 5, replace=False)]
    return build_project_features({project for project, _, _ in rows}, {WORDS: rows})


def test_two_equal_texts_have_cosine_one_and_different_ones_none():
    rows = [("a/a", "tool", 2.0), ("b/b", "tool", 2.0), ("c/c", "graph", 1.0)]
    positions = naive_positions(build_project_features({"a/a", "b/b", "c/c"}, {WORDS: rows}))
    assert positions @ positions.T == pytest.approx(np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1]]), abs=1e-12)


def test_few_axes_find_the_same_groups_as_all(monkeypatch: pytest.MonkeyPatch):
    features = field(200)
    exact = naive_positions(features)
    monkeypatch.setattr(naive_baseline, "MOST_DENSE", 100)
    monkeypatch.setattr(naive_baseline, "MOST_AXES", 20)
    few = naive_positions(features)
    assert exact.shape == (200, 200)
    assert few.shape == (200, 19)
    wanted = np.arange(200) % TOPICS
    for positions in (exact, few):
        found = naive_groups(positions, TOPICS)
        assert len({(int(one), int(other)) for one, other in zip(found, wanted, strict=True)}) == TOPICS
    assert np.abs(exact @ exact.T - few @ few.T).max() < 0.4
