"""The command `discover --from`: extract a field from the community's events as a whole, and propose a landscape."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import httpx

from ecotone.events.participation.engine_answers import Participation, SampledPeriod
from ecotone.events.participation.sampling_statements import SUBSAMPLES
from ecotone.foundation.errors import UserError
from ecotone.foundation.months import add_months
from ecotone.landscape.field_extraction import (
    FEWEST_PEOPLE,
    ExtractedField,
    Membership,
    choose_seeds,
    extract_field,
    group_members,
)
from ecotone.people.actor_rules import load_actor_rules
from ecotone.pipeline.discover import write_proposal

MONTHS: Final = 24
"""Length of the period in months."""
SHARE: Final = 0.01
"""Share of the hours that are read."""
ENGINES: Final = ("clickhouse", "gharchive", "bigquery")
TIES_NAMED: Final = 3
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class ExtractionRequest:
    """What is asked for.

    words     a topic, which finds the seeds where none are given
    share     of the hours of the period, above 0, at most 1
    location  address of the ClickHouse server, or address or folder of the hour files; None: the public one
    """

    engine: str
    seeds: tuple[str, ...]
    words: str | None
    until: date
    share: float
    location: str | None
    folder: Path
    transport: httpx.BaseTransport | None = None

    @property
    def period(self) -> SampledPeriod:
        """The MONTHS months up to `until`, which is left out."""
        since = add_months(self.until, -MONTHS)
        first, end = (int(datetime(day.year, day.month, 1, tzinfo=UTC).timestamp()) for day in (since, self.until))
        return SampledPeriod(first, end, self.share, bot_logins())


@dataclass(frozen=True, slots=True)
class Extraction:
    """The field, the group of each member, and how many hours were to be read."""

    field: ExtractedField
    groups: dict[str, int]
    hours_sampled: int


def bot_logins() -> tuple[str, ...]:
    """Logins of known programs and agents, in lower case."""
    return tuple(sorted({login.lower() for rule in load_actor_rules() for login in rule.login}))


def check_request(request: ExtractionRequest) -> None:
    """Raises UserError where the request cannot be answered."""
    if request.engine not in ENGINES:
        raise UserError(f"--from {request.engine!r} is none of {', '.join(ENGINES)}.")
    if not 0 < request.share <= 1:
        raise UserError(f"--sample {request.share:g} is no share of hours: give a number above 0, up to 1, as 0.01.")
    if not request.seeds and not topic_words(request.words):
        raise UserError("Give SEED... as owner/name, or a topic with --words, as --words 'agent framework'.")
    for seed in request.seeds:
        if seed.count("/") != 1:
            raise UserError(f"{seed!r} is no repository: write owner/name.")


def extract_from_events(
    request: ExtractionRequest, progress: Callable[[str, int, int], None] = lambda *_: None
) -> Extraction:
    """Extract the field. Raises UserError and SourceError."""
    check_request(request)
    with _open_engine(request, progress) as events:
        seeds = _find_seeds(request, events)
        extracted = extract_field(events, seeds)
    return Extraction(extracted, group_members(extracted), len(request.period.hours))


def topic_words(words: str | None) -> list[str]:
    """The words of a topic: in lower case, each between blanks; a Chinese one as it is, for it is written without any.

    >>> topic_words("LLM-agents"), topic_words("智能体")
    ([' llm ', ' agents '], ['智能体'])
    """
    return [f" {word} " if word.isascii() else word for word in _WORD.findall((words or "").lower())]


def _find_seeds(request: ExtractionRequest, events: Participation) -> tuple[str, ...]:
    if not request.seeds:
        seeds = choose_seeds(events.find_speakers(topic_words(request.words)))
        if not seeds:
            raise UserError(
                f"No repository of the sample has three people who speak of {request.words!r}. Give fewer words, seeds,"
                " or a larger share of the hours with --sample."
            )
        return seeds
    spelling = events.find_spellings([seed.lower() for seed in request.seeds])
    missing = [seed for seed in request.seeds if seed.lower() not in spelling]
    if missing:
        raise UserError(
            f"The sample shows nobody who takes part in {missing[0]} and in another repository. Check its name, or read"
            f" more hours than {request.share:.0%} with --sample."
        )
    return tuple(dict.fromkeys(spelling[seed.lower()] for seed in request.seeds))


@contextmanager
def _open_engine(request: ExtractionRequest, progress: Callable[[str, int, int], None]) -> Iterator[Participation]:
    if request.engine == "gharchive":
        from ecotone.events.participation.archive import open_archive

        with open_archive(request.period, request.folder, request.location, progress, request.transport) as archive:
            yield archive
        return
    if request.engine == "bigquery":
        raise UserError("BigQuery is not asked from here: `--from bigquery` prints the statements of the first step.")
    from ecotone.events.participation.engines import ClickHouseParticipation
    from ecotone.events.sources.clickhouse.client import PLAYGROUND, USER, ClickHouseClient
    from ecotone.events.sources.clickhouse.credentials import find_credentials

    address = request.location or PLAYGROUND
    user, password = find_credentials(address)
    with ClickHouseClient(
        address, user or USER, password, on_wait=lambda text: progress(text, 0, 0), transport=request.transport
    ) as client:
        yield ClickHouseParticipation(client, request.period)


def bigquery_statements(request: ExtractionRequest) -> str:
    """The statements of the first step in BigQuery's dialect, with the values declared; they were never run there."""
    from ecotone.events.participation import sampling_statements as statements
    from ecotone.events.participation.engines import bigquery_engine

    check_request(request)
    period = request.period
    since, until = (datetime.fromtimestamp(second, UTC) for second in (period.since, period.until))
    engine, hours = bigquery_engine(since, until), len(period.hours)
    texts = {"names": request.seeds, "bots": period.bots}
    declared = [f"DECLARE {name} ARRAY<STRING> DEFAULT [{', '.join(map(_as_sql_text, values))}];"
                for name, values in texts.items()]  # fmt: skip
    declared += [f"DECLARE word_{number} STRING DEFAULT {_as_sql_text(word)};"
                 for number, word in enumerate(topic_words(request.words))]  # fmt: skip
    declared += [
        f"DECLARE since TIMESTAMP DEFAULT TIMESTAMP '{since:%Y-%m-%d}';",
        f"DECLARE until TIMESTAMP DEFAULT TIMESTAMP '{until:%Y-%m-%d}';",
        f"DECLARE `limit` INT64 DEFAULT {statements.sample_limit(period.share)};",
    ]
    asked = (
        {"what the null model needs": statements.chance_statement(engine, hours),
         "who shares people with the seeds": statements.shared_people_statement(engine, hours)}
        if request.seeds
        else {"repositories of the topic": statements.speakers_statement(engine, len(topic_words(request.words)))}
    )  # fmt: skip
    lines = [*declared]
    for title, sql in asked.items():
        lines += ["", f"-- {title}", re.sub(r"@limit\b", "`limit`", re.sub(r"@(?!limit)(\w+)", r"\1", sql)) + ";"]
    return "\n".join(lines) + "\n"


