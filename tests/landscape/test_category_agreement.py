from __future__ import annotations

import numpy as np

from ecotone.landscape.category_agreement import find_disagreements, measure_agreement
from ecotone.landscape.clustering import UNCLUSTERED, ClusterLevel
from tests.landscape.making import seen_of

SEEN = seen_of(
    words={f"p/{at}": {"agent": 3, "tool": 2} for at in range(5)}
    | {f"q/{at}": {"vector": 3, "index": 2} for at in range(5)}
)
GROUP = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, UNCLUSTERED])
LEVEL = ClusterLevel(GROUP, np.eye(2)[np.maximum(GROUP, 0)], np.ones(10), np.ones(2))


def test_equal_but_for_one_that_is_nowhere():
    category = {project: project[0] for project in SEEN.projects}
    said = measure_agreement(SEEN.projects, GROUP, category, seed=1)
    assert said.homogeneity == 1.0
    assert said.completeness < 1.0
    assert said.clusters == 3


def test_a_disagreement_says_with_whom_and_why():
    category = dict.fromkeys(SEEN.projects[:5], "agents") | {"p/4": "ide", "q/0": "stores"}
    (one,) = find_disagreements(SEEN, LEVEL, category, np.ones((10, 10)))
    assert (one.project, one.curated, one.found_with, one.share) == ("p/4", "ide", "agents", 0.8)
    assert one.shared[0].feature_names == ("agent", "tool")


def test_nothing_curated_nothing_compared():
    assert measure_agreement(SEEN.projects, GROUP, {}, seed=1) is None
    assert find_disagreements(SEEN, LEVEL, {}, np.ones((10, 10))) == []
