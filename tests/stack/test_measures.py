from __future__ import annotations

import math

import pytest

from ecotone.foundation.errors import UserError
from ecotone.stack.adoption import (
    find_first_month,
    leading_technologies,
    measure_effective_number,
    measure_lag,
    measure_members,
    measure_reach,
)
from ecotone.stack.application_stack import ApplicationStack, DeclaredSpan, build_stack, month_mask
from ecotone.stack.stack_weight import measure_weight
from ecotone.stack.technology_map import (
    DATABASE,
    LAYERS,
    MODEL,
    extended_map,
    load_technologies,
    parse_map,
)
from ecotone.stack.tree_names import find_named_members, is_code_name, load_members, matching_members, split_name
from ecotone.stack.turnover import compare_turnover, find_spells, measure_turnover, split_spells

START = 2024 * 12
PACKAGES = {
    "openai": "pypi", "anthropic": "pypi", "mistralai": "pypi", "torch": "pypi", "tiktoken": "pypi", "psycopg2": "pypi",
    "sqlalchemy": "pypi", "redis": "pypi", "chromadb": "pypi", "django": "pypi", "plain": "pypi", "mcp": "pypi",
}  # fmt: skip


def app(name: str, length: int = 12, first_commit: int = START, group: str = "ai", **packages: str) -> ApplicationStack:
    """An application; each package with the months in which it is declared: `x` yes, `o` as optional, `.` no."""
    spans = [
        DeclaredSpan(
            PACKAGES[package], package, "optional" if mark == "o" else "runtime", START + index, START + index + 1
        )
        for package, months in packages.items()
        for index, mark in enumerate(months)
        if mark != "."
    ]
    return build_stack(name, group, (first_commit, START, START + length - 1), spans, load_technologies())


def test_a_package_of_its_own_row_needs_no_prefix():
    names = {technology.name for technology in load_technologies().look_up("npm", "@langchain/openai")}
    assert names == {"openai"}
    assert load_technologies().look_up("npm", "@langchain/unheard")[0].name == "langchain"
    assert load_technologies().look_up("npm", "@langchain/google-genai")[0].layer == "model_api"
    assert load_technologies().look_up("pypi", "@langchain/openai") == ()
    assert load_technologies().look_up("pypi", "OpenAI") == ()


def test_a_landscape_extends_and_replaces_rows():
    header = "ecosystem\tpattern\tlayer\ttechnology\tgenerative\n"
    extended = extended_map([(header + "pypi\topenai\tmodel_kit\town\t1\npypi\tacme-*\tvector\tacme\t0\n", "own.tsv")])
    assert [technology.name for technology in extended.look_up("pypi", "openai")] == ["own"]
    assert extended.look_up("pypi", "acme-store")[0].layer == "vector"
    assert extended.look_up("pypi", "anthropic") == load_technologies().look_up("pypi", "anthropic")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "header"),
        ("ecosystem\tpattern\n", "header"),
        (
            "ecosystem\tpattern\tlayer\ttechnology\tgenerative\npypi\tx\tlair\tx\t0\n",
            "line 2: there is no layer 'lair'",
        ),
        ("# x\necosystem\tpattern\tlayer\ttechnology\tgenerative\npypi\tx\tvector\tx\t2\n", "line 3: generative = '2'"),
        ("ecosystem\tpattern\tlayer\ttechnology\tgenerative\npypi\tx\tvector\n", "line 2: 3 cells"),
    ],
)
def test_a_damaged_map_is_refused_with_its_line(text, reason):
    with pytest.raises(UserError, match=reason):
        parse_map(text, "own.tsv")


def test_present_technologies_and_their_unions():
    stack = app("a", openai="x..", torch="xx.", tiktoken="xxx", sqlalchemy=".o.", plain="..x")
    assert [stack.is_seen(START + month) for month in (-1, 0, 2, 3)] == [False, True, True, False]
    assert stack.technologies(MODEL, START) == {"openai"}
    assert stack.technologies("model_runtime", START + 1) == {"torch"}
    assert stack.technologies(MODEL, START + 1) == frozenset()
    assert stack.technologies(DATABASE, START + 1) == {"sqlalchemy"}
    assert stack.technologies("database", START + 1) == frozenset()
    assert stack.optional["db_kit"]["sqlalchemy"] == month_mask(1, 2)
    assert set(stack.members) <= {*LAYERS, MODEL, DATABASE}


