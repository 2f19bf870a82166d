"""Drafts that wait are published when their time has come: once, so many a day, failures told and tried again."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from automagic.errors import RequestError
from automagic.products.posts.publishing.request import PublishPostsRequest
from automagic.products.posts.publishing.result import PublishPostsResult
from automagic.settings import Settings
from automagic.store.corpora import Corpora
from automagic.studio import Studio, open_studio
from automagic.values.events import Event, Notice
from automagic.values.post import Post
from tests.support.homes.post_drafts import RUN, write_drafts
from tests.support.servers.base import Fault
from tests.support.servers.mastodon import MastodonServer
from tests.support.vendors.mastodon_account import keep_jane


@pytest.fixture
def mastodon():
    with MastodonServer() as server:
        yield server


@pytest.fixture
async def studio(tmp_path, mastodon) -> AsyncIterator[Studio]:
    keep_jane(mastodon, tmp_path)
    write_drafts(tmp_path, ["One.", "Two.", "Three."])
    async with open_studio(Settings(automagic_home=tmp_path, posts_per_day=2, retry_attempts=1)) as studio:
        yield studio


SOON = (datetime.now(UTC) + timedelta(days=1)).isoformat()


async def ask(studio: Studio, *, said: list[str] | None = None, **asked) -> PublishPostsResult:
    def listen(event: Event) -> None:
        if said is not None and isinstance(event, Notice):
            said.append(event.text)

    result = await studio.run(PublishPostsRequest(**asked), listener=listen)
    assert isinstance(result, PublishPostsResult)
    return result


async def wait(studio: Studio, draft: int) -> int:
    return (await ask(studio, source=f"{RUN}:{draft}", to=("mastodon",), at=SOON)).number


def come_due(home: Path, ago_s: float = 5.0) -> None:
    """Let so much time pass that everything is due."""
    with sqlite3.connect(home / "automagic.db") as connection:
        connection.execute("UPDATE queued_posts SET next_at = ? WHERE state = 'waiting'", (time.time() - ago_s,))
    connection.close()


def wait_for_call(mastodon: MastodonServer) -> None:
    asked = len(mastodon.calls)
    while len(mastodon.calls) == asked:
        time.sleep(0.005)


def rows(home: Path) -> list[tuple[str, int, str]]:
    with sqlite3.connect(home / "automagic.db") as connection:
        found = connection.execute("SELECT state, attempts, error FROM queued_posts ORDER BY id").fetchall()
    connection.close()
    return found


async def test_what_waits_is_published_once_when_it_is_due(studio, mastodon):
    assert await wait(studio, 1) == await wait(studio, 1) == 1  # the same draft has a new time
    assert (await ask(studio, due=True)).postings == ()
    assert mastodon.texts() == []
    come_due(studio.settings.home, ago_s=90 * 86400)  # missed for long: once all the same
    assert [one.state for one in (await ask(studio, due=True)).postings] == ["published"]
    assert (await ask(studio, due=True)).postings == ()
    assert mastodon.texts() == ["One."]
    assert rows(studio.settings.home) == [("published", 0, "")]


async def test_a_day_that_is_full_lets_the_rest_wait(studio, mastodon):
    for number in (1, 2, 3):
        await wait(studio, number)
    come_due(studio.settings.home)
    said: list[str] = []
    await ask(studio, due=True, said=said)
    assert mastodon.texts() == ["One.", "Two."]
    assert rows(studio.settings.home)[2] == ("waiting", 0, "2 a day are published already")
    assert said[0].startswith(f"{RUN}:3 waits until ")
    assert (await ask(studio, due=True)).postings == ()
    with sqlite3.connect(studio.settings.home / "automagic.db") as connection:
        connection.execute("UPDATE published_posts SET published_at = published_at - 86400")
    connection.close()
    come_due(studio.settings.home)
    await ask(studio, due=True)
    assert mastodon.texts() == ["One.", "Two.", "Three."]


async def test_a_failure_is_told_and_tried_again_and_given_up_after_six(studio, mastodon):
    await wait(studio, 1)
    mastodon.fail(Fault(status=503, body='{"error": "busy"}'), path="/api/v1/accounts", times=6)
    for attempt in range(1, 7):
        said: list[str] = []
        come_due(studio.settings.home)
        result = await ask(studio, due=True, said=said)
        assert result.complaint is not None
        assert result.complaint.exit_code == 4
        assert rows(studio.settings.home)[0][:2] == ("failed" if attempt == 6 else "waiting", attempt)
        assert ("It is not tried again." if attempt == 6 else "It is tried again ") in said[-1]
    assert mastodon.texts() == []


async def test_what_is_wrong_is_not_tried_again_and_stops_no_other(studio, mastodon):
    await wait(studio, 1)
    await wait(studio, 2)
    folder = studio.settings.home / "final_posts" / RUN
    (folder / "drafts.json").write_text('{"drafts": [{"text": ""}, {"text": "Two, edited."}]}')
    come_due(studio.settings.home)
    said: list[str] = []
    await ask(studio, due=True, said=said)
    assert mastodon.texts() == ["Two, edited."]
    assert [one[0] for one in rows(studio.settings.home)] == ["failed", "published"]
    assert any("The post is empty." in text for text in said)
    assert any("was edited after it was written: the edited text is published" in text for text in said)


async def test_a_draft_that_was_refused_does_not_take_the_place_of_one_that_waits(studio, mastodon):
    await wait(studio, 1)
    folder = studio.settings.home / "final_posts" / RUN
    (folder / "drafts.json").write_text('{"drafts": [{"text": "One, anew.", "reasons": ["It is too long."]}]}')
    come_due(studio.settings.home)
    said: list[str] = []
    assert [one.state for one in (await ask(studio, due=True, said=said)).postings] == ["failed"]
    assert mastodon.texts() == []
    assert any("was not found good enough: It is too long. It is not tried again." in text for text in said), said


async def test_a_draft_is_taken_out_of_the_queue(studio, mastodon):
    from automagic.destinations.shared.post_queue import PostQueue

    queue = PostQueue(studio.services.store.engine)
    number = await wait(studio, 1)
    assert [(str(one.place), one.targets) for one in queue.list()] == [(f"{RUN}:1", ("mastodon:109@example.social",))]
    assert queue.remove(number).title == "One."
    with pytest.raises(RequestError, match="no draft of number 1 waits"):
        queue.remove(number)
    come_due(studio.settings.home)
    assert (await ask(studio, due=True)).postings == ()


async def test_what_a_living_process_publishes_no_other_takes(studio, mastodon):
    from automagic.destinations.shared.post_queue import PostQueue
    from automagic.gate.leases import this_holder

    await wait(studio, 1)
    come_due(studio.settings.home)
    queue = PostQueue(studio.services.store.engine)
    holder = this_holder("run-other")
    post = queue.claim(holder)
    assert post is not None
    assert (await ask(studio, due=True)).postings == ()
    with pytest.raises(RequestError, match="is being published"):
        queue.remove(post.id)
    queue.wait(post, holder, time.time() - 1, "")
    assert len((await ask(studio, due=True)).postings) == 1


async def test_the_next_good_hour_is_one_in_which_the_author_posts(studio, tmp_path):
    write_drafts(tmp_path, ["Four.", "Five."], run="20270131-180000-00000000000a", author="jane")
    hour = (datetime.now().astimezone() + timedelta(hours=3)).replace(minute=5)
    posts = [Post(str(day), f"Post {day}.", hour - timedelta(days=day, seconds=day)) for day in range(40)]
    corpora = Corpora(studio.services.store.engine)
    corpora.learn("jane", posts, permission="mine", accounts=(), check=lambda _corpus: None)
    told = []
    for number in (1, 2):
        source = f"20270131-180000-00000000000a:{number}"
        told.append((await ask(studio, source=source, to=("mastodon",), at="next")).due_at)
    assert told == [hour.replace(minute=0, second=0, microsecond=0).timestamp() + 86400 * day for day in (0, 1)]


async def test_a_later_run_in_the_same_folder_publishes_nothing_in_the_place_of_what_waits(studio, mastodon):
    await wait(studio, 1)
    await wait(studio, 2)
    folder = studio.settings.home / "final_posts" / RUN
    drafts = '{"run_id": "20270201-090000-0123456789ab", "drafts": [{"text": "Another."}, {"text": "Two."}]}'
    (folder / "drafts.json").write_text(drafts)
    come_due(studio.settings.home)
    said: list[str] = []
    await ask(studio, due=True, said=said)
    assert mastodon.texts() == ["Two."]  # the same words are what was agreed to
    assert [one[0] for one in rows(studio.settings.home)] == ["failed", "published"]
    assert any(f"the drafts of {RUN} are gone" in text for text in said), said


async def test_a_folder_whose_drafts_wait_is_not_written_anew(studio):
    from automagic.products.posts.writing.folder import refuse_waiting

    engine, folder = studio.services.store.engine, studio.settings.home / "final_posts" / RUN
    refuse_waiting(engine, folder)
    number = await wait(studio, 1)
    with pytest.raises(RequestError, match=rf"wait for their time \(automagic posts queue: {number}\)"):
        refuse_waiting(engine, folder / ".." / RUN)
    refuse_waiting(engine, folder.with_name("other"))


async def test_what_was_broken_off_is_free_for_the_next_look(studio, mastodon):
    await wait(studio, 1)
    come_due(studio.settings.home)
    mastodon.fail(Fault(hang=True), path="/api/v1/accounts")
    seen = asyncio.create_task(asyncio.to_thread(wait_for_call, mastodon))
    running = asyncio.create_task(ask(studio, due=True))
    await seen
    running.cancel()
    await asyncio.wait([running])
    assert [one.state for one in (await ask(studio, due=True)).postings] == ["published"]
    assert mastodon.texts() == ["One."]
