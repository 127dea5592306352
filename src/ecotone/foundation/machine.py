"""What this machine gives to a run: processors and memory, within the limits of its control group."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

CONTROL_GROUP: Final = Path("/sys/fs/cgroup")


def processor_count(group: Path = CONTROL_GROUP) -> int:
    """The processors that this process may use, at least one."""
    try:
        allowed = len(os.sched_getaffinity(0))
    except AttributeError:  # not Linux
        allowed = os.cpu_count() or 1
    quota, _, period = _first_line(group / "cpu.max").partition(" ")
    if quota.isdigit() and period.isdigit() and int(period):
        allowed = min(allowed, -(-int(quota) // int(period)))
    return max(allowed, 1)


def memory_bytes(group: Path = CONTROL_GROUP) -> int:
    """The memory that this process may use."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        limit = _first_line(group / name)
        if limit.isdigit():
            total = min(total, int(limit))
    return total


def _first_line(path: Path) -> str:
    try:
        return path.read_text("utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError):
        return ""
