"""Estimates of employers' shares: known employers are hidden in several ways and estimated from the others.

The projects are those of the corpus, the infrastructure histories and twenty real repositories. Prints each project;
fails if intervals cover too little or too much, or a decision is wrong too often. The answer to "is this one company's
project?" is compared with what is publicly known of the twenty.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from ecotone.foundation.landscape import read_landscape
from ecotone.pipeline.steps import Run, perform_steps, utc_now
from ecotone.report.company_sentences import company_sentence
from ecotone.signals.company_answer import answer_company_question
from ecotone.store.workspace import Workspace
from tests.acceptance.masked_employers import (
    MaskedProject,
    OddsToHide,
    Summary,
    Trial,
    odds_against_largest,
    odds_at_random,
    odds_by_employer,
    odds_like_no_reply,
    read_known_people,
    run_trial,
    summarise_trials,
)
from tests.acceptance.settings import LONG, WORKSPACE, require_real, require_shared, seeds_or

MANY_PEOPLE: Final = 30
FEWEST_PEOPLE: Final = 3
"""People of an organisation that may be named."""
MONTHS: Final = (12, 44)
WAYS: Final[dict[str, tuple[OddsToHide, float]]] = {
    "as no-reply addresses hide them": (odds_like_no_reply, 0.5),
    "at random": (odds_at_random, 0.5),
    "by employer": (odds_by_employer, 0.5),
    "80 % as no-reply addresses hide them": (odds_like_no_reply, 0.8),
}
COVERED: Final = ("as no-reply addresses hide them", "at random", "by employer")
FAILING: Final = {"largest employer four times less often": (odds_against_largest, 0.5)}
PEOPLE_COVERED: Final = (0.85, 0.95)
COMMITS_COVERED: Final = 0.84
RIGHT: Final = {"people": 0.95, "commits": 0.98}
"""Share of the decisions about more than half that must be true; the answer on pages rests on commits."""
ONE_COMPANYS: Final = (
    "qdrant+qdrant", "infiniflow+ragflow", "deepset-ai+haystack", "google+adk-python", "openai+openai-agents-python",
    "google-gemini+gemini-cli", "1Panel-dev+MaxKB", "saleor+saleor", "coder+code-server", "pydantic+pydantic-ai",
)  # fmt: skip
"""Projects that are publicly known as one company's."""
MANY_ORGANISATIONS: Final = (
    "openzfs+zfs", "jquery+jquery", "libgit2+libgit2", "postgis+postgis", "OSGeo+PROJ", "sympy+sympy", "nodejs+nan",
    "valkey-io+valkey", "eclipse-theia+theia", "wagtail+wagtail",
)  # fmt: skip
"""Projects of a foundation or a community."""
CANNOT_SAY: Final = 10
"""Most projects of which the data may not say whose they are."""

pytestmark = LONG


@pytest.fixture(scope="module")
def workspaces(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Workspace]:
    """The analysed workspaces of the three groups of projects; those that are missing are made."""
    require_shared("corpus/projects.csv")
    real = tmp_path_factory.mktemp("landscape") / "real.toml"
    projects = [
        f'[[project]]\nrepository = "{name.replace("+", "/")}"\nlocation = "{require_real(name).resolve()}"\n'
        for name in ONE_COMPANYS + MANY_ORGANISATIONS
    ]
    real.write_text('[landscape]\nname = "real"\nsince = "2022-01"\n' + "\n".join(projects), "utf-8")
    sources = {
        "corpus": (Path("landscapes/corpus.toml"), WORKSPACE),
        "infrastructure": (Path("landscapes/infrastructure.toml"), WORKSPACE.parent / "infrastructure"),
        "real repositories": (real, WORKSPACE.parent / "estimates"),
    }
    return {name: _analysed_workspace(*source) for name, source in sources.items()}


def _analysed_workspace(landscape: Path, folder: Path) -> Workspace:
    if not (folder / "tables" / "current.json").exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        steps = ("collect", "analyse")
        run = Run(Workspace.create(folder), read_landscape(landscape), utc_now(), lambda *_: None)
        perform_steps(run, steps, lambda _: None)
    return Workspace.open(folder)


def test_intervals_cover_what_was_hidden(workspaces: dict[str, Workspace]) -> None:
    projects = {
        f"{months} months, {group}: {project}": people
        for months in MONTHS
        for group, workspace in workspaces.items()
        for project, people in read_known_people(workspace, months).items()
    }
    failed = []
    for way, (odds, share) in (WAYS | FAILING).items():
        trials = {name: _trials(people, odds, share) for name, people in projects.items()}
        print(f"\n{share:.0%} of the known people hidden, {way}; {len(projects)} projects and periods")
        for position, measure in enumerate(("people", "commits")):
            of_measure = {name: [pair[position] for pair in pairs] for name, pairs in trials.items()}
            summary = summarise_trials(chain.from_iterable(of_measure.values()))
            print(f"  {measure:8}{summary}")
            large = [trial for trial in chain.from_iterable(of_measure.values()) if trial.people >= MANY_PEOPLE]
            print(f"    with {MANY_PEOPLE} known people or more:{summarise_trials(large)}")
            _print_projects(of_measure)
            if not _meets_targets(way, measure, summary):
                failed.append(f"{way}, {measure}: {summary}")
    assert failed == []


def test_no_project_is_called_what_it_is_not(workspaces: dict[str, Workspace]) -> None:
    rows = workspaces["real repositories"].read_table("employer_shares").to_pylist()
    counts: Counter[str] = Counter()
    for repository in ONE_COMPANYS + MANY_ORGANISATIONS:
        project = repository.replace("+", "/")
        answer = answer_company_question([row for row in rows if row["project"] == project], FEWEST_PEOPLE)
        assert answer is not None
        wrong = "no" if repository in ONE_COMPANYS else "yes"
        kind = {"unclear": "cannot say", wrong: "wrong"}.get(answer.verdict, "right")
        counts[kind] += 1
        print(f"{project:28} {kind:10} {company_sentence(answer).en}")
    print(dict(counts))
    assert counts["wrong"] == 0
    assert counts["cannot say"] <= CANNOT_SAY


def _meets_targets(way: str, measure: str, summary: Summary) -> bool:
    """Whether decisions are right, and intervals cover enough where the assumption is not broken on purpose."""
    if summary.right < RIGHT[measure]:
        return False
    if way not in COVERED:
        return True
    if measure == "people":
        return PEOPLE_COVERED[0] <= summary.covered <= PEOPLE_COVERED[1]
    return summary.covered >= COMMITS_COVERED


def _trials(people: MaskedProject, odds: OddsToHide, share: float) -> list[tuple[Trial, Trial]]:
    generator = np.random.default_rng(1)
    return [run_trial(people, odds, share, generator) for _ in range(seeds_or(10))]


def _print_projects(trials: dict[str, list[Trial]]) -> None:
    """A line for each project; `!` where the intervals hold the truth in fewer than seven of ten cases."""
    for name, of_project in trials.items():
        summary = summarise_trials(of_project)
        print(f"    {'!' if summary.covered < 0.7 else ' '} {name:55}{summary}")
