"""Groups against planted truth, and what is found among the real histories beside their hand-made categories.

Simulated fields of 30 to 3,000 projects, from easy to hard and with nothing planted, measure how well groups are
found. The workspace of the real histories is compared with the hand-made categories of `landscapes/corpus.toml`.
Prints what it finds; fails if a target is missed.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from ecotone.foundation.landscape import Landscape, read_landscape
from ecotone.landscape.candidate_ranking import rank_candidates
from ecotone.landscape.category_agreement import find_disagreements, measure_agreement
from ecotone.landscape.clustering import Clustering, cluster_projects
from ecotone.landscape.explanations import explain_similarity
from ecotone.landscape.multiview_graph import Layers
from ecotone.landscape.partition_metrics import adjusted_mutual_information
from ecotone.landscape.similarity import diffusion_similarity
from ecotone.landscape.views import VIEWS, Floats, ProjectFeatures, build_project_features
from ecotone.pipeline.landscape_tables import SEED, evidence_of_workspace
from ecotone.store.workspace import Workspace
from tests.acceptance.settings import LONG, WORKSPACE, require_shared, seeds_or
from tests.fakes.planted_groups import EASY, HARD, MEDIUM, NOTHING, Difficulty, plant_groups

SIZES: Final = ((30, 3), (100, 5), (300, 8), (1_000, 12), (3_000, 20))
PLANTED: Final[Mapping[str, tuple[Difficulty, float | None]]] = {
    "easy": (EASY, 0.95), "medium": (MEDIUM, 0.80), "hard": (HARD, None), "nothing": (NOTHING, None),
}  # fmt: skip
NEAR_NOTHING: Final = 0.05
AT_ONCE: Final = 2

FIELDS: Final[Mapping[str, str]] = {
    "agent framework": "agents", "coding assistant": "coding", "ide": "coding", "model serving": "model",
    "vector store": "data", "database": "data", "web server": "web", "web framework": "web",
}  # fmt: skip
SEEDS: Final = ("langchain-ai/langchain", "run-llama/llama_index")
MOST_GROUPS: Final = 12
NEIGHBOURS: Final = 5
FIRST: Final = 20
HOMOGENEITY, SAME_FIELD, BY_FIELD, AGENTS = 0.75, 0.78, 0.55, 14
SUBSETS: Final = 10
KEPT: Final = 0.8


pytestmark = LONG


def test_planted_groups_are_found() -> None:
    assert check_planted(seeds_or(20), least=30, most=3_000) == []


def test_groups_of_real_histories() -> None:
    require_shared("corpus")
    assert check_real(WORKSPACE) == []


# simulated fields


def check_planted(seeds: int, least: int, most: int) -> list[str]:
    """Adjusted mutual information with the planted groups, over sizes, difficulties and seeds."""
    print(f"Planted groups, {seeds} seeds each; a view is missing for a third of the projects; AMI with the truth")
    print(f"{'field':9} {'projects':>8} {'groups':>6}  {'mean':>6} {'sd':>6} {'least':>6} {'most':>6}"
          f"  structure said  found groups  seconds")  # fmt: skip
    missed = []
    for name, (difficulty, wanted) in PLANTED.items():
        everything: list[float] = []
        for projects, groups in (size for size in SIZES if least <= size[0] <= most):
            began = time.perf_counter()
            with ProcessPoolExecutor(AT_ONCE) as pool:
                asked = [(seed, projects, groups, difficulty) for seed in range(1, seeds + 1)]
                tries = list(pool.map(_planted, *zip(*asked, strict=True)))
            values = np.array([value for value, _, _ in tries])
            said, numbers = sum(said for _, said, _ in tries), [number for _, _, number in tries]
            took = (time.perf_counter() - began) / seeds
            print(f"{name:9} {projects:8,} {groups:6}  {values.mean():6.3f} {values.std():6.3f} {values.min():6.3f}"
                  f" {values.max():6.3f}  {said:6} of {seeds:<4} {min(numbers):5} to {max(numbers):<4} {took:7.1f}",
                  flush=True)  # fmt: skip
            everything += list(values)
            if wanted is not None and values.mean() < wanted:
                missed.append(f"{name}, {projects} projects: AMI {values.mean():.3f}, wanted {wanted}")
            if difficulty is NOTHING and (said or abs(values).max() > NEAR_NOTHING):
                missed.append(f"nothing planted, {projects} projects: structure said {said} times")
        print(f"{name:9} {'all':>8} {'':6}  {np.mean(everything):6.3f} {np.std(everything):6.3f}"
              f" {np.min(everything):6.3f} {np.max(everything):6.3f}")  # fmt: skip
    return missed


def _planted(seed: int, projects: int, groups: int, difficulty: Difficulty) -> tuple[float, bool, int]:
    """Agreement with the planted groups, whether structure was said, how many groups were found."""
    planted = plant_groups(seed, projects, groups, difficulty)
    views = {view.name: view for view in VIEWS}
    known = build_project_features(planted.group, {views[name]: rows for name, rows in planted.rows.items()})
    found = cluster_projects(known, seed)
    truth = np.array([planted.group[project] for project in known.projects])
    return adjusted_mutual_information(truth, found.fields.cluster + 1), found.has_structure, found.fields.cluster_count


# real histories


@dataclass(frozen=True, slots=True)
class Near:
    """How often neighbours are of the same field: over projects, and as the mean of the fields' means."""

    same: float
    by_field: float
    fields: Mapping[str, float]


