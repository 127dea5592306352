"""The views in which projects are compared, and the feature matrices of each view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ecotone.landscape.text_features import informative_terms

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]

Weighing = Literal["who", "words"]


@dataclass(frozen=True, slots=True)
class View:
    """One kind of features by which projects are compared.

    feature_noun  plural, used in reasons
    weighing      who: presence only, rare features weigh more; words: counts, unevenly used words weigh more
    """

    name: str
    title: str
    title_zh: str
    feature_noun: str
    feature_noun_zh: str
    weighing: Weighing


PEOPLE: Final = View("people", "People in common", "共同的人", "people", "人", "who")
ORGANISATIONS: Final = View("organisations", "Organisations in common", "共同的组织", "organisations", "组织", "who")
MENTIONS: Final = View("mentions", "Projects named in common", "共同提到的项目", "projects named", "提到的项目", "who")
DEPENDENCIES: Final = View("dependencies", "Dependencies in common", "共同的依赖", "dependencies", "依赖", "who")
WORDS: Final = View("words", "Words in common", "共同的用词", "words", "用词", "words")

VIEWS: Final[tuple[View, ...]] = (PEOPLE, ORGANISATIONS, MENTIONS, DEPENDENCIES, WORDS)


@dataclass(frozen=True, slots=True)
class ViewFeatures:
    """The features of all projects in one view.

    names   names of the features, sorted, one for each column of `counts`
    counts  (n_projects, n_features); a project without an entry is absent from the view
    """

    view: View
    names: tuple[str, ...]
    counts: sparse.csr_array

    @property
    def present_projects(self) -> Marks:
        """Which projects have a feature in this view."""
        return np.asarray(np.diff(self.counts.indptr) > 0)

    def select_projects(self, rows: Codes) -> ViewFeatures:
        """The evidence of some of the projects."""
        return replace(self, counts=self.counts[rows])


@dataclass(frozen=True, slots=True)
class ProjectFeatures:
    """The projects, sorted by name, and their evidence in each view that has any."""

    projects: tuple[str, ...]
    evidence: tuple[ViewFeatures, ...]

    def select_projects(self, rows: Codes) -> ProjectFeatures:
        """The evidence of some of the projects; `rows` ascending."""
        return ProjectFeatures(
            tuple(self.projects[row] for row in rows),
            tuple(view_features.select_projects(rows) for view_features in self.evidence),
        )

    def find_view(self, name: str) -> ViewFeatures | None:
        """The evidence of a view; None if it has none."""
        return next((view_features for view_features in self.evidence if view_features.view.name == name), None)


def build_project_features(
    projects: Iterable[str], rows: Mapping[View, Sequence[tuple[str, str, float]]]
) -> ProjectFeatures:
    """Build the feature matrices from rows (project, feature, count), which may come in any order.

    Rows of other projects are ignored, and words without information (see `informative_terms`).
    """
    names = tuple(sorted(set(projects)))
    position = {name: index for index, name in enumerate(names)}
    evidence = []
    for view in VIEWS:
        known = [row for row in rows.get(view, ()) if row[0] in position and row[2] > 0]
        if view.weighing == "words":
            known = informative_terms(known)
        if not known:
            continue
        things = tuple(sorted({thing for _, thing, _ in known}))
        column = {thing: index for index, thing in enumerate(things)}
        places = np.array([(position[project], column[thing]) for project, thing, _ in known], np.int64)
        values = np.array([count for _, _, count in known], np.float64)
        order = np.lexsort((values, places[:, 1], places[:, 0]))
        shape = (len(names), len(things))
        counts = sparse.coo_array((values[order], (places[order, 0], places[order, 1])), shape=shape).tocsr()
        counts.sum_duplicates()
        evidence.append(ViewFeatures(view, things, counts))
    return ProjectFeatures(names, tuple(evidence))


def unit_profiles(evidence: ViewFeatures) -> sparse.csr_array:
    """Each project as a unit vector; the product of two is their cosine similarity in this view, 0 to 1.

    who    a feature of k of n projects weighs ln(n / k); counts do not matter
    words  (1 + ln count) times one minus the normalised entropy of the word over projects (log-entropy, Dumais 1991)
    Features of a single project count for the length of its vector; their columns are dropped.
    """
    counts = evidence.counts
    columns = np.diff(counts.tocsc().indptr).astype(np.float64)
    size = max(int(evidence.present_projects.sum()), 2)
    values = counts.copy()
    if evidence.view.weighing == "who":
        values.data = np.ones_like(values.data)
        weight = np.log(size / np.maximum(columns, 1.0))
    else:
        values.data = 1.0 + np.log(np.maximum(values.data, 1.0))
        weight = _log_entropy_weights(counts, size)
    weighed = sparse.csr_array(values @ sparse.diags_array(weight))
    length = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    unit = sparse.csr_array(sparse.diags_array(1.0 / np.where(length > 0, length, 1.0)) @ weighed)
    shared_columns = np.flatnonzero((columns > 1) & (weight > 1e-12))
    return sparse.csr_array(unit.tocsc()[:, shared_columns].tocsr())


def weigh_features(evidence: ViewFeatures) -> Floats:
    """The weight of each feature in `unit_profiles`."""
    size = max(int(evidence.present_projects.sum()), 2)
    if evidence.view.weighing == "words":
        return _log_entropy_weights(evidence.counts, size)
    columns = np.diff(evidence.counts.tocsc().indptr).astype(np.float64)
    return np.asarray(np.log(size / np.maximum(columns, 1.0)))


def _log_entropy_weights(counts: sparse.csr_array, size: int) -> Floats:
    """One minus the normalised entropy of each column over projects."""
    total = np.asarray(counts.sum(axis=0)).ravel()
    share = sparse.csr_array(counts @ sparse.diags_array(1.0 / np.where(total > 0, total, 1.0)))
    share.data = -share.data * np.log(share.data)
    return np.asarray(np.maximum(1.0 - np.asarray(share.sum(axis=0)).ravel() / np.log(size), 0.0))
