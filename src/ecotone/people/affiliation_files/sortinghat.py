"""SortingHat's 0.x JSON: organisations, unique identities, enrolments and a blacklist.

Source: https://github.com/chaoss/grimoirelab-sortinghat, releases 0.x.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Final

from ecotone.people.affiliation_files.grouping import Grouped, grouped, leave_out
from ecotone.people.affiliation_files.json_organisations import read_organisations, written_organisations
from ecotone.people.affiliation_files.json_text import Damaged, JsonObject, JsonText, JsonValue, fields, shown, text_of
from ecotone.people.affiliation_files.model import (
    Affiliations,
    FileExcluded,
    FileIdentity,
    LeftOut,
    ReadResult,
    Written,
    logins_first,
)
from ecotone.people.affiliation_files.tally import Tally
from ecotone.people.affiliation_files.values import (
    OPEN_END,
    OPEN_START,
    Unreadable,
    is_login,
    read_email,
    read_login,
    read_name,
    read_span,
)

_IDENTITIES: Final = re.compile(r'"uidentities"\s*:')
_NO_TIME: Final = "1900-01-01 00:00:00"  # required field; constant, so that output is reproducible

Json = dict[str, object]


def looks_like(text: str) -> bool:
    """Whether the text is an object with unique identities."""
    return text.lstrip().startswith("{") and bool(_IDENTITIES.search(text))


def read(source: str, text: str) -> ReadResult:
    """Each member, organisation, domain, unique identity, identity, enrolment and blacklisted text is an entry.

    All text after damaged JSON is one refused entry.
    """
    tally = Tally(source)
    json_text = JsonText(text)
    start = json_text.at
    seen: set[str] = set()
    try:
        for member in json_text.members():
            start = json_text.at
            _read_member(member, json_text, tally, member in seen)
            seen.add(member)
        start = json_text.at
        if not json_text.at_end():
            tally.refuse(json_text.line(), json_text.beginning(start), "unexpected text after the end of the object")
    except Damaged as problem:
        rest = min(problem.at, len(text))
        reason = f"{problem}; the rest of the file is not read"
        tally.refuse(json_text.line(rest), json_text.beginning(rest), reason)
    return tally.result()


def write(said: Affiliations) -> Written:
    """Write organisations and people, sorted; ids are derived from the accounts."""
    groups, left = grouped(said)
    organisations = written_organisations(said, left)
    people = {_uuid(group): _written_person(group) for group in groups}
    left += [LeftOut(owned, "the format holds no owners of projects") for owned in said.owned]
    content: Json = {
        "time": _NO_TIME,
        "blacklist": sorted({_readable_or(entry, left) for entry in said.excluded} - {""}),
        "organizations": organisations,
        "uidentities": dict(sorted(people.items())),
    }
    return Written(json.dumps(content, ensure_ascii=False, indent=2) + "\n", leave_out(left))


def _read_member(member: str, json_text: JsonText, tally: Tally, is_doubled: bool) -> None:
    line = json_text.line()
    wanted = {"organizations": "{", "uidentities": "{", "blacklist": "["}.get(member)
    if wanted is None or is_doubled or not json_text.is_at(wanted):
        value = json_text.value()
        if member == "time" and not is_doubled:
            tally.accept()
        elif is_doubled:
            tally.refuse(line, shown({member: value}), f"{member!r} occurs twice")
        else:
            expected = "is not part of the format" if wanted is None else f"does not begin with {wanted!r}"
            tally.refuse(line, shown({member: value}), f"{member!r} {expected}")
        return
    tally.accept()
    if member == "organizations":
        read_organisations(json_text, tally)
    elif member == "uidentities":
        _read_people(json_text, tally)
    else:
        _read_blacklist(json_text, tally)


def _read_blacklist(json_text: JsonText, tally: Tally) -> None:
    for at in json_text.items():
        line = json_text.line(at)
        value = json_text.value()
        with tally.entry(line, shown(value)):
            if not isinstance(value, str):
                raise Unreadable("a blacklisted entry is not a text")
            tally.excluded.append(FileExcluded(read_name(value, "a blacklisted text"), tally.source, line))


def _read_people(json_text: JsonText, tally: Tally) -> None:
    seen: set[str] = set()
    for uuid in json_text.members():
        line = json_text.line()
        value = json_text.value()
        try:
            if uuid in seen:
                raise Unreadable(f"the unique identity {uuid!r} occurs twice")
            seen.add(uuid)
            _read_person(fields(value, "a unique identity"), tally, line)
        except Unreadable as problem:
            tally.refuse(line, shown({uuid: value}), str(problem))


def _read_person(entry: Mapping[str, JsonValue], tally: Tally, line: int) -> None:
    """Read a person; each identity and each enrolment is a further entry."""
    profile = fields(entry.get("profile") or JsonObject([]), "a profile")
    name = text_of(profile, "name")
    is_bot = profile.get("is_bot") or False
    if not isinstance(is_bot, bool):
        raise Unreadable("'is_bot' is neither true nor false")
    clean_name = read_name(name, "the person's name") if name else None
    identities, enrolments = (_list_of(entry, key) for key in ("identities", "enrollments"))
    accounts: dict[str, None] = {}
    refused: list[tuple[JsonValue, str]] = []
    for identity in identities:
        try:
            accounts.update(dict.fromkeys(_accounts_of(identity)))
        except Unreadable as problem:
            refused.append((identity, str(problem)))
    if not accounts:
        raise Unreadable("a unique identity without a readable e-mail address or GitHub login")
    tally.accept(1 + len(identities) - len(refused))
    for value, reason in refused:
        tally.refuse(line, shown(value), reason)
    person = FileIdentity(logins_first(accounts), clean_name, is_bot, source=tally.source, line=line)
    tally.identities.append(person)
    for enrolment in enrolments:
        with tally.entry(line, shown(enrolment)):
            _read_enrolment(enrolment, person, tally)


def _list_of(entry: Mapping[str, JsonValue], key: str) -> list[JsonValue]:
    value = entry.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unreadable(f"{key!r} is not an array")
    return value


def _accounts_of(value: JsonValue) -> list[str]:
    entry = fields(value, "an identity")
    source, email, username = (text_of(entry, key) for key in ("source", "email", "username"))
    accounts = [read_email(email)] if email else []
    if username and (source or "").casefold().startswith("github"):
        accounts.insert(0, read_login(username))
    if not accounts:
        raise Unreadable("an identity has neither an e-mail address nor a GitHub login")
    return accounts


def _read_enrolment(value: JsonValue, person: FileIdentity, tally: Tally) -> None:
    entry = fields(value, "an enrolment")
    organisation, start, end = (text_of(entry, key) for key in ("organization", "start", "end"))
    since, until = read_span(start, end)
    tally.spell(person.accounts[0], read_name(organisation or ""), since, until, person.line)


def _uuid(group: Grouped) -> str:
    return _digest("\n".join((*group.identity.accounts, group.identity.name or "")))


def _digest(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def _written_person(group: Grouped) -> Json:
    person, uuid = group.identity, _uuid(group)
    email = next((account for account in person.accounts if not is_login(account)), None)
    name = person.name
    return {
        "uuid": uuid,
        "profile": {"uuid": uuid, "name": name, "email": email, "is_bot": bool(person.is_bot), "country": None},
        "identities": [
            {
                "id": _digest(f"{uuid}\n{account}"),
                "uuid": uuid,
                "source": "github" if is_login(account) else "git",
                "name": name,
                "email": None if is_login(account) else account,
                "username": account if is_login(account) else None,
            }
            for account in dict.fromkeys(person.accounts)
        ],
        "enrollments": [
            {
                "uuid": uuid,
                "organization": spell.organisation,
                "start": f"{(spell.since or OPEN_START).isoformat()}T00:00:00",
                "end": f"{(spell.until or OPEN_END).isoformat()}T00:00:00",
            }
            for spell in group.spells
        ],
    }


def _readable_or(entry: FileExcluded, left: list[LeftOut]) -> str:
    """The text; empty, and left out, if no file can hold it."""
    try:
        if read_name(entry.value, "a blacklisted text") == entry.value:
            return entry.value
        reason = "the text has white space that no file keeps"
    except Unreadable as problem:
        reason = str(problem)
    left.append(LeftOut(entry, reason))
    return ""
