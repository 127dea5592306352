"""The texts of simulated commits, and the automatic accounts that write some of them."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final, NamedTuple

from ecotone.simulation.world import Project


class Automaton(NamedTuple):
    """The public signature of a real bot or agent."""

    name: str
    email: str


FORGE: Final = Automaton("GitHub", "noreply@github.com")
BOTS: Final = (
    Automaton("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
    Automaton("renovate[bot]", "29139614+renovate[bot]@users.noreply.github.com"),
    Automaton("pre-commit-ci[bot]", "66853113+pre-commit-ci[bot]@users.noreply.github.com"),
)
PLAIN_BOTS: Final = (
    Automaton("project-release-bot", "releases@machines.example"),
    Automaton("docs-bot", "docs-bot@machines.example"),
)
"""Invented; no login of theirs ends in `[bot]`."""
AGENTS: Final = (
    Automaton("copilot-swe-agent[bot]", "198982749+Copilot@users.noreply.github.com"),
    Automaton("devin-ai-integration[bot]", "158243242+devin-ai-integration[bot]@users.noreply.github.com"),
)
CLAUDE_CODE: Final = (
    "\U0001f916 Generated with [Claude Code](https://claude.com/claude-code)\n\n"
    "Co-Authored-By: Claude <noreply@anthropic.com>"
)
ASSISTANCE: Final = (
    "Co-authored-by: Claude <noreply@anthropic.com>",
    CLAUDE_CODE,
    "Co-authored-by: Cursor <cursoragent@cursor.com>",
    "Co-authored-by: Copilot <175728472+Copilot@users.noreply.github.com>",
    "Co-authored-by: aider (gpt-4o) <aider@aider.chat>",
)

_VERBS: Final = ("Add", "Fix", "Rework", "Document", "Test", "Speed up", "Remove", "Rename")
_TYPES: Final = ("feat", "fix", "refactor", "docs", "test", "perf", "chore", "refactor")
_THINGS: Final = (
    "retries",
    "the loader",
    "streaming",
    "time-outs",
    "tool calls",
    "the cache",
    "memory",
    "tracing",
)
HOSTILE_TITLE: Final = '<script>alert("title")</script> & "quotes" in the parser'

AREAS: Final = ("core", "api", "tools", "docs", "tests", "deploy")
HOSTILE_PATH: Final = 'docs/<b>a "quoted" path</b>.md'


def make_change_title(project: Project, rng: Random) -> str:
    """The title of a person's change."""
    kind = rng.randrange(len(_VERBS))
    thing = rng.choice(_THINGS)
    if project.conventional:
        return f"{_TYPES[kind]}: {_VERBS[kind].lower()} {thing}"
    return f"{_VERBS[kind]} {thing}"


def make_automatic_title(kind: str, rng: Random) -> str:
    """The title of a bot's or agent's change."""
    if kind == "bot":
        return f"Bump library-{rng.randint(1, 40):02d} from 1.{rng.randint(0, 9)} to 1.{rng.randint(10, 19)}"
    return f"Handle an empty answer in {rng.choice(_THINGS)}"


def draw_file_path(rng: Random) -> str:
    """The file a change touches; early areas are busier."""
    area = AREAS[min(rng.randrange(len(AREAS)), rng.randrange(len(AREAS)))]
    return f"{area}/file-{rng.randrange(8)}.txt"


def write_commit_message(subject: str, *paragraphs: str, trailers: Sequence[str] = ()) -> str:
    """A whole commit message; empty paragraphs are left out.

    >>> write_commit_message("Fix it", "", trailers=["Reviewed-by: R"])
    'Fix it\\n\\nReviewed-by: R\\n'
    """
    parts = [subject, *(paragraph for paragraph in paragraphs if paragraph)]
    if trailers:
        parts.append("\n".join(trailers))
    return "\n\n".join(parts) + "\n"


def write_squash_body(titles: Sequence[str]) -> str:
    """The list a forge puts into the message of a squash merge of several commits; empty for one."""
    if len(titles) < 2:
        return ""
    return "\n\n".join(f"* {title_line}" for title_line in titles) + "\n\n---------"
