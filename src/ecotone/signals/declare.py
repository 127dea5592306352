"""The declaration of a signal: a decorated function with its formula, its texts and its example."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import ibis.expr.types as ir

from ecotone.foundation.declaration import Declaration, Example, first_docstring_paragraph
from ecotone.signals.coverage import Input

Build = Callable[..., ir.Table]

THEMES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "activity": ("Activity", "活跃度"),
        "newcomers": ("Coming and going", "人员进出"),
        "core": ("Core team", "核心团队"),
        "pulls": ("Pull requests and issues", "拉取请求与议题"),
        "conversation": ("Issues, comments and reviews", "议题、评论与评审"),
        "organisations": ("Organisations and concentration", "组织与集中度"),
        "interaction": ("Interaction between organisations", "组织间互动"),
        "influence": ("Influence", "影响力"),
        "stack": ("Technologies of applications", "应用的技术栈"),
        "actors": ("Bots and AI agents", "机器人与 AI 智能体"),
    }
)
"""Title of each theme in English and Chinese, in the order readers see."""


NOT_OBSERVED: Final = ("the month was not observed", "该月未被观测")
"""What an empty cell means by default, in English and Chinese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlySignal(Declaration):
    """A declared monthly number (or name) of a project, however it is computed; columns of the table `signals`.

    formula     name and version; a changed definition gets a new one
    null_means  what an empty cell means in an observed month
    when_empty  value of an observed month without events; None leaves it empty
    inputs      what it is computed from; its coverage is the worst of theirs (`coverage`, `empty_cells`)
    bounds      whether it has a `low` and a `high`
    text        whether the value is a name, not a number
    theme       a key of `THEMES`
    reads       the tables it is computed from, by name
    """

    formula: str
    null_means: str
    null_means_zh: str
    theme: str
    reads: tuple[str, ...]
    when_empty: int | None = None
    inputs: tuple[Input, ...] = ("git",)
    bounds: bool = False
    text: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the public table `signals` that this signal fills."""
        return (self.name, f"{self.name}_low", f"{self.name}_high") if self.bounds else (self.name,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal(MonthlySignal):
    """A signal that is an expression over tables.

    reads  the tables the function takes, by parameter name
    build  from those tables to (project, month, value[, low, high]), one row a project-month
    """

    build: Build


def signal(
    *,
    title: str,
    title_zh: str,
    unit: str,
    unit_zh: str,
    definition_zh: str,
    source: str,
    theme: str,
    example: Example,
    source_zh: str = "",
    null_means: str = NOT_OBSERVED[0],
    null_means_zh: str = NOT_OBSERVED[1],
    formula: str | None = None,
    when_empty: int | None = None,
    inputs: tuple[Input, ...] = ("git",),
    bounds: bool = False,
    text: bool = False,
) -> Callable[[Build], Signal]:
    """Make a function from tables to (project, month, value) a signal.

    The function's name is the signal's, its docstring's first paragraph the definition, its parameters the
    tables it reads. A signal with `when_empty` is empty only where the month was not observed.
    """

    def declare_signal(build: Build) -> Signal:
        return Signal(
            name=build.__name__,
            title=title,
            title_zh=title_zh,
            unit=unit,
            unit_zh=unit_zh,
            definition=first_docstring_paragraph(build.__doc__),
            definition_zh=definition_zh,
            source=source,
            source_zh=source_zh,
            example=example,
            formula=formula or f"{build.__name__}/ecotone-1",
            null_means=null_means,
            null_means_zh=null_means_zh,
            when_empty=when_empty,
            inputs=inputs,
            bounds=bounds,
            text=text,
            theme=theme,
            reads=tuple(inspect.signature(build).parameters),
            build=build,
        )

    return declare_signal
