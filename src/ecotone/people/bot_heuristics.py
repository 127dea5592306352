"""Timing heuristics for bots. Their result supports a rule on names and never classifies an account alone."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash
from numpy.typing import NDArray

FEWEST: Final = 50  # commits of an account; fewer are not judged
FEWEST_SIGNS: Final = 2
WHOLLY: Final = 0.95  # share of commits in bursts that counts as two signs
WEEKEND: Final = (0.22, 0.36)  # share of a uniform week: 2/7 = 0.286; most people are below 0.2
BUSIEST_HOUR: Final = 0.09  # largest share of one hour; a uniform day has 0.042
COMMON_TO: Final = 3  # accounts, or a tenth of all: a form used by so many is a project convention
BURST_SECONDS: Final = 60
BURSTS: Final = 0.5
ONE_FORM: Final = 0.9
_COMMON: Final = -1
_DAY: Final = 86_400
_THURSDAY: Final = 3  # 1970-01-01, Monday being 0


def number_subject_forms(subjects: pa.ChunkedArray) -> pa.ChunkedArray:
    """A number for the form of each subject, int64: without its numbers and versions generated subjects are equal."""
    forms = pc.replace_substring_regex(subjects, r"[0-9]+(?:\.[0-9]+)*", "#").combine_chunks().dictionary_encode()
    numbers = [
        None if form is None else xxhash.xxh3_64_intdigest(form.encode()) for form in forms.dictionary.to_pylist()
    ]
    hashes = pa.array(numbers, pa.uint64()).view(pa.int64())
    return pa.chunked_array([hashes.take(forms.indices)])


def find_machine_like_accounts(commits: pa.Table) -> dict[str, str]:
    """Signs of automation by account, for accounts with at least two signs or nearly all commits in bursts.

    commits  account, time (seconds, the author's own clock), form (see `number_subject_forms`)
    """
    evidence_of_account = {}
    counted = pc.value_counts(commits["account"])
    busy = counted.filter(pc.greater_equal(pc.struct_field(counted, "counts"), FEWEST))
    accounts = pc.struct_field(busy, "values").cast(pa.string())
    busy_commits = commits.filter(pc.is_in(commits["account"], value_set=accounts))
    code = np.asarray(pc.index_in(busy_commits["account"], value_set=accounts).to_numpy(), np.int64)
    time = np.asarray(busy_commits["time"].to_numpy(), np.int64)
    form = np.asarray(pc.index_in(busy_commits["form"], value_set=pc.unique(busy_commits["form"])).to_numpy(), np.int64)
    form = np.where(_is_common_form(code, form, len(accounts)), _COMMON, form)
    order = np.lexsort((time, code))
    starts = np.searchsorted(code[order], np.arange(len(accounts) + 1))
    for position, account in enumerate(accounts.to_pylist()):
        rows = order[starts[position] : starts[position + 1]]
        signs = signs_of_automation(time[rows], form[rows])
        if sum(signs.values()) >= FEWEST_SIGNS:
            evidence_of_account[account] = f"behaviour of {len(rows)} commits: {', '.join(signs)}"
    return evidence_of_account


def signs_of_automation(time: NDArray[np.int64], form: NDArray[np.int64]) -> dict[str, int]:
    """Signs of automation in commits sorted by time, with the weight of each.

    form  -1: a form that many accounts use
    """
    weekend = np.mean((time // _DAY + _THURSDAY) % 7 >= 5)
    hours = np.bincount(time % _DAY // 3600, minlength=24).max() / len(time)
    bursts = np.mean(np.diff(time) <= BURST_SECONDS) if len(time) > 1 else 0.0
    own_forms = form[form != _COMMON]
    one_form = np.unique(own_forms, return_counts=True)[1].max() / len(form) if len(own_forms) else 0.0
    signs = {}
    if WEEKEND[0] <= weekend <= WEEKEND[1] and hours <= BUSIEST_HOUR:
        signs["no weekly or daily rhythm"] = 1
    if bursts >= BURSTS:
        signs[f"{bursts:.0%} within a minute of the one before"] = 2 if bursts >= WHOLLY else 1
    if one_form >= ONE_FORM:
        signs[f"one subject form in {one_form:.0%}"] = 1
    return signs


def _is_common_form(code: NDArray[np.int64], form: NDArray[np.int64], accounts: int) -> NDArray[np.bool_]:
    """Whether many accounts use the form of each commit."""
    pairs = np.unique(form * accounts + code) // max(accounts, 1)
    users = np.bincount(pairs, minlength=form.max(initial=0) + 1)
    common: NDArray[np.bool_] = (users >= max(COMMON_TO, accounts / 10))[form]
    return common
