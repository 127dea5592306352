"""Parse accounts: GitHub login, GitHub id or e-mail address, and whether several people may share the account."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ecotone.people.organisation_registry import non_employer_domains

NOREPLY: Final = re.compile(r"(?:([^@+]+)\+)?([^@+]+)@users\.noreply\.github\.com\Z", re.IGNORECASE)

_SHARED_WORDS: Final = """
    abuse action actions admin administrator app automation autobuild bot bots build builder builds buildbot ci cd
    ci-bot codespace deploy dev developer developers devops docker example foo git github gitlab help hostmaster
    jenkins localhost my-email myemail no-reply nobody noreply none office ops postmaster release releases root runner
    security service someone somebody support sysadmin system team test tester ubuntu unknown user username vscode
    webmaster worker you you-email your-email youremail
"""
SHARED_LOCAL_PARTS: Final = frozenset(_SHARED_WORDS.split())
"""Local parts of shared mailboxes, and placeholders that tools write when no user is configured."""

SHARED_NAMES: Final = frozenset(
    ("author", "your name", "github action", "github actions", "github user", "the maintainers", "ci bot")
)
"""Placeholder names of several words."""

_SUFFIX: Final = "@users.noreply.github.com"
_NOREPLY_PARTS: Final = r"^(?:(?P<id>[^@+]+)\+)?(?P<login>[^@+]+)@users\.noreply\.github\.com$"
_ADDRESS: Final = r"^email:(?P<local>(?s:.*))@(?P<domain>[^@]*)$"
_PLAIN: Final = "^[!-~]+$"  # printable ASCII only: Arrow and Python lower-case it in the same way
_WORD: Final = re.compile(r"[^\W\d_][^\W_]*(?:['’.-][^\W\d_]+)*\.?")


@dataclass(frozen=True, slots=True)
class Account:
    """A parsed account; all spellings of one account have the same `key`.

    >>> parse_account("12+Octo@users.noreply.github.com")
    Account(key='login:octo', login='octo', github_id='12')
    """

    key: str
    login: str | None = None
    github_id: str | None = None


def parse_account(account: str) -> Account:
    """Login and id encoded in a GitHub no-reply address; else the address or login unchanged, in lower case."""
    clean = account.strip().casefold()
    if match := NOREPLY.match(clean):
        return Account(f"login:{match[2]}", match[2], match[1])
    return Account(f"email:{clean}") if "@" in clean else Account(f"login:{clean}", clean)


@dataclass(frozen=True, slots=True)
class ParsedAccounts:
    """Many parsed accounts as columns, one row each.

    is_noreply  whether the account is a GitHub no-reply address
    """

    key: pa.StringArray
    login: pa.StringArray
    github_id: pa.StringArray
    is_noreply: NDArray[np.bool_]


def parse_accounts(accounts: pa.StringArray) -> ParsedAccounts:
    """Parse many accounts at once."""
    lower = pc.ascii_lower(accounts)
    is_noreply = pc.ends_with(lower, _SUFFIX)
    parts = pc.extract_regex(lower.filter(is_noreply), _NOREPLY_PARTS)
    row_of_part = np.full(len(accounts), -1)
    row_of_part[np.flatnonzero(is_noreply)] = np.arange(len(parts))
    part_index = pa.array(row_of_part, mask=row_of_part < 0)
    hidden_login = pc.struct_field(parts, "login").take(part_index)
    github_id = pc.struct_field(parts, "id").take(part_index)
    hidden = pc.is_valid(hidden_login)
    plain_login = pc.if_else(pc.match_substring(lower, "@"), pa.scalar(None, pa.string()), lower)
    login = pc.coalesce(hidden_login, plain_login)
    key = pc.coalesce(add_prefix("login:", login), add_prefix("email:", lower))
    github_id = pc.if_else(pc.equal(github_id, ""), pa.scalar(None, pa.string()), github_id)
    parsed = ParsedAccounts(key, login, github_id, hidden.to_numpy(zero_copy_only=False))
    return _reparse_non_ascii_accounts(parsed, accounts)


def account_key(account: str) -> str:
    """The key of an account: its login or its address, in lower case.

    >>> account_key("12+Octo@users.noreply.github.com"), account_key("A@B.org"), account_key("Octo")
    ('login:octo', 'email:a@b.org', 'login:octo')
    """
    return parse_account(account).key


def email_domain(account: str) -> str:
    """The e-mail domain in lower case; empty for a login."""
    return account.rpartition("@")[2].strip().casefold() if "@" in account else ""


def is_shared_account(account: str) -> bool:
    """Whether several people may use the account. Shared accounts are never linked.

    >>> is_shared_account("root@host.local"), is_shared_account("jo@example.com"), is_shared_account("jo@org.example")
    (True, True, False)
    """
    if "@" not in account or NOREPLY.match(account.strip()):
        return False
    local, _, domain = account.strip().casefold().rpartition("@")
    return local in SHARED_LOCAL_PARTS or not local or "." not in domain or domain in _placeholder_domains()


def are_shared_accounts(parsed: ParsedAccounts) -> pa.BooleanArray:
    """Whether several people may use each of these accounts."""
    parts = pc.extract_regex(parsed.key, _ADDRESS)
    local, domain = pc.struct_field(parts, "local"), pc.struct_field(parts, "domain")
    no_host = pc.or_(pc.equal(local, ""), pc.invert(pc.match_substring(domain, ".")))
    listed = pc.or_(
        pc.is_in(local, value_set=pa.array(sorted(SHARED_LOCAL_PARTS))),
        pc.is_in(domain, value_set=pa.array(sorted(_placeholder_domains()))),
    )
    # a login is never shared
    return pc.and_(pc.is_null(parsed.login), pc.or_(listed, pc.fill_null(no_host, False)))


def is_full_name(name: str) -> bool:
    """Whether a name has at least two words: only then can it identify a person within a company.

    >>> [is_full_name(name) for name in ("Person Example", "person", "P. Q.", "Your Name", "x y 2")]
    [True, False, False, False, False]
    """
    clean = " ".join(name.split())
    words = clean.split(" ")
    long = [word for word in words if _WORD.fullmatch(word) and len(word.rstrip(".")) > 1]
    return len(long) >= 2 and clean.casefold() not in SHARED_NAMES


def normalise_name(name: str) -> str:
    """The name in lower case with single spaces."""
    return " ".join(name.casefold().split())


def add_prefix(prefix: str, values: pa.StringArray) -> pa.StringArray:
    """Each value with the prefix; NULL stays NULL."""
    return pc.binary_join_element_wise(prefix, values, "")


def _reparse_non_ascii_accounts(ascii_parsed: ParsedAccounts, accounts: pa.StringArray) -> ParsedAccounts:
    """Replace the rows of accounts that are not plain ASCII by the results of the Python parser."""
    is_non_ascii = pc.invert(pc.match_substring_regex(accounts, _PLAIN))
    listed = accounts.filter(is_non_ascii).to_pylist()
    if not listed:
        return ascii_parsed
    parsed = [parse_account(account) for account in listed]
    hidden = ascii_parsed.is_noreply.copy()
    hidden[np.flatnonzero(is_non_ascii)] = [NOREPLY.match(account.strip()) is not None for account in listed]
    key, login, github_id = (
        pc.replace_with_mask(before, is_non_ascii, pa.array(after, pa.string()))
        for before, after in (
            (ascii_parsed.key, [parsed_account.key for parsed_account in parsed]),
            (ascii_parsed.login, [parsed_account.login for parsed_account in parsed]),
            (ascii_parsed.github_id, [parsed_account.github_id for parsed_account in parsed]),
        )
    )
    return ParsedAccounts(key, login, github_id, hidden)


@cache
def _placeholder_domains() -> frozenset[str]:
    """Placeholder domains such as example.com; a host name below one of them may belong to one person."""
    return frozenset(entry.domain for entry in non_employer_domains() if entry.kind == "placeholder")
