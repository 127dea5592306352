from __future__ import annotations

import json

from hypothesis import example, given
from hypothesis import strategies as st

from ecotone.foundation.output_text import DIRECTIONS, without_controls, without_directions
from ecotone.report import ReportInput
from ecotone.report.bilingual_text import format_number
from ecotone.report.data_scripts import data_script, round_for_display, to_script_json
from ecotone.report.series_encoding import SHARE_PLACES
from tests.report.decoding import decode
from tests.report.made import EMPLOYERS, HOSTILE, NAMES

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_nothing_can_end_the_script_and_everything_comes_back(value: object):
    text = to_script_json(value)
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == json.loads(without_directions(json.dumps(value, ensure_ascii=False)))


@given(st.floats(-1e12, 1e12))
def test_short_numbers_keep_five_digits_or_their_whole_part(value: float):
    found = round_for_display(value)
    assert found is not None
    assert abs(found - value) <= (0.5 if abs(value) >= 1000 else abs(value) * 5.1e-5)


@example(4073.46)  # 4073.5 in five digits, which a browser calls 4,074
@given(st.floats(1000, 1e9))
def test_a_big_number_reads_the_same_in_the_pages_and_in_the_scripts(value: float):
    found = round_for_display(value)
    assert isinstance(found, int)
    assert f"{found:,}" == format_number(value)


def read(content: bytes) -> dict[str, object]:
    return json.loads(content.decode().split("=", 2)[2].rstrip(";\n"))


def test_a_script_puts_its_value_under_its_key():
    assert data_script("a", [1]) == b'(window.ecotoneData=window.ecotoneData||{})["a"]=[1];\n'


def test_small_organisations_are_in_no_file_of_a_month_they_may_not_be_named_in(
    source: ReportInput, files: dict[str, bytes]
):
    rows = source.organisations.to_pylist()
    for place in range(len(NAMES)):
        # everyone's fourth employer never has more than two people
        small = EMPLOYERS[(place + 3) % len(EMPLOYERS)]
        mine = [row for row in rows if row["project"] == NAMES[place] and row["organisation"] == small]
        assert {row["people"] for row in mine} == {2}
    landscape = read(files["data/landscape.js"])
    for project in landscape["projects"]:
        data = read(files[f"data/project/{project['k']}.js"])
        place = NAMES.index(project["name"])
        small = EMPLOYERS[(place + 3) % len(EMPLOYERS)]
        assert small not in data["organisations"]["names"]
        assert small not in data["texts"]["top_organisation"][0]


def test_shares_of_a_month_add_up_to_the_whole(files: dict[str, bytes]):
    for path, content in files.items():
        if path.startswith("data/project/"):
            bands = [decode(share, SHARE_PLACES) for _, _, share in read(content)["organisations"]["bands"]]
            for month in zip(*bands, strict=True):
                known = [share for share in month if share is not None]
                assert not known or abs(sum(known) - 1) < 0.004


def test_a_hostile_organisation_is_text(files: dict[str, bytes]):
    holders = [path for path, content in files.items() if b"onerror" in content and path.endswith(".js")]
    assert any(path.startswith("data/project/") for path in holders)
    assert all(HOSTILE.encode() not in files[path] for path in holders)


def test_a_name_does_not_turn_the_text_beside_it():
    for mark in DIRECTIONS:
        assert to_script_json({mark: f"a{mark}b"}) == '{"\N{REPLACEMENT CHARACTER}":"a\N{REPLACEMENT CHARACTER}b"}'
        assert mark not in str(without_controls({mark: [mark]}))
