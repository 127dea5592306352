"""Answer GraphQL queries over declared types: fields, connections, fragments, and costs and errors as at the forge."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ecotone.simulation.feeds.serving import graphql_syntax as syntax
from ecotone.simulation.feeds.serving.graphql_syntax import Enum, Field, Fragment, Selection, Spread, Variable

NODES: Final = 500_000
PAGE: Final = 100
POINTS: Final = 100  # requests that cost one point

Json = dict[str, Any]
Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Spec:
    """A field of a type.

    returns     the name of a type; "" for a plain value; a bracketed name for a list
    resolve     (object, arguments) -> value; None is null
    connection  its value is a `Rows`
    """

    returns: str
    resolve: Callable[[Any, Arguments], Any]
    connection: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """What a connection goes through.

    rows      in their order
    total     what the forge says there is; None: as many as rows
    extra     further fields of the connection
    """

    rows: Sequence[Any]
    key: Callable[[Any], Any]
    total: int | None = None
    extra: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Schema:
    """Types by name.

    typename  of a value whose declared type is abstract
    abstract  the members of abstract types, and the fields that may be asked of them as such
    """

    types: Mapping[str, Mapping[str, Spec]]
    abstract: Mapping[str, frozenset[str]]
    common: Mapping[str, frozenset[str]]
    typename: Callable[[Any], str]


class Refusal(Exception):
    """The whole query is refused."""

    def __init__(self, message: str, kind: str | None = None, **more: Any) -> None:
        super().__init__(message)
        self.error: Json = {"message": message} | ({"type": kind} if kind else {}) | more


class Missing(Exception):
    """One thing is not there: null, with an error."""


@dataclass(slots=True)
class Cost:
    """What a query may bring: nodes, and requests that the forge would make for them."""

    nodes: int = 0
    requests: int = 0

    @property
    def points(self) -> int:
        """What it takes of the hour's allowance."""
        return max(1, round(self.requests / POINTS))


