"""Each post is on Mastodon once, as it was written, whatever is lost, refused or killed on the way."""

from __future__ import annotations

import contextlib
import hashlib
import json
import random
import signal
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from automagic.destinations.mastodon import DESTINATION
from automagic.destinations.mastodon.address import allow_for, parse_place
from automagic.destinations.mastodon.instance import InstanceLimits, limits_from_facts, limits_to_facts, read_limits
from automagic.destinations.mastodon.network import Mastodon
from automagic.destinations.shared.kept_accounts import find_account, list_accounts
from automagic.destinations.shared.network import (
    Attachment,
    LinkCard,
    NetworkAccess,
    NetworkAccount,
    Partly,
    PostThread,
    PublishedPart,
)
from automagic.errors import (
    AutomagicError,
    ConfigurationError,
    RequestError,
    Retryable,
    VendorError,
)
from automagic.gate.prices import load_prices
from automagic.settings import Settings
from automagic.values.secret import Secret
from tests.support.places import PROGRAMS
from tests.support.processes.killing import kill_after
from tests.support.processes.python_programs import Program, start
from tests.support.servers.base import Fault
from tests.support.servers.mastodon import SCOPES, ApiError, MastodonServer
from tests.support.servers.pictures import draw_picture
from tests.support.vendors.mastodon_account import keep_jane
from tests.support.vendors.open_gate import open_line

WRITTEN = datetime(2026, 1, 31, tzinfo=UTC)
LINK = "https://example.org/a/rather/long/address/of/a/page?of=honey"
TEXT = f"Bees dance & tell: #honey is at {LINK}\n\n@joe@other.example, look!"
THREAD = PostThread("run-1", ("One.", "Two.", "Three."), WRITTEN, "en-GB")


@pytest.fixture
def server() -> Iterator[MastodonServer]:
    with MastodonServer() as server:
        yield server


@dataclass
class Desk:
    """A signed-in account, and what it takes to publish there."""

    network: Mastodon
    access: NetworkAccess
    account: NetworkAccount

    async def publish(self, thread: PostThread) -> list[PublishedPart]:
        return list(await self.network.publish(self.account, thread))


OpenDesk = Callable[..., Any]


@pytest.fixture
async def open_desk(server, home, store) -> AsyncIterator[OpenDesk]:
    keep_jane(server, home)
    async with contextlib.AsyncExitStack() as stack:

        async def open_one(**settings: Any) -> Desk:
            line = await stack.enter_async_context(open_line(store, **settings))
            access = NetworkAccess(line.http, line.gate, load_prices(), store.engine, Settings(automagic_home=home))
            network = Mastodon("", access, pause_s=0.01)
            return Desk(network, access, await network.open())

        yield open_one


@pytest.fixture
async def desk(open_desk) -> Desk:
    found = await open_desk()
    assert isinstance(found, Desk)
    return found


def post(text: str = TEXT, **facts: Any) -> PostThread:
    return PostThread("run-1", (text,), WRITTEN, "en", **facts)


def picture(folder: Path, name: str = "bee.png", *, alt: str = "A bee on a flower") -> Attachment:
    data = draw_picture(name, 40, 30, "PNG")
    (folder / name).write_bytes(data)
    return Attachment(folder / name, "image/png", hashlib.sha256(data).hexdigest(), alt, 40, 30)


def video(folder: Path) -> Attachment:
    data = b"\0\0\0\x18ftypisom" + b"film" * 1000
    (folder / "film.mp4").write_bytes(data)
    return Attachment(folder / "film.mp4", "video/mp4", hashlib.sha256(data).hexdigest(), "Bees", 1080, 1920, 12.0)


def posted(server: MastodonServer) -> list[dict[str, Any]]:
    """The bodies of all requests to post."""
    return [call.json for call in server.calls if (call.method, call.path) == ("POST", "/api/v1/statuses")]


# ---------------------------------------------------------------------------------------------------- publishing


