"""Write docs/reference from the declarations in the code; with --check, list outdated pages and fail.

`docs/reference_descriptions.toml` describes tables, columns and keys that the code does not describe. A column or key
without a description, and a description without a column or key, are errors.
"""

from __future__ import annotations

import argparse
import inspect
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args, get_origin, get_type_hints

import pyarrow.parquet as pq
import typer
from pydantic import BaseModel

from ecotone import networks, signals, simulation
from ecotone.cli.main import app
from ecotone.events import sources
from ecotone.events.sources.base import Source
from ecotone.foundation import landscape
from ecotone.foundation.engine_choice import EngineChoice
from ecotone.foundation.landscape import read_landscape
from ecotone.foundation.landscape_claims import ClaimEntry
from ecotone.foundation.limits import DEFAULT_LIMITS, MachineShare, ReadingLimits
from ecotone.foundation.person_entries import PersonEntry, ShownPeople, SpellEntry
from ecotone.networks.network_signal import NetworkSignal
from ecotone.people.actor_rules import ActorRule, load_actor_rules, load_tool_rules
from ecotone.pipeline.steps import Run, perform_steps, utc_now
from ecotone.signals.declare import THEMES, Signal
from ecotone.signals.tables import SCHEMAS
from ecotone.store.workspace import Workspace

FOLDER: Final = Path(__file__).parents[1] / "docs" / "reference"
DESCRIPTIONS: Final = FOLDER.with_name("reference_descriptions.toml")
WORDS: Final[Mapping[str, Any]] = tomllib.loads(DESCRIPTIONS.read_text("utf-8"))
GENERATED: Final = "<!-- Written by tools/write_reference.py; edit the declarations instead. -->"

INPUT_WORDS: Final = {
    "git": "a git history",
    "pull_request_heads": "pull-request heads",
    "landed_requests": "landed requests",
    "thread_numbers": "thread numbers",
    "manifests": "dependency manifests",
    "conversation": "an event source for issues, comments and reviews",
    "stars": "an event source for stars and forks",
}
EXITS: Final = (
    (0, "Done."),
    (1, "Done, but some repositories could not be read; each is listed."),
    (2, "An error that you can correct; one message describes it."),
    (130, "Interrupted; the same command continues."),
)

GLOSSARY: Final[tuple[Signal | NetworkSignal, ...]] = (*signals.ALL, *networks.ALL)
"""Every column of the table `signals` that is declared."""

Lines = Iterator[str]


class Undescribed(Exception):
    """A declaration without a description, or a description without a declaration."""


