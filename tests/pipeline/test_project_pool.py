"""Steps of single projects: computed once, in processes or here, and again only when their inputs change."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from threadpoolctl import threadpool_info

from ecotone.foundation.errors import DamagedFile
from ecotone.foundation.text_codes import copy_rows, encode_texts, plain_texts
from ecotone.pipeline import project_pool
from ecotone.pipeline.project_pool import ProjectPool, ProjectTask

MANY = project_pool.ROWS_OF_ONE_PROCESS


def double_numbers(numbers: pa.Table, note: str | None = None) -> dict[str, pa.Table]:
    if note is not None:
        with Path(note).open("a") as file:
            file.write(f"{os.getpid()}\n")
    return {"doubled": pa.table({"n": [2 * number for number in numbers["n"].to_pylist()]})}


def end_one_process(numbers: pa.Table, note: str, parent: int) -> dict[str, pa.Table]:
    """Ends its process the first time it is called in another process than the parent."""
    if not Path(note).exists() and os.getpid() != parent:
        Path(note).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return double_numbers(numbers)


def refuse_numbers(numbers: pa.Table) -> dict[str, pa.Table]:
    raise DamagedFile(f"{numbers.num_rows} rows cannot be read. Run again.")


def count_threads(numbers: pa.Table) -> dict[str, pa.Table]:
    """The most threads that a library of linear algebra may use."""
    libraries = [entry["num_threads"] for entry in threadpool_info() if entry["user_api"] == "blas"]
    return {"doubled": pa.table({"n": [max(libraries)] * numbers.num_rows})}


def tasks_of(numbers: dict[str, int], *more: object, rows: int = 0) -> list[ProjectTask]:
    return [
        ProjectTask(name, (table, *more), (table,), rows)
        for name, number in numbers.items()
        for table in [pa.table({"n": [number]})]
    ]


def results_of(pool: ProjectPool, tasks: Sequence[ProjectTask]) -> list[int]:
    return [result.read_table("doubled")["n"][0].as_py() for result in pool.run_step(double_numbers, tasks)]


@pytest.mark.parametrize("rows", [0, MANY])
def test_only_what_changed_is_computed(tmp_path: Path, rows: int):
    note = tmp_path / "note"
    for numbers, lines in (({"a/a": 1, "b/b": 2}, 2), ({"a/a": 1, "b/b": 2}, 2), ({"a/a": 1, "b/b": 3}, 3)):
        with ProjectPool(tmp_path / "kept", processes=2) as pool:
            found = results_of(pool, tasks_of(numbers, str(note), rows=rows))
            assert found == [2 * number for number in numbers.values()]
        assert len(note.read_text().split()) == lines
    assert pool.computed == {"double_numbers": 1}
    assert len(list((tmp_path / "kept").glob("*/*/*"))) == 2


def test_many_rows_are_read_by_other_processes_and_few_here(tmp_path: Path):
    for rows in (MANY, 1):
        note = tmp_path / f"note-{rows}"
        with ProjectPool(tmp_path / f"kept-{rows}", processes=2) as pool:
            results_of(pool, tasks_of({"a/a": 1, "b/b": 2, "c/c": 3}, str(note), rows=rows))
        assert (str(os.getpid()) in note.read_text().split()) == (rows == 1)


def test_other_code_does_not_use_what_was_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for code, computed in (("one", 1), ("one", 0), ("two", 1)):
        monkeypatch.setattr(project_pool, "code_digest", lambda code=code: code)
        with ProjectPool(tmp_path) as pool:
            results_of(pool, tasks_of({"a/a": 1}))
        assert pool.computed == {"double_numbers": computed}


def test_a_process_that_ends_changes_nothing(tmp_path: Path):
    tasks = tasks_of(dict(zip("abcdef", range(6), strict=True)), str(tmp_path / "note"), os.getpid(), rows=MANY)
    with ProjectPool(tmp_path / "kept", processes=2) as pool:
        results = pool.run_step(end_one_process, tasks)
        assert [result.read_table("doubled")["n"][0].as_py() for result in results] == [0, 2, 4, 6, 8, 10]
    assert (tmp_path / "note").exists()


@pytest.mark.parametrize("rows", [0, MANY])
def test_an_error_of_one_project_is_that_of_the_step_and_nothing_is_removed(tmp_path: Path, rows: int):
    with ProjectPool(tmp_path, processes=2) as pool:
        results_of(pool, tasks_of({"a/a": 1}))
    with (
        pytest.raises(DamagedFile, match=r"^1 rows cannot be read\. Run again\.$"),
        ProjectPool(tmp_path, processes=2) as pool,
    ):
        pool.run_step(refuse_numbers, tasks_of({"a/a": 1, "b/b": 2}, rows=rows))
    assert len(list(tmp_path.glob("double_numbers/*/*"))) == 1


def test_a_damaged_result_is_computed_anew(tmp_path: Path):
    for computed, damage in ((1, None), (0, b"PAR1"), (1, None), (0, None)):
        with ProjectPool(tmp_path) as pool:
            (result,) = pool.run_step(double_numbers, tasks_of({"a/a": 1}))
            assert result.read_table("doubled")["n"][0].as_py() == 2
            assert pool.computed == {"double_numbers": computed}
        if damage:
            (path,) = tmp_path.glob("double_numbers/*/*/doubled.parquet")
            path.write_bytes(damage)


def test_progress_counts_what_is_computed(tmp_path: Path):
    for rows in (0, MANY):
        said: list[tuple[str, int, int]] = []
        with ProjectPool(tmp_path / str(rows), lambda *each, said=said: said.append(each), processes=2) as pool:
            results_of(pool, tasks_of({"a/a": 1, "b/b": 2}, rows=rows))
        assert said == [("double numbers", 1, 2), ("double numbers", 2, 2)]
    said = []
    with ProjectPool(tmp_path / "many", lambda *each: said.append(each)) as pool:
        results_of(pool, tasks_of({str(number): number for number in range(45)}))
    assert [done for _, done, _ in said] == [4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 45]


def test_the_processes_of_a_killed_run_end(tmp_path: Path):
    """A process that is at work when its parent is killed ends too."""
    program = (
        "from tests.pipeline.test_project_pool import *\n"
        "if __name__ == '__main__':\n"
        f"    with ProjectPool(Path({str(tmp_path)!r}) / 'kept', processes=2) as pool:\n"
        f"        pool.run_step(wait_long, tasks_of({{'a/a': 1, 'b/b': 2}}, {str(tmp_path / 'pids')!r}, rows=MANY))\n"
    )
    path = tmp_path / "program.py"
    path.write_text(program)
    parent = subprocess.Popen([sys.executable, str(path)], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    pids = tmp_path / "pids"
    deadline = time.monotonic() + 60
    while (not pids.exists() or len(pids.read_text().split()) < 2) and time.monotonic() < deadline:
        time.sleep(0.05)
    children = [int(pid) for pid in pids.read_text().split()]
    assert len(children) == 2
    parent.kill()
    parent.wait()
    while any(Path(f"/proc/{pid}").exists() for pid in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)


def wait_long(numbers: pa.Table, note: str) -> dict[str, pa.Table]:
    double_numbers(numbers, note)
    time.sleep(600)
    return {}


def test_a_process_gets_the_rows_of_its_task_alone():
    whole = pa.table({"n": range(100_000), "name": [f"name {number}" for number in range(100_000)]})
    for table in (whole, encode_texts(whole)):
        own = copy_rows(table.slice(7, 3))
        assert plain_texts(own).equals(whole.slice(7, 3))
        assert len(pickle.dumps(own)) < 2_000 < len(pickle.dumps(table.slice(7, 3)))


def test_work_that_needs_much_memory_is_done_when_it_is_asked_for(tmp_path: Path):
    done: list[str] = []
    with ProjectPool(tmp_path) as pool:
        pool.start_beside(lambda: done.append("small"), rows=1)()
        wait_for_large = pool.start_beside(lambda: done.append("large"), rows=project_pool.MOST_ROWS_BESIDE + 1)
        assert done == ["small"]
        wait_for_large()
    assert done == ["small", "large"]


def test_a_step_that_is_started_is_computed_elsewhere_too(tmp_path: Path):
    asked: list[int] = []

    def compute(step, missing, _report) -> None:
        asked.append(len(missing))
        for task, partition in missing:
            partition.write_tables(step(*task.make_arguments()))

    tasks = [ProjectTask(name, (pa.table({"n": [1, 2]}),)) for name in ("one", "two")]
    with ProjectPool(tmp_path, elsewhere=compute) as pool:
        results = pool.start_step(double_numbers, tasks)()
    assert asked == [2]
    assert [result.read_table("doubled")["n"].to_pylist() for result in results] == [[2, 4], [2, 4]]


@pytest.mark.parametrize("rows", [0, MANY])
def test_linear_algebra_has_one_thread_in_every_step(tmp_path: Path, rows: int):
    tasks = tasks_of({"a/a": 1, "b/b": 2}, rows=rows)
    with ProjectPool(tmp_path / "kept", processes=2) as pool:
        for result in pool.run_step(count_threads, tasks):
            assert result.read_table("doubled")["n"].to_pylist() == [1]
