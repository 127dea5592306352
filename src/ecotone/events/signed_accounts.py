"""The account that a signature of a commit shows: its repaired address, or its name if the address is no one's.

An address that several people share, a placeholder, or a bare word from CVS or Subversion does not identify a person.
Then the account is the signature, `Name <address>`. A name of one word identifies a person within one project only, so
that the project follows: `tom <tom> (team/repo)`.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import Final

MAX_ADDRESS: Final = 320
"""The longest address that mail allows; longer ones are not repaired."""
MAX_NAME: Final = 200

_SHARED_WORDS: Final = """
    abuse action actions admin administrator anon anonymous app automation autobuild bot bots build builder builds
    buildbot ci cd ci-bot codespace cvs deploy dev developer developers devnull devops do-not-reply docker donotreply
    example foo git github gitlab help hg hostmaster jenkins localhost my-email myemail no-author no-email no-reply
    nobody noemail nomail none noone noreply nouser null office ops postmaster release releases root runner security
    service someone somebody support svn sysadmin system team test tester ubuntu undefined unknown unspecified user
    username vagrant vscode webmaster worker you you-email your your-email your-name your.email your.name youremail
    yourname
"""
SHARED_LOCAL_PARTS: Final = frozenset(_SHARED_WORDS.split()) | {"(no author)"}
"""Local parts of shared mailboxes, and placeholders that tools write when no user is configured."""

_PLACEHOLDER_NAMES: Final = """
    author; your name; github action; github actions; github user; the maintainers; ci bot; no author; (no author);
    unknown author; unknown user; no name; not committed yet; full name; first last
"""
SHARED_NAMES: Final = frozenset(" ".join(name.split()) for name in _PLACEHOLDER_NAMES.split(";"))
"""Placeholder names of several words."""

_TEMPLATE_DOMAINS: Final = """
    acme.com bar.com company.com domain.com email.address example.com example.net example.org foo.com hostname.com
    localhost.com localhost.localdomain mycompany.com mydomain.com noemail.com nomail.com test.com your-company.com
    your-domain.com your.hostname.com yourcompany.com yourdomain.com
"""
PLACEHOLDER_DOMAINS: Final = frozenset(_TEMPLATE_DOMAINS.split())
"""Domains that templates and examples use."""

WEB_INTERFACE: Final = "noreply@github.com"
"""The address with which GitHub signs its own commits; rules recognise it as it is."""
WEB_INTERFACE_NAMES: Final = frozenset({"github", "github web flow"})
"""The names with which it does so; under another name, somebody has hidden their own address."""

_LIST_DOMAIN: Final = re.compile(r"(?:lists?|mailman|listserv)\.|(?:googlegroups\.com|groups\.io)\Z")
_NAME_ACCOUNT: Final = re.compile(r"([^<>]*) <([^<>]*)>(?: \(([^()<>]*)\))?\Z")
_PLAIN_LOCAL: Final = re.compile(r"[a-z0-9](?:[a-z0-9._+-]*[a-z0-9])?(?:\[bot\])?\Z", re.IGNORECASE)
_DOMAIN: Final = re.compile(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+\Z")
_AT: Final = re.compile(
    r"\s*[(\[{<]\s*(?:at|a|@)\s*[)\]}>]\s*|\s+[_-]?at[_-]?\s+|\s*[_-]at[_-]\s*|\s*%40\s*", re.IGNORECASE
)
_DOT: Final = re.compile(r"\s*[(\[{<]\s*(?:dot|\.)\s*[)\]}>]\s*|\s+[_-]?dot[_-]?\s+|\s*[_-]dot[_-]\s*", re.IGNORECASE)
_MARKED_INVALID: Final = re.compile(r"(\.[\w-]+)\.invalid\Z", re.IGNORECASE)
"""What mail relays append to a sender's domain so that no answer goes there (RFC 7960)."""
_LITERAL: Final = re.compile(r"\A\s*[bu](?=['\"])", re.IGNORECASE)  # a string as Python prints it
_SPACED_AT: Final = re.compile(r"\s*@[\s@]*")
_SPACED_DOT: Final = re.compile(r"\s+\.\s*|\.\s+(?=[a-z]{2,4}\Z)")
_BOUNCE: Final = re.compile(r"(?:[\w.-]*bounces?|prvs=[^=]*|srs0=[^=]*=[^=]*)[+=]", re.IGNORECASE)
_EDGES: Final = " \t\r\n\f\v<>()[]{}\"'`´‘’“”«»,;:.|/#\\"
_SEPARATORS: Final = re.compile(r"[\s;|<>()]+|[,/](?=[^@]*@)")
_WORD: Final = re.compile(r"[^\W\d_]+")
_RELAYED: Final = re.compile(r" (?:via|\(via) [^<>]*\Z", re.IGNORECASE)


