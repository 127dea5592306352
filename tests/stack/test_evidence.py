from __future__ import annotations

import time
from datetime import date
from functools import partial

import pyarrow as pa
import pytest

from ecotone.events.sources.git.manifests import DECLARATION_SCHEMA
from ecotone.events.sources.git.tree_members import NAMED_CHILD_SCHEMA
from ecotone.foundation.errors import UnknownName
from ecotone.pipeline.project_stacks import package_table
from ecotone.stack.claims import DOES_NOT_HOLD, HOLDS, IN_PART, TOO_FEW, judge_claims
from ecotone.stack.manifests.line_numbers import find_declaring_lines, find_lines_of_rows
from ecotone.stack.manifests.manifest_reader import parse_text
from ecotone.stack.technology_explanation import explain_technology
from ecotone.stack.technology_map import extended_map, load_technologies
from tests.stack.test_measures import app


def declaration(
    package: str, scope: str, since: date, until: date | None = None, **columns: object
) -> dict[str, object]:
    return {
        "project": "o/App", "repository": "o/app", "ecosystem": "pypi", "package": package, "scope": scope,
        "manifest": "requirements.txt", "line": 3, "commit": "0" * 40, "since": since, "until": until,
        "connector": False,
    } | columns  # fmt: skip


TABLE = pa.Table.from_pylist(
    [
        declaration("langchain-openai", "runtime", date(2024, 3, 1)),
        declaration("openai", "dev", date(2024, 1, 1), date(2024, 2, 1), manifest="dev.txt", line=None),
        declaration("flask", "runtime", date(2024, 1, 1)),
        declaration("ollama", "runtime", date(2024, 1, 1), manifest="plugins/a/requirements.txt", connector=True),
    ],
    schema=DECLARATION_SCHEMA.append(pa.field("connector", pa.bool_())),
)

PACKAGES = package_table(TABLE, load_technologies())
NAMED = pa.Table.from_pylist(
    [
        {"project": "o/App", "folder": "src/llm", "child": "openai_client", "since": date(2024, 2, 1)},
        {"project": "o/other", "folder": "src", "child": "openai", "since": date(2024, 2, 1)},
    ],
    schema=NAMED_CHILD_SCHEMA,
)


def test_every_declaration_of_a_technology_is_evidence_by_time():
    explained = explain_technology(TABLE, PACKAGES, NAMED, "o/app", "OpenAI")
    assert (explained["project"], explained["layers"]) == ("o/App", ["model_api"])
    assert [(row["package"], row["counts"], row["line"]) for row in explained["declarations"]] == [
        ("openai", False, None), ("langchain-openai", True, 3),
    ]  # fmt: skip
    assert [(row["folder"], row["child"]) for row in explained["named"]] == [("src/llm", "openai_client")]


def test_a_connector_is_evidence_that_does_not_count():
    explained = explain_technology(TABLE, PACKAGES, NAMED, "o/app", "ollama")
    assert [(row["connector"], row["counts"]) for row in explained["declarations"]] == [(True, False)]


def test_a_row_of_the_landscape_is_explained():
    own = extended_map(
        [("ecosystem\tpattern\tlayer\ttechnology\tgenerative\npypi\tflask\tui\tflask-ui\t0\n", "own.tsv")]
    )
    explained = explain_technology(TABLE, package_table(TABLE, own), NAMED, "o/app", "flask-ui")
    assert (explained["layers"], len(explained["declarations"])) == (["ui"], 1)


def test_a_package_is_explained_by_its_own_name():
    explained = explain_technology(TABLE, PACKAGES, NAMED, "o/App", "langchain-openai")
    assert len(explained["declarations"]) == 1


@pytest.mark.parametrize(("project", "technology"), [("o/other", "openai"), ("o/app", "redis")])
def test_an_unknown_name_lists_the_known(project, technology):
    with pytest.raises(UnknownName, match=r"o/App|openai"):
        explain_technology(TABLE, PACKAGES, NAMED, project, technology)


