"""A process that publishes a thread on X, for tests that kill it: python tests/support/programs/x_publisher.py --help

It prints one line of JSON: what each part came to, or the failure.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from automagic.database.engine import open_database
from automagic.destinations.shared.network import PostThread
from automagic.errors import AutomagicError
from automagic.gate.gate import Gate
from automagic.gate.http import Http
from automagic.settings import Settings
from automagic.store.artifacts import ArtifactStore
from tests.support.programs.gate_buyer import MOMENTS, die_at
from tests.support.vendors.x_account import network, settings_for


async def publish(home: Path, database: str, url: str, thread: PostThread) -> list[list[object]] | str:
    settings = Settings(automagic_home=home, rate_limit_rpm=1_000_000, of_plugins=settings_for(url))
    engine = open_database(database)
    http = Http(pool=10, user_agent="test")
    gate = Gate(settings, ArtifactStore(home / "artifacts", engine), http, f"run-{os.getpid()}")
    try:
        x = network(gate, http, settings)
        parts = await x.publish(await x.open(), thread)
        return [[one.part, one.remote_id, one.new] for one in parts]
    except AutomagicError as error:
        return type(error).__name__
    finally:
        await gate.close()
        await http.close()
        engine.dispose()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("url")
    parser.add_argument("parts", nargs="+")
    parser.add_argument("--begun", type=float, required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--die", default="", choices=["", *MOMENTS])
    parser.add_argument("--nth", type=int, default=1)
    asked = parser.parse_args()
    if asked.die:
        die_at(asked.die, asked.nth)
    begun = PostThread("run", tuple(asked.parts), datetime.fromtimestamp(asked.begun, UTC))
    sys.stdout.write(json.dumps(asyncio.run(publish(asked.home, asked.database, asked.url, begun))))