def check_real(folder: Path) -> list[str]:
    """What is found among the real histories, beside their categories."""
    landscape = read_landscape(Path("landscapes/corpus.toml"))
    if not (folder / "workspace.json").exists():
        command = [sys.executable, "-m", "ecotone", "run", "landscapes/corpus.toml", "-w", str(folder), "-q"]
        subprocess.run(command, check=True)
    everything = evidence_of_workspace(Workspace.open(folder)).as_evidence()
    field = {one.name: FIELDS[one.category] for one in landscape.projects if one.category in FIELDS}
    found = cluster_projects(everything, SEED)
    _print_views(everything, found.layers)
    missed = _print_groups(everything, found, field)
    missed += _print_neighbours(everything, found.layers, field)
    missed += _print_ranking(everything, found.layers, field)
    _print_disagreements(everything, found, field)
    _print_subsets(everything, field)
    _print_without_words_of_others(everything, landscape, field)
    return missed


def _print_views(everything: ProjectFeatures, found: Layers) -> None:
    print(f"\nReal histories: {len(everything.projects)} projects")
    for one in everything.evidence:
        weight, present, things = found.weights[one.view.name], int(one.present_projects.sum()), len(one.names)
        print(f"  {one.view.name:14} seen for {present:4}, {things:7,} things, weight {weight:.3f}")


def _print_groups(everything: ProjectFeatures, found: Clustering, field: Mapping[str, str]) -> list[str]:
    if not found.has_structure or found.scale is None or found.null_model is None:
        print("  no structure")
        return ["no structure found among the real histories"]
    print(f"  resolution {found.scale.resolution}, stability {found.scale.stability:.3f} (shuffled"
          f" {found.null_model.stability.mean():.3f}), modularity {found.scale.modularity:.3f} (shuffled"
          f" {found.null_model.modularity.mean():.3f})")  # fmt: skip
    reached = []
    for kind, level in (("fields", found.fields), ("parts", found.parts)):
        compared = measure_agreement(everything.projects, level, field, SEED)
        assert compared is not None
        among = len({int(level.cluster[row]) for row, one in enumerate(everything.projects) if one in field} - {-1})
        nowhere = sum(level.cluster[row] < 0 for row, one in enumerate(everything.projects) if one in field)
        print(f"  {kind}: {level.cluster_count} groups, {among} with curated projects; of {len(field)} curated projects"
              f" {nowhere} nowhere, {int((level.second_cluster >= 0).sum())} of all between two; homogeneity"
              f" {compared.homogeneity:.3f}, completeness {compared.completeness:.3f}, AMI {compared.ami:.3f} (chance"
              f" {compared.ami_chance:.3f}), ARI {compared.ari:.3f} (chance {compared.ari_chance:.3f})")  # fmt: skip
        if level.cluster_count <= MOST_GROUPS:
            reached.append(compared.homogeneity)
    best = max(reached, default=0.0)
    print(f"  homogeneity at most {MOST_GROUPS} groups: {best:.3f} (wanted {HOMOGENEITY})")
    return [] if best >= HOMOGENEITY else [f"homogeneity {best:.3f}, wanted {HOMOGENEITY}"]


def near(likeness: Floats, projects: Sequence[str], field: Mapping[str, str]) -> Near:
    """How many of the nearest curated projects are of a project's own field."""
    rows = [row for row, project in enumerate(projects) if project in field]
    among = np.round(likeness[np.ix_(rows, rows)], 9)
    np.fill_diagonal(among, -np.inf)
    labels = np.array([field[projects[row]] for row in rows])
    order = np.argsort(-among, axis=1, kind="stable")[:, :NEIGHBOURS]
    same = (labels[order] == labels[:, None]).mean(axis=1)
    means = {str(one): float(same[labels == one].mean()) for one in sorted(set(labels))}
    return Near(float(same.mean()), float(np.mean(list(means.values()))), means)


def _print_neighbours(everything: ProjectFeatures, found: Layers, field: Mapping[str, str]) -> list[str]:
    print(f"\nOf the {NEIGHBOURS} nearest curated projects, the share in the same field")
    fused = near(diffusion_similarity(found.combined_graph()), everything.projects, field)
    singles = {}
    for view, weight in found.weights.items():
        alone = Layers(found.projects, found.profiles, {view: 1.0})
        singles[view] = near(diffusion_similarity(alone.combined_graph()), everything.projects, field)
        _print_near(f"{view} alone (weight {weight:.2f})", singles[view])
    _print_near("fused", fused)
    missed = []
    if fused.same < SAME_FIELD:
        missed.append(f"neighbours in the same field {fused.same:.3f}, wanted {SAME_FIELD}")
    if fused.by_field < BY_FIELD:
        missed.append(f"neighbours in the same field, by field {fused.by_field:.3f}, wanted {BY_FIELD}")
    missed += [f"{view} alone is better than fused" for view, one in singles.items() if one.same >= fused.same]
    return missed


