"""gitdm's `developers_affiliations*.txt`: one line with a person's accounts, then one indented line per employer.

Source: cncf/gitdm, https://github.com/cncf/gitdm.
"""

from __future__ import annotations

import re
from typing import Final

from ecotone.people.affiliation_files.by_identity import (
    IdentityWithAffiliations,
    group_by_identity,
    leave_out_beyond_people,
    sort_left_out,
)
from ecotone.people.affiliation_files.field_parsers import (
    Unreadable,
    is_login_account,
    mask_email,
    parse_day,
    parse_day_span,
    parse_login,
    parse_masked_email,
    parse_name,
)
from ecotone.people.affiliation_files.result_builder import ResultBuilder, split_lines
from ecotone.people.affiliation_files.statements import (
    FileAffiliation,
    FileIdentity,
    FileStatements,
    LeftOut,
    ReadResult,
    WrittenFile,
)

COMMENT: Final = re.compile(r"(?:^|\s)#.*", re.DOTALL)
_DATE_WORD: Final = re.compile(r"\s(?:from|until)(?:\s+[0-9].*)?\Z", re.DOTALL)
_PERSON_LINE: Final = re.compile(r"^[^\s#:][^:\n]*:[ \t]*\S+![^\s,]+", re.MULTILINE)


def matches_content(text: str) -> bool:
    """Whether a line of the text assigns a masked address to a person."""
    return bool(_PERSON_LINE.search(text))


def read_statements(source: str, text: str) -> ReadResult:
    """Each line is accepted or refused; blank lines and comments are accepted.

    The employers of a refused person are refused too.
    """
    tally = ResultBuilder(source)
    person: FileIdentity | None = None
    for number, line in enumerate(split_lines(text), start=1):
        content = COMMENT.sub("", line)
        with tally.count_entry(number, line):
            if not content.strip():
                continue
            if content[0].isspace():
                _read_employer(content, person, tally, number)
            else:
                person = None
                person = _read_person(content, source, number)
                tally.identities.append(person)
    return tally.build_result()


def write_statements(statements: FileStatements) -> WrittenFile:
    """Write people, sorted by their first account."""
    groups, left_out = group_by_identity(statements)
    blocks = [_format_person(group, left_out) for group in groups]
    left_out += leave_out_beyond_people(statements)
    return WrittenFile("".join(blocks), sort_left_out(left_out))


def _read_person(line: str, source: str, number: int) -> FileIdentity:
    key, colon, listed = line.partition(":")
    if not colon:
        raise Unreadable("neither an indented employer nor a person written as 'login: name!example.org'")
    key = key.strip()
    conflicting = key.endswith("*")
    key = key.rstrip("* ")
    emails = [parse_masked_email(email) for email in listed.split(",")]
    name: str | None = None
    if "!" in key or "@" in key:
        accounts = [parse_masked_email(key), *emails]
    else:
        try:
            accounts = [parse_login(key), *emails]
        except Unreadable:
            name = parse_name(key, "the person's name")
            accounts = emails
    return FileIdentity(tuple(dict.fromkeys(accounts)), name, None, conflicting, source, number)


def _read_employer(line: str, person: FileIdentity | None, tally: ResultBuilder, number: int) -> None:
    organisation, since, until = _split_employer(line.strip())
    first, last = parse_day_span(since, until)
    if person is None:
        raise Unreadable("no readable person precedes this employer")
    tally.add_affiliation(person.accounts[0], organisation, first, last, number)


def _split_employer(text: str) -> tuple[str, str | None, str | None]:
    """The name and its two dates; `from` and `until` must be followed by a date."""
    rest, since, until = text, None, None
    if match := re.fullmatch(r"(.*\S)\s+until\s+([0-9]\S*)", rest):
        rest, until = match[1], match[2]
        parse_day(until)
    if match := re.fullmatch(r"(.*\S)\s+from\s+([0-9]\S*)", rest):
        rest, since = match[1], match[2]
        parse_day(since)
    if _DATE_WORD.search(rest):
        raise Unreadable("'from' and 'until' must each be followed by one date written yyyy-mm-dd, in this order")
    return parse_name(rest), since, until


def _format_person(group: IdentityWithAffiliations, left_out: list[LeftOut]) -> str:
    """The line of the person and the lines of the employers."""
    identity = group.identity
    logins = [account for account in identity.accounts if is_login_account(account)]
    emails = [account for account in identity.accounts if not is_login_account(account)]
    # the key holds one login; gitdm writes further logins as no-reply addresses
    addresses = emails + [f"{login}@users.noreply.github.com" for login in logins[1:]]
    key = logins[0] if logins else _name_as_key(identity.name) or mask_email(emails[0])
    addresses = addresses or [f"{logins[0]}@users.noreply.github.com"]
    star = "*" if identity.conflicting else ""
    lines = [f"{key}{star}: {', '.join(mask_email(address) for address in addresses)}"]
    for spell in group.affiliations:
        employer = _format_employer(spell)
        if employer is None:
            left_out.append(LeftOut(spell, "gitdm would read part of the name as a date or a comment"))
        else:
            lines.append(f"\t{employer}")
    if len(lines) == 1 and not star and [key] == [mask_email(address) for address in addresses]:
        if identity.name or identity.is_bot:
            left_out.append(LeftOut(identity, "gitdm cannot hold this name, or bots"))
        return ""  # a bare address
    return "".join(f"{line}\n" for line in lines)


def _format_employer(spell: FileAffiliation) -> str | None:
    """The line of the employer; `None` if it would not be read as this affiliation."""
    since = f" from {spell.since.isoformat()}" if spell.since else ""
    until = f" until {spell.until.isoformat()}" if spell.until else ""
    text = f"{spell.organisation}{since}{until}"
    try:
        if COMMENT.search(text) or _split_employer(text)[0] != spell.organisation:
            return None
    except Unreadable:
        return None
    return text


def _name_as_key(name: str | None) -> str | None:
    """The name, unless the format would read it as a login, an address, a comment or a mark."""
    if name is None or name != name.strip("* ") or any(mark in name for mark in ":!@") or COMMENT.search(name):
        return None
    try:
        parse_login(name)
    except Unreadable:
        try:
            return name if parse_name(name) == name else None
        except Unreadable:
            return None
    return None
