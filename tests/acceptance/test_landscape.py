"""Groups against planted truth, and what is found among the real histories beside their hand-made categories.

Simulated fields of 30 to 3,000 projects, from easy to hard and with nothing planted, measure how well groups are
found. The workspace of the real histories is compared with the hand-made categories of `landscapes/corpus.toml`.
Prints what it finds; fails if a target is missed.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Final

import numpy as np
from scipy import sparse

from ecotone.foundation.landscape import Landscape, read_landscape
from ecotone.landscape.candidate_ranking import rank_candidates
from ecotone.landscape.category_agreement import find_disagreements, measure_agreement
from ecotone.landscape.clustering import Clustering, cluster_projects
from ecotone.landscape.explanations import explain_similarity
from ecotone.landscape.fused_similarity import fused_positions
from ecotone.landscape.multiview_graph import build_layers
from ecotone.landscape.naive_baseline import naive_groups, naive_positions
from ecotone.landscape.partition_metrics import adjusted_mutual_information
from ecotone.landscape.resampling import build_hierarchy
from ecotone.landscape.similarity import heat_positions, nearest_projects
from ecotone.landscape.views import VIEWS, Codes, Floats, ProjectFeatures, build_project_features
from ecotone.pipeline.extract_field import ExtractionRequest, extract_from_events
from ecotone.pipeline.landscape_tables import SEED, evidence_of_workspace
from ecotone.store.workspace import Workspace
from tests.acceptance.settings import LONG, WORKSPACE, require_shared, seeds_or
from tests.fakes.planted_fields import plant_fields, write_sampled_files
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
NEIGHBOURS: Final = 5
FIRST: Final = 20
SAME_FIELD, AMI_OF_FIVE, ALONE = 0.80, 0.45, 0.74
"""Wanted: of the five nearest, at five groups, and without the words of others."""
AGENTS: Final = 14
EXTRACTED: Final = 0.9
SPLITS: Final = 20
SUBSETS: Final = 10
KEPT: Final = 0.8


pytestmark = LONG


def test_planted_groups_are_found() -> None:
    assert check_planted(seeds_or(20), least=30, most=3_000) == []


def test_groups_of_real_histories() -> None:
    require_shared("corpus")
    assert check_real(WORKSPACE) == []


def test_planted_fields_are_extracted_from_events(tmp_path: Path) -> None:
    """Precision and recall of fields among all events, from two of their repositories and 1 % of the hours."""
    scores = []
    for seed in range(1, seeds_or(2) + 1):
        planted, folder = plant_fields(seed), tmp_path / str(seed)
        rng = np.random.default_rng(seed)
        for wanted in planted.fields:
            seeds = tuple(rng.choice(wanted, 2, replace=False).tolist())
            asked = ExtractionRequest(
                "gharchive", seeds, None, date(2024, 1, 1), 0.01, str(folder / "hours"), folder / "read"
            )
            if not (folder / "hours").exists():
                write_sampled_files(planted, asked.period.hours, folder / "hours")
            found = {item.repository for item in extract_from_events(asked).field.members}
            right = len(found & set(wanted))
            scores.append((right / len(found), right / len(wanted)))
    precision, recall = np.array(scores).T
    print(f"\n{len(scores)} planted fields from 1 % of the hours: precision {precision.mean():.3f} (least"
          f" {precision.min():.2f}), recall {recall.mean():.3f} (least {recall.min():.2f})")  # fmt: skip
    assert min(precision.mean(), recall.mean()) >= EXTRACTED


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
    """What is found among the real histories, beside their categories and the naive baseline."""
    landscape = read_landscape(Path("landscapes/corpus.toml"))
    if not (folder / "workspace.json").exists():
        command = [sys.executable, "-m", "ecotone", "run", "landscapes/corpus.toml", "-w", str(folder), "-q"]
        subprocess.run(command, check=True)
    everything = evidence_of_workspace(Workspace.open(folder)).as_evidence()
    field = {one.name: FIELDS[one.category] for one in landscape.projects if one.category in FIELDS}
    found = cluster_projects(everything, SEED)
    print(f"\nReal histories: {len(everything.projects)} projects")
    missed = _print_groups(everything, found, field)
    missed += _print_neighbours(everything, found, field)
    missed += _print_ranking(everything, found, field)
    _print_disagreements(everything, found, field)
    _print_subsets(everything, field)
    missed += _print_held_out_fields(everything, landscape)
    missed += _print_without_words_of_others(everything, landscape, field)
    return missed


def _agreement(projects: Sequence[str], cluster: Codes, field: Mapping[str, str]) -> float:
    compared = measure_agreement(projects, cluster, field, SEED)
    assert compared is not None
    return compared.ami


def _print_groups(everything: ProjectFeatures, found: Clustering, field: Mapping[str, str]) -> list[str]:
    if not found.has_structure or found.scale is None or found.null_model is None:
        print("  no structure")
        return ["no structure found among the real histories"]
    print(f"  {found.scale.groups} fields, stability {found.scale.stability:.3f} (shuffled"
          f" {found.null_model.stability.mean():.3f}), modularity {found.scale.modularity:.3f} (shuffled"
          f" {found.null_model.modularity.mean():.3f}); {found.parts.cluster_count} parts;"
          f" {int((found.fields.second_cluster >= 0).sum())} projects between two fields")  # fmt: skip
    naive = naive_positions(everything)
    print(
        f"  AMI with {len(set(field.values()))} fields of {len(field)} curated projects, beside README TF-IDF and Ward"
    )
    reached = {}
    for groups in (4, 5, 8, 11, 16):
        reached[groups] = _agreement(everything.projects, found.hierarchy.cut(groups), field)
        beside = _agreement(everything.projects, naive_groups(naive, groups), field)
        print(f"    {groups:3} groups  {reached[groups]:.3f}   naive {beside:.3f}")
    return [] if reached[5] >= AMI_OF_FIVE else [f"AMI at 5 groups {reached[5]:.3f}, wanted {AMI_OF_FIVE}"]


def near(positions: Floats, projects: Sequence[str], field: Mapping[str, str]) -> Near:
    """How many of the nearest curated projects are of a project's own field."""
    rows = [row for row, project in enumerate(projects) if project in field]
    labels = np.array([field[projects[row]] for row in rows])
    order, _ = nearest_projects(positions[rows], NEIGHBOURS)
    same = (labels[order] == labels[:, None]).mean(axis=1)
    means = {str(one): float(same[labels == one].mean()) for one in sorted(set(labels))}
    return Near(float(same.mean()), float(np.mean(list(means.values()))), means)


