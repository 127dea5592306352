"""Limits of reading one repository: the keys of `[limits]` in a landscape file, with their defaults."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from ecotone.foundation.errors import SourceMalformed
from ecotone.foundation.notes import note

MEBIBYTE: Final = 1 << 20
Count = Annotated[int, Field(ge=1, le=1 << 40)]


class ReadingLimits(BaseModel):
    """What reading one repository may use. A repository that needs more is named with the key; the others are read."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    seconds: Count = 3600
    memory_mb: Count = 4096
    received_mb: Count = 8192
    objects: Count = 50_000_000
    refs: Count = 1_000_000
    message_kb: Count = 1024
    tree_depth: Count = 200
    tree_entries: Count = 2_000_000
    manifest_kb: Count = 512

    @property
    def memory_bytes(self) -> int:
        """Bytes of memory of one process."""
        return self.memory_mb * MEBIBYTE

    @property
    def received_bytes(self) -> int:
        """Bytes that a host sends in one reading."""
        return self.received_mb * MEBIBYTE

    @property
    def message_bytes(self) -> int:
        """Characters of a commit message that are read."""
        return self.message_kb << 10

    @property
    def manifest_bytes(self) -> int:
        """Bytes of a document that is read."""
        return self.manifest_kb << 10


DEFAULT_LIMITS: Final = ReadingLimits()


class MachineShare(BaseModel):
    """What an analysis may use of this machine: the keys of `[machine]`. None: all that the machine gives."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    memory_mb: Annotated[int, Field(ge=512, le=1 << 40)] | None = None
    processes: Annotated[int, Field(ge=1, le=1 << 16)] | None = None


WHOLE_MACHINE: Final = MachineShare()


class LimitReached(SourceMalformed):
    """Reading a repository needs more than the limit `key`.

    >>> print(str(LimitReached("owner/name", "seconds", ReadingLimits()))[:64])
    owner/name: reading it takes more than the limit seconds = 3600.
    """

    def __init__(self, repository: str, key: str, limits: ReadingLimits) -> None:
        super().__init__(note("limit_reached", repository=repository, key=key, limit=str(getattr(limits, key))))
