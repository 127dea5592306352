"""Answers GraphQL queries with graphql-core, with GitHub's costs, limits and error types."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from graphql import (
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    build_schema,
    execute_sync,
    get_argument_values,
    get_named_type,
    get_operation_ast,
    get_variable_values,
    is_composite_type,
    parse,
    validate,
)

from tests.fakes.github.resolvers import Arguments, NotFound, QueryRoot, Resolver, Rows, type_name_of

MAX_NODES: Final = 500_000
MAX_PAGE: Final = 100
REQUESTS_PER_POINT: Final = 100
PAGE_ARGUMENTS: Final = "first: Int, last: Int, after: String, before: String"

Json = dict[str, Any]


class Refusal(Exception):
    """The whole query is refused."""

    def __init__(self, message: str, error_type: str | None = None) -> None:
        super().__init__(message)
        self.error: Json = {"message": message} | ({"type": error_type} if error_type else {})


@dataclass(slots=True)
class Cost:
    """What a query may return: its nodes, and the requests that GitHub would make for them."""

    nodes: int = 0
    requests: int = 0

    @property
    def points(self) -> int:
        """What the query takes of the hour's allowance."""
        return max(1, round(self.requests / REQUESTS_PER_POINT))


@cache
def read_schema() -> GraphQLSchema:
    """The types of `schema.graphql`, with the connections that it mentions."""
    text = Path(__file__).with_name("schema.graphql").read_text("utf-8").replace("PAGE", PAGE_ARGUMENTS)
    for name in sorted(set(re.findall(r"(\w+)Connection\b", text))):
        text += f"type {name}Edge {{ cursor: String! node: {name} }}\n"
        text += (
            f"type {name}Connection {{ totalCount: Int! pageInfo: PageInfo! nodes: [{name}] edges: [{name}Edge] }}\n"
        )
    return build_schema(text)


