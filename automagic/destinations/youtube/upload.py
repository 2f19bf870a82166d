"""One resumable upload, from wherever it stands to a video on YouTube.

    no session ─▶ begin ─▶ ask how far ─▶ chunk ─▶ chunk ─▶ … ─▶ last chunk ─▶ video
                    ▲          ▲  │          │                       │
        gone (404) ─┘          └──┴── lost, 5xx                      └ lost and gone: look among the channel's
                                                                       newest videos before beginning again

Every arrival is journaled, so that another process goes on where this one was killed. An unfinished upload never
becomes a video; only one whose last chunk was on its way may be there without our knowing.
https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from automagic.destinations.shared.publication_journal import HeldPublication
from automagic.destinations.youtube.api import YouTubeApi, explain_refusal
from automagic.errors import Permanent, RequestError, Retryable, Unknown
from automagic.gate.http import Reply

GRANULE = 256 * 1024
CHUNK_BYTES = 32 * GRANULE
"""8 MiB: what is lost at most when a connection breaks."""
MAX_SESSIONS = 3
MAX_STALLS = 5
CLOCK_TOLERANCE_S = 600.0
NEWEST = 50
"""Of a channel's videos, that are looked through."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """How many bytes YouTube has."""

    bytes: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The video exists."""

    video_id: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The session has ended, and YouTube named no video for it."""


Standing = Arrived | Finished | Gone


@dataclass(frozen=True, slots=True)
class DescribedVideo:
    """A video's file, and the body of videos.insert that describes it."""

    path: Path
    resource: dict[str, Any]


class Upload:
    """Brings one file to YouTube.

    Args:
        entry: Its row in the journal.
        uploads: Id of the playlist of the channel's uploads.
        before_session: Is called before a session is begun; raises when the day's quota is used up.
        chunk_bytes: A multiple of 256 KiB.
    """

    def __init__(
        self,
        api: YouTubeApi,
        entry: HeldPublication,
        video: DescribedVideo,
        *,
        uploads: str,
        before_session: Callable[[], None],
        progress: Callable[[float], None],
        chunk_bytes: int,
    ) -> None:
        if chunk_bytes % GRANULE:
            raise ValueError(f"{chunk_bytes} is not a multiple of 256 KiB")
        self._api = api
        self._entry = entry
        self._path = video.path
        self._resource = video.resource
        self._uploads = uploads
        self._before_session = before_session
        self._progress = progress
        self._chunk_bytes = chunk_bytes
        self._total = entry.subject.size_bytes
        self._stalls = 0

    async def run(self) -> str:
        """The video's id.

        Raises:
            VendorError: YouTube refused it, or could not be reached for too long; it goes on from here next time.
        """
        with self._path.open("rb") as file:
            for _ in range(MAX_SESSIONS):
                standing: Standing = Arrived(0)
                if self._entry.session_url:
                    standing = await self._ask()
                else:
                    await self._begin()
                while isinstance(standing, Arrived):
                    standing = self._note_stall(standing.bytes, await self._send_chunk(file.fileno(), standing.bytes))
                if isinstance(standing, Gone) and self._entry.state == "finishing":
                    standing = await self._find() or standing
                if isinstance(standing, Finished):
                    return standing.video_id
                self._entry.drop_session()
        raise Permanent(
            f"YouTube ended {MAX_SESSIONS} uploads of {self._path.name} before they were complete",
            hint="Publish it again later.",
        )

    def _note_stall(self, before: int, standing: Standing) -> Standing:
        """Give up when answer after answer says that nothing more has arrived."""
        stalled = isinstance(standing, Arrived) and standing.bytes <= before
        self._stalls = self._stalls + 1 if stalled else 0
        if self._stalls >= MAX_STALLS:
            raise Retryable(
                f"YouTube does not take more than {before} of {self._total} bytes of {self._path.name}",
                hint="Publish it again later: it goes on from there.",
            )
        return standing

    async def _begin(self) -> None:
        self._before_session()
        reply = await self._api.call(
            "POST",
            "/upload/youtube/v3/videos",
            {"uploadType": "resumable", "part": ",".join(self._resource)},
            data=msgspec.json.encode(self._resource),
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "X-Upload-Content-Length": str(self._total),
                "X-Upload-Content-Type": "video/mp4",
            },
        )
        if not (url := reply.headers.get("location", "")):
            raise Permanent("YouTube opened an upload without an address", hint="Publish it again.")
        self._entry.begin_session(url)

    async def _ask(self) -> Standing:
        """How far the session is."""
        async for attempt in self._api.retrying():
            with attempt:
                return await self._ask_once()
        raise AssertionError("unreachable: the last attempt raises")

    async def _ask_once(self) -> Standing:
        return self._read(await self._put(f"bytes */{self._total}", b""))

    async def _send_chunk(self, file: int, offset: int) -> Standing:
        """Send what follows `offset`; when it was lost on the way, ask and let the caller go on from there."""
        self._progress(offset / self._total)
        size = min(self._chunk_bytes, self._total - offset)
        last = offset + size == self._total
        self._entry.advance(offset, "finishing" if last else "uploading")
        async for attempt in self._api.retrying():
            with attempt:
                if attempt.retry_state.attempt_number > 1:
                    standing = await self._ask_once()
                    if standing != Arrived(offset):
                        return standing
                chunk = await asyncio.to_thread(os.pread, file, size, offset)
                if len(chunk) != size:
                    raise RequestError(f"{self._path.name} became shorter while it was uploaded", hint="Publish again.")
                return self._read(await self._put(f"bytes {offset}-{offset + size - 1}/{self._total}", chunk))
        raise AssertionError("unreachable: the last attempt raises")

    async def _put(self, content_range: str, data: bytes) -> Reply:
        return await self._api.send("PUT", self._entry.session_url, data=data, headers={"Content-Range": content_range})

    def _read(self, reply: Reply) -> Standing:
        """What an answer to a PUT says."""
        if reply.status in (200, 201):
            return Finished(_video_id(reply))
        if reply.status == 308:
            stated = re.fullmatch(r"bytes=0-(\d+)", reply.headers.get("range", "bytes=0--1"))
            return Arrived(int(stated[1]) + 1 if stated else 0)
        if reply.status in (404, 410):
            return Gone()
        raise explain_refusal(reply)

    async def _find(self) -> Finished | None:
        """The video among the channel's newest, by size, title and time, when the session cannot tell any more."""
        items = await self._api.get(
            "playlistItems", part="contentDetails", playlistId=self._uploads, maxResults=str(NEWEST)
        )
        ids = [str(item["contentDetails"]["videoId"]) for item in items]
        if not ids:
            return None
        for video in await self._api.get("videos", part="snippet,fileDetails", id=",".join(ids)):
            snippet = video["snippet"]
            same_size = str(video.get("fileDetails", {}).get("fileSize", "")) == str(self._total)
            uploaded_at = datetime.fromisoformat(snippet["publishedAt"]).timestamp()
            new = uploaded_at >= (self._entry.session_at or 0.0) - CLOCK_TOLERANCE_S
            if same_size and new and snippet["title"] == self._resource["snippet"]["title"]:
                return Finished(str(video["id"]))
        return None


def _video_id(reply: Reply) -> str:
    value = reply.json()
    video_id = value.get("id") if isinstance(value, dict) else None
    if not isinstance(video_id, str) or not re.fullmatch(r"[\w-]{1,64}", video_id):
        raise Unknown(
            "YouTube took the whole video but gave no id for it",
            hint="Publish it again: YouTube is asked first whether it has the video.",
        )
    return video_id