async def test_a_post_is_there_to_the_letter(desk, server):
    (part,) = await desk.publish(post())
    (made,) = server.statuses.values()
    assert made.text == TEXT
    assert (made.visibility, made.language) == ("public", "en")
    assert part == PublishedPart(1, made.id, f"https://example.social/@jane/{made.id}", new=True)


async def test_what_is_there_is_not_posted_again(desk, open_desk, server):
    first = await desk.publish(THREAD)
    again = await (await open_desk()).publish(replace(THREAD, run_id="run-2", written_at=datetime.now(UTC)))
    assert [one.remote_id for one in again] == [one.remote_id for one in first]
    assert not any(one.new for one in again)
    assert server.texts() == ["One.", "Two.", "Three."]
    await desk.publish(replace(THREAD, variant=2))
    assert len(server.texts()) == 6


async def test_each_part_of_a_thread_answers_the_one_before(desk, server):
    parts = await desk.publish(THREAD)
    ids = [one.remote_id for one in parts]
    assert [one.reply_to for one in server.statuses.values()] == ["", ids[0], ids[1]]
    assert {one.language for one in server.statuses.values()} == {"en"}
    assert [call.estimate_usd for call in desk.network.calls(desk.account, THREAD)] == [0, 0, 0]
    keys = {call.headers["idempotency-key"] for call in server.calls if call.method == "POST"}
    assert len(keys) == 3


async def test_pictures_are_attached_in_order_with_what_they_show(desk, server, tmp_path):
    pictures = (picture(tmp_path), picture(tmp_path, "hive.png", alt="A hive"))
    await desk.publish(post(attachments=pictures))
    (made,) = server.statuses.values()
    assert [one.description for one in made.media] == ["A bee on a flower", "A hive"]
    assert [one.data for one in made.media] == [one.path.read_bytes() for one in pictures]


async def test_a_video_is_posted_when_the_instance_is_ready_with_it(desk, server, tmp_path):
    server.processing = 3
    told: list[float] = []
    network = Mastodon("", replace(desk.access, progress=told.append), pause_s=0.01)
    await network.publish(desk.account, post(attachments=(video(tmp_path),)))
    (made,) = server.statuses.values()
    assert made.media[0].type == "video/mp4"
    assert sum(call.path.startswith("/api/v1/media/") for call in server.calls) == 4
    assert told == [0]


async def test_a_video_that_the_instance_cannot_read_is_not_posted(desk, server, tmp_path):
    server.processing, server.broken_media = 1, True
    with pytest.raises(RequestError, match="Error processing thumbnail"):
        await desk.publish(post(attachments=(video(tmp_path),)))
    assert server.texts() == []


async def test_an_upload_whose_answer_is_lost_is_made_again(desk, server, tmp_path):
    server.fail(Fault(drop="after"), path="/api/v2/media")
    await desk.publish(post(attachments=(picture(tmp_path),)))
    assert (len(server.uploads), len(server.statuses)) == (2, 1)
    assert len(next(iter(server.statuses.values())).media) == 1


async def test_an_upload_is_not_made_again_for_a_post_that_is_refused_for_now(desk, server, tmp_path):
    server.fail(Fault(status=503), path="/api/v1/statuses")
    await desk.publish(post(attachments=(picture(tmp_path),)))
    assert (len(server.uploads), len(server.statuses)) == (1, 1)


async def test_a_card_that_nobody_will_see_is_said(desk):
    card = LinkCard("https://example.com", "Example")
    (part,) = await desk.publish(post("No link here.", card=card))
    assert part.notices == ("Mastodon shows a page below a post only where its text has the link: https://example.com",)
    (part,) = await desk.publish(post("See https://example.com", card=card))
    assert part.notices == ()


# ------------------------------------------------------------------------------------ lost, refused, killed, twice


