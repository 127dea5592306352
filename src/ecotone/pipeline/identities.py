"""What histories show of who is who: ties between accounts, every use of an address, names; gathered for `people`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events.sources.base import Reading
from ecotone.events.sources.git.numbers import named_by
from ecotone.foundation.errors import UserError
from ecotone.foundation.landscape import Landscape
from ecotone.people import behaviour, ties
from ecotone.people.accounts import domain_of
from ecotone.people.companies import canonical_name
from ecotone.people.domains import Claim, Domains
from ecotone.people.employers import CuratedSpell
from ecotone.people.kinds import NAME_SCHEMA
from ecotone.people.organisations import EMPLOYER_KINDS, credited_spans
from ecotone.pipeline.collect import slug_of
from ecotone.store.workspace import Workspace

if TYPE_CHECKING:
    from ecotone.people.affiliation_files import ReadResult

COMMIT_COLUMNS: Final = (
    "sha", "parents", "subject", "author_name", "author_email", "author_time", "author_offset",
    "committer_name", "committer_email", "committer_time",
)  # fmt: skip
SIGNERS: Final = r"<(?P<account>[^<>\s]+@[^<>\s]+)>$"
SIGNING_KEYS: Final = ("signed-off-by", "co-authored-by", "reviewed-by", "acked-by", "tested-by")
EARLIEST: Final = int(datetime(2005, 4, 7, tzinfo=UTC).timestamp())  # git's own first commit


@dataclass(frozen=True, slots=True)
class Shown:
    """What all histories show together.

    ties     ties.TIE_SCHEMA
    marks    account, day: every use of an address, landed or not
    names    kinds.NAME_SCHEMA: the names that accounts signed with
    habits   account -> what in its commits speaks for a machine
    """

    ties: pa.Table
    marks: pa.Table
    names: pa.Table
    habits: Mapping[str, str]


@dataclass(slots=True)
class _Counts:
    """Sums over repositories, while they are read one by one."""

    signed_twice: Counter[tuple[str, str, bool]]
    squashed: dict[tuple[str, str], list[int]]
    branches: dict[tuple[str, str], list[int]]


def shown(workspace: Workspace, readings: Sequence[Reading], identities: pa.Table, domains: Domains) -> Shown:
    """Read every repository's commits and trailers once, and find what ties accounts together."""
    names = frozenset(zip(identities["email"].to_pylist(), identities["name"].to_pylist(), strict=True))
    counts = _Counts(Counter(), defaultdict(lambda: [0, 0, 0]), defaultdict(lambda: [0, 0, 0]))
    marks, rhythms = [], []
    for reading in readings:
        slug = slug_of(reading.repository)
        commits = workspace.kept(slug, "commits", list(COMMIT_COLUMNS))
        trailers = workspace.kept(slug, "trailers")
        counts.signed_twice.update(ties.signed_twice(commits, trailers))
        _count_requests(workspace, slug, commits, trailers, names, counts)
        marks.append(_marks(commits, trailers, reading.observed_until))
        rhythms.append(_rhythm(commits))
    speaking = _speaking(identities, domains)
    found = [
        ties.mailmap(identities),
        ties.signed_twice_ties(counts.signed_twice),
        ties.request_ties(_landed(counts.squashed)),
        ties.branch_ties(_landed(counts.branches), owners(readings)),
        ties.name_ties(identities, speaking),
    ]
    used = pa.concat_tables(marks).group_by(["account", "day"]).aggregate([])
    signed = identities.select(["email", "name"]).rename_columns(NAME_SCHEMA.names)
    distinct = signed.group_by(NAME_SCHEMA.names, use_threads=False).aggregate([])
    return Shown(pa.concat_tables(found), used, distinct, behaviour.machine_like(pa.concat_tables(rhythms)))


def owners(readings: Iterable[Reading]) -> frozenset[str]:
    """The logins that own the repositories read: their branches are everybody's."""
    return frozenset(reading.repository.casefold().partition("/")[0] for reading in readings)


def _count_requests(
    workspace: Workspace,
    slug: str,
    commits: pa.Table,
    trailers: pa.Table,
    names: Container[tuple[str, str]],
    counts: _Counts,
) -> None:
    """Who wrote requests, and as whom GitHub landed them: by account for squashes, by branch for merges."""
    pulls = workspace.kept(slug, "pulls", ["number", "account", "has_head"])
    written = {
        number: account
        for number, account, has_head in zip(*(column.to_pylist() for column in pulls.columns), strict=True)
        if has_head and account
    }
    events = workspace.kept(slug, "events", ["kind", "thread", "commit"])
    landings = events.filter(pc.equal(events["kind"], "pull_merged"))
    place = pc.index_in(landings["commit"], value_set=commits["sha"].combine_chunks())
    chosen = commits.select(["sha", "parents", "subject", "author_name", "author_email"]).take(place)
    credited = _credited(trailers)
    rows = zip(landings["thread"].to_pylist(), *(column.to_pylist() for column in chosen.columns), strict=True)
    for number, sha, parents, subject, author_name, author_email in rows:
        account = written.get(number)
        if account is None or sha is None:
            continue
        if " " in parents:
            named = named_by(subject)
            if named and named.login:
                counts.branches[account, named.login][0] += 1
        else:
            row = counts.squashed[account, author_email]
            row[0] += 1
            row[1] += (account, author_name) in names
            row[2] += account.casefold() in credited.get(sha, ())


