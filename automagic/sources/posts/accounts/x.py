"""An account on X: its posts are read by its owner, who signed in with it, and X takes money for each."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from automagic.sources.posts.accounts.shared import AccountReader

if TYPE_CHECKING:
    from automagic.destinations.shared.network import NetworkAccess
    from automagic.sources.posts.export import Export

_PAGE = re.compile(r"https://(?:www\.|mobile\.)?(?:x|twitter)\.com/(\w{1,20})/?(?:[?#]\S*)?", re.ASCII)


def find_page(url: str) -> str:
    """The name in the address of an account's page."""
    found = _PAGE.fullmatch(url)
    return found[1] if found else ""


async def read(name: str, access: NetworkAccess, known: Collection[str]) -> Export:
    """See `AccountReader`."""
    from automagic.sources.posts.x_account import read_posts

    return await read_posts(name, access, known)


READER = AccountReader("x", "x:ACCOUNT", find_page, read)
