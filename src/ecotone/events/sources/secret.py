"""A token wrapper that never prints its value."""

from __future__ import annotations

from typing import Final, NoReturn

_HIDDEN: Final = "***"


class Token:
    """A secret that is revealed only in request headers.

    >>> f"{Token('ghp_example1')} {Token('ghp_example1')!r}"
    'Token(***) Token(***)'
    """

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def authorization_header(self) -> str:
        """The value of an `authorization` header."""
        return f"Bearer {self._secret}"

    def reveal_secret(self) -> str:
        """The secret itself, for a header without a scheme."""
        return self._secret

    def mask_secret(self, text: str) -> str:
        """A text with the secret masked, for messages of servers."""
        return text.replace(self._secret, _HIDDEN)

    def __repr__(self) -> str:
        return f"Token({_HIDDEN})"

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        raise TypeError("a token is never written")
