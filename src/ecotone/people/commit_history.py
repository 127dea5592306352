"""What commit histories show of who is who: uses of addresses, names, and signs that accounts are one person's.

`repository_history` reads one repository alone; `combine_histories` puts all of them together.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events.sources.git.history import accounts_by_signature, with_accounts
from ecotone.events.sources.git.landing_forms import EXPLICIT, parse_branch_owner, parse_request_references
from ecotone.people import bot_heuristics, match_rules
from ecotone.people.account_parsing import email_domain
from ecotone.people.actor_classification import NAME_SCHEMA
from ecotone.people.distinctive_names import find_name_matches
from ecotone.people.domain_resolver import DomainResolver
from ecotone.people.handle_matches import find_handle_matches
from ecotone.people.identity_resolution import LISTED_SCHEMA
from ecotone.people.name_evidence import count_names
from ecotone.people.organisation_registry import EMPLOYER_KINDS

_SIGNER: Final = re.compile(r"([^<]*)<([^<>\s@]+@[^<>\s]+)>\Z")
SIGNING_KEYS: Final = ("signed-off-by", "co-authored-by", "co-developed-by", "reviewed-by", "acked-by", "tested-by")
EARLIEST: Final = int(datetime(2005, 4, 7, tzinfo=UTC).timestamp())  # git's own first commit


@dataclass(frozen=True, slots=True)
class RepositoryHistory:
    """What one repository's commits show.

    identities    name, account as `email`, what .mailmap says of them, and the number of the person that it lists
    name_uses     name_evidence.NAME_USE_SCHEMA
    marks         account, day: every use of an address
    rhythm        account, time, form: the author's own clock and the form of the subject
    handles       match_rules.MATCH_SCHEMA: accounts that share a distinctive login or name
    signed_twice  counts for the rule of accounts that signed one commit
    squashes      (account, author_email, author_name, credited) -> squash merges of that account's requests
    branches      (account, login) -> merges of that account's requests from a branch of that login
    """

    identities: pa.Table
    name_uses: pa.Table
    marks: pa.Table
    rhythm: pa.Table
    handles: pa.Table
    signed_twice: Counter[tuple[str, str, bool]]
    squashes: Counter[tuple[str, str, str, bool]]
    branches: Counter[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class CommitHistory:
    """What all histories show together.

    ties     ties.TIE_SCHEMA
    marks    account, day: every use of an address, landed or not
    names    kinds.NAME_SCHEMA: the names that accounts signed with
    habits   account -> what in its commits speaks for a machine
    listed   identity_resolution.LISTED_SCHEMA: the people that each `.mailmap` lists
    name_uses  name_evidence.NAME_USE_SCHEMA
    """

    ties: pa.Table
    marks: pa.Table
    names: pa.Table
    habits: Mapping[str, str]
    listed: pa.Table
    name_uses: pa.Table


def repository_history(
    commits: pa.Table, trailers: pa.Table, pulls: pa.Table, events: pa.Table, identities: pa.Table, until: datetime
) -> RepositoryHistory:
    """Read one repository's collected tables; `until` ends its observation."""
    accounts = accounts_by_signature(identities)
    commits = with_accounts(commits, identities)
    squashes, branches = _count_requests(commits, trailers, pulls, events, accounts)
    columns = ("name", "account", "mailmap_name", "mailmap_account", "listed_person")
    by_account = identities.select(columns).rename_columns(
        ["name", "email", "mailmap_name", "mailmap_email", "listed_person"]
    )
    return RepositoryHistory(
        identities=by_account,
        name_uses=count_names(commits, _proper_names(by_account)),
        marks=_address_uses(commits, trailers, accounts, until),
        rhythm=_commit_rhythm(commits),
        handles=pa.concat_tables([find_handle_matches(by_account), _name_matches(by_account)]),
        signed_twice=Counter(match_rules.count_signed_twice(commits, trailers, accounts)),
        squashes=squashes,
        branches=branches,
    )


