"""AI assistants named in commit authors and trailers."""

from __future__ import annotations

import pyarrow as pa

from ecotone.people.actor_rules import find_assisting_product


def find_ai_assistance(commits: pa.Table, trailers: pa.Table, squashed: pa.Table | None = None) -> pa.Table:
    """The AI product that each commit names; commits without one are omitted.

    A commit that names none counts with the first product that the commits squashed in it name.

    commits   sha, author_name, author_email
    trailers  sha, key, value
    squashed  landing, sha: the commits squashed in a landing, oldest first
    returns   sha, assisted_by; one row per commit
    """
    product_of_commit: dict[str, str] = {}
    authors = zip(*(commits[name].to_pylist() for name in ("sha", "author_name", "author_email")), strict=True)
    marks: dict[tuple[str, str], str | None] = {}
    for sha, name, email in authors:
        signed = ("author", f"{name} <{email}>")
        if signed not in marks:
            marks[signed] = find_assisting_product([signed])
        if product := marks[signed]:
            product_of_commit[sha] = product
    for sha, key, value in zip(*(trailers[name].to_pylist() for name in ("sha", "key", "value")), strict=True):
        if sha in product_of_commit:
            continue
        line = (key, value)
        if line not in marks:
            marks[line] = find_assisting_product([line], value if key == "generated-with" else None)
        if product := marks[line]:
            product_of_commit[sha] = product
    if squashed is not None:
        for landing, sha in zip(squashed["landing"].to_pylist(), squashed["sha"].to_pylist(), strict=True):
            if product := product_of_commit.get(sha):
                product_of_commit.setdefault(landing, product)
    return pa.table(
        [pa.array(list(product_of_commit), pa.string()), pa.array(list(product_of_commit.values()), pa.string())],
        names=["sha", "assisted_by"],
    )
