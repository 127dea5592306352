"""The acts that ClickHouse's `github_events` shows, as an expression: signals of them are computed where they are."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import ibis
import ibis.expr.types as ir

from ecotone.events.sources.clickhouse.sql_queries import (
    DUPLICATE_MERGE_SECONDS,
    MERGED_ACTION_SINCE,
    PULL_ENDED,
    TRIMMED_SINCE,
)
from ecotone.signals.tables import SCHEMAS

READS: Final = "feed_acts"
NO_LOGIN: Final = "ghost"

EVENTS: Final = ibis.table(
    {
        "repo_name": "string",
        "event_type": "string",
        "action": "string",
        "actor_login": "string",
        "creator_user_login": "string",
        "created_at": "timestamp(0)",
        "number": "int64",
        "comment_id": "int64",
        "merged": "int64",
        "release_tag_name": "string",
    },
    name="github_events",
)
"""The columns of the public playground's table that are read."""

REPOSITORIES: Final = ibis.table(
    {"name": "string", "repository": "string", "project": "string", "observed_until": "timestamp(6)"},
    name="archive_repositories",
)
"""Each name that a repository has or had, and the end of its observation."""

PEOPLE: Final = ibis.table({"account": "string", "person": "string", "actor_kind": "string"}, name="archive_people")
"""The accounts that are known; every other one is a person of its own, or a bot if it says so."""

_LOGIN: Final = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\[bot\])?$"
_ONCE: Final = ("issue_opened", "pull_opened", "pull_merged")
_CLOSINGS: Final = ("issue_closed", "pull_closed", PULL_ENDED)
_COMMENTS: Final = ("comment", "review_comment", "commit_comment")
_OF_THREADS: Final = (*_ONCE, *_CLOSINGS, "review")
_NAMING: Final = ("pull_merged", *_CLOSINGS, "review", "issue_opened", "pull_opened")
"""Kinds whose row names the author of the thread."""


def archive_acts(since: datetime) -> ir.Table:
    """The table `feed_acts` of the events from a moment to the end of observation, each once.

    Where a close does not say whether it was a merge, it counts as a close.
    """
    within = EVENTS.filter(EVENTS.created_at >= since)
    rows = within.join(REPOSITORIES, within.repo_name == REPOSITORIES.name)
    rows = rows.filter(rows.created_at < rows.observed_until)
    rows = rows.select(
        "project", "repository", "created_at",
        kind=_kind_of_row(rows),
        login=_valid_login(rows.actor_login),
        creator=_valid_login(rows.creator_user_login),
        thread=rows.number.nullif(0),
        comment=rows.comment_id.nullif(0),
        tag=rows.release_tag_name.nullif(""),
    )  # fmt: skip
    rows = rows.mutate(key=_event_key(rows)).filter(lambda row: row.key.notnull())
    authors = _thread_authors(rows)
    distinct = rows.mutate(kind=rows.kind.substitute({PULL_ENDED: "pull_closed"}))
    distinct = distinct.group_by("project", "repository", "kind", "key").agg(
        created_at=distinct.created_at.min(), login=distinct.login.min(), thread=distinct.thread.min()
    )
    acts = _without_double_merges(distinct).left_join(authors, ["repository", "thread"])
    # who opened a merged request did the work; who merged it is another
    acts = acts.select("project", "created_at", "kind", "thread", "login", "author")
    acts = acts.mutate(account=(acts.kind == "pull_merged").ifelse(acts.author, acts.login))
    known = acts.left_join(PEOPLE, "account")
    guessed = known.account.endswith("[bot]").ifelse("bot", "person")
    columns = {
        "project": known.project,
        "month": known.created_at.truncate("M").cast("date"),
        "created_at": known.created_at.cast("timestamp(6)"),
        "kind": known.kind,
        "account": known.account,
        "person": ibis.coalesce(known.person, known.account),
        "actor_kind": ibis.coalesce(known.actor_kind, known.account.notnull().ifelse(guessed, ibis.null("string"))),
        "thread": known.thread,
    }
    return known.select(**{name: columns.get(name, ibis.null(kind)) for name, kind in SCHEMAS[READS].items()})