@pytest.mark.parametrize(
    "fault",
    [
        Fault(drop="after"),
        Fault(drop="before"),
        Fault(truncate=True),
        Fault(malformed="<html>"),
        Fault(malformed="{}"),
        Fault(status=502),
        Fault(status=504),
    ],
    ids=repr,
)
async def test_a_lost_answer_makes_no_second_post(desk, server, fault):
    server.fail(fault, path="/api/v1/statuses")
    await desk.publish(THREAD)
    assert server.texts() == ["One.", "Two.", "Three."]
    assert server.statuses_made == 3


@pytest.mark.parametrize("status", [500, 503])
async def test_a_failure_after_the_post_was_made_is_seen(desk, server, status):
    server.break_after(status, times=3)
    await desk.publish(THREAD)
    assert server.texts() == ["One.", "Two.", "Three."]
    assert server.statuses_made == 3


async def test_what_was_lost_is_found_when_its_key_has_been_forgotten(desk, open_desk, server):
    """It was posted, nobody heard of it, and the instance could not be asked: the next day it is looked for first."""
    server.write("One.")  # the same text, from long ago

    def go_down(request: web.Request) -> None:
        if server.statuses_made and request.path.endswith("109/statuses"):
            raise ApiError(502, "Bad Gateway")

    server.on_request = go_down
    server.fail(Fault(drop="after"), path="/api/v1/statuses")
    one = replace(THREAD, parts=("One.",))
    with pytest.raises(VendorError, match="502"):
        await desk.publish(one)
    assert server.statuses_made == 1
    server.on_request = lambda _request: None
    server.forget_keys()
    server.write("Something else, by hand.")
    (part,) = await (await open_desk()).publish(one)
    assert server.texts() == ["One.", "One.", "Something else, by hand."]
    assert part.remote_id == list(server.statuses)[1]


async def test_the_same_text_elsewhere_in_a_thread_is_not_taken_for_the_lost_one(desk, server):
    server.fail(Fault(drop="before"), path="/api/v1/statuses")
    await desk.publish(replace(THREAD, parts=("Again.", "Again.", "Again.")))
    assert server.texts() == ["Again."] * 3
    assert len({one.reply_to for one in server.statuses.values()}) == 3


async def test_an_instance_that_has_enough_for_now_is_asked_again(desk, server):
    server.fail(Fault(status=429), path="/api/v1/statuses")  # it does not say until when
    await desk.publish(post())
    assert server.texts() == [TEXT]


async def test_an_instance_that_has_enough_for_long_is_left_alone(desk, server):
    until = datetime.now(UTC).replace(year=datetime.now(UTC).year + 1).isoformat().replace("+00:00", "Z")
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": until}
    server.fail(Fault(status=429, headers=headers), path="/api/v1/statuses")
    with pytest.raises(Retryable, match="Too many requests") as told:
        await desk.publish(post())
    assert "minutes" in told.value.hint
    assert len(posted(server)) == 1


async def test_a_token_that_ends_in_the_middle_of_a_thread_leaves_what_goes_on_later(desk, open_desk, server):
    def end(_request: web.Request) -> None:
        if server.statuses_made == 1:
            server.expire_tokens()

    server.on_request = end
    with pytest.raises(Partly, match=r"1 of 3 posts of the thread are published; .*does not take the sign-in") as told:
        await desk.publish(THREAD)
    assert told.value.exit_code == ConfigurationError.exit_code
    assert "automagic posts accounts add mastodon:@jane@example.social" in told.value.hint
    server.on_request = lambda _request: None
    server.tokens[server.key] = SCOPES
    parts = await (await open_desk()).publish(THREAD)
    assert [one.new for one in parts] == [False, True, True]
    assert server.texts() == ["One.", "Two.", "Three."]


async def test_a_thread_whose_last_post_was_deleted_by_hand_says_so(desk, server):
    def delete(request: web.Request) -> None:
        if request.method == "POST":
            server.statuses.clear()

    server.on_request = delete
    with pytest.raises(Partly, match="does not appear to exist"):
        await desk.publish(THREAD)


