"""Every command on the workspace of a simulated field."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from importlib import metadata
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ecotone import networks, signals
from ecotone.cli.main import COMMANDS
from ecotone.foundation.landscape import read_landscape
from tests.cli.command import ecotone, landscape_of, one_sentence
from tests.conftest import Simulated
from tests.events.making import straight

ADDRESS = re.compile(r"([\w.+-]+)@([\w-]+(?:\.[\w-]+)+)")
PSEUDONYM = re.compile(r"p[0-9a-f]{8}\Z")
WRITTEN = ("projects", "events", "people", "affiliations", "signals", "organisations", "coverage", "pulls")


@pytest.fixture
def w(simulated: Simulated) -> Path:
    return simulated.workspace


def rows_of(outcome) -> list[dict[str, str]]:
    assert outcome.code == 0, outcome.err
    return list(csv.DictReader(io.StringIO(outcome.out)))


# export


@pytest.mark.parametrize("table", WRITTEN)
def test_a_table_is_the_same_in_every_format(table: str, w: Path, tmp_path: Path):
    as_csv = rows_of(ecotone("export", table, "-w", w))
    as_json = json.loads(ecotone("export", table, "-w", w, "--format", "json").out, parse_constant=pytest.fail)
    target = tmp_path / "t.parquet"
    found = ecotone("export", table, "-w", w, "-f", "parquet", "-o", target)
    assert (found.code, found.raw) == (0, b"")
    assert f"rows written to {target}" in found.err
    parquet = pq.read_table(target)
    assert len(as_csv) == len(as_json) == parquet.num_rows > 0
    assert list(as_csv[0]) == list(as_json[0]) == parquet.column_names
    held = pq.read_table(next((w / "tables").glob(f"*/{table}.parquet")))
    assert held.schema.equals(parquet.schema)
    assert held.num_rows == parquet.num_rows


def test_parquet_to_standard_output_is_a_file(w: Path):
    found = ecotone("export", "projects", "-w", w, "-f", "parquet")
    assert pq.read_table(pa.BufferReader(found.raw)).num_rows == 3


def test_filters_keep_what_was_asked_for(w: Path, simulated: Simulated):
    name = simulated.truth.projects[1].project
    every = rows_of(ecotone("export", "signals", "-w", w))
    months = sorted({row["month"] for row in every})
    since, until = months[2][:7], months[4][:7]
    found = rows_of(
        ecotone("export", "signals", "-w", w, "--project", name.upper(), "--since", since, "--until", until)
    )
    expected = [row for row in every if row["project"] == name and since <= row["month"][:7] <= until]
    assert found == expected
    assert len(found) == 3
    both = ecotone("export", "signals", "-w", w, "--project", name, "--project", simulated.truth.projects[0].project)
    assert {row["project"] for row in rows_of(both)} == {one.project for one in simulated.truth.projects[:2]}
    events = rows_of(ecotone("export", "events", "-w", w, "--since", since, "--until", since))
    assert events
    assert {row["created_at"][:7] for row in events} == {since}


def test_coverage_is_filtered_by_the_projects_repositories(w: Path, simulated: Simulated):
    project = simulated.truth.projects[1]
    found = rows_of(ecotone("export", "coverage", "-w", w, "--project", project.project))
    assert {row["repository"] for row in found} == {project.repository}


@pytest.mark.parametrize("table", ["people", "affiliations"])
def test_a_table_that_knows_no_projects_says_so(table: str, w: Path, simulated: Simulated):
    name = simulated.truth.projects[0].project
    said = one_sentence(ecotone("export", table, "-w", w, "--project", name))
    assert f"The table '{table}' has no project column" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["export", "signls"], "No table is called 'signls'. Did you mean 'signals'? Known: "),
        (["export", "events", "--project", "nobody/nothing"], "No project is called 'nobody/nothing'."),
        (["export", "events", "--since", "2024"], "'2024' is not a month; write it as 2024-03"),
        (["export", "events", "--until", "9999-12"], "'9999-12' is not a month"),
        (["export", "events", "-o", "/proc/nothing/x.csv"], "Choose another path"),
        (["show", "nobody/nothing"], "No project is called"),
        (["compare", "nobody/nothing"], "needs two projects or more, not 1"),
        (["compare", "nobody/nothing", "NOBODY/nothing"], "needs two projects or more, not 1"),
        (["export", "signals", "--since", "2025-02", "--until", "2025-01"], "is before since = 2025-02"),
        (["export", "people", "--since", "2025-02"], "The table 'people' has no month column"),
        (["collect", "LANDSCAPE", "--source", "gti"], "No source is called 'gti'. Did you mean"),
    ],
)
def test_what_is_not_there_is_said_in_one_sentence(arguments: list[str], words: str, w: Path, simulated: Simulated):
    called = [str(simulated.landscape) if one == "LANDSCAPE" else one for one in arguments]
    assert words in one_sentence(ecotone(*called, "-w", w))


def test_nobodys_address_leaves_the_workspace(w: Path, simulated: Simulated):
    addresses = {account for person in simulated.truth.people for account in person.accounts}
    locals_ = {address.partition("@")[0] for address in addresses if "users.noreply" not in address}
    held = pq.read_table(next((w / "tables").glob("*/events.parquet")))
    assert {account.casefold() for account in held["account"].to_pylist()} & addresses  # they are inside
    outcomes = [ecotone("export", table, "-w", w, "-f", form) for table in WRITTEN for form in ("csv", "json")]
    outcomes += [ecotone("show", project.project, "-w", w, "--json") for project in simulated.truth.projects]
    outcomes.append(ecotone("doctor", "-w", w))
    texts = [outcome.out for outcome in outcomes]
    texts += [path.read_text("utf-8") for path in (w / "report").rglob("*") if path.suffix in {".html", ".csv", ".svg"}]
    for text in texts:
        folded = text.casefold()
        assert not [address for address in addresses if address in folded]
        for local, domain in ADDRESS.findall(text):
            assert PSEUDONYM.match(local) or "users.noreply" in domain, (local, domain)
            assert local not in locals_


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("merge",), "ecotone: Missing argument 'shards'. `ecotone merge -h` lists what is accepted."),
        (("show", "a/b", "--foo"), "ecotone: No such option: --foo. `ecotone show -h` lists what is accepted."),
        (("shw",), "ecotone: No such command 'shw'. Did you mean 'show'? `ecotone -h` lists what is accepted."),
        (("compare", "--lang", "fr"), "ecotone: Invalid value for '--lang': 'fr' is not one of 'en', 'zh'."),
    ],
)  # fmt: skip
def test_a_wrong_command_line_is_one_sentence(arguments: tuple[str, ...], said: str):
    assert one_sentence(ecotone(*arguments)).startswith(said)


# show, compare, signals, doctor


def test_show_says_what_json_says(w: Path, simulated: Simulated):
    name = simulated.truth.projects[0].project
    text = ecotone("show", name.upper(), "-w", w)
    assert text.code == 0
    assert text.out.startswith(f"{name}  (")
    assert text.out.index("Is it alive?") < text.out.index("How many can merge?") < text.out.index("the highest bar is")
    told = json.loads(ecotone("show", name, "-w", w, "--json").out)
    assert told["project"]["project"] == name
    truth = {f"{month.month}": month.commits for month in simulated.truth.projects[0].months}
    assert {row["month"]: row["commits"] for row in told["signals"]} == truth
    assert sum(row["share"] for row in told["organisations"]) == pytest.approx(1)


def test_compare_takes_the_last_month_seen_whole_by_all(w: Path, simulated: Simulated):
    names = [project.project for project in simulated.truth.projects]
    told = json.loads(ecotone("compare", *names, names[0], "-w", w, "--json").out)
    assert list(told["projects"]) == names
    month = date.fromisoformat(told["month"])
    whole = {name: set() for name in names}
    signal = "activity" if all(row["activity"] is not None for row in told["projects"].values()) else "activity_landed"
    for row in rows_of(ecotone("export", "signal_coverage", "-w", w)):
        if row["signal"] == signal and row["state"] == "complete":
            whole[row["project"]].add(date.fromisoformat(row["month"]))
    assert month == max(set.intersection(*whole.values()))
    assert told["projects"][names[0]]["month"] == told["month"]
    assert f"{month:%Y-%m}" in ecotone("compare", *names, "-w", w).out


def test_compare_without_a_common_month_says_what_there_is(tmp_path: Path):
    one, two = straight(tmp_path / "a.git", 60), straight(tmp_path / "b.git", 2)
    landscape = landscape_of(tmp_path / "l", {"a/a": one.folder, "b/b": two.folder})
    assert ecotone("run", landscape, "-w", tmp_path / "w", "--quiet").code == 0
    said = one_sentence(ecotone("compare", "a/a", "b/b", "-w", tmp_path / "w"))
    assert "There is no month that is complete for all projects (a/a: 2023-11 to 2023-12, b/b: none)." in said


def test_the_glossary_has_every_signal():
    told = json.loads(ecotone("signals", "--json").out)
    glossary = (*signals.ALL, *networks.ALL)
    assert [row["name"] for row in told] == [signal.name for signal in glossary]
    assert all(row["definition"] and row["definition_zh"] and row["unit"] for row in told)
    text = ecotone("signals").out
    assert all(f"{signal.name}  [" in text for signal in glossary)


def test_the_doctor_knows_git_the_tables_and_the_coverage(w: Path):
    told = {row["about"]: row["state"] for row in json.loads(ecotone("doctor", "-w", w, "--json").out)}
    assert told["git"].startswith("git version")
    assert "generation" in told["tables"]
    assert "complete" in told["coverage of git"]


@pytest.mark.parametrize("command", [["show", "a/b"], ["compare", "a/b", "c/d"], ["export", "events"], ["doctor"]])
def test_without_a_workspace_the_next_command_is_named(command: list[str], tmp_path: Path):
    said = one_sentence(ecotone(*command, "-w", tmp_path / "none"))
    assert "There is no workspace in " in said
    assert "`ecotone run LANDSCAPE`" in said
    assert not (tmp_path / "none").exists()


# init, simulate, run, version


@pytest.mark.parametrize("field", ["agents", "coding", "stack"])
def test_init_writes_a_landscape_that_can_be_read(field: str, tmp_path: Path):
    target = tmp_path / "deep" / "mine.toml"
    assert ecotone("init", field, "-o", target).code == 0
    assert read_landscape(target).name == field
    assert "exists already" in one_sentence(ecotone("init", field, "-o", target))


def test_simulate_writes_a_field_and_refuses_a_folder_in_use(tmp_path: Path):
    sizes = ("--projects", 1, "--people", 4, "--months", 2, "--changes-per-month", 2)
    assert ecotone("simulate", tmp_path / "f", *sizes).code == 0
    assert read_landscape(tmp_path / "f" / "landscape.toml").projects
    assert "is in use" in one_sentence(ecotone("simulate", tmp_path / "f", *sizes))
    assert "needs 1 or more projects" in one_sentence(ecotone("simulate", tmp_path / "g", "--projects", 0))


def test_simulate_refuses_months_before_the_first(tmp_path: Path):
    said = one_sentence(ecotone("simulate", tmp_path / "f", "--months", 667, "--quiet"))
    assert "667 months up to 2025-06 begin before 1970" in said
    assert not (tmp_path / "f").exists()


def test_the_steps_one_by_one_are_the_run(tmp_path: Path):
    made = straight(tmp_path / "o.git", 4)
    landscape = landscape_of(tmp_path / "l", {"o/r": made.folder})
    w = tmp_path / "w"
    assert "so there is nothing to analyse" in one_sentence(ecotone("analyse", landscape, "-w", w, "--quiet"))
    assert "There are no tables to report yet" in one_sentence(ecotone("report", landscape, "-w", w, "--quiet"))
    assert "Reading repositories" in ecotone("collect", landscape, "-w", w).err
    assert "`ecotone run LANDSCAPE` first" in one_sentence(ecotone("export", "events", "-w", w))
    for step in ("analyse", "report"):
        assert ecotone(step, landscape, "-w", w, "--quiet").code == 0
    told = ecotone("run", landscape, "-w", w, "--json", "--quiet")
    assert json.loads(told.out) == {
        "landscape": "made",
        "steps": ["collect", "analyse", "report"],
        "repositories": 1,
        "failures": [],
        "remade": [],
        "report": str(w / "report" / "index.html"),
    }
    assert told.err == ""


def test_a_run_that_failed_in_part_says_so_in_json(tmp_path: Path):
    made = straight(tmp_path / "o.git", 2)
    landscape = landscape_of(tmp_path / "l", {"o/r": made.folder, "bad/one": tmp_path / "none"})
    found = ecotone("collect", landscape, "-w", tmp_path / "w", "--json", "--quiet")
    assert found.code == 1
    (failure,) = json.loads(found.out)["failures"]
    assert (failure["project"], failure["repository"]) == ("bad/one", "bad/one")
    assert "does not exist" in failure["reason"]


def test_a_missing_landscape(tmp_path: Path):
    said = one_sentence(ecotone("run", tmp_path / "none.toml", "-w", tmp_path / "w"))
    assert f"Write one with `ecotone init agents -o {tmp_path / 'none.toml'}`" in said
    assert not (tmp_path / "w").exists()


def test_version_help_and_what_is_no_command():
    assert ecotone("--version").out.strip() == metadata.version("ecotone")
    shown = ecotone("--help").out
    assert all(command.__name__ in shown for command in COMMANDS)
    assert ecotone("nonsense").code == 2
    assert ecotone("export").code == 2
    assert ecotone("run", "x", "--lang", "fr").code == 2
