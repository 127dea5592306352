"""Ecotone from Python: `ecotone.open(workspace).signals(projects=["a/b"], since="2024-01").to_pandas()`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from html import escape
from itertools import chain
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from ecotone.foundation.errors import UnknownName, UserError
from ecotone.foundation.months import add_months, parse_month
from ecotone.store.files import damaged_file_error
from ecotone.store.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

Projects = str | Iterable[str] | None
"""A project's name, several, or all."""

Month = str | date | None
"""A month as "2024-01" or as a day in it, or no limit."""

SHOWN_ROWS: Final = 10
"""Rows that a notebook shows."""

_PROJECT_COLUMNS = (("project",), ("repository",), ("project_a", "project_b"), ("subject",))
_TIME_COLUMNS = ("month", "created_at", "opened_at", "quarter")
_SPELL = {"since", "until"}


@dataclass(frozen=True, slots=True, repr=False)
class Relation:
    """A table with filters, read when a `to_` method is called; libraries that take Arrow streams take it as it is.

    since, until  months, both included; intervals [since, until) of a table count if they overlap these months
    projects      names of projects, or of their repositories if the table is by repository; a table of pairs gives
                  the pairs with at least one of them
    """

    path: Path
    projects: tuple[str, ...] | None = None
    since: date | None = None
    until: date | None = None

    def to_arrow(self) -> pa.Table:
        """The rows as an Arrow table, in the table's own order. Raises DamagedFile.

        Each signal's field has `unit`, `formula`, `definition` and `null_means` as metadata.
        """
        table = self._read(lambda dataset, wanted: dataset.to_table(filter=wanted))
        return table.cast(_describe_signals(table.schema)) if self.path.stem == "signals" else table

    def __len__(self) -> int:
        return int(self._read(lambda dataset, wanted: dataset.count_rows(filter=wanted)))

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        try:
            columns = self._read(lambda dataset, _: dataset.schema.names)
            return f"{self._title()}: {len(self):,} rows; columns: {', '.join(columns)}"
        except UserError as error:
            return f"{self._title()}: {error}"

    def _repr_html_(self) -> str:
        """The first rows as a table, for notebooks."""
        try:
            rows = self._read(lambda dataset, wanted: dataset.head(SHOWN_ROWS, filter=wanted))
            caption = f"{self._title()}: {len(self):,} rows, {rows.num_rows} shown"
        except UserError as error:
            return f"<p>{escape(f'{self._title()}: {error}')}</p>"
        head = "".join(f"<th>{escape(name)}</th>" for name in rows.column_names)
        body = "".join(
            "<tr>" + "".join(f"<td>{'' if cell is None else escape(str(cell))}</td>" for cell in row.values()) + "</tr>"
            for row in rows.to_pylist()
        )
        return f"<table><caption>{escape(caption)}</caption><tr>{head}</tr>{body}</table>"

    def _title(self) -> str:
        limits = (f"{name} {month:%Y-%m}" for name, month in (("since", self.since), ("until", self.until)) if month)
        return " ".join((self.path.stem, *(("of", ", ".join(self.projects)) if self.projects else ()), *limits))

    def _read(self, read: Callable[[ds.Dataset, pc.Expression], Any]) -> Any:
        try:
            dataset = ds.dataset(self.path)
            return read(dataset, self._filter_expression(dataset.schema))
        except (OSError, pa.ArrowInvalid) as error:
            raise damaged_file_error(self.path) from error

    def to_pandas(self) -> pd.DataFrame:
        """The rows as a pandas frame. Raises UserError if pandas is not installed."""
        try:
            return self.to_arrow().to_pandas()
        except ImportError as error:
            raise UserError("to_pandas() needs pandas: run `pip install pandas`, or use to_arrow().") from error

    def to_polars(self) -> pl.DataFrame:
        """The rows as a polars frame. Raises UserError if polars is not installed."""
        try:
            import polars
        except ImportError as error:
            raise UserError("to_polars() needs polars: run `pip install polars`, or use to_arrow().") from error
        frame = polars.from_arrow(self.to_arrow())
        assert isinstance(frame, polars.DataFrame)
        return frame

    def _filter_expression(self, schema: pa.Schema) -> pc.Expression:
        wanted = pc.scalar(True)
        if self.projects is not None:
            by = next((names for names in _PROJECT_COLUMNS if names[0] in schema.names), None)
            if by is None:
                raise UserError(f"The table {self.path.stem!r} has no project column. Omit `projects` (--project).")
            wanted &= reduce(or_, (pc.field(name).isin(list(self.projects)) for name in by))
        if self.since or self.until:
            wanted &= self._month_filter(schema)
        return wanted

    def _month_filter(self, schema: pa.Schema) -> pc.Expression:
        """The filter for `since` and `until`."""
        column = next((name for name in _TIME_COLUMNS if name in schema.names), None)
        if column is None and not set(schema.names) >= _SPELL:
            raise UserError(f"The table {self.path.stem!r} has no month column. Omit `since` and `until`.")
        begins, ends = (column, column) if column else ("since", "until")
        wanted = pc.scalar(True)
        if self.since:
            first = pa.scalar(self.since).cast(schema.field(ends).type)
            # an interval excludes its end, and NULL is an open end
            wanted &= pc.field(ends) >= first if column else (pc.field(ends) > first) | pc.field(ends).is_null()
        if self.until:
            after = pa.scalar(add_months(self.until, 1)).cast(schema.field(begins).type)
            wanted &= pc.field(begins) < after if column else (pc.field(begins) < after) | pc.field(begins).is_null()
        return wanted


