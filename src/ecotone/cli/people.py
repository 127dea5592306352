"""The commands about people and evidence: `explain`, `people`, `affiliations export` and `forget`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ecotone.cli.console import (
    DEFAULT_WORKSPACE,
    CommandGroup,
    JsonOption,
    WorkspaceOption,
    print_json,
    print_lines,
    print_message,
)
from ecotone.foundation.output_text import without_controls

if TYPE_CHECKING:
    from ecotone.people.review_list import PersonToName

DEFAULT_CONFLICTS = 20

affiliations = typer.Typer(cls=CommandGroup, help="Affiliations of people, for other tools.", no_args_is_help=True)


def explain(
    subject: Annotated[
        str, typer.Argument(help='An account, a person\'s id, "ORGANISATION in PROJECT", or a pull request PROJECT#N.')
    ],
    technology: Annotated[
        str | None,
        typer.Argument(
            help="After a project: a technology or package (what declares or names it), or `label` (where the project"
            " calls itself an AI tool)."
        ),
    ] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Explain an identity, an affiliation, a merged pull request, what declares a technology, or the label AI tool."""
    from ecotone.api import open_workspace
    from ecotone.cli.technology_lines import NEEDED_TABLES, explain_word, list_word_lines
    from ecotone.events.request_explanation import explain_request, parse_request_subject
    from ecotone.people import explanations

    opened = open_workspace(workspace)
    if technology is not None:
        explained = explain_word({name: opened.table(name).to_arrow() for name in NEEDED_TABLES}, subject, technology)
        print_json(explained) if json else print_lines(list_word_lines(explained))
        return
    if request := parse_request_subject(subject):
        pulls, events = (opened.table(name).to_arrow() for name in ("pulls", "events"))
        requests = explain_request(pulls, events, *request)
        print_json(requests) if json else print_lines(_request_lines(requests))
        return
    tables = {name: opened.table(name).to_arrow() for name in explanations.NAMES_NEEDED}
    organisation, within, project = subject.rpartition(" in ")
    if within:
        explanation = explanations.explain_organisation_share(tables, organisation.strip(), project.strip())
    else:
        explanation = explanations.explain_person(tables, explanations.find_person(tables["people"], subject))
    if json:
        print_json(explanation)
    else:
        print_lines(_organisation_lines(explanation) if within else _person_lines(explanation))


