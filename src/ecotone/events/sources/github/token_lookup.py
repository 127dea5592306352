"""Find GitHub tokens, and decide to which hosts they may be sent."""

from __future__ import annotations

import ipaddress
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from ecotone.events.sources.secret import Token
from ecotone.foundation.errors import UserError

TOKEN_VARIABLES: Final = ("ECOTONE_GITHUB_TOKEN", "GITHUB_TOKEN")
HOST_VARIABLE: Final = "ECOTONE_GITHUB_HOST"
PUBLIC_HOST: Final = "api.github.com"
LOOKUP_ADVICE: Final = "Set ECOTONE_GITHUB_TOKEN, or sign in with `gh auth login`, and run the same command again."

_USABLE: Final = re.compile(r"[\x21-\x7e]{8,400}\Z")


def find_tokens(
    environment: Mapping[str, str], base: str, run: Callable[[Sequence[str]], str] | None = None
) -> tuple[Token, ...]:
    """The tokens to use at `base`, from the environment (separated by commas) or from `gh`.

    A landscape file may name any address, so a token is sent only to GitHub itself, to this machine, and to the host
    that the environment names in ECOTONE_GITHUB_HOST. Raises UserError for an invalid token.
    """
    host = urlsplit(base).hostname or ""
    if not may_receive_token(base, environment):
        return ()
    for name in TOKEN_VARIABLES:
        words = [word.strip() for word in environment.get(name, "").split(",")]
        if tokens := [word for word in words if word]:
            if not all(_USABLE.match(word) for word in tokens):
                raise UserError(
                    f"{name} is not a valid token (it has spaces, line ends or too few characters)."
                    " Give one token, or several separated by commas."
                )
            return tuple(Token(word) for word in dict.fromkeys(tokens))
    output = (run or _run_command)(
        ["gh", "auth", "token", "--hostname", "github.com" if host == PUBLIC_HOST else host]
    ).strip()
    return (Token(output),) if _USABLE.match(output) else ()


def may_receive_token(base: str, environment: Mapping[str, str]) -> bool:
    """Whether a token may be sent to an address.

    >>> [may_receive_token(base, {}) for base in ("https://api.github.com", "http://api.github.com", "https://api.evil.example")]
    [True, False, False]
    """
    try:
        address = urlsplit(base)
        host = (address.hostname or "").casefold()
    except ValueError:
        return False
    if _is_this_machine(host):
        return True
    allowed = {PUBLIC_HOST, environment.get(HOST_VARIABLE, PUBLIC_HOST).strip().casefold()}
    return address.scheme == "https" and host in allowed


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _run_command(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=10, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return ""
    return done.stdout if done.returncode == 0 else ""
