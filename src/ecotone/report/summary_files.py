"""Files of a report for programs and assistants: `summary.json`, `llms.txt`, `changes.json` and `changes.atom`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final

from ecotone.foundation.output_text import make_printable, write_json_text
from ecotone.report.bilingual_text import Text, format_month
from ecotone.report.company_sentences import company_sentence, find_company_answer
from ecotone.report.field_changes import changes_as_atom, changes_as_json, find_field_changes
from ecotone.report.messages import message
from ecotone.report.notes import describe_notes
from ecotone.report.project_series import LETTERS
from ecotone.report.report_data import Project, ReportData
from ecotone.report.report_input import ReportInput
from ecotone.report.verdicts_and_findings import tidy_percent_signs
from ecotone.trends.verdict_words import HISTORY_BY_NAME, PRESENT_BY_NAME

SCHEMA: Final = "ecotone-summary/1"
UNKNOWN: Final = (
    "null is unknown: not observed, or not known for certain. It is never zero. A month is complete, partial, damaged"
    " or not_observed; only complete months are compared."
)
SUMMARY_SIGNALS: Final = (
    "commits", "contributors", "newcomers", "organisations", "unknown_share", "contributor_absence_factor",
    "elephant_factor", "assisted_share", "bot_share",
)  # fmt: skip
"""Signals of a project's summary, in addition to the one by which projects are compared."""

_STATES: Final = {letter: state for state, letter in LETTERS.items()}
_MARKUP: Final = re.compile(r"([\\`*_\[\]<>])")


def summary_files(data: ReportData) -> Iterator[tuple[str, bytes]]:
    """Yield the files as (relative path, bytes)."""
    summary, changes = summarise_field(data), find_field_changes(data)
    documents = (("summary.json", summary), ("changes.json", changes_as_json(data, changes)))
    for path, document in documents:
        yield path, (write_json_text(document, indent=1) + "\n").encode("utf-8", "replace")
    yield "changes.atom", changes_as_atom(data, changes).encode("utf-8", "replace")
    yield "llms.txt", assistant_text(data, summary).encode("utf-8", "replace")


def summarise_field(data: ReportData) -> dict[str, Any]:
    """The document `summary.json`: findings with figures, projects with verdict and employer answer, definitions."""
    source = data.source
    return {
        "schema": SCHEMA,
        "landscape": {"name": source.name, "title_en": source.title, "title_zh": source.title_zh or source.title},
        "period": {"since": f"{source.since:%Y-%m}", "until": f"{source.until:%Y-%m}"},
        "unknown": UNKNOWN,
        "coverage": {
            "projects": len(data.projects),
            "observed_until": _iso_day(data.observed_until),
            "month_shares": {_STATES[letter]: round(share, 4) for letter, share in data.state_shares.items()},
            "not_read": [
                {"repository": repository, "reason": describe_notes(note).en} for repository, note in source.failures
            ],
        },
        "findings": list(_finding_rows(source)),
        "projects": [summarise_project(data, project) for project in data.projects],
        "definitions": summary_definitions(data),
    }


def summarise_project(data: ReportData, project: Project) -> dict[str, Any]:
    """One project: coverage, verdict, employer answer and the latest complete values of some signals."""
    states = data.coverage_states[project.name].states
    return {
        "project": project.name,
        "repositories": project.repository.split(),
        "category": project.category,
        "first_event": _iso_day(project.first_event),
        "observed_until": _iso_day(project.observed_until),
        "months": {state: states.count(letter) for state, letter in LETTERS.items()},
        "verdict": _verdict_figures(data, project.name),
        "company": _company_answer(data, project.name),
        "signals": {name: _latest_value(data, name, project) for name in _shown_signals(data)},
    }


def summary_definitions(data: ReportData) -> dict[str, Any]:
    """Definitions of the words and signals that a summary uses."""
    declared = {signal.name: signal for signal in data.signals}
    keys = ("unit", "formula", "definition", "null_means", "source")
    return {
        "history": {name: word.definition for name, word in HISTORY_BY_NAME.items()},
        "now": {name: word.definition for name, word in PRESENT_BY_NAME.items()},
        "company": "Whether one organisation's people make more than half of the commits of the period.",
        "signals": {name: {key: getattr(declared[name], key) for key in keys} for name in _shown_signals(data)},
    }


