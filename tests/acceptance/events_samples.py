"""Hold simulated events against real ones: the same keys, in the same order where real ones have one order."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

from ecotone.simulation.feeds import FieldFeeds, generate_feeds
from ecotone.simulation.feeds.archive_eras import find_archive_era
from ecotone.simulation.feeds.event_objects import EventWriter
from ecotone.simulation.feeds.timeline_events import write_timeline_line
from ecotone.simulation.simulated_field import make_simulated_field

Shapes = dict[str, dict[str, set[tuple[str, ...]]]]
FILES: Final = (
    ("2012", "nickderobertis__py-gh-archive/tests/data/2012-06-14-15.json.gz", date(2012, 12, 1)),
    ("2015", "nickderobertis__py-gh-archive/tests/data/2015-01-01-1.json.gz", date(2015, 12, 1)),
    ("2021", "apache__pinot/2021-07-21-few-hours.json", date(2021, 12, 1)),
    ("trimmed", "XAMPPRocky__octocrab/post_2025-10/*_event.json", date(2026, 5, 1)),
)
OPTIONAL: Final = frozenset(  # there or not, by who acts on what
    {"org", "pull_request", "company", "display_login", "repository_id"}
)


def check_samples(say: Callable[[str, bool, str], None], samples: Path, folder: Path) -> None:
    """Compare the keys of every object of every event; the edited samples of the third era hold more than is left."""
    for name, pattern, last_month in FILES:
        real = shapes_of(_real(samples, pattern))
        made = shapes_of(_made(folder / name, last_month))
        ordered = name in ("2015", "2021")
        strange, compared = [], 0
        for kind, objects in made.items():
            for path, keys in objects.items():
                known = real.get(kind, {}).get(path)
                if known is None:
                    continue  # no sample of it
                for one in keys:
                    compared += 1
                    if not any(_alike(one, other, ordered, fewer=name == "trimmed") for other in known):
                        strange.append(f"{kind}{path}")
        figures = f"{compared} shapes of {len(made)} types, {len(strange)} unlike {strange[:4]}"
        say(f"events of {name} have the keys of real ones", not strange and compared > 0, figures)


def shapes_of(events: Iterable[dict[str, Any]]) -> Shapes:
    """The key sequences of every object, by type of event and place in it."""
    found: Shapes = defaultdict(lambda: defaultdict(set))
    for event in events:
        for path, keys in _objects(event, ""):
            found[event["type"]][path].add(keys)
    return found


def _objects(value: Any, path: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    if isinstance(value, dict):
        yield path, tuple(value)
        for key, inner in value.items():
            yield from _objects(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value[:3]:
            yield from _objects(inner, f"{path}[]")


def _alike(made: tuple[str, ...], real: tuple[str, ...], ordered: bool, *, fewer: bool) -> bool:
    """Whether two sequences of keys are those of one shape, but for what may be there or not."""
    ours, theirs = ([key for key in keys if key not in OPTIONAL] for keys in (made, real))
    if fewer:
        return set(ours) <= set(theirs)
    return ours == theirs if ordered else set(ours) == set(theirs)


def _real(samples: Path, pattern: str) -> Iterator[dict[str, Any]]:
    for path in sorted(samples.glob(pattern)):
        opened = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        if "*" in pattern:
            event = json.loads(opened)
            if "type" in event:  # one of the samples is a fixture of another kind
                yield event
        else:
            yield from (json.loads(line) for line in opened.splitlines() if line.strip())


def _made(folder: Path, last_month: date) -> Iterator[dict[str, Any]]:
    feeds: FieldFeeds = generate_feeds(
        make_simulated_field(
            folder, seed=1, projects=3, people=30, months=3, last_month=last_month, pace=8, hostile=False
        )
    )
    writer = EventWriter(feeds, ambiguous=False)
    for number, act in enumerate(feeds.acts):
        yield json.loads(
            write_timeline_line(act) if find_archive_era(act.at) == 1 else writer.write_event_line(act, number)
        )
