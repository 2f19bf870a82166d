"""A process that publishes a thread on a network, for tests that kill it: thread_publisher.py --help

It prints one line of JSON: the ids of the parts and which of them are new, or the error and those that are there.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from automagic.database.engine import open_database, sqlite_url
from automagic.destinations.shared.network import NetworkAccess, Partly, PostThread
from automagic.destinations.shared.registry import network_kinds
from automagic.errors import AutomagicError
from automagic.gate.gate import Gate
from automagic.gate.http import Http
from automagic.gate.prices import load_prices
from automagic.settings import Settings
from automagic.store.artifacts import ArtifactStore
from tests.support.programs.gate_buyer import MOMENTS, die_at


async def publish(home: Path, network: str, parts: list[str]) -> dict[str, Any]:
    settings = Settings(automagic_home=home, rate_limit_rpm=1_000_000)
    engine = open_database(sqlite_url(home / "automagic.db"))
    http = Http(pool=4, connect_s=5, read_s=5, total_s=20, user_agent="test")
    gate = Gate(settings, ArtifactStore(home / "artifacts", engine), http, f"run-{os.getpid()}", backoff_s=0.01)
    opener = network_kinds()[network].network
    assert opener is not None
    there = opener("", NetworkAccess(http, gate, load_prices(), engine, settings))
    try:
        published = await there.publish(
            await there.open(), PostThread(f"run-{os.getpid()}", tuple(parts), datetime.now(UTC), "en")
        )
    except AutomagicError as error:
        left = error.parts if isinstance(error, Partly) else ()
        return {"ids": [one.remote_id for one in left], "error": str(error), "code": error.exit_code}
    finally:
        await gate.close()
        await http.close()
        engine.dispose()
    return {"ids": [one.remote_id for one in published], "new": [one.new for one in published]}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("network")
    parser.add_argument("parts", nargs="+")
    parser.add_argument("--die", default="", choices=["", *MOMENTS])
    asked = parser.parse_args()
    if asked.die:
        die_at(asked.die)
    sys.stdout.write(json.dumps(asyncio.run(publish(asked.home, asked.network, asked.parts))))
