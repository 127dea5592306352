"""Events as the archive's second and third era write them: one JSON object in each line."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import orjson

from ecotone.simulation.feeds import api_objects
from ecotone.simulation.feeds.api_objects import API, Object
from ecotone.simulation.feeds.archive_eras import MERGED_ACTION, NEWER_KEYS, TRIMMED, format_utc_time
from ecotone.simulation.feeds.feed_accounts import remove_surrogates
from ecotone.simulation.feeds.feed_model import FeedEvent, FieldFeeds, ProjectFeed, PushedCommit, Thread
from ecotone.simulation.world import DAY, Second

COMMITS_OF_A_PUSH: Final = 20

TYPES: Final = {
    "push": "PushEvent",
    "created": "CreateEvent",
    "pull_opened": "PullRequestEvent",
    "pull_merged": "PullRequestEvent",
    "pull_closed": "PullRequestEvent",
    "review": "PullRequestReviewEvent",
    "review_comment": "PullRequestReviewCommentEvent",
    "issue_opened": "IssuesEvent",
    "issue_closed": "IssuesEvent",
    "comment": "IssueCommentEvent",
    "commit_comment": "CommitCommentEvent",
    "discussion": "DiscussionEvent",
    "star": "WatchEvent",
    "fork": "ForkEvent",
    "release": "ReleaseEvent",
}


def hash_email(email: str) -> str:
    """An address as the archive publishes it: the part before the @ is hashed.

    >>> hash_email("a@b.example")
    '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8@b.example'
    """
    local, at, domain = email.partition("@")
    return hashlib.sha1(local.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest() + at + domain


class EventWriter:
    """Writes events; caches the bytes that every event of a project repeats."""

    def __init__(self, feeds: FieldFeeds, *, ambiguous: bool) -> None:
        self.feeds = feeds
        self.ambiguous = ambiguous
        self._repositories: dict[tuple[int, str, int, bool], orjson.Fragment] = {}

    def write_event_line(self, act: FeedEvent, number: int) -> bytes:
        """The event as one line with this id, without a newline."""
        return orjson.dumps(self.make_event(act, number))

    def make_event(self, act: FeedEvent, number: int) -> Object:
        """The event with this id as an object."""
        newer = act.at >= NEWER_KEYS
        full = act.feed.find_name_at(act.at)
        event_actor = act.other_account if act.kind == "pull_merged" and act.other_account else act.by
        return {
            "id": str(number),
            "type": TYPES[act.kind],
            "actor": api_objects.make_actor_object(event_actor, newer=newer),
            "repo": {"id": act.feed.number, "name": full, "url": f"{API}/repos/{full}"},
            "payload": self._make_payload(act, newer),
            "public": True,
            "created_at": format_utc_time(act.at),
            "org": api_objects.make_organisation_object(self.feeds.accounts.find_owner_account(full.partition("/")[0])),
        }

    def _make_payload(self, act: FeedEvent, newer: bool) -> Object:
        trimmed = act.at >= TRIMMED
        if act.push is not None:
            return _make_push_payload(act, newer=newer, trimmed=trimmed)
        if act.remark is not None and act.thread is not None:
            return self._make_comment_payload(act, newer, trimmed)
        if act.thread is not None:
            return self._make_thread_payload(act, act.thread, newer, trimmed)
        if act.release is not None:
            return {
                "action": "published",
                "release": api_objects.make_release_object(act.feed, act.release, newer=newer),
            }
        if act.commit_comment is not None:
            comment = api_objects.make_commit_comment_object(
                act.feed, act.commit_comment, newer=newer, association=not trimmed
            )
            return {"comment": comment}
        if act.kind == "fork":
            return {"forkee": self._make_fork_object(act, newer, trimmed)}
        if act.kind == "created":
            return {
                "ref": act.ref or None,
                "ref_type": "branch" if act.ref else "repository",
                "master_branch": "main",
                "description": act.feed.description,
                "pusher_type": "user",
            }
        return {"action": "started"}

    def _make_thread_payload(self, act: FeedEvent, thread: Thread, newer: bool, trimmed: bool) -> Object:
        if thread.kind == "discussion":
            return {"action": "created", "discussion": api_objects.make_discussion_object(act.feed, thread, act.at)}
        action = {"opened": "opened", "closed": "closed", "merged": "closed"}[act.kind.partition("_")[2]]
        if thread.kind == "issue":
            about = api_objects.make_issue_object(act.feed, thread, act.at, newer=newer, association=not trimmed)
            return {"action": action, "issue": about}
        if not trimmed:
            return {
                "action": action,
                "number": thread.number,
                "pull_request": self._make_pull_object(act, thread, newer, whole=True),
            }
        bare = self.ambiguous and act.at < MERGED_ACTION
        action = "merged" if act.kind == "pull_merged" and not bare else action
        return {
            "action": action,
            "number": thread.number,
            "pull_request": api_objects.make_pull_stub(act.feed, thread, act.at),
        }

    def _make_comment_payload(self, act: FeedEvent, newer: bool, trimmed: bool) -> Object:
        feed, thread, remark = act.feed, act.thread, act.remark
        assert thread is not None
        assert remark is not None
        if remark.kind == "comment":
            return {
                "action": "created",
                "issue": api_objects.make_issue_object(feed, thread, act.at, newer=newer, association=not trimmed),
                "comment": api_objects.make_comment_object(feed, thread, remark, newer=newer, association=not trimmed),
            }
        about = (
            api_objects.make_pull_stub(feed, thread, act.at)
            if trimmed
            else self._make_pull_object(act, thread, newer, whole=False)
        )
        if remark.kind == "review":
            comment = api_objects.make_review_object(feed, thread, remark, association=not trimmed)
            return {"action": "created", "review": comment, "pull_request": about}
        comment = api_objects.make_review_comment_object(feed, thread, remark, newer=newer, trimmed=trimmed)
        return {"action": "created", "comment": comment, "pull_request": about}

    def _make_pull_object(self, act: FeedEvent, thread: Thread, newer: bool, *, whole: bool) -> Object:
        base = self._make_repository_object(act.feed, act.at, newer)
        return api_objects.make_pull_object(act.feed, thread, act.at, base, newer=newer, whole=whole)

    def _make_repository_object(self, feed: ProjectFeed, moment: Second, newer: bool) -> orjson.Fragment:
        """The repository's object with its counts at the start of the day; cached by day."""
        day = max(moment // DAY * DAY, feed.founded_at)
        key = (feed.position, feed.find_name_at(moment), day, newer)
        if key not in self._repositories:
            if len(self._repositories) > 256:
                self._repositories.clear()
            owner = self.feeds.accounts.find_owner_account(feed.find_name_at(moment).partition("/")[0])
            self._repositories[key] = orjson.Fragment(
                orjson.dumps(_make_renamed_repository(feed, owner, moment, day, newer))
            )
        return self._repositories[key]

    def _make_fork_object(self, act: FeedEvent, newer: bool, trimmed: bool) -> Object:
        """The fork: the repository's object with the owner and name of the fork."""
        name = act.feed.find_name_at(act.at).partition("/")[2]
        old, new = act.feed.find_name_at(act.at), f"{act.by.login}/{name}"
        text = orjson.dumps(_make_renamed_repository(act.feed, act.by, act.at, act.at, newer)).decode()
        fork: Object = orjson.loads(text.replace(f"/{old}", f"/{new}").replace(f'"{old}"', f'"{new}"'))
        number = act.feed.number + 1_000_000 + act.by.number % 1_000_000
        fork |= {"id": number, "fork": True, "stargazers_count": 0, "watchers_count": 0, "watchers": 0}
        if newer:
            fork["node_id"] = api_objects.make_node_id("Repository", number)
        return fork if trimmed else fork | {"public": True}


def _make_renamed_repository(feed: ProjectFeed, owner: Any, moment: Second, counted: Second, newer: bool) -> Object:
    """The repository's object with its name at one time and its counts at another."""
    repository = api_objects.make_repository_object(feed, owner, counted, newer=newer)
    if feed.find_name_at(counted) == feed.find_name_at(moment):
        return repository
    return api_objects.make_repository_object(feed, owner, moment, newer=newer)


def _make_push_payload(act: FeedEvent, *, newer: bool, trimmed: bool) -> Object:
    push = act.push
    assert push is not None
    number = 10 * (push.at - 1_000_000_000) + act.feed.position
    ends = {"ref": f"refs/heads/{push.branch}", "head": push.commits[-1].sha, "before": push.before}
    if trimmed:
        return {"repository_id": act.feed.number, "push_id": number, **ends}
    full = act.feed.find_name_at(act.at)
    return {
        "push_id": number,
        "size": len(push.commits),
        "distinct_size": sum(commit.distinct for commit in push.commits),
        **ends,
        "commits": [_make_commit_object(commit, full, newer) for commit in push.commits[:COMMITS_OF_A_PUSH]],
    }


def _make_commit_object(commit: PushedCommit, full: str, newer: bool) -> Object:
    author = commit.change.author
    name, email = remove_surrogates(author.name), hash_email(author.email)
    return {
        "sha": commit.sha,
        "author": {"name": name, "email": email} if newer else {"email": email, "name": name},
        "message": remove_surrogates(commit.change.message).rstrip("\n"),
        "distinct": commit.distinct,
        "url": f"{API}/repos/{full}/commits/{commit.sha}",
    }
