"""Read and write affiliation files of other projects (gitdm, GrimoireLab, OpenDigger, CSV).

The functions convert texts to statements and back; they open no files.
"""

from ecotone.people.affiliation_files.formats import (
    FORMATS,
    Format,
    detect_format,
    find_format_by_name,
    read_affiliation_file,
    write_affiliation_file,
)
from ecotone.people.affiliation_files.statements import (
    ExcludedText,
    FileAffiliation,
    FileDomain,
    FileIdentity,
    FileOrganisation,
    FileStatements,
    LeftOut,
    OwnedAccount,
    ReadResult,
    RefusedEntry,
    WrittenFile,
    canonical_statements,
    is_placeholder_organisation,
)

__all__ = [
    "FORMATS",
    "ExcludedText",
    "FileAffiliation",
    "FileDomain",
    "FileIdentity",
    "FileOrganisation",
    "FileStatements",
    "Format",
    "LeftOut",
    "OwnedAccount",
    "ReadResult",
    "RefusedEntry",
    "WrittenFile",
    "canonical_statements",
    "detect_format",
    "find_format_by_name",
    "is_placeholder_organisation",
    "read_affiliation_file",
    "write_affiliation_file",
]
