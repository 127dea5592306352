"""Evidence made by hand or planted, for the tests of the landscape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ecotone.landscape.views import VIEWS, Codes, ProjectFeatures, View, build_project_features
from tests.fakes.planted_groups import Difficulty, plant_groups

BY_NAME: Mapping[str, View] = {view.name: view for view in VIEWS}


def seen_of(**views: Mapping[str, Sequence[str] | Mapping[str, float]]) -> ProjectFeatures:
    """Seen from `people={"a/a": ["ann", "ben"]}`, `words={"a/a": {"agent": 3}}`."""
    rows = {
        BY_NAME[view]: [
            (project, thing, float(count))
            for project, things in has.items()
            for thing, count in (things.items() if isinstance(things, Mapping) else ((one, 1) for one in things))
        ]
        for view, has in views.items()
    }
    return build_project_features({project for has in views.values() for project in has}, rows)


def planted(seed: int, projects: int, groups: int, difficulty: Difficulty) -> tuple[ProjectFeatures, Codes]:
    """A simulated field and the true group of each project."""
    made = plant_groups(seed, projects, groups, difficulty)
    known = build_project_features(made.group, {BY_NAME[name]: rows for name, rows in made.rows.items()})
    return known, np.array([made.group[project] for project in known.projects])