def people(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    conflicts: Annotated[bool, typer.Option("--conflicts", help="List identities and affiliations to review.")] = False,
    review: Annotated[
        bool, typer.Option("--review", help="List the people whose unknown employer matters most.")
    ] = False,
    project: Annotated[str | None, typer.Option("--project", help="With --review: one project.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", help="With --review: the first month, YYYY-MM; otherwise the last 36.")
    ] = None,
    write: Annotated[
        Path | None, typer.Option("--write", help="With --review: add the people to this file, to be answered.")
    ] = None,
    top: Annotated[
        int | None, typer.Option("--top", min=1, help="How many to list: 20 conflicts, 5 people to review.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Count people, bots and agents; --conflicts and --review list what to decide first."""
    from ecotone.api import open_workspace
    from ecotone.people import explanations

    opened = open_workspace(workspace)
    if review:
        _review_people(opened, project, since, top, write, json)
        return
    if not conflicts:
        _print_counts(opened.people().to_arrow(), json)
        return
    tables = {name: opened.table(name).to_arrow() for name in explanations.NAMES_NEEDED}
    conflicting = explanations.find_conflicts(tables)[: top or DEFAULT_CONFLICTS]
    if json:
        print_json([asdict(conflict) for conflict in conflicting])
        return
    print_lines(
        f"{conflict.acts:8,}  {conflict.kind:20}  {' '.join(conflict.persons)}  {conflict.says}"
        for conflict in conflicting
    )
    print_message("`ecotone explain PERSON` shows the evidence; a [[person]] in the landscape file decides.")


def _review_people(
    opened: Any, project: str | None, since: str | None, top: int | None, write: Path | None, json: bool
) -> None:
    from ecotone.foundation.months import parse_month
    from ecotone.people.review_list import DEFAULT_REVIEWED, find_people_to_name, format_percent, landscape_lines

    tables = {name: opened.table(name).to_arrow() for name in ("person_months", "people", "core_team")}
    listed = find_people_to_name(tables, project, parse_month(since) if since else None, top or DEFAULT_REVIEWED)
    if json:
        print_json([asdict(person) for person in listed])
    elif not listed:
        print_message("The employer of everybody who committed in the period is known.")
    elif not write:
        for person in listed:
            core = "  can merge" if person.is_core else ""
            print_message(
                f"{person.commits:,} commits; unknown {format_percent(person.unknown_before)} ->"
                f" {format_percent(person.unknown_after)}{core}  {' '.join(person.handles)}"
            )
        print_lines(landscape_lines(listed).splitlines())
    if write:
        _write_answers(write, listed)


def _write_answers(path: Path, listed: list[PersonToName]) -> None:
    """Add the people who are not in the file yet."""
    from ecotone.foundation.landscape import read_people_file
    from ecotone.people.review_list import landscape_lines, without_answered
    from ecotone.store.files import write_bytes

    written = read_people_file(path) if path.exists() else []
    added = without_answered(listed, (account for person in written for account in person.same_person))
    text = path.read_text("utf-8") if path.exists() else ""
    separator = "\n" if text and added else ""
    write_bytes(path, (text + separator + landscape_lines(added)).encode())
    print_message(
        f"{len(added)} people added to {path}. Fill in `affiliations`, name the file in the landscape with"
        f' people_files = ["{path.name}"], and run again.'
    )


@affiliations.command("export")
def export_affiliations(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    file_format: Annotated[
        Literal["gitdm", "sortinghat", "csv"], typer.Option("--format", "-f", help="The format.")
    ] = "csv",
    output: Annotated[str, typer.Option("--output", "-o", help="A file; - is standard output.")] = "-",
) -> None:
    """Export all affiliations, by login or pseudonym: e-mail addresses never leave the workspace."""
    from ecotone.api import open_workspace
    from ecotone.people import affiliation_files
    from ecotone.people.affiliation_export import exported_affiliations
    from ecotone.store.files import write_bytes

    opened = open_workspace(workspace)
    result = exported_affiliations(opened.people().to_arrow(), opened.affiliations().to_arrow())
    written = affiliation_files.write_affiliation_file(file_format, result)
    if output == "-":
        sys.stdout.write(without_controls(written.text))
    else:
        write_bytes(Path(output), written.text.encode())
        print_message(f"{len(result.affiliations)} affiliations written to {output}")
    if written.left_out:
        print_message(f"{len(written.left_out)} statements do not fit this format: {written.left_out[0].reason}")


def forget(
    account: Annotated[str, typer.Argument(help="An account or a person's id.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """Remove a person from every table, now and in every later run; totals stay.

    The person is removed from the collected tables too. The copies of the repositories under `clones` and the stores of
    the feeds under `feeds` do not change, but nothing of the person is taken from them any more.
    """
    from ecotone.pipeline.erasure import forget_person as forget_person
    from ecotone.store.workspace import Workspace

    name = forget_person(Workspace.open(workspace), account)
    print_message(f"Done: the tables now have {name!r} in place of the person; later runs of this workspace keep it.")


def _request_lines(requests: list[dict[str, Any]]) -> list[str]:
    lines = []
    for row in requests:
        lines.append(f"pull request {row['repository']}#{row['number']} by {row['person'] or '(unknown)'}")
        lines.append(f"  opened  {row['opened_at'] or 'unknown'}")
        commit = f" by commit {row['commit']}" if row["commit"] else ""
        lines.append(f"  merged  {row['merged_at'] + commit if row['merged_at'] else 'not recognised as merged'}")
        lines.append(f"  evidence  {row['evidence']}")
    return lines


def _person_lines(explanation: dict[str, Any]) -> list[str]:
    lines = [f"person {explanation['person']}", "accounts"]
    lines += [f"  {row['account']}  [{row['actor_kind']}]  {row['evidence']}" for row in explanation["accounts"]]
    lines += ["matches"] if explanation["matches"] else []
    for row in explanation["matches"]:
        used = f"not used: {row['refused']}" if row["refused"] else row["strength"]
        lines.append(f"  {row['account']} - {row['other_account']}  {row['rule']} ({used}): {row['evidence']}")
    lines += ["affiliations"] if explanation["affiliations"] else ["affiliations: none known"]
    lines += [f"  {_affiliation_text(row)}" for row in explanation["affiliations"]]
    lines += ["can merge"] if explanation["core_teams"] else []
    for row in explanation["core_teams"]:
        dates = f"shown by {row['since']:%Y-%m-%d}, last {row['last']:%Y-%m-%d}"
        lines.append(f"  {row['project']}  {dates}  {row['acts']:,} acts that need write access: {row['grounds']}")
    lines += ["teams of owners"] if explanation["owner_teams"] else []
    lines += [
        f"  {row['project']}  {row['year']}  {row['agreeing']} of {row['known']} known core people work for"
        f" {row['organisation']}, whose repository it is"
        for row in explanation["owner_teams"]
    ]
    lines += ["acts"]
    return lines + [
        f"  {row['project']}  {_date_span(row['first'], row['last'])}  {row['acts']:,} acts as {row['account']}:"
        f" {row['organisation'] or '(unknown)'}, {row['because']}"
        for row in explanation["acts"]
    ]


def _organisation_lines(explanation: dict[str, Any]) -> list[str]:
    bases = ", ".join(f"{count:,} {basis}" for basis, count in explanation["by_basis"].items())
    lines = [f"{explanation['organisation']} in {explanation['project']}: {explanation['commits']:,} commits ({bases})"]
    for person in explanation["people"]:
        lines.append(f"person {person['person']}")
        lines += [f"  {_affiliation_text(row)}" for row in person["affiliations"]]
        lines += [
            f"  {_date_span(row['first'], row['last'])}  {row['commits']:,} commits as {row['account']}: {row['basis']}"
            for row in person["acts"]
        ]
    return lines


def _affiliation_text(row: dict[str, Any]) -> str:
    owner = f"; owned by {row['owner']}" if row.get("owner") else ""
    since = f" since {row['owner_since']}" if row.get("owner_since") else ""
    dates = f"[{row['since'] or 'always'}, {row['until'] or 'open'})"
    return f"{row['organisation'] or '(no employer named)'}  {dates}  {row['evidence']}; {row['source']}{owner}{since}"


def _date_span(first: object, last: object) -> str:
    return f"{first} to {last}"


def _print_counts(table: Any, json: bool) -> None:
    import pyarrow.compute as pc

    counted = {
        kind: {
            "accounts": chosen.num_rows,
            "persons": len(pc.unique(chosen["person"])),
        }
        for kind in ("person", "bot", "agent")
        if (chosen := table.filter(pc.equal(table["actor_kind"], kind))) is not None
    }
    if json:
        print_json(counted)
        return
    print_lines(f"{kind:8} {row['persons']:8,} with {row['accounts']:8,} accounts" for kind, row in counted.items())
