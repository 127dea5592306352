"""Make the atlas anew: the aggregate figures of the real histories, from the tables of a workspace.

`make atlas` reads the histories and computes the tables first. Writes src/ecotone/pipeline/data/atlas/LANDSCAPE;
with --check it writes nothing and fails if the files there are not those of the workspace.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from ecotone.foundation.landscape import read_landscape
from ecotone.pipeline.atlas import PROVENANCE, atlas_files
from ecotone.store.workspace import Workspace

FOLDER: Final = Path(__file__).parents[1] / "src" / "ecotone" / "pipeline" / "data" / "atlas"
LARGEST: Final = 2_000_000  # bytes; it is in every copy of the program


def main() -> None:
    """Write or check; exit 1 if the files differ or are too large."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, default=Path("build/corpus"))
    parser.add_argument("--landscape", type=Path, default=Path("landscapes/corpus.toml"))
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    landscape = read_landscape(arguments.landscape)
    folder = FOLDER / landscape.name
    folder.mkdir(parents=True, exist_ok=True)
    made_files = dict(atlas_files(Workspace.open(arguments.workspace), landscape))
    size = sum(map(len, made_files.values()))
    if arguments.check:
        stored_files = {path.name: path.read_bytes() for path in folder.glob("*") if path.is_file()}
        wrong = sorted(name for name in {*made_files, *stored_files} if made_files.get(name) != stored_files.get(name))
        print(f"atlas: {len(made_files)} files compared, {len(wrong)} differ {wrong or ''}")
        sys.exit(1 if wrong else 0)
    for stale in {path.name for path in folder.glob("*") if path.is_file()} - made_files.keys():
        (folder / stale).unlink()
    for name in sorted(made_files, key=lambda name: (name == PROVENANCE, name)):
        (folder / name).write_bytes(made_files[name])
    for name, content in sorted(made_files.items()):
        print(f"{len(content):>9,}  {name}")
    print(f"{size:>9,}  bytes together (at most {LARGEST:,})")
    sys.exit(1 if size > LARGEST else 0)


if __name__ == "__main__":
    main()
