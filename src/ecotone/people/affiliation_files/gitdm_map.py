"""gitdm's `domain-map` and `email-map`: lines of `[user!]domain  organisation  [< yyyy-mm-dd]`.

Source: cncf/gitdm, https://github.com/cncf/gitdm, src/cncf-config.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from ecotone.people.affiliation_files.chain import Link, Span, read_link, spans_of, written_links
from ecotone.people.affiliation_files.gitdm_affiliations import COMMENT
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
    check_domain,
    is_login,
    masked_email,
    read_domain,
    read_masked_email,
)

_ENTRY: Final = re.compile(r"^[^\s#:,]*[.!@][^\s:,]*[ \t]+[^\s{\[\"'].*$")

_Lines = list[tuple[int, str, Link | Unreadable]]


def looks_like(text: str) -> bool:
    """Whether each of the first lines is an address or a domain, then a name."""
    told = (line for line in lines_of(text[:20_000])[:-1] or [text] if COMMENT.sub("", line).strip())
    first = [line for line, _ in zip(told, range(50), strict=False)]
    return bool(first) and all(_ENTRY.match(line) for line in first)


def read(source: str, text: str) -> ReadResult:
    """Each line is accepted or refused; blank lines and comments are accepted.

    An employer begins where the previous one of the same address ends. If one line of an address is unreadable, or
    two contradict each other, the other beginnings are unknown and all its lines are refused.
    """
    tally = Tally(source)
    found: defaultdict[str, _Lines] = defaultdict(list)
    for number, line in enumerate(lines_of(text), start=1):
        said = COMMENT.sub("", line).strip()
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
    """Write addresses and domains, sorted, each with its organisations in time order."""
    spells, left = writable_spells(said.every_spell())
    by_address: defaultdict[str, list[FileSpell | FileDomain]] = defaultdict(list)
    for spell in spells:
        if is_login(spell.account):
            left.append(LeftOut(spell, "the format holds addresses, not logins"))
        else:
            by_address[spell.account].append(spell)
    for domain in said.every_domain():
        reason = _reason_against(domain)
        if reason:
            left.append(LeftOut(domain, reason))
        else:
            by_address[domain.domain].append(domain)
    lines = [line for address in sorted(by_address) for line in _written(address, by_address[address], left)]
    joins = [identity for identity in said.identities if identity.is_informative]
    left += unplaced(
        "the format holds addresses and domains only", joins, said.organisations, said.excluded, said.owned
    )
    return Written("".join(f"{line}\n" for line in lines), leave_out(left))


def _settle(address: str, lines: _Lines, tally: Tally) -> None:
    """Accept or refuse all lines of an address."""
    links = {link: number for number, _, link in lines if isinstance(link, Link)}
    damaged = next((number for number, _, link in lines if isinstance(link, Unreadable)), None)
    reason = None if damaged is None else f"line {damaged} of the same address is unreadable"
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
        return "the format would include the sub-domains"
    return check_domain(domain)


def _written(address: str, entries: list[FileSpell | FileDomain], left: list[LeftOut]) -> list[str]:
    reason = "the format would read part of the name as a date or a comment"
    links = written_links(entries, lambda name: COMMENT.search(f" {name}") is None, reason, left)
    return [f"{masked_email(address)} {link}" for link in links]
