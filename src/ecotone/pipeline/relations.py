"""From what was collected to the tables that signals read: events with people, acts, pulls, months, threads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events import joining, numbering
from ecotone.events.schema import AFTER_OBSERVED, COVERAGE_SCHEMA, USABLE_TIMES
from ecotone.events.sources.base import Reading
from ecotone.foundation.errors import UserError
from ecotone.foundation.landscape import Landscape
from ecotone.foundation.months import add_months, month_of, months_between
from ecotone.foundation.notes import note, write_notes
from ecotone.people import attribution, persons
from ecotone.people.disputes import disputes
from ecotone.people.domains import Domains
from ecotone.people.employers import Employers, employers
from ecotone.people.persons import People
from ecotone.pipeline import feeds, identities
from ecotone.pipeline.collect import slug_of
from ecotone.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Observed:
    """Everything collected, joined: the public tables and the relations the signals are computed from.

    acts       acts that git shows, at git's times: the same whatever feeds say
    feed_acts  acts that a feed saw, of months it saw and of months it missed; a row an act
    disputes   people.disputes.DISPUTE_SCHEMA
    basis    what each act's organisation rests on, a word of `spells.BASES`; a row an act
    refused  lines of affiliation files that could not be read: file, line, reason
    """

    events: pa.Table
    people: pa.Table
    links: pa.Table
    affiliations: pa.Table
    attributions: pa.Table
    disputes: pa.Table
    projects: pa.Table
    coverage: pa.Table
    acts: pa.Table
    feed_acts: pa.Table
    basis: pa.Array
    refused: tuple[tuple[str, int, str], ...]
    pulls: pa.Table
    months: pa.Table
    threads: pa.Table

    def relations(self) -> dict[str, pa.Table]:
        """The tables that signals read, by the names of their parameters."""
        return {
            "acts": self.acts,
            "feed_acts": self.feed_acts,
            "pulls": self.pulls,
            "months": self.months,
            "threads": self.threads,
        }


def observe(workspace: Workspace, landscape: Landscape, readings: Sequence[Reading]) -> Observed:
    """Join what was read of each repository."""
    kept = [(reading, slug_of(reading.repository)) for reading in readings]

    def gather(name: str, columns: list[str] | None = None) -> pa.Table:
        return pa.concat_tables([workspace.kept(slug, name, columns) for _, slug in kept])

    requests = gather("pulls")
    heard = feeds.told(workspace, landscape, {one.repository: one.project for one in readings}, requests)
    git = _marked(gather("events"), readings)
    spoken = _marked(heard.events(), readings)
    named = gather("identities")
    said = identities.curated(landscape)
    domains = Domains.of(landscape.organisations, landscape.free_mail, said.claims)
    shown = identities.shown(workspace, readings, named, domains)
    also = feeds.ties_of(git, spoken, identities.owners(readings))
    who = _people((git, spoken), also, shown, said, _previous(workspace))
    people = who.table
    assisted = attribution.assistance(gather("commits", ["sha", "author_name", "author_email"]), gather("trailers"))
    profiles = heard.all_of("profiles")
    acts, paid = _acts(_with_people(git, people, assisted), shown.marks, people, domains, said, profiles)
    feed_acts, _ = _acts(_with_people(spoken, people, assisted), shown.marks, people, domains, said, profiles)
    both = _marked(joining.joined([git, spoken]), readings) if spoken.num_rows else git
    pulls = _pulls(requests, people, readings)
    months = _months(landscape, acts, readings)
    if not months.num_rows:
        raise UserError(_nothing_seen(landscape, acts, readings))
    months = feeds.with_feeds(months, heard, _repositories(readings))
    threads, months = _threads(workspace, readings, months)
    return Observed(
        events=_with_people(both, people, assisted),
        people=people,
        affiliations=paid.affiliations,
        links=who.links,
        attributions=_attributions(acts, paid),
        disputes=disputes(said.spells, paid.affiliations, people, _days(acts, feed_acts)),
        basis=paid.basis,
        refused=said.refused,
        projects=_projects(landscape, acts, readings),
        coverage=pa.concat_tables([_coverage(readings, months), heard.all_of("coverage")]),
        acts=acts,
        feed_acts=feed_acts,
        pulls=pulls,
        months=months,
        threads=threads,
    )


def _marked(events: pa.Table, readings: Iterable[Reading]) -> pa.Table:
    """Events with times from a repository's end of observation on marked as impossible; by project, time, id."""
    until = {reading.repository: reading.observed_until for reading in readings}
    names = pa.array(list(until), pa.string())
    ends = pa.array(list(until.values()), pa.timestamp("us"))
    end = ends.take(pc.index_in(events["repository"], value_set=names))
    late = pc.greater_equal(events["created_at"], end)
    quality = pc.if_else(late, AFTER_OBSERVED, events["time_quality"])
    marked = events.set_column(events.schema.get_field_index("time_quality"), "time_quality", quality)
    return marked.sort_by([(name, "ascending") for name in ("project", "created_at", "event_id")])


