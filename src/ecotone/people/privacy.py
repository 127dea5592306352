"""What may be shown of an account outside the workspace: a login, or a pseudonym and the domain."""

from __future__ import annotations

import pyarrow as pa

from ecotone.people.persons import NOREPLY, key_of, person_id

ACCOUNT_COLUMNS = ("account", "counterpart")


def public_account(account: str | None) -> str | None:
    """The login where the account names one; else a pseudonym at the address's domain.

    >>> public_account("123+octo@users.noreply.github.com"), public_account("octo")
    ('octo', 'octo')
    >>> public_account("jo@example.org")
    'p80c0a04f@example.org'
    """
    if account is None:
        return None
    if match := NOREPLY.match(account.strip()):
        return match[1]
    if "@" not in account:
        return account
    return f"{person_id(key_of(account))[:9]}@{account.rpartition('@')[2].strip()}"


def without_addresses(table: pa.Table) -> pa.Table:
    """The table with every account as it may be shown; event ids lose the address they may end in."""
    for name in ACCOUNT_COLUMNS:
        if name in table.column_names:
            shown = pa.array([public_account(value) for value in table[name].to_pylist()], pa.string())
            table = table.set_column(table.schema.get_field_index(name), name, shown)
    if "event_id" in table.column_names:
        shown = pa.array([_public_id(value) for value in table["event_id"].to_pylist()], pa.string())
        table = table.set_column(table.schema.get_field_index("event_id"), "event_id", shown)
    return table


def _public_id(event_id: str) -> str:
    head, mark, account = event_id.partition("#co_author:")
    if not mark:
        head, mark, account = event_id.partition("#review:")
    return f"{head}{mark}{public_account(account)}" if mark else event_id
