from __future__ import annotations

from collections import Counter
from datetime import UTC, date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecotone.foundation.errors import UserError
from ecotone.simulation.field_truth import read_field_truth
from ecotone.simulation.simulated_field import simulate_field

from .git_reading import complaints, git, month, references, releases, rows

AGENT_LINES = ("<noreply@anthropic.com>", "<cursoragent@cursor.com>", "+Copilot@", "<aider@aider.chat>")
AGENTS = ("copilot-swe-agent[bot]", "devin-ai-integration[bot]")
TINY = {"projects": 2, "people": 9, "months": 4, "last_month": date(2024, 4, 1), "pace": 6}


def bytes_of(folder):
    return {name: (folder / name).read_bytes() for name in ("truth.json", "landscape.toml")}


def all_references(folder):
    return {path.name: references(path) for path in sorted((folder / "repositories").iterdir())}


def test_the_same_seed_gives_the_same_field(tmp_path):
    for name in ("one", "two"):
        simulate_field(tmp_path / name, seed=5, **TINY)
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")
    assert all_references(tmp_path / "one") == all_references(tmp_path / "two")


def test_another_seed_gives_another_field(tmp_path):
    one, two = (simulate_field(tmp_path / str(seed), seed=seed, **TINY) for seed in (5, 6))
    assert {project.tip for project in one.projects}.isdisjoint(project.tip for project in two.projects)


def test_a_further_project_leaves_the_chance_of_the_others_alone(tmp_path):
    more = simulate_field(tmp_path / "more", seed=5, **{**TINY, "projects": 3})
    few = simulate_field(tmp_path / "few", seed=5, **TINY)
    assert [one.shape for one in more.projects[:2]] == [one.shape for one in few.projects]


def test_the_truth_on_disk_is_the_truth_returned(small):
    assert read_field_truth(small.folder / "truth.json") == small.truth


def test_tips_are_those_of_the_repositories(small):
    tips = {name: found["refs/heads/main"] for name, found in all_references(small.folder).items()}
    assert tips == {f"{one.project.partition('/')[2]}.git": one.tip for one in small.truth.projects}


def test_every_head_can_be_looked_up_by_its_number(small):
    project = max(small.truth.projects, key=lambda one: len(one.threads))
    repository = small.folder / "repositories" / f"{project.project.partition('/')[2]}.git"
    names = [f"refs/pull/{one.number}/head" for one in project.threads if one.kind == "pull"]
    assert len(names) > 100  # so that their order as text is not that of their numbers
    found = references(repository)
    assert git(repository, "rev-parse", *names).decode().split() == [found[name] for name in names]


def test_git_finds_nothing_wrong(small):
    paths = sorted((small.folder / "repositories").iterdir())
    assert len(paths) == len(small.truth.projects)
    assert {path.name: complaints(path) for path in paths} == {path.name: [] for path in paths}


def check_project(folder, project):
    """Everything that plain git can count, counted again."""
    repository = folder / "repositories" / f"{project.project.partition('/')[2]}.git"
    commits = rows(repository, "%at%x00%an%x00%B%x00%ct", "--no-mailmap", "--no-merges")
    odd = {
        (one.author_time - one.author_time.__class__(1970, 1, 1)).total_seconds() for one in project.impossible_dates
    }
    commits = [(row[3] if int(row[0]) in odd else row[0], row[1], row[2]) for row in commits]
    by_month = Counter(month(row[0]) for row in commits)
    bots = Counter(month(at) for at, name, _ in commits if name.endswith("[bot]") and name not in AGENTS)
    agents = Counter(month(at) for at, name, _ in commits if name in AGENTS)
    assisted = Counter(
        month(at) for at, name, text in commits if "[bot]" not in name and any(line in text for line in AGENT_LINES)
    )
    tagged = releases(repository)
    heads = {int(name.split("/")[2]) for name in references(repository) if name.startswith("refs/pull/")}
    assert heads == {one.number for one in project.threads if one.kind == "pull"}
    assert [one.number for one in project.threads] == list(range(1, len(project.threads) + 1))
    for one in project.months:
        assert one.commits == by_month[one.month], (project.project, one.month)
        assert (one.bot_commits, one.agent_commits) == (bots[one.month], agents[one.month])
        assert one.person_commits == one.commits - one.bot_commits - one.agent_commits
        assert one.assisted_commits == assisted[one.month]
        assert one.releases == tagged[one.month]
    assert sum(by_month.values()) == sum(one.commits for one in project.months)


