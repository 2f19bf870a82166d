"""Each post is on X once, and paid once, whatever is lost, refused, ended or killed on the way."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import random
import signal
import stat
import threading
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from automagic.database.engine import sqlite_url
from automagic.database.tables import vendor_calls
from automagic.destinations.shared.kept_accounts import find_account, list_accounts
from automagic.destinations.shared.network import Attachment, LinkCard, NetworkAccount, Partly, PostThread
from automagic.destinations.x import DESTINATION, parse_place
from automagic.destinations.x.account import XNetwork
from automagic.destinations.x.api import DuplicatePost, OutOfCredits, ReplyRefused
from automagic.destinations.x.permission import PORT, XPermission, read_app
from automagic.destinations.x.timeline import same_words
from automagic.errors import (
    AutomagicError,
    BudgetError,
    ConfigurationError,
    Permanent,
    RequestError,
    Retryable,
)
from automagic.settings import Settings
from automagic.values.secret import Secret
from tests.support.places import PROGRAMS
from tests.support.processes.killing import kill_after
from tests.support.processes.python_programs import Program, start
from tests.support.servers.base import Fault
from tests.support.servers.x import XServer
from tests.support.vendors.open_gate import Line, open_line
from tests.support.vendors.x_account import network, permit, settings_for

PUBLISHER = PROGRAMS / "x_publisher.py"
POSTS = "/2/tweets"


@dataclass
class Desk:
    """Jane's account, opened."""

    line: Line
    x: XNetwork
    account: NetworkAccount

    async def publish(self, *parts: str, **more: Any) -> list[Any]:
        return list(await self.x.publish(self.account, thread(*parts, **more)))

    def rows(self) -> list[Any]:
        with self.line.gate.store.engine.connect() as connection:
            return list(connection.execute(sa.select(vendor_calls).order_by(vendor_calls.c.id)))

    def spent(self) -> Decimal:
        return Decimal(sum(row.spent_micro_usd for row in self.rows())) / 1_000_000


OpenDesk = Callable[..., AbstractAsyncContextManager[Desk]]


def posted(server: XServer) -> int:
    """How often X was sent a post, whatever it said."""
    return sum(call.method == "POST" and call.path == POSTS for call in server.calls)


def thread(*parts: str, **more: Any) -> PostThread:
    return PostThread("run-1", parts, more.pop("written_at", None) or datetime.now(UTC), **more)


@pytest.fixture
def server() -> Iterator[XServer]:
    with XServer() as server:
        yield server


@pytest.fixture
def open_desk(server, home, store) -> OpenDesk:
    @contextlib.asynccontextmanager
    async def open_one(**options: Any) -> AsyncIterator[Desk]:
        settings = {"retry_attempts": 3, "breaker_threshold": 50, "of_plugins": settings_for(server)} | options
        async with open_line(store, **settings) as line:
            x = network(line.gate, line.http, line.gate.settings)
            yield Desk(line, x, await x.open())

    return open_one


@pytest.fixture
async def desk(server, home, open_desk) -> AsyncIterator[Desk]:
    permit(server, home)
    async with open_desk() as desk:
        yield desk


@pytest.fixture
def picture(tmp_path) -> Attachment:
    return attach(tmp_path / "bee.png", b"\x89PNG bee" * 100, "image/png", alt="A bee on a flower")


def attach(path: Path, data: bytes, media_type: str, **more: Any) -> Attachment:
    path.write_bytes(data)
    return Attachment(path, media_type, hashlib.sha256(data).hexdigest(), more.pop("alt", ""), **more)


