"""A planted secret in every place where a user can write one: in no output, log, report or file beside that place."""

from __future__ import annotations

import os
import re
import threading
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.acceptance.hostile_attempts import attempts
from tests.acceptance.hostile_folders import write_text
from tests.cli.command import ecotone, landscape_of
from tests.events.making import straight
from tests.events.reading import plain_git
from tests.events.test_user_settings import served

NOWHERE = "127.0.0.1:1"
"""Nothing listens here."""


def secret_of(place: str) -> str:
    """A secret that stands for one place alone."""
    return f"S3cret{re.sub('[^a-z]', '', place.lower())}"


def redirect(handler: BaseHTTPRequestHandler) -> None:
    secret = secret_of("redirect")
    handler.send_response(302)
    handler.send_header("Location", f"http://ada:{secret}@{NOWHERE}/x.git/info/refs?token={secret}")


def quote_request(handler: BaseHTTPRequestHandler) -> None:
    """A host that says what it was sent, after it asked for a password."""
    told = handler.headers.get("Authorization")
    handler.send_response(500 if told else 401, f"no {told} {handler.headers.get('X-Key')}")
    handler.send_header("WWW-Authenticate", 'Basic realm="x"')


SOURCES = ("gharchive", "clickhouse", "github", "opendigger")


@dataclass(slots=True)
class Setting:
    """What surrounds a run, and the places in it that hold a secret. {} stands for the secret of the place.

    gitconfig, netrc, variables, locations, tables  place -> text; a variable begins with its name
    """

    gitconfig: Mapping[str, str] = field(default_factory=dict)
    netrc: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    locations: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    affiliations: Mapping[str, str] = field(default_factory=dict)

    def places(self) -> list[str]:
        parts = (self.gitconfig, self.netrc, self.variables, self.locations, self.tables, self.affiliations)
        return [place for part in parts for place, text in part.items() if "{}" in text]


SETTINGS = {
    "addresses of sources": Setting(
        tables={f"user of the location of {name}": f'[sources.{name}]\nlocation = "http://ada:{{}}@{NOWHERE}/"\n'
                for name in SOURCES}),
    "queries of sources": Setting(
        tables={f"query of the location of {name}": f'[sources.{name}]\nlocation = "http://{NOWHERE}/?key={{}}"\n'
                for name in SOURCES}),
    "variables": Setting(
        variables={
            "token of GitHub": "GITHUB_TOKEN=ghp_{}", "password of ClickHouse": "ECOTONE_CLICKHOUSE_PASSWORD={}",
            "any variable": "API_KEY={}", "name of a variable": "{}=1",
            "proxy in a variable": "http_proxy=http://a:{}@" + NOWHERE,
            "settings in a variable": "GIT_CONFIG_PARAMETERS='http.extraHeader=X: {}'",
        },
        locations={"x": "http://host.example/o/x.git"},
        tables={name: f"[sources.{name}]\nlocation = 'http://{NOWHERE}'\n" for name in ("github", "clickhouse")}),
    "settings of git": Setting(
        gitconfig={
            "proxy in the settings": '[http "http://proxied.example"]\n\tproxy = http://ada:{}@' + NOWHERE + "\n",
            "header in the settings": "[http]\n\textraHeader = X-Key: {}\n",
            "address that stands instead": '[url "http://ada:{}@' + NOWHERE + '/"]\n\tinsteadOf = https://instead.example/\n',
            "credential helper": '[credential]\n\thelper = "!f() { echo username=ada; echo password={}; }; f"\n',
            "helper that fails": '[credential "http://fails.example"]\n\thelper = "!echo {} >&2; exit 1"\n',
            "command of ssh": "[core]\n\tsshCommand = ssh -o ProxyCommand={}\n",
        },
        netrc={"netrc": "machine 127.0.0.1\nlogin ada\npassword {}\n"},
        locations={
            "proxied": "http://proxied.example/x.git", "nowhere": f"http://{NOWHERE}/x.git", "ssh": "ssh://ada@127.0.0.1:1/x.git",
            "instead": "https://instead.example/x.git", "quoting": "QUOTING", "redirect": "REDIRECT",
        }),
    "affiliation files": Setting(
        affiliations={"column of an affiliation file": "login,organisation,token\nann,Corp,{}\n"}),
    "remarks in affiliation files": Setting(
        affiliations={"remark in an affiliation file": "# {}\nlogin,organisation\nann,Corp\n"}),
    "broken token": Setting(
        variables={"broken token of GitHub": "GITHUB_TOKEN={} {}"}, tables={"github": "[sources.github]\n"}),
    **{
        name: Setting(tables={name: text})
        for name, text in {
            "unknown option of a source": '[sources.github]\npassword = "{}"\n',
            "unknown source": '[sources.other]\ntoken = "{}"\n',
            "unknown key of the limits": '[limits]\ntoken = "{}"\n',
            "list in place of a location": '[sources.github]\nlocation = ["{}"]\n',
        }.items()
    },
}  # fmt: skip


