"""Sentences on one company's share, in both languages, without names of small organisations."""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from ecotone.report.company_sentences import (
    assumption_sentence,
    company_sentence,
    company_verdict_label,
    employer_shares_rows,
    find_company_answer,
    says_nothing,
)
from ecotone.report.public_tables import public_employer_shares_table
from ecotone.report.report_data import ReportData
from ecotone.signals.company_answer import CompanyAnswer
from ecotone.signals.employer_shares import EMPLOYER_SHARES_SCHEMA
from tests.report.made import employer_rows, made_field


def shares_table(**wanted):
    return pa.Table.from_pylist(employer_rows("p", **wanted), schema=EMPLOYER_SHARES_SCHEMA)


def report_data(**wanted):
    return ReportData(replace(made_field(), tables={"employer_shares": shares_table(**wanted)}))


@pytest.mark.parametrize(
    ("wanted", "begins", "holds"),
    [
        ({"known": 0.6, "highest": 0.8}, "One company's: Acme owns", "at least 60.0%"),
        ({"known": 0.6, "highest": 0.8, "is_owner": False}, "Mostly one company's work: ", "does not bear"),
        ({"known": 0.2, "highest": 0.9, "team": 0.55}, "Probably one company's: Acme", "made 55.0%"),
        (
            {"known": 0.2, "highest": 0.9, "estimate": 0.7, "cautious": (0.6, 0.8), "is_owner": False},
            "Probably mostly",
            "an estimated 70.0%",
        ),
        ({"known": 0.6, "highest": 0.8, "people": 2}, "Mostly the work of one", "too few people"),
        (
            {"known": 0.2, "highest": 0.9, "estimate": 0.7, "cautious": (0.6, 0.8), "people": 2},
            "Probably mostly",
            "too few people",
        ),
        (
            {"known": 0.2, "highest": 0.9, "estimate": 0.7, "cautious": (0.6, 0.8)},
            "Probably one company's: Acme",
            "70.0% of the commits, between 60.0% and 80.0%",
        ),
        ({"known": 0.2, "highest": 0.3}, "Not one company's:", "more than 30.0%"),
        (
            {"known": 0.2, "highest": 0.8, "estimate": 0.3, "cautious": (0.2, 0.4)},
            "Probably not one company's:",
            "30.0% of the commits",
        ),
        (
            {"known": 0.2, "highest": 0.9, "estimate": 0.5, "cautious": (0.3, 0.8)},
            "The data cannot say whether it is one company's:",
            "between 30.0% and 80.0%",
        ),
        ({"known": 0.2, "highest": 0.9, "withheld": "one_person"}, "The data", "depends on one person"),
        ({"known": 0.2, "highest": 0.9, "withheld": "few_known"}, "The data", "unknown for 70.0%"),
        ({"known": 0.2, "highest": 0.9, "withheld": "too_much_unknown"}, "The data", "unknown for 70.0%"),
    ],
)
def test_each_answer_has_its_sentence(wanted, begins, holds):
    answer = find_company_answer(report_data(**wanted), "p")
    text = company_sentence(answer)
    assert text.en.startswith(begins)
    assert holds in text.en
    assert "一家公司" in text.zh or "一个组织" in text.zh
    assert "{" not in text.en + text.zh
    assumption = assumption_sentence(answer)
    assert (assumption is None) == ("estimate" not in wanted)


def test_where_no_employer_is_known_no_share_is_said():
    answer = CompanyAnswer("unclear", "known", date(2025, 1, 1), date(2025, 12, 1), 1.0, withheld="one_person")
    text = company_sentence(answer)
    assert text.en == (
        "The data cannot say whether it is one company's: no employer is known for any of the commits"
        " (2025-01 to 2025-12)."
    )
    assert "%" not in text.en + text.zh


