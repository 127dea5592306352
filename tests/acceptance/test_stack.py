"""Named measures of the stack against the handed values, and the reader against handed facts and imports."""

from __future__ import annotations

import resource
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ecotone.events.sources.git.blob_reader import BlobReader
from ecotone.events.sources.git.month_ends import OPEN
from ecotone.events.sources.git.snapshots import read_snapshots
from ecotone.foundation.months import add_months
from ecotone.simulation.planted_stacks import simulate_stacks
from ecotone.stack import adoption, stack_weight, tree_names, turnover
from ecotone.stack.application_stack import PRESENT, SHIPPED, ApplicationStack, DeclaredSpan, build_stack
from ecotone.stack.technology_map import DATABASE, LAYERS, MODEL, TechnologyMap, build_map, load_technologies, parse_map
from tests.acceptance import stack_imports
from tests.acceptance.settings import SHARED
from tests.acceptance.stack_facts import (
    analyse_landscape,
    handed_spans,
    handed_stacks,
    month_number,
    month_text,
    read_repository,
    read_rows,
    real_repositories,
)

STACK = SHARED / "stack"
pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not STACK.is_dir(), reason="the handed facts are not beside the checkout"),
]

Value = tuple[str, str, str, str, str]
"""Formula, subject, month, layer and measure."""

REACH_LAYERS = (
    MODEL, DATABASE, "database", "vector", "model_kit", "protocol", "cache", "queue", "object_store", "model_supply",
    "sandbox",
)  # fmt: skip
TURNOVER_LAYERS = ("database", "db_kit", "cache", "queue", "vector", "model_api", "model_kit", "model_runtime")
HALF_YEARS = ["2021-12", "2022-12", *(f"{year}-{month}" for year in (2023, 2024, 2025) for month in ("06", "12"))]
JUNES = ("2023-06", "2024-06", "2025-06", "2026-06")


def as_text(value: object) -> str:
    if value is None:
        return "NULL"
    return f"{value:.6f}" if isinstance(value, float) else str(value)


def present_values(stacks: Mapping[str, ApplicationStack]) -> Iterator[tuple[Value, object]]:
    for name, stack in stacks.items():
        for month in {month_number("2024-06"), stack.last}:
            if stack.is_seen(month):
                for layer in stack.members:
                    if technologies := stack.technologies(layer, month):
                        key = (PRESENT, name, month_text(month), layer, "technologies")
                        yield key, ",".join(sorted(technologies))


def reach_values(group: str, stacks: Sequence[ApplicationStack]) -> Iterator[tuple[Value, object]]:
    for text in (*HALF_YEARS, "2026-06"):
        for layer in REACH_LAYERS:
            if reach := adoption.measure_reach(stacks, layer, month_number(text)):
                for measure, bound in zip(("seen", "with", "share", "low", "high"), reach, strict=True):
                    yield (adoption.REACH, group, text, layer, measure), bound


def member_values(group: str, stacks: Sequence[ApplicationStack]) -> Iterator[tuple[Value, object]]:
    for text in JUNES:
        for layer in ("model_api", "vector", "database"):
            if members := adoption.measure_members(stacks, layer, month_number(text)):
                for measure, value in zip(("applications", "mean", "median", "max"), members, strict=True):
                    yield (adoption.MEMBERS, group, text, layer, measure), value
            if effective := adoption.measure_effective_number(stacks, layer, month_number(text)):
                for measure, part in zip(effective._fields, effective, strict=True):
                    yield (adoption.EFFECTIVE, group, text, layer, measure), part


def weight_values(group: str, stacks: Sequence[ApplicationStack]) -> Iterator[tuple[Value, object]]:
    for text in ("2021-12", *JUNES):
        for part, weight in (stack_weight.measure_weight(stacks, month_number(text)) or {}).items():
            yield (stack_weight.WEIGHT, group, text, part, "by_technology"), weight.by_technology
            yield (stack_weight.WEIGHT, group, text, part, "by_layer"), weight.by_layer


def lag_values(stack: ApplicationStack) -> Iterator[tuple[Value, object]]:
    for layer in (MODEL, DATABASE, "vector", "protocol"):
        first = adoption.find_first_month(stack, layer)
        yield (adoption.LAG, stack.name, "", layer, "first"), first.month and month_text(first.month)
        yield (adoption.LAG, stack.name, "", layer, "censored"), None if first.censored is None else int(first.censored)
    lag = adoption.measure_lag(stack) if stack.group == "ai" else None
    yield (adoption.LAG, stack.name, "", "", "lag"), lag


