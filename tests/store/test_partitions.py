"""Partitions: found again by what they were computed from, whole or absent."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from ecotone.foundation.text_codes import encode_texts
from ecotone.store.partitions import Partitions, digest_values

ROWS = pa.table(
    {
        "name": ["a", None, "b", "c"],
        "count": pa.array([1, 2, None, 4], pa.int64()),
        "share": [0.5, None, 1.0, 0.0],
        "ready": [True, False, None, True],
        "day": pa.array([date(2024, 1, 1), None, date(2024, 1, 3), date(2024, 1, 4)], pa.date32()),
        "moment": pa.array([1_700_000_000, None, None, 1_800_000_000], pa.timestamp("us")),
        "nothing": pa.nulls(4),
    }
)


@pytest.fixture
def kept(tmp_path: Path) -> Partitions:
    return Partitions(tmp_path / "partitions")


def test_a_partition_is_read_as_it_was_written(kept: Partitions):
    assert kept.read_partition("step", "o/r", "one") is None
    kept.write_partition("step", "o/r", "one", {"rows": ROWS, "none": ROWS.slice(0, 0)})
    assert kept.has_partition("step", "o/r", "one")
    read = kept.read_partition("step", "o/r", "one")
    assert read is not None
    assert read["rows"].equals(ROWS)
    assert read["none"].schema == ROWS.schema
    assert kept.read_partition("step", "o/r", "one", ["rows"]) == {"rows": ROWS}


@pytest.mark.parametrize("other", ["O/R", "o-r", "o+r", "o/r "])
def test_projects_with_like_names_have_partitions_of_their_own(kept: Partitions, other: str):
    kept.write_partition("step", "o/r", "one", {"rows": ROWS})
    assert not kept.has_partition("step", other, "one")


@pytest.mark.parametrize("file", ["rows.parquet", "files.json"])
@pytest.mark.parametrize("place", [2, 20, 60, -2, -10])
def test_a_damaged_partition_counts_as_absent(kept: Partitions, file: str, place: int):
    kept.write_partition("step", "o/r", "one", {"rows": ROWS})
    path = kept.partition_folder("step", "o/r", "one") / file
    content = bytearray(path.read_bytes())
    content[place] ^= 0xFF
    path.write_bytes(content)
    assert kept.read_partition("step", "o/r", "one") is None
    assert not kept.has_partition("step", "o/r", "one")


def test_what_is_not_used_is_removed_and_so_is_what_a_killed_run_left(kept: Partitions):
    for digest in ("one", "two"):
        kept.write_partition("step", "o/r", digest, {"rows": ROWS})
    left = kept.partition_folder("step", "o/r", ".three.part-x")
    left.mkdir()
    kept.remove_others({("step", "o/r", "two")})
    assert [path.name for path in kept.folder.glob("*/*/*")] == ["two"]


def test_the_digest_of_a_table_is_that_of_its_rows():
    chunked = pa.concat_tables([ROWS.slice(0, 1), ROWS.slice(1, 0), ROWS.slice(1)])
    longer = pa.concat_tables([ROWS, ROWS])
    assert (
        digest_values(ROWS)
        == digest_values(chunked)
        == digest_values(longer.slice(4))
        == digest_values(longer.slice(0, 4))
    )
    assert digest_values(ROWS) == digest_values(ROWS.take([0, 1, 2, 3]))
    encoded = ROWS.set_column(0, "name", ROWS["name"].dictionary_encode())
    turned = encoded.set_column(0, "name", pa.chunked_array([encoded["name"].combine_chunks().take([0, 1, 2, 3])]))
    assert digest_values(encoded) == digest_values(turned)


@pytest.mark.parametrize("name", ["name", "count", "share", "ready", "day", "moment"])
def test_another_value_gives_another_digest(name: str):
    column = ROWS[name].combine_chunks()
    place = ROWS.schema.get_field_index(name)
    for changed in (column.take([3, 1, 2, 0]), column.take([0, None, 2, 1]), pa.nulls(4, column.type)):
        if not changed.equals(column):
            assert digest_values(ROWS.set_column(place, name, changed)) != digest_values(ROWS)
    assert digest_values(ROWS.rename_columns(["x", *ROWS.column_names[1:]])) != digest_values(ROWS)


def test_text_does_not_run_together():
    one, other = (pa.table({"a": first, "b": second}) for first, second in ((["ab"], ["c"]), (["a"], ["bc"])))
    assert digest_values(one) != digest_values(other)
    assert digest_values(pa.table({"a": ["", None]})) != digest_values(pa.table({"a": [None, ""]}))
    assert digest_values("a", "b") != digest_values("ab")
    assert digest_values(1) != digest_values("1")


def test_a_digest_of_codes_depends_on_the_texts_alone():
    texts = ["b", None, "a", "b", "ä"]
    table = encode_texts(pa.table({"text": pa.array(texts)}))
    larger = encode_texts(pa.table({"text": pa.array(["z", "ä", "a", *texts, "y"])})).slice(3, 5)
    chunks = pa.concat_tables([encode_texts(pa.table({"text": pa.array(part)})) for part in (texts[:2], texts[2:])])
    assert digest_values(table) == digest_values(larger) == digest_values(chunks)
    for other in (["b", None, "a", "b", "a"], ["b", "a", None, "b", "ä"], ["c", None, "a", "c", "ä"]):
        assert digest_values(encode_texts(pa.table({"text": pa.array(other)}))) != digest_values(table)
