"""Who or what acted: a person, a bot or an AI agent; and which agent a person's commit says it had help from.

The rules are in `data/actors.toml`, each with its source and with examples that the tests run one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.people.data_files import read_rows

Kind = Literal["person", "bot", "agent"]
Identity = Mapping[str, str]
Trailer = tuple[str, str]
Part = Literal["name", "email", "login"]

_NOREPLY: Final = re.compile(r"(?:[^@+]+\+)?([^@+]+)@users\.noreply\.github\.com", re.IGNORECASE)
_NAME_AND_EMAIL: Final = re.compile(r"(?P<name>[^<]*)<(?P<email>[^<>]*)>")
_SIGNATURE: Final = re.compile(
    r"\W*(?:co-?)?(?:generated|created|written|authored|made|built|implemented|assisted|developed)"
    r"\s+(?:with|by|using|via)\b(?:\s+the help of\b)?\W*(?P<tool>.*)",
    re.IGNORECASE,
)
_PLAIN: Final = "^[ -~]*$"  # of ASCII without control letters: there both kinds of pattern mean the same
_NEGATIVE_LOOK: Final = re.compile(r"\(\?<?![^()]*\)")  # Arrow's patterns have none; left out, more is found
# What may follow a tool's name: parts and models of it, numbers, links; then an end, or words that go on about it.
# "Claude Shannon's theorem" and "cursor.execute()" are no tools.
_AFTER_TOOL: Final = re.compile(
    r"""(?:[\s:/@\]_-]*+(?>\(?https?://\S+|\([^()]*\)|<[^<>]*>|[\w.-]*\d(?:[\w.-]*\w)?|(?:assistant|agents?|ai|app|assist
    |autofix|chat|cli|code|coder|coding|desktop|edits|extension|fable|flash|haiku|ide|max|mini|mode|models?|opus|preview
    |pro|sonnet|turbo|web|workspace)\b))*+
    (?:['’]s\b.*|[\s\W]*|\s*[,;!+&—–].*|\.\s.*|\s+(?:and|as|at|by|for|from|in|on|to|under|using|via|with)\b.*)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_TAIL_LINES: Final = 12  # tools sign at the end; prose about a tool stands further up

# The key itself says that a tool helped, so its value may be free text ("Claude:claude-opus-4").
DECLARING_KEYS: Final = frozenset(
    {"assisted-by", "ai-assisted-by", "generated-by", "generated-with", "made-with", "made-by", "ai-agent"}
)
# The key names an author, so its value must be an agent's own name or address.
AUTHOR_KEYS: Final = frozenset({"author", "co-authored-by", "co-developed-by", "signed-off-by"})


@dataclass(frozen=True, slots=True)
class ActorKind:
    """What an actor is, with the rule that says so (`None`: nothing speaks against a person)."""

    kind: Kind
    rule: str | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorRule:
    """One row of the rules: every field that is given must hold; a list holds if one of its values does."""

    position: int  # in the file: the first rule that holds decides
    rule: str
    kind: Literal["bot", "agent"]
    source: str
    product: str | None = None
    since: str | None = None
    writes_code: bool = False
    login: frozenset[str] = frozenset()
    email: frozenset[str] = frozenset()
    name: frozenset[str] = frozenset()
    login_like: re.Pattern[str] | None = None
    email_like: re.Pattern[str] | None = None
    name_like: re.Pattern[str] | None = None
    matches: tuple[Identity, ...] = ()
    rejects: tuple[Identity, ...] = ()

    @property
    def assists(self) -> bool:
        """Whether its name in a trailer means that a model wrote part of the commit."""
        return self.kind == "agent" or self.writes_code

    @property
    def is_exact(self) -> bool:
        """Whether one look-up of a login or of an e-mail decides it."""
        return bool(self.login) != bool(self.email) and not (
            self.name or self.login_like or self.email_like or self.name_like
        )

    def holds(self, name: str, email: str, login: str) -> bool:
        """Whether the rule speaks of this identity (absent parts are empty strings)."""
        return (
            (not self.name or name.lower() in self.name)
            and (not self.email or email.lower() in self.email)
            and (not self.login or login.lower() in self.login)
            and (self.name_like is None or self.name_like.search(name) is not None)
            and (self.email_like is None or self.email_like.search(email) is not None)
            and (self.login_like is None or self.login_like.search(login) is not None)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRule:
    """How a tool is called where the text itself says that a tool helped."""

    product: str
    source: str
    like: re.Pattern[str]
    author_mark: str | None = None
    trailer_like: re.Pattern[str] | None = None
    matches: tuple[str, ...] = ()
    rejects: tuple[str, ...] = ()


PERSON: Final = ActorKind("person")


def actor_kind(name: str | None, email: str | None, login: str | None = None) -> ActorKind:
    """A person, a bot or an AI agent, by the first rule that holds; a person where none does.

    A login is also read from a GitHub no-reply address, or from a name that ends in `[bot]`.

    >>> actor_kind("dependabot[bot]", None).kind, actor_kind("Claude", "noreply@anthropic.com").product
    ('bot', 'Claude Code')
    """
    rule = _rule_for(name or "", email or "", login or "")
    return ActorKind(rule.kind, rule.rule, rule.product) if rule else PERSON


def assisted_by(trailers: Iterable[Trailer], body_tail: str | None = None) -> str | None:
    """The first AI product that a commit names as its helper; `None` if it names none.

    trailers   (key, value) in the message's order; the author may be given too, under the key `author`
    body_tail  the message's last lines, for signatures such as "Generated with Claude Code"

    >>> assisted_by([("Co-authored-by", "Claude Opus 4.6 <noreply@anthropic.com>")])
    'Claude Code'
    """
    for key, value in trailers:
        product = _product_of_trailer(key.strip().lower(), value.strip())
        if product:
            return product
    for line in (body_tail or "").splitlines()[-_TAIL_LINES:]:
        signature = _SIGNATURE.match(line)
        if signature:
            product = next((tool.product for tool in tool_rules() if _is_named(tool, signature["tool"], 0)), None)
            if product:
                return product
    return None


def suspects(part: Part, values: pa.StringArray) -> pa.BooleanArray:
    """Which names, e-mails or logins any rule might speak of; of the others none does, so nobody has to ask one by one.

    Exact about no value, and wrong about none that it leaves out; NULL is left out.
    """
    exact, pattern = _loose_hints(part)
    found = pc.or_(
        pc.is_in(pc.ascii_lower(values), value_set=pa.array(sorted(exact), pa.string())),
        pc.or_(pc.match_substring_regex(values, pattern), pc.invert(pc.match_substring_regex(values, _PLAIN))),
    )
    return pc.fill_null(found, False)


@cache
def actor_rules() -> tuple[ActorRule, ...]:
    """Every rule that tells bots and agents from people, in the order of the file."""
    return tuple(_actor_rule(position, row) for position, row in enumerate(read_rows("actors.toml", "actor")))


@cache
def tool_rules() -> tuple[ToolRule, ...]:
    """Every rule for a tool's name in free text, in the order of the file."""
    return tuple(_tool_rule(row) for row in read_rows("actors.toml", "tool"))


def login_of(name: str, email: str) -> str:
    """The GitHub login that a git identity shows by itself; empty if none.

    >>> login_of("Somebody", "1234+somebody@users.noreply.github.com")
    'somebody'
    """
    address = _NOREPLY.fullmatch(email)
    if name.endswith("[bot]"):
        return name
    return address[1] if address else ""


def _rule_for(name: str, email: str, login: str) -> ActorRule | None:
    login = login or login_of(name, email)
    looked_up = (_exact_logins().get(login.lower()), _exact_emails().get(email.lower()))
    exact = min((rule for rule in looked_up if rule), key=lambda rule: rule.position, default=None)
    if not _may_hold(name, email, login):
        return exact
    for rule in _other_rules():
        if exact and exact.position < rule.position:
            break
        if rule.holds(name, email, login):
            return rule
    return exact


def _may_hold(name: str, email: str, login: str) -> bool:
    """Whether any rule's field fits: most people are told apart here, by one search a field instead of one a rule."""
    return any(
        hint.search(text) is not None or text.lower() in exact
        for text, (hint, exact) in zip((name, email, login), _hints(), strict=True)
        if text
    )


@cache
def _hints() -> tuple[tuple[re.Pattern[str], frozenset[str]], ...]:
    """For names, e-mails and logins: one pattern of all the rules' patterns, and all their exact values."""
    found = []
    for field in ("name", "email", "login"):
        patterns = [pattern for rule in _other_rules() if (pattern := getattr(rule, f"{field}_like"))]
        scoped = (_scoped(pattern.pattern) for pattern in patterns)
        exact = frozenset(value for rule in _other_rules() for value in getattr(rule, field))
        found.append((re.compile("|".join(scoped) or r"(?!)"), exact))
    return tuple(found)


@cache
def _loose_hints(part: Part) -> tuple[frozenset[str], str]:
    """Every exact value of all rules, and one pattern for Arrow that finds whatever any rule's pattern finds."""
    exact = frozenset(value for rule in actor_rules() for value in getattr(rule, part))
    patterns = [like for rule in actor_rules() if (like := getattr(rule, f"{part}_like"))]
    scoped = [_NEGATIVE_LOOK.sub("", _scoped(like.pattern)) for like in patterns]
    return exact, "|".join([*scoped, r"\[bot\]$"])


def _scoped(pattern: str) -> str:
    """The pattern as one alternative of several: a flag at its start holds for itself only."""
    return f"(?i:{pattern.removeprefix('(?i)')})" if pattern.startswith("(?i)") else f"(?:{pattern})"


def _product_of_trailer(key: str, value: str) -> str | None:
    tools = tool_rules()
    if key in DECLARING_KEYS:
        return next((tool.product for tool in tools if _is_named(tool, value, len(value))), None)
    if key in AUTHOR_KEYS:
        return _product_of_author(value)
    line = f"{key}: {value}"
    return next((tool.product for tool in tools if tool.trailer_like and tool.trailer_like.search(line)), None)


def _is_named(tool: ToolRule, text: str, furthest: int) -> bool:
    """Whether a tool is named in a text, no further from its start, and not as a part of something else."""
    found = tool.like.search(text)
    return found is not None and found.start() <= furthest and _AFTER_TOOL.fullmatch(text, found.end()) is not None


def _product_of_author(value: str) -> str | None:
    parts = _NAME_AND_EMAIL.match(value)
    name, email = (parts["name"].strip(), parts["email"].strip()) if parts else (value, "")
    rule = _rule_for(name, email, "")
    if rule:
        return rule.product if rule.assists else None
    marks = (tool for tool in tool_rules() if tool.author_mark and name.endswith(tool.author_mark))
    return next((tool.product for tool in marks), None)


@cache
def _exact_logins() -> Mapping[str, ActorRule]:
    return {login: rule for rule in actor_rules() if rule.is_exact for login in rule.login}


@cache
def _exact_emails() -> Mapping[str, ActorRule]:
    return {email: rule for rule in actor_rules() if rule.is_exact for email in rule.email}


@cache
def _other_rules() -> tuple[ActorRule, ...]:
    return tuple(rule for rule in actor_rules() if not rule.is_exact)


def _actor_rule(position: int, row: Mapping[str, Any]) -> ActorRule:
    exact = {key: frozenset(text.lower() for text in row.get(key, ())) for key in ("login", "email", "name")}
    patterns = {key: _compiled(row.get(key)) for key in ("login_like", "email_like", "name_like")}
    return ActorRule(position=position, **{**_without_not(row), **exact, **patterns})


def _tool_rule(row: Mapping[str, Any]) -> ToolRule:
    patterns = {key: _compiled(row.get(key)) for key in ("like", "trailer_like")}
    return ToolRule(**{**_without_not(row), **patterns})


def _without_not(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with its examples as tuples, and `not`, which no field can be called, as `rejects`."""
    fields = {key: value for key, value in row.items() if key != "not"}
    return {**fields, "matches": tuple(row["matches"]), "rejects": tuple(row.get("not", ()))}


def _compiled(pattern: str | None) -> re.Pattern[str] | None:
    return re.compile(pattern) if pattern else None
