"""An account of Mastodon that is signed in, on the test server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from automagic.destinations.mastodon.instance import limits_to_facts, read_limits
from automagic.destinations.shared.kept_accounts import KeptAccount, keep_account
from automagic.values.secret import Secret
from tests.support.servers.mastodon import MastodonServer


def keep_jane(server: MastodonServer, home: Path) -> KeptAccount:
    """As she is kept after a sign-in with a token of her own."""
    document: dict[str, Any] = {"configuration": server.configuration}
    facts = {"server": server.url, "url": "https://example.social/@jane", **limits_to_facts(read_limits(document))}
    secrets = {"token": Secret(server.key), "client_id": Secret(""), "client_secret": Secret("")}
    kept = KeptAccount("mastodon", "109@example.social", "@jane@example.social", secrets, facts)
    keep_account(home, kept)
    return kept
