"""On what the employers of people's commits rest: shares by class of evidence, and what must hold between the classes.

The projects are those of the corpus and of eleven real repositories. Prints aggregates alone; fails if a list makes
anybody unknown, if a class changes what people signed, if teams of owners are guessed wrongly too often, if naming
people does not have the effect that was said, or if the heads of a fork make a core team.
"""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ecotone.foundation.landscape import AffiliationFile, Landscape, read_landscape
from ecotone.foundation.person_entries import Employment, PersonStatement
from ecotone.networks.organisation_summary import count_presence
from ecotone.people.attribution_classes import EVIDENCE_CLASSES
from ecotone.people.employer_evidence import employer_evidence_table
from ecotone.people.owner_team import is_owned_by, main_employers, shared_employer
from ecotone.people.review_list import find_people_to_name
from ecotone.pipeline.collect import load_earlier_reading, repository_targets
from ecotone.pipeline.collected_tables import CollectedTables
from ecotone.pipeline.join import JoinedData, join_collected
from ecotone.pipeline.project_pool import ProjectPool
from ecotone.pipeline.steps import Run, perform_steps, utc_now
from ecotone.store.workspace import Workspace
from tests.acceptance.settings import LONG, WORKSPACE, require_real, require_shared

SINCE: Final = date(2023, 1, 1)
SIGNED: Final = ("signed", "spell")
LARGEST_CHANGE: Final = 0.005
"""Largest change of the signed share of a project's commits by all other evidence."""
TEAM_RIGHT: Final = 0.88
NAMED: Final = 5
NAMED_ERROR: Final = 0.02
REAL_REPOSITORIES: Final = (
    "eclipse-theia+theia", "openzfs+zfs", "libgit2+libgit2", "wagtail+wagtail", "valkey-io+valkey", "jquery+jquery",
    "google+adk-python", "nodejs+nan", "google-gemini+gemini-cli", "qdrant+qdrant", "saleor+saleor",
)  # fmt: skip
FORKED_HEADS: Final = 300
LIST: Final = ("cncf+gitdm.archive", "developers_affiliations*.txt")
EMPLOYER: Final = "Made Up Ltd"

pytestmark = LONG

Join = Callable[[Landscape], JoinedData]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> tuple[Landscape, Join]:
    """The landscape of the real repositories, and how to join what was collected of them."""
    path = tmp_path_factory.mktemp("landscape") / "real.toml"
    projects = [
        f'[[project]]\nrepository = "{name.replace("+", "/")}"\nlocation = "{require_real(name).resolve()}"\n'
        for name in REAL_REPOSITORIES
    ]
    path.write_text('[landscape]\nname = "real"\nsince = "2012-01"\n' + "\n".join(projects), "utf-8")
    landscape = read_landscape(path)
    return landscape, _collect_once(landscape, WORKSPACE.parent / "evidence")


def _collect_once(landscape: Landscape, folder: Path) -> Join:
    """Collect the repositories that the folder does not have yet."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    is_new = not (folder / "workspace.json").exists()
    workspace = Workspace.create(folder) if is_new else Workspace.open(folder)
    perform_steps(Run(workspace, landscape, utc_now(), lambda *_: None), ("collect",), lambda _: None)
    return _joining(workspace)


def _joining(workspace: Workspace) -> Join:
    def join(landscape: Landscape) -> JoinedData:
        found = (load_earlier_reading(workspace, wanted) for wanted in repository_targets(landscape))
        readings = [reading for reading in found if reading is not None]
        pool = ProjectPool(workspace.partitions_folder)
        return join_collected(workspace, landscape, readings, CollectedTables(workspace), pool)

    return join


@pytest.fixture(scope="module")
def plain(real: tuple[Landscape, Join]) -> JoinedData:
    """The real repositories without a list."""
    landscape, join = real
    return join(landscape)


@pytest.fixture(scope="module")
def listed(real: tuple[Landscape, Join], tmp_path_factory: pytest.TempPathFactory) -> JoinedData:
    """The real repositories with a public list of employers."""
    landscape, join = real
    folder = tmp_path_factory.mktemp("list")
    files = tuple(AffiliationFile(path, date(2023, 3, 1)) for path in _files_of_list(folder))
    return join(replace(landscape, affiliations=files))


def _files_of_list(folder: Path) -> Iterator[Path]:
    source = require_real(LIST[0])
    names = _git(source, "ls-tree", "--name-only", "HEAD", "--").split()
    for name in sorted(name for name in names if Path(name).match(LIST[1])):
        path = folder / name
        path.write_text(_git(source, "show", f"HEAD:{name}"), "utf-8")
        yield path


def _git(repository: Path, *words: str) -> str:
    command = ["git", "-C", str(repository), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True, errors="replace").stdout


def _evidence(joined: JoinedData) -> pa.Table:
    table = employer_evidence_table(joined.acts, joined.core, joined.affiliations, joined.owner_teams)
    return table.filter(pc.field("month") >= pa.scalar(SINCE))


def _shares(evidence: pa.Table) -> dict[str, dict[str, float]]:
    """The share of each class in a project's commits, by project; `all` has those of all projects."""
    commits: dict[str, Counter[str]] = defaultdict(Counter)
    for project, name, count in zip(
        *(evidence[key].to_pylist() for key in ("project", "evidence", "commits")), strict=True
    ):
        for subject in (project, "all"):
            commits[subject][name] += count
    return {
        subject: {name: counts[name] / counts.total() for name in EVIDENCE_CLASSES}
        for subject, counts in sorted(commits.items(), key=lambda item: (item[0] == "all", item[0]))
    }


