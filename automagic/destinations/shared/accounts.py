"""The person's accounts on networks: opened for posts, signed in, listed, signed out."""

from __future__ import annotations

import asyncio
import difflib
from dataclasses import dataclass

from automagic.destinations.shared.kept_accounts import KeptAccount, list_accounts
from automagic.destinations.shared.network import NetworkAccess, NetworkAccount, PostNetwork, SignInTalk
from automagic.destinations.shared.registry import Target, network_kinds, parse_network
from automagic.errors import AutomagicError, RequestError


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An account that is kept here.

    Attributes:
        since: When the person signed in, in seconds since 1970; 0 when nobody knows.
        error: Why it cannot be used any more; None while it can.
    """

    network: str
    id: str
    name: str
    since: float
    error: AutomagicError | None = None


def open_network(target: Target, access: NetworkAccess) -> PostNetwork:
    """An account of a network, not yet asked for."""
    opener = network_kinds()[target.kind].network
    assert opener is not None  # noqa: S101 - that is what makes it a network
    return opener(target.place, access)


async def sign_in(name: str, talk: SignInTalk, access: NetworkAccess) -> NetworkAccount:
    """Ask the person for what it takes, and keep it.

    Args:
        name: Of the network, and what it needs behind a colon: "mastodon:example.social".

    Raises:
        RequestError, ConfigurationError: There is no such network, or it refuses.
        VendorError: It cannot be reached.
    """
    return await open_network(parse_network(name), access).sign_in(talk)


async def list_signed_in(access: NetworkAccess) -> tuple[SignedIn, ...]:
    """Every account that is kept here, each asked whether it still is good."""

    async def look(network: str, kept: KeptAccount) -> SignedIn:
        error: AutomagicError | None = None
        try:
            await open_network(Target(network, kept.id), access).open()
        except AutomagicError as failure:
            error = failure
        return SignedIn(network, kept.id, kept.name, kept.since, error)

    return tuple(await asyncio.gather(*(look(*one) for one in _list_kept(access))))


async def sign_out(name: str, access: NetworkAccess) -> SignedIn:
    """Take back what was granted, and remove what was kept.

    Args:
        name: Of the account, alone or behind the network's: "mastodon:@jane@example.social".

    Raises:
        RequestError: There is none, or several are called so.
    """
    known = _list_kept(access)
    wanted = name.strip().casefold()
    found = [(network, kept) for network, kept in known if wanted in _names_of(network, kept)]
    if len(found) != 1:
        shown = [f"{network}:{kept.name}" for network, kept in found or known]
        near = difflib.get_close_matches(name, shown, n=1)
        hint = (f"Did you mean {near[0]}? " if near else "") + (f"Accounts: {', '.join(shown)}" if shown else "")
        what = f"{len(found)} accounts are called" if found else "no account is called"
        raise RequestError(f"{what} {name[:80]!r}", hint=hint or "Nobody has signed in anywhere.")
    [(network, kept)] = found
    await open_network(Target(network, kept.id), access).sign_out()
    return SignedIn(network, kept.id, kept.name, kept.since)


def _list_kept(access: NetworkAccess) -> list[tuple[str, KeptAccount]]:
    home = access.home
    return [(name, kept) for name in network_kinds() for kept in list_accounts(home, name)]  # type: ignore[arg-type]


def _names_of(network: str, kept: KeptAccount) -> set[str]:
    own = {kept.name, kept.name.lstrip("@"), kept.id}
    return {name.casefold() for one in own for name in (one, f"{network}:{one}")}
