"""The `organizations` object of SortingHat and GrimoireLab: e-mail domains by organisation."""

from __future__ import annotations

from ecotone.people.affiliation_files.json_text import JsonText, JsonValue, fields, shown, text_of
from ecotone.people.affiliation_files.model import Affiliations, FileDomain, LeftOut
from ecotone.people.affiliation_files.tally import Tally
from ecotone.people.affiliation_files.values import Unreadable, check_domain, read_domain, read_name

Organisations = dict[str, list[dict[str, str | bool]]]


def read_organisations(json_text: JsonText, tally: Tally) -> None:
    """Read the object at this position; each organisation and each domain is an entry. Raises `DamagedJson`."""
    names: set[str] = set()
    for key in json_text.members():
        line = json_text.line()
        value = json_text.value()
        try:
            name = read_name(key)
            if key in names:
                raise Unreadable(f"the organisation {name!r} occurs twice")
            if not isinstance(value, list):
                raise Unreadable("an organisation's domains are not an array")
        except Unreadable as problem:
            tally.refuse(line, shown({key: value}), str(problem))
            continue
        names.add(key)
        tally.accept()
        tally.organisation(name, line)
        for domain in value:
            with tally.entry(line, shown(domain)):
                _read_domain(name, domain, tally, line)


def written_organisations(said: Affiliations, left: list[LeftOut]) -> Organisations:
    """Organisations with their domains, sorted; dated domains and unreadable names go to `left`."""
    made: Organisations = {}
    for name in said.every_organisation():
        try:
            if read_name(name) == name:
                made[name] = []
        except Unreadable:
            continue  # its domains and affiliations are left out elsewhere, with the reason
    for domain in said.every_domain():
        reason = _reason_against(domain)
        if reason:
            left.append(LeftOut(domain, reason))
        else:
            entry: dict[str, str | bool] = {"domain": domain.domain, "is_top": domain.top}
            if entry not in made[domain.organisation]:
                made[domain.organisation].append(entry)
    return made


def _read_domain(name: str, value: JsonValue, tally: Tally, line: int) -> None:
    entry = fields(value, "a domain")
    domain = text_of(entry, "domain")
    if domain is None:
        raise Unreadable("a domain's name is missing")
    top = entry.get("is_top", False)
    if not isinstance(top, bool):
        raise Unreadable("'is_top' is neither true nor false")
    tally.domain(read_domain(domain), name, None, None, top, line)


def _reason_against(domain: FileDomain) -> str | None:
    if domain.since or domain.until:
        return "the format has no dates for domains"
    return check_domain(domain)