def _print_shares(title: str, shares: Mapping[str, Mapping[str, float]]) -> None:
    print(f"\n{title}: people's commits since {SINCE:%Y} by class of evidence\n{'project':40}"
          + "".join(f"{name.replace('_unknown', ' ?')[:10]:>11}" for name in EVIDENCE_CLASSES))  # fmt: skip
    for project, by_class in shares.items():
        print(f"{project:40}" + "".join(f"{by_class[name]:11.1%}" for name in EVIDENCE_CLASSES))


def test_shares_of_the_corpus() -> None:
    require_shared("corpus/projects.csv")
    landscape = read_landscape(Path("landscapes/corpus.toml"))
    if not (WORKSPACE / "workspace.json").exists():
        _collect_once(landscape, WORKSPACE)
    joined = _joining(Workspace.open(WORKSPACE))(landscape)
    shares = _shares(_evidence(joined))
    _print_shares("Corpus", shares)
    assert all(abs(sum(by_class.values()) - 1) < 1e-9 for by_class in shares.values())
    assert _team_right(joined, landscape) >= TEAM_RIGHT


def test_a_list_adds_and_never_takes(plain: JoinedData, listed: JoinedData) -> None:
    before, after = _shares(_evidence(plain)), _shares(_evidence(listed))
    _print_shares("Real repositories without a list", before)
    _print_shares("Real repositories with a list of 2023-03", after)
    changes = {project: _signed(after[project]) - _signed(before[project]) for project in before}
    print("\nChange of the signed share: " + ", ".join(f"{name} {change:+.2%}" for name, change in changes.items()))
    unknown = [_unknown_by_year(joined) for joined in (plain, listed)]
    risen = [key for key, share in unknown[0].items() if unknown[1][key] > share + 1e-9]
    fallen = [key for key, share in unknown[0].items() if unknown[1][key] < share - 1e-9]
    print(f"project-years {len(unknown[0])}: unknown share risen in {len(risen)}, fallen in {len(fallen)}")
    assert risen == []
    assert all(change > -LARGEST_CHANGE for change in changes.values())


def _signed(by_class: Mapping[str, float]) -> float:
    return sum(by_class[name] for name in SIGNED)


def _unknown_by_year(joined: JoinedData) -> dict[tuple[str, int], float]:
    commits: dict[tuple[str, int], Counter[bool]] = defaultdict(Counter)
    rows = count_presence(joined.acts)
    for project, month, organisation, count in zip(
        *(rows[name].to_pylist() for name in ("project", "month", "organisation", "commits")), strict=True
    ):
        commits[project, month.year][organisation is None] += count
    return {key: counts[True] / counts.total() for key, counts in commits.items() if counts.total()}


def test_teams_of_owners_are_guessed_right(real: tuple[Landscape, Join], plain: JoinedData) -> None:
    assert _team_right(plain, real[0]) >= TEAM_RIGHT


def _team_right(joined: JoinedData, landscape: Landscape) -> float:
    """The share of known core people whose employer the others give; each is left out of the team in turn."""
    owners = {project.name: project.repositories[0].name.partition("/")[0] for project in landscape.projects}
    since = {(row["project"], row["person"]): row["since"] for row in joined.core.to_pylist()}
    acts = joined.acts.filter(
        pc.and_(pc.is_valid(joined.acts["organisation"]), pc.greater_equal(joined.acts["month"], pa.scalar(SINCE)))
    )
    counts: Counter[tuple[str, int, str, str]] = Counter()
    for project, person, at, organisation in zip(
        *(acts[name].to_pylist() for name in ("project", "person", "created_at", "organisation")), strict=True
    ):
        if (project, person) in since and at >= since[project, person]:
            counts[project, at.year, person, organisation] += 1
    judged: Counter[bool] = Counter()
    for (project, _), employers in main_employers((*key, count) for key, count in counts.items()).items():
        for person, employer in employers.items():
            guess = shared_employer(name for other, name in employers.items() if other != person)
            if guess and is_owned_by(owners[project], guess):
                judged[guess == employer] += 1
    right = judged[True] / max(judged.total(), 1)
    print(f"\nTeam of the owner, each known member left out: {right:.1%} right of {judged.total()} people and years")
    return right if judged else 1.0


