"""Authors and committers of the commits on the default branch."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.networks.person_interactions import LANDED

WEB_COMMITTERS: Final = ("noreply@github.com",)
"""Committer addresses of web interfaces."""
_WRITER: Final = ("person", "actor_kind", "organisation")


def authored_commits(acts: pa.Table, commits: pa.Table) -> pa.Table:
    """The commits on the default branch with the authors of their content.

    The author of a merge is that of its pull request, else that of its second parent, the tip of the merged branch.
    A merge without either is left out.

    acts     kind, commit, project, month, created_at, person, actor_kind, organisation
    commits  sha, parents (separated by spaces)
    returns  commit, project, month, created_at, person, actor_kind, organisation; one row for each commit
    """
    landed = acts.filter(pc.is_in(acts["kind"], value_set=pa.array(["commit", "merge"])))
    requests = acts.filter(pc.equal(acts["kind"], "pull_merged"))
    parents = commits["parents"].take(pc.index_in(landed["commit"], value_set=commits["sha"].combine_chunks()))
    second = pc.struct_field(pc.extract_regex(parents, pattern=r"^\S+ (?P<second>\S+)"), "second")
    by_request = pc.index_in(landed["commit"], value_set=requests["commit"].combine_chunks())
    by_branch = pc.index_in(second, value_set=landed["commit"].combine_chunks())
    merge = pc.is_valid(second)
    columns = {name: landed[name] for name in ("commit", "project", "month", "created_at")}
    for name in _WRITER:
        brought = pc.if_else(pc.is_valid(by_request), requests[name].take(by_request), landed[name].take(by_branch))
        columns[name] = pc.if_else(merge, brought, landed[name])
    table = pa.table(columns)
    return table.filter(pc.is_valid(table["person"]))


def commits_by_committer(acts: pa.Table, commits: pa.Table, areas: pa.Table) -> pa.Table:
    """Commits whose committer is not their author, as acts of kind `landed`.

    The committer applied a patch or rebased a branch. Merges, commits of pull requests with a known merger, and web
    interfaces are left out. Commits of one author by one committer within one minute count once.

    acts     of one repository: kind, commit, thread, account, other_account and any others
    commits  sha, parents, committer_email, committer_time (seconds)
    areas    sha: first-parent commits of the default branch
    returns  the columns of acts, with the committer as other_account
    """
    known_merges = acts.filter(pc.and_(pc.equal(acts["kind"], "pull_merged"), pc.is_valid(acts["other_account"])))
    rows = acts.filter(pc.equal(acts["kind"], "commit"))
    rows = rows.filter(pc.is_in(rows["commit"], value_set=pc.unique(areas["sha"])))
    positions = pc.index_in(rows["commit"], value_set=commits["sha"].combine_chunks())
    committer = commits["committer_email"].take(positions)
    own_line = pc.invert(pc.match_substring(commits["parents"].take(positions), " "))
    by_another = pc.and_(
        pc.not_equal(committer, rows["account"]), pc.invert(pc.is_in(committer, value_set=pa.array(WEB_COMMITTERS)))
    )
    merger_unknown = pc.invert(
        pc.and_(
            pc.is_valid(rows["thread"]), pc.is_in(rows["thread"], value_set=known_merges["thread"].combine_chunks())
        )
    )
    minute = pc.divide(commits["committer_time"].take(positions), 60)
    rows = rows.set_column(rows.schema.get_field_index("other_account"), "other_account", committer)
    kind = pa.repeat(pa.scalar(LANDED), rows.num_rows).cast(rows.schema.field("kind").type)
    rows = rows.set_column(rows.schema.get_field_index("kind"), "kind", kind).append_column("minute", minute)
    rows = rows.filter(pc.and_(pc.and_(own_line, by_another), merger_unknown))
    return _first_row_per_key(rows, ["account", "other_account", "minute"]).drop_columns(["minute"])


def _first_row_per_key(rows: pa.Table, keys: list[str]) -> pa.Table:
    """The first row of each key, in the rows' order."""
    placed = rows.append_column("place", pa.array(range(rows.num_rows), pa.int64()))
    first = placed.group_by(keys, use_threads=False).aggregate([("place", "min")])["place_min"]
    return rows.take(first.combine_chunks().sort())
