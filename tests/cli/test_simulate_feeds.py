"""`ecotone simulate --gharchive`: archives beside the repositories, and nothing else changed."""

from __future__ import annotations

import json

from .command import ecotone

SMALL = (
    "--random-seed",
    4,
    "--projects",
    2,
    "--people",
    12,
    "--months",
    1,
    "--last-month",
    "2025-11",
    "--changes-per-month",
    4,
)


def test_feeds_are_beside_a_field_that_stays_as_it_was(tmp_path):
    assert ecotone("simulate", tmp_path / "plain", *SMALL).code == 0
    assert ecotone("simulate", tmp_path / "fed", *SMALL, "--gharchive", "--faults", "absent,pages").code == 0
    for name in ("truth.json", "landscape.toml"):
        assert (tmp_path / "plain" / name).read_bytes() == (tmp_path / "fed" / name).read_bytes()
    assert sorted(path.name for path in (tmp_path / "plain").iterdir()) == [
        "landscape.toml",
        "repositories",
        "truth.json",
    ]
    truth = json.loads((tmp_path / "fed" / "feeds-truth.json").read_bytes())
    assert truth["faults"] == ["absent", "pages"]
    acts = [json.loads(line) for line in (tmp_path / "fed" / "feeds-acts.jsonl").read_text().splitlines()]
    assert {act["lost"] for act in acts} >= {None, "pages"}
    assert (tmp_path / "fed" / "hours" / "2025-11-03-7.json.gz").exists()


def test_a_fault_that_is_none_is_refused_before_anything_is_written(tmp_path):
    outcome = ecotone("simulate", tmp_path / "out", *SMALL, "--gharchive", "--faults", "absense")
    assert outcome.code == 2
    assert "Did you mean 'absent'" in outcome.err
    assert not (tmp_path / "out").exists()


def test_a_feed_that_cannot_be_read_is_no_repository_that_could_not_be_read(tmp_path):
    assert ecotone("simulate", tmp_path / "f", *SMALL).code == 0
    landscape = tmp_path / "f" / "landscape.toml"
    landscape.write_text(landscape.read_text("utf-8") + '\n[sources.gharchive]\nlocation = "nowhere"\n', "utf-8")
    outcome = ecotone("collect", landscape, "--workspace", tmp_path / "w")
    assert outcome.code == 1
    assert "There is no folder" in outcome.err
    assert "unknown in the tables; `ecotone doctor` lists them" in outcome.err
    assert "repositories could not be read" not in outcome.err
