from __future__ import annotations

from datetime import date

import pyarrow as pa

from ecotone.report.privacy import SMALLER, UNKNOWN, suppress_small_organisations

MARCH, APRIL = date(2024, 3, 1), date(2024, 4, 1)


def table(*rows: tuple[str, date, str, int, int, float]) -> pa.Table:
    names = ("project", "month", "organisation", "people", "events", "share")
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows])


def test_fewer_than_three_people_are_counted_not_named():
    found = suppress_small_organisations(
        table(
            ("p", MARCH, "Larch", 3, 30, 0.3),
            ("p", MARCH, "Moss", 2, 20, 0.2),
            ("p", MARCH, "Fern", 1, 10, 0.1),
            ("p", MARCH, "(unknown)", 1, 40, 0.4),
        ),
        min_people=3,
    )
    shares = found.named["p"][MARCH]
    assert set(shares) == {"Larch", SMALLER, UNKNOWN}
    assert shares[SMALLER].people == 3
    assert abs(shares[SMALLER].share - 0.3) < 1e-9
    assert found.hidden == {("p", MARCH, "Moss"), ("p", MARCH, "Fern")}
    assert found.all_names() == {"Larch"}


def test_each_month_is_judged_alone():
    found = suppress_small_organisations(
        table(("p", MARCH, "Larch", 3, 1, 1.0), ("p", APRIL, "Larch", 2, 1, 1.0)), min_people=3
    )
    assert "Larch" in found.named["p"][MARCH]
    assert "Larch" not in found.named["p"][APRIL]


def test_bands_stack_the_named_then_the_rest_then_the_unknown():
    found = suppress_small_organisations(
        table(
            ("p", MARCH, "A", 3, 10, 0.1),
            ("p", MARCH, "B", 5, 50, 0.5),
            ("p", MARCH, "C", 1, 10, 0.1),
            ("p", MARCH, "(unknown)", 9, 30, 0.3),
        ),
        min_people=3,
    )
    assert found.largest_organisations("p", 1) == ("B",)
    bands = found.share_bands(found.named["p"][MARCH], found.largest_organisations("p", 1))
    assert bands == [(0, 5, 0.5), (-1, 3, 0.1), (-2, 1, 0.1), (-3, 9, 0.3)]
