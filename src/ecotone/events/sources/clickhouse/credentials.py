"""The account at a ClickHouse server, from the environment."""

from __future__ import annotations

import os
from typing import Final
from urllib.parse import urlsplit

from ecotone.events.sources.secret import Token

KEY_VARIABLE: Final = "ECOTONE_CLICKHOUSE_PASSWORD"
USER_VARIABLE: Final = "ECOTONE_CLICKHOUSE_USER"
HOST_VARIABLE: Final = "ECOTONE_CLICKHOUSE_HOST"


def find_credentials(address: str, user: str | None = None) -> tuple[str, Token | None]:
    """User ("": none) and password; the password goes only to the host that the environment names, or to this machine.

    user  takes precedence over that of the environment
    """
    password = os.environ.get(KEY_VARIABLE, "")
    host = (urlsplit(address).hostname or "").casefold()
    allowed = {"localhost", "127.0.0.1", "::1", os.environ.get(HOST_VARIABLE, "").strip().casefold()} - {""}
    return user or os.environ.get(USER_VARIABLE) or "", Token(password) if password and host in allowed else None
