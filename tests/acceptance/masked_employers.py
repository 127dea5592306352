"""Known employers hidden in several ways, and the estimates of their shares compared with what was hidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecotone.foundation.months import add_months
from ecotone.people.estimate_calibration import FEWEST_KNOWN, KnownPeople, calibrate_levels, draw_hiding_order
from ecotone.people.estimate_calibration import no_reply_rates as measure_rates
from ecotone.people.estimate_calibration import odds_like_no_reply as odds_of_group
from ecotone.people.unknown_employer_estimate import (
    UNKNOWN,
    EstimatedShares,
    Integers,
    Levels,
    PeopleAtWork,
    draw_shares,
    estimate_commit_shares,
    estimate_people_shares,
)
from ecotone.store.workspace import Workspace

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MaskedProject:
    """The people of known employer of one project in a period.

    like_no_reply  odds of each person to hide the employer with a no-reply address
    levels         of the project's intervals, calibrated on the other projects of its landscape
    """

    people: KnownPeople
    like_no_reply: Floats
    levels: Levels


@dataclass(frozen=True, slots=True)
class Trial:
    """One estimate beside the truth, for the organisation with the largest share that stayed known.

    people    people of known employer before some were hidden
    withheld  why pages show no estimate; here low and high are those that they would show
    """

    people: int

    truth: float
    known: float
    highest: float
    estimate: float
    low: float
    high: float
    cautious: tuple[float, float]
    withheld: str

    @property
    def holds(self) -> bool:
        return self.low - 1e-9 <= self.truth <= self.high + 1e-9

    def decided(self, low: float, high: float) -> bool | None:
        """Whether more than half is the organisation's; None: undecided."""
        return None if low <= 0.5 <= high else low > 0.5


def read_known_people(workspace: Workspace, months: int) -> dict[str, MaskedProject]:
    """The people of known employer of each project in the last months, where there are enough."""
    presence = workspace.read_table("person_months").to_pylist()
    last = max(row["month"] for row in presence)
    since = add_months(last, 1 - months)
    commits: dict[tuple[str, str], dict[str | None, int]] = defaultdict(lambda: defaultdict(int))
    for row in presence:
        if row["commits"] and row["month"] >= since:
            commits[row["project"], row["person"]][row["organisation"]] += row["commits"]
    core = set(
        zip(*(workspace.read_table("core_team")[name].to_pylist() for name in ("project", "person")), strict=True)
    )
    no_reply = _no_reply_commits(workspace)
    people: dict[str, list[tuple[str, int, bool, float]]] = defaultdict(list)
    for (project, person), by_organisation in sorted(commits.items()):
        known = {name: count for name, count in by_organisation.items() if name}
        name = min(known, key=lambda name: (-known[name], name)) if known else ""
        share = no_reply.get((project, person), 0.0)
        people[project].append((name, sum(by_organisation.values()), (project, person) in core, share))
    rates = measure_rates(_people_at_work(rows) for rows in people.values())
    known_people = {project: _known_people([row for row in rows if row[0]]) for project, rows in people.items()}
    levels = calibrate_levels(known_people, rates)
    return {
        project: MaskedProject(known, odds_of_group(known, rates), levels[project])
        for project, known in known_people.items()
        if len(known.commits) >= FEWEST_KNOWN
    }


def _no_reply_commits(workspace: Workspace) -> dict[tuple[str, str], float]:
    """The share of each person's commits in a project whose address is a no-reply one."""
    table = workspace.read_table("events").select(["project", "person", "account", "kind"])
    counted: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    rows = table.group_by(table.column_names).aggregate([([], "count_all")]).to_pylist()
    for row in rows:
        if row["kind"] == "commit":
            both = counted[row["project"], row["person"]]
            both[0] += row["count_all"]
            both[1] += row["count_all"] * ("noreply" in row["account"])
    return {key: hidden / total for key, (total, hidden) in counted.items()}


def _people_at_work(rows: Sequence[tuple[str, int, bool, float]]) -> tuple[PeopleAtWork, Floats]:
    commits = np.array([row[1] for row in rows], np.int64)
    core = np.array([row[2] for row in rows], bool)
    return PeopleAtWork(np.zeros_like(commits), commits, commits, core), np.array([row[3] for row in rows])


def _known_people(rows: Sequence[tuple[str, int, bool, float]]) -> KnownPeople:
    names = sorted({row[0] for row in rows})
    work, shares = _people_at_work(rows)
    return KnownPeople(np.array([names.index(row[0]) for row in rows], np.int64), work.commits, work.is_core, shares)


# ---- ways to hide


def odds_like_no_reply(project: MaskedProject, _: np.random.Generator) -> Floats:
    """Those hide who would commit with a no-reply address: by role and activity, and sooner if they have one."""
    return project.like_no_reply


