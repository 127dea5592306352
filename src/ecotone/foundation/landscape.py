"""The landscape file: projects of a field, the period, and where histories and events are read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar, cast, get_args

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from ecotone.foundation import location as locations
from ecotone.foundation.capped_files import read_capped_file
from ecotone.foundation.engine_choice import THIS_MACHINE, EngineChoice
from ecotone.foundation.errors import BadLandscape
from ecotone.foundation.landscape_claims import MOST_CLAIMS, ClaimEntry, LandscapeClaim, build_claims
from ecotone.foundation.landscape_messages import (
    describe_expected_value,
    describe_first_error,
    refuse_control_characters,
    shown_value,
)
from ecotone.foundation.landscape_values import (
    AuthorLine,
    DomainName,
    FilePath,
    FolderPath,
    Location,
    Moment,
    Month,
    RepositoryName,
    WebAddress,
    resolve_path,
)
from ecotone.foundation.limits import DEFAULT_LIMITS, WHOLE_MACHINE, MachineShare, ReadingLimits
from ecotone.foundation.organisation_domains import OrganisationDomain, refuse_shared_domains
from ecotone.foundation.person_entries import (
    PersonEntry,
    PersonStatement,
    ShownPeople,
    SpellEntry,
    StrictModel,
    build_person_statements,
)
from ecotone.foundation.safe_toml import parse_toml
from ecotone.foundation.toml_lines import find_line

MOST_BYTES: Final = 1 << 24
"""Most bytes of a landscape file."""

OrganisationLevel = Literal["company", "group"]
"""Whether a company counts for itself or for the group that owns it on the day."""

UNCATEGORISED: Final = "uncategorised"
"""The category of a project whose landscape names none."""
DEFAULT_HOST: Final = "https://github.com/"


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository of a project; `location` is the URL or path that git receives."""

    name: str
    location: locations.Location
    branch: str | None
    observed_until: datetime | None  # exclusive end of what was seen, naive UTC
    fork_of: str | None = None  # the project or repository whose commits are not this one's
    author_lines: tuple[str, ...] | None = None  # keys of lines in messages that name an author; None: the usual ones
    limits: ReadingLimits = DEFAULT_LIMITS