def turnover_values(stacks: Sequence[ApplicationStack]) -> Iterator[tuple[Value, object]]:
    spells = [spell for stack in stacks for spell in turnover.find_spells(stack, TURNOVER_LAYERS)]
    for spell in spells:
        ending = "ended" if spell.ended else "open"
        value = f"{month_text(spell.since)} {month_text(spell.last)} {spell.months} {ending}"
        yield (turnover.TURNOVER, spell.application, "", spell.layer, f"spell {spell.technology}"), value
    fields = [name for name in turnover.Turnover._fields if name not in ("without_one_low", "without_one_high")]
    for group in ("ai", "traditional", "all"):
        for layer in TURNOVER_LAYERS:
            mine = [spell for spell in spells if spell.layer == layer and group in (spell.group, "all")]
            if result := turnover.measure_turnover(mine):
                for name in fields:
                    yield (turnover.TURNOVER, group, "", layer, name), getattr(result, name)
                for end in ("low", "high"):
                    measure = f"rate_without_one_{end}"
                    yield (turnover.TURNOVER, group, "", layer, measure), getattr(result, f"without_one_{end}")


def named_values(stacks: Mapping[str, ApplicationStack]) -> Iterator[tuple[Value, object]]:
    members = tree_names.load_members()
    trees: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in read_rows(STACK / "tree_names_dev.tsv.gz"):
        trees[row["repository"], row["month"]][row["folder"]].append(row["child"])
    for name, stack in stacks.items():
        for month in range(stack.first, stack.last + 1):
            if month % 6 == 5 or month == stack.last:
                named = tree_names.find_named_members(trees.get((name, month_text(month)), {}), members)
                for kind, found_names in named.items():
                    yield (tree_names.NAMED, name, month_text(month), kind, "members"), len(found_names)


def measured_values(technologies: TechnologyMap) -> dict[Value, list[str]]:
    stacks = handed_stacks(STACK, technologies)
    values = [*present_values(stacks), *named_values(stacks), *turnover_values(list(stacks.values()))]
    for group in ("ai", "traditional"):
        mine = [stack for stack in stacks.values() if stack.group == group]
        values += [*reach_values(group, mine), *member_values(group, mine), *weight_values(group, mine)]
    for stack in stacks.values():
        values += lag_values(stack)
    listed: dict[Value, list[str]] = defaultdict(list)
    for key, value in values:
        listed[key].append(as_text(value))
    return listed


def expected_values() -> dict[Value, list[str]]:
    listed: dict[Value, list[str]] = defaultdict(list)
    for row in read_rows(STACK / "expected.tsv"):
        listed[row["formula"], row["subject"], row["month"], row["layer"], row["measure"]].append(row["value"])
    return listed


def agrees(measured: str, wanted: str) -> bool:
    try:
        return abs(float(measured) - float(wanted)) <= 1.01e-6
    except ValueError:
        return measured == wanted


def count_differences(technologies: TechnologyMap) -> tuple[Counter[str], list[tuple[Value, object, object]]]:
    measured, wanted = measured_values(technologies), expected_values()
    reproduced: Counter[str] = Counter()
    differences: list[tuple[Value, object, object]] = []
    for key, values in wanted.items():
        mine = sorted(measured.get(key, []))
        if len(mine) == len(values) and all(map(agrees, mine, sorted(values))):
            reproduced[key[0]] += len(values)
        else:
            differences.append((key, values, mine))
    return reproduced, differences


@pytest.mark.parametrize("which", ["handed map", "own map"])
def test_every_handed_value_is_reproduced(which: str) -> None:
    handed = build_map(parse_map((STACK / "layers.tsv").read_text("utf-8"), "layers.tsv"))
    reproduced, differences = count_differences(handed if which == "handed map" else load_technologies())
    print(f"\n{which}")
    for formula, count in sorted(reproduced.items()):
        print(f"  {formula:18} {count:5} values reproduced")
    for key, wanted, mine in differences[:30]:
        print("  differs:", *key, "wanted", wanted, "measured", mine)
    assert sum(reproduced.values()) == sum(map(len, expected_values().values()))
    assert Path(STACK / "expected.tsv").read_text("utf-8").count("\n") - 1 == sum(reproduced.values())


SEEDS = range(1, 4)


