"""A planted secret in every place where a user can write one: in no output, log, report or file beside that place."""

from __future__ import annotations

import os
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.acceptance.hostile_attempts import attempts
from tests.acceptance.hostile_folders import write_text
from tests.cli.command import ecotone, landscape_of
from tests.events.making import straight
from tests.events.reading import plain_git
from tests.events.test_user_settings import served

SECRET = "S3cretPlanted"
NOWHERE = "127.0.0.1:1"
"""Nothing listens here."""


@dataclass(slots=True)
class Setting:
    """What surrounds a run: settings of git, variables of the environment, the location, lines of the landscape."""

    gitconfig: str = ""
    netrc: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    location: str = f"http://{NOWHERE}/o/x.git"
    head: str = ""
    affiliations: str = ""
    answer: Callable[[BaseHTTPRequestHandler], None] | None = None


def redirect(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(302)
    handler.send_header("Location", f"http://ada:{SECRET}@{NOWHERE}/x.git/info/refs?token={SECRET}")


def quote_authorization(handler: BaseHTTPRequestHandler) -> None:
    """A host that says what it was sent."""
    handler.send_response(500, f"no {handler.headers.get('Authorization')} {handler.path}")


def source(name: str, location: str) -> Setting:
    return Setting(head=f'\n[sources.{name}]\nlocation = "{location}"\n')


PLACES: dict[str, Setting] = {
    **{
        f"{kind} of the location of {name}": source(name, place)
        for name in ("gharchive", "clickhouse", "github", "opendigger")
        for kind, place in (
            ("user", f"http://ada:{SECRET}@{NOWHERE}/"), ("query", f"http://{NOWHERE}/?key={SECRET}"),
        )
    },
    "token of GitHub": Setting(head="\n[sources.github]\nlocation = 'http://127.0.0.1:1'\n",
                               variables={"GITHUB_TOKEN": f"ghp_{SECRET}{SECRET}"}),
    "broken token of GitHub": Setting(head="\n[sources.github]\n", variables={"GITHUB_TOKEN": f"{SECRET} {SECRET}"}),
    "password of ClickHouse": Setting(head="\n[sources.clickhouse]\nlocation = 'http://127.0.0.1:1'\nuser = 'ada'\n",
                                      variables={"ECOTONE_CLICKHOUSE_PASSWORD": SECRET, "CLICKHOUSE_PASSWORD": SECRET}),
    "name of a variable": Setting(variables={SECRET: "1", f"GIT_CONFIG_KEY_{SECRET}": "1"}),
    "variable": Setting(variables={"API_KEY": SECRET, "GIT_CONFIG_PARAMETERS": f"'http.extraHeader=X: {SECRET}'"}),
    "proxy in a variable": Setting(variables={"http_proxy": f"http://ada:{SECRET}@{NOWHERE}"},
                                   location="http://host.example/o/x.git"),
    "proxy in the settings": Setting(gitconfig=f"[http]\n\tproxy = http://ada:{SECRET}@{NOWHERE}\n",
                                     location="http://host.example/o/x.git"),
    "header in the settings": Setting(gitconfig=f"[http]\n\textraHeader = Authorization: Bearer {SECRET}\n"),
    "header in the settings, quoted by the host": Setting(
        gitconfig=f"[http]\n\textraHeader = Authorization: Bearer {SECRET}\n", answer=quote_authorization),
    "address that stands instead": Setting(
        gitconfig=f'[url "http://ada:{SECRET}@{NOWHERE}/"]\n\tinsteadOf = https://host.example/\n',
        location="https://host.example/o/x.git"),
    "credential helper": Setting(
        gitconfig=f'[credential]\n\thelper = "!f() {{ echo username=ada; echo password={SECRET}; }}; f"\n'),
    "credential helper that fails": Setting(gitconfig=f'[credential]\n\thelper = "!echo {SECRET} >&2; exit 1"\n'),
    "command of ssh": Setting(gitconfig=f"[core]\n\tsshCommand = ssh -o ProxyCommand={SECRET}\n",
                              location="ssh://ada@127.0.0.1:1/o/x.git"),
    "netrc": Setting(netrc=f"machine 127.0.0.1\nlogin ada\npassword {SECRET}\n"),
    "netrc, quoted by the host": Setting(
        netrc=f"machine 127.0.0.1\nlogin ada\npassword {SECRET}\n", answer=quote_authorization),
    "redirect": Setting(answer=redirect),
    "column of an affiliation file": Setting(affiliations=f"login,organisation,token\nann,Corp,{SECRET}\n"),
    "remark in an affiliation file": Setting(affiliations=f"# {SECRET}\nlogin,organisation\nann,Corp\n"),
    "unknown option of a source": Setting(head=f'\n[sources.github]\npassword = "{SECRET}"\n'),
    "unknown source": Setting(head=f'\n[sources.other]\ntoken = "{SECRET}"\n'),
    "unknown key of the limits": Setting(head=f'\n[limits]\ntoken = "{SECRET}"\n'),
    "unknown key of the landscape": Setting(head=f'token = "{SECRET}"\n'),
    "list in place of a location": Setting(head=f'\n[sources.github]\nlocation = ["{SECRET}"]\n'),
}  # fmt: skip


@contextmanager
def answering(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """The address of a host that answers every request like that."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/o/x.git"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def surrounded(folder: Path, setting: Setting) -> Iterator[None]:
    """The environment of a run: a home folder with settings, and variables."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("GIT_")]:
        del os.environ[name]
    home = folder / "home"
    write_text(home / ".gitconfig", setting.gitconfig)
    write_text(home / ".netrc", setting.netrc)
    os.environ.update({"HOME": str(home), **setting.variables})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def files_with_secret(folder: Path) -> list[str]:
    """The files below a folder that hold the secret, also inside archives."""
    found = []
    for path in (path for path in folder.rglob("*") if path.is_file()):
        contents = [path.read_bytes()]
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                contents += [archive.read(name) for name in archive.namelist()]
        found += [path.name] if any(SECRET.encode() in content for content in contents) else []
    return found


@attempts("secrets in every place where a user can write one", PLACES)
def hold_planted_secret(folder: Path, place: str) -> None:
    setting = PLACES[place]
    good = straight(folder / "good.git", 2)
    plain_git(
        good.folder, "config", "--file", str(good.folder / "config"), "remote.x.url", f"http://u:{SECRET}@{NOWHERE}/"
    )
    with ExitStack() as stack:
        location = stack.enter_context(answering(setting.answer)) if setting.answer else setting.location
        head = setting.head
        if setting.affiliations:
            write_text(folder / "l" / "home.csv", setting.affiliations)
            head = 'affiliations = ["home.csv"]\n'
        top, _, tables = head.partition("\n[")
        landscape = landscape_of(folder / "l", {"o/good": good.folder, "o/x": location}, head=top)
        landscape.write_text(landscape.read_text("utf-8") + ("\n[" + tables if tables else ""), "utf-8")
        stack.enter_context(surrounded(folder, setting))
        done = ecotone("run", landscape, "-w", folder / "w", "-o", folder / "shown", "--json")
        asked = ecotone("doctor", "--verify", "-w", folder / "w")
    said = done.out + done.err + asked.out + asked.err
    assert SECRET not in said, said[said.index(SECRET) - 200 :][:300]
    assert "Traceback" not in said
    assert done.code in (0, 1, 2)
    assert [name for place in ("w", "shown") for name in files_with_secret(folder / place)] == []


HEADERS = ("a header", "a header for this host", "a helper for this host", "a helper and a proxy")


@attempts("private hosts that are read with the settings of the user", HEADERS)
def hold_private_host(folder: Path, name: str) -> None:
    made = straight(folder / "web" / "o" / "r.git", 3)
    plain_git(made.folder, "update-server-info")
    with (
        served(folder / "web", needs_password=True) as (port, _),
        served(folder / "web", needs_password=True) as (proxy, _),
    ):
        host = f"http://127.0.0.1:{port}"
        header = "Authorization: Basic YWRhOmEtcGxhbnRlZC1wYXNzd29yZA=="
        helper = '\thelper = "!f() { echo username=ada; echo password=a-planted-password; }; f"\n'
        texts = {
            "a header": f"[http]\n\textraHeader = {header}\n",
            "a header for this host": f'[http "{host}/"]\n\textraHeader = {header}\n',
            "a helper for this host": f'[credential "{host}"]\n{helper}',
            "a helper and a proxy": f"[credential]\n{helper}[http]\n\tproxy = http://127.0.0.1:{proxy}\n",
        }
        location = "http://host.example/o/r.git" if "proxy" in name else f"{host}/o/r.git"
        with surrounded(folder, Setting(gitconfig=texts[name])):
            done = ecotone("collect", landscape_of(folder / "l", {"o/r": location}), "-w", folder / "w", "--quiet")
    assert done.code == 0, done.err
    for path in (path for path in (folder / "w").rglob("*") if path.is_file()):
        content = path.read_bytes()
        assert b"a-planted-password" not in content
        assert b"YWRhOmEtcGxhbnRl" not in content
