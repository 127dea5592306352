"""Matches under a name that hardly two people of a project have."""

from itertools import product
from string import ascii_lowercase

import numpy as np
import pyarrow as pa
import pytest

from ecotone.people.commit_history import _name_matches
from ecotone.people.distinctive_names import expected_namesakes, find_name_matches

WORDS = ["".join(letters) * 2 for letters in product(ascii_lowercase, repeat=2)]
CROWD = [
    (f"{first.title()} {last.title()}", f"{first}@mail.example")
    for first, last in zip(WORDS[:150], WORDS[200:350], strict=True)
]


def matched(*signatures, crowd=CROWD):
    """The pairs of accounts that the rule joins, among the people of a crowd."""
    rows = [*crowd, *signatures]
    identities = pa.table({"name": [name for name, _ in rows], "email": [account for _, account in rows]})
    table = find_name_matches(identities)
    return set(zip(table["account"].to_pylist(), table["other_account"].to_pylist(), strict=True))


ADA = ("Ada Example", "ada@one.example")
OTHER = ("Ada Example", "7+ada@users.noreply.github.com")


@pytest.mark.parametrize(
    ("signatures", "pairs"),
    [
        ([ADA, OTHER], {(OTHER[1], ADA[1])}),
        ([ADA, ("Ádá EXAMPLE", "other@two.example")], {(ADA[1], "other@two.example")}),
        ([ADA, OTHER, ("Ada Example", "9+ada@users.noreply.github.com")], set()),  # two accounts of GitHub
        ([ADA, ("Ada", "other@two.example")], set()),  # no full name
        ([ADA, ("Your Name", "you@two.example"), ("Your Name", "me@two.example")], set()),
        ([ADA, ("Ada Example", "root@localhost")], set()),  # anybody's address
        ([ADA, OTHER, ("Bo Sample", ADA[1])], set()),  # an account of two people
        ([ADA, OTHER, ("Ada O. Example", ADA[1])], {(OTHER[1], ADA[1])}),
        ([ADA, OTHER, ("Ada Married", ADA[1])], {(OTHER[1], ADA[1])}),
        ([("Ada Example", f"ada@{number}.example") for number in range(6)], None),
        ([("Ada Example", f"ada@{number}.example") for number in range(7)], set()),  # a role's name
    ],
)
def test_one_rare_full_name_joins_the_accounts_of_a_project(signatures, pairs):
    found = matched(*signatures)
    assert (len(found) == 5) if pairs is None else (found == pairs)


def test_a_name_of_frequent_words_is_not_distinctive():
    namesakes = [(f"Ada {word.title()}", f"{word}@three.example") for word in WORDS[400:403]]
    assert matched(ADA, OTHER, *namesakes[:1]) == set()  # two of 152 are Ada: 0.013 expected


def test_in_a_small_project_a_word_is_as_rare_as_among_a_hundred_names():
    assert matched(ADA, OTHER, crowd=CROWD[:2]) != set()
    adas = [(f"Ada {word.title()}", f"{word}@three.example") for word in WORDS[400:406]]
    example = ("Bo Example", "bo@four.example")
    assert matched(ADA, OTHER, example, crowd=adas[:5]) != set()  # of 7 people 6 are Ada, 2 are Examples: 0.0084
    assert matched(ADA, OTHER, example, crowd=adas) == set()  # of 8 people 7 and 2: 0.0112


def test_accounts_that_the_file_joins_need_no_name():
    others = {ADA[1]: ADA[1], OTHER[1]: ADA[1], "third@two.example": None}
    rows = [("Ada Example", account, proper) for account, proper in others.items()]
    columns = dict(zip(("name", "email", "mailmap_email"), map(list, zip(*rows, strict=True)), strict=True))
    pairs = [(row["account"], row["other_account"]) for row in _name_matches(pa.table(columns)).to_pylist()]
    assert pairs == [(ADA[1], "third@two.example")]  # without the file two pairs


def test_forms_of_one_name_count_once():
    ada, married, bo, cy = (
        frozenset(name.split()) for name in ("ada example", "ada sample", "bo example", "cy sample")
    )
    expected = expected_namesakes([{ada, married}, {bo}, {bo}, {cy}])
    assert expected[ada] == pytest.approx(3 * (1 / 100) * (2 / 100))
    assert expected[bo] == pytest.approx(3 * (1 / 100) * (2 / 100))
    assert expected_namesakes([{ada}, {bo}, {cy}, {ada, married}]) == expected


def test_chance_namesakes_are_hardly_ever_joined():
    """Frequent and rare first and family names; half of the people have a second address."""
    people, generator = 3000, np.random.default_rng(1)
    first, family = (np.minimum(generator.zipf(shape, people), len(WORDS)) - 1 for shape in (1.3, 1.2))
    names = [f"{WORDS[a].title()} {WORDS[b][::-1].title()}x" for a, b in zip(first, family, strict=True)]
    twice = generator.random(people) < 0.5
    rows = [(name, f"a{number}@one.example") for number, name in enumerate(names)]
    rows += [(name, f"b{number}@two.example") for number, name in enumerate(names) if twice[number]]
    found = matched(*rows, crowd=[])
    right = sum(one[1:].partition("@")[0] == other[1:].partition("@")[0] for one, other in found)
    assert len(found) > 50
    assert right >= 0.99 * len(found)
