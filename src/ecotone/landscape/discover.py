"""What else belongs to a field: a ranking from a few seed projects over all ties, with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse

from ecotone.landscape.fusion import Layers
from ecotone.landscape.likeness import normalised
from ecotone.landscape.names import said_everywhere
from ecotone.landscape.reasons import Reasons, Shared
from ecotone.landscape.views import Floats, Seen

GOES_ON: Final = 0.85
"""Chance that a walk takes another step before it returns to a seed."""
SETTLED: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project that may belong.

    score   0 to 1: strength of the walk from the seeds, as a share of the first candidate's
    nearest the seed it has most in common with
    shared  what it has in common with that seed; empty if it is reached through others only
    through the project between, where nothing is shared with a seed directly
    """

    project: str
    score: float
    nearest: str
    shared: tuple[Shared, ...]
    through: str | None


def discover(seen: Seen, layers: Layers, seeds: Sequence[str], top: int) -> list[Candidate]:
    """Rank the projects that are no seeds, the nearest first; those that no walk from a seed reaches are left out."""
    position = {name: index for index, name in enumerate(seen.projects)}
    rows = np.array(sorted({position[seed] for seed in seeds}), np.int64)
    ties = layers.added()
    score = walked(ties, rows)
    score[rows] = 0.0
    order = [at for at in np.lexsort((np.arange(len(score)), -np.round(score, 12))) if score[at] > 0][:top]
    reasons = Reasons(seen, said_everywhere())
    return [_candidate(seen, ties, reasons, rows, int(at), float(score[at] / score[order[0]])) for at in order]


def walked(ties: sparse.csr_array, seeds: np.ndarray) -> Floats:
    """How strongly walks that start at the seeds and return to them now and then are drawn to each project.

    A personalised PageRank on ties divided by the roots of both strengths, so that a much tied project gains nothing
    from being much tied alone.
    ties     (n, n), symmetric
    returns  (n,), >= 0
    source   Zhou et al. (2004), Learning with local and global consistency, NIPS 16
    """
    step = normalised(ties)
    start = np.zeros(ties.shape[0])
    start[seeds] = 1.0 / len(seeds)
    value = start
    while True:
        following = GOES_ON * (step @ value) + (1.0 - GOES_ON) * start
        if float(np.abs(following - value).max()) < SETTLED:
            return np.asarray(following)
        value = following


def _candidate(
    seen: Seen, ties: sparse.csr_array, reasons: Reasons, seeds: np.ndarray, at: int, score: float
) -> Candidate:
    direct = np.array([ties[at, seed] for seed in seeds])
    nearest = int(seeds[int(direct.argmax())])
    if direct.max() > 0:
        return Candidate(seen.projects[at], score, seen.projects[nearest], reasons.shared(at, nearest), None)
    reach = walked(ties, seeds) * ties[[at]].toarray().ravel()
    reach[seeds] = 0.0
    between = int(reach.argmax())
    to_seeds = np.array([ties[between, seed] for seed in seeds])
    nearest = int(seeds[int(to_seeds.argmax())])
    shared = reasons.shared(at, between)
    return Candidate(seen.projects[at], score, seen.projects[nearest], shared, seen.projects[between])
