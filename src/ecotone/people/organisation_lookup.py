"""Resolve a name, alias or domain that a user types to a known organisation."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import date

from ecotone.foundation.errors import UserError
from ecotone.people.organisation_registry import bundled_organisations, find_domain_organisation, group_on_day


def find_organisation(text: str, known: Iterable[str]) -> str:
    """The known organisation with that name, Chinese name or domain; case and outer spaces are ignored.

    known   names as the tables have them
    raises  UserError with the nearest names

    >>> find_organisation("nvidia", ["NVIDIA", "Novartis"]), find_organisation("nvidia.com", ["NVIDIA"])
    ('NVIDIA', 'NVIDIA')
    >>> find_organisation("英伟达", ["NVIDIA"])
    'NVIDIA'
    """
    by_folded = {name.casefold(): name for name in sorted(known)}
    wanted = text.strip().casefold()
    if wanted in by_folded:
        return by_folded[wanted]
    listed = set(by_folded.values())
    candidates = [_names_by_alias().get(wanted)]
    if "." in wanted and (own := find_domain_organisation(wanted.rpartition("@")[2], date.min)):
        candidates += [own.organisation, group_on_day(own.organisation)]
    for name in candidates:
        if name in listed:
            return name
    near = [by_folded[name] for name in difflib.get_close_matches(wanted, by_folded, n=3)]
    near += [name for folded, name in by_folded.items() if wanted and wanted in folded and name not in near]
    hint = f" Did you mean {', '.join(map(repr, near[:3]))}?" if near else ""
    raise UserError(
        f"No organisation is called {text!r} in these months.{hint}"
        " `ecotone orgs --min-people 1 --json` lists all of them."
    )


def _names_by_alias() -> dict[str, str]:
    """Organisations of Ecotone's data by other names: the Chinese name and the first label of each domain."""
    names: dict[str, str] = {}
    for organisation in bundled_organisations():
        for alias in (organisation.name_zh, *(domain.partition(".")[0] for domain in organisation.domains)):
            if alias:
                names.setdefault(alias.casefold(), organisation.name)
    return names