class TestPublishing:
    async def test_a_post_is_there_and_has_an_address(self, server, desk):
        (part,) = await desk.publish("Honey keeps.")
        (post,) = server.posts.values()
        assert post.body == {"text": "Honey keeps."}
        assert (part.remote_id, part.new, part.cost_usd) == (post.id, True, Decimal("0.015"))
        assert part.url == f"https://x.com/jane/status/{post.id}"
        assert desk.spent() == sum(usd for _, usd in server.charged) == Decimal("0.015")

    async def test_a_thread_is_a_chain_of_replies(self, server, desk):
        parts = await desk.publish("One.", "Two.", "Three.")
        assert server.texts == ["One.", "Two.", "Three."]
        targets = [post.body.get("reply", {}).get("in_reply_to_tweet_id") for post in server.posts.values()]
        assert targets == [None, parts[0].remote_id, parts[1].remote_id]

    async def test_doing_it_again_sends_and_costs_nothing(self, server, desk, open_desk):
        first = await desk.publish("One.", "Two.")
        async with open_desk() as other:
            again = await other.publish("One.", "Two.")
        assert [one.remote_id for one in again] == [one.remote_id for one in first]
        assert not any(one.new for one in again)
        assert server.count("post") == 2

    async def test_a_picture_is_uploaded_and_described(self, server, desk, picture):
        told: list[float] = []
        desk.x._access = replace(desk.x._access, progress=told.append)
        (part,) = await desk.publish("Look.", attachments=(picture,), generated=True)
        (upload,) = server.uploads.values()
        (post,) = server.posts.values()
        assert upload.data == picture.path.read_bytes()
        assert upload.asked["media_category"] == "tweet_image"
        assert upload.alt == "A bee on a flower"
        assert post.body == {"text": "Look.", "media": {"media_ids": [upload.id]}, "made_with_ai": True}
        assert part.cost_usd == Decimal("0.020")
        assert told[-1] == 1.0

    async def test_only_generated_media_are_called_so(self, server, desk, picture):
        await desk.publish("Words of a machine.", generated=True)
        await desk.publish("Look.", attachments=(picture,))
        assert not any("made_with_ai" in post.body for post in server.posts.values())

    async def test_a_video_goes_in_pieces_and_is_waited_for(self, server, desk, tmp_path):
        server.processing = 2
        data = hashlib.sha256(b"film").digest() * 300_000  # three pieces
        film = attach(tmp_path / "film.mp4", data, "video/mp4", duration_s=12.0, width=1080, height=1920)
        server.fail(Fault(drop="after"), path="/append")
        server.fail(Fault(status=503), path="/append")
        await desk.publish("Watch.", attachments=(film,))
        (upload,) = server.uploads.values()
        assert (upload.data == data, len(upload.pieces), upload.checks) == (True, 3, 2)

    async def test_a_video_that_x_cannot_use_says_why_and_nothing_is_posted(self, server, desk, tmp_path):
        server.processing_fails = True
        film = attach(tmp_path / "film.mp4", b"film", "video/mp4")
        with pytest.raises(Permanent, match="Unsupported video format"):
            await desk.publish("Watch.", attachments=(film,))
        assert not server.posts

    async def test_a_card_and_captions_that_x_does_not_take_are_told_of(self, desk):
        card = LinkCard("https://example.com/bees", "Bees")
        (part,) = await desk.publish("Bees.", card=card)
        assert "example.com/bees" in part.notices[0]
        (part,) = await desk.publish("https://example.com/bees", card=card)
        assert not part.notices


