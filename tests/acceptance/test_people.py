"""Who is who: joins, kinds of actor and employers against simulated truth, and what real histories give.

Simulated fields of many seeds say how often a join or an employer is wrong. The workspace of the real histories
(made with `ecotone run landscapes/corpus.toml` where it is missing) says how much becomes known by
which step. Prints what it finds; fails if a target is missed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ecotone.events.sources.base import ReadSummary
from ecotone.foundation.landscape import Landscape, read_landscape
from ecotone.foundation.text_codes import plain_texts
from ecotone.people.account_parsing import email_domain, parse_account
from ecotone.people.affiliation_intervals import DeclaredIntervals, assign_organisations, deduplicate_signatures
from ecotone.people.attribution_classes import LARGEST_GAP
from ecotone.people.organisation_registry import classify_domain, non_employer_domains
from ecotone.pipeline.collect import load_earlier_reading, repository_targets
from ecotone.pipeline.collected_tables import CollectedTables
from ecotone.pipeline.join import JoinedData, join_collected
from ecotone.pipeline.project_pool import ProjectPool
from ecotone.pipeline.steps import Run, perform_steps, utc_now
from ecotone.simulation import simulate_field
from ecotone.simulation.commit_messages import AGENTS, BOTS, PLAIN_BOTS
from ecotone.simulation.field_truth import PersonTruth
from ecotone.simulation.truth_pairs import normalise_account
from ecotone.store.workspace import Workspace
from tests.acceptance.settings import LONG, SEED, WORKSPACE, require_shared, seeds_or

SINCE: Final = date(2023, 1, 1)
PRECISION: Final = 0.9995
RECALL: Final = 0.95
EMPLOYER_PRECISION: Final = 0.995
KINDS: Final = 0.995
KNOWN_AIM: Final = 0.35
FEWEST_PEOPLE: Final = 3
NOTHING_DECLARED: Final = DeclaredIntervals(*(np.empty(0, np.int64) for _ in range(5)))


pytestmark = LONG


@dataclass(slots=True)
class Score:
    """Sums over fields."""

    joined: int = 0  # pairs of accounts that were joined
    joined_rightly: int = 0
    pairs: int = 0  # pairs of accounts that are one person's
    acts: int = 0
    credited: int = 0
    credited_rightly: int = 0
    employed: int = 0
    accounts: int = 0
    right_kind: int = 0
    by_basis: dict[str, Counter[bool]] = field(default_factory=lambda: defaultdict(Counter))


def test_simulated_people_are_joined() -> None:
    assert not check_simulated(seeds_or(20))


def test_people_of_real_histories() -> None:
    require_shared("corpus")
    assert not check_real(WORKSPACE)


# simulated fields


def check_simulated(seeds: int) -> bool:
    """Joins, kinds and employers over many fields, plain ones and tangled ones in turn."""
    scores = {"plain": Score(), "tangled": Score()}
    for seed in range(SEED, SEED + seeds):
        for name, score in scores.items():
            with tempfile.TemporaryDirectory() as folder:
                _measure(Path(folder), seed, name == "tangled", score)
    plain = _print_score(
        f"{seeds} plain fields (half of the changes of address are shown by nothing: recall is for information)",
        scores["plain"],
        0.0,
    )
    tangled = _print_score(
        f"{seeds} tangled fields (two addresses at once, shared names, own domains, a company bought, plain bots)",
        scores["tangled"],
        RECALL,
    )
    return plain or tangled


def _join(workspace: Workspace, landscape: Landscape, readings: Sequence[ReadSummary]) -> JoinedData:
    pool = ProjectPool(workspace.partitions_folder)
    return join_collected(workspace, landscape, readings, CollectedTables(workspace), pool)


def _measure(folder: Path, seed: int, tangled: bool, score: Score) -> None:
    truth = simulate_field(folder / "field", seed=seed, projects=8, people=120, months=30, tangled=tangled)
    landscape = read_landscape(folder / "field" / "landscape.toml")
    run = Run(Workspace.create(folder / "workspace"), landscape, utc_now(), lambda *_: None)
    perform_steps(run, ("collect",), lambda _: None)
    observed = _join(run.workspace, landscape, run.collected.readings)
    owners = {normalise_account(account): one for one in truth.people for account in one.accounts}
    _score_joins(observed.people, owners, score)
    _score_kinds(observed.people, owners, score)
    _score_employers(observed.acts, observed.acts["basis"], owners, score)


def _score_joins(people: pa.Table, owners: Mapping[str, PersonTruth], score: Score) -> None:
    found: dict[str, str] = {}
    for account, person in zip(people["account"].to_pylist(), people["person"].to_pylist(), strict=True):
        if normalise_account(account) in owners:
            found[normalise_account(account)] = person
    for one, other in combinations(sorted(found), 2):
        same, joined = owners[one].person == owners[other].person, found[one] == found[other]
        score.pairs += same
        score.joined += joined
        score.joined_rightly += same and joined


def _score_kinds(people: pa.Table, owners: Mapping[str, PersonTruth], score: Score) -> None:
    true = {normalise_account(one.email): "bot" for one in (*BOTS, *PLAIN_BOTS)}
    true |= {normalise_account(one.email): "agent" for one in AGENTS}
    for account, kind in zip(people["account"].to_pylist(), people["actor_kind"].to_pylist(), strict=True):
        key = normalise_account(account)
        if key in true or key in owners:
            score.accounts += 1
            score.right_kind += kind == true.get(key, "person")


def _score_employers(acts: pa.Table, basis: pa.ChunkedArray, owners: Mapping[str, PersonTruth], score: Score) -> None:
    rows = zip(*(acts[name].to_pylist() for name in ("account", "created_at", "organisation")), strict=True)
    for (account, moment, organisation), ground in zip(rows, basis.to_pylist(), strict=True):
        owner = owners.get(normalise_account(account or ""))
        if owner is None:
            continue
        true = _employer(owner, moment.date())
        score.acts += 1
        score.employed += true is not None
        if organisation is not None:
            score.credited += 1
            score.credited_rightly += organisation == true
            score.by_basis[ground][organisation == true] += 1


def _employer(person: PersonTruth, day: date) -> str | None:
    for spell in person.spells:
        if (spell.since is None or spell.since <= day) and (spell.until is None or day < spell.until):
            return spell.organisation
    return None


def _print_score(title: str, score: Score, wanted_recall: float) -> bool:
    precision = score.joined_rightly / max(score.joined, 1)
    recall = score.joined_rightly / max(score.pairs, 1)
    employers = score.credited_rightly / max(score.credited, 1)
    kinds = score.right_kind / max(score.accounts, 1)
    print(f"\n{title}")
    print(f"  joins      precision {precision:.4f} (>= {PRECISION})  recall {recall:.4f} (>= {wanted_recall})"
          f"  of {score.pairs:,} true pairs")  # fmt: skip
    print(f"  kinds      {kinds:.4f} (>= {KINDS}) of {score.accounts:,} accounts")
    print(f"  employers  precision {employers:.4f} (>= {EMPLOYER_PRECISION}) of {score.credited:,} acts credited;"
          f" {1 - score.credited / max(score.acts, 1):.1%} of {score.acts:,} acts left unknown,"
          f" {1 - score.employed / max(score.acts, 1):.1%} truly have no employer")  # fmt: skip
    for ground, counts in sorted(score.by_basis.items()):
        print(f"    {ground:8} {counts[True]:8,} right {counts[False]:6,} wrong")
    return precision < PRECISION or recall < wanted_recall or employers < EMPLOYER_PRECISION or kinds < KINDS


# real histories


def check_real(folder: Path) -> bool:
    """What becomes known by which step, and what must never happen."""
    landscape = read_landscape(Path("landscapes/corpus.toml"))
    if not (folder / "workspace.json").exists():
        subprocess.run(
            [sys.executable, "-m", "ecotone", "run", "landscapes/corpus.toml", "-w", str(folder), "-q"], check=True
        )
    workspace = Workspace.open(folder)
    found = (load_earlier_reading(workspace, wanted) for wanted in repository_targets(landscape))
    joined = _join(workspace, landscape, [reading for reading in found if reading is not None])
    observed = replace(joined, acts=plain_texts(joined.acts))
    _print_known(observed.acts, observed.acts["basis"])
    _print_unknown(observed.acts)
    _print_links(observed.links)
    _print_assisted(observed.acts)
    return _impossible(observed)


def _print_known(acts: pa.Table, basis: pa.ChunkedArray) -> None:
    """The share of persons' commits since 2023 with a known organisation, by step and project."""
    steps = _steps(acts, basis)
    wanted = pc.and_(pc.equal(acts["kind"], "commit"), pc.equal(acts["actor_kind"], "person"))
    wanted = pc.and_(wanted, pc.greater_equal(acts["month"], pa.scalar(SINCE))).to_numpy()
    projects = acts["project"].to_numpy(zero_copy_only=False)[wanted].astype(str)
    names = "  ".join(f"{name:>12}" for name in steps)
    print(f"\nPersons' commits since {SINCE:%Y} with a known organisation\n{'project':40} {'commits':>8}  {names}")
    for project in [*sorted(set(projects)), "all"]:
        chosen = np.ones(len(projects), bool) if project == "all" else projects == project
        shares = "  ".join(f"{known[wanted][chosen].mean():12.1%}" for known in steps.values())
        print(f"{project:40} {chosen.sum():8,}  {shares}")
    overall = next(reversed(steps.values()))[wanted].mean()
    print(f"aim: {KNOWN_AIM:.0%} without a guess; reached {overall:.1%}")


