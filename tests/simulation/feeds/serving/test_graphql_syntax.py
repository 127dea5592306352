from __future__ import annotations

import pytest

from ecotone.simulation.feeds.serving.graphql_syntax import (
    Enum,
    Field,
    Fragment,
    Spread,
    SyntaxProblem,
    Variable,
    parse,
)


def test_a_query_with_everything():
    document = parse(
        """query all($a: [String!]! = ["x"], $n: Int) {  # a comment
          one: repository(owner: "o\\"w", last: -3, by: {field: AT, up: [1.5, true, null, $n]}) @include(if: $a) {
            name, ...bits ... on Repository { id } ... { url }
          }
        }
        fragment bits on Repository { id }"""
    )
    (operation,) = document.operations
    assert (operation.kind, operation.name, operation.defaults, operation.demanded) == (
        "query",
        "all",
        {"a": ["x"]},
        set(),
    )
    (field,) = operation.selections
    assert isinstance(field, Field)
    assert (field.key, field.name) == ("one", "repository")
    assert field.arguments == {
        "owner": 'o"w',
        "last": -3,
        "by": {"field": Enum("AT"), "up": [1.5, True, None, Variable("n")]},
    }
    assert field.directives[0].arguments == {"if": Variable("a")}
    name, spread, inline, bare = field.selections
    assert isinstance(name, Field)
    assert isinstance(spread, Spread)
    assert isinstance(inline, Fragment)
    assert (spread.name, inline.on, bare.on) == ("bits", "Repository", None)
    assert document.fragments["bits"].on == "Repository"


def test_a_variable_without_default_may_be_demanded():
    (operation,) = parse("query($a: ID!, $b: ID) { x }").operations
    assert (operation.demanded, operation.declared) == ({"a"}, {"a", "b"})


@pytest.mark.parametrize(
    "text", ["{", "{ }", "{ a(", "query { a } }", "{ a(b: ) }", "nothing { a }", "{ a \x00 }", '{ a(b: "c) }']
)
def test_what_is_no_query_is_refused(text):
    with pytest.raises(SyntaxProblem):
        parse(text)