class TestPrices:
    def test_a_link_is_dear_and_it_is_said_how_to_do_without(self, server, home, store):
        prices = _prices(server, home, store, thread("Read example.com/bees now.", "Two."))
        assert [(call.operation, call.estimate_usd) for call in prices] == [
            ("post", Decimal("0.20")),
            ("post", Decimal("0.015")),
        ]
        assert "$0.015 without" in prices[0].remark
        assert "example.com/bees" in prices[0].remark
        assert not prices[1].remark

    def test_a_description_has_its_price(self, server, home, store, picture):
        prices = _prices(server, home, store, thread("One.", attachments=(picture, replace(picture, alt=""))))
        assert [str(call.estimate_usd) for call in prices] == ["0.005", "0.015"]

    async def test_a_budget_stops_before_the_dear_part(self, server, home, open_desk):
        permit(server, home)
        async with open_desk(max_cost_usd=Decimal("0.10")) as desk:
            with pytest.raises(Partly, match="1 of 3 posts") as told:
                await desk.publish("One.", "Two: https://example.com", "Three.")
        assert isinstance(told.value.__cause__, BudgetError)
        assert "without" in told.value.hint
        assert told.value.exit_code == BudgetError.exit_code
        assert server.texts == ["One."]
        async with open_desk(max_cost_usd=Decimal("0.30")) as desk:
            parts = await desk.publish("One.", "Two: https://example.com", "Three.")
        assert [one.new for one in parts] == [False, True, True]
        assert server.charged[1:] == [("post with a link", Decimal("0.20")), ("post", Decimal("0.015"))]


def _prices(server, home, store, asked):
    permit(server, home)

    async def ask():
        async with open_line(store, of_plugins=settings_for(server)) as line:
            x = network(line.gate, line.http, line.gate.settings)
            return x.calls(await x.open(), asked)

    return asyncio.run(ask())


BAD_THREADS = {
    "too long": (("a" * 281,), "281 of 280"),
    "too long by weight": (("蜜" * 141,), "282 of 280"),
    "the second": (("One.", "b" * 300), "post 2 of 2"),
    "empty": ((" ",), "empty"),
    "nothing": ((), "nothing to post"),
    "the same twice": (("One.", "Two.", " One.\n"), "post 3 repeats"),
    "cashtags": (("$TSLA and $NVDA",), "2 cashtags"),
}


class TestWhatIsRefusedBeforehand:
    @pytest.mark.parametrize(("parts", "said"), BAD_THREADS.values(), ids=BAD_THREADS)
    async def test_texts(self, server, desk, parts, said):
        with pytest.raises(RequestError, match=said):
            await desk.publish(*parts)
        assert not server.calls

    @pytest.mark.parametrize(
        ("media_type", "size", "more", "said"),
        [
            ("image/png", 5_000_001, {}, "5.0 MB, of 5"),
            ("image/tiff", 10, {}, "no JPEG"),
            ("video/webm", 10, {}, "no MP4"),
            ("image/png", 0, {}, "0.0 MB"),
            ("image/png", 10, {"alt": "a" * 1001}, "1,001 characters"),
            ("video/mp4", 10, {"duration_s": 0.4}, "lasts 0.4 s"),
            ("video/mp4", 10, {"duration_s": 1201.0}, "20 minutes"),
            ("video/mp4", 10, {"width": 100, "height": 301}, "100x301"),
            ("video/mp4", 10, {"width": 31, "height": 31}, "31x31"),
            ("image/gif", 10, {"width": 1281, "height": 100}, "1281x100"),
        ],
    )
    async def test_files(self, server, desk, tmp_path, media_type, size, more, said):
        one = attach(tmp_path / "file", b"0" * size, media_type, **more)
        with pytest.raises(RequestError, match=said):
            await desk.publish("Look.", attachments=(one,))
        assert not server.calls

    async def test_more_files_than_one_post_holds(self, server, desk, picture, tmp_path):
        film = attach(tmp_path / "film.mp4", b"film", "video/mp4")
        for files in ((picture,) * 5, (film, picture)):
            with pytest.raises(RequestError, match="4 pictures in a post, or one video"):
                await desk.publish("Look.", attachments=files)
        assert not server.calls

    async def test_a_file_that_was_changed(self, server, desk, picture):
        picture.path.write_bytes(b"another")
        with pytest.raises(RequestError, match="changed"):
            await desk.publish("Look.", attachments=(picture,))
        assert not server.calls

    async def test_a_paying_account_posts_long(self, server, home, open_desk):
        permit(server, home, subscription="Premium")
        async with open_desk() as desk:
            await desk.publish("a" * 4000)
            with pytest.raises(RequestError, match="of 25,000"):
                await desk.publish("a" * 25_001)
        assert len(server.texts[0]) == 4000


