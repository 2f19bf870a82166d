"""How a page wishes to be shown where somebody links to it: title, description and picture, as it says in its head.

    <meta property="og:title" content="…">   og:description   og:image      https://ogp.me
    else its <title>, <meta name="description">, and the first words of its text

What a page says of itself is data, and its picture comes from wherever it says: from the public internet only.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from yarl import URL

from automagic.errors import RequestError
from automagic.machine.addresses import is_public
from automagic.sources.encoding import decode_text
from automagic.sources.hypertext import parse_page
from automagic.sources.page import PAGES, Allow, Wanted, fetch
from automagic.sources.text import read_document

_MOST_PAGE_BYTES = 10_000_000
_MOST_PICTURE_BYTES = 10_000_000
_TITLES = ("og:title", "twitter:title")
_DESCRIPTIONS = ("og:description", "twitter:description", "description")
_PICTURES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
_TYPES = ("image/jpeg", "image/png", "image/webp")
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
PICTURES = Wanted(",".join(_TYPES), "a JPEG, PNG or WebP picture", "", _TYPES.__contains__)


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """What a page says of itself; "" for what it does not.

    Attributes:
        picture: The address of its picture.
    """

    title: str
    description: str
    picture: str


async def read_preview(url: str, *, timeout_s: float, allow: Allow = is_public) -> LinkPreview:
    """What the page at `url` says of itself.

    Raises:
        RequestError: As of `fetch_page`, but a page without prose is fine.
    """
    found = await fetch(url, PAGES, max_bytes=_MOST_PAGE_BYTES, timeout_s=timeout_s, allow=allow)
    return await asyncio.to_thread(_read, found.data, found.media_type, found.location, found.address)


async def fetch_picture(url: str, *, timeout_s: float, allow: Allow = is_public) -> bytes:
    """The file of a picture; it begins as JPEG, PNG or WebP do.

    Raises:
        RequestError: It cannot be had, or is none of these.
    """
    found = await fetch(url, PICTURES, max_bytes=_MOST_PICTURE_BYTES, timeout_s=timeout_s, allow=allow)
    if not found.data.startswith(_BEGINNINGS):
        raise RequestError(f"{found.location} is not {PICTURES.name}.", hint="")
    return found.data


def _read(data: bytes, media_type: str, location: str, address: URL) -> LinkPreview:
    told = read_head(decode_text(data, location=location, media_type=media_type))
    title, description, picture = (
        next((told[name] for name in names if told.get(name)), "") for names in (_TITLES, _DESCRIPTIONS, _PICTURES)
    )
    if not (title and description):
        try:
            document = read_document(data, location=location, media_type=media_type)
        except RequestError:  # a page without prose still has its head
            return LinkPreview(title or told.get("title", ""), description, _join(address, picture))
        title = title or document.title or told.get("title", "")
        description = description or document.paragraphs[0]
    return LinkPreview(title, description, _join(address, picture))


def read_head(text: str) -> dict[str, str]:
    """The contents of <meta> by name or property, lower-case, the first of each; and of <title>."""
    tree = parse_page(text)
    if tree is None:
        return {}
    told: dict[str, str] = {}
    for meta in tree.iterfind(".//meta"):
        name = (meta.get("property") or meta.get("name") or "").strip().lower()
        if content := " ".join((meta.get("content") or "").split()):
            told.setdefault(name, content)
    if title := " ".join((tree.findtext(".//title") or "").split()):
        told.setdefault("title", title)
    return told


def _join(address: URL, picture: str) -> str:
    """Where a picture is that is named on this page; "" for none."""
    try:
        return str(address.join(URL(picture))) if picture else ""
    except ValueError:
        return ""