def main() -> int:
    """Write or check; 1 if something is out of date."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a page is out of date")
    check: bool = parser.parse_args().check
    written, wrong = {}, []
    for name, lines in WRITERS.items():
        try:
            written[FOLDER / f"{name}.md"] = "\n".join([GENERATED, "", *lines()]).rstrip() + "\n"
        except Undescribed as error:
            wrong.append(error)
    if wrong:
        print("\n".join(f"docs/{DESCRIPTIONS.name}: {error}" for error in wrong))
        return 1
    stale = [path for path, text in written.items() if not path.exists() or path.read_text("utf-8") != text]
    if check:
        for path in stale:
            print(f"{path.relative_to(FOLDER.parents[1])} is out of date; run python tools/write_reference.py")
        return 1 if stale else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in written.items():
        path.write_text(text, "utf-8")
    print(f"{len(stale)} pages changed in {FOLDER}")
    return 0


def _markdown_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Lines:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(str(cell).replace('|', chr(92) + '|').replace(chr(10), ' ') for cell in row)} |"
    yield ""


def _as_code(text: object) -> str:
    """Text as code within a line, whatever it holds."""
    plain = str(text)
    fence = "``" if "`" in plain else "`"
    return f"{fence} {plain} {fence}" if "`" in plain else f"{fence}{plain}{fence}"


def _described(where: str, names: Iterable[str]) -> Mapping[str, str]:
    """The descriptions of these names, exactly one for each. Raises Undescribed."""
    words: Mapping[str, str] = WORDS
    for part in where.split("."):
        words = words.get(part, {})  # type: ignore[assignment]  # nested tables of TOML
    listed = list(names)
    missing = [name for name in listed if name not in words]
    extra = [name for name in words if name not in listed]
    if missing or extra:
        raise Undescribed(f"{where}: no description of {missing}; descriptions of nothing: {extra}")
    return words


# ---- signals


def signal_lines() -> Lines:
    """The glossary, by theme."""
    yield from (
        "# Signals",
        "",
        f"{len(GLOSSARY)} monthly numbers of a project, each a column of the table [signals](tables.md#signals).",
        "Each is declared once, in `src/ecotone/signals/` or `src/ecotone/networks/`, with the function that computes",
        "it. This page, the report's page on methods and `ecotone signals` are generated from the declarations. Each",
        "has the example that its test runs: people are single letters (`aab` is two acts of a and one of b), persons",
        "of the project `p` unless stated otherwise. In tables of interactions, x1 and x2 are people of x;",
        "the organisation of ?1 is unknown.",
        "",
    )
    for theme, (title, title_zh) in THEMES.items():
        yield from (f"## {title} · {title_zh}", "")
        for signal in GLOSSARY:
            if signal.theme == theme:
                yield from _signal_section(signal)


def _signal_section(signal: Signal | NetworkSignal) -> Lines:
    yield from (f"### {signal.name}", "", f"**{signal.title}** · {signal.title_zh}", "")
    yield from (signal.definition, "", signal.definition_zh, "")
    empty = "empty" if signal.when_empty is None else signal.when_empty
    rows = [
        ("Unit", f"{signal.unit} · {signal.unit_zh}"),
        ("Formula", _as_code(signal.formula)),
        ("After", signal.source),
        ("Columns", ", ".join(map(_as_code, signal.columns))),
        ("Needs", ", ".join(INPUT_WORDS[name] for name in signal.inputs)),
        ("Value of an observed month without any", empty),
        ("NULL means", f"{signal.null_means} · {signal.null_means_zh}"),
    ]
    yield from _markdown_table(("", ""), rows)
    yield from ("Example:", "", "```text")
    for table, examples in signal.example.rows.items():
        yield from _example_rows(table, examples)
    yield "gives"
    for (project, month), answer in signal.example.answer.items():
        cells = answer if isinstance(answer, tuple) else (answer,)
        values = zip(signal.columns, cells, strict=True)
        yield f"    {project} {month:%Y-%m}  " + "  ".join(f"{name} = {_value_text(value)}" for name, value in values)
    yield from ("```", "")


def _example_rows(table: str, rows: Sequence[Mapping[str, Any]]) -> Lines:
    """The rows of one input table, short: acts that differ only by person share a line."""
    yield table
    if table != "acts":
        for row in rows:
            shown_cells = {
                key: value for key, value in _told_cells(row) if not key.endswith("_month") and key != "month_index"
            }
            yield "    " + "  ".join(f"{key}={_value_text(value)}" for key, value in shown_cells.items())
        return
    grouped: dict[str, str] = {}
    for row in rows:
        cells = [cell for cell in _told_cells(row) if cell[0] not in ("account", "person", "month", "kind")]
        text = "  ".join(f"{key}={value}" for key, value in cells)
        head = f"    {row['month']:%Y-%m}  {row['kind']}  {text}"
        grouped[head] = grouped.get(head, "") + str(row["person"])
    width = max(len(head) for head in grouped)
    for head, people in grouped.items():
        yield f"{head:{width}}  by {people if len(people) < 20 else f'{people[0]}, {len(people)} times'}"


def _told_cells(row: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The cells of an example that say something: not NULL, not the project p, not a person."""
    silent = {("project", "p"), ("actor_kind", "person")}
    return [(key, value) for key, value in row.items() if value is not None and (key, value) not in silent]


def _value_text(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time().isoformat() == "00:00:00" else f"{value:%Y-%m-%dT%H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%Y-%m}"
    return "NULL" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)


# ---- tables


def table_lines() -> Lines:
    """Columns and types of every public table, as a run writes them."""
    yield from (
        "# Tables",
        "",
        "A run writes these tables; `ecotone export TABLE` exports them. Times are UTC without a zone; months are the",
        "first day of the month. NULL is never zero: the meaning of each NULL is in the column's description or, for",
        "signals, in the [glossary](signals.md). Columns and types come from the files that a run writes.",
        "",
    )
    written = written_tables()
    about = _described("tables.about", written)
    for name in sorted(written, key=list(about).index):
        yield from (f"## {name}", "", about[name], "")
        columns = written[name]
        measured = name in ("signals", "cohesion")
        known = {column: signal for signal in GLOSSARY for column in signal.columns} if measured else {}
        sentences = _described(f"tables.{name}", (column for column, _ in columns if column not in known))
        meanings = (known[column] if column in known else sentences[column] for column, _ in columns)
        rows = [
            (
                _as_code(column),
                kind,
                meaning
                if isinstance(meaning, str)
                else f"[{meaning.title}](signals.md#{meaning.name}), {meaning.unit}",
            )
            for (column, kind), meaning in zip(columns, meanings, strict=True)
        ]
        yield from _markdown_table(("Column", "Type", "Meaning"), rows)
    yield from (
        "# Relations the signals read",
        "",
        "These tables are computed during a run and are not stored, except `pulls`. They are the parameters of the",
        "functions in `src/ecotone/signals/`.",
        "",
    )
    for name, schema in SCHEMAS.items():
        yield from (
            f"## relation {name}",
            "",
            *_markdown_table(("Column", "Type"), ((_as_code(column), schema[column]) for column in schema)),
        )


