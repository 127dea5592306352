"""The command discover: what else belongs to a field, from a few projects that do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ecotone.cli.console import (
    DEFAULT_WORKSPACE,
    JsonOption,
    QuietOption,
    WorkspaceOption,
    print_json,
    results,
    say,
)
from ecotone.foundation.errors import UserError
from ecotone.pipeline.steps import utc_now
from ecotone.store.files import write_bytes
from ecotone.store.workspace import Workspace

if TYPE_CHECKING:  # slow to import, and few commands need it
    from ecotone.landscape.discover import Candidate
    from ecotone.pipeline.discovering import Search


def discover(
    more: Annotated[list[str] | None, typer.Argument(metavar="[SEED]...", help="Further seeds.")] = None,
    seed: Annotated[
        list[str] | None, typer.Option("--seed", help="A project that belongs, as owner/name; more may follow.")
    ] = None,
    top: Annotated[int, typer.Option("--top", min=1, help="How many to show.")] = 20,
    words: Annotated[
        Path | None, typer.Option("--words", help="A file of terms: repository, term, count, with tabs between.")
    ] = None,
    search: Annotated[
        bool,
        typer.Option(
            "--search", help="Also ask GitHub, by words, by topics and where people work besides; needs a token."
        ),
    ] = False,
    write: Annotated[
        Path | None, typer.Option("--write", help="Propose a landscape file, with categories filled in.")
    ] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    quiet: QuietOption = False,
    json: JsonOption = False,
) -> None:
    """What else belongs to this field: projects ranked by all that ties them to the seeds, each with its reasons."""
    from ecotone.pipeline.discovering import proposal, rank

    seeds = [*(seed or []), *(more or [])]
    if not seeds:
        raise UserError("discover needs a project to start from: `ecotone discover --seed owner/name`.")
    if write is not None and write.exists():
        raise UserError(f"{write} is there already; choose another name for --write.")
    opened = Workspace.open(workspace)
    with _searching(search, quiet) as finder:
        ranked = rank(opened, seeds, top, words, finder)
    if json:
        print_json([_row(rank, one) for rank, one in enumerate(ranked.candidates, 1)])
    else:
        results.print(f"{len(ranked.candidates)} of {ranked.of} projects, the nearest to {', '.join(ranked.seeds)}:",
                      markup=False)  # fmt: skip
        for rank_, one in enumerate(ranked.candidates, 1):
            results.print(f"{rank_:3}  {one.score:5.2f}  {_plain(one.project)}", markup=False)
            results.print(f"            {_plain(_reason(one))}", markup=False)
    if write is not None:
        fields = opened.table("clusters").to_pylist()
        labels = [(row["project"], row["label"], row["label_zh"]) for row in fields if row["level"] == "field"]
        write_bytes(write, proposal(ranked, labels).encode())
        say(f"{write} is written. Edit it, then run: ecotone run {write}", quiet)


def _row(rank: int, one: Candidate) -> dict[str, object]:
    return {
        "rank": rank,
        "project": one.project,
        "score": round(one.score, 6),
        "nearest": one.nearest,
        "through": one.through,
        "reason": _reason(one),
        "shared": {part.view: {"count": part.count, "things": part.things} for part in one.shared},
    }


def _reason(one: Candidate) -> str:
    """In words; what is reached only through another project says so."""
    from ecotone.landscape.reasons import sentence

    if one.through is None:
        return sentence(one.shared, one.nearest)
    said = sentence(one.shared, one.through)
    return f"through {one.through}, which has to do with {one.nearest}{': ' if said else ''}{said}"


@contextmanager
def _searching(wanted: bool, quiet: bool) -> Iterator[Search | None]:
    """GitHub's search, where it is asked for. Raises UserError without a token."""
    if not wanted:
        yield None
        return
    from ecotone.events.sources.github.client import BASE, Client
    from ecotone.events.sources.github.token import ADVICE, find_tokens
    from ecotone.pipeline.looking import GitHubSearch

    tokens = find_tokens(os.environ, BASE)
    if not tokens:
        raise UserError(f"Searching GitHub needs a token. {ADVICE}")
    with Client(BASE, tokens, told=lambda text: say(text, quiet)) as client:
        yield GitHubSearch(client, utc_now())


def _plain(text: str) -> str:
    """Text from outside, without control and direction characters that could disturb a terminal."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
