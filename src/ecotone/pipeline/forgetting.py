"""The private notes of a workspace: its salt, and the people who asked to be forgotten."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

import pyarrow as pa

from ecotone.foundation.errors import MissingTable
from ecotone.people.evidence import person_of
from ecotone.people.privacy import Forgotten, Pseudonyms
from ecotone.store.workspace import Workspace


def forgotten(workspace: Workspace) -> Forgotten:
    """The people who asked to be forgotten in this workspace."""
    kept = workspace.private()
    return Forgotten(str(kept.get("salt", "")), dict(kept.get("forgotten", {})))


def pseudonyms(workspace: Workspace) -> Pseudonyms:
    """The workspace's pseudonyms; its salt is made when it is first needed."""
    return Pseudonyms(_salt(workspace))


def protected(workspace: Workspace, tables: Mapping[str, pa.Table], pseudonymise: bool) -> dict[str, pa.Table]:
    """The tables without those who asked to be forgotten, and with pseudonyms if wanted."""
    shown = forgotten(workspace).removed(tables)
    if pseudonymise:
        names = pseudonyms(workspace)
        shown = {name: names.table(table) for name, table in shown.items()}
    return shown


def forget(workspace: Workspace, who: str) -> str:
    """Remove a person from every table, now and in every later run; returns the name that replaces theirs.

    who     an account or a person's id
    raises  UnknownName if there is no such person, MissingTable if there are no tables
    """
    with workspace.writing():
        current = workspace.current()
        if current is None:
            raise MissingTable(
                f"The workspace {workspace.folder} has no tables yet. Run `ecotone run LANDSCAPE` first."
            )
        names = current.pop("tables")
        tables = {name: workspace.table(name) for name in names}
        person = person_of(tables["people"], who)
        before = Forgotten(_salt(workspace), forgotten(workspace).digests)
        after = before.with_person(tables["people"], person)
        # written first: if the process is killed here, the next run still forgets the person
        workspace.keep_private({"salt": after.salt, "forgotten": dict(after.digests)})
        workspace.publish(f"{current.pop('generation')}f", after.removed(tables), current)
        _write_database(workspace)
    fresh = set(after.digests.values()) - set(before.digests.values())
    return fresh.pop() if fresh else person


def _salt(workspace: Workspace) -> str:
    kept = workspace.private()
    if "salt" not in kept:
        kept = {**kept, "salt": secrets.token_hex(16)}
        workspace.keep_private(kept)
    return str(kept["salt"])


def _write_database(workspace: Workspace) -> None:
    from ecotone.store.engine import write_database

    current = workspace.current()
    assert current is not None
    tables = {name: workspace.table(name) for name in current["tables"]}
    write_database(workspace.database, tables, str(current["generation"]))
