"""Processes of this machine that compute for this one and end with it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait

import pyarrow as pa

from ecotone.store.files import PRIVATE


def start_processes(count: int, modules: Sequence[str] = ()) -> ProcessPoolExecutor:
    """A pool of processes that have loaded these modules once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, *modules])
    return ProcessPoolExecutor(count, context, _prepare_process)


def _prepare_process() -> None:
    """A process of the pool ends with its parent, however that ends, and leaves interrupts to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(PRIVATE)
    pa.set_cpu_count(1)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with_parent, args=(parent.sentinel,), daemon=True).start()


def _end_with_parent(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