def assistant_text(data: ReportData, summary: dict[str, Any]) -> str:
    """The file `llms.txt`: what the report says, how to read it, and where the data are (llmstxt.org)."""
    period, slugs = summary["period"], {project.name: project.slug for project in data.projects}
    count = len(summary["projects"])
    lines = [
        f"# {_plain(data.source.title)}",
        "",
        f"> Ecotone's report on {count} open-source {'project' if count == 1 else 'projects'}, {period['since']} to"
        f" {period['until']}, measured from public histories.",
        "",
        UNKNOWN,
        "",
        "## Findings",
        "",
        *(f"- {_plain(finding['text_en'])}" for finding in summary["findings"]),
        "",
        "## Projects",
        "",
        *(
            f"- [{_plain(row['project'])}](project/{slugs[row['project']]}.html): {_plain_answers(row)}"
            for row in summary["projects"]
        ),
        "",
        "## Data",
        "",
        f"- [summary.json](summary.json): all of this with figures, coverage and definitions ({SCHEMA})",
        "- [changes.json](changes.json): what changed in the last twelve months; also as a feed, changes.atom",
        "- [tables.zip](tables.zip): monthly tables as CSV",
        "- [methods.html](methods.html): definition, formula and source of every signal",
    ]
    if summary["coverage"]["not_read"]:
        lines += ["", "## Not read", ""]
        lines += [f"- {_plain(row['repository'])}: {_plain(row['reason'])}" for row in summary["coverage"]["not_read"]]
    return "\n".join([*lines, ""])


def _plain_answers(row: dict[str, Any]) -> str:
    verdict, company = row["verdict"], row["company"]
    words = [f"{verdict['history']}, now {verdict['now']}"] if verdict else ["no verdict"]
    words += [company["text_en"]] if company else ["employers not computed"]
    return _plain("; ".join(words))


def _finding_rows(source: ReportInput) -> Iterator[dict[str, Any]]:
    table = source.tables.get("findings")
    for row in table.to_pylist() if table is not None else ():
        text = tidy_percent_signs(Text(row["text_en"] or "", row["text_zh"] or row["text_en"] or ""))
        if text.en:
            yield {
                "kind": row["kind"],
                "subject_kind": row.get("subject_kind"),
                "subject": row["subject"],
                "text_en": text.en,
                "text_zh": text.zh,
                "figures": json.loads(row.get("figures") or "{}"),
            }


def _verdict_figures(data: ReportData, project: str) -> dict[str, Any] | None:
    """Both verdicts; None if there is none."""
    if project not in data.verdicts:
        return None
    history, present = data.verdicts[project].history, data.verdicts[project].present
    return {
        "history": history.name,
        "history_confidence": history.confidence,
        "since": format_month(history.since) if history.since else None,
        "now": present.name,
        "now_confidence": present.confidence,
        "change": present.change,
        "change_low": present.low,
        "change_high": present.high,
        "last_month": format_month(present.last_month) if present.last_month else None,
    }


def _company_answer(data: ReportData, project: str) -> dict[str, Any] | None:
    """The answer to "is this one company's project?"; a small organisation is not named."""
    answer = find_company_answer(data, project)
    if answer is None:
        return None
    figures = asdict(answer)
    if answer.known and answer.organisation is None:
        figures |= {"organisation": message("small_organisation").en, "people": None}
    text = company_sentence(answer)
    months = {"since": format_month(answer.since), "until": format_month(answer.until)}
    return {**figures, **months, "text_en": text.en, "text_zh": text.zh}


def _shown_signals(data: ReportData) -> Sequence[str]:
    main = [data.main_signal.name] if data.main_signal else []
    numeric = {signal.name for signal in data.numeric_signals}
    return list(dict.fromkeys([*main, *(name for name in SUMMARY_SIGNALS if name in numeric)]))


def _latest_value(data: ReportData, name: str, project: Project) -> dict[str, Any] | None:
    """Value and month of the last complete month up to the month compared; None if there is none."""
    latest = data.latest_values(name)[project.name]
    if latest.last is None or latest.last_at is None:
        return None
    return {
        "value": latest.last,
        "month": format_month(data.months[latest.last_at]),
        "compared": latest.compared,
        "momentum": latest.momentum,
    }


def _iso_day(moment: Any) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%d}"


def _plain(text: str) -> str:
    """A text of unknown origin as one line without Markdown."""
    return _MARKUP.sub(r"\\\1", make_printable(" ".join(text.split())))