@lru_cache(maxsize=1 << 16)
def repair_address(raw: str) -> str:
    """The address that a reader sees in a damaged one; the text itself if there is none.

    >>> [repair_address(raw) for raw in ("<ada@org.example>>", "mailto:ada@org.example", "ada at org dot example")]
    ['ada@org.example', 'ada@org.example', 'ada@org.example']
    >>> repair_address("ada@org,example"), repair_address("ada=org.example@lists.example"), repair_address("tom")
    ('ada@org.example', 'ada@org.example', 'tom')
    """
    text = raw.strip()
    if len(text) > MAX_ADDRESS or _is_plain(text):
        return text
    text = html.unescape(text)
    text = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) not in _HIDDEN)
    text = _LITERAL.sub("", text.replace("。", ".")).strip(_EDGES)
    if text[:7].casefold() == "mailto:":
        text = text[7:].partition("?")[0].strip(_EDGES + "/")
    if "@" in text:
        local, _, domain = text.rpartition("@")
        text = f"{local}@{_SPACED_DOT.sub('.', _DOT.sub('.', domain))}"
    else:
        text = _DOT.sub(".", _AT.sub("@", text, count=1))
        if "@" not in text:
            return raw.strip()
    text = _SPACED_AT.sub("@", text)
    for part in _SEPARATORS.split(text):
        if address := _repair_single(part):
            return address
    return raw.strip()


_HIDDEN: Final = frozenset(("Cc", "Cf"))


def _is_plain(text: str) -> bool:
    """Whether nothing is to be repaired: the common case, checked quickly."""
    local, _, domain = text.rpartition("@")
    is_address = _PLAIN_LOCAL.match(local) is not None and _DOMAIN.match(domain) is not None
    return is_address and text.isascii() and _MARKED_INVALID.search(domain) is None


def _repair_single(text: str) -> str | None:
    """One address without its damage; None if the text is no address."""
    local, at, domain = text.strip(_EDGES).rpartition("@")
    if not at:
        return None
    # the bracket of "name[bot]" belongs to the name; some scripts write "name\\[bot\\]"
    local = local.replace("\\", "")
    closed = local.rstrip().endswith("]") and "[" in local.strip(_EDGES)
    local = local.strip(_EDGES) + "]" * closed
    domain = re.sub(r"[.,]+", ".", domain.strip(_EDGES))
    domain = _MARKED_INVALID.sub(r"\1", domain)
    if "@" in local and _DOMAIN.match(local.rpartition("@")[2]):
        return _repair_single(local)  # two addresses without a space, or an address before a relay
    if not _DOMAIN.match(domain) or not local:
        return None
    if hidden := _rewritten_address(local):
        return hidden
    return f"{local}@{domain}"


def _rewritten_address(local: str) -> str | None:
    """The author's address that a relay wrote into the local part: `ada=org.example@relay.example`."""
    head = _BOUNCE.match(local)
    rest = local[head.end() :] if head else local
    name, equals, domain = rest.partition("=")
    if not equals or "=" in domain:
        return None
    if head and head[0].casefold().startswith("srs0"):
        name, domain = domain, name
    domain = domain.removeprefix("40") if domain.startswith("40") and _DOMAIN.match(domain[2:]) else domain
    return f"{name}@{domain}" if name and _DOMAIN.match(domain) else None


