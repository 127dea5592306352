"""gitdm's `domain-map` and `email-map`: lines of `[user!]domain  organisation  [< yyyy-mm-dd]`.

Source: cncf/gitdm, https://github.com/cncf/gitdm, src/cncf-config.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from ecotone.people.affiliation_files.by_identity import (
    leave_out_for_reason,
    sort_left_out,
    split_writable_affiliations,
)
from ecotone.people.affiliation_files.field_parsers import (
    Unreadable,
    check_domain,
    is_login_account,
    mask_email,
    parse_domain,
    parse_masked_email,
)
from ecotone.people.affiliation_files.gitdm_affiliations import COMMENT
from ecotone.people.affiliation_files.gitdm_employment_list import (
    EmploymentLink,
    EmploymentSpan,
    format_employment_links,
    parse_employment_link,
    spans_of_links,
)
from ecotone.people.affiliation_files.result_builder import ResultBuilder, split_lines
from ecotone.people.affiliation_files.statements import (
    FileAffiliation,
    FileDomain,
    FileStatements,
    LeftOut,
    ReadResult,
    WrittenFile,
)

_ENTRY: Final = re.compile(r"^[^\s#:,.!@]*[.!@][^\s:,]*[ \t]+[^\s{\[\"'].*$")

_Lines = list[tuple[int, str, EmploymentLink | Unreadable]]


def matches_content(text: str) -> bool:
    """Whether each of the first lines is an address or a domain, then a name."""
    content_lines = (line for line in split_lines(text[:20_000])[:-1] or [text] if COMMENT.sub("", line).strip())
    first = [line for line, _ in zip(content_lines, range(50), strict=False)]
    return bool(first) and all(_ENTRY.match(line) for line in first)


def read_statements(source: str, text: str) -> ReadResult:
    """Each line is accepted or refused; blank lines and comments are accepted.

    An employer begins where the previous one of the same address ends. If one line of an address is unreadable, or
    two contradict each other, the other beginnings are unknown and all its lines are refused.
    """
    tally = ResultBuilder(source)
    lines_by_address: defaultdict[str, _Lines] = defaultdict(list)
    for number, line in enumerate(split_lines(text), start=1):
        content = COMMENT.sub("", line).strip()
        if not content:
            tally.accept_entries()
            continue
        key, _, rest = content.replace("\t", " ").partition(" ")
        try:
            address = parse_masked_email(key) if "!" in key or "@" in key else parse_domain(key)
        except Unreadable as problem:
            tally.refuse_entry(number, line, str(problem))
            continue
        try:
            lines_by_address[address].append((number, line, parse_employment_link(rest.strip())))
        except Unreadable as problem:
            lines_by_address[address].append((number, line, problem))
    for address, lines in lines_by_address.items():
        _accept_or_refuse_lines(address, lines, tally)
    return tally.build_result()


def write_statements(statements: FileStatements) -> WrittenFile:
    """Write addresses and domains, sorted, each with its organisations in time order."""
    spells, left_out = split_writable_affiliations(statements.all_affiliations())
    by_address: defaultdict[str, list[FileAffiliation | FileDomain]] = defaultdict(list)
    for spell in spells:
        if is_login_account(spell.account):
            left_out.append(LeftOut(spell, "the format holds addresses, not logins"))
        else:
            by_address[spell.account].append(spell)
    for domain in statements.all_domains():
        reason = _reason_to_leave_out(domain)
        if reason:
            left_out.append(LeftOut(domain, reason))
        else:
            by_address[domain.domain].append(domain)
    lines = [
        line
        for address in sorted(by_address)
        for line in _format_lines_of_address(address, by_address[address], left_out)
    ]
    identities = [identity for identity in statements.identities if identity.is_informative]
    left_out += leave_out_for_reason(
        "the format holds addresses and domains only",
        identities,
        statements.organisations,
        statements.excluded,
        statements.owned,
    )
    return WrittenFile("".join(f"{line}\n" for line in lines), sort_left_out(left_out))


def _accept_or_refuse_lines(address: str, lines: _Lines, tally: ResultBuilder) -> None:
    """Accept or refuse all lines of an address."""
    links = {link: number for number, _, link in lines if isinstance(link, EmploymentLink)}
    damaged = next((number for number, _, link in lines if isinstance(link, Unreadable)), None)
    reason = None if damaged is None else f"line {damaged} of the same address is unreadable"
    spans: Sequence[EmploymentSpan] = ()
    try:
        spans = spans_of_links(links)
    except Unreadable as problem:
        reason = reason or str(problem)
    for number, line, link in lines:
        if isinstance(link, Unreadable):
            tally.refuse_entry(number, line, str(link))
        elif reason:
            tally.refuse_entry(number, line, reason)
        else:
            tally.accept_entries()
    for span in () if reason else spans:
        number = links[EmploymentLink(span.organisation, span.until)]
        if "@" in address:
            tally.add_affiliation(address, *span, number)
        else:
            tally.add_domain(address, *span, True, number)


def _reason_to_leave_out(domain: FileDomain) -> str | None:
    if not domain.includes_subdomains:
        return "the format would include the sub-domains"
    return check_domain(domain)


def _format_lines_of_address(
    address: str, entries: list[FileAffiliation | FileDomain], left_out: list[LeftOut]
) -> list[str]:
    reason = "the format would read part of the name as a date or a comment"
    links = format_employment_links(entries, lambda name: COMMENT.search(f" {name}") is None, reason, left_out)
    return [f"{mask_email(address)} {link}" for link in links]