class Ecotone:
    """An open workspace: one method per table, each returns a `Relation`."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def __repr__(self) -> str:
        manifest = self._workspace.current_manifest() or {"tables": []}
        projects = len(self.projects()) if "projects" in manifest["tables"] else 0
        return f"workspace {self._workspace.folder}; projects: {projects:,}; tables: {len(manifest['tables'])}"

    def table(
        self,
        name: str,
        *,
        projects: Projects = None,
        since: Month = None,
        until: Month = None,
    ) -> Relation:
        """Any public table by name. Raises UnknownName for an unknown table or project."""
        path = self._workspace.table_path(name)
        first, last = _first_day(since), _first_day(until)
        if first and last and last < first:
            raise UserError(f"until = {last:%Y-%m} is before since = {first:%Y-%m}. Give the earlier month as since.")
        return Relation(
            path,
            None if projects is None else self._repository_names([projects] if isinstance(projects, str) else projects),
            first,
            last,
        )

    def project(self, name: str) -> str:
        """A project's name as the tables spell it; case does not matter. Raises UnknownName."""
        known = self._workspace.read_table("projects")["project"].to_pylist()
        folded = {known_name.casefold(): known_name for known_name in known}
        if name.casefold() not in folded:
            raise UnknownName("project", name, known, "ecotone export projects")
        return str(folded[name.casefold()])

    def _repository_names(self, projects: Iterable[str]) -> tuple[str, ...]:
        """The name of each project, followed by those of its repositories."""
        table = self._workspace.read_table("projects")
        names = [self.project(project) for project in projects]
        rows = ((name, table.filter(pc.field("project") == name)["repository"][0].as_py()) for name in names)
        return tuple(chain.from_iterable((name, *repositories.split()) for name, repositories in rows))

    def last_reads(self) -> dict[str, dict[str, Any]]:
        """The last read of each repository: commits, landed, request_heads, tags, note and so on."""
        manifest = self._workspace.current_manifest() or {}
        return {str(reading["repository"]): reading for reading in manifest.get("readings", [])}

    def projects(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per project."""
        return self.table("projects", projects=projects, since=since, until=until)

    def events(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per event."""
        return self.table("events", projects=projects, since=since, until=until)

    def people(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per account."""
        return self.table("people", projects=projects, since=since, until=until)

    def affiliations(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per person, organisation and interval of employment."""
        return self.table("affiliations", projects=projects, since=since, until=until)

    def signals(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per project-month, one column per signal."""
        return self.table("signals", projects=projects, since=since, until=until)

    def organisations(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per project-month and organisation."""
        return self.table("organisations", projects=projects, since=since, until=until)

    def employer_shares(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per project, period, measure and organisation: known share, estimate and bounds."""
        return self.table("employer_shares", projects=projects, since=since, until=until)

    def employer_evidence(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per project-month, class of evidence and organisation: commits whose employer rests on it."""
        return self.table("employer_evidence", projects=projects, since=since, until=until)

    def interactions(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per project-month, pair of organisations and kind of interaction."""
        return self.table("interactions", projects=projects, since=since, until=until)

    def person_interactions(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per project-month, pair of persons and kind of interaction; never part of a report."""
        return self.table("person_interactions", projects=projects, since=since, until=until)

    def person_months(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per project-month, person and organisation; never part of a report."""
        return self.table("person_months", projects=projects, since=since, until=until)

    def cohesion(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per project-month or category-month: how organisations mix."""
        return self.table("cohesion", projects=projects, since=since, until=until)

    def brokerage(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per project-month and organisation: its brokerage roles."""
        return self.table("brokerage", projects=projects, since=since, until=until)

    def influence(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per month, formula and project or person."""
        return self.table("influence", projects=projects, since=since, until=until)

    def project_edges(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per pair of projects, quarter (NULL: the whole period) and kind of edge."""
        return self.table("project_edges", projects=projects, since=since, until=until)

    def trends(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per project and signal: the shape of its time series."""
        return self.table("trends", projects=projects, since=since, until=until)

    def verdicts(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per project: what its history is and what it does now."""
        return self.table("verdicts", projects=projects, since=since, until=until)

    def field_monthly(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per scope (field, category, style, language), signal and month: leader and concentration."""
        return self.table("field_monthly", projects=projects, since=since, until=until)

    def ai_assistance(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per project (category, field), month and AI product."""
        return self.table("ai_assistance", projects=projects, since=since, until=until)

    def findings(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per finding: a sentence with its figures."""
        return self.table("findings", projects=projects, since=since, until=until)

    def coverage(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per source, repository and month."""
        return self.table("coverage", projects=projects, since=since, until=until)

    def signal_coverage(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """How completely each signal was observed: one row a project, month and signal."""
        return self.table("signal_coverage", projects=projects, since=since, until=until)

    def clusters(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per project and clustering level: its cluster."""
        return self.table("clusters", projects=projects, since=since, until=until)

    def counts(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per repository-month, event kind and source that gives only counts."""
        return self.table("counts", projects=projects, since=since, until=until)

    def references(self, *, projects: Projects = None, since: Month = None, until: Month = None) -> Relation:
        """One row per project-month and external series."""
        return self.table("references", projects=projects, since=since, until=until)


def _first_day(month: Month) -> date | None:
    """The first day of a month. Raises UserError for a text that is none."""
    return parse_month(month) if isinstance(month, str) else month and month.replace(day=1)


def _describe_signals(schema: pa.Schema) -> pa.Schema:
    """The schema of `signals` with unit, formula, definition and the meaning of NULL in each signal's fields."""
    from ecotone import networks, signals

    for signal in (*signals.ALL, *networks.ALL):
        metadata = {key: str(getattr(signal, key)) for key in ("unit", "formula", "definition", "null_means")}
        for name in {signal.name, f"{signal.name}_low", f"{signal.name}_high"} & set(schema.names):
            index = schema.get_field_index(name)
            schema = schema.set(index, schema.field(index).with_metadata(metadata))
    return schema


def open_workspace(workspace: str | Path = ".ecotone") -> Ecotone:
    """Open a workspace for reading. Raises MissingTable or WorkspaceVersion."""
    return Ecotone(Workspace.open(Path(workspace)))
