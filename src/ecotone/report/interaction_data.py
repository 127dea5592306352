"""Data of the pages on organisations and their collaboration, from the network tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.months import add_months
from ecotone.networks.organisation_summary import from_both_sides, non_overlapping_windows, summarise_organisations
from ecotone.report.bilingual_text import Text, format_month, format_number
from ecotone.report.figure import Column, Row
from ecotone.report.file_slugs import unique_slugs
from ecotone.report.messages import message
from ecotone.report.report_data import ReportData
from ecotone.report.report_input import TableRow

REQUIRED_TABLES: Final = ("interactions", "brokerage", "cohesion")
MONTHS: Final = 12
"""Number of months in a matrix."""
ROWS: Final = 12
"""Number of organisations with their own row in a matrix."""

MIXING_COLUMNS: Final = (
    Column("name", message("from_organisation")),
    Column("other", message("to_organisation")),
    Column("v", message("share_of_weight"), "share"),
)
"""Columns of the data table of a matrix."""

MIN_KNOWN: Final = 0.05
"""Share of the weight between known organisations from which a matrix is drawn."""

SMALLER: Final = "(smaller)"
UNKNOWN: Final = "(unknown)"


@dataclass(frozen=True, slots=True)
class MixingMatrix:
    """Square matrix of shares (0..1) of the weight between known organisations; rows and columns as `names`.

    total     weight between known organisations
    within    share of it inside one organisation that may be named; `between`: between two organisations, of which at
              least one may be named; the rest is among smaller organisations
    known     its share of all weight
    half      share of all weight with one end unknown
    """

    names: tuple[Text, ...]
    cells: tuple[tuple[float | None, ...], ...]
    total: float
    within: float
    between: float
    known: float
    half: float
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class ShareMatrix:
    """Shares of commits by organisation (rows) and project (columns)."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True)
class InteractionData:
    """The network tables within the period of a report, and the organisations that may be named."""

    data: ReportData

    @cached_property
    def has_tables(self) -> bool:
        """Whether all tables that the pages need exist."""
        tables = self.data.source.tables
        return all(name in tables for name in REQUIRED_TABLES) and (self.has_presence or "overview" in tables)

    @cached_property
    def has_presence(self) -> bool:
        """Whether the table `person_months` has rows; otherwise the table `overview` is used."""
        presence = self.data.source.tables.get("person_months")
        return presence is not None and presence.num_rows > 0

    def period_table(self, name: str) -> pa.Table:
        """A table, filtered to the period."""
        table = self.data.source.tables[name]
        month = table["month"]
        within = pc.and_(
            pc.greater_equal(month, pa.scalar(self.data.source.since, pa.date32())),
            pc.less_equal(month, pa.scalar(self.data.source.until, pa.date32())),
        )
        return table.filter(within)

    @cached_property
    def presence(self) -> pa.Table:
        """Months of work by person and project; not exposed outside this class."""
        return self.period_table("person_months")

    @cached_property
    def interactions(self) -> pa.Table:
        """Interactions by month, kind and pair of organisations."""
        return self.period_table("interactions")

    @cached_property
    def organisation_summaries(self) -> tuple[TableRow, ...]:
        """Organisations with enough people, by commits."""
        if not self.has_presence:
            return tuple(self.data.source.tables["overview"].to_pylist())
        summaries = summarise_organisations(
            self.presence, self.interactions, self.period_table("brokerage"), self.data.source.min_people
        )
        return tuple(summaries.to_pylist())

    @cached_property
    def slugs(self) -> Mapping[str, str]:
        """Organisation that may be named -> file name of its page."""
        return unique_slugs(row["organisation"] for row in self.organisation_summaries)

    @cached_property
    def unknown_share(self) -> float:
        """Share of commits by people whose organisation is unknown."""
        commits = pc.sum(self.presence["commits"]).as_py() or 0
        unknown = self.presence.filter(pc.is_null(self.presence["organisation"]))
        return (pc.sum(unknown["commits"]).as_py() or 0) / max(commits, 1)

    def commits_by_organisation(self) -> dict[tuple[str, str | None], int]:
        """Commits by (project, organisation) in the period."""
        grouped = self.presence.group_by(["project", "organisation"], use_threads=False).aggregate([("commits", "sum")])
        rows = zip(*(grouped[name].to_pylist() for name in ("project", "organisation", "commits_sum")), strict=True)
        return {(project, organisation): commits for project, organisation, commits in rows}

    @cached_property
    def project_shares(self) -> ShareMatrix:
        """Shares of the largest organisations in the projects with the most commits by known organisations."""
        by_pair = self.commits_by_organisation()
        of_project: dict[str, int] = defaultdict(int)
        known: dict[str, int] = defaultdict(int)
        for (project, organisation), commits in by_pair.items():
            of_project[project] += commits
            known[project] += commits if organisation in self.slugs else 0
        columns = sorted((name for name in known if known[name]), key=lambda name: (-known[name], name))[:24]
        rows = [row["organisation"] for row in self.organisation_summaries[:20]]
        cells = tuple(
            tuple(by_pair.get((project, name), 0) / max(of_project[project], 1) or None for project in columns)
            for name in rows
        )
        return ShareMatrix(tuple(rows), tuple(columns), cells)

    def mixing_matrix(self, project: str | None = None) -> MixingMatrix | None:
        """Mixing matrix of the last months of one or all projects; None without interactions."""
        until = self.data.source.until
        since = max(add_months(until, 1 - MONTHS), self.data.source.since)
        rows = self.interactions
        rows = rows.filter(pc.greater_equal(rows["month"], pa.scalar(since, pa.date32())))
        if project is not None:
            rows = rows.filter(pc.equal(rows["project"], project))
        weights: dict[tuple[str, str], float] = defaultdict(float)
        columns = ("from_organisation", "to_organisation", "weight")
        for source, target, weight in zip(*(rows[name].to_pylist() for name in columns), strict=True):
            weights[self._display_name(source), self._display_name(target)] += weight
        everything = sum(weights.values())
        if not everything:
            return None
        known = {pair: weight for pair, weight in weights.items() if UNKNOWN not in pair}
        half = sum(weight for pair, weight in weights.items() if pair.count(UNKNOWN) == 1)
        names = _largest_organisations(known)
        folded: dict[tuple[str, str], float] = defaultdict(float)
        for (source, target), weight in known.items():
            pair = tuple(name if name in names else SMALLER for name in (source, target))
            folded[pair[0], pair[1]] += weight
        order = [*names, *([SMALLER] if any(SMALLER in pair for pair in folded) else [])]
        total = sum(folded.values())
        cells = tuple(tuple(folded[source, target] / total or None for target in order) for source in order)
        return MixingMatrix(
            names=tuple(message("smaller_ones") if name == SMALLER else Text.same(name) for name in order),
            cells=cells,
            total=total,
            within=sum(weight for (source, target), weight in known.items() if source == target != SMALLER)
            / (total or 1.0),
            between=sum(weight for (source, target), weight in known.items() if source != target) / (total or 1.0),
            known=total / everything,
            half=half / everything,
            since=since,
            until=until,
        )

    def _display_name(self, name: str | None) -> str:
        if name is None:
            return UNKNOWN
        return name if name in self.slugs else SMALLER

    @cached_property
    def partner_rows(self) -> pa.Table:
        """Interactions between two organisations that may be named, one row from each side."""
        both = from_both_sides(self.interactions)
        named = pa.array(list(self.slugs), pa.string())
        return both.filter(
            pc.and_(pc.is_in(both["organisation"], value_set=named), pc.is_in(both["partner"], value_set=named))
        )

    @cached_property
    def brokerage_roles(self) -> pa.Table:
        """Brokerage by organisation and project, in non-overlapping windows."""
        return non_overlapping_windows(self.period_table("brokerage"))


