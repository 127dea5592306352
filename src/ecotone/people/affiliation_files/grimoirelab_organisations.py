"""GrimoireLab's organisations file: only the `organizations` of SortingHat's format.

Source: https://github.com/chaoss/grimoirelab, default configuration.
"""

from __future__ import annotations

import json
import re
from typing import Final

from ecotone.people.affiliation_files.grouping import leave_out, unplaced
from ecotone.people.affiliation_files.json_organisations import written_organisations
from ecotone.people.affiliation_files.model import Affiliations, LeftOut, ReadResult, Written
from ecotone.people.affiliation_files.sortinghat import read as read_sortinghat

_ORGANISATIONS: Final = re.compile(r'"organizations"\s*:')


def looks_like(text: str) -> bool:
    """Whether the text is an object with organisations but without identities."""
    return text.lstrip().startswith("{") and bool(_ORGANISATIONS.search(text)) and '"uidentities"' not in text


def read(source: str, text: str) -> ReadResult:
    """Read the file as a part of SortingHat's format."""
    return read_sortinghat(source, text)


def write(said: Affiliations) -> Written:
    """Write organisations, sorted by name, each with its domains."""
    left: list[LeftOut] = []
    organisations = written_organisations(said, left)
    left += unplaced(
        "the format holds organisations and their domains only",
        said.identities,
        said.every_spell(),
        said.excluded,
        said.owned,
    )
    text = json.dumps({"organizations": organisations}, ensure_ascii=False, indent=2)
    return Written(text + "\n", leave_out(left))