def written_tables() -> dict[str, list[tuple[str, str]]]:
    """Column names and types of each table of a small simulated run."""
    with tempfile.TemporaryDirectory() as folder:
        field = Path(folder) / "field"
        simulation.simulate_field(field, seed=1, projects=2, people=12, months=4, pace=4.0)
        run = Run(
            Workspace.create(Path(folder) / "workspace"),
            read_landscape(field / "landscape.toml"),
            utc_now(),
            lambda _name, _done, _total: None,
        )
        perform_steps(run, ("collect", "analyse"), lambda _step: None)
        names = (run.workspace.current_manifest() or {})["tables"]
        return {
            name: [(name.name, str(name.type)) for name in pq.read_schema(run.workspace.table_path(name))]
            for name in names
        }


# ---- commands


def command_lines() -> Lines:
    """Every command with its arguments and options."""
    yield from ("# Commands", "", "`ecotone COMMAND --help` prints the same.", "")
    for name, callback in all_commands(app):
        yield from (f"## ecotone {name}", "", _first_lines(callback), "")
        rows = [row for parameter in _parameter_rows(callback) for row in [_parameter_row(*parameter)]]
        yield from _markdown_table(("", "", "Default"), rows)
    yield from ("## Exit codes", "", *_markdown_table(("Code", "Meaning"), EXITS))


