"""Accounts on networks, read over the network: how a person names one, and who reads it.

    bluesky:jane.bsky.social                  ┐
    https://bsky.app/profile/jane.bsky.social ┴─▶ AccountReader ─▶ read(name, access, known ids) ─▶ Export

A file beside this one declares READER, and imports what asks anybody only where that is called.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from automagic import plugins
from automagic.errors import RequestError

if TYPE_CHECKING:
    from automagic.destinations.shared.network import NetworkAccess
    from automagic.reading.setting import Setting
    from automagic.sources.posts.export import Export

MOST_POSTS = 50_000
"""The newest of an account: a style is learned from no more, and they fit into memory."""

_PREFIXED = re.compile(r"([a-z][a-z-]*):(?!//)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class AccountReader:
    """How the accounts of one network are read.

    Attributes:
        name: What stands before the colon: "bluesky".
        form: How an account is named: "bluesky:HANDLE".
        find_page: The account's name in the address of its page; "" when it is no page of this network.
        read: Gives the posts of an account, newest first at most `MOST_POSTS`, those that are not known yet for sure:
            it is given the ids that are, so that it can stop where they begin. Raises RequestError where there is no
            such account, and VendorError. What costs something is a purchase of the gate.
        settings: All that it reads, in the order of `.env.example`.
        place: Where it stands in lists, smallest first.
    """

    name: str
    form: str
    find_page: Callable[[str], str]
    read: Callable[[str, NetworkAccess, Collection[str]], Awaitable[Export]]
    settings: tuple[Setting[Any], ...] = ()
    place: int = 100


@cache
def account_readers() -> Mapping[str, AccountReader]:
    """Every network whose accounts can be read, by name."""
    return {one.name: cast("AccountReader", one) for one in plugins.declared("sources.posts.accounts")}


def is_account(text: str) -> bool:
    """Whether it names an account, or means to, and not a file."""
    found = _PREFIXED.fullmatch(text)
    return text.startswith(("https://", "http://")) or (found is not None and found[1] in account_readers())


async def read_account(text: str, access: NetworkAccess, known: Collection[str] = ()) -> Export:
    """The posts of an account that are not known yet, and maybe some that are.

    Args:
        text: As a person names it: "bluesky:jane.bsky.social", or the address of its page.
        known: The ids of posts that need not be read again.

    Raises:
        RequestError: It names no account, or there is none; most of it is broken.
        VendorError: The network failed.
    """
    reader, name = find_account(text)
    export = await reader.read(name, access, known)
    export.settle(more=bool(known))
    return export


def find_account(text: str) -> tuple[AccountReader, str]:
    """Who reads an account, and its name there.

    Raises:
        RequestError: It names no account.
    """
    readers = account_readers()
    forms = ", ".join(one.form for one in readers.values())
    if text.startswith(("https://", "http://")):
        for reader in readers.values():
            if name := reader.find_page(text):
                return reader, name
        raise RequestError(f"{text[:100]} is not the page of an account that can be read", hint=f"Accounts: {forms}.")
    prefix, _, name = text.partition(":")
    if prefix not in readers:
        near = difflib.get_close_matches(prefix, readers, n=1)
        meant = f"Did you mean {readers[near[0]].form}? " if near else ""
        raise RequestError(f"{text[:100]} names no account", hint=f"{meant}Accounts: {forms}.")
    if not (name := name.strip().removeprefix("@")):
        raise RequestError(f"{prefix}: names no account", hint=f"Write it like {readers[prefix].form}.")
    return readers[prefix], name
