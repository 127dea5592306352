"""The command `demo`: simulate a field, run all steps on it, and compare the results with the truth."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Final

from ecotone import report, simulation
from ecotone.foundation.errors import UserError
from ecotone.foundation.landscape import read_landscape
from ecotone.pipeline.atlas import ATLAS_FIELDS, write_atlas
from ecotone.pipeline.report_state import ReportOptions
from ecotone.pipeline.steps import STEPS, Progress, Run, Step, perform_steps, utc_now
from ecotone.pipeline.write_report import write_report
from ecotone.report.report_input import Language
from ecotone.store.files import write_json
from ecotone.store.workspace import Workspace

FIELD: Final = "field"
ATLAS: Final = "atlas"
"""The folder of the atlas's reports, one folder for each field."""
MARK: Final = "demo.json"


def write_demo(
    folder: Path, seed: int, language: Language, progress: Progress, announce: Callable[[Step], None]
) -> Run:
    """Write the field (unless it is there), its workspace and its reports into `folder`.

    `report` is that of the simulated field, with its page of truth; `atlas` has one of each field of the atlas.
    """
    field = folder / FIELD
    _claim_finding(folder, seed)
    if not (field / "truth.json").exists():
        shutil.rmtree(field, ignore_errors=True)  # what a killed demo left
        simulation.simulate_field(field, seed=seed)
    truth = simulation.read_field_truth(field / "truth.json")
    run = Run(Workspace.create(folder / "workspace"), read_landscape(field / "landscape.toml"), utc_now(), progress)
    perform_steps(run, ("collect", "analyse"), announce)
    tables = {name: run.workspace.read_table(name) for name in ("signals", "people", "organisations")}
    comparisons = simulation.compare_with_truth(truth, **tables)
    names = [comparison.name for comparison in fields(report.ValidationRow)]
    findings = tuple(
        report.ValidationRow(**{name: getattr(comparison, name) for name in names}) for comparison in comparisons
    )
    announce(STEPS[-1])
    wishes = ReportOptions(language=language, findings=findings)
    with run.workspace.locked_for_writing():
        run.report = write_report(run.workspace, run.landscape, run.failures, wishes, folder / "report")
    for landscape_name in ATLAS_FIELDS:
        write_atlas(folder / ATLAS / landscape_name, language, landscape_name)
    return run


def _claim_finding(folder: Path, seed: int) -> None:
    """Make sure that the folder is new, or holds a demo of the same seed. Raises UserError."""
    mark = folder / MARK
    if mark.exists():
        held = json.loads(mark.read_text("utf-8")).get("seed")
        if held != seed:
            raise UserError(f"{folder} holds the demo of seed {held}, not {seed}. Choose another folder with -o.")
    elif folder.exists() and any(folder.iterdir()):
        raise UserError(f"{folder} is not empty and holds no demo. Choose another folder with -o.")
    else:
        write_json(mark, {"seed": seed})