def test_development_and_examples_never_count():
    spans = [DeclaredSpan("pypi", "openai", scope, START, START + 3) for scope in ("dev", "example")]
    stack = build_stack("a", "ai", (START, START, START + 2), spans, load_technologies())
    assert not stack.declared
    assert measure_reach([stack], MODEL, START) is None


def test_reach_members_and_effective_number_by_hand():
    stacks = [
        app("a", openai="x", anthropic="x"),
        app("b", openai="x"),
        app("c", redis="x"),
        app("d", plain=".x"),
    ]
    reach = measure_reach(stacks, "model_api", START)
    assert reach is not None
    assert (reach.applications, reach.with_layer, reach.share) == (3, 2, 2 / 3)
    assert (round(reach.low, 3), round(reach.high, 3)) == (0.208, 0.939)  # Wilson, as tables print it
    assert measure_members(stacks, "model_api", START) == (2, 1.5, 1.5, 2)
    effective = measure_effective_number(stacks, "model_api", START)
    assert effective is not None
    # openai 1/2 + 1, anthropic 1/2, of 2 applications
    assert (effective.distinct, effective.leader, effective.leader_share) == (2, "openai", 0.75)
    assert math.isclose(effective.effective, math.exp(-(0.75 * math.log(0.75) + 0.25 * math.log(0.25))))
    assert measure_members(stacks, "vector", START) is None
    assert measure_effective_number(stacks, "vector", START) is None
    assert leading_technologies(stacks, "model_api", START) == [("openai", 2), ("anthropic", 1)]


def test_equal_leaders_are_ordered_by_name():
    stacks = [app("a", openai="x", anthropic="x", mistralai="x") for _ in range(3)]
    effective = measure_effective_number(stacks, "model_api", START)
    assert effective is not None
    assert (effective.leader, round(effective.effective, 9)) == ("anthropic", 3)


@pytest.mark.parametrize(
    ("packages", "first_commit", "lag"),
    [
        ({"openai": "x", "psycopg2": "..x"}, START, 2),
        ({"openai": "..x", "django": "x"}, START, -2),
        ({"openai": "..x", "django": "x"}, START - 1, None),  # the database may be older than the window
        ({"openai": ".x", "django": ".x"}, START - 1, 0),
        ({"openai": "x"}, START, None),
        ({"torch": "x", "redis": "x"}, START, None),
    ],
)
def test_months_from_model_to_database(packages, first_commit, lag):
    assert measure_lag(app("a", first_commit=first_commit, **packages)) == lag


def test_a_layer_that_never_comes_is_neither_censored_nor_not():
    assert find_first_month(app("a", redis="x"), MODEL) == (None, None)


@pytest.mark.parametrize(
    ("months", "spells"),
    [
        ("", []),
        ("x", [(0, 0)]),
        ("x..x", [(0, 3)]),
        ("x...x", [(0, 0), (4, 4)]),
        (".xx..x...xx", [(1, 5), (9, 10)]),
    ],
)
def test_gaps_of_two_months_are_healed(months, spells):
    mask = sum(1 << index for index, mark in enumerate(months) if mark == "x")
    assert split_spells(mask) == spells


def test_turnover_by_hand():
    spells = [
        *find_spells(app("a", length=12, openai="xxxxxx", anthropic="xxxxxx", mistralai="xx"), ["model_api"]),
        *find_spells(app("b", length=12, openai="x" * 12, anthropic="xxx......xxx"), ["model_api"]),
    ]
    turnover = measure_turnover(spells)
    assert turnover is not None
    # a: two of 6 months ended together; b: one of 12 open, one of 3 ended, one of 3 open; mistralai never settled
    assert (turnover.spells, turnover.ended, turnover.departures, turnover.applications_with_end) == (5, 3, 2, 2)
    assert turnover.exposure_months == 4 + 4 + 10 + 1 + 1
    assert turnover.rate == 1.8
    assert (turnover.without_one_low, turnover.without_one_high) == (12 * 1 / 12, 12 * 2 / 8)
    assert turnover.low is not None
    assert turnover.high is not None
    assert turnover.low <= turnover.rate <= turnover.high
    assert measure_turnover(spells) == turnover  # the draws do not change


