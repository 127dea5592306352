from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from ecotone.events import event_ids as names
from ecotone.simulation.feeds import generate_feeds
from ecotone.simulation.feeds.feed_model import list_project_events, thread_as_known_at
from ecotone.simulation.feeds.feed_truth import collect_identifiers, list_event_rows
from ecotone.simulation.world import to_datetime

from .conftest import Told


def test_threads_are_those_of_the_truth(middle: Told):
    for feed, truth in zip(middle.feeds.projects, middle.field.truth.projects, strict=True):
        assert [thread.number for thread in feed.threads] == [one.number for one in truth.threads]
        for thread, one in zip(feed.threads, truth.threads, strict=True):
            assert (thread.kind == "pull") == (one.kind == "pull")
            assert to_datetime(thread.opened_at) == one.opened_at
            assert (to_datetime(thread.merged_at) if thread.merged_at else None) == one.merged_at


def test_heads_and_landings_are_the_commits_of_the_repositories(middle: Told):
    for feed, tips in zip(middle.feeds.projects, middle.field.tips, strict=True):
        assert {thread.number: thread.head[-1] for thread in feed.threads if thread.head} == dict(tips.heads)
        pushed = [push.commits[-1].sha for push in feed.pushes if push.branch == "main"]
        assert pushed == list(tips.landed)
        assert all(thread.landing in tips.landed for thread in feed.threads if thread.merged_at)


def test_logins_are_those_of_the_commits(middle: Told):
    accounts = middle.feeds.accounts
    for person in middle.field.world.people:
        account = accounts.people[person.number]
        assert account.login == person.login
        for address in person.addresses:
            if address.email.endswith("users.noreply.github.com"):
                assert address.email.startswith(f"{account.number}+{account.login}@")
    assert accounts.automata["dependabot[bot]"].login == "dependabot[bot]"
    assert accounts.automata["dependabot[bot]"].number == 49699333


def test_nothing_is_said_before_a_thread_or_seen_too_late(middle: Told):
    for feed in middle.feeds.projects:
        for act in list_project_events(feed):
            assert act.at < feed.project.observed_until
        for thread in feed.threads:
            assert all(thread.opened_at < remark.at for remark in thread.remarks)
            reviewed = [one.at for one in thread.remarks if one.kind == "review"]
            assert all(at <= (thread.closed_at or feed.project.observed_until) for at in reviewed)
            assert all(
                one.by != thread.by for one in thread.remarks if one.kind == "review" and one.state == "approved"
            )


def test_every_comment_of_a_review_has_its_review(middle: Told):
    for feed in middle.feeds.projects:
        for thread in feed.threads:
            reviews = {one.number: one for one in thread.remarks if one.kind == "review"}
            for one in thread.remarks:
                if one.kind == "review_comment":
                    assert reviews[one.review].by == one.by
                    assert reviews[one.review].at == one.at


def test_ids_are_given_once_and_in_the_order_of_time(middle: Told):
    for kind in ("comment", "review", "review_comment"):
        for feed in middle.feeds.projects:
            said = sorted((one.at, one.number) for thread in feed.threads for one in thread.remarks if one.kind == kind)
            assert [number for _, number in said] == sorted({number for _, number in said})
    rows = [row["id"] for row in list_event_rows(middle.feeds)]
    assert len(rows) == len(set(rows))


def test_acts_are_called_as_the_tables_call_them(middle: Told):
    for act in middle.feeds.acts:
        repository, moment = act.feed.project.repository, to_datetime(act.at)
        for found in collect_identifiers(act):
            if act.kind in ("pull_opened", "pull_merged", "issue_opened"):
                assert found == names.thread_event_id(repository, act.thread.number, act.kind)
            elif act.kind in ("pull_closed", "issue_closed"):
                assert found == names.closing_event_id(repository, act.thread.number, act.kind, moment)
            elif act.remark:
                assert found == names.conversation_event_id(repository, act.kind, act.remark.number)
            elif act.kind in ("star", "fork"):
                assert found == names.star_or_fork_id(repository, act.kind, act.by.login, moment)
            elif act.release:
                assert found == names.release_event_id(repository, act.release.tag)


def test_whoever_the_landed_commit_names_has_reviewed(tmp_path):
    from ecotone.simulation.simulated_field import make_simulated_field

    field = make_simulated_field(
        tmp_path / "f", seed=3, projects=4, people=24, months=3, last_month=date(2024, 6, 1), pace=9
    )
    signing = field.histories[3]
    assert signing.project.signs_off
    feed = generate_feeds(field).projects[3]
    named = 0
    for landing in signing.landings:
        text = landing.change.message.partition("Reviewed-by: ")[2].partition("\n")[0]
        if text and landing.pull:
            named += 1
            thread = feed.find_thread(landing.pull.number)
            logins = {one.by.login.lower() for one in thread.remarks if one.kind == "review"} | {thread.by.login}
            assert any(login in text.lower() for login in logins) or "noreply" not in text
    assert named > 0


def test_profiles_are_true_stale_and_jokes(middle: Told):
    says = Counter(account.company_state for account in middle.feeds.accounts.people.values())
    assert says["true"] > says["stale"] > 0
    assert says["blank"] > 0
    end = middle.field.world.month_starts[-1]
    for person in middle.field.world.people:
        account = middle.feeds.accounts.people[person.number]
        if account.company_state == "true":
            assert person.find_employer_at(end).lower().replace(" ", "") in account.find_company_at(
                end
            ).lower().replace(" ", "")


def test_a_thread_is_known_as_it_was(middle: Told):
    thread = next(one for feed in middle.feeds.projects for one in feed.threads if one.merged_at and one.remarks)
    before = thread_as_known_at(thread, thread.merged_at)
    assert thread_as_known_at(thread, thread.opened_at) is None
    assert (before.merged_at, before.closed_at, before.landing) == (None, None, None)
    assert thread_as_known_at(thread, thread.merged_at + 1).merged_at == thread.merged_at
    assert all(remark.at < thread.merged_at for remark in before.remarks)


@pytest.mark.parametrize("renames", [False, True])
def test_a_rename_changes_the_name_and_nothing_else(middle: Told, renames: bool):
    feeds = generate_feeds(middle.field, renames=renames)
    assert [list(collect_identifiers(act)) for act in feeds.acts] == [
        list(collect_identifiers(act)) for act in middle.feeds.acts
    ]
    assert sum(len(feed.names) == 2 for feed in feeds.projects) == int(renames)
    assert [feed.number for feed in feeds.projects] == [feed.number for feed in middle.feeds.projects]