def _as_sql_text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def membership_reason(item: Membership) -> str:
    """Why a repository is in the field.

    >>> membership_reason(Membership("a/b", 40, 13, 0.2, True, 0.3, (("c/d", 12), ("e/f", 1)), 0.02, 10))
    '12 of its 40 people also in c/d, 1 in e/f; 30 % ± 2.0 % of their other work is in it; in 10 of 10 subsamples'
    """
    named = [f"{count} in {member}" for member, count in item.shared[:TIES_NAMED]]
    if named:
        named[0] = f"{item.shared[0][1]} of its {item.people} people also in {item.shared[0][0]}"
    error = "" if item.error is None else f" ± {_as_percent(item.error)}"
    parts = [", ".join(named), f"{_as_percent(item.focus)}{error} of their other work is in it"]
    if item.included is not None:
        parts.append(f"in {item.included} of {SUBSAMPLES} subsamples")
    return "; ".join(part for part in parts if part)


def exclusion_reason(item: Membership, extracted: ExtractedField) -> str:
    """Why a repository that shares people with the field is left out."""
    if item.people < FEWEST_PEOPLE:
        return f"{item.people} of its people work elsewhere too, fewer than {FEWEST_PEOPLE} of the sample"
    if not item.is_tied:
        return f"{item.reached} of its people in the field, {item.expected:.1f} expected by chance: not enough"
    return f"{_as_percent(item.focus)} of its people's other work is in it, below {_as_percent(extracted.wanted)}"


def _as_percent(share: float) -> str:
    return f"{share:.{0 if share >= 0.1 or not share else 1}%}".replace("%", " %")


def leading_exclusions(extracted: ExtractedField, most: int) -> list[Membership]:
    """What was left out, the most people in the field first."""
    ordered = sorted(extracted.left_out, key=lambda item: (-item.reached, -round(item.focus, 9), item.repository))
    return ordered[:most]


def extraction_proposal(extraction: Extraction, request: ExtractionRequest) -> str:
    """A landscape file of the members, each group as a category, each project with its reason."""
    members = extraction.field.members
    names: dict[int, tuple[str, str]] = {}
    if len(set(extraction.groups.values())) > 1:
        for group in dict.fromkeys(extraction.groups[item.repository] for item in members):
            inside = sorted((item for item in members if extraction.groups[item.repository] == group),
                            key=lambda item: (-item.people, item.repository))  # fmt: skip
            short = [item.repository.rsplit("/", 1)[-1] for item in inside[:2]]
            names[group] = (f"{' and '.join(short)}, and the like", f"{'、'.join(short)}一类")
    topic = request.words if not request.seeds and request.words else None
    about = topic or ", ".join(extraction.field.seeds)
    return write_proposal(
        title=f"Around {about}",
        title_zh=f"围绕 {topic or '、'.join(extraction.field.seeds)}",
        projects=[
            (item.repository, names.get(extraction.groups[item.repository]), membership_reason(item))
            for item in members
        ],
        notes=describe_sample(extraction, request),
    )


def describe_sample(extraction: Extraction, request: ExtractionRequest) -> list[str]:
    """What was read, and how the result may be wrong."""
    field, period = extraction.field, request.period
    since, until = (datetime.fromtimestamp(second, UTC) for second in (period.since, period.until - 1))
    unsure = sum(item.included is not None and item.included < 10 for item in field.members)
    lines = [
        f"Read: {field.chance.hours:,} of {len(range(period.since, period.until, 3600)):,} hours from"
        f" {since:%Y-%m} to {until:%Y-%m}; {field.chance.people:,} people who take part in two or more of"
        f" {field.chance.repositories:,} repositories.",
        f"Sampling error: {unsure} of {len(field.members)} projects would be left out of some of ten subsamples.",
    ]
    if field.chance.hours < extraction.hours_sampled:
        lines.append(f"{extraction.hours_sampled - field.chance.hours} of the sampled hours have no event.")
    if not field.settled:
        lines.append(f"The members still changed after {field.rounds} rounds.")
    return lines


def seeds_as_given(seeds: Sequence[str]) -> tuple[str, ...]:
    """The seeds without repetitions; capitals do not matter."""
    return tuple({seed.lower(): seed for seed in reversed(seeds)}.values())[::-1]
