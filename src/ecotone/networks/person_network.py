"""A directed, weighted network of people, each with at most one organisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

UNKNOWN: Final = -1
"""The code of an unknown organisation."""


@dataclass(frozen=True, slots=True)
class PersonNetwork:
    """Edges between people, given by position, without self-loops."""

    source: Codes  # (n_edges,), positions of people
    target: Codes  # (n_edges,)
    weight: Floats  # (n_edges,), above 0
    organisation_codes: Codes  # (n_people,), position in organisations or UNKNOWN
    organisations: tuple[str, ...]

    @property
    def organisation_count(self) -> int:
        """The number of known organisations."""
        return len(self.organisations)

    @property
    def edge_organisations(self) -> tuple[Codes, Codes]:
        """The organisations at the source and the target of each edge."""
        return self.organisation_codes[self.source], self.organisation_codes[self.target]