def _people(
    events: Iterable[pa.Table],
    also: pa.Table,
    shown: identities.Shown,
    said: identities.Curated,
    previous: pa.Table | None,
) -> People:
    columns = [table[name] for table in events for name in ("account", "counterpart")]
    accounts = {account for column in columns for account in pc.unique(column).to_pylist()}
    accounts.discard(None)
    found = pa.concat_tables([said.ties, shown.ties, also])
    return persons.resolve(accounts, found, shown.names, previous, said.apart, shown.habits)


def _previous(workspace: Workspace) -> pa.Table | None:
    """The people of the newest tables, so that persons keep their ids."""
    current = workspace.current()
    if current is None or current.get("pseudonymised") or "people" not in current["tables"]:
        return None
    return workspace.table("people")


def _looked_up(keys: pa.ChunkedArray, table: pa.Table, key: str, value: str) -> pa.ChunkedArray:
    """For each key the value that stands beside it in the table; NULL where it stands nowhere."""
    position = pc.index_in(keys, value_set=table[key].combine_chunks())
    return table[value].combine_chunks().take(position)


def _with_people(events: pa.Table, people: pa.Table, assisted: pa.Table) -> pa.Table:
    """The public table `events`."""
    kinds = pa.array(["commit", "co_author"])
    helper = _looked_up(events["commit"], assisted, "sha", "assisted_by")
    signed = pc.is_in(events["kind"], value_set=kinds)
    columns = {
        **{name: events[name] for name in events.column_names},
        "person": _looked_up(events["account"], people, "account", "person"),
        "actor_kind": _looked_up(events["account"], people, "account", "actor_kind"),
        "assisted_by": pc.if_else(signed, helper, pa.scalar(None, pa.string())),
    }
    order = [
        "event_id", "source", "kind", "project", "repository", "created_at", "utc_offset_minutes", "account",
        "person", "counterpart", "thread", "commit", "actor_kind", "assisted_by", "time_quality",
    ]  # fmt: skip
    return pa.table({name: columns[name] for name in order})


