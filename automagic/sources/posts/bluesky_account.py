"""The posts of an account on Bluesky, from the server that keeps them, newest first.

    handle ─▶ DID ─▶ server ─▶ com.atproto.repo.listRecords, a hundred at a time ─▶ Export

Reading ends at the first page with nothing new, so that an account that was learned before is not read again: records
are never changed, and new ones come before all others. Reposts are other records, and are not asked for.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import msgspec

from automagic.destinations.bluesky.identity import find_identity, open_server
from automagic.destinations.bluesky.xrpc import NotThere
from automagic.errors import RequestError
from automagic.gate.calls import Answer, Attempt, Call
from automagic.reading.json import parse_json
from automagic.sources.posts.accounts.shared import MOST_POSTS
from automagic.sources.posts.bluesky import add_record
from automagic.sources.posts.export import Export

if TYPE_CHECKING:
    from automagic.destinations.bluesky.xrpc import XrpcServer
    from automagic.destinations.shared.network import NetworkAccess

_PAGE = 100
_COLLECTION = "app.bsky.feed.post"


async def read_posts(name: str, access: NetworkAccess, known: Collection[str]) -> Export:
    """Those that are not known yet, and the rest of the page that they stand on.

    Args:
        name: A handle or a DID.
        known: Ids as `read_repository` makes them: at://DID/app.bsky.feed.post/KEY.

    Raises:
        RequestError: There is no such account.
        VendorError: It could not be read.
    """
    who = await find_identity(access.http, name, access.settings)
    server = open_server(access.http, who.server, access.settings)
    export = Export(f"bluesky:{who.handle or name}")
    export.add_account("bluesky", who.did)
    cursor = ""
    while len(export.posts) < MOST_POSTS:
        try:
            records, following = await _fetch_page(server, access, who.did, cursor)
        except NotThere as error:
            raise RequestError(
                f"the account {name} is not on the server that it names", hint="It may have just been moved or deleted."
            ) from error
        before = len(export.posts)
        for uri, record in records:
            with export.record():
                add_record(export, record, uri, who.did)
        page = export.posts[before:]
        if not following or following == cursor or (page and all(post.id in known for post in page)):
            break
        cursor = following
    return export


async def _fetch_page(
    server: XrpcServer, access: NetworkAccess, did: str, cursor: str
) -> tuple[list[tuple[str, dict[str, Any]]], str]:
    """Records with their addresses, and where the next page begins; "" behind the last one."""
    params: dict[str, str | int] = {"repo": did, "collection": _COLLECTION, "limit": _PAGE}
    if cursor:
        params["cursor"] = cursor

    async def send(_attempt: Attempt) -> Answer:
        reply = await server.ask("GET", "com.atproto.repo.listRecords", params=params)
        return Answer(msgspec.json.encode(reply.json()), reply.media_type)

    answer = await access.gate.ask(
        Call("bluesky", "posts", "", [server.url, params], server=server.url.partition("://")[2]), send
    )
    body = parse_json(answer.data, name=server.url)
    match body:
        case {"records": list(found)}:
            kept = [
                (one["uri"], one["value"])
                for one in found
                if isinstance(one, dict)
                and isinstance(one.get("value"), dict)
                and str(one.get("uri")).startswith(f"at://{did}/{_COLLECTION}/")
            ]
            following = body.get("cursor")
            return kept, following if isinstance(following, str) else ""
    raise RequestError(f"{server.url} gave no list of posts", hint="Is it a server of Bluesky?")
