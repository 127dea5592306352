"""The command `discover`: rank candidate projects of a field, given a few projects that belong to it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
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
    progress_reporter,
)
from ecotone.foundation.errors import UserError

if TYPE_CHECKING:  # slow to import, and few commands need it
    from ecotone.landscape.candidate_ranking import Candidate
    from ecotone.landscape.field_extraction import Membership
    from ecotone.pipeline.discover import Ranking, RepositorySearch
    from ecotone.pipeline.extract_field import ExtractionRequest


def discover(
    seed: Annotated[
        list[str] | None, typer.Argument(metavar="SEED...", help="Projects that belong, as owner/name.")
    ] = None,
    top: Annotated[int, typer.Option("--top", min=1, help="How many candidates to list.")] = 20,
    terms: Annotated[
        Path | None, typer.Option("--terms", help="A file of terms: repository, term, count, separated by tabs.")
    ] = None,
    github: Annotated[
        bool,
        typer.Option("--github", help="Also search GitHub by terms, topics and contributors; needs a token."),
    ] = False,
    source: Annotated[
        str | None,
        typer.Option("--from", help="Extract the field from all of GitHub's events: clickhouse, gharchive, bigquery."),
    ] = None,
    words: Annotated[
        str | None, typer.Option("--words", help="With --from and without seeds: a topic that finds them.")
    ] = None,
    sample: Annotated[float, typer.Option("--sample", help="With --from: the share of hours that is read.")] = 0.01,
    until: Annotated[
        str | None, typer.Option("--until", help="With --from: the last of 24 months, as 2026-06.")
    ] = None,
    location: Annotated[
        str | None, typer.Option("--location", help="With --from: the server, or address or folder of hour files.")
    ] = None,
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
    if source is not None:
        request = _extraction_request(source, seed or (), words, sample, until, location, workspace)
        _print_extraction(request, top, output, quiet, json)
        return
    if not seed:
        raise UserError("Give SEED... as owner/name. A topic instead of seeds needs --from: see `ecotone discover -h`.")
    opened = Workspace.open(workspace)
    with _github_search(github, quiet) as search:
        ranked = rank_workspace(opened, seed, top, terms, search)
    _print_ranking(ranked, json)
    if output is not None:
        rows = opened.read_table("clusters").to_pylist()
        labels = [(row["project"], row["label"], row["label_zh"]) for row in rows if row["level"] == "field"]
        write_bytes(output, landscape_proposal(ranked, labels).encode())
        print_message(f"{output} is written. Edit it, then run: ecotone run {output}", quiet)


def _print_ranking(ranked: Ranking, json: bool) -> None:
    """The candidates and the packages that they use."""
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


def _extraction_request(
    source: str, seeds: Sequence[str], words: str | None, sample: float, until: str | None, location: str | None,
    workspace: Path,
) -> ExtractionRequest:  # fmt: skip
    from ecotone.foundation.months import add_months, parse_month, start_of_month
    from ecotone.pipeline.extract_field import ExtractionRequest, seeds_as_given
    from ecotone.pipeline.steps import utc_now
    from ecotone.store.workspace import Workspace

    end = add_months(parse_month(until), 1) if until else start_of_month(utc_now())  # this month is not over
    folder = workspace / "sampled-hours"
    if source == "gharchive":
        Workspace.create(workspace)
    return ExtractionRequest(source, seeds_as_given(seeds), words, end, sample, location, folder)


def _print_extraction(request: ExtractionRequest, top: int, output: Path | None, quiet: bool, json: bool) -> None:
    """The field around the seeds, with reasons, and what was left out."""
    from ecotone.pipeline import extract_field
    from ecotone.store.files import write_bytes

    if request.engine == "bigquery":
        print_lines(extract_field.bigquery_statements(request).rstrip().split("\n"))
        print_message(
            "Ecotone does not connect to BigQuery: run these statements there. They are the first step.", quiet
        )
        return
    with progress_reporter(quiet) as reporter:
        extraction = extract_field.extract_from_events(request, reporter.report_item)
    field = extraction.field
    left_out = [(item, extract_field.exclusion_reason(item, field))
                for item in extract_field.leading_exclusions(field, top)]  # fmt: skip
    notes = extract_field.describe_sample(extraction, request)
    if json:
        print_json(
            {
                "seeds": field.seeds,
                "settled": field.settled,
                "sample": notes,
                "members": [_member_row(item, extraction.groups[item.repository]) for item in field.members],
                "left_out": [{**_member_row(item, None), "reason": reason} for item, reason in left_out],
            }
        )
    else:
        print_lines([f"The field around {', '.join(field.seeds)} has {len(field.members)} projects:"])
        for number, item in enumerate(field.members, 1):
            print_lines([f"{number:3}  {item.focus:5.2f}  {item.repository}"])
            print_lines([f"            {extract_field.membership_reason(item)}"])
        if left_out:
            print_lines(["", "Left out, of those that share most people with it:"])
        for item, reason in left_out:
            print_lines([f"  {item.repository:40}  {reason}"])
        print_lines(["", *notes])
    if output is not None:
        write_bytes(output, extract_field.extraction_proposal(extraction, request).encode())
        print_message(f"{output} is written. Edit it, then run: ecotone run {output}", quiet)


def _member_row(item: Membership, group: int | None) -> dict[str, object]:
    from ecotone.pipeline.extract_field import membership_reason

    return {
        "project": item.repository,
        "group": group,
        "focus": round(item.focus, 6),
        "error": None if item.error is None else round(item.error, 6),
        "subsamples": item.included,
        "people": item.people,
        "shared": [{"project": member, "people": count} for member, count in item.shared],
        "reason": membership_reason(item),
    }


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