class TestWhatIsLost:
    @pytest.mark.parametrize("text", ["Honey & bees <3.", "See https://example.com/a?b=c", "See example.com\n\nnow"])
    @pytest.mark.parametrize("fault", [Fault(drop="after"), Fault(truncate=True), Fault(malformed="{}")], ids=repr)
    async def test_a_post_whose_answer_was_lost_is_found(self, server, desk, fault, text):
        server.fail(fault, path=POSTS)
        (part,) = await desk.publish(text)
        assert server.texts == [text]
        assert part.remote_id in server.posts
        assert posted(server) == server.count("post") + server.count("post with a link") == 1
        assert server.count("read own post") == 1
        assert desk.spent() == sum(usd for _, usd in server.charged)

    async def test_500_after_success_is_no_second_post(self, server, desk):
        server.broken = 1
        parts = await desk.publish("One.", "Two.")
        assert server.texts == ["One.", "Two."]
        assert [one.remote_id for one in parts] == list(server.posts)

    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    async def test_what_a_broken_server_did_not_do_is_sent_again_once(self, server, desk, status):
        server.fail(Fault(status=status), path=POSTS)
        await desk.publish("One.")
        assert server.texts == ["One."]
        assert desk.spent() == Decimal("0.015")  # the look found nothing, and so cost nothing

    async def test_a_second_unknown_outcome_is_the_persons(self, server, desk):
        server.fail(Fault(status=500), path=POSTS, times=2)
        with pytest.raises(Retryable, match="nothing was done"):
            await desk.publish("One.")
        assert not server.posts
        await desk.publish("One.")
        assert (server.texts, desk.spent()) == (["One."], Decimal("0.015"))

    async def test_nothing_is_sent_again_while_nobody_can_look(self, server, desk, open_desk):
        server.fail(Fault(drop="after"), path=POSTS)
        server.fail(Fault(status=503), path="/users/", times=3)
        with pytest.raises(Permanent, match="cannot be asked"):
            await desk.publish("One.")
        assert posted(server) == 1
        async with open_desk() as other:
            (part,) = await other.publish("One.")
        assert (server.texts, part.remote_id in server.posts) == (["One."], True)
        assert server.count("post") == 1

    async def test_a_timeline_that_lags_is_made_up_for_by_xs_own_refusal(self, server, desk):
        server.fail(Fault(drop="after"), path=POSTS)
        server.lag = 1
        (part,) = await desk.publish("One.")
        assert server.texts == ["One."]
        assert part.remote_id in server.posts
        assert server.count("post") == 1

    @pytest.mark.parametrize("ahead_s", [-7200.0, 7200.0])
    async def test_clocks_that_differ(self, server, desk, ahead_s):
        server.ahead_s = ahead_s
        server.fail(Fault(drop="after"), path=POSTS)
        await desk.publish("One.")
        assert posted(server) == server.count("post") == 1

    async def test_the_same_words_elsewhere_are_another_post(self, server, desk):
        other = server.add_post("Another's thread.")
        server.add_post("Two.", reply_to=other.id)
        server.fail(Fault(drop="before"), path=POSTS)
        with pytest.raises(DuplicatePost):
            await desk.publish("Two.")

    async def test_a_post_between_many(self, server, desk):
        server.on_post = lambda _post: [server.add_post(f"Beside {number}") for number in range(25)] and None
        server.fail(Fault(drop="after"), path=POSTS)
        await desk.publish("One.")
        assert server.texts.count("One.") == 1
        assert server.count("post") == 1


