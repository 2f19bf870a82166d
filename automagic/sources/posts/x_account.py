"""The posts of an account on X, from X, newest first: its own posts and its replies, for a tenth of a cent each.

    x:jane ─▶ who signed in as @jane? ─▶ may it cost that? ─▶ what is newer than all that is known ─▶ Export

Their ids are those of X's archive, so that what was learned from an archive is not bought again. X gives the newest
3,200 of an account.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal
from typing import TYPE_CHECKING

from automagic.destinations.x import parse_place
from automagic.destinations.x.account import open_account
from automagic.destinations.x.timeline import read_timeline
from automagic.errors import RequestError
from automagic.sources.posts.export import Export, is_possible, read_language_tag

if TYPE_CHECKING:
    from automagic.destinations.shared.network import NetworkAccess
    from automagic.destinations.x.timeline import XPost
    from automagic.values.post import PostKind

MOST_POSTS = 3_200
"""https://docs.x.com/x-api/posts/timelines/introduction"""

_POST_ID = re.compile(r"[1-9]\d{14,18}")
_LEADING_MENTIONS = re.compile(r"(?:@\w{1,20}\s+)+")


async def read_posts(name: str, access: NetworkAccess, known: Collection[str]) -> Export:
    """Those that are newer than the known ones; as many as --max-cost allows, the newest first.

    Args:
        name: Of an account that somebody signed in with on this machine.
        known: Ids, those of other networks among them.

    Raises:
        RequestError: Nobody said what it may cost.
        ConfigurationError: Nobody signed in with it.
        BudgetError: Less is left than it costs.
        VendorError: X could not be read.
    """
    price = access.prices.post("x", "read own post")
    allowed = access.gate.max_cost_usd
    if allowed is None:
        raise RequestError(
            f"X takes ${price} for each post of your own that is read: $1 for 1,000, at most ${price * MOST_POSTS}",
            hint="Say what it may cost: --max-cost 1. Your archive of X costs nothing: ask X for it under “Your "
            "account”, and name the file.",
        )
    account, api = await open_account(access, parse_place(name))
    export = Export(f"x:{account.name.removeprefix('@')}")
    export.add_account("x", account.name.removeprefix("@").lower())
    asked = {"exclude": "retweets"}
    if newest := max((int(id) for id in known if _POST_ID.fullmatch(id)), default=0):
        asked["since_id"] = str(newest)
    found: list[XPost] = []

    def note_broken(fault: str) -> None:
        export.broken.append(RequestError(f"{export.name}, {fault}", hint="Your archive of X may have it."))

    most = _how_many(allowed, price)
    async for page in read_timeline(access, api, account.id, most=most, asked=asked, note_broken=note_broken):
        found += page
    own = {one.id for one in found} | set(known)
    for one in found:
        with export.record():
            _add(export, one, own)
    return export


def _how_many(allowed: Decimal, price: Decimal) -> int:
    """So many that the last page costs no more than is left: none has fewer than five."""
    return min(max(int(allowed / price) // 5 * 5, 5), MOST_POSTS)


def _add(export: Export, one: XPost, own: Collection[str]) -> None:
    kind = _kind_of(one, own)
    text = one.text
    if kind == "reply":
        text = _LEADING_MENTIONS.sub("", text, count=1) if _LEADING_MENTIONS.match(text) else text
    when = one.created_at
    export.add(
        text,
        id=one.id,
        where=f"post {one.id}",
        created_at=when if when and is_possible(when) else None,
        kind=kind,
        language=read_language_tag(one.language),
        likes=one.likes,
        reposts=one.repeated,
        replies=one.replies,
        media=one.media,
    )


def _kind_of(one: XPost, own: Collection[str]) -> PostKind:
    """A post in a thread of the author's own is a post: it is addressed to everybody."""
    if one.reposts:
        return "repost"
    if one.conversation_id != one.id and one.conversation_id not in own:
        return "reply"
    return "quote" if one.quotes else "post"
