"""Runs inside a throw-away environment that holds the peers: each reads one local hour file with its own code.

Only the download is replaced: by a symbolic link, by chunks of the file, by its bytes in memory. Arguments: the peer,
the file, a file with one repository a line. Prints seconds of the clock and
of a processor, and the events it kept.
"""

import os
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

TYPES = [
    "CommitComment", "Create", "Delete", "Discussion", "Fork", "Gollum", "IssueComment", "Issues", "Member", "Public",
    "PullRequest", "PullRequestReview", "PullRequestReviewComment", "Push", "Release", "Watch",
]  # fmt: skip
DAY = datetime(2021, 7, 21)  # noqa: DTZ001 - the peers take naive days


def gharc(path, repositories):
    from gharc import streamer

    def instead(_url, temporary, _session):
        os.unlink(temporary)
        os.symlink(path, temporary)
        return streamer.DOWNLOAD_OK

    streamer.download_resumable = instead
    assert streamer.HAS_ORJSON  # its faster way
    return len(streamer.process_single_hour(DAY, repositories, None))


def gharchive_streamer(path, repositories):
    from gharchive_streamer._client import Fetcher
    from gharchive_streamer._gharchive_streamer import GHArchiveStreamer
    from gharchive_streamer._models import GHTimestamp

    class Chunks(Fetcher):
        def fetch(self, url):  # noqa: ARG002 - it is their method
            with open(path, "rb") as handle:
                while chunk := handle.read(8192):  # its own size
                    yield chunk

    wanted = set(repositories)
    events = GHArchiveStreamer(Chunks()).stream_hour(GHTimestamp(2021, 7, 21, 0))
    return sum(1 for event in events if event["repo"]["name"] in wanted)


def perceval_gharchive(path, repositories):
    from perceval_gharchive.backends import gharchive

    def get(_url):
        with open(path, "rb") as handle:
            return SimpleNamespace(status_code=200, content=handle.read())

    gharchive.requests = SimpleNamespace(get=get)
    backend = gharchive.GHArchive(projects=list(repositories))
    wanted = set(repositories)  # it never applies the list it is given
    # it begins one hour after the first and ends one before the last
    period = {"from_date": DAY, "to_date": DAY + timedelta(hours=2)}
    items = backend.fetch_items("events", events=[f"{kind}Event" for kind in TYPES], **period)
    return sum(1 for item in items if item["repo"]["name"] in wanted)


def main():
    peer, path, names = sys.argv[1:]
    repositories = Path(names).read_text("utf-8").split()
    work = {"gharc": gharc, "gharchive-streamer": gharchive_streamer, "perceval-gharchive": perceval_gharchive}[peer]
    began, used = time.perf_counter(), time.process_time()
    kept = work(path, repositories)
    print(time.perf_counter() - began, time.process_time() - used, kept)


main()
