"""The step of a run that makes the tables of networks, on a simulated field and on what feeds bring."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
import pytest

import ecotone
from ecotone import networks, signals
from ecotone.foundation.landscape import read_landscape
from ecotone.networks.observed_interactions import add_feed_acts, reply_acts
from ecotone.networks.person_interactions import sum_organisation_interactions
from ecotone.pipeline import interaction_tables
from ecotone.pipeline.write_report import PUBLISHED
from ecotone.report.public_tables import public_signals_table
from tests.cli.command import ecotone as command
from tests.conftest import Simulated
from tests.events.making import Repository


@pytest.fixture
def opened(simulated: Simulated) -> ecotone.api.Ecotone:
    return ecotone.open(simulated.workspace)


def test_organisations_are_the_sums_of_people(opened):
    met = opened.person_interactions().to_arrow()
    assert met.num_rows > 0
    assert sum_organisation_interactions(met).equals(opened.interactions().to_arrow())


def test_all_tables_are_of_the_months_of_the_signals(opened):
    spine = opened.signals().to_arrow().select(["project", "month"])
    cells = {tuple(row.values()) for row in spine.to_pylist()}
    for name in ("interactions", "person_interactions", "person_months", "brokerage"):
        found = {tuple(row.values()) for row in opened.table(name).to_arrow().select(["project", "month"]).to_pylist()}
        assert found <= cells, name


def test_the_signals_have_every_declared_column_and_the_same_rows_as_cohesion(opened):
    wide = opened.signals().to_arrow()
    columns = [column for one in (*signals.ALL, *networks.ALL) for column in one.columns]
    assert wide.column_names[3:] == columns
    projects = {
        (row["subject"], row["month"]): row
        for row in opened.cohesion().to_arrow().to_pylist()
        if row["subject_kind"] == "project"
    }
    carried = {
        (row["subject"], row["month"], row["formula"]): row["influence"]
        for row in opened.influence().to_arrow().to_pylist()
        if row["subject_kind"] == "project"
    }
    for row in wide.to_pylist():
        cell = projects.get((row["project"], row["month"]))
        assert row["interacting_people"] == (cell["interacting_people"] if cell else 0)
        assert row["ei_index_low"] == (cell["ei_index_low"] if cell else None)
        for name, formula in interaction_tables.FORMULAS.items():
            assert row[name] == carried.get((row["project"], row["month"], formula), 0)


def test_no_bot_and_no_agent_meets_anybody_unless_asked(opened):
    people = opened.people().to_arrow()
    machines = people.filter(pc.not_equal(people["actor_kind"], "person"))["person"]
    met = opened.person_interactions().to_arrow()
    assert len(machines) > 0
    for side in ("from_person", "to_person"):
        assert not pc.any(pc.is_in(met[side], value_set=pc.unique(machines))).as_py()


def test_the_switch_is_in_the_landscape_and_in_the_generation(simulated: Simulated, tmp_path, opened):
    text = simulated.landscape.read_text("utf-8")
    changed = simulated.field / "with-machines.toml"
    changed.write_text(text.replace("[landscape]", '[landscape]\ninteraction_actors = ["bot", "agent", "person"]', 1))
    assert read_landscape(changed).interaction_actors == ("agent", "bot", "person")
    assert command("run", changed, "-w", tmp_path / "w", "--quiet").code == 0
    other = ecotone.open(tmp_path / "w")
    assert other.person_interactions().to_arrow().num_rows > opened.person_interactions().to_arrow().num_rows
    changed.write_text(text.replace("[landscape]", '[landscape]\ninteraction_actors = ["robot"]', 1))
    outcome = command("analyse", changed, "-w", tmp_path / "w")
    assert (outcome.code, "interaction_actors" in outcome.err) == (2, True)


def test_a_single_act_of_a_single_person_has_every_table_and_column_all_the_same(tmp_path, opened):
    made = Repository.new(tmp_path / "alone.git")
    made.commit(files={"a": b""}, ref="refs/heads/main")
    landscape = tmp_path / "landscape.toml"
    landscape.write_text(
        f'[landscape]\nname = "alone"\nobserved_until = 2023-12-31\n[[project]]\nrepository = "a/b"\n'
        f'location = "{made.folder}"\n'
    )
    assert command("collect", landscape, "-w", tmp_path / "w", "--quiet").code == 0
    assert command("analyse", landscape, "-w", tmp_path / "w", "--quiet").code == 0
    found = ecotone.open(tmp_path / "w")
    for name in (
        "interactions",
        "person_interactions",
        "person_months",
        "influence",
        "project_edges",
        "cohesion",
        "brokerage",
        "signals",
    ):
        assert found.table(name).to_arrow().schema.names == opened.table(name).to_arrow().schema.names, name
    for name in ("interactions", "person_interactions", "project_edges", "brokerage"):
        assert found.table(name).to_arrow().num_rows == 0, name


def test_persons_never_go_out_with_a_report(opened):
    assert not {"person_interactions", "person_months", "influence"} & set(PUBLISHED)
    shown = public_signals_table(opened.signals().to_arrow(), opened.organisations().to_arrow(), 3)
    assert not {"from_person", "person", "subject"} & set(shown.column_names)


ACT = pa.schema(
    [("project", pa.string()), ("repository", pa.string()), ("kind", pa.string()), ("account", pa.string()),
     ("other_account", pa.string()), ("thread", pa.int64()), ("created_at", pa.timestamp("us"))]
)  # fmt: skip


def heard(*rows: tuple[str, str, str | None, int | None], repository: str = "o/r") -> pa.Table:
    """Rows of (kind, account, other_account, thread)."""
    when = datetime.fromisoformat("2024-05-01")
    return pa.Table.from_pylist(
        [
            {"project": "p", "repository": repository, "kind": kind, "account": account, "other_account": other,
             "thread": thread, "created_at": when}
            for kind, account, other, thread in rows
        ],
        schema=ACT,
    )  # fmt: skip


def test_whoever_is_not_named_is_the_threads_author():
    git = heard(("pull_opened", "ann", None, 1))
    feed = heard(
        ("issue_opened", "bob", None, 2),
        ("comment", "cat", None, 1),
        ("comment", "cat", None, 2),
        ("review", "cat", "eve", 1),
        ("review_comment", "cat", None, None),
        ("comment", "cat", None, 9),
        ("star", "cat", None, None),
    )
    elsewhere = heard(("comment", "cat", None, 1), repository="o/other")
    spoken = reply_acts(git, pa.concat_tables([feed, elsewhere]))
    assert list(zip(spoken["kind"].to_pylist(), spoken["other_account"].to_pylist(), strict=True)) == [
        ("comment", "ann"),
        ("comment", "bob"),
        ("review", "eve"),
        ("review_comment", None),
        ("comment", None),
        ("comment", None),
    ]


def test_what_only_a_feed_saw_is_added_once():
    git = heard(("commit", "ann", None, None), ("pull_opened", "ann", None, 1))
    feed = heard(
        ("pull_opened", "ann", None, 1), ("pull_opened", "bob", None, 2), ("issue_opened", "bob", None, 3),
        ("commit", "ann", None, None),
    )  # fmt: skip
    months = pa.table({"git_state": ["complete", "partial"], "conversation_state": ["complete", "partial"]})
    both = add_feed_acts(git, feed, months)
    assert list(zip(both["kind"].to_pylist(), both["thread"].to_pylist(), strict=True)) == [
        ("commit", None),
        ("pull_opened", 1),
        ("pull_opened", 2),
        ("issue_opened", 3),
    ]
    assert add_feed_acts(git, feed.slice(0, 0), months) is git
    lost = pa.table({"git_state": ["complete", "complete"], "conversation_state": ["complete", "damaged"]})
    assert add_feed_acts(git, feed, lost) is git
