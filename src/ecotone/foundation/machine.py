"""What this machine gives to a run: processors and memory, within its control group and what the user gives."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MEBIBYTE: Final = 1 << 20
CONTROL_GROUP: Final = Path("/sys/fs/cgroup")


@dataclass(slots=True)
class _GivenShare:
    """What the user gives to this process; None: everything."""

    memory_mb: int | None = None
    processes: int | None = None


_given: Final = _GivenShare()


def give_share(memory_mb: int | None, processes: int | None) -> None:
    """Use no more of this machine from now on; None: what its control group allows.

    memory_mb  MiB
    processes  processors, and processes at the same time
    """
    _given.memory_mb, _given.processes = memory_mb, processes


def processor_count(group: Path = CONTROL_GROUP) -> int:
    """The processors that this process may use, at least one."""
    try:
        allowed = len(os.sched_getaffinity(0))
    except AttributeError:  # not Linux
        allowed = os.cpu_count() or 1
    quota, _, period = _first_line(group / "cpu.max").partition(" ")
    if quota.isdigit() and period.isdigit() and int(period):
        allowed = min(allowed, -(-int(quota) // int(period)))
    return max(min(allowed, _given.processes or allowed), 1)


def memory_bytes(group: Path = CONTROL_GROUP) -> int:
    """The memory that this process may use."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        limit = _first_line(group / name)
        if limit.isdigit():
            total = min(total, int(limit))
    return total if _given.memory_mb is None else min(total, _given.memory_mb * MEBIBYTE)


def _first_line(path: Path) -> str:
    try:
        return path.read_text("utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError):
        return ""
