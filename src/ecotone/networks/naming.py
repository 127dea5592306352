"""Which organisation is meant by what somebody types."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from ecotone.foundation.errors import UserError
from ecotone.people.organisations import organisation_of_domain, organisations


def organisation_named(text: str, known: Iterable[str]) -> str:
    """The known organisation of that name, Chinese name or domain; capitals and spaces at the ends do not matter.

    known   names as the tables have them
    raises  UserError with the nearest names

    >>> organisation_named("nvidia", ["NVIDIA", "Novartis"]), organisation_named("nvidia.com", ["NVIDIA"])
    ('NVIDIA', 'NVIDIA')
    >>> organisation_named("英伟达", ["NVIDIA"])
    'NVIDIA'
    """
    names = sorted(known)
    wanted = text.strip().casefold()
    called = {name.casefold(): name for name in names}
    if wanted in called:
        return called[wanted]
    listed = set(names)
    for alias, name in _aliases().items():
        if alias == wanted and name in listed:
            return name
    found = organisation_of_domain(wanted.rpartition("@")[2]) if "." in wanted else None
    if found and found.organisation in listed:
        return found.organisation
    near = [called[name] for name in difflib.get_close_matches(wanted, called, n=3)]
    near += [name for folded, name in called.items() if wanted and wanted in folded and name not in near]
    hint = f" Did you mean {', '.join(map(repr, near[:3]))}?" if near else ""
    raise UserError(
        f"No organisation is called {text!r} in these months.{hint}"
        " `ecotone orgs --min-people 1 --json` lists all of them."
    )


def _aliases() -> dict[str, str]:
    """Other names of the organisations that Ecotone's data names: in Chinese, and the first words of their domains."""
    found: dict[str, str] = {}
    for one in organisations():
        for alias in (one.name_zh, *(domain.partition(".")[0] for domain in one.domains)):
            if alias:
                found.setdefault(alias.casefold(), one.name)
    return found
