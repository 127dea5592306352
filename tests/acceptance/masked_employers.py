"""Known employers hidden in several ways, and the estimates of their shares compared with what was hidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ecotone.foundation.months import add_months
from ecotone.people.unknown_employer_estimate import (
    UNKNOWN,
    EstimatedShares,
    Integers,
    PeopleAtWork,
    estimate_commit_shares,
    estimate_people_shares,
    group_of_people,
)
from ecotone.store.workspace import Workspace

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FEWEST_KNOWN: Final = 10
"""People of known employer that a project needs."""


@dataclass(frozen=True, slots=True)
class KnownPeople:
    """The people of known employer of one project in a period; a row a person.

    uses_no_reply  whether the person has also committed with a no-reply address
    no_reply_odds  odds that somebody of this role and activity commits with one mainly
    """

    organisation: Integers
    commits: Integers
    is_core: Flags
    uses_no_reply: Flags
    no_reply_odds: Floats

    @property
    def organisation_count(self) -> int:
        return int(self.organisation.max()) + 1


@dataclass(frozen=True, slots=True)
class Trial:
    """One estimate beside the truth, for the organisation with the largest share that stayed known."""

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


def read_known_people(workspace: Workspace, months: int) -> dict[str, KnownPeople]:
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
    return _with_no_reply_odds(people)


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


def _with_no_reply_odds(people: Mapping[str, Sequence[tuple[str, int, bool, float]]]) -> dict[str, KnownPeople]:
    everybody = _columns([row for rows in people.values() for row in rows])
    groups, hides = group_of_people(everybody[0]), everybody[1] > 0.5
    rates = {group: np.clip(hides[groups == group].mean(), 0.05, 0.95) for group in np.unique(groups)}
    selected = {}
    for project, rows in people.items():
        known = [row for row in rows if row[0]]
        if len(known) < FEWEST_KNOWN:
            continue
        work, shares = _columns(known)
        rate = np.array([rates[group] for group in group_of_people(work)])
        names = sorted({row[0] for row in known})
        organisation = np.array([names.index(row[0]) for row in known], np.int64)
        selected[project] = KnownPeople(organisation, work.commits, work.is_core, shares > 0, rate / (1 - rate))
    return selected


def _columns(rows: Sequence[tuple[str, int, bool, float]]) -> tuple[PeopleAtWork, Floats]:
    commits = np.array([row[1] for row in rows], np.int64)
    core = np.array([row[2] for row in rows], bool)
    return PeopleAtWork(np.zeros_like(commits), commits, commits, core), np.array([row[3] for row in rows])


# ---- ways to hide


def odds_like_no_reply(people: KnownPeople, _: np.random.Generator) -> Floats:
    """Those hide who would commit with a no-reply address: by role and activity, and sooner if they have one."""
    return np.asarray(people.no_reply_odds * np.where(people.uses_no_reply, 4.0, 1.0))


def odds_at_random(people: KnownPeople, _: np.random.Generator) -> Floats:
    """Everybody hides equally often."""
    return np.ones(len(people.commits))


def odds_by_employer(people: KnownPeople, generator: np.random.Generator) -> Floats:
    """Some employers' people hide far more often than others'."""
    return np.asarray(np.exp(generator.normal(0.0, 0.7, people.organisation_count))[people.organisation])


def odds_against_largest(people: KnownPeople, _: np.random.Generator) -> Floats:
    """The largest employer's people hide four times less often."""
    largest = np.argmax(np.bincount(people.organisation))
    return np.where(people.organisation == largest, 0.25, 1.0)


OddsToHide = Callable[[KnownPeople, np.random.Generator], Floats]


def hide_employers(people: KnownPeople, odds: OddsToHide, share: float, generator: np.random.Generator) -> Integers:
    """The organisations with a share of the people hidden, drawn without replacement with these odds."""
    order = np.argsort(-(np.log(odds(people, generator)) + generator.gumbel(size=len(people.commits))))
    organisation = people.organisation.copy()
    organisation[order[: int(len(order) * share)]] = UNKNOWN
    return organisation


def run_trial(people: KnownPeople, organisation: Integers) -> tuple[Trial, Trial]:
    """The estimates of people and of commits for what stayed known."""
    is_known, count = organisation != UNKNOWN, people.organisation_count
    unattributed = np.where(is_known, 0, people.commits)
    work = PeopleAtWork(organisation, people.commits, unattributed, people.is_core)
    known = np.bincount(organisation[is_known], people.commits[is_known], minlength=count).astype(np.int64)
    ones = np.ones_like(people.commits)
    return (
        _trial(people, ones, estimate_people_shares(work, count)),
        _trial(people, people.commits, estimate_commit_shares(work, known)),
    )


def _trial(people: KnownPeople, weight: Integers, shares: EstimatedShares) -> Trial:
    chosen = shares.largest
    return Trial(
        truth=float(weight[people.organisation == chosen].sum() / weight.sum()),
        known=float(shares.known[chosen]),
        highest=float(shares.highest[chosen]),
        estimate=float(shares.estimate[chosen]),
        low=float(shares.low[chosen]),
        high=float(shares.high[chosen]),
        cautious=shares.cautious,
        withheld=shares.withheld,
    )


@dataclass(frozen=True, slots=True)
class Summary:
    """Trials together; shares are of the trials with an estimate.

    decided  share of trials in which the cautious range says whether more than half is the organisation's;
             by_bounds: in which the bounds say it. right: share of these decisions that are true
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

    def __str__(self) -> str:
        return (
            f"{self.trials:5} trials, estimated {self.estimated:4.0%}: covered {self.covered:.2f},"
            f" width {self.width:.2f}"
            f" (bounds {self.bounds:.2f}), error {self.error:.3f}, decided {self.decided:4.0%}"
            f" (bounds {self.by_bounds:4.0%}), right {self.right:.3f}"
        )


def summarise_trials(trials: Iterable[Trial]) -> Summary:
    """Coverage, width, error and decisions."""
    everything = list(trials)
    shown = [trial for trial in everything if not trial.withheld]
    if not shown:
        return Summary(len(everything), 0.0, *([np.nan] * 7))
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
    )
