"""gitdm's `github_users.json`, used by DevStats: one object per login and address.

Source: cncf/gitdm and cncf/devstats, https://github.com/cncf/devstats.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from ecotone.people.affiliation_files.chain import Span, read_link, spans_of, written_links
from ecotone.people.affiliation_files.grouping import Grouped, beyond_people, grouped, leave_out, unplaced
from ecotone.people.affiliation_files.json_text import Damaged, JsonText, JsonValue, fields, shown, text_of
from ecotone.people.affiliation_files.model import Affiliations, FileIdentity, FileSpell, LeftOut, ReadResult, Written
from ecotone.people.affiliation_files.tally import Tally
from ecotone.people.affiliation_files.values import (
    Unreadable,
    is_login,
    masked_email,
    read_login,
    read_masked_email,
    read_name,
)

_ENTRY: Final = re.compile(r"""\s*\[\s*(\{[^{}]*"(login|email|affiliation)"|\]\s*\Z)""")
_NOTHING_SAID: Final = frozenset({"?", "-"})


@dataclass(frozen=True, slots=True)
class _User:
    """One object of the file."""

    login: str | None
    email: str | None
    name: str | None
    spans: tuple[Span, ...]
    line: int

    @property
    def account(self) -> str:
        """What distinguishes this object from others of the person."""
        return self.email or self.login or ""


def looks_like(text: str) -> bool:
    """Whether the text is an array of objects with a login, an address or an affiliation."""
    return bool(_ENTRY.match(text))


def read(source: str, text: str) -> ReadResult:
    """Each object of the array is accepted or refused; after damage, reading continues at the next object."""
    tally = Tally(source)
    json_text = JsonText(text)
    if json_text.took("["):
        _settle(_read_array(json_text, tally), tally)
    else:
        tally.refuse(1, text, "the file is not a JSON array of users")
    return tally.result()


def write(said: Affiliations) -> Written:
    """Write one object per login and address of each person, one per line, sorted by login."""
    groups, left = grouped(said)
    seen: set[str | None] = set()
    rows = [row for group in groups for row in _written(group, seen, left)]
    left += beyond_people(said)
    body = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return Written(f"[\n{body}\n]\n" if body else "[]\n", leave_out(left))


def _read_array(json_text: JsonText, tally: Tally) -> list[_User]:
    users: list[_User] = []
    seen: dict[str, int] = {}
    start, is_first = json_text.at, True
    while not json_text.took("]"):
        try:
            if not is_first:
                json_text.expect(",")
            start = json_text.at
            line = json_text.line(start)
            value = json_text.value()
        except Damaged as problem:
            tally.refuse(json_text.line(start), json_text.beginning(start), str(problem))
            is_first = True  # the comma belongs to the damaged object
            if not json_text.to_next_object(max(problem.at, start + 1)):
                return users
            continue
        is_first = False
        with tally.entry(line, shown(value)):
            users.append(_read_user(value, seen, line))
    if not json_text.at_end():
        tally.refuse(json_text.line(), json_text.beginning(json_text.at), "unexpected text after the end of the array")
    return users


def _read_user(value: JsonValue, seen: dict[str, int], line: int) -> _User:
    entry = fields(value, "a user")
    login, email, said, name = (text_of(entry, key) for key in ("login", "email", "affiliation", "name"))
    login = read_login(login) if login else None
    email = read_masked_email(email) if email else None
    account = email or login
    if account is None:
        raise Unreadable("a user has neither a login nor an address")
    links = [] if said is None or said.strip() in _NOTHING_SAID else [read_link(part) for part in said.split(",")]
    spans = tuple(spans_of(dict.fromkeys(links)))
    name = read_name(name, "the person's name") if name else None
    # an address under two logins would link two people
    if account in seen:
        raise Unreadable(f"the same address or bare login is in line {seen[account]} already")
    seen[account] = line
    return _User(login, email, name, spans, line)


def _settle(users: list[_User], tally: Tally) -> None:
    """Add one identity per login; its employers belong to the login unless its addresses contradict each other."""
    by_person: defaultdict[str, list[_User]] = defaultdict(list)
    for user in users:
        by_person[user.login or user.account].append(user)
    for person, its in by_person.items():
        accounts = dict.fromkeys((person, *(user.account for user in its)))
        name = next((user.name for user in its if user.name), None)
        tally.identities.append(FileIdentity(tuple(accounts), name, source=tally.source, line=its[0].line))
        told = [user for user in its if user.spans]
        agreed = len({user.spans for user in told}) == 1
        for user in told[:1] if agreed else told:
            for span in user.spans:
                tally.spell(person if agreed else user.account, *span, user.line)


def _written(group: Grouped, seen: set[str | None], left: list[LeftOut]) -> list[dict[str, str | None]]:
    """The objects of a person: with the same employers for all, or each address with its own."""
    identity = group.identity
    logins = [account for account in identity.accounts if is_login(account)]
    emails = [account for account in identity.accounts if not is_login(account)]
    login = logins[0] if logins else None
    # an object holds one login; further logins are written as no-reply addresses
    emails += [f"{other}@users.noreply.github.com" for other in logins[1:]]
    by_login = [spell for spell in group.spells if is_login(spell.account)]
    by_email = [spell for spell in group.spells if not is_login(spell.account)]
    rows: list[tuple[str | None, list[FileSpell]]]
    if not by_email:
        rows = [(email, by_login) for email in emails] or [(None, by_login)]
    else:
        rows = [(None, by_login)] if by_login else []
        rows += [(email, [spell for spell in by_email if spell.account == email]) for email in emails]
    repeated = [(email, spells) for email, spells in rows if (email or login) in seen]
    for _, spells in repeated:
        left += unplaced("its address belongs to another person already", [identity], spells)
    rows = [row for row in rows if row not in repeated]
    seen.update(email or login for email, _ in rows)
    said = {account: _affiliation(spells, left) for account, spells in rows}
    if not any(said.values()) and len(identity.accounts) == 1 and not identity.name:
        left += unplaced("the format cannot hold bots", [identity] if identity.is_bot else ())
        return []  # a bare account
    return [_row(login, email, said[email], identity.name) for email, _ in rows]


def _row(login: str | None, email: str | None, affiliation: str, name: str | None) -> dict[str, str | None]:
    masked = masked_email(email) if email else None
    row = {"login": login, "email": masked, "affiliation": affiliation or None}
    return row if name is None else {**row, "name": name}


def _affiliation(spells: list[FileSpell], left: list[LeftOut]) -> str:
    reason = "a name in this format must not contain a comma or '<'"
    links = written_links(spells, lambda name: "," not in name and name not in _NOTHING_SAID, reason, left)
    return ", ".join(links)
