"""An account on Mastodon: its public posts, with the sign-in where there is one."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from automagic.sources.posts.accounts.shared import AccountReader

if TYPE_CHECKING:
    from automagic.destinations.shared.network import NetworkAccess
    from automagic.sources.posts.export import Export

_PAGE = re.compile(r"https?://([\w.-]+(?::\d+)?)/(?:@|users/)(\w[\w.-]*)/?(?:[?#]\S*)?")


def find_page(url: str) -> str:
    """ "jane@example.social" for https://example.social/@jane."""
    found = _PAGE.fullmatch(url)
    return f"{found[2]}@{found[1]}" if found else ""


async def read(name: str, access: NetworkAccess, known: Collection[str]) -> Export:
    """See `AccountReader`."""
    from automagic.sources.posts.mastodon_account import read_posts

    return await read_posts(name, access, known)


# Behind all others: any server may be an instance, and others have pages with such addresses too.
READER = AccountReader("mastodon", "mastodon:@NAME@INSTANCE", find_page, read, place=900)
