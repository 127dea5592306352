"""The landscape file: every mistake is one sentence that names the line and what is accepted."""

from __future__ import annotations

import os
import time
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.foundation.errors import BadLandscape, UserError
from ecotone.foundation.landscape import parse_landscape, read_landscape
from ecotone.pipeline.project_stacks import read_technology_map

HEAD = '[landscape]\nname = "x"\n'
PROJECT = '[[project]]\nrepository = "a/b"\n'
PLACE = Path("/field/landscape.toml")


def mistake(text: str) -> str:
    with pytest.raises(BadLandscape) as caught:
        parse_landscape(text, PLACE)
    said = str(caught.value)
    assert "\n" not in said
    return said


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("x = = 1\n", 1, "is not TOML"),
        (HEAD + "title = 'un", 3, "is not TOML"),
        (HEAD + "a = [", 3, "is not TOML"),
        ("", 1, "a [landscape] table with a `name` is missing"),
        ('[landscape]\ntitle = "x"\n' + PROJECT, 1, "`landscape.name` is missing"),
        (HEAD, 1, "at least one [[project]] is missing"),
        (HEAD + "\nproject = []\n", 4, "unknown key 'project'"),
        ("project = []\n" + HEAD, 1, "project = [] cannot be used"),
        (HEAD + 'tittle = "y"\n' + PROJECT, 3, "unknown key 'tittle'. Accepted here: "),
        (
            HEAD + PROJECT + 'colour = "y"\n',
            5,
            "unknown key 'colour'. Accepted here: ai_native, aliases, author_lines, ",
        ),
        (HEAD + PROJECT + "\n[machine]\ncores = 2\n", 7, "unknown key 'cores'. Accepted here: memory_mb, processes"),
        (HEAD + PROJECT + "\n[machine]\nprocesses = 0\n", 7, "machine.processes = 0 cannot be used: "),
        (HEAD + PROJECT + "\n[colours]\n", 6, "unknown key 'colours'. Accepted here: "),
        ('[landscape]\nname = "a b"\n' + PROJECT, 2, "landscape.name = 'a b' cannot be used"),
        (HEAD + "since = 2024\n" + PROJECT, 3, "must be a month such as 2024-03, in quotes"),
        (HEAD + 'since = "2024-13"\n' + PROJECT, 3, "'2024-13' is not a month"),
        (HEAD + 'until = "9999-12"\n' + PROJECT, 3, "'9999-12' is not a month"),
        (HEAD + 'since = "2024-05"\nuntil = "2024-04"\n' + PROJECT, 4, "until = 2024-04 is before since = 2024-05"),
        (HEAD + 'observed_until = "2025-01-01"\n' + PROJECT, 3, "must be a day such as 2025-02-26, without quotes"),
        (HEAD + "observed_until = 9999-12-31\n" + PROJECT, 3, "must be a day such as"),
        (HEAD + PROJECT + '[[project]]\nrepository = "c"\n', 6, "'c' cannot be used: must be written owner/name"),
        (HEAD + PROJECT + '[[project]]\nrepository = "a b/c"\n', 6, "must be written owner/name"),
        (HEAD + PROJECT + '[[project]]\nname = "z"\n', 5, "a project needs `repository`"),
        (HEAD + PROJECT + '[[project]]\nrepositories = ["c/d"]\n', 5, "a project needs `repository`"),
        (HEAD + PROJECT + '[[project]]\nrepository = "A/B"\n', 5, "'A/B' is listed twice (first in project 'a/b')"),
        (HEAD + PROJECT + '[[project]]\nrepository = "c/d"\naliases = ["a/b"]\n', 5, "'a/b' is listed twice"),
        (HEAD + PROJECT + 'location = ""\n', 5, "location = '' cannot be used: must be a URL or a path"),
        (HEAD + PROJECT + 'location = "a\\u0000b"\n', 5, "without control characters"),
        (HEAD + PROJECT + '[organisations]\nAcme = "acme.example"\n', 6, "must be a list in [ ]"),
        (HEAD + PROJECT + "[categories]\nagents = 1\n", 6, "agents = 1 cannot be used: must be text, in quotes"),
        (HEAD + "since = 2024-01-01\n" + PROJECT, 3, "since = 2024-01-01 cannot be used"),
        (HEAD + 'interaction_actors = ["robot"]\n' + PROJECT, 3, "must be 'person', 'bot' or 'agent'"),
        ('[landscape]\nname = "a b"\n' + PROJECT, 2, "must be letters, digits, - and _ only"),
        ('[landscape]\nname = "x"\n[[project]]\nrepository = "../.."\n', 4, "must be written owner/name"),
        ('[landscape]\nname = "x"\n[[project]]\nrepository = "a/."\n', 4, "must be written owner/name"),
        (
            HEAD + 'free_mail_domains = ["me@mail.example"]\n' + PROJECT,
            3,
            "must be an e-mail domain such as company.example",
        ),
        (HEAD + PROJECT + '[organisations]\nA = ["com"]\n', 6, "must be an e-mail domain"),
        (HEAD + PROJECT + '[organisations]\nA = ["a b.example"]\n', 6, "must be an e-mail domain"),
        (HEAD + PROJECT + '[organisations]\nA = ["a.b"]\nB = ["A.B"]\n', 7, "'A.B' is given to 'A' and to 'B'"),
        (
            HEAD + PROJECT + '[organisations]\nA = [{domain = "a.b", since = 2024-02-01, until = 2024-02-01}]\n',
            6,
            "until = 2024-02-01 is not after since = 2024-02-01",
        ),
        (
            HEAD
            + PROJECT
            + '[[person]]\nsame_person = ["x"]\naffiliations = [{organisation = "A", since = 2024-02-01, '
            "until = 2024-01-01}]\n",
            5,
            "until = 2024-01-01 is not after since = 2024-02-01",
        ),
    ],
)
def test_a_mistake_names_its_line(text: str, line: int, words: str):
    said = mistake(text)
    assert words in said
    assert f"line {line}" in said
    assert said.startswith(str(PLACE))


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path):
    with pytest.raises(BadLandscape, match=r"There is no landscape file .* Write one with `ecotone init agents -o"):
        read_landscape(tmp_path / "none.toml")
    with pytest.raises(BadLandscape, match="There is no landscape file"):
        read_landscape(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b'[landscape]\nname = "caf\xe9"\n')
    with pytest.raises(BadLandscape, match=r"is not UTF-8 text \(byte 23\). Save it as UTF-8"):
        read_landscape(tmp_path / "latin.toml")


