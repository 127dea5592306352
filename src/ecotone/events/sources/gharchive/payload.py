"""Convert a parsed line, in the format of any year, into a stored row; pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from ecotone.events.sources.gharchive.kept import Row
from ecotone.events.sources.gharchive.lines import Event, number_of, repository_of

_THREAD_URL: Final = re.compile(r"/(?:issues|pulls?)/(\d+)(?:[#/?]|\Z)")
_SHA: Final = re.compile(r"[0-9a-f]{40,64}\Z")

Facts = Mapping[str, Any]


class BadTime(ValueError):
    """The time of an event cannot be parsed."""


def row_of(event: Event, hour: datetime) -> Row:
    """The row of one event in the file of `hour`. Raises BadTime.

    The event must name its repository. A field of an unexpected type becomes NULL.
    """
    place = repository_of(event)
    assert place is not None
    payload = _facts(event.get("payload"))
    row: Row = {
        "hour": hour,
        "id": _text(event.get("id")),
        "type": event["type"],
        "action": _text(payload.get("action")),
        "created_at": moment_of(event.get("created_at")),
        "repository_id": number_of(place[0]),
        "name": _clean(place[1]),
    }
    row |= _actor(event)
    early = event.get("repo") is None
    row |= _early_repository(event) if early else {"organisation": _text(_facts(event.get("org")).get("login"))}
    reader = READERS.get(event["type"])
    if reader is not None:
        row |= reader(payload, event)
    return row


def moment_of(value: object) -> datetime:
    """A timestamp with an offset as naive UTC. Raises BadTime.

    >>> moment_of("2012-06-14T15:01:39-07:00"), moment_of("2015-01-01T01:00:00Z")
    (datetime.datetime(2012, 6, 14, 22, 1, 39), datetime.datetime(2015, 1, 1, 1, 0))
    """
    found = _moment(value)
    if found is None:
        raise BadTime(value)
    return found


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    # files of 2011 also have the form 2011/02/12 00:00:00 -0800
    text = value.replace("/", "-") if value[4:5] == "/" else value
    try:
        read = datetime.fromisoformat(text.replace(" -", "-").replace(" +", "+"))
        return (read.astimezone(UTC) if read.tzinfo else read).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None


def _actor(event: Event) -> Row:
    actor = event.get("actor")
    if isinstance(actor, str):
        told = _facts(event.get("actor_attributes"))
        return {
            "actor": _text(actor),
            "profile_name": _text(told.get("name")),
            "profile_company": _text(told.get("company")),
        }
    told = _facts(actor)
    return {"actor": _login(told), "actor_id": number_of(told.get("id"))}


def _early_repository(event: Event) -> Row:
    told = _facts(event.get("repository"))
    return {
        "organisation": _text(told.get("organization")),
        "default_branch": _text(told.get("master_branch")),
        "description": _text(told.get("description")),
        "language": _text(told.get("language")),
        "stars": number_of(told.get("watchers")),
    }


def _push(payload: Facts, _: Event) -> Row:
    shas = payload.get("shas")
    if isinstance(shas, list):  # until 2014: sha, e-mail, message, name, distinct
        commits = [
            {"sha": one[0], "email": _text(one[1]), "distinct": one[4] is not False if len(one) > 4 else True}
            for one in shas
            if isinstance(one, list) and len(one) > 1 and _is_sha(one[0])
        ]
    else:
        commits = [
            {
                "sha": one["sha"],
                "email": _text(_facts(one.get("author")).get("email")),
                "distinct": one.get("distinct") is not False,
            }
            for one in _list(payload.get("commits"))
            if _is_sha(one.get("sha"))
        ]
    said = isinstance(shas, list) or isinstance(payload.get("commits"), list)
    return {
        "ref": _text(payload.get("ref")),
        "before": _text(payload.get("before")),
        "commit": _sha(payload.get("head")),
        "size": number_of(payload.get("size")),
        "commits": commits if said else None,
    }


def _pull(payload: Facts, _: Event) -> Row:
    pull = _facts(payload.get("pull_request"))
    row = _pull_facts(pull)
    row["thread"] = number_of(payload.get("number")) or row["thread"]
    action = payload.get("action")
    merged_at = _moment(pull.get("merged_at"))
    merged: bool | None = None
    if action == "merged" or merged_at is not None:
        merged = True
    elif isinstance(pull.get("merged"), bool):
        merged = pull["merged"]
    elif "merged_at" in pull:
        merged = False
    head, landing = _sha(_facts(pull.get("head")).get("sha")), _sha(pull.get("merge_commit_sha"))
    return row | {
        "merged": merged,
        "merged_by": _login(pull.get("merged_by")),
        # before it lands, merge_commit_sha names a trial merge
        "commit": landing if merged else head,
    }


def _pull_facts(pull: Facts) -> Row:
    base = _facts(_facts(pull.get("base")).get("repo"))
    stars = base.get("stargazers_count", base.get("watchers_count"))
    topics = base.get("topics")
    return {
        "thread": number_of(pull.get("number")) or _thread_of(pull.get("html_url")) or _thread_of(pull.get("url")),
        "is_pull": True,
        "author": _login(pull.get("user")),
        "thread_opened_at": _moment(pull.get("created_at")),
        "thread_merged_at": _moment(pull.get("merged_at")),
        "default_branch": _text(base.get("default_branch")),
        "description": _text(base.get("description")),
        "language": _text(base.get("language")),
        "stars": number_of(stars),
        "topics": [one for one in topics if isinstance(one, str)] if isinstance(topics, list) else None,
    }


def _review(payload: Facts, _: Event) -> Row:
    review = _facts(payload.get("review"))
    state = _text(review.get("state"))
    return _pull_facts(_facts(payload.get("pull_request"))) | {
        "speaker": _login(review.get("user")),
        "native": _native(review.get("id")),
        "review": number_of(review.get("id")),
        "review_state": state.lower() if state else None,
        "commit": _sha(review.get("commit_id")),
    }


def _review_comment(payload: Facts, _: Event) -> Row:
    comment = _facts(payload.get("comment"))
    row = _pull_facts(_facts(payload.get("pull_request")))
    links = _facts(comment.get("_links"))
    urls = [comment.get("html_url"), comment.get("pull_request_url"), _facts(links.get("html")).get("href")]
    # until 2013 the payload has only the comment, whose links may contain the pull request's number
    urls.append(_facts(links.get("pull_request")).get("href"))
    row["thread"] = row["thread"] or next((found for url in urls if (found := _thread_of(url))), None)
    return row | {
        "speaker": _login(comment.get("user")),
        "native": _native(comment.get("id")),
        "review": number_of(comment.get("pull_request_review_id")),
        "commit": _sha(comment.get("commit_id")),
    }


def _issue(payload: Facts, event: Event) -> Row:
    issue = _facts(payload.get("issue"))  # until 2014 an id
    return {
        "thread": number_of(issue.get("number")) or number_of(payload.get("number")) or _thread_of(event.get("url")),
        "is_pull": isinstance(issue.get("pull_request"), dict) and bool(issue["pull_request"].get("html_url", True)),
        "author": _login(issue.get("user")),
        "thread_opened_at": _moment(issue.get("created_at")),
    }


def _issue_comment(payload: Facts, event: Event) -> Row:
    comment = _facts(payload.get("comment"))
    row = _issue(payload, event)
    url = event.get("url")
    if not _facts(payload.get("issue")):
        row["is_pull"] = "/pull/" in url if isinstance(url, str) and row["thread"] else None
    return row | {
        "speaker": _login(comment.get("user")),
        "native": _native(comment.get("id")) or _native(payload.get("comment_id")),
    }


def _commit_comment(payload: Facts, _: Event) -> Row:
    comment = _facts(payload.get("comment"))
    return {
        "speaker": _login(comment.get("user")),
        "native": _native(comment.get("id")) or _native(payload.get("comment_id")),
        "commit": _sha(comment.get("commit_id")) or _sha(payload.get("commit")),
    }


def _release(payload: Facts, _: Event) -> Row:
    release = _facts(payload.get("release"))
    target = release.get("target_commitish")
    return {
        "speaker": _login(release.get("author")),
        "native": _text(release.get("tag_name")),
        "ref": _text(release.get("name")),
        "commit": _sha(target),
        "thread_opened_at": _moment(release.get("published_at")),
    }


def _fork(payload: Facts, _: Event) -> Row:
    forkee = payload.get("forkee")
    return {"ref": _text(_facts(forkee).get("full_name"))}


def _create(payload: Facts, _: Event) -> Row:
    return {
        "native": _text(payload.get("ref_type")),
        "ref": _text(payload.get("ref")),
        "default_branch": _text(payload.get("master_branch")),
        "description": _text(payload.get("description")),
    }


def _delete(payload: Facts, _: Event) -> Row:
    return {"native": _text(payload.get("ref_type")), "ref": _text(payload.get("ref"))}


def _member(payload: Facts, _: Event) -> Row:
    return {"author": _login(payload.get("member"))}


def _discussion(payload: Facts, _: Event) -> Row:
    discussion = _facts(payload.get("discussion"))
    return {
        "thread": number_of(discussion.get("number")),
        "is_pull": False,
        "author": _login(discussion.get("user")),
        "native": _native(discussion.get("id")),
        "thread_opened_at": _moment(discussion.get("created_at")),
    }


READERS: Final[Mapping[str, Callable[[Facts, Event], Row]]] = {
    "CommitCommentEvent": _commit_comment,
    "CreateEvent": _create,
    "DeleteEvent": _delete,
    "DiscussionEvent": _discussion,
    "ForkEvent": _fork,
    "IssueCommentEvent": _issue_comment,
    "IssuesEvent": _issue,
    "MemberEvent": _member,
    "PullRequestEvent": _pull,
    "PullRequestReviewCommentEvent": _review_comment,
    "PullRequestReviewEvent": _review,
    "PushEvent": _push,
    "ReleaseEvent": _release,
}
"""Event types with further columns, and the functions that read them."""

NAMED_BY: Final[Mapping[str, tuple[str, ...]]] = {
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


def is_complete(row: Row) -> bool:
    """Whether a row has all columns that make up its event's id."""
    return all(row.get(column) is not None for column in NAMED_BY.get(str(row["type"]), ()))


def _facts(value: object) -> Facts:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Facts]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return _clean(value) if isinstance(value, str) and value else None


def _clean(value: str) -> str:
    """A text without NUL characters."""
    return value.replace("\0", "")


def _native(value: object) -> str | None:
    number = number_of(value)
    return None if number is None else str(number)


def _login(value: object) -> str | None:
    """The login in a part of a payload; until 2012 it may be a bare string."""
    if isinstance(value, str):
        return _text(value)
    return _text(_facts(value).get("login"))


def _is_sha(value: object) -> bool:
    return isinstance(value, str) and _SHA.match(value) is not None


def _sha(value: object) -> str | None:
    return value if isinstance(value, str) and _SHA.match(value) else None


def _thread_of(value: object) -> int | None:
    """The number of an issue or a pull request in its address."""
    match = _THREAD_URL.search(value) if isinstance(value, str) else None
    return number_of(int(match[1])) if match and len(match[1]) < 19 else None
