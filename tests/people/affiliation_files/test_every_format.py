"""Properties of all formats: no exceptions, no silent loss, round trip."""

from __future__ import annotations

import io
import json

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecotone.foundation.errors import UserError
from ecotone.people.affiliation_files import (
    FORMATS,
    FileStatements,
    Format,
    ReadResult,
    canonical_statements,
    detect_format,
    is_placeholder_organisation,
    read_affiliation_file,
    write_affiliation_file,
)

from .samples import SAME_BYTES, SAMPLES
from .strategies import arbitrary_statements, damaged_text

LINE_FORMATS = ("gitdm", "gitdm-map", "csv")
SLOW = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


@pytest.fixture(params=FORMATS, ids=lambda each: each.name)
def each(request: pytest.FixtureRequest) -> Format:
    return request.param


def said_by(result: ReadResult) -> int:
    return sum(
        map(
            len,
            (
                result.identities,
                result.affiliations,
                result.domains,
                result.organisations,
                result.excluded,
                result.owned,
                result.without_organisation,
            ),
        )
    )


def check_sane(result: ReadResult, text: str, each: Format) -> None:
    """Check that the counts add up and that all statements are complete."""
    assert result.accepted_lines + len(result.refused) == result.total_lines
    if each.name in LINE_FORMATS:
        # an independent count of lines: Python's own universal newlines
        assert result.total_lines == len(io.StringIO(text.removeprefix("\ufeff"), newline=None).readlines())
    assert not any(is_placeholder_organisation(spell.organisation) for spell in result.affiliations)
    assert not any(is_placeholder_organisation(domain.organisation) for domain in result.domains)
    assert not any(is_placeholder_organisation(entry.organisation) for entry in result.organisations)
    for spell in result.affiliations:
        assert spell.since is None or spell.until is None or spell.since < spell.until
        assert spell.line >= 1
    for refused in result.refused:
        assert refused.reason
        assert refused.text.isprintable()
        assert 1 <= refused.line <= text.count("\n") + text.count("\r") + 1


def test_a_sample_is_read_whole(each: Format):
    name, text = SAMPLES[each.name]
    result = read_affiliation_file(name, text)
    assert result.refused == ()
    assert said_by(result) > 0
    assert all(entry.source == name for entry in (*result.affiliations, *result.identities, *result.domains))


@pytest.mark.parametrize("name", SAME_BYTES)
def test_a_canonical_file_read_and_written_is_the_same_bytes(name: str):
    file, text = SAMPLES[name]
    written = write_affiliation_file(name, read_affiliation_file(file, text))
    assert written.text == text
    assert written.left_out == ()


def test_what_was_written_reads_the_same_and_is_written_the_same(each: Format):
    name, text = SAMPLES[each.name]
    first = read_affiliation_file(name, text)
    written = write_affiliation_file(each.name, first)
    second = read_affiliation_file(name, written.text)
    assert canonical_statements(second) == canonical_statements(first)
    assert second.refused == ()
    assert write_affiliation_file(each.name, second).text == written.text


def test_a_format_is_told_by_content_and_by_name(each: Format):
    name, text = SAMPLES[each.name]
    assert detect_format("no-name-at-all", text) is each
    assert detect_format(f"some/folder/{name}", "") is each
    assert detect_format(f"C:\\folder\\{name}", text) is each


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_other_line_ends_and_a_byte_order_mark_change_nothing(each: Format, ending: str):
    name, text = SAMPLES[each.name]
    changed = b"\xef\xbb\xbf" + text.replace("\n", ending).encode()
    result = read_affiliation_file(name, changed)
    assert result.refused == ()
    assert canonical_statements(result) == canonical_statements(read_affiliation_file(name, text))


def test_no_format_is_one_sentence():
    with pytest.raises(UserError, match="in no known affiliation format"):
        read_affiliation_file("picture.png", b"\x89PNG\r\n")


def test_an_unknown_format_names_the_known_ones():
    with pytest.raises(UserError, match="gitdm-map"):
        write_affiliation_file("gtidm", FileStatements())


@pytest.mark.parametrize("name", sorted(LINE_FORMATS))
def test_a_byte_order_mark_in_front_changes_no_line_number(name: str):
    each = next(known for known in FORMATS if known.name == name)
    text = SAMPLES[name][1] + "\x00: not an entry\n"
    marked = each.read_statements("file", "\ufeff" + text)
    assert marked == each.read_statements("file", text)
    assert [refused.line for refused in marked.refused] == [text.count("\n")]
    assert each.read_statements("file", "\ufeff").total_lines == 0


