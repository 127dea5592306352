"""Checks of a workspace for `doctor`: what is missing, unreachable or damaged, and the next command."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from ecotone.events import sources
from ecotone.events.sources.git.command import check_git_version
from ecotone.foundation.errors import DamagedFile, GitMissing, SourceUnavailable
from ecotone.foundation.months import add_months
from ecotone.foundation.notes import notes_in_words, read_notes
from ecotone.people import explanations
from ecotone.pipeline.kept_files import RUN_AGAIN, find_unnamed_damage
from ecotone.store.workspace import MANIFESTS, Workspace

GROUPS_SHOWN: Final = 3
PERSONS_SHOWN: Final = 4


GIT: Final = "git"
DAMAGED: Final = "is damaged or missing"
ALL_READ: Final = "all were read, and are as they were written"
ALL_OTHERS: Final = "all others were read, and are as they were written"
NOTES_SHOWN: Final = 12
"""Most notes on coverage that are listed; those about most months come first."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One finding: its subject, its state, and what to do (empty: nothing)."""

    subject: str
    state: str
    advice: str = ""


def examine_workspace(folder: Path, verify: bool = False) -> list[Diagnosis]:
    """Check the machine and a workspace; changes nothing.

    verify  also read what only a run would read: clones, stores of feeds, partitions
    """
    workspace = Workspace.open(folder)
    diagnoses = [*_check_git_version(), *_check_workspace(workspace)]
    if verify:
        damaged = [Diagnosis(name, DAMAGED, advice) for name, advice in find_unnamed_damage(workspace)]
        diagnoses += damaged or [Diagnosis("kept files", ALL_OTHERS if _names_damage(diagnoses) else ALL_READ)]
    return diagnoses


def _names_damage(diagnoses: list[Diagnosis]) -> bool:
    return any(diagnosis.state == DAMAGED for diagnosis in diagnoses)


def _check_git_version() -> Iterator[Diagnosis]:
    try:
        yield Diagnosis("git", check_git_version())
    except (GitMissing, SourceUnavailable) as error:
        yield Diagnosis("git", str(error))


def _check_workspace(workspace: Workspace) -> Iterator[Diagnosis]:
    run = workspace.read_run_notes() or {}
    for failure in run.get("failures", []):
        yield Diagnosis(failure["repository"], f"failed in the last run: {notes_in_words(read_notes(failure['note']))}")
    current = workspace.current_manifest()
    damaged = [name for part in MANIFESTS for name in workspace.find_damage(part)]
    for name in damaged:
        yield Diagnosis(name, DAMAGED, RUN_AGAIN)
    yield from _check_private_data(workspace)
    if current is None:
        yield Diagnosis("tables", "not written yet", "Run `ecotone run LANDSCAPE`.")
        return
    yield Diagnosis("tables", f"generation {current['generation']} of landscape {current.get('landscape')!r}")
    if any(name.startswith("tables/") for name in damaged):
        return
    for reading in current.get("readings", []):
        if reading["note"]:
            yield Diagnosis(reading["repository"], notes_in_words(read_notes(reading["note"])))
    yield from _check_coverage(workspace)
    yield from _check_event_times(workspace)
    yield from _check_people(workspace, current)


def _check_private_data(workspace: Workspace) -> Iterator[Diagnosis]:
    try:
        workspace.read_private_data()
    except DamagedFile as error:
        yield Diagnosis("private.json", str(error))


