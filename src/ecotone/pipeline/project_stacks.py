"""From collected declarations to the stacks of projects and the coverage of their manifests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events.sources.git.manifests import DECLARATION_SCHEMA, GAP_SCHEMA, SNAPSHOT_SCHEMA
from ecotone.events.sources.git.tree_members import NAMED_CHILD_SCHEMA
from ecotone.foundation.capped_files import read_capped_file
from ecotone.foundation.errors import UserError
from ecotone.foundation.landscape import Landscape, Project
from ecotone.foundation.months import add_months, list_months_between
from ecotone.foundation.notes import note, write_notes
from ecotone.pipeline.project_steps import ProjectInput
from ecotone.signals.coverage import COMPLETE, NOT_OBSERVED, PARTIAL
from ecotone.stack.application_stack import SHIPPED, ApplicationStack, DeclaredSpan, build_stack
from ecotone.stack.manifests.declared import RUNTIME
from ecotone.stack.manifests.manifest_reader import scope_of_path
from ecotone.stack.measure_tables import AI_NATIVE, TRADITIONAL, month_date, month_number
from ecotone.stack.technology_map import TechnologyMap, extended_map, load_technologies
from ecotone.stack.tree_names import follow_named_members

MANIFESTS: Final = "manifests"
GIT: Final = "git"
SIGNAL_LAYERS: Final = ("model_api", "model_kit", "database", "vector")
"""Layers whose technologies are counted as signals."""

COLLECTED: Final = {
    "declarations": DECLARATION_SCHEMA,
    "manifest_gaps": GAP_SCHEMA,
    "named_children": NAMED_CHILD_SCHEMA,
}
"""Tables that the reading of every repository leaves."""

STACK_LAYER_SCHEMA: Final = pa.schema(
    [("project", pa.string()), ("month", pa.date32()), ("layer", pa.string()), ("technologies", pa.int64())]
)
PACKAGE_SCHEMA: Final = pa.schema(
    [
        ("ecosystem", pa.string()), ("package", pa.string()), ("layer", pa.string()), ("technology", pa.string()),
        ("generative", pa.bool_()),
    ]
)  # fmt: skip
NAMED_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()), ("month", pa.date32()), ("kind", pa.string()), ("members", pa.int64()),
        ("names", pa.string()),
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProjectManifests:
    """What the manifests of one project declare; tables of all its repositories.

    windows  repository -> first and last month-end snapshot; months since January of year 0
    """

    declarations: pa.Table
    gaps: pa.Table
    named_children: pa.Table
    windows: Mapping[str, tuple[int, int]]

    @property
    def window(self) -> tuple[int, int] | None:
        """The first and the last snapshot of any repository."""
        firsts, lasts = zip(*self.windows.values(), strict=True) if self.windows else ((), ())
        return (min(firsts), max(lasts)) if firsts else None


def read_manifests(project: ProjectInput) -> ProjectManifests:
    """The manifests of one project; nothing of what an older version of Ecotone collected."""
    tables = {name: [schema.empty_table()] for name, schema in COLLECTED.items()}
    windows = {}
    for reading in project.readings:
        for name, schema in COLLECTED.items():
            tables[name].append(project.collected.read_table_or(reading.repository, name, schema.empty_table()))
        months = project.collected.read_table_or(reading.repository, "snapshots", SNAPSHOT_SCHEMA.empty_table())[
            "month"
        ]
        if len(months):
            windows[reading.repository] = (pc.min(months).as_py(), pc.max(months).as_py())
    declarations, gaps, named = (pa.concat_tables(tables[name]) for name in COLLECTED)
    return ProjectManifests(declarations, gaps, named, windows)


def with_manifest_coverage(
    project: ProjectInput, manifests: ProjectManifests, months: Sequence[date], git_rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The rows of the table `coverage` of one project, with those of its manifests.

    A month without a snapshot, or without a manifest in it, is not observed; one with a manifest that could not be
    read is partial.

    git_rows  rows of the inputs that git gives
    """
    declared, unread = (_months_by_repository(table, manifests) for table in (manifests.declarations, manifests.gaps))
    git_states = {(row["repository"], row["month"]): row["state"] for row in git_rows if row["source"] == GIT}
    rows = []
    for reading in project.timed_readings:
        repository = reading.repository
        for month in months:
            gaps = unread[repository].get(month_number(month), 0)
            state = git_states.get((repository, month), NOT_OBSERVED)
            if not declared[repository].get(month_number(month)):
                state = NOT_OBSERVED
            elif gaps and state == COMPLETE:
                state = PARTIAL
            notes = [note("manifests_unreadable_in_month", count=gaps)] if gaps else []
            if state == NOT_OBSERVED and not gaps:
                notes = [note("no_manifest")]
            rows.append(
                {"project": project.name, "source": MANIFESTS, "repository": repository, "month": month,
                 "state": state, "note": write_notes(notes)}
            )  # fmt: skip
    return git_rows + rows


