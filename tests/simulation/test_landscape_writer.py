from __future__ import annotations

import tomllib
from datetime import datetime

from ecotone.simulation.landscape_writer import encode_landscape


def test_the_landscape_says_what_the_world_is(tiny_world):
    assert tomllib.loads(encode_landscape(tiny_world).decode()) == {
        "landscape": {
            "name": "simulated",
            "title": "A simulated field (seed 1)",
            "title_zh": "模拟的开源领域（种子 1）",
            "since": "2024-01",
            "free_mail_domains": ["freemail.example"],
        },
        "categories": {"agent framework": "智能体框架"},
        "organisations": {"Org 01": ["org01.example"], "Org 02": ["org02.example"]},
        "project": [
            {
                "repository": "org01/tiny",
                "category": "agent framework",
                "layer": "application",
                "style": "sdk",
                "language": "Python",
                "location": "repositories/tiny.git",
                "observed_until": datetime.fromisoformat("2024-03-01"),  # exclusive, so not a day
            }
        ],
    }


def test_every_location_is_a_repository(small):
    landscape = tomllib.loads((small.folder / "landscape.toml").read_text(encoding="utf-8"))
    assert len(landscape["project"]) == len(small.truth.projects)
    assert all((small.folder / one["location"] / "HEAD").is_file() for one in landscape["project"])


def test_hostile_organisations_are_quoted(small):
    landscape = tomllib.loads((small.folder / "landscape.toml").read_text(encoding="utf-8"))
    assert set(landscape["organisations"]) == {one.organisation for one in small.truth.organisations}
    assert any('"<script>alert(1)</script>"' in name for name in landscape["organisations"])