def test_a_file_saved_with_a_mark_and_carriage_returns_is_read(tmp_path: Path):
    path = tmp_path / "l.toml"
    path.write_bytes(b"\xef\xbb\xbf" + (HEAD + PROJECT).replace("\n", "\r\n").encode())
    assert read_landscape(path).projects[0].name == "a/b"


def test_brackets_without_end_are_a_mistake_too():
    assert "is not TOML" in mistake("a = " + "[" * 5000)


def test_what_is_left_out_has_its_default():
    landscape = parse_landscape(HEAD + PROJECT, PLACE)
    assert (landscape.title, landscape.title_zh, landscape.since, landscape.until) == ("x", "x", None, None)
    (project,) = landscape.projects
    assert (project.name, project.category) == ("a/b", "uncategorised")
    assert project.repositories[0].location == "https://github.com/a/b"
    assert project.repositories[0].observed_until is None


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("../x/a.bundle", "/x/a.bundle"),
        ("/abs/a.git", "/abs/a.git"),
        ("https://host/a", "https://host/a"),
        ("ssh://git@host/a", "ssh://git@host/a"),
        ("git@host:a/b.git", "git@host:a/b.git"),
        ("file:///a", "file:///a"),
    ],
)
def test_a_path_is_relative_to_the_file(written: str, understood: str):
    landscape = parse_landscape(HEAD + PROJECT + f'location = "{written}"\n', PLACE)
    assert landscape.projects[0].repositories[0].location == understood


def test_a_domain_may_pass_from_one_organisation_to_another():
    text = HEAD + PROJECT + '[organisations]\nA = [{domain = "a.b", until = 2024-02-01}]\n'
    text += 'B = [{domain = "a.b", since = 2024-02-01}]\n'
    assert sorted(parse_landscape(text, PLACE).organisations) == ["A", "B"]
    assert "'a.b' is given to 'A' and to 'B'" in mistake(text.replace("until = 2024-02-01", "until = 2024-02-02"))


def test_a_path_that_leads_in_a_circle_or_to_nobodys_home_is_left_to_whoever_opens_it(tmp_path: Path):
    (tmp_path / "loop").symlink_to("loop")
    for place in ("loop", "~nobody-of-that-name/x"):
        text = HEAD + PROJECT + f'location = "{place}"\n'
        (project,) = parse_landscape(text, tmp_path / "l.toml").projects
        assert project.repositories[0].location == str(tmp_path / place)


def test_a_day_of_observation_counts_whole_and_a_moment_as_it_is():
    text = HEAD + "observed_until = 2025-02-26\n" + PROJECT
    text += '[[project]]\nrepository = "c/d"\nobserved_until = 2025-03-01T12:00:00+02:00\n'
    first, second = parse_landscape(text, PLACE).projects
    assert first.repositories[0].observed_until == datetime.fromisoformat("2025-02-27")
    assert second.repositories[0].observed_until == datetime.fromisoformat("2025-03-01T10:00")


