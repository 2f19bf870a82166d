"""An account on Bluesky: its posts are public, and read without signing in."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from automagic.destinations.bluesky.settings import BASE_URL
from automagic.sources.posts.accounts.shared import AccountReader

if TYPE_CHECKING:
    from automagic.destinations.shared.network import NetworkAccess
    from automagic.sources.posts.export import Export

_PAGE = re.compile(r"https://(?:www\.)?bsky\.app/profile/([^/?#\s]+)/?(?:[?#]\S*)?")


def find_page(url: str) -> str:
    """The handle or DID in the address of a profile."""
    found = _PAGE.fullmatch(url)
    return found[1] if found else ""


async def read(name: str, access: NetworkAccess, known: Collection[str]) -> Export:
    """See `AccountReader`."""
    from automagic.sources.posts.bluesky_account import read_posts

    return await read_posts(name, access, known)


READER = AccountReader("bluesky", "bluesky:HANDLE", find_page, read, settings=(BASE_URL,))
