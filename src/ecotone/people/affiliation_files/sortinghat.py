"""SortingHat's 0.x JSON: organisations, unique identities, enrolments and a blacklist.

Source: https://github.com/chaoss/grimoirelab-sortinghat, releases 0.x.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Final

from ecotone.people.affiliation_files.by_identity import IdentityWithAffiliations, group_by_identity, sort_left_out
from ecotone.people.affiliation_files.field_parsers import (
    OPEN_END,
    OPEN_START,
    Unreadable,
    is_login_account,
    parse_day_span,
    parse_email,
    parse_login,
    parse_name,
)
from ecotone.people.affiliation_files.json_organisations import organisations_object, read_organisations_object
from ecotone.people.affiliation_files.json_with_lines import (
    DamagedJson,
    JsonObject,
    JsonReader,
    JsonValue,
    fields_of_object,
    json_excerpt,
    text_field,
)
from ecotone.people.affiliation_files.result_builder import ResultBuilder
from ecotone.people.affiliation_files.statements import (
    ExcludedText,
    FileIdentity,
    FileStatements,
    LeftOut,
    ReadResult,
    WrittenFile,
    logins_first,
)

_IDENTITIES: Final = re.compile(r'"uidentities"\s*:')
_NO_TIME: Final = "1900-01-01 00:00:00"  # required field; constant, so that output is reproducible

Json = dict[str, object]


def matches_content(text: str) -> bool:
    """Whether the text is an object with unique identities."""
    return text.lstrip().startswith("{") and bool(_IDENTITIES.search(text))


def read_statements(source: str, text: str) -> ReadResult:
    """Each member, organisation, domain, unique identity, identity, enrolment and blacklisted text is an entry.

    All text after damaged JSON is one refused entry.
    """
    tally = ResultBuilder(source)
    json_text = JsonReader(text)
    start = json_text.position
    members_read: set[str] = set()
    try:
        for member in json_text.iterate_members():
            start = json_text.position
            _read_member(member, json_text, tally, member in members_read)
            members_read.add(member)
        start = json_text.position
        if not json_text.at_end():
            tally.refuse_entry(
                json_text.line_number(), json_text.excerpt_from(start), "unexpected text after the end of the object"
            )
    except DamagedJson as problem:
        rest = min(problem.position, len(text))
        reason = f"{problem}; the rest of the file is not read"
        tally.refuse_entry(json_text.line_number(rest), json_text.excerpt_from(rest), reason)
    return tally.build_result()


def write_statements(statements: FileStatements) -> WrittenFile:
    """Write organisations and people, sorted; ids are derived from the accounts."""
    groups, left_out = group_by_identity(statements)
    organisations = organisations_object(statements, left_out)
    people = {_uuid_of_person(group): _person_object(group) for group in groups}
    left_out += [LeftOut(owned, "the format holds no owners of projects") for owned in statements.owned]
    content: Json = {
        "time": _NO_TIME,
        "blacklist": sorted({_text_or_left_out(entry, left_out) for entry in statements.excluded} - {""}),
        "organizations": organisations,
        "uidentities": dict(sorted(people.items())),
    }
    return WrittenFile(json.dumps(content, ensure_ascii=False, indent=2) + "\n", sort_left_out(left_out))


def _read_member(member: str, json_text: JsonReader, tally: ResultBuilder, is_doubled: bool) -> None:
    line = json_text.line_number()
    wanted = {"organizations": "{", "uidentities": "{", "blacklist": "["}.get(member)
    if wanted is None or is_doubled or not json_text.is_at(wanted):
        value = json_text.read_value()
        if member == "time" and not is_doubled:
            tally.accept_entries()
        elif is_doubled:
            tally.refuse_entry(line, json_excerpt({member: value}), f"{member!r} occurs twice")
        else:
            expected = "is not part of the format" if wanted is None else f"does not begin with {wanted!r}"
            tally.refuse_entry(line, json_excerpt({member: value}), f"{member!r} {expected}")
        return
    tally.accept_entries()
    if member == "organizations":
        read_organisations_object(json_text, tally)
    elif member == "uidentities":
        _read_people(json_text, tally)
    else:
        _read_blacklist(json_text, tally)


def _read_blacklist(json_text: JsonReader, tally: ResultBuilder) -> None:
    for at in json_text.iterate_items():
        line = json_text.line_number(at)
        value = json_text.read_value()
        with tally.count_entry(line, json_excerpt(value)):
            if not isinstance(value, str):
                raise Unreadable("a blacklisted entry is not a text")
            tally.excluded.append(ExcludedText(parse_name(value, "a blacklisted text"), tally.source, line))


def _read_people(json_text: JsonReader, tally: ResultBuilder) -> None:
    known_uuids: set[str] = set()
    for uuid in json_text.iterate_members():
        line = json_text.line_number()
        value = json_text.read_value()
        try:
            if uuid in known_uuids:
                raise Unreadable(f"the unique identity {uuid!r} occurs twice")
            known_uuids.add(uuid)
            _read_person(fields_of_object(value, "a unique identity"), tally, line)
        except Unreadable as problem:
            tally.refuse_entry(line, json_excerpt({uuid: value}), str(problem))


def _read_person(entry: Mapping[str, JsonValue], tally: ResultBuilder, line: int) -> None:
    """Read a person; each identity and each enrolment is a further entry."""
    profile = fields_of_object(entry.get("profile") or JsonObject([]), "a profile")
    name = text_field(profile, "name")
    is_bot = profile.get("is_bot") or False
    if not isinstance(is_bot, bool):
        raise Unreadable("'is_bot' is neither true nor false")
    clean_name = parse_name(name, "the person's name") if name else None
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
    tally.accept_entries(1 + len(identities) - len(refused))
    for value, reason in refused:
        tally.refuse_entry(line, json_excerpt(value), reason)
    person = FileIdentity(logins_first(accounts), clean_name, is_bot, source=tally.source, line=line)
    tally.identities.append(person)
    for enrolment in enrolments:
        with tally.count_entry(line, json_excerpt(enrolment)):
            _read_enrolment(enrolment, person, tally)


def _list_of(entry: Mapping[str, JsonValue], key: str) -> list[JsonValue]:
    value = entry.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unreadable(f"{key!r} is not an array")
    return value


def _accounts_of(value: JsonValue) -> list[str]:
    entry = fields_of_object(value, "an identity")
    source, email, username = (text_field(entry, key) for key in ("source", "email", "username"))
    accounts = [parse_email(email)] if email else []
    if username and (source or "").casefold().startswith("github"):
        accounts.insert(0, parse_login(username))
    if not accounts:
        raise Unreadable("an identity has neither an e-mail address nor a GitHub login")
    return accounts


def _read_enrolment(value: JsonValue, person: FileIdentity, tally: ResultBuilder) -> None:
    entry = fields_of_object(value, "an enrolment")
    organisation, start, end = (text_field(entry, key) for key in ("organization", "start", "end"))
    since, until = parse_day_span(start, end)
    tally.add_affiliation(person.accounts[0], parse_name(organisation or ""), since, until, person.line)


def _uuid_of_person(group: IdentityWithAffiliations) -> str:
    return _sha1_digest("\n".join((*group.identity.accounts, group.identity.name or "")))


def _sha1_digest(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def _person_object(group: IdentityWithAffiliations) -> Json:
    person, uuid = group.identity, _uuid_of_person(group)
    email = next((account for account in person.accounts if not is_login_account(account)), None)
    name = person.name
    return {
        "uuid": uuid,
        "profile": {"uuid": uuid, "name": name, "email": email, "is_bot": bool(person.is_bot), "country": None},
        "identities": [
            {
                "id": _sha1_digest(f"{uuid}\n{account}"),
                "uuid": uuid,
                "source": "github" if is_login_account(account) else "git",
                "name": name,
                "email": None if is_login_account(account) else account,
                "username": account if is_login_account(account) else None,
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
            for spell in group.affiliations
        ],
    }


def _text_or_left_out(entry: ExcludedText, left_out: list[LeftOut]) -> str:
    """The text; empty, and left out, if no file can hold it."""
    try:
        if parse_name(entry.value, "a blacklisted text") == entry.value:
            return entry.value
        reason = "the text has white space that no file keeps"
    except Unreadable as problem:
        reason = str(problem)
    left_out.append(LeftOut(entry, reason))
    return ""
