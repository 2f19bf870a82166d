"""What only Mastodon's own client and a server that we did not write can say: whether we post as it expects."""

from __future__ import annotations

import hashlib
import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from automagic.destinations.mastodon.network import Mastodon
from automagic.destinations.shared.network import Attachment, NetworkAccess, NetworkAccount, PostThread
from automagic.errors import RequestError, Retryable
from automagic.gate.prices import Prices
from automagic.language.posts.mastodon_statuses import idempotency_key
from automagic.settings import Settings
from automagic.sources.posts.accounts.shared import read_account
from automagic.values.secret import Secret
from tests.support.programs.environments import make_venv
from tests.support.servers.mastodon import MastodonServer
from tests.support.servers.pictures import draw_picture
from tests.support.vendors.open_gate import open_line

pytestmark = [pytest.mark.judges, pytest.mark.timeout(3600)]

PACKAGES = ("mastodon-mock==0.6.1", "Mastodon.py==2.3.3")
TOKEN = "mock_token"  # noqa: S105 - of the mock
WRITTEN = datetime(2026, 1, 31, tzinfo=UTC)
TEXT = "Bees dance & tell: #honey\n\nhttps://example.org/a/rather/long/address/of/a/page?of=honey"

CLIENT = """
import json, sys
from mastodon import Mastodon
server, token, method, arguments = sys.argv[1:]
client = Mastodon(api_base_url=server, access_token=token)
if method == "own":
    found = client.account_statuses(client.me(), limit=40)
    found = [{**one, "source": client.status_source(one["id"])["text"]} for one in reversed(found)]
else:
    found = getattr(client, method)(**json.loads(arguments))
print(json.dumps(found, default=str))
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory) -> Path:
    return make_venv(tmp_path_factory.mktemp("venv"), *PACKAGES)


@dataclass
class Judge:
    """A server, and Mastodon.py that is signed in there."""

    python: Path
    url: str
    token: str

    def ask(self, method: str, **arguments: Any) -> Any:
        command = [self.python, "-c", CLIENT, self.url, self.token, method, json.dumps(arguments)]
        return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    def own(self) -> list[dict[str, Any]]:
        """All posts of the account, oldest first, each with its `source`."""
        found: list[dict[str, Any]] = self.ask("own")
        return found

    def fail(self, effect: dict[str, Any], path: str, method: str, count: int = 1) -> None:
        """Let the mock fail as it knows how to."""
        rule = {"match": {"path": path, "methods": [method]}, "effect": effect, "count": count}
        request = urllib.request.Request(  # noqa: S310 - of the mock
            f"{self.url}/api/v1/_mock/faults",
            json.dumps(rule).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"},
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - of the mock
            assert answer.status < 300


@pytest.fixture
def mock(python, tmp_path) -> Iterator[Judge]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve = ("-m", "mastodon_mock", "serve", "--in-memory", "--port", str(port), "--log-level", "warning")
    with (tmp_path / "mock.log").open("wb") as log:
        server = subprocess.Popen([python, *serve], cwd=tmp_path, stdout=log, stderr=log)
        try:
            yield Judge(python, _await_server(f"http://localhost:{port}", server), TOKEN)
        finally:
            server.kill()  # it would wait for answers that never come
            server.wait()


def _await_server(url: str, server: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/api/v2/instance"):  # noqa: S310 - of the mock
                return url
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError("the mock did not start")


class Person:
    """Has a token."""

    def __init__(self, token: str) -> None:
        self.token = token

    def show(self, text: str) -> None:
        raise AssertionError(text)

    def ask(self, question: str) -> str:
        raise AssertionError(question)

    def ask_secret(self, question: str) -> Secret:
        del question
        return Secret(self.token)


@dataclass
class Desk:
    """We, signed in at the mock."""

    network: Mastodon
    access: NetworkAccess
    account: NetworkAccount


@pytest.fixture
async def desk(mock, home, store) -> AsyncIterator[Desk]:
    async with open_line(store) as line:
        access = NetworkAccess(line.http, line.gate, Prices("", {}), store.engine, Settings(automagic_home=home))
        network = Mastodon(mock.url, access, pause_s=0.05)
        account = await network.sign_in(Person(mock.token))
        signed = Mastodon(account.name, access, pause_s=0.05)
        yield Desk(signed, access, await signed.open())


def thread(*parts: str, **facts: Any) -> PostThread:
    return PostThread("run-1", parts, WRITTEN, "en", **facts)


def picture(folder: Path) -> Attachment:
    data = draw_picture("bee", 40, 30, "PNG")
    (folder / "bee.png").write_bytes(data)
    return Attachment(folder / "bee.png", "image/png", hashlib.sha256(data).hexdigest(), "A bee", 40, 30)


async def test_mastodon_py_reads_back_what_we_published(desk, mock, tmp_path):
    parts = await desk.network.publish(desk.account, thread(TEXT, "Two.", attachments=(picture(tmp_path),)))
    first, second = mock.own()
    assert [first["source"], second["source"]] == [TEXT, "Two."]
    assert [str(first["id"]), str(second["id"])] == [one.remote_id for one in parts]
    assert [first["url"], second["url"]] == [one.url for one in parts]
    assert (first["visibility"], first["language"]) == ("public", "en")
    assert str(second["in_reply_to_id"]) == parts[0].remote_id
    assert [one["description"] for one in first["media_attachments"]] == ["A bee"]

    corrected = await desk.network.correct(desk.account, parts[0].remote_id, "Bees dance.")
    assert corrected.new
    first = mock.own()[0]
    assert (first["source"], len(first["media_attachments"])) == ("Bees dance.", 1)
    assert first["edited_at"]

    export = await read_account(f"mastodon:{desk.account.name}", desk.access)
    assert [post.text for post in export.posts] == ["Two.", "Bees dance."]

    for one in reversed(parts):
        await desk.network.delete(desk.account, one.remote_id)
        await desk.network.delete(desk.account, one.remote_id)
    assert mock.own() == []


async def test_our_key_is_the_one_that_makes_a_post_once(desk, mock):
    one = thread("Once.")
    (part,) = await desk.network.publish(desk.account, one)
    key = idempotency_key(f"{desk.account.id}\n{one.content}\n{one.variant}", 1)
    assert str(mock.ask("status_post", status="Once.", idempotency_key=key)["id"]) == part.remote_id
    assert len(mock.own()) == 1


async def test_what_is_too_long_is_not_sent(desk, mock):
    with pytest.raises(RequestError, match="501 of 500 characters"):
        await desk.network.publish(desk.account, thread("x" * 501))
    assert mock.own() == []


@pytest.mark.parametrize(
    "effect",
    [
        {"type": "status", "status": 500},
        {"type": "status", "status": 503},
        {"type": "status", "status": 504},
        {"type": "latency", "delay_ms": 300},
        {"type": "malformed"},
    ],
    ids=lambda effect: "-".join(str(one) for one in effect.values()),
)
async def test_each_failure_that_the_mock_knows_leaves_one_post(desk, mock, effect):
    mock.fail(effect, "/api/v1/statuses", "POST")
    await desk.network.publish(desk.account, thread("One.", "Two."))
    assert [one["source"] for one in mock.own()] == ["One.", "Two."]


async def test_a_limit_that_is_reached_is_said_with_its_end(desk, mock):
    mock.fail({"type": "ratelimit"}, "/api/v1/statuses", "POST")
    with pytest.raises(Retryable, match="Too many requests") as told:
        await desk.network.publish(desk.account, thread("One."))
    assert told.value.hint == "Try again in 5 minutes."
    assert mock.own() == []


async def test_an_answer_that_never_comes_leaves_one_post(desk, mock, home, store):
    mock.fail({"type": "timeout"}, "/api/v1/statuses", "POST")
    async with open_line(store, read_s=1) as line:
        access = NetworkAccess(line.http, line.gate, Prices("", {}), store.engine, Settings(automagic_home=home))
        await Mastodon("", access, pause_s=0.05).publish(desk.account, thread("One."))
    assert [one["source"] for one in mock.own()] == ["One."]


async def test_twice_no_answer_is_said_and_goes_on_later(desk, mock):
    mock.fail({"type": "status", "status": 504}, "/api/v1/statuses", "POST", count=2)
    with pytest.raises(Retryable, match="nothing was done"):
        await desk.network.publish(desk.account, thread("One."))
    await desk.network.publish(desk.account, thread("One."))
    assert [one["source"] for one in mock.own()] == ["One."]


def test_mastodon_py_knows_our_own_server_for_one(python, tmp_path):
    """What the other tests are made against is judged by the client that everybody uses."""
    with MastodonServer() as server:
        judge = Judge(python, server.url, server.key)
        first = judge.ask("status_post", status=TEXT, language="en", idempotency_key="k")
        assert judge.ask("status_post", status=TEXT, idempotency_key="k")["id"] == first["id"]
        reply = judge.ask("status_post", status="Two.", in_reply_to_id=first["id"])
        judge.ask("status_update", id=first["id"], status="Bees dance.")
        one, two = judge.own()
        assert [one["source"], two["source"]] == ["Bees dance.", "Two."]
        assert (two["id"], two["in_reply_to_id"]) == (reply["id"], first["id"])
        server.processing = 1
        file = str(picture(tmp_path).path)
        media = judge.ask("media_post", media_file=file, description="A bee", synchronous=True)
        shown = judge.ask("status_post", status="Three.", media_ids=[media["id"]])
        assert [one["description"] for one in shown["media_attachments"]] == ["A bee"]
        judge.ask("status_delete", id=shown["id"])
        judge.ask("status_delete", id=first["id"])
        assert [one["source"] for one in judge.own()] == ["Two."]
        assert str(judge.ask("account_lookup", acct="jane")["id"]) == "109"
        assert judge.ask("instance_v2")["configuration"]["statuses"]["max_characters"] == 500
