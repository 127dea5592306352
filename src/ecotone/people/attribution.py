"""Who an act is to be credited to: the agent that helped, and the organisation that an address speaks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.people.actors import assisted_by
from ecotone.people.organisations import EMPLOYER_KINDS, Attribution, classify_domain, organisation_of_domain

AFFILIATION_SCHEMA: Final = pa.schema(
    [
        ("person", pa.string()),
        ("organisation", pa.string()),
        ("since", pa.date32()),
        ("until", pa.date32()),
        ("evidence", pa.string()),
        ("source", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Domains:
    """What e-mail domains speak for: Ecotone's data, and what the landscape adds to it or takes from it."""

    added: Mapping[str, str]  # domain -> organisation
    free_mail: frozenset[str]

    @classmethod
    def of(cls, organisations: Mapping[str, Sequence[str]], free_mail: Iterable[str]) -> Domains:
        """From the landscape's organisations (name -> domains) and its free-mail domains."""
        added = {domain.casefold(): name for name, domains in organisations.items() for domain in domains}
        return cls(added, frozenset(domain.casefold() for domain in free_mail))

    def attribution(self, domain: str) -> Attribution | None:
        """The organisation of a domain; a sub-domain speaks for the same as its parent."""
        clean = domain.casefold()
        parents = [clean[start:] for start in _label_starts(clean)]
        if any(parent in self.free_mail for parent in parents):
            return None
        for parent in parents:
            if parent in self.added:
                return Attribution(self.added[parent], "company", f"e-mail domain {parent}", "landscape file")
        return organisation_of_domain(clean)


def _label_starts(domain: str) -> list[int]:
    return [0, *(index + 1 for index, letter in enumerate(domain) if letter == ".")][:-1] or [0]


def organisations_of(accounts: Iterable[str], domains: Domains) -> pa.Table:
    """One row a distinct account: the organisation its address speaks for, or NULL.

    returns  account, organisation, organisation_kind, community (a foundation's address names no employer),
             evidence, source
    """
    listed = sorted(set(accounts))
    known: dict[str, Attribution | None] = {}
    rows: list[tuple[str | None, ...]] = []
    for account in listed:
        domain = account.rpartition("@")[2].strip() if "@" in account else ""
        if domain not in known:
            known[domain] = domains.attribution(domain) if domain else None
        found = known[domain]
        if found is None:
            rows.append((account, None, None, None, None, None))
        elif found.kind in EMPLOYER_KINDS:
            rows.append((account, found.organisation, found.kind, None, found.evidence, found.source))
        else:
            rows.append((account, None, None, found.organisation, found.evidence, found.source))
    names = ("account", "organisation", "organisation_kind", "community", "evidence", "source")
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return pa.table([pa.array(column, pa.string()) for column in columns], names=list(names))


def assistance(commits: pa.Table, trailers: pa.Table) -> pa.Table:
    """The AI product that each commit names as its helper, for commits that name one.

    commits   sha, author_name, author_email
    trailers  sha, key, value
    returns   sha, assisted_by; one row a commit
    """
    found: dict[str, str] = {}
    authors = zip(*(commits[name].to_pylist() for name in ("sha", "author_name", "author_email")), strict=True)
    marks: dict[tuple[str, str], str | None] = {}
    for sha, name, email in authors:
        signed = ("author", f"{name} <{email}>")
        if signed not in marks:
            marks[signed] = assisted_by([signed])
        if product := marks[signed]:
            found[sha] = product
    for sha, key, value in zip(*(trailers[name].to_pylist() for name in ("sha", "key", "value")), strict=True):
        if sha in found:
            continue
        line = (key, value)
        if line not in marks:
            marks[line] = assisted_by([line], value if key == "generated-with" else None)
        if product := marks[line]:
            found[sha] = product
    return pa.table([pa.array(list(found), pa.string()), pa.array(list(found.values()), pa.string())],
                    names=["sha", "assisted_by"])  # fmt: skip


def spells(acts: pa.Table, organisations: pa.Table) -> pa.Table:
    """When each person signed for each organisation: from the first such act to the day after the last.

    acts           person, account, day (date32)
    organisations  as `organisations_of` gives it
    returns        AFFILIATION_SCHEMA, by person, since, organisation
    """
    known = organisations.filter(pc.is_valid(organisations["organisation"]))
    joined = acts.join(known, "account", join_type="inner")
    grouped = joined.group_by(["person", "organisation", "evidence", "source"]).aggregate(
        [("day", "min"), ("day", "max")]
    )
    day = pa.scalar(86_400_000, pa.int64()).cast(pa.duration("ms"))
    until = pc.add(grouped["day_max"].cast(pa.timestamp("ms")), day).cast(pa.date32())
    table = pa.table(
        [grouped["person"], grouped["organisation"], grouped["day_min"], until, grouped["evidence"], grouped["source"]],
        schema=AFFILIATION_SCHEMA,
    )
    return table.sort_by([(name, "ascending") for name in ("person", "since", "organisation", "evidence")])


def domain_class(account: str) -> str:
    """What kind of domain an account is signed with, for counts of what is unknown."""
    return classify_domain(account.rpartition("@")[2]) if "@" in account else "login"
