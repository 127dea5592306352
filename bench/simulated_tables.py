"""Collected tables of simulated projects, written without git: for benchmarks of what follows the collection.

A few people work in several projects, most in one; activity and employers are as uneven as in real fields.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from ecotone.events.commit_ownership import COMMIT_SCHEMA as LANDED_SCHEMA
from ecotone.events.schema import EVENT_SCHEMA, EXACT, PULL_SCHEMA
from ecotone.events.sources.base import ReadSummary
from ecotone.events.sources.git.documents import DOCUMENT_SCHEMA
from ecotone.events.sources.git.history import AREA_SCHEMA, IDENTITY_SCHEMA
from ecotone.events.sources.git.log_parser import COMMIT_SCHEMA, TRAILER_SCHEMA
from ecotone.events.sources.git.source import NUMBER_SCHEMA
from ecotone.events.sources.git.write_access import ACCESS_SCHEMA, MERGED
from ecotone.foundation.landscape import Landscape, Project, Repository
from ecotone.foundation.location import Location
from ecotone.foundation.organisation_domains import OrganisationDomain
from ecotone.pipeline.collect import repository_folder_name
from ecotone.store import files
from ecotone.store.workspace import Workspace

PEOPLE_OF_PROJECT = 40
GUESTS = 0.2  # share of a project's people who come from the whole field
COMPANIES = 300
FIELDS = 25
END = datetime.fromisoformat("2026-01-01")
DAYS = 3 * 365
WORDS = np.array([f"subject{number:05d}" for number in range(20_000)])


def simulated_landscape(projects: int) -> Landscape:
    """A landscape of so many projects in FIELDS categories."""
    listed = []
    for number in range(projects):
        name = f"owner{number}/project{number}"
        repository = Repository(name, Location(f"/none/{name}.git"), None, END)
        listed.append(Project(name, (repository,), f"field {number % FIELDS}", "", "", "", ()))
    domains = {f"Company {number}": (OrganisationDomain(f"company{number}.example"),) for number in range(COMPANIES)}
    return Landscape(
        "simulated", "Simulated", "Simulated", date(2023, 1, 1), None, {}, domains, (), tuple(listed)
    )  # fmt: skip


def write_projects(workspace: Workspace, landscape: Landscape, acts: int, seed: int = 1) -> list[ReadSummary]:
    """Write the collected tables of all projects, about so many acts each; returns their readings."""
    rng = np.random.default_rng(seed)
    field = max(len(landscape.projects) * PEOPLE_OF_PROJECT // 4, PEOPLE_OF_PROJECT)
    readings = []
    for number, project in enumerate(landscape.projects):
        commits = max(int(acts * rng.lognormal(-0.5, 1.0) * 0.65), 30)
        tables = _project_tables(rng, number, project.name, commits, field)
        workspace.write_collected(repository_folder_name(project.name), tables, {"generation": f"{number:016x}"})
        readings.append(
            ReadSummary(
                "git", project.name, project.name, "", "main", commits, commits, 0, 0, 0, 0, False, END, "[]"
            )
        )  # fmt: skip
    return readings


def _project_tables(rng: np.random.Generator, number: int, name: str, commits: int, field: int) -> dict[str, pa.Table]:
    guests = np.minimum((rng.pareto(1.0, int(PEOPLE_OF_PROJECT * GUESTS)) * 20).astype(np.int64), field - 1)
    own = field + number * PEOPLE_OF_PROJECT + np.arange(int(PEOPLE_OF_PROJECT * (1 - GUESTS)))
    people = np.concatenate([guests, own])
    weight = 1.0 / np.arange(1, len(people) + 1)
    author = rng.permutation(people)[rng.choice(len(people), commits, p=weight / weight.sum())]
    begin = int(END.timestamp()) - DAYS * 86_400
    moment = np.sort(begin + rng.integers(0, DAYS * 86_400, commits))
    sha = np.array([f"{number:08x}{at:032x}" for at in range(commits)])
    address, full_name = _addresses(author), [f"Person Number{one}" for one in author.tolist()]
    has_request = rng.random(commits) < 0.4
    request = np.cumsum(has_request)
    words = WORDS[rng.integers(0, len(WORDS), commits)].tolist()
    asked = zip(words, request.tolist(), has_request.tolist(), strict=True)
    subject = [f"Change {word} (#{thread})" if is_asked else f"Change {word}" for word, thread, is_asked in asked]
    parents = np.concatenate([[""], sha[:-1]])
    offset = np.zeros(commits, np.int16)
    commit_table = pa.table(
        [sha, parents, full_name, address, moment, offset, full_name, address, moment, offset, subject],
        schema=COMMIT_SCHEMA,
    )
    rows = np.flatnonzero(has_request)
    merger = address[rng.integers(0, commits, len(rows))]
    created = (moment * 1_000_000).astype("datetime64[us]")
    events = pa.concat_tables(
        [
            _events(name, "commit", "", created, address, None, None, sha),
            _events(name, "pull_merged", "#merged", created[rows], address[rows], merger, request[rows], sha[rows]),
        ]
    )
    pulls = pa.table(
        [
            [name] * len(rows), [name] * len(rows), request[rows], created[rows], created[rows], created[rows],
            created[rows], address[rows], np.ones(len(rows), bool), ["head"] * len(rows),
        ],
        schema=PULL_SCHEMA,
    )  # fmt: skip
    identities = _identities(address, full_name)
    access = pa.table(
        [
            [name] * len(rows), [name] * len(rows), created[rows], merger, address[rows], [MERGED] * len(rows),
            sha[rows],
        ],
        schema=ACCESS_SCHEMA,
    )  # fmt: skip
    return {
        "commits": commit_table,
        "events": events.sort_by([("created_at", "ascending"), ("event_id", "ascending")]),
        "pulls": pulls,
        "identities": identities,
        "trailers": TRAILER_SCHEMA.empty_table(),
        "areas": pa.table([sha, [f"{area:06x}" for area in rng.integers(0, 12, commits)]], schema=AREA_SCHEMA),
        "landed": pa.table([sha, moment, address, moment, moment, subject], schema=LANDED_SCHEMA),
        "numbers": pa.table([request[rows], moment[rows], moment[rows], request[rows]], schema=NUMBER_SCHEMA),
        "documents": pa.table([["README.md"], ["readme"], [_readme(rng, number)]], schema=DOCUMENT_SCHEMA),
        "access": access,
    }


def _identities(address: np.ndarray, full_name: list[str]) -> pa.Table:
    """Each address with the name that signed with it first."""
    accounts, first = np.unique(address, return_index=True)
    names = [full_name[at] for at in first]
    unlisted = pa.nulls(len(accounts), pa.int64())
    return pa.table([names, accounts, names, accounts, accounts, accounts, unlisted], schema=IDENTITY_SCHEMA)


def _readme(rng: np.random.Generator, number: int) -> str:
    """Words of the project's field, and words that all projects use."""
    topic = (number % FIELDS) * 40
    return " ".join(WORDS[np.concatenate([topic + rng.integers(0, 40, 60), rng.integers(0, len(WORDS), 40)])])


