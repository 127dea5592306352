"""What holds of every declared measure of a network, present and future."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import networkx as nx
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

from ecotone import networks, signals
from ecotone.foundation.declaration import Row
from ecotone.networks.mixing import ei_permutation_test, expected_ei_index
from ecotone.networks.network_signal import NetworkSignal, evaluate_signals
from ecotone.networks.person_interactions import PERSON_SCHEMA
from ecotone.networks.person_network import PersonNetwork
from ecotone.networks.rolling_windows import Window
from ecotone.report.report_input import DeclaredSignal
from ecotone.signals.declare import THEMES

from .made_networks import network
from .made_networks import networks as drawn

CHINESE = re.compile(r"[一-鿿]")
ACTS = pa.schema(
    [("project", pa.string()), ("month", pa.date32()), ("kind", pa.string()), ("account", pa.string()),
     ("person", pa.string()), ("actor_kind", pa.string()), ("thread", pa.int64())]
)  # fmt: skip
SCHEMAS = {"person_interactions": PERSON_SCHEMA, "acts": ACTS}
JANUARY = date(2024, 1, 1)


@pytest.fixture(params=networks.ALL, ids=lambda measure: measure.name)
def measure(request: pytest.FixtureRequest) -> NetworkSignal:
    return request.param


def answers(measure: NetworkSignal, rows: dict[str, list[Row]]) -> dict[tuple[str, date], list[float]]:
    tables = {name: pa.Table.from_pylist(rows.get(name, []), schema=SCHEMAS[name]) for name in measure.reads}
    found = measure.rows(tables)
    assert found.column_names == ["project", "month", *measure.columns]
    return {(row["project"], row["month"]): [row[name] for name in measure.columns] for row in found.to_pylist()}


def test_counts_its_own_example(measure: NetworkSignal):
    found = answers(measure, {name: list(rows) for name, rows in measure.example.rows.items()})
    assert found.keys() == measure.example.answer.keys()
    for cell, value in measure.example.answer.items():
        wanted = list(value) if isinstance(value, tuple) else [value]
        assert found[cell] == pytest.approx(wanted, abs=1e-6), cell


def test_row_order_does_not_matter(measure: NetworkSignal):
    forwards = {name: list(rows) for name, rows in measure.example.rows.items()}
    backwards = {name: rows[::-1] for name, rows in forwards.items()}
    assert answers(measure, backwards) == answers(measure, forwards)


def test_no_rows_give_no_rows(measure: NetworkSignal):
    assert answers(measure, {}) == {}


def test_says_what_a_reader_must_know_in_both_languages(measure: NetworkSignal):
    declared: DeclaredSignal = measure
    english = (declared.title, declared.unit, declared.definition, declared.null_means, declared.source)
    chinese = (declared.title_zh, declared.unit_zh, declared.definition_zh, declared.null_means_zh)
    assert all(text and not CHINESE.search(text) for text in english)
    assert all(CHINESE.search(text) for text in chinese)
    assert declared.definition.endswith(".")
    assert declared.definition_zh.endswith("。")
    assert re.fullmatch(r"[a-z_0-9]+/[a-z]+-(\d+|kernel)", declared.formula)
    assert declared.theme in THEMES
    assert not declared.text
    assert measure.example.answer


def test_an_empty_month_is_explained_unless_it_is_zero(measure: NetworkSignal):
    assert (measure.null_means == "the month was not observed") == (measure.when_empty is not None)


def test_names_and_words_are_said_once_in_all_of_the_glossary():
    glossary = (*signals.ALL, *networks.ALL)
    for field in ("name", "title", "title_zh", "definition", "definition_zh", "formula"):
        twice = [text for text, count in Counter(getattr(one, field) for one in glossary).items() if count > 1]
        assert not twice, field
    columns = [column for one in glossary for column in one.columns]
    assert len(set(columns)) == len(columns)


def values(window: Window) -> dict[str, float | None]:
    return evaluate_signals([window], networks.ALL).to_pylist()[0]


def whole_network(window: Window, weight: str | None = "weight") -> nx.DiGraph:
    made = nx.DiGraph()
    made.add_nodes_from(
        (one, {"organisation": int(code)}) for one, code in enumerate(window.network.organisation_codes)
    )
    rows = zip(window.network.source, window.network.target, window.network.weight, strict=True)
    made.add_weighted_edges_from(((int(a), int(b), float(w)) for a, b, w in rows), weight=weight or "weight")
    return made


@given(drawn(unknown=False))
@settings(max_examples=60, deadline=None)
def test_agrees_with_networkx(made: PersonNetwork):
    """Assortativity and mixing of unit weights; networkx has no weighted form of either."""
    single = network(
        [(int(a), int(b), 1.0) for a, b in zip(made.source, made.target, strict=True)], made.organisation_codes.tolist()
    )
    window = Window.from_network("p", JANUARY, single)
    graph = whole_network(window)
    found = values(window)
    with np.errstate(all="ignore"):
        wanted = nx.attribute_assortativity_coefficient(graph, "organisation")
    if found["assortativity"] is not None:
        assert found["assortativity"] == pytest.approx(wanted, abs=1e-8)
    inside = sum(graph.nodes[a]["organisation"] == graph.nodes[b]["organisation"] for a, b in graph.edges)
    assert found["cross_organisation_share"] == pytest.approx(1 - inside / graph.number_of_edges(), abs=1e-8)


def test_reciprocity_of_unit_weights_is_that_of_networkx():
    # everybody an organisation of their own: the reciprocity of organisations is that of the graph
    ties = [(0, 1, 1.0), (1, 0, 1.0), (1, 2, 1.0), (2, 3, 1.0), (3, 2, 1.0)]
    window = Window.from_network("p", JANUARY, network(ties, [0, 1, 2, 3]))
    assert values(window)["organisation_reciprocity"] == pytest.approx(nx.reciprocity(whole_network(window)))


@given(drawn())
@settings(max_examples=60, deadline=None)
def test_values_lie_where_they_can(made: PersonNetwork):
    found = values(Window.from_network("p", JANUARY, made))
    for name in ("cross_organisation_share", "ei_index"):
        low, value, high = (found[column] for column in (f"{name}_low", name, f"{name}_high"))
        assert low <= high
        assert value is None or low - 1e-9 <= value <= high + 1e-9
    for name in ("interaction_unknown_share", "organisation_evenness", "organisation_reciprocity"):
        assert found[name] is None or -1e-9 <= found[name] <= 1 + 1e-9
    assert (
        found["interaction_organisation_diversity_q1"] is None
        or found["interaction_organisation_diversity_q1"] <= len(made.organisations) + 1e-9
    )


@given(drawn())
@settings(max_examples=30, deadline=None)
def test_chance_expects_the_mean_of_all_permutations(made: PersonNetwork):
    expected = expected_ei_index(made)
    tested = ei_permutation_test(made, seed=1, permutations=4_000)
    if np.isnan(expected):
        assert np.isnan(tested.value)
    else:
        assert tested.expected == expected
        # a window of the same size, drawn again and again
        assert -1 <= expected <= 1
        assert abs(tested.value - expected) <= 2
