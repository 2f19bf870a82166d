"""An account of X's test server that a person signed in with, and what its network may use."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from automagic.destinations.shared.kept_accounts import KeptAccount, keep_account
from automagic.destinations.shared.network import NetworkAccess
from automagic.destinations.x.account import XNetwork
from automagic.gate.gate import Gate
from automagic.gate.http import Http
from automagic.gate.prices import load_prices
from automagic.settings import Settings
from automagic.values.secret import Secret
from tests.support.servers.x import XServer


def settings_for(server: XServer | str) -> dict[str, Any]:
    """What a person sets, to be used with the test server."""
    url = server if isinstance(server, str) else server.url
    return {
        "X_CLIENT_ID": XServer.client_id,
        "X_CLIENT_SECRET": Secret(XServer.client_secret),
        "X_BASE_URL": url,
    }


def permit(server: XServer, home: Path, *, expires_at: float | None = None, subscription: str = "None") -> KeptAccount:
    """As if a person had signed in a moment ago."""
    secrets = {"access": Secret(server.key), "refresh": Secret(server.grant())}
    ends = time.time() + 7200 if expires_at is None else expires_at
    facts: dict[str, str | float] = {"expires_at": ends, "subscription": subscription}
    account = KeptAccount("x", server.user_id, f"@{server.username}", secrets, facts)
    keep_account(home, account)
    return account


def access_to(gate: Gate, http: Http, settings: Settings) -> NetworkAccess:
    return NetworkAccess(http, gate, load_prices(), gate.store.engine, settings)


def network(gate: Gate, http: Http, settings: Settings, place: str = "") -> XNetwork:
    return XNetwork(place, access_to(gate, http, settings))
