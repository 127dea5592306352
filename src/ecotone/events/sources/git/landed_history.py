"""What belongs to a project's history: the commits of its default branch and of older lines, with plausible dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ecotone.events.commit_ownership import COMMIT_SCHEMA
from ecotone.events.sources.git.commit_graph import NOT_LANDED, CommitGraph
from ecotone.events.sources.git.history import History
from ecotone.events.sources.git.log_parser import LATEST_SECOND
from ecotone.events.sources.git.older_lines import OlderLine, find_older_lines
from ecotone.events.sources.git.plausible_dates import PlausibleDates, correct_dates
from ecotone.foundation.notes import Note, note

BRANCHES_AND_TAGS: Final = ("refs/heads/", "refs/tags/")


@dataclass(frozen=True, slots=True)
class LandedHistory:
    """The commits of a history, which of them landed, and when.

    shas, position  names of the commits, and the position of each
    landed_by       for each commit, the commit that landed it on the default branch or on an older line; NOT_LANDED
    dates           plausible dates of all commits
    older           lines that the default branch left behind when it was restarted, the oldest first
    """

    graph: CommitGraph
    shas: Sequence[str]
    position: Mapping[str, int]
    landed_by: list[int]
    dates: PlausibleDates
    older: list[OlderLine]

    @property
    def landed(self) -> NDArray[np.bool_]:
        """Which commits landed."""
        landed: NDArray[np.bool_] = np.array(self.landed_by, np.int64) != NOT_LANDED
        return landed

    @property
    def older_tips(self) -> list[str]:
        """Names of the newest commits of the older lines."""
        return [self.shas[end] for line in self.older for end in line.tips]


def find_landed_history(history: History) -> LandedHistory:
    """Find the commits that landed on the default branch and on older lines, and correct dates."""
    table = history.commits
    shas = table["sha"].to_pylist()
    graph, position = CommitGraph.from_parent_shas(shas, table["parents"].to_pylist())
    refs = dict(zip(history.refs["name"].to_pylist(), history.refs["sha"].to_pylist(), strict=True))
    tip = position[refs[history.branch]]
    landed_by = graph.find_landing_commits(tip)
    heads = history.pull_request_heads().values()
    older = find_older_lines(
        graph.parents,
        np.array(landed_by) != NOT_LANDED,
        table["committer_time"].to_numpy(),
        [position[sha] for name, sha in refs.items() if name.startswith(BRANCHES_AND_TAGS) and sha in position],
        [position[sha] for sha in heads if sha in position],
    )
    line = [commit for part in older for end in part.tips for commit in graph.add_landing_commits(end, landed_by)]
    line += reversed(graph.first_parent_line(tip))
    dates = correct_dates(
        table["author_time"].to_numpy(),
        table["committer_time"].to_numpy(),
        np.array(line),
        np.array(landed_by) != NOT_LANDED,
        np.array([not parents for parents in graph.parents]),
    )
    return LandedHistory(graph, shas, position, landed_by, dates, older)


def landed_commit_table(history: History, landed_history: LandedHistory) -> pa.Table:
    """The landed commits with the time of their landing; COMMIT_SCHEMA."""
    rows = np.flatnonzero(landed_history.landed)
    table = history.commits.take(pa.array(rows))
    landed_at = pa.array(landed_history.dates.committer[np.array(landed_history.landed_by)[rows]], pa.int64())
    columns = [landed_at if name == "landed_at" else table[name] for name in COMMIT_SCHEMA.names]
    return pa.table(columns, schema=COMMIT_SCHEMA)


def history_notes(landed_history: LandedHistory) -> list[Note]:
    """What a reader should know of the history."""
    notes = []
    if landed_history.older:
        times = [
            int(landed_history.dates.committer[commit]) for line in landed_history.older for commit in line.commits
        ]
        first, last = (datetime.fromtimestamp(moment, UTC) for moment in (min(times), max(times)))
        notes.append(note("older_line", count=len(times), when=f"{first:%Y-%m-%d}/{last:%Y-%m-%d}"))
    undated = int(np.sum(landed_history.landed & ~landed_history.dates.dated))
    replaced = int(np.sum(landed_history.landed & landed_history.dates.dated & ~landed_history.dates.exact))
    if undated:
        notes.append(note("commits_undated", count=undated))
    if replaced:
        notes.append(note("dates_replaced", count=replaced))
    return notes


def after_newest_commit(landed_history: LandedHistory, now: datetime) -> datetime:
    """One second after the newest commit of any ref, naive UTC; wrong dates and dates in the future are ignored."""
    end = int(now.replace(tzinfo=UTC).timestamp())
    committer, author = (
        landed_history.dates.committer[landed_history.dates.dated],
        landed_history.dates.author[landed_history.dates.dated],
    )
    times = np.where(committer < end, committer, author)
    past = times[times < end]
    newest = int(past.max() if len(past) else times.max(initial=0))
    return datetime.fromtimestamp(min(newest + 1, LATEST_SECOND), UTC).replace(tzinfo=None)
