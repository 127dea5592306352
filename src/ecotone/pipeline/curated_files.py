"""The affiliation files of a landscape, read from disk."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ecotone.foundation.capped_files import read_capped_file
from ecotone.foundation.errors import UserError
from ecotone.foundation.landscape import Landscape
from ecotone.people.curated_statements import CuratedFile, CuratedStatements, curated_statements


def read_curated_statements(landscape: Landscape, accounts: Iterable[str]) -> CuratedStatements:
    """What the landscape and its affiliation files say of these accounts. Raises UserError for an unreadable file."""
    if not landscape.affiliations:
        return curated_statements(landscape, (), accounts)
    # imported here: most landscapes have no such file
    from ecotone.people import affiliation_files

    files = [
        CuratedFile(
            entry.path.name,
            affiliation_files.read_affiliation_file(entry.path.name, _read_bytes(entry.path)),
            entry.as_of,
        )
        for entry in landscape.affiliations
    ]
    return curated_statements(landscape, files, accounts)


def _read_bytes(path: Path) -> bytes:
    try:
        return read_capped_file(path)
    except OSError as error:
        raise UserError(
            f"The affiliation file {path} cannot be read ({error.strerror})."
            " Correct `affiliations` in the landscape file and run again."
        ) from None