def _credited(trailers: pa.Table) -> dict[str, set[str]]:
    """The co-authors that each commit names, as accounts in lower case."""
    named = trailers.filter(pc.equal(trailers["key"], "co-authored-by"))
    found: dict[str, set[str]] = defaultdict(set)
    for sha, value in zip(named["sha"].to_pylist(), named["value"].to_pylist(), strict=True):
        found[sha].add(value.rpartition("<")[2].rstrip("> ").casefold())
    return found


def _landed(counts: Mapping[tuple[str, str], Sequence[int]]) -> list[ties.Landed]:
    return [ties.Landed(account, landed_as, *row) for (account, landed_as), row in sorted(counts.items())]


def _marks(commits: pa.Table, trailers: pa.Table, until: datetime) -> pa.Table:
    """Account and day of every author, committer and signer; days that cannot be are left out."""
    place = pc.index_in(trailers["sha"], value_set=commits["sha"].combine_chunks())
    signing = pc.is_in(trailers["key"], value_set=pa.array(SIGNING_KEYS))
    signers = pc.struct_field(pc.extract_regex(trailers["value"], pattern=SIGNERS), "account")
    signed = pa.table([signers, commits["author_time"].take(place)], names=["account", "time"]).filter(signing)
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


def _rhythm(commits: pa.Table) -> pa.Table:
    """Account, the author's own clock, and the form of the subject."""
    clock = pc.add(commits["author_time"], pc.multiply(commits["author_offset"].cast(pa.int64()), 60))
    columns = [commits["author_email"], clock, behaviour.forms(commits["subject"])]
    return pa.table(columns, names=["account", "time", "form"])


def _speaking(identities: pa.Table, domains: Domains) -> dict[str, str]:
    """The organisation of every domain that speaks for an employer."""
    found = {}
    for domain in sorted({domain_of(email) for email in pc.unique(identities["email"]).to_pylist()}):
        attribution = domains.attribution(domain) if domain else None
        if attribution and attribution.kind in EMPLOYER_KINDS:
            found[domain] = attribution.organisation
    return found


@dataclass(frozen=True, slots=True)
class Curated:
    """What the landscape and its affiliation files say of people, the strongest first, and what could not be read."""

    ties: pa.Table
    apart: tuple[tuple[str, str], ...]
    spells: tuple[CuratedSpell, ...]
    claims: tuple[tuple[str, Claim], ...]
    refused: tuple[tuple[str, int, str], ...]


def curated(landscape: Landscape) -> Curated:
    """The landscape's notes on persons, and its affiliation files. Raises UserError if a file cannot be opened."""
    read = [(path.name, _read(path)) for path in landscape.affiliations]
    own = frozenset(landscape.organisations)
    notes = landscape.people
    declared = ties.declared(((note.same, ties.OVERRIDE.says) for note in notes), ties.OVERRIDE)
    listed = ((one.accounts, name) for name, said in read for one in said.identities if not one.conflicting)
    overrides = [
        CuratedSpell(note.same[0], one.organisation, one.since, one.until, "override", "landscape file")
        for note in notes
        for one in note.spells
    ]
    return Curated(
        ties=pa.concat_tables([declared, ties.declared(listed, ties.FILE)]),
        apart=tuple(pair for note in notes for pair in _pairs(note.apart or (), note.same)),
        spells=(*overrides, *(spell for name, said in read for spell in _file_spells(name, said, own))),
        claims=tuple(
            (
                one.domain,
                Claim(_named(one.organisation, own), one.since, one.until, f"{name}, line {one.line}", one.top),
            )
            for name, said in read
            for one in said.domains
        ),
        refused=tuple((name, one.line, one.reason) for name, said in read for one in said.refused),
    )


def _pairs(apart: Sequence[str], same: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Accounts that are different people's: each of `apart` from the others, and from those that are one person's."""
    listed = [*same[:1], *apart]
    return ((one, other) for place, one in enumerate(listed) for other in listed[place + 1 :])


def _named(organisation: str, own: Container[str]) -> str:
    """A file's name for an organisation as Ecotone or the landscape has it, so that one has one name."""
    return organisation if organisation in own else canonical_name(organisation)


def _employers(
    organisation: str, since: date | None, until: date | None, own: Container[str]
) -> list[tuple[str, date | None, date | None]]:
    """A file's spell, from the day of a sale on at the buyer; not where the landscape has the organisation itself."""
    if organisation in own:
        return [(organisation, since, until)]
    return credited_spans(canonical_name(organisation), since, until)


def _file_spells(name: str, said: ReadResult, own: Container[str]) -> list[CuratedSpell]:
    nobody = [
        CuratedSpell(one.account, None, one.since, one.until, "file", f"{name}, line {one.line}")
        for one in said.every_spell()
        if one not in said.spells and one.organisation.casefold() == "independent"
    ]
    employed = [
        CuratedSpell(one.account, employer, since, until, "file", f"{name}, line {one.line}")
        for one in said.spells
        for employer, since, until in _employers(one.organisation, one.since, one.until, own)
    ]
    return [*sorted(employed, key=_latest_first), *sorted(nobody, key=_latest_first)]


def _latest_first(spell: CuratedSpell) -> tuple[int, str, str]:
    """Of two spells that overlap the later one counts; of two that began together, the first by name."""
    return (-(spell.since or date.min).toordinal(), spell.organisation or "", spell.account)


def _read(path: Path) -> ReadResult:
    # imported here: most landscapes have no such file
    from ecotone.people import affiliation_files

    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"The affiliation file {path} cannot be read ({error.strerror})."
            " Correct `affiliations` in the landscape file and run again."
        ) from None
    return affiliation_files.read(path.name, content)
