"""Partitions: tables that one step computed for one project, named by a digest of what they were computed from."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xxhash

from ecotone.foundation.digests import digest_bytes, find_damaged_files, record_files, record_of_bytes
from ecotone.foundation.text_codes import whole_codes
from ecotone.store.files import decode_parquet, raising_disk_full, read_sealed_json, seal_json

MANIFEST: Final = "files.json"


class Partitions:
    """A folder of partitions: `STEP/PROJECT/DIGEST/TABLE.parquet`, and a manifest with the digests of the files.

    A partition is written under a temporary name and renamed, so it is whole or absent. It can be computed again:
    one that cannot be read counts as absent.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def partition_folder(self, step: str, project: str, digest: str) -> Path:
        """The folder of one partition."""
        return self.folder / step / _folder_name(project) / digest

    def has_partition(self, step: str, project: str, digest: str) -> bool:
        """Whether the partition was written, and its files are as they were."""
        return is_partition_intact(self.partition_folder(step, project, digest))

    def write_partition(self, step: str, project: str, digest: str, tables: Mapping[str, pa.Table]) -> None:
        """Write the tables of one partition. Raises DiskFull."""
        folder = self.partition_folder(step, project, digest)
        with raising_disk_full():
            folder.parent.mkdir(parents=True, exist_ok=True)
            staging = Path(tempfile.mkdtemp(prefix=f".{digest}.part-", dir=folder.parent))
        try:
            with raising_disk_full():
                for name, table in tables.items():
                    pq.write_table(table, staging / f"{name}.parquet", compression="zstd", compression_level=1)
                (staging / MANIFEST).write_bytes(seal_json({"files": record_files(staging, os.listdir(staging))}))
                shutil.rmtree(folder, ignore_errors=True)
                staging.rename(folder)
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    def read_partition(
        self, step: str, project: str, digest: str, names: Iterable[str] | None = None
    ) -> dict[str, pa.Table] | None:
        """Tables of one partition by name, all of them by default; None if it is absent or damaged."""
        folder = self.partition_folder(step, project, digest)
        records = (read_sealed_json(folder / MANIFEST) or {}).get("files", {})
        wanted = sorted(records) if names is None else [f"{name}.parquet" for name in names]
        tables = {}
        for name in wanted:
            content = (folder / name).read_bytes() if (folder / name).exists() else b""
            if name not in records or record_of_bytes(content) != tuple(records[name]):
                return None
            tables[name.removesuffix(".parquet")] = decode_parquet(content)
        return tables or None

    @staticmethod
    def remove_partition(folder: Path) -> None:
        """Remove the folder of one partition."""
        shutil.rmtree(folder, ignore_errors=True)

    def remove_others(self, used: Iterable[tuple[str, str, str]]) -> None:
        """Remove every partition that is not among `used`: step, project and digest."""
        wanted = {self.partition_folder(*key) for key in used}
        for folder in self.folder.glob("*/*/*"):
            if folder not in wanted:
                self.remove_partition(folder)


def is_partition_intact(folder: Path) -> bool:
    """Whether the folder of a partition has all its files, as they were written."""
    manifest = read_sealed_json(folder / MANIFEST)
    return manifest is not None and not find_damaged_files(folder, manifest["files"])


def digest_values(*values: object) -> str:
    """A digest of tables by their rows, regardless of their chunks, and of other values by their `repr`."""
    digest = xxhash.xxh3_128()
    for value in values:
        if isinstance(value, pa.Table):
            digest.update(f"{value.num_rows} {value.schema.to_string(show_schema_metadata=False)}".encode())
            for column in value.columns:
                for buffer in _column_buffers(column):
                    digest.update(buffer)
        else:
            digest.update(f"{value!r}\n".encode())
    return digest.hexdigest()


def _column_buffers(column: pa.ChunkedArray) -> Iterator[pa.Buffer]:
    """The values of a column of text, numbers, times or truth values as bytes; what lies under a NULL is left out."""
    if pa.types.is_dictionary(column.type):
        codes = whole_codes(column)
        used = codes.indices.dictionary_encode()  # numbered as they appear, regardless of the rest of the dictionary
        yield from _fixed_width_buffers(pa.chunked_array([pc.fill_null(used.indices, -1)]))
        yield from _column_buffers(pa.chunked_array([codes.dictionary.take(used.dictionary)]))
        return
    if pa.types.is_null(column.type):
        return
    if pa.types.is_string(column.type):
        yield from _fixed_width_buffers(pc.fill_null(pc.binary_length(column), -1))
        for chunk in column.chunks:
            _, offsets, content = chunk.buffers()
            if len(chunk) and content is not None:
                places = np.frombuffer(offsets, np.int32)
                begin, end = int(places[chunk.offset]), int(places[chunk.offset + len(chunk)])
                yield content.slice(begin, end - begin)
        return
    yield from _fixed_width_buffers(pc.is_valid(column).cast(pa.int8()))
    zero = pa.Array.from_buffers(column.type, 1, [None, pa.py_buffer(bytes(16))])[0]
    yield from _fixed_width_buffers(pc.fill_null(column, zero))


def _fixed_width_buffers(column: pa.ChunkedArray) -> Iterator[pa.Buffer]:
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    width = column.type.bit_width // 8
    for chunk in column.chunks:
        if len(chunk):
            yield chunk.buffers()[1].slice(chunk.offset * width, len(chunk) * width)


def _folder_name(project: str) -> str:
    """A project's name as a folder name: readable, and different for names that differ."""
    readable = "".join(letter if letter.isalnum() and letter.isascii() else "+" for letter in project.casefold())[:60]
    return f"{readable}-{digest_bytes(project.encode())[:8]}"
