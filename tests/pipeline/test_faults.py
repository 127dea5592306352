"""Everything that goes wrong outside: each fault has its exit code and one sentence, and never stops the others."""

from __future__ import annotations

import contextlib
import csv
import errno
import multiprocessing
import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import stamina

from ecotone.events.sources.base import ReadRequest
from ecotone.events.sources.git import source
from ecotone.foundation.errors import SourceUnavailable
from ecotone.pipeline import repository_process
from tests.cli.command import ecotone, ecotone_process, landscape_of, one_sentence
from tests.events.hosts import git_host
from tests.events.making import START, Repository, straight
from tests.events.reading import plain_git

AUTHOR = b"<script>alert(1)</script>"


@pytest.fixture
def good(tmp_path: Path) -> Repository:
    return straight(tmp_path / "good.git", 3)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A source that cannot be reached is asked once, and given a second to say something."""
    forking = multiprocessing.get_context("fork")  # so that what a test replaces holds there, too
    monkeypatch.setattr(repository_process, "server_context", lambda _: forking)
    stamina.set_testing(True, attempts=1)
    monkeypatch.setattr(source, "SETTINGS", source.SETTINGS.replace("lowSpeedTime = 60", "lowSpeedTime = 1"))
    yield
    stamina.set_testing(False)


@contextlib.contextmanager
def server(code: int) -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(code)
            page = b"<html>\n<p>hello</p>\n</html>\n" if code == 200 else b""
            self.send_header("Content-Length", str(len(page)))
            if code == 401:
                self.send_header("WWW-Authenticate", 'Basic realm="x"')
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            return

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.server_address[1]}/o/r.git"
    finally:
        listening.shutdown()
        listening.server_close()


def closed_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def failure(tmp_path: Path, good: Repository, location: object) -> str:
    """The sentence about a bad repository beside a good one, which is read all the same."""
    landscape = landscape_of(tmp_path / "l", {"bad/one": location, "good/two": good.folder})
    found = ecotone("collect", landscape, "-w", tmp_path / "w", "--quiet")
    assert found.code == 1, found.err
    lines = found.err.strip().splitlines()
    assert len(lines) == 2, found.err
    assert lines[0].startswith("failed: bad/one: ")
    assert lines[1] == "1 of 2 repositories could not be read."
    assert (tmp_path / "w" / "collected" / "good+two" / "state.json").exists()
    assert not list((tmp_path / "w" / "clones" / "bad+one").glob("*.part-*"))
    return lines[0].removeprefix("failed: bad/one: ")


def test_a_host_that_refuses(tmp_path: Path, good: Repository):
    said = failure(tmp_path, good, f"http://127.0.0.1:{closed_port()}/o/r.git")
    assert "cannot be reached. Run the same command again to retry only this repository." in said


@pytest.mark.parametrize("code", [401, 403, 404])
def test_a_missing_or_private_repository(code: int, tmp_path: Path, good: Repository):
    with server(code) as address:
        said = failure(tmp_path, good, address)
    assert said.startswith(f"{address} is missing or private. Check the name, or give a `location` you may read")


@pytest.mark.parametrize("code", [500, 503, 429])
def test_a_host_that_is_unwell(code: int, tmp_path: Path, good: Repository):
    with server(code) as address:
        assert "cannot be reached" in failure(tmp_path, good, address)


def test_a_host_that_answers_something_else(tmp_path: Path, good: Repository):
    with server(200) as address:
        said = failure(tmp_path, good, address)
    assert "is not a git repository" in said


def test_a_host_that_stalls(tmp_path: Path, good: Repository):
    """It takes the question and never answers."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        said = failure(tmp_path, good, f"http://127.0.0.1:{one.getsockname()[1]}/o/r.git")
    assert "cannot be reached" in said


def test_an_unreachable_source_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    stamina.set_testing(True, attempts=3)
    asked = tmp_path / "asked"

    def down(_: object, request: ReadRequest) -> None:
        with asked.open("a") as file:
            file.write(f"{request.repositories[0].repository}\n")
        raise SourceUnavailable("down")

    monkeypatch.setattr(source.GitSource, "read", down)
    landscape = landscape_of(tmp_path / "l", {"bad/one": "x"})
    assert ecotone("collect", landscape, "-w", tmp_path / "w").code == 1
    assert asked.read_text() == "bad/one\n" * 3


