"""The step `analyse`: compute the public tables from the collected ones; their generation is named by the inputs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from importlib import metadata, resources
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone import networks, signals
from ecotone.events.sources.base import Reading
from ecotone.foundation.errors import UserError
from ecotone.foundation.landscape import Landscape
from ecotone.pipeline import counted, feeds, mapping, meeting, trending
from ecotone.pipeline.collect import slug_of
from ecotone.pipeline.collected_tables import CollectedTables
from ecotone.pipeline.forgetting import forgotten, protected
from ecotone.pipeline.made import Made
from ecotone.pipeline.relations import observe
from ecotone.signals.compile import organisations_sql, wide_sql
from ecotone.signals.coverage import signal_coverage
from ecotone.store.engine import DuckEngine, write_database
from ecotone.store.workspace import Workspace

LOGIC: Final = 8
"""Increase it when the same collected data would give other tables."""

DATA_FOLDERS: Final = ("ecotone.people.data", "ecotone.signals.data", "ecotone.networks.data", "ecotone.landscape.data")


def analyse(workspace: Workspace, landscape: Landscape, readings: Sequence[Reading], pseudonymise: bool = False) -> str:
    """Write the tables, unless the newest ones have the same inputs; returns the name of their generation."""
    if not readings:
        raise UserError(
            f"Nothing could be read of the {len(landscape.projects)} projects of {landscape.name!r},"
            " so there is nothing to analyse. Correct the errors above and run again."
        )
    generation = generation_of(workspace, landscape, readings, pseudonymise)
    current = workspace.current()
    if current is None or current["generation"] != generation:
        collected = CollectedTables(workspace)
        observed = observe(workspace, landscape, readings, collected)
        made = Made(workspace, landscape, readings, observed, collected)
        tables = protected(workspace, public_tables(made), pseudonymise)
        notes = {
            "landscape": landscape.name,
            "categories": dict(landscape.categories),
            "readings": [_noted(reading) for reading in readings],
            "pseudonymised": pseudonymise,
            "refused": [list(one) for one in observed.refused],
        }
        workspace.publish(generation, tables, notes)
    if workspace.database_generation() != generation:
        names = (workspace.current() or {})["tables"]
        write_database(workspace.database, {name: workspace.table(name) for name in names}, generation)
    return generation


def generation_of(
    workspace: Workspace, landscape: Landscape, readings: Sequence[Reading], pseudonymise: bool = False
) -> str:
    """A digest of everything that the tables depend on: inputs, landscape, rules and version."""
    digest = hashlib.sha256()
    parts: list[object] = [LOGIC, metadata.version("ecotone"), repr(landscape)]
    for reading in readings:
        state = workspace.state(slug_of(reading.repository)) or {}
        parts.append([reading.repository, state.get("generation"), reading.observed_until.isoformat()])
    parts.append(feeds.generations(workspace, landscape))
    parts.append([pseudonymise, sorted(forgotten(workspace).digests)])
    files = [path for path in (*landscape.affiliations, *landscape.words) if path.is_file()]
    parts += [[path.name, hashlib.sha256(path.read_bytes()).hexdigest()] for path in files]
    digest.update(json.dumps(parts, sort_keys=True).encode())
    for folder in DATA_FOLDERS:
        for entry in sorted(resources.files(folder).iterdir(), key=lambda entry: entry.name):
            if entry.name.endswith(".toml"):
                digest.update(entry.read_bytes())
    return digest.hexdigest()[:16]


def public_tables(made: Made) -> dict[str, pa.Table]:
    """The tables of `ecotone export`, by name."""
    for maker in FIELD_STEPS:
        made.tables.update(maker(made))
    return made.tables


def _measured(made: Made) -> dict[str, pa.Table]:
    """The joined tables, and the signals that are computed by SQL."""
    observed = made.observed
    engine = DuckEngine(observed.relations())
    try:
        measured = engine.run(wide_sql(signals.ALL, engine.dialect))
        organisations = engine.run(organisations_sql(engine.dialect))
    finally:
        engine.close()
    return {
        "projects": observed.projects,
        "events": observed.events,
        "people": observed.people,
        "affiliations": observed.affiliations,
        "links": observed.links,
        "attributions": observed.attributions,
        "disputes": observed.disputes,
        "signals": measured,
        "organisations": organisations,
        "coverage": observed.coverage,
        "pulls": observed.pulls,
    }


def _signal_coverage(made: Made) -> dict[str, pa.Table]:
    """How completely each signal was observed."""
    observed = made.observed
    counting = pc.unique(made.tables["counts"]["source"]).to_pylist()
    inputs = {signal.name: signal.inputs for signal in (*signals.ALL, *networks.ALL)}
    counts = dict.fromkeys(counted.COUNTED, counting)
    return {"signal_coverage": signal_coverage(observed.project_months, observed.states, inputs, counts)}


FIELD_STEPS: Final[tuple[Callable[[Made], Mapping[str, pa.Table]], ...]] = (
    _measured, counted.tables, _signal_coverage, meeting.tables, mapping.tables, trending.tables,
)  # fmt: skip
"""Steps that need all projects, in order: each sees the tables before it, and may replace one with a wider one.

The steps that need one project alone are in `project_steps`.
"""


def _noted(reading: Reading) -> dict[str, object]:
    return {**asdict(reading), "observed_until": reading.observed_until.isoformat(), "location": None}
