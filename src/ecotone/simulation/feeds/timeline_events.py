"""Events as the archive's first era (the timeline) wrote them: without ids, in Pacific time."""

from __future__ import annotations

import hashlib
from typing import Final

import orjson

from ecotone.simulation.feeds.api_objects import API, WEB, Object
from ecotone.simulation.feeds.archive_eras import REPOSITORY_IDS, format_pacific_time, format_utc_time
from ecotone.simulation.feeds.event_objects import COMMITS_OF_A_PUSH, TYPES, hash_email
from ecotone.simulation.feeds.feed_accounts import FeedAccount, remove_surrogates
from ecotone.simulation.feeds.feed_model import FeedEvent, ProjectFeed, Thread
from ecotone.simulation.world import Second

OLDER_ORDERS: Final = (
    ("repository", "actor_attributes", "created_at", "public", "actor", "payload", "url", "type"),
    ("url", "type", "repository", "public", "actor", "created_at", "payload", "actor_attributes"),
)
LATER_ORDER: Final = ("created_at", "payload", "public", "type", "url", "actor", "actor_attributes", "repository")
NO_MAIL: Final = hashlib.sha1(b"", usedforsecurity=False).hexdigest()


def write_timeline_line(act: FeedEvent) -> bytes:
    """The event as one line, without a newline."""
    event_actor = act.other_account if act.kind == "pull_merged" and act.other_account else act.by
    kind = TYPES[act.kind]
    event: Object = {
        "repository": _make_repository_object(act.feed, act.at),
        "actor_attributes": _make_actor_attributes(event_actor, act.at),
        "created_at": format_pacific_time(act.at),
        "public": True,
        "actor": event_actor.login,
        "payload": _make_payload(act),
        "url": _find_page_url(act),
        "type": kind,
    }
    order = LATER_ORDER if act.at >= REPOSITORY_IDS else OLDER_ORDERS[act.at % 20 == 0]
    return orjson.dumps({key: event[key] for key in order})


def _make_actor_attributes(account: FeedAccount, moment: Second) -> Object:
    """The actor attributes of a timeline event; the company is included if the profile has one."""
    company = account.find_company_at(moment)
    attributes: Object = {"name": account.name} if account.name else {}
    attributes |= {"company": company} if company else {}
    gravatar = hashlib.md5(account.login.encode(), usedforsecurity=False).hexdigest()
    return attributes | {"gravatar_id": gravatar, "type": "User", "login": account.login, "email": NO_MAIL}


def _make_repository_object(feed: ProjectFeed, moment: Second) -> Object:
    full = feed.find_name_at(moment)
    owner, _, name = full.partition("/")
    later = moment >= REPOSITORY_IDS
    repository_object: Object = {"id": feed.number} if later else {}
    repository_object |= {
        "watchers": 1,
        "description": feed.description,
        "has_downloads": True,
        "language": feed.project.language,
        "fork": False,
        "created_at": format_pacific_time(feed.founded_at),
        "url": f"{WEB}/{full}",
        "has_issues": True,
        "homepage": "",
        "size": 100,
        "private": False,
        "has_wiki": True,
        "pushed_at": format_pacific_time(feed.founded_at),
        "name": name,
        "forks": 1,
        "owner": owner,
        "organization": owner,
        "open_issues": 0,
    }
    return repository_object | ({"stargazers": 1, "master_branch": "main"} if later else {})


def _find_page_url(act: FeedEvent) -> str:
    """The page of an event; for a comment, only this URL contains the thread's number."""
    web = f"{WEB}/{act.feed.find_name_at(act.at)}"
    if act.thread is not None:
        page = f"{web}/{'pull' if act.thread.kind == 'pull' else 'issues'}/{act.thread.number}"
        if act.remark is None:
            return page
        sign = "issuecomment-" if act.remark.kind == "comment" else "discussion_r"
        return f"{page}#{sign}{act.remark.number}"
    if act.push is not None:
        return f"{web}/compare/{act.push.before[:10]}...{act.push.commits[-1].sha[:10]}"
    if act.release is not None:
        return f"{web}/releases/tag/{act.release.tag}"
    if act.commit_comment is not None:
        return f"{web}/commit/{act.commit_comment.sha}#commitcomment-{act.commit_comment.number}"
    if act.kind == "fork":
        return f"{WEB}/{act.by.login}/{web.rpartition('/')[2]}"
    return web


def _make_payload(act: FeedEvent) -> Object:
    if act.push is not None:
        return _make_push_payload(act)
    if act.remark is not None and act.thread is not None:
        return _make_comment_payload(act, act.thread)
    if act.thread is not None:
        action = "opened" if act.kind.endswith("_opened") else "closed"
        if act.thread.kind == "pull":
            return {"number": act.thread.number, "pull_request": _make_pull_object(act, act.thread), "action": action}
        return {"number": act.thread.number, "action": action, "issue": act.thread.issue_id}
    if act.release is not None:
        times = {"created_at": format_utc_time(act.at), "published_at": format_utc_time(act.at)}
        author = _make_short_user(act.by)
        release = {"id": act.release.number, "tag_name": act.release.tag, "draft": False, "author": author, **times}
        return {"action": "published", "release": release}
    if act.commit_comment is not None:
        return {"commit": act.commit_comment.sha, "comment_id": act.commit_comment.number}
    if act.kind == "created":
        kind = "branch" if act.ref else "repository"
        return {"master_branch": "main", "description": act.feed.description, "ref": act.ref or None, "ref_type": kind}
    return {} if act.kind == "fork" else {"action": "started"}


