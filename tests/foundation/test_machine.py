"""What the machine gives: never more than the control group allows."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ecotone.foundation.machine import give_share, memory_bytes, processor_count

WHOLE = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


@pytest.mark.parametrize(
    ("quota", "count"), [("100000 100000", 1), ("50000 100000", 1), ("max 100000", None), ("garbage", None), ("", None)]
)
def test_processors_are_those_of_the_control_group(quota: str, count: int | None, tmp_path: Path):
    (tmp_path / "cpu.max").write_text(f"{quota}\n")
    assert processor_count(tmp_path) == (count or processor_count(tmp_path / "none"))


def test_a_quota_beyond_the_machine_adds_no_processor(tmp_path: Path):
    (tmp_path / "cpu.max").write_text("100000000 100000\n")
    assert processor_count(tmp_path) == processor_count(tmp_path / "none") >= 1


@pytest.mark.parametrize(
    ("name", "limit", "expected"),
    [
        ("memory.max", "1000000", 1_000_000),
        ("memory.max", "max", WHOLE),
        ("memory.max", str(2**62), WHOLE),
        ("memory/memory.limit_in_bytes", "2000000", 2_000_000),
    ],
)
def test_memory_is_that_of_the_control_group(name: str, limit: str, expected: int, tmp_path: Path):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(limit)
    assert memory_bytes(tmp_path) == expected
    assert memory_bytes(tmp_path / "none") == WHOLE


def test_the_user_may_give_less_but_not_more(tmp_path: Path):
    try:
        give_share(600, 1)
        assert (memory_bytes(tmp_path), processor_count(tmp_path)) == (600 << 20, 1)
        give_share(1 << 30, 1 << 16)
        assert memory_bytes(tmp_path) == WHOLE
        (tmp_path / "cpu.max").write_text("100000 100000\n")
        assert processor_count(tmp_path) == 1
    finally:
        give_share(None, None)
    assert memory_bytes(tmp_path) == WHOLE
