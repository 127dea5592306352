"""Read the history of a clone: everything at first, later only what is new."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events.signed_accounts import repair_address
from ecotone.events.sources.git.clone import is_shallow_clone
from ecotone.events.sources.git.command import Git
from ecotone.events.sources.git.history import AREA_SCHEMA, IDENTITY_SCHEMA, REF_SCHEMA, History
from ecotone.events.sources.git.log_parser import (
    AREA_ARGUMENTS,
    LOG_ARGUMENTS,
    parse_changed_areas,
    parse_log,
    parse_raw_date,
)
from ecotone.events.sources.git.mailmap import MailmapEntry, Signature, SignatureAccounts, parse_mailmap
from ecotone.events.sources.git.repeated_credits import LISTED_COMMITS

MAX_MAILMAP_BYTES: Final = 1 << 24

_REF_FORMAT: Final = "%00".join(
    f"%({field})"
    for field in ("refname", "objectname", "objecttype", "*objectname", "*objecttype", "taggerdate:raw", "taggeremail")
)


@dataclass(frozen=True, slots=True)
class MessageTables:
    """What the messages of commits say: their trailers, and the pull requests and issues that they name."""

    trailers: pa.Table
    references: pa.Table


def read_commit_refs(git: Git, clone: Path) -> pa.Table:
    """Every ref to a commit, by name, with the tagger of annotated tags."""
    rows: list[tuple[str, str, int | None, str | None]] = []
    listed = git.run("for-each-ref", f"--format={_REF_FORMAT}", repository=clone).decode("utf-8", "replace")
    for line in listed.split("\n"):
        if not line:
            continue
        name, sha, kind, target, target_kind, moment, email = line.split("\0")
        if kind == "commit":
            rows.append((name, sha, None, None))
        elif target_kind == "commit":
            seconds = parse_raw_date(moment)[0] if moment else None
            rows.append((name, target, seconds, email.strip("<>") or None))
    rows.sort()
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, REF_SCHEMA, strict=True)]
    return pa.table(arrays, schema=REF_SCHEMA)


def read_full_history(git: Git, clone: Path, branch: str, project: str = "", refs: pa.Table | None = None) -> History:
    """Read the whole history; accounts that a name alone identifies are the project's.

    refs  what `read_commit_refs` gives, if it is known
    """
    with ThreadPoolExecutor(1) as beside:  # git compares trees while another git lists commits
        areas = beside.submit(_read_changed_areas, git, clone, branch)
        parsed = parse_log(git.stream_output(*LOG_ARGUMENTS, "--all", repository=clone), git.limits.message_bytes)
        texts = MessageTables(parsed.build_trailer_table(), parsed.build_reference_table())
        commits = parsed.build_commit_table()
        history = _build_history(git, clone, branch, commits, texts, areas.result(), parsed.rejected, refs)
    return replace(history, cut=parsed.cut, identities=_collect_identities(git, clone, history, project))


def read_new_commits(git: Git, clone: Path, branch: str, previous: History, project: str = "") -> History:
    """The history `known` with all newer commits; only new commits are parsed.

    The whole history is read again if the clone is shallow, or if the former tip of the branch is gone.
    """
    refs = read_commit_refs(git, clone)
    tips_before = _list_ref_commits(previous.refs)
    former = _find_branch_commit(previous.refs, previous.branch)
    if previous.shallow or is_shallow_clone(clone) or former is None:
        return read_full_history(git, clone, branch, project, refs)
    fresh = sorted(set(_list_ref_commits(refs)) - set(tips_before))
    feed = "\n".join([*fresh, *(f"^{tip}" for tip in sorted(set(tips_before)))]).encode() + b"\n"
    output = git.stream_output(*LOG_ARGUMENTS, "--ignore-missing", "--stdin", repository=clone, feed=feed)
    parsed = parse_log(output, git.limits.message_bytes)
    # a recreated clone lacks deleted tips, so that git lists known commits again
    added = _exclude_known_commits(parsed.build_commit_table(), previous.commits)
    reachable = _select_reachable_commits(pa.concat_tables([previous.commits, added]), _list_ref_commits(refs))
    # first parents never change, so the areas stay valid if the former tip is still on the line
    line = git.run("rev-list", "--first-parent", branch, repository=clone).decode().split()
    if former in line:
        areas = pa.concat_tables([previous.areas, _read_changed_areas(git, clone, branch, f"^{former}")])
    else:
        areas = _read_changed_areas(git, clone, branch)

    def add_new_rows(known: pa.Table, parsed_rows: pa.Table) -> pa.Table:
        rows = pa.concat_tables([known, _exclude_known_commits(parsed_rows, previous.commits)])
        return rows.filter(pc.is_in(rows["sha"], value_set=reachable["sha"].combine_chunks()))

    texts = MessageTables(
        add_new_rows(previous.trailers, parsed.build_trailer_table()),
        add_new_rows(previous.references, parsed.build_reference_table()),
    )
    rejected = previous.rejected + parsed.rejected
    history = _build_history(git, clone, branch, reachable, texts, areas, rejected, refs)
    cut = previous.cut + parsed.cut
    return replace(history, cut=cut, identities=_collect_identities(git, clone, history, project))


def add_areas_of_lines(git: Git, clone: Path, history: History, tips: Sequence[str], landed: pa.Array) -> History:
    """The history with what commits of further first-parent lines changed, and only of landed commits.

    tips    the newest commit of each line
    landed  names of the landed commits
    """
    areas = history.areas.filter(pc.is_in(history.areas["sha"], value_set=landed))
    if tips:
        added = _exclude_known_commits(_read_changed_areas(git, clone, *tips, f"^{history.branch}"), areas)
        areas = _in_commit_order(pa.concat_tables([areas, added]), history.commits, ("area",))
    return replace(history, areas=areas)


def _build_history(
    git: Git,
    clone: Path,
    branch: str,
    commits: pa.Table,
    texts: MessageTables,
    areas: pa.Table,
    rejected: int,
    refs: pa.Table | None = None,
) -> History:
    commits = commits.take(pc.sort_indices(commits, [("committer_time", "ascending"), ("sha", "ascending")]))
    return History(
        commits=commits,
        trailers=_in_commit_order(texts.trailers, commits, ("key", "value")),
        references=_in_commit_order(texts.references, commits, ("number", "kind", "form", "repository")),
        refs=read_commit_refs(git, clone) if refs is None else refs,
        areas=_in_commit_order(areas, commits, ("area",)),
        identities=IDENTITY_SCHEMA.empty_table(),
        branch=branch,
        shallow=is_shallow_clone(clone),
        rejected=rejected,
    )


def _in_commit_order(table: pa.Table, commits: pa.Table, columns: Sequence[str]) -> pa.Table:
    """Rows in the order of the commits, so that incremental and full reads give the same table."""
    position = pc.index_in(table["sha"], value_set=commits["sha"].combine_chunks())
    keys = [("position", "ascending"), *((column, "ascending") for column in columns)]
    ordered = table.append_column("position", position)
    return ordered.take(pc.sort_indices(ordered, keys)).drop_columns("position").combine_chunks()


def _exclude_known_commits(table: pa.Table, known: pa.Table) -> pa.Table:
    return table.filter(pc.invert(pc.is_in(table["sha"], value_set=known["sha"].combine_chunks())))


def _select_reachable_commits(commits: pa.Table, tips: Sequence[str]) -> pa.Table:
    position = {sha: index for index, sha in enumerate(commits["sha"].to_pylist())}
    parents = commits["parents"].to_pylist()
    visited = np.zeros(commits.num_rows, bool)
    waiting = [position[tip] for tip in tips if tip in position]
    while waiting:
        commit = waiting.pop()
        if not visited[commit]:
            visited[commit] = True
            waiting += [position[name] for name in parents[commit].split() if name in position]
    return commits.filter(pa.array(visited))


def _read_changed_areas(git: Git, clone: Path, *revisions: str) -> pa.Table:
    """AREA_SCHEMA of the commits on a first-parent line; the area is NULL where trees cannot be read."""
    if git.trees:
        shas, areas = parse_changed_areas(git.stream_output(*AREA_ARGUMENTS, *revisions, repository=clone))
        return pa.table([pa.array(shas, pa.string()), pa.array(areas, pa.string())], schema=AREA_SCHEMA)
    shas = git.run("rev-list", "--first-parent", *revisions, repository=clone).decode().split()
    return pa.table([pa.array(shas, pa.string()), pa.nulls(len(shas), pa.string())], schema=AREA_SCHEMA)


def _list_ref_commits(refs: pa.Table) -> list[str]:
    return list(refs["sha"].to_pylist())


def _find_branch_commit(refs: pa.Table, branch: str) -> str | None:
    for name, sha in zip(refs["name"].to_pylist(), refs["sha"].to_pylist(), strict=True):
        if name == branch:
            return str(sha)
    return None


def _collect_identities(git: Git, clone: Path, history: History, project: str) -> pa.Table:
    """Every name and e-mail of an author, committer or co-author, with its replacement by the branch's `.mailmap`."""
    signatures: set[Signature] = set()
    for role in ("author", "committer"):
        names, emails = (history.commits[f"{role}_{part}"].to_pylist() for part in ("name", "email"))
        signatures.update(zip(names, emails, strict=True))
    is_trailer = pc.not_equal(history.trailers["key"], LISTED_COMMITS)
    for value in pc.unique(history.trailers["value"].filter(is_trailer)).to_pylist():
        name, bracket, rest = value.rpartition("<")
        if bracket and rest.endswith(">") and "@" in rest:
            signatures.add((name.strip(), rest[:-1].strip()))
    listed = sorted(signatures)
    mapped, entries = _apply_mailmap(git, clone, history.branch, listed)
    accounts = SignatureAccounts.from_signatures(listed, mapped, entries, project)
    rows = []
    for signature in listed:
        proper = mapped.get(signature, signature)
        account = accounts.account_of(*signature)
        proper_account = accounts.account_of(*proper) if proper[1] != signature[1] else account
        rows.append((*signature, *proper, account, proper_account, accounts.listed_person(proper[1])))
    columns = list(zip(*rows, strict=True)) or [()] * len(IDENTITY_SCHEMA)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, IDENTITY_SCHEMA, strict=True)]
    return pa.table(arrays, schema=IDENTITY_SCHEMA)