def test_naming_people_has_the_effect_that_was_said(real: tuple[Landscape, Join]) -> None:
    """Each project is joined alone, with and without made-up employers of the people whom the review proposes."""
    landscape, join = real
    print(f"\n{'project':40} {'before':>8} {'said':>8} {'measured':>8}")
    errors = []
    for project in landscape.projects:
        alone = replace(landscape, projects=(project,))
        plain = join(alone)
        tables = {"person_months": count_presence(plain.acts), "people": plain.people, "core_team": plain.core}
        people = find_people_to_name(tables, project.name, SINCE, NAMED)
        answers = tuple(
            PersonStatement(person.handles, (), (Employment(EMPLOYER, person.since, person.until),))
            for person in people
        )
        measured = _unknown_since(join(replace(alone, people=answers)), project.name)
        errors.append(abs(measured - people[-1].unknown_after))
        print(f"{project.name:40} {people[0].unknown_before:8.1%} {people[-1].unknown_after:8.1%} {measured:8.1%}")
    assert max(errors) <= NAMED_ERROR


def _unknown_since(joined: JoinedData, project: str) -> float:
    rows = count_presence(joined.acts).filter(
        (pc.field("project") == project) & (pc.field("month") >= pa.scalar(SINCE))
    )
    unknown = pc.sum(rows.filter(pc.is_null(rows["organisation"]))["commits"]).as_py() or 0
    return float(unknown / pc.sum(rows["commits"]).as_py())


@pytest.mark.parametrize(("name", "is_renumbered"), [("c121914yu+FastGPT", False), ("qdrant+qdrant", True)])
def test_heads_of_a_fork_make_no_core(name: str, is_renumbered: bool, tmp_path: Path) -> None:
    """With the heads of a fork, numbered from 1, a history has the core team that it has without them."""
    source = require_real(name)
    cores: list[pa.Table] = []
    for heads in ([], _heads_of_fork(source, is_renumbered)):
        copy = _borrowing_copy(source, heads, tmp_path / f"copy{len(cores)}.git")
        path = tmp_path / f"{copy.stem}.toml"
        path.write_text(
            f'[landscape]\nname = "fork"\n[[project]]\nrepository = "made/up"\nlocation = "{copy}"\n', "utf-8"
        )
        landscape = read_landscape(path)
        cores.append(set(_collect_once(landscape, tmp_path / copy.stem)(landscape).core["person"].to_pylist()))
    print(f"\ncore people without heads {len(cores[0])}, with {len(heads):,} heads of a fork {len(cores[1])}")
    assert cores[0] == cores[1]


def _heads_of_fork(source: Path, is_renumbered: bool) -> list[tuple[str, str]]:
    """The heads of a fork; or the last ones of a project, numbered as if its fork had received them."""
    heads = _references(source, "refs/pull/")
    if not is_renumbered:
        return heads
    last = sorted(heads, key=lambda head: -int(head[0].split("/")[2]))[:FORKED_HEADS]
    return [(f"refs/pull/{number}/head", sha) for number, (_, sha) in enumerate(reversed(last), 1)]


def _borrowing_copy(source: Path, heads: list[tuple[str, str]], copy: Path) -> Path:
    """The branches of a repository, and these heads; objects are borrowed."""
    _git(copy.parent, "init", "--quiet", "--bare", str(copy))
    (copy / "objects" / "info" / "alternates").write_text(f"{source.resolve()}/objects\n")
    for name, value in (("core.repositoryformatversion", "1"), ("extensions.partialClone", "origin")):
        _git(copy, "config", name, value)
    shutil.copyfile(source / "HEAD", copy / "HEAD")
    lines = sorted([*_references(source, "refs/heads/"), *heads])
    (copy / "packed-refs").write_text("".join(f"{sha} {name}\n" for name, sha in lines))
    return copy


def _references(repository: Path, prefix: str) -> list[tuple[str, str]]:
    rows = _git(repository, "for-each-ref", "--format=%(refname) %(objectname)", prefix).splitlines()
    return [(name, sha) for name, sha in map(str.split, rows)]
