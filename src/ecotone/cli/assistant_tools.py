"""What an assistant may ask of a workspace: each answer has its coverage, and says what is unknown.

No answer names a person, or an organisation with fewer people than the minimum.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow.compute as pc

from ecotone.api import Ecotone
from ecotone.foundation.errors import UnknownName, UserError
from ecotone.people.explanations import NAMES_NEEDED, explain_organisation_share
from ecotone.pipeline.report_state import ReportOptions
from ecotone.pipeline.write_report import newest_input
from ecotone.report.privacy import SMALLER, UNKNOWN, suppress_small_organisations
from ecotone.report.report_data import Project, ReportData
from ecotone.report.summary_files import UNKNOWN as UNKNOWN_MEANS
from ecotone.report.summary_files import summarise_field, summarise_project, summary_definitions
from ecotone.signals.coverage import states_of_rows
from ecotone.store.workspace import Workspace

Answer = dict[str, Any]

RECENT_MONTHS: Final = 12
MAX_VALUES: Final = 5000
"""Values of one answer of `signals`: more than an assistant can read."""


@dataclass(slots=True)
class AssistantTools:
    """The tools over one workspace; a new generation of its tables is read when a tool is next used."""

    folder: Path
    min_people: int
    _generation: str = ""
    _data: ReportData | None = None

    def projects(self, category: str | None = None) -> Answer:
        """List the projects with verdict, employer answer and coverage, and the findings about the field.

        category: only projects of this category.
        """
        data = self._field_data()
        summary = summarise_field(data)
        categories = [item.key for item in data.categories]
        if category is not None and category not in categories:
            raise UnknownName("category", category, categories)
        listed = [row for row in summary["projects"] if category in (None, row["category"])]
        columns = ("project", "category", "observed_until", "months", "verdict")
        rows = [{**{key: row[key] for key in columns}, "company": _short_company(row["company"])} for row in listed]
        parts = ("landscape", "period", "unknown", "coverage", "findings")
        definitions = {key: value for key, value in summary["definitions"].items() if key != "signals"}
        return {**{key: summary[key] for key in parts}, "projects": rows, "definitions": definitions}

    def compare(self, projects: list[str]) -> Answer:
        """Compare projects: verdict, employer answer and latest complete values of the main signals of each.

        projects: names as `projects` lists them; one name gives that project alone.
        """
        data = self._field_data()
        chosen = [self._find_project(data, name) for name in projects]
        if not chosen:
            raise UserError("Name at least one project; the tool `projects` lists them.")
        return {
            "unknown": UNKNOWN_MEANS,
            "projects": [summarise_project(data, project) for project in chosen],
            "definitions": summary_definitions(data),
        }

    def organisations(self, project: str) -> Answer:
        """The organisations of a project's contributors in its last twelve months, by commits, and what is unknown.

        project: a name as `projects` lists them.
        """
        data = self._field_data()
        asked = self._find_project(data, project)
        by_month = suppress_small_organisations(data.source.organisations, self.min_people).named.get(asked.name, {})
        months = sorted(by_month)[-RECENT_MONTHS:]
        commits: dict[str, float] = {}
        for month in months:
            for name, share in by_month[month].items():
                commits[name] = commits.get(name, 0.0) + share.events
        total = sum(commits.values())
        named = sorted(commits.keys() - {UNKNOWN, SMALLER}, key=lambda name: (-commits[name], name))
        return {
            "project": asked.name,
            "months": [f"{month:%Y-%m}" for month in months],
            "commits_by_persons": round(total),
            "organisations": [_share_row(name, commits, total) for name in named],
            "not_named": _share_row(SMALLER, commits, total),
            "employer_unknown": _share_row(UNKNOWN, commits, total),
            "company": summarise_project(data, asked)["company"],
            "unknown": f"Organisations with under {self.min_people} people in a month are not named. {UNKNOWN_MEANS}",
        }

    def explain(self, project: str, organisation: str | None = None) -> Answer:
        """Explain a project's numbers: what was read, with which coverage; or why commits count for an organisation.

        project: a name as `projects` lists them.
        organisation: an organisation of that project; the answer counts its commits by the rule that attributed them.
        """
        data = self._field_data()
        asked = self._find_project(data, project)
        opened = Ecotone(Workspace.open(self.folder))
        if organisation is None:
            reads = [read for read in opened.last_reads().values() if read["project"] == asked.name]
            columns = ("repository", "source", "commits", "landed", "request_heads", "tags", "rejected", "note")
            return {
                **summarise_project(data, asked),
                "readings": [{key: read.get(key) for key in columns} for read in reads],
                "definitions": summary_definitions(data),
                "unknown": UNKNOWN_MEANS,
            }
        tables = {name: opened.table(name).to_arrow() for name in NAMES_NEEDED}
        evidence = explain_organisation_share(tables, organisation, asked.name)
        people = len(evidence["people"])
        if people < self.min_people:
            raise UserError(
                f"An organisation with fewer than {self.min_people} people is not explained."
                " `ecotone explain` does so for who holds the workspace."
            )
        return {
            "project": asked.name,
            "organisation": evidence["organisation"],
            "commits": evidence["commits"],
            "commits_by_rule": evidence["by_basis"],
            "people": people,
            "unknown": "People are counted, never named.",
        }

    def signals(self, project: str, names: list[str], since: str | None = None, until: str | None = None) -> Answer:
        """Monthly values of signals of a project, each with the state of its month.

        project: a name as `projects` lists them.
        names: signals, such as commits, contributors, assisted_share.
        since, until: months as 2024-01, both included.
        """
        data = self._field_data()
        asked = self._find_project(data, project)
        declared = {signal.name: signal for signal in data.numeric_signals}
        if missing := [name for name in names if name not in declared]:
            raise UnknownName("signal", missing[0], declared)
        rows = Ecotone(Workspace.open(self.folder)).signals(projects=asked.name, since=since, until=until).to_arrow()
        if rows.num_rows * len(names) > MAX_VALUES:
            raise UserError(
                f"{rows.num_rows} months of {len(names)} signals are too many. Give `since`, or fewer names."
            )
        coverage = data.source.tables.get("signal_coverage")
        own = None if coverage is None else coverage.filter(pc.field("project") == asked.name)
        months = [f"{month:%Y-%m}" for month in rows["month"].to_pylist()]
        return {
            "project": asked.name,
            "unknown": UNKNOWN_MEANS,
            "signals": {
                name: {
                    "unit": declared[name].unit,
                    "formula": declared[name].formula,
                    "definition": declared[name].definition,
                    "null_means": declared[name].null_means,
                    "months": [
                        {"month": month, "value": value, "state": state}
                        for month, value, state in zip(
                            months, rows[name].to_pylist(), states_of_rows(rows, own, name), strict=True
                        )
                    ],
                }
                for name in names
            },
        }

    def _field_data(self) -> ReportData:
        """The newest tables. Raises MissingTable."""
        workspace = Workspace.open(self.folder)
        generation = str((workspace.current_manifest() or {}).get("generation"))
        if self._data is None or generation != self._generation:
            self._data = ReportData(newest_input(workspace, ReportOptions(min_people=self.min_people)))
            self._generation = generation
        return self._data

    @staticmethod
    def _find_project(data: ReportData, name: str) -> Project:
        """A project by name; case does not matter. Raises UnknownName."""
        by_key = {project.name.casefold(): project for project in data.projects}
        if name.casefold() not in by_key:
            raise UnknownName("project", name, data.projects_by_name)
        return by_key[name.casefold()]


def _short_company(company: Answer | None) -> Answer | None:
    """The employer answer without its figures."""
    return company and {key: company[key] for key in ("verdict", "organisation", "unknown", "text_en", "text_zh")}


def _share_row(name: str, commits: dict[str, float], total: float) -> Answer:
    count = commits.get(name, 0.0)
    return {"organisation": name, "commits": round(count), "share": round(count / total, 4) if total else None}
