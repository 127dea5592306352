"""Hostile attempts on what Ecotone writes: spreadsheets, terminals, drawings, file names, secrets and addresses."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import xml.etree.ElementTree as ElementTree
import zipfile
from functools import cache
from pathlib import Path

import pyarrow as pa
import vl_convert

from ecotone.foundation.landscape import parse_landscape
from ecotone.foundation.location import Location
from ecotone.foundation.output_text import FORMULA_STARTS, without_controls
from ecotone.people.affiliation_files import (
    FileAffiliation,
    FileStatements,
    read_affiliation_file,
    write_affiliation_file,
)
from ecotone.pipeline.write_report import table_as_csv
from ecotone.report.social_card import _svg_text
from tests.acceptance.hostile_attempts import attempts
from tests.cli.command import Outcome, ecotone, landscape_of
from tests.events.making import DAY, START, straight

FORMULAS = (
    "=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u3000=1", "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://x.example","y")', "=DDE(1)", "＝1+1", "＋1", "－1", "＠SUM(1)", "\x00=1", "\x1b=1", "\x7f+1",
    '"=1"=', "=1,=2", "=1\n=2", "-2+3+cmd|' /C calc'!A0",
)  # fmt: skip


@attempts("cells that a spreadsheet would run", FORMULAS)
def hold_formula(_: Path, formula: str) -> None:
    table = table_as_csv(pa.table({"a": [formula, None, "plain"], formula.strip() or "b": ["x", formula, "z"]}))
    affiliations = FileStatements(affiliations=(FileAffiliation("octo", formula.strip() or "x", None, None),))
    written = write_affiliation_file("csv", affiliations).text
    for text in (table.decode(), written):
        rows = list(csv.reader(io.StringIO(text)))[1:]
        for cell in (cell for row in rows for cell in row):
            assert not cell.lstrip(" \u00a0\u3000").startswith(FORMULA_STARTS), cell
            assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", cell)
    again = read_affiliation_file("a.csv", written.encode()).affiliations
    plain = [one.organisation for one in again]
    assert not (plain and formula.isprintable()) or plain[0] == " ".join(formula.split())


CONTROLS = (
    "\x00",
    "\x07",
    "\x08",
    "\x0b",
    "\x1b[2J",
    "\x1b]0;owned\x07",
    "\x7f",
    "\x85",
    "\x9b31m",
    "\x9d",
    "\r",
    "\x1f",
)


@attempts("control characters in a landscape file", map(ascii, CONTROLS))
def hold_landscape(folder: Path, name: str) -> None:
    text = "".join(f"\\u{ord(char):04x}" for char in eval(name))
    for key, line in (("name", 'name = "{}"'), ("category", 'category = "{}"'), ("location", 'location = "/x{}"')):
        landscape = folder / f"{key}.toml"
        landscape.write_text(f'[landscape]\nname = "l"\n[[project]]\nrepository = "o/r"\n{line.format("a" + text)}\n')
        said = ecotone("collect", landscape, "-w", folder / "w")
        assert said.code == 2, said
        assert len(said.err.strip().splitlines()) == 1
        assert "control characters" in said.err
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", said.err)


@attempts("control characters in a drawing", map(ascii, (*CONTROLS, "\ud800", "\ufffe", "</text><script>")))
def hold_drawing(_: Path, name: str) -> None:
    text = eval(name)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90">{_svg_text(1, 9, 9, text)}</svg>'
    assert len(list(ElementTree.fromstring(svg))) == 1
    assert vl_convert.svg_to_png(svg)
    spec = {"data": {"values": [{"a": text}]}, "mark": "text", "encoding": {"text": {"field": "a"}}, "title": text}
    assert vl_convert.vegalite_to_svg(json.dumps(without_controls(spec)))


WORDS = ("\x1b[53mRED", "\x1b]0;t\x07", "\u202eevil", "\u2066x", "\x9b2J", "[red]x[/red]", "\u200e", "\x08\x08\x08")


@cache
def history_with_marks(folder: Path) -> Path:
    """A workspace of a history whose names, addresses, subjects and tags hold marks for terminals."""
    made = straight(folder / "marks.git", 2)
    for number, word in enumerate(WORDS):
        by = f"{word} Person <{word.replace('[', '')}{number}@ev{word}il.example>".encode()
        made.commit(made.tip(), at=START + number * DAY, by=by, message=word.encode(), ref="refs/heads/main")
    landscape = landscape_of(folder, {"o/r": made.folder, "o/gone": folder / "\u202e[red]gone[/]"})
    assert ecotone("run", landscape, "-w", folder / "w", "--quiet").code == 1
    return folder / "w"


COMMANDS = (
    "doctor", "people", "people --conflicts", "orgs", "show o/r", "show x\x1b[2J", "explain nobody\x1b[2J",
    "export people", "export events", "export projects -f json", "export people -f json",
    "people --json", "affiliations export",
)  # fmt: skip


@attempts("escape sequences in a terminal", map(ascii, COMMANDS))
def hold_terminal(folder: Path, command: str) -> None:
    workspace = history_with_marks(folder.parent / "marks")
    done = ecotone(*eval(command).split(" "), "-w", workspace)
    assert "Traceback" not in done.err
    marks = r"[\x00-\x08\x0b-\x1f\x7f-\x9f]" + ("" if "export" in command else "|[\u202a-\u202e\u2066-\u2069]")
    assert not re.search(marks, done.out + done.err.replace("\r", "")), ascii(done.out + done.err)[:200]


SECRETS = {
    "user and password": "http://user:{}@127.0.0.1:1/x.git",
    "user alone": "http://{}@127.0.0.1:1/x.git",
    "query": "http://127.0.0.1:1/x.git?private_token={}",
    "fragment": "http://127.0.0.1:1/x.git#{}",
    "at sign in the password": "http://user:a@{}@127.0.0.1:1/x.git",
    "slash in the password": "http://user:a/{}@127.0.0.1:1/x.git",
    "question mark in the password": "http://user:a?{}@127.0.0.1:1/x.git",
    "hash in the password": "http://user:a#{}@127.0.0.1:1/x.git",
    "ssh": "ssh://user:{}@127.0.0.1:1/x.git",
    "shell address": "{}@127.0.0.1:x.git",
    "unknown scheme": "oauth://user:{}@127.0.0.1/x.git",
    "upper case scheme": "HTTP://user:{}@127.0.0.1:1/x.git",
    "missing slash": "http:/user:{}@127.0.0.1:1/x.git",
}


def secret_of(place: str) -> str:
    """A secret that stands for one place alone."""
    return f"S3cret{re.sub('[^a-z]', '', place)}"


@cache
def run_with_secrets(folder: Path) -> Outcome:
    """A run over locations with secrets, none of which answers; files lie in the folder `w`."""
    folder.mkdir()
    good = straight(folder / "good.git", 2)
    places = {f"o/{secret_of(place)[6:]}": text.format(secret_of(place)) for place, text in SECRETS.items()}
    landscape = landscape_of(folder / "l", {"o/good": good.folder, **places})
    first = ecotone("run", landscape, "-w", folder / "w", "--json")
    doctor = ecotone("doctor", "-w", folder / "w")
    return Outcome(first.code, first.raw + doctor.raw, first.err + doctor.err)


@attempts("secrets in a location", SECRETS)
def hold_secret(folder: Path, place: str) -> None:
    done = run_with_secrets(folder.parent / "secrets")
    assert done.code == 1
    places = [done.raw + done.err.encode()]
    for path in (folder.parent / "secrets" / "w").rglob("*"):
        if path.is_file():
            places.append(path.read_bytes())
            if path.suffix == ".zip":
                with zipfile.ZipFile(path) as archive:
                    places += [archive.read(name) for name in archive.namelist()]
    assert not any(secret_of(place).encode() in content for content in places)
    location = Location(SECRETS[place].format("S3cret-value"))
    assert "S3cret-value" in location.address
    masked = location.mask_secrets(f"no {location.address} (S3cret-value)")
    shown = f"{location} {location!r} {json.dumps(location)} {masked}"
    assert "S3cret-value" not in shown


KEYS = {
    "unknown key of a source": '[sources.github]\ntoken = "{}"\n',
    "wrong value of a source": '[sources.clickhouse]\nevents = "https://u:{}@h.example"\n',
    "location of a source": '[sources.clickhouse]\nlocation = "http://u:{}@127.0.0.1:1\\u0007/"\n',
    "repository": '[[project]]\nrepository = "https://u:{}@h.example/x"\n',
    "affiliation file": 'AFFILIATIONS["https://u:{}@h.example/a.csv"]\n',
    "alias": '[[project]]\nrepository = "a/b"\naliases = ["https://u:{}@h.example/x"]\n',
    "location with a control character": '[[project]]\nrepository = "a/b"\nlocation = "https://u:{}@h/\\u0001"\n',
    "unknown key of a project": '[[project]]\nrepository = "a/b"\npassword = "{}"\n',
}


@attempts("secrets in a wrong landscape file", KEYS)
def hold_wrong_key(folder: Path, place: str) -> None:
    text = KEYS[place].format("S3cretvalue")
    head = '[landscape]\nname = "l"\n'
    if text.startswith("AFFILIATIONS"):
        head, text = head + text.replace("AFFILIATIONS", "affiliations = "), ""
    (folder / "l.toml").write_text(f'{head}{text}[[project]]\nrepository = "o/r"\nlocation = "{folder}"\n')
    done = ecotone("collect", folder / "l.toml", "-w", folder / "w")
    assert done.code == 2, done
    assert "S3cretvalue" not in done.err + done.out
    assert len(done.err.strip().splitlines()) == 1


FORMS = (
    "Local.One@corp-a.example", "localtwo", "localthree@host", "localfour at corp-a dot example",
    "localfive@host.(none)", "local-six", "localseven%corp-a.example", "localeight#corp-a.example",
    "localnine[at]corp-a.example",
    "localten(at)corp-a.example", "mailto:localeleven@corp-a.example", "@localtwelve", "localthirteen@", "local_14",
)  # fmt: skip


@cache
def people_of_odd_addresses(folder: Path) -> str:
    """What is exported of people who sign with odd forms of an address."""
    made = straight(folder / "odd.git", 1)
    for number, form in enumerate(FORMS):
        by = f"Some Person{number} <{form}>".encode()
        made.commit(made.tip(), at=START + number * DAY, by=by, ref="refs/heads/main")
    assert ecotone("run", landscape_of(folder, {"o/r": made.folder}), "-w", folder / "w", "--quiet").code == 0
    names = ("people", "events", "pulls", "links", "affiliation_basis")
    return "".join(ecotone("export", name, "-w", folder / "w").out for name in names).lower()


@attempts("addresses in an export", FORMS)
def hold_address(folder: Path, form: str) -> None:
    text = people_of_odd_addresses(folder.parent / "odd")
    local = re.sub(r"^mailto:", "", form.lower()).strip("@").partition("@")[0].split(" ")[0].split("%")[0].split("#")[0]
    assert re.split(r"[\[(]", local)[0] not in text


PROJECT_NAMES = (
    "../../escaped",
    "/etc/passwd",
    "..",
    "CON",
    "a" * 4000,
    "%2e%2e%2f",
    "a\\..\\b",
    "index",
    ".hidden",
    "字" * 300,
)


@attempts("file names in the report", PROJECT_NAMES)
def hold_file_name(folder: Path, name: str) -> None:
    from ecotone.report.file_slugs import unique_slugs

    (slug,) = unique_slugs([name]).values()
    assert re.fullmatch(r"[a-z0-9-]{1,80}", slug)
    assert (folder / slug).resolve().parent == folder.resolve()
    with_name = f'[landscape]\nname = "l"\n[[project]]\nname = {json.dumps(name)}\nrepository = "o/r"\n'
    assert parse_landscape(with_name, folder / "l.toml").projects[0].name == name


@attempts("files that others can read", ("0o000", "0o022", "0o027", "0o077"))
def hold_umask(folder: Path, umask: str) -> None:
    made = straight(folder / "o.git", 2)
    landscape = landscape_of(folder / "l", {"o/r": made.folder})
    before = os.umask(int(umask, 8))
    try:
        assert ecotone("run", landscape, "-w", folder / "w", "--quiet", "-o", folder / "shown").code == 0
        assert ecotone("analyse", landscape, "-w", folder / "w", "--quiet", "--pseudonymise").code == 0
    finally:
        os.umask(before)
    for path in (folder / "w", *(folder / "w").rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path
    assert (folder / "shown" / "index.html").stat().st_mode & 0o777 == 0o666 & ~int(umask, 8)
