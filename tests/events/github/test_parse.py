"""Each entry of arbitrary JSON is read, or refused with a reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx
import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecotone.events.sources.github import response_parser
from ecotone.events.sources.github.json_fields import UnreadableValue, exact_integer, single_line, unix_seconds
from ecotone.events.sources.github.response_policy import (
    UNREADABLE,
    Meaning,
    classify_answer,
    next_page_url,
    parse_body,
)
from ecotone.events.sources.http import HttpReply
from tests.events.github import pretending
from tests.events.github.pretending import SINCE, Thread, small

_KEYS = """
    number node_id user login type created_at updated_at closed_at closed_by pull_request merged_at id issue_url
    pull_request_url week total days nodes pageInfo hasNextPage endCursor reviews submittedAt author mergedBy actor
    timelineItems fullDatabaseId databaseId __typename nameWithOwner issues pullRequests updatedAt releases tagName
    publishedAt createdAt tagCommit oid isDraft repositoryTopics topic name primaryLanguage description full_name
    topics language stargazers_count company errors data message path extensions items total_count rateLimit cost
"""
WORDS = _KEYS.split()
TEXTS = st.sampled_from(["octo/cat", "ann", "ghost", "2025-01-01T00:00:00Z", "9999-99-99T00:00:00Z", "U_1", "7", ""])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | TEXTS
JSON = st.recursive(
    LEAVES,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inside, max_size=8),
    max_leaves=25,
)
PARSERS = (
    response_parser.parse_thread,
    response_parser.parse_comment,
    response_parser.parse_review_comment,
    response_parser.parse_star_week,
    response_parser.parse_pull_details,
    response_parser.parse_review,
    response_parser.parse_release,
    response_parser.parse_graphql_facts,
    response_parser.parse_rest_repository,
    response_parser.parse_profile,
    response_parser.parse_person,
)

GOOD = (
    (response_parser.parse_thread, pretending._thread(Thread(2, SINCE, pull=True, merged=SINCE))),
    (
        response_parser.parse_comment,
        pretending._said(1, "ann", SINCE, "issue_url", "https://api.github.com/repos/octo/cat/issues/3"),
    ),
    (response_parser.parse_star_week, {"week": 1735430400, "total": 3, "days": [3, 0, 0, 0, 0, 0, 0]}),
    (response_parser.parse_graphql_facts, pretending._facts(small())),
    (response_parser.parse_rest_repository, pretending._repository(small())),
)


@pytest.mark.parametrize("parser", PARSERS, ids=lambda one: one.__name__)
@given(value=JSON)
def test_any_json_is_read_or_refused(parser, value):
    _, refused = response_parser.parse_items([value], parser)
    assert "".join(refused).isprintable()


@pytest.mark.parametrize("parser", PARSERS, ids=lambda one: one.__name__)
@given(page=st.lists(JSON, max_size=5))
def test_what_is_read_and_what_is_refused_is_all_there_is(parser, page):
    rows, refused = response_parser.parse_items(page, lambda item: (parser(item), 1))
    assert len(rows) + len(refused) == len(page)


@pytest.mark.parametrize(("parser", "item"), GOOD, ids=lambda one: getattr(one, "__name__", ""))
@given(data=st.data())
def test_a_good_entry_with_one_strange_value_is_read_or_refused(parser, item, data):
    parser(item)
    strange = dict(item)
    strange[data.draw(st.sampled_from(sorted(item)))] = data.draw(JSON)
    _, refused = response_parser.parse_items([strange], parser)
    assert all(refused)


@given(body=JSON, status=st.sampled_from([200, 301, 304, 401, 403, 404, 422, 429, 500, 502]), graph=st.booleans())
def test_every_answer_means_something(body, status, graph):
    judgement = classify_answer(HttpReply(status, {}, b"", 0.0), body, 0.0, graph)
    assert isinstance(judgement.meaning, Meaning)
    assert judgement.message.isprintable()
    assert len(judgement.message) < 700


@given(
    st.dictionaries(
        st.sampled_from(["retry-after", "x-ratelimit-remaining", "x-ratelimit-reset", "link"]), st.text(max_size=30)
    )
)
def test_no_header_is_too_strange(headers):
    judgement = classify_answer(HttpReply(403, headers, b"", 0.0), {"message": "rate limit"}, 1e9, is_graphql=False)
    assert judgement.seconds is None or judgement.seconds >= 0
    next_page_url(headers)


@given(st.one_of(st.binary(max_size=60), st.integers(-(2**40), 2**40).map(lambda number: str(number).encode())))
@example(b'{"a":[1,null]}')
@example(b"[1,")
def test_no_body_is_too_strange(content):
    body = parse_body(HttpReply(200, {}, content, 0.0))
    assert body is UNREADABLE or json.loads(content) == body


@pytest.mark.parametrize(
    "content", [b"[" * 100_000, b'{"a":' * 50_000, b"1e999999", b'"\\ud800"', b"9" * 5000, b"\xff"]
)
def test_bodies_made_to_hurt_are_refused(content):
    body = parse_body(HttpReply(200, {}, content, 0.0))
    assert body is UNREADABLE or isinstance(body, float | int)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2500, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds must be naive
def test_a_moment_is_read_to_the_second(at):
    assert unix_seconds(f"{at:%Y-%m-%dT%H:%M:%SZ}", "at") == int(at.timestamp())


def test_a_moment_with_another_offset_is_the_same_moment():
    assert unix_seconds("2025-01-01T02:00:00+02:00", "at") == unix_seconds("2025-01-01T00:00:00Z", "at")


@pytest.mark.parametrize("value", [True, 0, -1, 2**53, 1.0, "7"])
def test_what_is_no_whole_number_from_one_on_is_refused(value):
    with pytest.raises(UnreadableValue):
        exact_integer(value)


def test_texts_become_one_line():
    assert single_line(" a\n<b>\x00\u202e c ") == "a <b> c"
    assert single_line("\n") is None
    assert len(single_line("x" * 10_000)) == 1000


@pytest.mark.parametrize(
    ("who", "login", "node"),
    [
        ({"login": "ann", "type": "User", "node_id": "U_1"}, "ann", "U_1"),
        ({"__typename": "User", "login": "ann", "id": "U_1"}, "ann", "U_1"),
        ({"login": "helper[bot]", "type": "Bot", "node_id": "B_1"}, "helper[bot]", None),
        ({"__typename": "Bot", "login": "helper"}, "helper[bot]", None),
        ({"login": "Copilot", "type": "Bot", "node_id": "B_2"}, "Copilot", None),
        ({"__typename": "Bot", "login": "copilot-swe-agent"}, "Copilot", None),
        ({"__typename": "Organization", "login": "octo", "id": "O_1"}, "octo", None),
        ({"login": "ann", "type": "User"}, "ann", None),
    ],
)
def test_rest_and_graphql_name_somebody_alike(who, login, node):
    assert response_parser.parse_person(who) == response_parser.Person(login, node)


@pytest.mark.parametrize("who", [None, {"login": "ghost", "type": "User", "node_id": "U_g"}])
def test_a_deleted_account_is_nobody(who):
    assert response_parser.parse_person(who) is None


def test_a_review_id_beyond_32_bits_is_kept():
    item = {"fullDatabaseId": "3123456789", "databaseId": None, "submittedAt": "2026-01-01T00:00:00Z", "author": None}
    assert response_parser.parse_review(item).native == 3_123_456_789


def test_a_draft_and_a_review_not_handed_in_are_no_acts():
    assert response_parser.parse_review({"fullDatabaseId": "1", "submittedAt": None, "author": None}) is None
    assert response_parser.parse_release({"tagName": "v1", "publishedAt": None, "author": None}) is None


def test_the_pretended_answers_are_json():
    assert orjson.loads(httpx.Response(200, json=pretending._facts(small())).content)