class TestRefusals:
    async def test_what_was_posted_by_hand_is_not_taken_for_ours(self, server, desk):
        server.add_post("Honey keeps.", at_s=time.time() - 7200)
        with pytest.raises(DuplicatePost, match="the same words"):
            await desk.publish("Honey keeps.")
        assert len(server.posts) == 1
        assert desk.spent() == 0

    async def test_no_credit_ends_it_and_says_where_to_buy(self, server, desk):
        server.credit = Decimal("0.02")
        with pytest.raises(Partly, match="CreditsDepleted") as told:
            await desk.publish("One.", "Two.")
        assert isinstance(told.value.__cause__, OutOfCredits)
        assert "console.x.com" in told.value.hint
        server.credit = Decimal(1)
        parts = await desk.publish("One.", "Two.")
        assert [one.new for one in parts] == [False, True]
        assert desk.spent() == Decimal("0.030")

    async def test_a_limit_of_ones_own_is_no_credit_either(self, server, desk):
        said = json.dumps({"title": "Forbidden", "detail": "Monthly spend cap reached.", "status": 403})
        server.fail(Fault(status=403, body=said), path=POSTS)
        with pytest.raises(OutOfCredits, match="spend cap"):
            await desk.publish("One.")

    async def test_a_refused_reply_leaves_a_thread_that_can_go_on(self, server, desk):
        server.replies_refused = True
        with pytest.raises(Partly, match="1 of 2") as told:
            await desk.publish("One.", "Two.")
        assert isinstance(told.value.__cause__, ReplyRefused)
        assert "one long post" in told.value.hint
        assert [one.part for one in told.value.parts] == [1]
        server.replies_refused = False
        await desk.publish("One.", "Two.")
        assert server.texts == ["One.", "Two."]

    async def test_a_limit_that_ends_soon_is_waited_for(self, server, desk):
        soon = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(time.time()))}
        server.fail(Fault(status=429, headers=soon), path=POSTS)
        await desk.publish("One.")
        assert server.texts == ["One."]

    async def test_a_limit_that_ends_late_says_when(self, server, desk):
        late = int(time.time()) + 600
        limits = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(late)}
        server.fail(Fault(status=429, headers=limits), path=POSTS)
        with pytest.raises(Retryable, match=f"until {datetime.fromtimestamp(late, UTC):%H:%M} UTC"):
            await desk.publish("One.")
        assert not server.posts

    async def test_the_limit_of_a_day_says_when_it_ends(self, server, desk):
        late = int(time.time()) + 40_000
        limits = {"x-user-limit-24hour-remaining": "0", "x-user-limit-24hour-reset": str(late)}
        server.fail(Fault(status=429, headers=limits), path=POSTS)
        with pytest.raises(Retryable, match=f"until {datetime.fromtimestamp(late, UTC):%H:%M} UTC"):
            await desk.publish("One.")

    async def test_a_limit_without_a_time_is_tried_again(self, server, desk):
        server.fail(Fault(status=429), path=POSTS, times=2)
        await desk.publish("One.")
        assert server.texts == ["One."]

    async def test_other_refusals_are_told_in_xs_words(self, server, desk):
        server.fail(Fault(status=400), path=POSTS)
        with pytest.raises(Permanent, match="X answered 400: status 400 on demand"):
            await desk.publish("One.")