async def test_a_permission_that_is_missing_is_named(desk, server):
    server.tokens[server.key] = "read:accounts read:statuses"
    with pytest.raises(ConfigurationError, match="does not permit") as told:
        await desk.publish(post())
    assert "write:statuses" in told.value.hint


async def test_what_the_instance_refuses_is_said_in_its_words(desk, server):
    server.configuration["statuses"] = {**server.configuration["statuses"], "max_characters": 20}
    with pytest.raises(RequestError, match="does not take it: Text character limit of 20 exceeded"):
        await desk.publish(post())
    server.configuration["statuses"]["max_characters"] = 500
    await desk.publish(post())  # a refusal leaves nothing in doubt
    assert server.texts() == [TEXT]


def publisher(home: Path, *arguments: str) -> Program:
    return start(str(PROGRAMS / "thread_publisher.py"), str(home), "mastodon", *arguments)


def result_of(program: Program) -> dict[str, Any]:
    out, err = program.communicate(60)
    assert program.returncode == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.mark.parametrize("moment", ["claimed", "reserved", "about to call", "answered", "stored", "delivered"])
def test_a_killed_process_makes_no_second_post_and_loses_none(server, home, engine, moment):
    keep_jane(server, home)
    for _ in range(2):  # a thread can be killed as often as it likes
        killed = publisher(home, *THREAD.parts, "--die", moment)
        killed.communicate(60)
        assert killed.returncode == -signal.SIGKILL
    server.forget_keys()
    result = result_of(publisher(home, *THREAD.parts))
    assert server.texts() == ["One.", "Two.", "Three."]
    assert result["ids"] == list(server.statuses)
    assert server.statuses_made == 3


def test_two_processes_at_once_make_one_thread(server, home, engine):
    keep_jane(server, home)
    server.latency_s = 0.05
    both = [publisher(home, *THREAD.parts) for _ in range(2)]
    first, second = (result_of(one) for one in both)
    assert server.texts() == ["One.", "Two.", "Three."]
    assert first["ids"] == second["ids"] == list(server.statuses)
    assert [sum(pair) for pair in zip(first["new"], second["new"], strict=True)] == [1, 1, 1]


# ------------------------------------------------------------------------------------------ refused before sending


async def test_the_length_is_that_of_the_instance(server, open_desk):
    server.configuration["statuses"] = {
        "max_characters": 60,
        "characters_reserved_per_url": 10,
        "max_media_attachments": 1,
    }
    desk = await open_desk()
    assert (desk.account.limits.limit, desk.account.limits.link_length) == (60, 10)
    link = "https://example.org/" + "a" * 200
    await desk.publish(post("x" * 49 + " " + link))
    asked = len(server.calls)
    with pytest.raises(RequestError, match=r"post 2 of the thread is too long for 127\..*: 61 of 60 characters"):
        await desk.publish(replace(THREAD, parts=("One.", "x" * 50 + " " + link)))
    assert len(server.calls) == asked


async def test_what_an_instance_does_not_take_is_not_sent(desk, server, tmp_path):
    one = picture(tmp_path)
    (tmp_path / "large.png").write_bytes(b"x" * 17_000_000)
    cases = (
        ((replace(one, alt="x" * 1501),), "1,501 of 1,500 characters"),
        ((replace(one, media_type="image/tiff"),), "image/tiff, which"),
        ((replace(one, path=tmp_path / "large.png"),), r"17\.0 of 16\.8 MB"),
        ((replace(one, path=tmp_path / "gone.png"),), "gone.png is not there"),
        ((replace(one, width=8000, height=8000),), "8000x8000"),
        ((one,) * 5, "5 attachments are too many"),
        ((one, video(tmp_path)), "one video in a post"),
    )
    for attachments, told in cases:
        with pytest.raises(RequestError, match=told):
            await desk.publish(post(attachments=attachments))
    with pytest.raises(RequestError, match="empty"):
        await desk.publish(post(" \n"))
    assert not [call for call in server.calls if call.method == "POST"]
    await desk.publish(post("", attachments=(one,)))  # a picture needs no words