def mixing_figure_rows(matrix: MixingMatrix) -> tuple[Row, ...]:
    """Rows of a figure for a matrix; cells without interactions are empty."""
    return tuple(
        {"name": source, "other": target, "v": cell}
        for source, cells in zip(matrix.names, matrix.cells, strict=True)
        for target, cell in zip(matrix.names, cells, strict=True)
    )


def collaboration_sentence(matrix: MixingMatrix) -> Text:
    """Whether people of different organisations work together: the shares within one organisation and between two."""
    shares = {"within": matrix.within, "between": matrix.between, "known": matrix.known}
    return message(
        "collaboration_answer",
        since=format_month(matrix.since),
        until=format_month(matrix.until),
        **{key: format_number(share, "share") for key, share in shares.items()},
    )


def mixing_text(matrix: MixingMatrix) -> Text:
    """What the matrix shows, and how much of the weight has unknown ends."""
    both = max(0.0, 1 - matrix.known - matrix.half)
    shares = {"known": matrix.known, "half": matrix.half, "both": both}
    return message(
        "mixing_text" if matrix.known >= MIN_KNOWN else "mixing_mostly_unknown",
        since=format_month(matrix.since),
        until=format_month(matrix.until),
        **{key: format_number(share, "share") for key, share in shares.items()},
    )


def _largest_organisations(weights: Mapping[tuple[str, str], float]) -> list[str]:
    """The organisations with the most weight, which get their own rows."""
    of_name: dict[str, float] = defaultdict(float)
    for (source, target), weight in weights.items():
        for name in {source, target} - {SMALLER}:
            of_name[name] += weight
    return sorted(of_name, key=lambda name: (-of_name[name], name))[:ROWS]


def sum_by_keys(table: pa.Table, keys: Sequence[str], columns: Sequence[str]) -> list[TableRow]:
    """Sum columns by keys; rows are sorted by the keys."""
    grouped = table.group_by(list(keys), use_threads=False).aggregate([(column, "sum") for column in columns])
    named = grouped.rename_columns([*keys, *columns])
    return list(named.sort_by([(key, "ascending") for key in keys]).to_pylist())
