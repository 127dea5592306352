"""Lines of `ecotone explain PROJECT WORD`: what declares or names a technology, and what gives the label AI tool."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

NEEDED_TABLES: Final = (
    "declarations", "stack_packages", "named_children", "tool_terms", "tool_labels", "manifest_gaps",
)  # fmt: skip
FIRST_MONTHS: Final = ("first_readme", "first_mention", "first_label", "first_assisted")


def explain_word(tables: Mapping[str, Any], project: str, word: str) -> dict[str, Any]:
    """What a technology or a kind of label of one project rests on; `label` asks for every term. Raises UnknownName.

    tables  Arrow tables by the names of NEEDED_TABLES
    """
    from ecotone.foundation.errors import UnknownName
    from ecotone.stack.technology_explanation import explain_technology
    from ecotone.trends.tool_labels import explain_label

    labels = [row for row in tables["tool_labels"].to_pylist() if row["project"].casefold() == project.casefold()]
    owner = labels[0]["project"] if labels else project
    terms = explain_label([row for row in tables["tool_terms"].to_pylist() if row["project"] == owner], word)
    explained: dict[str, Any] = {"project": owner, "technology": word, "layers": [], "declarations": [], "named": []}
    try:
        declarations, packages, named = (tables[name] for name in NEEDED_TABLES[:3])
        explained = explain_technology(declarations, packages, named, project, word)
    except UnknownName:
        if not labels or not (terms or word.casefold() == "label"):
            raise
    manifests = {row["manifest"] for row in explained["declarations"]}
    gaps = [row for row in tables["manifest_gaps"].to_pylist() if row["project"] == explained["project"]]
    return {
        **explained,
        "gaps": [row for row in gaps if row["manifest"] in manifests],
        "label": labels[0] if labels and (terms or word.casefold() == "label") else None,
        "terms": terms,
    }


def list_word_lines(explained: Mapping[str, Any]) -> Iterator[str]:
    """The evidence, one piece a line."""
    layers = f" ({', '.join(explained['layers'])})" if explained["layers"] else ""
    yield f"{explained['technology']}{layers} in {explained['project']}:"
    for row in explained["declarations"]:
        counted = ", of a connector" if row["connector"] else ""
        counted += "" if row["counts"] else ", which does not count"
        yield (
            f"  {row['package']} ({row['ecosystem']}, {row['scope']}{counted}) {_period_text(row, 'declared')}:"
            f" {row['manifest']}{_line_text(row)} at {row['commit'][:12]}"
        )
    for row in explained["gaps"]:
        standing = "what it last declared stands" if row["carried"] else "nothing of it is known"
        yield f"  not read ({row['reason']}) {_period_text(row, 'so')}: {row['manifest']}; {standing}"
    for row in explained["named"]:
        yield f"  named by the tree {_period_text(row, 'there')}: {row['child']} in {row['folder'] or 'the root'}"
    if explained["label"]:
        months = {name: explained["label"][name] for name in FIRST_MONTHS}
        yield "  AI label: " + ", ".join(
            f"{name.replace('_', ' ')} {f'{month:%Y-%m}' if month else 'none'}" for name, month in months.items()
        )
    for row in explained["terms"]:
        counted = "" if row["section"] != "body" else ", a mention"
        yield (
            f'  "{row["term"]}" ({row["kind"]}{counted}) {_period_text(row, "there")}:'
            f" {row['file']}{_line_text(row)} at {row['commit'][:12]}"
        )


def _period_text(row: Mapping[str, Any], state: str) -> str:
    until = f"until {row['until']:%Y-%m}" if row["until"] else f"still {state}"
    return f"since {row['since']:%Y-%m}, {until}"


def _line_text(row: Mapping[str, Any]) -> str:
    return f", line {row['line']}" if row["line"] else ""
