"""Landings, against git's own answers on random histories."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from ecotone.events.sources.git.commit_graph import NOT_LANDED, CommitGraph
from tests.events.making import START, Repository
from tests.events.reading import plain_git

COMMITS = 40


def random_history(folder: Path, seed: int) -> tuple[Repository, list[tuple[str, ...]]]:
    made, choose = Repository.new(folder), random.Random(seed)
    parents: list[tuple[str, ...]] = [()]
    made.commit(at=START)
    for index in range(1, COMMITS):
        count = choose.choice([0, 1, 1, 1, 1, 2, 2, 3]) if index > 3 else 1
        chosen = tuple(choose.sample(made.commits[-8:], min(count, len(made.commits[-8:]))))
        parents.append(chosen)
        made.commit(*chosen, at=START + index, message=b"%d\n" % index)
    made.ref("refs/heads/main", made.commits[-1])
    return made, parents


def lines(repository: Repository, *arguments: str) -> list[str]:
    return plain_git(repository.folder, *arguments).decode().split()


@pytest.mark.parametrize("seed", range(6))
def test_what_landed_and_by_what_is_what_git_says(seed: int, tmp_path: Path):
    made, parents = random_history(tmp_path / "o.git", seed)
    graph, position = CommitGraph.from_parent_shas(made.commits, [" ".join(names) for names in parents])
    tip = COMMITS - 1
    line = graph.first_parent_line(tip)
    assert [made.commits[index] for index in line] == lines(made, "rev-list", "--first-parent", "main")
    landed_by = graph.find_landing_commits(tip)
    expected = dict.fromkeys(range(COMMITS), NOT_LANDED)
    for landing in line:
        first_parent = [f"^{names[0]}" for names in [parents[landing]] if names]
        for sha in lines(made, "rev-list", made.commits[landing], *first_parent):
            expected[position[sha]] = landing
    assert dict(enumerate(landed_by)) == expected


def graph_of(*rows: str) -> tuple[CommitGraph, dict[str, int]]:
    names = [row.split()[0] for row in rows]
    graph, position = CommitGraph.from_parent_shas(names, [" ".join(row.split()[1:]) for row in rows])
    return graph, dict(position)


def test_a_parent_that_was_not_read_is_an_edge():
    graph, at = graph_of("b gone", "c b also-gone")
    assert graph.parents[at["b"]] == ()
    assert graph.find_landing_commits(at["c"]) == [at["b"], at["c"]]
