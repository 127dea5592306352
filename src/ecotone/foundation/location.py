"""A location as a user writes it, parsed once into what may be shown and what only a program that opens it receives."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

_URL: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):/+(?P<rest>.*)\Z", re.DOTALL)
_SCHEME: Final = re.compile(r"\A[A-Za-z][A-Za-z0-9+.-]*:/+")
_SHELL_ADDRESS: Final = re.compile(r"(?P<user>[^@/\s]+)@(?P<rest>[\w.-]+:.*)\Z", re.DOTALL)
_HOST: Final = re.compile(r"(?:[^:]*|\[[0-9a-fA-F:.]*\])(?::\d*)?\Z")
_PUBLIC_USERS: Final = ("git", "hg", "anonymous")
_URL_IN_TEXT: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:/[^\s'\"<>]{0,4096}")
_OTHER_PROTOCOL: Final = re.compile(
    r"(?:(?:ssh|git)://)?(?:git@)?(?P<host>[\w.-]{1,100})(?::\d{1,5}/|[:/])(?P<path>[^:\s]{1,500}?)(?:\.git)?/?\Z"
)
PUBLIC_FORGES: Final = frozenset(
    {"github.com", "gitlab.com", "gitee.com", "gitcode.com", "codeberg.org", "bitbucket.org", "git.sr.ht"}
)
"""Hosts that show at https://HOST/PATH what they give through any protocol."""
_HIDDEN: Final = "***"
_SHORTEST_SECRET: Final = 4


def is_url(text: str) -> bool:
    """Whether a text begins like a URL, even one with a slash too few."""
    return _URL.match(text) is not None


class Location(str):
    """A URL or a path. As text it has no user, password, query or fragment; `address` is the whole.

    Everything that prints, compares or stores it handles the harmless text; `address` is for the program that opens it.

    >>> location = Location("https://ada:s3cret@host.example/a/b.git?token=t0ken")
    >>> print(location), print(location.address)
    https://host.example/a/b.git
    https://ada:s3cret@host.example/a/b.git?token=t0ken
    (None, None)
    """

    address: str

    def __new__(cls, address: str) -> Location:
        """Parse what a user wrote."""
        location = super().__new__(cls, shown_location(address))
        location.address = address.address if isinstance(address, Location) else address
        return location

    @property
    def has_secret(self) -> bool:
        """Whether the address has parts that are not shown."""
        return str(self) != self.address

    @property
    def credentials(self) -> tuple[str, str] | None:
        """User and password of a URL, for HTTP's basic authentication."""
        match = _URL.match(self.address)
        user, has_user, _ = (match["rest"] if match else "").partition("/")[0].rpartition("@")
        name, _, password = user.partition(":")
        return (unquote(name), unquote(password)) if has_user else None

    def mask_secrets(self, text: str) -> str:
        """A text of another program in which the hidden parts of this and of any URL are masked."""
        masked = text.replace(self.address, str(self))
        for secret in sorted(self._secrets(), key=len, reverse=True):
            masked = masked.replace(secret, _HIDDEN)
        return mask_urls(masked)

    def _secrets(self) -> set[str]:
        """The hidden parts of the address that are long enough to be distinguished from other text."""
        shown_text = _SCHEME.sub("", str(self))
        head, _, tail = self.address.partition(shown_text) if shown_text else (self.address, "", "")
        parts = {_SCHEME.sub("", head).rstrip("@"), tail.lstrip("?#")}
        parts |= {piece for part in parts for piece in re.split(r"[:&=@/?#]", part)}
        parts |= {unquote(part) for part in parts}
        return {part for part in parts if len(part) >= _SHORTEST_SECRET and part not in _PUBLIC_USERS}


def shown_location(address: str) -> str:
    """A location without what could be a secret: user and password, query and fragment of a URL.

    >>> shown_location("https://t0ken@host.example/a"), shown_location("git@host.example:a/b"), shown_location("/srv/a")
    ('https://host.example/a', 'git@host.example:a/b', '/srv/a')
    >>> shown_location("https://ada:pa/ss@host.example/a"), shown_location("t0ken@host.example:a/b")
    ('https://host.example/a', 'host.example:a/b')
    """
    if (match := _URL.match(address)) and match["scheme"].lower() != "file":
        return address[: match.start("rest")] + _shown_rest(match["rest"])
    if (match := _SHELL_ADDRESS.match(address)) and match["user"] not in _PUBLIC_USERS:
        return match["rest"]
    return address


def web_address(location: Location) -> str | None:
    """The page of a repository in a browser; None for a path, and for a host of which only another protocol is known.

    >>> web_address(Location("https://t0ken@host.example/a/b.git")), web_address(Location("/srv/a"))
    ('https://host.example/a/b', None)
    >>> web_address(Location("git@codeberg.org:a/b.git")), web_address(Location("git@host.example:a/b.git"))
    ('https://codeberg.org/a/b', None)
    """
    if location.startswith("https://"):
        return location.removesuffix(".git")
    match = _OTHER_PROTOCOL.match(location)
    return f"https://{match['host']}/{match['path']}" if match and match["host"] in PUBLIC_FORGES else None


def _shown_rest(rest: str) -> str:
    """What follows the scheme of a URL, without user, password, query and fragment.

    An address whose password has a character that should be escaped is cut at its last "@".
    """
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    user, has_user, _ = authority.rpartition("@")
    is_broken = not has_user and not _HOST.match(authority) and "@" in rest
    if is_broken:
        rest = rest.rpartition("@")[2]
    path = re.split(r"[?#]", rest, maxsplit=1)[0]
    return path if user in _PUBLIC_USERS else path.rpartition("@")[2] if has_user else path


def mask_urls(text: str) -> str:
    """A text in which every URL is without user, password, query and fragment.

    >>> mask_urls("unable to access 'https://ada:s3cret@host.example/a?t=1': no route")
    "unable to access 'https://host.example/a': no route"
    """
    return _URL_IN_TEXT.sub(lambda match: shown_location(match[0]), text)
