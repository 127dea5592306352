"""Build the public tables of the landscape: clusters, their labels, similarity, evolution and agreement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa

from ecotone.landscape.curated import Disagreement
from ecotone.landscape.fusion import Layers
from ecotone.landscape.grouping import NOWHERE, Grouping, Level
from ecotone.landscape.movement import Change
from ecotone.landscape.names import Name, said_everywhere
from ecotone.landscape.partitions import Agreement
from ecotone.landscape.reasons import Reasons, sentence, sentence_zh
from ecotone.landscape.views import VIEWS, Floats, Seen

CLUSTERS_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("cluster", pa.string()),  # "2" a field, "2.1" its first part; NULL: unclustered
        ("label", pa.string()),
        ("label_zh", pa.string()),
        ("membership", pa.float64()),  # share of the project's edge weight inside the cluster
        ("stability", pa.float64()),  # share of resamplings that assign it there
        ("level", pa.string()),  # field | part
        ("second", pa.string()),  # a second cluster; NULL for most
        ("second_share", pa.float64()),  # share of resamplings that assign it there
        ("of_landscape", pa.bool_()),  # False: known from a term file only
        ("x", pa.float64()),
        ("y", pa.float64()),
    ]
)
GROUPS_SCHEMA: Final = pa.schema(
    [
        ("level", pa.string()),
        ("cluster", pa.string()),
        ("field", pa.string()),  # the field of a part; a field itself
        ("label", pa.string()),
        ("label_zh", pa.string()),
        ("projects", pa.int64()),
        ("of_landscape", pa.int64()),
        ("stability", pa.float64()),  # mean Jaccard index with the best match in each resampling
        ("typical", pa.string()),  # typical projects, separated by spaces
    ]
)
WORDS_SCHEMA: Final = pa.schema(
    [
        ("level", pa.string()),
        ("cluster", pa.string()),
        ("rank", pa.int64()),
        ("word", pa.string()),
        ("word_zh", pa.string()),
        ("score", pa.float64()),
        ("projects", pa.int64()),  # projects of the cluster that use it
    ]
)
MOVES_SCHEMA: Final = pa.schema(
    [
        ("half_year", pa.date32()),
        ("event", pa.string()),  # born grew shrank stayed split merged gone moved
        ("line", pa.int64()),  # the number that a cluster keeps through time
        ("other_line", pa.int64()),  # split, moved: origin; merged: target
        ("label", pa.string()),
        ("label_zh", pa.string()),
        ("other_label", pa.string()),
        ("other_label_zh", pa.string()),
        ("project", pa.string()),  # moved only
        ("projects_before", pa.int64()),
        ("projects_after", pa.int64()),
    ]
)
LIKENESS_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("rank", pa.int64()),
        ("alike_project", pa.string()),
        ("likeness", pa.float64()),  # -1 to 1
        ("reason", pa.string()),
        ("reason_zh", pa.string()),
    ]
)
VIEWS_SCHEMA: Final = pa.schema(
    [
        ("view", pa.string()),
        ("title", pa.string()),
        ("title_zh", pa.string()),
        ("projects", pa.int64()),  # projects with evidence
        ("things", pa.int64()),
        ("weight", pa.float64()),  # 0 to 1: split-half reliability
    ]
)
CURATED_SCHEMA: Final = pa.schema(
    [
        ("level", pa.string()),
        *((name, pa.int64()) for name in ("projects", "categories", "groups")),
        *((name, pa.float64()) for name in ("homogeneity", "completeness", "ami", "ami_chance", "ari", "ari_chance")),
    ]
)
DISAGREEMENTS_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("curated", pa.string()),
        ("found_with", pa.string()),
        ("cluster", pa.string()),
        ("share", pa.float64()),  # of the cluster's categorised projects that have that category
        ("stability", pa.float64()),
        ("nearest", pa.string()),
        ("reason", pa.string()),
        ("reason_zh", pa.string()),
    ]
)
LIKENESSES: Final = 20
DIGITS: Final = 6

Row = Mapping[str, object]


def levels(found: Grouping) -> Iterator[tuple[str, Level]]:
    """The two levels by their names in tables."""
    yield "field", found.fields
    yield "part", found.parts


def identifiers(found: Grouping) -> Mapping[str, tuple[str, ...]]:
    """Identifiers of clusters by level: fields "1", "2", ...; the parts of field "2" are "2.1", "2.2", ..."""
    counted = [0] * found.fields.groups
    parts = []
    for field in found.within:
        counted[field] += 1
        parts.append(f"{field + 1}.{counted[field]}")
    return {"field": tuple(str(index + 1) for index in range(found.fields.groups)), "part": tuple(parts)}


def clusters_table(
    found: Grouping, named: Mapping[str, Sequence[Name]], places: Floats, inside: frozenset[str]
) -> pa.Table:
    """One row for each level and project, fields first; `inside` are the projects of the landscape."""
    called = identifiers(found)
    rows = [
        _member(found, level, kind, row, called[kind], named[kind], places[row], inside)
        for kind, level in levels(found)
        for row in range(len(found.projects))
    ]
    return pa.Table.from_pylist(rows, schema=CLUSTERS_SCHEMA)


def _member(
    found: Grouping, level: Level, kind: str, row: int, called: Sequence[str], named: Sequence[Name],
    place: Floats, inside: frozenset[str],
) -> Row:  # fmt: skip
    group, second = int(level.group[row]), int(level.second[row])
    somewhere = group != NOWHERE
    return {
        "project": found.projects[row],
        "cluster": called[group] if somewhere else None,
        "label": named[group].label if somewhere else None,
        "label_zh": named[group].label_zh if somewhere else None,
        "membership": round(float(level.held[row]), DIGITS) if somewhere else None,
        "stability": round(float(level.stability[row]), DIGITS),
        "level": kind,
        "second": called[second] if second != NOWHERE else None,
        "second_share": round(float(level.share[row, second]), DIGITS) if second != NOWHERE else None,
        "of_landscape": found.projects[row] in inside,
        "x": float(place[0]),
        "y": float(place[1]),
    }


def groups_table(found: Grouping, named: Mapping[str, Sequence[Name]], inside: frozenset[str]) -> pa.Table:
    """One row for each cluster, fields first."""
    called = identifiers(found)
    own = np.array([project in inside for project in found.projects], bool)
    rows = [
        {
            "level": kind,
            "cluster": called[kind][index],
            "field": called["field"][index if kind == "field" else int(found.within[index])],
            "label": named[kind][index].label,
            "label_zh": named[kind][index].label_zh,
            "projects": int((level.group == index).sum()),
            "of_landscape": int(((level.group == index) & own).sum()),
            "stability": round(float(level.jaccard[index]), DIGITS),
            "typical": " ".join(named[kind][index].typical),
        }
        for kind, level in levels(found)
        for index in range(level.groups)
    ]
    return pa.Table.from_pylist(rows, schema=GROUPS_SCHEMA)


def words_table(found: Grouping, named: Mapping[str, Sequence[Name]]) -> pa.Table:
    """One row for each cluster and characteristic term, the highest score first."""
    called = identifiers(found)
    rows = [
        {
            "level": kind, "cluster": called[kind][index], "rank": rank, "word": word.word, "word_zh": word.word_zh,
            "score": word.score, "projects": word.users,
        }
        for kind, level in levels(found)
        for index in range(level.groups)
        for rank, word in enumerate(named[kind][index].words, 1)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=WORDS_SCHEMA)


def moves_table(changes: Sequence[Change], labels: Mapping[tuple[date, int], tuple[str, str]]) -> pa.Table:
    """One row for each change; `labels` are the labels of each cluster number in each half-year."""

    def called(change: Change, line: int | None) -> tuple[str | None, str | None]:
        """The cluster's last label up to the period of the change, or its first one after it."""
        known = sorted(period for period, number in labels if number == line)
        past = [period for period in known if period <= change.period] or known[:1]
        return labels[past[-1], line] if past and line is not None else (None, None)

    rows = [
        {
            "half_year": change.period,
            "event": change.event,
            "line": change.line,
            "other_line": change.other,
            **dict(zip(("label", "label_zh"), called(change, change.line), strict=True)),
            **dict(zip(("other_label", "other_label_zh"), called(change, change.other), strict=True)),
            "project": change.project,
            "projects_before": change.before,
            "projects_after": change.after,
        }
        for change in changes
    ]
    return pa.Table.from_pylist(rows, schema=MOVES_SCHEMA)


