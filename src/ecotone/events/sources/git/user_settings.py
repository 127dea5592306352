"""The settings of git that are the user's own and that Ecotone follows: how to reach and to sign in at a host."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import PurePath
from typing import Final

Setting = tuple[str, str]

FOLLOWED_SETTING: Final = re.compile(
    r"credential\.(?:.*\.)?(?:helper|username|usehttppath)|url\..*\.insteadof"
    r"|http\.(?!(?:.*\.)?(?:lowspeedlimit|lowspeedtime|savecookies)\Z).*|core\.sshcommand|ssh\.variant",
    re.DOTALL,
)
"""Keys that are followed, as git writes them. Patience with a host and files that git would write are Ecotone's own."""

SSH_OPTIONS: Final = "-oBatchMode=yes -oConnectTimeout=20 -oServerAliveInterval=30"
"""ssh must not wait for somebody to type."""
SECONDS: Final = 20


@cache
def read_user_settings() -> tuple[Setting, ...]:
    """The followed settings of the user's global files, in their order; none if git cannot read these files."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_DIR": os.devnull}
    if chosen := os.environ.get("GIT_CONFIG_GLOBAL"):
        environment["GIT_CONFIG_GLOBAL"] = os.path.abspath(chosen)
    command = ["git", "config", "--list", "--null", "--show-scope", "--includes"]
    try:
        listed = subprocess.run(command, env=environment, cwd="/", capture_output=True, timeout=SECONDS, check=True)
    except (subprocess.SubprocessError, OSError):
        return ()
    return tuple(select_followed_settings(listed.stdout.decode("utf-8", "surrogateescape")))


def select_followed_settings(listed: str) -> Iterable[Setting]:
    r"""The followed settings in the output of `git config --list --null --show-scope`.

    >>> list(select_followed_settings("global\0http.proxy\nhttp://p:1\0local\0http.proxy\nhttp://q:1\0"))
    [('http.proxy', 'http://p:1')]
    """
    words = listed.split("\0")
    for scope, entry in zip(words[::2], words[1::2], strict=False):
        key, line_break, value = entry.partition("\n")
        if scope == "global" and FOLLOWED_SETTING.fullmatch(key):
            yield key, keep_home(key, value) if line_break else "true"


def keep_home(key: str, value: str, home: str | None = None) -> str:
    """A setting that means the same where HOME is another folder: git itself must not find the user's `.netrc`.

    >>> keep_home("credential.helper", "store", "/home/ada"), keep_home("http.sslcainfo", "~/ca.pem", "/home/ada")
    ('!export HOME=/home/ada; git credential-store', '/home/ada/ca.pem')
    """
    home = home or os.path.expanduser("~")
    if key.startswith("credential.") and key.endswith("helper") and value:
        program = value if os.path.isabs(value) else f"git credential-{value}"
        return f"!export HOME={shlex.quote(home)}; {value[1:] if value.startswith('!') else program}"
    return f"{home}{value[1:]}" if value.startswith("~/") else value


def build_ssh_command(settings: Iterable[Setting]) -> str:
    """The command of ssh: the user's own, with options that keep OpenSSH from asking.

    >>> build_ssh_command([("core.sshcommand", "ssh -i key")])[:26]
    'ssh -i key -oBatchMode=yes'
    >>> build_ssh_command([("core.sshcommand", "plink -batch")])
    'plink -batch'
    """
    command = dict(settings).get("core.sshcommand", "ssh")
    program = PurePath(command.split(maxsplit=1)[0]).name if command.strip() else ""
    return f"{command} {SSH_OPTIONS}" if program == "ssh" else command
