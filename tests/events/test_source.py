"""The git source on whole repositories: what it finds, what it says of it, and the odd ones."""

from __future__ import annotations

import base64
import os
import random
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ecotone.events.sources.git.clone import parse_location
from ecotone.events.sources.git.command import GitFailed
from ecotone.events.sources.git.error_messages import explain_git_failure
from ecotone.events.sources.git.source import GitSource
from ecotone.foundation.errors import DiskFull, SourceMalformed, SourceUnavailable
from ecotone.foundation.limits import LimitReached, ReadingLimits
from tests.events.hosts import git_host
from tests.events.making import ANN, BEN, DAY, START, Repository, straight
from tests.events.reading import NOW, Reader, our_git, plain_git, read_once, request_for, wanted_at

EPOCH = datetime.fromisoformat("1970-01-01")


def test_what_is_found_and_said_of_an_ordinary_repository(tmp_path: Path):
    made = straight(tmp_path / "o.git", 5)
    made.ref("refs/pull/3/head", made.commit(made.tip(), at=START + 9 * DAY))
    made.tag("v1", made.commits[1], START + 2 * DAY, BEN)
    made.ref("refs/tags/0.9", made.commits[0])
    found, tables = read_once(tmp_path / "c", made.folder)
    reading = found.reading
    assert (reading.commits, reading.landed, reading.request_heads, reading.tags) == (6, 5, 1, 2)
    assert (reading.branch, reading.shallow, reading.rejected, reading.note) == ("main", False, 0, "")
    releases = {
        row["event_id"]: (row["created_at"], row["account"], row["timestamp_quality"])
        for row in tables["events"].to_pylist()
        if row["kind"] == "release"
    }
    start = EPOCH + timedelta(seconds=START)
    assert releases == {
        "o/r:refs/tags/v1": (start + timedelta(days=2), "ben@beta.example", "exact"),
        "o/r:refs/tags/0.9": (start, "ann@alpha.example", "approximate"),
    }


def test_a_local_history_is_known_until_its_newest_commit_that_is_not_of_the_future(tmp_path: Path):
    made = straight(tmp_path / "o.git", 2)
    found, _ = read_once(tmp_path / "c", made.folder)
    assert found.reading.observed_until == EPOCH + timedelta(seconds=START + DAY + 1)
    made.commit(made.tip(), at=START, committed=4_000_000_000, ref="refs/heads/main")
    found, _ = read_once(tmp_path / "d", made.folder)
    assert found.reading.observed_until == EPOCH + timedelta(seconds=START + DAY + 1)
    ahead = Repository.new(tmp_path / "ahead.git")
    ahead.commit(at=START, committed=4_000_000_000, ref="refs/heads/main")
    found, _ = read_once(tmp_path / "e", ahead.folder)
    assert found.reading.observed_until == EPOCH + timedelta(seconds=START + 1)
    beyond = Repository.new(tmp_path / "beyond.git")
    beyond.commit(at=4_000_000_000, ref="refs/heads/main")
    found, _ = read_once(tmp_path / "f", beyond.folder)
    assert found.reading.observed_until == NOW


@pytest.mark.parametrize("moment", [b"99999999999999", b"253402300799", b"253402300800"])
def test_a_commit_of_the_year_9999_does_not_stop_the_reading(moment: bytes, tmp_path: Path):
    made = straight(tmp_path / "o.git", 2)
    made.commit(made.tip(), at=moment, ref="refs/heads/main")
    found, tables = read_once(tmp_path / "c", made.folder)
    assert found.reading.landed == 3
    assert tables["events"].num_rows == 3


def test_a_first_commit_without_a_date_does_not_begin_in_1970(tmp_path: Path):
    made = Repository.new(tmp_path / "o.git")
    first = made.commit(at=0, committed=START)
    made.commit(first, at=START + DAY, ref="refs/heads/main")
    _, tables = read_once(tmp_path / "c", made.folder)
    quality = {row["commit"]: row["timestamp_quality"] for row in tables["events"].to_pylist()}
    assert quality == {first: "approximate", made.tip(): "exact"}


