"""An account of X, read by its owner: what it costs is said before, and nothing is bought twice."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from decimal import Decimal

import pytest

from automagic.errors import BudgetError, ConfigurationError, RequestError
from automagic.sources.posts.accounts.shared import find_account, read_account
from automagic.sources.posts.accounts.x import READER, find_page
from tests.support.processes.python_programs import run_command
from tests.support.servers.base import Fault
from tests.support.servers.x import XServer
from tests.support.texts.post_archives import texts
from tests.support.vendors.open_gate import open_line
from tests.support.vendors.x_account import access_to, permit, settings_for

DAY_S = 86_400


@pytest.fixture
def server() -> Iterator[XServer]:
    with XServer() as server:
        yield server


@pytest.fixture
def read(server, store, home):
    async def read_it(name: str = "x:@jane", known=(), max_cost: str | None = "1", **options):
        cost = None if max_cost is None else Decimal(max_cost)
        async with open_line(store, max_cost_usd=cost, of_plugins=settings_for(server), **options) as line:
            return await read_account(name, access_to(line.gate, line.http, line.gate.settings), known)

    permit(server, home)
    return read_it


def fill(server: XServer, count: int) -> None:
    begin = time.time() - 100 * DAY_S
    for number, text in enumerate(texts(count)):
        server.add_post(text, at_s=begin + 3600 * number)


def test_an_account_is_named_or_its_page_is():
    assert find_account("x:@jane") == (READER, "jane")
    for page in ("https://x.com/jane", "https://twitter.com/jane/", "https://mobile.twitter.com/jane?lang=en"):
        assert find_account(page) == (READER, "jane")
    assert find_page("https://x.com/jane/status/1") == ""


async def test_posts_are_read_page_by_page_as_readers_see_them(server, read):
    fill(server, 150)
    first = server.add_post("Bees & honey: https://example.com/a", at_s=time.time() - 60)
    server.add_post("It goes on.", reply_to=first.id)
    server.add_post("@ann I think so too.", reply_to="1999999999999999999")
    server.add_post("RT @ann: Mine.")
    server.add_post("w " * 200 + "end")
    server.add_post("Look.", media={"media_ids": ["1"]})
    export = await read()
    newest = export.posts[:5]
    assert [post.text for post in newest] == [
        "Look.",
        "w " * 200 + "end",
        "I think so too.",
        "It goes on.",
        "Bees & honey: https://example.com/a",
    ]
    assert [post.kind for post in newest] == ["post", "post", "reply", "post", "post"]
    assert (newest[0].media, newest[1].media) == (1, 0)
    assert (newest[0].likes, newest[0].reposts, newest[0].replies, newest[0].language) == (3, 2, 1, "en")
    assert len(export.posts) == 155
    assert export.accounts == {"x:jane"}
    assert server.charged == [("read own post", Decimal("0.001"))] * 155


async def test_the_price_is_said_before_anything_is_asked(server, read):
    with pytest.raises(RequestError, match=r"\$0.001 for each post .* \$1 for 1,000") as told:
        await read(max_cost=None)
    assert "archive" in told.value.hint
    assert not server.calls


@pytest.mark.parametrize(("allowed", "count"), [("0.103", 100), ("0.107", 105), ("0.02", 20), ("1", 150)])
async def test_no_more_is_read_than_is_allowed(server, read, allowed, count):
    fill(server, 150)
    assert len((await read(max_cost=allowed)).posts) == count
    assert server.count("read own post") == count


async def test_less_than_a_page_is_not_begun(server, read):
    fill(server, 10)
    with pytest.raises(BudgetError):
        await read(max_cost="0.001")
    assert not server.charged


async def test_only_what_is_new_is_bought(server, read):
    fill(server, 50)
    known = {post.id for post in (await read()).posts} | {"at://did:plc:a/app.bsky.feed.post/3k", "7", "note:12"}
    new = server.add_post("New.")
    export = await read(known=known)
    assert [post.id for post in export.posts] == [new.id]
    assert server.count("read own post") == 51


async def test_a_server_that_stumbles_is_asked_again(server, read):
    fill(server, 30)
    server.fail(Fault(status=503), path="/users/")
    server.fail(Fault(status=429, headers={"x-rate-limit-remaining": "0", "x-rate-limit-reset": "0"}), path="/users/")
    server.fail(Fault(drop="after"), path="/users/")
    assert len((await read()).posts) == 30


async def test_an_account_that_nobody_signed_in_with(read, server, store):
    with pytest.raises(RequestError, match="no account at x is called joe"):
        await read("x:joe")
    (store.folder.parent / "accounts" / "x").rename(store.folder.parent / "accounts" / "y")
    with pytest.raises(ConfigurationError, match="nobody has signed in at x"):
        await read()
    assert not server.calls


def test_an_account_is_learned_by_command_and_forgotten_for_good(server, tmp_path):
    fill(server, 40)
    home = tmp_path / "home"
    home.mkdir()
    permit(server, home)

    def run(*arguments: str, code: int = 0):
        asked = {name: value for name, value in settings_for(server).items() if isinstance(value, str)}
        environment = {"AUTOMAGIC_HOME": str(home), "X_CLIENT_SECRET": server.client_secret, **asked}
        ended = run_command(*arguments, cwd=tmp_path, environment=environment)
        assert ended.code == code, ended.err + ended.out
        return ended

    learn = ("posts", "learn", "x:@jane", "--author", "jane", "--mine")
    assert "--max-cost 1" in run(*learn, code=2).err
    first = json.loads(run(*learn, "--max-cost", "0.5", "--json").out)
    assert (first["new"], first["accounts"]) == (40, ["x:jane"])
    assert server.count("read own post") == 40
    again = json.loads(run(*learn, "--max-cost", "0.5", "--json").out)
    assert again["new"] == 0
    assert server.count("read own post") == 40
    run("posts", "forget", "jane")
    for path in home.rglob("*"):
        if path.is_file() and path.suffix != ".json":
            assert texts(40)[7].encode() not in path.read_bytes(), path
