"""Profile of one organisation: projects, partners, and the influence lost if its people left."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.networks.influence import ECOTONE, influence_without_people, load_formula
from ecotone.networks.organisation_summary import from_both_sides, total_by_columns
from ecotone.networks.person_activity import count_anonymous_openers


def build_organisation_profile(
    organisation: str, present: pa.Table, interactions: pa.Table, min_people: int
) -> dict[str, Any]:
    """Totals of an organisation, and its projects, quarters and partners.

    present, interactions  see `summarise_organisations`
    min_people             partners with fewer people are summed
    returns  organisation, people, projects, commits, acts, share; `where`, a row for each project (people, commits,
             acts, share, share_of_known, first, last); `quarters` (people, projects, commits, acts, share); `partners`
             (weight, given, received, months, where: projects); smaller_partners, smaller_weight
    """
    own = present.filter(pc.equal(present["organisation"], organisation))
    whole = total_by_columns(own, ("organisation",)).to_pylist()[0]
    everything = max(pc.sum(present["commits"]).as_py(), 1)
    return {
        **whole,
        "share": whole["commits"] / everything,
        "where": _project_rows(own, present),
        "quarters": _quarter_rows(own, present),
        **_partner_summary(organisation, present, interactions, min_people),
    }


def recent_members(present: pa.Table, organisation: str, months: int = 12) -> pa.Array:
    """Ids of people active for the organisation in the last `months` months, sorted."""
    index = pc.add(pc.multiply(pc.year(present["month"]), 12), pc.month(present["month"]))
    is_recent = pc.greater(index, pc.subtract(pc.max(index), months))
    rows = present.filter(pc.and_(pc.fill_null(pc.equal(present["organisation"], organisation), False), is_recent))
    return pc.unique(rows["person"]).sort()


def departure_impact(events: pa.Table, leaving: pa.Array, pulls: pa.Table, threads: pa.Table) -> pa.Table:
    """The influence that each project would lose in the last month, the largest share first.

    events   public table of that name; only events from git count
    pulls    public table of that name
    threads  project, month, threads_opened (NULL: not known)
    returns  see `influence_without_people`
    """
    git = pc.and_(pc.match_substring(events["source"], "git"), pc.is_in(events["timestamp_quality"], value_set=_USABLE))
    acts = events.filter(git)
    month = pc.floor_temporal(acts["created_at"], unit="month").cast(pa.date32())
    acts = acts.append_column("month", month)
    known = threads.append_column("threads_observed", pc.is_valid(threads["threads_opened"]))
    crowds = count_anonymous_openers(pulls, known, known.filter(known["threads_observed"]))
    impact = influence_without_people(acts, leaving, load_formula(ECOTONE), crowds)
    return impact.sort_by([("share", "descending"), ("project", "ascending")])


_USABLE = pa.array(["exact", "approximate"])


def _project_rows(own: pa.Table, present: pa.Table) -> list[dict[str, Any]]:
    rows = total_by_columns(own, ("project",))
    spans = own.group_by("project", use_threads=False).aggregate([("month", "min"), ("month", "max")])
    all_of = _commit_sums(present, "project")
    known_of = _commit_sums(present.filter(pc.is_valid(present["organisation"])), "project")
    first = {row["project"]: (row["month_min"], row["month_max"]) for row in spans.to_pylist()}
    entries = [
        {
            "project": row["project"],
            "people": row["people"],
            "commits": row["commits"],
            "acts": row["acts"],
            "share": row["commits"] / max(all_of[row["project"]], 1),
            "share_of_known": row["commits"] / max(known_of[row["project"]], 1),
            "first": first[row["project"]][0],
            "last": first[row["project"]][1],
        }
        for row in rows.to_pylist()
    ]
    return sorted(entries, key=lambda row: (-row["commits"], -row["acts"], row["project"]))


def _quarter_rows(own: pa.Table, present: pa.Table) -> list[dict[str, Any]]:
    quarter = pc.floor_temporal(own["month"], unit="quarter").cast(pa.date32())
    rows = total_by_columns(own.append_column("quarter", quarter), ("quarter",)).to_pylist()
    of_all = present.append_column("quarter", pc.floor_temporal(present["month"], unit="quarter").cast(pa.date32()))
    everything = _commit_sums(of_all, "quarter")
    entries = [
        {name: row[name] for name in ("quarter", "people", "projects", "commits", "acts")}
        | {"share": row["commits"] / max(everything[row["quarter"]], 1)}
        for row in rows
    ]
    return sorted(entries, key=lambda row: row["quarter"])


def _partner_summary(organisation: str, present: pa.Table, interactions: pa.Table, min_people: int) -> dict[str, Any]:
    exchanges = from_both_sides(interactions)
    exchanges = exchanges.filter(pc.equal(exchanges["organisation"], organisation))
    people = {row["organisation"]: row["people"] for row in total_by_columns(present, ("organisation",)).to_pylist()}
    by_partner: dict[str, dict[str, Any]] = {}
    for row in exchanges.to_pylist():
        entry = by_partner.setdefault(row["partner"], {"weight": 0.0, "given": 0.0, "months": set(), "where": {}})
        entry["weight"] += row["weight"]
        entry["given"] += row["given"]
        entry["months"].add(row["month"])
        entry["where"][row["project"]] = entry["where"].get(row["project"], 0.0) + row["weight"]
    named = [name for name in by_partner if people.get(name, 0) >= min_people]
    smaller = [name for name in by_partner if name not in named]
    return {
        "partners": [
            _partner_row(name, by_partner[name]) for name in sorted(named, key=lambda n: (-by_partner[n]["weight"], n))
        ],
        "smaller_partners": len(smaller),
        "smaller_weight": sum(by_partner[name]["weight"] for name in sorted(smaller)),
    }


def _partner_row(name: str, met: dict[str, Any]) -> dict[str, Any]:
    where = met["where"]
    return {
        "partner": name,
        "weight": round(met["weight"], 6),
        "given": round(met["given"], 6),
        "received": round(met["weight"] - met["given"], 6),
        "months": len(met["months"]),
        "where": sorted(where, key=lambda project: (-where[project], project)),
    }


def _commit_sums(present: pa.Table, by: str) -> dict[Any, int]:
    """Sums of commits by one column."""
    rows = present.group_by(by, use_threads=False).aggregate([("commits", "sum")]).to_pylist()
    return {row[by]: row["commits_sum"] for row in rows}
