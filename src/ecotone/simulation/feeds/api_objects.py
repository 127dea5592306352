"""The forge's API objects; keys and their order are those of real objects."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any, Final

from ecotone.simulation.feeds.archive_eras import format_utc_time
from ecotone.simulation.feeds.feed_accounts import FeedAccount
from ecotone.simulation.feeds.feed_model import Comment, CommitComment, ProjectFeed, PublishedRelease, Thread
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


def make_node_id(kind: str, number: int) -> str:
    """An opaque id of a kind and a number."""
    return base64.urlsafe_b64encode(f"0:{kind}:{number}".encode()).decode().rstrip("=")


def make_thread_node_id(thread: Thread) -> str:
    """The opaque id of a thread."""
    kinds = {"issue": "Issue", "pull": "PullRequest", "discussion": "Discussion"}
    return make_node_id(kinds[thread.kind], thread.database_id)


def make_actor_object(account: FeedAccount, *, newer: bool) -> Object:
    """The actor of an event."""
    actor_object: Object = {"id": account.number, "login": account.login}
    if newer:
        actor_object["display_login"] = account.login.removesuffix("[bot]")
    return actor_object | {
        "gravatar_id": "",
        "url": f"{API}/users/{account.login}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{account.number}?",
    }


def make_organisation_object(owner: FeedAccount) -> Object:
    """The organisation of an event, for repositories of organisations."""
    return {
        "id": owner.number,
        "login": owner.login,
        "gravatar_id": "",
        "url": f"{API}/orgs/{owner.login}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{owner.number}?",
    }


@lru_cache(maxsize=65_536)
def make_user_object(account: FeedAccount, newer: bool = True) -> Object:
    """A user inside other objects; cached, so callers must not change it."""
    url = f"{API}/users/{account.login}"
    user_object: Object = {"login": account.login, "id": account.number}
    if newer:
        user_object["node_id"] = make_node_id(account.type, account.number)
    return user_object | {
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


def make_repository_object(feed: ProjectFeed, owner: FeedAccount, moment: Second, *, newer: bool = True) -> Object:
    """The repository at a time."""
    full = feed.find_name_at(moment)
    name = full.partition("/")[2]
    url = f"{API}/repos/{full}"
    repository_object: Object = {
        "id": feed.number,
        "node_id": make_node_id("Repository", feed.number),
        "name": name,
        "full_name": full,
    }
    repository_object |= (
        {"private": False, "owner": make_user_object(owner, newer)}
        if newer
        else {"owner": make_user_object(owner, newer), "private": False}
    )
    repository_object |= {"html_url": f"{WEB}/{full}", "description": feed.description, "fork": False, "url": url}
    for section, rest in SECTIONS:
        path = section.removeprefix("git_") if section not in ("git_tags", "git_refs", "git_commits") else section
        repository_object[f"{section}_url"] = f"{url}/{path.replace('_', '/')}{rest}"
    repository_object |= {"deployments_url": f"{url}/deployments"} if newer else {}
    stars = sum(star.at < moment for star in feed.stars)
    forks = sum(fork.at < moment for fork in feed.forks)
    issues = sum(thread.opened_at < moment and (thread.closed_at or moment) >= moment for thread in feed.threads)
    pushed = max((push.at for push in feed.pushes if push.at <= moment), default=feed.founded_at)
    repository_object |= {
        "created_at": format_utc_time(feed.founded_at),
        "updated_at": format_utc_time(pushed),
        "pushed_at": format_utc_time(pushed),
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
    repository_object |= {"has_projects": True} if newer else {}
    repository_object |= {
        "has_downloads": True,
        "has_wiki": True,
        "has_pages": False,
        "forks_count": forks,
        "mirror_url": None,
    }
    repository_object |= {"archived": False, "disabled": False} if newer else {}
    repository_object["open_issues_count"] = issues
    repository_object |= (
        {"license": LICENCE | {"url": f"{API}/licenses/apache-2.0", "node_id": make_node_id("License", 2)}}
        if newer
        else {}
    )
    repository_object |= {"forks": forks, "open_issues": issues, "watchers": stars, "default_branch": "main"}
    if not newer:
        del repository_object["node_id"]
    return repository_object


def make_issue_object(
    feed: ProjectFeed, thread: Thread, moment: Second, *, newer: bool = True, association: bool = True
) -> Object:
    """A thread at a time as the issues API shows it; pull requests included."""
    full = feed.find_name_at(moment)
    url = f"{API}/repos/{full}/issues/{thread.number}"
    page = f"{WEB}/{full}/{'pull' if thread.kind == 'pull' else 'issues'}/{thread.number}"
    issue_object: Object = {"url": url}
    issue_object |= {"repository_url": f"{API}/repos/{full}"} if newer else {}
    issue_object |= {
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": page,
        "id": thread.issue_id,
    }
    issue_object |= {"node_id": make_thread_node_id(thread)} if newer else {}
    issue_object |= {
        "number": thread.number,
        "title": thread.title,
        "user": make_user_object(thread.by, newer),
        "labels": [],
        "state": "open" if thread.closed_at is None or thread.closed_at > moment else "closed",
        "locked": False,
        "assignee": None,
    }
    issue_object |= {"assignees": []} if newer else {}
    issue_object |= {"milestone": None, "comments": _count_comments(thread, moment)} | _make_thread_times(
        thread, moment
    )
    if newer:
        issue_object |= {"author_association": "NONE"} if association else {}
        issue_object["active_lock_reason"] = None
    if thread.kind == "pull":
        api = f"{API}/repos/{full}/pulls/{thread.number}"
        issue_object["pull_request"] = {
            "url": api, "html_url": page, "diff_url": f"{page}.diff", "patch_url": f"{page}.patch",
        }  # fmt: skip
    issue_object["body"] = f"What happens:\r\n\r\n{thread.title}"
    return issue_object | ({"performed_via_github_app": None} if newer else {})


def make_pull_object(
    feed: ProjectFeed, thread: Thread, moment: Second, base: Any, *, newer: bool, whole: bool
) -> Object:
    """A pull request; `whole`: with the fields of its own event, else with those of a review event.

    base  the repository's object, or its bytes
    """
    full = feed.find_name_at(moment)
    api, web = f"{API}/repos/{full}", f"{WEB}/{full}/pull/{thread.number}"
    merged = thread.merged_at is not None and thread.merged_at <= moment
    pull_object: Object = {"url": f"{api}/pulls/{thread.number}", "id": thread.database_id}
    pull_object |= {"node_id": make_node_id("PullRequest", thread.database_id)} if newer else {}
    pull_object |= {
        "html_url": web,
        "diff_url": f"{web}.diff",
        "patch_url": f"{web}.patch",
        "issue_url": f"{api}/issues/{thread.number}",
        "number": thread.number,
        "state": "open" if thread.closed_at is None or thread.closed_at > moment else "closed",
        "locked": False,
        "title": thread.title,
        "user": make_user_object(thread.by, newer),
        "body": None,
    }
    pull_object |= _make_thread_times(thread, moment)
    pull_object |= {"merged_at": format_utc_time(thread.merged_at) if merged and thread.merged_at else None}
    pull_object |= {"merge_commit_sha": thread.landing if merged else None, "assignee": None}
    pull_object |= {"assignees": [], "requested_reviewers": [], "requested_teams": [], "labels": []} if newer else {}
    pull_object |= {"milestone": None} | ({"draft": False} if newer else {})
    pull_object |= _make_pull_urls(api, thread, moment)
    pull_object |= {"head": _make_branch_object(feed, thread, moment, base, newer, head=True)}
    pull_object |= {
        "base": _make_branch_object(feed, thread, moment, base, newer, head=False),
        "_links": _make_pull_links(api, web, thread, moment),
    }
    pull_object |= (
        {"author_association": "CONTRIBUTOR", "auto_merge": None, "active_lock_reason": None} if newer else {}
    )
    return pull_object | (_make_pull_sizes(thread, moment, merged, newer) if whole else {})


def _make_pull_sizes(thread: Thread, moment: Second, merged: bool, newer: bool) -> Object:
    sizes: Object = {"merged": merged, "mergeable": None} | ({"rebaseable": None} if newer else {})
    sizes |= {"mergeable_state": "unknown"}
    sizes |= {"merged_by": make_user_object(thread.merged_by, newer) if merged and thread.merged_by else None}
    sizes |= {
        "comments": _count_comments(thread, moment),
        "review_comments": _count_remarks(thread, "review_comment", moment),
    }
    sizes |= {"maintainer_can_modify": False} if newer else {}
    return sizes | {"commits": len(thread.head), "additions": len(thread.head), "deletions": 0, "changed_files": 1}


def _make_pull_urls(api: str, thread: Thread, moment: Second) -> Object:
    number = thread.number
    return {
        "commits_url": f"{api}/pulls/{number}/commits",
        "review_comments_url": f"{api}/pulls/{number}/comments",
        "review_comment_url": f"{api}/pulls/comments{{/number}}",
        "comments_url": f"{api}/issues/{number}/comments",
        "statuses_url": f"{api}/statuses/{thread.find_head_at(moment)}",
    }


def _make_pull_links(api: str, web: str, thread: Thread, moment: Second) -> Object:
    links = _make_pull_urls(api, thread, moment)
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


def _make_branch_object(
    feed: ProjectFeed, thread: Thread, moment: Second, base: Any, newer: bool, *, head: bool
) -> Object:
    """The head or base of a pull request; a deleted fork has no repository."""
    owner = feed.find_name_at(moment).partition("/")[0]
    outside = head and not thread.head_in_repository
    ref = thread.head_ref if head else "main"
    return {
        "label": f"{thread.by.login if outside else owner}:{ref}",
        "ref": ref,
        "sha": thread.find_head_at(moment) if head else thread.base,
        "user": make_user_object(thread.by, newer),
        "repo": None if outside else base,
    }


def make_pull_stub(feed: ProjectFeed, thread: Thread, moment: Second) -> Object:
    """A pull request as in the third era: a few fields."""
    full = feed.find_name_at(moment)
    repository_stub = {"id": feed.number, "url": f"{API}/repos/{full}", "name": full.partition("/")[2]}
    return {
        "url": f"{API}/repos/{full}/pulls/{thread.number}",
        "id": thread.database_id,
        "number": thread.number,
        "head": {
            "ref": thread.head_ref,
            "sha": thread.find_head_at(moment),
            "repo": repository_stub if thread.head_in_repository else None,
        },
        "base": {"ref": "main", "sha": thread.base, "repo": repository_stub},
    }


def make_comment_object(
    feed: ProjectFeed, thread: Thread, remark: Comment, *, newer: bool = True, association: bool = True
) -> Object:
    """A comment of a thread."""
    full = feed.find_name_at(remark.at)
    web = f"{WEB}/{full}/{'pull' if thread.kind == 'pull' else 'issues'}/{thread.number}"
    comment_object: Object = {
        "url": f"{API}/repos/{full}/issues/comments/{remark.number}",
        "html_url": f"{web}#issuecomment-{remark.number}",
        "issue_url": f"{API}/repos/{full}/issues/{thread.number}",
        "id": remark.number,
    }
    comment_object |= {"node_id": make_node_id("IssueComment", remark.number)} if newer else {}
    comment_object |= {
        "user": make_user_object(remark.by, newer),
        "created_at": format_utc_time(remark.at),
        "updated_at": format_utc_time(remark.at),
    }
    comment_object |= {"author_association": "NONE"} if newer and association else {}
    comment_object["body"] = f'About "{thread.title}": it says {{"repo":{{"id":1,"name":"{full}"}}}} here \u2014 why?'
    return comment_object | ({"performed_via_github_app": None} if newer else {})


def make_review_object(
    feed: ProjectFeed, thread: Thread, remark: Comment, *, association: bool = True, upper: bool = False
) -> Object:
    """A review; events write its state in lower case, the API in upper."""
    full = feed.find_name_at(remark.at)
    page = f"{WEB}/{full}/pull/{thread.number}#pullrequestreview-{remark.number}"
    api = f"{API}/repos/{full}/pulls/{thread.number}"
    review_object: Object = {
        "id": remark.number,
        "node_id": make_node_id("PullRequestReview", remark.number),
        "user": make_user_object(remark.by),
        "body": None if remark.state == "approved" else "",
        "commit_id": thread.find_head_at(remark.at),
        "submitted_at": format_utc_time(remark.at),
        "state": remark.state.upper() if upper else remark.state,
        "html_url": page,
        "pull_request_url": api,
    }
    review_object |= {"author_association": "MEMBER"} if association else {}
    return review_object | {"_links": {"html": {"href": page}, "pull_request": {"href": api}}}


def make_review_comment_object(
    feed: ProjectFeed, thread: Thread, remark: Comment, *, newer: bool = True, trimmed: bool = False
) -> Object:
    """A comment of a review."""
    full = feed.find_name_at(remark.at)
    url = f"{API}/repos/{full}/pulls/comments/{remark.number}"
    page = f"{WEB}/{full}/pull/{thread.number}#discussion_r{remark.number}"
    pull_url = f"{API}/repos/{full}/pulls/{thread.number}"
    comment_object: Object = {"url": url}
    comment_object |= {"pull_request_review_id": remark.review} if newer else {}
    comment_object |= {"id": remark.number} | (
        {"node_id": make_node_id("PullRequestReviewComment", remark.number)} if newer else {}
    )
    comment_object |= {
        "diff_hunk": "@@ -1 +1 @@\n-1\n+2",
        "path": "core/file-1.txt",
        "position": 1,
        "original_position": 1,
        "commit_id": thread.find_head_at(remark.at),
        "original_commit_id": thread.find_head_at(remark.at),
        "user": make_user_object(remark.by, newer),
        "body": "Is this needed?",
        "created_at": format_utc_time(remark.at),
        "updated_at": format_utc_time(remark.at),
        "html_url": page,
        "pull_request_url": pull_url,
    }
    comment_object |= {"author_association": "MEMBER"} if newer and not trimmed else {}
    comment_object["_links"] = {"self": {"href": url}, "html": {"href": page}, "pull_request": {"href": pull_url}}
    if newer and not trimmed:
        comment_object |= {
            "start_line": None,
            "original_start_line": None,
            "start_side": None,
            "line": 1,
            "original_line": 1,
        }
        comment_object["side"] = "RIGHT"
    return comment_object


def make_release_object(feed: ProjectFeed, published: PublishedRelease, *, newer: bool = True) -> Object:
    """A release."""
    full = feed.find_name_at(published.at)
    url = f"{API}/repos/{full}/releases/{published.number}"
    times = {"created_at": format_utc_time(published.at), "published_at": format_utc_time(published.at)}
    release_object: Object = {
        "url": url,
        "assets_url": f"{url}/assets",
        "upload_url": f"https://uploads.github.com/repos/{full}/releases/{published.number}/assets{{?name,label}}",
        "html_url": f"{WEB}/{full}/releases/tag/{published.tag}",
        "id": published.number,
    }
    release_object |= (
        {"author": make_user_object(published.by), "node_id": make_node_id("Release", published.number)}
        if newer
        else {}
    )
    release_object |= {"tag_name": published.tag, "target_commitish": "main", "name": published.tag, "draft": False}
    release_object |= (
        {"prerelease": False} | times
        if newer
        else {"author": make_user_object(published.by, newer), "prerelease": False} | times
    )
    release_object |= {
        "assets": [],
        "tarball_url": f"{API}/repos/{full}/tarball/{published.tag}",
        "zipball_url": f"{API}/repos/{full}/zipball/{published.tag}",
        "body": f"What is new in {published.tag}",
    }
    older_fields = {
        "short_description_html": f"<p>{full.partition('/')[2]}</p>",
        "is_short_description_html_truncated": False,
    }
    return release_object | (older_fields if newer else {})


def make_commit_comment_object(feed: ProjectFeed, remark: CommitComment, *, newer: bool, association: bool) -> Object:
    """A comment on a commit."""
    full = feed.find_name_at(remark.at)
    comment_object: Object = {
        "url": f"{API}/repos/{full}/comments/{remark.number}",
        "html_url": f"{WEB}/{full}/commit/{remark.sha}#commitcomment-{remark.number}",
        "id": remark.number,
    }
    comment_object |= {"node_id": make_node_id("CommitComment", remark.number)} if newer else {}
    comment_object |= {
        "user": make_user_object(remark.by, newer),
        "position": None,
        "line": None,
        "path": None,
        "commit_id": remark.sha,
    }
    comment_object |= {"created_at": format_utc_time(remark.at), "updated_at": format_utc_time(remark.at)}
    comment_object |= {"author_association": "NONE"} if newer and association else {}
    return comment_object | {"body": "See the thread."}


def make_discussion_object(feed: ProjectFeed, thread: Thread, moment: Second) -> Object:
    """A discussion."""
    full = feed.find_name_at(moment)
    page = f"{WEB}/{full}/discussions/{thread.number}"
    return {
        "repository_url": f"{API}/repos/{full}",
        "category": {"id": feed.number, "name": "Q&A", "slug": "q-a"},
        "html_url": page,
        "id": thread.database_id,
        "node_id": make_node_id("Discussion", thread.database_id),
        "number": thread.number,
        "title": thread.title,
        "user": make_user_object(thread.by),
        "labels": [],
        "state": "open",
        "locked": False,
        "comments": 0,
        "created_at": format_utc_time(thread.opened_at),
        "updated_at": format_utc_time(thread.opened_at),
        "body": f"How about: {thread.title}?",
    }


def _count_remarks(thread: Thread, kind: str, moment: Second) -> int:
    return sum(remark.kind == kind and remark.at <= moment for remark in thread.remarks)


def _count_comments(thread: Thread, moment: Second) -> int:
    return _count_remarks(thread, "comment", moment)


def _make_thread_times(thread: Thread, moment: Second) -> Object:
    return {
        "created_at": format_utc_time(thread.opened_at),
        "updated_at": format_utc_time(find_last_change(thread, moment)),
        "closed_at": format_utc_time(thread.closed_at) if thread.closed_at and thread.closed_at <= moment else None,
    }


def find_last_change(thread: Thread, moment: Second) -> Second:
    """The last change of a thread up to a time."""
    times = [thread.opened_at, thread.closed_at or 0, *(remark.at for remark in thread.remarks)]
    return max(time for time in times if time <= moment)
