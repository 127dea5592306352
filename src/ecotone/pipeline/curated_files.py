"""The affiliation files of a landscape, read from disk."""

from __future__ import annotations

from pathlib import Path

from ecotone.foundation.capped_files import read_capped_file
from ecotone.foundation.errors import UserError
from ecotone.foundation.landscape import Landscape
from ecotone.people.curated_statements import CuratedStatements, curated_statements


def read_curated_statements(landscape: Landscape) -> CuratedStatements:
    """The landscape's notes on persons, and its affiliation files. Raises UserError if a file cannot be opened."""
    if not landscape.affiliations:
        return curated_statements(landscape, ())
    # imported here: most landscapes have no such file
    from ecotone.people import affiliation_files

    return curated_statements(
        landscape,
        [
            (path.name, affiliation_files.read_affiliation_file(path.name, _read_bytes(path)))
            for path in landscape.affiliations
        ],
    )


def _read_bytes(path: Path) -> bytes:
    try:
        return read_capped_file(path)
    except OSError as error:
        raise UserError(
            f"The affiliation file {path} cannot be read ({error.strerror})."
            " Correct `affiliations` in the landscape file and run again."
        ) from None
