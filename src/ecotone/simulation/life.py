"""Generate the history of a project: number the drafts and write every commit."""

from __future__ import annotations

from random import Random
from typing import Final

from ecotone.simulation import wording
from ecotone.simulation.cast import Cast, Pen
from ecotone.simulation.chance import stream
from ecotone.simulation.drafts import Draft, drafts_of
from ecotone.simulation.history import Change, History, Issue, Landing, Pull, Release, Signature
from ecotone.simulation.wording import ASSISTANCE, FORGE
from ecotone.simulation.world import DAY, HOUR, Project, Second, World

CO_AUTHOR_SHARE: Final = 0.08
REVIEW_SHARE: Final = 0.2
RELEASE_EVERY: Final = 75 * DAY
IMPOSSIBLE: Final = {
    2: 978_307_200,
    5: 2_114_380_800,
}  # n-th push of the planted project: 2001-01-01, 2037-01-01


def live(world: World, project: Project) -> History:
    """The whole history of a project; the same world gives the same history."""
    rng = stream(world.seed, f"life/{project.repository}")
    cast = Cast.of(project)
    start = world.month_starts[project.first_month]
    founded_at = start + rng.randrange(HOUR, 12 * HOUR)
    drafts = drafts_of(world, project, cast, rng, founded_at)
    return _Writer(world, project, cast, rng, founded_at).write(drafts)


