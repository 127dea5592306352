"""Runs steps that need one project alone, in several processes; results of the same inputs are kept between runs."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Final, TypeVar

import pyarrow as pa
import xxhash
from threadpoolctl import ThreadpoolController

from ecotone.foundation.errors import DamagedFile
from ecotone.foundation.machine import processor_count
from ecotone.foundation.text_codes import copy_rows
from ecotone.pipeline.worker_processes import start_processes
from ecotone.store.partitions import Partitions, digest_values

Tables = Mapping[str, pa.Table]
StepFunction = Callable[..., Tables]

STEP_MODULES: Final = ("ecotone.pipeline.interaction_tables", "ecotone.pipeline.landscape_tables")
"""Modules of the steps that take longest: processes begin with them."""
CODE_FILES: Final = (".py", ".toml", ".tsv", ".sql")
TASKS_OF_ONE_PROCESS: Final = 2
"""Tasks that wait for each process."""
RESULTS_READ_AHEAD: Final = 32
RESULTS_JOINED: Final = 500
ROWS_OF_ONE_PROCESS: Final = 100_000
"""With fewer rows to read, starting processes takes longer than the work."""
MOST_ROWS_BESIDE: Final = 4_000_000
"""With more rows to read, two works of all projects at a time need too much memory."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class ProjectTask:
    """The work of a step for one project.

    subject    the project, or another name that stands for the rows of the task
    arguments  of the step's function, or a function that makes them when they are needed
    inputs     what the result depends on, if that is not the arguments themselves, or a function that makes it
    rows       about how many rows the task reads
    """

    subject: str
    arguments: tuple[object, ...] | Callable[[], tuple[object, ...]]
    inputs: tuple[object, ...] | Callable[[], tuple[object, ...]] = ()
    rows: int = 0

    def make_arguments(self) -> tuple[object, ...]:
        """The arguments."""
        return self.arguments() if callable(self.arguments) else self.arguments

    def make_inputs(self) -> tuple[object, ...]:
        """What the result depends on."""
        return (self.inputs() if callable(self.inputs) else self.inputs) or self.make_arguments()


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


_StartedStep = tuple[StepFunction, list[Partition], list[tuple[ProjectTask, Partition]], Iterable[Future[None]]]


def read_results(results: Iterable[Partition], *names: str) -> Iterator[dict[str, pa.Table]]:
    """The tables of each result, in their order; several threads read the next ones meanwhile."""
    with ThreadPoolExecutor(processor_count()) as threads:
        reading: deque[Future[dict[str, pa.Table]]] = deque()
        for result in results:
            reading.append(threads.submit(result.read_tables, *names))
            if len(reading) > RESULTS_READ_AHEAD:
                yield reading.popleft().result()
        while reading:
            yield reading.popleft().result()


def join_results(results: Iterable[Partition], *names: str) -> dict[str, pa.Table]:
    """The tables of these names of all results, one result after another."""
    parts: dict[str, list[pa.Table]] = {name: [] for name in names}
    tables = read_results(results, *names)
    # a column of a small table needs more memory than its values
    while some := list(islice(tables, RESULTS_JOINED)):
        for name, joined in parts.items():
            joined.append(pa.concat_tables([own[name] for own in some]).combine_chunks())
    return {name: pa.concat_tables(joined) for name, joined in parts.items()}


