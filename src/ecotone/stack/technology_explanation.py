"""Why a project is said to be built on a technology: the manifests, lines and periods that declare it."""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.errors import UnknownName
from ecotone.stack.application_stack import SHIPPED
from ecotone.stack.technology_map import TechnologyMap

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
)


def explain_technology(
    declarations: pa.Table, technologies: TechnologyMap, project: str, technology: str
) -> dict[str, Any]:
    """The declarations of a technology, or of a package of that name, in one project, by time.

    Raises UnknownName for a project without manifests, or a name that none of its packages has.
    """
    names = sorted(pc.unique(declarations["project"]).to_pylist())
    owner = next((name for name in names if name.casefold() == project.casefold()), None)
    if owner is None:
        raise UnknownName("project with dependency manifests", project, names, "ecotone export declarations")
    rows = declarations.filter(pc.equal(declarations["project"], owner)).to_pylist()
    known: set[str] = set()
    evidence = []
    for row in rows:
        own = {mapped.name for mapped in technologies.look_up(row["ecosystem"], row["package"])} | {row["package"]}
        known |= own
        if technology.casefold() in {name.casefold() for name in own}:
            evidence.append({column: row[column] for column in EVIDENCE_COLUMNS} | {"counts": row["scope"] in SHIPPED})
    if not evidence:
        raise UnknownName(f"technology of {owner}", technology, sorted(known), "ecotone export stack")
    evidence.sort(key=lambda row: (row["since"], row["manifest"], row["package"]))
    layers = {
        mapped.layer
        for row in evidence
        for mapped in technologies.look_up(row["ecosystem"], row["package"])
        if mapped.name.casefold() == technology.casefold()
    }
    return {"project": owner, "technology": technology, "layers": sorted(layers), "declarations": evidence}
