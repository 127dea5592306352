from __future__ import annotations

import pytest

from ecotone.foundation.errors import UserError
from ecotone.people.organisation_lookup import find_organisation


@pytest.mark.parametrize("text", ["NVIDIA", "nvidia", " nvidia ", "英伟达", "nvidia.com", "jo@nvidia.com"])
def test_an_organisation_by_any_of_its_names(text: str):
    assert find_organisation(text, ["Intel", "NVIDIA"]) == "NVIDIA"


def test_an_unknown_organisation_is_one_sentence_with_the_nearest_names():
    with pytest.raises(UserError, match=r"No organisation is called 'Nvidai' .* Did you mean 'NVIDIA'\? `ecotone orgs"):
        find_organisation("Nvidai", ["Intel", "NVIDIA"])
    with pytest.raises(UserError, match="`ecotone orgs --min-people 1 --json` lists all of them"):
        find_organisation("", ["Intel"])
