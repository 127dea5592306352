"""Joins the workspaces of `ecotone collect --shard` into one."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from ecotone.events import sources
from ecotone.events.sources.base import ReadResult
from ecotone.foundation.errors import DamagedFile, UserError
from ecotone.pipeline.erasure import store_collected
from ecotone.pipeline.feeds import feed_folder_name, store_source_tables
from ecotone.store.workspace import Workspace


def merge_shards(workspace: Workspace, shards: Sequence[Workspace]) -> int:
    """Put what was collected in the shards into one workspace; returns the number of repositories and feeds.

    Every file is compared with its digest first. People who asked to be forgotten in `workspace` are left out.

    raises  DamagedFile, UserError if two shards have read the same repository differently
    """
    owners: dict[str, Workspace] = {}
    feeds: dict[str, list[Workspace]] = {}
    for shard in shards:
        if damaged := shard.find_damage("collected"):
            raise DamagedFile(
                f"{shard.folder / min(damaged)} is missing or damaged. Run `ecotone collect` with that workspace again."
            )
        for slug in shard.collected_slugs():
            if slug.startswith(feed_folder_name("")):
                feeds.setdefault(slug, []).append(shard)
                continue
            owner = owners.setdefault(slug, shard)
            if owner.read_collected_state(slug) != shard.read_collected_state(slug):
                raise UserError(
                    f"{owner.folder} and {shard.folder} have read {slug.replace('+', '/')} differently."
                    " Merge shards of one collection: the same COUNT, and each NUMBER once."
                )
    with workspace.locked_for_writing():
        for slug in set(workspace.find_damage("collected").values()):
            workspace.forget_collected(slug)
        for slug, shard in owners.items():
            state = shard.read_collected_state(slug) or {}
            if workspace.read_collected_state(slug) != state:
                store_collected(workspace, slug, _tables_of(shard, slug), state)
        for slug, having in feeds.items():
            _join_feed(workspace, having, slug)
        failures = [failure for shard in shards for failure in (shard.read_run_notes() or {}).get("failures", [])]
        workspace.write_run_notes({"failures": failures})
    return len(owners) + len(feeds)


def _join_feed(workspace: Workspace, shards: Sequence[Workspace], slug: str) -> None:
    states = [shard.read_collected_state(slug) or {} for shard in shards]
    if any(state["covers"] != states[0]["covers"] for state in states):
        raise UserError(
            f"{shards[0].folder} and others have read the feed {slug.removeprefix(feed_folder_name(''))!r} with other"
            " options. Collect every shard with the same landscape file, and merge again."
        )
    parts = [_tables_of(shard, slug) for shard in shards]
    names = sorted({name for tables in parts for name in tables})
    tables = {name: pa.concat_tables([part[name] for part in parts if name in part]) for name in names}
    if "profiles" in tables:
        tables["profiles"] = _newest_profiles(tables["profiles"])
    source = next(source for source in sources.load_sources() if feed_folder_name(source.name) == slug)
    store_source_tables(workspace, source, ReadResult(event_kinds=frozenset(states[0]["covers"]), tables=tables))


def _newest_profiles(profiles: pa.Table) -> pa.Table:
    """One profile of each account: an account that acts in several shards was read in each."""
    ordered = profiles.sort_by([("login", "ascending"), ("seen_at", "ascending")])
    newest = {login: position for position, login in enumerate(ordered["login"].to_pylist())}
    return ordered.take(pa.array(list(newest.values()), pa.int64()))


def _tables_of(workspace: Workspace, slug: str) -> dict[str, pa.Table]:
    state = workspace.read_collected_state(slug) or {}
    names = [file_name.split(".")[0] for file_name in state["files"]]
    return {name: workspace.read_collected(slug, name) for name in names}