def _print_neighbours(everything: ProjectFeatures, found: Clustering, field: Mapping[str, str]) -> list[str]:
    print(f"\nOf the {NEIGHBOURS} nearest curated projects, the share in the same field")
    fused = near(found.hierarchy.positions, everything.projects, field)
    for view, profile in found.layers.profiles().items():
        alone = heat_positions(found.layers.profile_graph(profile))
        _print_near(f"{view} alone", near(alone, everything.projects, field))
    _print_near("naive: README TF-IDF", near(naive_positions(everything), everything.projects, field))
    _print_near("fused", fused)
    return [] if fused.same >= SAME_FIELD else [f"neighbours in the same field {fused.same:.3f}, wanted {SAME_FIELD}"]


def _print_near(name: str, one: Near) -> None:
    fields = "  ".join(f"{field} {share:.2f}" for field, share in one.fields.items())
    print(f"  {name:34} {one.same:.3f}  by field {one.by_field:.3f}   {fields}")


def _print_ranking(everything: ProjectFeatures, found: Clustering, field: Mapping[str, str]) -> list[str]:
    ranked = rank_candidates(everything, found.hierarchy.positions, SEEDS, FIRST)
    hits = sum(field.get(one.project) == "agents" for one in ranked)
    naive = rank_candidates(everything, naive_positions(everything), SEEDS, FIRST)
    beside = sum(field.get(one.project) == "agents" for one in naive)
    print(f"\nThe first {FIRST} from {' and '.join(SEEDS)}: {hits} agent frameworks (wanted {AGENTS}; naive {beside})")
    for place, one in enumerate(ranked, 1):
        said = explain_similarity(one.shared, one.nearest)
        print(f"  {place:2} {one.score:.2f} {field.get(one.project, '(no category)'):13} {one.project:36} {said}")
    return [] if hits >= AGENTS else [f"{hits} agent frameworks in the first {FIRST}, wanted {AGENTS}"]


def _print_disagreements(everything: ProjectFeatures, found: Clustering, field: Mapping[str, str]) -> None:
    print("\nFields that disagree with the curated ones")
    for one in find_disagreements(everything, found.fields, field, found.hierarchy.positions):
        print(f"  {one.project:36} curated: {one.curated}; found with: {one.found_with} ({one.share:.0%} of its group,"
              f" stability {one.stability:.2f}); because: {explain_similarity(one.shared, one.nearest)}")  # fmt: skip


