"""Commands about people: why, people, affiliations export, forget."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

import pyarrow.compute as pc
import typer

from ecotone.api import open_workspace
from ecotone.cli.console import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption, print_json, results, say

CONFLICTS_SHOWN = 20
FORMATS = {"gitdm": "gitdm", "sortinghat": "sortinghat", "csv": "csv"}

affiliations = typer.Typer(help="Who worked for whom: write it for other tools.", no_args_is_help=True)


def why(
    subject: Annotated[str, typer.Argument(help='An account, a person\'s id, or "ORGANISATION in PROJECT".')],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Why Ecotone says so: the rules, sources and dates behind a person or an organisation in a project."""
    from ecotone.people import evidence

    opened = open_workspace(workspace)
    tables = {name: opened.table(name).to_arrow() for name in evidence.NAMES_NEEDED}
    organisation, within, project = subject.rpartition(" in ")
    if within:
        found = evidence.why_organisation(tables, organisation.strip(), project.strip())
    else:
        found = evidence.why_person(tables, evidence.person_of(tables["people"], subject))
    if json:
        print_json(found)
    else:
        _print(_organisation_lines(found) if within else _person_lines(found))


def people(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    conflicts: Annotated[bool, typer.Option("--conflicts", help="What a curator should look at first.")] = False,
    top: Annotated[int, typer.Option("--top", min=1, help="How many conflicts.")] = CONFLICTS_SHOWN,
    json: JsonOption = False,
) -> None:
    """How many people, bots and agents there are; with --conflicts what is worth a curator's time."""
    from ecotone.people import evidence

    opened = open_workspace(workspace)
    if not conflicts:
        _print_counts(opened.people().to_arrow(), json)
        return
    tables = {name: opened.table(name).to_arrow() for name in evidence.NAMES_NEEDED}
    found = evidence.conflicts(tables)[:top]
    if json:
        print_json([asdict(one) for one in found])
        return
    _print([f"{one.acts:8,}  {one.kind:20}  {' '.join(one.persons)}  {one.says}" for one in found])
    say("`ecotone why PERSON` shows the evidence; [[person]] in the landscape file settles it.")


@affiliations.command("export")
def export_affiliations(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    file_format: Annotated[Literal["gitdm", "sortinghat", "csv"], typer.Option("--format", "-f", help="How.")] = "csv",
    output: Annotated[str, typer.Option("--output", "-o", help="A file; - is standard output.")] = "-",
) -> None:
    """Every spell, by login or pseudonym: e-mail addresses never leave the workspace."""
    from ecotone.people import affiliation_files
    from ecotone.people.affiliation_statements import affiliations_of
    from ecotone.store.files import write_bytes

    opened = open_workspace(workspace)
    said = affiliations_of(opened.people().to_arrow(), opened.affiliations().to_arrow())
    written = affiliation_files.write(FORMATS[file_format], said)
    if output == "-":
        sys.stdout.write(written.text)
    else:
        write_bytes(Path(output), written.text.encode())
        say(f"{len(said.spells)} spells written to {output}")
    if written.left_out:
        say(f"{len(written.left_out)} statements have no place in this format: {written.left_out[0].reason}")


def forget(
    account: Annotated[str, typer.Argument(help="An account or a person's id.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """Remove a person from every table, now and in every later run; totals stay.

    What the repositories themselves publish is not changed: their copies under `clones` and `collected` are only
    read, and nothing of the person passes from there into a table any more.
    """
    from ecotone.pipeline.forgetting import forget as forget_person
    from ecotone.store.workspace import Workspace

    name = forget_person(Workspace.open(workspace), account)
    say(f"Done: where the person stood, the tables now say {name!r}; later runs of this workspace keep it so.")


def _print(lines: Sequence[str]) -> None:
    for line in lines:
        results.print("".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in line),
                      markup=False)  # fmt: skip


def _person_lines(found: dict[str, Any]) -> list[str]:
    lines = [f"person {found['person']}", "accounts"]
    lines += [f"  {row['account']}  [{row['actor_kind']}]  {row['evidence']}" for row in found["accounts"]]
    lines += ["ties"] if found["ties"] else []
    for row in found["ties"]:
        used = f"not used: {row['refused']}" if row["refused"] else row["strength"]
        lines.append(f"  {row['account']} - {row['other']}  {row['rule']} ({used}): {row['evidence']}")
    lines += ["affiliations"] if found["affiliations"] else ["affiliations: none is known"]
    lines += [f"  {_spell(row)}" for row in found["affiliations"]]
    lines += ["acts"]
    return lines + [
        f"  {row['project']}  {_span(row['first'], row['last'])}  {row['acts']:,} acts as {row['account']}:"
        f" {row['organisation'] or '(unknown)'}, {row['because']}"
        for row in found["acts"]
    ]


def _organisation_lines(found: dict[str, Any]) -> list[str]:
    grounds = ", ".join(f"{count:,} {basis}" for basis, count in found["by_basis"].items())
    lines = [f"{found['organisation']} in {found['project']}: {found['commits']:,} commits ({grounds})"]
    for person in found["people"]:
        lines.append(f"person {person['person']}")
        lines += [f"  {_spell(row)}" for row in person["affiliations"]]
        lines += [
            f"  {_span(row['first'], row['last'])}  {row['commits']:,} commits as {row['account']}: {row['basis']}"
            for row in person["acts"]
        ]
    return lines


def _spell(row: dict[str, Any]) -> str:
    owner = f"; owned by {row['owner']}" if row.get("owner") else ""
    since = f" since {row['owner_since']}" if row.get("owner_since") else ""
    dates = f"[{row['since'] or 'always'}, {row['until'] or 'open'})"
    return f"{row['organisation']}  {dates}  {row['evidence']}; {row['source']}{owner}{since}"


def _span(first: object, last: object) -> str:
    return f"{first} to {last}"


def _print_counts(table: Any, json: bool) -> None:
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
    _print([f"{kind:8} {row['persons']:8,} with {row['accounts']:8,} accounts" for kind, row in counted.items()])