def test_work_that_began_a_month_before_the_repository_counts_then_and_older_when_it_was_committed(tmp_path: Path):
    made = Repository.new(tmp_path / "o.git")
    tip = made.commit(at=START)
    for at in (START - 31 * DAY, START - 31 * DAY - 1):
        tip = made.commit(tip, at=at, committed=START + DAY, ref="refs/heads/main", message=b"%d\n" % at)
    _, tables = read_once(tmp_path / "c", made.folder)
    rows = [(row["created_at"], row["timestamp_quality"]) for row in tables["events"].to_pylist()]
    start = EPOCH + timedelta(seconds=START)
    assert sorted(rows) == [
        (start - timedelta(days=31), "exact"), (start, "exact"), (start + timedelta(days=1), "approximate"),
    ]  # fmt: skip


def test_co_authors_and_reviewers_are_told_once_and_never_the_author(tmp_path: Path):
    made = Repository.new(tmp_path / "o.git")
    message = (
        b"x\n\nCo-authored-by: Ben <ben@beta.example>\nCo-authored-by: B <BEN@beta.example>\n"
        b"Co-authored-by: Ann <Ann@alpha.example>\nReviewed-by: Ben <ben@beta.example>\n"
        b"Acked-by: Ben <ben@beta.example>\n"
        b"Signed-off-by: Cid <cid@gamma.example>\nCo-authored-by: no address\n"
    )
    made.commit(at=START, message=message, ref="refs/heads/main")
    _, tables = read_once(tmp_path / "c", made.folder)
    acts = [(row["kind"], row["account"].casefold(), row["other_account"]) for row in tables["events"].to_pylist()]
    assert sorted(acts) == [
        ("co_author", "ben@beta.example", "ann@alpha.example"),
        ("commit", "ann@alpha.example", None),
        ("review", "ben@beta.example", "ann@alpha.example"),
    ]


def test_commits_of_side_branches_are_read_and_are_no_events(tmp_path: Path):
    made = straight(tmp_path / "o.git", 3)
    made.commit(made.commits[0], at=START + 9, ref="refs/heads/side")
    found, tables = read_once(tmp_path / "c", made.folder)
    assert (found.reading.commits, found.reading.landed, tables["events"].num_rows) == (4, 3, 3)


def test_mailmap_is_read_from_the_default_branch(tmp_path: Path):
    made = straight(tmp_path / "o.git", 2)
    text = b"# a comment\nAnn B <ann@new.example> <ann@alpha.example>\n<ben@new.example> Ben <ben@beta.example>\n"
    made.commit(made.tip(), at=START + 5 * DAY, files={".mailmap": text}, ref="refs/heads/main")
    _, tables = read_once(tmp_path / "c", made.folder)
    assert {(row["email"], row["mailmap_name"], row["mailmap_email"]) for row in tables["identities"].to_pylist()} == {
        ("ann@alpha.example", "Ann B", "ann@new.example"),
        ("ben@beta.example", "Ben", "ben@new.example"),
    }


def test_a_mailmap_that_is_a_folder_maps_nobody(tmp_path: Path):
    made = straight(tmp_path / "o.git", 2)
    made.commit(made.tip(), at=START + 5 * DAY, files={".mailmap/x": b"1"}, ref="refs/heads/main")
    _, tables = read_once(tmp_path / "c", made.folder)
    assert all(row["email"] == row["mailmap_email"] for row in tables["identities"].to_pylist())


def test_a_shallow_clone_is_noted_and_deepening_it_is_noticed(tmp_path: Path):
    made = straight(tmp_path / "o.git", 5)
    shallow = tmp_path / "shallow.git"
    plain_git(tmp_path, "clone", "-q", "--bare", "--depth", "2", f"file://{made.folder}", str(shallow))
    reader = Reader(tmp_path / "c", shallow)
    reading = reader.read().reading
    assert (reading.shallow, reading.commits) == (True, 2)
    assert reading.note.startswith('[{"code":"shallow_clone"}')
    first = reader.state and reader.state["generation"]
    plain_git(shallow, "fetch", "-q", "--unshallow", f"file://{made.folder}")
    reading = reader.read().reading
    assert (reading.shallow, reading.commits) == (False, 5)
    assert reader.state is not None
    assert reader.state["generation"] != first
    reader.read()
    assert reader.known_again


def bundle(made: Repository, path: Path, *what: str) -> Path:
    plain_git(made.folder, "bundle", "create", "-q", str(path), *what)
    return path


def test_a_bundle_is_read_like_its_repository(tmp_path: Path):
    made = straight(tmp_path / "o.git", 5)
    made.ref("refs/pull/3/head", made.commit(made.tip(), at=START + 9 * DAY))
    _, plain = read_once(tmp_path / "c", made.folder)
    _, bundled = read_once(tmp_path / "d", bundle(made, tmp_path / "o.bundle", "--all"))
    for name in plain:
        assert bundled[name].equals(plain[name]), name


