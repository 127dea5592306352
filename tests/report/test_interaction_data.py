"""What pages say of organisations meeting, on tables that can be counted by hand."""

from __future__ import annotations

import pyarrow as pa
import pytest

from ecotone.report import ReportInput
from ecotone.report.interaction_data import ROWS, MixingMatrix, collaboration_sentence, mixing_text
from tests.report.pages.making import BROKERAGE, COHESION, EARLIER, met, presence, subject_of, with_tables

PEOPLE = presence(
    ("brook", "a1", "Large", 6), ("brook", "a2", "Large", 2), ("fen", "a3", "Large", 0),
    ("brook", "b1", "Other", 4), ("brook", "b2", "Other", 0), ("brook", "b3", "Other", 0),
    ("brook", "c1", "Two", 3), ("brook", "c2", "Two", 1),
    ("brook", "x", None, 4),
)  # fmt: skip
MET = [
    met("brook", "Large", "Large", 3),
    met("brook", "Large", "Other", 2),
    met("brook", "Other", "Large", 1),
    met("brook", "Two", "Large", 1),
    met("brook", None, "Large", 2),
    met("fen", None, None, 1),
    met("brook", "Other", "Other", 50, EARLIER),
]


@pytest.fixture(scope="module")
def meeting_source(source: ReportInput) -> ReportInput:
    return with_tables(source, person_months=PEOPLE, interactions=MET, brokerage=BROKERAGE, cohesion=COHESION)


def shares(matrix: MixingMatrix) -> dict[tuple[str, str], float]:
    names = [name.en for name in matrix.names]
    return {
        (one, other): round(cell * matrix.total, 9)
        for one, cells in zip(names, matrix.cells, strict=True)
        for other, cell in zip(names, cells, strict=True)
        if cell is not None
    }


def test_a_matrix_folds_those_with_few_people_and_keeps_the_unknown_apart(meeting_source):
    matrix = subject_of(meeting_source).interaction_data.mixing_matrix()
    assert [name.en for name in matrix.names] == ["Large", "Other", "smaller organisations"]
    assert shares(matrix) == {
        ("Large", "Large"): 3,
        ("Large", "Other"): 2,
        ("Other", "Large"): 1,
        ("smaller organisations", "Large"): 1,
    }
    text = mixing_text(matrix)
    assert "shows 70.0% of all interactions; one employer is unknown in 20.0%, both in 10.0%" in text.en
    assert "涵盖全部互动的 70.0%；另有 20.0% 一方未知，10.0% 双方未知" in text.zh


def test_a_matrix_shares_the_weight_of_the_last_twelve_months_alone(meeting_source):
    matrix = subject_of(meeting_source).interaction_data.mixing_matrix()
    assert matrix.total == 7
    assert matrix.known == pytest.approx(0.7)
    assert (str(matrix.since), str(matrix.until)) == ("2024-12-01", "2025-11-01")
    assert sum(cell or 0 for cells in matrix.cells for cell in cells) == pytest.approx(1)


def test_a_project_has_its_own_matrix_or_none(meeting_source):
    meeting = subject_of(meeting_source).interaction_data
    unknown = meeting.mixing_matrix("fen")
    assert (shares(unknown), unknown.known) == ({}, 0)
    assert "known in only 0.0% of the interactions" in mixing_text(unknown).en
    assert meeting.mixing_matrix("islet") is None


def test_beyond_the_largest_names_are_folded_too(source):
    names = [f"firm {place:02}" for place in range(ROWS + 3)]
    people = presence(*(("brook", f"{name}/{who}", name, 1) for name in names for who in range(3)))
    rows = [met("brook", name, name, 100 - place) for place, name in enumerate(names)]
    made = with_tables(source, person_months=people, interactions=rows, brokerage=BROKERAGE, cohesion=COHESION)
    matrix = subject_of(made).interaction_data.mixing_matrix()
    assert [name.en for name in matrix.names] == [*names[:ROWS], "smaller organisations"]
    assert shares(matrix)["smaller organisations", "smaller organisations"] == sum(
        100 - place for place in range(ROWS, ROWS + 3)
    )


def test_organisations_are_named_from_enough_people_on(meeting_source):
    meeting = subject_of(meeting_source).interaction_data
    assert [row["organisation"] for row in meeting.organisation_summaries] == ["Large", "Other"]
    assert [row["people"] for row in meeting.organisation_summaries] == [3, 3]
    assert meeting.unknown_share == pytest.approx(4 / 20)


def test_who_is_where_is_of_all_commits_of_the_project(meeting_source):
    heat = subject_of(meeting_source).interaction_data.project_shares
    assert (heat.rows, heat.columns) == (("Large", "Other"), ("brook",))
    assert heat.cells == ((8 / 20,), (4 / 20,))


def test_two_sides_of_a_meeting_are_of_those_that_may_be_named(meeting_source):
    sides = subject_of(meeting_source).interaction_data.partner_rows
    found = {(row["organisation"], row["partner"]): 0.0 for row in sides.to_pylist()}
    assert set(found) == {("Large", "Other"), ("Other", "Large")}


def test_without_the_tables_nothing_is_present(source, meeting_source):
    assert not subject_of(source).interaction_data.has_tables
    assert subject_of(meeting_source).interaction_data.has_tables
    without = with_tables(meeting_source, person_months=pa.schema(PEOPLE.schema).empty_table())
    assert not subject_of(without).interaction_data.has_tables


def test_the_answer_is_the_share_within_one_organisation_and_between_two(meeting_source: ReportInput):
    matrix = subject_of(meeting_source).interaction_data.mixing_matrix()
    assert matrix is not None
    sentence = collaboration_sentence(matrix)  # 3 of 7 within Large; 4 of 7 with Other or a small one; 7 of 10 known
    assert "42.9% of the interactions between people of known employers were within one organisation" in sentence.en
    assert "and 57.1% between two. These are 70.0% of all" in sentence.en
    assert "42.9% 发生在同一组织内部，57.1% 发生在两个组织之间" in sentence.zh
