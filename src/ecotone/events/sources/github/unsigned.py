"""What is worth asking without a token: what a repository is, as far as the sixty requests of an hour reach."""

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
    """Look the repositories up one by one, the longest unseen first, until GitHub asks to wait; nobody waits."""
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
            continue  # without a token nothing can be said of why
        except SourceUnavailable:
            return