def month_spells(months: Sequence[bool]) -> list[tuple[int, int]]:
    """First and last month of each planted spell; three absent months end one."""
    spells: list[list[int]] = []
    for month, is_present in enumerate(months):
        if is_present and spells and month - spells[-1][1] <= 3:
            spells[-1][1] = month
        elif is_present:
            spells.append([month, month])
    return [(first, last) for first, last in spells]


def test_planted_spells_begin_and_end_in_their_months(tmp_path: Path) -> None:
    exact = total = true = extra = missed = same_months = all_months = 0
    for seed in SEEDS:
        field = tmp_path / str(seed)
        planted = simulate_stacks(field, seed=seed, applications=12)
        workspace = analyse_landscape(field / "landscape.toml", tmp_path / f"workspace-{seed}")
        measured: dict[str, set[tuple[object, str, str]]] = defaultdict(set)
        for row in workspace.read_table("stack").to_pylist():
            measured[row["project"]].add((row["month"], row["layer"], row["technology"]))
        spells = Counter(
            (row["project"], row["layer"], row["technology"], row["since"], row["last"])
            for row in workspace.read_table("stack_spells").to_pylist()
        )
        labels = {row["project"]: row["first_label"] for row in workspace.read_table("tool_labels").to_pylist()}
        providers = {
            (row["project"], row["month"]): row["members"]
            for row in workspace.read_table("stack_named").to_pylist()
            if row["kind"] == "provider"
        }
        for stack in planted:
            months_named = {month for month in stack.technologies if providers[stack.repository, month] == 3}
            same_months += len(stack.technologies) - len(months_named ^ stack.named)
            all_months += len(stack.technologies) + 1
            same_months += labels[stack.repository] == min(stack.labelled, default=None)
            wanted = {(month, *pair) for month, pairs in stack.technologies.items() for pair in pairs}
            true += len(wanted & measured[stack.repository])
            extra += len(measured[stack.repository] - wanted)
            missed += len(wanted - measured[stack.repository])
            months = list(stack.technologies)
            for pair in {pair for pairs in stack.technologies.values() for pair in pairs}:
                for first, last in month_spells([pair in stack.technologies[month] for month in months]):
                    total += 1
                    exact += spells[stack.repository, *pair, months[first], months[last]] == 1
    precision, recall = true / (true + extra), true / (true + missed)
    print(
        f"\nplanted: {exact} of {total} spells exact, precision {precision:.4f}, recall {recall:.4f} of {true} months"
    )
    print(f"planted: {same_months} of {all_months} months of named members and first labels exact")
    assert same_months / all_months >= 0.99
    assert total > 300
    assert exact / total >= 0.99
    assert min(precision, recall) >= 0.99


def cpu_seconds() -> float:
    """Processor time of this process and of the git processes that it has waited for."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def technology_months(
    spans: Sequence[DeclaredSpan], first: int, last: int, technologies: TechnologyMap
) -> set[tuple[str, str, int]]:
    stack = build_stack("", "", (first, first, last), spans, technologies)
    return {
        (layer, technology, month)
        for layer in LAYERS
        for month in range(first, last + 1)
        for technology in stack.technologies(layer, month)
    }


def declared_spans(table: pa.Table) -> list[DeclaredSpan]:
    return [
        DeclaredSpan(
            row["ecosystem"], row["package"], row["scope"], month_number(f"{row['since']}"),
            month_number(f"{row['until']}") if row["until"] else OPEN,
        )
        for row in table.to_pylist()
    ]  # fmt: skip


def named_in_tree(children: pa.Table, wanted: Iterable[Value]) -> dict[Value, str]:
    """stack/named-1 of the product's own reading for each handed value; NULL without a tree in the month."""
    months = {key: date(int(key[2][:4]), int(key[2][5:]), 1) for key in wanted}
    counts = {
        (part.since, part.kind): str(len(part.members))
        for month in set(months.values())
        for part in tree_names.follow_named_members(children.to_pylist(), month, add_months(month, 1))
    }
    return {key: counts[month, key[3]] for key, month in months.items()}