def test_a_bundle_without_a_head_is_read_by_its_main_or_only_branch(tmp_path: Path):
    made = straight(tmp_path / "o.git", 3)
    found, _ = read_once(tmp_path / "c", bundle(made, tmp_path / "main.bundle", "refs/heads/main"))
    assert found.reading.branch == "main"
    made.ref("refs/heads/only", made.commits[1])
    found, _ = read_once(tmp_path / "d", bundle(made, tmp_path / "only.bundle", "refs/heads/only"))
    assert (found.reading.branch, found.reading.landed) == ("only", 2)


def test_a_new_bundle_with_another_default_branch_is_noticed(tmp_path: Path):
    made = straight(tmp_path / "o.git", 3)
    made.ref("refs/heads/next", made.commit(made.commits[0], at=START + 9))
    path = bundle(made, tmp_path / "o.bundle", "HEAD", "--all")
    reader = Reader(tmp_path / "c", path)
    assert reader.read().reading.branch == "main"
    made.head("refs/heads/next")
    path.unlink()
    bundle(made, path, "HEAD", "--all")
    assert reader.read().reading.branch == "next"
    assert read_once(tmp_path / "d", path)[0].reading.branch == "next"


def test_the_landscapes_branch_is_the_one_read(tmp_path: Path):
    made = straight(tmp_path / "o.git", 3)
    made.ref("refs/heads/old", made.commits[0])
    assert read_once(tmp_path / "c", made.folder, "old")[0].reading.landed == 1
    with pytest.raises(SourceMalformed, match=r"there is no branch 'new'. Branches: main, old"):
        read_once(tmp_path / "d", made.folder, "new")


def test_a_head_that_leads_nowhere_is_asked_about(tmp_path: Path):
    made = straight(tmp_path / "o.git", 3)
    for name in ("one", "two"):
        made.ref(f"refs/heads/{name}", made.tip())
    made.drop("refs/heads/main")
    with pytest.raises(SourceMalformed, match=r"no default branch .* Branches: one, two. Set `branch`"):
        read_once(tmp_path / "c", made.folder)


def test_names_in_a_path_are_nothing_special(tmp_path: Path):
    odd = tmp_path / "a 'b' \"c\" % ü\n$(x)"
    odd.mkdir()
    straight(odd / "o.git", 2)
    assert read_once(tmp_path / "c", odd / "o.git")[0].reading.landed == 2


def test_what_a_killed_run_left_is_removed(tmp_path: Path):
    made = straight(tmp_path / "o.git", 2)
    with git_host(made.folder) as address:
        reader = Reader(tmp_path / "c", address)
        left = tmp_path / "c" / "repository.git.part-abc"
        left.mkdir(parents=True)
        (left / "HEAD").write_text("x")
        reader.read()
        assert not left.exists()
        clone = tmp_path / "c" / "repository.git"
        stale = [
            clone / "HEAD.lock",
            clone / "packed-refs.lock",
            clone / "refs/heads/main.lock",
            clone / "shallow.lock",
        ]
        stale += [clone / "objects/pack/tmp_pack_x"]
        for lock in stale:
            lock.parent.mkdir(parents=True, exist_ok=True)
            lock.write_text("")
        made.commit(made.tip(), at=START + 9, ref="refs/heads/main")
        (clone / "ours").write_text("")
        assert reader.read().reading.landed == 3
        assert (clone / "ours").exists()  # the clone was not made again
        assert not any(lock.exists() for lock in stale)


@pytest.mark.parametrize("harm", ["pack", "head", "refs", "config", "empty"])
def test_a_damaged_clone_is_made_again(harm: str, tmp_path: Path):
    made = straight(tmp_path / "o.git", 6)
    with git_host(made.folder) as address:
        reader = Reader(tmp_path / "c", address)
        reader.read()
        clone = tmp_path / "c" / "repository.git"
        if harm == "pack":
            (pack,) = clone.glob("objects/pack/*.pack")
            pack.chmod(0o600)
            pack.write_bytes(pack.read_bytes()[:40])
        elif harm == "empty":
            for path in sorted(clone.rglob("*"), reverse=True):
                path.rmdir() if path.is_dir() else path.unlink()
        elif harm == "refs":
            (clone / "packed-refs").write_text("garbage\n")
        else:
            (clone / ("HEAD" if harm == "head" else "config")).write_bytes(b"\0\xff")
        made.commit(made.tip(), at=START + 9 * DAY, ref="refs/heads/main")
        assert reader.read().reading.landed == 7
        _, fresh = read_once(tmp_path / "d", address)
        assert reader.tables is not None
        for name, table in fresh.items():
            assert reader.tables[name].to_pylist() == table.to_pylist(), name


