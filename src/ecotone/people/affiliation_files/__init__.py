"""Read and write affiliation files of other projects (gitdm, GrimoireLab, OpenDigger, CSV).

The functions convert texts to statements and back; they open no files.
"""

from ecotone.people.affiliation_files.formats import FORMATS, Format, detect, format_named, read, write
from ecotone.people.affiliation_files.model import (
    Affiliations,
    FileDomain,
    FileExcluded,
    FileIdentity,
    FileOrganisation,
    FileSpell,
    LeftOut,
    Owned,
    ReadResult,
    Refused,
    Written,
    canonical,
    says_no_organisation,
)

__all__ = [
    "FORMATS",
    "Affiliations",
    "FileDomain",
    "FileExcluded",
    "FileIdentity",
    "FileOrganisation",
    "FileSpell",
    "Format",
    "LeftOut",
    "Owned",
    "ReadResult",
    "Refused",
    "Written",
    "canonical",
    "detect",
    "format_named",
    "read",
    "says_no_organisation",
    "write",
]