class _Writer:
    """Turns the drafts of one project into commits."""

    def __init__(self, world: World, project: Project, cast: Cast, rng: Random, founded_at: Second) -> None:
        self.world = world
        self.project = project
        self.cast = cast
        self.rng = rng
        self.founded_at = founded_at
        self.pen = Pen.of(world, rng)
        self.planted = world.hostile and project is world.projects[min(1, len(world.projects) - 1)]
        self.pushes = 0
        self.last_title = ""

    def write(self, drafts: list[Draft]) -> History:
        """Number the threads in order of opening, then write every change in order of landing."""
        threads = [draft for draft in drafts if draft.way != "push"]
        numbers = {id(draft): number for number, draft in enumerate(threads, 1)}
        landing = sorted(
            (draft for draft in drafts if draft.landed_at is not None), key=lambda draft: draft.landed_at or 0
        )
        landings = [Landing(self._push_by(self.cast.core[0], self.founded_at, "Initial commit"))]
        pulls = []
        for draft in landing:
            if draft.way == "push":
                landings.append(Landing(self._push(draft)))
            else:
                landed = self._merge(draft, numbers[id(draft)])
                landings.append(landed)
                pulls.append(landed.pull)
        pulls += [self._unmerged(draft, numbers[id(draft)]) for draft in threads if draft.way == "open"]
        releases = self._releases(landings)
        return History(
            project=self.project,
            landings=tuple(landings),
            pulls=tuple(sorted((pull for pull in pulls if pull is not None), key=lambda pull: pull.number)),
            issues=tuple(Issue(numbers[id(draft)], draft.opened_at) for draft in threads if draft.way == "issue"),
            releases=releases,
            mailmap=self.pen.mailmap(self.project.observed_until),
            accounts={person: frozenset(emails) for person, emails in sorted(self.pen.accounts.items())},
        )

    def _assistance(self, draft: Draft) -> str:
        """The message line that names an agent; empty for changes without assistance."""
        progress = draft.month / max(len(self.project.levels) - 1, 1)
        likely = draft.kind == "person" and self.rng.random() < self.project.assisted_at_end * progress**1.5
        return self.rng.choice(ASSISTANCE) if likely else ""

    def _push(self, draft: Draft) -> Change:
        """A direct push; one in ten is written hours or days before it lands."""
        assert draft.person is not None
        assert draft.landed_at is not None
        self.pushes += 1
        assistance = self._assistance(draft)
        change = self._push_by(draft.person, draft.landed_at, wording.title(self.project, self.rng), assistance)
        author = change.author
        if self.rng.random() < 0.1:
            waited = max(self.founded_at + 1, draft.landed_at - self.rng.randrange(HOUR, 2 * DAY))
            author = author._replace(second=waited)
        if self.planted and self.pushes in IMPOSSIBLE:
            author = author._replace(second=IMPOSSIBLE[self.pushes])
        return Change(
            author,
            change.committer,
            change.message,
            change.path,
            "person",
            draft.person,
            (),
            bool(assistance),
        )

    def _push_by(self, person: int, second: Second, subject: str, assistance: str = "") -> Change:
        author = self.pen.sign(person, second)
        trailers = self._reviewed(person, second) + ([assistance] if assistance else [])
        if self.project.signs_off:
            trailers.append(f"Signed-off-by: {author.name} <{author.email}>")
        text = wording.message(subject, trailers=trailers)
        return Change(author, author, text, wording.path(self.rng), "person", person, (), bool(assistance))

    def _reviewed(self, person: int, second: Second) -> list[str]:
        if not self.project.signs_off or self.rng.random() >= REVIEW_SHARE:
            return []
        reviewer = self.cast.maintainer(self.rng, person)
        return [self.pen.mention("Reviewed-by", reviewer, second)] if reviewer != person else []

    def _signed(self, draft: Draft, second: Second, *, by_forge: bool = False) -> Signature:
        if draft.automaton is not None:
            return Signature(draft.automaton.name, draft.automaton.email, second, 0)
        assert draft.person is not None
        return self.pen.sign(draft.person, second, by_forge=by_forge)

    def _head(self, draft: Draft, subject: str, assistance: str) -> tuple[Change, ...]:
        """One to three commits, the last just before opening; one pull request in five gets a later commit."""
        rng = self.rng
        last = draft.opened_at - rng.randrange(10, 20 * 60)
        seconds = [last - rng.randrange(5 * 60, DAY) for _ in range(rng.choice((0, 0, 0, 1, 2)))] + [last]
        if draft.landed_at is not None and draft.landed_at - draft.opened_at > HOUR and rng.random() < 0.2:
            seconds.append(rng.randrange(draft.opened_at, draft.landed_at))
        head = []
        for step, second in enumerate(sorted(max(one, self.founded_at + 1) for one in seconds)):
            author = self._signed(draft, second)
            text = wording.message(
                subject if step == 0 else wording.title(self.project, rng),
                trailers=[assistance] if assistance else [],
            )
            head.append(
                Change(
                    author,
                    author,
                    text,
                    wording.path(rng),
                    draft.kind,
                    draft.person,
                    assisted=bool(assistance),
                )
            )
        return tuple(head)

    def _subject(self, draft: Draft, number: int) -> str:
        if draft.kind != "person":
            return wording.automatic_title(draft.kind, self.rng)
        if self.last_title and self.rng.random() < 0.01:
            return f'Revert "{self.last_title}"'
        if self.planted and number == 7:
            return wording.HOSTILE_TITLE
        return wording.title(self.project, self.rng)

    def _merge(self, draft: Draft, number: int) -> Landing:
        assert draft.landed_at is not None
        subject = self._subject(draft, number)
        assistance = self._assistance(draft)
        head = self._head(draft, subject, assistance)
        pull = Pull(number, draft.opened_at, draft.landed_at, draft.way, head)
        if draft.way == "merge":
            return Landing(self._merge_commit(draft, number, subject), pull)
        self.last_title = f"{subject} (#{number})" if draft.kind == "person" else self.last_title
        return Landing(self._squash(draft, number, subject, assistance, head), pull)

    def _squash(self, draft: Draft, number: int, subject: str, assistance: str, head: tuple[Change, ...]) -> Change:
        second = draft.landed_at
        assert second is not None
        author = self._signed(draft, second, by_forge=True)
        co_authors: tuple[int, ...] = ()
        trailers = [] if draft.person is None else self._reviewed(draft.person, second)
        if draft.person is not None and self.rng.random() < CO_AUTHOR_SHARE:
            other = self.cast.somebody(draft.month, self.rng)
            if other != draft.person:
                co_authors = (other,)
                trailers.append(self.pen.mention("Co-authored-by", other, second))
        if assistance:
            trailers.append(assistance)
        body = wording.squash_body([change.message.partition("\n")[0] for change in head])
        closes = f"Closes #{self.rng.randint(1, number)}." if self.rng.random() < 0.1 else ""
        return Change(
            author=author,
            committer=Signature(FORGE.name, FORGE.email, second, author.offset_minutes),
            message=wording.message(f"{subject} (#{number})", closes, body, trailers=trailers),
            path=wording.path(self.rng),
            actor_kind=draft.kind,
            person=draft.person,
            co_authors=co_authors,
            assisted=bool(assistance),
        )

    def _merge_commit(self, draft: Draft, number: int, subject: str) -> Change:
        second = draft.landed_at
        assert second is not None
        merger = self.cast.maintainer(self.rng, draft.person)
        author = self.pen.sign(merger, second, by_forge=True)
        return Change(
            author=author,
            committer=Signature(FORGE.name, FORGE.email, second, author.offset_minutes),
            message=wording.message(f"Merge pull request #{number} from {self._login(draft)}/change-{number}", subject),
            path=wording.path(self.rng),
            actor_kind="person",
            person=merger,
        )

    def _login(self, draft: Draft) -> str:
        """The owner of the merged branch: the repository's owner for bots and the core."""
        if draft.person is None or draft.person in self.cast.core:
            return self.project.repository.partition("/")[0]
        return self.pen.people[draft.person].login

    def _unmerged(self, draft: Draft, number: int) -> Pull:
        head = self._head(draft, self._subject(draft, number), self._assistance(draft))
        return Pull(number, draft.opened_at, None, None, head)

    def _releases(self, landings: list[Landing]) -> tuple[Release, ...]:
        """A tag about every eleven weeks with landings: lightweight and annotated in turn."""
        releases: list[Release] = []
        due = self.founded_at + RELEASE_EVERY // 2
        for position, landing in enumerate(landings):
            change = landing.change
            second = change.committer.second
            if second < due or change.author.second != second:
                continue
            tag = f"v0.{len(releases) + 1}.0"
            if self.planted and len(releases) == 2:
                tag += "-<script>\"'"
            tagged_at = min(second + self.rng.randrange(60, 2 * HOUR), self.project.observed_until - 1)
            annotated = len(releases) % 2 == 1
            tagger = self.pen.sign(self.cast.maintainer(self.rng), tagged_at) if annotated else None
            releases.append(Release(tag, position, tagged_at if annotated else second, tagger))
            due = second + RELEASE_EVERY
        return tuple(releases)
