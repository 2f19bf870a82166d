"""Accounts of Mastodon, read over the network from their instance."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from automagic.destinations.shared.network import NetworkAccess
from automagic.errors import ConfigurationError, RequestError
from automagic.gate.prices import Prices
from automagic.sources.posts.accounts.mastodon import READER, find_page
from automagic.sources.posts.accounts.shared import find_account, read_account
from tests.support.processes.python_programs import run_command
from tests.support.servers.base import Fault
from tests.support.servers.mastodon import MastodonServer, Media
from tests.support.texts.post_archives import texts
from tests.support.vendors.mastodon_account import keep_jane
from tests.support.vendors.open_gate import open_line

BEGUN = datetime(2026, 5, 1, 8, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[MastodonServer]:
    with MastodonServer() as server:
        yield server


@pytest.fixture
async def access(store) -> AsyncIterator[NetworkAccess]:
    async with open_line(store) as line:
        yield NetworkAccess(line.http, line.gate, Prices("", {}), store.engine, line.gate.settings)


def fill(server: MastodonServer, count: int) -> None:
    for number, text in enumerate(texts(count)):
        server.write(text, created_at=BEGUN + timedelta(hours=number), language="en")


def jane(server: MastodonServer) -> str:
    return f"mastodon:@jane@127.0.0.1:{server.port}"


def pages(server: MastodonServer) -> list[dict[str, Any]]:
    """What was asked of each page."""
    return [call.query for call in server.calls if call.path.endswith("/statuses")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("mastodon:@jane@example.social", "jane@example.social"),
        ("mastodon:jane@example.social", "jane@example.social"),
        ("https://example.social/@jane", "jane@example.social"),
        ("https://example.social/users/jane/", "jane@example.social"),
    ],
)
def test_an_account_is_named_by_its_handle_or_by_its_page(text, name):
    assert find_account(text) == (READER, name)


@pytest.mark.parametrize(
    "url", ["https://example.social/@jane/114", "https://example.social/about", "ftp://a.example/@b"]
)
def test_what_is_no_page_of_an_account(url):
    assert find_page(url) == ""


async def test_all_posts_are_read_page_by_page_without_reposts(server, access):
    fill(server, 100)
    server.write("", reblog_of="999")
    server.write("", media=[Media("1", "image/png", b"", "")])
    server.write("Yes.", reply_to="999")
    last = server.write("A & B:\n\n@joe@other.example, see https://example.org/a/long/address/of/a/page #bees")
    server.write("I go on.", reply_to=last.id)
    server.write("For friends.", visibility="private")
    export = await read_account(jane(server), access)
    assert [post.text for post in export.posts[2:]] == ["Yes.", *reversed(texts(100))]
    assert export.posts[1].text == "A & B:\n\n@joe, see https://example.org/a/long/address/of/a/page #bees"
    assert [(post.text, post.kind) for post in (export.posts[0], export.posts[2])] == [
        ("I go on.", "post"),
        ("Yes.", "reply"),
    ]
    oldest = export.posts[-1]
    assert oldest.id == f"https://example.social/users/jane/statuses/{next(iter(server.statuses))}"
    assert (oldest.created_at, oldest.language, oldest.likes, oldest.reposts) == (BEGUN, "en", 2, 1)
    assert export.accounts == {"mastodon:jane@example.social"}
    assert export.left_out == {"without words": 1}
    assert len(pages(server)) == 4  # the last one is empty


async def test_only_what_is_new_is_asked_for(server, access):
    fill(server, 60)
    known = {post.id for post in (await read_account(jane(server), access)).posts}
    newest = list(server.statuses)[-1]
    server.write("New.")
    before = len(pages(server))
    export = await read_account(jane(server), access, known)
    assert [post.text for post in export.posts] == ["New."]
    assert {one["since_id"] for one in pages(server)[before:]} == {newest}


async def test_an_instance_that_stumbles_is_asked_again(server, access):
    fill(server, 30)
    server.fail(Fault(status=429), path="/statuses")
    server.fail(Fault(status=502), path="/statuses")
    server.fail(Fault(drop="after"), path="/statuses")
    assert len((await read_account(jane(server), access)).posts) == 30


async def test_a_closed_instance_is_read_with_the_sign_in(server, access, home):
    fill(server, 30)
    server.write("For friends.", visibility="private")
    server.closed = True
    with pytest.raises(ConfigurationError, match="only to who has signed in") as told:
        await read_account(jane(server), access)
    assert "automagic posts accounts add mastodon" in told.value.hint
    keep_jane(server, home)
    export = await read_account("mastodon:@jane@example.social", access)
    assert (len(export.posts), export.left_out) == (30, {"not public": 1})


async def test_names_may_be_of_another_domain_than_the_instance(server, access):
    fill(server, 3)
    with MastodonServer() as domain:
        domain.elsewhere = server.url
        assert len((await read_account(jane(domain), access)).posts) == 3


async def test_a_wrong_name_is_explained(server, access):
    with pytest.raises(RequestError, match="there is no account joe"):
        await read_account(f"mastodon:joe@127.0.0.1:{server.port}", access)
    with pytest.raises(RequestError, match="names an instance, not an account"):
        await read_account("mastodon:example.social", access)
    with pytest.raises(RequestError, match="not an account or an instance"):
        await read_account("mastodon:@jane", access)
    server.elsewhere = "https://example.com/@"
    with pytest.raises(RequestError, match="is not an instance of Mastodon"):
        await read_account(f"mastodon:joe@127.0.0.1:{server.port}", access)


def test_an_account_is_learned_by_command_and_later_what_is_new(server, tmp_path):
    fill(server, 40)

    def run(*arguments: str) -> dict[str, Any]:
        environment = {"AUTOMAGIC_HOME": str(tmp_path / "home")}
        ended = run_command(*arguments, "--json", cwd=tmp_path, environment=environment)
        assert ended.code == 0, ended.err + ended.out
        found: dict[str, Any] = json.loads(ended.out)
        return found

    first = run("posts", "learn", jane(server), "--author", "jane", "--mine")
    assert (first["new"], first["accounts"]) == (40, ["mastodon:jane@example.social"])
    server.write("New, and it rains.")
    assert run("posts", "learn", jane(server), "--author", "jane")["new"] == 1