def filled_in(texts: Mapping[str, str]) -> list[str]:
    """The texts of some places with their secrets."""
    return [text.replace("{}", secret_of(place)) for place, text in texts.items()]


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
def surrounded(folder: Path, gitconfig: str, netrc: str = "", variables: Iterable[str] = ()) -> Iterator[None]:
    """The environment of a run: a home folder with settings, and variables."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("GIT_")]:
        del os.environ[name]
    write_text(folder / "home" / ".gitconfig", gitconfig)
    write_text(folder / "home" / ".netrc", netrc)
    os.environ.update({"HOME": str(folder / "home"), **dict(entry.split("=", 1) for entry in variables)})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def contents_of(folder: Path) -> Iterator[bytes]:
    """The contents of all files below a folder, also inside archives."""
    for path in (path for path in folder.rglob("*") if path.is_file()):
        yield path.read_bytes()
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                yield from (archive.read(name) for name in archive.namelist())


@cache
def everything_written(folder: Path, name: str) -> bytes:
    """All that a run in a setting prints and writes."""
    setting = SETTINGS[name]
    made = straight(folder / "good.git", 2)
    address = f"http://u:{secret_of('address in a local repository')}@{NOWHERE}/"
    plain_git(made.folder, "config", "--file", str(made.folder / "config"), "remote.x.url", address)
    with ExitStack() as stack:
        stack.enter_context(pytest.MonkeyPatch.context()).setattr(time, "sleep", lambda _: None)  # nobody answers later
        hosts = {
            "QUOTING": stack.enter_context(answering(quote_request)),
            "REDIRECT": stack.enter_context(answering(redirect)),
        }
        places = {f"o/{name}": hosts.get(location, location) for name, location in setting.locations.items()}
        for text in filled_in(setting.affiliations):
            write_text(folder / "l" / "home.csv", text)
        head = 'affiliations = ["home.csv"]' if setting.affiliations else ""
        landscape = landscape_of(folder / "l", {"o/good": made.folder, **places}, head=head)
        landscape.write_text("\n".join([landscape.read_text("utf-8"), *filled_in(setting.tables)]), "utf-8")
        around = (
            "".join(filled_in(setting.gitconfig)),
            "".join(filled_in(setting.netrc)),
            filled_in(setting.variables),
        )
        stack.enter_context(surrounded(folder, *around))
        done = ecotone("run", landscape, "-w", folder / "w", "-o", folder / "shown", "--json")
        asked = ecotone("doctor", "--verify", "-w", folder / "w")
    said = done.out + done.err + asked.out + asked.err
    assert "Traceback" not in said
    assert done.code in (0, 1, 2)
    return b"\0".join([said.encode(), *contents_of(folder / "w"), *contents_of(folder / "shown")])


LOCAL = "address in a local repository"
SECRET_PLACES = [f"{name}: {place}" for name, setting in SETTINGS.items() for place in (*setting.places(), LOCAL)]


@attempts("secrets in every place where a user can write one", SECRET_PLACES)
def hold_planted_secret(folder: Path, where: str) -> None:
    name, _, place = where.partition(": ")
    written = everything_written(folder.parent / name, name)
    secret = secret_of(place).encode()
    assert secret not in written, written[max(written.find(secret) - 200, 0) :][:300]


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
        with surrounded(folder, texts[name]):
            done = ecotone("collect", landscape_of(folder / "l", {"o/r": location}), "-w", folder / "w", "--quiet")
    assert done.code == 0, done.err
    for path in (path for path in (folder / "w").rglob("*") if path.is_file()):
        content = path.read_bytes()
        assert b"a-planted-password" not in content
        assert b"YWRhOmEtcGxhbnRl" not in content
