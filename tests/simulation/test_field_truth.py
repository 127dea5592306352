from __future__ import annotations

import json

import pytest

from ecotone.foundation.errors import UserError
from ecotone.simulation.field_truth import FORMAT_VERSION, encode_field_truth, read_field_truth
from ecotone.simulation.truth_tables import measure_field_truth


def test_a_truth_survives_the_disk(tiny_world, tiny, tmp_path):
    truth = measure_field_truth(tiny_world, [(tiny, "tip")])
    (tmp_path / "truth.json").write_bytes(encode_field_truth(truth))
    assert read_field_truth(tmp_path / "truth.json") == truth


def test_the_file_is_plain_json_with_a_version(tiny_world, tiny):
    raw = json.loads(encode_field_truth(measure_field_truth(tiny_world, [(tiny, "tip")])))
    assert raw["version"] == FORMAT_VERSION
    assert raw["projects"][0]["months"][0]["month"] == "2024-01-01"
    assert raw["projects"][0]["observed_until"] == "2024-03-01T00:00:00"


def test_another_version_is_refused(tiny_world, tiny, tmp_path):
    raw = json.loads(encode_field_truth(measure_field_truth(tiny_world, [(tiny, "tip")])))
    (tmp_path / "truth.json").write_text(json.dumps(raw | {"version": 99}))
    with pytest.raises(UserError, match="version 99"):
        read_field_truth(tmp_path / "truth.json")


@pytest.mark.parametrize("content", [None, "", "[]", "{}", "no json"])
def test_what_is_no_truth_is_refused(tmp_path, content):
    path = tmp_path / "truth.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(UserError, match="ecotone simulate"):
        read_field_truth(path)