# ------------------------------------------------------------------------------------------ taking back, correcting


async def test_a_post_is_taken_back_once_and_for_all(desk, open_desk, server):
    (part,) = await desk.publish(post())
    await desk.network.delete(desk.account, part.remote_id)
    assert server.texts() == []
    await desk.network.delete(desk.account, part.remote_id)
    by_hand = server.write("By hand.")
    del server.statuses[by_hand.id]
    await (await open_desk()).network.delete(desk.account, by_hand.id)  # it is gone already
    with pytest.raises(RequestError, match="not a valid id"):
        await desk.network.delete(desk.account, "../accounts")


@pytest.mark.parametrize("fault", [Fault(drop="after"), Fault(drop="before"), Fault(status=500)], ids=repr)
async def test_a_deletion_whose_answer_is_lost_is_done(desk, server, fault):
    (part,) = await desk.publish(post())
    server.fail(fault, path=f"/api/v1/statuses/{part.remote_id}")
    await desk.network.delete(desk.account, part.remote_id)
    assert server.texts() == []


async def test_a_correction_changes_the_text_and_nothing_else(desk, server, tmp_path):
    (part,) = await desk.publish(post(attachments=(picture(tmp_path),)))
    made = server.statuses[part.remote_id]
    made.spoiler, made.sensitive = "Bees", True
    corrected = await desk.network.correct(desk.account, part.remote_id, "Bees dance.")
    assert corrected == PublishedPart(1, made.id, part.url, new=True)
    assert (made.text, made.spoiler, made.sensitive, made.language) == ("Bees dance.", "Bees", True, "en")
    assert [one.description for one in made.media] == ["A bee on a flower"]
    assert not (await desk.network.correct(desk.account, part.remote_id, "Bees dance.")).new
    for text in (TEXT, "Bees dance."):  # there and back again
        assert (await desk.network.correct(desk.account, part.remote_id, text)).new
        assert made.text == text


async def test_a_correction_whose_answer_is_lost_is_seen(desk, server):
    (part,) = await desk.publish(post())
    server.fail(Fault(), path=part.remote_id, times=2)  # what it is now is asked first
    server.fail(Fault(truncate=True), path=part.remote_id)
    assert (await desk.network.correct(desk.account, part.remote_id, "Bees dance.")).remote_id == part.remote_id
    assert sum(call.method == "PUT" for call in server.calls) == 1
    assert server.texts() == ["Bees dance."]


async def test_a_correction_that_is_too_long_is_refused(desk, server):
    (part,) = await desk.publish(post())
    with pytest.raises(RequestError, match="501 of 500"):
        await desk.network.correct(desk.account, part.remote_id, "x" * 501)


# --------------------------------------------------------------------------------------------------- signing in


@dataclass
class Person:
    """Answers in order, and opens the pages that are shown with a browser of their own."""

    answers: list[str]
    shown: list[str] = field(default_factory=list)
    code: str = ""

    def show(self, text: str) -> None:
        self.shown.append(text)
        with urllib.request.urlopen(text[text.index("http") :]) as page:  # noqa: S310 - of the test server
            body = page.read().decode()
        self.code = body.partition("value='")[2].partition("'")[0]

    def ask(self, question: str) -> str:
        del question
        return self.answers.pop(0)

    def ask_secret(self, question: str) -> Secret:
        if question.startswith("The code"):
            return Secret(self.code)
        return Secret(self.answers.pop(0))


@pytest.fixture
async def access(home, store) -> AsyncIterator[NetworkAccess]:
    async with open_line(store) as line:
        yield NetworkAccess(line.http, line.gate, load_prices(), store.engine, Settings(automagic_home=home))


