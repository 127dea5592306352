"""Pair the truth with the tables computed from the repositories."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pyarrow as pa

from ecotone.foundation.months import start_of_month
from ecotone.simulation.field_truth import FieldTruth, MonthTruth

Key = tuple[str, date]
"""A project and a month."""

_NOREPLY: Final = re.compile(r"(?:\d+\+)?([^@+]+)@users\.noreply\.github\.com\Z")
_EMAIL: Final = re.compile(r"[^\s<>:]+@[^\s<>]+")


@dataclass(frozen=True, slots=True)
class TruthPairs:
    """True months and computed rows by project and month; missing tables are None."""

    truth: FieldTruth
    months: Mapping[Key, MonthTruth]
    signals: Mapping[Key, Mapping[str, Any]]
    columns: frozenset[str]
    people: pa.Table | None
    organisations: pa.Table | None

    @staticmethod
    def pair_tables(
        truth: FieldTruth, signals: pa.Table, people: pa.Table | None, organisations: pa.Table | None
    ) -> TruthPairs:
        """Pair a truth with the public tables `signals`, `people` and `organisations`."""
        return TruthPairs(
            truth=truth,
            months={(project.project, month.month): month for project in truth.projects for month in project.months},
            signals={(row["project"], start_of_month(row["month"])): row for row in signals.to_pylist()},
            columns=frozenset(signals.column_names),
            people=people,
            organisations=organisations,
        )

    def find_computed_value(self, key: Key, column: str) -> Any:
        """The computed value; None if it is NULL or the row is missing."""
        row = self.signals.get(key)
        return None if row is None else row.get(column)

    def list_count_pairs(self, column: str) -> Iterator[tuple[int, int | None]]:
        """The true and the computed count of every project-month on either side; None: not computed."""
        for key in sorted(self.months.keys() | self.signals.keys()):
            month = self.months.get(key)
            value = self.find_computed_value(key, column)
            yield (0 if month is None else getattr(month, column)), (None if value is None else round(value))

    def count_commits_of_share(self, column: str) -> int:
        """The number of commits of a share column, summed over all project-months."""
        return sum(
            round((self.find_computed_value(key, column) or 0) * (self.find_computed_value(key, "commits") or 0))
            for key in self.signals
        )

    def read_commit_series(self, source: str, project: str, months: tuple[date, ...]) -> tuple[int, ...] | None:
        """Commits of a project in some months, from `truth` or `find_computed_value`; None if any is unknown."""
        keys = [(project, month) for month in months]
        if source == "found":
            values = [self.find_computed_value(key, "commits") for key in keys]
        else:
            values = [self.months[key].commits if key in self.months else None for key in keys]
        known = tuple(int(value) for value in values if value is not None)
        return known if len(known) == len(keys) else None


def normalise_account(account: str) -> str:
    """The common key of two spellings of one account: the login of a no-reply address, else the address.

    >>> (
    ...     normalise_account("7+Login@users.noreply.github.com"),
    ...     normalise_account("github:login"),
    ...     normalise_account("A@org.example"),
    ... )
    ('login', 'login', 'a@org.example')
    """
    text = account.strip().lower()
    email = _EMAIL.search(text)
    if email is None:
        return text.rpartition(":")[2]
    noreply = _NOREPLY.match(email[0])
    return noreply[1] if noreply else email[0]
