"""The private notes of a workspace: its salt, and the people who asked to be forgotten."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa

from ecotone.foundation.errors import MissingTable
from ecotone.people.account_privacy import ErasedPeople, Pseudonyms
from ecotone.people.collected_erasure import erase_from_collected
from ecotone.store.workspace import Workspace


def forgotten_people(workspace: Workspace) -> ErasedPeople:
    """The people who asked to be forgotten in this workspace."""
    notes = workspace.read_private_data()
    return ErasedPeople(
        str(notes.get("salt", "")), dict(notes.get("forgotten", {})), dict(notes.get("forgotten_accounts", {}))
    )


def workspace_pseudonyms(workspace: Workspace) -> Pseudonyms:
    """The workspace's pseudonyms; its salt is made when it is first needed."""
    return Pseudonyms(_workspace_salt(workspace))


def table_protection(workspace: Workspace, people: pa.Table, pseudonymise: bool) -> Callable[[str, pa.Table], pa.Table]:
    """A function of a table's name and the table: without those who asked to be forgotten, with pseudonyms if wanted.

    people  the public table
    """
    erase = forgotten_people(workspace).table_erasure(people)
    names = workspace_pseudonyms(workspace) if pseudonymise else None

    def protect_table(name: str, table: pa.Table) -> pa.Table:
        erased = erase(name, table)
        return erased if names is None else names.pseudonymise_table(erased)

    return protect_table


def forget_person(workspace: Workspace, account_or_person: str) -> str:
    """Remove a person from every table, collected ones too, now and later; returns the name that replaces theirs.

    account_or_person  an account or a person's id
    raises             UnknownName if there is no such person, MissingTable if there are no tables
    """
    from ecotone.people.explanations import find_person  # imported here: every run imports this module

    with workspace.locked_for_writing():
        current = workspace.current_manifest()
        if current is None:
            raise MissingTable(
                f"The workspace {workspace.folder} has no tables yet. Run `ecotone run LANDSCAPE` first."
            )
        names = current.pop("tables")
        tables = {name: workspace.read_table(name) for name in names}
        person = find_person(tables["people"], account_or_person)
        before = replace(forgotten_people(workspace), salt=_workspace_salt(workspace))
        after = before.add_person(tables["people"], person)
        # written first: if the process is killed here, the next run still forgets the person
        workspace.write_private_data(
            {"salt": after.salt, "forgotten": dict(after.digests), "forgotten_accounts": dict(after.accounts)}
        )
        for slug in workspace.collected_slugs():
            _erase_collected(workspace, slug, after)
        workspace.publish_tables(f"{current.pop('generation')}f", after.erase_from_tables(tables), current)
        _write_database(workspace)
    fresh = set(after.digests.values()) - set(before.digests.values())
    return fresh.pop() if fresh else person


def store_collected(workspace: Workspace, slug: str, tables: Mapping[str, pa.Table], state: Mapping[str, Any]) -> None:
    """Keep the tables of a repository or feed, without the people who asked to be forgotten."""
    workspace.write_collected(slug, erase_from_collected(tables, forgotten_people(workspace)), state)


def _erase_collected(workspace: Workspace, slug: str, erased: ErasedPeople) -> None:
    state = workspace.read_collected_state(slug)
    if state is not None:
        names = [name.split(".")[0] for name in state["files"]]
        tables = {name: workspace.read_collected(slug, name) for name in names}
        workspace.write_collected(slug, erase_from_collected(tables, erased), state)


def _workspace_salt(workspace: Workspace) -> str:
    notes = workspace.read_private_data()
    if "salt" not in notes:
        notes = {**notes, "salt": secrets.token_hex(16)}
        workspace.write_private_data(notes)
    return str(notes["salt"])


def _write_database(workspace: Workspace) -> None:
    from ecotone.store.duckdb_engine import write_database

    current = workspace.current_manifest()
    assert current is not None
    tables = {name: workspace.table_path(name) for name in current["tables"]}
    write_database(workspace.database_path, tables, str(current["generation"]))
