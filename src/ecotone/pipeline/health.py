"""What is missing, unreachable or damaged in a workspace, and the next command."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from ecotone.events.sources.git.command import git_version
from ecotone.foundation.errors import DamagedFile, GitMissing
from ecotone.foundation.months import add_months
from ecotone.people import evidence
from ecotone.store.workspace import Workspace

GROUPS_SHOWN: Final = 3
PERSONS_SHOWN: Final = 4


GIT: Final = "git"
NOTES: Final = 12
"""Notes on coverage that are listed, those on most months first."""


@dataclass(frozen=True, slots=True)
class Ailment:
    """One thing to know: what it is about, how it stands, what to do (empty: nothing)."""

    about: str
    state: str
    advice: str = ""


def examine(folder: Path) -> list[Ailment]:
    """Look at the machine and at a workspace; never changes anything."""
    return [*_machine(), *_workspace(Workspace.open(folder))]


def _machine() -> Iterator[Ailment]:
    try:
        yield Ailment("git", git_version())
    except GitMissing as error:
        yield Ailment("git", str(error))


def _workspace(workspace: Workspace) -> Iterator[Ailment]:
    run = workspace.last_run() or {}
    for failure in run.get("failures", []):
        yield Ailment(failure["repository"], f"failed in the last run: {failure['sentence']}")
    current = workspace.current()
    if current is None:
        yield Ailment("tables", "not written yet", "Run `ecotone run LANDSCAPE`.")
        return
    yield Ailment("tables", f"generation {current['generation']} of landscape {current.get('landscape')!r}")
    if broken := [*_broken(workspace, current["tables"])]:
        yield from broken
        return
    for reading in current.get("readings", []):
        if reading["note"]:
            yield Ailment(reading["repository"], reading["note"])
    yield from _coverage(workspace)
    yield from _times(workspace)
    yield from _people(workspace, current)


def _broken(workspace: Workspace, names: Iterable[str]) -> Iterator[Ailment]:
    """Every table that cannot be read to its end, and what the workspace keeps to itself if that cannot be."""
    for name in names:
        try:
            workspace.table(name)
        except DamagedFile as error:
            yield Ailment(name, str(error))
    try:
        workspace.private()
    except DamagedFile as error:
        yield Ailment("private.json", str(error))


def _coverage(workspace: Workspace) -> Iterator[Ailment]:
    """Repository-months by source and state; then, for each source but git, what its notes say, of what and when."""
    # imported here: it brings Ibis
    from ecotone.signals.coverage import INPUTS

    columns = ["source", "repository", "month", "state", "note"]
    rows = [row for row in workspace.table("coverage").select(columns).to_pylist() if row["source"] not in INPUTS[1:]]
    whole = {(row["repository"], row["month"], row["source"]) for row in rows if row["state"] == "whole"}
    sources = sorted({row["source"] for row in rows})
    for source in sources:
        mine = [row for row in rows if row["source"] == source]
        states = Counter(row["state"] for row in mine)
        listed = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        lost = [(row["repository"], row["month"]) for row in mine if row["state"] != "whole"]
        others = [other for other in sources if other not in (source, GIT)]
        filled = sum(any((*place, other) in whole for other in others) for place in lost)
        if source != GIT and filled:
            listed += f"; {filled} of the {len(lost)} that are not whole are whole in {' or '.join(others)}"
        yield Ailment(f"coverage of {source}", f"repository-months: {listed}", _advice(source, len(lost) - filled))
    noted: dict[tuple[str, str, str], list[tuple[date, str]]] = {}
    for row in rows:
        if row["note"] and row["source"] != GIT:
            place = (row["month"], row["repository"])
            noted.setdefault((row["source"], row["state"], row["note"]), []).append(place)
    order = sorted(noted.items(), key=lambda item: (-len(item[1]), item[0]))
    for (source, state, note), places in order[:NOTES]:
        yield Ailment(f"coverage of {source}", f"{_where(places)}: {state}: {note}")
    if len(order) > NOTES:
        left = f"{len(order) - NOTES} further notes"
        yield Ailment("coverage", left, "See all of them with `ecotone export coverage`.")


def _where(places: list[tuple[date, str]]) -> str:
    """Months and repositories in few words.

    >>> _where([(date(2025, 6, 1), "octo/cat"), (date(2025, 7, 1), "octo/cat")])
    '2025-06 to 2025-07, octo/cat'
    """
    months, repositories = (sorted(set(found)) for found in zip(*places, strict=True))
    spans: list[list[date]] = []
    for month in months:
        if spans and add_months(spans[-1][1], 1) == month:
            spans[-1][1] = month
        else:
            spans.append([month, month])
    told = [f"{first:%Y-%m}" + ("" if first == last else f" to {last:%Y-%m}") for first, last in spans]
    return f"{', '.join(told)}, {repositories[0] if len(repositories) == 1 else f'{len(repositories)} repositories'}"


def _advice(source: str, left: int) -> str:
    """What to do about months that an archive does not have whole, and nothing else has."""
    if not left or source not in ("gharchive", "clickhouse"):
        return ""
    return (
        "What is not whole is unknown in the tables, never zero. With [sources.github] in the landscape file and a"
        " token, `ecotone run LANDSCAPE` fills these months from GitHub."
    )


def _times(workspace: Workspace) -> Iterator[Ailment]:
    counts: dict[Any, int] = {}
    for quality in workspace.table("events")["time_quality"].to_pylist():
        counts[quality] = counts.get(quality, 0) + 1
    for quality, words in (
        ("before_first_commit", "dated long before their repository's first commit"),
        ("after_observed_until", "dated after the end of their repository's observation"),
    ):
        if counts.get(quality):
            yield Ailment("events", f"{counts[quality]} {words}; kept, and left out of months")


def _people(workspace: Workspace, current: dict[str, Any]) -> Iterator[Ailment]:
    """Groups of accounts that were split, and lines of affiliation files that could not be read."""
    if "links" in current["tables"]:
        yield from _splits(evidence.splits(workspace.table("people"), workspace.table("links")))
    for file, line, reason in current.get("refused", []):
        yield Ailment(file, f"line {line} could not be read: {reason}")


def _splits(found: list[evidence.Split]) -> Iterator[Ailment]:
    """Persons who would be one, and cannot be: the reason, how many, and the first of them."""
    for reason in evidence.SPLIT_REASONS:
        groups = [one for one in found if one.reason == reason]
        if groups:
            count = "1 group of accounts was" if len(groups) == 1 else f"{len(groups)} groups of accounts were"
            ties = sum(one.ties for one in groups)
            first = "; ".join(" ".join(one.persons[:PERSONS_SHOWN]) for one in groups[:GROUPS_SHOWN])
            state = f"{count} split at the weakest rule, with {ties} ties not used: {reason}; {first}"
            advice = "See `ecotone people --conflicts`; [[person]] in the landscape file settles it."
            yield Ailment("people", state, advice)