@dataclass(frozen=True, slots=True)
class Project:
    """One or more repositories that count as one project.

    role        application, framework or infrastructure; empty: not stated
    ai_native   whether an application is built around generative models; None: not stated
    connectors  folders whose manifests are those of plug-ins, not of the project itself
    """

    name: str
    repositories: tuple[Repository, ...]
    category: str
    layer: str
    style: str
    language: str
    aliases: tuple[str, ...]
    role: str = ""
    ai_native: bool | None = None
    connectors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AffiliationFile:
    """An affiliation file; `as_of` is the day that it describes (None: the newest day in it)."""

    path: Path
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A table `[sources.NAME]` as written; the source's own options model checks it (`check_options`).

    path   the landscape file
    lines  the line of each key, and of the table itself under ""
    """

    values: Mapping[str, Any]
    path: Path = field(default=Path(), repr=False)
    lines: Mapping[str, int] = field(default_factory=dict, repr=False)

    def position_of(self, key: str | None) -> str:
        """Where a key is written, or the table, for messages."""
        return f"{self.path}, line {self.lines.get(key or '', self.lines.get('', 1))}"


@dataclass(frozen=True, slots=True)
class Landscape:
    """Contents of a landscape file.

    organisations  organisation -> its e-mail domains, in addition to the built-in ones
    organisation_level  whether companies count, or the groups that own them
    free_mail_domains  e-mail domains that reveal no employer, in addition to the built-in ones
    affiliations   affiliation files, the most trusted first
    sources        tables of the sources to read in addition to the histories, by name
    interaction_actors  kinds of actors whose interactions count: person, bot, agent
    term_files     files of terms: repository, term, count
    groups         how many groups the project map shows first; None: as many as are stable
    technology_files  further rows of the map of technologies
    machine        what an analysis may use of this machine
    shows_handles  whether the report may show public logins of people whose employer is asked for
    address        where the report is published, with a slash at its end; empty if nowhere
    claims         statements that the report measures
    """

    name: str
    title: str
    title_zh: str
    since: date | None
    until: date | None
    categories: Mapping[str, str]
    organisations: Mapping[str, tuple[OrganisationDomain, ...]]
    free_mail_domains: tuple[str, ...]
    projects: tuple[Project, ...]
    affiliations: tuple[AffiliationFile, ...] = ()
    people: tuple[PersonStatement, ...] = ()
    sources: Mapping[str, SourceTable] = field(default_factory=dict)
    interaction_actors: tuple[str, ...] = ("person",)
    term_files: tuple[Path, ...] = ()
    groups: int | None = None
    technology_files: tuple[Path, ...] = ()
    organisation_level: OrganisationLevel = "company"
    engine: EngineChoice = field(default=THIS_MACHINE, repr=False)  # tables do not depend on it
    machine: MachineShare = field(default=WHOLE_MACHINE, repr=False)  # no table depends on it
    shows_handles: bool = False
    address: str = ""
    claims: tuple[LandscapeClaim, ...] = ()


class _RepositoryEntry(StrictModel):
    name: RepositoryName
    location: Location | None = None
    branch: str | None = None
    observed_until: Moment | None = None
    fork_of: str | None = Field(default=None, min_length=1)
    author_lines: list[AuthorLine] | None = None


class _ProjectEntry(StrictModel):
    repository: RepositoryName | None = None
    repositories: list[RepositoryName | _RepositoryEntry] = Field(default_factory=list)
    name: str | None = Field(default=None, min_length=1)
    category: str = UNCATEGORISED
    layer: str = ""
    style: str = ""
    language: str = ""
    location: Location | None = None
    branch: str | None = None
    observed_until: Moment | None = None
    aliases: list[RepositoryName] = Field(default_factory=list)
    fork_of: str | None = Field(default=None, min_length=1)
    author_lines: list[AuthorLine] | None = None
    role: Literal["", "application", "framework", "infrastructure"] = ""
    ai_native: bool | None = None
    connectors: list[FolderPath] = Field(default_factory=list)
    limits: ReadingLimits = DEFAULT_LIMITS


def _file_as_table(value: object) -> object:
    return {"file": value} if isinstance(value, str) else value


class _AffiliationFileEntry(StrictModel):
    file: FilePath
    as_of: date | None = None


class _Header(StrictModel):
    name: str = Field(pattern=r"^[A-Za-z0-9_-]+$")
    title: str = ""
    title_zh: str = ""
    address: WebAddress = ""
    since: Month | None = None
    until: Month | None = None
    observed_until: Moment | None = None
    author_lines: list[AuthorLine] | None = None
    free_mail_domains: list[DomainName] = Field(default_factory=list)
    affiliations: list[Annotated[_AffiliationFileEntry, BeforeValidator(_file_as_table)]] = Field(default_factory=list)
    people_files: list[FilePath] = Field(default_factory=list)
    term_files: list[FilePath] = Field(default_factory=list)
    technology_files: list[FilePath] = Field(default_factory=list)
    groups: int | None = Field(None, ge=2, le=200)
    interaction_actors: list[Literal["person", "bot", "agent"]] = Field(default=["person"], min_length=1)


class _DomainEntry(StrictModel):
    domain: DomainName
    since: date | None = None
    until: date | None = None


class SourceOptions(StrictModel):
    """The keys that a source accepts in its table of a landscape file; each source derives its own.

    Every key has a default and a `description`, which the reference prints.
    """


class _File(StrictModel):
    landscape: _Header
    limits: ReadingLimits = DEFAULT_LIMITS
    engine: EngineChoice = THIS_MACHINE
    machine: MachineShare = WHOLE_MACHINE
    report: ShownPeople = Field(default_factory=ShownPeople)
    sources: dict[str, dict[str, Any]] = Field(default_factory=dict)
    categories: dict[str, str] = Field(default_factory=dict)
    organisations: dict[Annotated[str, Field(min_length=1)], list[DomainName | _DomainEntry]] = Field(
        default_factory=dict
    )
    person: list[PersonEntry] = Field(default_factory=list)
    project: list[_ProjectEntry] = Field(min_length=1)
    claim: list[ClaimEntry] = Field(default_factory=list, max_length=MOST_CLAIMS)


Options = TypeVar("Options", bound=SourceOptions)

_TABLES: Final[Mapping[str, type[BaseModel]]] = {
    "project": _ProjectEntry, "person": PersonEntry, "report": ShownPeople, "claim": ClaimEntry,
    "engine": EngineChoice, "machine": MachineShare,
}  # fmt: skip
_INNER_TABLES: Final[Mapping[str, type[BaseModel]]] = {"project": _RepositoryEntry, "person": SpellEntry}


def read_landscape(path: Path) -> Landscape:
    """Read and check a landscape file. Raises BadLandscape, one sentence with the line and what is accepted."""
    try:
        with path.open("rb") as file:  # a pipe is as good as a file
            content = file.read(MOST_BYTES + 1)
        text = content.decode("utf-8-sig")
    except (FileNotFoundError, IsADirectoryError):
        raise BadLandscape(
            f"There is no landscape file {path}. Write one with `ecotone init agents -o {path}`."
        ) from None
    except UnicodeDecodeError as error:
        raise BadLandscape(f"{path} is not UTF-8 text (byte {error.start}). Save it as UTF-8 and run again.") from None
    if len(content) > MOST_BYTES:
        raise BadLandscape(f"{path} is larger than {MOST_BYTES >> 20} MiB, so it is no landscape file. Choose another.")
    return parse_landscape(text, path)


def parse_landscape(text: str, path: Path) -> Landscape:
    """Check the text of a landscape file; `path` is for messages and for relative locations."""
    try:
        raw = parse_toml(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error).replace("at end of document", f"at line {text.count(chr(10)) + 1}, the end of the file")
        raise BadLandscape(f"{path} is not TOML: {message}. Correct that line and run again.") from None
    refuse_control_characters(raw, (), text, path)
    level = _take_organisation_level(raw, text, path)
    try:
        parsed = _File.model_validate(raw)
    except ValidationError as error:
        raise BadLandscape(describe_first_error(error, text, path, _accepted_keys)) from None
    header = parsed.landscape
    if header.since and header.until and header.until < header.since:
        line = find_line(text, ("landscape", "until"))
        raise BadLandscape(f"{path}, line {line}: until = {header.until:%Y-%m} is before since = {header.since:%Y-%m}.")
    projects = tuple(_build_project(entry, index, parsed, path, text) for index, entry in enumerate(parsed.project))
    _refuse_duplicate_names(projects, text, path)
    organisations = {name: tuple(map(_build_domain, domains)) for name, domains in parsed.organisations.items()}
    refuse_shared_domains(organisations, text, path)
    return Landscape(
        name=header.name,
        title=header.title or header.name,
        title_zh=header.title_zh or header.title or header.name,
        since=header.since,
        until=header.until,
        categories=parsed.categories,
        organisations=organisations,
        organisation_level=level,
        shows_handles=parsed.report.handles,
        free_mail_domains=tuple(header.free_mail_domains),
        projects=projects,
        affiliations=tuple(_build_affiliation_file(entry, path) for entry in header.affiliations),
        term_files=tuple(Path(resolve_path(path, file_name)) for file_name in header.term_files),
        groups=header.groups,
        technology_files=tuple(Path(resolve_path(path, file_name)) for file_name in header.technology_files),
        people=(
            *build_person_statements(parsed.person, path, text),
            *(person for name in header.people_files for person in read_people_file(Path(resolve_path(path, name)))),
        ),
        interaction_actors=tuple(sorted(set(header.interaction_actors))),
        engine=parsed.engine,
        machine=parsed.machine,
        address=header.address,
        claims=build_claims(
            parsed.claim, {project.category for project in projects}, [project.name for project in projects], path, text
        ),
        sources={name: _source_table(name, values, path, text) for name, values in parsed.sources.items()},
    )


def _take_organisation_level(raw: dict[str, Any], text: str, path: Path) -> OrganisationLevel:
    """Remove the key `level` from [organisations], whose other keys are names. Raises BadLandscape."""
    organisations = raw.get("organisations")
    level = organisations.get("level") if isinstance(organisations, dict) else None
    if not isinstance(organisations, dict) or level is None or isinstance(level, list):
        return "company"  # an organisation may be called "level"
    del organisations["level"]
    if level not in get_args(OrganisationLevel):
        line = find_line(text, ("organisations", "level"))
        accepted = " or ".join(f'"{name}"' for name in get_args(OrganisationLevel))
        raise BadLandscape(f"{path}, line {line}: organisations.level = {level!r} cannot be used: must be {accepted}.")
    return cast(OrganisationLevel, level)


def _source_table(name: str, values: Mapping[str, Any], path: Path, text: str) -> SourceTable:
    lines = {key: find_line(text, ("sources", name, key) if key else ("sources", name)) for key in ("", *values)}
    return SourceTable(values, path, lines)


def check_options(name: str, table: SourceTable, model: type[Options]) -> Options:
    """The options that a table gives a source. Raises BadLandscape with the line, the value and what is accepted."""
    try:
        return model.model_validate(table.values, context={"path": table.path})
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0]) if first["loc"] else ""
        accepted = ", ".join(sorted(model.model_fields)) or "none"
        if first["type"] == "extra_forbidden":
            problem = f"the source {name!r} has no option {key!r}. Accepted: {accepted}."
        else:
            expected = describe_expected_value(first)
            problem = (
                f"{key} = {shown_value(first['input'])} cannot be used: {expected}. Options of {name!r}: {accepted}."
            )
        raise BadLandscape(f"{table.position_of(key)}: {problem}") from None


def _build_domain(entry: str | _DomainEntry) -> OrganisationDomain:
    return OrganisationDomain(entry) if isinstance(entry, str) else OrganisationDomain(**entry.model_dump())


class _PeopleFile(StrictModel):
    person: list[PersonEntry] = Field(default_factory=list)


def read_people_file(path: Path) -> list[PersonStatement]:
    """The persons of a file that `people_files` names: `[[person]]` tables. Raises BadLandscape."""
    try:
        text = read_capped_file(path).decode("utf-8-sig")
        parsed = _PeopleFile.model_validate(parse_toml(text))
    except (OSError, UnicodeDecodeError):
        raise BadLandscape(
            f"The file {path} of `people_files` cannot be read as UTF-8 text. Write it with"
            f" `ecotone people --review --write {path}`, or remove it from `people_files`."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise BadLandscape(f"{path} is not TOML: {error}. Correct that line and run again.") from None
    except ValidationError as error:
        raise BadLandscape(describe_first_error(error, text, path, _accepted_keys)) from None
    return build_person_statements(parsed.person, path, text)


def _build_affiliation_file(entry: _AffiliationFileEntry, path: Path) -> AffiliationFile:
    return AffiliationFile(Path(resolve_path(path, entry.file)), entry.as_of)


def _build_project(entry: _ProjectEntry, index: int, file: _File, path: Path, text: str) -> Project:
    header = file.landscape
    listed = [_RepositoryEntry(name=item) if isinstance(item, str) else item for item in entry.repositories]
    if entry.repository is not None:
        listed.insert(0, _RepositoryEntry(name=entry.repository, location=entry.location, branch=entry.branch))
    name = entry.name or (listed[0].name if listed else "")
    if not listed or (entry.repositories and entry.name is None) or (entry.repositories and entry.location):
        raise BadLandscape(
            f"{path}, line {find_line(text, ('project', index))}: a project needs `repository`,"
            " or `repositories` (each with its own `location`) and a `name`."
        )
    return Project(
        name=name,
        repositories=tuple(
            Repository(
                name=repository.name,
                location=_repository_location(repository, path),
                branch=repository.branch,
                observed_until=repository.observed_until or entry.observed_until or header.observed_until,
                fork_of=repository.fork_of or entry.fork_of,
                author_lines=_first_given(repository.author_lines, entry.author_lines, header.author_lines),
                limits=file.limits.model_copy(update=entry.limits.model_dump(exclude_unset=True)),
            )
            for repository in listed
        ),
        category=entry.category,
        layer=entry.layer,
        style=entry.style,
        language=entry.language,
        aliases=tuple(entry.aliases),
        role=entry.role,
        ai_native=entry.ai_native,
        connectors=tuple(entry.connectors),
    )


def _first_given(*choices: list[str] | None) -> tuple[str, ...] | None:
    return next((tuple(choice) for choice in choices if choice is not None), None)


def _repository_location(entry: _RepositoryEntry, path: Path) -> locations.Location:
    if entry.location is None:
        return locations.Location(DEFAULT_HOST + entry.name)
    location = locations.Location(entry.location)
    if locations.is_url(location.address) or re.match(r"[^@/\s]+@[\w.-]+:", location.address):
        return location
    return locations.Location(resolve_path(path, location))


def _refuse_duplicate_names(projects: tuple[Project, ...], text: str, path: Path) -> None:
    owners: dict[str, str] = {}
    for index, project in enumerate(projects):
        own = {project.name, *project.aliases, *(repository.name for repository in project.repositories)}
        repositories = [repository.name.casefold() for repository in project.repositories]
        doubled = len(set(repositories)) != len(repositories)
        for name in sorted(own):
            if doubled or name.casefold() in owners:
                line = find_line(text, ("project", index))
                first = owners.get(name.casefold(), project.name)
                raise BadLandscape(
                    f"{path}, line {line}: {name!r} is listed twice (first in project {first!r})."
                    " Keep one of the two; names are compared without regard to case."
                )
        owners |= {name.casefold(): project.name for name in own}


def _accepted_keys(location: tuple[int | str, ...]) -> list[str]:
    model: type[BaseModel] = _File
    if len(location) > 1:
        model = _TABLES.get(str(location[0]), _Header)
    if "limits" in location[:-1]:
        model = ReadingLimits
    elif len(location) > 3:
        model = _INNER_TABLES.get(str(location[0]), _DomainEntry)
    if "affiliations" in location and location[0] == "landscape":
        model = _AffiliationFileEntry
    return sorted(model.model_fields)