class Execution:
    """One query: parsed, validated and priced when it is made, answered by `run`."""

    def __init__(
        self, resolvers: Mapping[str, Mapping[str, Resolver]], text: str, variables: Json, name: str | None
    ) -> None:
        self._schema = read_schema()
        self._resolvers = resolvers
        self._inputs = variables
        try:
            self._document = parse(text)
        except GraphQLError as error:
            raise Refusal(error.message) from None
        operation = get_operation_ast(self._document, name)
        if operation is None:
            raise Refusal("An operation name is required")
        self.operation: OperationDefinitionNode = operation
        problems = validate(self._schema, self._document)
        if problems:
            raise Refusal(problems[0].message)
        values = get_variable_values(self._schema, operation.variable_definitions or (), variables)
        if isinstance(values, list):
            raise Refusal(values[0].message)
        self._variables = values
        self._fragments = {
            node.name.value: node for node in self._document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self.errors: list[Json] = []
        self.cost = Cost()
        assert self._schema.query_type is not None
        self._add_costs(self._schema.query_type, operation.selection_set, 1)
        if self.cost.nodes > MAX_NODES:
            raise Refusal(
                f"This query requests up to {self.cost.nodes:,} possible nodes which exceeds the limit of"
                f" {MAX_NODES:,}.",
                "MAX_NODE_LIMIT_EXCEEDED",
            )

    @property
    def operation_name(self) -> str:
        """The name of the operation, "-" without one."""
        return self.operation.name.value if self.operation.name else "-"

    def run(self, root: QueryRoot) -> Json:
        """The data; what does not exist is null and listed in `errors`."""
        result = execute_sync(
            self._schema,
            self._document,
            root,
            variable_values=self._inputs,
            operation_name=self.operation.name.value if self.operation.name else None,
            field_resolver=self._resolve_field,
            type_resolver=lambda value, _info, _type: type_name_of(value),
        )
        self._collect_errors(result)
        assert result.data is not None
        return result.data

    def _collect_errors(self, result: ExecutionResult) -> None:
        for error in result.errors or ():
            if isinstance(error.original_error, Refusal):
                raise error.original_error
            if not isinstance(error.original_error, NotFound):
                raise error  # a mistake of this fake, not of the query
            self.errors.append({"type": "NOT_FOUND", "path": error.path, "message": error.message})

    def _resolve_field(self, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        resolve = self._resolvers.get(info.parent_type.name, {}).get(info.field_name)
        value = resolve(source, arguments) if resolve else source[info.field_name]
        return _page_of(value, arguments) if isinstance(value, Rows) else value

    def _add_costs(self, parent: GraphQLCompositeType, selections: SelectionSetNode, times: int) -> None:
        """Add what a selection may return when it is answered `times` times."""
        for node in selections.selections:
            if isinstance(node, FieldNode):
                self._add_field_costs(parent, node, times)
                continue
            fragment = self._fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            assert isinstance(fragment, FragmentDefinitionNode | InlineFragmentNode)
            condition = fragment.type_condition
            inner = self._schema.type_map[condition.name.value] if condition else parent
            assert is_composite_type(inner)
            self._add_costs(inner, fragment.selection_set, times)

    def _add_field_costs(self, parent: GraphQLCompositeType, node: FieldNode, times: int) -> None:
        if not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) or node.selection_set is None:
            return
        field = parent.fields[node.name.value]
        inner = get_named_type(field.type)
        assert is_composite_type(inner)
        if inner.name.endswith("Connection"):
            size = _page_size(node, get_argument_values(field, node, self._variables))
            self.cost.requests += times
            self.cost.nodes += times * size
            times *= size
        self._add_costs(inner, node.selection_set, times)


def _page_size(node: FieldNode, arguments: Arguments) -> int:
    """How many nodes a connection is asked for."""
    assert node.selection_set is not None
    sizes = [arguments[name] for name in ("first", "last") if arguments.get(name) is not None]
    asked = {child.name.value for child in node.selection_set.selections if isinstance(child, FieldNode)}
    name = node.name.value
    if not sizes and not asked & {"nodes", "edges"}:
        return 0  # a total needs no page
    if len(sizes) != 1:
        raise Refusal(
            f"You must provide a `first` or `last` value to properly paginate the `{name}` connection.",
            "MISSING_PAGINATION_BOUNDARIES",
        )
    if not 0 <= sizes[0] <= MAX_PAGE:
        raise Refusal(
            f"Requesting {sizes[0]} records on `{name}` exceeds the limit of {MAX_PAGE} records.",
            "EXCESSIVE_PAGINATION",
        )
    return int(sizes[0])


def _page_of(rows: Rows, arguments: Arguments) -> Json:
    """The page of a connection that the arguments ask for."""
    start, end = _page_bounds(rows, arguments)
    page = rows.rows[start:end]
    edges = [{"cursor": _cursor_of(rows, row), "node": row} for row in page]
    info = {
        "hasNextPage": end < len(rows.rows),
        "hasPreviousPage": start > 0,
        "startCursor": edges[0]["cursor"] if edges else None,
        "endCursor": edges[-1]["cursor"] if edges else None,
    }
    return {"totalCount": len(rows.rows), "pageInfo": info, "nodes": page, "edges": edges}


def _cursor_of(rows: Rows, row: Any) -> str:
    return base64.b64encode(json.dumps(["v2", rows.sort_key(row)]).encode()).decode()


def _page_bounds(rows: Rows, arguments: Arguments) -> tuple[int, int]:
    """The positions [start, end) of a page."""
    start, end = 0, len(rows.rows)
    cursors = [_cursor_of(rows, row) for row in rows.rows] if arguments.keys() & {"after", "before"} else []
    for name in ("after", "before"):
        cursor = arguments.get(name)
        if cursor is None:
            continue
        if cursor not in cursors:
            raise Refusal(f"`{cursor}` does not appear to be a valid cursor.", "INVALID_CURSOR_ARGUMENTS")
        position = cursors.index(cursor)
        start, end = (position + 1, end) if name == "after" else (start, position)
    if arguments.get("first") is not None:
        return start, min(end, start + arguments["first"])
    return (max(start, end - arguments["last"]), end) if arguments.get("last") is not None else (start, end)