def _steps(acts: pa.Table, basis: pa.ChunkedArray) -> dict[str, NDArray[np.bool_]]:
    """Which acts' organisations each step knows."""
    organisation = pc.if_else(pc.equal(basis, "signed"), acts["organisation"], pa.scalar(None, pa.string()))
    own = _codes(organisation)
    person, project = _codes(acts["person"]), _codes(acts["project"])
    day = acts["created_at"].cast(pa.date32(), safe=False).cast(pa.int32()).to_numpy().astype(np.int64)
    signed = own >= 0

    def known(who: NDArray[np.int64], gap: int) -> NDArray[np.bool_]:
        places = deduplicate_signatures(who[signed], day[signed], own[signed])
        return assign_organisations(who, day, own, places, NOTHING_DECLARED, gap)[0] >= 0

    return {
        "address": signed,
        "joined": known(person, 0),
        "spells": known(person * (project.max() + 1) + project, LARGEST_GAP),
        "across": known(person, LARGEST_GAP),
        "all signers": pc.is_valid(acts["organisation"]).to_numpy(),
    }


def _codes(values: pa.ChunkedArray) -> NDArray[np.int64]:
    distinct = pc.drop_null(pc.unique(values))
    return np.asarray(pc.fill_null(pc.index_in(values, value_set=distinct), -1).to_numpy(), np.int64)


