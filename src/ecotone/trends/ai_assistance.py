"""The table `ai_assistance`: commits that name an AI product as author or helper, by project, month and product.

Help that a commit does not name is not counted: every share is a lower bound.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.signals.coverage import COMPLETE, NOT_OBSERVED, states_of_rows

SIGNAL: Final = "assisted_share"
ANY_PRODUCT: Final = "(any)"
WHOLE_FIELD: Final = "all"
MAX_EXAMPLES: Final = 3
ROWS_AT_A_TIME: Final = 50_000
DIGITS: Final = 12

SCHEMA: Final = pa.schema(
    [
        ("scope_kind", pa.string()),
        ("scope", pa.string()),
        ("category", pa.string()),
        ("month", pa.date32()),
        ("coverage", pa.string()),
        ("product", pa.string()),
        ("commits", pa.int64()),
        ("person_commits", pa.int64()),
        ("assisted", pa.int64()),
        ("made", pa.int64()),
        ("share", pa.float64()),
        ("assisted_share", pa.float64()),
        ("projects_known", pa.int64()),
        ("projects_observed", pa.int64()),
        ("projects_with", pa.int64()),
        ("examples", pa.string()),
    ]
)


@dataclass(slots=True)
class CommitCounts:
    """Counts of commits of one or more project-months.

    commits   commits of persons and AI agents, without those of bots
    assisted  commits of persons that name the product, by product
    authored  commits whose author is the product, by product
    examples  examples of such commits, by product
    """

    commits: int = 0
    persons: int = 0
    assisted: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    authored: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add_counts(self, counts: CommitCounts) -> None:
        """Add the counts of another; examples are not added."""
        self.commits += counts.commits
        self.persons += counts.persons
        for product, count in counts.assisted.items():
            self.assisted[product] += count
        for product, count in counts.authored.items():
            self.authored[product] += count

    @property
    def products(self) -> tuple[str, ...]:
        """Every product that assisted or authored a commit, by name."""
        return tuple(sorted({*self.assisted, *self.authored}))


Key = tuple[str, date]


def build_assistance_table(
    projects: pa.Table, signals: pa.Table, acts: pa.Table, coverage: pa.Table | None = None
) -> pa.Table:
    """One row per project (category, field), month and product; the product `(any)` is the total.

    projects  the public table
    signals   the public table: which months were observed
    coverage  the public table `signal_coverage`; None: git's coverage counts
    acts      project, month, kind, actor_kind, assisted_by, commit: the input of the signals
    """
    counted = _count_commits(acts)
    columns = (signals[name].to_pylist() for name in ("project", "month"))
    states = {
        (project, month): state
        for project, month, state in zip(*columns, states_of_rows(signals, coverage, SIGNAL), strict=True)
        if state != NOT_OBSERVED
    }
    categories = {row["project"]: row["category"] or "" for row in projects.to_pylist()}
    rows = chain(_build_project_rows(counted, states, categories), _build_group_rows(counted, states, categories))
    parts = iter(lambda: list(islice(rows, ROWS_AT_A_TIME)), [])
    return pa.concat_tables([SCHEMA.empty_table(), *(pa.Table.from_pylist(part, schema=SCHEMA) for part in parts)])


def _count_commits(acts: pa.Table) -> dict[Key, CommitCounts]:
    """Counts by project and month."""
    is_wanted = pc.and_(pc.equal(acts["kind"], "commit"), pc.not_equal(acts["actor_kind"], "bot"))
    keys = ["project", "month", "actor_kind", "assisted_by"]
    rows = acts.select(keys).append_column("commit", pc.is_valid(acts["commit"]).cast(pa.int64()))
    grouped = rows.filter(is_wanted).group_by(keys).aggregate([("commit", "sum")])
    counts: dict[Key, CommitCounts] = defaultdict(CommitCounts)
    for row in grouped.to_pylist():
        count, product = counts[row["project"], row["month"]], row["assisted_by"]
        number = int(row["commit_sum"])
        count.commits += number
        if row["actor_kind"] == "person":
            count.persons += number
            if product is not None:
                count.assisted[product] += number
        else:
            count.authored[product or UNNAMED_AGENT] += number
    is_marked = pc.or_(pc.is_valid(acts["assisted_by"]), pc.equal(acts["actor_kind"], "agent"))
    marked = acts.select([*keys, "commit"]).filter(pc.and_(is_wanted, is_marked))
    for row in marked.sort_by("commit").to_pylist():
        examples = counts[row["project"], row["month"]].examples[row["assisted_by"] or UNNAMED_AGENT]
        if len(examples) < MAX_EXAMPLES:
            examples.append(row["commit"])
    return counts


UNNAMED_AGENT: Final = "(unnamed agent)"


def _build_project_rows(
    counted: Mapping[Key, CommitCounts], states: Mapping[Key, str], categories: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    for (project, month), state in sorted(states.items()):
        count = counted.get((project, month), CommitCounts())
        shared = {
            "scope_kind": "project",
            "scope": project,
            "category": categories.get(project),
            "month": month,
            "coverage": state,
            "projects_known": 1,
            "projects_observed": int(state == COMPLETE),
        }
        for row in _build_product_rows(count):
            product = row["product"]
            examples = (
                sorted({sha for shas in count.examples.values() for sha in shas})
                if product == ANY_PRODUCT
                else count.examples[product]
            )
            yield (
                shared
                | row
                | {
                    "projects_with": int(row["assisted"] + row["made"] > 0),
                    "examples": " ".join(examples[:MAX_EXAMPLES]),
                }
            )


def _build_group_rows(
    counted: Mapping[Key, CommitCounts], states: Mapping[Key, str], categories: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Sums for the field and its categories, over project-months observed whole."""
    months = sorted({month for _, month in states})
    first: dict[str, date] = {}
    for project, month in sorted(states):
        first.setdefault(project, month)
    groups: list[tuple[str, str, str | None, list[str]]] = [("field", WHOLE_FIELD, None, sorted(first))]
    groups += [
        ("category", category, category, sorted(name for name in first if categories.get(name) == category))
        for category in sorted({categories.get(name) or "" for name in first} - {""})
    ]
    for kind, scope, category, members in groups:
        for month in months:
            whole = [name for name in members if states.get((name, month)) == COMPLETE]
            if not whole:
                continue
            total, using = CommitCounts(), defaultdict(set)
            for name in whole:
                count = counted.get((name, month), CommitCounts())
                total.add_counts(count)
                for product in count.products:
                    using[product].add(name)
                    using[ANY_PRODUCT].add(name)
            for row in _build_product_rows(total):
                yield row | {
                    "scope_kind": kind,
                    "scope": scope,
                    "category": category,
                    "month": month,
                    "coverage": COMPLETE,
                    "projects_known": sum(first[name] <= month for name in members),
                    "projects_observed": len(whole),
                    "projects_with": len(using[row["product"]]),
                    "examples": "",
                }


def _build_product_rows(count: CommitCounts) -> Iterator[dict[str, Any]]:
    """One row for all products together, then one per product."""
    for product in (ANY_PRODUCT, *count.products):
        assisted = sum(count.assisted.values()) if product == ANY_PRODUCT else count.assisted.get(product, 0)
        authored = sum(count.authored.values()) if product == ANY_PRODUCT else count.authored.get(product, 0)
        yield {
            "product": product,
            "commits": count.commits,
            "person_commits": count.persons,
            "assisted": assisted,
            "made": authored,
            "share": _rounded_share(assisted + authored, count.commits),
            "assisted_share": _rounded_share(assisted, count.persons),
        }


def _rounded_share(part: int, whole: int) -> float | None:
    return float(f"{part / whole:.{DIGITS}g}") if whole else None
