"""Convert a parsed line, in the format of any year, into a stored row; pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from ecotone.events.sources.gharchive.line_reader import Event, number_of, repository_of
from ecotone.events.sources.gharchive.row_schema import Row

_THREAD_URL: Final = re.compile(r"/(?:issues|pulls?)/(\d+)(?:[#/?]|\Z)")
_SHA: Final = re.compile(r"[0-9a-f]{40,64}\Z")

Payload = Mapping[str, Any]


class InvalidTime(ValueError):
    """The time of an event cannot be parsed."""


def row_from_event(event: Event, hour: datetime) -> Row:
    """The row of one event in the file of `hour`. Raises BadTime.

    The event must name its repository. A field of an unexpected type becomes NULL.
    """
    repository = repository_of(event)
    assert repository is not None
    payload = _mapping_or_empty(event.get("payload"))
    row: Row = {
        "hour": hour,
        "id": _optional_text(event.get("id")),
        "type": event["type"],
        "action": _optional_text(payload.get("action")),
        "created_at": parse_timestamp(event.get("created_at")),
        "repository_id": number_of(repository[0]),
        "name": _without_nul_characters(repository[1]),
    }
    row |= _actor_columns(event)
    early = event.get("repo") is None
    row |= (
        _early_repository_columns(event)
        if early
        else {"organisation": _optional_text(_mapping_or_empty(event.get("org")).get("login"))}
    )
    reader = COLUMN_READERS.get(event["type"])
    if reader is not None:
        row |= reader(payload, event)
    return row


def parse_timestamp(value: object) -> datetime:
    """A timestamp with an offset as naive UTC. Raises BadTime.

    >>> parse_timestamp("2012-06-14T15:01:39-07:00"), parse_timestamp("2015-01-01T01:00:00Z")
    (datetime.datetime(2012, 6, 14, 22, 1, 39), datetime.datetime(2015, 1, 1, 1, 0))
    """
    moment = _optional_timestamp(value)
    if moment is None:
        raise InvalidTime(value)
    return moment


def _optional_timestamp(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    # files of 2011 also have the form 2011/02/12 00:00:00 -0800
    text = value.replace("/", "-") if value[4:5] == "/" else value
    try:
        read = datetime.fromisoformat(text.replace(" -", "-").replace(" +", "+"))
        return (read.astimezone(UTC) if read.tzinfo else read).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None


def _actor_columns(event: Event) -> Row:
    actor = event.get("actor")
    if isinstance(actor, str):
        attributes = _mapping_or_empty(event.get("actor_attributes"))
        return {
            "actor": _optional_text(actor),
            "profile_name": _optional_text(attributes.get("name")),
            "profile_company": _optional_text(attributes.get("company")),
        }
    attributes = _mapping_or_empty(actor)
    return {"actor": _login_of(attributes), "actor_id": number_of(attributes.get("id"))}


def _early_repository_columns(event: Event) -> Row:
    repository = _mapping_or_empty(event.get("repository"))
    return {
        "organisation": _optional_text(repository.get("organization")),
        "default_branch": _optional_text(repository.get("master_branch")),
        "description": _optional_text(repository.get("description")),
        "language": _optional_text(repository.get("language")),
        "stars": number_of(repository.get("watchers")),
    }


def _push_columns(payload: Payload, _: Event) -> Row:
    shas = payload.get("shas")
    if isinstance(shas, list):  # until 2014: sha, e-mail, message, name, distinct
        commits = [
            {
                "sha": commit[0],
                "email": _optional_text(commit[1]),
                "distinct": commit[4] is not False if len(commit) > 4 else True,
            }
            for commit in shas
            if isinstance(commit, list) and len(commit) > 1 and _is_sha(commit[0])
        ]
    else:
        commits = [
            {
                "sha": commit["sha"],
                "email": _optional_text(_mapping_or_empty(commit.get("author")).get("email")),
                "distinct": commit.get("distinct") is not False,
            }
            for commit in _mappings_in_list(payload.get("commits"))
            if _is_sha(commit.get("sha"))
        ]
    has_commits = isinstance(shas, list) or isinstance(payload.get("commits"), list)
    return {
        "ref": _optional_text(payload.get("ref")),
        "before": _optional_text(payload.get("before")),
        "commit": _optional_sha(payload.get("head")),
        "size": number_of(payload.get("size")),
        "commits": commits if has_commits else None,
    }


def _pull_request_columns(payload: Payload, _: Event) -> Row:
    pull = _mapping_or_empty(payload.get("pull_request"))
    row = _base_pull_columns(pull)
    row["thread"] = number_of(payload.get("number")) or row["thread"]
    action = payload.get("action")
    merged_at = _optional_timestamp(pull.get("merged_at"))
    merged: bool | None = None
    if action == "merged" or merged_at is not None:
        merged = True
    elif isinstance(pull.get("merged"), bool):
        merged = pull["merged"]
    elif "merged_at" in pull:
        merged = False
    head, landing = (
        _optional_sha(_mapping_or_empty(pull.get("head")).get("sha")),
        _optional_sha(pull.get("merge_commit_sha")),
    )
    return row | {
        "merged": merged,
        "merged_by": _login_of(pull.get("merged_by")),
        # before it lands, merge_commit_sha names a trial merge
        "commit": landing if merged else head,
    }


def _base_pull_columns(pull: Payload) -> Row:
    base = _mapping_or_empty(_mapping_or_empty(pull.get("base")).get("repo"))
    stars = base.get("stargazers_count", base.get("watchers_count"))
    topics = base.get("topics")
    return {
        "thread": number_of(pull.get("number"))
        or _thread_number_in_url(pull.get("html_url"))
        or _thread_number_in_url(pull.get("url")),
        "is_pull": True,
        "author": _login_of(pull.get("user")),
        "thread_opened_at": _optional_timestamp(pull.get("created_at")),
        "thread_merged_at": _optional_timestamp(pull.get("merged_at")),
        "default_branch": _optional_text(base.get("default_branch")),
        "description": _optional_text(base.get("description")),
        "language": _optional_text(base.get("language")),
        "stars": number_of(stars),
        "topics": [topic for topic in topics if isinstance(topic, str)] if isinstance(topics, list) else None,
    }


def _review_columns(payload: Payload, _: Event) -> Row:
    review = _mapping_or_empty(payload.get("review"))
    state = _optional_text(review.get("state"))
    return _base_pull_columns(_mapping_or_empty(payload.get("pull_request"))) | {
        "speaker": _login_of(review.get("user")),
        "native": _native_id(review.get("id")),
        "review": number_of(review.get("id")),
        "review_state": state.lower() if state else None,
        "commit": _optional_sha(review.get("commit_id")),
    }


def _review_comment_columns(payload: Payload, _: Event) -> Row:
    comment = _mapping_or_empty(payload.get("comment"))
    row = _base_pull_columns(_mapping_or_empty(payload.get("pull_request")))
    links = _mapping_or_empty(comment.get("_links"))
    urls = [comment.get("html_url"), comment.get("pull_request_url"), _mapping_or_empty(links.get("html")).get("href")]
    # until 2013 the payload has only the comment, whose links may contain the pull request's number
    urls.append(_mapping_or_empty(links.get("pull_request")).get("href"))
    row["thread"] = row["thread"] or next((number for url in urls if (number := _thread_number_in_url(url))), None)
    return row | {
        "speaker": _login_of(comment.get("user")),
        "native": _native_id(comment.get("id")),
        "review": number_of(comment.get("pull_request_review_id")),
        "commit": _optional_sha(comment.get("commit_id")),
    }


def _issue_columns(payload: Payload, event: Event) -> Row:
    issue = _mapping_or_empty(payload.get("issue"))  # until 2014 an id
    return {
        "thread": number_of(issue.get("number"))
        or number_of(payload.get("number"))
        or _thread_number_in_url(event.get("url")),
        "is_pull": isinstance(issue.get("pull_request"), dict) and bool(issue["pull_request"].get("html_url", True)),
        "author": _login_of(issue.get("user")),
        "thread_opened_at": _optional_timestamp(issue.get("created_at")),
    }


def _issue_comment_columns(payload: Payload, event: Event) -> Row:
    comment = _mapping_or_empty(payload.get("comment"))
    row = _issue_columns(payload, event)
    url = event.get("url")
    if not _mapping_or_empty(payload.get("issue")):
        row["is_pull"] = "/pull/" in url if isinstance(url, str) and row["thread"] else None
    return row | {
        "speaker": _login_of(comment.get("user")),
        "native": _native_id(comment.get("id")) or _native_id(payload.get("comment_id")),
    }


def _commit_comment_columns(payload: Payload, _: Event) -> Row:
    comment = _mapping_or_empty(payload.get("comment"))
    return {
        "speaker": _login_of(comment.get("user")),
        "native": _native_id(comment.get("id")) or _native_id(payload.get("comment_id")),
        "commit": _optional_sha(comment.get("commit_id")) or _optional_sha(payload.get("commit")),
    }


def _release_columns(payload: Payload, _: Event) -> Row:
    release = _mapping_or_empty(payload.get("release"))
    target = release.get("target_commitish")
    return {
        "speaker": _login_of(release.get("author")),
        "native": _optional_text(release.get("tag_name")),
        "ref": _optional_text(release.get("name")),
        "commit": _optional_sha(target),
        "thread_opened_at": _optional_timestamp(release.get("published_at")),
    }


def _fork_columns(payload: Payload, _: Event) -> Row:
    forkee = payload.get("forkee")
    return {"ref": _optional_text(_mapping_or_empty(forkee).get("full_name"))}


def _create_columns(payload: Payload, _: Event) -> Row:
    return {
        "native": _optional_text(payload.get("ref_type")),
        "ref": _optional_text(payload.get("ref")),
        "default_branch": _optional_text(payload.get("master_branch")),
        "description": _optional_text(payload.get("description")),
    }


def _delete_columns(payload: Payload, _: Event) -> Row:
    return {"native": _optional_text(payload.get("ref_type")), "ref": _optional_text(payload.get("ref"))}


def _member_columns(payload: Payload, _: Event) -> Row:
    return {"author": _login_of(payload.get("member"))}


def _discussion_columns(payload: Payload, _: Event) -> Row:
    discussion = _mapping_or_empty(payload.get("discussion"))
    return {
        "thread": number_of(discussion.get("number")),
        "is_pull": False,
        "author": _login_of(discussion.get("user")),
        "native": _native_id(discussion.get("id")),
        "thread_opened_at": _optional_timestamp(discussion.get("created_at")),
    }


COLUMN_READERS: Final[Mapping[str, Callable[[Payload, Event], Row]]] = {
    "CommitCommentEvent": _commit_comment_columns,
    "CreateEvent": _create_columns,
    "DeleteEvent": _delete_columns,
    "DiscussionEvent": _discussion_columns,
    "ForkEvent": _fork_columns,
    "IssueCommentEvent": _issue_comment_columns,
    "IssuesEvent": _issue_columns,
    "MemberEvent": _member_columns,
    "PullRequestEvent": _pull_request_columns,
    "PullRequestReviewCommentEvent": _review_comment_columns,
    "PullRequestReviewEvent": _review_columns,
    "PushEvent": _push_columns,
    "ReleaseEvent": _release_columns,
}
"""Event types with further columns, and the functions that read them."""

ID_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "CommitCommentEvent": ("native",),
    "DiscussionEvent": ("action", "native"),
    "ForkEvent": ("actor",),
    "IssueCommentEvent": ("native",),
    "IssuesEvent": ("action", "thread"),
    "PullRequestEvent": ("action", "thread"),
    "PullRequestReviewCommentEvent": ("native",),
    "PullRequestReviewEvent": ("action", "review"),
    "ReleaseEvent": ("native",),
    "WatchEvent": ("actor",),
}
"""Columns that make up an event's id; without them the event cannot be counted."""


