from __future__ import annotations

import numpy as np
from scipy import sparse

from ecotone.landscape.cluster_labels import label_clusters, load_glossary, readme_stop_words, translate_to_chinese
from ecotone.landscape.clustering import ClusterLevel
from tests.landscape.making import seen_of


def level_of(groups: list[int]) -> ClusterLevel:
    group = np.array(groups)
    count = int(group.max()) + 1
    share = np.array([[float(one == at) for at in range(count)] for one in groups])
    return ClusterLevel(group, share, np.ones(len(groups)), np.ones(count))


WORDS = {
    "own/tidepool": {"agent": 9, "tool": 3, "tidepool": 30, "install": 9},
    "own/lagoon": {"agent": 7, "tool": 4, "tidepool": 9, "install": 9},
    "own/reef": {"agent": 8, "lagoon": 3, "tidepool": 5, "install": 2},
    "far/coral": {"vector": 9, "index": 3, "install": 9},
    "far/kelp": {"vectors": 9, "vector": 5, "index": 4, "install": 9},
    "far/tide": {"vector": 8, "index": 8, "install": 1},
}
SEEN = seen_of(words=WORDS)  # sorted: far/... first
LEVEL = level_of([1, 1, 1, 0, 0, 0])


def test_named_by_the_words_that_set_a_group_apart():
    first, second = label_clusters(SEEN, LEVEL, sparse.csr_array((6, 6)))
    assert first.label.split(" · ")[0] == "agent"
    assert second.label.split(" · ")[0] == "vector"
    assert second.label_zh.split(" · ")[:2] == ["向量", "索引"]


def test_never_named_after_a_project_nor_by_what_every_readme_says():
    words = {word.word for name in label_clusters(SEEN, LEVEL, sparse.csr_array((6, 6))) for word in name.words}
    assert not words & {"tidepool", "lagoon", "install"}


def test_plurals_do_not_repeat():
    _, second = label_clusters(SEEN, LEVEL, sparse.csr_array((6, 6)))
    assert [word.word for word in second.words].count("vectors") == 0


def test_the_most_typical_come_first_and_are_three():
    ties = np.zeros((6, 6))
    ties[4, 5] = ties[5, 4] = 3.0
    ties[3, 5] = ties[5, 3] = 1.0
    first, _ = label_clusters(SEEN, LEVEL, sparse.csr_array(ties))
    assert first.typical == ("own/tidepool", "own/reef", "own/lagoon")


def test_without_words_a_number():
    known = seen_of(people={"a/a": ["ann"], "b/b": ["ann"], "c/c": ["ann"]})
    (only,) = label_clusters(known, level_of([0, 0, 0]), sparse.csr_array((3, 3)))
    assert (only.label, only.label_zh) == ("group 1", "第 1 组")


def test_no_two_groups_have_the_same_label():
    words = {f"p/{at}": {"agent": 4, "tool": 3, "graph": 2, ("memory" if at < 3 else "plan"): 1} for at in range(6)}
    found = label_clusters(seen_of(words=words), level_of([0, 0, 0, 1, 1, 1]), sparse.csr_array((6, 6)))
    assert len({name.label for name in found}) == 2


def test_pairs_in_chinese_word_by_word_unless_the_glossary_has_them():
    assert translate_to_chinese("vector stores") == "向量存储"
    assert translate_to_chinese("agent memory") == "智能体记忆"
    assert translate_to_chinese("agent kubernetes") == "agent kubernetes"


def test_the_glossary_has_no_word_of_every_readme():
    assert load_glossary()
    assert not {word for word in load_glossary() if word == "install"}
    assert {"install", "the", "license"} <= readme_stop_words()