def test_a_project_of_several_repositories():
    text = HEAD + '[[project]]\nname = "both"\nrepositories = ["a/b", {name = "c/d", branch = "dev", location = "d"}]\n'
    (project,) = parse_landscape(text, PLACE).projects
    assert [(one.name, one.branch, one.location) for one in project.repositories] == [
        ("a/b", None, "https://github.com/a/b"), ("c/d", "dev", "/field/d"),
    ]  # fmt: skip


def test_the_period_is_months():
    landscape = parse_landscape(HEAD + 'since = "2024-03"\nuntil = "2024-03-01"\n' + PROJECT, PLACE)
    assert (landscape.since, landscape.until) == (date(2024, 3, 1), date(2024, 3, 1))


pieces = st.sampled_from(
    [
        "[landscape]",
        'name = "x"',
        "[[project]]",
        'repository = "a/b"',
        'repositories = ["a/b"]',
        "x = 1",
        "=",
        "observed_until = 2025-01-01",
        'since = "2024-01"',
        "[organisations]",
        'A = ["a.example"]',
        "[project.y]",
        "location = 3",
        "aliases = [1]",
        'repositories = [{name = "a/b", x = 1}]',
        "[[landscape]]",
        "free_mail_domains = {}",
        "name = ''",
    ]
)


@given(st.lists(pieces, max_size=8))
def test_any_file_is_read_or_refused_in_one_sentence(lines: list[str]):
    said = "line 1"
    try:
        parse_landscape("\n".join(lines), PLACE)
    except BadLandscape as error:
        said = str(error)
    assert "\n" not in said
    assert "line " in said


def test_author_lines_of_a_repository_go_before_those_of_its_project_and_of_all() -> None:
    text = (
        '[landscape]\nname = "x"\nauthor_lines = ["Submitted by"]\n'
        '[[project]]\nrepository = "a/b"\n'
        '[[project]]\nrepository = "a/c"\nauthor_lines = []\n'
        '[[project]]\nname = "d"\nauthor_lines = ["Author:"]\n'
        'repositories = ["a/d", { name = "a/e", author_lines = ["Patch-by"] }]\n'
    )
    projects = parse_landscape(text, Path("x.toml")).projects
    lines = [repository.author_lines for project in projects for repository in project.repositories]
    assert lines == [("submitted-by",), (), ("author",), ("patch-by",)]
    with pytest.raises(BadLandscape, match=r"line 3.*must be the key of a line"):
        parse_landscape(text.replace("Submitted by", "Fixes"), Path("x.toml"))


def test_files_of_people_count_as_if_written_in_the_landscape(tmp_path: Path):
    (tmp_path / "answers.toml").write_text(
        '[[person]]\nsame_person = ["ada"]\n# affiliations = [{ organisation = "..." }]\n'
        '[[person]]\nsame_person = ["ben"]\naffiliations = [{ organisation = "Company", since = 2024-02-01 }]\n'
    )
    text = '[landscape]\nname = "l"\npeople_files = ["answers.toml"]\n[[project]]\nrepository = "a/b"\n'
    own = '[[person]]\nsame_person = ["cem"]\n'
    people = parse_landscape(text + own, tmp_path / "l.toml").people
    assert [(person.same_person, len(person.affiliations)) for person in people] == [
        (("cem",), 0), (("ada",), 0), (("ben",), 1)
    ]  # fmt: skip
    (tmp_path / "answers.toml").write_text('[[person]]\n\nsame_persons = ["ada"]\n')
    with pytest.raises(BadLandscape, match=r"answers\.toml, line 3"):
        parse_landscape(text, tmp_path / "l.toml")
    (tmp_path / "answers.toml").unlink()
    with pytest.raises(BadLandscape, match="ecotone people --review --write"):
        parse_landscape(text, tmp_path / "l.toml")


@pytest.mark.parametrize("text", ["a" + ".a" * 50_000 + " = 1\n", "a = " + "9" * 90_000, "a = " + "{a=" * 50_000])
def test_a_file_that_no_parser_reads_in_time_is_refused_at_once(text: str):
    began = time.process_time()
    assert "is not TOML" in mistake(HEAD + text)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("key", ["people_files", "technology_files"])
def test_a_pipe_among_the_files_of_a_landscape_keeps_nobody_waiting(key: str, tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    text = f'{HEAD}{key} = ["pipe"]\n{PROJECT}'
    with pytest.raises(UserError, match="cannot be read"):
        read_technology_map(parse_landscape(text, tmp_path / "l.toml"))
