"""Events of unrelated repositories, some of them with misleading names."""

from __future__ import annotations

from random import Random
from typing import Any, Final

import orjson

from ecotone.simulation.feeds.eras import NEWER_KEYS, TRIMMED, UTC_HOURS, written, written_pacific
from ecotone.simulation.feeds.objects import API, WEB, Object
from ecotone.simulation.world import Second

OTHERS_FROM: Final = 500_000_000
OTHERS: Final = 4_000
KINDS: Final = (
    "PushEvent", "PushEvent", "PushEvent", "PushEvent", "PushEvent", "PushEvent", "WatchEvent", "CreateEvent",
    "IssueCommentEvent", "PullRequestEvent", "DeleteEvent", "ForkEvent", "GollumEvent", "PublicEvent", "MemberEvent",
)  # fmt: skip
EMPTY: Final = ("2016-05", "2016-06")  # actor and repository were empty objects now and then


def name_of(number: int, wanted: tuple[str, ...]) -> str:
    """The name of an unrelated repository; one in eight resembles a wanted one.

    >>> name_of(8, ("org01/one",)), name_of(3, ("org01/one",))
    ('x8-org01/one', 'user-3/thing-3')
    """
    if number % 8 == 0 and wanted:
        near = wanted[number // 8 % len(wanted)]
        owner, _, name = near.partition("/")
        return (f"{near}-{number}", f"x{number}-{near}", f"{owner}-{number}/{name}")[number // 8 % 3]
    return f"user-{number}/thing-{number}"


def filler_line(rng: Random, number: int, second: Second, wanted: tuple[str, ...]) -> tuple[str, bytes]:
    """The type and the line of an unrelated event, without a newline."""
    kind = rng.choice(KINDS)
    other = rng.randrange(OTHERS)
    who = rng.randrange(OTHERS)
    near = wanted[rng.randrange(len(wanted))] if wanted else "nobody/nothing"
    name = name_of(other, wanted)
    if second < UTC_HOURS:
        return _of_the_timeline(kind, name, who, second, near, rng)
    event: Object = {
        "id": str(number),
        "type": kind,
        "actor": {
            "id": 1_000 + who,
            "login": f"user-{who}",
            **({"display_login": f"user-{who}"} if second >= NEWER_KEYS else {}),
            "gravatar_id": "",
            "url": f"{API}/users/user-{who}",
            "avatar_url": f"https://avatars.githubusercontent.com/u/{1_000 + who}?",
        },
        "repo": {"id": OTHERS_FROM + other, "name": name, "url": f"{API}/repos/{name}"},
        "payload": _payload(kind, near, other, trimmed=second >= TRIMMED),
        "public": True,
        "created_at": written(second),
    }
    if event["created_at"][:7] in EMPTY and other % 50 == 0:
        event |= {"actor": {}, "repo": {}}
    return kind, orjson.dumps(event)


def _payload(kind: str, near: str, other: int, *, trimmed: bool) -> Object:
    sha = f"{other:040x}"
    mention = f'like {WEB}/{near} or "repo":{{"id":700000001,"name":"{near}"}}'
    if kind == "PushEvent":
        ends: Object = {"ref": "refs/heads/main", "head": sha, "before": sha[::-1]}
        if trimmed:
            return {"repository_id": OTHERS_FROM + other, "push_id": other, **ends}
        commit = {"sha": sha, "author": {"name": "n", "email": "e"}, "message": mention, "distinct": True, "url": API}
        return {"push_id": other, "size": 1, "distinct_size": 1, **ends, "commits": [commit]}
    if kind == "IssueCommentEvent":
        return {
            "action": "created",
            "issue": {"number": other, "title": mention},
            "comment": {"id": other, "body": mention},
        }
    if kind == "PullRequestEvent":
        place: Any = {"id": 700_000_001, "url": f"{API}/repos/{near}", "name": near.partition("/")[2]}
        ends = {"head": {"ref": "main", "sha": sha, "repo": place}, "base": {"ref": "main", "sha": sha}}
        return {"action": "opened", "number": other, "pull_request": {"url": API, "id": other, "number": other, **ends}}
    if kind == "ForkEvent":
        return {"forkee": {"id": 700_000_001, "full_name": near}}
    if kind in ("CreateEvent", "DeleteEvent"):
        return {"ref": "topic", "ref_type": "branch", "description": mention, "pusher_type": "user"}
    return {"action": "started"} if kind == "WatchEvent" else {}


def _of_the_timeline(kind: str, name: str, who: int, second: Second, near: str, rng: Random) -> tuple[str, bytes]:
    """A line of the first era; a gist has no repository, an anonymous gist has no actor."""
    owner, _, short = name.partition("/")
    repository = {"name": short, "description": f"a fork of {near}", "url": f"{WEB}/{name}", "owner": owner}
    draw = rng.random()
    event: Object = {"repository": repository, "actor_attributes": {"login": f"user-{who}", "type": "User"}}
    event |= {"created_at": written_pacific(second), "public": True, "actor": f"user-{who}"}
    event |= {"payload": {"action": "started"}, "url": f"{WEB}/{name}", "type": "WatchEvent"}
    if draw < 0.1:
        del event["repository"]
        event |= {"type": "GistEvent", "payload": {"action": "create", "id": who}}
    if draw < 0.02:
        del event["actor_attributes"]
        event["actor"] = None
    if draw > 0.5:
        event |= {"type": kind, "payload": {"ref": "main", "head": f"{who:040x}", "size": 0, "shas": []}}
    return str(event["type"]), orjson.dumps(event)
