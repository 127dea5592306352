from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import ecotone.simulation

MODULES = [one.name for one in pkgutil.iter_modules(ecotone.simulation.__path__, "ecotone.simulation.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_hold(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