def _print_near(name: str, one: Near) -> None:
    fields = "  ".join(f"{field} {share:.2f}" for field, share in one.fields.items())
    print(f"  {name:34} {one.same:.3f}  by field {one.by_field:.3f}   {fields}")


def _print_ranking(everything: ProjectFeatures, found: Layers, field: Mapping[str, str]) -> list[str]:
    ranked = rank_candidates(everything, found, SEEDS, FIRST)
    hits = sum(field.get(one.project) == "agents" for one in ranked)
    print(f"\nThe first {FIRST} from {' and '.join(SEEDS)}: {hits} agent frameworks (wanted {AGENTS})")
    for place, one in enumerate(ranked, 1):
        said = explain_similarity(one.shared, one.through or one.nearest)
        print(f"  {place:2} {one.score:.2f} {field.get(one.project, '(no category)'):13} {one.project:36} {said}")
    own = {view: _agents_first(everything, Layers(found.projects, found.profiles, {view: 1.0}), field)
           for view in found.weights}  # fmt: skip
    print("  single views: " + ", ".join(f"{view} {hits}" for view, hits in own.items()))
    return [] if hits >= AGENTS else [f"{hits} agent frameworks in the first {FIRST}, wanted {AGENTS}"]


def _agents_first(everything: ProjectFeatures, found: Layers, field: Mapping[str, str]) -> int:
    return sum(field.get(one.project) == "agents" for one in rank_candidates(everything, found, SEEDS, FIRST))


def _print_disagreements(everything: ProjectFeatures, found: Clustering, field: Mapping[str, str]) -> None:
    print("\nFields that disagree with the curated ones")
    for one in find_disagreements(everything, found.fields, field, diffusion_similarity(found.layers.combined_graph())):
        print(f"  {one.project:36} curated: {one.curated}; found with: {one.found_with} ({one.share:.0%} of its group,"
              f" stability {one.stability:.2f}); because: {explain_similarity(one.shared, one.nearest)}")  # fmt: skip


def _print_subsets(everything: ProjectFeatures, field: Mapping[str, str]) -> None:
    """The same on random subsets of the projects: what depends on which ones happen to be there."""
    rng = np.random.default_rng(SEED)
    rows: dict[str, list[float]] = defaultdict(list)
    size = len(everything.projects)
    for _ in range(SUBSETS):
        part = everything.select_projects(np.sort(rng.choice(size, round(KEPT * size), replace=False)))
        found = cluster_projects(part, SEED)
        measured = near(diffusion_similarity(found.layers.combined_graph()), part.projects, field)
        compared = measure_agreement(part.projects, found.fields, field, SEED)
        rows["homogeneity"].append(compared.homogeneity if compared else 0.0)
        rows["groups"].append(found.fields.cluster_count)
        rows["AMI"].append(compared.ami if compared else 0.0)
        rows["same field"].append(measured.same)
        rows["by field"].append(measured.by_field)
    print(f"\n{SUBSETS} random subsets of {KEPT:.0%} of the projects: mean (least to most)")
    _print_spread(rows.items())


def _print_spread(rows: Iterable[tuple[str, Sequence[float]]]) -> None:
    for name, values in rows:
        print(f"  {name:12} {np.mean(values):6.3f} ({min(values):.3f} to {max(values):.3f})")


def _print_without_words_of_others(everything: ProjectFeatures, landscape: Landscape, field: Mapping[str, str]) -> None:
    """The landscape's own projects alone, other seeds: what a user without a file of words of others would see."""
    own = {one.name for one in landscape.projects}
    part = everything.select_projects(np.array([row for row, one in enumerate(everything.projects) if one in own]))
    for seed in (SEED, 1, 2):
        found = cluster_projects(part, seed)
        compared = measure_agreement(part.projects, found.fields, field, SEED)
        measured = near(diffusion_similarity(found.layers.combined_graph()), part.projects, field)
        print(f"\nOnly the {len(own)} projects of the landscape, seed {seed}: {found.fields.cluster_count} groups,"
              f" homogeneity {compared.homogeneity if compared else 0:.3f}; same field {measured.same:.3f},"
              f" by field {measured.by_field:.3f}")  # fmt: skip
    for seed in (1, 2, 3):
        found = cluster_projects(everything, seed)
        compared = measure_agreement(everything.projects, found.fields, field, SEED)
        measured = near(diffusion_similarity(found.layers.combined_graph()), everything.projects, field)
        print(f"All projects, seed {seed}: {found.fields.cluster_count} groups, homogeneity"
              f" {compared.homogeneity if compared else 0:.3f}; same field {measured.same:.3f}, by field"
              f" {measured.by_field:.3f}; {_agents_first(everything, found.layers, field)} agent frameworks of"
              f" {FIRST}")  # fmt: skip