def test_an_empty_repository(tmp_path: Path, good: Repository):
    empty = Repository.new(tmp_path / "empty.git")
    assert "has no commits yet" in failure(tmp_path, good, empty.folder)
    empty.commit(at=START, ref="refs/heads/main")
    assert ecotone("collect", tmp_path / "l" / "landscape.toml", "-w", tmp_path / "w").code == 0


def test_a_folder_that_is_no_repository(tmp_path: Path, good: Repository):
    (tmp_path / "plain").mkdir()
    assert "is not a git repository. Check `location`" in failure(tmp_path, good, tmp_path / "plain")


def test_a_path_that_is_not_there(tmp_path: Path, good: Repository):
    assert "does not exist. Check `location`" in failure(tmp_path, good, tmp_path / "nowhere")


@pytest.mark.parametrize("content", [b"", b"\0garbage\xff" * 50, b"# v2 git bundle\ngarbage\n"])
def test_bytes_that_are_no_bundle(content: bytes, tmp_path: Path, good: Repository):
    path = tmp_path / "b.bundle"
    path.write_bytes(content)
    said = failure(tmp_path, good, path)
    assert str(path) in said
    assert "run" in said.rpartition(".")[0] or "again" in said


def test_a_bundle_that_builds_on_what_is_not_in_it(tmp_path: Path, good: Repository):
    path = tmp_path / "b.bundle"
    plain_git(good.folder, "bundle", "create", "-q", str(path), f"{good.commits[0]}..main")
    said = failure(tmp_path, good, path)
    assert "is an incomplete bundle" in said
    assert "git bundle create FILE --all" in said


def test_a_bundle_that_is_cut_short(tmp_path: Path, good: Repository):
    path = tmp_path / "b.bundle"
    plain_git(good.folder, "bundle", "create", "-q", str(path), "--all")
    path.write_bytes(path.read_bytes()[:-60])
    assert str(path) in failure(tmp_path, good, path)


def test_a_source_that_is_damaged(tmp_path: Path, good: Repository):
    damaged = straight(tmp_path / "damaged.git", 4)
    sha = damaged.commits[1]
    (damaged.folder / "objects" / sha[:2] / sha[2:]).unlink()
    assert "git" in failure(tmp_path, good, damaged.folder)


@pytest.mark.parametrize(
    "location", ["a\\u0000b", "x" * 5000, "ext::sh -c 'touch /tmp/never'", "--upload-pack=touch x", "."]
)
def test_locations_that_are_none(location: str, tmp_path: Path, good: Repository):
    if "\\u0000" in location:
        landscape = landscape_of(tmp_path / "l", {"bad/one": "PLACE"})
        landscape.write_text(landscape.read_text().replace("PLACE", location))
        assert "location" in one_sentence(ecotone("collect", landscape, "-w", tmp_path / "w"))
        return
    assert failure(tmp_path, good, location)


def test_a_defect_of_ours_is_named_and_the_others_go_on(
    tmp_path: Path, good: Repository, monkeypatch: pytest.MonkeyPatch
):
    real = source.build_git_events

    def broken(history, project: str, *arguments):
        if project == "bad/one":
            raise ValueError("day is out of range")
        return real(history, project, *arguments)

    monkeypatch.setattr(source, "build_git_events", broken)
    said = failure(tmp_path, good, straight(tmp_path / "o.git").folder)
    assert "could not process what it read (ValueError: day is out of range). This is a defect of Ecotone" in said