def _print_subsets(everything: ProjectFeatures, field: Mapping[str, str]) -> None:
    """The same on random subsets of the projects: what depends on which ones happen to be there."""
    rng = np.random.default_rng(SEED)
    rows: dict[str, list[float]] = defaultdict(list)
    size = len(everything.projects)
    for _ in range(SUBSETS):
        part = everything.select_projects(np.sort(rng.choice(size, round(KEPT * size), replace=False)))
        found, naive = build_hierarchy(*build_layers(part).place_projects()), naive_positions(part)
        for groups in (5, 8):
            rows[f"AMI at {groups}"].append(_agreement(part.projects, found.cut(groups), field))
            rows[f"naive AMI at {groups}"].append(_agreement(part.projects, naive_groups(naive, groups), field))
        rows["five nearest"].append(near(found.positions, part.projects, field).same)
        rows["naive five nearest"].append(near(naive, part.projects, field).same)
    print(f"\n{SUBSETS} random subsets of {KEPT:.0%} of the projects: mean (least to most)")
    _print_spread(rows.items())


def _print_spread(rows: Iterable[tuple[str, Sequence[float]]]) -> None:
    for name, values in rows:
        print(f"  {name:20} {np.mean(values):6.3f} ({min(values):.3f} to {max(values):.3f})")


def _print_held_out_fields(everything: ProjectFeatures, landscape: Landscape) -> list[str]:
    """Which views to fuse is chosen on the projects of half of the categories and measured on those of the others."""
    category = {one.name: one.category for one in landscape.projects}
    size = Counter(category.values())
    category = {name: own for name, own in category.items() if size[own] > 1}
    layers = build_layers(everything)
    profiles = layers.profiles()
    graphs = {view: layers.profile_graph(profile) for view, profile in profiles.items()}
    designs = {}
    for count in range(1, len(graphs) + 1):
        for views in combinations(graphs, count):
            edges = sparse.csr_array(sum(graphs[view] for view in views))
            designs[f"walks over {' + '.join(views)}"] = heat_positions(edges)
            designs[f"walks and direct, {' + '.join(views)}"] = fused_positions(
                edges, [profiles[view] for view in views]
            )
    same = {name: _same_by_project(positions, everything.projects, category) for name, positions in designs.items()}
    naive = _same_by_project(naive_positions(everything), everything.projects, category)
    rng, kinds = np.random.default_rng(SEED), sorted(set(category.values()))
    reached, beside, chosen = [], [], Counter[str]()
    for _ in range(SPLITS):
        seen = set(rng.choice(kinds, len(kinds) // 2, replace=False).tolist())
        inside = [name for name, own in category.items() if own in seen and name in naive]
        held_out = [name for name, own in category.items() if own not in seen and name in naive]
        best = max(same, key=lambda design: (np.mean([same[design][name] for name in inside]), design))
        chosen[best] += 1
        reached.append(float(np.mean([same[best][name] for name in held_out])))
        beside.append(float(np.mean([naive[name] for name in held_out])))
    gain = np.array(reached) - np.array(beside)
    least = float(np.percentile(gain, 5))
    print(f"\nViews chosen on half of the categories, five nearest of the others, {SPLITS} splits:"
          f" {np.mean(reached):.3f}, naive {np.mean(beside):.3f}, gain {gain.mean():.3f} (5 % bound {least:.3f});"
          f" chosen: {dict(chosen)}")  # fmt: skip
    return [] if least > 0 else [f"gain on held-out categories {least:.3f}, wanted > 0"]


def _same_by_project(positions: Floats, projects: Sequence[str], category: Mapping[str, str]) -> dict[str, float]:
    rows = [row for row, project in enumerate(projects) if project in category]
    labels = np.array([category[projects[row]] for row in rows])
    order, _ = nearest_projects(positions[rows], NEIGHBOURS)
    same = (labels[order] == labels[:, None]).mean(axis=1)
    return {projects[row]: float(share) for row, share in zip(rows, same, strict=True)}


def _print_without_words_of_others(
    everything: ProjectFeatures, landscape: Landscape, field: Mapping[str, str]
) -> list[str]:
    """The landscape's own projects alone: what a user without a file of words of others would see."""
    own = {one.name for one in landscape.projects}
    part = everything.select_projects(np.array([row for row, one in enumerate(everything.projects) if one in own]))
    found, naive = build_hierarchy(*build_layers(part).place_projects()), naive_positions(part)
    reached, beside = near(found.positions, part.projects, field).same, near(naive, part.projects, field).same
    print(f"\nOnly the {len(own)} projects of the landscape: five nearest {reached:.3f} (naive {beside:.3f})")
    for groups in (5, 8):
        print(f"  AMI at {groups} groups {_agreement(part.projects, found.cut(groups), field):.3f}"
              f" (naive {_agreement(part.projects, naive_groups(naive, groups), field):.3f})")  # fmt: skip
    return [] if reached >= ALONE else [f"five nearest without the words of others {reached:.3f}, wanted {ALONE}"]
