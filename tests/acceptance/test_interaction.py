"""Interaction and influence: planted leanings and brokers found again, and what real histories give.

Reads the real histories, a published curve and the workspace of `make acceptance-corpus`; without them only the
simulated part runs. Prints what it finds; fails if a planted leaning or broker is missed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.stats import kendalltau, spearmanr

from ecotone import networks
from ecotone.foundation.landscape import read_landscape
from ecotone.foundation.months import add_months
from ecotone.networks import diversity, influence
from ecotone.networks.network_signal import evaluate_signals
from ecotone.networks.person_activity import count_anonymous_openers
from ecotone.networks.person_interactions import WINDOW_DAYS
from ecotone.networks.rolling_windows import Window, iterate_windows
from ecotone.pipeline import interaction_tables
from ecotone.pipeline.collect import load_earlier_reading, repository_targets
from ecotone.pipeline.collected_tables import CollectedTables
from ecotone.pipeline.context import AnalysisContext, PublicTables
from ecotone.pipeline.join import join_collected
from ecotone.pipeline.project_pool import ProjectPool
from ecotone.pipeline.steps import Run, perform_steps, utc_now
from ecotone.store.workspace import Workspace
from tests.acceptance import interaction_fields as fields
from tests.acceptance.settings import LONG, WORKSPACE, require_shared, seeds_or

CURVE: Final = "oracles/antgroup_fig13_agent_frameworks_quarterly.csv"
LANDSCAPE: Final = Path("landscapes/corpus.toml")
SPEARMAN_AIMED: Final = 0.94
YEAR: Final = (date(2024, 1, 1), date(2024, 12, 1))
FEW_COMMITS: Final = 30
MANY: Final = 10
ONE_SIDED: Final = ("microsoft/semantic-kernel", "microsoft/graphrag", "google/adk-python")
PERSONS: Final = frozenset({"person"})


pytestmark = LONG


def test_planted_leanings_and_brokers_are_found() -> None:
    assert not check_fields(seeds_or(50))


def test_meetings_of_real_histories() -> None:
    require_shared("corpus")
    made = _made(WORKSPACE)
    met = interaction_tables.git_meetings(made, PERSONS)
    years = _years(made, met)
    assert years
    print_years(made, years)
    compare_curve(require_shared(CURVE), made)
    print_sensitivity(made, met)


# ---- simulated fields


def check_fields(seeds: int) -> bool:
    """Print how often each planted thing is found; True if one is missed."""
    ordered_z = ordered_r = quiet = 0
    brokers = dict.fromkeys(fields.BROKERED, 0)
    values: dict[str, list[tuple[float, float]]] = {name: [] for name in fields.LEANINGS}
    for seed in range(1, seeds + 1):
        tables = fields.tables_of(seed)
        last = {row["project"]: row for row in tables["signals"].to_pylist() if row["month"] == fields.MONTHS[-1]}
        for name in fields.LEANINGS:
            values[name].append((last[name]["ei_index_z"], last[name]["assortativity"]))
        (z, r), (z_some, r_some), (z_strong, r_strong) = (values[name][-1] for name in fields.LEANINGS)
        ordered_z += z > z_some > z_strong
        ordered_r += r < r_some < r_strong
        quiet += abs(z) < 2
        for project in brokers:
            brokers[project] += _top_broker(tables["brokerage"], project) == fields.BROKER
    print(f"simulated fields, {seeds} seeds, {sum(fields.SIZES)} people of {len(fields.SIZES)} organisations a project")
    print(f"  ({fields.UNKNOWN_SHARE:.0%} of the people unknown); from acts to the signals of the last month:")
    for name, leaning in fields.LEANINGS.items():
        z, r = np.median(np.array(values[name]), axis=0)
        told = f"turns to a colleague with chance {leaning:4.2f}"
        print(f"  {name:7} {told}: median E-I z {z:6.2f}, assortativity {r:6.3f}")
    print(f"  E-I z in the right order: {ordered_z} of {seeds}; assortativity: {ordered_r} of {seeds}")
    print(f"  none planted and |z| < 2: {quiet} of {seeds} (at least 90 %)")
    alone, strayed = brokers.values()
    strays = max(fields.BROKERED.values())
    print(f"  the planted broker is the top broker: {alone} of {seeds}; where {strays:.0%} stray, {strayed} (90 %)")
    return min(ordered_z, ordered_r, alone) < seeds or min(quiet, strayed) < 0.9 * seeds


def _top_broker(brokerage: pa.Table, project: str) -> str:
    wanted = pc.and_(pc.equal(brokerage["project"], project), pc.equal(brokerage["month"], fields.MONTHS[-1]))
    rows = brokerage.filter(wanted).to_pylist()
    return str(max(rows, key=lambda row: (row["brokerage"], row["organisation"]))["organisation"])


# ---- real histories


def _made(folder: Path) -> AnalysisContext:
    """What was observed of the real histories; read first if the workspace is not there."""
    landscape = read_landscape(LANDSCAPE)
    workspace = Workspace.create(folder)
    run = Run(workspace, landscape, utc_now(), lambda _name, _done, _total: None)
    if workspace.current_manifest() is None:
        perform_steps(run, ("collect", "analyse"), lambda step: print(f"{step.text} ..."))
    found = (load_earlier_reading(workspace, wanted) for wanted in repository_targets(landscape))
    readings = [reading for reading in found if reading is not None]
    collected = CollectedTables(workspace)
    pool = ProjectPool(workspace.partitions_folder)
    joined = join_collected(workspace, landscape, readings, collected, pool)
    written = PublicTables(lambda _name, parts: (len(list(parts)), ""), lambda _name, table: table)
    return AnalysisContext(workspace, landscape, readings, joined, collected, pool, written)


@dataclass(frozen=True, slots=True)
class Year:
    """One project's twelve months: 2024, or the last twelve observed ones where it has none of 2024."""

    project: str
    first: date
    last: date
    commits: Mapping[str, int]  # persons', by known organisation
    everything: int  # persons' commits, the unknown included
    people: int
    window: Window | None

    @property
    def elephant(self) -> int | None:
        """The fewest known organisations that made half of the known commits."""
        ordered = np.sort(np.array(list(self.commits.values()), float))[::-1]
        return int(np.searchsorted(np.cumsum(ordered), ordered.sum() / 2) + 1) if len(ordered) else None

    @property
    def effective(self) -> float:
        """Hill number of order 1 of known organisations' commits."""
        return diversity.effective_number(list(self.commits.values()))