def test_a_small_organisation_is_not_named():
    data = report_data(known=0.6, highest=0.8, people=2, team=0.7)
    assert "Acme" not in company_sentence(find_company_answer(data, "p")).en
    named = replace(data.source, min_people=2)
    assert "Acme" in company_sentence(find_company_answer(ReportData(named), "p")).en
    table = public_employer_shares_table(shares_table(known=0.6, highest=0.8, people=2), 3)
    assert set(table["organisation"].to_pylist()) == {"(smaller)", None}
    assert table["is_owner"].null_count == table["team_share"].null_count == table.num_rows


def test_list_has_people_and_commits_of_each_organisation_that_may_be_named():
    rows = employer_shares_rows(report_data(known=0.2, highest=0.9, estimate=0.7, cautious=(0.6, 0.8)), "p")
    assert [row.name.en for row in rows] == ["Acme"]
    people, commits = rows[0].shares
    assert people == commits
    assert (people[0], people[1].en, people[2]) == ("20.0%", "70.0% (60.0% to 80.0%)", "90.0%")
    assert employer_shares_rows(report_data(known=0.2, highest=0.9, people=2), "p") == ()


def test_a_chart_says_nothing_where_nearly_all_is_unknown_and_there_is_no_estimate():
    assert says_nothing(report_data(known=0.05, highest=0.97, withheld="few_known"), "p")
    assert not says_nothing(report_data(known=0.2, highest=0.97, withheld="few_known"), "p")
    estimated = {"known": 0.05, "highest": 0.97, "estimate": 0.5, "cautious": (0.3, 0.8)}
    assert not says_nothing(report_data(**estimated), "p")


def test_a_chart_says_something_if_an_earlier_period_does():
    rows = shares_table(known=0.05, highest=0.97, withheld="few_known").to_pylist()
    earlier = shares_table(known=0.2, highest=0.97, withheld="few_known").to_pylist()
    earlier = [row | {"since": date(2001, 1, 1), "until": date(2001, 12, 1)} for row in earlier]
    table = pa.Table.from_pylist([*rows, *earlier], schema=EMPLOYER_SHARES_SCHEMA)
    assert not says_nothing(ReportData(replace(made_field(), tables={"employer_shares": table})), "p")


def test_without_the_table_there_is_no_answer():
    data = ReportData(made_field())
    assert find_company_answer(data, "p") is None
    assert not says_nothing(data, "p")
    assert employer_shares_rows(data, "p") == ()


def test_a_period_of_one_month_is_named_once():
    rows = [
        row | {"since": date(2001, 1, 1), "until": date(2001, 1, 1)}
        for row in shares_table(known=0.7, highest=0.8).to_pylist()
    ]
    table = pa.Table.from_pylist(rows, schema=EMPLOYER_SHARES_SCHEMA)
    answer = find_company_answer(ReportData(replace(made_field(), tables={"employer_shares": table})), "p")
    assert answer is not None
    sentence = company_sentence(answer)
    assert "(2001-01)" in sentence.en
    assert "；2001-01，" in sentence.zh


def test_the_whole_is_no_share():
    whole = company_sentence(find_company_answer(report_data(known=1.0, highest=1.0, is_owner=False), "p"))
    assert whole.en.startswith("Mostly one company's work: people of Acme made all commits (")
    assert "的人员完成了全部提交" in whole.zh
    nearly = company_sentence(find_company_answer(report_data(known=0.9999, highest=1.0), "p"))
    assert "at least" in nearly.en


def test_a_label_of_an_estimate_says_that_it_is_probable():
    known = find_company_answer(report_data(known=0.6, highest=0.8), "p")
    estimated = find_company_answer(report_data(known=0.3, highest=0.9, estimate=0.8, cautious=(0.7, 0.85)), "p")
    assert company_verdict_label(known).en == "One company’s: Acme 60.0%"
    assert company_verdict_label(estimated).en == "Probably one company’s: Acme 80.0%"
    assert company_verdict_label(estimated).zh == "很可能由一家公司主导：Acme 80.0%"
