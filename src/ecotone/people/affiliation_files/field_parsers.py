"""Strict parsers for the values of all formats: accounts, names, domains and days."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from ecotone.people.affiliation_files.statements import FileAffiliation, FileDomain, FileIdentity

OPEN_START: Final = date(1900, 1, 1)  # SortingHat's bounds for open ends
OPEN_END: Final = date(2100, 1, 1)
LONGEST_NAME: Final = 250
LONGEST_ACCOUNT: Final = 320  # RFC 3696, section 3, before its errata: 64 + "@" + 255
_EXCERPT: Final = 120

_LOGIN: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(\[bot\])?")
_EMAIL: Final = re.compile(r"[^\s@!,:;<>#\"`\\]+@[^\s@!,:;<>#\"`\\]+")
_DOMAIN: Final = re.compile(r"[^\s@!,:;<>#\"`\\()\[\]/.*]+(\.[^\s@!,:;<>#\"`\\()\[\]/.*]+)+")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_REPOSITORY: Final = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+")


class Unreadable(ValueError):
    """An entry cannot be read; the text is the reason."""


def parse_login(text: str) -> str:
    """A GitHub login; raises `Unreadable`."""
    clean = text.strip()
    if len(clean) > LONGEST_ACCOUNT or not _LOGIN.fullmatch(clean):
        raise Unreadable(f"{printable_excerpt(text)!r} is not a GitHub login")
    return clean


def parse_email(text: str) -> str:
    """An e-mail address in its own case; raises `Unreadable`."""
    clean = text.strip()
    if len(clean) > LONGEST_ACCOUNT or not _EMAIL.fullmatch(clean) or not clean.isprintable():
        raise Unreadable(f"{printable_excerpt(text)!r} is not an e-mail address")
    return clean


def parse_masked_email(text: str) -> str:
    """An e-mail address whose `@` may be written `!`, as in gitdm; raises `Unreadable`."""
    return parse_email(text if "@" in text else text.replace("!", "@", 1))


def mask_email(email: str) -> str:
    """The address with `!` for `@`, as in gitdm."""
    return email.replace("@", "!")


def parse_account(text: str) -> str:
    """An e-mail address or a GitHub login; raises `Unreadable`."""
    return parse_email(text) if "@" in text else parse_login(text)


def parse_name(text: str, what: str = "an organisation's name") -> str:
    """A name with single spaces; raises `Unreadable`."""
    clean = " ".join(text.replace("\ufeff", "").split())
    if not clean:
        raise Unreadable(f"{what} is missing")
    if len(clean) > LONGEST_NAME:
        raise Unreadable(f"{what} is longer than {LONGEST_NAME} characters")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in clean):
        raise Unreadable(f"{what} contains a control character or is not UTF-8")
    return clean


def parse_domain(text: str) -> str:
    """An e-mail domain in lower case; raises `Unreadable`."""
    clean = text.strip().rstrip(".").lower()
    if len(clean) > LONGEST_NAME or not _DOMAIN.fullmatch(clean) or not clean.isprintable():
        raise Unreadable(f"{printable_excerpt(text)!r} is not an e-mail domain")
    return clean


def parse_repository(text: str) -> str:
    """A repository as owner/name, with groups in between on some platforms; raises `Unreadable`."""
    clean = text.strip()
    if not _REPOSITORY.fullmatch(clean):
        raise Unreadable(f"{printable_excerpt(text)!r} is not a repository's owner/name")
    return clean


def parse_day(text: str) -> date:
    """A day written yyyy-mm-dd; raises `Unreadable`."""
    clean = text.strip()
    try:
        if _DAY.fullmatch(clean):
            return date.fromisoformat(clean)
    except ValueError:
        pass
    raise Unreadable(f"{printable_excerpt(text)!r} is not a date written yyyy-mm-dd")


def parse_day_span(since: str | None, until: str | None) -> tuple[date | None, date | None]:
    """A half-open span of days or times; blank, 1900-01-01 and 2100-01-01 are open ends.

    A time becomes its day in UTC; an end after midnight includes its day.

    >>> parse_day_span("1900-01-01", "2018-12-31T23:59:59")
    (None, datetime.date(2019, 1, 1))
    """
    first = _parse_day_bound(since, is_end=False)
    last = _parse_day_bound(until, is_end=True)
    return check_day_span(first, last)


def check_day_span(since: date | None, until: date | None) -> tuple[date | None, date | None]:
    """The span with open ends as `None`; raises `Unreadable` if it is empty or outside 1900-2100."""
    for bound in (since, until):
        if bound is not None and not OPEN_START <= bound <= OPEN_END:
            raise Unreadable(f"the date {bound} is not between {OPEN_START} and {OPEN_END}")
    if (since or OPEN_START) >= (until or OPEN_END):
        raise Unreadable(f"the span from {since or OPEN_START} until {until or OPEN_END} is empty")
    return None if since == OPEN_START else since, None if until == OPEN_END else until


def is_login_account(account: str) -> bool:
    """Whether the account is a login; else it is an e-mail address."""
    return "@" not in account


def check_affiliation(spell: FileAffiliation) -> None:
    """Raises `Unreadable` if no file can hold the affiliation."""
    if parse_account(spell.account) != spell.account or parse_name(spell.organisation) != spell.organisation:
        raise Unreadable("the name or account has white space that no file keeps")
    if check_day_span(spell.since, spell.until) != (spell.since, spell.until):
        raise Unreadable("an open end is written as a date")


def check_domain(domain: FileDomain) -> str | None:
    """The reason why no file can hold the domain; `None`: one can."""
    try:
        clean = (
            parse_domain(domain.domain),
            parse_name(domain.organisation),
            check_day_span(domain.since, domain.until),
        )
    except Unreadable as problem:
        return str(problem)
    is_clean = clean == (domain.domain, domain.organisation, (domain.since, domain.until))
    return None if is_clean else "the domain or the name is not in canonical form"


def check_identity(identity: FileIdentity) -> None:
    """Raises `Unreadable` if no file can hold the identity."""
    if not identity.accounts:
        raise Unreadable("an identity without an account")
    if any(parse_account(account) != account for account in identity.accounts):
        raise Unreadable("an account has white space that no file keeps")
    if identity.name is not None and parse_name(identity.name, "the person's name") != identity.name:
        raise Unreadable("the person's name has white space that no file keeps")


def printable_excerpt(text: str) -> str:
    """The beginning of a text, safe to print: one line without control characters or invalid UTF-8."""
    beginning = text[:_EXCERPT].strip()
    beginning = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in beginning)
    return beginning + ("..." if len(text) > _EXCERPT else "")


def _parse_day_bound(text: str | None, *, is_end: bool) -> date | None:
    if text is None or not text.strip():
        return None
    clean = text.strip()
    if not _MOMENT.fullmatch(clean):
        return parse_day(clean)
    try:
        moment = datetime.fromisoformat(clean)
        moment = moment if moment.tzinfo is None else moment.astimezone(UTC)
        partly = is_end and moment.time() != time()
        return moment.date() + timedelta(days=1) if partly else moment.date()
    except (ValueError, OverflowError):
        raise Unreadable(f"{printable_excerpt(text)!r} is not a time written yyyy-mm-ddThh:mm:ss") from None
