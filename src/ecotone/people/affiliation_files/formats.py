"""The formats of affiliation files and their detection."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from ecotone.foundation.errors import UnknownName, UserError
from ecotone.people.affiliation_files import (
    gitdm_affiliations,
    gitdm_map,
    github_users,
    grimoirelab_identities,
    grimoirelab_organisations,
    opendigger_labels,
    plain_csv,
    sortinghat,
)
from ecotone.people.affiliation_files.model import Affiliations, ReadResult, Written, canonical


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name, file name pattern, detection, reader and writer."""

    name: str
    title: str
    file_names: re.Pattern[str]
    looks_like: Callable[[str], bool]
    read: Callable[[str, str], ReadResult]
    write: Callable[[Affiliations], Written]


def _named(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# The first format that accepts a file is used: strictest first.
FORMATS: Final[tuple[Format, ...]] = (
    Format("sortinghat", "SortingHat 0.x JSON", _named(r"sortinghat.*\.json"),
           sortinghat.looks_like, sortinghat.read, sortinghat.write),
    Format("grimoirelab-organisations", "GrimoireLab organisations JSON", _named(r"org(ani[sz]ation)?s.*\.json"),
           grimoirelab_organisations.looks_like, grimoirelab_organisations.read, grimoirelab_organisations.write),
    Format("github-users", "gitdm github_users.json", _named(r"github_users.*\.json"),
           github_users.looks_like, github_users.read, github_users.write),
    Format("csv", "CSV: account, organisation, since, until", _named(r".*\.csv"),
           plain_csv.looks_like, plain_csv.read, plain_csv.write),
    Format("grimoirelab-identities", "GrimoireLab identities YAML", _named(r".*identities.*\.ya?ml"),
           grimoirelab_identities.looks_like, grimoirelab_identities.read, grimoirelab_identities.write),
    Format("opendigger", "OpenDigger label YAML", _named(r".*\.ya?ml"),
           opendigger_labels.looks_like, opendigger_labels.read, opendigger_labels.write),
    Format("gitdm", "gitdm developers_affiliations*.txt", _named(r"developers_affiliations.*\.txt"),
           gitdm_affiliations.looks_like, gitdm_affiliations.read, gitdm_affiliations.write),
    Format("gitdm-map", "gitdm domain-map and email-map", _named(r"(.*[-_])?(domain|email)-?map.*"),
           gitdm_map.looks_like, gitdm_map.read, gitdm_map.write),
)  # fmt: skip


def format_named(name: str) -> Format:
    """The format with this name; raises `UnknownName`."""
    for each in FORMATS:
        if each.name == name:
            return each
    raise UnknownName("affiliation format", name, [each.name for each in FORMATS])


def detect(name: str, content: str | bytes) -> Format | None:
    """Detect the format by content; the file name decides where several formats or none match. `None`: unknown.

    name  file name or path, with either kind of slash
    """
    text = decoded(content)
    alike = [each for each in FORMATS if each.looks_like(text)]
    base = PurePosixPath(name.replace("\\", "/")).name
    called = [each for each in FORMATS if each.file_names.fullmatch(base)]
    both = [each for each in alike if each in called]
    return next(iter(both or alike or called), None)


def read(name: str, content: str | bytes, format: str | None = None) -> ReadResult:  # noqa: A002 - the option's name
    """Read the statements of an affiliation file and its unreadable entries.

    name    the file name, which becomes the source of the statements
    format  a name of FORMATS; `None`: detect it
    raises  `UserError` for an unknown format; a damaged file of a known format is read as far as possible
    """
    chosen = format_named(format) if format else detect(name, content)
    if chosen is None:
        known = ", ".join(each.name for each in FORMATS)
        raise UserError(
            f"The file {name!r} is in no known affiliation format. Accepted formats: {known}. "
            "Name the file as its format does, or give the format."
        )
    return chosen.read(name, decoded(content))


def write(format: str, said: Affiliations) -> Written:  # noqa: A002 - as above
    """Write statements in a format; also returns those that the format cannot hold. Raises `UnknownName`."""
    return format_named(format).write(canonical(said))


def decoded(content: str | bytes) -> str:
    """Decode UTF-8 without the byte order mark; invalid bytes become surrogates, which readers refuse."""
    text = content.decode("utf-8", "surrogateescape") if isinstance(content, bytes) else content
    return text.removeprefix("\ufeff")