def combine_histories(
    histories: Sequence[RepositoryHistory], domains: DomainResolver, owners: frozenset[str]
) -> CommitHistory:
    """Add up all repositories, and derive the ties between accounts.

    owners  logins that own repositories: their branches are everybody's
    """
    identities = pa.concat_tables([history.identities for history in histories])
    names = frozenset(zip(identities["email"].to_pylist(), identities["name"].to_pylist(), strict=True))
    signed_twice: Counter[tuple[str, str, bool]] = Counter()
    squashed: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    branches: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for history in histories:
        signed_twice.update(history.signed_twice)
        for (account, email, name, credited), count in history.squashes.items():
            row = squashed[account, email]
            row[0] += count
            row[1] += count * ((account, name) in names)
            row[2] += count * credited
        for pair, count in history.branches.items():
            branches[pair][0] += count
    tables = [
        match_rules.mailmap_matches(identities),
        match_rules.signed_twice_matches(signed_twice),
        match_rules.squash_merge_matches(_landed_requests(squashed)),
        match_rules.branch_owner_matches(_landed_requests(branches), owners),
        match_rules.merge_matches([history.handles for history in histories]),
        match_rules.same_name_matches(identities, _employer_domains(identities, domains)),
    ]
    marks = pa.concat_tables([history.marks for history in histories]).unify_dictionaries()
    marks = marks.group_by(["account", "day"]).aggregate([])
    signed = identities.select(["email", "name"]).rename_columns(NAME_SCHEMA.names)
    distinct = signed.group_by(NAME_SCHEMA.names, use_threads=False).aggregate([])
    rhythm = pa.concat_tables([history.rhythm for history in histories]).unify_dictionaries()
    uses = pa.concat_tables([history.name_uses for history in histories])
    return CommitHistory(
        pa.concat_tables(tables),
        marks,
        distinct,
        bot_heuristics.find_machine_like_accounts(rhythm),
        _listed_people(histories),
        uses.group_by(["account", "name"], use_threads=False)
        .aggregate([("uses", "sum")])
        .rename_columns(uses.column_names),
    )


def _listed_people(histories: Sequence[RepositoryHistory]) -> pa.Table:
    """The accounts of people that a `.mailmap` lists; a file is the position of its repository."""
    parts = [LISTED_SCHEMA.empty_table()]
    for file, history in enumerate(histories):
        rows = history.identities.filter(pc.is_valid(history.identities["listed_person"]))
        columns = [rows["mailmap_email"], pa.repeat(pa.scalar(file), rows.num_rows), rows["listed_person"]]
        parts.append(pa.table(columns, names=LISTED_SCHEMA.names).cast(LISTED_SCHEMA))
    return pa.concat_tables(parts).group_by(LISTED_SCHEMA.names, use_threads=False).aggregate([])


def _name_matches(identities: pa.Table) -> pa.Table:
    """Matches under a distinctive name, but for accounts that the `.mailmap` joins: its statement needs no other."""
    proper: dict[str, set[str]] = defaultdict(set)
    for account, joined in zip(*(identities[name].to_pylist() for name in ("email", "mailmap_email")), strict=True):
        proper[account].add(joined or account)
    matches = find_name_matches(identities)
    pairs = zip(matches["account"].to_pylist(), matches["other_account"].to_pylist(), strict=True)
    apart = [not proper[account] & proper[other_account] for account, other_account in pairs]
    return matches.filter(pa.array(apart, pa.bool_()))


def _proper_names(identities: pa.Table) -> dict[tuple[str, str], str]:
    columns = (identities[column].to_pylist() for column in ("email", "name", "mailmap_name"))
    return {(account, name): proper_name for account, name, proper_name in zip(*columns, strict=True)}


def owners_of(repositories: Iterable[str]) -> frozenset[str]:
    """The logins that own repositories: their branches are everybody's."""
    return frozenset(repository.casefold().partition("/")[0] for repository in repositories)


