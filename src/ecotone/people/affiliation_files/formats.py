"""The formats of affiliation files and their detection."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from ecotone.foundation.errors import UnknownName, UserError
from ecotone.people.affiliation_files import (
    csv_affiliations,
    gitdm_affiliations,
    gitdm_map,
    github_users,
    grimoirelab_identities,
    grimoirelab_organisations,
    opendigger_labels,
    sortinghat,
)
from ecotone.people.affiliation_files.statements import FileStatements, ReadResult, WrittenFile, canonical_statements


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name, file name pattern, detection, reader and writer."""

    name: str
    title: str
    file_names: re.Pattern[str]
    matches_content: Callable[[str], bool]
    read_statements: Callable[[str, str], ReadResult]
    write_statements: Callable[[FileStatements], WrittenFile]


def _file_name_pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# The first format that accepts a file is used: strictest first.
FORMATS: Final[tuple[Format, ...]] = (
    Format(
        "sortinghat",
        "SortingHat 0.x JSON",
        _file_name_pattern(r"sortinghat.*\.json"),
        sortinghat.matches_content,
        sortinghat.read_statements,
        sortinghat.write_statements,
    ),
    Format(
        "grimoirelab-organisations",
        "GrimoireLab organisations JSON",
        _file_name_pattern(r"org(ani[sz]ation)?s.*\.json"),
        grimoirelab_organisations.matches_content,
        grimoirelab_organisations.read_statements,
        grimoirelab_organisations.write_statements,
    ),
    Format(
        "github-users",
        "gitdm github_users.json",
        _file_name_pattern(r"github_users.*\.json"),
        github_users.matches_content,
        github_users.read_statements,
        github_users.write_statements,
    ),
    Format(
        "csv",
        "CSV: account, organisation, since, until",
        _file_name_pattern(r".*\.csv"),
        csv_affiliations.matches_content,
        csv_affiliations.read_statements,
        csv_affiliations.write_statements,
    ),
    Format(
        "grimoirelab-identities",
        "GrimoireLab identities YAML",
        _file_name_pattern(r".*identities.*\.ya?ml"),
        grimoirelab_identities.matches_content,
        grimoirelab_identities.read_statements,
        grimoirelab_identities.write_statements,
    ),
    Format(
        "opendigger",
        "OpenDigger label YAML",
        _file_name_pattern(r".*\.ya?ml"),
        opendigger_labels.matches_content,
        opendigger_labels.read_statements,
        opendigger_labels.write_statements,
    ),
    Format(
        "gitdm",
        "gitdm developers_affiliations*.txt",
        _file_name_pattern(r"developers_affiliations.*\.txt"),
        gitdm_affiliations.matches_content,
        gitdm_affiliations.read_statements,
        gitdm_affiliations.write_statements,
    ),
    Format(
        "gitdm-map",
        "gitdm domain-map and email-map",
        _file_name_pattern(r"(.*[-_])?(domain|email)-?map.*"),
        gitdm_map.matches_content,
        gitdm_map.read_statements,
        gitdm_map.write_statements,
    ),
)


def find_format_by_name(name: str) -> Format:
    """The format with this name; raises `UnknownName`."""
    for known_format in FORMATS:
        if known_format.name == name:
            return known_format
    raise UnknownName("affiliation format", name, [known_format.name for known_format in FORMATS])


def detect_format(name: str, content: str | bytes) -> Format | None:
    """Detect the format by content; the file name decides where several formats or none match. `None`: unknown.

    name  file name or path, with either kind of slash
    """
    text = decode_file_content(content)
    content_matches = [each for each in FORMATS if each.matches_content(text)]
    base = PurePosixPath(name.replace("\\", "/")).name
    name_matches = [each for each in FORMATS if each.file_names.fullmatch(base)]
    both = [each for each in content_matches if each in name_matches]
    return next(iter(both or content_matches or name_matches), None)


def read_affiliation_file(name: str, content: str | bytes, format: str | None = None) -> ReadResult:  # noqa: A002 - the option's name
    """Read the statements of an affiliation file and its unreadable entries.

    name    the file name, which becomes the source of the statements
    format  a name of FORMATS; `None`: detect it
    raises  `UserError` for an unknown format; a damaged file of a known format is read as far as possible
    """
    chosen = find_format_by_name(format) if format else detect_format(name, content)
    if chosen is None:
        known = ", ".join(each.name for each in FORMATS)
        raise UserError(
            f"The file {name!r} is in no known affiliation format. Accepted formats: {known}. "
            "Name the file as its format does, or give the format."
        )
    return chosen.read_statements(name, decode_file_content(content))


def write_affiliation_file(format: str, statements: FileStatements) -> WrittenFile:  # noqa: A002 - as above
    """Write statements in a format; also returns those that the format cannot hold. Raises `UnknownName`."""
    return find_format_by_name(format).write_statements(canonical_statements(statements))


def decode_file_content(content: str | bytes) -> str:
    """Decode UTF-8 without the byte order mark; invalid bytes become surrogates, which readers refuse."""
    text = content.decode("utf-8", "surrogateescape") if isinstance(content, bytes) else content
    return text.removeprefix("\ufeff")