class TestPermission:
    async def test_a_token_that_ends_in_a_thread_is_renewed(self, server, desk, home):
        server.on_post = lambda _post: server.expire_tokens()
        await desk.publish("One.", "Two.", "Three.")
        assert server.texts == ["One.", "Two.", "Three."]
        kept = find_account(home, "x", "jane")
        assert {kept.secrets["refresh"].reveal()} == server.refresh_tokens

    async def test_a_permission_that_is_withdrawn_in_a_thread_ends_it(self, server, desk, home):
        server.on_post = lambda _post: server.withdraw()
        for _ in range(3):
            with pytest.raises(Partly) as told:
                await desk.publish("One.", "Two.")
            assert isinstance(told.value.__cause__, ConfigurationError)
            assert "posts accounts add x" in told.value.hint
        permit(server, home)
        server.access_tokens.add(server.key)
        server.on_post = lambda _post: None
        desk.account = await desk.x.open()
        await desk.publish("One.", "Two.")
        assert server.texts == ["One.", "Two."]

    async def test_one_that_ends_soon_is_renewed_before_anything_is_asked(self, server, home, open_desk):
        permit(server, home, expires_at=time.time() + 5)
        async with open_desk():
            pass
        assert [call.path for call in server.calls] == ["/2/oauth2/token"]

    async def test_two_at_once_renew_it_once(self, server, home, store):
        kept = permit(server, home, expires_at=0)
        async with open_line(store, of_plugins=settings_for(server)) as line:
            app = read_app(line.gate.settings)
            both = [XPermission(line.http, app, home, kept) for _ in range(2)]
            one, other = await asyncio.gather(*(permission.bearer() for permission in both))
        assert one == other
        assert len(server.refresh_tokens) == 1
        assert {find_account(home, "x", "").secrets["refresh"].reveal()} == server.refresh_tokens

    async def test_it_is_kept_before_it_is_used_and_for_its_owner_alone(self, server, desk, home):
        server.expire_tokens()
        server.fail(Fault(status=500), path=POSTS, times=9)
        with pytest.raises(AutomagicError):
            await desk.publish("One.")
        (path,) = (home / "accounts" / "x").glob("*.json")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert {json.loads(path.read_bytes())["secrets"]["refresh"]} == server.refresh_tokens

    async def test_nobody_is_signed_in(self, open_desk):
        with pytest.raises(ConfigurationError, match="nobody has signed in at x"):
            async with open_desk():
                pass

    def test_an_app_is_needed(self):
        with pytest.raises(ConfigurationError, match="client id") as told:
            read_app(Settings())
        assert f"http://127.0.0.1:{PORT}/" in told.value.hint


