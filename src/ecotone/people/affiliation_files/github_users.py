"""gitdm's `github_users.json`, used by DevStats: one object per login and address.

Source: cncf/gitdm and cncf/devstats, https://github.com/cncf/devstats.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from ecotone.people.affiliation_files.by_identity import (
    IdentityWithAffiliations,
    group_by_identity,
    leave_out_beyond_people,
    leave_out_for_reason,
    sort_left_out,
)
from ecotone.people.affiliation_files.field_parsers import (
    Unreadable,
    is_login_account,
    mask_email,
    parse_login,
    parse_masked_email,
    parse_name,
)
from ecotone.people.affiliation_files.gitdm_employment_list import (
    EmploymentSpan,
    format_employment_links,
    parse_employment_link,
    spans_of_links,
)
from ecotone.people.affiliation_files.json_with_lines import (
    DamagedJson,
    JsonReader,
    JsonValue,
    fields_of_object,
    json_excerpt,
    text_field,
)
from ecotone.people.affiliation_files.result_builder import ResultBuilder
from ecotone.people.affiliation_files.statements import (
    FileAffiliation,
    FileIdentity,
    FileStatements,
    LeftOut,
    ReadResult,
    WrittenFile,
)

_ENTRY: Final = re.compile(r"""\s*\[\s*(\{[^{}]*"(login|email|affiliation)"|\]\s*\Z)""")
_NOTHING_SAID: Final = frozenset({"?", "-"})


@dataclass(frozen=True, slots=True)
class _User:
    """One object of the file."""

    login: str | None
    email: str | None
    name: str | None
    spans: tuple[EmploymentSpan, ...]
    line: int

    @property
    def distinguishing_account(self) -> str:
        """What distinguishes this object from others of the person."""
        return self.email or self.login or ""


def matches_content(text: str) -> bool:
    """Whether the text is an array of objects with a login, an address or an affiliation."""
    return bool(_ENTRY.match(text))


def read_statements(source: str, text: str) -> ReadResult:
    """Each object of the array is accepted or refused; after damage, reading continues at the next object."""
    tally = ResultBuilder(source)
    json_text = JsonReader(text)
    if json_text.read_mark("["):
        _add_identities_and_affiliations(_read_array(json_text, tally), tally)
    else:
        tally.refuse_entry(1, text, "the file is not a JSON array of users")
    return tally.build_result()


def write_statements(statements: FileStatements) -> WrittenFile:
    """Write one object per login and address of each person, one per line, sorted by login."""
    groups, left_out = group_by_identity(statements)
    written_accounts: set[str | None] = set()
    rows = [row for group in groups for row in _objects_of_person(group, written_accounts, left_out)]
    left_out += leave_out_beyond_people(statements)
    body = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return WrittenFile(f"[\n{body}\n]\n" if body else "[]\n", sort_left_out(left_out))


def _read_array(json_text: JsonReader, tally: ResultBuilder) -> list[_User]:
    users: list[_User] = []
    line_of_account: dict[str, int] = {}
    start, is_first = json_text.position, True
    while not json_text.read_mark("]"):
        try:
            if not is_first:
                json_text.expect_mark(",")
            start = json_text.position
            line = json_text.line_number(start)
            value = json_text.read_value()
        except DamagedJson as problem:
            tally.refuse_entry(json_text.line_number(start), json_text.excerpt_from(start), str(problem))
            is_first = True  # the comma belongs to the damaged object
            if not json_text.move_to_next_object(max(problem.position, start + 1)):
                return users
            continue
        is_first = False
        with tally.count_entry(line, json_excerpt(value)):
            users.append(_read_user(value, line_of_account, line))
    if not json_text.at_end():
        tally.refuse_entry(
            json_text.line_number(),
            json_text.excerpt_from(json_text.position),
            "unexpected text after the end of the array",
        )
    return users


def _read_user(value: JsonValue, line_of_account: dict[str, int], line: int) -> _User:
    entry = fields_of_object(value, "a user")
    login, email, affiliation, name = (text_field(entry, key) for key in ("login", "email", "affiliation", "name"))
    login = parse_login(login) if login else None
    email = parse_masked_email(email) if email else None
    account = email or login
    if account is None:
        raise Unreadable("a user has neither a login nor an address")
    links = (
        []
        if affiliation is None or affiliation.strip() in _NOTHING_SAID
        else [parse_employment_link(part) for part in affiliation.split(",")]
    )
    spans = tuple(spans_of_links(dict.fromkeys(links)))
    name = parse_name(name, "the person's name") if name else None
    # an address under two logins would link two people
    if account in line_of_account:
        raise Unreadable(f"the same address or bare login is in line {line_of_account[account]} already")
    line_of_account[account] = line
    return _User(login, email, name, spans, line)


def _add_identities_and_affiliations(users: list[_User], tally: ResultBuilder) -> None:
    """Add one identity per login; its employers belong to the login unless its addresses contradict each other."""
    by_person: defaultdict[str, list[_User]] = defaultdict(list)
    for user in users:
        by_person[user.login or user.distinguishing_account].append(user)
    for person, person_users in by_person.items():
        accounts = dict.fromkeys((person, *(user.distinguishing_account for user in person_users)))
        name = next((user.name for user in person_users if user.name), None)
        tally.identities.append(FileIdentity(tuple(accounts), name, source=tally.source, line=person_users[0].line))
        users_with_employer = [user for user in person_users if user.spans]
        agreed = len({user.spans for user in users_with_employer}) == 1
        for user in users_with_employer[:1] if agreed else users_with_employer:
            for span in user.spans:
                tally.add_affiliation(person if agreed else user.distinguishing_account, *span, user.line)


def _objects_of_person(
    group: IdentityWithAffiliations, written_accounts: set[str | None], left_out: list[LeftOut]
) -> list[dict[str, str | None]]:
    """The objects of a person: with the same employers for all, or each address with its own."""
    identity = group.identity
    logins = [account for account in identity.accounts if is_login_account(account)]
    emails = [account for account in identity.accounts if not is_login_account(account)]
    login = logins[0] if logins else None
    # an object holds one login; further logins are written as no-reply addresses
    emails += [f"{further_login}@users.noreply.github.com" for further_login in logins[1:]]
    by_login = [spell for spell in group.affiliations if is_login_account(spell.account)]
    by_email = [spell for spell in group.affiliations if not is_login_account(spell.account)]
    rows: list[tuple[str | None, list[FileAffiliation]]]
    if not by_email:
        rows = [(email, by_login) for email in emails] or [(None, by_login)]
    else:
        rows = [(None, by_login)] if by_login else []
        rows += [(email, [spell for spell in by_email if spell.account == email]) for email in emails]
    repeated = [(email, spells) for email, spells in rows if (email or login) in written_accounts]
    for _, spells in repeated:
        left_out += leave_out_for_reason("its address belongs to another person already", [identity], spells)
    rows = [row for row in rows if row not in repeated]
    written_accounts.update(email or login for email, _ in rows)
    affiliation_of_email = {account: _affiliation_text(spells, left_out) for account, spells in rows}
    if not any(affiliation_of_email.values()) and len(identity.accounts) == 1 and not identity.name:
        left_out += leave_out_for_reason("the format cannot hold bots", [identity] if identity.is_bot else ())
        return []  # a bare account
    return [_user_object(login, email, affiliation_of_email[email], identity.name) for email, _ in rows]


def _user_object(login: str | None, email: str | None, affiliation: str, name: str | None) -> dict[str, str | None]:
    masked = mask_email(email) if email else None
    row = {"login": login, "email": masked, "affiliation": affiliation or None}
    return row if name is None else {**row, "name": name}


def _affiliation_text(spells: list[FileAffiliation], left_out: list[LeftOut]) -> str:
    reason = "a name in this format must not contain a comma or '<'"
    links = format_employment_links(
        spells, lambda name: "," not in name and name not in _NOTHING_SAID, reason, left_out
    )
    return ", ".join(links)