class ProjectPool:
    """Keeps the result of each step and project in a folder; computes those whose inputs have changed.

    Used as a context: the processes end with it, and if it ends without an error, results that it did not use are
    removed.

    progress   called with a step's name, the number of projects done, and their number
    processes  at most so many; None: one for each processor
    elsewhere  computes the tasks of single projects on other machines; None: here
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
        self._thread = ThreadPoolExecutor(1)
        self._used: set[tuple[str, str, str]] = set()
        self.computed: dict[str, int] = {}

    def __enter__(self) -> ProjectPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(cancel_futures=True)
        if self._executor is not None:
            self._executor.shutdown(wait=kind is None, cancel_futures=True)
            self._executor = None
        if kind is None:
            self._kept.remove_others(self._used)

    def run_step(self, step: StepFunction, tasks: Sequence[ProjectTask]) -> list[Partition]:
        """The result of each task, in their order; the step is a function at the top of a module."""
        if self._elsewhere is None or len(tasks) < 2:
            return self._finish_step(*self._start_step(step, tasks, least_tasks=2))
        partitions, missing = self._find_missing(step.__name__, tasks)
        if missing:
            self._elsewhere(step, missing, lambda done: self._report_progress(step, done, len(missing)))
        return partitions

    def start_step(self, step: StepFunction, tasks: Sequence[ProjectTask]) -> Callable[[], list[Partition]]:
        """Begin a step in other processes, if they are worth it; the function returned waits for its results."""
        if self._elsewhere is not None and len(tasks) > 1:
            return partial(self.run_step, step, tasks)
        return partial(self._finish_step, *self._start_step(step, tasks, least_tasks=1))

    def start_beside(self, work: Callable[[], Result], rows: int) -> Callable[[], Result]:
        """Begin work that reads so many rows of all projects in a thread; the function returned waits for its result.

        It is done when it is asked for if both together would need too much memory.
        """
        return work if rows > MOST_ROWS_BESIDE else self._thread.submit(work).result

    def _start_step(self, step: StepFunction, tasks: Sequence[ProjectTask], least_tasks: int) -> _StartedStep:
        partitions, missing = self._find_missing(step.__name__, tasks)
        worth = len(missing) >= least_tasks and sum(task.rows for task, _ in missing) >= ROWS_OF_ONE_PROCESS
        if self._processes < 2 or not worth:
            return step, partitions, missing, ()
        # the largest first, so that no long task starts last
        order = iter(sorted(missing, key=lambda pair: -pair[0].rows))
        return step, partitions, missing, self._submit_tasks(step, order)

    def _submit_tasks(
        self, step: StepFunction, order: Iterator[tuple[ProjectTask, Partition]]
    ) -> Iterator[Future[None]]:
        """Give the tasks to the processes, a few at a time, so that few arguments are in memory; each as it is done."""
        executor = self._start_processes()

        def submit_next(count: int) -> set[Future[None]]:
            return {
                executor.submit(_compute_partition, step, tuple(map(_to_send, task.make_arguments())), own)
                for task, own in islice(order, count)
            }

        def iterate_done(waiting: set[Future[None]]) -> Iterator[Future[None]]:
            while waiting:
                done, waiting = wait_for(waiting, return_when=FIRST_COMPLETED)
                waiting |= submit_next(len(done))
                yield from done

        return iterate_done(submit_next(TASKS_OF_ONE_PROCESS * self._processes))

    def _finish_step(
        self,
        step: StepFunction,
        partitions: list[Partition],
        missing: Sequence[tuple[ProjectTask, Partition]],
        finished: Iterable[Future[None]],
    ) -> list[Partition]:
        done = 0
        try:
            for future in finished:
                future.result()
                done += 1
                self._report_progress(step, done, len(missing))
        except BrokenProcessPool:
            self._end_processes()
        if done < len(missing):
            for done, (task, partition) in enumerate(missing, 1):
                if not self._is_kept(partition):  # a broken pool has finished some
                    _compute_partition(step, task.make_arguments(), partition)
                self._report_progress(step, done, len(missing))
        return partitions

    def run_together(
        self,
        name: str,
        step: Callable[[Sequence[ProjectTask]], Mapping[str, Tables]],
        tasks: Sequence[ProjectTask],
        most_rows: int,
    ) -> list[Partition]:
        """The same for a step that computes the tables of several projects at once, by subject.

        most_rows  rows from which on another call takes the further projects
        """
        partitions, missing = self._find_missing(name, tasks)
        for batch in _split_by_rows(missing, most_rows):
            computed = step([task for task, _ in batch])
            for task, partition in batch:
                partition.write_tables(computed[task.subject])
        return partitions

    def _find_missing(
        self, name: str, tasks: Iterable[ProjectTask]
    ) -> tuple[list[Partition], list[tuple[ProjectTask, Partition]]]:
        partitions, missing = [], []
        for task in tasks:
            digest = digest_values(code_digest(), *task.make_inputs())
            partition = Partition(self._kept, name, task.subject, digest)
            self._used.add((name, task.subject, digest))
            partitions.append(partition)
            if not self._is_kept(partition):
                missing.append((task, partition))
        self.computed[name] = len(missing)
        return partitions, missing

    def _is_kept(self, partition: Partition) -> bool:
        return self._kept.has_partition(partition.step, partition.subject, partition.digest)

    def _end_processes(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._executor = None

    def _report_progress(self, step: StepFunction, done: int, total: int) -> None:
        """Report every tenth part of a step; there are several steps, and a line of a log for each report."""
        if done % max(total // 10, 1) == 0 or done == total:
            self._progress(step.__name__.replace("_", " "), done, total)

    def _start_processes(self) -> ProcessPoolExecutor:
        if self._executor is None:
            self._executor = start_processes(self._processes, [__name__, *STEP_MODULES])
        return self._executor


def _to_send(argument: object) -> object:
    return copy_rows(argument) if isinstance(argument, pa.Table) else argument


def _split_by_rows(
    missing: Sequence[tuple[ProjectTask, Partition]], most_rows: int
) -> Iterator[list[tuple[ProjectTask, Partition]]]:
    batch: list[tuple[ProjectTask, Partition]] = []
    rows = 0
    for task, partition in missing:
        if rows >= most_rows:
            yield batch
            batch, rows = [], 0
        batch.append((task, partition))
        rows += task.rows
    if batch:
        yield batch


@cache
def code_digest() -> str:
    """A digest of the code and rules of this version of Ecotone: results of other code are not used."""
    digest = xxhash.xxh3_128()
    for path in sorted(Path(__file__).parents[1].rglob("*")):
        if path.suffix in CODE_FILES:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _compute_partition(step: StepFunction, arguments: tuple[object, ...], partition: Partition) -> None:
    with _linear_algebra().limit(limits=1):
        partition.write_tables(step(*arguments))


@cache
def _linear_algebra() -> ThreadpoolController:
    """Limits the threads of linear algebra: those of several processes would wait for each other at full speed."""
    import_module("scipy.linalg")  # a library that is loaded later would not be limited
    return ThreadpoolController()
