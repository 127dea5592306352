"""Serve a simulated field as the archive's web site, GitHub's API and ClickHouse until Ctrl-C: `make serve`."""

from __future__ import annotations

import argparse
import json
import threading
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

from ecotone.foundation.months import parse_month
from ecotone.simulation.feeds import ArchiveFaults, write_field_feeds
from ecotone.simulation.simulated_field import make_simulated_field
from tests.fakes import serve_clickhouse, serve_github, serve_hours

TOKEN: Final = "ghp_simulated"


def main() -> None:
    """Write a field and its feeds, serve them, and print the three addresses and the token."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--projects", type=int, default=12)
    parser.add_argument("--people", type=int, default=150)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--last-month", type=parse_month, default=parse_month("2025-12"))
    parser.add_argument("--faults", default="none", help="all, or names with commas")
    asked = parser.parse_args()
    faults = ArchiveFaults.from_names(filter(None, asked.faults.split(",")), asked.seed)
    field = make_simulated_field(
        asked.folder,
        seed=asked.seed,
        projects=asked.projects,
        people=asked.people,
        months=asked.months,
        last_month=asked.last_month,
    )
    feeds, hours = write_field_feeds(field, asked.folder, faults=faults)
    with ExitStack() as servers:
        site = servers.enter_context(serve_hours(asked.folder / "hours"))
        api = servers.enter_context(serve_github(feeds, (TOKEN,)))
        clickhouse = servers.enter_context(serve_clickhouse(feeds, hours, ambiguous=faults.has_fault("ambiguous")))
        addresses = {"gharchive": site.url, "github": api.url, "clickhouse": clickhouse.url, "token": TOKEN}
        print(json.dumps(addresses, indent=2), flush=True)  # noqa: T201 - the command's output
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
