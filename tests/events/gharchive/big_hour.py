"""Read one big hour in a separate process and print its peak memory in MB.

Arguments: a folder with the hour, a folder to read it into.
"""

import gzip
import sys
from datetime import timedelta
from pathlib import Path

from ecotone.events.sources.gharchive.feed_reader import GHArchiveReader
from tests.events.gharchive.making import at, bring, event

HOUR = at("2021-07-21T10")
WANTED = [f"octo/cat-{number}" for number in range(200)]


def write(path: Path, lines: int, times: int) -> int:
    """Write a big hour of repeated lines, every hundredth of which is wanted; returns its raw size."""
    told = []
    for number in range(lines):
        name = WANTED[number // 100 % 200] if number % 100 == 0 else f"other/one-{number % 50_000}"
        body = "so it goes, " * (85_000 if number % 30_000 == 7 else 60)
        thread = {"number": 1, "user": {"login": "login-1"}}
        told.append(
            event(
                number, "IssueCommentEvent", "2021-07-21T10:00:00Z", name, number % 50_000, action="created",
                issue=thread, comment={"id": number, "body": body},
            )
        )  # fmt: skip
    content = b"\n".join(told) + b"\n"
    path.write_bytes(gzip.compress(content, 1) * times)
    return len(content) * times


def most_memory() -> int:
    """Peak memory of this process in MB; `getrusage` would include the process it was forked from."""
    status = Path("/proc/self/status").read_text("ascii", "replace")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def main() -> None:
    hours, folder = Path(sys.argv[1]), Path(sys.argv[2])
    before = most_memory()
    brought, _ = bring(GHArchiveReader(hours), folder, HOUR, HOUR + timedelta(hours=1), WANTED)
    sys.stdout.write(f"{brought.events.num_rows} {before} {most_memory()}\n")


if __name__ == "__main__":
    main()