def likeness_table(seen: Seen, likeness: Floats) -> pa.Table:
    """One row for each project and each of its most similar projects, with the reason."""
    reasons = Reasons(seen, said_everywhere())
    rows = []
    for row, project in enumerate(seen.projects):
        value = np.round(likeness[row], DIGITS)
        order = [at for at in np.lexsort((np.arange(len(value)), -value)) if at != row and value[at] > 0]
        for rank, at in enumerate(order[:LIKENESSES], 1):
            shared = reasons.shared(row, int(at))
            other = seen.projects[at]
            rows.append(
                {
                    "project": project, "rank": rank, "alike_project": other, "likeness": float(value[at]),
                    "reason": sentence(shared, other), "reason_zh": sentence_zh(shared, other),
                }
            )  # fmt: skip
    return pa.Table.from_pylist(rows, schema=LIKENESS_SCHEMA)


def views_table(seen: Seen, layers: Layers) -> pa.Table:
    """One row for each view, including those without evidence."""
    rows = []
    for view in VIEWS:
        evidence = seen.by_name(view.name)
        rows.append(
            {
                "view": view.name, "title": view.title, "title_zh": view.title_zh,
                "projects": int(evidence.present.sum()) if evidence else 0,
                "things": len(evidence.things) if evidence else 0,
                "weight": round(layers.weights[view.name], DIGITS) if evidence else None,
            }
        )  # fmt: skip
    return pa.Table.from_pylist(rows, schema=VIEWS_SCHEMA)


def curated_table(compared: Mapping[str, Agreement]) -> pa.Table:
    """One row for each level: the agreement of categories and clusters."""
    rows = [
        {
            "level": kind, "projects": one.things, "categories": one.curated, "groups": one.found,
            **{name: round(float(getattr(one, name)), DIGITS) for name in CURATED_SCHEMA.names[4:]},
        }
        for kind, one in compared.items()
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=CURATED_SCHEMA)


def disagreements_table(found: Grouping, listed: Sequence[Disagreement]) -> pa.Table:
    """One row for each project in a cluster of another category."""
    called = identifiers(found)["field"]
    rows = [
        {
            "project": one.project,
            "curated": one.curated,
            "found_with": one.found_with,
            "cluster": called[one.cluster],
            "share": round(one.share, DIGITS),
            "stability": round(one.stability, DIGITS),
            "nearest": one.nearest,
            "reason": sentence(one.shared, one.nearest),
            "reason_zh": sentence_zh(one.shared, one.nearest),
        }
        for one in listed
    ]
    return pa.Table.from_pylist(rows, schema=DISAGREEMENTS_SCHEMA)
