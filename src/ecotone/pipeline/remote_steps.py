"""Steps of single projects on other machines: each task travels as one row and comes back as the tables it made.

A row holds everything that its task reads, so those machines need Ecotone of the same version, and no workspace.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final, cast

import pyarrow as pa

from ecotone.foundation.engine_choice import EngineChoice
from ecotone.foundation.errors import EngineFailed
from ecotone.pipeline.engines.open_engine import open_engine
from ecotone.pipeline.project_pool import Partition, ProjectTask, StepFunction, code_digest
from ecotone.pipeline.project_steps import ProjectInput

TASK_SCHEMA: Final = pa.schema([("task", pa.string()), ("content", pa.binary())])
RESULT_SCHEMA: Final = pa.schema([("task", pa.string()), ("name", pa.string()), ("content", pa.binary())])
BYTES_OF_A_QUESTION: Final = 1 << 27
"""Tasks that go to the engine together hold about so much, so that this machine needs no more for any number."""

TABLES_READ: Final[Mapping[str, Sequence[str]]] = {
    "read_histories": ("commits", "trailers", "pulls", "events", "identities", "squashed"),
    "project_meetings": ("areas", "commits", "identities"),
    "build_project_networks": ("edited",),
    "build_category_cohesion": ("measured",),
}
"""The tables that a step reads of what was collected, or of the results of other steps; others read none."""


@dataclass(frozen=True, slots=True)
class CarriedTables:
    """Tables that travel with a task, in place of the workspace or of a partition."""

    tables: Mapping[tuple[str, ...], pa.Table]

    def read_table(self, *key: str) -> pa.Table:
        """The table of a repository and name, or of a name."""
        return self.tables[key]

    def read_table_or(self, repository: str, name: str, default: pa.Table) -> pa.Table:
        """The same; `default` if the repository was collected without it."""
        return self.tables.get((repository, name), default)


def compute_elsewhere(
    choice: EngineChoice,
    step: StepFunction,
    missing: Sequence[tuple[ProjectTask, Partition]],
    report: Callable[[int], None],
) -> None:
    """Compute tasks on the engine's machines and keep their results. Raises EngineFailed.

    report  called with the number of tasks done
    """
    done = 0
    with closing(open_engine(choice, {})) as engine:
        for batch in _batches_of_tasks(step, missing):
            results = engine.each(batch, "task", perform_task, RESULT_SCHEMA)
            tables: dict[str, dict[str, pa.Table]] = {}
            for position, name, content in zip(*results.columns, strict=True):
                tables.setdefault(position.as_py(), {})[name.as_py()] = _read_stream(content.as_buffer())
            for position in batch["task"].to_pylist():
                if position not in tables:
                    raise EngineFailed(f"the engine {choice.at} returned nothing for a task of {step.__name__!r}")
                _, partition = missing[int(position)]
                partition.write_tables(tables[position])
            done += batch.num_rows
            report(done)


def perform_task(rows: pa.Table) -> pa.Table:
    """The tables that the task of one row makes: RESULT_SCHEMA."""
    (position,), (content,) = rows["task"].to_pylist(), rows["content"].to_pylist()
    digest, step, arguments = pickle.loads(content)  # noqa: S301 - this machine's own question
    if digest != code_digest():
        raise RuntimeError("the workers have another version of Ecotone")
    tables = step(*arguments)
    contents = [_write_stream(table).to_pybytes() for table in tables.values()]
    return pa.table([[position] * len(tables), list(tables), contents], schema=RESULT_SCHEMA)


def _batches_of_tasks(step: StepFunction, missing: Iterable[tuple[ProjectTask, Partition]]) -> Iterator[pa.Table]:
    rows: list[tuple[str, bytes]] = []
    for position, (task, _) in enumerate(missing):
        rows.append((str(position), _pack_task(step, task.make_arguments())))
        if sum(len(content) for _, content in rows) >= BYTES_OF_A_QUESTION:
            yield pa.table([*map(list, zip(*rows, strict=True))], schema=TASK_SCHEMA)
            rows = []
    if rows:
        yield pa.table([*map(list, zip(*rows, strict=True))], schema=TASK_SCHEMA)


def _pack_task(step: StepFunction, arguments: tuple[object, ...]) -> bytes:
    sink = io.BytesIO()
    _TaskPickler(sink, TABLES_READ.get(step.__name__, ())).dump((code_digest(), step, arguments))
    return sink.getvalue()


class _TaskPickler(pickle.Pickler):
    """Packs tables without the rows around a slice, and the tables of a workspace in place of its folder."""

    def __init__(self, sink: io.BytesIO, names: Sequence[str]) -> None:
        super().__init__(sink, pickle.HIGHEST_PROTOCOL)
        self._names = names

    def reducer_override(self, value: Any) -> Any:
        """How a value is packed, if not as usual."""
        if isinstance(value, pa.Table):
            return _read_stream, (_write_stream(value).to_pybytes(),)
        if isinstance(value, Partition):
            return CarriedTables, ({(name,): table for name, table in value.read_tables(*self._names).items()},)
        if isinstance(value, ProjectInput):
            return ProjectInput, (value.name, value.readings, self._carried_tables(value), value.elsewhere)
        return NotImplemented

    def _carried_tables(self, project: ProjectInput) -> CarriedTables:
        keys = [(reading.repository, name) for reading in project.readings for name in self._names]
        none = cast("pa.Table", None)
        tables = {key: project.collected.read_table_or(*key, none) for key in keys}
        return CarriedTables({key: table for key, table in tables.items() if table is not None})


def _write_stream(table: pa.Table) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd", unify_dictionaries=True)
    with pa.ipc.new_stream(sink, table.schema, options=options) as stream:
        stream.write_table(table)
    return sink.getvalue()


def _read_stream(content: bytes | pa.Buffer) -> pa.Table:
    return pa.ipc.open_stream(content).read_all()
