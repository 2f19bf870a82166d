"""A process that publishes a thread on Bluesky, for tests that kill it: thread_poster.py HOME URL TEXT… [--die MOMENT]

It prints one line of JSON: the addresses of the posts, and which of them are new; or the error.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from automagic.database.engine import open_database, sqlite_url
from automagic.destinations.bluesky import DESTINATION
from automagic.destinations.bluesky.xrpc import XrpcServer
from automagic.destinations.shared.network import NetworkAccess, PostThread
from automagic.errors import AutomagicError
from automagic.gate.gate import Gate
from automagic.gate.http import Http
from automagic.gate.journal import Journal
from automagic.gate.prices import Prices
from automagic.settings import Settings
from automagic.store.artifacts import ArtifactStore

WRITTEN_AT = datetime(2026, 11, 30, 12, tzinfo=UTC)
MOMENTS = ("claimed", "leaving", "noted", "sent", "answered", "stored", "delivered")


def die_at(moment: str) -> None:
    """Let this process be killed the first time that it comes there."""
    owner: Any
    owner, name, carried_out = {
        "claimed": (Journal, "claim", True),
        "leaving": (Journal, "leave", True),
        "noted": (Journal, "note_remote_id", True),
        "sent": (XrpcServer, "ask", False),
        "answered": (XrpcServer, "ask", True),
        "stored": (ArtifactStore, "add", True),
        "delivered": (Journal, "deliver", True),
    }[moment]
    function = getattr(owner, name)

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def last(*args: Any, **kwargs: Any) -> None:
        if carried_out:
            function(*args, **kwargs)
        die()

    async def last_request(self: XrpcServer, method: str, name: str, **what: Any) -> Any:
        if name != "com.atproto.repo.applyWrites":
            return await function(self, method, name, **what)
        asking = asyncio.ensure_future(function(self, method, name, **what))
        if carried_out:
            await asking
        else:  # it has left, and no answer has come
            await asyncio.sleep(0.05)
        die()
        return None

    setattr(owner, name, last_request if owner is XrpcServer else last)


async def publish(home: Path, url: str, texts: list[str]) -> Any:
    settings = Settings(automagic_home=home, rate_limit_rpm=100_000, of_plugins={"BLUESKY_BASE_URL": url})
    engine = open_database(sqlite_url(home / "automagic.db"))
    http = Http(pool=10, user_agent="test")
    gate = Gate(settings, ArtifactStore(home / "artifacts", engine), http, f"run-{os.getpid()}", backoff_s=0.01)
    assert DESTINATION.network
    network = DESTINATION.network("", NetworkAccess(http, gate, Prices("", {}), engine, settings))
    try:
        account = await network.open()
        parts = await network.publish(account, PostThread(f"run-{os.getpid()}", tuple(texts), WRITTEN_AT))
    except AutomagicError as error:
        return {"error": type(error).__name__, "message": error.message}
    finally:
        await gate.close()
        await http.close()
        engine.dispose()
    return {"uris": [part.remote_id for part in parts], "new": [part.new for part in parts]}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("url")
    parser.add_argument("texts", nargs="+")
    parser.add_argument("--die", default="", choices=["", *MOMENTS])
    asked = parser.parse_args()
    if asked.die:
        die_at(asked.die)
    sys.stdout.write(json.dumps(asyncio.run(publish(asked.home, asked.url, asked.texts))))
