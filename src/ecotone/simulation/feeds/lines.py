"""Events as the archive's second and third era write them: one JSON object in each line."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import orjson

from ecotone.simulation.feeds import objects
from ecotone.simulation.feeds.accounts import clean
from ecotone.simulation.feeds.acts import Act, Feeds, ProjectFeed, PushedCommit, Thread
from ecotone.simulation.feeds.eras import MERGED_ACTION, NEWER_KEYS, TRIMMED, written
from ecotone.simulation.feeds.objects import API, Object
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


def hidden(email: str) -> str:
    """An address as the archive publishes it: the part before the @ is hashed.

    >>> hidden("a@b.example")
    '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8@b.example'
    """
    local, at, domain = email.partition("@")
    return hashlib.sha1(local.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest() + at + domain


class EventWriter:
    """Writes events; caches the bytes that every event of a project repeats."""

    def __init__(self, feeds: Feeds, *, ambiguous: bool) -> None:
        self.feeds = feeds
        self.ambiguous = ambiguous
        self._repositories: dict[tuple[int, str, int, bool], orjson.Fragment] = {}

    def line(self, act: Act, number: int) -> bytes:
        """The event as one line with this id, without a newline."""
        return orjson.dumps(self.event(act, number))

    def event(self, act: Act, number: int) -> Object:
        """The event with this id as an object."""
        newer = act.at >= NEWER_KEYS
        full = act.feed.name_at(act.at)
        who = act.counterpart if act.kind == "pull_merged" and act.counterpart else act.by
        return {
            "id": str(number),
            "type": TYPES[act.kind],
            "actor": objects.actor(who, newer=newer),
            "repo": {"id": act.feed.number, "name": full, "url": f"{API}/repos/{full}"},
            "payload": self._payload(act, newer),
            "public": True,
            "created_at": written(act.at),
            "org": objects.organisation(self.feeds.accounts.owner(full.partition("/")[0])),
        }

    def _payload(self, act: Act, newer: bool) -> Object:
        trimmed = act.at >= TRIMMED
        if act.push is not None:
            return _push(act, newer=newer, trimmed=trimmed)
        if act.remark is not None and act.thread is not None:
            return self._said(act, newer, trimmed)
        if act.thread is not None:
            return self._thread(act, act.thread, newer, trimmed)
        if act.release is not None:
            return {"action": "published", "release": objects.release(act.feed, act.release, newer=newer)}
        if act.commit_comment is not None:
            said = objects.commit_comment(act.feed, act.commit_comment, newer=newer, association=not trimmed)
            return {"comment": said}
        if act.kind == "fork":
            return {"forkee": self._forkee(act, newer, trimmed)}
        if act.kind == "created":
            return {
                "ref": act.ref or None,
                "ref_type": "branch" if act.ref else "repository",
                "master_branch": "main",
                "description": act.feed.description,
                "pusher_type": "user",
            }
        return {"action": "started"}

    def _thread(self, act: Act, thread: Thread, newer: bool, trimmed: bool) -> Object:
        if thread.kind == "discussion":
            return {"action": "created", "discussion": objects.discussion(act.feed, thread, act.at)}
        action = {"opened": "opened", "closed": "closed", "merged": "closed"}[act.kind.partition("_")[2]]
        if thread.kind == "issue":
            about = objects.issue(act.feed, thread, act.at, newer=newer, association=not trimmed)
            return {"action": action, "issue": about}
        if not trimmed:
            return {
                "action": action,
                "number": thread.number,
                "pull_request": self._pull(act, thread, newer, whole=True),
            }
        bare = self.ambiguous and act.at < MERGED_ACTION
        action = "merged" if act.kind == "pull_merged" and not bare else action
        return {"action": action, "number": thread.number, "pull_request": objects.pull_stub(act.feed, thread, act.at)}

    def _said(self, act: Act, newer: bool, trimmed: bool) -> Object:
        feed, thread, remark = act.feed, act.thread, act.remark
        assert thread is not None
        assert remark is not None
        if remark.kind == "comment":
            return {
                "action": "created",
                "issue": objects.issue(feed, thread, act.at, newer=newer, association=not trimmed),
                "comment": objects.comment(feed, thread, remark, newer=newer, association=not trimmed),
            }
        about = objects.pull_stub(feed, thread, act.at) if trimmed else self._pull(act, thread, newer, whole=False)
        if remark.kind == "review":
            said = objects.review(feed, thread, remark, association=not trimmed)
            return {"action": "created", "review": said, "pull_request": about}
        said = objects.review_comment(feed, thread, remark, newer=newer, trimmed=trimmed)
        return {"action": "created", "comment": said, "pull_request": about}

    def _pull(self, act: Act, thread: Thread, newer: bool, *, whole: bool) -> Object:
        base = self._repository(act.feed, act.at, newer)
        return objects.pull(act.feed, thread, act.at, base, newer=newer, whole=whole)

    def _repository(self, feed: ProjectFeed, moment: Second, newer: bool) -> orjson.Fragment:
        """The repository's object with its counts at the start of the day; cached by day."""
        day = max(moment // DAY * DAY, feed.founded_at)
        key = (feed.position, feed.name_at(moment), day, newer)
        if key not in self._repositories:
            if len(self._repositories) > 256:
                self._repositories.clear()
            owner = self.feeds.accounts.owner(feed.name_at(moment).partition("/")[0])
            self._repositories[key] = orjson.Fragment(orjson.dumps(_now_called(feed, owner, moment, day, newer)))
        return self._repositories[key]

    def _forkee(self, act: Act, newer: bool, trimmed: bool) -> Object:
        """The fork: the repository's object with the owner and name of the fork."""
        name = act.feed.name_at(act.at).partition("/")[2]
        old, new = act.feed.name_at(act.at), f"{act.by.login}/{name}"
        text = orjson.dumps(_now_called(act.feed, act.by, act.at, act.at, newer)).decode()
        found: Object = orjson.loads(text.replace(f"/{old}", f"/{new}").replace(f'"{old}"', f'"{new}"'))
        number = act.feed.number + 1_000_000 + act.by.number % 1_000_000
        found |= {"id": number, "fork": True, "stargazers_count": 0, "watchers_count": 0, "watchers": 0}
        if newer:
            found["node_id"] = objects.node("Repository", number)
        return found if trimmed else found | {"public": True}


def _now_called(feed: ProjectFeed, owner: Any, moment: Second, counted: Second, newer: bool) -> Object:
    """The repository's object with its name at one time and its counts at another."""
    found = objects.repository(feed, owner, counted, newer=newer)
    if feed.name_at(counted) == feed.name_at(moment):
        return found
    return objects.repository(feed, owner, moment, newer=newer)


def _push(act: Act, *, newer: bool, trimmed: bool) -> Object:
    push = act.push
    assert push is not None
    number = 10 * (push.at - 1_000_000_000) + act.feed.position
    ends = {"ref": f"refs/heads/{push.branch}", "head": push.commits[-1].sha, "before": push.before}
    if trimmed:
        return {"repository_id": act.feed.number, "push_id": number, **ends}
    full = act.feed.name_at(act.at)
    return {
        "push_id": number,
        "size": len(push.commits),
        "distinct_size": sum(commit.distinct for commit in push.commits),
        **ends,
        "commits": [_commit(commit, full, newer) for commit in push.commits[:COMMITS_OF_A_PUSH]],
    }


def _commit(commit: PushedCommit, full: str, newer: bool) -> Object:
    author = commit.change.author
    name, email = clean(author.name), hidden(author.email)
    return {
        "sha": commit.sha,
        "author": {"name": name, "email": email} if newer else {"email": email, "name": name},
        "message": clean(commit.change.message).rstrip("\n"),
        "distinct": commit.distinct,
        "url": f"{API}/repos/{full}/commits/{commit.sha}",
    }
