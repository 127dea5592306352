"""Processes of this machine that compute for this one and end with it."""

from __future__ import annotations

import multiprocessing
import multiprocessing.forkserver
import os
import signal
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerContext, ForkServerProcess
from types import ModuleType
from typing import Any, Final

READING_MODULES: Final = (
    "ecotone.pipeline.repository_process",
    "ecotone.pipeline.collect",
    "ecotone.events.sources.git.source",
)
"""Modules of the processes that read repositories."""

_starting = threading.Lock()


class ServedProcess(ForkServerProcess):
    """A process that does not import the module that was run: it may be a script without a guard."""

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802 - the name that multiprocessing calls
        with _starting:
            run_module = sys.modules["__main__"]
            sys.modules["__main__"] = ModuleType("__main__")
            try:
                return ForkServerProcess._Popen(process_obj)
            finally:
                sys.modules["__main__"] = run_module


class ServerContext(ForkServerContext):
    """A server without threads forks the processes, after it has loaded some modules once."""

    Process = ServedProcess


def server_context(modules: Sequence[str]) -> ServerContext:
    """The context of processes that have loaded these modules once; they are loaded while this process goes on."""
    context = ServerContext()
    context.set_forkserver_preload(list(modules))
    multiprocessing.forkserver.ensure_running()
    return context


def start_processes(count: int, modules: Sequence[str] = ()) -> ProcessPoolExecutor:
    """A pool of processes that have loaded these modules once."""
    return ProcessPoolExecutor(count, server_context([__name__, *modules]), _prepare_process)


def _prepare_process() -> None:
    """A process of the pool ends with its parent, however that ends, and leaves interrupts to it."""
    import pyarrow as pa  # imported here: the server is started before this process needs Arrow

    from ecotone.store.files import PRIVATE

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(PRIVATE)
    pa.set_cpu_count(1)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with_parent, args=(parent.sentinel,), daemon=True).start()


def _end_with_parent(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
