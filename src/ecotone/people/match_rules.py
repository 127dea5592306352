"""Match rules of identity resolution, strongest first, and the evidence of each.

The precision of a rule was measured on real histories where both accounts have a GitHub id. Weak evidence (a name
alone, a login alone) is not a rule, unless it is rare.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events.signed_accounts import is_full_name
from ecotone.people.account_parsing import (
    account_key,
    are_shared_accounts,
    email_domain,
    is_shared_account,
    normalise_name,
    parse_accounts,
)


@dataclass(frozen=True, slots=True)
class MatchRule:
    """A match rule; `level` 0 is the strongest, `strength` is its label for readers."""

    name: str
    level: int
    strength: str
    evidence: str


OVERRIDE: Final = MatchRule("landscape", 0, "declared", "the landscape file says so")
SAME_ACCOUNT: Final = MatchRule(
    "no-reply address", 1, "certain", "a GitHub no-reply address names the login and its id"
)
FILE: Final = MatchRule("affiliation file", 2, "declared", "an affiliation file lists both for one person")
MAILMAP: Final = MatchRule(".mailmap", 3, "declared", "the project's own .mailmap says so")
SIGNED_TWICE: Final = MatchRule("signed twice", 4, "strong", "one commit carries both accounts under one name")
REQUEST: Final = MatchRule("own request", 5, "strong", "requests were written as one and landed by GitHub as the other")
BRANCH: Final = MatchRule(
    "branch owner", 6, "good", "merge commits name the login whose branch held the account's commits"
)
COMMIT_AUTHOR: Final = MatchRule("author at GitHub", 4, "strong", "GitHub names the login as the author of a commit")
OPENER: Final = MatchRule("opened request", 6, "good", "requests written with the account were opened by the login")
HANDLE: Final = MatchRule(
    "login and name", 7, "good", "two accounts of one project share a distinctive login, and their names agree"
)
NAME: Final = MatchRule("name and company", 7, "fair", "one full name at one organisation's domain, and nowhere else")
DISTINCTIVE: Final = MatchRule(
    "distinctive name", 8, "fair", "two accounts of one project share a full name that hardly two of its people have"
)

RULES: Final = (
    OVERRIDE,
    SAME_ACCOUNT,
    FILE,
    MAILMAP,
    COMMIT_AUTHOR,
    SIGNED_TWICE,
    REQUEST,
    BRANCH,
    OPENER,
    HANDLE,
    NAME,
    DISTINCTIVE,
)

MATCH_SCHEMA: Final = pa.schema(
    [("account", pa.string()), ("other_account", pa.string()), ("rule", pa.string()), ("evidence", pa.string())]
)

CLEAR_SHARE: Final = 0.8
"""Smallest share of an account's requests that points to one login or account."""
LEAST_SHARE: Final = 0.1
"""Smallest share of the other account's requests: who merges for many people is none of them."""
LEAST_REQUESTS: Final = 2
"""Fewest requests without a common name: a single one may be another person's commit on the branch."""

LEAST_USES: Final = 3
"""Fewest commits under a name that establish it."""

LEAST_CREDITS: Final = 2
"""Fewest commits that credit a co-author of the author's name: a single one may be a namesake."""

_SIGNER: Final = re.compile(r"([^<]*)<([^<>\s@]+@[^<>\s]+)>\Z")
SIGNING_KEYS: Final = ("signed-off-by", "co-authored-by", "co-developed-by")


def match_table(rows: Iterable[tuple[str, str, str, str]]) -> pa.Table:
    """Matches as a table: each pair of different, unshared accounts once per rule, sorted."""
    listed = list(rows)
    columns_given = [pa.array([row[column] for row in listed], pa.string()) for column in range(len(MATCH_SCHEMA))]
    given_matches = pa.table(columns_given, schema=MATCH_SCHEMA)
    ends = [given_matches[name].combine_chunks() for name in ("account", "other_account")]
    parsed = [parse_accounts(end) for end in ends]
    shared = pc.or_(*(are_shared_accounts(accounts) for accounts in parsed))
    proper = pc.and_not(pc.not_equal(parsed[0].key, parsed[1].key), shared)
    in_order = pc.less_equal(*ends)
    columns = [
        pc.if_else(in_order, *ends),
        pc.if_else(in_order, *reversed(ends)),
        given_matches["rule"],
        given_matches["evidence"],
    ]
    return merge_matches([pa.table(columns, schema=MATCH_SCHEMA).filter(proper)])


