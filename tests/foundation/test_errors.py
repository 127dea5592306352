"""Errors name the value, what is accepted and the next step."""

from __future__ import annotations

from ecotone.foundation.declaration import first_docstring_paragraph
from ecotone.foundation.errors import DiskFull, EcotoneError, SourceError, UnknownName, UserError, nearest_names


def test_an_unknown_name_is_answered_with_the_nearest_and_the_known_ones():
    said = str(UnknownName("table", "signls", ["signals", "events"]))
    assert said == "No table is called 'signls'. Did you mean 'signals'? Known: events, signals."
    assert str(UnknownName("table", "zzz", [])) == "No table is called 'zzz'. Known: none."


def test_of_many_names_only_the_nearest_are_said_and_how_to_see_the_rest():
    names = ["owner/reader", "owner/reader-2", *(f"p{number:03d}" for number in range(60))]
    said = str(UnknownName("project", "raeder", names, "ecotone export projects"))
    assert said == (
        "No project is called 'raeder'. Did you mean 'owner/reader' or 'owner/reader-2'?"
        " `ecotone export projects` lists all 62."
    )
    nothing_like_it = str(UnknownName("project", "zzz", names, "ecotone export projects"))
    assert nothing_like_it == "No project is called 'zzz'. `ecotone export projects` lists all 62."
    assert len(nearest_names("p00", names)) == 3


def test_the_tree():
    assert issubclass(DiskFull, UserError)
    assert not issubclass(SourceError, UserError)
    assert issubclass(SourceError, EcotoneError)
    assert "free some space and run the same command again" in str(DiskFull())


def test_the_first_paragraph_is_the_definition():
    assert first_docstring_paragraph("One\n    line.\n\n    More.") == "One line."
    assert first_docstring_paragraph(None) == ""
