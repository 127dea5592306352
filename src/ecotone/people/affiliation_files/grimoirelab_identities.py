"""GrimoireLab's identities file: a YAML list of people with profile, enrolments, addresses and logins.

Source: the identities.yml of GrimoireLab, https://github.com/chaoss/grimoirelab.
"""

from __future__ import annotations

import re
from typing import Final

import yaml

from ecotone.people.affiliation_files.grouping import Grouped, beyond_people, grouped, leave_out
from ecotone.people.affiliation_files.model import Affiliations, FileIdentity, ReadResult, Written
from ecotone.people.affiliation_files.tally import Tally, lines_of
from ecotone.people.affiliation_files.values import (
    Unreadable,
    is_login,
    read_email,
    read_login,
    read_name,
    read_span,
)
from ecotone.people.affiliation_files.yaml_text import (
    List,
    Node,
    Text,
    entries_of,
    fields_of,
    parse,
    shown,
    text_at,
    truth_at,
)

_PERSON: Final = re.compile(r"^\s*-\s+(profile|enrollments|email|github)\s*:", re.MULTILINE)
_ENTRY_START: Final = re.compile(r"-(\s|$)")
_NOTHING: Final = Text(None, 0)


def looks_like(text: str) -> bool:
    """Whether a list entry of the text begins like a person."""
    return bool(_PERSON.search(text))


def read(source: str, text: str) -> ReadResult:
    """Each person is an entry, and so is each address, login, enrolment and other key of a person.

    Where the file is not valid YAML, each person is parsed alone, so that only damaged ones are refused.
    """
    tally = Tally(source)
    parsed = parse(text)
    if parsed.damage_line is None:
        for document in parsed.documents:
            _read_document(document, tally)
        return tally.result()
    for first_line, chunk in _chunks(text):
        part = parse(chunk, first_line)
        if part.damage_line is not None:
            tally.refuse(part.damage_line, chunk, part.damage)
            continue
        for document in part.documents:
            _read_document(document, tally)
    return tally.result()


def write(said: Affiliations) -> Written:
    """Write people, sorted by their first account."""
    groups, left = grouped(said)
    left += beyond_people(said)
    people = [_written_person(group) for group in groups]
    text = yaml.safe_dump(people, allow_unicode=True, sort_keys=False, default_flow_style=False, width=10_000)
    return Written(text, leave_out(left))


def _chunks(text: str) -> list[tuple[int, str]]:
    """Split the text before each line that begins a person; each part with its first line number."""
    lines = lines_of(text)
    indents = [len(line) - len(line.lstrip(" ")) for line in lines if _ENTRY_START.match(line.lstrip(" "))]
    cuts = [0]
    for number, line in enumerate(lines):
        begins = line.lstrip(" ")
        if number and _ENTRY_START.match(begins) and len(line) - len(begins) == indents[0]:
            cuts.append(number)
    ends = [*cuts[1:], len(lines)]
    parts = [(start + 1, "\n".join(lines[start:end])) for start, end in zip(cuts, ends, strict=True)]
    return [(line, part) for line, part in parts if part.strip()]


def _read_document(node: Node, tally: Tally) -> None:
    if isinstance(node, Text) and node.value is None:
        return
    if not isinstance(node, List):
        tally.refuse(node.line, shown(node), "the file is not a list of people")
        return
    for item in node.items:
        with tally.entry(item.line, shown(item), accepted=0):
            _read_person(item, tally)


def _read_person(node: Node, tally: Tally) -> None:
    person = fields_of(node, "a person")
    profile = fields_of(person.get("profile", _NOTHING), "a profile")
    name = text_at(profile, "name")
    clean_name = read_name(name, "the person's name") if name else None
    is_bot = truth_at(profile, "is_bot")
    listed = {key: entries_of(person.get(key, _NOTHING), f"{key!r}") for key in ("github", "email", "enrollments")}
    accounts: dict[str, None] = {}
    refused: list[tuple[Node, str]] = []
    for key, reader in (("github", read_login), ("email", read_email)):
        for item in listed[key]:
            try:
                accounts[reader(_text_of(item))] = None
            except Unreadable as problem:
                refused.append((item, str(problem)))
    if not accounts:
        raise Unreadable("a person without a readable e-mail address or GitHub login")
    tally.accept(1 + len(listed["github"]) + len(listed["email"]) - len(refused))
    for key, value in person.items():
        if key not in ("profile", *listed):
            refused.append((value, f"{key!r} is not read: accepted are e-mail addresses and GitHub logins"))
    for value, reason in refused:
        tally.refuse(value.line, shown(value), reason)
    tally.identities.append(FileIdentity(tuple(accounts), clean_name, is_bot, source=tally.source, line=node.line))
    for enrolment in listed["enrollments"]:
        with tally.entry(enrolment.line, shown(enrolment)):
            _read_enrolment(enrolment, next(iter(accounts)), tally)


def _read_enrolment(node: Node, account: str, tally: Tally) -> None:
    entry = fields_of(node, "an enrolment")
    organisation, start, end = (text_at(entry, key) for key in ("organization", "start", "end"))
    since, until = read_span(start, end)
    tally.spell(account, read_name(organisation or ""), since, until, node.line)


def _text_of(node: Node) -> str:
    if not isinstance(node, Text) or node.value is None:
        raise Unreadable("an account is not a text")
    return node.value


def _written_person(group: Grouped) -> dict[str, object]:
    person = group.identity
    made: dict[str, object] = {}
    profile = {"name": person.name, "is_bot": person.is_bot}
    if stated := {key: value for key, value in profile.items() if value is not None}:
        made["profile"] = stated
    if group.spells:
        made["enrollments"] = [
            {
                "organization": spell.organisation,
                **({"start": spell.since} if spell.since else {}),
                **({"end": spell.until} if spell.until else {}),
            }
            for spell in group.spells
        ]
    for key, wanted in (("email", False), ("github", True)):
        if listed := [account for account in person.accounts if is_login(account) is wanted]:
            made[key] = listed
    return made