def _years(made: AnalysisContext, met: pa.Table) -> list[Year]:
    months: dict[str, list[date]] = {}
    for row in made.joined.months.select(["project", "month"]).to_pylist():
        months.setdefault(row["project"], []).append(row["month"])
    ends = {
        project: YEAR[1] if any(YEAR[0] <= month <= YEAR[1] for month in own) else max(own)
        for project, own in sorted(months.items())
    }
    seen = {
        (one.subject, one.month): one for one in iterate_windows(met, months=12) if ends.get(one.subject) == one.month
    }
    acts = made.joined.acts
    commits = acts.filter(pc.and_(pc.equal(acts["kind"], "commit"), pc.equal(acts["actor_kind"], "person")))
    counted = (
        commits.group_by(["project", "month", "organisation", "person"]).aggregate([([], "count_all")]).to_pylist()
    )
    return [_year(project, end, counted, seen.get((project, end))) for project, end in ends.items()]


def _year(project: str, last: date, counted: Iterable[Mapping[str, Any]], window: Window | None) -> Year:
    first = add_months(last, -11)
    rows = [row for row in counted if row["project"] == project and first <= row["month"] <= last]
    by_organisation: dict[str, int] = {}
    for row in rows:
        if row["organisation"] is not None:
            by_organisation[row["organisation"]] = by_organisation.get(row["organisation"], 0) + row["count_all"]
    return Year(
        project=project,
        first=first,
        last=last,
        commits=by_organisation,
        everything=sum(row["count_all"] for row in rows),
        people=len({row["person"] for row in rows}),
        window=window,
    )


def print_years(made: AnalysisContext, years: list[Year]) -> None:
    """The table of a year, with three sentences a project, and whether the one-sided are the more concentrated."""
    print("\nreal histories, one year each (2024, or the last twelve months of those that began later):")
    print(f"{'project':38} {'months':15} orgs effective cross-organisation share   E-I z elephant")
    for one in years:
        print(_line(one))
        for sentence in sentences(one):
            print(f"    {sentence}")
    categories = {project.name: project.category for project in made.landscape.projects}
    _compare(years, categories)


def _line(one: Year) -> str:
    share = "-".rjust(26)
    z = "-"
    if one.window is not None:
        crossing = one.window.cross_share
        value = "   - " if np.isnan(crossing.value) else f"{crossing.value:5.2f}"
        share = f"{value} in {crossing.low:.2f} to {crossing.high:.2f}".rjust(26)
        z = f"{one.window.ei_test.z:.2f}" if one.window.ei_test else "-"
    effective = "-" if np.isnan(one.effective) else f"{one.effective:.2f}"
    period = f"{one.first:%Y-%m}..{one.last:%y-%m}"
    return f"{one.project:38} {period:15} {len(one.commits):4} {effective:>9} {share} {z:>7} {one.elephant or '-':>8}"


