from __future__ import annotations

import copy
import pickle

import pytest

from ecotone.events.sources.github.client import BASE_URL, GitHubClient
from ecotone.events.sources.github.token_lookup import find_tokens, may_receive_token
from ecotone.events.sources.secret import Token
from ecotone.foundation.errors import UserError
from tests.events.github.pretending import SECOND_SECRET, SECRET


def silent(_: object) -> str:
    return ""


def test_a_token_never_shows_itself():
    token = Token(SECRET)
    shown = f"{token} {token!r} {[token]} {GitHubClient(tokens=[token]).__dict__} %s" % token
    assert SECRET not in shown
    assert token.mask_secret(f"bad {SECRET}!") == "bad ***!"
    assert token.authorization_header() == f"Bearer {SECRET}"


@pytest.mark.parametrize("write", [pickle.dumps, copy.copy])
def test_a_token_is_never_written(write):
    with pytest.raises(TypeError, match="never written"):
        write(Token(SECRET))


@pytest.mark.parametrize(
    ("environment", "secrets"),
    [
        ({"ECOTONE_GITHUB_TOKEN": SECRET, "GITHUB_TOKEN": "ghp_notthisone"}, [SECRET]),
        ({"GITHUB_TOKEN": f" {SECRET} , {SECOND_SECRET},"}, [SECRET, SECOND_SECRET]),
        ({"ECOTONE_GITHUB_TOKEN": f"{SECRET},{SECRET}"}, [SECRET]),
        ({"ECOTONE_GITHUB_TOKEN": " "}, []),
        ({}, []),
    ],
)
def test_the_environment_is_asked_first(environment, secrets):
    assert [one.authorization_header() for one in find_tokens(environment, BASE_URL, silent)] == [
        f"Bearer {one}" for one in secrets
    ]


def test_gh_is_asked_last():
    asked: list[list[str]] = []

    def run(command) -> str:
        asked.append(list(command))
        return f"{SECRET}\n"

    (token,) = find_tokens({}, BASE_URL, run)
    assert token.authorization_header() == f"Bearer {SECRET}"
    assert asked == [["gh", "auth", "token", "--hostname", "github.com"]]


def test_what_gh_says_when_nobody_is_signed_in_is_no_token():
    assert find_tokens({}, BASE_URL, lambda _: "no oauth token found for github.com\n") == ()


@pytest.mark.parametrize("word", ["short", f"{SECRET}\nX-Evil: 1", f"{SECRET} two", "żółć" * 5])
def test_what_cannot_be_a_token_is_refused_without_showing_it(word):
    with pytest.raises(UserError, match="ECOTONE_GITHUB_TOKEN is not a valid token") as told:
        find_tokens({"ECOTONE_GITHUB_TOKEN": word}, BASE_URL, silent)
    assert word not in str(told.value)


@pytest.mark.parametrize(
    ("base", "environment", "allowed"),
    [
        ("https://api.github.com", {}, True),
        ("http://127.0.0.1:8080", {}, True),
        ("http://localhost", {}, True),
        ("http://[::1]:1", {}, True),
        ("https://evil.example", {}, False),
        ("https://api.github.com.evil.example", {}, False),
        ("https://api.github.com@evil.example", {}, False),
        ("http://api.github.com", {}, False),
        ("https://git.company.example/api/v3", {"ECOTONE_GITHUB_HOST": "git.company.example"}, True),
        ("http://git.company.example/api/v3", {"ECOTONE_GITHUB_HOST": "git.company.example"}, False),
        ("https://[", {}, False),
    ],
)
def test_a_token_is_shown_to_github_and_to_hosts_that_the_environment_names(base, environment, allowed):
    assert may_receive_token(base, environment) is allowed
    if not base.endswith("["):
        found = find_tokens({**environment, "GITHUB_TOKEN": SECRET}, base, silent)
        assert bool(found) is allowed
