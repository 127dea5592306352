"""The command `discover`: rank candidate projects of a field, given a few projects that belong to it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ecotone.cli.console import (
    DEFAULT_WORKSPACE,
    JsonOption,
    QuietOption,
    WorkspaceOption,
    print_json,
    print_lines,
    print_message,
)
from ecotone.foundation.errors import UserError

if TYPE_CHECKING:  # slow to import, and few commands need it
    from ecotone.landscape.candidate_ranking import Candidate
    from ecotone.pipeline.discover import RepositorySearch


def discover(
    seed: Annotated[list[str], typer.Argument(metavar="SEED...", help="Projects that belong, as owner/name.")],
    top: Annotated[int, typer.Option("--top", min=1, help="How many candidates to list.")] = 20,
    terms: Annotated[
        Path | None, typer.Option("--terms", help="A file of terms: repository, term, count, separated by tabs.")
    ] = None,
    github: Annotated[
        bool,
        typer.Option("--github", help="Also search GitHub by terms, topics and contributors; needs a token."),
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write a landscape file of the candidates, with categories.")
    ] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    quiet: QuietOption = False,
    json: JsonOption = False,
) -> None:
    """Rank projects that may belong to the field of the seeds, each with its reasons."""
    from ecotone.pipeline.discover import landscape_proposal, rank_workspace
    from ecotone.store.files import write_bytes
    from ecotone.store.workspace import Workspace

    if output is not None and output.exists():
        raise UserError(f"{output} exists already; choose another name for --output.")
    opened = Workspace.open(workspace)
    with _github_search(github, quiet) as search:
        ranked = rank_workspace(opened, seed, top, terms, search)
    if json:
        print_json(
            {
                "candidates": [
                    _candidate_row(number, candidate) for number, candidate in enumerate(ranked.candidates, 1)
                ],
                "packages": [asdict(package) for package in ranked.packages],
            }
        )
    else:
        print_lines(
            [f"{len(ranked.candidates)} of {ranked.projects} projects, the nearest to {', '.join(ranked.seeds)}:"]
        )
        for number, candidate in enumerate(ranked.candidates, 1):
            print_lines([f"{number:3}  {candidate.score:5.2f}  {candidate.project}"])
            print_lines([f"            {_candidate_reason(candidate)}"])
        if ranked.packages:
            print_lines(["", "Packages that these projects use and few others:"])
        for package in ranked.packages:
            used = f"used by {package.users} of your {package.members} projects"
            print_lines([f"  {package.package:40}  {used}, by {package.others} of {package.rest} others"])
    if output is not None:
        rows = opened.read_table("clusters").to_pylist()
        labels = [(row["project"], row["label"], row["label_zh"]) for row in rows if row["level"] == "field"]
        write_bytes(output, landscape_proposal(ranked, labels).encode())
        print_message(f"{output} is written. Edit it, then run: ecotone run {output}", quiet)


def _candidate_row(number: int, candidate: Candidate) -> dict[str, object]:
    return {
        "rank": number,
        "project": candidate.project,
        "score": round(candidate.score, 6),
        "nearest": candidate.nearest,
        "reason": _candidate_reason(candidate),
        "shared": {part.view: {"count": part.count, "things": part.feature_names} for part in candidate.shared},
    }


def _candidate_reason(candidate: Candidate) -> str:
    """What a candidate shares with its nearest seed."""
    from ecotone.landscape.explanations import explain_similarity

    return explain_similarity(candidate.shared, candidate.nearest)


@contextmanager
def _github_search(wanted: bool, quiet: bool) -> Iterator[RepositorySearch | None]:
    """GitHub's search if it is wanted, else None. Raises UserError without a token."""
    if not wanted:
        yield None
        return
    from ecotone.events.sources.github.client import BASE_URL, GitHubClient
    from ecotone.events.sources.github.token_lookup import LOOKUP_ADVICE, find_tokens
    from ecotone.pipeline.github_search import GitHubSearch
    from ecotone.pipeline.steps import utc_now

    tokens = find_tokens(os.environ, BASE_URL)
    if not tokens:
        raise UserError(f"Searching GitHub needs a token. {LOOKUP_ADVICE}")
    with GitHubClient(BASE_URL, tokens, on_wait=lambda text: print_message(text, quiet)) as client:
        yield GitHubSearch(client, utc_now())