def all_commands(of: typer.Typer, before: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every command's words and its function, those of groups too."""
    for info in of.registered_commands:
        if info.callback is not None and not info.hidden:
            yield before + (info.name or info.callback.__name__.replace("_", "-")), info.callback
    for group in of.registered_groups:
        if group.typer_instance is not None:
            yield from all_commands(group.typer_instance, f"{before}{group.name} ")


def _first_lines(callback: Callable[..., Any]) -> str:
    return " ".join((inspect.getdoc(callback) or "").split())


def _parameter_rows(callback: Callable[..., Any]) -> Iterator[tuple[str, Any, Any, Any]]:
    """Name, type, typer's description and default of each parameter."""
    hints = get_type_hints(callback, include_extras=True)
    for name, parameter in inspect.signature(callback).parameters.items():
        if get_origin(hints[name]) is Annotated:
            kind, about = get_args(hints[name])[:2]
            yield name, kind, about, parameter.default


def _parameter_row(name: str, kind: Any, about: Any, default: Any) -> tuple[str, str, str]:
    if isinstance(about, typer.models.ArgumentInfo):
        shown = _as_code(name.upper())
    else:
        # typer takes the first name of an annotated option for a default
        declared = [about.default, *(about.param_decls or ())]
        written = [one for one in declared if isinstance(one, str) and one.startswith("-")]
        written = written or ["--" + name.replace("_", "-")]
        shown = ", ".join(map(_as_code, written)) + ("" if kind is bool else f" {_metavar_text(kind)}")
    fallback = (
        "" if default in (inspect.Parameter.empty, None, False) else _as_code("on" if default is True else default)
    )
    return shown, str(about.help or ""), "required" if default is inspect.Parameter.empty else fallback


def _metavar_text(kind: Any) -> str:
    names = {"Path": "PATH", "int": "NUMBER", "float": "NUMBER", "str": "TEXT"}
    if get_origin(kind) is Literal:
        return _as_code("|".join(get_args(kind)))
    inner = [one for one in get_args(kind) if one is not type(None)]
    if inner:
        return _metavar_text(inner[0]) + (" (may be repeated)" if get_origin(kind) is list else "")
    return names.get(getattr(kind, "__name__", ""), "VALUE")


# ---- the landscape file


def landscape_lines() -> Lines:
    """Keys of the landscape file."""
    yield from (
        "# The landscape file",
        "",
        "A TOML file that lists the projects of a field. `ecotone init` writes one to start from. An unknown key is an",
        "error; the message gives the line and the accepted keys.",
        "",
    )
    sections = (
        ("Top level", "file", landscape._File),
        ("[landscape]", "header", landscape._Header),
        ("[limits]", "limits", ReadingLimits),
        ("[engine]", "engine", EngineChoice),
        ("[machine]", "machine", MachineShare),
        ("[report]", "report", ShownPeople),
        ("[[project]]", "project", landscape._ProjectEntry),
        ("An entry of `repositories` written as a table", "repository", landscape._RepositoryEntry),
        ("A file of `affiliations` written as a table", "affiliation_file", landscape._AffiliationFileEntry),
        ("A domain of `[organisations]` written as a table", "domain", landscape._DomainEntry),
        ("[[person]]", "person", PersonEntry),
        ("An entry of `affiliations`", "affiliation", SpellEntry),
        ("[[claim]]", "claim", ClaimEntry),
    )
    for title, path, model in sections:
        yield from (f"## {title}", "", *_key_rows(path, model))
    for source in sources.load_sources():
        if not source.role.reads_histories:
            yield from (f"## [sources.{source.name}]", "", *_source_lines(source))
    yield from ("## Types", "")
    for term, sentence in WORDS["landscape"]["types"].items():
        yield f"- *{term}*: {sentence}"


def _source_lines(source: Source) -> Lines:
    """What a source is and the options that its model declares."""
    kinds = ", ".join(map(_as_code, sorted(source.event_kinds))) or "none"
    yield from (f"{source.title}. Terms: {source.licence}. Kinds of events: {kinds}.", "")
    fields = source.Options.model_fields.items()
    undescribed = [key for key, field in fields if not field.description]
    if undescribed:
        raise Undescribed(f"sources.{source.name}: no description of {undescribed}")
    rows = (
        (_as_code(key), field.description, "" if field.default is None else _as_code(field.default))
        for key, field in fields
    )
    yield from _markdown_table(("Key", "Meaning", "Default"), rows)


def _key_rows(path: str, model: type[BaseModel]) -> Lines:
    words = _described(f"landscape.{path}", model.model_fields)
    rows = []
    for key, field in model.model_fields.items():
        default = field.get_default(call_default_factory=True) if not field.is_required() else None
        needed = (
            "required"
            if field.is_required()
            else ""
            if default in (None, "", [], {}, DEFAULT_LIMITS)
            else _as_code(default)
        )
        rows.append((_as_code(key), words[key], needed))
    yield from _markdown_table(("Key", "Meaning", "Default"), rows)


# ---- bots and agents


def actor_lines() -> Lines:
    """The rules that distinguish bots and AI agents from people, and tools in trailers."""
    yield from (
        "# Bots and AI agents",
        "",
        f"{len(load_actor_rules())} rules determine whether an account is a bot or an AI agent. The first",
        "matching rule decides; an account without one is a person. The rules are data:",
        "`src/ecotone/people/data/actors.toml`.",
        "[Who is a bot or an agent](../explain/bots-and-agents.md) explains them.",
        "",
        "## Accounts",
        "",
    )
    head = ("Rule", "Kind", "Product", "Matches if", "Since", "Source")
    yield from _markdown_table(
        head,
        (
            (_as_code(rule.rule), rule.kind, rule.product or "", _condition_text(rule), rule.since or "", rule.source)
            for rule in load_actor_rules()
        ),
    )
    yield from (
        "## Tools that sign a commit",
        "",
        "A commit that names one of these in a trailer, or in a signature in its last lines, is a person's commit",
        "*assisted by* it.",
        "",
    )
    tools = ((tool.product, _as_code(tool.like.pattern), tool.source) for tool in load_tool_rules())
    yield from _markdown_table(("Product", "Is called", "Source"), tools)


def _condition_text(rule: ActorRule) -> str:
    parts = []
    for field in ("login", "email", "name"):
        if exact := getattr(rule, field):
            shown = sorted(exact)
            more = f" and {len(shown) - 4} more" if len(shown) > 4 else ""
            parts.append(f"{field} is {' or '.join(map(_as_code, shown[:4]))}{more}")
        if pattern := getattr(rule, f"{field}_like"):
            parts.append(f"{field} matches {_as_code(pattern.pattern)}")
    return " and ".join(parts)


WRITERS: Final[Mapping[str, Callable[[], Lines]]] = {
    "signals": signal_lines,
    "tables": table_lines,
    "commands": command_lines,
    "landscape": landscape_lines,
    "actors": actor_lines,
}
"""The pages of the reference, and who writes their lines."""

if __name__ == "__main__":
    sys.exit(main())
