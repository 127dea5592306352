"""The step of a run that finds groups, and what `discover` makes of its evidence."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

import ecotone
from ecotone.foundation.errors import UnknownName, UserError
from ecotone.foundation.landscape import parse_landscape
from ecotone.landscape.evidence import (
    GatheredEvidence,
    evidence_tables,
    half_years,
    organisation_rows,
    people_rows,
    repository_owners,
)
from ecotone.landscape.views import MENTIONS, ORGANISATIONS, PEOPLE, VIEWS, WORDS
from ecotone.pipeline.discover import (
    FoundRepository,
    landscape_proposal,
    names_in_landscape,
    people_of_projects,
    rank_workspace,
    search_candidates,
    search_questions,
)
from ecotone.pipeline.landscape_tables import read_word_rows
from ecotone.store.workspace import Workspace
from tests.cli.command import ecotone as command
from tests.conftest import Simulated
from tests.fakes.planted_groups import EASY, plant_groups

TABLES = (
    "clusters",
    "cluster_groups",
    "cluster_cuts",
    "cluster_words",
    "cluster_events",
    "cluster_views",
    "project_similarity",
    "category_agreement",
    "category_mismatches",
)


def test_every_project_has_a_row_on_each_level(simulated: Simulated):
    opened = ecotone.open(simulated.workspace)
    projects = opened.projects().to_arrow()["project"].to_pylist()
    clusters = opened.table("clusters").to_arrow().to_pylist()
    for level in ("field", "part"):
        assert [row["project"] for row in clusters if row["level"] == level] == sorted(projects)
    for row in clusters:
        assert 0 <= row["stability"] <= 1
        assert (row["cluster"] is None) == (row["label"] is None) == (row["membership"] is None)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_can_be_exported(simulated: Simulated, name):
    assert command("export", name, "--workspace", simulated.workspace).code == 0


def test_evidence_of_acts_by_hand():
    acts = pa.table(
        {
            "project": ["a/a", "a/a", "a/a", "b/b"],
            "person": ["p1", "p1", "p2", "p1"],
            "organisation": ["X", "X", None, "X"],
        }
    )
    assert sorted(people_rows(acts)) == [("a/a", "p1", 2.0), ("a/a", "p2", 1.0), ("b/b", "p1", 1.0)]
    assert sorted(organisation_rows(acts)) == [("a/a", "X", 1.0), ("b/b", "X", 1.0)]


def test_half_years():
    months = pa.chunked_array([[date(2024, 3, 1), date(2024, 6, 1), date(2025, 7, 1)]], pa.date32())
    assert half_years(months) == [date(2024, 1, 1), date(2025, 7, 1)]


def test_words_of_a_file_go_to_the_project_that_has_the_repository(tmp_path: Path):
    text = """
    [landscape]
    name = "x"
    term_files = ["terms.tsv"]
    [[project]]
    name = "Both"
    repositories = ["Own/One", "own/two"]
    """
    landscape = parse_landscape(text, tmp_path / "x.toml")
    (path,) = landscape.term_files
    path.write_text("repository\tterm\tcount\nown/one\tagent\t2\nOWN/two\tagent\t1\nfar/three\tagent\t5\n")
    assert read_word_rows(path, repository_owners(landscape)) == [
        ("Both", "agent", 1.0),
        ("far/three", "agent", 5.0),
        ("Both", "agent", 2.0),
    ]


def test_a_file_of_words_that_is_not_there(tmp_path: Path):
    with pytest.raises(UserError, match="There is no file of words"):
        read_word_rows(tmp_path / "none.tsv", {})


# discover


@dataclass(frozen=True)
class Field:
    workspace: Path
    group: dict[str, int]


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> Field:
    """A workspace whose newest tables are of a planted field."""
    made = plant_groups(1, 50, 3, EASY)
    rows = {PEOPLE: list(made.rows["people"]), WORDS: list(made.rows["words"]), ORGANISATIONS: [], MENTIONS: []}
    gathered = GatheredEvidence(rows, frozenset(made.group), frozenset(made.group))
    folder = tmp_path_factory.mktemp("planted") / "workspace"
    workspace = Workspace.create(folder)
    listed = sorted(made.group)
    projects = pa.table({"project": listed, "repository": listed})
    clusters = pa.table(
        {
            "project": listed, "level": ["field"] * len(listed), "label": [f"g{made.group[one]}" for one in listed],
            "label_zh": [f"组{made.group[one]}" for one in listed],
        }
    )  # fmt: skip
    tables = {**evidence_tables(gathered), "projects": projects, "clusters": clusters}
    workspace.publish_tables("made", tables, {})
    return Field(folder, dict(made.group))


def seeds_of(field: Field) -> list[str]:
    return [project for project, group in sorted(field.group.items()) if group == 0][:2]


def test_discovers_a_planted_group(planted: Field):
    ranked = rank_workspace(Workspace.open(planted.workspace), seeds_of(planted), top=8)
    assert [planted.group[one.project] for one in ranked.candidates].count(0) >= 7
    assert ranked.projects == 48


def test_the_proposal_is_a_landscape(planted: Field):
    ranked = rank_workspace(Workspace.open(planted.workspace), seeds_of(planted), top=5)
    clusters = [(project, f'g"{group}', f"组{group}") for project, group in planted.group.items()]
    text = landscape_proposal(ranked, clusters)
    read = parse_landscape(text, Path("x.toml"))
    assert [one.name for one in read.projects][:2] == list(ranked.seeds)
    assert len(read.projects) == 7
    assert read.projects[0].category == 'g"0'
    assert read.categories['g"0'] == "组0"


def test_names_from_outside_cannot_break_the_proposal(planted: Field):
    ranked = rank_workspace(Workspace.open(planted.workspace), seeds_of(planted), top=3)
    clusters = [(project, 'a"\n[landscape]\\', "z\u202e") for project in planted.group]
    written = tomllib.loads(landscape_proposal(ranked, clusters))
    assert written["categories"] == {'a"[landscape]\\': "z"}  # without what steers a terminal
    assert set(written) == {"landscape", "categories", "project"}


def test_capitals_of_seeds_do_not_matter_and_unknown_ones_are_named():
    gathered = GatheredEvidence({}, frozenset({"Own/Name"}), frozenset({"Own/Name"}))
    assert names_in_landscape(gathered, ["own/name", "OWN/NAME"]) == ("Own/Name",)
    with pytest.raises(UnknownName, match="own/nam'"):
        names_in_landscape(gathered, ["own/nam"])


class Search:
    """Finds one repository by words, one by topics, and knows where two people work besides."""

    def __init__(self) -> None:
        self.asked: list[tuple[tuple[str, ...], tuple[str, ...]]] = []

    def repository_topics(self, repositories):
        assert tuple(repositories) == ("p/0", "p/1")
        return {"p/0": ("agents", "graph-tools"), "p/1": ("graph-tools", "python")}

    def find_repositories(self, words, topics):
        self.asked.append((tuple(words), tuple(topics)))
        by_words = [
            FoundRepository("New/Agents", "An agent graph", ("tool",)),
            FoundRepository("P/0", "known already", ()),
        ]
        return by_words if words else [FoundRepository("New/Topical", "A graph", topics)]

    def repositories_of_people(self, logins):
        assert tuple(logins) == ("ann", "ben", "cid")
        joint, alone = FoundRepository("Joint/Work", "A store", ()), FoundRepository("Ann/Alone", "Her own", ())
        return {
            "ann": [joint, alone, FoundRepository("q/q", None, ())],
            "ben": [joint, FoundRepository("Q/Q", None, ())],
            "cid": [],
        }


def test_what_a_search_finds_is_ranked_by_words_topics_and_where_people_work_besides():
    words = {f"p/{at}": ["agent", "tool", "graph", f"w{at}"] for at in range(4)} | {"q/q": ["store", "w1"]}
    rows = {WORDS: [(project, word, 3.0) for project, listed in words.items() for word in listed], PEOPLE: []}
    gathered = GatheredEvidence(rows, frozenset(words) - {"q/q"}, frozenset(words))
    search = Search()
    found = search_candidates(gathered, ["p/0", "p/1"], search, {"ann": "A", "ben": "B", "cid": "C"})
    by_words = search_questions(gathered.as_evidence(), ["p/0", "p/1"])
    by_topics = [((), ("graph-tools",)), ((), ("agents",)), ((), ("python",))]
    assert search.asked == [*((words, ()) for words in by_words), *by_topics]
    assert all(len(one) <= 2 for one in by_words)
    assert ("New/Agents", "agent", 3.0) in found.rows[WORDS]
    assert ("New/Topical", "graph", 3.0) in found.rows[WORDS]
    # two people work in Joint/Work and in q/q, which was known by its words alone; where Ann works alone is her affair
    assert found.rows[PEOPLE] == [(name, who, 1.0) for name in ("Joint/Work", "q/q") for who in "AB"]
    assert found.projects - gathered.projects == {"New/Agents", "New/Topical", "Joint/Work"}
    assert found.inside == gathered.inside


def test_people_of_the_seeds_are_asked_for_by_login_and_those_who_did_most_first(tmp_path: Path):
    workspace = Workspace.create(tmp_path / "w")
    rows = {
        PEOPLE: [("a/a", "P1", 2.0), ("a/a", "P2", 5.0), ("b/b", "P1", 9.0), ("c/c", "P3", 50.0), ("a/a", "P4", 9.0)]
    }
    projects = frozenset({"a/a", "b/b", "c/c"})
    people = pa.table(
        {
            "account": ["7+One@users.noreply.github.com", "two@e.example", "two", "three", "four@e.example"],
            "person": ["P1", "P2", "P2", "P3", "P4"],
        }
    )
    tables = {
        **evidence_tables(GatheredEvidence({**{view: [] for view in VIEWS}, **rows}, projects, projects)),
        "people": people,
    }
    workspace.publish_tables("made", tables, {})
    # P4 has no login, P3 is of no seed
    assert list(people_of_projects(Workspace.open(tmp_path / "w"), ["a/a", "b/b"]).items()) == [
        ("one", "P1"),
        ("two", "P2"),
    ]


def test_the_command(planted: Field, tmp_path: Path):
    target = tmp_path / "found.toml"
    first, second = seeds_of(planted)
    done = command("discover", first, second, "--top", 3, "--workspace", planted.workspace, "--output", target)
    assert done.code == 0
    assert "people in common with planted/" in done.out
    assert len(parse_landscape(target.read_text("utf-8"), target).projects) == 5
    again = command("discover", first, "--workspace", planted.workspace, "--output", target)
    assert (again.code, "exists already" in again.err) == (2, True)
    assert command("discover", "--workspace", planted.workspace).code == 2


def test_a_search_needs_a_token(planted: Field, monkeypatch):
    for name in ("ECOTONE_GITHUB_TOKEN", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    done = command("discover", seeds_of(planted)[0], "--github", "--workspace", planted.workspace)
    assert done.code == 2
    assert "needs a token" in done.err