def _kind_of_row(rows: ir.Table) -> ir.StringValue:
    """The kind of an event; "" for what is not counted."""
    is_pull, closed = rows.event_type == "PullRequestEvent", rows.action == "closed"
    early = rows.created_at < TRIMMED_SINCE
    spoken_action = rows.action.isin(["created", "none"])
    return ibis.cases(
        ((rows.event_type == "IssuesEvent") & (rows.action == "opened"), "issue_opened"),
        ((rows.event_type == "IssuesEvent") & closed, "issue_closed"),
        ((rows.event_type == "IssueCommentEvent") & spoken_action, "comment"),
        (is_pull & (rows.action == "opened"), "pull_opened"),
        (is_pull & (rows.action == "merged"), "pull_merged"),
        (is_pull & closed & early & (rows.merged == 1), "pull_merged"),
        (is_pull & closed & (early | (rows.created_at >= MERGED_ACTION_SINCE)), "pull_closed"),
        (is_pull & closed, PULL_ENDED),
        ((rows.event_type == "PullRequestReviewEvent") & (rows.action == "created"), "review"),
        ((rows.event_type == "PullRequestReviewCommentEvent") & spoken_action, "review_comment"),
        (rows.event_type == "CommitCommentEvent", "commit_comment"),
        (rows.event_type == "WatchEvent", "star"),
        (rows.event_type == "ForkEvent", "fork"),
        ((rows.event_type == "ReleaseEvent") & (rows.action == "published"), "release"),
        else_="",
    )


def _event_key(rows: ir.Table) -> ir.StringValue:
    """What makes two rows of a repository and kind the same event; NULL for a row without it."""
    second = rows.created_at.epoch_seconds().cast("string")
    login = ibis.coalesce(rows.login.lower(), "")
    thread = rows.thread.cast("string")
    return ibis.cases(
        (rows.kind.isin(_ONCE), thread),
        (rows.kind.isin(_CLOSINGS), thread + "@" + second),
        (rows.kind.isin(_COMMENTS), rows.comment.cast("string")),
        (rows.kind == "review", thread + "/" + login + "@" + second),
        (rows.kind.isin(["star", "fork"]), rows.login.lower() + "@" + second),
        (rows.kind == "release", rows.tag),
        else_=ibis.null("string"),
    )


def _valid_login(login: ir.StringValue) -> ir.StringValue:
    usable = login.re_search(_LOGIN) & (login != NO_LOGIN)
    return usable.ifelse(login, ibis.null("string"))


def _thread_authors(rows: ir.Table) -> ir.Table:
    """repository, thread, author: who opened it, as its opening says, or else another of its events."""
    opened = rows.kind.isin(["issue_opened", "pull_opened"])
    naming = rows.filter(rows.kind.isin(_NAMING), rows.thread.notnull())
    named = naming.mutate(
        sure=opened.ifelse(ibis.coalesce(rows.creator, rows.login), ibis.null("string")), other=rows.creator
    )
    return named.group_by("repository", "thread").agg(author=ibis.coalesce(named.sure.min(), named.other.min()))


def _without_double_merges(events: ir.Table) -> ir.Table:
    """The events without closes that report a merge a second time."""
    merges = events.filter(events.kind == "pull_merged")
    merges = merges.group_by("repository", "thread").agg(merged_at=merges.created_at.min())
    both = events.left_join(merges, ["repository", "thread"])
    apart = (both.created_at.epoch_seconds() - both.merged_at.epoch_seconds()).abs()
    double = (both.kind == "pull_closed") & both.merged_at.notnull() & (apart <= DUPLICATE_MERGE_SECONDS)
    return both.filter(~double).select(*events.columns)