def _make_push_payload(act: FeedEvent) -> Object:
    push = act.push
    assert push is not None
    shas = [
        [
            commit.sha,
            hash_email(commit.change.author.email),
            remove_surrogates(commit.change.message).rstrip("\n"),
            remove_surrogates(commit.change.author.name),
            commit.distinct,
        ]
        for commit in push.commits[:COMMITS_OF_A_PUSH]
    ]
    head = push.commits[-1].sha
    return {"head": head, "size": len(push.commits), "shas": shas, "ref": f"refs/heads/{push.branch}"}


def _make_comment_payload(act: FeedEvent, thread: Thread) -> Object:
    remark = act.remark
    assert remark is not None
    if remark.kind == "comment":
        return {"issue_id": thread.issue_id, "comment_id": remark.number}
    full = act.feed.find_name_at(act.at)
    url = f"{API}/repos/{full}/pulls/comments/{remark.number}"
    head = thread.find_head_at(act.at)
    comment: Object = {
        "position": 1,
        "created_at": format_utc_time(act.at),
        "original_commit_id": head,
        "body": "Is this needed?",
        "updated_at": format_utc_time(act.at),
        "original_position": 1,
        "commit_id": head,
        "_links": {
            "html": {"href": f"{WEB}/{full}/pull/{thread.number}#r{remark.number}"},
            "pull_request": {"href": f"{API}/repos/{full}/pulls/{thread.number}"},
            "self": {"href": url},
        },
        "url": url,
        "id": remark.number,
        "path": "core/file-1.txt",
        "user": _make_short_user(remark.by),
    }
    return {"comment": comment}


def _make_short_user(account: FeedAccount) -> Object:
    gravatar = hashlib.md5(account.login.encode(), usedforsecurity=False).hexdigest()
    return {
        "avatar_url": f"https://secure.gravatar.com/avatar/{gravatar}",
        "gravatar_id": gravatar,
        "url": f"{API}/users/{account.login}",
        "id": account.number,
        "login": account.login,
    }


def _make_pull_object(act: FeedEvent, thread: Thread) -> Object:
    full = act.feed.find_name_at(act.at)
    api, web = f"{API}/repos/{full}", f"{WEB}/{full}/pull/{thread.number}"
    merged = act.kind == "pull_merged"
    closed = act.kind != "pull_opened"
    at = format_utc_time(act.at)
    return {
        "number": thread.number,
        "issue_url": f"{WEB}/{full}/issues/{thread.number}",
        "head": _make_branch_object(act, thread, head=True),
        "merged": merged,
        "created_at": format_utc_time(thread.opened_at),
        "merged_by": _make_short_user(thread.merged_by) if merged and thread.merged_by else None,
        "changed_files": 1,
        "comments": 0,
        "title": thread.title,
        "body": "",
        "diff_url": f"{web}.diff",
        "updated_at": at,
        "additions": 1,
        "url": f"{api}/pulls/{thread.number}",
        "_links": {
            "html": {"href": web},
            "self": {"href": f"{api}/pulls/{thread.number}"},
            "comments": {"href": f"{api}/issues/{thread.number}/comments"},
            "issue": {"href": f"{api}/issues/{thread.number}"},
            "review_comments": {"href": f"{api}/pulls/{thread.number}/comments"},
        },
        "id": thread.database_id,
        "patch_url": f"{web}.patch",
        "mergeable": None,
        "commits": len(thread.head),
        "closed_at": at if closed else None,
        "merged_at": at if merged else None,
        "review_comments": 0,
        "html_url": web,
        "deletions": 0,
        "user": _make_short_user(thread.by),
        "base": _make_branch_object(act, thread, head=False),
        "state": "closed" if closed else "open",
    }


def _make_branch_object(act: FeedEvent, thread: Thread, *, head: bool) -> Object:
    owner, _, name = act.feed.find_name_at(act.at).partition("/")
    login = thread.by.login if head and not thread.head_in_repository else owner
    ref = thread.head_ref if head else "main"
    return {
        "repo": None
        if head and not thread.head_in_repository
        else _make_base_repository(act.feed, owner, name, act.at),
        "label": f"{login}:{ref}",
        "sha": thread.find_head_at(act.at) if head else thread.base,
        "ref": ref,
        "user": _make_short_user(thread.by),
    }


def _make_base_repository(feed: ProjectFeed, owner: str, name: str, moment: Second) -> Object:
    """The repository inside a pull request; its times are in UTC."""
    full = f"{owner}/{name}"
    return {
        "name": name,
        "has_wiki": True,
        "size": 100,
        "created_at": format_utc_time(feed.founded_at),
        "clone_url": f"{WEB}/{full}.git",
        "private": False,
        "updated_at": format_utc_time(moment),
        "watchers": 1,
        "language": feed.project.language,
        "url": f"{API}/repos/{full}",
        "git_url": f"git://github.com/{full}.git",
        "ssh_url": f"git@github.com:{full}.git",
        "fork": False,
        "id": feed.number,
        "svn_url": f"{WEB}/{full}",
        "pushed_at": format_utc_time(moment),
        "open_issues": 0,
        "mirror_url": None,
        "has_downloads": True,
        "homepage": None,
        "full_name": full,
        "has_issues": True,
        "description": feed.description,
        "forks": 1,
        "html_url": f"{WEB}/{full}",
        "owner": {
            "url": f"{API}/users/{owner}",
            "login": owner,
            "id": feed.position + 1,
            "gravatar_id": "",
            "avatar_url": "",
        },
    }