def sentences(one: Year) -> list[str]:
    """Three sentences in plain English: whose work it is, how organisations meet, and how sure that is."""
    if not one.everything:
        return ["No person's commit landed in these months.", "Nothing can be said of organisations.", "Nobody met."]
    told = (_whose(one), _crossing(one), _how_sure(one))
    return [sentence[0].upper() + sentence[1:] for sentence in told]


def _whose(one: Year) -> str:
    known = sum(one.commits.values())
    commits = _many(one.everything, "commit")
    if not known:
        return f"None of {commits} by {_many(one.people, 'person', 'people')} can be given to an organisation."
    organisations = _many(len(one.commits), "organisation")
    if known < FEW_COMMITS:
        return f"Only {known} of {commits} can be given to {organisations}: too few to say whose it is."
    top = max(one.commits, key=lambda name: (one.commits[name], name))
    share = one.commits[top] / known
    begin = f"Of {commits}, {_part(known / one.everything)} can be given to {organisations}"
    if len(one.commits) == 1:
        return f"{begin}, {top}."
    if share > 0.5:
        return f"{begin}, {_part(share)} of these to {top}{' alone' * (share >= 0.75)}."
    return f"{begin}; none has more than half of these, {top} the most with {_part(share)}."


def _many(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def _part(share: float) -> str:
    """A share in whole percent, never rounded to nothing or to all.

    >>> _part(0.999), _part(1.0), _part(0.001)
    ('over 99%', '100%', 'under 1%')
    """
    if 0 < share < 0.01:
        return "under 1%"
    return "over 99%" if 0.99 < share < 1 else f"{share:.0%}"


def _crossing(one: Year) -> str:
    window = one.window
    if window is None or np.isnan(window.cross_share.value):
        return "People of known organisations did not meet one another, so nothing is known of how organisations meet."
    share = window.cross_share.value
    text = f"Where both sides are known, {_part(share)} of the interaction is between organisations"
    if window.ei_test is None:
        return f"{text}; too few of them met to say if that is more or less than chance."
    expected = (window.ei_test.expected + 1) / 2
    if abs(window.ei_test.z) < 2:
        return f"{text}, within what chance makes of their sizes ({expected:.0%}, z {window.ei_test.z:.1f})."
    kept = "less" if window.ei_test.z < 0 else "more"
    return (
        f"{text}, clearly {kept} than the {expected:.0%} that chance makes of their sizes (z {window.ei_test.z:.1f})."
    )


def _how_sure(one: Year) -> str:
    if one.window is None:
        return "Nobody met anybody in these months."
    crossing = one.window.cross_share
    if crossing.unknown > 0.9:
        return (
            f"{_part(crossing.unknown)} of the interaction has an end nobody can name: taken whole, the share could be"
            f" anything from {crossing.low:.0%} to {crossing.high:.0%}."
        )
    return (
        f"{_part(1 - crossing.unknown)} of the interaction is between the known; whatever the rest is, the share is"
        f" between {crossing.low:.0%} and {crossing.high:.0%}."
    )


def _compare(years: list[Year], categories: Mapping[str, str]) -> None:
    """Whether projects with one company behind them are more concentrated than the others with enough known."""
    enough = [one for one in years if sum(one.commits.values()) >= FEW_COMMITS and len(one.commits) >= 3]
    many = sorted((one for one in enough if one.project not in ONE_SIDED), key=lambda one: -len(one.commits))[:MANY]
    least = f"{FEW_COMMITS} commits or more of three known organisations or more"
    print(f"\nconcentration among the {len(enough)} projects with {least}:")
    print(f"  many-sided (most organisations): {', '.join(f'{_short(one)} {one.effective:.1f}' for one in many)}")
    median = float(np.median([other.effective for other in enough]))
    for name in ONE_SIDED:
        one = next((one for one in enough if one.project == name), None)
        if one is None:
            print(f"  {name}: too little is known of it to place it")
            continue
        top = max(one.commits.values()) / sum(one.commits.values())
        not_more = [_short(other) for other in many if other.effective <= one.effective]
        verdict = f"not more concentrated than {', '.join(not_more)}" if not_more else "more concentrated than each"
        because = f"; its largest organisation has {_part(top)} of the known commits"
        print(
            f"  {name} ({categories[name]}): {one.effective:.2f} effective organisations (median {median:.2f}),"
            f" {verdict}{because}"
        )
        for other in (other for other in many if _short(other) in not_more):
            theirs = max(other.commits, key=lambda key: (other.commits[key], key))
            share = other.commits[theirs] / sum(other.commits.values())
            print(f"    why: of {_short(other)}'s known commits {_part(share)} are of {theirs}")


def _short(one: Year) -> str:
    return one.project.partition("/")[2]


# ---- influence against a published curve


def compare_curve(path: Path, made: AnalysisContext) -> None:
    """Print the rank correlation of quarter sums of influence with the published curve."""
    observed = made.joined
    crowds = count_anonymous_openers(observed.pulls, observed.months, observed.threads)
    print("\ninfluence against the published curve of 11 agent frameworks, quarter sums:")
    for formula in (influence.ECOTONE, influence.OPENRANK):
        table = influence.compute_influence(observed.acts, influence.load_formula(formula), crowds, people=False)
        found: dict[tuple[str, str], float] = {}
        for row in table.to_pylist():
            key = (row["subject"], f"{row['month'].year}Q{(row['month'].month + 2) // 3}")
            found[key] = found.get(key, 0.0) + row["influence"]
        pairs, told = [], []
        with path.open(encoding="utf-8") as file:
            for line in csv.DictReader(file):
                project = line.pop("repo")
                own = [(found.get((project, quarter), 0.0), float(value)) for quarter, value in line.items() if value]
                pairs += own
                told.append(f"{project.partition('/')[2]} {_spearman(own):.2f} ({len(own)})")
        aim = f" (aim {SPEARMAN_AIMED})" if formula == influence.ECOTONE else ""
        print(f"  {formula}: Spearman {_spearman(pairs):.4f} over {len(pairs)} project-quarters{aim}")
        print(f"    {', '.join(told)}")


def _spearman(pairs: list[tuple[float, float]]) -> float:
    if len(pairs) < 3:
        return float("nan")
    return float(spearmanr(*np.array(pairs).T).statistic)


# ---- what choices change


def print_sensitivity(made: AnalysisContext, met: pa.Table) -> None:
    """Kendall's tau of each signal's ranking of projects over twelve months, the default against other choices."""
    ends = {row["project"]: row["month"] for row in made.joined.months.select(["project", "month"]).to_pylist()}
    default = _ranked(met, ends) | _carried(made, PERSONS)
    others = {
        "bots in": (frozenset({"person", "bot"}), WINDOW_DAYS),
        "agents in": (frozenset({"person", "agent"}), WINDOW_DAYS),
        "half window": (PERSONS, WINDOW_DAYS / 2),
    }
    found = {}
    for name, (kinds, days) in others.items():
        carried = _carried(made, kinds) if kinds != PERSONS else {}
        found[name] = _ranked(interaction_tables.git_meetings(made, kinds, days), ends) | carried
    print("\nKendall's tau of the ranking of projects (twelve months), default against:")
    print(f"  {'signal':28} {'projects':>8} " + " ".join(f"{name:>12}" for name in others))
    for signal, values in default.items():
        taus = [_tau(values, found[name].get(signal)) for name in others]
        print(f"  {signal:28} {len(values):8} " + " ".join(f"{tau:>12}" for tau in taus))


def _ranked(met: pa.Table, ends: Mapping[str, date]) -> dict[str, dict[str, float]]:
    """Each measure of every project over its last twelve months."""
    seen = (one for one in iterate_windows(met, months=12) if ends.get(one.subject) == one.month)
    table = evaluate_signals(seen, networks.ALL)
    return {
        name: {
            row["subject"]: float(row[name])
            for row in table.select(["subject", name]).to_pylist()
            if row[name] is not None
        }
        for name in table.column_names[2:]
        if not name.endswith(("_low", "_high"))
    }


def _carried(made: AnalysisContext, kinds: frozenset[str]) -> dict[str, dict[str, float]]:
    """Both kinds of influence of every project in the last month."""
    observed = made.joined
    crowds = count_anonymous_openers(observed.pulls, observed.months, observed.threads)
    found = {}
    for name, formula in interaction_tables.FORMULAS.items():
        table = influence.compute_influence(
            observed.acts, influence.load_formula(formula), crowds, people=False, actor_kinds=kinds
        ).to_pylist()
        sums: dict[str, float] = {}
        for row in table:
            sums[row["subject"]] = sums.get(row["subject"], 0.0) + row["influence"]
        found[name] = sums
    return found


def _tau(one: Mapping[str, float], other: Mapping[str, float] | None) -> str:
    if other is None:
        return "-"
    both = sorted(set(one) & set(other))
    if len(both) < 3:
        return "-"
    tau = kendalltau([one[name] for name in both], [other[name] for name in both]).statistic
    return f"{float(tau):.3f}"
