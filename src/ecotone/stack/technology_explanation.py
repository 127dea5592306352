"""Why a project is said to be built on a technology: the manifests, lines and periods that declare it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.errors import UnknownName
from ecotone.stack.application_stack import SHIPPED
from ecotone.stack.tree_names import load_members, matching_members

EVIDENCE_COLUMNS: Final = (
    "package",
    "ecosystem",
    "scope",
    "repository",
    "manifest",
    "line",
    "commit",
    "since",
    "until",
    "connector",
)


def explain_technology(
    declarations: pa.Table, packages: pa.Table, named: pa.Table, project: str, technology: str
) -> dict[str, Any]:
    """The declarations of a technology, or of a package of that name, in one project, by time, and where it is named.

    Raises UnknownName for a project without manifests, or a name that none of its packages has.

    declarations  the public table
    packages  the public table `stack_packages`
    named     the public table `named_children`
    """
    names = sorted(pc.unique(declarations["project"]).to_pylist())
    owner = next((name for name in names if name.casefold() == project.casefold()), None)
    if owner is None:
        raise UnknownName("project with dependency manifests", project, names, "ecotone export declarations")
    mapped: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in packages.to_pylist():
        mapped[row["ecosystem"], row["package"]].append(row)
    known: set[str] = set()
    layers: set[str] = set()
    evidence = []
    for row in declarations.filter(pc.equal(declarations["project"], owner)).to_pylist():
        technologies = mapped[row["ecosystem"], row["package"]]
        own = {each["technology"] for each in technologies} | {row["package"]}
        known |= own
        if technology.casefold() in {name.casefold() for name in own}:
            counts = row["scope"] in SHIPPED and not row["connector"]
            evidence.append({column: row[column] for column in EVIDENCE_COLUMNS} | {"counts": counts})
            layers |= {each["layer"] for each in technologies if each["technology"].casefold() == technology.casefold()}
    children = [
        row
        for row in named.filter(pc.equal(named["project"], owner)).to_pylist()
        if technology.casefold() in {member for _, member in matching_members(row["child"], load_members())}
    ]
    if not evidence and not children:
        raise UnknownName(f"technology of {owner}", technology, sorted(known), "ecotone export stack")
    evidence.sort(key=lambda row: (row["since"], row["manifest"], row["package"]))
    children.sort(key=lambda row: (row["since"], row["folder"], row["child"]))
    return {
        "project": owner,
        "technology": technology,
        "layers": sorted(layers),
        "declarations": evidence,
        "named": children,
    }
