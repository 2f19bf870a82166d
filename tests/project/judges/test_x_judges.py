"""Our X is true when X's own client cannot tell, and our requests are X's when its own models know all of them."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from automagic.destinations.shared.network import Attachment, PostThread
from automagic.sources.posts.accounts.shared import read_account
from tests.support.places import PROGRAMS
from tests.support.programs.environments import call, make_venv
from tests.support.servers.base import CALL, Fault
from tests.support.servers.x import XServer
from tests.support.vendors.open_gate import open_line
from tests.support.vendors.x_account import access_to, network, permit, settings_for

pytestmark = [pytest.mark.judges, pytest.mark.timeout(3600)]


class Recording(XServer):
    """Keeps what was asked and answered."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.recorded: list[dict[str, Any]] = []

    def add_routes(self, app: web.Application) -> None:
        super().add_routes(app)
        app.on_response_prepare.append(self._record)

    async def _record(self, request: web.Request, response: web.StreamResponse) -> None:
        if "/oauth2/" in request.path or not isinstance(response, web.Response) or response.status >= 400:
            return
        if not response.text:  # one that is lost
            return
        asked = request[CALL]
        body = json.loads(asked.body) if asked.body else None
        answer = json.loads(response.text)
        self.recorded.append(
            {"method": asked.method, "path": asked.path, "query": asked.query, "body": body, "answer": answer}
        )


@pytest.fixture
def server() -> Iterator[Recording]:
    with Recording() as server:
        yield server


async def do_all(server: Recording, home: Path, store: Any, folder: Path) -> None:
    """Everything that we ever ask of X."""
    server.processing = 1
    server.subscription = "Premium"
    permit(server, home, subscription="Premium")
    files = {"bee.png": ("image/png", b"\x89PNG bee"), "film.mp4": ("video/mp4", b"film" * 1000)}
    attached = []
    for name, (media_type, data) in files.items():
        (folder / name).write_bytes(data)
        attached.append(Attachment(folder / name, media_type, hashlib.sha256(data).hexdigest(), "A bee"))
    async with open_line(store, of_plugins=settings_for(server)) as line:
        x = network(line.gate, line.http, line.gate.settings)
        account = await x.open()
        now = datetime.now(UTC)
        for number, one in enumerate(attached):
            texts = (f"Look {number}.", f"It goes on {number}: https://example.com/{number}")
            parts = await x.publish(account, PostThread("run", texts, now, attachments=(one,), generated=True))
        server.fail(Fault(drop="after"), path="/2/tweets")
        await x.publish(account, PostThread("run", ("Lost & found.",), now))
        await x.correct(account, parts[1].remote_id, "It went on.")
        await x.delete(account, parts[0].remote_id)
        server.add_post("w " * 300)
        access = access_to(line.gate, line.http, line.gate.settings)
        access.gate.max_cost_usd = Decimal(3)
        assert len((await read_account("x:jane", access)).posts) == len(server.posts)


def test_x_itself_knows_what_we_ask_and_what_our_server_answers(server, home, store, tmp_path):
    asyncio.run(do_all(server, home, store, tmp_path))
    (tmp_path / "recorded.json").write_text(json.dumps(server.recorded), "utf-8")
    asked = {f"{one['method']} {re.sub('[0-9]{9,}', 'N', one['path'])}" for one in server.recorded}
    assert len(asked) == 8
    python = make_venv(tmp_path / "venv", "xdk==0.10.6")
    server.posts.clear()
    arguments = (server.url, server.key, server.client_id, server.client_secret, tmp_path / "recorded.json")
    loopback = {"OAUTHLIB_INSECURE_TRANSPORT": "1"}  # as everywhere in tests
    said = json.loads(call(python, PROGRAMS / "x_client.py", *arguments, cwd=tmp_path, **loopback))
    assert said["faults"] == []
    used = said["used"]
    (first, second), (media, *same) = used["posts"], used["media"]
    assert (used["me"], used["deleted"], same) == ("jane", True, [media, media])
    assert [one[0] for one in used["read"]] == [second, first]
    assert [one[2] for one in used["read"]] == [first, first]
    assert list(server.posts) == [first]
    assert server.posts[first].body["made_with_ai"] is True
    assert (server.uploads[media].data, server.uploads[media].alt) == (b"\x89PNG bee" * 10, "A bee")
    assert said["signed_in"]["me"] == server.user_id
