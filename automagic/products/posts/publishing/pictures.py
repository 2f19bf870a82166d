"""What a post shows, as each network takes it: pictures in smaller copies, and how a page is shown that it links to.

    too large for the network ─▶ a JPEG of lower quality, then of fewer pixels, beside the draft's own
    a link ─▶ what its page says of itself ─▶ the page's picture, where the network shows what it is given

A copy is made for a network, and the draft stays as it is. Nothing waits long for a page, and nothing fails for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from urllib.parse import urlsplit

from automagic.destinations.shared.network import Attachment, LinkCard, NetworkAccount, PictureLimits
from automagic.errors import AutomagicError, MediaError, RequestError
from automagic.machine.addresses import is_public
from automagic.machine.blocks import hash_file
from automagic.machine.leaving import in_thread
from automagic.products.posts.publishing.drafts import StoredDraft
from automagic.reading.named_files import open_named

Allow = Callable[[IPv4Address | IPv6Address], bool]
_MOST_TITLE, _MOST_DESCRIPTION = 120, 200
_PAGE_S = 10.0
_CARD_PX = 1200
"""Of the longer side of a card's picture: what pages are asked to give, twice what is seen."""


@dataclass(frozen=True, slots=True)
class ReadCard:
    """How a page is shown, as far as it was looked at.

    Attributes:
        picture: The address of the page's picture; "" for none.
        notices: Why nothing more is known.
    """

    card: LinkCard
    picture: str = ""
    notices: tuple[str, ...] = ()


# ------------------------------------------------------------------------------------------------------- pictures


def fit_pictures(
    attachments: Sequence[Attachment], account: NetworkAccount, folder: Path
) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    """The attachments as an account takes them, and a sentence for each picture that is sent as a smaller copy.

    Args:
        folder: For the copies.

    Raises:
        RequestError: A picture cannot be read, or not be made that small.
    """
    fitted: list[Attachment] = []
    notices: list[str] = []
    for one in attachments:
        if one.is_video or not _is_too_large(one, account.pictures):
            fitted.append(one)
            continue
        copy = _shrink(one, account, folder)
        fitted.append(copy)
        size = copy.path.stat().st_size / 1e6
        notices.append(
            f"{account.limits.label} takes no picture as large as {one.path.name}: it is given a copy of "
            f"{size:.1f} MB, {copy.width}x{copy.height}."
        )
    return tuple(fitted), tuple(notices)


def _is_too_large(one: Attachment, limits: PictureLimits) -> bool:
    try:
        size = one.path.stat().st_size
    except OSError:
        return False  # the network's own check says so
    return bool(limits.bytes and size > limits.bytes) or bool(limits.pixels and one.width * one.height > limits.pixels)


def _shrink(one: Attachment, account: NetworkAccount, folder: Path) -> Attachment:
    from automagic.media.framing.smaller_pictures import shrink_picture

    limits = account.pictures
    whose = hashlib.sha256(f"{account.network} {account.id} {one.sha256}".encode()).hexdigest()[:16]
    target = folder / f"{one.path.stem}-{whose}.jpg"
    try:
        most = limits.bytes or one.path.stat().st_size
        width, height = shrink_picture(one.path, target, max_bytes=most, max_pixels=limits.pixels)
    except MediaError as error:
        raise RequestError(error.message, hint=f"Give {account.limits.label} a smaller picture.") from error
    with open_named(target, most) as (file, _):
        sha256 = hash_file(file)
    return replace(
        one,
        path=target,
        media_type="image/jpeg",
        sha256=sha256,
        width=width,
        height=height,
        original=one.original or one.sha256,
    )


# ---------------------------------------------------------------------------------------------------------- cards


def bare_card(draft: StoredDraft) -> ReadCard | None:
    """A card of which only the address is known: enough to tell what is published. None without a link."""
    return ReadCard(LinkCard(draft.link, draft.link)) if draft.link and not draft.media else None


async def read_card(draft: StoredDraft, *, allow: Allow = is_public) -> ReadCard | None:
    """How the page that a draft links to is shown, as far as the page says it in time; None without a link.

    Without an answer it has the page's host for a title.

    Args:
        allow: Which addresses may be connected to.
    """
    if not draft.link or draft.media:
        return None
    from automagic.sources.link_preview import read_preview

    host = urlsplit(draft.link).hostname or draft.link
    try:
        page = await read_preview(draft.link, timeout_s=_PAGE_S, allow=allow)
    except RequestError as error:
        return ReadCard(LinkCard(draft.link, host), notices=(_bare(error),))
    title = _shorten(page.title, _MOST_TITLE) or host
    return ReadCard(LinkCard(draft.link, title, _shorten(page.description, _MOST_DESCRIPTION)), page.picture)


async def add_picture(
    read: ReadCard, account: NetworkAccount, folder: Path, *, allow: Allow = is_public
) -> tuple[LinkCard, tuple[str, ...]]:
    """The card with the page's picture, where the account shows it; and what the person should know.

    Args:
        folder: For the picture.
        allow: As of `read_card`.
    """
    most = account.pictures.card_bytes
    if not most:
        return read.card, ()
    if not read.picture:
        return read.card, read.notices
    from automagic.media.framing.smaller_pictures import shrink_picture
    from automagic.sources.link_preview import fetch_picture

    room = folder / hashlib.sha256(read.picture.encode()).hexdigest()[:16]
    fetched, target = room / "og-image", room / "og-image.jpg"
    try:
        room.mkdir(exist_ok=True)
        fetched.write_bytes(await fetch_picture(read.picture, timeout_s=_PAGE_S, allow=allow))
        await in_thread(shrink_picture, fetched, target, max_bytes=most, longest_px=_CARD_PX)
    except (RequestError, MediaError) as error:
        return read.card, (*read.notices, _bare(error))
    return replace(read.card, picture=target), read.notices


def _bare(error: AutomagicError) -> str:
    return f"The page that is linked to is shown without its picture: {error.message.removesuffix('.')}."


def _shorten(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1].rpartition(' ')[0]}…"