def _months_by_repository(table: pa.Table, manifests: ProjectManifests) -> Mapping[str, dict[int, int]]:
    """Repository -> month -> how many manifests have a row in it."""
    paths: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    distinct = table.group_by(["repository", "manifest", "since", "until"]).aggregate([])
    for row in distinct.to_pylist():
        until = month_number(row["until"]) if row["until"] else manifests.windows[row["repository"]][1] + 1
        for month in range(month_number(row["since"]), until):
            paths[row["repository"]][month].add(row["manifest"])
    counted = {
        repository: {month: len(listed) for month, listed in months.items()} for repository, months in paths.items()
    }
    return defaultdict(dict, counted)


def read_technology_map(landscape: Landscape) -> TechnologyMap:
    """The map of technologies with the landscape's own rows. Raises UserError."""
    if not landscape.technology_files:
        return load_technologies()
    texts = []
    for path in landscape.technology_files:
        try:
            texts.append((read_capped_file(path).decode("utf-8-sig"), str(path)))
        except FileNotFoundError:
            raise UserError(f"There is no file of technologies {path}. Correct its name and run again.") from None
        except OSError as error:
            raise UserError(
                f"The file of technologies {path} cannot be read ({error.strerror})."
                " Correct `technology_files` in the landscape file and run again."
            ) from None
        except UnicodeDecodeError as error:
            raise UserError(f"{path} is not UTF-8 text (byte {error.start}). Save it as UTF-8 and run again.") from None
    return extended_map(texts)


@dataclass(frozen=True, slots=True)
class ProjectStacks:
    """What projects are built on.

    declarations, gaps  of all manifests: DECLARATION_SCHEMA, GAP_SCHEMA
    stacks              of every project with a snapshot, by name
    layer_counts        the relation `stack_layers` of signals
    packages            PACKAGE_SCHEMA: what the map says of every declared package
    children, named     NAMED_CHILD_SCHEMA and NAMED_SCHEMA: members that source trees name
    manifests           the manifests of each project, by name
    """

    declarations: pa.Table
    gaps: pa.Table
    children: pa.Table
    packages: pa.Table
    named: pa.Table
    stacks: tuple[ApplicationStack, ...]
    layer_counts: pa.Table
    manifests: Mapping[str, ProjectManifests]


def build_stacks(landscape: Landscape, inputs: Sequence[ProjectInput]) -> ProjectStacks:
    """The stacks of all projects that were read. Raises UserError."""
    technologies = read_technology_map(landscape)
    entries = {project.name: project for project in landscape.projects}
    read = [(entries[project.name], project, read_manifests(project)) for project in inputs]
    stacks = [stack for parts in read if (stack := project_stack(*parts, technologies))]
    stacks.sort(key=lambda stack: stack.name)
    fields = ("declarations", "gaps", "named_children")
    declarations, gaps, children = (
        pa.concat_tables([schema.empty_table(), *(getattr(manifests, name) for _, _, manifests in read)])
        for name, schema in zip(fields, COLLECTED.values(), strict=True)
    )
    by_name = sorted(read, key=lambda part: part[0].name)
    named = [row for entry, _, manifests in by_name for row in named_member_rows(entry.name, manifests)]
    return ProjectStacks(
        declarations,
        gaps,
        children,
        package_table(declarations, technologies),
        pa.Table.from_pylist(named, schema=NAMED_SCHEMA),
        tuple(stacks),
        stack_layer_table(landscape, stacks),
        {entry.name: manifests for entry, _, manifests in read},
    )


