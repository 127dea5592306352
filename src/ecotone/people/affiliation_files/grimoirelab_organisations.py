"""GrimoireLab's organisations file: only the `organizations` of SortingHat's format.

Source: https://github.com/chaoss/grimoirelab, default configuration.
"""

from __future__ import annotations

import json
import re
from typing import Final

from ecotone.people.affiliation_files.by_identity import leave_out_for_reason, sort_left_out
from ecotone.people.affiliation_files.json_organisations import organisations_object
from ecotone.people.affiliation_files.sortinghat import read_statements as read_sortinghat
from ecotone.people.affiliation_files.statements import FileStatements, LeftOut, ReadResult, WrittenFile

_ORGANISATIONS: Final = re.compile(r'"organizations"\s*:')


def matches_content(text: str) -> bool:
    """Whether the text is an object with organisations but without identities."""
    return text.lstrip().startswith("{") and bool(_ORGANISATIONS.search(text)) and '"uidentities"' not in text


def read_statements(source: str, text: str) -> ReadResult:
    """Read the file as a part of SortingHat's format."""
    return read_sortinghat(source, text)


def write_statements(statements: FileStatements) -> WrittenFile:
    """Write organisations, sorted by name, each with its domains."""
    left_out: list[LeftOut] = []
    organisations = organisations_object(statements, left_out)
    left_out += leave_out_for_reason(
        "the format holds organisations and their domains only",
        statements.identities,
        statements.all_affiliations(),
        statements.excluded,
        statements.owned,
    )
    text = json.dumps({"organizations": organisations}, ensure_ascii=False, indent=2)
    return WrittenFile(text + "\n", sort_left_out(left_out))
