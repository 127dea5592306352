"""One analysis on an engine, in a process of its own: `python engine_run.py LANDSCAPE WORKSPACE ENGINE [SHARED]`."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from ecotone.foundation.engine_choice import EngineChoice
from ecotone.foundation.landscape import read_landscape
from ecotone.pipeline.engines.engine import EXECUTED
from ecotone.pipeline.steps import Run, perform_steps, utc_now
from ecotone.store.workspace import Workspace


def main() -> None:
    """Analyse what was collected; print the seconds and what the engine executed."""
    landscape, folder, address, *shared = sys.argv[1:]
    choice = EngineChoice(at=address, shared=shared[0] if shared else None)
    run = Run(
        Workspace.open(Path(folder)), read_landscape(Path(landscape)), utc_now(), lambda *_: None, {"engine": choice}
    )
    begun = time.perf_counter()
    perform_steps(run, ("analyse",), lambda _: None)
    print(json.dumps({"seconds": time.perf_counter() - begun, "executed": dict(EXECUTED)}))


if __name__ == "__main__":
    main()