def _apply_mailmap(
    git: Git, clone: Path, branch: str, signatures: Sequence[Signature]
) -> tuple[dict[Signature, Signature], list[MailmapEntry]]:
    """What git makes of the signatures by the branch's `.mailmap`, and the entries of the file.

    A damaged address that the file does not name is looked up as a reader repairs it.
    """
    asked = f"{branch}:.mailmap"
    _, kind, *size = git.run("cat-file", "--batch-check", repository=clone, feed=f"{asked}\n".encode()).rsplit(b" ", 2)
    if kind != b"blob" or int(size[0]) > MAX_MAILMAP_BYTES:  # there is none, or it is absent from a partial clone
        return {}, []
    blob = git.run("cat-file", "blob", asked, repository=clone)
    direct = _check_mailmap(git, clone, branch, signatures)
    repaired = {
        (name, email): (name, repair_address(email))
        for name, email in signatures
        if repair_address(email) != email and direct.get((name, email), (name, email)) == (name, email)
    }
    of_repaired = _check_mailmap(git, clone, branch, sorted(set(repaired.values()))) if repaired else {}
    mapped = direct | {
        signature: of_repaired[asked] for signature, asked in repaired.items() if of_repaired.get(asked, asked) != asked
    }
    return mapped, parse_mailmap(blob.decode("utf-8", "replace"))


def _check_mailmap(git: Git, clone: Path, branch: str, signatures: Sequence[Signature]) -> dict[Signature, Signature]:
    plain = [(name, email) for name, email in signatures if email and not set("<>\n") & set(name + email)]
    feed = "".join(f"{name} <{email}>\n" for name, email in plain).encode()
    output = git.run("-c", f"mailmap.blob={branch}:.mailmap", "check-mailmap", "--stdin", repository=clone, feed=feed)
    result = {}
    for signature, line in zip(plain, output.decode("utf-8", "replace").split("\n"), strict=False):
        name, _, rest = line.rpartition("<")
        if rest.endswith(">"):
            result[signature] = (name.strip(), rest[:-1])
    return result