def merge_matches(tables: Sequence[pa.Table]) -> pa.Table:
    """Each pair of accounts once per rule, sorted; the last evidence counts."""
    keys = MATCH_SCHEMA.names[:3]
    unique_matches = (
        pa.concat_tables([MATCH_SCHEMA.empty_table(), *tables])
        .group_by(keys, use_threads=False)
        .aggregate([("evidence", "last")])
        .rename_columns(MATCH_SCHEMA.names)
    )
    return unique_matches.sort_by([(key, "ascending") for key in keys]).cast(MATCH_SCHEMA)


def declared_matches(groups: Iterable[tuple[Sequence[str], str]], rule: MatchRule) -> pa.Table:
    """Matches among accounts that a source lists together; each group comes with its source."""
    rows = ((group[0], account, rule.name, source) for group, source in groups for account in group[1:])
    return match_table(rows)


def mailmap_matches(identities: pa.Table) -> pa.Table:
    """Matches declared in `.mailmap` files; `identities` has email and mailmap_email."""
    pairs = zip(identities["email"].to_pylist(), identities["mailmap_email"].to_pylist(), strict=True)
    return match_table(
        (email, mailmap_email, MAILMAP.name, MAILMAP.evidence)
        for email, mailmap_email in set(pairs)
        if email and mailmap_email
    )


def count_signed_twice(
    commits: pa.Table, trailers: pa.Table, accounts: Mapping[tuple[str, str], str] | None = None
) -> Counter[tuple[str, str, bool]]:
    """Count the commits that two accounts signed under one name, as author and committer or in a trailer.

    The third part of a key says whether the second account is only a credited co-author, who may be a namesake.

    commits   sha, author_name, author_email, committer_name, committer_email
    trailers  sha, key, value
    accounts  name and address of a signature -> its account
    """
    account_of = accounts or {}
    counts: Counter[tuple[str, str, bool]] = Counter()
    same = pc.equal(commits["author_name"], commits["committer_name"])
    differ = pc.not_equal(commits["author_email"], commits["committer_email"])
    both = commits.filter(pc.and_(same, differ))
    pairs = zip(both["author_email"].to_pylist(), both["committer_email"].to_pylist(), strict=True)
    counts.update((author, committer, False) for author, committer in pairs)
    signing = trailers.filter(pc.is_in(trailers["key"], value_set=pa.array(SIGNING_KEYS)))
    position = pc.index_in(signing["sha"], value_set=commits["sha"].combine_chunks())
    authors = zip(*(commits[name].take(position).to_pylist() for name in ("author_name", "author_email")), strict=True)
    credited = pc.not_equal(signing["key"], "signed-off-by").to_pylist()
    for value, credit, (name, email) in zip(signing["value"].to_pylist(), credited, authors, strict=True):
        signer = _SIGNER.match(value)
        if not signer or not email or signer[1].rstrip() != name:
            continue
        account = account_of.get((name, signer[2]), signer[2])
        if account.casefold() != email.casefold():
            counts[email, account, credit] += 1
    return counts


def signed_twice_matches(counts: Mapping[tuple[str, str, bool], int]) -> pa.Table:
    """Matches of counted pairs of signers; a credit alone must occur more than once."""
    total, signed = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for (first_account, second_account, credit), count in counts.items():
        total[_sorted_pair(first_account, second_account)] += count
        signed[_sorted_pair(first_account, second_account)] += 0 if credit else count
    return match_table(
        (*pair, SIGNED_TWICE.name, f"{_count_of_commits(count)} signed with both under one name")
        for pair, count in total.items()
        if signed[pair] or count >= LEAST_CREDITS
    )


