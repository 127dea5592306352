"""The tables that signals read: their columns, and an unbound Ibis table of each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import ibis
import ibis.expr.types as ir

from ecotone.signals.coverage import INPUTS, state_column

_ACT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "project": "string",
        "month": "date",
        "created_at": "timestamp(6)",
        "kind": "string",
        "account": "string",
        "person": "string",
        "actor_kind": "string",
        "assisted_by": "string",
        "organisation": "string",
        "organisation_kind": "string",
        "basis": "string",
        "thread": "int64",
        "commit": "string",
    }
)

SCHEMAS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "acts": _ACT,  # one public act that git shows and that has a usable month
        "feed_acts": _ACT,  # one public act from an event source; an act that git shows too is in both
        "pulls": {  # one known pull request
            "project": "string",
            "number": "int64",
            "opened_at": "timestamp(6)",
            "opened_month": "date",
            "merged_at": "timestamp(6)",
            "merged_month": "date",
            "person": "string",
            "actor_kind": "string",
        },
        "months": {  # an observed month of a project: every signal has a value or NULL in each
            "project": "string",
            "month": "date",
            "month_index": "int64",
            "month_end": "timestamp(6)",
            "observed_until": "timestamp(6)",
            **dict.fromkeys(map(state_column, INPUTS), "string"),  # the state of each input
        },
        "stack_layers": {  # a layer of the stack in a month with a shipped package; none for frameworks, infrastructure
            "project": "string",
            "month": "date",
            "layer": "string",
            "technologies": "int64",
        },
        "threads": {  # issues and pull requests opened, from their numbers; no row means unknown
            "project": "string",
            "month": "date",
            "threads_opened": "double",
            "threads_opened_low": "double",
            "threads_opened_high": "double",
        },
        "access": {  # an act that needs write access; person NULL: a landing whose lander is not known
            "project": "string",
            "created_at": "timestamp(6)",
            "month": "date",
            "ground": "string",
            "person": "string",
            "other_person": "string",
        },
        "core": {  # a person who has shown write access, and when the evidence was complete
            "project": "string",
            "person": "string",
            "since": "timestamp(6)",
            "last": "timestamp(6)",
            "days_to_access": "int64",
            "grounds": "string",
            "acts": "int64",
        },
    }
)

TABLES: Final[Mapping[str, ir.Table]] = MappingProxyType(
    {name: ibis.table(dict(columns), name=name) for name, columns in SCHEMAS.items()}
)