def _month(moments: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.floor_temporal(moments, unit="month").cast(pa.date32())


def _acts(
    events: pa.Table,
    marks: pa.Table,
    people: pa.Table,
    domains: Domains,
    said: identities.Curated,
    profiles: pa.Table | None,
) -> tuple[pa.Table, Employers]:
    """The acts with a usable time, each with its organisation, and what that rests on."""
    usable = events.filter(pc.is_in(events["time_quality"], value_set=pa.array(USABLE_TIMES)))
    columns = {
        name: usable[name]
        for name in (
            "project", "repository", "created_at", "kind", "account", "person", "counterpart", "actor_kind",
            "assisted_by", "thread", "commit",
        )
    }  # fmt: skip
    columns["month"] = _month(usable["created_at"])
    days = pa.table([usable["account"], usable["person"], usable["created_at"].cast(pa.date32(), safe=False)],
                    names=["account", "person", "day"])  # fmt: skip
    paid = employers(days, marks, people, domains, said.spells, profiles)
    return pa.table(columns | {"organisation": paid.organisation, "organisation_kind": paid.organisation_kind}), paid


def _days(*acts: pa.Table) -> pa.Table:
    """Person and day of every act."""
    columns = ([one["person"], one["created_at"].cast(pa.date32(), safe=False)] for one in acts)
    return pa.concat_tables([pa.table(column, names=["person", "day"]) for column in columns])


def _attributions(acts: pa.Table, paid: Employers) -> pa.Table:
    """How often, and from when until when, each account's acts in a project count for whom, and on what basis."""
    kept = acts.select(["project", "organisation", "person", "account", "actor_kind", "kind"])
    kept = kept.append_column("basis", paid.basis).append_column(
        "day", acts["created_at"].cast(pa.date32(), safe=False)
    )
    keys = ["project", "organisation", "person", "account", "basis"]
    persons_commits = pc.and_(pc.equal(kept["kind"], "commit"), pc.equal(kept["actor_kind"], "person"))
    kept = kept.append_column("commits", persons_commits.cast(pa.int64()))
    grouped = kept.group_by(keys).aggregate([("day", "min"), ("day", "max"), ("day", "count"), ("commits", "sum")])
    named = grouped.rename_columns([*keys, "first", "last", "acts", "commits"])
    return named.sort_by([(name, "ascending") for name in keys])


def _pulls(pulls: pa.Table, people: pa.Table, readings: Iterable[Reading]) -> pa.Table:
    """Requests as the signals read them; times from a repository's end of observation on are not known."""
    until = {reading.repository: reading.observed_until for reading in readings}
    ends = pa.array(list(until.values()), pa.timestamp("us"))
    end = ends.take(pc.index_in(pulls["repository"], value_set=pa.array(list(until), pa.string())))
    columns = {"project": pulls["project"], "number": pulls["number"]}
    for name in ("opened", "merged"):
        moment = pulls[f"{name}_at"]
        moment = pc.if_else(pc.less(moment, end), moment, pa.scalar(None, pa.timestamp("us")))
        columns |= {f"{name}_at": moment, f"{name}_month": _month(moment)}
    for name in ("person", "actor_kind"):
        columns[name] = _looked_up(pulls["account"], people, "account", name)
    return pa.table(columns)


def _by_project(readings: Iterable[Reading]) -> dict[str, list[Reading]]:
    grouped: dict[str, list[Reading]] = {}
    for reading in readings:
        grouped.setdefault(reading.project, []).append(reading)
    return grouped


def _repositories(readings: Iterable[Reading]) -> dict[str, list[str]]:
    return {project: [part.repository for part in parts] for project, parts in _by_project(readings).items()}


def _first_moments(acts: pa.Table) -> dict[str, datetime]:
    commits = acts.filter(pc.equal(acts["kind"], "commit"))
    grouped = commits.group_by("project").aggregate([("created_at", "min")])
    return dict(zip(grouped["project"].to_pylist(), grouped["created_at_min"].to_pylist(), strict=True))


def _nothing_seen(landscape: Landscape, acts: pa.Table, readings: Iterable[Reading]) -> str:
    begins = min(_first_moments(acts).values(), default=None)
    ends = max(reading.observed_until for reading in readings)
    told = f"commits begin in {begins:%Y-%m}, and" if begins else "no commit is dated before"
    return (
        f"The landscape {landscape.name!r} leaves no month to look at: {told} {ends:%Y-%m-%d} ends the observation."
        " Correct `since`, `until` or `observed_until` in its file and run again."
    )


def _months(landscape: Landscape, acts: pa.Table, readings: Sequence[Reading]) -> pa.Table:
    first_moments = _first_moments(acts)
    rows = []
    for project, parts in _by_project(readings).items():
        if project not in first_moments:
            continue
        until = min(part.observed_until for part in parts)
        first = month_of(first_moments[project])
        last = month_of(datetime.fromtimestamp(until.replace(tzinfo=UTC).timestamp() - 1e-6, UTC))
        edge = any(part.shallow for part in parts)
        for month in months_between(max(first, landscape.since or first), min(last, landscape.until or last)):
            end = datetime.combine(add_months(month, 1), datetime.min.time())
            whole = end <= until and not (edge and month == first)
            rows.append(
                {
                    "project": project,
                    "month": month,
                    "month_index": month.year * 12 + month.month - 1,
                    "coverage": "whole" if whole else "partial",
                    "pulls_observed": any(part.request_heads for part in parts),
                    "month_end": end,
                    "observed_until": until,
                }
            )
    schema = pa.schema(
        [
            ("project", pa.string()),
            ("month", pa.date32()),
            ("month_index", pa.int64()),
            ("coverage", pa.string()),
            ("pulls_observed", pa.bool_()),
            ("month_end", pa.timestamp("us")),
            ("observed_until", pa.timestamp("us")),
        ]
    )
    return pa.Table.from_pylist(sorted(rows, key=lambda row: (row["project"], row["month"])), schema=schema)


def _threads(workspace: Workspace, readings: Sequence[Reading], months: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Threads opened by project and month, and the spine with the months marked where they are known."""
    spans: dict[str, list[date]] = {}
    for project, month in zip(months["project"].to_pylist(), months["month"].to_pylist(), strict=True):
        spans.setdefault(project, []).append(month)
    grouped = _by_project(readings)
    parts = [_threads_of(workspace, project, grouped[project], span) for project, span in sorted(spans.items())]
    schema = pa.schema(
        [("project", pa.string()), ("month", pa.date32())]
        + [(name, pa.float64()) for name in ("threads_opened", "threads_opened_low", "threads_opened_high")]
    )
    threads = pa.concat_tables([pa.table(part, schema=schema) for part in parts]) if parts else schema.empty_table()
    known = pc.is_valid(threads["threads_opened"])
    # both are by project and month, over the same months
    observed = months.append_column("threads_observed", known)
    return threads.filter(known), observed


def _threads_of(
    workspace: Workspace, project: str, readings: Iterable[Reading], span: Sequence[date]
) -> dict[str, pa.Array]:
    totals = np.zeros((3, len(span)))
    for reading in readings:
        totals += _opened(workspace.kept(slug_of(reading.repository), "numbers"), reading.observed_until, span)
    names = ("threads_opened", "threads_opened_low", "threads_opened_high")
    return {
        "project": pa.repeat(pa.scalar(project), len(span)),
        "month": pa.array(span, pa.date32()),
        **{name: pa.array(values, from_pandas=True) for name, values in zip(names, totals, strict=True)},
    }


def _opened(numbers: pa.Table, until: datetime, span: Sequence[date]) -> np.ndarray:
    start, landing = numbers["start"].to_numpy(), numbers["landing"].to_numpy()
    end = int(until.replace(tzinfo=UTC).timestamp())
    seen = np.where(landing < end, landing, numbering.UNKNOWN)
    sequence = numbering.Sequence(numbers["number"].to_numpy(), start, seen, numbers["count"].to_numpy())
    if not sequence.usable:
        return np.full((3, len(span)), np.nan)
    moments = [
        datetime(month.year, month.month, 1, tzinfo=UTC).timestamp() for month in (*span, add_months(span[-1], 1))
    ]
    opened = numbering.opened_between(sequence, np.minimum(np.array(moments, np.int64), end))
    return np.array([opened.estimate, opened.low, opened.high])


def _last_second(reading: Reading) -> datetime:
    """The last second that was observed, as readers write it: a day seen whole ends on that day."""
    return reading.observed_until - timedelta(seconds=1)


def _projects(landscape: Landscape, acts: pa.Table, readings: Sequence[Reading]) -> pa.Table:
    first = _first_moments(acts)
    grouped = _by_project(readings)
    rows = [
        {
            "project": project.name,
            "repository": " ".join(one.name for one in project.repositories),
            "category": project.category,
            "layer": project.layer,
            "style": project.style,
            "language": project.language,
            "first_event": first.get(project.name),
            "observed_until": min((_last_second(part) for part in grouped.get(project.name, [])), default=None),
        }
        for project in landscape.projects
    ]
    schema = pa.schema(
        [(name, pa.string()) for name in ("project", "repository", "category", "layer", "style", "language")]
        + [("first_event", pa.timestamp("us")), ("observed_until", pa.timestamp("us"))]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def _coverage(readings: Sequence[Reading], months: pa.Table) -> pa.Table:
    """What each source showed of each repository and month; git either has a month or has it in part."""
    states: dict[str, list[dict[str, object]]] = {}
    for row in months.select(["project", "month", "coverage"]).to_pylist():
        states.setdefault(row["project"], []).append(row)
    rows = [
        {
            "source": reading.source,
            "repository": reading.repository,
            "month": row["month"],
            "state": row["coverage"],
            "observed": None,
            "expected": None,
            "note": _coverage_note(str(row["coverage"]), reading),
        }
        for reading in readings
        for row in states.get(reading.project, [])
    ]
    return pa.Table.from_pylist(rows, schema=COVERAGE_SCHEMA)


def _coverage_note(state: str, reading: Reading) -> str:
    if state == "whole":
        return ""
    until = f"{_last_second(reading):%Y-%m-%d %H:%M}"
    return write_notes([note("shallow_clone") if reading.shallow else note("observed_until", until=until)])
