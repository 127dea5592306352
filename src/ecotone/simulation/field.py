"""Simulate a field of projects: real git repositories whose truth is known."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ecotone.foundation.errors import UserError
from ecotone.foundation.months import FIRST_YEAR, month_of
from ecotone.simulation.git_writer import Tips, write_repository
from ecotone.simulation.history import History
from ecotone.simulation.landscape_writer import landscape_bytes
from ecotone.simulation.life import live
from ecotone.simulation.measure import truth_of
from ecotone.simulation.populate import imagine
from ecotone.simulation.tangle import tangle
from ecotone.simulation.truth import Truth, truth_bytes
from ecotone.simulation.world import Project, World


@dataclass(frozen=True, slots=True)
class Field:
    """A written field: its world, git histories, branch tips and truth."""

    world: World
    histories: tuple[History, ...]
    tips: tuple[Tips, ...]
    truth: Truth


def simulate(out: Path, *, seed: int, **options: Any) -> Truth:
    """Write a field with the options of `make_field`; returns its truth."""
    return make_field(out, seed=seed, **options).truth


def make_field(
    out: Path,
    *,
    seed: int,
    projects: int = 12,
    people: int = 150,
    months: int = 36,
    last_month: date = date(2025, 6, 1),
    pace: float = 16.0,
    hostile: bool = True,
    tangled: bool = False,
) -> Field:
    """Write a field of git repositories, its landscape file and its truth; same arguments, same commits.

    out         a new or empty folder; gets `repositories/NAME.git`, `landscape.toml`, `truth.json`
    people      possible participants; those without any commit or co-authorship are not in the truth
    last_month  the last month of the period; all but one project are observed to its end
    pace        changes that land in an ordinary project's best month; the leader has six times as many
    hostile     plant names, titles, tags and dates that break careless readers
    tangled     make identity resolution hard: see `tangle`
    raises      UserError on a folder in use or a size below 1, EcotoneError if git fails
    """
    for name, size in (("projects", projects), ("people", people), ("months", months)):
        if size < 1:
            raise UserError(f"A field needs 1 or more {name}, not {size}; the default does.")
    if last_month.year * 12 + last_month.month - months < FIRST_YEAR * 12:
        raise UserError(
            f"{months} months up to {last_month:%Y-%m} begin before {FIRST_YEAR}; choose fewer, or a later last one."
        )
    if not pace > 0:
        raise UserError(f"A pace of {pace} changes a month leaves nothing to read; choose one above 0, such as 10.")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError(f"{str(out)!r} is in use; choose a folder that is new or empty.")
    world = imagine(
        seed=seed,
        projects=projects,
        people=people,
        months=months,
        last_month=month_of(last_month),
        pace=pace,
        hostile=hostile,
    )
    world = tangle(world) if tangled else world
    (out / "repositories").mkdir(parents=True, exist_ok=True)
    # Two threads: while git packs one project, the next is generated.
    with ThreadPoolExecutor(max_workers=2) as pool:
        written = tuple(pool.map(lambda project: _write(world, project, out / "repositories"), world.projects))
    truth = truth_of(world, [(history, tips.main) for history, tips in written])
    (out / "landscape.toml").write_bytes(landscape_bytes(world))
    (out / "truth.json").write_bytes(truth_bytes(truth))
    return Field(world, tuple(history for history, _ in written), tuple(tips for _, tips in written), truth)


def _write(world: World, project: Project, folder: Path) -> tuple[History, Tips]:
    """A project's history and the branch tips of its repository."""
    history = live(world, project)
    return history, write_repository(history, folder / f"{project.name}.git")