@dataclass(frozen=True, slots=True)
class RequestPairCount:
    """How often requests whose first commit is by `account` were merged as `merged_as` (an account or a login).

    same_name_count  of these, both have the same name
    credited_count   of these, the merge credits `account` as a co-author: then they are two people, because GitHub
                     omits the addresses of the account that opened the request
    """

    account: str
    merged_as: str
    request_count: int
    same_name_count: int
    credited_count: int


def squash_merge_matches(pair_counts: Iterable[RequestPairCount]) -> pa.Table:
    """Matches between the author of commits and the author that GitHub gives their squash merge."""
    rows = list(pair_counts)
    clear_pairs = frozenset(_clear_pairs(rows, LEAST_SHARE))
    chosen = (row for row in rows if row.same_name_count or (row in clear_pairs and row.credited_count == 0))
    return match_table((row.account, row.merged_as, REQUEST.name, _request_evidence(row)) for row in chosen)


def branch_owner_matches(pair_counts: Iterable[RequestPairCount], owners: frozenset[str]) -> pa.Table:
    """Matches between an account and the login whose branches contained its requests.

    owners  owners of the repositories read, whose branches all maintainers use
    """
    return _clear_pair_matches(pair_counts, owners, BRANCH, "merged requests came from the login's branches")


def opened_request_matches(pair_counts: Iterable[RequestPairCount], owners: frozenset[str]) -> pa.Table:
    """Matches between an account and the login that opened its requests, as seen in event sources.

    owners  owners of the repositories read
    """
    return _clear_pair_matches(pair_counts, owners, OPENER, "requests were opened by the login")


def _clear_pair_matches(
    pair_counts: Iterable[RequestPairCount], owners: frozenset[str], rule: MatchRule, says: str
) -> pa.Table:
    """Matches of pairs that agree in most requests of both sides."""
    rows = [row for row in pair_counts if row.merged_as.casefold() not in owners]
    chosen = _clear_pairs(rows, CLEAR_SHARE)
    return match_table((row.account, row.merged_as, rule.name, f"{row.request_count} {says}") for row in chosen)


def _clear_pairs(rows: Sequence[RequestPairCount], share_of_other: float) -> list[RequestPairCount]:
    """Pairs that occur more than once, in most of the account's requests and in a share of the other's."""
    written, signed = Counter[str](), Counter[str]()
    for row in rows:
        written[account_key(row.account)] += row.request_count
        signed[account_key(row.merged_as)] += row.request_count
    return [
        row
        for row in rows
        if row.request_count >= LEAST_REQUESTS
        and row.request_count >= CLEAR_SHARE * written[account_key(row.account)]
        and row.request_count >= share_of_other * signed[account_key(row.merged_as)]
    ]


def same_name_matches(identities: pa.Table, organisation_domains: Mapping[str, str]) -> pa.Table:
    """Matches between addresses of one organisation under one full name that no address of another domain has.

    identities            name, email
    organisation_domains  domain -> its organisation
    """
    holders: dict[str, set[str]] = defaultdict(set)
    pairs = set(zip(identities["name"].to_pylist(), identities["email"].to_pylist(), strict=True))
    for name, email in pairs:
        if name and email and is_full_name(name) and not is_shared_account(email):
            holders[normalise_name(name)].add(email)
    groups = []
    for emails in holders.values():
        domains = {email_domain(email) for email in emails}
        if len(emails) > 1 and len(domains) == 1 and domains <= organisation_domains.keys():
            listed = sorted(emails)
            groups.append(
                (listed, f"one full name at {organisation_domains[email_domain(listed[0])]}, and nowhere else")
            )
    return declared_matches(groups, NAME)


def _sorted_pair(first_account: str, second_account: str) -> tuple[str, str]:
    return (first_account, second_account) if first_account <= second_account else (second_account, first_account)


def _count_of_commits(count: int) -> str:
    return "1 commit" if count == 1 else f"{count} commits"


def _request_evidence(row: RequestPairCount) -> str:
    times = "1 request" if row.request_count == 1 else f"{row.request_count} requests"
    under = " under one name" if row.same_name_count else ", none naming the other as a co-author"
    return f"{times} committed with one, landed with the other{under}"
