"""Streaming gzip decompression in blocks of bounded size; records how the stream ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from isal import igzip_lib

BLOCK_BYTES: Final = 1 << 20
"""Largest decompressed block in bytes."""

MOST_BYTES: Final = 8 << 30
"""Decompressed bytes after which a stream counts as broken; the archive's largest hours have some 2 GB."""

WHOLE: Final = "complete"
CUT: Final = "cut short"
BROKEN: Final = "broken"
EMPTY: Final = "empty"


class GzipStream:
    """Decompressed blocks of concatenated gzip members; afterwards `ended` says how the stream ended.

    The readable part of a cut or damaged stream is yielded; `ended` is then CUT or BROKEN.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self.ended = EMPTY
        self.decompressed_bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        member = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
        rest, begun = b"", False
        while True:
            if member.eof:
                rest = member.unused_data or next(self._pieces, b"")
                self.ended, begun = WHOLE, False
                member = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
            elif member.needs_input and not rest:
                rest = next(self._pieces, b"")
                if not rest:
                    self.ended = CUT if begun else self.ended
                    return
            if not begun and not rest.strip(b"\0"):
                rest = b""  # zeros after the end are padding
                continue
            try:
                block = member.decompress(rest, BLOCK_BYTES)
            except igzip_lib.error:  # type: ignore[misc]  # the stub gives an instance for the class
                self.ended = BROKEN
                return
            rest, begun = b"", True
            if block:
                self.decompressed_bytes += len(block)
                if self.decompressed_bytes > MOST_BYTES:
                    self.ended = BROKEN
                    return
                yield block
