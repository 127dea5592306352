from __future__ import annotations

import json

import pytest

from ecotone.foundation.errors import UserError
from ecotone.simulation.measure import truth_of
from ecotone.simulation.truth import FORMAT_VERSION, read_truth, truth_bytes


def test_a_truth_survives_the_disk(tiny_world, tiny, tmp_path):
    truth = truth_of(tiny_world, [(tiny, "tip")])
    (tmp_path / "truth.json").write_bytes(truth_bytes(truth))
    assert read_truth(tmp_path / "truth.json") == truth


def test_the_file_is_plain_json_with_a_version(tiny_world, tiny):
    raw = json.loads(truth_bytes(truth_of(tiny_world, [(tiny, "tip")])))
    assert raw["version"] == FORMAT_VERSION
    assert raw["projects"][0]["months"][0]["month"] == "2024-01-01"
    assert raw["projects"][0]["observed_until"] == "2024-03-01T00:00:00"


def test_another_version_is_refused(tiny_world, tiny, tmp_path):
    raw = json.loads(truth_bytes(truth_of(tiny_world, [(tiny, "tip")])))
    (tmp_path / "truth.json").write_text(json.dumps(raw | {"version": 99}))
    with pytest.raises(UserError, match="version 99"):
        read_truth(tmp_path / "truth.json")


@pytest.mark.parametrize("content", [None, "", "[]", "{}", "no json"])
def test_what_is_no_truth_is_refused(tmp_path, content):
    path = tmp_path / "truth.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(UserError, match="ecotone simulate"):
        read_truth(path)
