"""Whether two workspaces hold the same tables by values, whichever engine computed them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa

from ecotone.store.workspace import Workspace

SAME_SHARE: Final = 1e-9
"""Engines add numbers in different orders: their sums may differ by so much of themselves."""


def all_tables(workspace: Workspace) -> dict[str, pa.Table]:
    """The newest tables by name."""
    manifest = workspace.current_manifest()
    assert manifest is not None, f"{workspace.folder} has no tables"
    return {name: workspace.read_table(name) for name in manifest["tables"]}


def find_differences(one: Mapping[str, pa.Table], other: Mapping[str, pa.Table]) -> list[str]:
    """Tables and columns that differ, with the first two values that do."""
    found = [f"table {name} in one only" for name in sorted(one.keys() ^ other.keys())]
    for name in sorted(one.keys() & other.keys()):
        if one[name].schema != other[name].schema or one[name].num_rows != other[name].num_rows:
            found.append(f"{name}: {one[name].num_rows} and {other[name].num_rows} rows, or other columns")
            continue
        for column in one[name].column_names:
            if one[name][column].equals(other[name][column]):
                continue
            pairs = zip(one[name][column].to_pylist(), other[name][column].to_pylist(), strict=True)
            unequal = [pair for pair in pairs if not _is_same(*pair)]
            found += [f"{name}.{column}: {left!r} and {right!r}" for left, right in unequal[:2]]
    return found


def _is_same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=SAME_SHARE, abs_tol=SAME_SHARE)
    return bool(one == other)
