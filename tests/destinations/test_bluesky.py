"""Threads on Bluesky: published once, whatever breaks off, against a server of its protocol."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from automagic.database.engine import open_database, sqlite_url
from automagic.destinations.bluesky import DESTINATION
from automagic.destinations.bluesky.account import Bluesky
from automagic.destinations.bluesky.identity import find_identity
from automagic.destinations.shared.kept_accounts import find_account, list_accounts
from automagic.destinations.shared.network import Attachment, LinkCard, NetworkAccess, PostThread, published
from automagic.errors import ConfigurationError, Permanent, RequestError, Retryable
from automagic.gate.prices import Prices
from automagic.language.posts.bluesky_records import cid_of, thread_tids
from automagic.store.artifacts import ArtifactStore
from automagic.values.events import CallRetried
from automagic.values.secret import Secret
from tests.support.places import PROGRAMS
from tests.support.processes.python_programs import start
from tests.support.servers.base import Fault
from tests.support.servers.bluesky import SERVED_AT, BlueskyServer, document, record_cid
from tests.support.servers.internet import Internet
from tests.support.vendors.open_gate import Line, open_line

PASSWORD = "abcd-efgh-ijkl-mnop"  # noqa: S105 - of a server of the tests
WRITTEN_AT = datetime(2026, 11, 30, 12, tzinfo=UTC)
JPEG = b"\xff\xd8\xff\xe0" + bytes(200)
MP4 = b"\0\0\0\x18ftypisom" + bytes(500)
POSTER = PROGRAMS / "thread_poster.py"


class Talk:
    """A person who answers."""

    def __init__(self, password: str = PASSWORD, handle: str = "jane.test") -> None:
        self.password, self.handle = password, handle
        self.shown: list[str] = []

    def show(self, text: str) -> None:
        self.shown.append(text)

    def ask(self, question: str) -> str:
        assert "handle" in question
        return self.handle

    def ask_secret(self, question: str) -> Secret:
        assert question == "App password"
        return Secret(self.password)


@pytest.fixture
def server() -> Iterator[BlueskyServer]:
    with BlueskyServer() as server:
        server.did = server.add_account("jane.test", PASSWORD)
        yield server


class Place:
    """An account that is signed in, and what it is reached by."""

    def __init__(self, line: Line, server: BlueskyServer, store: Any) -> None:
        self.line, self.server = line, server
        self.access = NetworkAccess(line.http, line.gate, Prices("", {}), store.engine, line.gate.settings)
        self.network = Bluesky("", self.access)

    async def publish(self, thread: PostThread) -> Any:
        return await self.network.publish(await self.network.open(), thread)

    @property
    def posts(self) -> list[dict[str, Any]]:
        return list(self.server.posts(self.server.did).values())


@contextlib.asynccontextmanager
async def opened(server: BlueskyServer, store: Any, **settings: Any) -> AsyncIterator[Place]:
    async with open_line(store, of_plugins={"BLUESKY_BASE_URL": server.url}, **settings) as line:
        yield Place(line, server, store)


@pytest.fixture
async def place(server, store) -> AsyncIterator[Place]:
    async with opened(server, store) as place:
        await place.network.sign_in(Talk())
        yield place


def thread(*parts: str, **more: Any) -> PostThread:
    return PostThread("run-1", parts, WRITTEN_AT, **more)


def by_uri(parts: Any, records: Any) -> Any:
    return zip([one.remote_id for one in parts], records, strict=True)


def attach(folder: Path, name: str, data: bytes, media_type: str, **more: Any) -> Attachment:
    (folder / name).write_bytes(data)
    return Attachment(folder / name, media_type, sha256(data).hexdigest(), f"Alt of {name}", **more)


# ------------------------------------------------------------------------------------------------ signing in


async def test_an_app_password_is_tried_and_not_kept(server, store):
    async with opened(server, store) as place:
        talk = Talk()
        account = await place.network.sign_in(talk)
        assert (account.id, account.name) == (server.did, "jane.test")
        assert account.url == "https://bsky.app/profile/jane.test"
        (kept,) = list_accounts(place.access.home, "bluesky")
        assert set(kept.secrets) == {"access", "refresh"}
        assert kept.facts == {"server": server.url}
        (file,) = (place.access.home / "accounts/bluesky").iterdir()
        assert PASSWORD not in file.read_text()
        assert "app-passwords" in talk.shown[0]
        assert (await place.network.open()).name == "jane.test"
        assert DESTINATION.parse_place("@jane.test") == "jane.test"


async def test_a_wrong_password_is_explained_and_nothing_is_kept(server, store):
    async with opened(server, store) as place:
        talk = Talk("hunter2")
        with pytest.raises(ConfigurationError, match=r"refuses the password of jane\.test") as caught:
            await place.network.sign_in(talk)
        assert "hunter2" not in caught.value.message + caught.value.hint
        assert "has not the form of an app password" in talk.shown[-1]
        assert list_accounts(place.access.home, "bluesky") == []
        with pytest.raises(RequestError, match=r"there is no account joe\.test"):
            await Bluesky("joe.test", place.access).sign_in(Talk())
        with pytest.raises(ConfigurationError, match="nobody has signed in at bluesky"):
            await place.network.open()


async def test_signing_out_takes_the_tokens_back(place):
    await place.network.sign_out()
    assert list_accounts(place.access.home, "bluesky") == []
    assert [call.path for call in place.server.calls][-1].endswith("deleteSession")
    with pytest.raises(ConfigurationError):
        await place.network.open()


async def test_a_password_is_not_sent_without_encryption_or_to_where_it_is_sent_on(server, store):
    async with open_line(store, of_plugins={"BLUESKY_BASE_URL": "http://pds.example.com"}) as line:
        access = NetworkAccess(line.http, line.gate, Prices("", {}), store.engine, line.gate.settings)
        with pytest.raises(ConfigurationError, match="is not encrypted"):
            await Bluesky("jane.test", access).sign_in(Talk())
    async with opened(server, store) as place:
        moved = Fault(status=307, headers={"location": "http://127.0.0.1:9/xrpc/elsewhere"})
        server.fail(moved, path="createSession")
        with pytest.raises(Permanent, match=r"redirects to 127\.0\.0\.1:9"):
            await place.network.sign_in(Talk())


LOOK_UP = """
import asyncio, json, sys
from automagic.destinations.bluesky.identity import find_identity, open_server
from automagic.errors import AutomagicError
from automagic.gate.http import Http
from automagic.settings import Settings

