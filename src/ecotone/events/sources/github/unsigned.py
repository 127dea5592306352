"""Read repository metadata without a token, within the limit of sixty requests an hour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from ecotone.events.sources.github import parse
from ecotone.events.sources.github.client import Client, Gone
from ecotone.events.sources.github.ledger import Ledger
from ecotone.events.sources.github.values import Unreadable
from ecotone.events.sources.github.windows import FRESH
from ecotone.foundation.errors import SourceUnavailable

DAY: Final = 24 * FRESH


def read_unsigned(client: Client, ledger: Ledger, names: Mapping[str, str], now: int) -> None:
    """Look up repositories one by one, the least recently seen first, and stop when GitHub asks to wait."""
    seen = {str(one): int(str(at)) for one, at in ledger.rows("select repository, seen from repositories")}
    client.patience = 0
    for repository in sorted(names, key=lambda one: (seen.get(one, 0), one)):
        if seen.get(repository, 0) > now - DAY:
            continue
        try:
            address = f"/repos/{quote(names[repository])}"
            answer = client.get(address, "repository", ledger.mark(address) if repository in seen else None)
            if answer.unchanged:
                ledger.keep_seen(repository, now)
                continue
            mark = (address, answer.etag) if answer.etag else None
            ledger.keep_facts({repository: parse.found_repository(answer.body)}, (), now, mark)
        except (Gone, Unreadable):
            continue  # without a token the reason is unknown
        except SourceUnavailable:
            return
