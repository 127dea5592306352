"""Generate a world: organisations, people with jobs and addresses, projects with curves and members."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Final

from ecotone.foundation.months import add_months, list_months_between
from ecotone.simulation.activity_shapes import SHAPES, make_activity_levels
from ecotone.simulation.random_streams import random_stream
from ecotone.simulation.world import (
    ALWAYS,
    DAY,
    NEVER,
    Address,
    Membership,
    Organisation,
    Person,
    Project,
    Second,
    Spell,
    World,
    to_second,
)

FREE_MAIL: Final = "freemail.example"
LEADER_SCALE: Final = 6.0  # times the pace of an ordinary project
PEOPLE_PER_ORGANISATION: Final = 15

CATEGORIES: Final = (
    ("agent framework", "智能体框架", "application", ("sdk", "low-code")),
    ("coding assistant", "编程助手", "application", ("terminal", "ide")),
    ("model serving", "模型推理服务", "model", ("sdk", "sdk")),
)
STAYS: Final = (
    (0.5, 1, 2, 1.0),
    (0.8, 3, 9, 1.5),
    (1.0, 10, 36, 3.0),
)  # up to this draw: months from, to, weight
LANGUAGES: Final = ("Python", "TypeScript", "Python", "Go", "Rust", "Java")
LANDINGS: Final = ((0.75, 0.05, 0.2), (0.15, 0.65, 0.2), (0.45, 0.25, 0.3), (1.0, 0.0, 0.04))
OFFSETS: Final = (480, 0, -480, 60, 480, -300, 120, 330, 345, 540, -210, 570)

RIGHT_TO_LEFT: Final = "\u200f"
HOSTILE_NAMES: Final = (
    'O\'Person "0001" `$(date)`; --',
    "Person &lt;script&gt;alert(1)&lt;/script&gt; 0002",
    f"Person {RIGHT_TO_LEFT}\u202e3000",
    "Person \udce9\udcff 0004",  # bytes E9 FF: not UTF-8
)
HOSTILE_SUFFIX: Final = ' & "<script>alert(1)</script>"'


def generate_world(
    *, seed: int, projects: int, people: int, months: int, last_month: date, pace: float, hostile: bool
) -> World:
    """A world of this size; each part draws from its own random stream."""
    calendar = list_months_between(add_months(last_month, 1 - months), last_month)
    starts = (*map(to_second, calendar), to_second(add_months(last_month, 1)))
    employers = make_organisations(max(3, people // PEOPLE_PER_ORGANISATION), hostile=hostile)
    crowd = tuple(
        _make_person(number, random_stream(seed, f"person/{number}"), employers, starts, people, hostile=hostile)
        for number in range(1, people + 1)
    )
    drafts = tuple(
        _make_project(position, random_stream(seed, f"project/{position}"), crowd, employers, starts, projects, pace)
        for position in range(projects)
    )
    return World(
        seed=seed,
        months=calendar,
        month_starts=starts,
        organisations=employers,
        people=crowd,
        projects=drafts,
        free_mail=(FREE_MAIL,),
        hostile=hostile,
    )


def make_organisations(count: int, *, hostile: bool) -> tuple[Organisation, ...]:
    """Companies, the largest first, and one university in the second-last position."""
    made_organisations = []
    for number in range(1, count + 1):
        academic = number == count - 1
        name = "University 01" if academic else f"Org {number:02d}"
        domain = "uni01.example" if academic else f"org{number:02d}.example"
        domains = (domain, f"labs-{domain}") if number == 2 and not academic else (domain,)
        strange = HOSTILE_SUFFIX if hostile and number == count else ""
        made_organisations.append(Organisation(name + strange, "university" if academic else "company", domains))
    return tuple(made_organisations)


def _make_person(
    number: int,
    rng: Random,
    employers: tuple[Organisation, ...],
    starts: tuple[Second, ...],
    people: int,
    *,
    hostile: bool,
) -> Person:
    login = f"person-{number:04d}"
    spells = _draw_employment_spells(rng, employers, starts)
    # The last few share the names of the first few: one name, two people.
    shared = number - people + people // 60
    name = f"Person {shared + 10 if shared > 0 else number:04d}"
    if hostile and number <= len(HOSTILE_NAMES):
        name = HOSTILE_NAMES[number - 1]
    addresses = _draw_email_addresses(number, login, rng, spells, employers, starts)
    alias = (f"p{number:04d}", f"{login}@{FREE_MAIL}") if rng.random() < 0.1 else None
    return Person(
        number=number,
        name=name,
        login=login,
        offset_minutes=rng.choice(OFFSETS),
        spells=spells,
        addresses=addresses,
        alias=alias,
    )


def _draw_employment_spells(
    rng: Random, employers: tuple[Organisation, ...], starts: tuple[Second, ...]
) -> tuple[Spell, ...]:
    """Employment spells: one in five people has no employer; one in seven changes it."""
    first = _draw_employer(rng, employers, None) if rng.random() < 0.8 else None
    if rng.random() >= 0.15:
        return (Spell(first, ALWAYS, NEVER),)
    change = _draw_day_within(rng, starts)
    leaves = first is not None and rng.random() < 0.2
    second = None if leaves else _draw_employer(rng, employers, first)
    return (Spell(first, ALWAYS, change), Spell(second, change, NEVER))


def _draw_employer(rng: Random, employers: tuple[Organisation, ...], excluded: str | None) -> str:
    """Draw an employer other than `but`, larger companies more often."""
    others = [organisation.name for organisation in employers if organisation.name != excluded]
    return rng.choices(others, [1 / (rank + 1) for rank in range(len(others))])[0]


def _draw_day_within(rng: Random, starts: tuple[Second, ...]) -> Second:
    """Midnight of a random day in the middle half of the period."""
    span = starts[-1] - starts[0]
    return (starts[0] + int(span * rng.uniform(0.25, 0.75))) // DAY * DAY


def _draw_email_addresses(
    number: int,
    login: str,
    rng: Random,
    spells: tuple[Spell, ...],
    employers: tuple[Organisation, ...],
    starts: tuple[Second, ...],
) -> tuple[Address, ...]:
    """Work addresses for seven in ten of the employed; private or no-reply addresses for others."""
    private = f"{login}@{FREE_MAIL}" if rng.random() < 0.6 else f"hello@{login}.example"
    noreply = f"{10_000_000 + number}+{login}@users.noreply.github.com"
    habit = rng.random()
    if habit < 0.12:
        return (Address(noreply, ALWAYS, NEVER),)
    if habit < 0.24:
        return (Address(private, ALWAYS, NEVER),)
    used = [
        Address(_make_work_email(login, spell.organisation, rng, employers) or private, spell.since, spell.until)
        for spell in spells
    ]
    if habit < 0.32:
        hidden = _draw_day_within(rng, starts)
        earlier_addresses = [
            Address(address.email, address.since, min(address.until, hidden))
            for address in used
            if address.since < hidden
        ]
        used = [*earlier_addresses, Address(noreply, hidden, NEVER)]
    return tuple(used)


def _make_work_email(
    login: str, organisation: str | None, rng: Random, employers: tuple[Organisation, ...]
) -> str | None:
    employer = next((candidate for candidate in employers if candidate.name == organisation), None)
    if employer is None:
        return None
    domain = rng.choice(employer.domains)
    if employer.kind == "university" and rng.random() < 0.5:
        domain = f"cs.{domain}"
    return f"{login.title()}@{domain.title()}" if rng.random() < 0.04 else f"{login}@{domain}"


def _make_project(
    position: int,
    rng: Random,
    crowd: tuple[Person, ...],
    employers: tuple[Organisation, ...],
    starts: tuple[Second, ...],
    projects: int,
    pace: float,
) -> Project:
    shape = tuple(SHAPES)[position % len(SHAPES)]
    category, category_zh, layer, styles = CATEGORIES[position % len(CATEGORIES)]
    sponsor = employers[position % len(employers)].name if position % 3 else None
    curve = make_activity_levels(shape, len(starts) - 1)
    scale = LEADER_SCALE if position == 0 else rng.uniform(0.7, 1.6)
    owner = f"org{position % len(employers) + 1:02d}" if sponsor else "community"
    return Project(
        repository=f"{owner}/project-{position + 1:02d}",
        category=category,
        category_zh=category_zh,
        layer=layer,
        style=styles[position // len(CATEGORIES) % 2],
        language=LANGUAGES[position % len(LANGUAGES)],
        shape=shape,
        leads=position == 0,
        levels=curve,
        pace=pace * scale,
        observed_until=_find_observation_end(position, projects, starts),
        landing=LANDINGS[position % len(LANDINGS)],
        bot_share=(0.1, 0.25, 0.0, 0.05)[position % 4],
        assisted_at_end=(0.3, 0.0, 0.6, 0.1)[position % 4],
        agents_at_end=(0.1, 0.0, 0.2, 0.0)[position % 4],
        signs_off=position % 5 == 3,
        conventional=position % 2 == 0,
        memberships=_draw_memberships(rng, crowd, sponsor, curve, starts, scale, projects),
    )


def _find_observation_end(position: int, projects: int, starts: tuple[Second, ...]) -> Second:
    """The end of observation; one project of a larger field ends six weeks earlier."""
    early = position == 3 and projects >= 6 and len(starts) > 6
    return starts[-3] + 15 * DAY if early else starts[-1]


def _draw_memberships(
    rng: Random,
    crowd: tuple[Person, ...],
    sponsor: str | None,
    curve: tuple[float, ...],
    starts: tuple[Second, ...],
    scale: float,
    projects: int,
) -> tuple[Membership, ...]:
    """A permanent core, and others who arrive in busy months, half of them for one or two months."""
    months = len(curve)
    first = next(position for position, level in enumerate(curve) if level > 0)
    kin = [person for person in crowd if sponsor and person.find_employer_at(starts[0]) == sponsor] or list(crowd)
    core = rng.sample(kin, min(3, len(kin)))
    members = [Membership(person.number, first, months, 6.0 - 1.5 * rank, True) for rank, person in enumerate(core)]
    # On average a person takes part in some two projects; the leader draws more of them.
    taken = {person.number for person in core}
    share = min(0.9, 2.5 * scale / (projects + LEADER_SCALE))
    for person in crowd:
        likes = share * (1.6 if sponsor and person.find_employer_at(starts[0]) == sponsor else 0.9)
        draw, arrival, stay = rng.random(), rng.choices(range(months), curve)[0], rng.random()
        if person.number in taken or draw >= likes:
            continue
        least, most, weight = next(kind[1:] for kind in STAYS if stay < kind[0])
        members.append(Membership(person.number, arrival, min(arrival + rng.randint(least, most), months), weight))
    return tuple(members)