async def test_a_token_of_ones_own_signs_in(access, server, home):
    account = await Mastodon("", access).sign_in(Person([server.url, server.key]))
    assert (account.id, account.name) == ("109@example.social", "@jane@example.social")
    assert account.url == "https://example.social/@jane"
    assert account.limits.limit == 500
    kept = find_account(home, "mastodon", "@jane@example.social")
    assert kept.facts["server"] == server.url
    await Mastodon("", access).sign_out()
    assert list_accounts(home, "mastodon") == []
    assert server.key in server.tokens  # it is the person's own


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("here", ["", "n"])
async def test_the_browser_signs_in_with_the_least_that_is_needed(access, server, home, here, old):
    server.old = old
    person = Person([server.url, "", here])
    await Mastodon("", access).sign_in(person)
    (token,) = server.tokens.keys() - {server.key}
    assert server.tokens[token] == SCOPES
    assert ("code_challenge=" in person.shown[0]) is not old
    network = Mastodon("", access, pause_s=0.01)
    await network.publish(await network.open(), post())
    assert server.texts() == [TEXT]
    await network.sign_out()
    assert token not in server.tokens
    with pytest.raises(ConfigurationError, match="nobody has signed in at mastodon"):
        await network.open()


async def test_who_does_not_agree_is_not_signed_in(access, server, home):
    server.consent = False
    with pytest.raises(ConfigurationError, match="did not give permission: access_denied"):
        await Mastodon("", access).sign_in(Person([server.url, "", ""]))
    assert list_accounts(home, "mastodon") == []


async def test_a_token_that_is_wrong_or_anothers_is_not_kept(access, server, home):
    with pytest.raises(ConfigurationError, match="does not take that token"):
        await Mastodon("", access).sign_in(Person([server.url, "wrong"]))
    with pytest.raises(ConfigurationError, match=r"that is the account @jane@example\.social, not @joe"):
        await Mastodon(f"@joe@127.0.0.1:{server.port}", access).sign_in(Person([server.key]))
    assert list_accounts(home, "mastodon") == []


async def test_an_account_that_is_not_taken_any_more_says_what_to_do(desk, server):
    server.expire_tokens()
    with pytest.raises(ConfigurationError, match=r"does not take the sign-in of @jane@example\.social") as told:
        await desk.network.open()
    assert "automagic posts accounts add mastodon:@jane@example.social" in told.value.hint


async def test_new_limits_of_the_instance_are_kept(desk, server, home):
    server.configuration["statuses"]["max_characters"] = 5000
    assert (await desk.network.open()).limits.limit == 5000
    assert limits_from_facts(find_account(home, "mastodon", "").facts).characters == 5000


async def test_an_instance_that_stumbles_at_the_sign_in_is_asked_again(desk, server):
    server.fail(Fault(status=503), path="verify_credentials")
    server.fail(Fault(drop="before"), path="/api/v2/instance")
    assert (await desk.network.open()).name == "@jane@example.social"


async def test_what_is_no_instance_is_said(access, server):
    with pytest.raises(RequestError, match="is not an instance of Mastodon"):
        server.fail(Fault(status=404), path="/instance", times=2)
        await Mastodon("", access).sign_in(Person([server.url, server.key]))


async def test_a_token_is_never_shown(desk, server, home, caplog, capsys):
    """Servers repeat what they refuse."""
    caplog.set_level(0)
    told: list[AutomagicError] = []
    for status in (400, 403, 422, 500, 503):
        body = json.dumps({"error": f"Bearer {server.key} is no good, {server.key}!"})
        server.fail(Fault(status=status, body=body), path="/api/v1/statuses", times=9)
        with pytest.raises(AutomagicError) as raised:
            await desk.publish(post(f"Text {status}"))
        told.append(raised.value)
        server.recover()
    shown = "".join(f"{one} {one.hint} {one!r}" for one in told) + caplog.text + "".join(capsys.readouterr())
    assert server.key not in shown
    assert "no good" in shown
    assert server.key not in repr(find_account(home, "mastodon", ""))
    stored = [path.read_bytes() for path in home.rglob("*") if path.is_file() and "accounts" not in path.parts]
    assert not any(server.key.encode() in one for one in stored)


