"""Which accounts belong to one person, by declared rules, each join with its evidence.

Nothing is guessed: two accounts are one person only where a rule says so. A GitHub no-reply address gives the
login away, so such an address and the login are one; `.mailmap` is the project's own word.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from ecotone.people.actors import actor_kind

PEOPLE_SCHEMA: Final = pa.schema(
    [("account", pa.string()), ("person", pa.string()), ("actor_kind", pa.string()), ("evidence", pa.string())]
)
NOREPLY: Final = re.compile(r"(?:[^@+]+\+)?([^@+]+)@users\.noreply\.github\.com\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tie:
    """Two accounts held to be one person, and why."""

    one: str
    other: str
    evidence: str


def key_of(account: str) -> str:
    """What makes two spellings of an account the same: the login, or the address without regard to capitals.

    >>> key_of("12+Octo@users.noreply.github.com"), key_of("A@B.org"), key_of("Octo")
    ('login:octo', 'email:a@b.org', 'login:octo')
    """
    if match := NOREPLY.match(account.strip()):
        return f"login:{match[1].casefold()}"
    return f"{'email' if '@' in account else 'login'}:{account.strip().casefold()}"


def mailmap_ties(identities: pa.Table) -> list[Tie]:
    """The joins that `.mailmap` files declare; `identities` has email and mailmap_email."""
    pairs = zip(identities["email"].to_pylist(), identities["mailmap_email"].to_pylist(), strict=True)
    return [Tie(one, other, ".mailmap") for one, other in sorted(set(pairs)) if one != other and one and other]


def resolve(accounts: Iterable[str], ties: Sequence[Tie], names: Mapping[str, Sequence[str]]) -> pa.Table:
    """One row an account: its person, what kind of actor that is, and the evidence.

    accounts  what acts are signed with: e-mails and logins
    ties      joins beyond the spelling of the account itself
    names     account -> the names it signed with
    returns   PEOPLE_SCHEMA, by account
    """
    listed = sorted(set(accounts))
    keys = sorted({key_of(account) for account in [*listed, *(end for tie in ties for end in (tie.one, tie.other))]})
    position = {key: index for index, key in enumerate(keys)}
    parent = np.arange(len(keys))
    reasons: dict[str, set[str]] = {}
    for tie in ties:
        one, other = key_of(tie.one), key_of(tie.other)
        if one != other:
            _join(parent, position[one], position[other])
            for key in (one, other):
                reasons.setdefault(key, set()).add(tie.evidence)
    roots = [_root(parent, index) for index in range(len(keys))]
    anchors: dict[int, str] = {}
    for key, root in zip(keys, roots, strict=True):
        # a login outlives an address: the person is named by the first login, else by the first address
        if root not in anchors or (key.startswith("login:") and not anchors[root].startswith("login:")):
            anchors[root] = key
    rows = [_row(account, anchors[roots[position[key_of(account)]]], names, reasons) for account in listed]
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    return pa.table([pa.array(column, pa.string()) for column in columns], schema=PEOPLE_SCHEMA)


def person_id(anchor: str) -> str:
    """A short stable id that does not give the address away."""
    return "p" + hashlib.sha256(anchor.encode()).hexdigest()[:15]


def _row(
    account: str, anchor: str, names: Mapping[str, Sequence[str]], reasons: Mapping[str, set[str]]
) -> tuple[str, str, str, str]:
    key = key_of(account)
    evidence = ["no-reply address names the login" if NOREPLY.match(account) else "the account itself"]
    evidence += sorted(reasons.get(key, ()))
    login = key.removeprefix("login:") if key.startswith("login:") else None
    email = account if "@" in account else None
    # a rule on names counts only if every name that the account signed with agrees
    kinds = [actor_kind(name, email, login) for name in names.get(account) or ("",)]
    first = kinds[0]
    if first.kind != "person" and all(kind.kind == first.kind for kind in kinds):
        evidence.append(f"{first.kind}: {first.rule}")
        return account, person_id(anchor), first.kind, "; ".join(evidence)
    return account, person_id(anchor), "person", "; ".join(evidence)


def _root(parent: np.ndarray, index: int) -> int:
    while parent[index] != index:
        parent[index] = parent[parent[index]]
        index = int(parent[index])
    return index


def _join(parent: np.ndarray, one: int, other: int) -> None:
    first, second = _root(parent, one), _root(parent, other)
    parent[max(first, second)] = min(first, second)
