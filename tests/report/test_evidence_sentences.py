"""Sentences on the evidence for employers: shares by class, and what names an organisation without counting."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from ecotone.people.attribution_classes import EVIDENCE_CLASSES
from ecotone.people.employer_evidence import EVIDENCE_SCHEMA
from ecotone.report.evidence_sentences import (
    KNOWN_CLASSES,
    UNKNOWN_CLASSES,
    evidence_sentence,
    organisation_evidence_sentence,
)
from ecotone.report.messages import message
from ecotone.report.report_input import ReportInput
from tests.report.made import made_field

MONTH = made_field().until


def field_with(*rows: tuple[str, str | None, int]) -> ReportInput:
    """A field with these classes, organisations and commits of one project."""
    table = pa.Table.from_pylist(
        [
            {"project": "p", "month": MONTH, "evidence": evidence, "organisation": name, "commits": commits}
            for evidence, name, commits in rows
        ],
        schema=EVIDENCE_SCHEMA,
    )
    return replace(made_field(), tables={"employer_evidence": table})


FIELD = field_with(("signed", "A", 6), ("file", "A", 1), ("stale_list", "A", 2), ("core_unknown", None, 1))


def test_the_stale_list_stands_apart_in_both_languages() -> None:
    text = evidence_sentence(FIELD, MONTH, MONTH, "p")
    assert text is not None
    assert "signed 60.0%, affiliation list 10.0%. Unknown: outdated list 20.0%, others who can merge 10.0%." in text.en
    assert "当日署名 60.0%、归属名单 10.0%。未知：过期名单 20.0%、其他可合并者 10.0%" in text.zh


def test_an_organisation_says_what_names_it_without_being_counted() -> None:
    text = organisation_evidence_sentence(FIELD, "A")
    assert text is not None
    assert text.en.startswith("How its commits are known: signed 85.7%, affiliation list 14.3%. An outdated list")
    assert " 2 more commits" in text.en
    assert organisation_evidence_sentence(FIELD, "B") is None


def test_where_nothing_is_known_nothing_is_said() -> None:
    text = evidence_sentence(field_with(("others_unknown", None, 3)), MONTH, MONTH)
    assert text is not None
    assert "is known: none. Unknown: all others 100.0%" in text.en
    assert evidence_sentence(FIELD, date(1999, 1, 1), date(1999, 12, 1)) is None
    assert evidence_sentence(replace(FIELD, tables={}), MONTH, MONTH) is None


@pytest.mark.parametrize("name", EVIDENCE_CLASSES)
def test_every_class_has_words(name: str) -> None:
    assert name in (*KNOWN_CLASSES, *UNKNOWN_CLASSES)
    assert message(f"evidence_{name}", share="1%").en.endswith("1%")
