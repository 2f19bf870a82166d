"""A process that buys through the gate, for tests that kill it: python tests/support/programs/gate_buyer.py --help

It buys COUNT pictures at once and prints one line of JSON: what each came to.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from automagic.database.engine import open_database
from automagic.errors import AutomagicError
from automagic.gate.calls import Answer, Attempt, Call
from automagic.gate.gate import Gate
from automagic.gate.http import Http, explain
from automagic.gate.journal import Journal
from automagic.settings import Settings
from automagic.store.artifacts import ArtifactStore

PRICE = Decimal("0.04")

MOMENTS: dict[str, tuple[type, str, bool]] = {
    "claimed": (Journal, "claim", True),
    "reserved": (Journal, "reserve", True),
    "about to call": (Journal, "leave", True),
    "answered": (ArtifactStore, "add", False),
    "stored": (ArtifactStore, "add", True),
    "delivered": (Journal, "deliver", True),
}
"""Between any two of them a process can die: whose function, and whether it is carried out before."""


def die_at(moment: str, nth: int = 1) -> None:
    """Let this process be killed the first time that it comes there, or a later one."""
    owner, name, carried_out = MOMENTS[moment]
    function = getattr(owner, name)
    left = nth

    def last(*args: Any, **kwargs: Any) -> Any:
        nonlocal left
        left -= 1
        result = function(*args, **kwargs) if left or carried_out else None
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, last)


async def buy_all(home: Path, database: str, url: str, count: int, budget: str) -> list[str]:
    settings = Settings(
        automagic_home=home, rate_limit_rpm=1_000_000, monthly_budget_usd=Decimal(budget) if budget else None
    )
    engine = open_database(database)
    http = Http(pool=10, user_agent="test")
    gate = Gate(settings, ArtifactStore(home / "artifacts", engine), http, f"run-{os.getpid()}")

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
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("url")
    parser.add_argument("count", type=int)
    parser.add_argument("--database", required=True)
    parser.add_argument("--budget", default="")
    parser.add_argument("--die", default="", choices=["", *MOMENTS])
    asked = parser.parse_args()
    if asked.die:
        die_at(asked.die)
    outcome = asyncio.run(buy_all(asked.home, asked.database, asked.url, asked.count, asked.budget))
    sys.stdout.write(json.dumps(outcome))
