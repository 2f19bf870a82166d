"""What is sent of a thread, checked as far as nobody else does: Bluesky's servers take almost anything.

parts ─▶ texts with short links and facets ─▶ too long? empty? ─▶ RichText
files ─▶ as large and of the kind that they claim? ─────────────▶ bytes to upload
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from automagic.destinations.shared.network import Attachment, PictureLimits, PostThread
from automagic.errors import RequestError
from automagic.language.posts.counting.length import NetworkLimits, measure
from automagic.language.posts.facets import RichText, shorten_links
from automagic.language.posts.suspicious import find_forbidden
from automagic.reading.named_files import read_named

MOST_PICTURES = 4
MAX_PICTURE_BYTES = 2_000_000
MAX_THUMB_BYTES = 1_000_000
MAX_VIDEO_BYTES = 300_000_000
MAX_CAPTIONS_BYTES = 20_000
"""Of the lexicons app.bsky.embed.images, external and video."""
PICTURES = PictureLimits(bytes=MAX_PICTURE_BYTES, card_bytes=MAX_THUMB_BYTES)
MAX_VIDEO_S = 180.0
"""What Bluesky's player takes since March 2025; no lexicon says so."""
MAX_CALL_BYTES = 150 * 1024
"""Of a body in JSON (`jsonLimit` of @atproto/pds)."""

_BEGINNINGS: Mapping[str, re.Pattern[bytes]] = {
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
    "image/gif": re.compile(rb"GIF8[79]a"),
    "video/mp4": re.compile(rb".{4}ftyp", re.DOTALL),
    "text/vtt": re.compile(rb"(?:\xef\xbb\xbf)?WEBVTT(?=\s|$)"),
}
"""The first bytes of each media type that is sent."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class BlobFile:
    """A file to upload: its bytes and their media type."""

    data: bytes
    media_type: str


def prepare_texts(thread: PostThread, limits: NetworkLimits) -> tuple[RichText, ...]:
    """The parts as readers will see them.

    Raises:
        RequestError: One is empty, too long, or holds what no text may hold.
    """
    if not thread.parts:
        raise RequestError("there is nothing to publish", hint="")
    return tuple(_prepare(thread, number, limits) for number in range(1, len(thread.parts) + 1))


def _prepare(thread: PostThread, number: int, limits: NetworkLimits) -> RichText:
    text = thread.parts[number - 1].strip()
    where = f"post {number} of {len(thread.parts)}" if len(thread.parts) > 1 else "the post"
    if forbidden := ", ".join(find_forbidden(text)):
        raise RequestError(f"{where} holds characters that no text may hold: {forbidden}", hint="Take them out.")
    shown = shorten_links(text)
    shows_more = number == 1 and (thread.attachments or thread.card)
    if not shown.text and not shows_more:
        raise RequestError(f"{where} is empty", hint="Write something, or attach a picture.")
    length = measure(shown.text, "bluesky", limits)
    if not length.ok:
        raise RequestError(
            f"{where} is too long for Bluesky: {length.length:,} of {length.limit:,} {length.unit}",
            hint="Shorten it, or make a thread of it: --thread",
        )
    return shown


def prepare_languages(thread: PostThread) -> tuple[str, ...]:
    """The languages to name; none where it is no valid tag."""
    return (thread.language,) if _LANGUAGE.fullmatch(thread.language) else ()


def check_attachments(thread: PostThread) -> None:
    """Refuse what Bluesky cannot show together.

    Raises:
        RequestError: There are too many, pictures and a video, or a kind that is not taken.
    """
    videos = [one for one in thread.attachments if one.is_video]
    if len(videos) > 1 or (videos and len(thread.attachments) > 1):
        raise RequestError("Bluesky shows one video in a post, and no pictures beside it", hint="Leave the others out.")
    if len(thread.attachments) > MOST_PICTURES:
        raise RequestError(
            f"Bluesky shows {MOST_PICTURES} pictures in a post, and there are {len(thread.attachments)}",
            hint="Leave some out.",
        )
    for one in thread.attachments:
        if one.media_type not in _BEGINNINGS:
            raise RequestError(
                f"Bluesky does not take {one.path.name}: it is {one.media_type}",
                hint="Give JPEG, PNG, WebP or GIF, or a video as MP4.",
            )
        if one.duration_s is not None and one.duration_s > MAX_VIDEO_S:
            raise RequestError(
                f"{one.path.name} is {one.duration_s:.0f} s long, and Bluesky shows at most {MAX_VIDEO_S:.0f} s",
                hint="Publish a clip of it.",
            )


def read_attachment(one: Attachment) -> BlobFile:
    """The bytes of a picture or a video.

    Raises:
        RequestError: They are missing, too many, or not what they are said to be.
    """
    limit = MAX_VIDEO_BYTES if one.is_video else MAX_PICTURE_BYTES
    return _read(one.path, one.media_type, limit)


def read_captions(path: Path) -> BlobFile:
    """WebVTT.

    Raises:
        RequestError: As of `read_attachment`.
    """
    return _read(path, "text/vtt", MAX_CAPTIONS_BYTES)


def read_thumb(path: Path) -> BlobFile:
    """The picture of a link card: JPEG or PNG.

    Raises:
        RequestError: As of `read_attachment`.
    """
    return _read(path, "image/png" if path.suffix.lower() == ".png" else "image/jpeg", MAX_THUMB_BYTES)


def _read(path: Path, media_type: str, limit: int) -> BlobFile:
    data = read_named(path, limit, what="a file to publish", hint=f"Bluesky takes at most {limit / 1e6:g} MB of it.")
    if not _BEGINNINGS[media_type].match(data):
        raise RequestError(f"{path.name} is not {media_type}", hint="Is it the right file?")
    return BlobFile(data, media_type)


def images_embed(blobs: Sequence[Any], attachments: Sequence[Attachment]) -> dict[str, Any]:
    """An app.bsky.embed.images.

    Args:
        blobs: What the uploads of the attachments gave.
    """
    pairs = zip(blobs, attachments, strict=True)
    images = [{"image": blob, "alt": one.alt, **_aspect_ratio(one)} for blob, one in pairs]
    return {"$type": "app.bsky.embed.images", "images": images}


def video_embed(blob: Any, attachment: Attachment, captions: Any, language: str) -> dict[str, Any]:
    """An app.bsky.embed.video.

    Args:
        captions: The blob of its captions; None for none.
        language: Of the captions.
    """
    told = {"captions": [{"lang": language or "und", "file": captions}]} if captions else {}
    return {
        "$type": "app.bsky.embed.video",
        "video": blob,
        "alt": attachment.alt,
        **_aspect_ratio(attachment),
        **told,
    }


def card_embed(url: str, title: str, description: str, thumb: Any) -> dict[str, Any]:
    """An app.bsky.embed.external.

    Args:
        thumb: The blob of its picture; None for none.
    """
    external = {"uri": url, "title": title, "description": description, **({"thumb": thumb} if thumb else {})}
    return {"$type": "app.bsky.embed.external", "external": external}


def _aspect_ratio(one: Attachment) -> dict[str, Any]:
    known = one.width > 0 and one.height > 0
    return {"aspectRatio": {"width": one.width, "height": one.height}} if known else {}
