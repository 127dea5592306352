from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx

SMALL = ("--seed", "4", "--projects", "2", "--people", "12", "--months", "1", "--last-month", "2025-11")


def test_a_field_is_served_until_interrupted(tmp_path):
    command = [sys.executable, "-m", "tests.fakes.serve", str(tmp_path / "out"), *SMALL]
    folder = Path(__file__).parents[4]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder) as process:
        assert process.stdout is not None
        text = ""
        while not text.endswith("}\n"):
            line = process.stdout.readline()
            assert line
            text += line
        served = json.loads(text)
        hour = httpx.get(f"{served['gharchive']}/2025-11-03-7.json.gz", timeout=None)
        repositories = httpx.get(
            f"{served['github']}/search/repositories?q=org:community",
            headers={"authorization": f"Bearer {served['token']}"},
            timeout=None,
        )
        count = httpx.post(served["clickhouse"], content="SELECT count() FROM github_events", timeout=None)
        os.kill(process.pid, signal.SIGINT)
        assert process.wait() == 0
    assert hour.content == (tmp_path / "out" / "hours" / "2025-11-03-7.json.gz").read_bytes()
    assert repositories.json()["total_count"] >= 1
    assert int(count.text) > 0