def _print_unknown(acts: pa.Table) -> None:
    """What stops there: the addresses of acts whose organisation stays unknown."""
    wanted = pc.and_(pc.equal(acts["kind"], "commit"), pc.equal(acts["actor_kind"], "person"))
    commits = acts.filter(pc.and_(wanted, pc.greater_equal(acts["month"], pa.scalar(SINCE))))
    unknown = commits.filter(pc.is_null(commits["organisation"]))
    signers = set(commits.filter(pc.is_valid(commits["organisation"]))["person"].to_pylist())
    classes: Counter[tuple[str, bool]] = Counter()
    domains: Counter[str] = Counter()
    people: dict[str, set[str]] = defaultdict(set)
    for account, person in zip(unknown["account"].to_pylist(), unknown["person"].to_pylist(), strict=True):
        domain = email_domain(account)
        kind = _kind_of_domain(domain)
        classes[kind, person in signers] += 1
        if kind == NOT_LISTED:
            domains[domain] += 1
            people[domain].add(person)
    print(f"\nWhat stops there: {unknown.num_rows:,} of {commits.num_rows:,} commits stay unknown."
          f"\n{'address':42} {'never known':>12} {'at other times':>15}")  # fmt: skip
    for kind in sorted({kind for kind, _ in classes}, key=lambda kind: -classes[kind, False]):
        shares = (classes[kind, sometimes] / commits.num_rows for sometimes in (False, True))
        print(f"{kind:42} {next(shares):12.1%} {next(shares):15.1%}")
    never = sum(count for (_, sometimes), count in classes.items() if not sometimes)
    print(f"{'by persons whose employer is':42} {never / commits.num_rows:12.1%}"
          f" {(unknown.num_rows - never) / commits.num_rows:15.1%}")  # fmt: skip
    print("The most that filling in between a person's own signatures could ever reach:"
          f" {1 - never / commits.num_rows:.1%}")  # fmt: skip
    few = sum(count for domain, count in domains.items() if len(people[domain]) < FEWEST_PEOPLE)
    print(f"Of the domains that nobody lists, those of fewer than {FEWEST_PEOPLE} people: {few:,} of"
          f" {domains.total():,} commits, {sum(len(one) < FEWEST_PEOPLE for one in people.values()):,} of"
          f" {len(people):,} domains")  # fmt: skip
    listed = [domain for domain, _ in domains.most_common() if len(people[domain]) >= FEWEST_PEOPLE]
    print(f"The ten most consequential with {FEWEST_PEOPLE} people or more:{'' if listed else ' none is left'}")
    for domain in listed[:10]:
        print(f"  {domains[domain]:6,} commits  {len(people[domain]):3} people  {domain}")


