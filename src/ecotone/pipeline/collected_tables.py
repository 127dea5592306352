"""The collected tables of the repositories of a run, each read from disk once."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from ecotone.pipeline.collect import repository_folder_name
from ecotone.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class CollectedTables:
    """Tables by repository and name; raises as `Workspace.kept` does."""

    workspace: Workspace
    _tables: dict[tuple[str, str], pa.Table] = field(default_factory=dict)

    def read_table(self, repository: str, name: str) -> pa.Table:
        """One table of one repository, as it was collected."""
        key = (repository_folder_name(repository), name)
        if key not in self._tables:
            self._tables[key] = self.workspace.read_collected(*key)
        return self._tables[key]

    def read_table_or(self, repository: str, name: str, default: pa.Table) -> pa.Table:
        """The same; `default` if an older version of Ecotone collected the repository without this table."""
        if not self.workspace.has_collected(repository_folder_name(repository), name):
            return default
        return self.read_table(repository, name)