class Execution:
    """One query on its way through the types."""

    def __init__(self, schema: Schema, text: str, variables: Arguments, operation: str | None) -> None:
        self.schema = schema
        try:
            self.document = syntax.parse(text)
        except (syntax.SyntaxProblem, ValueError) as error:
            raise Refusal(str(error)) from None
        self.operation = self._chosen(operation)
        missing = sorted(self.operation.demanded - {name for name, value in variables.items() if value is not None})
        if missing:
            raise Refusal(f"Variable ${missing[0]} of type String! was provided invalid value")
        self.variables = {**dict.fromkeys(self.operation.declared), **self.operation.defaults, **variables}
        self.errors: list[Json] = []
        self.cost = Cost()
        self._check("Query", self.operation.selections, ["query"], 1)
        if self.cost.nodes > NODES:
            raise Refusal(
                f"This query requests up to {self.cost.nodes:,} possible nodes which exceeds the limit of {NODES:,}.",
                "MAX_NODE_LIMIT_EXCEEDED",
            )

    def run(self, root: Any) -> Json:
        """The data; what is missing is null and told in `errors`."""
        return self._object("Query", root, self.operation.selections, [])

    def _chosen(self, name: str | None) -> syntax.Operation:
        found = [one for one in self.document.operations if name is None or one.name == name]
        if len(found) != 1:
            raise Refusal("An operation name is required" if found else f'No operation named "{name}"')
        if found[0].kind != "query":
            raise Refusal(f"Schema is not configured for {found[0].kind}s")
        return found[0]

    def _check(self, type_name: str, selections: Sequence[Selection], path: list[str], times: int) -> None:
        """Every field is known, connections are bounded; adds up what the query may bring."""
        for field, owner in self._fields(type_name, selections):
            if field.name == "__typename":
                continue
            spec = self._spec(owner, field, path)
            where = [*path, field.key]
            below, inner = times, spec.returns.strip("[]")
            if spec.connection:
                size = self._size(field, where)
                self.cost.requests += times
                self.cost.nodes += times * size
                below = times * size
                self._check_connection(inner, field, where, below)
            elif inner:
                if not field.selections:
                    raise Refusal(
                        f"Field must have selections (field '{field.name}' returns {inner} but has no selections.)"
                    )
                self._check(inner, field.selections, where, below)
            elif field.selections:
                raise Refusal(f"Selections can't be made on scalars (field '{field.name}')")

    def _check_connection(self, inner: str, field: Field, path: list[str], times: int) -> None:
        for child, _ in self._fields(f"{inner}Connection", field.selections):
            if child.name == "nodes":
                self._check(inner, child.selections, [*path, child.key], times)
            elif child.name == "edges":
                for part, _ in self._fields(f"{inner}Edge", child.selections):
                    if part.name == "node":
                        self._check(inner, part.selections, [*path, child.key, part.key], times)

    def _size(self, field: Field, path: list[str]) -> int:
        arguments = self._arguments(field.arguments)
        found = [arguments[name] for name in ("first", "last") if arguments.get(name) is not None]
        asks = {child.name for child, _ in self._fields("Connection", field.selections)}
        if not found and not asks & {"nodes", "edges"}:
            return 0  # a total needs no page
        if len(found) != 1:
            raise Refusal(
                f"You must provide a `first` or `last` value to properly paginate the `{field.name}` connection.",
                "MISSING_PAGINATION_BOUNDARIES",
                path=path,
            )
        if not 0 <= found[0] <= PAGE:
            raise Refusal(
                f"Requesting {found[0]} records on `{field.name}` exceeds the limit of {PAGE} records.",
                "EXCESSIVE_PAGINATION",
                path=path,
            )
        return int(found[0])

    def _spec(self, type_name: str, field: Field, path: list[str]) -> Spec:
        members = sorted(self.schema.abstract.get(type_name, {type_name}))
        allowed = type_name not in self.schema.abstract or field.name in self.schema.common.get(type_name, frozenset())
        specs = [self.schema.types[name][field.name] for name in members if field.name in self.schema.types[name]]
        if not specs or not allowed:
            raise Refusal(
                f"Field '{field.name}' doesn't exist on type '{type_name}'",
                path=[*path, field.key],
                extensions={"code": "undefinedField", "typeName": type_name, "fieldName": field.name},
            )
        return specs[0]

    def _fields(
        self, type_name: str, selections: Sequence[Selection], actual: str | None = None
    ) -> Iterator[tuple[Field, str]]:
        """The fields of a selection with the type they are asked of; `actual`: only what holds for this type."""
        for one in selections:
            if not self._wanted(one.directives):
                continue
            if isinstance(one, Field):
                yield one, type_name
                continue
            fragment = self._fragment(one)
            on = fragment.on or type_name
            if on not in self.schema.types and on not in self.schema.abstract:
                raise Refusal(f"No such type {on}, so it can't be a fragment condition")
            if actual is None or actual == on or actual in self.schema.abstract.get(on, frozenset()):
                yield from self._fields(on, fragment.selections, actual)

    def _fragment(self, one: Fragment | Spread) -> Fragment:
        if isinstance(one, Fragment):
            return one
        if one.name not in self.document.fragments:
            raise Refusal(f"Fragment {one.name} was used, but not defined")
        return self.document.fragments[one.name]

    def _wanted(self, directives: Sequence[syntax.Directive]) -> bool:
        for one in directives:
            holds = bool(self._arguments(one.arguments).get("if"))
            if (one.name == "include" and not holds) or (one.name == "skip" and holds):
                return False
        return True

    def _arguments(self, arguments: Arguments) -> Json:
        return {name: self._plain(value) for name, value in arguments.items()}

    def _plain(self, value: Any) -> Any:
        if isinstance(value, Variable):
            if value.name not in self.variables:
                raise Refusal(f"Variable ${value.name} is used by anonymous query but not declared")
            return self.variables[value.name]
        if isinstance(value, Enum):
            return value.name
        if isinstance(value, list):
            return [self._plain(one) for one in value]
        if isinstance(value, dict):
            return {name: self._plain(one) for name, one in value.items()}
        return value

    def _object(self, type_name: str, value: Any, selections: Sequence[Selection], path: list[Any]) -> Json:
        actual = self.schema.typename(value) if type_name in self.schema.abstract else type_name
        found: Json = {}
        for field, _ in self._fields(type_name, selections, actual):
            if field.name == "__typename":
                found[field.key] = actual
                continue
            spec = self.schema.types[actual][field.name]
            where = [*path, field.key]
            try:
                result = spec.resolve(value, self._arguments(field.arguments))
            except Missing as missing:
                self.errors.append({"type": "NOT_FOUND", "path": where, "message": str(missing)})
                result = None
            made = self._value(spec, result, field, where)
            merge = isinstance(made, dict) and isinstance(found.get(field.key), dict)
            found[field.key] = found[field.key] | made if merge else made
        return found

    def _value(self, spec: Spec, result: Any, field: Field, path: list[Any]) -> Any:
        if result is None or not spec.returns:
            return result
        if spec.connection:
            return self._connection(spec.returns, result, field, path)
        if spec.returns.startswith("["):
            return self._list(spec.returns.strip("[]"), result, field, path)
        return self._object(spec.returns, result, field.selections, path)

    def _list(self, inner: str, result: Sequence[Any], field: Field, path: list[Any]) -> list[Json | None]:
        """A list; what is a `Missing` in it is null and told."""
        found: list[Json | None] = []
        for place, one in enumerate(result):
            if isinstance(one, Missing):
                self.errors.append({"type": "NOT_FOUND", "path": [*path, place], "message": str(one)})
                found.append(None)
            else:
                found.append(self._object(inner, one, field.selections, [*path, place]))
        return found

    def _connection(self, inner: str, rows: Rows, field: Field, path: list[Any]) -> Json:
        arguments = self._arguments(field.arguments)
        start, end = _window(rows, arguments)
        page = rows.rows[start:end]
        found: Json = {}
        for child, _ in self._fields(f"{inner}Connection", field.selections):
            where = [*path, child.key]
            if child.name == "nodes":
                made: Any = [self._object(inner, one, child.selections, [*where, at]) for at, one in enumerate(page)]
            elif child.name == "edges":
                made = [self._edge(inner, rows, one, child, [*where, at]) for at, one in enumerate(page)]
            elif child.name == "pageInfo":
                info = {
                    "hasNextPage": end < len(rows.rows),
                    "hasPreviousPage": start > 0,
                    "startCursor": _cursor(rows, page[0]) if page else None,
                    "endCursor": _cursor(rows, page[-1]) if page else None,
                }
                made = {one.key: info[one.name] for one, _ in self._fields("PageInfo", child.selections)}
            elif child.name == "totalCount":
                made = len(rows.rows) if rows.total is None else rows.total
            elif rows.extra is not None and child.name in rows.extra:
                made = rows.extra[child.name]
            else:
                made = f"{inner}Connection" if child.name == "__typename" else None
            found[child.key] = made
        return found

    def _edge(self, inner: str, rows: Rows, one: Any, field: Field, path: list[Any]) -> Json:
        found: Json = {}
        for part, _ in self._fields(f"{inner}Edge", field.selections):
            if part.name == "node":
                found[part.key] = self._object(inner, one, part.selections, [*path, part.key])
            elif part.name == "cursor":
                found[part.key] = _cursor(rows, one)
        return found


def _cursor(rows: Rows, one: Any) -> str:
    return base64.b64encode(json.dumps(["v2", rows.key(one)]).encode()).decode()


def _window(rows: Rows, arguments: Arguments) -> tuple[int, int]:
    """The part of the rows that the arguments want: [start, end)."""
    start, end = 0, len(rows.rows)
    for name in ("after", "before"):
        cursor = arguments.get(name)
        if cursor is None:
            continue
        try:
            key = json.loads(base64.b64decode(cursor))[1]
        except (ValueError, LookupError):
            raise Refusal(f"`{cursor}` does not appear to be a valid cursor.", "INVALID_CURSOR_ARGUMENTS") from None
        keys = [json.loads(json.dumps(rows.key(one))) for one in rows.rows]
        place = keys.index(key) if key in keys else (end if name == "before" else -1)
        start, end = (place + 1, end) if name == "after" else (start, place)
    if arguments.get("first") is not None:
        return start, min(end, start + arguments["first"])
    return (max(start, end - arguments["last"]), end) if arguments.get("last") is not None else (start, end)
