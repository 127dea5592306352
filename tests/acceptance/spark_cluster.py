"""A Spark cluster on this machine: a master, two workers with an executor each, and Spark Connect."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

PYTHON: Final = Path(os.environ.get("ACCEPTANCE_SPARK", "build/spark")).absolute() / "bin" / "python"
"""A Python with the whole pyspark, and with what Ecotone needs."""
SOURCE_FOLDERS: Final = str(Path("src").absolute())
DEPLOY: Final = "org.apache.spark.deploy"
LONGEST_SECONDS: Final = 600.0


class SparkCluster:
    """Started when it is opened, ended when it is closed; used as a context."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True)
        found = subprocess.run(
            [PYTHON, "-c", "import pyspark; print(pyspark.__path__[0], pyspark.__version__)"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        self._home, self.version = found.stdout.split()
        self._started: dict[str, subprocess.Popen[bytes]] = {}
        self._master, self._connect, self._page = (_free_port() for _ in range(3))
        self.address = f"sc://127.0.0.1:{self._connect}"

    def __enter__(self) -> SparkCluster:
        self._start(
            "master", "spark-class", f"{DEPLOY}.master.Master", "--host", "127.0.0.1", "--port", str(self._master),
            "--webui-port", str(_free_port()),
        )  # fmt: skip
        _wait_until(lambda: _is_open(self._master))
        for number in (1, 2):
            self.start_worker(number)
        settings = {
            "spark.executor.cores": "1",
            "spark.ui.port": str(self._page),
            "spark.connect.grpc.binding.port": str(self._connect),
            "spark.sql.shuffle.partitions": "4",
        }
        listed = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
        self._start(
            "connect", "spark-submit", "--class", "org.apache.spark.sql.connect.service.SparkConnectServer",
            "--master", self._master_address, "--executor-memory", "800m", *listed, "spark-internal",
        )  # fmt: skip
        _wait_until(lambda: _is_open(self._connect))
        self.wait_for_executors()
        return self

    def __exit__(self, *_: object) -> None:
        for name in ("connect", "worker1", "worker2", "master"):
            self.kill(name)

    @property
    def _master_address(self) -> str:
        return f"spark://127.0.0.1:{self._master}"

    def start_worker(self, number: int) -> None:
        """Start a worker, the first time or again."""
        self._start(
            f"worker{number}", "spark-class", f"{DEPLOY}.worker.Worker", "--cores", "1", "--memory", "1g",
            "--work-dir", str(self._folder / f"work{number}"), "--webui-port", str(_free_port()), self._master_address,
        )  # fmt: skip

    def wait_for_executors(self) -> None:
        """Wait until both executors are registered."""
        _wait_until(lambda: len(self.executors()) == 2)

    def executors(self) -> list[Mapping[str, Any]]:
        """The executors that are registered now."""
        return [one for one in self._ask("executors") if one["id"] != "driver" and one["isActive"]]

    def finished_tasks(self) -> int:
        """The tasks that all executors have finished, those that are gone included."""
        return sum(int(one["completedTasks"]) for one in self._ask("allexecutors"))

    def kill(self, name: str) -> None:
        """End a part with all that it started, at once."""
        with suppress(ProcessLookupError, KeyError):
            os.killpg(self._started[name].pid, signal.SIGKILL)
            self._started[name].wait()

    def _ask(self, what: str) -> list[Mapping[str, Any]]:
        base = f"http://127.0.0.1:{self._page}/api/v1/applications"
        with suppress(OSError, ValueError):
            applications = json.load(urllib.request.urlopen(base, timeout=30))
            found = json.load(urllib.request.urlopen(f"{base}/{applications[0]['id']}/{what}", timeout=30))
            return list(found)
        return []

    def _start(self, name: str, program: str, *arguments: str) -> None:
        environment = {
            **{key: value for key, value in os.environ.items() if key != "SPARK_DAEMON_MEMORY"},
            "SPARK_HOME": self._home,
            "SPARK_LOCAL_IP": "127.0.0.1",
            "PYSPARK_PYTHON": str(PYTHON),
            "PYTHONPATH": SOURCE_FOLDERS,
        }
        with (self._folder / f"{name}.log").open("wb") as log:
            self._started[name] = subprocess.Popen(
                [f"{self._home}/bin/{program}", *arguments], cwd=self._folder, env=environment, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip


def _free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def _is_open(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def _wait_until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + LONGEST_SECONDS
    while not holds():
        assert time.monotonic() < ends, "the cluster did not start; see its logs"
        time.sleep(0.5)