def odds_at_random(project: MaskedProject, _: np.random.Generator) -> Floats:
    """Everybody hides equally often."""
    return np.ones(len(project.people.commits))


def odds_by_employer(project: MaskedProject, generator: np.random.Generator) -> Floats:
    """Some employers' people hide far more often than others'."""
    factors = np.exp(generator.normal(0.0, 0.7, project.people.organisation_count))
    return np.asarray(factors[project.people.organisation])


def odds_against_largest(project: MaskedProject, _: np.random.Generator) -> Floats:
    """The largest employer's people hide four times less often."""
    largest = np.argmax(np.bincount(project.people.organisation))
    return np.where(project.people.organisation == largest, 0.25, 1.0)


OddsToHide = Callable[[MaskedProject, np.random.Generator], Floats]


def run_trial(
    project: MaskedProject, odds: OddsToHide, share: float, generator: np.random.Generator
) -> tuple[Trial, Trial]:
    """The estimates of people and of commits with a share of the people hidden."""
    people, count = project.people, project.people.organisation_count
    work = people.hide(draw_hiding_order(odds(project, generator), generator), share)
    known = _sum_by_organisation(work, people.commits, count)
    ones, levels = np.ones_like(people.commits), project.levels
    return (
        _trial(people, work, ones, estimate_people_shares(work, count, levels), levels.people),
        _trial(people, work, people.commits, estimate_commit_shares(work, known, levels), levels.commits),
    )


def _sum_by_organisation(work: PeopleAtWork, weight: Integers, count: int) -> Integers:
    is_known = work.organisation != UNKNOWN
    return np.bincount(work.organisation[is_known], weight[is_known], minlength=count).astype(np.int64)


def _trial(people: KnownPeople, work: PeopleAtWork, weight: Integers, shares: EstimatedShares, level: float) -> Trial:
    chosen = shares.largest
    low, high = shares.low[chosen], shares.high[chosen]
    if shares.withheld:
        settled = _sum_by_organisation(work, weight, people.organisation_count)
        low, high = np.quantile(draw_shares(work, settled, weight)[:, chosen], ((1 - level) / 2, (1 + level) / 2))
    return Trial(
        people=len(weight),
        truth=float(weight[people.organisation == chosen].sum() / weight.sum()),
        known=float(shares.known[chosen]),
        highest=float(shares.highest[chosen]),
        estimate=float(shares.estimate[chosen]),
        low=float(low),
        high=float(high),
        cautious=shares.cautious,
        withheld=shares.withheld,
    )


@dataclass(frozen=True, slots=True)
class Summary:
    """Trials together; shares are of the trials with an estimate.

    decided  share of trials in which the cautious range says whether more than half is the organisation's;
             by_bounds: in which the bounds say it. right: share of these decisions that are true
    withheld: share of the trials without an estimate whose interval would have held the truth
    """

    trials: int
    estimated: float
    covered: float
    width: float
    bounds: float
    error: float
    decided: float
    by_bounds: float
    right: float
    withheld: float

    def __str__(self) -> str:
        return (
            f"{self.trials:5} trials, estimated {self.estimated:4.0%}: covered {self.covered:.2f},"
            f" width {self.width:.2f}"
            f" (bounds {self.bounds:.2f}), error {self.error:.3f}, decided {self.decided:4.0%}"
            f" (bounds {self.by_bounds:4.0%}), right {self.right:.3f}; withheld would be covered {self.withheld:.2f}"
        )


def summarise_trials(trials: Iterable[Trial]) -> Summary:
    """Coverage, width, error and decisions."""
    everything = list(trials)
    shown = [trial for trial in everything if not trial.withheld]
    nothing = float("nan")
    hold = [float(trial.holds) for trial in everything if trial.withheld]
    withheld = float(np.mean(hold)) if hold else nothing
    if not shown:
        return Summary(len(everything), 0.0, nothing, nothing, nothing, nothing, nothing, nothing, nothing, withheld)
    verdicts = [(trial.decided(*trial.cautious), trial.truth > 0.5) for trial in shown]
    decisions = [verdict == truth for verdict, truth in verdicts if verdict is not None]
    return Summary(
        trials=len(everything),
        estimated=len(shown) / len(everything),
        covered=float(np.mean([trial.holds for trial in shown])),
        width=float(np.mean([trial.high - trial.low for trial in shown])),
        bounds=float(np.mean([trial.highest - trial.known for trial in shown])),
        error=float(np.mean([abs(trial.estimate - trial.truth) for trial in shown])),
        decided=len(decisions) / len(shown),
        by_bounds=float(np.mean([trial.decided(trial.known, trial.highest) is not None for trial in shown])),
        right=float(np.mean(decisions)) if decisions else 1.0,
        withheld=withheld,
    )