def test_what_was_read_earlier_stays_when_a_source_is_gone(tmp_path: Path, good: Repository):
    other = straight(tmp_path / "other.git", 2)
    landscape = landscape_of(tmp_path / "l", {"bad/one": other.folder, "good/two": good.folder})
    assert ecotone("run", landscape, "-w", tmp_path / "w", "--quiet").code == 0
    before = ecotone("export", "events", "-w", tmp_path / "w").raw
    other.folder.rename(tmp_path / "away.git")
    found = ecotone("run", landscape, "-w", tmp_path / "w")
    assert found.code == 1
    assert "failed: bad/one: " in found.err
    assert "1 of 2 repositories could not be read." in found.err
    assert ecotone("export", "events", "-w", tmp_path / "w").raw == before
    assert "failed in the last run" in ecotone("doctor", "-w", tmp_path / "w").out


def test_nothing_read_names_what_failed(tmp_path: Path):
    landscape = landscape_of(tmp_path / "l", {"bad/one": tmp_path / "nowhere"})
    found = ecotone("run", landscape, "-w", tmp_path / "w", "--quiet")
    assert found.code == 2
    first, second = found.err.strip().splitlines()
    assert first.startswith("failed: bad/one: ")
    assert second.startswith("ecotone: Nothing could be read of the 1 projects of 'made'")


def test_a_shallow_clone_is_partial_and_noted(tmp_path: Path):
    made = Repository.new(tmp_path / "deep.git")
    tip = made.commit(at=START)
    for step in range(1, 8):
        tip = made.commit(tip, at=START + step * 20 * 86400, ref="refs/heads/main")
    plain_git(tmp_path, "clone", "-q", "--bare", "--depth", "4", made.folder.as_uri(), str(tmp_path / "shallow.git"))
    landscape = landscape_of(tmp_path / "l", {"o/r": tmp_path / "shallow.git"})
    assert ecotone("run", landscape, "-w", tmp_path / "w", "--quiet").code == 0
    rows = csv.DictReader(ecotone("export", "coverage", "-w", tmp_path / "w").out.splitlines())
    assert [(row["state"], row["note"]) for row in rows if row["source"] == "git"][:2] == [
        ("partial", '[{"code":"shallow_clone"}]'),
        ("complete", ""),
    ]
    assert "shallow clone: earlier history is missing" in ecotone("doctor", "-w", tmp_path / "w").out


def test_hostile_names_pass_through_and_break_nothing(tmp_path: Path):
    made = Repository.new(tmp_path / "o.git")
    tip, names = "", (
        b'Quote " and \' <q@alpha.example>', b"\xe2\x80\xae right to left <rtl@alpha.example>",
        b"\xff\xfe <bad@alpha.example>",

        b"a,b;c\td <comma@alpha.example>", b"\x1b[31mred <esc@alpha.example>", b"{{ 7*7 }} <jinja@alpha.example>",
        b"=cmd() <formula@alpha.example>", b"Only <\"quoted local\"@alpha.example>",
    )  # fmt: skip
    for step, name in enumerate(names * 3):
        message = b"<script>alert(1)</script>\n\nCo-authored-by: <script>x</script> <s%d@<b>.example>\n" % step
        tip = made.commit(
            *([tip] if tip else []), at=START + step * 5 * 86400, by=name, message=message, ref="refs/heads/main"
        )
    made.ref('refs/tags/v"<script>', made.commits[3])
    landscape = landscape_of(tmp_path / "l", {"o/r": made.folder}, 'title = "<script>alert(2)</script>"')
    assert ecotone("run", landscape, "-w", tmp_path / "w", "--quiet", "--min-organisation-size", "1").code == 0
    for page in (tmp_path / "w" / "report").rglob("*.html"):
        text = page.read_text("utf-8")
        assert "<script>alert" not in text, page
    for table in ("events", "people", "signals"):
        assert ecotone("export", table, "-w", tmp_path / "w", "--format", "json").code == 0
    shown = ecotone("show", "o/r", "-w", tmp_path / "w").out
    assert not set(shown) & {"\x1b", "\N{RIGHT-TO-LEFT OVERRIDE}"}


