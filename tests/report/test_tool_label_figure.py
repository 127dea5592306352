"""The field's figure of labels and its list of tools are the rows of their tables."""

from __future__ import annotations

from datetime import date

from ecotone.report import ReportInput
from ecotone.report.page import PageContext
from ecotone.report.pages import fields
from ecotone.report.tool_label_figure import label_share_figure, list_tools
from tests.report.pages.making import subject_of, with_tables


def context_of(source: ReportInput, known: int = 5) -> PageContext:
    category = subject_of(source).data.categories[0]
    shares = [
        {"scope_kind": kind, "scope": scope, "month": date(2025, month, 1), "kind": "any", "projects_known": known,
         "projects_labelled": month, "share": month / 5, "share_low": 0.1, "share_high": 0.9, "assisted_share": None}
        for kind, scope in (("category", category.key), ("field", "all"))
        for month in (1, 2)
    ]  # fmt: skip
    names = ("first_readme", "first_label", "first_agent", "first_assisted")
    labels = [
        {"project": project.name, **dict.fromkeys(names), "labelled_from_start": None, "labelled_now": None}
        for project in category.projects
    ]
    labels[-1] |= {
        "first_readme": date(2025, 1, 1),
        "first_label": date(2025, 3, 1),
        "labelled_from_start": False,
        "labelled_now": True,
    }
    return subject_of(with_tables(source, label_shares=shares, tool_labels=labels))


def test_a_curve_is_drawn_from_five_tools_on(source: ReportInput):
    context = context_of(source)
    figure = label_share_figure(context, context.data.categories[0])
    assert figure is not None
    assert [(row["name"].en, row["v"], row["with"]) for row in figure.rows] == [  # type: ignore[union-attr]  # a Text
        ("Call themselves AI tools", 0.2, 1), ("Call themselves AI tools", 0.4, 2),
        ("Commits that name an AI agent", None, None), ("Commits that name an AI agent", None, None),
    ]  # fmt: skip
    few = context_of(source, known=4)
    assert label_share_figure(few, few.data.categories[0]) is None


def test_tools_are_listed_by_the_month_of_their_label(source: ReportInput):
    context = context_of(source)
    first, *rest = list_tools(context, context.data.categories[0])
    assert [month.en for month in first.months] == ["2025-01", "2025-03", "–", "–"]
    assert (first.now.en, {row.now.en for row in rest}) == ("AI tool", {"not known"})
    assert list_tools(subject_of(source), context.data.categories[0]) == ()


def test_the_field_page_has_both(source: ReportInput):
    context = context_of(source)
    page = next(page for page in fields.build_pages(context) if page.path.startswith("field/"))
    assert len(page.context["tools"]) == len(context.data.categories[0].projects)  # type: ignore[arg-type]  # rows
    assert page.figures[-1].key.startswith("labels-")
    assert page.figures[-1].title.zh == "从输入工具到协作者：自称 AI 工具的比例"
