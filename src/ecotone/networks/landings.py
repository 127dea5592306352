"""What a history's line of commits says of who wrote what landed, and who landed it."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.networks.interactions import LANDED

WEB_COMMITTERS: Final = ("noreply@github.com",)
"""Accounts that stand for a web interface, not for a person."""
_WRITER: Final = ("person", "actor_kind", "organisation")


def written(acts: pa.Table, commits: pa.Table) -> pa.Table:
    """The landed commits of a repository with who wrote what they brought.

    A merge brings other people's work: it counts as its request's author's, or, where no request is known, as that
    of whoever wrote the tip of the branch merged (its second parent). A merge of neither is left out.

    acts     kind, commit, project, month, created_at, person, actor_kind, organisation
    commits  sha, parents (names with spaces between)
    returns  commit, project, month, created_at, person, actor_kind, organisation; one row a commit
    """
    landed = acts.filter(pc.equal(acts["kind"], "commit"))
    requests = acts.filter(pc.equal(acts["kind"], "pull_merged"))
    parents = commits["parents"].take(pc.index_in(landed["commit"], value_set=_flat(commits["sha"])))
    second = pc.struct_field(pc.extract_regex(parents, pattern=r"^\S+ (?P<second>\S+)"), "second")
    by_request = pc.index_in(landed["commit"], value_set=_flat(requests["commit"]))
    by_branch = pc.index_in(second, value_set=_flat(landed["commit"]))
    merge = pc.is_valid(second)
    columns = {name: landed[name] for name in ("commit", "project", "month", "created_at")}
    for name in _WRITER:
        brought = pc.if_else(pc.is_valid(by_request), requests[name].take(by_request), landed[name].take(by_branch))
        columns[name] = pc.if_else(merge, brought, landed[name])
    table = pa.table(columns)
    return table.filter(pc.is_valid(table["person"]))


def landings(acts: pa.Table, commits: pa.Table, areas: pa.Table) -> pa.Table:
    """Commits that somebody else than their author put on the default branch, as acts of kind `landed`.

    Git keeps the committer beside the author: who applied a patch or rebased a branch. Left out are merges, which
    their requests tell of, commits of requests whose merger is known, and web interfaces. Commits of one author
    that one person landed within one minute are one landing.

    acts     of one repository: kind, commit, thread, account, counterpart and any others
    commits  sha, parents, committer_email, committer_time (seconds)
    areas    sha: commits of the default branch's own line
    returns  the columns of acts; counterpart is who landed it, thread and commit stay
    """
    told = acts.filter(pc.and_(pc.equal(acts["kind"], "pull_merged"), pc.is_valid(acts["counterpart"])))
    rows = acts.filter(pc.equal(acts["kind"], "commit"))
    rows = rows.filter(pc.is_in(rows["commit"], value_set=pc.unique(areas["sha"])))
    place = pc.index_in(rows["commit"], value_set=_flat(commits["sha"]))
    committer = commits["committer_email"].take(place)
    own_line = pc.invert(pc.match_substring(commits["parents"].take(place), " "))
    stranger = pc.and_(
        pc.not_equal(committer, rows["account"]), pc.invert(pc.is_in(committer, value_set=pa.array(WEB_COMMITTERS)))
    )
    untold = pc.invert(pc.and_(pc.is_valid(rows["thread"]), pc.is_in(rows["thread"], value_set=_flat(told["thread"]))))
    minute = pc.divide(commits["committer_time"].take(place), 60)
    rows = rows.set_column(rows.schema.get_field_index("counterpart"), "counterpart", committer)
    kind = pa.repeat(pa.scalar(LANDED), rows.num_rows).cast(rows.schema.field("kind").type)
    rows = rows.set_column(rows.schema.get_field_index("kind"), "kind", kind).append_column("minute", minute)
    rows = rows.filter(pc.and_(pc.and_(own_line, stranger), untold))
    return _first_each(rows, ["account", "counterpart", "minute"]).drop_columns(["minute"])


def _first_each(rows: pa.Table, keys: list[str]) -> pa.Table:
    """The first row of each key, in the rows' order."""
    placed = rows.append_column("place", pa.array(range(rows.num_rows), pa.int64()))
    first = placed.group_by(keys, use_threads=False).aggregate([("place", "min")])["place_min"]
    return rows.take(_flat(first).sort())


def _flat(column: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
