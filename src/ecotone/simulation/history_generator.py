"""Generate the history of a project: number the drafts and write every commit."""

from __future__ import annotations

from random import Random
from typing import Final

from ecotone.simulation import commit_messages
from ecotone.simulation.actor_sampling import ActorSampler, SignatureWriter
from ecotone.simulation.change_drafts import ChangeDraft, draft_project_changes
from ecotone.simulation.commit_messages import ASSISTANCE, FORGE
from ecotone.simulation.git_history import CommitChange, Issue, Landing, ProjectHistory, PullRequest, Release, Signature
from ecotone.simulation.random_streams import random_stream
from ecotone.simulation.world import DAY, HOUR, Project, Second, World

CO_AUTHOR_SHARE: Final = 0.08
REVIEW_SHARE: Final = 0.2
RELEASE_EVERY: Final = 75 * DAY
IMPOSSIBLE: Final = {
    2: 978_307_200,
    5: 2_114_380_800,
}  # n-th push of the planted project: 2001-01-01, 2037-01-01


def generate_history(world: World, project: Project) -> ProjectHistory:
    """The whole history of a project; the same world gives the same history."""
    rng = random_stream(world.seed, f"life/{project.repository}")
    cast = ActorSampler.for_project(project)
    start = world.month_starts[project.first_month]
    founded_at = start + rng.randrange(HOUR, 12 * HOUR)
    drafts = draft_project_changes(world, project, cast, rng, founded_at)
    return _HistoryGenerator(world, project, cast, rng, founded_at).generate_from_drafts(drafts)


