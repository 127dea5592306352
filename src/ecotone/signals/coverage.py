"""How completely each signal was observed: in a month of a project, the worst state of the inputs that it declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.text_codes import whole_codes

Input = Literal["git", "pull_request_heads", "landed_requests", "thread_numbers", "manifests", "conversation", "stars"]

COMPLETE, PARTIAL, DAMAGED, NOT_OBSERVED = STATES = ("complete", "partial", "damaged", "not_observed")
"""States of a month, the best first."""

INPUTS: Final[tuple[Input, ...]] = (
    "git", "pull_request_heads", "landed_requests", "thread_numbers", "manifests", "conversation", "stars",
)  # fmt: skip
"""What signals are computed from; the table `coverage` has rows of each, the spine of months a column."""

FEED_INPUTS: Final[Mapping[Input, frozenset[str]]] = MappingProxyType(
    {
        "conversation": frozenset({"issue_opened", "pull_opened", "comment", "review"}),
        "stars": frozenset({"star"}),  # feeds that tell stars tell forks too
    }
)
"""Inputs that any feed with these kinds of events supplies: their state is that of the best such feed."""

SIGNAL_COVERAGE_SCHEMA: Final = pa.schema(
    [("project", pa.string()), ("month", pa.date32()), ("signal", pa.string()), ("state", pa.string())]
)

Codes = npt.NDArray[np.int8]
InputStates = Mapping[tuple[str, date, str], str]
"""The state of (project, month, input)."""

_CODE: Final = {state: code for code, state in enumerate(STATES)}


def state_column(name: str) -> str:
    """The column of the spine of months that holds an input's state."""
    return f"{name}_state"


def feed_input_rows(coverage: pa.Table, event_kinds: Mapping[str, frozenset[str]]) -> list[dict[str, Any]]:
    """Rows of the table `coverage` for the inputs that feeds supply: the best feed of each repository and month.

    coverage     project, source, repository, month, state; rows of feeds
    event_kinds  feed -> the kinds of events that it can supply
    """
    rows = coverage.select(["project", "source", "repository", "month", "state"]).to_pylist()
    result = []
    for name, kinds in FEED_INPUTS.items():
        best: dict[tuple[str, str, date], int] = {}
        for row in rows:
            if kinds <= event_kinds.get(row["source"], frozenset()):
                key = (row["project"], row["repository"], row["month"])
                best[key] = min(best.get(key, len(STATES)), _CODE[row["state"]])
        result += [
            {
                "project": project, "source": name, "repository": repository, "month": month, "state": STATES[code],
                "note": "",
            }
            for (project, repository, month), code in sorted(best.items())
        ]  # fmt: skip
    return result


def input_states(coverage: pa.Table) -> InputStates:
    """The state of every project, month and source of the table `coverage`, over the project's repositories."""
    states: dict[tuple[str, date, str], str] = {}
    several: dict[tuple[str, date, str], set[str]] = {}
    columns = (_shared_values(coverage[name]) for name in ("project", "month", "source", "state"))
    for project, month, source, state in zip(*columns, strict=True):
        key = (project, month, source)
        if states.setdefault(key, state) != state:
            several.setdefault(key, {states[key]}).add(state)
    return states | {key: combined_state(listed) for key, listed in several.items()}


def _shared_values(column: pa.ChunkedArray) -> Iterator[Any]:
    """The values of a column; equal ones are one object, as there are millions."""
    codes = whole_codes(column)
    return map(codes.dictionary.to_pylist().__getitem__, codes.indices.to_pylist())


def combined_state(states: Iterable[str]) -> str:
    """The state of several repositories together: complete, or not observed, if all are.

    >>> combined_state(["complete", "not_observed"]), combined_state(["complete", "damaged"])
    ('partial', 'damaged')
    """
    distinct = set(states)
    if len(distinct) == 1:
        return distinct.pop()
    return DAMAGED if DAMAGED in distinct else PARTIAL


def add_input_columns(months: pa.Table, states: InputStates) -> pa.Table:
    """The spine of months with a column for the state of each input; not observed where nothing is known."""
    keys = list(zip(months["project"].to_pylist(), months["month"].to_pylist(), strict=True))
    for name in INPUTS:
        column = [states.get((project, month, name), NOT_OBSERVED) for project, month in keys]
        months = months.append_column(state_column(name), pa.array(column, pa.string()))
    return months


def signal_coverage(
    months: Sequence[tuple[str, date]],
    states: InputStates,
    inputs: Mapping[str, Sequence[str]],
    counts: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> pa.Table:
    """Public table `signal_coverage`: the state of every signal in every project-month.

    SIGNAL_COVERAGE_SCHEMA, texts as codes.

    months  (project, month), in the order of the table
    inputs  signal -> the inputs it declares
    counts  signal -> sources whose monthly counts may stand in for the feeds
    """
    names = list(inputs)
    codes = np.zeros((len(months), len(names)), np.int8)
    known: dict[str, Codes] = {}

    def codes_of(source: str) -> Codes:
        if source not in known:
            column = [_CODE[states.get((*key, source), NOT_OBSERVED)] for key in months]
            known[source] = np.array(column, np.int8)
        return known[source]

    for index, name in enumerate(names):
        for source in inputs[name]:
            column = codes_of(source)
            if source in FEED_INPUTS:
                for counting in counts.get(name, ()):
                    column = np.minimum(column, codes_of(counting))
            codes[:, index] = np.maximum(codes[:, index], column)
    projects = pa.array([project for project, _ in months], pa.string()).dictionary_encode()
    first_days = pa.array([month for _, month in months], pa.date32()).cast(pa.int32())
    number, count = np.arange(len(names), dtype=np.int32), len(names)
    return pa.table(
        [
            pa.DictionaryArray.from_arrays(np.repeat(projects.indices.to_numpy(), count), projects.dictionary),
            pa.array(np.repeat(first_days.to_numpy(), count), pa.int32()).cast(pa.date32()),
            pa.DictionaryArray.from_arrays(np.tile(number, len(months)), pa.array(names, pa.string())),
            pa.DictionaryArray.from_arrays(codes.ravel().astype(np.int32), pa.array(STATES, pa.string())),
        ],
        names=SIGNAL_COVERAGE_SCHEMA.names,
    )


def states_of_rows(signals: pa.Table, coverage: pa.Table | None, signal: str) -> list[str]:
    """The state of one signal in each row of the table `signals`.

    coverage  the table `signal_coverage`; without it, or for a signal that it does not have, git's state counts
    """
    states: list[str] = signals["coverage"].to_pylist()
    own = {} if coverage is None else states_of_signal(coverage, signal)
    if not own:
        return states
    keys = zip(signals["project"].to_pylist(), signals["month"].to_pylist(), strict=True)
    return [own.get(key, NOT_OBSERVED) for key in keys]


def states_of_signal(coverage: pa.Table, signal: str) -> dict[tuple[str, date], str]:
    """(project, month) -> the state of one signal, from the table `signal_coverage`."""
    rows = coverage.filter(pc.field("signal") == signal)
    columns = (rows[name].to_pylist() for name in ("project", "month", "state"))
    return {(project, month): state for project, month, state in zip(*columns, strict=True)}