def test_an_end_in_the_last_two_months_is_provisional():
    spells = find_spells(app("a", length=12, openai="x" * 9, anthropic="x" * 10, mistralai="x" * 12), ["model_api"])
    assert [(spell.technology, spell.ended, spell.provisional) for spell in spells] == [
        ("anthropic", True, True), ("mistral", False, False), ("openai", True, False),
    ]  # fmt: skip


def test_too_little_for_a_rate_is_none():
    assert measure_turnover(find_spells(app("a", openai="xx"), ["model_api"])) is None
    alone = measure_turnover(find_spells(app("a", openai="xxxx"), ["model_api"]))
    assert alone is not None
    assert (alone.without_one_low, alone.low) == (None, None)


def test_two_layers_are_compared_over_resampled_applications():
    stacks = [app(str(index), openai="x" * 6, psycopg2="x" * 12 if index else "x" * 6) for index in range(8)]
    models, databases = (
        [spell for stack in stacks for spell in find_spells(stack, [layer])] for layer in ("model_api", "database")
    )
    compared = compare_turnover(models, databases)
    assert compared is not None
    ratio, low, high = compared
    assert ratio == pytest.approx((8 / 32) / (1 / 74))
    assert low <= ratio <= high
    assert compare_turnover(models, []) is None
    assert compare_turnover(databases, [spell for spell in databases if not spell.ended]) is None


def test_weight_in_both_readings():
    stacks = [app("a", openai="x", anthropic="x", psycopg2="x"), app("b", plain="x")]
    weight = measure_weight(stacks, START)
    assert weight is not None
    assert weight["model"] == (1 / 3, 1 / 4)  # two of three pairs, one of two layers; the second application has none
    assert weight["database"] == (1 / 6, 1 / 4)
    assert weight["vector"] == (0, 0)
    assert measure_weight(stacks, START + 11) is None


def test_names_split_into_words():
    assert split_name("ChatOpenAIAzure") == ("chat", "open", "ai", "azure")
    assert split_name("HTTPXaiClient") == ("http", "xai", "client")
    names = {name for _, name in matching_members("ChatOpenAIAzure", load_members())}
    assert {"openai", "azure"} <= names


def test_a_folder_needs_three_members_of_which_two_are_strong():
    members = load_members()
    weak_folder = {"models": ["azure", "google", "openai"]}
    assert find_named_members(weak_folder, members)["provider"] == frozenset()
    strong = {"models": ["azure", "anthropic", "openai"], "icons": ["cohere", "mistral", "groq"]}
    assert find_named_members(strong, members)["provider"] == {"azure", "anthropic", "openai"}
    assert find_named_members({"a/Logos/b": ["azure", "anthropic", "openai"]}, members)["provider"] == frozenset()
    assert find_named_members({}, members) == {"provider": frozenset(), "store": frozenset(), "database": frozenset()}


@pytest.mark.parametrize(
    ("name", "is_code"),
    [("azure.py", True), ("azure.test.ts", False), ("test_azure.py", False), ("latest.go", True), ("azure.md", False)],
)
def test_tests_and_texts_are_no_code(name, is_code):
    assert is_code_name(name) == is_code


def test_what_nobody_could_read_is_not_known():
    packages = {"psycopg2": "xxx", "plain": "x" * 12}
    spans = [
        DeclaredSpan("pypi", package, "runtime", START + index, START + index + 1)
        for package, months in packages.items()
        for index in range(len(months))
    ]
    spans.append(DeclaredSpan("pypi", "openai", "runtime", START + 8, START + 12))
    window, technologies = (START, START, START + 11), load_technologies()
    known, unread = (
        build_stack("a", "ai", window, spans, technologies, gaps) for gaps in ((), [(START + 3, START + 6)])
    )
    assert [spell.ended for stack in (known, unread) for spell in find_spells(stack, ["database"])] == [True, False]
    reached = [measure_reach([stack], "database", START + month) for stack in (known, unread) for month in (2, 4, 7)]
    assert [reach and reach[:2] for reach in reached] == [(1, 1), (1, 0), (1, 0), (1, 1), None, (1, 0)]
    assert [measure_lag(stack) for stack in (known, unread)] == [-8, None]
    assert find_first_month(unread, "model_api") == (START + 8, True)
