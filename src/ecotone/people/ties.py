"""Match rules of identity resolution, strongest first, and the evidence of each.

The precision of a rule was measured on real histories where both accounts have a GitHub id. Weak evidence (a name
alone, a login equal to an address's local part) is not a rule.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.people.accounts import all_shared, domain_of, folded_name, is_full_name, is_shared, key_of, parse_all


@dataclass(frozen=True, slots=True)
class Rule:
    """A match rule; `level` 0 is the strongest, `strength` is its label for readers."""

    name: str
    level: int
    strength: str
    says: str


OVERRIDE: Final = Rule("landscape", 0, "declared", "the landscape file says so")
SAME_ACCOUNT: Final = Rule("no-reply address", 1, "certain", "a GitHub no-reply address names the login and its id")
FILE: Final = Rule("affiliation file", 2, "declared", "an affiliation file lists both for one person")
MAILMAP: Final = Rule(".mailmap", 3, "declared", "the project's own .mailmap says so")
SIGNED_TWICE: Final = Rule("signed twice", 4, "strong", "one commit carries both accounts under one name")
REQUEST: Final = Rule("own request", 5, "strong", "requests were written as one and landed by GitHub as the other")
BRANCH: Final = Rule("branch owner", 6, "good", "merge commits name the login whose branch held the account's commits")
OPENER: Final = Rule("opened request", 6, "good", "requests written with the account were opened by the login")
NAME: Final = Rule("name and company", 7, "fair", "one full name at one organisation's domain, and nowhere else")

RULES: Final = (OVERRIDE, SAME_ACCOUNT, FILE, MAILMAP, SIGNED_TWICE, REQUEST, BRANCH, OPENER, NAME)

TIE_SCHEMA: Final = pa.schema(
    [("account", pa.string()), ("other", pa.string()), ("rule", pa.string()), ("evidence", pa.string())]
)

CLEAR_SHARE: Final = 0.8
"""Smallest share of an account's requests that points to one login or account."""
LEAST_SHARE: Final = 0.1
"""Smallest share of the other account's requests: who merges for many people is none of them."""
LEAST_REQUESTS: Final = 2
"""Fewest requests without a common name: a single one may be another person's commit on the branch."""

LEAST_CREDITS: Final = 2
"""Fewest commits that credit a co-author of the author's name: a single one may be a namesake."""

_SIGNER: Final = re.compile(r"([^<]*?)\s*<([^<>\s]+@[^<>\s]+)>\Z")
SIGNING_KEYS: Final = ("signed-off-by", "co-authored-by")


def table_of(rows: Iterable[tuple[str, str, str, str]]) -> pa.Table:
    """Matches as a table: each pair of different, unshared accounts once per rule, sorted."""
    listed = list(rows)
    columns_given = [pa.array([row[place] for row in listed], pa.string()) for place in range(len(TIE_SCHEMA))]
    given = pa.table(columns_given, schema=TIE_SCHEMA)
    ends = [given[name].combine_chunks() for name in ("account", "other")]
    parsed = [parse_all(end) for end in ends]
    shared = pc.or_(*(all_shared(one) for one in parsed))
    proper = pc.and_not(pc.not_equal(parsed[0].key, parsed[1].key), shared)
    in_order = pc.less_equal(*ends)
    columns = [pc.if_else(in_order, *ends), pc.if_else(in_order, *reversed(ends)), given["rule"], given["evidence"]]
    keys = TIE_SCHEMA.names[:3]
    found = pa.table(columns, schema=TIE_SCHEMA).filter(proper)
    each = found.group_by(keys, use_threads=False).aggregate([("evidence", "last")]).rename_columns(TIE_SCHEMA.names)
    return each.sort_by([(key, "ascending") for key in keys]).cast(TIE_SCHEMA)


def declared(groups: Iterable[tuple[Sequence[str], str]], rule: Rule) -> pa.Table:
    """Matches among accounts that a source lists together; each group comes with its source."""
    rows = ((group[0], other, rule.name, said) for group, said in groups for other in group[1:])
    return table_of(rows)


def mailmap(identities: pa.Table) -> pa.Table:
    """Matches declared in `.mailmap` files; `identities` has email and mailmap_email."""
    pairs = zip(identities["email"].to_pylist(), identities["mailmap_email"].to_pylist(), strict=True)
    return table_of((one, other, MAILMAP.name, MAILMAP.says) for one, other in set(pairs) if one and other)


