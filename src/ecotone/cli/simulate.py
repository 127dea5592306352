"""The commands `demo` and `simulate`: a simulated field, with or without its report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ecotone.cli.console import JsonOption, QuietOption, print_message, progress_reporter
from ecotone.cli.run import LanguageOption, print_outcome
from ecotone.foundation.months import parse_month

if TYPE_CHECKING:  # both are slow to import, and few commands need them
    from ecotone.simulation.feeds import ArchiveFaults
    from ecotone.simulation.simulated_field import SimulatedField


def demo(
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder for the field and its report.")] = Path(
        "demo"
    ),
    random_seed: Annotated[int, typer.Option(help="The random seed; another one gives another field.")] = 7,
    lang: LanguageOption = "en",
    quiet: QuietOption = False,
    json: JsonOption = False,
) -> None:
    """Write reports without a network: a simulated field with its truth, and the atlas of real projects."""
    from ecotone.pipeline.atlas import ATLAS_FIELDS
    from ecotone.pipeline.demo import ATLAS, write_demo
    from ecotone.pipeline.steps import STEPS

    with progress_reporter(quiet) as progress:
        done = write_demo(output, random_seed, lang, progress.report_item, progress.begin_step)
    if not (quiet or json):
        for field in ATLAS_FIELDS:
            print_message(f"The atlas of real projects, {field}: {output / ATLAS / field / 'index.html'}")
    print_outcome(done, tuple(step.name for step in STEPS), quiet, json)


def simulate(
    out: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    random_seed: Annotated[int, typer.Option(help="The same seed and sizes give the same field.")] = 7,
    projects: Annotated[int, typer.Option(help="How many projects.")] = 12,
    people: Annotated[int, typer.Option(help="How many people may take part.")] = 150,
    months: Annotated[int, typer.Option(help="How many months.")] = 36,
    last_month: Annotated[str, typer.Option(help="The last month, as 2025-06.")] = "2025-06",
    changes_per_month: Annotated[float, typer.Option(help="Changes a month at an average project's peak.")] = 16.0,
    adversarial: Annotated[bool, typer.Option(help="Include names and dates that break careless programs.")] = True,
    ambiguous_identities: Annotated[
        bool, typer.Option("--ambiguous-identities", help="Make identities hard to resolve.")
    ] = False,
    gharchive: Annotated[bool, typer.Option("--gharchive", help="Write the events as hourly archives too.")] = False,
    faults: Annotated[str, typer.Option(help="Faults of the archives: all, or names separated by commas.")] = "none",
    quiet: QuietOption = False,
) -> None:
    """Write a simulated field as real git repositories, with its landscape and its truth."""
    from ecotone.simulation.simulated_field import make_simulated_field

    parsed_faults = _parse_faults(faults, random_seed) if gharchive else None
    field = make_simulated_field(
        out,
        seed=random_seed,
        projects=projects,
        people=people,
        months=months,
        last_month=parse_month(last_month),
        pace=changes_per_month,
        hostile=adversarial,
        tangled=ambiguous_identities,
    )
    print_message(
        f"Written. Read it with `ecotone run {out / 'landscape.toml'}`; the truth is in {out / 'truth.json'}", quiet
    )
    if parsed_faults is not None:
        _write_archives(field, out, parsed_faults, quiet)


def _parse_faults(text: str, random_seed: int) -> ArchiveFaults:
    from ecotone.simulation.feeds import ArchiveFaults

    return ArchiveFaults.from_names(filter(None, text.split(",")), random_seed)


def _write_archives(field: SimulatedField, out: Path, faults: ArchiveFaults, quiet: bool) -> None:
    """Write the hourly archives and their truth."""
    from ecotone.simulation.feeds import write_field_feeds

    write_field_feeds(field, out, faults=faults)
    print_message(f"The hours are in {out / 'hours'}; their truth is in {out / 'feeds-truth.json'}", quiet)