class Talk:
    """A person who opens the page that they are shown."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.pages: list[str] = []
        self._opening: list[threading.Thread] = []

    def show(self, text: str) -> None:
        self.shown.append(text)
        address = text.splitlines()[-1]
        self._opening.append(threading.Thread(target=self._open, args=(address,)))
        self._opening[-1].start()

    def _open(self, address: str) -> None:
        with urllib.request.urlopen(address) as answer:  # noqa: S310 - of the test server
            self.pages.append(answer.read().decode())

    def ask(self, question: str) -> str:
        raise AssertionError(question)

    def ask_secret(self, question: str) -> Secret:
        raise AssertionError(question)


class TestSigningIn:
    async def sign_in(self, line) -> tuple[NetworkAccount, Talk]:
        talk = Talk()
        account = await network(line.gate, line.http, line.gate.settings).sign_in(talk)
        return account, talk

    @pytest.mark.parametrize("confidential", [True, False])
    async def test_a_person_agrees_and_is_known_from_then_on(self, server, store, confidential):
        server.confidential = confidential
        server.subscription = "Premium"
        asked = settings_for(server)
        if not confidential:
            del asked["X_CLIENT_SECRET"]
        async with open_line(store, of_plugins=asked) as line:
            account, talk = await self.sign_in(line)
            assert (account.id, account.name, account.limits.limit) == (server.user_id, "@jane", 25_000)
            x = network(line.gate, line.http, line.gate.settings, "jane")
            assert await x.open() == account
            (part,) = await x.publish(account, thread("One."))
        assert part.remote_id in server.posts
        assert server.count("read user") == 1
        assert "may post" in talk.pages[0]

    @pytest.mark.parametrize(("consent", "said"), [("denied", "did not give permission"), ("part", "a part only")])
    async def test_a_person_who_refuses(self, server, home, store, consent, said):
        server.consent = consent
        async with open_line(store, of_plugins=settings_for(server)) as line:
            with pytest.raises(ConfigurationError, match=said):
                await self.sign_in(line)
        assert not list_accounts(home, "x")

    async def test_an_app_that_x_does_not_know(self, server, store):
        asked = settings_for(server) | {"X_CLIENT_SECRET": Secret("wrong-not-secret")}
        async with open_line(store, of_plugins=asked) as line:
            with pytest.raises(ConfigurationError, match="refuses the app"):
                await self.sign_in(line)

    async def test_signing_out_takes_it_back(self, server, home, desk):
        server.fail(Fault(status=503), path="/revoke")
        with pytest.raises(Retryable, match="503"):
            await desk.x.sign_out()
        assert list_accounts(home, "x")
        await desk.x.sign_out()
        assert not server.access_tokens
        assert not server.refresh_tokens
        assert not list_accounts(home, "x")


class TestAfterwards:
    async def test_a_post_is_deleted_once(self, server, desk):
        (part,) = await desk.publish("One.")
        await desk.x.delete(desk.account, part.remote_id)
        await desk.x.delete(desk.account, part.remote_id)
        assert not server.posts
        assert server.count("delete") == 1
        await desk.x.delete(desk.account, "1")  # one that is gone already

    async def test_it_can_be_published_anew(self, server, desk):
        (part,) = await desk.publish("One.")
        await desk.x.delete(desk.account, part.remote_id)
        (anew,) = await desk.publish("One.", variant=2)
        assert list(server.posts) == [anew.remote_id]

    async def test_only_a_paying_account_corrects(self, desk):
        (part,) = await desk.publish("One.")
        with pytest.raises(RequestError, match="paying accounts"):
            await desk.x.correct(desk.account, part.remote_id, "Won.")

    @pytest.mark.parametrize("fault", [Fault(), Fault(drop="after")], ids=["answered", "lost"])
    async def test_a_post_is_corrected(self, server, home, open_desk, fault):
        server.subscription = "Premium"
        permit(server, home, subscription="Premium")
        async with open_desk() as desk:
            (part,) = await desk.publish("Won.")
            server.fail(fault, path=POSTS)
            changed = await desk.x.correct(desk.account, part.remote_id, "One.")
        assert server.texts == ["One."]
        assert list(server.posts) == [changed.remote_id]
        assert server.posts[changed.remote_id].history == [part.remote_id, changed.remote_id]

    async def test_what_is_no_id_is_refused(self, server, desk):
        for id in ("", "../1", "1" * 20, "https://x.com/jane/status/1"):
            with pytest.raises(RequestError, match="not the id"):
                await desk.x.delete(desk.account, id)
        assert not server.calls


@pytest.mark.parametrize(
    ("sent", "there", "same"),
    [
        ("See example.com", "See http://example.com", True),
        ("See https://Example.com/A/", "See https://example.com/A", True),
        ("See https://example.com/A", "See https://example.com/a", False),
        ("One.\n\nTwo ", "One. Two", True),
        ("cafe\u0301", "café", True),
        ("Look https://x.com/a/status/1", "Look", True),
        ("One.", "one.", False),
    ],
)
def test_words_are_known_again(sent, there, same):
    assert same_words(sent, there) is same


@pytest.mark.parametrize(
    ("text", "name"), [("", ""), ("@jane", "jane"), ("jane_1", "jane_1"), ("2244994945", "2244994945")]
)
def test_an_account_is_named(text, name):
    assert parse_place(text) == name
    assert DESTINATION.network is not None


@pytest.mark.parametrize("text", ["jane doe", "x/y", "jané", "a" * 21])
def test_what_names_no_account_is_refused(text):
    with pytest.raises(RequestError, match="not the name"):
        parse_place(text)


class TestProcesses:
    @staticmethod
    def start(server: XServer, home: Path, *more: str, parts: Sequence[str] = ("One.", "Two.", "Three.")) -> Program:
        arguments = [str(PUBLISHER), str(home), server.url, *parts]
        database = sqlite_url(home / "automagic.db")
        return start(*arguments, "--database", database, "--begun", str(int(time.time()) - 5), *more)

    @pytest.mark.parametrize("nth", [1, 2])
    @pytest.mark.parametrize("moment", ["claimed", "about to call", "answered", "stored", "delivered"])
    @pytest.mark.usefixtures("engine")
    def test_a_killed_process_posts_nothing_twice(self, server, home, moment, nth):
        permit(server, home)
        with self.start(server, home, "--die", moment, "--nth", str(nth)) as dying:
            assert dying.wait(60) == -signal.SIGKILL
        with self.start(server, home) as other:
            out, err = other.communicate(60)
        assert [part for part, _, _ in json.loads(out)] == [1, 2, 3], err
        assert server.texts == ["One.", "Two.", "Three."]
        assert server.count("post") == 3

    @pytest.mark.usefixtures("engine")
    def test_one_killed_while_x_answers_posts_nothing_twice(self, server, home):
        permit(server, home)
        with self.start(server, home) as dying:
            server.on_post = lambda _post: dying.kill()
            assert dying.wait(60) == -signal.SIGKILL
        server.on_post = lambda _post: None
        with self.start(server, home) as other:
            out, err = other.communicate(60)
        assert [new for _, _, new in json.loads(out)] == [True] * 3, err
        assert server.texts == ["One.", "Two.", "Three."]
        assert posted(server) == server.count("post") == 3

    @pytest.mark.soak
    @pytest.mark.usefixtures("engine")
    def test_of_thirty_threads_killed_at_any_moment_none_is_lost_and_none_is_there_twice(self, server, home):
        permit(server, home)
        server.latency_s = 0.02
        dice, kills, words = random.Random(7), 0, []  # noqa: S311 - moments, not secrets
        while kills < 30:
            parts = [f"{word} of {len(words)}." for word in ("One", "Two", "Three")]
            words += parts
            dying = self.start(server, home, parts=parts)
            while kills < 30 and kill_after(dying, server.calls, dice.randint(1, 4), dice.random() / 25):
                kills += 1
                dying = self.start(server, home, parts=parts)
            out, err = dying.communicate(60)
            assert len(json.loads(out)) == 3, err
        assert sorted(server.texts) == sorted(words)
        assert server.count("post") == len(words)

    @pytest.mark.usefixtures("engine")
    def test_two_at_once_are_one_thread(self, server, home):
        permit(server, home)
        server.latency_s = 0.05
        with self.start(server, home) as one, self.start(server, home) as other:
            outs = [json.loads(program.communicate(60)[0]) for program in (one, other)]
        assert [part[:2] for part in outs[0]] == [part[:2] for part in outs[1]]
        assert server.texts == ["One.", "Two.", "Three."]


async def test_no_secret_is_ever_seen(server, home, open_desk, store, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    permit(server, home)
    said: list[str] = []
    async with open_desk() as desk:
        server.fail(Fault(drop="after"), path=POSTS)
        await desk.publish("One.", "Two.")
        for fault in (Fault(status=403, body=json.dumps({"detail": f"token {server.key}"})), Fault(status=400)):
            server.fail(fault, path=POSTS)
            with pytest.raises(AutomagicError) as told:
                await desk.publish(f"Three {fault.status}.")
            said += [repr(told.value), told.value.message, told.value.hint]
        server.withdraw()
        with pytest.raises(ConfigurationError) as told:
            await desk.publish("Four.")
        said += [told.value.message, told.value.hint, repr(desk.account), repr(desk.line.events), repr(desk.rows())]
    seen = "\n".join([*said, caplog.text, *capfd.readouterr()]).encode()
    for path in home.rglob("*"):
        if path.is_file() and path.parent.name != "x":
            seen += path.read_bytes()
    assert len(server.secrets) > 2
    for secret in server.secrets:
        assert secret.encode() not in seen
    for call in server.calls:  # not in an address either
        assert not any(secret in json.dumps(call.query) for secret in server.secrets)
