"""The `organizations` object of SortingHat and GrimoireLab: e-mail domains by organisation."""

from __future__ import annotations

from ecotone.people.affiliation_files.field_parsers import Unreadable, check_domain, parse_domain, parse_name
from ecotone.people.affiliation_files.json_with_lines import (
    JsonReader,
    JsonValue,
    fields_of_object,
    json_excerpt,
    text_field,
)
from ecotone.people.affiliation_files.result_builder import ResultBuilder
from ecotone.people.affiliation_files.statements import FileDomain, FileStatements, LeftOut

Organisations = dict[str, list[dict[str, str | bool]]]


def read_organisations_object(json_text: JsonReader, tally: ResultBuilder) -> None:
    """Read the object at this position; each organisation and each domain is an entry. Raises `DamagedJson`."""
    names: set[str] = set()
    for key in json_text.iterate_members():
        line = json_text.line_number()
        value = json_text.read_value()
        try:
            name = parse_name(key)
            if key in names:
                raise Unreadable(f"the organisation {name!r} occurs twice")
            if not isinstance(value, list):
                raise Unreadable("an organisation's domains are not an array")
        except Unreadable as problem:
            tally.refuse_entry(line, json_excerpt({key: value}), str(problem))
            continue
        names.add(key)
        tally.accept_entries()
        tally.add_organisation(name, line)
        for domain in value:
            with tally.count_entry(line, json_excerpt(domain)):
                _read_domain(name, domain, tally, line)


def organisations_object(statements: FileStatements, left_out: list[LeftOut]) -> Organisations:
    """Organisations with their domains, sorted; dated domains and unreadable names go to `left`."""
    result: Organisations = {}
    for name in statements.all_organisation_names():
        try:
            if parse_name(name) == name:
                result[name] = []
        except Unreadable:
            continue  # its domains and affiliations are left out elsewhere, with the reason
    for domain in statements.all_domains():
        reason = _reason_to_leave_out(domain)
        if reason:
            left_out.append(LeftOut(domain, reason))
        else:
            entry: dict[str, str | bool] = {"domain": domain.domain, "is_top": domain.includes_subdomains}
            if entry not in result[domain.organisation]:
                result[domain.organisation].append(entry)
    return result


def _read_domain(name: str, value: JsonValue, tally: ResultBuilder, line: int) -> None:
    entry = fields_of_object(value, "a domain")
    domain = text_field(entry, "domain")
    if domain is None:
        raise Unreadable("a domain's name is missing")
    top = entry.get("is_top", False)
    if not isinstance(top, bool):
        raise Unreadable("'is_top' is neither true nor false")
    tally.add_domain(parse_domain(domain), name, None, None, top, line)


def _reason_to_leave_out(domain: FileDomain) -> str | None:
    if domain.since or domain.until:
        return "the format has no dates for domains"
    return check_domain(domain)