def check_pulls(folder, project):
    """What merged when, from the messages that a forge writes and the times at which it did."""
    repository = folder / "repositories" / f"{project.project.partition('/')[2]}.git"
    landed = Counter()
    for at, name, subject in rows(repository, "%ct%x00%cn%x00%s", "--first-parent"):
        if name == "GitHub":
            number = subject.split("#")[1].split()[0] if subject.startswith("Merge") else subject.split("(#")[-1][:-1]
            assert any(one.number == int(number) and one.merged_at for one in project.threads)
            landed[month(at)] += 1
    opened = Counter(one.opened_at.date().replace(day=1) for one in project.threads)
    for one in project.months:
        assert one.pull_requests_merged == landed[one.month]
        assert one.threads_opened == opened[one.month]


def test_plain_git_counts_what_the_truth_says(small):
    for project in small.truth.projects:
        check_project(small.folder, project)
        check_pulls(small.folder, project)


@settings(max_examples=5, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    projects=st.integers(1, 3),
    people=st.integers(1, 12),
    months=st.integers(1, 6),
    pace=st.sampled_from([0.5, 3.0, 9.0]),
    hostile=st.booleans(),
)
def test_any_field_is_what_its_truth_says(tmp_path_factory, seed, projects, people, months, pace, hostile):
    folder = tmp_path_factory.mktemp("any")
    truth = simulate_field(
        folder, seed=seed, projects=projects, people=people, months=months, pace=pace, hostile=hostile
    )
    assert len(truth.projects) == projects
    for project in truth.projects:
        check_project(folder, project)
        check_pulls(folder, project)


def test_contributors_are_the_people_who_sign_landed_commits(small):
    owners = {account: one.person for one in small.truth.people for account in one.accounts}
    for project in small.truth.projects:
        repository = small.folder / "repositories" / f"{project.project.partition('/')[2]}.git"
        form = "%at%x00%ct%x00%ae%x00%(trailers:key=Co-authored-by,valueonly,separator=%x02)"
        odd = {one.author_time.replace(tzinfo=UTC).timestamp() for one in project.impossible_dates}
        seen = {}
        known = set()
        for written, committed, email, trailers in rows(repository, form, "--no-mailmap", "--no-merges"):
            at = committed if int(written) in odd else written
            named = [email, *(one.rpartition("<")[2].rstrip(">") for one in trailers.split("\x02") if one)]
            people = {owners[one.lower()] for one in named if one.lower() in owners}
            seen.setdefault(month(at), set()).update(people)
        for one in project.months:
            present = seen.get(one.month, set())
            assert (one.contributors, one.newcomers) == (len(present), len(present - known))
            known |= present


def test_no_two_people_share_an_address(small):
    accounts = [account for one in small.truth.people for account in one.accounts]
    assert len(accounts) == len(set(accounts))


def test_what_is_hostile_is_there(small):
    everything = b"".join(git(path, "log", "--all") for path in (small.folder / "repositories").iterdir())
    tags = {name for found in all_references(small.folder).values() for name in found}
    assert "<script>" in "".join(tags)
    assert b'<script>alert("title")</script>' in everything
    assert b"\xe9\xff" in everything
    odd = [one for project in small.truth.projects for one in project.impossible_dates]
    assert sorted(one.author_time.year for one in odd) == [2001, 2037]


def test_a_field_can_be_friendly(tmp_path):
    truth = simulate_field(tmp_path, seed=5, hostile=False, **TINY)
    assert not any(project.impossible_dates for project in truth.projects)
    assert b"script" not in b"".join(git(path, "log", "--all") for path in (tmp_path / "repositories").iterdir())


def test_a_folder_in_use_is_left_alone(tmp_path):
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(UserError, match="new or empty"):
        simulate_field(tmp_path, seed=1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("wrong", [{"projects": 0}, {"people": -1}, {"months": 0}, {"pace": 0.0}])
def test_a_size_below_one_is_refused(tmp_path, wrong):
    with pytest.raises(UserError, match=str(next(iter(wrong.values())))):
        simulate_field(tmp_path / "out", seed=1, **wrong)
    assert not (tmp_path / "out").exists()
