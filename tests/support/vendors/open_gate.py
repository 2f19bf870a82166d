"""What the tests of vendors share: a call gate that really opens, with little patience, and its connections.

A test takes the fixture `line` (conftest.py), or opens its own with other settings.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from automagic.gate.gate import Gate
from automagic.gate.http import Http
from automagic.settings import Settings
from automagic.store.artifacts import ArtifactStore
from automagic.values.events import Event


@dataclass
class Line:
    """A gate, its connections and what it told."""

    gate: Gate
    http: Http
    events: list[Event] = field(default_factory=list)


@contextlib.asynccontextmanager
async def open_line(
    store: ArtifactStore, *, read_s: float = 5.0, max_cost_usd: Decimal | None = None, **settings: Any
) -> AsyncIterator[Line]:
    """A gate for the folder that the store is in; closed at the end."""
    asked = {"automagic_home": store.folder.parent, "rate_limit_rpm": 100_000} | settings
    events: list[Event] = []
    http = Http(pool=10, connect_s=2, read_s=read_s, total_s=20, user_agent="AutoMagic tests")
    gate = Gate(Settings(**asked), store, http, "run-1", max_cost_usd, events.append, backoff_s=0.01)
    try:
        yield Line(gate, http, events)
    finally:
        await gate.close()
        await http.close()