def _addresses(person: np.ndarray) -> np.ndarray:
    """One in three works for a company, and few companies have most of them."""
    company = np.minimum((COMPANIES * (person * 0.618 % 1) ** 3).astype(np.int64), COMPANIES - 1)
    employed = person % 3 == 0
    return np.array(
        [
            f"person{one}@company{its}.example" if works else f"{one}+login{one}@users.noreply.github.com"
            for one, its, works in zip(person.tolist(), company.tolist(), employed.tolist(), strict=True)
        ]
    )


def _events(
    name: str,
    kind: str,
    mark: str,
    created: np.ndarray,
    account: np.ndarray,
    other: np.ndarray | None,
    thread: np.ndarray | None,
    sha: np.ndarray,
) -> pa.Table:
    size = len(created)
    return pa.table(
        [
            [f"{name}@{one}{mark}" for one in sha.tolist()], ["git"] * size, [kind] * size, [name] * size,
            [name] * size, created, np.zeros(size, np.int16), account,
            pa.nulls(size, pa.string()) if other is None else other,
            pa.nulls(size, pa.int64()) if thread is None else thread, sha, [EXACT] * size,
        ],
        schema=EVENT_SCHEMA,
    )  # fmt: skip


def without_syncing() -> None:
    """Write files without waiting for the disk; only for workspaces that are thrown away."""
    files._sync_file = lambda _path: None


def make_workspace(folder: Path) -> Workspace:
    """An empty workspace in a new folder."""
    return Workspace.create(folder)
