"""The forge's API objects; keys and their order are those of real objects."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any, Final

from ecotone.simulation.feeds.accounts import Account
from ecotone.simulation.feeds.acts import CommitComment, ProjectFeed, Published, Remark, Thread
from ecotone.simulation.feeds.eras import written
from ecotone.simulation.world import Second

Object = dict[str, Any]
"""A JSON object; its values are of every JSON type."""

API: Final = "https://api.github.com"
WEB: Final = "https://github.com"
LICENCE: Final = {"key": "apache-2.0", "name": "Apache License 2.0", "spdx_id": "Apache-2.0"}
SECTIONS: Final = (
    ("forks", ""), ("keys", "{/key_id}"), ("collaborators", "{/collaborator}"), ("teams", ""), ("hooks", ""),
    ("issue_events", "{/number}"), ("events", ""), ("assignees", "{/user}"), ("branches", "{/branch}"), ("tags", ""),
    ("blobs", "{/sha}"), ("git_tags", "{/sha}"), ("git_refs", "{/sha}"), ("trees", "{/sha}"), ("statuses", "/{sha}"),
    ("languages", ""), ("stargazers", ""), ("contributors", ""), ("subscribers", ""), ("subscription", ""),
    ("commits", "{/sha}"), ("git_commits", "{/sha}"), ("comments", "{/number}"), ("issue_comment", "{/number}"),
    ("contents", "/{+path}"), ("compare", "/{base}...{head}"), ("merges", ""), ("archive", "{archive_format}{/ref}"),
    ("downloads", ""), ("issues", "{/number}"), ("pulls", "{/number}"), ("milestones", "{/number}"),
    ("notifications", "{?since,all,participating}"), ("labels", "{/name}"), ("releases", "{/id}"),
)  # fmt: skip


def node(kind: str, number: int) -> str:
    """An opaque id of a kind and a number."""
    return base64.urlsafe_b64encode(f"0:{kind}:{number}".encode()).decode().rstrip("=")


def thread_node(thread: Thread) -> str:
    """The opaque id of a thread."""
    kinds = {"issue": "Issue", "pull": "PullRequest", "discussion": "Discussion"}
    return node(kinds[thread.kind], thread.native)


def actor(account: Account, *, newer: bool) -> Object:
    """The actor of an event."""
    found: Object = {"id": account.number, "login": account.login}
    if newer:
        found["display_login"] = account.login.removesuffix("[bot]")
    return found | {
        "gravatar_id": "",
        "url": f"{API}/users/{account.login}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{account.number}?",
    }


def organisation(owner: Account) -> Object:
    """The organisation of an event, for repositories of organisations."""
    return {
        "id": owner.number,
        "login": owner.login,
        "gravatar_id": "",
        "url": f"{API}/orgs/{owner.login}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{owner.number}?",
    }


@lru_cache(maxsize=65_536)
def user(account: Account, newer: bool = True) -> Object:
    """A user inside other objects; cached, so callers must not change it."""
    url = f"{API}/users/{account.login}"
    found: Object = {"login": account.login, "id": account.number}
    if newer:
        found["node_id"] = node(account.type, account.number)
    return found | {
        "avatar_url": f"https://avatars.githubusercontent.com/u/{account.number}?v={4 if newer else 3}",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{WEB}/{account.login}",
        "followers_url": f"{url}/followers",
        "following_url": f"{url}/following{{/other_user}}",
        "gists_url": f"{url}/gists{{/gist_id}}",
        "starred_url": f"{url}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{url}/subscriptions",
        "organizations_url": f"{url}/orgs",
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events{{/privacy}}",
        "received_events_url": f"{url}/received_events",
        "type": account.type,
        "site_admin": False,
    }


def repository(feed: ProjectFeed, owner: Account, moment: Second, *, newer: bool = True) -> Object:
    """The repository at a time."""
    full = feed.name_at(moment)
    name = full.partition("/")[2]
    url = f"{API}/repos/{full}"
    found: Object = {"id": feed.number, "node_id": node("Repository", feed.number), "name": name, "full_name": full}
    found |= (
        {"private": False, "owner": user(owner, newer)} if newer else {"owner": user(owner, newer), "private": False}
    )
    found |= {"html_url": f"{WEB}/{full}", "description": feed.description, "fork": False, "url": url}
    for section, rest in SECTIONS:
        path = section.removeprefix("git_") if section not in ("git_tags", "git_refs", "git_commits") else section
        found[f"{section}_url"] = f"{url}/{path.replace('_', '/')}{rest}"
    found |= {"deployments_url": f"{url}/deployments"} if newer else {}
    stars = sum(star.at < moment for star in feed.stars)
    forks = sum(fork.at < moment for fork in feed.forks)
    issues = sum(thread.opened_at < moment and (thread.closed_at or moment) >= moment for thread in feed.threads)
    pushed = max((push.at for push in feed.pushes if push.at <= moment), default=feed.founded_at)
    found |= {
        "created_at": written(feed.founded_at),
        "updated_at": written(pushed),
        "pushed_at": written(pushed),
        "git_url": f"git://github.com/{full}.git",
        "ssh_url": f"git@github.com:{full}.git",
        "clone_url": f"{WEB}/{full}.git",
        "svn_url": f"{WEB}/{full}",
        "homepage": None,
        "size": 4 * len(feed.pushes),
        "stargazers_count": stars,
        "watchers_count": stars,
        "language": feed.project.language,
        "has_issues": True,
    }
    found |= {"has_projects": True} if newer else {}
    found |= {"has_downloads": True, "has_wiki": True, "has_pages": False, "forks_count": forks, "mirror_url": None}
    found |= {"archived": False, "disabled": False} if newer else {}
    found["open_issues_count"] = issues
    found |= (
        {"license": LICENCE | {"url": f"{API}/licenses/apache-2.0", "node_id": node("License", 2)}} if newer else {}
    )
    found |= {"forks": forks, "open_issues": issues, "watchers": stars, "default_branch": "main"}
    if not newer:
        del found["node_id"]
    return found


def issue(feed: ProjectFeed, thread: Thread, moment: Second, *, newer: bool = True, association: bool = True) -> Object:
    """A thread at a time as the issues API shows it; pull requests included."""
    full = feed.name_at(moment)
    url = f"{API}/repos/{full}/issues/{thread.number}"
    page = f"{WEB}/{full}/{'pull' if thread.kind == 'pull' else 'issues'}/{thread.number}"
    found: Object = {"url": url}
    found |= {"repository_url": f"{API}/repos/{full}"} if newer else {}
    found |= {
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": page,
        "id": thread.issue,
    }
    found |= {"node_id": thread_node(thread)} if newer else {}
    found |= {
        "number": thread.number,
        "title": thread.title,
        "user": user(thread.by, newer),
        "labels": [],
        "state": "open" if thread.closed_at is None or thread.closed_at > moment else "closed",
        "locked": False,
        "assignee": None,
    }
    found |= {"assignees": []} if newer else {}
    found |= {"milestone": None, "comments": _comments(thread, moment)} | _times(thread, moment)
    if newer:
        found |= {"author_association": "NONE"} if association else {}
        found["active_lock_reason"] = None
    if thread.kind == "pull":
        api = f"{API}/repos/{full}/pulls/{thread.number}"
        found["pull_request"] = {
            "url": api, "html_url": page, "diff_url": f"{page}.diff", "patch_url": f"{page}.patch",
        }  # fmt: skip
    found["body"] = f"What happens:\r\n\r\n{thread.title}"
    return found | ({"performed_via_github_app": None} if newer else {})


def pull(feed: ProjectFeed, thread: Thread, moment: Second, base: Any, *, newer: bool, whole: bool) -> Object:
    """A pull request; `whole`: with the fields of its own event, else with those of a review event.

    base  the repository's object, or its bytes
    """
    full = feed.name_at(moment)
    api, web = f"{API}/repos/{full}", f"{WEB}/{full}/pull/{thread.number}"
    merged = thread.merged_at is not None and thread.merged_at <= moment
    found: Object = {"url": f"{api}/pulls/{thread.number}", "id": thread.native}
    found |= {"node_id": node("PullRequest", thread.native)} if newer else {}
    found |= {
        "html_url": web,
        "diff_url": f"{web}.diff",
        "patch_url": f"{web}.patch",
        "issue_url": f"{api}/issues/{thread.number}",
        "number": thread.number,
        "state": "open" if thread.closed_at is None or thread.closed_at > moment else "closed",
        "locked": False,
        "title": thread.title,
        "user": user(thread.by, newer),
        "body": None,
    }
    found |= _times(thread, moment)
    found |= {"merged_at": written(thread.merged_at) if merged and thread.merged_at else None}
    found |= {"merge_commit_sha": thread.landing if merged else None, "assignee": None}
    found |= {"assignees": [], "requested_reviewers": [], "requested_teams": [], "labels": []} if newer else {}
    found |= {"milestone": None} | ({"draft": False} if newer else {})
    found |= _pull_links(api, thread, moment)
    found |= {"head": _end(feed, thread, moment, base, newer, head=True)}
    found |= {"base": _end(feed, thread, moment, base, newer, head=False), "_links": _links(api, web, thread, moment)}
    found |= {"author_association": "CONTRIBUTOR", "auto_merge": None, "active_lock_reason": None} if newer else {}
    return found | (_sizes(thread, moment, merged, newer) if whole else {})


def _sizes(thread: Thread, moment: Second, merged: bool, newer: bool) -> Object:
    found: Object = {"merged": merged, "mergeable": None} | ({"rebaseable": None} if newer else {})
    found |= {"mergeable_state": "unknown"}
    found |= {"merged_by": user(thread.merged_by, newer) if merged and thread.merged_by else None}
    found |= {"comments": _comments(thread, moment), "review_comments": _count(thread, "review_comment", moment)}
    found |= {"maintainer_can_modify": False} if newer else {}
    return found | {"commits": len(thread.head), "additions": len(thread.head), "deletions": 0, "changed_files": 1}


def _pull_links(api: str, thread: Thread, moment: Second) -> Object:
    number = thread.number
    return {
        "commits_url": f"{api}/pulls/{number}/commits",
        "review_comments_url": f"{api}/pulls/{number}/comments",
        "review_comment_url": f"{api}/pulls/comments{{/number}}",
        "comments_url": f"{api}/issues/{number}/comments",
        "statuses_url": f"{api}/statuses/{thread.head_at(moment)}",
    }


def _links(api: str, web: str, thread: Thread, moment: Second) -> Object:
    links = _pull_links(api, thread, moment)
    return {
        "self": {"href": f"{api}/pulls/{thread.number}"},
        "html": {"href": web},
        "issue": {"href": f"{api}/issues/{thread.number}"},
        "comments": {"href": links["comments_url"]},
        "review_comments": {"href": links["review_comments_url"]},
        "review_comment": {"href": links["review_comment_url"]},
        "commits": {"href": links["commits_url"]},
        "statuses": {"href": links["statuses_url"]},
    }


def _end(feed: ProjectFeed, thread: Thread, moment: Second, base: Any, newer: bool, *, head: bool) -> Object:
    """The head or base of a pull request; a deleted fork has no repository."""
    owner = feed.name_at(moment).partition("/")[0]
    outside = head and not thread.inside
    ref = thread.head_ref if head else "main"
    return {
        "label": f"{thread.by.login if outside else owner}:{ref}",
        "ref": ref,
        "sha": thread.head_at(moment) if head else thread.base,
        "user": user(thread.by, newer),
        "repo": None if outside else base,
    }


def pull_stub(feed: ProjectFeed, thread: Thread, moment: Second) -> Object:
    """A pull request as in the third era: a few fields."""
    full = feed.name_at(moment)
    place = {"id": feed.number, "url": f"{API}/repos/{full}", "name": full.partition("/")[2]}
    return {
        "url": f"{API}/repos/{full}/pulls/{thread.number}",
        "id": thread.native,
        "number": thread.number,
        "head": {"ref": thread.head_ref, "sha": thread.head_at(moment), "repo": place if thread.inside else None},
        "base": {"ref": "main", "sha": thread.base, "repo": place},
    }


def comment(
    feed: ProjectFeed, thread: Thread, remark: Remark, *, newer: bool = True, association: bool = True
) -> Object:
    """A comment of a thread."""
    full = feed.name_at(remark.at)
    web = f"{WEB}/{full}/{'pull' if thread.kind == 'pull' else 'issues'}/{thread.number}"
    found: Object = {
        "url": f"{API}/repos/{full}/issues/comments/{remark.number}",
        "html_url": f"{web}#issuecomment-{remark.number}",
        "issue_url": f"{API}/repos/{full}/issues/{thread.number}",
        "id": remark.number,
    }
    found |= {"node_id": node("IssueComment", remark.number)} if newer else {}
    found |= {"user": user(remark.by, newer), "created_at": written(remark.at), "updated_at": written(remark.at)}
    found |= {"author_association": "NONE"} if newer and association else {}
    found["body"] = f'About "{thread.title}": it says {{"repo":{{"id":1,"name":"{full}"}}}} here \u2014 why?'
    return found | ({"performed_via_github_app": None} if newer else {})


def review(
    feed: ProjectFeed, thread: Thread, remark: Remark, *, association: bool = True, upper: bool = False
) -> Object:
    """A review; events write its state in lower case, the API in upper."""
    full = feed.name_at(remark.at)
    page = f"{WEB}/{full}/pull/{thread.number}#pullrequestreview-{remark.number}"
    api = f"{API}/repos/{full}/pulls/{thread.number}"
    found: Object = {
        "id": remark.number,
        "node_id": node("PullRequestReview", remark.number),
        "user": user(remark.by),
        "body": None if remark.state == "approved" else "",
        "commit_id": thread.head_at(remark.at),
        "submitted_at": written(remark.at),
        "state": remark.state.upper() if upper else remark.state,
        "html_url": page,
        "pull_request_url": api,
    }
    found |= {"author_association": "MEMBER"} if association else {}
    return found | {"_links": {"html": {"href": page}, "pull_request": {"href": api}}}


def review_comment(
    feed: ProjectFeed, thread: Thread, remark: Remark, *, newer: bool = True, trimmed: bool = False
) -> Object:
    """A comment of a review."""
    full = feed.name_at(remark.at)
    url = f"{API}/repos/{full}/pulls/comments/{remark.number}"
    page = f"{WEB}/{full}/pull/{thread.number}#discussion_r{remark.number}"
    pull_url = f"{API}/repos/{full}/pulls/{thread.number}"
    found: Object = {"url": url}
    found |= {"pull_request_review_id": remark.review} if newer else {}
    found |= {"id": remark.number} | ({"node_id": node("PullRequestReviewComment", remark.number)} if newer else {})
    found |= {
        "diff_hunk": "@@ -1 +1 @@\n-1\n+2",
        "path": "core/file-1.txt",
        "position": 1,
        "original_position": 1,
        "commit_id": thread.head_at(remark.at),
        "original_commit_id": thread.head_at(remark.at),
        "user": user(remark.by, newer),
        "body": "Is this needed?",
        "created_at": written(remark.at),
        "updated_at": written(remark.at),
        "html_url": page,
        "pull_request_url": pull_url,
    }
    found |= {"author_association": "MEMBER"} if newer and not trimmed else {}
    found["_links"] = {"self": {"href": url}, "html": {"href": page}, "pull_request": {"href": pull_url}}
    if newer and not trimmed:
        found |= {"start_line": None, "original_start_line": None, "start_side": None, "line": 1, "original_line": 1}
        found["side"] = "RIGHT"
    return found


def release(feed: ProjectFeed, one: Published, *, newer: bool = True) -> Object:
    """A release."""
    full = feed.name_at(one.at)
    url = f"{API}/repos/{full}/releases/{one.number}"
    times = {"created_at": written(one.at), "published_at": written(one.at)}
    found: Object = {
        "url": url,
        "assets_url": f"{url}/assets",
        "upload_url": f"https://uploads.github.com/repos/{full}/releases/{one.number}/assets{{?name,label}}",
        "html_url": f"{WEB}/{full}/releases/tag/{one.tag}",
        "id": one.number,
    }
    found |= {"author": user(one.by), "node_id": node("Release", one.number)} if newer else {}
    found |= {"tag_name": one.tag, "target_commitish": "main", "name": one.tag, "draft": False}
    found |= {"prerelease": False} | times if newer else {"author": user(one.by, newer), "prerelease": False} | times
    found |= {
        "assets": [],
        "tarball_url": f"{API}/repos/{full}/tarball/{one.tag}",
        "zipball_url": f"{API}/repos/{full}/zipball/{one.tag}",
        "body": f"What is new in {one.tag}",
    }
    more = {"short_description_html": f"<p>{full.partition('/')[2]}</p>", "is_short_description_html_truncated": False}
    return found | (more if newer else {})


def commit_comment(feed: ProjectFeed, one: CommitComment, *, newer: bool, association: bool) -> Object:
    """A comment on a commit."""
    full = feed.name_at(one.at)
    found: Object = {
        "url": f"{API}/repos/{full}/comments/{one.number}",
        "html_url": f"{WEB}/{full}/commit/{one.sha}#commitcomment-{one.number}",
        "id": one.number,
    }
    found |= {"node_id": node("CommitComment", one.number)} if newer else {}
    found |= {"user": user(one.by, newer), "position": None, "line": None, "path": None, "commit_id": one.sha}
    found |= {"created_at": written(one.at), "updated_at": written(one.at)}
    found |= {"author_association": "NONE"} if newer and association else {}
    return found | {"body": "See the thread."}


def discussion(feed: ProjectFeed, thread: Thread, moment: Second) -> Object:
    """A discussion."""
    full = feed.name_at(moment)
    page = f"{WEB}/{full}/discussions/{thread.number}"
    return {
        "repository_url": f"{API}/repos/{full}",
        "category": {"id": feed.number, "name": "Q&A", "slug": "q-a"},
        "html_url": page,
        "id": thread.native,
        "node_id": node("Discussion", thread.native),
        "number": thread.number,
        "title": thread.title,
        "user": user(thread.by),
        "labels": [],
        "state": "open",
        "locked": False,
        "comments": 0,
        "created_at": written(thread.opened_at),
        "updated_at": written(thread.opened_at),
        "body": f"How about: {thread.title}?",
    }


def _count(thread: Thread, kind: str, moment: Second) -> int:
    return sum(remark.kind == kind and remark.at <= moment for remark in thread.remarks)


def _comments(thread: Thread, moment: Second) -> int:
    return _count(thread, "comment", moment)


def _times(thread: Thread, moment: Second) -> Object:
    return {
        "created_at": written(thread.opened_at),
        "updated_at": written(touched(thread, moment)),
        "closed_at": written(thread.closed_at) if thread.closed_at and thread.closed_at <= moment else None,
    }


def touched(thread: Thread, moment: Second) -> Second:
    """The last change of a thread up to a time."""
    times = [thread.opened_at, thread.closed_at or 0, *(remark.at for remark in thread.remarks)]
    return max(time for time in times if time <= moment)
