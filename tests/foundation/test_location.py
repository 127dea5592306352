"""Locations: what may be shown of them, and what only git and the HTTP client receive."""

from __future__ import annotations

import copy
import json
import pickle
import time
from pathlib import Path

import pytest

from ecotone.foundation.landscape import parse_landscape
from ecotone.foundation.location import Location, mask_urls, shown_location

SECRET = "S3cretvalue"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (f"https://ada:{SECRET}@h.example/a/b.git", "https://h.example/a/b.git"),
        (f"https://{SECRET}@h.example:8443/a", "https://h.example:8443/a"),
        (f"https://ada:x@{SECRET}@h.example/a", "https://h.example/a"),
        (f"https://ada:x/{SECRET}@h.example/a", "https://h.example/a"),
        (f"https://ada:x?{SECRET}@h.example/a", "https://h.example/a"),
        (f"https://h.example/a?token={SECRET}#x", "https://h.example/a"),
        (f"http:/ada:{SECRET}@h.example/a", "http:/h.example/a"),
        (f"ssh://ada:{SECRET}@[2001:db8::1]:22/a", "ssh://[2001:db8::1]:22/a"),
        (f"{SECRET}@h.example:a/b", "h.example:a/b"),
        ("ssh://git@h.example/a", "ssh://git@h.example/a"),
        ("git@h.example:a/b.git", "git@h.example:a/b.git"),
        ("https://h.example/@scope/a", "https://h.example/@scope/a"),
        ("file:///srv/a@b#c?d", "file:///srv/a@b#c?d"),
        ("/srv/a@b:c/d", "/srv/a@b:c/d"),
    ],
)
def test_what_is_shown_of_a_location(address: str, shown: str):
    location = Location(address)
    assert str(location) == shown_location(address) == shown
    assert location.address == address
    assert location.has_secret == (SECRET in address)
    for other in (copy.deepcopy(location), pickle.loads(pickle.dumps(location)), Location(location)):
        assert (str(other), other.address) == (shown, address)
    assert SECRET not in f"{location!r} {location} {json.dumps([location])}"
    masked = location.mask_secrets(
        f"fatal: '{address}' at https://other:pass@else.example/ ({SECRET * location.has_secret})"
    )
    assert SECRET not in masked
    assert "other" not in masked


def test_user_and_password_are_unescaped_for_the_request():
    assert Location("https://ada:p%40ss@h.example/a").credentials == ("ada", "p@ss")
    assert Location("https://h.example/a").credentials is None


def test_a_landscape_keeps_the_address_and_shows_none_of_it():
    text = f'[landscape]\nname = "l"\n[[project]]\nrepository = "o/r"\nlocation = "https://u:{SECRET}@h.example/x"\n'
    landscape = parse_landscape(text, Path("/field/l.toml"))
    (project,) = landscape.projects
    assert project.repositories[0].location.address == f"https://u:{SECRET}@h.example/x"
    assert SECRET not in repr(landscape)


def test_masking_takes_linear_time():
    started = time.process_time()
    assert mask_urls("http:/" * 50_000) == "http:/" * 50_000
    assert mask_urls("a" * 500_000) == "a" * 500_000
    assert len(shown_location("a" * 500_000 + "@" * 500_000)) <= 1_000_000
    assert time.process_time() - started < 5


@pytest.mark.parametrize("address", ["https://", "ssh://", "https://#"])
def test_an_address_of_nothing_hides_nothing_and_breaks_nothing(address: str):
    assert Location(address).mask_secrets("fatal: no host") == "fatal: no host"