@pytest.mark.parametrize("suffix", ["pack", "idx"])
def test_a_bit_of_a_clone_that_flipped_is_noticed_when_it_is_read(suffix: str, tmp_path: Path):
    made, chance = straight(tmp_path / "o.git", 4), random.Random(suffix)
    with git_host(made.folder) as address:
        reader = Reader(tmp_path / "c", address)
        assert reader.read().reading.clone_remade is False
        for number in range(3):
            path = max((tmp_path / "c" / "repository.git").glob(f"objects/pack/*.{suffix}"))
            content = bytearray(path.read_bytes())
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            path.chmod(0o600)
            path.write_bytes(content)
            made.commit(made.tip(), at=START + (9 + number) * DAY, ref="refs/heads/main")
            reading = reader.read().reading
            assert (reading.landed, reading.clone_remade) == (5 + number, True)
        made.commit(made.tip(), at=START + 20 * DAY, ref="refs/heads/main")
        assert reader.read().reading.clone_remade is False


def test_a_source_that_is_gone_takes_no_clone_with_it(tmp_path: Path):
    made = straight(tmp_path / "o.git", 2)
    with git_host(made.folder) as address:
        reader = Reader(tmp_path / "c", address)
        reader.read()
    with pytest.raises(SourceUnavailable, match="cannot be reached"):
        reader.read()
    assert (tmp_path / "c" / "repository.git" / "HEAD").exists()


def test_git_is_not_led_by_the_callers_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made = straight(tmp_path / "o.git", 2)
    evil = tmp_path / "evil"
    evil.write_text("[alias]\n\tlog = !false\n[core]\n\tpager = false\n[log]\n\tshowSignature = true\n\tdate = iso\n")
    nowhere = "/dev/null/x"
    settings = {
        "GIT_DIR": nowhere,
        "GIT_OBJECT_DIRECTORY": nowhere,
        "GIT_WORK_TREE": "/",
        "GIT_CONFIG_GLOBAL": str(evil),
    }
    for name, value in {**settings, "HOME": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    assert read_once(tmp_path / "c", made.folder)[0].reading.landed == 2


def test_a_git_that_fails_in_the_middle_is_heard(tmp_path: Path):
    made = straight(tmp_path / "o.git", 2)
    git = our_git(tmp_path / "g")
    with pytest.raises(GitFailed, match="no-such"):
        list(git.stream_output("log", "no-such", repository=made.folder))
    with pytest.raises(GitFailed):
        git.run("log", "no-such", repository=made.folder)
    pieces = git.stream_output("log", "main", repository=made.folder)
    next(pieces)
    pieces.close()  # whoever stops early leaves no process


def test_what_is_on_this_machine_is_damaged_and_not_out_of_reach(tmp_path: Path):
    said = GitFailed(["clone"], 9, "fatal: early EOF\n\nPlease make sure that you may read it,\nand that it exists.")
    here, away = (
        explain_git_failure(said, "o/r", str(tmp_path)),
        explain_git_failure(said, "o/r", str(tmp_path / "none")),
    )
    assert isinstance(here, SourceMalformed)
    assert "damaged or incomplete history" in str(here)
    assert isinstance(away, SourceUnavailable)
    assert str(here).endswith("(git: fatal: early EOF)")


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        (
            "fatal: could not read Username for 'https://h': terminal prompts disabled",
            SourceMalformed,
            "missing or private",
        ),
        ("remote: x\nfatal: Authentication failed for 'https://h/'", SourceMalformed, "missing or private"),
        ("fatal: repository 'https://h/o/r/' not found", SourceMalformed, "missing or private"),
        ("fatal: repository '/tmp/x' does not exist", SourceMalformed, "not a git repository"),
        ("fatal: unable to access 'https://h/': Could not resolve host: h", SourceUnavailable, "cannot be reached"),
        ("fatal: the remote end hung up unexpectedly", SourceUnavailable, "cannot be reached"),
        ("error: RPC failed; HTTP 502", SourceUnavailable, "cannot be reached"),
        ("fatal: bad object 1234", SourceMalformed, "damaged or incomplete history"),
        ("error: write error: No space left on device", DiskFull, "disk is full"),
        ("something new", SourceMalformed, "could not read"),
        ("", SourceMalformed, "exit code 9"),
    ],
)
def test_what_git_says_becomes_one_sentence(said: str, kind: type[Exception], words: str):
    error = explain_git_failure(GitFailed(["clone"], 9, said), "o/r", "https://h/o/r")
    assert type(error) is kind
    assert words in str(error)
    assert "\n" not in str(error)