def test_lines_of_names_that_stand_by_themselves():
    text = (
        '{"dependencies": {\n"upgrade": "1",\n"pg": "2",\n"@scope/kit": "3"}}\n<artifactId>spring-core</artifactId>\n'
    )
    assert find_declaring_lines(text, ["pg", "@scope/kit", "org.spring:spring-core", "grad", "lost"]) == {
        "pg": 3, "@scope/kit": 4, "org.spring:spring-core": 5,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text", "lines"),
    [
        ("package.json", '{\n"description": "a pg tool",\n"devDependencies": {\n"pg": "1"},\n"dependencies": {\n'
         '"@types/pg": "1",\n"x": "1",\n"pg": "8"}}', {("pg", "dev"): 4, ("@types/pg", "runtime"): 6,
         ("x", "runtime"): 7, ("pg", "runtime"): 8}),
        ("compose", "# postgres and redis\nservices:\n  postgres:\n    environment:\n      HOST: redis\n"
         "    image: acme/postgres:9\n    depends_on: [redis]\n  redis:\n    image: redis\n",
         {("acme/postgres", "runtime"): 6, ("redis", "runtime"): 9}),
        ("requirements", "# flask\nzope.interface==1\n    # via flask\nFlask==2\n",
         {("flask", "runtime"): 4}),
        ("pom", "<project><dependencies><dependency>\n<groupId>org.kit</groupId>\n<artifactId>kit</artifactId>\n"
         "</dependency></dependencies></project>", {("org.kit:kit", "runtime"): 3}),
    ],
)  # fmt: skip
def test_a_line_is_the_one_without_which_the_package_is_not_declared(kind, text, lines):
    found = find_lines_of_rows(text, parse_text(kind, text), partial(parse_text, kind))
    assert {(row.package, row.scope): line for row, line in found.items()} == lines


def verdicts(stacks: list[object]) -> dict[str, tuple[str, int | None, int]]:
    return {result.claim: (result.verdict, result.applications, result.of) for result in judge_claims(stacks, "ai")}  # type: ignore[arg-type]  # applications


def test_claims_hold_on_enough_applications_alone():
    first = [app(str(index), openai="x" * 12, psycopg2="." + "x" * 11) for index in range(9)]
    assert verdicts(first)["model_first"] == (HOLDS, 9, 9)
    assert verdicts(first)["model_replaces_database"] == (DOES_NOT_HOLD, 0, 9)
    assert verdicts(first[:4])["model_first"] == (TOO_FEW, 4, 4)
    later = [app(f"l{index}", openai="." + "x" * 11, psycopg2="x" * 12) for index in range(7)]
    assert verdicts([*first, *later])["model_first"] == (IN_PART, 9, 16)
    assert verdicts(later)["model_first"] == (DOES_NOT_HOLD, 0, 7)
    assert verdicts([app("t", group="traditional", openai="x")])["model_first"] == (TOO_FEW, None, 0)


def test_a_database_that_is_gone_while_the_application_is_seen_was_replaced():
    stacks = [app(str(index), openai="x" * 12, psycopg2="x" * 6) for index in range(6)]
    assert verdicts(stacks)["model_replaces_database"] == (HOLDS, 6, 6)
    silent = [app(str(index), openai="x" * 6, psycopg2="x" * 6) for index in range(6)]
    assert verdicts(silent)["model_replaces_database"] == (TOO_FEW, None, 0)


def test_safety_gains_compare_with_the_year_before():
    stacks = [app(str(index), length=14, openai="x" * 14, mcp="." * 8 + "x" * 6) for index in range(6)]
    assert verdicts(stacks)["safety_gains"] == (HOLDS, 6, 6)
    young = [app(str(index), length=12, openai="x" * 12, mcp="x" * 12) for index in range(6)]
    assert verdicts(young)["safety_gains"] == (TOO_FEW, None, 0)


def test_lines_of_a_very_long_manifest_are_found_in_a_moment():
    names = [f"package-{number}" for number in range(40_000)]
    began = time.process_time()
    lines = find_declaring_lines("\n".join(names), names)
    assert time.process_time() - began < 2
    assert (lines["package-0"], lines["package-100"]) == (1, 101)
