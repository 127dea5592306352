"""The affiliation files of a landscape, read from disk."""

from __future__ import annotations

from pathlib import Path

from ecotone.foundation.errors import UserError
from ecotone.foundation.landscape import Landscape
from ecotone.people.curated_statements import Curated, curated


def read_curated(landscape: Landscape) -> Curated:
    """The landscape's notes on persons, and its affiliation files. Raises UserError if a file cannot be opened."""
    if not landscape.affiliations:
        return curated(landscape, ())
    # imported here: most landscapes have no such file
    from ecotone.people import affiliation_files

    return curated(
        landscape, [(path.name, affiliation_files.read(path.name, _bytes_of(path))) for path in landscape.affiliations]
    )


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(
            f"The affiliation file {path} cannot be read ({error.strerror})."
            " Correct `affiliations` in the landscape file and run again."
        ) from None
