"""Read repository metadata without a token, within the limit of sixty requests an hour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from ecotone.events.sources.github import response_parser
from ecotone.events.sources.github.client import GitHubClient, ResourceGone
from ecotone.events.sources.github.json_fields import UnreadableValue
from ecotone.events.sources.github.page_store import PageStore
from ecotone.events.sources.github.time_ranges import FRESH_SECONDS
from ecotone.foundation.errors import SourceUnavailable

DAY: Final = 24 * FRESH_SECONDS


def read_without_token(client: GitHubClient, ledger: PageStore, names: Mapping[str, str], now: int) -> None:
    """Look up repositories one by one, the least recently seen first, and stop when GitHub asks to wait."""
    seen_at = {
        str(repository_name): int(str(at))
        for repository_name, at in ledger.query_rows("select repository, seen from repositories")
    }
    client.patience = 0
    for repository in sorted(names, key=lambda repository_name: (seen_at.get(repository_name, 0), repository_name)):
        if seen_at.get(repository, 0) > now - DAY:
            continue
        try:
            address = f"/repos/{quote(names[repository])}"
            answer = client.get_rest(address, "repository", ledger.etag_of(address) if repository in seen_at else None)
            if answer.unchanged:
                ledger.record_unchanged_repository(repository, now)
                continue
            mark = (address, answer.etag) if answer.etag else None
            ledger.store_repository_facts(
                {repository: response_parser.parse_rest_repository(answer.body)}, (), now, mark
            )
        except (ResourceGone, UnreadableValue):
            continue  # without a token the reason is unknown
        except SourceUnavailable:
            return
