"""Files of a report that take long to make, taken from the former report if what they are made from is the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ecotone.foundation.digests import digest_bytes


class FormerFiles:
    """Makes files, or takes those of the former report.

    code       names the code that makes files, and the programs that it calls
    inputs     former path -> digest of code and input
    read_file  the content of a former file; None if it is missing or damaged
    made_from  the same as `inputs` of the files that were asked for so far
    """

    def __init__(
        self,
        code: str = "",
        inputs: Mapping[str, str] | None = None,
        read_file: Callable[[str], bytes | None] = lambda _path: None,
    ) -> None:
        self._code, self._inputs, self._read_file = code, inputs or {}, read_file
        self.made_from: dict[str, str] = {}

    def take_or_make(self, path: str, source: str, make: Callable[[], bytes]) -> tuple[str, bytes]:
        """A path and the content of the file; `source` is all that it depends on except the code."""
        self.made_from[path] = digest_bytes(f"{self._code}\0{source}".encode("utf-8", "replace"))
        former = self._read_file(path) if self._inputs.get(path) == self.made_from[path] else None
        return path, make() if former is None else former
