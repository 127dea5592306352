"""Whose history is it: forks, mirrors, restarted branches, wrong dates and tags, from repositories to the tables."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from ecotone.api import Ecotone, open_workspace
from ecotone.store.files import read_sealed_json, write_sealed_json
from tests.cli.command import ecotone, landscape_of
from tests.events.making import ANN, BEN, DAY, FORGE, START, Repository

CAM = b"Cam <cam@gamma.example>"


def line(
    made: Repository, count: int, *parents: str, since: float = 0, step: float = 1, by: bytes = ANN, word: bytes = b"w"
) -> list[str]:
    """A line of commits, one every `step` days from `since` on."""
    shas: list[str] = []
    for k in range(count):
        message = b"%s%d\n\nReviewed-by: Cam <cam@gamma.example>\n" % (word, k)
        at = START + int((since + k * step) * DAY)
        shas.append(made.commit(*(shas[-1:] or parents), at=at, by=by, message=message))
    return shas


def copy(source: Repository, folder: Path) -> Repository:
    """A repository with the same objects and no refs."""
    made = Repository.new(folder)
    for path in (source.folder / "objects").glob("??/*"):
        target = folder / "objects" / path.parent.name / path.name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    made.trees |= source.trees
    return made


def analyse(tmp_path: Path, projects: str) -> Ecotone:
    file = tmp_path / "field.toml"
    file.write_text(f'[landscape]\nname = "field"\n{projects}')
    for step in ("collect", "analyse"):
        done = ecotone(step, file, "-w", tmp_path / "w", "--quiet")
        assert done.code == 0, done.err
    return open_workspace(tmp_path / "w")


def project(name: str, location: Path, more: str = "") -> str:
    return f'\n[[project]]\nrepository = "{name}"\nlocation = "{location}"\n{more}\n'


def total(tables: Ecotone, name: str, column: str) -> float:
    rows = tables.signals(projects=[name]).to_arrow().to_pylist()
    return sum(row[column] or 0 for row in rows)


def months(tables: Ecotone, name: str) -> list[str]:
    return [f"{row['month']:%Y-%m}" for row in tables.signals(projects=[name]).to_arrow().to_pylist()]


def kinds(tables: Ecotone, name: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in tables.events().to_arrow().to_pylist():
        if row["project"] == name:
            counts[row["kind"]] = counts.get(row["kind"], 0) + 1
    return counts


@pytest.fixture
def parent(tmp_path: Path) -> Repository:
    """Sixty days of the parent with a release; then the fork goes its own way, and so does the parent."""
    made = Repository.new(tmp_path / "parent.git")
    base = line(made, 60)
    made.tag("v1.0.0", base[30], START + 30 * DAY)
    merge = made.commit(base[-1], line(made, 1, base[-1], since=60, word=b"branch")[0], at=START + 62 * DAY,
                        committer=FORGE, message=b"Merge pull request #7 from cam/x\n")  # fmt: skip
    made.ref("refs/heads/main", line(made, 30, merge, since=63, word=b"parent")[-1])
    return made


def fork_of(parent: Repository, folder: Path) -> Repository:
    made = copy(parent, folder)
    base = parent.commits[:60]
    own = line(made, 25, base[-1], since=90, by=BEN, word=b"fork")
    made.tag("v1.0.0", base[30], START + 30 * DAY)
    made.tag("v2.0.0", own[20], START + 112 * DAY)
    synced = made.commit(own[-1], parent.tip(), at=START + 130 * DAY, by=BEN, message=b"Merge the parent\n")
    made.ref("refs/heads/main", synced)
    return made


def test_a_fork_begins_with_its_own_first_commit_and_what_rests_on_the_parents_is_the_parents(
    tmp_path: Path, parent: Repository
):
    fork = fork_of(parent, tmp_path / "fork.git")
    tables = analyse(tmp_path, project("down/app", fork.folder) + project("up/app", parent.folder))
    # the base landed at the same time in both, and the fork is listed first
    assert kinds(tables, "up/app")["commit"] == 31
    stated = analyse(
        tmp_path, project("down/app", fork.folder, 'fork_of = "up/app"') + project("up/app", parent.folder)
    )
    assert kinds(stated, "down/app") == {"commit": 25, "merge": 1, "review": 25, "release": 1}
    assert kinds(stated, "up/app") == {"commit": 91, "merge": 1, "review": 91, "release": 1, "pull_merged": 1}
    assert months(stated, "down/app")[0] == "2024-02"
    assert months(stated, "up/app")[0] == "2023-11"
    shared = stated.table("shared_commits").to_arrow().to_pylist()
    assert [(row["repository"], row["owner_repository"], row["commits"]) for row in shared] == [
        ("down/app", "up/app", 92)
    ]
    words = "shares 92 commits with up/app; they count there"
    assert words in ecotone("doctor", "-w", tmp_path / "w").out
    assert words in ecotone("show", "down/app", "-w", tmp_path / "w").out


def test_a_mirror_and_a_former_address_add_nothing_to_their_project(tmp_path: Path, parent: Repository):
    former = copy(parent, tmp_path / "former.git")
    former.ref("refs/heads/main", parent.commits[59])
    for number in (1, 2, 3, 9):
        head = parent.commit(parent.commits[50], at=START + (50 + number) * DAY, message=b"try %d\n" % number)
        parent.ref(f"refs/pull/{number}/head", head)
    entries = [("old/app", former), ("new/app", parent), ("mirror/app", copy(parent, tmp_path / "mirror.git"))]
    for name, sha in {**parent.refs("refs/heads"), **parent.refs("refs/pull")}.items():
        entries[2][1].ref(name, sha)
    listed = ", ".join(f'{{name = "{name}", location = "{made.folder}"}}' for name, made in entries)
    tables = analyse(
        tmp_path, f'\n[[project]]\nname = "app"\nrepositories = [{listed}]\n' + project("alone/app", parent.folder)
    )
    assert total(tables, "app", "commits") == total(tables, "alone/app", "commits") == 91
    assert total(tables, "app", "pull_requests_opened") == total(tables, "alone/app", "pull_requests_opened") == 4
    assert months(tables, "app") == months(tables, "alone/app")


def test_a_vendored_library_counts_in_its_own_project(tmp_path: Path):
    library = Repository.new(tmp_path / "lib.git")
    shas = line(library, 40, by=BEN, word=b"lib")
    library.ref("refs/heads/main", shas[-1])
    app = copy(library, tmp_path / "app.git")
    own = line(app, 20, since=100, word=b"app")
    merged = app.commit(own[-1], shas[-1], at=START + 125 * DAY, message=b"Merge the library\n")
    app.ref("refs/heads/main", merged)
    tables = analyse(tmp_path, project("team/app", app.folder) + project("team/lib", library.folder))
    assert (total(tables, "team/app", "commits"), total(tables, "team/lib", "commits")) == (20, 40)
    assert months(tables, "team/app")[0] == "2024-02"


def heads(made: Repository, numbers: Iterable[int], base: str, day: float) -> None:
    for number in numbers:
        head = made.commit(base, at=START + int((day + number) * DAY), by=CAM, message=b"try %d\n" % number)
        made.ref(f"refs/pull/{number}/head", head)


def test_what_came_before_a_default_branch_that_began_anew_is_kept(tmp_path: Path):
    made = Repository.new(tmp_path / "anew.git")
    old = line(made, 50)
    made.tag("v1.0.0", old[40], START + 40 * DAY)
    landed = made.commit(old[-1], at=START + 51 * DAY, by=CAM, committer=FORGE, message=b"Fix (#3)\n")
    made.ref("refs/heads/classic", landed)
    new = line(made, 12, since=200, word=b"new")
    made.ref("refs/heads/main", new[-1])
    tables = analyse(tmp_path, project("team/anew", made.folder))
    assert kinds(tables, "team/anew") == {"commit": 63, "review": 62, "release": 1, "pull_merged": 1}
    assert months(tables, "team/anew")[0] == "2023-11"
    words = "the default branch began anew: 51 commits of the former line (2023-11-14 to 2024-01-04) count as well"
    assert words in ecotone("doctor", "-w", tmp_path / "w").out


def test_a_former_line_that_only_requests_show_is_kept(tmp_path: Path):
    made = Repository.new(tmp_path / "anew.git")
    old = line(made, 50)
    heads(made, range(1, 6), old[-1], 50)
    made.ref("refs/heads/main", line(made, 12, since=200, word=b"new")[-1])
    assert kinds(analyse(tmp_path, project("team/anew", made.folder)), "team/anew")["commit"] == 62


def test_a_documentation_branch_and_a_release_branch_are_no_former_lines(tmp_path: Path):
    made = Repository.new(tmp_path / "plain.git")
    own = line(made, 60)
    made.ref("refs/heads/main", own[-1])
    made.ref("refs/heads/pages", line(made, 30, since=10, word=b"page")[-1])
    made.ref("refs/heads/release", line(made, 30, own[20], since=21, word=b"fix")[-1])
    assert kinds(analyse(tmp_path, project("team/plain", made.folder)), "team/plain")["commit"] == 60


WRONG_DATES = [
    (0, 0, 39),  # an import without dates, SOURCE_DATE_EPOCH=0
    (315_532_800, 315_532_800, 39),  # 1980, from an archive
    (4_000_000_000, 4_000_000_000, 39),  # 2096
    (0, None, 40),
    (315_532_800, None, 40),
    (4_000_000_000, None, 40),
    (None, 0, 40),
    (None, 315_532_800, 40),
    (None, 4_000_000_000, 40),
]
"""The author's and the committer's date (None: right), and how many of forty commits count in a month."""


@pytest.mark.parametrize("position", [0, 20, 39])
def test_one_wrong_date_neither_empties_nor_stretches_a_history(position: int, tmp_path: Path):
    projects = ""
    for index, (author, committer, _) in enumerate(WRONG_DATES):
        made = Repository.new(tmp_path / f"{index}.git")
        tip: list[str] = []
        for k in range(40):
            right = START + k * 10 * DAY
            at, committed = (author, committer) if k == position else (None, None)
            at = right if at is None else at
            committed = right if committed is None else committed
            tip = [made.commit(*tip, at=at, committed=committed, message=b"w%d of %d\n" % (k, index))]
        made.ref("refs/heads/main", tip[0])
        projects += project(f"team/p{index}", made.folder)
    tables = analyse(tmp_path, projects)
    last = "2024-11" if position == 39 else "2024-12"  # the last commit is of 2024-12-08, the one before of 11-28
    for index, (*wrong, counted) in enumerate(WRONG_DATES):
        listed = months(tables, f"team/p{index}")
        assert total(tables, f"team/p{index}", "commits") == counted, wrong
        assert (listed[0], listed[-1]) == ("2023-11", "2024-12" if counted == 40 else last), wrong


def test_an_import_with_equal_dates_is_one_month(tmp_path: Path):
    made = Repository.new(tmp_path / "import.git")
    made.ref("refs/heads/main", line(made, 30, step=0)[-1])
    tables = analyse(tmp_path, project("team/import", made.folder))
    assert months(tables, "team/import") == ["2023-11"]
    assert total(tables, "team/import", "commits") == 30


RELEASES = [
    ([(f"ciflow/trunk/{1000 + k}", k) for k in range(20)] + [("v1.0.0", 10)], 1),
    ([("v1.2.3", 5), ("1.2.3", 5), ("release-1.2.3", 5), ("latest", 5), ("nightly", 5), ("edge", 5)], 1),
    ([(f"archive/v1.{k}", k) for k in range(5)] + [(f"backup/2024-01-0{k}", k) for k in range(1, 5)], 0),
    ([(f"{name}/v3.5.{k}", 5 * k) for k in range(4) for name in ("api", "client", "server")], 4),
    ([(f"deploy-2024.01.{k}", k) for k in range(9)] + [(f"build-{k}", k) for k in range(9)], 0),
    ([(f"v2.0.0-rc{k}", k) for k in range(1, 4)] + [("v2.0.0", 9), ("v2.1.0-nightly.1", 12), ("v2.1.0.dev1", 13)], 4),
]
"""Tags with the commit that each is on, and the number of releases."""


def test_one_version_is_one_release(tmp_path: Path):
    projects = ""
    for index, (names, _) in enumerate(RELEASES):
        made = Repository.new(tmp_path / f"{index}.git")
        shas = line(made, 40, word=b"%d of " % index)
        made.ref("refs/heads/main", shas[-1])
        for name, position in names:
            made.ref(f"refs/tags/{name}", shas[position])
        projects += project(f"team/p{index}", made.folder)
    tables = analyse(tmp_path, projects)
    assert [total(tables, f"team/p{index}", "releases") for index in range(len(RELEASES))] == [
        count for _, count in RELEASES
    ]


def test_a_landscape_takes_a_parent_for_a_project_and_for_a_repository(tmp_path: Path, parent: Repository):
    fork = fork_of(parent, tmp_path / "fork.git")
    entry = f'{{name = "down/app", location = "{fork.folder}", fork_of = "former/app"}}'
    tables = analyse(
        tmp_path,
        f'\n[[project]]\nname = "down"\nrepositories = [{entry}]\n'
        + project("up/app", parent.folder, 'aliases = ["former/app"]'),
    )
    assert kinds(tables, "down")["commit"] == 25


def test_a_workspace_of_an_older_version_is_analysed_without_shared_commits(tmp_path: Path, parent: Repository):
    file: Any = landscape_of(tmp_path / "l", {"up/app": parent.folder})
    assert ecotone("collect", file, "-w", tmp_path / "w", "--quiet").code == 0
    for note in (tmp_path / "w" / "collected").glob("*/state.json"):
        state = read_sealed_json(note)
        assert state is not None
        files = {name: record for name, record in state["files"].items() if not name.startswith("landed.")}
        write_sealed_json(note, state | {"files": files})
        for path in note.parent.glob("landed.*"):
            path.unlink()
    assert ecotone("analyse", file, "-w", tmp_path / "w", "--quiet").code == 0
