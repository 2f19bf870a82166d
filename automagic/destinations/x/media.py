"""Pictures and videos of a post on X: what it takes, and how they get there, in pieces.

    initialize ──▶ append 0, 1, 2 … ──▶ finalize ──▶ status, until X has worked on it ──▶ alt text

Nothing of this is seen by anybody before a post names it, so each step may be repeated. X keeps a file for a day.
"""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from automagic.errors import Permanent, RequestError, Retryable, Unknown
from automagic.gate.calls import Answer, Attempt, Call
from automagic.machine.blocks import hash_file
from automagic.reading.named_files import open_named
from automagic.shaping import to_shape

if TYPE_CHECKING:
    from automagic.destinations.shared.network import Attachment, NetworkAccess
    from automagic.destinations.x.api import XApi

MOST_PICTURES = 4
MOST_ALT = 1000
"""Characters."""

_MIB = 1 << 20
MOST_PICTURE_BYTES = 5_000_000
_PICTURES = {**dict.fromkeys(("image/jpeg", "image/png", "image/webp"), MOST_PICTURE_BYTES), "image/gif": 15_000_000}
"""Media type → the most bytes. https://docs.x.com/x-api/media/quickstart/best-practices"""
_VIDEOS = ("video/mp4", "video/quicktime")
_SHORTEST_S = 0.5
_LONGEST_S = {False: 20 * 60, True: 125 * 60}
_LARGEST_VIDEO = {False: 8_000_000_000, True: 16_000_000_000}
"""Of a video, for who pays for their account and who does not: the same page, as of X's changes of 2026-09-01."""
_WIDEST = 3.0
_NARROWEST_PX = 32
_GIF_PX = (1280, 1080)

_PIECE = 4 * _MIB
_MOST_PIECES = 1000
_LONGEST_WORK_S = 1800.0
_LONGEST_PAUSE_S = 30.0


def check_attachments(attachments: Sequence[Attachment], *, paying: bool) -> None:
    """Refuse what X would refuse, before anything is sent.

    Args:
        paying: Whether X has a paying account before it.

    Raises:
        RequestError: It takes no such file, or not as many.
    """
    alone = [one for one in attachments if one.is_video or one.media_type == "image/gif"]
    if len(attachments) > MOST_PICTURES or (alone and len(attachments) > 1):
        raise RequestError(
            f"X takes {MOST_PICTURES} pictures in a post, or one video, or one GIF; not {len(attachments)} files",
            hint="Leave some out.",
        )
    for one in attachments:
        if fault := next(_find_faults(one, paying=paying), ""):
            raise RequestError(f"X does not take {one.path.name}: {fault}", hint="Attach another file, or none.")


def _find_faults(one: Attachment, *, paying: bool) -> Iterator[str]:
    if len(one.alt) > MOST_ALT:
        yield f"its description has {len(one.alt):,} characters, of {MOST_ALT:,}"
    if one.media_type not in (_VIDEOS if one.is_video else _PICTURES):
        yield f"it is {one.media_type}, and no {'MP4' if one.is_video else 'JPEG, PNG, WebP or GIF'}"
        return
    try:
        size = one.path.stat().st_size
    except OSError as error:
        yield error.strerror or "it cannot be read"
        return
    most = _LARGEST_VIDEO[paying] if one.is_video else _PICTURES[one.media_type]
    if not 0 < size <= most:
        yield f"it has {size / 1e6:,.1f} MB, of {most / 1e6:,.0f}"
    if one.media_type == "image/gif" and (one.width > _GIF_PX[0] or one.height > _GIF_PX[1]):
        yield f"it has {one.width}x{one.height} pixels, of {_GIF_PX[0]}x{_GIF_PX[1]}"
    if one.is_video:
        yield from _find_faults_of_video(one, paying=paying)


def _find_faults_of_video(one: Attachment, *, paying: bool) -> Iterator[str]:
    longest = _LONGEST_S[paying]
    if one.duration_s is not None and not _SHORTEST_S <= one.duration_s <= longest:
        yield f"it lasts {one.duration_s:,.1f} s; X takes {_SHORTEST_S} s to {longest / 60:.0f} minutes"
    if one.width and one.height:
        if min(one.width, one.height) < _NARROWEST_PX:
            yield f"it has {one.width}x{one.height} pixels, and needs {_NARROWEST_PX} each way"
        if max(one.width, one.height) > _WIDEST * min(one.width, one.height):
            yield f"it has {one.width}x{one.height} pixels, and may be {_WIDEST:.0f} times as long as wide"


def alt_text_call(access: NetworkAccess, subject: str) -> Call:
    """The purchase of describing a file.

    Args:
        subject: X's id of it, or its digest where it is not there yet.
    """
    price = access.prices.post("x", "media metadata")
    return Call("x", "alt text", "", {"media": subject}, estimate_usd=price)


