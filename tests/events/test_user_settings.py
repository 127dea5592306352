"""The settings of git that are the user's own hold at a host, and no others: sign-in, mirror, proxy, authority."""

from __future__ import annotations

import base64
import functools
import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

import pytest

from ecotone.events.sources.git import user_settings
from ecotone.events.sources.git.user_settings import FOLLOWED_SETTING
from ecotone.foundation.errors import SourceError
from tests.events.making import straight
from tests.events.reading import plain_git, read_once

PASSWORD = "a-planted-password"


class FileHandler(SimpleHTTPRequestHandler):
    """Serves files, also as a proxy; `needs_password` is set by a test."""

    needs_password = False
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        wanted = "Basic " + base64.b64encode(f"ada:{PASSWORD}".encode()).decode()
        if self.needs_password and self.headers.get("Authorization") != wanted:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="x"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.path = urlsplit(self.path).path
        super().do_GET()

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def served(
    folder: Path, certificate: Path | None = None, needs_password: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """The port of a server of the folder, and what it is asked."""
    handler = type("Handler", (FileHandler,), {"asked": [], "needs_password": needs_password})
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder)))
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port, handler.asked
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home folder without settings, and repositories to serve in `web`."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith("GIT_") or name == "XDG_CONFIG_HOME":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    made = straight(tmp_path / "web" / "o" / "r.git", 3)
    plain_git(made.folder, "update-server-info")
    user_settings.read_user_settings.cache_clear()
    yield tmp_path / "home"
    user_settings.read_user_settings.cache_clear()


def set_globally(home: Path, text: str) -> None:
    (home / ".gitconfig").write_text(text)
    user_settings.read_user_settings.cache_clear()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    path = tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
               "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", tmp_path / "key.pem", "-out", path]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    path.write_text((tmp_path / "key.pem").read_text() + path.read_text())
    return path


def test_a_private_repository_is_read_with_the_users_credential_helper(home: Path, certificate: Path, tmp_path: Path):
    with served(tmp_path / "web", certificate, needs_password=True) as (port, _):
        location = f"https://127.0.0.1:{port}/o/r.git"
        with pytest.raises(SourceError):
            read_once(tmp_path / "without", location)
        set_globally(
            home,
            f"[http]\n\tsslCAInfo = {certificate}\n[credential]\n"
            f'\thelper = "!f() {{ echo username=ada; echo password={PASSWORD}; }}; f"\n',
        )
        found, _ = read_once(tmp_path / "c", location)
    assert found.reading.landed == 3
    for path in (tmp_path / "c").rglob("*"):
        assert not path.is_file() or PASSWORD.encode() not in path.read_bytes(), path


def test_a_mirror_is_read_instead(home: Path, tmp_path: Path):
    with served(tmp_path / "web") as (port, asked):
        set_globally(home, f'[url "http://127.0.0.1:{port}/"]\n\tinsteadOf = https://host.example/\n')
        found, _ = read_once(tmp_path / "c", "https://host.example/o/r.git")
    assert found.reading.landed == 3
    assert asked


def test_a_proxy_is_asked(home: Path, tmp_path: Path):
    with served(tmp_path / "web") as (port, asked):
        set_globally(home, f"[http]\n\tproxy = http://127.0.0.1:{port}\n")
        found, _ = read_once(tmp_path / "c", "http://host.example/o/r.git")
    assert found.reading.landed == 3
    assert asked[0].startswith("http://host.example/o/r.git/info/refs")


@pytest.mark.parametrize(
    ("key", "followed"),
    [
        ("credential.helper", True), ("credential.https://host.example.helper", True), ("http.proxy", True),
        ("http.https://host.example/.extraheader", True), ("url.https://a.example/.insteadof", True),
        ("core.sshcommand", True), ("ssh.variant", True), ("http.lowspeedtime", False), ("http.savecookies", False),
        ("http.https://host.example/.lowspeedlimit", False), ("core.hookspath", False), ("core.gitproxy", False),
        ("protocol.ext.allow", False), ("alias.log", False), ("safe.directory", False), ("include.path", False),
        ("url.x.pushinsteadof", False), ("remote.origin.uploadpack", False), ("credentialx.helper", False),
    ],
)  # fmt: skip
def test_which_settings_are_followed(key: str, followed: bool):
    assert bool(FOLLOWED_SETTING.fullmatch(key)) is followed
