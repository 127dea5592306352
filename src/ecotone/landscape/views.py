"""The views in which projects are compared, and the feature matrices of each view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ecotone.landscape.background_words import FIRST_CHINESE, load_background_words
from ecotone.landscape.text_features import informative_terms, readme_stop_words

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]

Weighing = Literal["who", "words"]

MOST_WORDS: Final = 150
"""Words of a project that are compared."""
COUNT_POWER: Final = 0.6
"""Power of the count of a word: a word used ten times counts as four used once. By its logarithm, as three, the words
that a README keeps coming back to are lost among those that it uses once."""


@dataclass(frozen=True, slots=True)
class View:
    """One kind of features by which projects are compared.

    feature_noun  plural, used in reasons
    weighing      who: presence only, rare features weigh more; words: counts, words that are rare in general weigh more
    compares      whether similarity counts it; the others are reasons only
    """

    name: str
    title: str
    title_zh: str
    feature_noun: str
    feature_noun_zh: str
    weighing: Weighing
    compares: bool = False


PEOPLE: Final = View("people", "People in common", "共同的人", "people", "人", "who", compares=True)
WORDS: Final = View("words", "Words in common", "共同的用词", "words", "用词", "words", compares=True)
DEPENDENCIES: Final = View("dependencies", "Dependencies in common", "共同的依赖", "dependencies", "依赖", "who")
ORGANISATIONS: Final = View("organisations", "Organisations in common", "共同的组织", "organisations", "组织", "who")
MENTIONS: Final = View("mentions", "Projects named in common", "共同提到的项目", "projects named", "提到的项目", "who")

VIEWS: Final[tuple[View, ...]] = (PEOPLE, WORDS, DEPENDENCIES, ORGANISATIONS, MENTIONS)


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
    words  count ** COUNT_POWER times the weight of the word (`weigh_features`), the heaviest MOST_WORDS of each
           project, so that a long README is not like everything
    A feature of a single project is left out of words; elsewhere it counts for the length of the vector.
    """
    weighed, columns = weighed_counts(evidence), _count_users(evidence)
    if evidence.view.weighing == "words":
        shared = sparse.csr_array(weighed @ sparse.diags_array((columns > 1).astype(np.float64)))
        return scale_rows(keep_heaviest(shared, MOST_WORDS))
    unit = scale_rows(weighed)
    shared_columns = np.flatnonzero((columns > 1) & (weigh_features(evidence) > 1e-12))
    return sparse.csr_array(unit.tocsc()[:, shared_columns].tocsr())


def weighed_counts(evidence: ViewFeatures) -> sparse.csr_array:
    """(n_projects, n_features): each count, damped or replaced by 1, times the weight of its feature."""
    values = evidence.counts.astype(np.float64)
    if evidence.view.weighing == "who":
        values.data = np.ones_like(values.data)
    else:
        values.data = np.maximum(values.data, 1.0) ** COUNT_POWER
    weighed = sparse.csr_array(values @ sparse.diags_array(weigh_features(evidence)))
    weighed.eliminate_zeros()
    return weighed


def keep_heaviest(values: sparse.csr_array, count: int) -> sparse.csr_array:
    """The `count` greatest entries of each row; of equal ones the first."""
    entries = sparse.coo_array(values)
    order = np.lexsort((entries.col, -entries.data, entries.row))
    row, column, data = entries.row[order], entries.col[order], entries.data[order]
    rank = np.arange(len(row)) - np.searchsorted(row, row)
    chosen = (rank < count) & (data > 0)
    return sparse.coo_array((data[chosen], (row[chosen], column[chosen])), shape=values.shape).tocsr()


def scale_rows(values: sparse.csr_array) -> sparse.csr_array:
    """Rows divided by their length; an empty row stays empty."""
    length = np.sqrt(np.asarray(values.multiply(values).sum(axis=1)).ravel())
    return sparse.csr_array(sparse.diags_array(1.0 / np.where(length > 0, length, 1.0)) @ values)


def weigh_features(evidence: ViewFeatures) -> Floats:
    """The weight of each feature: how rare it is among the projects; of a word, how rare it is in general.

    A pair of words, and a word that stands in READMEs whatever the project is, weighs 0.
    """
    size, users = max(int(evidence.present_projects.sum()), 2), _count_users(evidence)
    if evidence.view.weighing == "who":
        return np.asarray(np.log(size / np.maximum(users, 1.0)))
    hidden = readme_stop_words()
    telling = np.array([" " not in word and word not in hidden for word in evidence.names], np.float64)
    pairs = np.array([word >= FIRST_CHINESE for word in evidence.names], np.float64)
    chinese = int((evidence.counts @ pairs > 0).sum())
    return load_background_words().weigh_words(evidence.names, users, size, chinese) * telling


def _count_users(evidence: ViewFeatures) -> Floats:
    """The number of projects that have each feature."""
    return np.asarray(np.diff(evidence.counts.tocsc().indptr), np.float64)
