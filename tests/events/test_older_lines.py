"""Lines that a default branch which was begun anew left behind."""

import numpy as np

from ecotone.events.sources.git.older_lines import OlderLine, find_older_lines

DAY = 86_400


class Graph:
    """A commit graph under construction; time in days."""

    def __init__(self) -> None:
        self.parents: list[tuple[int, ...]] = []
        self.days: list[float] = []

    def line(self, count: int, day: float, *parents: int, step: float = 1) -> int:
        """Adds `count` commits, one every `step` days; the first with these parents; returns the last."""
        for index in range(count):
            self.parents.append(tuple(parents) if index == 0 else (len(self.parents) - 1,))
            self.days.append(day + index * step)
        return len(self.parents) - 1

    def older(self, tip: int, shared: list[int], heads: list[int] | None = None) -> list[OlderLine]:
        landed = np.zeros(len(self.parents), bool)
        waiting = [tip]
        while waiting:
            commit = waiting.pop()
            landed[commit] = True
            waiting += self.parents[commit]
        times = (1_700_000_000 + np.array(self.days) * DAY).astype(np.int64)
        return find_older_lines(self.parents, landed, times, [*shared, tip], heads or [])


def test_the_line_of_a_branch_that_ended_before_the_default_began() -> None:
    graph = Graph()
    old, new = graph.line(50, 0), graph.line(8, 100)
    assert graph.older(new, [old]) == [OlderLine(tuple(range(49, -1, -1)), (49,))]


def test_tags_hold_an_older_line_too_and_its_ends_are_its_tips() -> None:
    graph = Graph()
    trunk = graph.line(30, 0)
    one, other = graph.line(5, 31, trunk), graph.line(6, 31, trunk)
    new = graph.line(8, 100)
    (line,) = graph.older(new, [one, other])
    assert len(line.commits) == 41
    assert set(line.tips) == {one, other}


def test_without_branches_the_requests_show_what_they_rest_on() -> None:
    graph = Graph()
    trunk = graph.line(40, 0)
    heads = [graph.line(2, 41 + k, trunk) for k in range(5)]
    new = graph.line(8, 100)
    (line,) = graph.older(new, [], heads)
    assert line == OlderLine(tuple(range(39, -1, -1)), (trunk,))


def test_two_requests_are_too_few_to_show_a_line() -> None:
    graph = Graph()
    trunk = graph.line(40, 0)
    heads = [graph.line(2, 41 + k, trunk) for k in range(2)]
    assert graph.older(graph.line(8, 100), [], heads) == []


def test_a_few_commits_under_the_line_after_it_began_do_not_matter() -> None:
    graph = Graph()
    old = graph.line(50, 0)
    new = graph.line(8, 40)  # ten of fifty commits are later
    assert len(graph.older(new, [old])) == 1


def test_pages_and_parallel_lines_are_no_older_lines() -> None:
    graph = Graph()
    new = graph.line(60, 0)
    pages = graph.line(20, 5)  # begun later, another root
    vendor = graph.line(300, -20)  # goes on beside it
    release = graph.line(40, 31, 30)  # a release branch
    assert graph.older(new, [pages, vendor, release]) == []


def test_a_small_line_is_not_the_history_of_a_large_one() -> None:
    graph = Graph()
    old = graph.line(12, 0, step=20)
    new = graph.line(400, 300)
    assert graph.older(new, [old]) == []


def test_a_line_stays_when_the_new_one_outgrows_it() -> None:
    graph = Graph()
    old = graph.line(50, 0)
    new = graph.line(900, 100, step=2)
    assert len(graph.older(new, [old])) == 1


def test_a_default_branch_begun_at_an_old_commit_of_a_long_one() -> None:
    graph = Graph()
    old = graph.line(100, 0)
    new = graph.line(6, 200, 3)
    (line,) = graph.older(new, [old])
    assert line == OlderLine(tuple(range(99, 3, -1)), (99,))


def test_an_abandoned_branch_with_less_history_than_the_default_is_none() -> None:
    graph = Graph()
    base = graph.line(50, 0)
    abandoned = graph.line(20, 51, base)
    assert graph.older(graph.line(30, 90, base), [abandoned]) == []


def test_a_default_branch_with_all_commits_has_no_older_line() -> None:
    graph = Graph()
    tip = graph.line(30, 0)
    assert graph.older(tip, [10, 20], [5, 6, 7]) == []
