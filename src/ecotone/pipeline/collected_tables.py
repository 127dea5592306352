"""The collected tables of the repositories of a run."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from ecotone.foundation.errors import MissingTable
from ecotone.pipeline.collect import repository_folder_name
from ecotone.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class CollectedTables:
    """Tables by repository and name; raises as `Workspace.read_collected` does."""

    workspace: Workspace

    def read_table(self, repository: str, name: str, columns: list[str] | None = None) -> pa.Table:
        """One table of one repository, as it was collected."""
        return self.workspace.read_collected(repository_folder_name(repository), name, columns)

    def read_table_or(
        self, repository: str, name: str, default: pa.Table, columns: list[str] | None = None
    ) -> pa.Table:
        """The same; `default` if an older version of Ecotone collected the repository without this table."""
        try:
            return self.read_table(repository, name, columns)
        except MissingTable:
            return default if columns is None else default.select(columns)

    def generation_of(self, repository: str) -> str:
        """The name of what was collected of one repository."""
        state = self.workspace.read_collected_state(repository_folder_name(repository)) or {}
        return str(state.get("generation"))
