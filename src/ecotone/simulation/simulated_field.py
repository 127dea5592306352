"""Simulate a field of projects: real git repositories whose truth is known."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ecotone.foundation.errors import UserError
from ecotone.foundation.months import FIRST_YEAR, start_of_month
from ecotone.simulation.field_truth import FieldTruth, encode_field_truth
from ecotone.simulation.git_history import ProjectHistory
from ecotone.simulation.git_writer import BranchTips, write_repository
from ecotone.simulation.history_generator import generate_history
from ecotone.simulation.identity_noise import add_identity_noise
from ecotone.simulation.landscape_writer import encode_landscape
from ecotone.simulation.truth_tables import measure_field_truth
from ecotone.simulation.world import Project, World
from ecotone.simulation.world_generator import generate_world


@dataclass(frozen=True, slots=True)
class SimulatedField:
    """A written field: its world, git histories, branch tips and truth."""

    world: World
    histories: tuple[ProjectHistory, ...]
    tips: tuple[BranchTips, ...]
    truth: FieldTruth


def simulate_field(out: Path, *, seed: int, **options: Any) -> FieldTruth:
    """Write a field with the options of `make_simulated_field`; returns its truth."""
    return make_simulated_field(out, seed=seed, **options).truth


def make_simulated_field(
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
) -> SimulatedField:
    """Write a field of git repositories, its landscape file and its truth; same arguments, same commits.

    out         a new or empty folder; gets `repositories/NAME.git`, `landscape.toml`, `truth.json`
    people      possible participants; those without any commit or co-authorship are not in the truth
    last_month  the last month of the period; all but one project are observed to its end
    pace        changes that land in an ordinary project's best month; the leader has six times as many
    hostile     plant names, titles, tags and dates that break careless readers
    tangled     make identity resolution hard: see `add_identity_noise`
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
    world = generate_world(
        seed=seed,
        projects=projects,
        people=people,
        months=months,
        last_month=start_of_month(last_month),
        pace=pace,
        hostile=hostile,
    )
    world = add_identity_noise(world) if tangled else world
    (out / "repositories").mkdir(parents=True, exist_ok=True)
    # Two threads: while git packs one project, the next is generated.
    with ThreadPoolExecutor(max_workers=2) as pool:
        written = tuple(
            pool.map(lambda project: _write_project_repository(world, project, out / "repositories"), world.projects)
        )
    truth = measure_field_truth(world, [(history, tips.main) for history, tips in written])
    (out / "landscape.toml").write_bytes(encode_landscape(world))
    (out / "truth.json").write_bytes(encode_field_truth(truth))
    return SimulatedField(world, tuple(history for history, _ in written), tuple(tips for _, tips in written), truth)


def _write_project_repository(world: World, project: Project, folder: Path) -> tuple[ProjectHistory, BranchTips]:
    """A project's history and the branch tips of its repository."""
    history = generate_history(world, project)
    return history, write_repository(history, folder / f"{project.repository_name}.git")
