"""A call gate, and a vendor that it buys from over real sockets; with a real database of each kind."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp import web

from automagic.database.engine import sqlite_url
from automagic.database.tables import vendor_calls
from automagic.gate.calls import Answer, Attempt, Call, Delivered
from automagic.gate.gate import Gate
from automagic.gate.http import Http, explain
from automagic.settings import Settings
from automagic.store.artifacts import ArtifactStore
from automagic.values.events import Event
from tests.support.places import PROGRAMS
from tests.support.processes.python_programs import Program, start
from tests.support.servers.base import VendorServer

PRICE = Decimal("0.04")
CHILD = PROGRAMS / "gate_buyer.py"


class Acme(VendorServer):
    """Sells pictures and gives pages away."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.made: dict[str, bytes] = {}

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/image", self.image)
        app.router.add_get("/made/{id}", self.fetch)
        app.router.add_get("/page/{name}", self.page)

    async def image(self, request: web.Request) -> web.Response:
        self.bill(request, "image")
        body = json.dumps({"n": (await request.json())["n"]}).encode()
        self.made[f"id-{len(self.made)}"] = body
        return web.Response(body=body, content_type="application/json")

    async def fetch(self, request: web.Request) -> web.Response:
        return web.Response(body=self.made[request.match_info["id"]], content_type="application/json")

    async def page(self, request: web.Request) -> web.Response:
        return web.Response(text=f"page {request.match_info['name']}")

    def bought(self) -> Counter[int]:
        """How often each picture was billed."""
        return Counter(call.json["n"] for call in self.calls if call.billed)

    def asked(self) -> Counter[int]:
        """How often each picture was asked for."""
        return Counter(call.json["n"] for call in self.calls if call.path == "/image")


@dataclass
class Desk:
    """A gate with what it needs, and what it told."""

    gate: Gate
    server: Acme
    events: list[Event] = field(default_factory=list)

    async def image(
        self,
        number: int = 1,
        *,
        price: Decimal = PRICE,
        recover: Callable[[str], Awaitable[Answer | None]] | None = None,
        remote_id: str = "",
        variant: int = 1,
        reads_json: bool = False,
        findable: bool = False,
    ) -> Delivered:
        async def send(attempt: Attempt) -> Answer:
            if remote_id:
                await attempt.note_remote_id(remote_id)
            reply = await self.gate.http.request(
                "POST",
                f"{self.server.url}/image",
                json={"n": number},
                headers={"Idempotency-Key": attempt.idempotency_key},
                total_s=2,
            )
            if reply.status >= 400:
                raise explain(reply, "acme")
            if reads_json:
                reply.json()
            return Answer(reply.body, reply.media_type, remote_id=remote_id, facts={"model": "m-2"})

        call = Call("acme", "image", "m", {"n": number}, estimate_usd=price, variant=variant, findable=findable)
        return await self.gate.call(call, send, recover=recover)

    async def page(self, name: str = "a", *, of: str = "") -> Delivered:
        async def send(_attempt: Attempt) -> Answer:
            reply = await self.gate.http.request("GET", f"{self.server.url}/page/{name}", total_s=2)
            if reply.status >= 400:
                raise explain(reply, "acme")
            return Answer(reply.body, reply.media_type)

        return await self.gate.call(Call("acme", "page", "", {"name": name}, server=of), send)

    async def fetch(self, remote_id: str) -> Answer | None:
        reply = await self.gate.http.request("GET", f"{self.server.url}/made/{remote_id}")
        return Answer(reply.body, reply.media_type) if reply.status == 200 else None

    def told(self, kind: type[Event]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def rows(self) -> list[Any]:
        with self.gate.store.engine.connect() as connection:
            return list(connection.execute(sa.select(vendor_calls).order_by(vendor_calls.c.id)))

    def states(self) -> list[str]:
        return [row.state for row in self.rows()]

    def spent(self) -> int:
        return sum(row.spent_micro_usd for row in self.rows())


async def until(condition: Callable[[], Any]) -> None:
    """Wait for something that happens in another thread or process."""
    while not condition():  # noqa: ASYNC110 - there is no event of this loop for it
        await asyncio.sleep(0.01)


@pytest.fixture
def acme() -> Iterator[Acme]:
    with Acme() as server:
        yield server


@pytest.fixture
def gate_settings(home: Path) -> Settings:
    return Settings(
        automagic_home=home, rate_limit_rpm=1_000_000, retry_attempts=3, breaker_threshold=3, breaker_recovery_s=0.05
    )


OpenDesk = Callable[..., Desk]


@pytest.fixture
async def open_desk(acme: Acme, gate_settings: Settings, store: ArtifactStore) -> AsyncIterator[OpenDesk]:
    opened: list[Desk] = []

    def open_one(run_id: str = "run-1", max_cost_usd: str | None = None, **changes: Any) -> Desk:
        events: list[Event] = []
        gate = Gate(
            replace(gate_settings, **changes),
            store,
            Http(pool=10, user_agent="test"),
            run_id,
            max_cost_usd=Decimal(max_cost_usd) if max_cost_usd else None,
            emit=events.append,
            backoff_s=0.001,
        )
        opened.append(Desk(gate, acme, events))
        return opened[-1]

    yield open_one
    for desk in opened:
        await desk.gate.close()
        await desk.gate.http.close()


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    return open_desk()


# --------------------------------------------------------------------------------------------- processes that buy


def start_child(home: Path, acme: Acme, count: int, *, budget: str = "", database: str = "", die: str = "") -> Program:
    """See gate_buyer.py."""
    where = database or sqlite_url(home / "automagic.db")
    return start(str(CHILD), str(home), acme.url, str(count), "--budget", budget, "--database", where, "--die", die)


def result_of(child: Program) -> list[str]:
    """What each of its purchases came to."""
    output, told = child.communicate(timeout=60)
    assert child.returncode == 0, told
    result: list[str] = json.loads(output)
    return result
