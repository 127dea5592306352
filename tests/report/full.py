"""The made-up field with every table that pages draw, so that every kind of page is there; some mean harm."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import combinations

import pyarrow as pa

from ecotone.events.schema import REFERENCE_SCHEMA
from ecotone.foundation.months import add_months
from ecotone.landscape import cluster_tables as landscape
from ecotone.landscape.tree_cuts import CUTS_SCHEMA
from ecotone.networks.brokerage_table import BROKERAGE_SCHEMA
from ecotone.networks.organisation_summary import PRESENCE_SCHEMA
from ecotone.networks.person_interactions import ORGANISATION_SCHEMA
from ecotone.networks.project_edges import PROJECT_EDGES_SCHEMA
from ecotone.report import ReportInput
from ecotone.trends import ai_assistance
from ecotone.trends.field_state import build_field_state
from tests.report.made import (
    CATEGORIES,
    EMPLOYERS,
    HOSTILE,
    MONTHS,
    NAMES,
    SINCE,
    coverage_of,
    declared,
    first_step,
    made_field,
)
from tests.report.pages.making import with_tables

Rows = list[dict[str, object]]
PRODUCTS = ("Helper One", "Second Mate", HOSTILE, "Four", "Five", "Six", "Seven", "Eight")
GROUPS = ("agents · flows · tools", HOSTILE)
FAR = "far/away"


def full_field() -> ReportInput:
    """`made_field` with the tables of networks, landscape, trends and feeds."""
    source = with_diversity(made_field())
    state = build_field_state(source.projects, source.signals, SINCE)
    return with_tables(
        source,
        person_months=table(list(present()), PRESENCE_SCHEMA),
        interactions=table(list(met()), ORGANISATION_SCHEMA),
        brokerage=table(list(between()), BROKERAGE_SCHEMA),
        cohesion=pa.Table.from_pylist(list(crossing())),
        project_edges=table(list(tied()), PROJECT_EDGES_SCHEMA),
        ai_assistance=table(list(assisted()), ai_assistance.SCHEMA),
        field_monthly=state,
        references=table(list(published()), REFERENCE_SCHEMA),
        **grouped(),
    )


def with_diversity(source: ReportInput) -> ReportInput:
    """The signal that is drawn against activity; known of three projects only, so that names stand on few sides."""
    rows = source.signals.to_pylist()
    known = {name: 1.5 * (place + 1) for place, name in enumerate(("atlas-agents", "brook", "giant-low-code"))}
    values = pa.array([known.get(row["project"]) for row in rows], pa.float64())
    measure = declared(
        "interaction_organisation_diversity_q1",
        "Effective organisations",
        "有效组织数",
        "organisations",
        "家",
        theme="concentration",
    )
    signals = source.signals.append_column("interaction_organisation_diversity_q1", values)
    return replace(source, signals=signals, glossary=(*source.glossary, measure))


def table(rows: Rows, schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=schema)


def seen() -> Iterator[tuple[int, int, date]]:
    """Every project-month that was observed: the project's place, the step, the month."""
    for place in range(len(NAMES)):
        for step in range(first_step(place), MONTHS):
            if coverage_of(place, step) != "not_observed":
                yield place, step, add_months(SINCE, step)


def present() -> Iterator[dict[str, object]]:
    for place, step, month in seen():
        for one in range(3):
            employer = EMPLOYERS[(place + one) % len(EMPLOYERS)] if one < 2 else None
            for who in range(3):
                commits = 1 + (step + who + one) % 4
                yield {"project": NAMES[place], "month": month, "person": f"p{place}.{one}.{who}",
                       "organisation": employer, "acts": commits, "commits": commits}  # fmt: skip


def met() -> Iterator[dict[str, object]]:
    for place, step, month in seen():
        own, other = EMPLOYERS[place % len(EMPLOYERS)], EMPLOYERS[(place + 1) % len(EMPLOYERS)]
        for one, two, weight in ((own, own, 4), (own, other, 1 + step % 3), (other, own, 1), (None, own, 2)):
            yield {"project": NAMES[place], "month": month, "from_organisation": one, "to_organisation": two,
                   "kind": "merge", "weight": float(weight)}  # fmt: skip


def between() -> Iterator[dict[str, object]]:
    for place, step, month in seen():
        roles = dict.fromkeys(("coordinator", "consultant", "gatekeeper", "representative", "liaison"), step % 5)
        yield {"project": NAMES[place], "month": month, "organisation": EMPLOYERS[place % len(EMPLOYERS)],
               "people": 3, "brokerage": 5 * (step % 5), **roles}  # fmt: skip


def crossing() -> Iterator[dict[str, object]]:
    for category in CATEGORIES:
        for step in range(MONTHS):
            share = 0.3 + 0.1 * math.sin(step / 4)
            yield {"subject_kind": "category", "subject": category, "month": add_months(SINCE, step),
                   "cross_organisation_share": share, "cross_organisation_share_low": share / 3,
                   "cross_organisation_share_high": share + 0.4}  # fmt: skip


def tied() -> Iterator[dict[str, object]]:
    for place, (one, other) in enumerate(combinations(sorted(NAMES), 2)):
        if place % 3 == 0:
            yield {
                "project_a": one,
                "project_b": other,
                "kind": "shared_people",
                "weight": 1.0 + place % 5,
                "quarter": None,
                "shared_count": 2 + place % 5,
                "shared_expected": 0.4,
                "p_value": 0.001,
                "significant": True,
            }