# the disk


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_one_sentence_and_loses_nothing(
    number: int, tmp_path: Path, good: Repository, monkeypatch: pytest.MonkeyPatch
):
    landscape = landscape_of(tmp_path / "l", {"good/two": good.folder})
    assert ecotone("run", landscape, "-w", tmp_path / "w", "--quiet").code == 0
    before = ecotone("export", "signals", "-w", tmp_path / "w").raw
    good.commit(good.tip(), at=START + 40 * 86400, ref="refs/heads/main")
    with monkeypatch.context() as patch:
        patch.setattr(pq, "write_table", _raise(OSError(number, os.strerror(number))))
        said = one_sentence(ecotone("run", landscape, "-w", tmp_path / "w", "--quiet"))
    assert said == (
        "ecotone: The disk is full. Finished files are kept: free some space and run the same command again."
    )
    assert ecotone("export", "signals", "-w", tmp_path / "w").raw == before
    assert ecotone("run", landscape, "-w", tmp_path / "w", "--quiet").code == 0
    assert ecotone("export", "signals", "-w", tmp_path / "w").raw != before


def _raise(error: OSError):
    def raising(*_: object, **__: object) -> None:
        raise error

    return raising


@pytest.fixture(scope="session")
def tiny_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A real file system of 3 MB."""
    place = tmp_path_factory.mktemp("disk")
    if os.geteuid() or os.system(f"mount -t tmpfs -o size=3m tmpfs {place} 2>/dev/null"):
        pytest.skip("cannot mount a small file system here")
    yield place
    os.system(f"umount -l {place}")


@pytest.mark.parametrize("left", [0, 20_000, 40_000, 300_000, 1_500_000])
def test_a_disk_that_is_really_full(left: int, tiny_disk: Path, simulated):
    workspace = tiny_disk / f"w{left}"
    shutil.rmtree(workspace, ignore_errors=True)
    workspace.mkdir()
    filler = tiny_disk / "filler"
    with filler.open("wb") as file, contextlib.suppress(OSError):
        free = os.statvfs(tiny_disk)
        for _ in range((free.f_bavail * free.f_frsize - left) // 4096):
            file.write(b"x" * 4096)
    found = ecotone("run", simulated.landscape, "-w", workspace, "--quiet")
    filler.unlink()
    assert found.code == 2, found.err
    assert found.err.strip().splitlines()[-1].startswith("ecotone: The disk is full."), found.err
    shutil.rmtree(workspace, ignore_errors=True)


# the workspace


def test_a_folder_with_something_else_in_it(tmp_path: Path, good: Repository):
    landscape = landscape_of(tmp_path / "l", {"good/two": good.folder})
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "thesis.tex").write_text("x")
    said = one_sentence(ecotone("run", landscape, "-w", tmp_path / "w", "--quiet"))
    assert "is not empty and not a workspace (it contains 'thesis.tex'). Choose another folder" in said
    assert os.listdir(tmp_path / "w") == ["thesis.tex"]


@pytest.mark.parametrize("marker", ['{"format": 99}', "{}", "[]", "", "garbage"])
def test_a_workspace_of_another_version_is_not_touched(marker: str, tmp_path: Path, good: Repository):
    landscape = landscape_of(tmp_path / "l", {"good/two": good.folder})
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "workspace.json").write_text(marker)
    for command in (["run", landscape], ["export", "events"], ["doctor"], ["show", "x"]):
        said = one_sentence(ecotone(*command, "-w", tmp_path / "w"))
        assert "this version of Ecotone accepts format 2. Nothing was changed." in said
    assert os.listdir(tmp_path / "w") == ["workspace.json"]
    assert (tmp_path / "w" / "workspace.json").read_text() == marker


def test_a_workspace_that_is_a_file(tmp_path: Path, good: Repository):
    landscape = landscape_of(tmp_path / "l", {"good/two": good.folder})
    (tmp_path / "w").write_text("x")
    for place in (tmp_path / "w", tmp_path / "w" / "deeper"):
        said = one_sentence(ecotone("run", landscape, "-w", place))
        assert str(tmp_path / "w") in said
        assert said.endswith("Choose another path, or change its permissions.")
    assert (tmp_path / "w").read_text() == "x"


def test_a_database_that_was_removed_is_written_again(tmp_path: Path, good: Repository):
    landscape = landscape_of(tmp_path / "l", {"good/two": good.folder})
    assert ecotone("run", landscape, "-w", tmp_path / "w", "--quiet").code == 0
    (tmp_path / "w" / "ecotone.duckdb").unlink()
    assert ecotone("run", landscape, "-w", tmp_path / "w", "--quiet").code == 0
    assert (tmp_path / "w" / "ecotone.duckdb").exists()


@pytest.mark.parametrize("stranger", ["thesis.tex", None])
def test_a_report_never_replaces_what_is_no_report(stranger: str | None, tmp_path: Path, good: Repository):
    landscape = landscape_of(tmp_path / "l", {"good/two": good.folder})
    target = tmp_path / "Documents"
    if stranger:
        target.mkdir()
        (target / stranger).write_text("years of work")
    else:
        target.write_text("years of work")
    said = one_sentence(ecotone("run", landscape, "-w", tmp_path / "w", "--quiet", "-o", target))
    assert "is in use and holds no report. Choose a folder that is new or empty with --output." in said
    assert ((target / stranger) if stranger else target).read_text() == "years of work"


def test_a_report_replaces_a_former_one_and_leaves_nothing_beside_it(tmp_path: Path, good: Repository):
    landscape = landscape_of(tmp_path / "l", {"good/two": good.folder})
    for language in ("en", "zh"):
        assert (
            ecotone("run", landscape, "-w", tmp_path / "w", "-o", tmp_path / "out" / "r", "--lang", language).code == 0
        )
        assert f'<html lang="{language}' in (tmp_path / "out" / "r" / "index.html").read_text("utf-8")
    assert os.listdir(tmp_path / "out") == ["r"]


def test_the_second_of_two_runs_says_so(tmp_path: Path, good: Repository):
    landscape = landscape_of(tmp_path / "l", {"good/two": good.folder})
    from ecotone.store.workspace import Workspace

    workspace = Workspace.create(tmp_path / "w")
    with workspace.locked_for_writing():
        said = one_sentence(ecotone("run", landscape, "-w", tmp_path / "w", "--quiet"))
    assert said == (
        f"ecotone: Another run is using the workspace {tmp_path / 'w'}."
        " Wait until it ends, or choose another folder with --workspace."
    )
    assert ecotone("run", landscape, "-w", tmp_path / "w", "--quiet").code == 0


def test_ctrl_c_says_so_and_ends_with_130(tmp_path: Path, good: Repository):
    """A stalled source keeps the run waiting; the whole group is interrupted, as by a terminal."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        stalled = f"http://127.0.0.1:{one.getsockname()[1]}/o/r.git"
        landscape = landscape_of(tmp_path / "l", {"good/two": good.folder, "bad/one": stalled})
        process = ecotone_process("collect", landscape, "-w", tmp_path / "w")
        connection, _ = one.accept()
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate()
        connection.close()
    assert process.returncode == 130, said
    assert "ecotone: interrupted; run the same command again to continue." in said
    assert "Traceback" not in said


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes as Linux shows them")
def test_an_interruption_of_the_run_alone_ends_the_git_it_started(tmp_path: Path):
    """As `kill -INT` does: git hears nothing of it, and waits for a host that says nothing."""
    reached = threading.Event()
    with git_host(None, reached=reached) as stalled:
        landscape = landscape_of(tmp_path / "l", {"bad/one": stalled})
        process = ecotone_process("collect", landscape, "-w", tmp_path / "w")
        assert reached.wait(None)
        started = children_of(process.pid)
        assert len(started) > 2  # the server of processes, the one that reads, and git
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()  # while the host still says nothing
    assert process.returncode == 130, said
    assert "ecotone: interrupted; run the same command again to continue." in said
    assert "Traceback" not in said
    deadline = time.monotonic() + 10  # they end as soon as they see that the run has ended
    while any(Path(f"/proc/{one}").exists() for one in started) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not [one for one in started if Path(f"/proc/{one}").exists()]


def children_of(process: int) -> list[int]:
    """The processes that a process has started, in any of its threads, and those that these have started."""
    lists = Path(f"/proc/{process}/task").glob("*/children")
    children = [int(child) for one in lists for child in one.read_text().split()]
    return [*children, *(later for child in children for later in children_of(child))]
