"""gitdm's `domain-map` and `email-map`: `[user!]domain  organisation  [< yyyy-mm-dd]`, one a line.

Source: cncf/gitdm, https://github.com/cncf/gitdm, src/cncf-config.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from ecotone.people.affiliation_files.chain import Link, Span, links_of, read_link, spans_of, write_link
from ecotone.people.affiliation_files.grouping import leave_out, unplaced, writable_spells
from ecotone.people.affiliation_files.model import (
    Affiliations,
    FileDomain,
    FileSpell,
    LeftOut,
    ReadResult,
    Written,
)
from ecotone.people.affiliation_files.tally import Tally, lines_of
from ecotone.people.affiliation_files.values import (
    Unreadable,
    check_span,
    is_login,
    read_domain,
    read_masked_email,
    read_name,
)

_COMMENT: Final = re.compile(r"(?:^|\s)#.*", re.DOTALL)
_ENTRY: Final = re.compile(r"^[^\s#:,]*[.!@][^\s:,]*[ \t]+[^\s{\[\"'].*$")

_Lines = list[tuple[int, str, Link | Unreadable]]


def looks_like(text: str) -> bool:
    """Whether every one of the first lines is an address or a domain and then a name."""
    told = (line for line in lines_of(text[:20_000])[:-1] or [text] if _COMMENT.sub("", line).strip())
    first = [line for line, _ in zip(told, range(50), strict=False)]
    return bool(first) and all(_ENTRY.match(line) for line in first)


def read(source: str, text: str) -> ReadResult:
    """Every line is accepted or refused; blank lines and comments are accepted.

    A line begins where the one before it of the same address ends. So if one line of an address cannot be read,
    or two contradict each other, the beginnings of the others are unknown and all its lines are refused.
    """
    tally = Tally(source)
    found: defaultdict[str, _Lines] = defaultdict(list)
    for number, line in enumerate(lines_of(text), start=1):
        said = _COMMENT.sub("", line).strip()
        if not said:
            tally.accept()
            continue
        key, _, rest = said.replace("\t", " ").partition(" ")
        try:
            address = read_masked_email(key) if "!" in key or "@" in key else read_domain(key)
        except Unreadable as problem:
            tally.refuse(number, line, str(problem))
            continue
        try:
            found[address].append((number, line, read_link(rest.strip())))
        except Unreadable as problem:
            found[address].append((number, line, problem))
    for address, lines in found.items():
        _settle(address, lines, tally)
    return tally.result()


def write(said: Affiliations) -> Written:
    """Addresses and domains, sorted, each with its organisations in time order."""
    spells, left = writable_spells(said.every_spell())
    by_address: defaultdict[str, list[FileSpell | FileDomain]] = defaultdict(list)
    for spell in spells:
        if is_login(spell.account):
            left.append(LeftOut(spell, "the format knows addresses, not logins"))
        else:
            by_address[spell.account].append(spell)
    for domain in said.every_domain():
        reason = _reason_against(domain)
        if reason:
            left.append(LeftOut(domain, reason))
        else:
            by_address[domain.domain].append(domain)
    lines = [line for address in sorted(by_address) for line in _written(address, by_address[address], left)]
    joins = [one for one in said.identities if len(one.accounts) > 1 or one.is_bot or one.name or one.conflicting]
    left += unplaced(
        "the format holds addresses and domains only", joins, said.organisations, said.excluded, said.owned
    )
    return Written("".join(f"{line}\n" for line in lines), leave_out(left))


def _settle(address: str, lines: _Lines, tally: Tally) -> None:
    """Accept all lines of an address, or refuse all of them."""
    links = {link: number for number, _, link in lines if isinstance(link, Link)}
    damaged = next((number for number, _, link in lines if isinstance(link, Unreadable)), None)
    reason = None if damaged is None else f"line {damaged} of the same address cannot be read"
    spans: Sequence[Span] = ()
    try:
        spans = spans_of(links)
    except Unreadable as problem:
        reason = reason or str(problem)
    for number, line, link in lines:
        if isinstance(link, Unreadable):
            tally.refuse(number, line, str(link))
        elif reason:
            tally.refuse(number, line, reason)
        else:
            tally.accept()
    for span in () if reason else spans:
        number = links[Link(span.organisation, span.until)]
        if "@" in address:
            tally.spell(address, *span, number)
        else:
            tally.domain(address, *span, True, number)


def _reason_against(domain: FileDomain) -> str | None:
    if not domain.top:
        return "the format would take in the sub-domains too"
    try:
        known = (domain.domain, domain.organisation, (domain.since, domain.until))
        read_as = (read_domain(domain.domain), read_name(domain.organisation), check_span(domain.since, domain.until))
    except Unreadable as problem:
        return str(problem)
    return None if known == read_as else "the domain or the name is not in canonical form"


def _written(address: str, entries: list[FileSpell | FileDomain], left: list[LeftOut]) -> list[str]:
    by_span: dict[Span, FileSpell | FileDomain] = {}
    for entry in entries:
        if _reads_back(entry.organisation):
            by_span.setdefault(Span(entry.organisation, entry.since, entry.until), entry)
        else:
            left.append(LeftOut(entry, "the format would read a part of the name as a date or a comment"))
    links, overlapping = links_of(list(by_span))
    left += [LeftOut(by_span[span], "it overlaps another organisation of the same address") for span in overlapping]
    return [f"{_masked(address)} {write_link(link)}" for link in links]


def _reads_back(name: str) -> bool:
    try:
        return _COMMENT.search(f" {name}") is None and read_link(name) == Link(name, None)
    except Unreadable:
        return False


def _masked(address: str) -> str:
    return address.replace("@", "!")