def assisted() -> Iterator[dict[str, object]]:
    scopes = [("field", "all", ""), *(("category", name, name) for name in CATEGORIES)]
    scopes += [("project", name, CATEGORIES[place % 3]) for place, name in enumerate(NAMES)]
    for place, (kind, scope, category) in enumerate(scopes):
        for step in range(20, MONTHS - 1):
            made, commits = (step - 20) * (1 + place % 4), 40 * (step - 10)
            row = {"scope_kind": kind, "scope": scope, "category": category, "month": add_months(SINCE, step),
                   "coverage": "complete", "commits": commits, "person_commits": commits, "made": 0,
                   "projects_known": 12, "projects_observed": 9, "projects_with": min(step - 20, 9)}  # fmt: skip
            for product, count in (("(any)", made), *((name, made // (2 + at)) for at, name in enumerate(PRODUCTS))):
                named = kind == "project" and product != "(any)" and count
                yield row | {"product": product, "assisted": count, "share": count / commits,
                             "assisted_share": count / commits, "examples": "0123456789ab" if named else ""
                             }  # fmt: skip


def published() -> Iterator[dict[str, object]]:
    for series in ("activity", "openrank"):
        for step in range(6, 30):
            yield {"project": "atlas-agents", "month": add_months(SINCE, step), "series": series, "value": 20.0 + step,
                   "source": "opendigger", "repository": "field/atlas-agents", "interpolated": step == 9,
                   "measured": None}  # fmt: skip


def cut_rows(listed: list[str]) -> Rows:
    """The tree of the projects cut into two, three and six groups."""
    cuts: Rows = []
    for count in (2, 3, 6):
        for place, name in enumerate(listed):
            cluster = place * count // len(listed) + 1
            cuts.append({"groups": count, "project": name, "cluster": cluster, "is_default": count == 2,
                         "label": f"{GROUPS[0]} {cluster}/{count}", "label_zh": f"智能体 {cluster}/{count}",
                         "second_label": HOSTILE if place == 3 else None})  # fmt: skip
    return cuts


def grouped() -> dict[str, pa.Table]:
    """The tables of the landscape: two fields, each with two parts, one project in none, one never read."""
    rows: dict[str, Rows] = {name: [] for name in ("clusters", "cluster_groups", "cluster_words", "cluster_events")}
    listed = [*NAMES, FAR]
    for level, count in (("field", 2), ("part", 4)):
        for at in range(count):
            field = at if level == "field" else at // 2
            label = {"label": GROUPS[field], "label_zh": "智能体 · 流程" if field == 0 else HOSTILE}
            rows["cluster_groups"].append({"level": level, "cluster": str(at + 1), "field": str(field + 1), **label,
                "projects": 6, "of_landscape": 5, "stability": 0.4 + at / 5, "typical": "brook far/away"
                })  # fmt: skip
            rows["cluster_words"] += [{"level": level, "cluster": str(at + 1), "rank": rank, "word": word,
                "word_zh": word, "score": 0.1, "projects": 3} for rank, word in enumerate(("agent", HOSTILE), 1)
                ]  # fmt: skip
        for place, name in enumerate(listed):
            home = None if name == "juniper" else place % count
            turn = 2 * math.pi * place / len(listed)
            rows["clusters"].append({"project": name, "cluster": None if home is None else str(home + 1),
                "label": None if home is None else GROUPS[home % 2], "membership": 0.8, "stability": 0.3 + place / 20,
                "level": level, "of_landscape": name != FAR, "x": 0.8 * math.cos(turn), "y": 0.8 * math.sin(turn)
                })  # fmt: skip
    for half, after in ((date(2023, 7, 1), 5), (date(2024, 1, 1), 7)):
        for line in (1, 2):
            rows["cluster_events"].append({"half_year": half, "event": "grew", "line": line, "label": GROUPS[line - 1],
                "label_zh": "智能体", "projects_before": 4, "projects_after": after + line})  # fmt: skip
        rows["cluster_events"].append({"half_year": half, "event": "moved", "line": 1, "other_line": 2,
            "label": GROUPS[0], "other_label": HOSTILE, "project": HOSTILE})  # fmt: skip
    schemas = (landscape.CLUSTERS_SCHEMA, landscape.GROUPS_SCHEMA, landscape.WORDS_SCHEMA, landscape.MOVES_SCHEMA)
    made = {name: table(found, schema) for (name, found), schema in zip(rows.items(), schemas, strict=True)}
    views = [{"view": "people", "title": "People in common", "title_zh": "共同的人", "projects": 12, "things": 90,
              "weight": 0.5}, {"view": "words", "title": "Words in common", "title_zh": "共同的用词", "projects": 12,
              "things": 40, "weight": 0.3}]  # fmt: skip
    curated = [{"level": "field", "projects": 12, "categories": 3, "groups": 2, "homogeneity": 0.7,
                "completeness": 0.6, "ami": 0.5, "ami_chance": 0.02, "ari": 0.4, "ari_chance": 0.01,
                "ami_naive": 0.3, "nearest": 0.6, "nearest_naive": 0.5}]  # fmt: skip
    against = [
        {
            "project": "fen",
            "curated": CATEGORIES[2],
            "found_with": CATEGORIES[0],
            "cluster": "1",
            "share": 0.9,
            "stability": 0.9,
            "nearest": "brook",
            "reason": HOSTILE,
            "reason_zh": HOSTILE,
        }
    ]
    return made | {
        "cluster_cuts": table(cut_rows([*NAMES, FAR]), CUTS_SCHEMA),
        "cluster_views": table(views, landscape.VIEWS_SCHEMA),
        "category_agreement": table(curated, landscape.CURATED_SCHEMA),
        "category_mismatches": table(against, landscape.DISAGREEMENTS_SCHEMA),
    }
