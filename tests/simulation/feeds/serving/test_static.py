from __future__ import annotations

import httpx
import pytest

from ecotone.foundation.errors import UnknownName
from tests.fakes import serve_hours

NAMES = tuple(f"2024-01-01-{hour}.json.gz" for hour in range(24))


@pytest.fixture
def folder(tmp_path):
    for number, name in enumerate(NAMES):
        (tmp_path / name).write_bytes(bytes([number]) * 4_000)
    (tmp_path.parent / "secret.gz").write_bytes(b"secret")
    return tmp_path


def test_files_are_served_as_they_are(folder):
    with serve_hours(folder) as server:
        for number, name in enumerate(NAMES):
            answer = httpx.get(f"{server.url}/{name}", timeout=None)
            assert (answer.status_code, answer.content) == (200, bytes([number]) * 4_000)
        assert httpx.get(f"{server.url}/2024-01-02-0.json.gz", timeout=None).status_code == 404
        assert httpx.get(f"{server.url}/..%2fsecret.gz", timeout=None).status_code == 404
        rest = httpx.get(f"{server.url}/{NAMES[3]}", headers={"range": "bytes=3990-"}, timeout=None)
        assert (rest.status_code, rest.headers["content-range"]) == (206, "bytes 3990-3999/4000")
        assert server.log.count_requests() == 27
        assert server.log.list_repeated_requests() == []


@pytest.mark.parametrize("trouble", ["cut", "length", "502", "503", "429", "html", "slow"])
def test_a_trouble_strikes_and_then_lets_the_file_through(folder, trouble):
    with serve_hours(folder, (trouble,), seed=1, share=1.0, most=2) as server:
        for number, name in enumerate(NAMES[:6]):
            attempts = 0
            while attempts < 3:
                attempts += 1
                try:
                    answer = httpx.get(f"{server.url}/{name}", timeout=None)
                except httpx.RemoteProtocolError:
                    assert trouble in ("cut", "length")
                    continue
                if answer.status_code == 200 and answer.content == bytes([number]) * 4_000:
                    break
                assert answer.text.startswith("<html>") or answer.status_code == int(trouble)
            else:
                pytest.fail(f"{name} never came")
        assert server.log.count_troubles()[trouble] >= 6


def test_the_same_seed_strikes_the_same_files(folder):
    found = []
    for seed in (1, 1, 2):
        with serve_hours(folder, ("502",), seed=seed, share=0.5) as server:
            found.append([httpx.get(f"{server.url}/{name}", timeout=None).status_code for name in NAMES])
    assert found[0] == found[1] != found[2]


def test_an_unknown_trouble_is_named(folder):
    with pytest.raises(UnknownName, match="503"):
        serve_hours(folder, ("500",))
