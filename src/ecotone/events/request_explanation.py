"""Explain when and by which rule a pull request counts as merged."""

from __future__ import annotations

import re
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.errors import UnknownName, UserError

_SUBJECT: Final = re.compile(r"(?P<name>[^#]{1,300})#(?P<number>[0-9]{1,8})\Z")


def parse_request_subject(subject: str) -> tuple[str, int] | None:
    """The project or repository, and the number, of `NAME#N`; None for anything else.

    >>> parse_request_subject("team/repo#12")
    ('team/repo', 12)
    >>> parse_request_subject("someone") is None
    True
    """
    match = _SUBJECT.match(subject.strip())
    return (match["name"].strip(), int(match["number"])) if match else None


def explain_request(pulls: pa.Table, events: pa.Table, name: str, number: int) -> list[dict[str, Any]]:
    """What is known of a pull request, one row for each repository that has the number.

    pulls   public table of that name
    events  kind, repository, thread, commit
    name    a project or a repository, in any case

    Raises UnknownName for a name that has no pull request, UserError for a number that it lacks.
    """
    names = {known.casefold(): known for column in ("project", "repository") for known in _distinct(pulls[column])}
    if name.casefold() not in names:
        raise UnknownName("project with pull requests", name, sorted(names.values()), "ecotone export projects")
    known = names[name.casefold()]
    named = pc.or_(pc.equal(pulls["project"], known), pc.equal(pulls["repository"], known))
    rows = pulls.filter(pc.and_(named, pc.equal(pulls["number"], number))).to_pylist()
    if not rows:
        raise UserError(f"Git shows no pull request {number} of {known}: it may be an issue, or a number not yet used.")
    landings = events.filter(pc.and_(pc.equal(events["kind"], "pull_merged"), pc.equal(events["thread"], number)))
    commits = dict(zip(landings["repository"].to_pylist(), landings["commit"].to_pylist(), strict=True))
    return [
        {
            **{column: row[column] for column in ("project", "repository", "number", "person")},
            "opened_at": _as_text(row["opened_at"]),
            "merged_at": _as_text(row["merged_at"]),
            "commit": commits.get(row["repository"]),
            "evidence": row["evidence"],
        }
        for row in rows
    ]


def _distinct(column: pa.ChunkedArray) -> list[str]:
    return [value for value in pc.unique(column).to_pylist() if value]


def _as_text(moment: Any) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%d %H:%M}"
