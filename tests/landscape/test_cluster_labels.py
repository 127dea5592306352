from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from ecotone.landscape.cluster_labels import ClusterLabel, label_clusters, load_glossary, translate_to_chinese
from ecotone.landscape.clustering import ClusterLevel
from ecotone.landscape.field_terms import fit_field_terms, load_field_terms
from ecotone.landscape.multiview_graph import build_layers
from ecotone.landscape.text_features import readme_stop_words
from ecotone.landscape.views import ProjectFeatures
from tests.landscape.making import seen_of


def level_of(groups: list[int]) -> ClusterLevel:
    group = np.array(groups)
    count = int(group.max()) + 1
    share = np.array([[float(one == at) for at in range(count)] for one in groups])
    return ClusterLevel(group, share, np.ones(len(groups)), np.ones(count))


def labels_of(known: ProjectFeatures, groups: list[int], ties: np.ndarray | None = None) -> tuple[ClusterLabel, ...]:
    edges = sparse.csr_array(np.zeros((len(groups), len(groups))) if ties is None else ties)
    return label_clusters(known, fit_field_terms(known, build_layers(known)), level_of(groups), edges)


WORDS = {
    "own/tidepool": {"agent": 9, "llm": 3, "orchestration": 2, "tidepool": 30, "install": 9},
    "own/lagoon": {"agent": 7, "framework": 4, "multi-agent": 2, "tidepool": 9, "install": 9},
    "own/reef": {"agents": 8, "workflow": 3, "llm": 4, "lagoon": 3, "tidepool": 5, "install": 2},
    "far/coral": {"vector": 9, "embedding": 3, "similarity search": 2, "install": 9},
    "far/kelp": {"vectors": 9, "vector": 5, "search": 4, "hnsw": 2, "install": 9},
    "far/tide": {"vector": 8, "vector database": 8, "database": 8, "install": 1},
}
SEEN = seen_of(words=WORDS)  # sorted: far/... first
GROUPS = [1, 1, 1, 0, 0, 0]


def test_named_as_a_person_would_in_both_languages():
    first, second = labels_of(SEEN, GROUPS)
    assert first.label in {"AI agents", "agent frameworks"}
    assert (second.label, second.label_zh) == ("vector databases", "向量数据库")


def test_different_fields_that_have_one_name_together_are_called_by_it():
    words = {
        "own/shop": {"shop": 9, "cart": 5, "payment": 6, "commerce": 8},
        "own/pages": {"cms": 9, "publish": 5, "wordpress": 3, "headless": 4},
        "own/plan": {"sprint": 9, "kanban": 6, "tracker": 4},
        **{name: listed for name, listed in WORDS.items() if name.startswith("far/")},
    }
    labels = {label.label: label for label in labels_of(seen_of(words=words), GROUPS)}
    assert labels["web applications"].label_zh == "Web 应用"
    assert set(labels["web applications"].typical) == {"own/shop", "own/pages", "own/plan"}
    without = {**words, "own/plan": {"qubit": 9, "quantum": 5}, "own/pages": {"robot": 9, "ros": 6}}
    assert "web applications" not in {label.label for label in labels_of(seen_of(words=without), GROUPS)}


def test_words_set_a_group_apart_and_are_no_names_nor_what_every_readme_says():
    listed = [word.word for name in labels_of(SEEN, GROUPS) for word in name.words]
    assert "agent" in listed
    assert "vector" in listed
    assert not {"tidepool", "lagoon", "install", "vectors"} & set(listed)


def test_the_most_typical_come_first_and_are_three():
    ties = np.zeros((6, 6))
    ties[4, 5] = ties[5, 4] = 3.0
    ties[3, 5] = ties[5, 3] = 1.0
    first, _ = labels_of(SEEN, GROUPS, ties)
    assert first.typical == ("own/tidepool", "own/reef", "own/lagoon")


def test_a_group_of_two_fields_has_both_names():
    words = {name: WORDS[name] for name in WORDS} | {
        "far/maps": {"game": 9, "engine": 4, "physics": 3}, "far/play": {"game": 7, "shader": 4, "scene": 3},
    }  # fmt: skip
    known = seen_of(words=words)
    (only,) = labels_of(known, [0] * len(words))
    parts = only.label.split(" and ")
    assert len(parts) == 2
    assert set(parts) <= {term.name for term in load_field_terms()}


def test_a_phrase_of_their_own_where_no_field_term_fits():
    words = {f"p/a{at}": {"zzyx": 3, "zzyy": 2, "quilt making": 4} for at in range(3)}
    words |= {f"p/b{at}": {"zzyz": 3, "pottery kiln": 4} for at in range(3)}
    first, second = labels_of(seen_of(words=words), [0, 0, 0, 1, 1, 1])
    assert (first.label, second.label) == ("Quilt making", "Pottery kiln")


def test_without_words_the_most_typical_projects():
    known = seen_of(people={"a/a": ["ann"], "b/b": ["ann"], "c/c": ["ann"]})
    (only,) = labels_of(known, [0, 0, 0])
    assert (only.label, only.label_zh) == ("a and b, and the like", "a、b一类")


@pytest.mark.parametrize("groups", [[0, 0, 0, 1, 1, 1], [0, 1, 0, 1, 0, 1]])
def test_no_two_groups_have_the_same_label(groups):
    words = {f"p/{at}": {"agent": 4, "llm": 3, "framework": 2, f"w{at}": 1} for at in range(6)}
    found = labels_of(seen_of(words=words), groups)
    assert len({name.label for name in found}) == 2


def test_chinese_texts_are_named_by_the_characters_of_the_term():
    text = {"向量": 5, "量数": 4, "数据": 6, "据库": 6}
    words = {f"p/{at}": dict(text) for at in range(3)} | {f"q/{at}": {"检索": 3, "安装": 5} for at in range(3)}
    first, _ = labels_of(seen_of(words=words), [0, 0, 0, 1, 1, 1])
    assert first.label_zh == "向量数据库"


def test_a_pair_that_every_readme_may_spell_with_a_hyphen_is_no_name():
    assert "docker-compose" in readme_stop_words()
    assert "docker" not in readme_stop_words()
    words = {f"p/{at}": {"docker compose": 6, f"w{at}": 1} for at in range(3)}
    words |= {f"q/{at}": {f"v{at}": 3} for at in range(3)}
    first, _ = labels_of(seen_of(words=words), [0, 0, 0, 1, 1, 1])
    assert first.label == "0 and 1, and the like"


def test_the_terms_are_distinct_and_named_in_both_languages():
    terms = load_field_terms()
    assert len(terms) >= 150
    assert len({term.name for term in terms}) == len({term.name_zh for term in terms}) == len(terms)
    assert all(len(term.cues) >= 4 for term in terms)
    hidden = readme_stop_words()
    assert [cue for term in terms for cue in term.cues if cue in hidden] == []


def test_pairs_in_chinese_word_by_word_unless_the_glossary_has_them():
    assert translate_to_chinese("vector stores") == "向量存储"
    assert translate_to_chinese("agent memory") == "智能体记忆"
    assert translate_to_chinese("agent kubernetes") == "agent kubernetes"


def test_the_glossary_has_no_word_of_every_readme():
    assert load_glossary()
    assert not {word for word in load_glossary() if word == "install"}
    assert {"install", "the", "license"} <= readme_stop_words()
