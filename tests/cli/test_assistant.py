"""`ecotone mcp`: a client of the official SDK asks; each answer has coverage and unknown, and names no person."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters

from ecotone.api import open_workspace
from ecotone.cli.assistant import TOOL_NAMES, create_server
from ecotone.cli.assistant_tools import AssistantTools
from tests.cli.command import ecotone, one_sentence
from tests.conftest import Simulated

SOURCES = Path(__file__).parents[2] / "src"


def answers(server: Any, *questions: tuple[str, dict[str, Any]]) -> list[Any]:
    """The structured answers of a session, or the text of an error."""

    async def ask() -> list[Any]:
        async with Client(server) as client:
            results = [await client.call_tool(name, values) for name, values in questions]
            return [result.content[0].text if result.is_error else result.structured_content for result in results]

    return anyio.run(ask)


@pytest.fixture
def server(simulated: Simulated) -> Any:
    return create_server(AssistantTools(simulated.workspace, min_people=1))


def test_a_client_lists_and_calls_the_tools_over_standard_streams(simulated: Simulated):
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "ecotone", "mcp", "-w", str(simulated.workspace)],
        env={"PYTHONPATH": str(SOURCES)},
    )

    async def ask() -> tuple[list[str], Any]:
        async with Client(command) as client:
            listed = await client.list_tools()
            assert all(tool.annotations and tool.annotations.read_only_hint for tool in listed.tools)
            assert all(tool.description for tool in listed.tools)
            return [tool.name for tool in listed.tools], await client.call_tool("projects", {})

    names, result = anyio.run(ask)
    assert tuple(names) == TOOL_NAMES
    assert {row["project"] for row in result.structured_content["projects"]} == {
        project.project for project in simulated.truth.projects
    }
    assert result.structured_content["coverage"]["projects"] == 3
    assert "null is unknown" in result.structured_content["unknown"]


def test_signals_are_those_of_the_table_with_the_state_of_each_month(server: Any, simulated: Simulated):
    name = simulated.truth.projects[0].project
    [answer] = answers(server, ("signals", {"project": name.upper(), "names": ["commits"], "since": "2024-10"}))
    rows = open_workspace(simulated.workspace).signals(projects=name, since="2024-10").to_arrow()
    months = answer["signals"]["commits"]["months"]
    assert [row["value"] for row in months] == rows["commits"].to_pylist()
    assert {row["state"] for row in months} <= {"complete", "partial", "damaged", "not_observed"}
    assert answer["signals"]["commits"]["formula"].startswith("commits/")


def test_every_answer_says_what_is_unknown_and_names_no_person(server: Any, simulated: Simulated):
    opened = open_workspace(simulated.workspace)
    name = simulated.truth.projects[0].project
    known = [row for row in opened.organisations(projects=name).to_arrow()["organisation"].to_pylist() if row[0] != "("]
    found = answers(
        server,
        ("projects", {}),
        ("compare", {"projects": [name]}),
        ("organisations", {"project": name}),
        ("explain", {"project": name}),
        ("explain", {"project": name, "organisation": known[0]}),
        ("signals", {"project": name, "names": ["contributors"]}),
    )
    assert all(answer["unknown"] for answer in found)
    text = json.dumps(found)
    people = opened.people().to_arrow()
    accounts = {account for account in people["account"].to_pylist() if account}
    assert accounts
    assert not [account for account in accounts if account in text]
    assert "@" not in text


def test_shares_of_organisations_and_unknown_make_a_whole(server: Any, simulated: Simulated):
    [answer] = answers(server, ("organisations", {"project": simulated.truth.projects[0].project}))
    rows = [*answer["organisations"], answer["not_named"], answer["employer_unknown"]]
    assert sum(row["share"] for row in rows) == pytest.approx(1, abs=0.001)
    assert sum(row["commits"] for row in rows) == answer["commits_by_persons"]


def test_a_small_organisation_is_not_named(simulated: Simulated):
    name = simulated.truth.projects[0].project
    strict = create_server(AssistantTools(simulated.workspace, min_people=1000))
    known = open_workspace(simulated.workspace).organisations(projects=name).to_arrow()["organisation"].to_pylist()
    organisation = next(row for row in known if row[0] != "(")
    shares, reason = answers(
        strict, ("organisations", {"project": name}), ("explain", {"project": name, "organisation": organisation})
    )
    assert shares["organisations"] == []
    assert "fewer than 1000 people" in reason


def test_a_wrong_question_is_answered_with_the_names_that_exist(server: Any, simulated: Simulated):
    name = simulated.truth.projects[0].project
    unknown_project, unknown_signal, none, unknown_category, month = answers(
        server,
        ("compare", {"projects": ["no/such"]}),
        ("signals", {"project": name, "names": ["comits"]}),
        ("compare", {"projects": []}),
        ("projects", {"category": "nothing"}),
        ("signals", {"project": name, "names": ["commits"], "since": "yesterday"}),
    )
    assert "No project is called 'no/such'" in unknown_project
    assert "Did you mean 'commits'" in unknown_signal
    assert "Name at least one project" in none
    assert "No category is called 'nothing'" in unknown_category
    assert "'yesterday' is not a month" in month


def test_without_a_workspace_the_command_says_so_at_once(tmp_path: Path):
    assert "There is no workspace in" in one_sentence(ecotone("mcp", "-w", tmp_path / "none"))
