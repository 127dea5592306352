"""With a token, the simulated GitHub names the authors of commits, and the run joins their addresses with logins."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ecotone.foundation.landscape import read_landscape
from ecotone.people.account_parsing import parse_account
from ecotone.people.match_rules import COMMIT_AUTHOR
from ecotone.pipeline.collected_tables import CollectedTables
from ecotone.pipeline.join import join_collected
from ecotone.pipeline.project_pool import ProjectPool
from ecotone.pipeline.steps import Run, perform_steps, utc_now
from ecotone.simulation.feeds import generate_feeds
from ecotone.simulation.simulated_field import make_simulated_field
from ecotone.store.workspace import Workspace
from tests.fakes import serve_github

TOKEN = "ghp_made_up_0123456789"


def people_with_names(workspace: Workspace, landscape: Path) -> tuple[pa.Table, pa.Table]:
    read = read_landscape(landscape)
    run = Run(workspace, read, utc_now(), lambda *_: None)
    perform_steps(run, ("collect",), lambda _: None)
    pool = ProjectPool(workspace.partitions_folder)
    joined = join_collected(workspace, read, run.collected.readings, CollectedTables(workspace), pool)
    return joined.people, joined.links


def test_logins_of_authors_join_their_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECOTONE_GITHUB_TOKEN", TOKEN)
    field = make_simulated_field(
        tmp_path / "field", seed=3, projects=2, people=16, months=8, last_month=date(2025, 6, 1), pace=2
    )
    feeds = generate_feeds(field)
    landscape = tmp_path / "field" / "landscape.toml"
    with serve_github(feeds, tokens=[TOKEN]) as server:
        text = landscape.read_text("utf-8")
        landscape.write_text(f'{text}\n[sources.github]\nlocation = "{server.url}"\n', "utf-8")
        workspace = Workspace.create(tmp_path / "workspace")
        people, links = people_with_names(workspace, landscape)
        used = links.filter(pc.and_(pc.equal(links["rule"], COMMIT_AUTHOR.name), pc.is_null(links["refused"])))
        person = dict(zip(people["account"].to_pylist(), people["person"].to_pylist(), strict=True))
        logins = {email: account.login for email, account in feeds.accounts.addresses.items()}
        named = used.select(["account", "other_account"]).to_pylist()
        by_address = {}
        for row in named:
            login, address = sorted(row.values(), key=lambda account: "@" in account)
            by_address[address] = login
            assert person[address] == person[login]
        alone = {one for one in person if parse_account(one).login is None and one.lower() in logins}
        assert len(alone) > 5
        assert by_address == {address: logins[address.lower()] for address in alone}
        people_with_names(workspace, landscape)
        assert [row.detail for row in server.log.rows if row.detail.startswith("authors")] == ["authors 1"]
