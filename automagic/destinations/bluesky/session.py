"""The sign-in of an account, kept as two tokens: one for the next hours, and one that gives new ones for months.

    ask ─▶ the server ─▶ "ExpiredToken" ─▶ refreshSession, once for all who wait ─▶ kept (0600) ─▶ ask again, once

The app password itself is not kept.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from automagic.destinations.bluesky.xrpc import TokenRefused, XrpcServer
from automagic.destinations.shared.kept_accounts import KeptAccount, keep_account, list_accounts
from automagic.errors import ConfigurationError, Permanent
from automagic.gate.http import Reply
from automagic.values.secret import Secret

SIGN_IN = "automagic posts accounts add bluesky"


class Session:
    """An account that is signed in.

    Args:
        home: Where it is kept.
    """

    def __init__(self, server: XrpcServer, account: KeptAccount, home: Path) -> None:
        self.server = server
        self._home = home
        self.account = account
        self._lock = asyncio.Lock()

    async def ask(self, method: str, name: str, **what: Any) -> Reply:
        """One request in the account's name; arguments as of `XrpcServer.ask`.

        Raises:
            ConfigurationError: The sign-in has ended.
            VendorError: As of `XrpcServer.ask`.
        """
        access = self.account.secrets["access"]
        try:
            return await self.server.ask(method, name, bearer=access, **what)
        except TokenRefused:
            await self._renew(access)
        try:
            return await self.server.ask(method, name, bearer=self.account.secrets["access"], **what)
        except TokenRefused as error:
            raise _ended(self.account.name) from error

    async def end(self) -> None:
        """Take back the tokens; ones that have ended already are fine."""
        try:
            await self.server.ask("POST", "com.atproto.server.deleteSession", bearer=self.account.secrets["refresh"])
        except TokenRefused:
            return

    async def _renew(self, refused: Secret) -> None:
        async with self._lock:  # several requests that find it old renew it once
            if self.account.secrets["access"] != refused:
                return
            await asyncio.to_thread(self._reload)
            if self.account.secrets["access"] != refused:  # another process has renewed it
                return
            try:
                reply = await self.server.ask(
                    "POST", "com.atproto.server.refreshSession", bearer=self.account.secrets["refresh"]
                )
            except TokenRefused as error:
                raise _ended(self.account.name) from error
            self.account = replace(self.account, secrets=read_tokens(reply))
            await asyncio.to_thread(keep_account, self._home, self.account)

    def _reload(self) -> None:
        kept = list_accounts(self._home, "bluesky")
        self.account = next((one for one in kept if one.id == self.account.id), self.account)


def read_tokens(reply: Reply) -> dict[str, Secret]:
    """The tokens that a server gave.

    Raises:
        Permanent: There are none.
    """
    match reply.json():
        case {"accessJwt": str(access), "refreshJwt": str(refresh)} if access and refresh:
            return {"access": Secret(access), "refresh": Secret(refresh)}
    raise Permanent("Bluesky's server gave no token", hint="Is it a server of Bluesky?")


def _ended(name: str) -> ConfigurationError:
    return ConfigurationError(
        f"the sign-in of {name} at Bluesky has ended or was taken back", hint=f"Sign in again: {SIGN_IN}"
    )
