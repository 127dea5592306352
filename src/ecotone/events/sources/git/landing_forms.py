"""Parse the pull requests that a commit message names, and how it names them.

Projects land requests with buttons, bots and scripts, and each writes the number in its own form. A form is of one
kind, and the kind says how much the number proves:

- MERGE: the subject of a tool that merges requests ("Merge pull request #7 from ...", "Merged PR 7: ...");
- REQUEST: the message calls the number a request ("PR-URL: .../pull/7", "See merge request group/project!7");
- NUMBER: a number in parentheses at the end of the subject, as squash buttons write it. Scripts write the tickets of
  other trackers in the same way;
- CLOSING_REQUEST: "Closes .../pull/7": the message closes a request, by landing it or by replacing it;
- CLOSING: "Closes #7", "[#7]": a request, an issue or a ticket;
- MENTION: any other "#7".

Every pattern is linear, and no more than MAX_MESSAGE_CHARACTERS are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MERGE: Final = "merge"
REQUEST: Final = "request"
NUMBER: Final = "number"
CLOSING_REQUEST: Final = "closing request"
CLOSING: Final = "closing"
MENTION: Final = "mention"
KINDS: Final = (MERGE, REQUEST, NUMBER, CLOSING_REQUEST, CLOSING, MENTION)
"""From the strongest to the weakest."""

EXPLICIT: Final = frozenset({MERGE, REQUEST, NUMBER})
"""The kinds that name a request even where no head can confirm it."""

MAX_MESSAGE_CHARACTERS: Final = 16_384
MAX_LINE_CHARACTERS: Final = 1_000
MAX_SUBJECT_END: Final = 300
MAX_REFERENCES: Final = 100
MAX_NUMBER: Final = 10_000_000  # larger numbers are ticket ids or dates of other systems
MAX_TAGS: Final = 5  # "[skip ci]" and the like behind the number

_N = r"(?P<number>[0-9]{1,8})(?![0-9A-Za-z_])"
_PATH = r"(?P<path>[\w.-]{1,100}(?:/[\w.-]{1,100}){1,5})"
_URL = rf"<?https?://(?P<host>[\w.-]{{1,100}})(?::[0-9]{{1,5}})?/{_PATH}(?:/-)?/(?:pull|pulls|merge_requests|pull-requests)/{_N}"
_REQUEST_WORD = r"(?:PR|MR|GH|pull[ -]request|merge[ -]request|\u5408\u5e76\u8bf7\u6c42|\u62c9\u53d6\u8bf7\u6c42)"


@dataclass(frozen=True, slots=True)
class RequestReference:
    """A number in a message.

    kind        one of KINDS
    form        the form in words, for people who ask why a request counts as merged
    repository  owner/name if the message names a repository, host/owner/name if it gives an address; lower case
    """

    number: int
    kind: str
    form: str
    repository: str | None = None


@dataclass(frozen=True, slots=True)
class _Form:
    name: str
    kind: str
    pattern: re.Pattern[str]


def _forms(kind: str, *patterns: tuple[str, str]) -> tuple[_Form, ...]:
    return tuple(_Form(name, kind, re.compile(pattern, re.IGNORECASE)) for name, pattern in patterns)


_SUBJECT_FORMS: Final = (
    *_forms(
        MERGE,
        ("Merge pull request #N", rf"Merge pull request (?:#|!){_N}"),
        ("Merge pull request URL", rf"Merge (?:pull request|PR|merge request) {_URL}"),
        ("Auto merge of #N", rf"(?:Auto|Rollup|Automatic) merge of (?:PR )?#{_N}"),
        ("Merge of #N", rf"Merge of (?:PR )?#{_N}"),
        ("Merged PR N", rf"Merged PR #?{_N}:"),
        ("Merged in BRANCH (pull request #N)", rf"Merged in [^(]{{1,200}} \(pull request #{_N}\)"),
        ("Pull request #N: TITLE", rf"Pull request #{_N}:"),
        ("Merge PR #N", rf"(?:Merge[ds]?|Merging|Land(?:s|ed|ing)?) {_REQUEST_WORD}(?:[ :-]{{1,2}}[#!]?|[#!]){_N}"),
        ("Merge #N", rf"(?:Merge[ds]?|Merging|Land(?:s|ed|ing)?) {_PATH}?[#!]{_N}"),
        (
            "Merge branch 'pr/N'",
            r"Merge (?:remote-tracking |remote )?(?:branch|commit|ref) '(?:[\w.-]{1,50}/){0,4}"
            r"(?:pulls?|prs?|mr|gh|merge-requests?|pull-requests?)[/-]"
            r"(?P<number>[0-9]{1,8})(?:/head|/merge)?'",
        ),
    ),
    *_forms(
        REQUEST,
        ("PR #N: TITLE", rf"\[?{_REQUEST_WORD} ?[#!]{_N}(?:\]|:|[ -])"),
        ("!N TITLE", rf"!{_N}[ :]"),
    ),
    *_forms(CLOSING, ("#N at the start", rf"\[?(?:#|gh-){_N}\]?[ :]")),
)
_MERGE_LIST = re.compile(r"Merge (#[0-9]{1,8}(?:(?:,? and |, ?| )#[0-9]{1,8}){1,50})(?![0-9A-Za-z_])")

_SUBJECT_END: Final = (
    *_forms(REQUEST, ("(PR #N)", rf"[(\[\uff08](?:via )?{_REQUEST_WORD}[ :-]{{0,2}}[#!]?{_N} ?[)\]\uff09]\Z")),
    *_forms(
        REQUEST,
        ("(pull/N)", rf"[(\[](?:pulls?|merge_requests|pull-requests)/{_N}[)\]]\Z"),
        ("- PR #N", rf"\s[-\u2013\u2014|]+\s{{0,2}}{_REQUEST_WORD}[ :]{{0,2}}[#!]{_N}\Z"),
    ),
    *_forms(NUMBER, ("(#N)", rf"[(\uff08](?:via )?[#!\uff03]{_N} ?[)\uff09]\Z")),
    *_forms(
        CLOSING,
        ("[#N]", rf"\[[#!]{_N}\]\Z"),
        ("(closes #N)", rf"[(\[](?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):? (?:#|gh-|!){_N}[)\]]\Z"),
    ),
)
_MERGE_WITH_NUMBER: Final = _forms(NUMBER, ("Merge ... (#N)", rf"Merge [^(]{{1,250}}\(#{_N}\)"))[0]
_TAG = re.compile(r"\[[^\[\]#!]{1,40}\]\Z")

_LINE = r"(?:[*-] )?"
_BODY_LINES: Final = (
    *_forms(
        REQUEST,
        ("PR-URL: URL", rf"{_LINE}(?:Backport-)?PR-URL\s?:\s?{_URL}"),
        ("Pull Request resolved: URL", rf"{_LINE}Pull[ -]Request(?: resolved)?\s?:\s?{_URL}"),
        ("Part-of: URL", rf"{_LINE}(?:Part-of|Merge[ -]Request|MR|PR|GitHub[ -](?:PR|Pull-Request))\s?:\s?{_URL}"),
        ("Reviewed-on: URL", rf"{_LINE}Reviewed-on\s?:\s?{_URL}"),
        ("Merge URL", rf"{_LINE}(?:This )?Merge[sd]?:? {_URL}"),
        ("This closes URL", rf"{_LINE}This closes:? {_URL}"),
        ("Imported from GitHub PR URL", rf"{_LINE}(?:Imported|Copied) from GitHub PR:? {_URL}"),
        ("COPYBARA_INTEGRATE_REVIEW=URL", rf"(?:COPYBARA_INTEGRATE_REVIEW|ORIGINAL_PR)={_URL}"),
        ("See merge request URL", rf"{_LINE}See (?:merge|pull) request {_URL}"),
        ("See merge request GROUP/PROJECT!N", rf"{_LINE}See (?:merge|pull) request {_PATH}?[!#]{_N}"),
        ("This closes #N", rf"{_LINE}This (?:closes|merges|PR closes) (?:{_PATH})?(?:#|gh-|!){_N}"),
        ("Closes #N from BRANCH", rf"{_LINE}Close[sd]? (?:{_PATH})?#{_N} from \S"),
        (
            "Pull-Request: #N",
            rf"{_LINE}(?:Pull[ -]Request|PR|Merge[ -]Request|GitHub[ -](?:PR|Pull(?:[ -]Request)?))"
            rf"\s?(?::\s?|\s)(?:{_PATH})?[#!]{_N}\s*\Z",
        ),
        ("PR Close #N", rf"{_LINE}PR[ -]Close[sd]?:? (?:{_PATH})?#{_N}"),
        ("Pull-Request: N", rf"(?:Pull-Request|Merge-Request|GitHub-PR|GitHub-Pull-Request): {_N}\s*\Z"),
        ("GH-N on a line", rf"GH-{_N}\s*\Z"),
    ),
    *_forms(CLOSING_REQUEST, ("closes URL", rf"{_LINE}(?:Close[sd]?|Fix(?:e[sd])?|Resolve[sd]?):? {_URL}")),
)

_ITEM = (
    r"(?:(?P<path>[\w.-]{1,100}/[\w.-]{1,100})?(?:#|gh-|!)(?P<number>[0-9]{1,8})(?![0-9A-Za-z_.]{0,20}[0-9A-Za-z_]))"
)
_CLOSING = re.compile(
    rf"(?<![\w-])(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?|merge[sd]?|lands?|landed):?[ \t]{{1,3}}{_ITEM}", re.IGNORECASE
)
_CLOSING_REQUEST = re.compile(
    rf"(?<![\w-])(?:close[sd]?|merge[sd]?|lands?|landed):?[ \t]{{1,3}}(?:PR|MR|pull[ -]request|merge[ -]request)"
    rf"[ \t]{{1,3}}[#!]{_N}",
    re.IGNORECASE,
)
_NEXT_IN_LIST = re.compile(rf"[ \t]{{0,3}}(?:,|and|&|\+)?[ \t]{{0,3}}(?:and )?{_ITEM}", re.IGNORECASE)
_MENTION = re.compile(rf"(?:(?<=[\s(\[,;:])|^){_ITEM}", re.IGNORECASE)
_ANY_NUMBER = re.compile(
    r"[#!\uff03][0-9]|\bgh[- ]|/(?:pull|pulls|merge_requests|pull-requests)/[0-9]"
    r"|\b[PM]R[ /-]|-PR:|quest|pulls?[/-][0-9]",
    re.IGNORECASE,
)
_REVERT = re.compile(r"(?:revert|back ?out|roll ?back)", re.IGNORECASE)
_REVERT_LINE = re.compile(r"\W*(?:this )?(?:reverts|reverted|reverting)\b", re.IGNORECASE)
_QUOTED_LINE = re.compile(r"[ \t]{4}|\t|[ ]{0,3}[>|]")
_BRANCH_OWNER = re.compile(r"Merge pull request #[0-9]{1,8} from ([A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}))/\S+")


def parse_request_references(subject: str, body: str = "") -> list[RequestReference]:
    """The numbers that a message names, each once with its strongest kind, strongest kinds first.

    A revert names the request that brings the revert, never the request that it takes back. Quoted and indented
    lines name nothing.

    >>> parse_request_references("fix: retry (#12) (#34)")[0]
    RequestReference(number=34, kind='number', form='(#N)', repository=None)
    >>> [reference.kind for reference in parse_request_references("Merge branch 'x'", "See merge request a/b!5")]
    ['request']
    >>> parse_request_references('Revert "fix (#12)"')
    []
    """
    text = subject[:MAX_MESSAGE_CHARACTERS]
    body = body[: MAX_MESSAGE_CHARACTERS - len(text)]
    in_subject, in_body = bool(_ANY_NUMBER.search(text)), bool(body and _ANY_NUMBER.search(body))
    if not in_subject and not in_body:
        return []
    strongest: dict[tuple[int, str | None], RequestReference] = {}
    for reference in _parse_message(text if in_subject else "", body if in_body else "", bool(_REVERT.match(text))):
        key = (reference.number, reference.repository)
        known = strongest.get(key)
        if known is None or KINDS.index(reference.kind) < KINDS.index(known.kind):
            strongest[key] = reference
        if len(strongest) >= MAX_REFERENCES:
            break
    return sorted(strongest.values(), key=lambda reference: KINDS.index(reference.kind))


def parse_branch_owner(subject: str) -> str | None:
    """The login that owns the branch of a merged request.

    >>> parse_branch_owner("Merge pull request #7 from octo-org/patch-1")
    'octo-org'
    """
    match = _BRANCH_OWNER.match(subject)
    return match[1] if match else None


def _parse_message(subject: str, body: str, reverts: bool) -> Iterator[RequestReference]:
    lines = [line[:MAX_LINE_CHARACTERS] for line in body.splitlines() if line and not _QUOTED_LINE.match(line)]
    if reverts:
        quote = max(subject.rfind('"'), subject.rfind("'"), subject.rfind("\u201d"))
        yield from _parse_subject_end(subject[quote + 1 :] if quote > 0 else "")
        lines = [line for line in lines if not _REVERT_LINE.match(line)]
    else:
        yield from _parse_subject(subject)
    for line in lines:
        yield from _parse_body_line(line.strip())
    if not reverts:
        for line in (subject[:MAX_LINE_CHARACTERS], *lines):
            yield from _parse_closing_and_mentions(line)


def _parse_subject(subject: str) -> Iterator[RequestReference]:
    start = subject[:MAX_SUBJECT_END]
    if numbers := _MERGE_LIST.match(start):
        for number in re.findall(r"[0-9]+", numbers[1]):
            yield from _checked(int(number), MERGE, "Merge #N #N", None)
        return
    for form in _SUBJECT_FORMS:
        if match := form.pattern.match(start):
            yield from _from_match(form, match)
            if form.kind == MERGE:
                return
            break
    at_end = list(_parse_subject_end(subject))
    if not at_end and (match := _MERGE_WITH_NUMBER.pattern.match(start)):
        at_end = list(_from_match(_MERGE_WITH_NUMBER, match))
    yield from at_end


def _parse_subject_end(subject: str) -> Iterator[RequestReference]:
    end = subject[-MAX_SUBJECT_END:].rstrip(" .\u3002\u2026\t")
    for _ in range(MAX_TAGS):
        tag = _TAG.search(end[-60:])
        if not tag or re.search(r"[0-9]\]\Z", tag[0]):  # "[PR 7]" is a number, not a tag
            break
        end = end[: len(end) - len(tag[0])].rstrip(" .\t")
    for form in _SUBJECT_END:
        if match := form.pattern.search(end[-60:]):
            yield from _from_match(form, match)
            return


def _parse_body_line(line: str) -> Iterator[RequestReference]:
    for form in _BODY_LINES:
        if match := form.pattern.match(line):
            yield from _from_match(form, match)
            return


def _parse_closing_and_mentions(line: str) -> Iterator[RequestReference]:
    for match in _CLOSING.finditer(line):
        item: re.Match[str] | None = match
        while item:
            yield from _checked(int(item["number"]), CLOSING, "closes #N", item["path"])
            item = _NEXT_IN_LIST.match(line, item.end())
    for match in _CLOSING_REQUEST.finditer(line):
        yield from _checked(int(match["number"]), CLOSING_REQUEST, "closes PR #N", None)
    for match in _MENTION.finditer(line):
        yield from _checked(int(match["number"]), MENTION, "#N", match["path"])


def _from_match(form: _Form, match: re.Match[str]) -> Iterator[RequestReference]:
    names = match.groupdict()
    path = names.get("path")
    if path and names.get("host"):
        path = f"{names['host']}/{path}"
    return _checked(int(match["number"]), form.kind, form.name, path)


def _checked(number: int, kind: str, form: str, path: str | None) -> Iterator[RequestReference]:
    if 0 < number <= MAX_NUMBER:
        yield RequestReference(number, kind, form, path.lower().removesuffix("/-") if path else None)