# ------------------------------------------------------------------------------------------------ names and limits


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", ""),
        ("@Jane@Example.Social", "@Jane@example.social"),
        ("jane@example.social", "@jane@example.social"),
        ("https://example.social/@jane", "@jane@example.social"),
        ("https://example.social/users/jane/", "@jane@example.social"),
        ("example.social", "https://example.social"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example"),
        ("localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("https://[::1]:3000", "https://[::1]:3000"),
    ],
)
def test_an_account_or_an_instance_is_named(text: str, place: str) -> None:
    assert DESTINATION.parse_place(text) == place


@pytest.mark.parametrize(
    "text",
    [
        "http://example.social",
        "https://jane:secret@example.social",
        "@jane",
        "a b",
        "https://example.social/about",
        "@@",
    ],
)
def test_what_names_neither_is_refused(text: str) -> None:
    with pytest.raises(RequestError):
        parse_place(text)


def test_a_private_address_is_connected_to_only_where_it_is_named() -> None:
    def may(server: str, address: str) -> bool:
        return allow_for(server)(ip_address(address))

    assert may("https://example.social", "93.184.216.34")
    assert not may("https://example.social", "127.0.0.1")
    assert not may("https://example.social", "10.0.0.5")
    assert may("https://10.0.0.5", "10.0.0.5")
    assert not may("https://10.0.0.5", "10.0.0.6")
    assert may("http://localhost:3000", "127.0.0.1")
    assert not may("http://localhost:3000", "10.0.0.5")
    assert allow_for("https://10.0.0.5") is allow_for("https://10.0.0.5:8443")


async def test_a_name_that_leads_into_a_private_network_is_not_followed(access, monkeypatch):
    async def resolve(_self: object, host: str, port: int = 0, family: Any = 0) -> list[dict[str, Any]]:
        return [{"hostname": host, "host": "10.0.0.5", "port": port, "family": family, "proto": 0, "flags": 0}]

    monkeypatch.setattr(aiohttp.ThreadedResolver, "resolve", resolve)
    with pytest.raises(RequestError, match="not on the public internet"):
        await Mastodon("example.social", access).sign_in(Person([]))


def test_limits_that_are_missing_or_odd_are_as_usual() -> None:
    assert read_limits({}) == InstanceLimits()
    assert read_limits({"configuration": {"statuses": {"max_characters": "many"}}}).characters == 500
    assert read_limits({"configuration": {"statuses": {"max_characters": -1}}}).characters == 500
    assert read_limits({"configuration": None, "max_toot_chars": 5000}).characters == 5000
    odd = read_limits({"configuration": {"media_attachments": {"supported_mime_types": ["image/png", 3]}}})
    assert limits_from_facts(limits_to_facts(odd)) == odd
    assert limits_from_facts({}) == InstanceLimits()


@pytest.mark.soak
def test_threads_that_are_killed_at_any_moment_are_whole_in_the_end(server, home, engine):
    keep_jane(server, home)
    server.latency_s = 0.02
    dice, kills, texts = random.Random(7), 0, []  # noqa: S311 - moments, not secrets
    while kills < 30:
        parts = [f"Thread {len(texts)}, part {part}." for part in range(1, 5)]
        texts += parts
        while kills < 30 and kill_after(publisher(home, *parts), server.calls, dice.randint(1, 12), dice.random() / 25):
            kills += 1
            if dice.random() < 0.5:
                server.forget_keys()
        result_of(publisher(home, *parts))
    assert sorted(server.texts()) == sorted(texts)
    assert server.statuses_made == len(texts)
