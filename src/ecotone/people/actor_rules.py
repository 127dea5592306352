"""Rules that classify actors as person, bot or AI agent, and find the AI product named in a commit.

`data/actors.toml` holds the rules, each with its source and with examples that the tests run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.people.account_parsing import NOREPLY
from ecotone.people.rule_files import read_rows

Kind = Literal["person", "bot", "agent"]
Identity = Mapping[str, str]
Trailer = tuple[str, str]
Part = Literal["name", "email", "login"]

_NAME_AND_EMAIL: Final = re.compile(r"(?P<name>[^<]*)<(?P<email>[^<>]*)>")
_SIGNATURE: Final = re.compile(
    r"\W*(?:co-?)?(?:generated|created|written|authored|made|built|implemented|assisted|developed)"
    r"\s+(?:with|by|using|via)\b(?:\s+the help of\b)?\W*(?P<tool>.*)",
    re.IGNORECASE,
)
_PLAIN: Final = "^[ -~]*$"  # make_printable ASCII: Arrow and Python patterns agree on it
_NEGATIVE_LOOK: Final = re.compile(r"\(\?<?![^()]*\)")  # Arrow has no lookaround: without it more matches
# What may follow a tool's name: its parts, models, numbers, links; then the end or a continuing phrase.
# "Claude Shannon's theorem" and "cursor.execute()" must not match.
_AFTER_TOOL: Final = re.compile(
    r"""(?:[\s:/@\]_-]*+(?>\(?https?://\S+|\([^()]*\)|<[^<>]*>|[\w.-]*\d(?:[\w.-]*\w)?|(?:assistant|agents?|ai|app|assist
    |autofix|chat|cli|code|coder|coding|desktop|edits|extension|fable|flash|haiku|ide|max|mini|mode|models?|opus|preview
    |pro|sonnet|turbo|web|workspace)\b))*+
    (?:['’]s\b.*|[\s\W]*|\s*[,;!+&—–].*|\.\s.*|\s+(?:and|as|at|by|for|from|in|on|to|under|using|via|with)\b.*)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_TAIL_LINES: Final = 12  # tools sign at the end; text about a tool comes earlier

# Keys that always declare a tool: their value may be free text ("Claude:claude-opus-4").
DECLARING_KEYS: Final = frozenset(
    {"assisted-by", "ai-assisted-by", "generated-by", "generated-with", "made-with", "made-by", "ai-agent"}
)
# Keys that name an author: their value must be an agent's name or address.
AUTHOR_KEYS: Final = frozenset({"author", "co-authored-by", "co-developed-by", "signed-off-by"})


@dataclass(frozen=True, slots=True)
class ActorKind:
    """The kind of an actor and the rule that decided it (`None`: no rule matched, a person)."""

    kind: Kind
    rule: str | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorRule:
    """One row of the rule file: every given field must match; a list matches if one of its values does."""

    position: int  # in the file: the first matching rule decides
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
    def counts_as_assistance(self) -> bool:
        """Whether this actor in a trailer means that a model wrote part of the commit; an accepted review does not."""
        return self.kind == "agent" or self.writes_code

    @property
    def is_exact(self) -> bool:
        """Whether a look-up of a login or an e-mail decides the rule."""
        return bool(self.login) != bool(self.email) and not (
            self.name or self.login_like or self.email_like or self.name_like
        )

    @property
    def telling_part(self) -> Part:
        """The part of an identity to look at first: of several that must match, the one that fewest people share."""
        parts: tuple[Part, ...] = ("email", "login", "name")
        return next(part for part in parts if getattr(self, part) or getattr(self, f"{part}_like"))

    def matches_identity(self, name: str, email: str, login: str) -> bool:
        """Whether the rule matches this identity; absent parts are empty strings."""
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
    """The names of a tool in texts that declare a tool."""

    product: str
    source: str
    like: re.Pattern[str]
    author_mark: str | None = None
    trailer_like: re.Pattern[str] | None = None
    matches: tuple[str, ...] = ()
    rejects: tuple[str, ...] = ()


PERSON: Final = ActorKind("person")


def classify_actor(name: str | None, email: str | None, login: str | None = None) -> ActorKind:
    """Classify an identity by the first matching rule; without a match it is a person.

    The login is also taken from a GitHub no-reply address or a name that ends in `[bot]`.

    >>> classify_actor("dependabot[bot]", None).kind, classify_actor("Claude", "noreply@anthropic.com").product
    ('bot', 'Claude Code')
    """
    rule = _first_matching_rule(name or "", email or "", login or "")
    return ActorKind(rule.kind, rule.rule, rule.product) if rule else PERSON


def find_assisting_product(trailers: Iterable[Trailer], body_tail: str | None = None) -> str | None:
    """The first AI product that a commit names; `None` if it names none.

    trailers   (key, value) in the message's order; the key `author` stands for the author
    body_tail  the message's last lines, for signatures such as "Generated with Claude Code"

    >>> find_assisting_product([("Co-authored-by", "Claude Opus 4.6 <noreply@anthropic.com>")])
    'Claude Code'
    """
    for key, value in trailers:
        product = _product_of_trailer(key.strip().lower(), value.strip())
        if product:
            return product
    for line in (body_tail or "").splitlines()[-_TAIL_LINES:]:
        signature = _SIGNATURE.match(line)
        if signature:
            product = next(
                (tool.product for tool in load_tool_rules() if _names_tool(tool, signature["tool"], 0)), None
            )
            if product:
                return product
    return None


def may_match_rules(part: Part, values: pa.StringArray) -> pa.BooleanArray:
    """Pre-filter: which names, e-mails or logins a rule may match.

    A value that passes need not match; an identity none of whose parts passes matches no rule. NULL does not pass.
    """
    exact, pattern = _arrow_pattern_and_values(part)
    is_candidate = pc.or_(
        pc.is_in(pc.ascii_lower(values), value_set=pa.array(sorted(exact), pa.string())),
        pc.or_(pc.match_substring_regex(values, pattern), pc.invert(pc.match_substring_regex(values, _PLAIN))),
    )
    return pc.fill_null(is_candidate, False)


@cache
def load_actor_rules() -> tuple[ActorRule, ...]:
    """The rules for bots and agents, in file order."""
    return tuple(_parse_actor_rule(position, row) for position, row in enumerate(read_rows("actors.toml", "actor")))


@cache
def load_tool_rules() -> tuple[ToolRule, ...]:
    """The rules for tool names in free text, in file order."""
    return tuple(_parse_tool_rule(row) for row in read_rows("actors.toml", "tool"))


def login_of_identity(name: str, email: str) -> str:
    """The GitHub login that a git identity contains; empty if none.

    >>> login_of_identity("Somebody", "1234+somebody@users.noreply.github.com")
    'somebody'
    """
    if name.endswith("[bot]"):
        return name
    address = NOREPLY.match(email)
    return address[2] if address else ""


def _first_matching_rule(name: str, email: str, login: str) -> ActorRule | None:
    own = login or login_of_identity(name, email)
    login = name if name.endswith("[bot]") else own
    by_login = _rules_by_exact_login()
    looked_up = (by_login.get(own.lower()), by_login.get(login.lower()), _rules_by_exact_email().get(email.lower()))
    exact = min((rule for rule in looked_up if rule), key=lambda rule: rule.position, default=None)
    if not _may_match_any_rule(name, email, login):
        return exact
    for rule in _pattern_rules():
        if exact and exact.position < rule.position:
            break
        if rule.matches_identity(name, email, login):
            return rule
    return exact


def _may_match_any_rule(name: str, email: str, login: str) -> bool:
    """Whether a part matches any rule: one search for each part excludes most people without trying each rule."""
    return any(
        hint.search(text) is not None or text.lower() in exact
        for text, (hint, exact) in zip((name, email, login), _combined_patterns(), strict=True)
        if text
    )


@cache
def _combined_patterns() -> tuple[tuple[re.Pattern[str], frozenset[str]], ...]:
    """For names, e-mails and logins: the patterns of the rules that they tell of as one, and the exact values."""
    combined = []
    for part in ("name", "email", "login"):
        rules = [rule for rule in _pattern_rules() if rule.telling_part == part]
        patterns = [pattern for rule in rules if (pattern := getattr(rule, f"{part}_like"))]
        scoped = (_scoped_pattern(pattern.pattern) for pattern in patterns)
        exact = frozenset(value for rule in rules for value in getattr(rule, part))
        combined.append((re.compile("|".join(scoped) or r"(?!)"), exact))
    return tuple(combined)


@cache
def _arrow_pattern_and_values(part: Part) -> tuple[frozenset[str], str]:
    """The exact values of the rules that a part tells of, and an Arrow pattern that matches all that theirs do."""
    rules = [rule for rule in load_actor_rules() if rule.telling_part == part]
    exact = frozenset(value for rule in rules for value in getattr(rule, part))
    patterns = [like for rule in rules if (like := getattr(rule, f"{part}_like"))]
    scoped = [_NEGATIVE_LOOK.sub("", _scoped_pattern(like.pattern)) for like in patterns]
    return exact, "|".join([*scoped, r"\[bot\]$"])


def _scoped_pattern(pattern: str) -> str:
    """The pattern as an alternative; a leading case flag applies to it alone."""
    return f"(?i:{pattern.removeprefix('(?i)')})" if pattern.startswith("(?i)") else f"(?:{pattern})"


def _product_of_trailer(key: str, value: str) -> str | None:
    tools = load_tool_rules()
    if key in DECLARING_KEYS:
        return next((tool.product for tool in tools if _names_tool(tool, value, len(value))), None)
    if key in AUTHOR_KEYS:
        return _product_of_author(value)
    line = f"{key}: {value}"
    return next((tool.product for tool in tools if tool.trailer_like and tool.trailer_like.search(line)), None)


def _names_tool(tool: ToolRule, text: str, furthest: int) -> bool:
    """Whether the text names the tool within its first `furthest` characters and not inside other words."""
    match = tool.like.search(text)
    return match is not None and match.start() <= furthest and _AFTER_TOOL.fullmatch(text, match.end()) is not None


def _product_of_author(value: str) -> str | None:
    parts = _NAME_AND_EMAIL.match(value)
    name, email = (parts["name"].strip(), parts["email"].strip()) if parts else (value, "")
    rule = _first_matching_rule(name, email, "")
    if rule:
        return rule.product if rule.counts_as_assistance else None
    marks = (tool for tool in load_tool_rules() if tool.author_mark and name.endswith(tool.author_mark))
    return next((tool.product for tool in marks), None)


@cache
def _rules_by_exact_login() -> Mapping[str, ActorRule]:
    return {login: rule for rule in load_actor_rules() if rule.is_exact for login in rule.login}


@cache
def _rules_by_exact_email() -> Mapping[str, ActorRule]:
    return {email: rule for rule in load_actor_rules() if rule.is_exact for email in rule.email}


@cache
def _pattern_rules() -> tuple[ActorRule, ...]:
    return tuple(rule for rule in load_actor_rules() if not rule.is_exact)


def _parse_actor_rule(position: int, row: Mapping[str, Any]) -> ActorRule:
    exact = {key: frozenset(text.lower() for text in row.get(key, ())) for key in ("login", "email", "name")}
    patterns = {key: _compile_pattern(row.get(key)) for key in ("login_like", "email_like", "name_like")}
    return ActorRule(position=position, **{**_fields_of_row(row), **exact, **patterns})


def _parse_tool_rule(row: Mapping[str, Any]) -> ToolRule:
    patterns = {key: _compile_pattern(row.get(key)) for key in ("like", "trailer_like")}
    return ToolRule(**{**_fields_of_row(row), **patterns})


def _fields_of_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with its examples as tuples; the key `not` becomes `rejects`."""
    fields = {key: value for key, value in row.items() if key != "not"}
    return {**fields, "matches": tuple(row["matches"]), "rejects": tuple(row.get("not", ()))}


def _compile_pattern(pattern: str | None) -> re.Pattern[str] | None:
    return re.compile(pattern) if pattern else None
