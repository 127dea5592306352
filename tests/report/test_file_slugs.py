from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from ecotone.report.file_slugs import unique_slugs


@given(st.lists(st.text(max_size=80), unique=True, max_size=30))
def test_every_name_gets_a_harmless_file_name_of_its_own(names: list[str]):
    found = unique_slugs(names)
    assert list(found) == names
    assert len(set(found.values())) == len(names)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]*", slug) for slug in found.values())


def test_a_number_does_not_take_another_name():
    assert unique_slugs(["a-2", "a", "A"]) == {"a-2": "a-2", "a": "a", "A": "a-3"}
