"""Accounts of Bluesky, read over the network from a server of its protocol."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Iterator

import pytest

from automagic.destinations.shared.network import NetworkAccess
from automagic.errors import RequestError
from automagic.gate.prices import Prices
from automagic.sources.posts.accounts.bluesky import READER, find_page
from automagic.sources.posts.accounts.shared import find_account, is_account, read_account
from tests.support.processes.python_programs import run_command
from tests.support.servers.base import Fault
from tests.support.servers.bluesky import BlueskyServer
from tests.support.texts.post_archives import texts
from tests.support.vendors.open_gate import open_line


@pytest.fixture
def server() -> Iterator[BlueskyServer]:
    with BlueskyServer() as server:
        yield server


@contextlib.asynccontextmanager
async def opened(server: BlueskyServer, store) -> AsyncIterator[NetworkAccess]:
    async with open_line(store, of_plugins={"BLUESKY_BASE_URL": server.url}) as line:
        yield NetworkAccess(line.http, line.gate, Prices("", {}), store.engine, line.gate.settings)


def fill(server: BlueskyServer, count: int, handle: str = "jane.test") -> str:
    did = server.add_account(handle, "pass")
    for number, text in enumerate(texts(count)):
        server.post(did, text, f"2026-05-{1 + number % 28:02}T08:00:00Z", langs=["en"])
    return did


def test_an_account_is_named_by_handle_or_by_its_page():
    assert find_account("bluesky:@jane.test") == (READER, "jane.test")
    assert find_account("https://bsky.app/profile/jane.test") == (READER, "jane.test")
    assert find_page("https://bsky.app/profile/did:plc:abc/") == "did:plc:abc"
    assert find_page("https://bsky.app/profile/jane.test/post/3k") == ""
    assert [is_account(one) for one in ("bluesky:jane.test", "https://a.example", "jane.car", "C:/jane.car")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bluesky:", "bluesky: names no account"),
        ("https://example.com/jane", "not the page of an account"),
    ],
)
def test_what_is_no_account_is_explained(text, said):
    with pytest.raises(RequestError, match=said) as caught:
        find_account(text)
    assert "bluesky:HANDLE" in caught.value.hint


async def test_all_posts_are_read_page_by_page(server, store):
    did = fill(server, 250)
    server.post(did, "", "2026-05-01T08:00:00Z")
    server.post(did, "Yes.", "2026-05-01T08:00:00Z", reply={"parent": {"uri": "at://did:plc:x/y/1"}})
    async with opened(server, store) as access:
        export = await read_account("bluesky:jane.test", access)
    assert [post.text for post in export.posts] == ["Yes.", *reversed(texts(250))]
    assert (export.posts[0].kind, export.posts[1].kind, export.posts[1].language) == ("reply", "post", "en")
    assert export.posts[-1].id == f"at://{did}/app.bsky.feed.post/3k00000000000"
    assert export.accounts == {f"bluesky:{did}"}
    assert export.left_out == {"without words": 1}


async def test_what_is_known_is_not_read_again(server, store):
    did = fill(server, 250)
    async with opened(server, store) as access:
        known = {post.id for post in (await read_account("bluesky:jane.test", access)).posts}
        server.post(did, "New.", "2026-06-01T08:00:00Z")
        before = len(server.calls)
        export = await read_account("bluesky:jane.test", access, known)
    assert export.posts[0].text == "New."
    pages = [call for call in server.calls[before:] if "listRecords" in call.path]
    assert len(pages) == 2  # the second one has nothing new


async def test_a_server_that_stumbles_is_asked_again(server, store):
    fill(server, 40)
    server.fail(Fault(status=429, headers={"ratelimit-remaining": "0", "ratelimit-reset": "0"}), path="listRecords")
    server.fail(Fault(status=502), path="listRecords")
    server.fail(Fault(drop="after"), path="listRecords")
    async with opened(server, store) as access:
        assert len((await read_account("bluesky:jane.test", access)).posts) == 40


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nobody.test", "there is no account nobody.test on Bluesky"),
        ("jane", "'jane' is not a valid handle"),
        ("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "is not on the server that it names"),
    ],
)
async def test_a_wrong_name_is_explained(name, said, server, store):
    async with opened(server, store) as access:
        with pytest.raises(RequestError, match=said):
            await read_account(f"bluesky:{name}", access)


def test_an_account_is_learned_by_command_and_later_what_is_new(server, tmp_path):
    did = fill(server, 40)

    def run(*arguments: str, code: int = 0):
        environment = {"AUTOMAGIC_HOME": str(tmp_path / "home"), "BLUESKY_BASE_URL": server.url}
        ended = run_command(*arguments, cwd=tmp_path, environment=environment)
        assert ended.code == code, ended.err + ended.out
        return ended

    learn = ("posts", "learn", "bluesky:jane.test", "--author", "jane")
    first = json.loads(run(*learn, "--mine", "--json").out)
    assert (first["new"], first["accounts"]) == (40, [f"bluesky:{did}"])
    server.post(did, "New, and it rains.", "2026-06-01T08:00:00Z")
    run("jobs", "add", *learn)
    run("worker", "--drain")
    assert json.loads(run("posts", "profile", "jane", "--json").out)["profile"]["posts"] == 41
    assert "there is no account" in run("posts", "learn", "bluesky:joe.test", "--author", "joe", "--mine", code=2).err