def _count_requests(
    commits: pa.Table,
    trailers: pa.Table,
    pulls: pa.Table,
    events: pa.Table,
    accounts: Mapping[tuple[str, str], str],
) -> tuple[Counter[tuple[str, str, str, bool]], Counter[tuple[str, str]]]:
    """Who wrote requests, and as whom GitHub landed them: by account for squashes, by branch for merges."""
    columns = (pulls[name].to_pylist() for name in ("number", "account", "has_head"))
    authors = {number: account for number, account, has_head in zip(*columns, strict=True) if has_head and account}
    landings = events.filter(pc.equal(events["kind"], "pull_merged"))
    position = pc.index_in(landings["commit"], value_set=commits["sha"].combine_chunks())
    landed = commits.select(["sha", "parents", "subject", "author_name", "author_email"]).take(position)
    co_authors = _co_authors(trailers, accounts)
    squashes: Counter[tuple[str, str, str, bool]] = Counter()
    branches: Counter[tuple[str, str]] = Counter()
    rows = zip(landings["thread"].to_pylist(), *(column.to_pylist() for column in landed.columns), strict=True)
    for number, sha, parents, subject, author_name, author_email in rows:
        account = authors.get(number)
        named = parse_request_references(subject)
        # a commit that lands a request without naming it in its subject may be of somebody else
        if (
            account is None
            or sha is None
            or not named
            or (named[0].number, named[0].kind in EXPLICIT) != (number, True)
        ):
            continue
        if " " in parents:
            if login := parse_branch_owner(subject):
                branches[account, login] += 1
        else:
            credited = account.casefold() in co_authors.get(sha, ())
            squashes[account, author_email, author_name, credited] += 1
    return squashes, branches


def _co_authors(trailers: pa.Table, account_of: Mapping[tuple[str, str], str]) -> dict[str, set[str]]:
    """The co-authors that each commit names, as accounts in lower case."""
    named = trailers.filter(pc.equal(trailers["key"], "co-authored-by"))
    accounts: dict[str, set[str]] = defaultdict(set)
    for sha, value in zip(named["sha"].to_pylist(), named["value"].to_pylist(), strict=True):
        name, _, rest = value.rpartition("<")
        address = rest.rstrip("> ")
        accounts[sha].add(account_of.get((name.strip(), address), address).casefold())
    return accounts


def _landed_requests(counts: Mapping[tuple[str, str], Sequence[int]]) -> list[match_rules.RequestPairCount]:
    return [
        match_rules.RequestPairCount(account, landed_as, *row) for (account, landed_as), row in sorted(counts.items())
    ]


def _address_uses(
    commits: pa.Table, trailers: pa.Table, accounts: Mapping[tuple[str, str], str], until: datetime
) -> pa.Table:
    """Account and day of every author, committer and signer; impossible days are left out."""
    position = pc.index_in(trailers["sha"], value_set=commits["sha"].combine_chunks())
    signing = pc.is_in(trailers["key"], value_set=pa.array(SIGNING_KEYS))
    values = pc.unique(trailers["value"])
    signers = pa.array([_account_of_signer(value, accounts) for value in values.to_pylist()], pa.string())
    signers = signers.take(pc.index_in(trailers["value"], value_set=values).combine_chunks())
    signed = pa.table([signers, commits["author_time"].take(position)], names=["account", "time"]).filter(signing)
    parts = [
        pa.table([commits[f"{role}_email"], commits[f"{role}_time"]], names=["account", "time"])
        for role in ("author", "committer")
    ]
    used = pa.concat_tables([*parts, signed])
    end = int(until.replace(tzinfo=UTC).timestamp())
    possible = pc.and_(pc.greater_equal(used["time"], EARLIEST), pc.less(used["time"], end))
    used = used.filter(pc.and_(possible, pc.is_valid(used["account"])))
    day = pc.divide(used["time"], 86_400).cast(pa.int32()).cast(pa.date32())
    return pa.table([used["account"], day], names=["account", "day"]).group_by(["account", "day"]).aggregate([])


def _account_of_signer(value: str, accounts: Mapping[tuple[str, str], str]) -> str | None:
    signer = _SIGNER.match(value)
    return accounts.get((signer[1].strip(), signer[2]), signer[2]) if signer else None


def _commit_rhythm(commits: pa.Table) -> pa.Table:
    clock = pc.add(commits["author_time"], pc.multiply(commits["author_offset"].cast(pa.int64()), 60))
    columns = [commits["author_email"], clock, bot_heuristics.number_subject_forms(commits["subject"])]
    return pa.table(columns, names=["account", "time", "form"])


def _employer_domains(identities: pa.Table, domains: DomainResolver) -> dict[str, str]:
    """The organisation of every mail domain that speaks for an employer."""
    organisations = {}
    for domain in sorted({email_domain(email) for email in pc.unique(identities["email"]).to_pylist()}):
        attribution = domains.resolve_domain(domain) if domain else None
        if attribution and attribution.kind in EMPLOYER_KINDS:
            organisations[domain] = attribution.organisation
    return organisations
