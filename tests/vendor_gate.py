"""A real call gate over real sockets for the tests of the vendors, with little patience."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from automagic.orchestrator.events import Event
from automagic.orchestrator.gate import Gate, open_gate
from automagic.orchestrator.http import Http
from automagic.orchestrator.store import ArtifactStore
from automagic.settings import Settings


@dataclass
class Line:
    """A gate, its connections and what it told."""

    gate: Gate
    http: Http
    events: list[Event] = field(default_factory=list)


@contextlib.asynccontextmanager
async def open_line(
    home: Path,
    store: ArtifactStore,
    *,
    read_s: float = 5.0,
    retry_attempts: int = 2,
    run_id: str = "run-1",
    max_cost_usd: Decimal | None = None,
) -> AsyncIterator[Line]:
    """A gate that is closed at the end."""
    settings = Settings(automagic_home=home, rate_limit_rpm=100_000, retry_attempts=retry_attempts)
    events: list[Event] = []
    http = Http(pool=4, connect_s=2, read_s=read_s, total_s=10, user_agent="automagic-tests")
    gate = open_gate(settings, store, http, run_id, max_cost_usd=max_cost_usd, emit=events.append)
    gate.backoff_s = 0.01
    try:
        yield Line(gate, http, events)
    finally:
        await gate.close()
        await http.close()
