"""What an account says by itself: a GitHub login or id, an address, and whether one person alone can hold it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from ecotone.people.organisations import not_employers

NOREPLY: Final = re.compile(r"(?:([^@+]+)\+)?([^@+]+)@users\.noreply\.github\.com\Z", re.IGNORECASE)

_SHARED_WORDS: Final = """
    abuse action actions admin administrator app automation autobuild bot bots build builder builds buildbot ci cd
    ci-bot codespace deploy dev developer developers devops docker example foo git github gitlab help hostmaster
    jenkins localhost my-email myemail no-reply nobody noreply none office ops postmaster release releases root runner
    security service someone somebody support sysadmin system team test tester ubuntu unknown user username vscode
    webmaster worker you you-email your-email youremail
"""
SHARED_LOCAL_PARTS: Final = frozenset(_SHARED_WORDS.split())
"""Mailboxes that several people read, and what tools fill in where nobody said who they are."""

SHARED_NAMES: Final = frozenset(
    ("author", "your name", "github action", "github actions", "github user", "the maintainers", "ci bot")
)
"""Names that tools fill in; more than one word, and yet nobody's."""

_WORD: Final = re.compile(r"[^\W\d_][^\W_]*(?:['’.-][^\W\d_]+)*\.?")


@dataclass(frozen=True, slots=True)
class Account:
    """What an account says of who holds it; `key` is the same for every spelling of it.

    >>> parse("12+Octo@users.noreply.github.com")
    Account(key='login:octo', login='octo', github_id='12')
    """

    key: str
    login: str | None = None
    github_id: str | None = None


def parse(account: str) -> Account:
    """The login and the id that a GitHub no-reply address gives away; else the address or the login itself."""
    clean = account.strip().casefold()
    if match := NOREPLY.match(clean):
        return Account(f"login:{match[2]}", match[2], match[1])
    return Account(f"email:{clean}") if "@" in clean else Account(f"login:{clean}", clean)


def key_of(account: str) -> str:
    """What makes two spellings of an account the same: the login, or the address without regard to capitals.

    >>> key_of("12+Octo@users.noreply.github.com"), key_of("A@B.org"), key_of("Octo")
    ('login:octo', 'email:a@b.org', 'login:octo')
    """
    return parse(account).key


def domain_of(account: str) -> str:
    """The e-mail domain in lower case; empty for a login."""
    return account.rpartition("@")[2].strip().casefold() if "@" in account else ""


def is_shared(account: str) -> bool:
    """Whether more than one person may sign with the account: then it is never joined to another.

    >>> [is_shared(one) for one in ("root@host.local", "noreply@github.com", "jo@example.com", "jo@org.example")]
    [True, True, True, False]
    """
    if "@" not in account or NOREPLY.match(account.strip()):
        return False
    local, _, domain = account.strip().casefold().rpartition("@")
    return local in SHARED_LOCAL_PARTS or not local or "." not in domain or domain in _filled_in()


def is_full_name(name: str) -> bool:
    """Whether a name has two words or more, so that it may tell a person from others of the same company.

    >>> [is_full_name(name) for name in ("Person Example", "person", "P. Q.", "Your Name", "x y 2")]
    [True, False, False, False, False]
    """
    clean = " ".join(name.split())
    words = clean.split(" ")
    long = [word for word in words if _WORD.fullmatch(word) and len(word.rstrip(".")) > 1]
    return len(long) >= 2 and clean.casefold() not in SHARED_NAMES


def folded_name(name: str) -> str:
    """A name without regard to capitals and spacing."""
    return " ".join(name.casefold().split())


@cache
def _filled_in() -> frozenset[str]:
    """Domains that stand where nobody said which; a machine's own name under one of them is somebody's machine."""
    return frozenset(entry.domain for entry in not_employers() if entry.kind == "placeholder")
