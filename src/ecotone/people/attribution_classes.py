"""The classes of evidence for the organisation of an act: the one list of them.

An act's class is the word in the column `basis` of the table `affiliation_basis`. To add a class, add a line here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LARGEST_GAP: Final = 365
"""Largest number of days between two signatures across which the organisation is interpolated.

Measured on 63 real histories: all 557 signatures between two for the same organisation, half a year to two years
apart, were for that organisation too; at shorter distances 98.6 to 99.8 %.
"""

REACH: Final = 183
"""Days before and after its observation on which a profile applies: together the largest gap of signatures.

A profile has no date and may be out of date, so every other class overrules it.
"""

LIST_REACH: Final = 365
"""Days after the date of an affiliation file on which its open-ended entries still apply."""


@dataclass(frozen=True, slots=True)
class AttributionClass:
    """One class of evidence.

    name              the word in the tables
    reason            why an act has its organisation, for `ecotone explain`
    is_organisation_known  False: acts of this class have no organisation; the class says what is known instead
    """

    name: str
    reason: str
    is_organisation_known: bool = True


OWNER_TEAM: Final = "team"
"""The class of acts by core people of unknown employer, where the known core people work for one employer."""

STALE_LIST: Final = "stale_list"
"""The class of acts for which an affiliation file has nothing but an open-ended entry that is too old."""

CORE_UNKNOWN: Final = "core_unknown"
OTHERS_UNKNOWN: Final = "others_unknown"
"""Acts without evidence in the table `employer_evidence`: of people who can merge, and of all others."""

ATTRIBUTION_CLASSES: Final = (
    AttributionClass("override", "declared in the landscape file"),
    AttributionClass("signed", "signed with an address of the organisation"),
    AttributionClass("spell", f"between two signatures for it, at most {LARGEST_GAP} days apart"),
    AttributionClass("file", "declared in an affiliation file"),
    AttributionClass("profile", f"named in the person's profile at most {REACH} days away, without other evidence"),
    AttributionClass(
        STALE_LIST,
        f"an affiliation file has an open-ended entry that is too old: its date is more than {LIST_REACH} days before",
        is_organisation_known=False,
    ),
    AttributionClass(
        OWNER_TEAM,
        "can merge in a project whose known core people work for one employer; see the table `owner_teams`",
        is_organisation_known=False,
    ),
)
"""The strongest first."""

NOTHING_KNOWN: Final = "no organisation is known for the day"
EVIDENCE_CLASSES: Final = (*(entry.name for entry in ATTRIBUTION_CLASSES), CORE_UNKNOWN, OTHERS_UNKNOWN)
"""The classes of the table `employer_evidence`, the strongest first."""

REASONS: Final = {entry.name: entry.reason for entry in ATTRIBUTION_CLASSES}
"""The reason of each class, by name."""