def signed_twice(commits: pa.Table, trailers: pa.Table) -> Counter[tuple[str, str, bool]]:
    """Count the commits that two accounts signed under one name, as author and committer or in a trailer.

    The third part of a key says whether the second account is only a credited co-author, who may be a namesake.

    commits   sha, author_name, author_email, committer_name, committer_email
    trailers  sha, key, value
    """
    found: Counter[tuple[str, str, bool]] = Counter()
    same = pc.equal(commits["author_name"], commits["committer_name"])
    differ = pc.not_equal(commits["author_email"], commits["committer_email"])
    both = commits.filter(pc.and_(same, differ))
    pairs = zip(both["author_email"].to_pylist(), both["committer_email"].to_pylist(), strict=True)
    found.update((author, committer, False) for author, committer in pairs)
    signing = trailers.filter(pc.is_in(trailers["key"], value_set=pa.array(SIGNING_KEYS)))
    position = pc.index_in(signing["sha"], value_set=commits["sha"].combine_chunks())
    authors = zip(*(commits[name].take(position).to_pylist() for name in ("author_name", "author_email")), strict=True)
    credited = pc.equal(signing["key"], "co-authored-by").to_pylist()
    for value, credit, (name, email) in zip(signing["value"].to_pylist(), credited, authors, strict=True):
        signer = _SIGNER.match(value)
        if signer and email and signer[1] == name and signer[2].casefold() != email.casefold():
            found[email, signer[2], credit] += 1
    return found


def signed_twice_ties(counts: Mapping[tuple[str, str, bool], int]) -> pa.Table:
    """Matches of counted pairs of signers; a credit alone must occur more than once."""
    total, signed = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for (one, other, credit), count in counts.items():
        total[_pair(one, other)] += count
        signed[_pair(one, other)] += 0 if credit else count
    return table_of(
        (*pair, SIGNED_TWICE.name, f"{_commits(count)} signed with both under one name")
        for pair, count in total.items()
        if signed[pair] or count >= LEAST_CREDITS
    )


@dataclass(frozen=True, slots=True)
class Landed:
    """How often requests whose first commit is by `account` were merged as `merged_as` (an account or a login).

    same_name_count  of these, both have the same name
    credited_count   of these, the merge credits `account` as a co-author: then they are two people, because GitHub
                     omits the addresses of the account that opened the request
    """

    account: str
    landed_as: str
    times: int
    named: int
    credited: int


def request_ties(landed: Iterable[Landed]) -> pa.Table:
    """Matches between the author of commits and the author that GitHub gives their squash merge."""
    rows = list(landed)
    clear = frozenset(_clear(rows, LEAST_SHARE))
    chosen = (row for row in rows if row.named or (row in clear and row.credited == 0))
    return table_of((row.account, row.landed_as, REQUEST.name, _requests(row)) for row in chosen)


def branch_ties(landed: Iterable[Landed], owners: frozenset[str]) -> pa.Table:
    """Matches between an account and the login whose branches contained its requests.

    owners  owners of the repositories read, whose branches all maintainers use
    """
    return _clear_ties(landed, owners, BRANCH, "merged requests came from the login's branches")


def opener_ties(landed: Iterable[Landed], owners: frozenset[str]) -> pa.Table:
    """Matches between an account and the login that opened its requests, as seen in event sources.

    owners  owners of the repositories read
    """
    return _clear_ties(landed, owners, OPENER, "requests were opened by the login")


def _clear_ties(landed: Iterable[Landed], owners: frozenset[str], rule: Rule, says: str) -> pa.Table:
    """Matches of pairs that agree in most requests of both sides."""
    rows = [row for row in landed if row.landed_as.casefold() not in owners]
    chosen = _clear(rows, CLEAR_SHARE)
    return table_of((row.account, row.landed_as, rule.name, f"{row.times} {says}") for row in chosen)


def _clear(rows: Sequence[Landed], of_the_other: float) -> list[Landed]:
    """Pairs that occur more than once, in most of the account's requests and in a share of the other's."""
    written, signed = Counter[str](), Counter[str]()
    for row in rows:
        written[key_of(row.account)] += row.times
        signed[key_of(row.landed_as)] += row.times
    return [
        row
        for row in rows
        if row.times >= LEAST_REQUESTS
        and row.times >= CLEAR_SHARE * written[key_of(row.account)]
        and row.times >= of_the_other * signed[key_of(row.landed_as)]
    ]


def name_ties(identities: pa.Table, organisation_domains: Mapping[str, str]) -> pa.Table:
    """Matches between addresses of one organisation under one full name that no address of another domain has.

    identities            name, email
    organisation_domains  domain -> its organisation
    """
    holders: dict[str, set[str]] = defaultdict(set)
    pairs = set(zip(identities["name"].to_pylist(), identities["email"].to_pylist(), strict=True))
    for name, email in pairs:
        if name and email and is_full_name(name) and not is_shared(email):
            holders[folded_name(name)].add(email)
    groups = []
    for emails in holders.values():
        domains = {domain_of(email) for email in emails}
        if len(emails) > 1 and len(domains) == 1 and domains <= organisation_domains.keys():
            listed = sorted(emails)
            groups.append((listed, f"one full name at {organisation_domains[domain_of(listed[0])]}, and nowhere else"))
    return declared(groups, NAME)


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one <= other else (other, one)


def _commits(count: int) -> str:
    return "1 commit" if count == 1 else f"{count} commits"


def _requests(row: Landed) -> str:
    times = "1 request" if row.times == 1 else f"{row.times} requests"
    under = " under one name" if row.named else ", none naming the other as a co-author"
    return f"{times} committed with one, landed with the other{under}"