async def upload(access: NetworkAccess, api: XApi, account_id: str, one: Attachment) -> tuple[str, Decimal]:
    """Bring a file to X and describe it; gives X's id of it, and what that cost.

    Raises:
        RequestError: It was changed since it was attached.
        BudgetError: Describing it would cost more than allowed.
        VendorError: X refuses it, or cannot be reached.
    """
    with open_named(one.path, _LARGEST_VIDEO[True]) as (file, size):
        if await asyncio.to_thread(hash_file, file) != one.sha256:
            raise RequestError(f"{one.path.name} was changed after it was attached", hint="Write the post again.")
        # What was uploaded for an earlier try may be gone by now: nothing of it is kept.
        subject = {"account": account_id, "upload": secrets.token_hex(16)}
        call = Call("x", "upload", "", subject, estimate_usd=Decimal(0))
        delivered = await access.gate.call(call, _Upload(access, api, one, file, size).send)
    media_id = delivered.answer.remote_id
    if not one.alt:
        return media_id, Decimal(0)

    async def describe(_attempt: Attempt) -> Answer:
        body = {"id": media_id, "metadata": {"alt_text": {"text": one.alt}}}
        await api.ask("POST", "/2/media/metadata", json=body)
        return Answer(b"", "text/plain")

    return media_id, (await access.gate.call(alt_text_call(access, media_id), describe)).cost_usd


class _Upload:
    """One upload. A further attempt goes on where the one before was broken off."""

    def __init__(self, access: NetworkAccess, api: XApi, one: Attachment, file: BinaryIO, size: int) -> None:
        self._tell = access.progress
        self._api = api
        self._one = one
        self._id = ""
        self._file = file
        self._size = size
        self._piece = max(_PIECE, -(-self._size // _MOST_PIECES))
        self._sent = 0
        self._whole = False

    async def send(self, attempt: Attempt) -> Answer:
        try:
            if not self._id:
                body = {
                    "media_type": self._one.media_type,
                    "media_category": _category(self._one.media_type),
                    "total_bytes": self._size,
                }
                self._id = _read_id(await self._api.ask("POST", "/2/media/upload/initialize", json=body))
            await attempt.note_remote_id(self._id)
            while self._sent * self._piece < self._size:
                data = await asyncio.to_thread(_read_piece, self._file, self._sent * self._piece, self._piece)
                body = {"media": base64.b64encode(data).decode(), "segment_index": self._sent}
                await self._api.ask("POST", f"/2/media/upload/{self._id}/append", json=body)
                self._sent += 1
                self._tell(min(self._sent * self._piece / self._size, 1.0))
            await self._finish()
        except Unknown as error:
            raise Retryable(error.message, hint=error.hint) from error
        return Answer(b"", "text/plain", remote_id=self._id)

    async def _finish(self) -> None:
        """Close the file, and wait until X has looked at it."""
        state: Any = None
        if not self._whole:
            state = await self._api.ask("POST", f"/2/media/upload/{self._id}/finalize")
            self._whole = True
        waited = 0.0
        while waited < _LONGEST_WORK_S:
            if state is None:
                state = await self._api.ask("GET", "/2/media/upload", params={"media_id": self._id})
            work = _read_work(state)
            if work.state in ("", "succeeded"):
                return
            if work.state == "failed":
                said = work.error.message or work.error.name if work.error else ""
                raise Permanent(
                    f"X cannot use {self._one.path.name}{f': {said[:200]}' if said else ''}",
                    hint="X takes H.264 with AAC sound in MP4, progressive, 4:2:0, at most 60 frames a second.",
                )
            pause_s = min(max(work.check_after_secs, 0.05), _LONGEST_PAUSE_S)
            waited += pause_s
            await asyncio.sleep(pause_s)
            state = None
        raise Permanent(f"X is still working on {self._one.path.name} after half an hour", hint="Try again later.")


class _WorkError(msgspec.Struct):
    name: str = ""
    message: str = ""


class _Work(msgspec.Struct):
    state: str = ""
    check_after_secs: float = 1.0
    error: _WorkError | None = None


class _Media(msgspec.Struct):
    id: str
    processing_info: _Work | None = None


class _MediaAnswer(msgspec.Struct):
    data: _Media


def _read_id(body: Any) -> str:
    return _convert(body).data.id


def _read_work(body: Any) -> _Work:
    return _convert(body).data.processing_info or _Work()


def _convert(body: Any) -> _MediaAnswer:
    try:
        return to_shape(body, _MediaAnswer)
    except msgspec.ValidationError as error:
        raise Retryable(
            f"X gave an answer that says nothing of the upload: {error}", hint="Try again later."
        ) from error


def _category(media_type: str) -> str:
    if media_type.startswith("video/"):
        return "tweet_video"
    return "tweet_gif" if media_type == "image/gif" else "tweet_image"


def _read_piece(file: BinaryIO, start: int, size: int) -> bytes:
    file.seek(start)
    return file.read(size)
