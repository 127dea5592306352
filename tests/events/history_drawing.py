"""Draw small histories by hand: commits by name, their parents, people, days and messages."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from ecotone.events.sources.git.branch_lines import BranchLines, BranchRefs, find_branch_lines
from ecotone.events.sources.git.commit_graph import CommitGraph
from ecotone.events.sources.git.landing_forms import EXPLICIT, parse_request_references
from ecotone.events.sources.git.landing_rules import (
    Landing,
    LandingColumns,
    commits_of_heads,
    find_landings,
    heads_belong_to_project,
)
from ecotone.events.sources.git.pull_requests import CommitColumns

DAY = 86_400
START = 1_704_067_200  # 2024-01-01
SITE = "noreply@github.com"


@dataclass
class Drawing:
    """Commits are added oldest first; `branches`, `tags` and `heads` name commits."""

    repository: str = "team/repo"
    main_name: str = "main"
    main: str = ""
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    heads: dict[int, str] = field(default_factory=dict)
    position: dict[str, int] = field(default_factory=dict)
    rows: list[tuple[tuple[int, ...], str, float, float, str, str, str]] = field(default_factory=list)

    def commit(
        self,
        name: str,
        parents: str = "",
        day: float = 0,
        author: str = "ada",
        message: str = "",
        committed: float | None = None,
        committer: str | None = None,
    ) -> str:
        """Add a commit; `parents` are names, first parent first. The commit becomes the tip of the default branch
        only by `main`."""
        subject, _, body = (message or f"work {name}").partition("\n")
        known = tuple(self.position[parent] for parent in parents.split())
        self.position[name] = len(self.rows)
        committed = day if committed is None else committed
        self.rows.append((known, author, day, committed, committer or f"{author}@mail.example", subject, body))
        return name

    def line(self, names: str, after: str = "", day: float = 0, author: str = "ada") -> str:
        """Add commits in a row, a day apart; the name of the last."""
        for name in names.split():
            after = self.commit(name, after, day, author)
            day += 1
        return after

    @property
    def columns(self) -> LandingColumns:
        parents, authors, days, committed, committers, subjects, bodies = map(list, zip(*self.rows, strict=True))
        texts = zip(subjects, bodies, strict=True)
        references = {index: found for index, text in enumerate(texts) if (found := parse_request_references(*text))}
        return LandingColumns(
            parents=parents,
            author_name=[author.capitalize() for author in authors],
            author_email=[f"{author}@mail.example" for author in authors],
            author_time=[START + int(day * DAY) for day in days],
            committer_email=committers,
            committer_time=[START + int(day * DAY) for day in committed],
            subject=subjects,
            references=references,
        )

    def commit_columns(self, columns: LandingColumns | None = None) -> CommitColumns:
        """The columns as pull requests are reconstructed from them."""
        chosen = columns or self.columns
        graph = CommitGraph(chosen.parents)
        landed_by = graph.find_landing_commits(self.position[self.main])
        names = [field.name for field in fields(LandingColumns) if field.name != "parents"]
        return CommitColumns(graph, landed_by, **{name: getattr(chosen, name) for name in names})

    @property
    def head_positions(self) -> dict[int, int]:
        return {number: self.position[name] for number, name in self.heads.items()}

    def lines(self) -> BranchLines:
        columns = self.columns
        refs = BranchRefs(
            main=self.position[self.main],
            main_name=self.main_name,
            repository=self.repository,
            others={name: self.position[tip] for name, tip in self.branches.items()},
            tags={name: self.position[tip] for name, tip in self.tags.items()},
        )
        naming = {c: found[0].number for c, found in columns.references.items() if found[0].kind in EXPLICIT}
        heads = frozenset(self.head_positions.values())
        return find_branch_lines(columns.parents, columns.subject, columns.committer_time, refs, naming, heads)

    def held_by(self, name: str) -> str | int:
        holder = self.lines().held_by[self.position[name]]
        return self.name_of(holder) if 0 <= holder < len(self.rows) else holder

    def name_of(self, position: int) -> str:
        return next(name for name, index in self.position.items() if index == position)

    def own(self) -> dict[int, list[str]]:
        own = commits_of_heads(self.columns, self.lines(), self.head_positions)
        return {number: [self.name_of(commit) for commit in commits] for number, commits in own.items()}

    def all_landings(self) -> dict[int, Landing]:
        columns, lines, heads = self.columns, self.lines(), self.head_positions
        return find_landings(columns, lines, heads, commits_of_heads(columns, lines, heads), self.repository)

    def landed(self) -> dict[int, tuple[str, str, float]]:
        """Request -> the commit that landed it, the rule, and the day."""
        return {
            number: (self.name_of(landing.commit), landing.rule, (landing.moment - START) / DAY)
            for number, landing in self.all_landings().items()
        }

    def heads_are_own(self) -> bool:
        return heads_belong_to_project(self.columns, self.lines().on_main, self.head_positions)