@SLOW
@given(text=st.text() | st.text(alphabet="a1!@.,:;<>#\"'[]{}-* \t\n\r\x00\ufeff&|?%~\\"), data=st.data())
def test_no_text_makes_a_reader_raise(text: str, data: st.DataObject):
    each = data.draw(st.sampled_from(FORMATS))
    check_sane(each.read_statements("file", text), text, each)


@SLOW
@given(content=st.binary(), data=st.data())
def test_no_bytes_make_a_reader_raise(content: bytes, data: st.DataObject):
    each = data.draw(st.sampled_from(FORMATS))
    result = read_affiliation_file("file", content, each.name)
    assert result.accepted_lines + len(result.refused) == result.total_lines


@pytest.mark.parametrize("name", list(SAMPLES))
@SLOW
@given(data=st.data())
def test_a_damaged_file_is_read_as_far_as_it_can_be(name: str, data: st.DataObject):
    each = next(one for one in FORMATS if one.name == name)
    text = data.draw(damaged_text(SAMPLES[name][1]))
    result = each.read_statements("file", text)
    check_sane(result, text, each)
    written = write_affiliation_file(name, result)
    assert written.left_out == ()  # what a format says, it can say again
    again = each.read_statements("file", written.text)
    assert again.refused == ()
    assert canonical_statements(again) == canonical_statements(result)


@pytest.mark.parametrize("name", list(SAMPLES))
@SLOW
@given(said=arbitrary_statements())
def test_whatever_is_written_reads_back_without_a_refusal(name: str, said: FileStatements):
    each = next(one for one in FORMATS if one.name == name)
    written = write_affiliation_file(name, said)
    written.text.encode("utf-8")
    result = each.read_statements("file", written.text)
    assert result.refused == ()
    again = write_affiliation_file(name, result)
    assert again.left_out == ()
    assert canonical_statements(each.read_statements("file", again.text)) == canonical_statements(result)


@pytest.mark.parametrize("name", list(SAMPLES))
@SLOW
@given(said=arbitrary_statements())
def test_every_statement_is_written_or_left_out_with_a_reason(name: str, said: FileStatements):
    each = next(one for one in FORMATS if one.name == name)
    written = write_affiliation_file(name, said)
    again = each.read_statements("file", written.text)
    left = {one.statement for one in written.left_out}
    assert all(one.reason for one in written.left_out)
    spans = {(spell.organisation, spell.since, spell.until) for spell in again.all_affiliations()}
    for spell in set(canonical_statements(said).all_affiliations()) - left:
        assert (spell.organisation, spell.since, spell.until) in spans
    domains = {(one.domain, one.organisation, one.since, one.until) for one in again.all_domains()}
    for domain in set(canonical_statements(said).all_domains()) - left:
        assert (domain.domain, domain.organisation, domain.since, domain.until) in domains
    assert set(canonical_statements(said).owned) - left == set(canonical_statements(again).owned)


@SLOW
@given(said=arbitrary_statements())
def test_canonical_is_idempotent(said: FileStatements):
    assert canonical_statements(canonical_statements(said)) == canonical_statements(said)


def test_the_json_and_yaml_entries_are_counted_as_other_parsers_count_them():
    sortinghat = json.loads(SAMPLES["sortinghat"][1])
    people = sortinghat["uidentities"].values()
    expected = len(sortinghat) + len(sortinghat["blacklist"]) + len(sortinghat["organizations"])
    expected += sum(map(len, sortinghat["organizations"].values()))
    expected += sum(1 + len(one["identities"]) + len(one["enrollments"]) for one in people)
    assert read_affiliation_file(*SAMPLES["sortinghat"]).total_lines == expected

    assert read_affiliation_file(*SAMPLES["github-users"]).total_lines == len(json.loads(SAMPLES["github-users"][1]))

    identities = yaml.safe_load(SAMPLES["grimoirelab-identities"][1])
    lists = ("email", "github", "enrollments")
    expected = sum(1 + sum(len(person.get(key, ())) for key in lists) for person in identities)
    assert read_affiliation_file(*SAMPLES["grimoirelab-identities"]).total_lines == expected