def test_real_repositories_agree_with_handed_facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repositories = real_repositories()
    if len(repositories) < 12:
        pytest.skip("fewer than twelve of the real repositories are there; set ACCEPTANCE_REAL")
    handed, observed = handed_spans(STACK), {row["repository"]: row for row in read_rows(STACK / "observed.tsv")}
    technologies = build_map(parse_map((STACK / "layers.tsv").read_text("utf-8"), "layers.tsv"))
    manifest_seconds: list[float] = []
    readers: list[BlobReader] = []

    def timed_reading(reader: BlobReader, *arguments: Any) -> Any:
        before = cpu_seconds()
        try:
            return read_snapshots(reader, *arguments)
        finally:
            manifest_seconds.append(cpu_seconds() - before)
            readers.append(reader)

    monkeypatch.setattr("ecotone.events.sources.git.source.read_snapshots", timed_reading)
    both = either = same_named = all_named = 0
    total_seconds = 0.0
    handed_named = {key: values[0] for key, values in expected_values().items() if key[0] == tree_names.NAMED}
    print()
    for name, folder in repositories.items():
        first, last = (month_number(observed[name][column]) for column in ("first_snapshot", "last_snapshot"))
        before = cpu_seconds()
        known = read_repository(folder, tmp_path / folder.name)
        seconds = cpu_seconds() - before
        total_seconds += seconds
        before = cpu_seconds()
        read_repository(folder, tmp_path / folder.name, known)
        unchanged = cpu_seconds() - before
        mine = technology_months(declared_spans(known.table("declarations")), first, last, technologies)
        theirs = technology_months(handed[name], first, last, technologies)
        both, either = both + len(mine & theirs), either + len(mine | theirs)
        gaps = known.table("manifest_gaps").num_rows
        wanted = {key: value for key, value in handed_named.items() if key[1] == name}
        named = named_in_tree(known.table("named_children"), wanted)
        differing = {key: (value, named[key]) for key, value in wanted.items() if value != named[key]}
        same_named, all_named = same_named + len(wanted) - len(differing), all_named + len(wanted)
        print(
            f"  {name:36} {len(mine & theirs) / len(mine | theirs):.4f} of {len(theirs):5} technology-months,"
            f" {len(readers[-1].sizes):4} blobs, {sum(readers[-1].sizes.values()):8} bytes, {gaps} gaps,"
            f" {manifest_seconds[-1]:5.1f} of {seconds:5.1f} s, unchanged {unchanged:.1f} s,"
            f" named members {len(wanted) - len(differing)} of {len(wanted)} {list(differing.items())[:2] or ''}"
        )
        assert len(mine & theirs) / len(mine | theirs) >= 0.97, name
        assert unchanged <= 5
    overhead = sum(manifest_seconds) / (total_seconds - sum(manifest_seconds))
    print(
        f"  all: agreement {both / either:.4f}, named members {same_named} of {all_named},"
        f" manifests and READMEs add {overhead:.1%} to the cold processor time"
    )
    assert same_named / all_named >= 0.97
    assert overhead <= 0.25


def test_declarations_agree_with_imports_of_the_newest_tree(tmp_path: Path) -> None:
    repositories = real_repositories()
    if len(repositories) < 12:
        pytest.skip("fewer than twelve of the real repositories are there; set ACCEPTANCE_REAL")
    technologies = load_technologies()
    confirmed = declared_in_all = found_declared = imported_in_all = 0
    print()
    for name, folder in repositories.items():
        if not (known := read_repository(folder, tmp_path / folder.name)).table("declarations").num_rows:
            continue
        used, code = stack_imports.used_technologies(folder, technologies)
        shipped = [
            row for row in known.table("declarations").to_pylist()
            if row["until"] is None and row["scope"] in SHIPPED and row["ecosystem"] in ("pypi", "npm")
        ]  # fmt: skip
        declared: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in shipped:
            for technology in technologies.look_up(row["ecosystem"], row["package"]):
                if technology.layer in stack_imports.LAYERS:
                    declared[technology.layer, technology.name].add(row["package"])
        # drivers and plug-ins are loaded by a name in settings or an address, not by an import
        named = {
            pair for pair, packages in declared.items()
            if pair in used or any(word.encode() in code for word in (pair[1], *packages))
        }  # fmt: skip
        confirmed, declared_in_all = confirmed + len(named), declared_in_all + len(declared)
        found_declared, imported_in_all = found_declared + len(used & declared.keys()), imported_in_all + len(used)
        print(
            f"  {name:36} {len(named):3} of {len(declared):3} declared are imported or named"
            f" ({len(used & declared.keys())} imported), {len(used & declared.keys())} of {len(used)} imported are;"
            f" not used {sorted(declared.keys() - named)}, not declared {sorted(used - declared.keys())}"
        )
    precision, recall = confirmed / declared_in_all, found_declared / imported_in_all
    print(f"  all: precision {precision:.3f} of {declared_in_all}, recall {recall:.3f} of {imported_in_all}")
    assert precision >= 0.92
    assert recall >= 0.87