def is_shared_address(address: str) -> bool:
    """Whether an address does not identify a person: shared, a placeholder, a mailing list, or no address at all.

    >>> [is_shared_address(text) for text in ("none@none", "", "tom", "team@org.example", "x@lists.org.example")]
    [True, True, True, True, True]
    >>> is_shared_address("jo@org.example"), is_shared_address("7+jo@users.noreply.github.com")
    (False, False)
    """
    local, _, domain = address.strip().casefold().rpartition("@")
    if ".noreply." in f".{domain}." and domain.startswith(("user", "noreply.", "private.")):
        return not local
    return (
        local in SHARED_LOCAL_PARTS
        or not local
        or len(domain.partition(".")[2].rpartition(".")[2]) < 2
        or domain in PLACEHOLDER_DOMAINS
        or _LIST_DOMAIN.search(domain) is not None
    )


def is_placeholder_signature(name: str, address: str) -> bool:
    """Whether a template's placeholder was left in a credit: an example's address, and no full name.

    >>> [is_placeholder_signature(name, "jo@example.org") for name in ("Your Name", "jo", "Jo Person")]
    [True, True, False]
    """
    return address.rpartition("@")[2].casefold() in PLACEHOLDER_DOMAINS and not is_full_name(name)


def author_of_relayed_name(name: str) -> str | None:
    """The author in a name that a mailing list or a mail gateway wrote; None for other names.

    >>> author_of_relayed_name("Jo Person via dev"), author_of_relayed_name("Jo Person")
    ('Jo Person', None)
    """
    short = name[:MAX_NAME]
    author = _RELAYED.sub("", short)
    return author.strip("\"' ") if author != short else None


def name_account(name: str, address: str, project: str) -> str:
    """The account of a signature whose address belongs to no one.

    >>> name_account("Ada  Person", "none@none", "team/repo"), name_account("tom", "tom", "team/repo")
    ('Ada Person <none@none>', 'tom <tom> (team/repo)')
    """
    clean = " ".join(re.sub(r"[<>\x00-\x1f]", " ", name[:MAX_NAME]).split())
    clean = _RELAYED.sub("", clean).strip("\"' ") or "unknown"
    inner = re.sub(r"[<>\s]", "", address[:MAX_ADDRESS])
    account = f"{clean} <{inner}>"
    scope = re.sub(r"[()<>]", "", project)
    return account if is_full_name(clean) else f"{account} ({scope})"


def split_name_account(account: str) -> tuple[str, str] | None:
    """Name and address of a name account; None for an address or a login.

    >>> split_name_account("tom <tom> (team/repo)"), split_name_account("tom@org.example")
    (('tom', 'tom'), None)
    """
    if ">" not in account or len(account) > 4 * MAX_ADDRESS:
        return None
    match = _NAME_ACCOUNT.match(account)
    return (match[1], match[2]) if match else None


def address_in_account(account: str) -> str:
    """The address of an account, whether it is an address alone or a name account; a login as it is."""
    parts = split_name_account(account)
    return parts[1] if parts else account


_NAME_WORD: Final = re.compile(r"[^\W\d_][^\W_]*(?:['’.-][^\W\d_]+)*\.?")


@lru_cache(1 << 16)
def is_full_name(name: str) -> bool:
    """Whether a name has at least two words: only then can it identify a person within a company.

    >>> [is_full_name(name) for name in ("Person Example", "person", "P. Q.", "Your Name", "x y 2")]
    [True, False, False, False, False]
    """
    clean = " ".join(name.split())
    words = clean.split(" ")
    long = [word for word in words if _NAME_WORD.fullmatch(word) and len(word.rstrip(".")) > 1]
    return len(long) >= 2 and clean.casefold() not in SHARED_NAMES


_LETTERS_WITH_STROKE: Final = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
"""Latin letters that Unicode does not take apart into a plain letter and a mark."""


def name_words(name: str) -> frozenset[str]:
    """The words of a name in lower case without accents; initials are words of one letter.

    >>> sorted(name_words("Zoë O. Person-Example"))
    ['example', 'o', 'person', 'zoe']
    >>> sorted(name_words("Łukasz Sørensen"))
    ['lukasz', 'sorensen']
    """
    plain = unicodedata.normalize("NFKD", name[:MAX_NAME].casefold()).translate(_LETTERS_WITH_STROKE)
    return frozenset(_WORD.findall("".join(sign for sign in plain if not unicodedata.combining(sign))))


def names_differ(first_name: str, second_name: str) -> bool:
    """Whether two full names have no word in common."""
    if not (is_full_name(first_name) and is_full_name(second_name)):
        return False
    return name_words(first_name).isdisjoint(name_words(second_name))
