"""Events of unrelated repositories, some of them with misleading names."""

from __future__ import annotations

from random import Random
from typing import Any, Final

import orjson

from ecotone.simulation.feeds.api_objects import API, WEB, Object
from ecotone.simulation.feeds.archive_eras import NEWER_KEYS, TRIMMED, UTC_HOURS, format_pacific_time, format_utc_time
from ecotone.simulation.world import Second

OTHERS_FROM: Final = 500_000_000
OTHERS: Final = 4_000
KINDS: Final = (
    "PushEvent", "PushEvent", "PushEvent", "PushEvent", "PushEvent", "PushEvent", "WatchEvent", "CreateEvent",
    "IssueCommentEvent", "PullRequestEvent", "DeleteEvent", "ForkEvent", "GollumEvent", "PublicEvent", "MemberEvent",
)  # fmt: skip
EMPTY: Final = ("2016-05", "2016-06")  # actor and repository were empty objects now and then


def make_repository_name(number: int, wanted: tuple[str, ...]) -> str:
    """The name of an unrelated repository; one in eight resembles a wanted one.

    >>> make_repository_name(8, ("org01/one",)), make_repository_name(3, ("org01/one",))
    ('x8-org01/one', 'user-3/thing-3')
    """
    if number % 8 == 0 and wanted:
        near = wanted[number // 8 % len(wanted)]
        owner, _, name = near.partition("/")
        return (f"{near}-{number}", f"x{number}-{near}", f"{owner}-{number}/{name}")[number // 8 % 3]
    return f"user-{number}/thing-{number}"


def write_unrelated_event(rng: Random, number: int, second: Second, wanted: tuple[str, ...]) -> tuple[str, bytes]:
    """The type and the line of an unrelated event, without a newline."""
    kind = rng.choice(KINDS)
    other_number = rng.randrange(OTHERS)
    actor_number = rng.randrange(OTHERS)
    near = wanted[rng.randrange(len(wanted))] if wanted else "nobody/nothing"
    name = make_repository_name(other_number, wanted)
    if second < UTC_HOURS:
        return _write_timeline_event(kind, name, actor_number, second, near, rng)
    event: Object = {
        "id": str(number),
        "type": kind,
        "actor": {
            "id": 1_000 + actor_number,
            "login": f"user-{actor_number}",
            **({"display_login": f"user-{actor_number}"} if second >= NEWER_KEYS else {}),
            "gravatar_id": "",
            "url": f"{API}/users/user-{actor_number}",
            "avatar_url": f"https://avatars.githubusercontent.com/u/{1_000 + actor_number}?",
        },
        "repo": {"id": OTHERS_FROM + other_number, "name": name, "url": f"{API}/repos/{name}"},
        "payload": _make_payload(kind, near, other_number, trimmed=second >= TRIMMED),
        "public": True,
        "created_at": format_utc_time(second),
    }
    if event["created_at"][:7] in EMPTY and other_number % 50 == 0:
        event |= {"actor": {}, "repo": {}}
    return kind, orjson.dumps(event)


def _make_payload(kind: str, near: str, other_number: int, *, trimmed: bool) -> Object:
    sha = f"{other_number:040x}"
    mention = f'like {WEB}/{near} or "repo":{{"id":700000001,"name":"{near}"}}'
    if kind == "PushEvent":
        ends: Object = {"ref": "refs/heads/main", "head": sha, "before": sha[::-1]}
        if trimmed:
            return {"repository_id": OTHERS_FROM + other_number, "push_id": other_number, **ends}
        commit = {"sha": sha, "author": {"name": "n", "email": "e"}, "message": mention, "distinct": True, "url": API}
        return {"push_id": other_number, "size": 1, "distinct_size": 1, **ends, "commits": [commit]}
    if kind == "IssueCommentEvent":
        return {
            "action": "created",
            "issue": {"number": other_number, "title": mention},
            "comment": {"id": other_number, "body": mention},
        }
    if kind == "PullRequestEvent":
        position: Any = {"id": 700_000_001, "url": f"{API}/repos/{near}", "name": near.partition("/")[2]}
        ends = {"head": {"ref": "main", "sha": sha, "repo": position}, "base": {"ref": "main", "sha": sha}}
        return {
            "action": "opened",
            "number": other_number,
            "pull_request": {"url": API, "id": other_number, "number": other_number, **ends},
        }
    if kind == "ForkEvent":
        return {"forkee": {"id": 700_000_001, "full_name": near}}
    if kind in ("CreateEvent", "DeleteEvent"):
        return {"ref": "topic", "ref_type": "branch", "description": mention, "pusher_type": "user"}
    return {"action": "started"} if kind == "WatchEvent" else {}


def _write_timeline_event(
    kind: str, name: str, actor_number: int, second: Second, near: str, rng: Random
) -> tuple[str, bytes]:
    """A line of the first era; a gist has no repository, an anonymous gist has no actor."""
    owner, _, short = name.partition("/")
    repository = {"name": short, "description": f"a fork of {near}", "url": f"{WEB}/{name}", "owner": owner}
    draw = rng.random()
    event: Object = {"repository": repository, "actor_attributes": {"login": f"user-{actor_number}", "type": "User"}}
    event |= {"created_at": format_pacific_time(second), "public": True, "actor": f"user-{actor_number}"}
    event |= {"payload": {"action": "started"}, "url": f"{WEB}/{name}", "type": "WatchEvent"}
    if draw < 0.1:
        del event["repository"]
        event |= {"type": "GistEvent", "payload": {"action": "create", "id": actor_number}}
    if draw < 0.02:
        del event["actor_attributes"]
        event["actor"] = None
    if draw > 0.5:
        event |= {"type": kind, "payload": {"ref": "main", "head": f"{actor_number:040x}", "size": 0, "shas": []}}
    return str(event["type"]), orjson.dumps(event)
