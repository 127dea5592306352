"""Ecotone from Python: `ecotone.open(workspace).signals(projects=["a/b"], since="2024-01").to_pandas()`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

_PROJECT_COLUMNS = (("project",), ("repository",), ("project_a", "project_b"), ("subject",))
_TIME_COLUMNS = ("month", "created_at", "opened_at", "quarter")
_SPELL = {"since", "until"}


@dataclass(frozen=True, slots=True)
class Relation:
    """A table with filters, read when a `to_` method is called.

    since, until  months, both included; intervals [since, until) of a table count if they overlap these months
    projects      names of projects, or of their repositories if the table is by repository; a table of pairs gives
                  the pairs with at least one of them
    """

    path: Path
    projects: tuple[str, ...] | None = None
    since: date | None = None
    until: date | None = None

    def to_arrow(self) -> pa.Table:
        """The rows as an Arrow table, in the table's own order. Raises DamagedFile."""
        try:
            table = ds.dataset(self.path)
            return table.to_table(filter=self._filter_expression(table.schema))
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

    def _filter_expression(self, schema: pa.Schema) -> pc.Expression | None:
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

    def table(
        self,
        name: str,
        *,
        projects: Iterable[str] | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Relation:
        """Any public table by name. Raises UnknownName for an unknown table or project."""
        path = self._workspace.table_path(name)
        first, last = (None if month is None else parse_month(month) for month in (since, until))
        if first and last and last < first:
            raise UserError(f"until = {last:%Y-%m} is before since = {first:%Y-%m}. Give the earlier month as since.")
        return Relation(
            path,
            None
            if projects is None
            else tuple(name for project in projects for name in self._repository_names(project)),
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

    def _repository_names(self, project: str) -> list[str]:
        """A project's name and the names of its repositories."""
        name = self.project(project)
        table = self._workspace.read_table("projects")
        return [name, *table.filter(pc.field("project") == name)["repository"][0].as_py().split()]

    def last_reads(self) -> dict[str, dict[str, Any]]:
        """The last read of each repository: commits, landed, request_heads, tags, note and so on."""
        manifest = self._workspace.current_manifest() or {}
        return {str(reading["repository"]): reading for reading in manifest.get("readings", [])}

    def projects(self, **wanted: Any) -> Relation:
        """One row per project."""
        return self.table("projects", **wanted)

    def events(self, **wanted: Any) -> Relation:
        """One row per event."""
        return self.table("events", **wanted)

    def people(self, **wanted: Any) -> Relation:
        """One row per account."""
        return self.table("people", **wanted)

    def affiliations(self, **wanted: Any) -> Relation:
        """One row per person, organisation and interval of employment."""
        return self.table("affiliations", **wanted)

    def signals(self, **wanted: Any) -> Relation:
        """One row per project-month, one column per signal."""
        return self.table("signals", **wanted)

    def organisations(self, **wanted: Any) -> Relation:
        """One row per project-month and organisation."""
        return self.table("organisations", **wanted)

    def employer_shares(self, **wanted: Any) -> Relation:
        """One row per project, period, measure and organisation: known share, estimate and bounds."""
        return self.table("employer_shares", **wanted)

    def interactions(self, **wanted: Any) -> Relation:
        """One row per project-month, pair of organisations and kind of interaction."""
        return self.table("interactions", **wanted)

    def person_interactions(self, **wanted: Any) -> Relation:
        """One row per project-month, pair of persons and kind of interaction; never part of a report."""
        return self.table("person_interactions", **wanted)

    def person_months(self, **wanted: Any) -> Relation:
        """One row per project-month, person and organisation; never part of a report."""
        return self.table("person_months", **wanted)

    def cohesion(self, **wanted: Any) -> Relation:
        """One row per project-month or category-month: how organisations mix."""
        return self.table("cohesion", **wanted)

    def brokerage(self, **wanted: Any) -> Relation:
        """One row per project-month and organisation: its brokerage roles."""
        return self.table("brokerage", **wanted)

    def influence(self, **wanted: Any) -> Relation:
        """One row per month, formula and project or person."""
        return self.table("influence", **wanted)

    def project_edges(self, **wanted: Any) -> Relation:
        """One row per pair of projects, quarter (NULL: the whole period) and kind of edge."""
        return self.table("project_edges", **wanted)

    def trends(self, **wanted: Any) -> Relation:
        """One row per project and signal: the shape of its time series."""
        return self.table("trends", **wanted)

    def verdicts(self, **wanted: Any) -> Relation:
        """One row per project: what its history is and what it does now."""
        return self.table("verdicts", **wanted)

    def field_monthly(self, **wanted: Any) -> Relation:
        """One row per scope (field, category, style, language), signal and month: leader and concentration."""
        return self.table("field_monthly", **wanted)

    def ai_assistance(self, **wanted: Any) -> Relation:
        """One row per project (category, field), month and AI product."""
        return self.table("ai_assistance", **wanted)

    def findings(self, **wanted: Any) -> Relation:
        """One row per finding: a sentence with its figures."""
        return self.table("findings", **wanted)

    def coverage(self, **wanted: Any) -> Relation:
        """One row per source, repository and month."""
        return self.table("coverage", **wanted)

    def signal_coverage(self, **wanted: Any) -> Relation:
        """How completely each signal was observed: one row a project, month and signal."""
        return self.table("signal_coverage", **wanted)

    def clusters(self, **wanted: Any) -> Relation:
        """One row per project and clustering level: its cluster."""
        return self.table("clusters", **wanted)

    def counts(self, **wanted: Any) -> Relation:
        """One row per repository-month, event kind and source that gives only counts."""
        return self.table("counts", **wanted)

    def references(self, **wanted: Any) -> Relation:
        """One row per project-month and external series."""
        return self.table("references", **wanted)


def open_workspace(workspace: str | Path = ".ecotone") -> Ecotone:
    """Open a workspace for reading. Raises MissingTable or WorkspaceVersion."""
    return Ecotone(Workspace.open(Path(workspace)))
