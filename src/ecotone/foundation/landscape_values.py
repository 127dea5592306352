"""Values of a landscape file, checked and converted one by one."""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, ValidationInfo

from ecotone.foundation import location
from ecotone.foundation.errors import UserError
from ecotone.foundation.months import parse_month

AUTHOR_LINE_KEY: Final = re.compile(r"(?:[a-z]{1,20}-){0,3}(?:by|author|authors|from)\Z")
"""A key that `author_lines` may list, in lower case with hyphens."""

_REPOSITORY: Final = re.compile(r"(?!\.\.?(/|\Z))[A-Za-z0-9_.-]+(/(?!\.\.?(/|\Z))[A-Za-z0-9_.-]+)+\Z")
_WEB_ADDRESS: Final = re.compile(r"https?://[^\s\"'<>?#@]{1,500}\Z")
_DOMAIN: Final = re.compile(r"[^\s@/.]+(\.[^\s@/.]+)+\Z")


def resolve_path(path: Path, value: str) -> str:
    """A path of a landscape file; a relative one starts at the file's folder."""
    return os.path.abspath(path.parent / os.path.expanduser(value))


def _end_of_observation(value: object) -> object:
    """The exclusive end, naive UTC; a day is included whole."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, date) and value < date.max:
        return datetime.combine(value, time()) + timedelta(days=1)
    raise ValueError("must be a day such as 2025-02-26, without quotes")


def _parse_month_value(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("must be a month such as 2024-03, in quotes")
    try:
        return parse_month(value)
    except UserError as error:
        raise ValueError(str(error)) from error


def _repository_name(value: object) -> object:
    if not isinstance(value, str) or not _REPOSITORY.match(value):
        raise ValueError("must be written owner/name")
    return value


def _location_text(value: object) -> object:
    if not isinstance(value, str) or not value or any(ord(letter) < 32 for letter in value):
        raise ValueError("must be a URL or a path, without control characters")
    return value.address if isinstance(value, location.Location) else value


def _web_address(value: object) -> object:
    """The address of a folder on the web, with a slash at its end."""
    if not isinstance(value, str) or not _WEB_ADDRESS.match(value):
        raise ValueError("must be an address such as https://team.example/report, without query")
    return value.rstrip("/") + "/"


def _domain_name(value: object) -> object:
    if not isinstance(value, str) or not _DOMAIN.match(value):
        raise ValueError("must be an e-mail domain such as company.example")
    return value


def _author_line(value: object) -> object:
    key = re.sub(r"[ _]", "-", value.strip().rstrip(":").lower()) if isinstance(value, str) else ""
    if not AUTHOR_LINE_KEY.match(key):
        raise ValueError('must be the key of a line that names an author, such as "Submitted-by" or "Author"')
    return key


def _place_from_file(value: str, info: ValidationInfo) -> location.Location:
    """An address is left as it is; a path starts at the landscape file."""
    start = info.context["path"] if info.context else Path()
    return location.Location(value if location.is_url(value) else resolve_path(start, value))


def _file_path(value: object) -> object:
    if not isinstance(value, str) or not value or location.is_url(value):
        raise ValueError("must be the path of a file on this machine")
    return value


def _folder_path(value: object) -> object:
    path = value.strip("/") if isinstance(value, str) else ""
    if not path or any(part in ("", ".", "..") for part in path.split("/")):
        raise ValueError("must be a folder of the repository such as packages/connectors")
    return path


DomainName = Annotated[str, BeforeValidator(_domain_name)]
FilePath = Annotated[str, BeforeValidator(_file_path)]
FolderPath = Annotated[str, BeforeValidator(_folder_path)]
"""A folder of a repository, without a slash at its ends."""
Location = Annotated[str, BeforeValidator(_location_text), AfterValidator(location.Location)]
AuthorLine = Annotated[str, BeforeValidator(_author_line)]
"""The key of a line in a commit message that names an author."""
Address = Annotated[str, BeforeValidator(_location_text), AfterValidator(_place_from_file)]
"""A URL, or a path that starts at the landscape file."""
Moment = Annotated[datetime, BeforeValidator(_end_of_observation)]
Month = Annotated[date, BeforeValidator(_parse_month_value)]
RepositoryName = Annotated[str, BeforeValidator(_repository_name)]
WebAddress = Annotated[str, BeforeValidator(_web_address)]
"""The web address of a folder, with a slash at its end."""
