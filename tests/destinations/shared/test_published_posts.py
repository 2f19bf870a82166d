"""The journal of posts: under which variant a thread is published, and what may not be published."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from automagic.database.publication_tables import published_posts
from automagic.destinations.shared.network import NetworkAccount, PostThread, PublishedPart
from automagic.destinations.shared.published_posts import Beginning, DraftPlace, PublishedPosts
from automagic.errors import RequestError
from automagic.language.posts.counting.length import limits_of

pytest_plugins = ["tests.support.homes.postgresql"]

JANE = NetworkAccount("x", "42", "@jane", "https://x.com/jane", limits_of("x"))
THREAD = PostThread("run-1", ("One.", "Two."), datetime(2027, 1, 31, tzinfo=UTC))
PLACE = DraftPlace("run-0", 1)


@pytest.fixture
def journal(both_engines: sa.Engine) -> PublishedPosts:
    return PublishedPosts(both_engines)


def publish(journal: PublishedPosts, thread: PostThread = THREAD, *, parts: int = 2, again: bool = False) -> Beginning:
    begun = journal.begin(JANE, thread, PLACE, again=again)
    thread = replace(thread, variant=begun.variant)
    for part in range(1, parts + 1):
        name = f"{thread.content[:4]}-{begun.variant}-{part}"
        cost = Decimal("0.015")
        journal.note(JANE, thread, PublishedPart(part, name, f"https://x.com/{name}", new=True, cost_usd=cost))
    return begun


def test_a_thread_keeps_its_variant_and_its_time_until_it_is_there(journal: PublishedPosts) -> None:
    first = publish(journal, parts=1)
    later = publish(journal, replace(THREAD, run_id="run-2"))
    assert (first.variant, first.begun_at) == (later.variant, later.begun_at)
    seen = journal.look(JANE, THREAD, PLACE)
    assert seen.is_done
    assert [row.cost_micro_usd for row in seen.rows] == [30_000, 15_000]
    assert not journal.look(replace(JANE, id="43"), THREAD, PLACE).is_done


def test_a_thread_that_was_never_sent_is_begun_anew_after_an_hour(
    journal: PublishedPosts, both_engines: sa.Engine
) -> None:
    begun = journal.begin(JANE, THREAD, PLACE)
    assert journal.look(JANE, THREAD, PLACE).begun_at == begun.begun_at
    with both_engines.begin() as connection:
        connection.execute(sa.update(published_posts).values(begun_at=published_posts.c.begun_at - 3601))
    assert abs(journal.look(JANE, THREAD, PLACE).begun_at - begun.begun_at) < timedelta(minutes=5)


def test_again_is_once_for_each_run_that_says_so(journal: PublishedPosts) -> None:
    publish(journal)
    anew = replace(THREAD, run_id="run-2")
    assert publish(journal, anew, parts=1, again=True).variant == 2
    assert publish(journal, anew, again=True).variant == 2  # it goes on
    assert publish(journal, anew, again=True).variant == 2  # a job that is carried out a second time
    assert publish(journal, replace(THREAD, run_id="run-3"), again=True).variant == 3


def test_what_was_deleted_is_published_anew_and_a_part_of_it_is_not(journal: PublishedPosts) -> None:
    publish(journal)
    first, second = journal.find("run-0", 1)
    journal.delete(second)
    with pytest.raises(RequestError, match="1 of 2 posts of run-0:1 at @jane were deleted"):
        journal.look(JANE, THREAD, PLACE)
    assert journal.look(JANE, THREAD, PLACE, again=True).variant == 2
    journal.delete(first)
    assert journal.look(JANE, THREAD, PLACE).variant == 2
    journal.note(JANE, THREAD, PublishedPart(1, "late", "https://x.com/late", new=False))
    assert {row.state for row in journal.find("run-0")} == {"deleted"}


def test_a_draft_that_was_edited_after_it_was_published_is_not_published_beside_it(journal: PublishedPosts) -> None:
    publish(journal, parts=1)
    edited = replace(THREAD, parts=("One!", "Two."))
    with pytest.raises(RequestError, match="run-0:1 was edited after the beginning of it was published: https"):
        journal.look(JANE, edited, PLACE)
    assert journal.look(JANE, edited, PLACE, again=True).variant == 1
    assert journal.look(JANE, edited, DraftPlace("own.txt", 0)).variant == 1


def test_what_was_asked_for_again_and_never_came_to_be_is_not_owed(journal: PublishedPosts) -> None:
    publish(journal)
    anew = replace(THREAD, run_id="run-2")
    assert journal.begin(JANE, anew, PLACE, again=True).variant == 2
    assert journal.look(JANE, THREAD, PLACE).is_done
    assert journal.look(JANE, anew, PLACE, again=True).variant == 2
    assert len(journal.list_there("x", JANE.id)) == 2