def _check_coverage(workspace: Workspace) -> Iterator[Diagnosis]:
    """Repository-months by source and state, then the notes of every source except git."""
    columns = ["source", "repository", "month", "state", "note"]
    # imported here: it brings Ibis
    from ecotone.signals.coverage import INPUTS

    table = workspace.read_table("coverage").select(columns)
    rows = [row for row in table.to_pylist() if row["source"] not in INPUTS[1:]]
    whole = {(row["repository"], row["month"], row["source"]) for row in rows if row["state"] == "complete"}
    names = sorted({row["source"] for row in rows})
    for source in names:
        mine = [row for row in rows if row["source"] == source]
        states = Counter(row["state"] for row in mine)
        listed = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        lost = [(row["repository"], row["month"]) for row in mine if row["state"] != "complete"]
        others = [candidate for candidate in names if candidate not in (source, GIT)]
        filled = sum(any((*key, candidate) in whole for candidate in others) for key in lost)
        if source != GIT and filled:
            listed += f"; {filled} of the {len(lost)} that are not complete are complete in {' or '.join(others)}"
        yield Diagnosis(
            f"coverage of {source}", f"repository-months: {listed}", _coverage_advice(source, len(lost) - filled)
        )
    noted: dict[tuple[str, str, str], list[tuple[date, str]]] = {}
    for row in rows:
        if row["note"] and row["source"] != GIT:
            key = (row["month"], row["repository"])
            noted.setdefault((row["source"], row["state"], row["note"]), []).append(key)
    order = sorted(noted.items(), key=lambda item: (-len(item[1]), item[0]))
    for (source, state, note), places in order[:NOTES_SHOWN]:
        yield Diagnosis(
            f"coverage of {source}",
            f"{_describe_repository_months(places)}: {state}: {notes_in_words(read_notes(note))}",
        )
    if len(order) > NOTES_SHOWN:
        summary = f"{len(order) - NOTES_SHOWN} further notes"
        yield Diagnosis("coverage", summary, "See all of them with `ecotone export coverage`.")


def _describe_repository_months(places: list[tuple[date, str]]) -> str:
    """Short text for months and repositories.

    >>> _describe_repository_months([(date(2025, 6, 1), "octo/cat"), (date(2025, 7, 1), "octo/cat")])
    '2025-06 to 2025-07, octo/cat'
    """
    months, repositories = (sorted(set(values)) for values in zip(*places, strict=True))
    spans: list[list[date]] = []
    for month in months:
        if spans and add_months(spans[-1][1], 1) == month:
            spans[-1][1] = month
        else:
            spans.append([month, month])
    labels = [f"{first:%Y-%m}" + ("" if first == last else f" to {last:%Y-%m}") for first, last in spans]
    return f"{', '.join(labels)}, {repositories[0] if len(repositories) == 1 else f'{len(repositories)} repositories'}"


def _coverage_advice(source: str, unfilled: int) -> str:
    """What to do about months that a mirror of the archive lacks and no other source has."""
    if not unfilled or source not in sources.SOURCE_NAMES or not sources.load_source(source).role.mirrors_archive:
        return ""
    fillers = [candidate for candidate in sources.load_sources() if candidate.role.fills_gaps]
    return "Months that are not whole are unknown in the tables, never zero." + "".join(
        f" With [sources.{filler.name}] in the landscape file, `ecotone run LANDSCAPE` reads them from {filler.title}."
        for filler in fillers
    )


def _check_event_times(workspace: Workspace) -> Iterator[Diagnosis]:
    counts: dict[Any, int] = {}
    for quality in workspace.read_table("events")["timestamp_quality"].to_pylist():
        counts[quality] = counts.get(quality, 0) + 1
    for quality, words in (
        ("before_first_commit", "dated long before the first commit of their repository"),
        ("after_observed_until", "dated after the end of observation of their repository"),
    ):
        if counts.get(quality):
            yield Diagnosis(
                "events", f"{counts[quality]:,} events {words}; kept in the table, not counted in any month"
            )


def _check_people(workspace: Workspace, current: dict[str, Any]) -> Iterator[Diagnosis]:
    """Groups of accounts that were split, and unreadable lines of affiliation files."""
    if "links" in current["tables"]:
        yield from _describe_splits(
            explanations.find_split_groups(workspace.read_table("people"), workspace.read_table("links"))
        )
    for file, line, reason in current.get("refused", []):
        yield Diagnosis(file, f"line {line} could not be read: {reason}")


def _describe_splits(splits: list[explanations.SplitGroup]) -> Iterator[Diagnosis]:
    """Groups of accounts that conflicting evidence splits into persons: reason, number, and the first groups."""
    for reason in explanations.SPLIT_REASONS:
        groups = [split for split in splits if split.reason == reason]
        if groups:
            count = "1 group of accounts was" if len(groups) == 1 else f"{len(groups)} groups of accounts were"
            ties = sum(split.ties for split in groups)
            first = "; ".join(" ".join(split.persons[:PERSONS_SHOWN]) for split in groups[:GROUPS_SHOWN])
            state = f"{count} split at the weakest rule, with {ties} ties not used: {reason}; {first}"
            advice = "See `ecotone people --conflicts`; [[person]] in the landscape file settles it."
            yield Diagnosis("people", state, advice)