async def look_up(names):
    http, settings, said = Http(pool=2, user_agent="test"), Settings(), []
    for name in names:
        try:
            who = await find_identity(http, name, settings)
            await open_server(http, who.server, settings).ask("GET", "com.atproto.server.describeServer")
            said.append([who.handle, who.server])
        except AutomagicError as error:
            said.append([type(error).__name__, error.message])
    await http.close()
    return said

print(json.dumps(asyncio.run(look_up(sys.argv[1:]))))
"""


def test_a_handle_leads_to_the_server_that_its_own_document_names_if_that_is_public(server, tmp_path):
    cases = {
        "jane.test": ["jane.test", SERVED_AT],
        "moved.test": ["RequestError", "moved.test leads to an account on Bluesky that is called other.test"],
        "plain.test": ["RequestError", "is not a valid address: 'http://pds.example.com'"],
        "path.test": ["RequestError", "is not a valid address: 'https://pds.example.com/a'"],
        "none.test": ["RequestError", "names no server where its posts are kept"],
        "inside.test": ["RequestError", "10.0.0.7 is not on the public internet"],
        "false.test": ["Permanent", "is not the document of did:plc:"],
        "nobody.test": ["RequestError", "there is no account nobody.test on Bluesky"],
        "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa": ["RequestError", "there is no account did:plc:aaaa"],
        "did:web:localhost": ["Unreachable", ""],
    }
    dids = {handle: server.add_account(handle, "x") for handle in cases if handle.endswith(".test")}
    del server.accounts["nobody.test"]
    for handle, changed in {
        "moved.test": document(dids["moved.test"], "other.test"),
        "plain.test": document(dids["plain.test"], "plain.test", "http://pds.example.com"),
        "path.test": document(dids["path.test"], "path.test", "https://pds.example.com/a"),
        "none.test": {**document(dids["none.test"], "none.test"), "service": []},
        "inside.test": document(dids["inside.test"], "inside.test", "https://10.0.0.7"),
        "false.test": document(dids["jane.test"], "false.test"),
    }.items():
        server.documents[dids[handle]] = changed
    hosts = ("public.api.bsky.app", "plc.directory", "pds.example.com")
    with Internet(dict.fromkeys(hosts, server)) as internet:
        done = subprocess.run(
            [sys.executable, "-c", LOOK_UP, *cases],
            env={**os.environ, **internet.environment, "AUTOMAGIC_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
    assert set(internet.asked) == {*hosts, "localhost"}
    for (name, (kind, said)), (found, message) in zip(cases.items(), json.loads(done.stdout), strict=True):
        assert (found, said in message) == (kind, True), (name, found, message)


# ------------------------------------------------------------------------------------------------- publishing


async def test_a_post_is_there_with_what_can_be_clicked(place):
    server = place.server
    ann = server.add_account("ann.test", "x")
    text = "Né à https://example.com/a/very/long/path/to/it #bees @ann.test @nobody.test"
    (part,) = await place.publish(thread(text, language="fr"))
    ((key, record),) = server.posts(server.did).items()
    assert part.remote_id == f"at://{server.did}/app.bsky.feed.post/{key}"
    assert part.url == f"https://bsky.app/profile/{server.did}/post/{key}"
    assert part.new
    assert part.notices == ("Nobody on Bluesky is called @nobody.test: it stays plain text.",)
    assert record["langs"] == ["fr"]
    raw = record["text"].encode()
    spans = [
        (raw[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode(), *one["features"][0].values())
        for one in record["facets"]
    ]
    kind = "app.bsky.richtext.facet#"
    assert spans == [
        ("example.com/a/very/long/path/…", f"{kind}link", "https://example.com/a/very/long/path/to/it"),
        ("#bees", f"{kind}tag", "bees"),
        ("@ann.test", f"{kind}mention", ann),
    ]


async def test_a_thread_is_one_call_and_hangs_together(place):
    told: list[Any] = []

    async def tell(part: Any) -> None:
        told.append(part)

    token = published.set(tell)
    parts = await place.publish(thread("One.", "Two.", "Three."))
    published.reset(token)
    assert told == parts
    assert [one.part for one in parts] == [1, 2, 3]
    writes = [call for call in place.server.calls if "applyWrites" in call.path]
    assert len(writes) == 1
    assert [record["text"] for record in place.posts] == ["One.", "Two.", "Three."]
    first, second = (
        {"uri": one.remote_id, "cid": record_cid(record)} for one, record in zip(parts, place.posts[:2], strict=False)
    )
    assert [record.get("reply") for record in place.posts] == [
        None,
        {"root": first, "parent": first},
        {"root": first, "parent": second},
    ]


async def test_pictures_have_alt_texts_and_shapes(place, tmp_path):
    shape = {"width": 1080, "height": 1350}
    attachments = tuple(
        attach(tmp_path, f"{number}.jpg", JPEG + bytes([number]), "image/jpeg", **shape) for number in range(4)
    )
    await place.publish(thread("", "More.", attachments=attachments, generated=True))
    embed = place.posts[0]["embed"]
    assert [one["alt"] for one in embed["images"]] == [one.alt for one in attachments]
    assert embed["images"][0]["aspectRatio"] == shape
    assert [place.server.blobs[one["image"]["ref"]["$link"]][1] for one in embed["images"]] == [
        one.path.read_bytes() for one in attachments
    ]
    assert place.posts[1]["reply"]["root"]["cid"] == record_cid(place.posts[0]) == cid_of(place.posts[0])


async def test_a_video_has_captions(place, tmp_path):
    captions = tmp_path / "captions.vtt"
    captions.write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nHello.\n")
    film = attach(tmp_path, "film.mp4", MP4, "video/mp4", width=1080, height=1920, duration_s=30.0, captions=captions)
    await place.publish(thread("See.", attachments=(film,), language="en"))
    embed = place.posts[0]["embed"]
    assert (embed["$type"], embed["alt"], embed["video"]["mimeType"]) == ("app.bsky.embed.video", film.alt, "video/mp4")
    (told,) = embed["captions"]
    assert (told["lang"], told["file"]["mimeType"]) == ("en", "text/vtt")


async def test_a_card_shows_the_page(place, tmp_path):
    (tmp_path / "thumb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    card = LinkCard("https://example.com/a", "Title", "About it.", tmp_path / "thumb.png")
    await place.publish(thread("Read.", card=card))
    external = place.posts[0]["embed"]["external"]
    assert (external["uri"], external["title"], external["description"]) == (card.url, "Title", "About it.")
    assert external["thumb"]["mimeType"] == "image/png"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (("a" * 301,), "the post is too long for Bluesky: 301 of 300 graphemes"),
        (("One.", "👨‍👩‍👧‍👦" * 121), "post 2 of 2 is too long for Bluesky: 3,025 of 3,000 bytes"),
        ((" \n",), "the post is empty"),
        (("One.", ""), "post 2 of 2 is empty"),
        (("One\x07.",), r"characters that no text may hold: U\+0007"),
        (("One \ud83d.",), r"characters that no text may hold: U\+D83D"),
        ((), "there is nothing to publish"),
    ],
)
async def test_what_bluesky_would_refuse_or_should_is_not_sent(place, parts, said):
    before = len(place.server.calls)
    with pytest.raises(RequestError, match=said):
        await place.publish(thread(*parts))
    assert len(place.server.calls) == before + 1  # whether the sign-in still is one


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("a.jpg", JPEG, "image/jpeg")] * 5, "4 pictures in a post, and there are 5"),
        ([("a.jpg", JPEG, "image/jpeg"), ("b.mp4", MP4, "video/mp4")], "one video in a post"),
        ([("a.jpg", b"<html>", "image/jpeg")], "a.jpg is not image/jpeg"),
        ([("a.jpg", JPEG + bytes(2_000_000), "image/jpeg")], "a.jpg is larger than 2 MB"),
        ([("a.svg", b"<svg/>", "image/svg+xml")], "does not take a.svg: it is image/svg"),
        ([("b.mp4", MP4, "video/mp4", 200.0)], "at most 180 s"),
        ([("c.mp4", MP4 + bytes(1000), "video/mp4")], "too large for http"),
    ],
)
async def test_a_file_that_cannot_be_shown_is_refused_before_anything_is_there(place, tmp_path, files, said):
    place.server.blob_limit = 1000 if files[0][0] == "c.mp4" else 100_000_000
    attachments = tuple(
        replace(attach(tmp_path, *one[:3]), duration_s=one[3] if len(one) > 3 else None) for one in files
    )
    with pytest.raises(RequestError, match=said):
        await place.publish(thread("See.", attachments=attachments))
    assert place.posts == []
    assert place.server.blobs == {}
    await place.publish(thread("See."))  # nothing is in doubt


# ------------------------------------------------------------------------------------------------------ once


async def test_the_same_thread_is_published_once_and_anew_on_purpose(place):
    first = await place.publish(thread("One.", "Two."))
    again = await place.publish(replace(thread("One.", "Two."), run_id="run-2", written_at=datetime.now(UTC)))
    assert [one.remote_id for one in again] == [one.remote_id for one in first]
    assert [one.new for one in again] == [False, False]
    anew = await place.publish(thread("One.", "Two.", variant=2))
    assert len({one.remote_id for one in (*first, *anew)}) == 4
    assert len(place.posts) == 4


@pytest.mark.parametrize(
    "fault",
    [
        Fault(drop="after"),
        Fault(drop="before"),
        Fault(truncate=True),
        Fault(malformed="<html>"),
        Fault(status=502),
        Fault(status=500),
        Fault(status=503),
        Fault(status=429),
        Fault(status=429, headers={"ratelimit-remaining": "0", "ratelimit-reset": "0"}),
    ],
    ids=lambda fault: f"{fault.status}{fault.drop}{fault.malformed}",
)
async def test_whatever_comes_in_place_of_the_answer_the_thread_is_there_once(place, fault):
    place.server.fail(fault, path="applyWrites")
    parts = await place.publish(thread("One.", "Two."))
    assert [record["text"] for record in place.posts] == ["One.", "Two."]
    assert [one.remote_id.rpartition("/")[2] for one in parts] == list(place.server.posts(place.server.did))


async def test_a_journal_that_was_lost_makes_no_second_thread(place, server, tmp_path):
    """The server says "500" of what is there already; it is asked, and has it."""
    first = await place.publish(thread("One."))
    other = tmp_path / "other"
    other.mkdir()
    engine = open_database(sqlite_url(other / "automagic.db"))
    async with opened(server, ArtifactStore(other / "artifacts", engine)) as elsewhere:
        await elsewhere.network.sign_in(Talk())
        again = await elsewhere.publish(thread("One."))
    engine.dispose()
    assert [one.remote_id for one in again] == [one.remote_id for one in first]
    assert len(place.posts) == 1


async def test_a_server_that_stays_broken_has_nothing_and_is_asked_again_later(place):
    place.server.fail(Fault(status=500), path="applyWrites", times=2)
    with pytest.raises(Retryable, match="nothing was done"):
        await place.publish(thread("One."))
    await place.publish(thread("One."))
    assert len(place.posts) == 1


async def test_a_limit_that_lasts_says_until_when(place):
    reset = {"ratelimit-remaining": "0", "ratelimit-reset": str(int(time.time()) + 3600)}
    place.server.fail(Fault(status=429, headers=reset), path="applyWrites")
    with pytest.raises(Retryable, match="limit of requests is reached; it ends in 60 min") as caught:
        await place.publish(thread("One."))
    assert caught.value.after_s == pytest.approx(3600, abs=5)
    assert place.posts == []


@pytest.mark.parametrize("moment", ["claimed", "leaving", "noted", "sent", "answered", "stored", "delivered"])
async def test_a_process_that_is_killed_leaves_neither_two_threads_nor_none(place, moment):
    home = place.access.home
    first = start(str(POSTER), str(home), place.server.url, "One.", "Two.", "--die", moment)
    first.communicate(60)
    assert first.returncode == -9
    told = await asyncio.to_thread(finish, start(str(POSTER), str(home), place.server.url, "One.", "Two."))
    assert [uri.rpartition("/")[2] for uri in told["uris"]] == list(place.server.posts(place.server.did))
    assert [record["text"] for record in place.posts] == ["One.", "Two."]


async def test_a_thread_whose_processes_are_killed_again_and_again_is_not_given_up(place):
    where = (str(place.access.home), place.server.url, "One.", "Two.")
    for moment in ("noted", "leaving", "noted", "noted", "sent", "claimed"):
        killed = start(str(POSTER), *where, "--die", moment)
        await asyncio.to_thread(killed.communicate, 60)
    told = await asyncio.to_thread(finish, start(str(POSTER), *where))
    assert [uri.rpartition("/")[2] for uri in told["uris"]] == list(place.server.posts(place.server.did))
    assert [record["text"] for record in place.posts] == ["One.", "Two."]


async def test_two_processes_with_one_thread_publish_it_once(place):
    place.server.latency_s = 0.05
    both = [start(str(POSTER), str(place.access.home), place.server.url, "One.", "Two.") for _ in range(2)]
    told = [await asyncio.to_thread(finish, one) for one in both]
    assert told[0]["uris"] == told[1]["uris"]
    assert sorted(one["new"] for one in told) == [[False, False], [True, True]]
    assert len(place.posts) == 2


def finish(program: Any) -> Any:
    out, err = program.communicate(60)
    assert program.returncode == 0, err
    return json.loads(out)


# ---------------------------------------------------------------------------------------------------- tokens


async def test_a_token_that_ends_in_the_middle_is_renewed_once(place, tmp_path):
    account = await place.network.open()
    picture = attach(tmp_path, "a.jpg", JPEG, "image/jpeg")
    place.server.expire_tokens()
    await place.network.publish(account, thread("One.", "Two.", attachments=(picture,)))
    assert [record["text"] for record in place.posts] == ["One.", "Two."]
    renewed = [call for call in place.server.calls if "refreshSession" in call.path]
    assert len(renewed) == 1
    kept = find_account(place.access.home, "bluesky", "")
    assert place.server.tokens[kept.secrets["access"].reveal()] == ("access", place.server.did)
    assert [event for event in place.line.events if isinstance(event, CallRetried)] == []


async def test_a_token_that_another_process_renewed_is_read_again(place):
    other = Bluesky("", place.access)
    account = await other.open()
    place.server.expire_tokens()
    await place.network.open()
    await other.publish(account, thread("One."))
    assert len([call for call in place.server.calls if "refreshSession" in call.path]) == 1


async def test_a_sign_in_that_was_taken_back_says_so_and_publishes_nothing(place):
    account = await place.network.open()
    place.server.expire_tokens("access", "refresh")
    picture = PostThread("run-1", ("@ann.test",), WRITTEN_AT)
    with pytest.raises(ConfigurationError, match=r"sign-in of jane\.test at Bluesky has ended") as caught:
        await place.network.publish(account, picture)
    assert "posts accounts add bluesky" in caught.value.hint
    assert place.posts == []
    await place.network.sign_in(Talk())
    await place.publish(picture)
    assert len(place.posts) == 1


# ------------------------------------------------------------------------------------------------- afterwards


async def test_a_post_is_taken_back_and_one_that_is_gone_is_fine(place):
    account = await place.network.open()
    (part,) = await place.publish(thread("One."))
    await place.network.delete(account, part.remote_id)
    await place.network.delete(account, part.remote_id)
    assert place.posts == []
    with pytest.raises(RequestError, match=r"is not a post of jane\.test"):
        await place.network.delete(account, part.remote_id.replace(account.id, "did:plc:other"))
    with pytest.raises(RequestError, match="is not a valid address of a post"):
        await place.network.delete(account, "https://bsky.app/profile/x/post/y")
    with pytest.raises(RequestError, match="cannot be changed"):
        await place.network.correct(account, part.remote_id, "Two.")


async def test_a_thread_is_free_and_one_call(place):
    account = await place.network.open()
    (call,) = place.network.calls(account, thread("One.", "Two."))
    assert (call.vendor, call.estimate_usd) == ("bluesky", 0)


async def test_identity_is_asked_of_the_server_that_the_settings_name(place):
    who = await find_identity(place.line.http, "Jane.Test", place.access.settings)
    assert (who.did, who.handle, who.server) == (place.server.did, "jane.test", place.server.url)


def test_neighbours_in_a_thread_are_named_in_order(server):
    tids = thread_tids("seed", WRITTEN_AT, 99)
    assert all(one < other for one, other in pairwise(tids))