NOT_LISTED: Final = "a domain that nobody lists"
WORDS: Final = {
    "free_mail": "free mail",
    "noreply": "a code host's no-reply address",
    "placeholder": "no real address",
    "organisation": "a community's",
    "academic": "a community's",
}


def _kind_of_domain(domain: str) -> str:
    """What an address says, in words; a domain of members or former students is known to say nothing."""
    if not domain:
        return "a login"
    kind = classify_domain(domain)
    if kind != "personal_or_unknown":
        return WORDS[kind]
    parents = {domain[place:] for place in range(len(domain)) if place == 0 or domain[place - 1] == "."}
    personal = {entry.domain for entry in non_employer_domains() if entry.kind == "personal"}
    alumni = any(label.startswith("alum") for label in domain.split("."))
    return "members' and former students'" if alumni or parents & personal else NOT_LISTED


def _print_links(links: pa.Table) -> None:
    counted = Counter(zip(links["rule"].to_pylist(), links["refused"].to_pylist(), strict=True))
    print("\nTies by rule, and why some were not used")
    for (rule, refused), count in sorted(counted.items(), key=lambda item: (item[0][0], item[0][1] or "")):
        print(f"  {count:6,}  {rule:20} {refused or 'used'}")


def _print_assisted(acts: pa.Table) -> None:
    """The share of persons' commits that name an agent, by half-year."""
    wanted = pc.and_(pc.equal(acts["kind"], "commit"), pc.equal(acts["actor_kind"], "person"))
    commits = acts.filter(pc.and_(wanted, pc.greater_equal(acts["month"], pa.scalar(SINCE))))
    sums: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    rows = zip(*(commits[name].to_pylist() for name in ("project", "month", "assisted_by")), strict=True)
    for project, month, helper in rows:
        for name in (project, "all"):
            cell = sums[name][f"{month.year}-{'H1' if month.month < 7 else 'H2'}"]
            cell[0] += 1
            cell[1] += helper is not None
    halves = sorted(sums["all"])
    print(f"\nassisted_share by half-year\n{'project':40} {'  '.join(f'{half:>8}' for half in halves)}")
    for project in [*sorted(name for name in sums if name != "all"), "all"]:
        cells = (sums[project].get(half) for half in halves)
        print(f"{project:40} {'  '.join(f'{cell[1] / cell[0]:8.1%}' if cell else f'{chr(45):>8}' for cell in cells)}")


def _impossible(observed: JoinedData) -> bool:
    """Free-mail domains as organisations, and persons of two GitHub ids."""
    signed = pc.equal(observed.acts["basis"], "signed")
    domains = {email_domain(account) for account in pc.unique(observed.acts["account"].filter(signed)).to_pylist()}
    free = sorted(domain for domain in domains if classify_domain(domain) == "free_mail")
    ids: dict[str, set[str]] = defaultdict(set)
    for account, person in zip(*(observed.people[name].to_pylist() for name in ("account", "person")), strict=True):
        if found := parse_account(account).github_id:
            ids[person].add(found)
    twice = sum(len(found) > 1 for found in ids.values())
    print(f"\nfree-mail domains that count as an organisation: {len(free)}; persons of two GitHub ids: {twice}")
    return bool(free or twice)
