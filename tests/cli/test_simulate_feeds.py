"""`ecotone simulate --gharchive`: archives beside the repositories, and nothing else changed."""

from __future__ import annotations

import json
import os
import signal

import httpx

from .command import ecotone, ecotone_process

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


def test_sources_are_served_until_interrupted(tmp_path):
    process = ecotone_process("simulate", tmp_path / "out", *SMALL, "--serve", "--quiet")
    with process:
        assert process.stdout is not None
        text = ""
        while not text.endswith("}\n"):
            text += process.stdout.readline()
        served = json.loads(text)
        hour = httpx.get(f"{served['gharchive']}/2025-11-03-7.json.gz")
        repositories = httpx.get(
            f"{served['github']}/search/repositories?q=org:community",
            headers={"authorization": f"Bearer {served['token']}"},
        )
        count = httpx.post(served["clickhouse"], content="SELECT count() FROM github_events")
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(20) in (0, 130)
    assert hour.content == (tmp_path / "out" / "hours" / "2025-11-03-7.json.gz").read_bytes()
    assert repositories.json()["total_count"] >= 1
    assert int(count.text) > 0


def test_a_feed_that_cannot_be_read_is_no_repository_that_could_not_be_read(tmp_path):
    assert ecotone("simulate", tmp_path / "f", *SMALL).code == 0
    landscape = tmp_path / "f" / "landscape.toml"
    landscape.write_text(landscape.read_text("utf-8") + '\n[sources.gharchive]\nlocation = "nowhere"\n', "utf-8")
    outcome = ecotone("collect", landscape, "--workspace", tmp_path / "w")
    assert outcome.code == 1
    assert "There is no folder" in outcome.err
    assert "unknown in the tables; `ecotone doctor` lists them" in outcome.err
    assert "repositories could not be read" not in outcome.err
