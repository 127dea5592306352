"""Events of planted fields: people who mostly work in one field's repositories, among many who do not.

Beside them: repositories that everybody takes part in, people of two fields, a person who triages everywhere, bots with
and without the name of one, and a program that is active at all hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from ecotone.simulation.feeds.archive_eras import hour_file_name
from ecotone.simulation.feeds.hour_files import compress_gzip
from ecotone.simulation.feeds.unrelated_events import write_unrelated_event
from ecotone.simulation.random_streams import random_stream

FIRST_HOUR = 455_832  # 2022-01-01
HOURS = 730 * 24
FIELDS, REPOSITORIES, PEOPLE = 5, 15, 150
GENERIC, PASSERS_BY = 1_200, 2_500
HOME_SHARE = 0.75
TOPICS = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon")
TYPES = ("IssuesEvent", "IssueCommentEvent", "PullRequestEvent", "PullRequestReviewEvent", "PushEvent")


@dataclass(frozen=True)
class PlantedEvents:
    """One row an event: hour since 1970, person, repository, type; and the repositories of each field."""

    hour: np.ndarray
    person: np.ndarray
    repository: np.ndarray
    kind: np.ndarray
    people: list[str]
    repositories: list[str]
    fields: list[list[str]]


def plant_fields(seed: int) -> PlantedEvents:
    rng = np.random.default_rng(seed)
    fields = [[f"{TOPICS[field]}-org/project-{number}" for number in range(REPOSITORIES)] for field in range(FIELDS)]
    generic = [f"generic-{number}/thing" for number in range(GENERIC)]
    repositories = [*(name for field in fields for name in field), *generic]
    popular = 1.0 / np.arange(1, GENERIC + 1) ** 0.8
    popular /= popular.sum()
    people, parts = [], []

    def active(person: str, share: np.ndarray, hours: int) -> None:
        people.append(person)
        at = rng.integers(0, HOURS, hours)
        parts.append((at, np.full(hours, len(people) - 1), rng.choice(len(share), hours, p=share)))

    def leanings(home: list[int]) -> Any:
        share = np.zeros(len(repositories))
        for field in home:
            chosen = rng.choice(REPOSITORIES, rng.integers(3, 7), replace=False)
            share[field * REPOSITORIES + chosen] += HOME_SHARE / len(home) * rng.dirichlet(np.full(len(chosen), 2.0))
        taste = rng.choice(GENERIC, 8, replace=False, p=popular)
        share[FIELDS * REPOSITORIES + taste] += (1 - share.sum()) / len(taste)
        return share / share.sum()

    for field in range(FIELDS):
        for number in range(PEOPLE):
            home = [field, (field + 1) % FIELDS] if number % 12 == 0 else [field]
            active(f"member-{field}-{number}", leanings(home), int(rng.lognormal(np.log(350), 0.8)))
    for number in range(PASSERS_BY):
        active(f"passer-{number}", leanings([]), int(rng.lognormal(np.log(150), 0.8)))
    everywhere = np.full(len(repositories), 1 / len(repositories))
    for name in ("helper[bot]", "release-bot", "dependabot[bot]"):
        active(name, everywhere, 5_000)
    active("sweeper", everywhere, 60_000)  # at all hours, without the name of a bot
    active("triager", everywhere, 3_000)
    hour, person, repository = (np.concatenate(column) for column in zip(*parts, strict=True))
    kind = rng.integers(0, len(TYPES), len(hour))
    return PlantedEvents(hour + FIRST_HOUR, person, repository, kind, people, repositories, fields)


def event_title(events: PlantedEvents, at: int) -> str:
    topic = events.repositories[events.repository[at]].partition("-org/")[0]
    return f"Trouble with {topic} rays" if topic in TOPICS and at % 3 else "A question"


def write_sampled_files(events: PlantedEvents, hours: tuple[int, ...], folder: Path) -> None:
    """The hour files of some hours, with lines of other repositories and one that is not JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    order = np.argsort(events.hour, kind="stable")
    sorted_hours = events.hour[order]
    for hour in hours:
        within = order[np.searchsorted(sorted_hours, hour) : np.searchsorted(sorted_hours, hour + 1)]
        lines = [orjson.dumps(_archive_event(events, int(at))) for at in within]
        rng = random_stream(1, f"planted/{hour}")
        lines += [write_unrelated_event(rng, number, hour * 3600, ())[1] for number in range(20)]
        lines.append(b'{"id":"1","type":')
        (folder / hour_file_name(hour * 3600)).write_bytes(compress_gzip(b"\n".join(lines) + b"\n"))


def _archive_event(events: PlantedEvents, at: int) -> dict[str, object]:
    kind, repository = TYPES[events.kind[at]], int(events.repository[at])
    second = int(events.hour[at]) * 3600 + at % 3600
    thread = {"number": 1, "title": event_title(events, at), "user": {"login": "somebody", "id": 5}}
    payload: dict[str, object] = {"action": "created"}
    if kind == "PushEvent":
        payload = {"push_id": 1, "size": 0, "distinct_size": 0, "ref": "refs/heads/main", "commits": []}
    elif kind.startswith("PullRequest"):
        payload |= {"number": 1, "pull_request": thread}
    else:
        payload["issue"] = thread
    return {
        "id": str(10_000_000_000 + at),
        "type": kind,
        "actor": {"id": int(events.person[at]) + 1, "login": events.people[events.person[at]], "url": ""},
        "repo": {"id": repository + 1, "name": events.repositories[repository], "url": ""},
        "payload": payload,
        "public": True,
        "created_at": str(np.datetime64(second, "s")) + "Z",
    }