def package_table(declarations: pa.Table, technologies: TechnologyMap) -> pa.Table:
    """PACKAGE_SCHEMA of every declared package that the map knows, sorted."""
    distinct = declarations.group_by(["ecosystem", "package"]).aggregate([]).to_pylist()
    rows = [
        {**row, "layer": mapped.layer, "technology": mapped.name, "generative": mapped.generative}
        for row in sorted(distinct, key=lambda row: (row["ecosystem"], row["package"]))
        for mapped in technologies.look_up(row["ecosystem"], row["package"])
    ]
    return pa.Table.from_pylist(rows, schema=PACKAGE_SCHEMA)


def _month_of_number(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def named_member_rows(project: str, manifests: ProjectManifests) -> Iterator[dict[str, Any]]:
    """NAMED_SCHEMA of one project: stack/named-1 in every month of its window."""
    if manifests.window is None:
        return
    first, last = manifests.window
    children = [
        {**row, "folder": f"{row['repository']}/{row['folder']}" if len(manifests.windows) > 1 else row["folder"]}
        for row in manifests.named_children.to_pylist()
    ]
    for part in follow_named_members(children, _month_of_number(first), _month_of_number(last + 1)):
        for month in list_months_between(part.since, add_months(part.until, -1)):
            names = ",".join(sorted(part.members))
            yield {"project": project, "month": month, "kind": part.kind, "members": len(part.members), "names": names}


def project_stack(
    entry: Project, project: ProjectInput, manifests: ProjectManifests, technologies: TechnologyMap
) -> ApplicationStack | None:
    """The stack of one project; None without a snapshot. What its connectors declare is left out."""
    if manifests.window is None:
        return None
    first, last = manifests.window
    folders = tuple(f"{folder}/" for folder in entry.connectors)
    rows, gaps = (
        [row for row in table.to_pylist() if not row["manifest"].startswith(folders)]
        for table in (manifests.declarations, manifests.gaps)
    )
    unread = [
        (month_number(row["since"]), month_number(row["until"]) if row["until"] else last + 1)
        for row in gaps
        if not row["carried"] and scope_of_path(row["manifest"])(RUNTIME) in SHIPPED
    ]
    spans = [
        DeclaredSpan(
            row["ecosystem"], row["package"], row["scope"], month_number(row["since"]),
            month_number(row["until"]) if row["until"] else last + 1,
        )
        for row in rows
    ]  # fmt: skip
    shallow = any(reading.shallow for reading in project.readings)
    window = (first - shallow, first, last)
    return build_stack(project.name, _group_of_project(entry), window, spans, technologies, unread)


def _group_of_project(entry: Project) -> str:
    if entry.ai_native is None:
        return ""
    return AI_NATIVE if entry.ai_native else TRADITIONAL


def stack_layer_table(landscape: Landscape, stacks: Sequence[ApplicationStack]) -> pa.Table:
    """The relation `stack_layers` of signals: how many technologies of a layer each application has in a month.

    Without rows where a manifest of which nothing is known may declare more.
    """
    others = {project.name for project in landscape.projects if project.role in ("framework", "infrastructure")}
    rows = [
        {"project": stack.name, "month": month_date(month), "layer": layer,
         "technologies": len(stack.technologies(layer, month))}
        for stack in stacks
        if stack.name not in others
        for month in range(stack.first, stack.last + 1)
        if stack.is_seen(month) and not stack.is_unread(month)
        for layer in SIGNAL_LAYERS
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=STACK_LAYER_SCHEMA)
