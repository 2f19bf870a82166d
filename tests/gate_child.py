"""A process that buys through the gate, for tests that kill it: python tests/gate_child.py HOME URL COUNT [BUDGET]

It buys COUNT pictures at once and prints one line of JSON: what each came to.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from decimal import Decimal
from pathlib import Path

from automagic.database.engine import open_database, sqlite_url
from automagic.errors import AutomagicError
from automagic.orchestrator.calls import Answer, Attempt, Call
from automagic.orchestrator.gate import open_gate
from automagic.orchestrator.http import Http, explain
from automagic.orchestrator.store import ArtifactStore
from automagic.settings import Settings

PRICE = Decimal("0.04")


async def buy_all(home: Path, url: str, count: int, budget: str | None) -> list[str]:
    settings = Settings(
        automagic_home=home, rate_limit_rpm=1_000_000, monthly_budget_usd=Decimal(budget) if budget else None
    )
    engine = open_database(sqlite_url(home / "automagic.db"))
    http = Http(pool=10, user_agent="test")
    gate = open_gate(settings, ArtifactStore(home / "artifacts", engine), http, f"run-{os.getpid()}")

    async def buy(number: int) -> str:
        async def send(attempt: Attempt) -> Answer:
            reply = await http.request(
                "POST", f"{url}/image", json={"n": number}, headers={"Idempotency-Key": attempt.idempotency_key}
            )
            if reply.status >= 400:
                raise explain(reply, "acme")
            return Answer(reply.body, reply.media_type)

        try:
            delivered = await gate.call(Call("acme", "image", "m", {"n": number}, estimate_usd=PRICE), send)
        except AutomagicError as error:
            return type(error).__name__
        assert json.loads(delivered.answer.data)["n"] == number
        return delivered.source

    try:
        return await asyncio.gather(*(buy(number) for number in range(count)))
    finally:
        await gate.close()
        await http.close()
        engine.dispose()


if __name__ == "__main__":
    home, url, count, *budget = sys.argv[1:]
    outcome = asyncio.run(buy_all(Path(home), url, int(count), budget[0] if budget else None))
    sys.stdout.write(json.dumps(outcome))
