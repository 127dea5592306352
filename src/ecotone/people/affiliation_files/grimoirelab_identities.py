"""GrimoireLab's identities file: a YAML list of people with profile, enrolments, addresses and logins.

Source: the identities.yml of GrimoireLab, https://github.com/chaoss/grimoirelab.
"""

from __future__ import annotations

import re
from typing import Final

import yaml

from ecotone.people.affiliation_files.by_identity import (
    IdentityWithAffiliations,
    group_by_identity,
    leave_out_beyond_people,
    sort_left_out,
)
from ecotone.people.affiliation_files.field_parsers import (
    Unreadable,
    is_login_account,
    parse_day_span,
    parse_email,
    parse_login,
    parse_name,
)
from ecotone.people.affiliation_files.result_builder import ResultBuilder, split_lines
from ecotone.people.affiliation_files.statements import FileIdentity, FileStatements, ReadResult, WrittenFile
from ecotone.people.affiliation_files.yaml_with_lines import (
    YamlList,
    YamlNode,
    YamlText,
    boolean_field,
    list_entries,
    mapping_fields,
    node_excerpt,
    parse_yaml,
    text_field,
)

_PERSON: Final = re.compile(r"^[ \t]*-\s+(profile|enrollments|email|github)\s*:", re.MULTILINE)
_ENTRY_START: Final = re.compile(r"-(\s|$)")
_NOTHING: Final = YamlText(None, 0)


def matches_content(text: str) -> bool:
    """Whether a list entry of the text begins like a person."""
    return bool(_PERSON.search(text))


def read_statements(source: str, text: str) -> ReadResult:
    """Each person is an entry, and so is each address, login, enrolment and other key of a person.

    Where the file is not valid YAML, each person is parsed alone, so that only damaged ones are refused.
    """
    tally = ResultBuilder(source)
    parsed = parse_yaml(text)
    if parsed.damage_line is None:
        for document in parsed.documents:
            _read_document(document, tally)
        return tally.build_result()
    for first_line, chunk in _split_at_persons(text):
        part = parse_yaml(chunk, first_line)
        if part.damage_line is not None:
            tally.refuse_entry(part.damage_line, chunk, part.damage)
            continue
        for document in part.documents:
            _read_document(document, tally)
    return tally.build_result()


def write_statements(statements: FileStatements) -> WrittenFile:
    """Write people, sorted by their first account."""
    groups, left_out = group_by_identity(statements)
    left_out += leave_out_beyond_people(statements)
    people = [_person_object(group) for group in groups]
    text = yaml.safe_dump(people, allow_unicode=True, sort_keys=False, default_flow_style=False, width=10_000)
    return WrittenFile(text, sort_left_out(left_out))


def _split_at_persons(text: str) -> list[tuple[int, str]]:
    """Split the text before each line that begins a person; each part with its first line number."""
    lines = split_lines(text)
    indents = [len(line) - len(line.lstrip(" ")) for line in lines if _ENTRY_START.match(line.lstrip(" "))]
    cuts = [0]
    for number, line in enumerate(lines):
        begins = line.lstrip(" ")
        if number and _ENTRY_START.match(begins) and len(line) - len(begins) == indents[0]:
            cuts.append(number)
    ends = [*cuts[1:], len(lines)]
    parts = [(start + 1, "\n".join(lines[start:end])) for start, end in zip(cuts, ends, strict=True)]
    return [(line, part) for line, part in parts if part.strip()]


def _read_document(node: YamlNode, tally: ResultBuilder) -> None:
    if isinstance(node, YamlText) and node.value is None:
        return
    if not isinstance(node, YamlList):
        tally.refuse_entry(node.line, node_excerpt(node), "the file is not a list of people")
        return
    for item in node.items:
        with tally.count_entry(item.line, node_excerpt(item), accepted=0):
            _read_person(item, tally)


def _read_person(node: YamlNode, tally: ResultBuilder) -> None:
    person = mapping_fields(node, "a person")
    profile = mapping_fields(person.get("profile", _NOTHING), "a profile")
    name = text_field(profile, "name")
    clean_name = parse_name(name, "the person's name") if name else None
    is_bot = boolean_field(profile, "is_bot")
    listed = {key: list_entries(person.get(key, _NOTHING), f"{key!r}") for key in ("github", "email", "enrollments")}
    accounts: dict[str, None] = {}
    refused: list[tuple[YamlNode, str]] = []
    for key, reader in (("github", parse_login), ("email", parse_email)):
        for item in listed[key]:
            try:
                accounts[reader(_account_text(item))] = None
            except Unreadable as problem:
                refused.append((item, str(problem)))
    if not accounts:
        raise Unreadable("a person without a readable e-mail address or GitHub login")
    tally.accept_entries(1 + len(listed["github"]) + len(listed["email"]) - len(refused))
    for key, value in person.items():
        if key not in ("profile", *listed):
            refused.append((value, f"{key!r} is not read: accepted are e-mail addresses and GitHub logins"))
    for value, reason in refused:
        tally.refuse_entry(value.line, node_excerpt(value), reason)
    tally.identities.append(FileIdentity(tuple(accounts), clean_name, is_bot, source=tally.source, line=node.line))
    for enrolment in listed["enrollments"]:
        with tally.count_entry(enrolment.line, node_excerpt(enrolment)):
            _read_enrolment(enrolment, next(iter(accounts)), tally)


def _read_enrolment(node: YamlNode, account: str, tally: ResultBuilder) -> None:
    entry = mapping_fields(node, "an enrolment")
    organisation, start, end = (text_field(entry, key) for key in ("organization", "start", "end"))
    since, until = parse_day_span(start, end)
    tally.add_affiliation(account, parse_name(organisation or ""), since, until, node.line)


def _account_text(node: YamlNode) -> str:
    if not isinstance(node, YamlText) or node.value is None:
        raise Unreadable("an account is not a text")
    return node.value


def _person_object(group: IdentityWithAffiliations) -> dict[str, object]:
    person = group.identity
    result: dict[str, object] = {}
    profile = {"name": person.name, "is_bot": person.is_bot}
    if stated := {key: value for key, value in profile.items() if value is not None}:
        result["profile"] = stated
    if group.affiliations:
        result["enrollments"] = [
            {
                "organization": spell.organisation,
                **({"start": spell.since} if spell.since else {}),
                **({"end": spell.until} if spell.until else {}),
            }
            for spell in group.affiliations
        ]
    for key, wanted in (("email", False), ("github", True)):
        if listed := [account for account in person.accounts if is_login_account(account) is wanted]:
            result[key] = listed
    return result