class _HistoryGenerator:
    """Turns the drafts of one project into commits."""

    def __init__(self, world: World, project: Project, cast: ActorSampler, rng: Random, founded_at: Second) -> None:
        self.world = world
        self.project = project
        self.cast = cast
        self.rng = rng
        self.founded_at = founded_at
        self.pen = SignatureWriter.for_world(world, rng)
        self.planted = world.hostile and project is world.projects[min(1, len(world.projects) - 1)]
        self.pushes = 0
        self.last_title = ""

    def generate_from_drafts(self, drafts: list[ChangeDraft]) -> ProjectHistory:
        """Number the threads in order of opening, then write every change in order of landing."""
        threads = [draft for draft in drafts if draft.merge_method != "push"]
        numbers = {id(draft): number for number, draft in enumerate(threads, 1)}
        landing = sorted(
            (draft for draft in drafts if draft.landed_at is not None), key=lambda draft: draft.landed_at or 0
        )
        landings = [Landing(self._make_person_push(self.cast.core[0], self.founded_at, "Initial commit"))]
        pulls = []
        for draft in landing:
            if draft.merge_method == "push":
                landings.append(Landing(self._make_push(draft)))
            else:
                landed = self._make_merge_landing(draft, numbers[id(draft)])
                landings.append(landed)
                pulls.append(landed.pull)
        pulls += [
            self._make_unmerged_pull(draft, numbers[id(draft)]) for draft in threads if draft.merge_method == "open"
        ]
        releases = self._draw_releases(landings)
        return ProjectHistory(
            project=self.project,
            landings=tuple(landings),
            pulls=tuple(sorted((pull for pull in pulls if pull is not None), key=lambda pull: pull.number)),
            issues=tuple(
                Issue(numbers[id(draft)], draft.opened_at) for draft in threads if draft.merge_method == "issue"
            ),
            releases=releases,
            mailmap=self.pen.write_mailmap(self.project.observed_until),
            accounts={person: frozenset(emails) for person, emails in sorted(self.pen.accounts.items())},
        )

    def _draw_assistance_line(self, draft: ChangeDraft) -> str:
        """The message line that names an agent; empty for changes without assistance."""
        progress = draft.month / max(len(self.project.levels) - 1, 1)
        likely = draft.kind == "person" and self.rng.random() < self.project.assisted_at_end * progress**1.5
        return self.rng.choice(ASSISTANCE) if likely else ""

    def _make_push(self, draft: ChangeDraft) -> CommitChange:
        """A direct push; one in ten is written hours or days before it lands."""
        assert draft.person is not None
        assert draft.landed_at is not None
        self.pushes += 1
        assistance = self._draw_assistance_line(draft)
        change = self._make_person_push(
            draft.person, draft.landed_at, commit_messages.make_change_title(self.project, self.rng), assistance
        )
        author = change.author
        if self.rng.random() < 0.1:
            waited = max(self.founded_at + 1, draft.landed_at - self.rng.randrange(HOUR, 2 * DAY))
            author = author._replace(second=waited)
        if self.planted and self.pushes in IMPOSSIBLE:
            author = author._replace(second=IMPOSSIBLE[self.pushes])
        return CommitChange(
            author,
            change.committer,
            change.message,
            change.path,
            "person",
            draft.person,
            (),
            bool(assistance),
        )

    def _make_person_push(self, person: int, second: Second, subject: str, assistance: str = "") -> CommitChange:
        author = self.pen.sign_as_person(person, second)
        trailers = self._draw_review_trailers(person, second) + ([assistance] if assistance else [])
        if self.project.signs_off:
            trailers.append(f"Signed-off-by: {author.name} <{author.email}>")
        text = commit_messages.write_commit_message(subject, trailers=trailers)
        return CommitChange(
            author, author, text, commit_messages.draw_file_path(self.rng), "person", person, (), bool(assistance)
        )

    def _draw_review_trailers(self, person: int, second: Second) -> list[str]:
        if not self.project.signs_off or self.rng.random() >= REVIEW_SHARE:
            return []
        reviewer = self.cast.sample_core_member(self.rng, person)
        return [self.pen.write_person_trailer("Reviewed-by", reviewer, second)] if reviewer != person else []

    def _sign_draft(self, draft: ChangeDraft, second: Second, *, by_forge: bool = False) -> Signature:
        if draft.automaton is not None:
            return Signature(draft.automaton.name, draft.automaton.email, second, 0)
        assert draft.person is not None
        return self.pen.sign_as_person(draft.person, second, by_forge=by_forge)

    def _make_pull_head(self, draft: ChangeDraft, subject: str, assistance: str) -> tuple[CommitChange, ...]:
        """One to three commits, the last just before opening; one pull request in five gets a later commit."""
        rng = self.rng
        last = draft.opened_at - rng.randrange(10, 20 * 60)
        seconds = [last - rng.randrange(5 * 60, DAY) for _ in range(rng.choice((0, 0, 0, 1, 2)))] + [last]
        if draft.landed_at is not None and draft.landed_at - draft.opened_at > HOUR and rng.random() < 0.2:
            seconds.append(rng.randrange(draft.opened_at, draft.landed_at))
        head = []
        for step, second in enumerate(sorted(max(second_drawn, self.founded_at + 1) for second_drawn in seconds)):
            author = self._sign_draft(draft, second)
            text = commit_messages.write_commit_message(
                subject if step == 0 else commit_messages.make_change_title(self.project, rng),
                trailers=[assistance] if assistance else [],
            )
            head.append(
                CommitChange(
                    author,
                    author,
                    text,
                    commit_messages.draw_file_path(rng),
                    draft.kind,
                    draft.person,
                    assisted=bool(assistance),
                )
            )
        return tuple(head)

    def _make_subject_line(self, draft: ChangeDraft, number: int) -> str:
        if draft.kind != "person":
            return commit_messages.make_automatic_title(draft.kind, self.rng)
        if self.last_title and self.rng.random() < 0.01:
            return f'Revert "{self.last_title}"'
        if self.planted and number == 7:
            return commit_messages.HOSTILE_TITLE
        return commit_messages.make_change_title(self.project, self.rng)

    def _make_merge_landing(self, draft: ChangeDraft, number: int) -> Landing:
        assert draft.landed_at is not None
        subject = self._make_subject_line(draft, number)
        assistance = self._draw_assistance_line(draft)
        head = self._make_pull_head(draft, subject, assistance)
        pull = PullRequest(number, draft.opened_at, draft.landed_at, draft.merge_method, head)
        if draft.merge_method == "merge":
            return Landing(self._make_merge_commit(draft, number, subject), pull)
        self.last_title = f"{subject} (#{number})" if draft.kind == "person" else self.last_title
        return Landing(self._make_squash_commit(draft, number, subject, assistance, head), pull)

    def _make_squash_commit(
        self, draft: ChangeDraft, number: int, subject: str, assistance: str, head: tuple[CommitChange, ...]
    ) -> CommitChange:
        second = draft.landed_at
        assert second is not None
        author = self._sign_draft(draft, second, by_forge=True)
        co_authors: tuple[int, ...] = ()
        trailers = [] if draft.person is None else self._draw_review_trailers(draft.person, second)
        if draft.person is not None and self.rng.random() < CO_AUTHOR_SHARE:
            co_author = self.cast.sample_active_person(draft.month, self.rng)
            if co_author != draft.person:
                co_authors = (co_author,)
                trailers.append(self.pen.write_person_trailer("Co-authored-by", co_author, second))
        if assistance:
            trailers.append(assistance)
        body = commit_messages.write_squash_body([change.message.partition("\n")[0] for change in head])
        closes = f"Closes #{self.rng.randint(1, number)}." if self.rng.random() < 0.1 else ""
        return CommitChange(
            author=author,
            committer=Signature(FORGE.name, FORGE.email, second, author.offset_minutes),
            message=commit_messages.write_commit_message(f"{subject} (#{number})", closes, body, trailers=trailers),
            path=commit_messages.draw_file_path(self.rng),
            actor_kind=draft.kind,
            person=draft.person,
            co_authors=co_authors,
            assisted=bool(assistance),
        )

    def _make_merge_commit(self, draft: ChangeDraft, number: int, subject: str) -> CommitChange:
        second = draft.landed_at
        assert second is not None
        merger = self.cast.sample_core_member(self.rng, draft.person)
        author = self.pen.sign_as_person(merger, second, by_forge=True)
        return CommitChange(
            author=author,
            committer=Signature(FORGE.name, FORGE.email, second, author.offset_minutes),
            message=commit_messages.write_commit_message(
                f"Merge pull request #{number} from {self._find_branch_owner(draft)}/change-{number}", subject
            ),
            path=commit_messages.draw_file_path(self.rng),
            actor_kind="person",
            person=merger,
        )

    def _find_branch_owner(self, draft: ChangeDraft) -> str:
        """The owner of the merged branch: the repository's owner for bots and the core."""
        if draft.person is None or draft.person in self.cast.core:
            return self.project.repository.partition("/")[0]
        return self.pen.people[draft.person].login

    def _make_unmerged_pull(self, draft: ChangeDraft, number: int) -> PullRequest:
        head = self._make_pull_head(draft, self._make_subject_line(draft, number), self._draw_assistance_line(draft))
        return PullRequest(number, draft.opened_at, None, None, head)

    def _draw_releases(self, landings: list[Landing]) -> tuple[Release, ...]:
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
            tagger = self.pen.sign_as_person(self.cast.sample_core_member(self.rng), tagged_at) if annotated else None
            releases.append(Release(tag, position, tagged_at if annotated else second, tagger))
            due = second + RELEASE_EVERY
        return tuple(releases)