def test_a_token_in_an_address_is_told_nobody():
    said = "fatal: unable to access 'https://me:secret@h/o/r/': Connection refused\x1b[31m"
    error = str(explain_git_failure(GitFailed(["clone"], 128, said), "o/r", "https://me:secret@h/o/r"))
    assert "secret" not in error
    assert "\x1b" not in error
    assert "https://h/o/r" in error


def test_places(tmp_path: Path):
    assert parse_location("git@host:o/r.git", "o/r").local is False
    assert parse_location("https://host/o/r", "o/r").address == "https://host/o/r"
    straight(tmp_path / "o.git")
    assert parse_location(f"file://{tmp_path}/o.git", "o/r").address == str(tmp_path / "o.git")
    with pytest.raises(SourceMalformed, match="starts with a dash"):
        parse_location("-o@host:r.git", "o/r")
    for content in (b"", b"# v2 git bundl", b"PK\3\4 something else"):
        (tmp_path / "b.bundle").write_bytes(content)
        with pytest.raises(SourceMalformed, match=rf"is not a git bundle \({len(content)} bytes\)"):
            parse_location(str(tmp_path / "b.bundle"), "o/r")


def test_the_source_says_what_it_covers(tmp_path: Path):
    made = straight(tmp_path / "o.git", 2, committer=ANN)
    found = GitSource().read(request_for(wanted_at(made.folder), tmp_path / "c"))
    assert found.tables is not None
    assert set(found.tables["events"]["kind"].to_pylist()) <= GitSource.event_kinds


@pytest.mark.parametrize(
    ("place", "is_read"),
    [
        ("packed-refs", True),
        ("refs/heads/pipe", True),
        ("objects/info/alternates", False),
        ("objects/pack/x.idx", False),
    ],
)
def test_a_pipe_among_the_files_of_a_repository_keeps_nobody_waiting(place: str, is_read: bool, tmp_path: Path):
    made = straight(tmp_path / "o.git", 2)
    os.mkfifo(made.folder / place)
    if is_read:
        found, _ = read_once(tmp_path / "c", made.folder)
        assert found.reading is not None
        assert found.reading.landed == 2
    else:
        with pytest.raises(SourceMalformed, match=f"{place} is not a regular file"):
            read_once(tmp_path / "c", made.folder)


@pytest.mark.parametrize("location", ["pipe", "x" * 5000, "~nobody-of-this-name/x"])
def test_a_location_that_cannot_be_opened_is_named(location: str, tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceMalformed, match="Check `location`"):
        read_once(tmp_path / "c", str(tmp_path / "pipe") if location == "pipe" else location)


def test_object_folders_that_lead_round_are_each_read_once(tmp_path: Path):
    made = straight(tmp_path / "o.git", 2)
    (made.folder / "objects/info/alternates").write_text("../objects\n../../o.git/objects\n")
    found, _ = read_once(tmp_path / "c", made.folder)
    assert found.reading is not None
    assert found.reading.landed == 2


def test_the_bytes_of_all_requests_count_together(tmp_path: Path):
    """The commits and the README come in two packs, each within the limit."""
    noise = random.Random(1)
    made = Repository.new(tmp_path / "o.git")
    message = base64.b64encode(noise.randbytes(800_000))
    made.commit(message=message, files={"README.md": noise.randbytes(400_000)}, ref="refs/heads/main")
    with git_host(made.folder) as address:
        for number, enough in ((1, False), (2, True)):
            wanted = replace(wanted_at(address), limits=ReadingLimits(received_mb=number))
            with nullcontext() if enough else pytest.raises(LimitReached, match="the limit received_mb = 1"):
                assert GitSource().read(request_for(wanted, tmp_path / str(number))).reading is not None
