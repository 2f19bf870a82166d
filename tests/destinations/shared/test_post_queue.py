"""Drafts that wait: who may publish one, and what becomes of it; on each kind of database."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from automagic.database.publication_tables import queued_posts
from automagic.destinations.shared.post_queue import MOST_ATTEMPTS, RETRY_S, PostQueue, QueuedPost
from automagic.destinations.shared.published_posts import DraftPlace
from automagic.errors import RequestError
from automagic.gate.leases import this_holder

pytest_plugins = ["tests.support.homes.postgresql"]

TARGETS = ("x:42", "mastodon:1@a.b")
POST = QueuedPost(DraftPlace("run-0", 1), Path("/drafts"), TARGETS, "Ice", "ab" * 32, Decimal("0.2"), 5.0)


@pytest.fixture
def queue(both_engines: sa.Engine) -> PostQueue:
    return PostQueue(both_engines)


def test_a_draft_waits_once_for_the_same_networks(queue: PostQueue) -> None:
    first = queue.add(POST)
    moved = queue.add(replace(POST, due_at=9.0))
    assert (moved.id, moved.due_at, moved.max_cost_usd, moved.targets) == (first.id, 9.0, Decimal("0.2"), POST.targets)
    other = queue.add(replace(POST, targets=("x:42",)))
    assert [one.id for one in queue.list()] == [other.id, first.id]


def test_each_draft_is_given_to_one_of_many(queue: PostQueue) -> None:
    for number in range(1, 9):
        queue.add(replace(POST, place=DraftPlace("run-0", number)))
    with ThreadPoolExecutor(4) as threads:
        taken = [one.id for one in threads.map(lambda _: queue.claim(this_holder("r")), range(12)) if one]
    assert sorted(taken) == sorted(one.id for one in queue.list())


def test_what_a_dead_process_held_is_given_to_the_next(queue: PostQueue, both_engines: sa.Engine) -> None:
    queue.add(POST)
    assert queue.claim(this_holder("r"))
    assert queue.claim(this_holder("s")) is None
    with both_engines.begin() as connection:
        connection.execute(sa.update(queued_posts).values(process_started_at=1.0))
    assert queue.claim(this_holder("s"))


def test_a_failure_is_tried_again_later_and_later(queue: PostQueue, both_engines: sa.Engine) -> None:
    def come_due() -> None:
        with both_engines.begin() as connection:
            connection.execute(sa.update(queued_posts).values(next_at=0.0))

    queue.add(POST)
    holder = this_holder("r")
    for attempt in range(MOST_ATTEMPTS):
        post = queue.claim(holder)
        assert post is not None
        again = queue.fail(post, holder, "busy", for_good=False)
        if attempt + 1 == MOST_ATTEMPTS:
            assert again is None
            break
        assert again is not None
        assert abs(again - time.time() - RETRY_S * 2**attempt) < 30
        assert not queue.is_due()
        come_due()
    [failed] = queue.list()
    assert (failed.state, failed.attempts, failed.error) == ("failed", MOST_ATTEMPTS, "busy")
    assert queue.remove(failed.id).id == failed.id


def test_what_ended_is_told_apart_from_what_waits(queue: PostQueue) -> None:
    queue.add(POST)
    holder = this_holder("r")
    post = queue.claim(holder)
    assert post is not None
    queue.renew(post, holder)
    queue.settle(post, this_holder("another"))
    assert queue.list()[0].state == "waiting"  # it is not theirs to settle
    queue.settle(post, holder)
    assert (queue.list(), [one.state for one in queue.list(ended=True)]) == ([], ["published"])
    with pytest.raises(RequestError, match=f"no draft of number {post.id} waits"):
        queue.remove(post.id)
