"""A field whose every act can be counted by hand, and a small one that is written once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from ecotone.simulation.field_truth import FieldTruth
from ecotone.simulation.git_history import CommitChange, Issue, Landing, ProjectHistory, PullRequest, Release, Signature
from ecotone.simulation.simulated_field import simulate_field
from ecotone.simulation.world import (
    ALWAYS,
    DAY,
    HOUR,
    NEVER,
    Address,
    Membership,
    Organisation,
    Person,
    Project,
    Spell,
    World,
    to_second,
)

START = to_second(date(2024, 1, 1))
FEBRUARY = to_second(date(2024, 2, 1))
MARCH = to_second(date(2024, 3, 1))
BOT = "dependabot[bot]"
BOT_EMAIL = "49699333+dependabot[bot]@users.noreply.github.com"


@dataclass(frozen=True, slots=True)
class Written:
    """A simulated field and where it is."""

    folder: Path
    truth: FieldTruth


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("small") / "field"
    truth = simulate_field(folder, seed=11, projects=8, people=50, months=14, last_month=date(2025, 3, 1), pace=8)
    return Written(folder, truth)


@pytest.fixture
def tiny_world() -> World:
    """Two people, one of whom changes employer on 1 February, and one project of two months."""
    people = (
        Person(
            number=1,
            name="Person \udce9 0001",  # the byte E9: not UTF-8
            login="person-0001",
            offset_minutes=-210,
            spells=(Spell("Org 01", ALWAYS, FEBRUARY), Spell("Org 02", FEBRUARY, NEVER)),
            addresses=(
                Address("one@org01.example", ALWAYS, FEBRUARY),
                Address("one@org02.example", FEBRUARY, NEVER),
            ),
        ),
        Person(
            number=2,
            name="Person 0002",
            login="person-0002",
            offset_minutes=480,
            spells=(Spell(None, ALWAYS, NEVER),),
            addresses=(Address("two@freemail.example", ALWAYS, NEVER),),
        ),
    )
    project = Project(
        repository="org01/tiny",
        category="agent framework",
        category_zh="智能体框架",
        layer="application",
        style="sdk",
        language="Python",
        shape="steady",
        leads=True,
        levels=(0.6, 0.6),
        pace=1.0,
        observed_until=MARCH,
        landing=(1.0, 1.0, 1.0),
        bot_share=0.0,
        assisted_at_end=0.0,
        agents_at_end=0.0,
        signs_off=False,
        conventional=False,
        memberships=(Membership(1, 0, 2, 1.0, True), Membership(2, 0, 2, 1.0)),
    )
    return World(
        seed=1,
        months=(date(2024, 1, 1), date(2024, 2, 1)),
        month_starts=(START, FEBRUARY, MARCH),
        organisations=(
            Organisation("Org 01", "company", ("org01.example",)),
            Organisation("Org 02", "company", ("org02.example",)),
        ),
        people=people,
        projects=(project,),
        free_mail=("freemail.example",),
        hostile=False,
    )


def _by(person: Person, second: int) -> Signature:
    return Signature(person.name, person.find_email_at(second), second, person.offset_minutes)


@pytest.fixture
def tiny(tiny_world: World) -> ProjectHistory:
    """Written out below: six landed commits, four threads, two releases.

    January   first commit by 1; #1 (bot) squashed; #3 by 2 truly merged by 1: its own commit and the merge
    February  #4 by 2 with 1 as co-author and an agent's help, squashed; a push by 1; a push "of 2037" by 1
    #2 is an issue; nothing was ever seen of it
    """
    one, two = tiny_world.people
    forge = Signature("GitHub", "noreply@github.com", 0, 0)
    bot = Signature(BOT, BOT_EMAIL, START + 2 * DAY, 0)

    def landed(author: Signature, message: str, kind: str = "person", person: int | None = None, **more: object):
        committer = forge._replace(second=author.second) if "#" in message else author
        return CommitChange(author, committer, message, "core/file-1.txt", kind, person, **more)

    def pushed(who: Person, second: int, message: str, person: int) -> CommitChange:
        return landed(_by(who, second), message, person=person)

    first = pushed(one, START + HOUR, "Initial commit\n", 1)
    bump = CommitChange(bot, bot, "Bump a\n", "core/file-1.txt", "bot", None)
    added = pushed(two, START + 5 * DAY, "Add b\n", 2)
    helped = pushed(two, FEBRUARY + DAY, "Add c\n", 2)
    pulls = (
        PullRequest(1, START + 2 * DAY + 60, START + 3 * DAY, "squash", (bump,)),
        PullRequest(3, START + 5 * DAY + 60, START + 6 * DAY, "merge", (added,)),
        PullRequest(4, FEBRUARY + DAY + 60, FEBRUARY + 2 * DAY, "squash", (helped,)),
    )
    odd = pushed(one, FEBRUARY + 9 * DAY, "Odd\n", 1)
    future = CommitChange(odd.author._replace(second=2_114_380_800), odd.committer, odd.message, odd.path, "person", 1)
    assisted = landed(
        _by(two, FEBRUARY + 2 * DAY),
        "Add c (#4)\n\nCo-authored-by: Person \udce9 0001 <one@org02.example>\n"
        "Co-authored-by: Claude <noreply@anthropic.com>\n",
        person=2,
        co_authors=(1,),
        assisted=True,
    )
    landings = (
        Landing(first),
        Landing(landed(bot._replace(second=START + 3 * DAY), "Bump a (#1)\n", "bot"), pulls[0]),
        Landing(
            landed(_by(one, START + 6 * DAY), "Merge pull request #3 from person-0002/b\n\nAdd b\n", person=1),
            pulls[1],
        ),
        Landing(assisted, pulls[2]),
        Landing(pushed(one, FEBRUARY + 8 * DAY, "Fix d\n", 1)),
        Landing(future),
    )
    return ProjectHistory(
        project=tiny_world.projects[0],
        landings=landings,
        pulls=pulls,
        issues=(Issue(2, START + 3 * DAY),),
        releases=(
            Release("v0.1.0", 0, START + HOUR, None),
            Release("v0.2.0", 4, FEBRUARY + 8 * DAY + 60, _by(one, FEBRUARY + 8 * DAY + 60)),
        ),
        mailmap="",
        accounts={1: frozenset({"one@org01.example", "one@org02.example"}), 2: frozenset({"two@freemail.example"})},
    )