def has_id_columns(row: Row) -> bool:
    """Whether a row has all columns that make up its event's id."""
    return all(row.get(column) is not None for column in ID_COLUMNS.get(str(row["type"]), ()))


def _mapping_or_empty(value: object) -> Payload:
    return value if isinstance(value, dict) else {}


def _mappings_in_list(value: object) -> list[Payload]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _optional_text(value: object) -> str | None:
    return _without_nul_characters(value) if isinstance(value, str) and value else None


def _without_nul_characters(value: str) -> str:
    """A text without NUL characters."""
    return value.replace("\0", "")


def _native_id(value: object) -> str | None:
    number = number_of(value)
    return None if number is None else str(number)


def _login_of(value: object) -> str | None:
    """The login in a part of a payload; until 2012 it may be a bare string."""
    if isinstance(value, str):
        return _optional_text(value)
    return _optional_text(_mapping_or_empty(value).get("login"))


def _is_sha(value: object) -> bool:
    return isinstance(value, str) and _SHA.match(value) is not None


def _optional_sha(value: object) -> str | None:
    return value if isinstance(value, str) and _SHA.match(value) else None


def _thread_number_in_url(value: object) -> int | None:
    """The number of an issue or a pull request in its address."""
    match = _THREAD_URL.search(value) if isinstance(value, str) else None
    return number_of(int(match[1])) if match and len(match[1]) < 19 else None
