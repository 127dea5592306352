"""Releases from tags: one version, one publication."""

import pytest

from ecotone.events.sources.git.release_tags import DAY, Tag, group_releases, read_version

DAYS = DAY


def tags(*rows: tuple[str, str, int]) -> list[Tag]:
    """Rows of name, commit and second; the commit is as old as its tag."""
    return [Tag(name, commit, time, time) for name, commit, time in rows]


def count(*rows: tuple[str, str, int], repository: str = "team/kit") -> int:
    return len(group_releases(tags(*rows), repository))


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("v1.2.3", (1, 2, 3)),
        ("1.2", (1, 2)),
        ("release-1.2.3", (1, 2, 3)),
        ("REL_9_6_1", (9, 6, 1)),
        ("v255", (255,)),
        ("release-20240115", (20240115,)),
        ("20240115", (20240115,)),
        ("2024-01-15", (2024, 1, 15)),
        ("api/v3.5.1", (3, 5, 1)),
        ("@team/pkg@1.0.0", (1, 0, 0)),
        ("v1.2.3-stable", (1, 2, 3)),
        ("pkg==0.4.1", (0, 4, 1)),
        ("test-utils@1.2.3", (1, 2, 3)),
    ],
)
def test_names_with_a_version_are_read(name: str, numbers: tuple[int, ...]) -> None:
    version = read_version(name)
    assert version is not None
    assert version.numbers == numbers


@pytest.mark.parametrize(
    "name",
    [
        "latest", "nightly", "stable", "edge", "next", "main", "start", "early-access",
        "ciflow/trunk/1000", "build-123", "build-1.2.3", "builds/2024.01.02", "ci-build-9", "b4567",
        "deploy-2024.01.02", "deploy/prod/1.2.3", "prod-2024-01-02", "staging/v1.0.1",
        "archive/branch-0", "archive/v1.0.0", "backup-1.2.3", "backup/2024-01-02", "pre_1_0_0_rc1",
        "v1.0.0-before-merge", "v1.2.3-nightly.20240102", "nightly-2024-01-05", "dotnet-1.0.0-nightly-230401.1",
        "v1.2.3-canary.4",
        "v1.2.3.dev4", "v1.2.3-dev", "1.2.3-SNAPSHOT", "v3.5.0_plus_git", "v3.5.0+git", "v1.2.x", "hf_spaces_3",
        "untagged-c91b2d", "pull-1234", "1" * 300,
    ],
)  # fmt: skip
def test_names_that_publish_nothing_are_not(name: str) -> None:
    assert read_version(name) is None


def test_a_name_without_end_is_read_in_no_time() -> None:
    for text in ("1." * 50_000, "v" * 100_000, "/v1_" * 30_000):
        assert read_version(text) is None


def test_several_names_of_a_version_count_once() -> None:
    names = ("v1.2.3", "1.2.3", "release-1.2.3", "latest", "nightly", "stable")
    assert count(*((name, "a", 0) for name in names)) == 1


def test_a_version_counts_once_even_on_other_commits_and_days() -> None:
    assert count(("v1.2.3", "a", 0), ("release-1.2.3", "b", 9 * DAYS), ("kit-1.2.3", "c", 20 * DAYS)) == 1


def test_the_whole_projects_tag_stands_for_a_publication() -> None:
    release = group_releases(tags(("api/v3.5.1", "a", 0), ("v3.5.1", "a", 0), ("client/v3.5.1", "a", 0)))[0]
    assert [tag.name for tag in release.tags] == ["v3.5.1", "api/v3.5.1", "client/v3.5.1"]


def test_packages_on_one_commit_within_a_day_are_one_publication() -> None:
    assert count(*((f"@team/p{k}@1.0.{k}", "a", k * 60) for k in range(15))) == 1
    assert count(("a@1.0.0", "x", 0), ("b@2.0.0", "x", 2 * DAYS)) == 2


def test_packages_published_in_one_go_on_neighbouring_commits_are_one_publication() -> None:
    assert count(("a@1.0.0", "x", 0), ("b@2.0.0", "y", 120), ("c@0.1.0", "z", 240)) == 1
    assert count(("a@1.0.0", "x", 0), ("b@2.0.0", "y", 2 * DAYS)) == 2


def test_versions_of_one_package_are_releases_of_their_own() -> None:
    # security releases of three lines in one minute, on three commits
    assert count(("v3.0.9", "x", 0), ("v3.1.5", "y", 20), ("v3.2.1", "z", 40)) == 3
    assert count(("v1.0.0-rc1", "x", 0), ("v1.0.0", "y", 7 * DAYS)) == 2


def test_a_moved_tag_of_a_major_version_adds_nothing() -> None:
    assert count(("v3", "b", 9 * DAYS), ("v3.0.0", "a", 0), ("v3.1.0", "b", 5 * DAYS), ("v3.1", "b", 9 * DAYS)) == 2


def test_a_tag_that_follows_the_newest_commit_of_a_line_of_versions_adds_nothing() -> None:
    """v3 and v3.1 were moved to a later commit; 3.1.0 follows a fix of its candidate and is a version."""
    assert count(("v3.0.0", "a", 0), ("v3.1.0", "b", 5 * DAYS), ("v3", "c", 9 * DAYS), ("v3.1", "c", 9 * DAYS)) == 2
    assert count(("v3", "a", 0), ("v3.1", "b", 5 * DAYS), ("v3.1.1", "c", 9 * DAYS)) == 3
    assert count(("v3.1.0.1", "a", 0), ("v3.1.0", "b", 5 * DAYS)) == 2
    assert count(("v4.0.0-rc1", "a", 0), ("v4", "b", 5 * DAYS)) == 2


def test_tags_that_were_all_made_again_count_when_their_commits_were_made() -> None:
    again = [Tag(f"v1.{k}.0", f"c{k}", 5000 * DAYS + k, 100 * DAYS * k) for k in range(6)]
    assert [release.time for release in group_releases(again)] == [100 * DAYS * k for k in range(6)]
    # a bulk of packages on commits of one week keeps the time of its tags
    packages = [Tag(f"p{k}@1.0.0", f"c{k}", 5000 * DAYS + k, 4990 * DAYS + k * DAYS) for k in range(6)]
    assert [release.time for release in group_releases(packages)] == [5000 * DAYS]


def test_no_tags_are_no_releases() -> None:
    assert group_releases([]) == []
