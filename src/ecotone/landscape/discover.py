"""Rank projects as candidates for a field by random walks from a few seed projects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse

from ecotone.landscape.fusion import Layers
from ecotone.landscape.names import said_everywhere
from ecotone.landscape.reasons import Reasons, Shared
from ecotone.landscape.views import Codes, Floats, Seen

GOES_ON: Final = 0.95
"""Probability that a walk takes another step before it returns to the seed."""
JOINED: Final = 0.75
"""Exponent of the weighted degree that divides what a project receives; 1 minus it divides what it passes on."""
SETTLED: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project that may belong to the field.

    score    0 to 1, relative to the first candidate
    nearest  the most similar seed
    shared   what the candidate has in common with that seed, or with the project in `through`
    through  the project between candidate and seed; None where they are linked directly
    """

    project: str
    score: float
    nearest: str
    shared: tuple[Shared, ...]
    through: str | None


def discover(seen: Seen, layers: Layers, seeds: Sequence[str], top: int) -> list[Candidate]:
    """The `top` projects nearest to the seeds, in order; seeds and projects out of reach are left out."""
    position = {name: index for index, name in enumerate(seen.projects)}
    rows = np.array(sorted({position[seed] for seed in seeds}), np.int64)
    ties = layers.added()
    score = belonging(ties, rows)
    order = [at for at in np.lexsort((np.arange(len(score)), -np.round(score, 12))) if score[at] > 0][:top]
    reasons = Reasons(seen, said_everywhere())
    return [_candidate(seen, ties, reasons, rows, int(at), float(score[at] / score[order[0]])) for at in order]


def belonging(ties: sparse.csr_array, seeds: Codes) -> Floats:
    """Geometric mean over the seeds of each project's personalised PageRank; 0 for seeds.

    The geometric mean favours projects near all seeds over projects near one.
    edges    (n, n), symmetric
    returns  (n,), >= 0
    """
    each = np.array([walked(ties, seed) for seed in seeds])
    score = np.where((each > 0).all(axis=0), np.exp(np.log(np.maximum(each, 1e-300)).mean(axis=0)), 0.0)
    score[seeds] = 0.0
    return np.asarray(score)


def walked(ties: sparse.csr_array, seed: int) -> Floats:
    """Personalised PageRank from one seed.

    Normalising by weighted degree on one side favours hubs, symmetric normalisation favours nodes with few edges;
    the exponents JOINED and 1 - JOINED lie between the two.
    edges    (n, n), symmetric
    returns  (n,), >= 0
    source   Page et al. (1999); on both sides: Zhou et al. (2004), NIPS 16
    """
    strength = np.asarray(ties.sum(axis=1)).ravel()
    strength = np.where(strength > 0, strength, 1.0)
    joined, left = (sparse.diags_array(strength**-power) for power in (JOINED, 1.0 - JOINED))
    step = sparse.csr_array(joined @ ties @ left)
    start = np.zeros(ties.shape[0])
    start[seed] = 1.0
    value = start
    while True:
        following = GOES_ON * (step @ value) + (1.0 - GOES_ON) * start
        if float(np.abs(following - value).max()) < SETTLED:
            return np.asarray(following)
        value = following


def _candidate(seen: Seen, ties: sparse.csr_array, reasons: Reasons, seeds: Codes, at: int, score: float) -> Candidate:
    direct = np.array([ties[at, seed] for seed in seeds])
    nearest = int(seeds[int(direct.argmax())])
    if direct.max() > 0:
        return Candidate(seen.projects[at], score, seen.projects[nearest], reasons.shared(at, nearest), None)
    reach = belonging(ties, seeds) * ties[[at]].toarray().ravel()
    between = int(reach.argmax())
    to_seeds = np.array([ties[between, seed] for seed in seeds])
    nearest = int(seeds[int(to_seeds.argmax())])
    shared = reasons.shared(at, between)
    return Candidate(seen.projects[at], score, seen.projects[nearest], shared, seen.projects[between])
