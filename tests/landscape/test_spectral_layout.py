from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from ecotone.landscape.multiview_graph import build_layers
from ecotone.networks import force_layout
from ecotone.networks.force_layout import spectral_layout
from tests.fakes.planted_groups import EASY
from tests.landscape.making import planted


@pytest.mark.parametrize("most", [1_200, 10])
def test_projects_of_a_group_are_near(most, monkeypatch):
    monkeypatch.setattr(force_layout, "MOST_FORCED", most)
    known, truth = planted(1, 60, 3, EASY)
    ties = build_layers(known).combined_graph()
    places = spectral_layout(ties)
    assert np.abs(places).max() == 1
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    same = truth[:, None] == truth[None]
    assert apart[same].mean() < 0.7 * apart[~same].mean()
    assert (spectral_layout(ties) == places).all()


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4])
def test_few_projects_and_no_ties(size):
    places = spectral_layout(sparse.csr_array((size, size)))
    assert places.shape == (size, 2)
    assert np.isfinite(places).all()
