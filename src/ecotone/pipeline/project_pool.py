"""Runs steps that need one project alone, in several processes; results of the same inputs are kept between runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Final

import pyarrow as pa
import xxhash

from ecotone.foundation.errors import DamagedFile
from ecotone.foundation.machine import processor_count
from ecotone.pipeline.worker_processes import start_processes
from ecotone.store.partitions import Partitions, digest_values

Tables = Mapping[str, pa.Table]
StepFunction = Callable[..., Tables]

CODE_FILES: Final = (".py", ".toml", ".tsv", ".sql")
ROWS_OF_ONE_PROCESS: Final = 100_000
"""With fewer rows to read, starting processes takes longer than the work."""


@dataclass(frozen=True, slots=True)
class ProjectTask:
    """The work of a step for one project.

    subject    the project, or another name that stands for the rows of the task
    arguments  of the step's function
    inputs     what the result depends on, if that is not the arguments themselves
    rows       about how many rows the task reads
    """

    subject: str
    arguments: tuple[object, ...]
    inputs: tuple[object, ...] = ()
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Partition:
    """The kept result of one task, read when it is needed."""

    store: Partitions
    step: str
    subject: str
    digest: str

    def read_tables(self, *names: str) -> dict[str, pa.Table]:
        """The tables of these names, or all of them. Raises DamagedFile, and removes the partition."""
        tables = self.store.read_partition(self.step, self.subject, self.digest, names or None)
        if tables is None:
            folder = self.store.partition_folder(self.step, self.subject, self.digest)
            self.store.remove_partition(folder)
            raise DamagedFile(f"{folder} is damaged and was removed. Run the same command again to compute it anew.")
        return tables

    def read_table(self, name: str) -> pa.Table:
        """One of its tables."""
        return self.read_tables(name)[name]

    def write_tables(self, tables: Tables) -> None:
        """Keep the result. Raises DiskFull."""
        self.store.write_partition(self.step, self.subject, self.digest, tables)


Elsewhere = Callable[[StepFunction, Sequence[tuple[ProjectTask, Partition]], Callable[[int], None]], None]
"""Computes tasks on other machines and keeps the results; it reports the number done."""


class ProjectPool:
    """Keeps the result of each step and project in a folder; computes those whose inputs have changed.

    Used as a context: the processes end with it, and if it ends without an error, results that it did not use are
    removed.

    progress   called with a step's name, the number of projects done, and their number
    processes  at most so many; None: one for each processor
    elsewhere  computes what has changed on other machines; None: here
    """

    def __init__(
        self,
        folder: Path,
        progress: Callable[[str, int, int], None] | None = None,
        processes: int | None = None,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self._elsewhere = elsewhere
        self._kept = Partitions(folder)
        self._progress = progress or (lambda _step, _done, _total: None)
        self._processes = processes or processor_count()
        self._executor: ProcessPoolExecutor | None = None
        self._used: set[tuple[str, str, str]] = set()
        self.computed: dict[str, int] = {}

    def __enter__(self) -> ProjectPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=kind is None, cancel_futures=True)
            self._executor = None
        if kind is None:
            self._kept.remove_others(self._used)

    def run_step(self, step: StepFunction, tasks: Sequence[ProjectTask]) -> list[Partition]:
        """The result of each task, in their order; the step is a function at the top of a module."""
        partitions, missing = self._find_missing(step.__name__, tasks)
        if missing and self._elsewhere is not None:
            self._elsewhere(step, missing, lambda done: self._report_progress(step, done, len(missing)))
        elif missing and not self._run_in_processes(step, missing):
            for done, (task, partition) in enumerate(missing, 1):
                if not self._is_kept(partition):  # a broken pool has finished some
                    _compute_partition(step, task.arguments, partition)
                self._report_progress(step, done, len(missing))
        return partitions

    def run_together(
        self, name: str, step: Callable[[Sequence[ProjectTask]], Mapping[str, Tables]], tasks: Sequence[ProjectTask]
    ) -> list[Partition]:
        """The same for a step that computes the tables of all changed projects at once, by subject."""
        partitions, missing = self._find_missing(name, tasks)
        if missing:
            computed = step([task for task, _ in missing])
            for task, partition in missing:
                partition.write_tables(computed[task.subject])
        return partitions

    def _find_missing(
        self, name: str, tasks: Iterable[ProjectTask]
    ) -> tuple[list[Partition], list[tuple[ProjectTask, Partition]]]:
        partitions, missing = [], []
        for task in tasks:
            digest = digest_values(code_digest(), *(task.inputs or task.arguments))
            partition = Partition(self._kept, name, task.subject, digest)
            self._used.add((name, task.subject, digest))
            partitions.append(partition)
            if not self._is_kept(partition):
                missing.append((task, partition))
        self.computed[name] = len(missing)
        return partitions, missing

    def _is_kept(self, partition: Partition) -> bool:
        return self._kept.has_partition(partition.step, partition.subject, partition.digest)

    def _run_in_processes(self, step: StepFunction, missing: Sequence[tuple[ProjectTask, Partition]]) -> bool:
        """Whether the tasks were worth several processes, and these did all of them."""
        if self._processes < 2 or len(missing) < 2 or sum(task.rows for task, _ in missing) < ROWS_OF_ONE_PROCESS:
            return False
        executor = self._start_processes()
        # the largest first, so that no long task starts last
        order = sorted(missing, key=lambda pair: -pair[0].rows)
        try:
            waiting = [executor.submit(_compute_partition, step, task.arguments, own) for task, own in order]
            for done, future in enumerate(as_completed(waiting), 1):
                future.result()
                self._report_progress(step, done, len(missing))
        except BrokenProcessPool:
            executor.shutdown(wait=False, cancel_futures=True)
            self._executor = None
            return False
        return True

    def _report_progress(self, step: StepFunction, done: int, total: int) -> None:
        """Report every tenth part of a step; there are several steps, and a line of a log for each report."""
        if done % max(total // 10, 1) == 0 or done == total:
            self._progress(step.__name__.replace("_", " "), done, total)

    def _start_processes(self) -> ProcessPoolExecutor:
        if self._executor is None:
            self._executor = start_processes(self._processes, [__name__, "ecotone.pipeline.interaction_tables"])
        return self._executor


@lru_cache(maxsize=1)
def code_digest() -> str:
    """A digest of the code and rules of this version of Ecotone: results of other code are not used."""
    digest = xxhash.xxh3_128()
    for path in sorted(Path(__file__).parents[1].rglob("*")):
        if path.suffix in CODE_FILES:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _compute_partition(step: StepFunction, arguments: tuple[object, ...], partition: Partition) -> None:
    partition.write_tables(step(*arguments))
