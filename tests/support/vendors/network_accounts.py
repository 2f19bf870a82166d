"""An account that is signed in at each network's test server, and what is there: for tests of all that is published."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.settings import Settings
from automagic.studio import open_studio
from automagic.values.secret import Secret
from tests.support.servers.base import VendorServer
from tests.support.servers.bluesky import BlueskyServer
from tests.support.servers.mastodon import MastodonServer
from tests.support.servers.x import XServer
from tests.support.vendors.mastodon_account import keep_jane
from tests.support.vendors.x_account import permit

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class There:
    """One post.

    Attributes:
        reply_to: The id of the post that it answers; "" for none.
    """

    id: str
    text: str
    reply_to: str


@dataclass
class NetworkPlace:
    """A network with one account.

    Attributes:
        name: Of the network.
        server: Its test server.
        environment: What a process needs to reach it.
    """

    name: str
    server: Any
    environment: dict[str, str]

    @property
    def calls(self) -> list[Any]:
        """What was asked of the server so far."""
        return self.server.calls  # type: ignore[no-any-return]

    def posts(self) -> list[There]:
        """All that is there, oldest first."""
        if self.name == "mastodon":
            return [There(one.id, one.text, one.reply_to) for one in self.server.statuses.values()]
        if self.name == "x":
            found = self.server.posts.values()
            return [There(one.id, one.text, one.body.get("reply", {}).get("in_reply_to_tweet_id", "")) for one in found]
        return [_read_record(self.server.did, key, one) for key, one in self.server.posts(self.server.did).items()]

    def texts(self) -> list[str]:
        """Of what is there."""
        return [one.text for one in self.posts()]


def _read_record(did: str, key: str, record: dict[str, Any]) -> There:
    parent = record.get("reply", {}).get("parent", {}).get("uri", "")
    return There(f"at://{did}/app.bsky.feed.post/{key}", record["text"], parent)


class _Jane:
    """Who signs in."""

    def show(self, text: str) -> None:
        """Is told something."""

    def ask(self, question: str) -> str:
        del question
        return "jane.test"

    def ask_secret(self, question: str) -> Secret:
        del question
        return Secret("abcd-efgh-ijkl-mnop")


@contextmanager
def network_place(name: str, home: Path, **options: Any) -> Iterator[NetworkPlace]:
    """A network's server with an account that is signed in from this home."""
    home.mkdir(mode=0o700, exist_ok=True)
    kinds: dict[str, type[VendorServer]] = {"mastodon": MastodonServer, "x": XServer, "bluesky": BlueskyServer}
    with kinds[name](**options) as server:
        environment: dict[str, str] = {}
        if isinstance(server, MastodonServer):
            keep_jane(server, home)
        elif isinstance(server, XServer):
            permit(server, home)
            environment = {
                "X_CLIENT_ID": XServer.client_id,
                "X_CLIENT_SECRET": XServer.client_secret,
                "X_BASE_URL": server.url,
            }
        elif isinstance(server, BlueskyServer):
            server.did = server.add_account("jane.test", "abcd-efgh-ijkl-mnop")  # type: ignore[attr-defined]
            environment = {"BLUESKY_BASE_URL": server.url}
            asyncio.run(_sign_in(home, environment))
        yield NetworkPlace(name, server, environment)


async def _sign_in(home: Path, environment: dict[str, str]) -> None:
    async with open_studio(Settings(automagic_home=home, of_plugins=dict(environment))) as studio:
        await studio.sign_in("bluesky", _Jane())
