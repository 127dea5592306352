"""What feeds add to the interactions that git shows: replies between people, and acts that git lacks."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.text_codes import join_texts
from ecotone.signals.coverage import COMPLETE

REPLY_EVENT_KINDS: Final = ("comment", "review", "review_comment", "discussion")
"""Acts that only a feed has and that have another party: the thread's author."""
OPENINGS: Final = ("pull_opened", "issue_opened")
REQUEST_EVENT_KINDS: Final = ("pull_opened", "pull_merged")


def feeds_cover_all_months(months: pa.Table) -> bool:
    """Whether feeds are complete in every month that git has completely: only then do measures use what feeds say.

    A measure rests on the same kinds of acts in all its months, or a month that a feed lost would look like a decline.

    months  the spine, with the states of inputs
    """
    complete = months.filter(pc.equal(months["git_state"], COMPLETE))
    return bool(complete.num_rows) and bool(pc.all(pc.equal(complete["conversation_state"], COMPLETE)).as_py())


def reply_acts(acts: pa.Table, feed_acts: pa.Table) -> pa.Table:
    """What people said to one another; where a source does not name the other party, it is the thread's author."""
    reply_rows = feed_acts.filter(pc.is_in(feed_acts["kind"], value_set=pa.array(REPLY_EVENT_KINDS)))
    openings = pa.concat_tables([feed_acts, acts])
    openings = openings.filter(pc.is_in(openings["kind"], value_set=pa.array(OPENINGS)))
    position = pc.index_in(
        _thread_names(reply_rows), value_set=_thread_names(openings).combine_chunks(), skip_nulls=True
    )
    author = pc.coalesce(reply_rows["other_account"], openings["account"].take(position))
    return reply_rows.set_column(reply_rows.schema.get_field_index("other_account"), "other_account", author)


def add_feed_acts(acts: pa.Table, feed_acts: pa.Table, months: pa.Table) -> pa.Table:
    """The acts that git shows, and those that only a feed has if feeds cover all months."""
    if not feed_acts.num_rows or not feeds_cover_all_months(months):
        return acts
    feed_keys, git_keys = (
        join_texts(table["kind"], pc.fill_null(_thread_names(table), ""), separator=" ") for table in (feed_acts, acts)
    )
    only = pc.invert(pc.is_in(feed_acts["kind"], value_set=pc.unique(acts["kind"]).cast(pa.string())))
    requests = pc.and_(
        pc.is_in(feed_acts["kind"], value_set=pa.array(REQUEST_EVENT_KINDS)),
        pc.invert(pc.is_in(feed_keys, value_set=pc.unique(git_keys))),
    )
    return pa.concat_tables([acts, feed_acts.filter(pc.or_(only, requests))])


def _thread_names(acts: pa.Table) -> pa.ChunkedArray:
    """Each act's thread with its repository, NULL where it has none."""
    return join_texts(acts["repository"], acts["thread"].cast(pa.string()), separator="#")
