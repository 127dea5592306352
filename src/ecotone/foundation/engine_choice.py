"""Where an analysis computes: the keys of `[engine]` in a landscape file, and the option `--engine`."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict

from ecotone.foundation.errors import UserError
from ecotone.foundation.location import Location, shown_location

DUCKDB: Final = "duckdb"
ACCEPTED_ENGINES: Final = (
    'must be "duckdb", "http://HOST:8123" (ClickHouse) or "sc://HOST:15002" (Spark Connect); a password or token'
    " comes from the environment"
)


def check_engine_address(value: object) -> str:
    """An address without a user, password or token. Raises ValueError, which says what is accepted."""
    if not isinstance(value, str) or any(ord(letter) < 33 for letter in value):
        raise ValueError(ACCEPTED_ENGINES)
    address = value.rstrip("/")
    if address == DUCKDB:
        return address
    try:
        parts = urlsplit(address)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    plain = usable and not Location(address).has_secret and ";" not in address
    if not plain or parts.scheme not in ("http", "https", "sc") or parts.path:
        raise ValueError(ACCEPTED_ENGINES)
    return address


class EngineChoice(BaseModel):
    """The engine that computes the tables.

    at      `duckdb`: this process; an address of ClickHouse (http, https) or of Spark Connect (sc)
    shared  a folder or s3:// address that this machine and Spark's workers can both open; None: tables travel with
            the questions
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    at: Annotated[str, BeforeValidator(check_engine_address)] = DUCKDB
    shared: str | None = None


THIS_MACHINE: Final = EngineChoice()


def choose_engine(choice: EngineChoice, option: str | None) -> EngineChoice:
    """The choice of a landscape with the address of the option `--engine`, if it is given. Raises UserError.

    >>> choose_engine(THIS_MACHINE, "sc://spark.example:15002").at
    'sc://spark.example:15002'
    """
    if option is None:
        return choice
    try:
        return choice.model_copy(update={"at": check_engine_address(option)})
    except ValueError as error:
        raise UserError(f"--engine {shown_location(option)} cannot be used: it {error}.") from None
