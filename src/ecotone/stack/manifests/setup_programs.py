"""Follow the lists of packages in a setup.py that is parsed, never run: literals, names, sums and calls that add."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Final

from ecotone.stack.manifests.declared import UnreadableManifest

_LONGEST_SETUP: Final = 1 << 17
_MOST_TEXTS: Final = 1_500
"""Texts of one list; a list that is added to itself doubles with each line."""
_DEEPEST: Final = 60

Texts = tuple[str, ...]
Value = Texts | dict[str, Texts]
"""A list of texts, or a table of such lists."""
_BRANCHES: Final = (ast.If, ast.Try, ast.With, ast.For, ast.While)


def find_setup_arguments(text: str) -> Iterator[tuple[str, Value]]:
    """Name and value of each argument of the calls of `setup`. Raises UnreadableManifest.

    What only a running program knows is left out; of branches, each is taken.

    >>> list(find_setup_arguments("A = ['flask']\\nA += ['rich']\\nsetup(name='x', **{'install_requires': A})"))
    [('name', ('x',)), ('install_requires', ('flask', 'rich'))]
    """
    if len(text) > _LONGEST_SETUP:
        raise UnreadableManifest(f"a setup.py of more than {_LONGEST_SETUP} characters")
    try:
        tree = ast.parse(text)
        program = _SetupProgram()
        program.run_statements(tree.body)
        program.run_functions()
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise UnreadableManifest(str(error)[:200]) from None
    yield from program.arguments


class _SetupProgram:
    """The values of names, line by line.

    arguments  name and value of each argument of `setup`
    """

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.functions: dict[str, ast.FunctionDef] = {}
        self.arguments: list[tuple[str, Value]] = []
        self._called: set[str] = set()
        self._depth = 0

    def run_functions(self) -> None:
        """The bodies of functions, which may call `setup` with names of the module."""
        for function in list(self.functions.values()):
            if any(isinstance(node, ast.Call) and _is_setup(node) for node in ast.walk(function)):
                self.run_statements(function.body)

    def run_statements(self, statements: Iterable[ast.stmt], *, is_certain: bool = True) -> None:
        """Follow assignments and calls; where they are not certain, a name keeps its earlier value too."""
        for statement in statements:
            if isinstance(statement, ast.FunctionDef):
                self.functions[statement.name] = statement
            elif isinstance(statement, ast.Assign):
                for target in statement.targets:
                    self._assign(target, statement.value, is_certain)
            elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
                self._assign(statement.target, statement.value, is_certain)
            elif isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add | ast.BitOr):
                self._assign(statement.target, statement.value, is_certain=False)
            elif isinstance(statement, ast.Expr | ast.Return) and isinstance(statement.value, ast.Call):
                self._call(statement.value)
            elif isinstance(statement, _BRANCHES):
                if isinstance(statement, ast.For):
                    self._assign(statement.target, statement.iter, is_certain=False)
                self._depth += 1
                for part in ("body", "orelse", "finalbody") if self._depth < _DEEPEST else ():
                    certain = is_certain and isinstance(statement, ast.With)
                    self.run_statements(getattr(statement, part, ()), is_certain=certain)
                for handler in getattr(statement, "handlers", ()):
                    self.run_statements(handler.body, is_certain=False)
                self._depth -= 1

    def _assign(self, target: ast.expr, node: ast.expr, is_certain: bool) -> None:
        value = self._evaluate(node)
        if isinstance(target, ast.Name):
            self.values[target.id] = value if is_certain else _add(self.values.get(target.id, ()), value)
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            table, key = self.values.get(target.value.id), self._evaluate(target.slice)
            if isinstance(table, dict) and isinstance(key, tuple) and len(key) == 1 and isinstance(value, tuple):
                before = () if is_certain else table.get(key[0], ())
                self.values[target.value.id] = table | {key[0]: _add_texts(before, value)}

    def _call(self, call: ast.Call) -> None:
        """A call as a statement: of `setup`, or one that adds to a list or table."""
        if _is_setup(call):
            for keyword in call.keywords:
                value = self._evaluate(keyword.value)
                if keyword.arg:
                    self.arguments.append((keyword.arg, value))
                elif isinstance(value, dict):
                    self.arguments += _nested_arguments(value)
        elif isinstance(call.func, ast.Attribute) and call.func.attr in ("append", "extend", "update", "insert", "add"):
            for argument in call.args[-1:]:
                self._assign(call.func.value, argument, is_certain=False)
        else:
            self._join(call.args)

    def _evaluate(self, node: ast.expr) -> Value:
        """The texts or the table of an expression; no texts if only a running program knows."""
        self._depth += 1
        try:
            return self._evaluate_node(node) if self._depth < _DEEPEST else ()
        finally:
            self._depth -= 1

    def _evaluate_node(self, node: ast.expr) -> Value:
        if isinstance(node, ast.Constant):
            return (node.value,) if isinstance(node.value, str) else ()
        if isinstance(node, ast.Name):
            return self.values.get(node.id, ())
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return self._join(node.elts)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.BitOr):
            return self._evaluate_sum(node)
        if isinstance(node, ast.IfExp):
            return _add(self._evaluate(node.body), self._evaluate(node.orelse))
        if isinstance(node, ast.Starred):
            return self._evaluate(node.value)
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
            return self._evaluate(node.generators[0].iter)
        if isinstance(node, ast.Dict):
            return self._evaluate_table(node)
        if isinstance(node, ast.Subscript):
            table, key = self._evaluate(node.value), self._evaluate(node.slice)
            return table.get("".join(key), ()) if isinstance(table, dict) and isinstance(key, tuple) else ()
        return self._evaluate_call(node) if isinstance(node, ast.Call) else ()

    def _evaluate_sum(self, node: ast.BinOp) -> Value:
        """A sum of any length, without nesting as deep."""
        parts: list[ast.expr] = []
        current: ast.expr = node
        while isinstance(current, ast.BinOp) and isinstance(current.op, ast.Add | ast.BitOr):
            parts.append(current.right)
            current = current.left
        total = self._evaluate(current)
        for part in reversed(parts):
            total = _add(total, self._evaluate(part))
        return total

    def _evaluate_table(self, node: ast.Dict) -> Value:
        table: dict[str, Texts] = {}
        for key, item in zip(node.keys, node.values, strict=True):
            value = self._evaluate(item)
            if key is None and isinstance(value, dict):
                table |= value
            elif isinstance(key, ast.Constant) and isinstance(key.value, str):
                if isinstance(value, dict):  # a table within a table: the arguments of `setup`
                    table |= {f"{key.value}\0{name}": texts for name, texts in value.items()}
                else:
                    table[key.value] = value
        return table

    def _evaluate_call(self, call: ast.Call) -> Value:
        """list, tuple, set, sorted, dict and functions of the program, and a text that is split."""
        if _is_setup(call):
            self._call(call)
        if isinstance(call.func, ast.Attribute):
            whole = (
                self._evaluate(call.func.value) if call.func.attr in ("split", "splitlines", "copy", "strip") else ()
            )
            is_split = call.func.attr == "split" and not call.args and isinstance(whole, tuple)
            return tuple(word for text in whole for word in text.split()) if is_split else whole
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name in ("list", "tuple", "set", "sorted") and call.args:
            return self._evaluate(call.args[0])
        if name == "dict":
            keywords: list[ast.expr | None] = [ast.Constant(each.arg) if each.arg else None for each in call.keywords]
            return self._evaluate_table(ast.Dict([*(None for _ in call.args), *keywords],
                                                 [*call.args, *(each.value for each in call.keywords)]))  # fmt: skip
        if name in self.functions and name not in self._called:
            return self._evaluate_function(name)
        return ()

    def _evaluate_function(self, name: str) -> Value:
        """What a function of the program may return, once; its own names are forgotten."""
        self._called.add(name)
        before, total = dict(self.values), None
        self.run_statements(self.functions[name].body)
        for node in ast.walk(self.functions[name]):
            if isinstance(node, ast.Return) and node.value is not None:
                value = self._evaluate(node.value)
                total = value if total is None else _add(total, value)
        self.values = before
        return total or ()

    def _join(self, nodes: Iterable[ast.expr]) -> Texts:
        texts: list[str] = []
        for node in nodes:
            value = self._evaluate(node)
            texts += value if isinstance(value, tuple) else ()
            if len(texts) > _MOST_TEXTS:
                break
        return tuple(texts[:_MOST_TEXTS])


def _is_setup(call: ast.Call) -> bool:
    return "setup" in (getattr(call.func, "id", ""), getattr(call.func, "attr", ""))


def _nested_arguments(table: dict[str, Texts]) -> Iterator[tuple[str, Value]]:
    """The arguments in a table that a call unpacks; tables within it have keys with a zero byte."""
    nested: dict[str, dict[str, Texts]] = {}
    for key, texts in table.items():
        outer, inside, name = key.partition("\0")
        if inside:
            nested.setdefault(outer, {})[name] = texts
        else:
            yield outer, texts
    yield from nested.items()


def _add(first: Value, second: Value) -> Value:
    if isinstance(first, dict) and isinstance(second, dict):
        return first | second
    if isinstance(first, tuple) and isinstance(second, tuple):
        return _add_texts(first, second)
    return second or first


def _add_texts(first: Texts, second: Texts) -> Texts:
    return tuple(dict.fromkeys((*first, *second)))[:_MOST_TEXTS]
