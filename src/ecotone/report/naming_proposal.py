"""Whose employers to name: what it would change, and, if the report's maker asks, the public logins of these people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyarrow.compute as pc

from ecotone.people.core_team import CORE_SCHEMA
from ecotone.people.review_list import PersonToName, find_people_to_name, landscape_lines, rank_unknown_people
from ecotone.report.bilingual_text import Text, format_month, format_number
from ecotone.report.messages import message
from ecotone.report.report_input import ReportInput

MIN_UNKNOWN: Final = 0.1
"""Share of commits of unknown employer, from which on naming people is proposed."""
COUNTS: Final = (3, 5, 10)
"""Numbers of people to name."""


@dataclass(frozen=True, slots=True)
class NamingProposal:
    """What naming people would change.

    people  those with most commits of unknown employer, a handle being a public login; empty unless logins may be shown
    lines   the lines of a landscape file that name those with a login
    """

    sentence: Text
    people: tuple[PersonToName, ...] = ()
    lines: str = ""


def propose_naming(source: ReportInput, project: str) -> NamingProposal | None:
    """What naming a few people of a project would change; None where little is unknown."""
    all_months = source.tables.get("person_months")
    if all_months is None:
        return None
    months = all_months.filter(pc.equal(all_months["project"], project))
    ranking = rank_unknown_people(months)
    if not ranking.commits or ranking.unknown < MIN_UNKNOWN * ranking.commits:
        return None
    counts = sorted({min(count, ranking.people.num_rows) for count in COUNTS})
    sentence = message(
        "review_sentence",
        since=format_month(ranking.first),
        before=format_number(ranking.unknown / ranking.commits, "share"),
        counts=" / ".join(map(str, counts)),
        afters=" / ".join(format_number(ranking.unknown_after(count), "share") for count in counts),
        command=f"ecotone people --review --project {project} --top {counts[-1]}",
    )
    if source.public_logins is None:
        return NamingProposal(sentence)
    tables = {"person_months": all_months, "people": source.public_logins, "core_team": CORE_SCHEMA.empty_table()}
    people = find_people_to_name(tables, project, ranking.first, counts[-1])
    return NamingProposal(sentence, tuple(people), landscape_lines(person for person in people if person.handles))
