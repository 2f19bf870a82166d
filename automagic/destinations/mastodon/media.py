"""Pictures and videos of a post: whether the instance takes them, and bringing them there.

    POST /api/v2/media ─▶ 200, or 202: it works on it ─▶ GET /api/v1/media/ID until 200 ─▶ an id for the post

An attachment that no post names is removed by the instance after a day, so that one that was sent twice does no harm.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from automagic.destinations.mastodon.api import MastodonApi
from automagic.destinations.mastodon.instance import InstanceLimits
from automagic.destinations.shared.network import Attachment
from automagic.errors import Permanent, RequestError, Retryable, Unknown
from automagic.gate.http import Reply

WORKING_S = 900.0
"""How long an instance may work on a video."""


def check_attachments(attachments: Sequence[Attachment], limits: InstanceLimits, host: str) -> None:
    """Refuse, before anything is sent, what an instance would not take.

    Raises:
        RequestError: One is missing, too large or of a kind that it does not take; or they are too many.
    """
    if len(attachments) > limits.attachments:
        raise RequestError(
            f"{len(attachments)} attachments are too many for {host}: it takes {limits.attachments} in a post",
            hint="Leave some out.",
        )
    if len(attachments) > 1 and any(one.is_video for one in attachments):
        raise RequestError(f"{host} takes one video in a post, and no pictures beside it", hint="Leave the others out.")
    for one in attachments:
        _check(one, limits, host)


def _check(one: Attachment, limits: InstanceLimits, host: str) -> None:
    if not one.path.is_file():
        raise RequestError(f"{one.path.name} is not there", hint="It was moved or removed: write the draft again.")
    types = limits.media_types.split()
    if types and one.media_type not in types:
        raise RequestError(
            f"{one.path.name} is {one.media_type}, which {host} does not take", hint=f"It takes {', '.join(types)}."
        )
    most = limits.video_bytes if one.is_video else limits.image_bytes
    if most and (size := one.path.stat().st_size) > most:
        raise RequestError(
            f"{one.path.name} is too large for {host}: {size / 1e6:.1f} of {most / 1e6:.1f} MB", hint="Make it smaller."
        )
    pixels = limits.video_pixels if one.is_video else limits.image_pixels
    if pixels and one.width * one.height > pixels:
        raise RequestError(
            f"{one.path.name} is too large for {host}: {one.width}x{one.height}, of {pixels:,} pixels at most",
            hint="Make it smaller.",
        )
    if len(one.alt) > limits.alt_characters:
        raise RequestError(
            f"what is said of {one.path.name} is too long for {host}: "
            f"{len(one.alt):,} of {limits.alt_characters:,} characters",
            hint="Say it shorter.",
        )


class Uploads:
    """Brings attachments to an instance, each once in the life of a process.

    Args:
        progress: Is told how much is done, 0..1.
        pause_s: Between two questions whether the instance is ready.
    """

    def __init__(self, api: MastodonApi, progress: Callable[[float], None], pause_s: float) -> None:
        self._api = api
        self._progress = progress
        self._pause_s = pause_s
        self._ids: dict[tuple[str, str], str] = {}
        self._ready: set[tuple[str, str]] = set()

    async def bring(self, attachments: Sequence[Attachment]) -> list[str]:
        """Their ids, in order, each ready to be posted.

        Raises:
            VendorError, RequestError: The instance did not take one. Nothing was posted.
        """
        for number, one in enumerate(attachments):
            self._progress(number / len(attachments))
            try:
                await self._bring_one(one)
            except Unknown as error:  # an upload that was lost is made again: only a post is seen by anybody
                raise Retryable(error.message, hint="Publish it again.") from error
        return [self._ids[_key(one)] for one in attachments]

    async def _bring_one(self, one: Attachment) -> None:
        key = _key(one)
        if key not in self._ids:
            reply = await self._send(one)
            answer = reply.json()
            media = answer.get("id") if isinstance(answer, dict) else None
            if not isinstance(media, str) or not media.isalnum():
                raise Permanent(f"{self._api.host} gave no id for {one.path.name}", hint="Publish it again.")
            self._ids[key] = media
            if reply.status == 200:
                self._ready.add(key)
        if key not in self._ready:
            await self._wait(self._ids[key], one)
            self._ready.add(key)

    async def _send(self, one: Attachment) -> Reply:
        import aiohttp

        with one.path.open("rb") as file:
            form = aiohttp.FormData()
            form.add_field("file", file, filename=one.path.name, content_type=one.media_type)
            if one.alt:
                form.add_field("description", one.alt)
            return await self._api.send("POST", "/api/v2/media", data=form)

    async def _wait(self, media: str, one: Attachment) -> None:
        until = time.monotonic() + WORKING_S
        while time.monotonic() < until:
            await asyncio.sleep(self._pause_s)
            if (await self._api.get(f"/api/v1/media/{media}")).status == 200:
                return
        raise Retryable(
            f"{self._api.host} has not finished {one.path.name} in {WORKING_S / 60:.0f} minutes",
            hint="Publish it again later.",
        )


def _key(one: Attachment) -> tuple[str, str]:
    return one.sha256, one.alt
