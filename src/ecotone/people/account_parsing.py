"""Parse accounts: GitHub login, GitHub id, e-mail address or name, and whether several people may share the account."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ecotone.events.signed_accounts import (
    SHARED_LOCAL_PARTS,
    SHARED_NAMES,
    address_in_account,
    split_name_account,
)
from ecotone.people.organisation_registry import non_employer_domains

NOREPLY: Final = re.compile(r"(?:([^@+]+)\+)?([^@+]+)@users\.noreply\.github\.com\Z", re.IGNORECASE)

_SUFFIX: Final = "@users.noreply.github.com"
_NOREPLY_PARTS: Final = r"^(?:(?P<id>[^@+]+)\+)?(?P<login>[^@+]+)@users\.noreply\.github\.com$"
# GitLab writes 7-login@users.noreply.HOST, Gitee 7+login@user.noreply.gitee.com; the number is that of the login
_NUMBERED: Final = r"^email:\d{1,12}[-+]([^@+]+@users?\.noreply\.)"
_ADDRESS: Final = r"^email:(?P<local>(?s:.*))@(?P<domain>[^@]*)$"
_NO_REPLY_PARTS: Final = frozenset({"noreply", "no-reply", "no_reply", "donotreply", "do-not-reply"})
_PLAIN: Final = "^[!-~]+$"  # make_printable ASCII only: Arrow and Python lower-case it in the same way
_NAMED: Final = "name:"


MOST_KEPT: Final = 1 << 16
"""Accounts whose reading is kept in memory: several steps ask for the same ones."""


@dataclass(frozen=True, slots=True)
class Account:
    """A parsed account; all spellings of one account have the same `key`.

    >>> parse_account("12+Octo@users.noreply.github.com")
    Account(key='login:octo', login='octo', github_id='12')
    """

    key: str
    login: str | None = None
    github_id: str | None = None


@lru_cache(MOST_KEPT)
def parse_account(account: str) -> Account:
    """Login and id encoded in a GitHub no-reply address; else the address, name or login, in lower case.

    >>> parse_account("7-ada@users.noreply.gitlab.com").key, parse_account("7+ada@user.noreply.gitee.com").key
    ('email:ada@users.noreply.gitlab.com', 'email:ada@user.noreply.gitee.com')
    """
    clean = account.strip().casefold()
    if split_name_account(clean):
        return Account(f"{_NAMED}{clean}")
    if match := NOREPLY.match(clean):
        return Account(f"login:{match[2]}", match[2], match[1])
    return (
        Account(re.sub(_NUMBERED, r"email:\1", f"email:{clean}")) if "@" in clean else Account(f"login:{clean}", clean)
    )


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
    key = pc.replace_substring_regex(key, _NUMBERED, r"email:\1")
    github_id = pc.if_else(pc.equal(github_id, ""), pa.scalar(None, pa.string()), github_id)
    parsed = ParsedAccounts(key, login, github_id, hidden.to_numpy(zero_copy_only=False))
    return _reparse_non_ascii_accounts(parsed, accounts)


def account_key(account: str) -> str:
    """The key of an account: its login or its address, in lower case.

    >>> account_key("12+Octo@users.noreply.github.com"), account_key("A@B.org"), account_key("Octo")
    ('login:octo', 'email:a@b.org', 'login:octo')
    """
    return parse_account(account).key


def person_id(anchor: str) -> str:
    """A short stable id that does not reveal the address."""
    return "p" + hashlib.sha256(anchor.encode()).hexdigest()[:15]


@lru_cache(MOST_KEPT)
def email_domain(account: str) -> str:
    """The e-mail domain in lower case; empty for a login."""
    address = address_in_account(account)
    return address.rpartition("@")[2].strip().casefold() if "@" in address else ""


def is_shared_account(account: str) -> bool:
    """Whether several people may use the account. Shared accounts are never linked.

    >>> is_shared_account("root@host.local"), is_shared_account("jo@example.com"), is_shared_account("jo@org.example")
    (True, True, False)
    """
    if named := split_name_account(account.strip()):
        return _is_placeholder_name(named[0])
    if "@" not in account or NOREPLY.match(account.strip()):
        return False
    local, _, domain = account.strip().casefold().rpartition("@")
    return local in SHARED_LOCAL_PARTS or not local or "." not in domain or domain in _placeholder_domains()


@lru_cache(MOST_KEPT)
def may_show_employer(account: str) -> bool:
    """Whether the domain of an account can be its owner's employer.

    >>> may_show_employer("jo@org.example"), may_show_employer("Jo Person <team@org.example>")
    (True, False)
    """
    return not is_shared_account(account) and not is_shared_account(address_in_account(account))


def is_no_reply(account: str) -> bool:
    """Whether the address of an account is one that hides its user, whoever employs them.

    >>> is_no_reply("Jo Person <noreply@org.example>"), is_no_reply("Jo Person <team@org.example>")
    (True, False)
    """
    return address_in_account(account).rpartition("@")[0].strip().casefold() in _NO_REPLY_PARTS


def _is_placeholder_name(name: str) -> bool:
    clean = normalise_name(name)
    return clean in SHARED_LOCAL_PARTS or clean in SHARED_NAMES


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
    shared = pc.and_(pc.is_null(parsed.login), pc.or_(listed, pc.fill_null(no_host, False)))
    named = pc.starts_with(parsed.key, _NAMED)
    names = [is_shared_account(key.removeprefix(_NAMED)) for key in parsed.key.filter(named).to_pylist()]
    return pc.replace_with_mask(shared, named, pa.array(names, pa.bool_()))


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
