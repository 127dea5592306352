"""What projects can have in common: declared views, each with its own weighing and its own absence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ecotone.landscape.words import telling

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]

Weighing = Literal["who", "words", "meaning"]


@dataclass(frozen=True, slots=True)
class View:
    """One way for projects to be alike.

    things    what a project has in this view, in the plural, as reasons name them
    weighing  who: to have a thing or not, rare things count more; words: how often, unevenly used words count more;
              meaning: every text counts the same, by where a language model puts it
    absent    when a project is not seen in this view; then the view says nothing of it
    """

    name: str
    title: str
    title_zh: str
    things: str
    things_zh: str
    weighing: Weighing
    absent: str


PEOPLE: Final = View(
    "people", "People in common", "共同的人", "people", "人", "who", "no act of a person was observed"
)  # fmt: skip
ORGANISATIONS: Final = View(
    "organisations", "Organisations in common", "共同的组织", "organisations", "组织", "who",
    "no person's organisation is known",
)  # fmt: skip
MENTIONS: Final = View(
    "mentions", "Projects named in common", "共同提到的项目", "projects named", "提到的项目", "who",
    "no commit and no README names a repository",
)  # fmt: skip
DEPENDENCIES: Final = View(
    "dependencies", "Dependencies in common", "共同的依赖", "dependencies", "依赖", "who",
    "no manifest that is understood lies in the newest tree",
)  # fmt: skip
WORDS: Final = View(
    "words", "Words in common", "共同的用词", "words", "用词", "words",
    "neither a README nor a description nor topics are known",
)  # fmt: skip

MEANING: Final = View(
    "meaning", "Texts alike in meaning", "文义相近", "texts", "文段", "meaning",
    "the landscape does not ask for embeddings, or neither a README nor a description is known",
)  # fmt: skip

VIEWS: Final[tuple[View, ...]] = (PEOPLE, ORGANISATIONS, MENTIONS, DEPENDENCIES, WORDS, MEANING)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What each project has in one view.

    things   names, sorted; position = column of `counts`
    counts   (n_projects, n_things), how often; a project without an entry is absent from the view
    vectors  (n_things, n_dimensions), what each text means; None in views of things that are the same or not
    """

    view: View
    things: tuple[str, ...]
    counts: sparse.csr_array
    vectors: Floats | None = None

    @property
    def present(self) -> Marks:
        """Which projects are seen in this view."""
        return np.asarray(np.diff(self.counts.indptr) > 0)

    def of(self, rows: Codes) -> Evidence:
        """The same for some of the projects."""
        return replace(self, counts=self.counts[rows])


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that is seen of some projects: their names, sorted, and the evidence of each view that has any."""

    projects: tuple[str, ...]
    evidence: tuple[Evidence, ...]

    def of(self, rows: Codes) -> Seen:
        """The same for some of the projects; `rows` ascending."""
        return Seen(tuple(self.projects[row] for row in rows), tuple(one.of(rows) for one in self.evidence))

    def by_name(self, name: str) -> Evidence | None:
        """The evidence of a view; None if nothing is seen in it."""
        return next((one for one in self.evidence if one.view.name == name), None)


def seen(
    projects: Iterable[str],
    rows: Mapping[View, Sequence[tuple[str, str, float]]],
    encode: Callable[[Sequence[str]], Floats] | None = None,
) -> Seen:
    """Put (project, thing, count) rows in order; the order they come in and rows of other projects do not matter.

    Of words only those that can tell something are kept: `words.telling`.
    encode  texts to vectors, `meaning.encoder()`; without it texts are not looked at
    """
    names = tuple(sorted(set(projects)))
    position = {name: index for index, name in enumerate(names)}
    evidence = []
    for view in VIEWS:
        if view is MEANING and encode is None:
            continue
        known = [row for row in rows.get(view, ()) if row[0] in position and row[2] > 0]
        if view.weighing == "words":
            known = telling(known)
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
        evidence.append(Evidence(view, things, counts, encode(things) if view is MEANING and encode else None))
    return Seen(names, tuple(evidence))


def profiles(evidence: Evidence) -> sparse.csr_array:
    """Each project as a vector of length one; the product of two is how alike they are in this view, 0 to 1.

    who    a thing of k of n projects weighs ln(n / k); how often does not matter: one act shows a person's interest
    words  (1 + ln count) times one minus the normalised entropy of the word over projects (Dumais 1991, log-entropy):
           a word used alike everywhere weighs nothing
    meaning  every text counts the same; the vectors say what is alike
    Things of a single project lengthen its vector and tie it to nothing; their columns are dropped.
    """
    counts = evidence.counts
    if evidence.view.weighing == "meaning":
        return _of_length_one(
            sparse.csr_array((np.ones_like(counts.data), counts.indices, counts.indptr), counts.shape)
        )
    columns = np.diff(counts.tocsc().indptr).astype(np.float64)
    size = max(int(evidence.present.sum()), 2)
    values = counts.copy()
    if evidence.view.weighing == "who":
        values.data = np.ones_like(values.data)
        weight = np.log(size / np.maximum(columns, 1.0))
    else:
        values.data = 1.0 + np.log(np.maximum(values.data, 1.0))
        weight = _unevenness(counts, size)
    unit = _of_length_one(sparse.csr_array(values @ sparse.diags_array(weight)))
    kept = np.flatnonzero((columns > 1) & (weight > 1e-12))
    return sparse.csr_array(unit.tocsc()[:, kept].tocsr())


def _of_length_one(weighed: sparse.csr_array) -> sparse.csr_array:
    length = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    return sparse.csr_array(sparse.diags_array(1.0 / np.where(length > 0, length, 1.0)) @ weighed)


def thing_weights(evidence: Evidence) -> Floats:
    """How much each thing counts in its view: what `profiles` weighs it with."""
    size = max(int(evidence.present.sum()), 2)
    if evidence.view.weighing == "words":
        return _unevenness(evidence.counts, size)
    columns = np.diff(evidence.counts.tocsc().indptr).astype(np.float64)
    return np.asarray(np.log(size / np.maximum(columns, 1.0)))


def _unevenness(counts: sparse.csr_array, size: int) -> Floats:
    """One minus the entropy of each column over projects, as a share of the greatest possible."""
    total = np.asarray(counts.sum(axis=0)).ravel()
    share = sparse.csr_array(counts @ sparse.diags_array(1.0 / np.where(total > 0, total, 1.0)))
    share.data = -share.data * np.log(share.data)
    return np.asarray(np.maximum(1.0 - np.asarray(share.sum(axis=0)).ravel() / np.log(size), 0.0))
