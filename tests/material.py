"""What the tests of vendors share: a gate that really opens, to a server on this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from automagic.model import Frame, Rect
from automagic.orchestrator.gate import Gate
from automagic.orchestrator.http import Http
from automagic.orchestrator.store import ArtifactStore
from automagic.settings import Settings

CONTACT = "tests@example.org"
PORTRAIT = Frame(1080, 1920, 30, Rect(40, 200, 900, 900), Rect(40, 1200, 900, 300))
LANDSCAPE = Frame(1920, 1080, 30, Rect(40, 40, 1800, 700), Rect(40, 800, 1800, 200))


@dataclass
class Door:
    """A gate, its connections, and what it told."""

    gate: Gate
    http: Http
    events: list[Any] = field(default_factory=list)


def only_this_machine(address: IPv4Address | IPv6Address) -> bool:
    """For downloads from a test server: 127.0.0.1, and nothing else that is private."""
    return str(address) == "127.0.0.1"


@asynccontextmanager
async def open_door(
    store: ArtifactStore, *, total_s: float = 20, max_cost_usd: Decimal | None = None, **settings: Any
) -> AsyncIterator[Door]:
    """A gate with short waits."""
    http = Http(pool=10, connect_s=5, read_s=total_s, total_s=total_s, user_agent="AutoMagic tests")
    events: list[Any] = []
    gate = Gate(
        Settings(automagic_home=store.folder.parent, rate_limit_rpm=100_000, **settings),
        store,
        http,
        "test-run",
        max_cost_usd,
        events.append,
        backoff_s=0.01,
    )
    try:
        yield Door(gate, http, events)
    finally:
        await gate.close()
        await http.close()
