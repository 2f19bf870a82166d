"""YouTube: signs in once, uploads each video once, then gives it captions, a thumbnail and a place in a playlist.

A video is known by its content: the same run, or another that made the same file, never uploads it twice to one
channel. What joins a video is repeated until it is there; when YouTube refuses it, the receipt says so and the video
stays. https://developers.google.com/youtube/v3/docs
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from automagic.destinations.shared.publication import DestinationAccess, Options, Publication, Receipt
from automagic.destinations.shared.publication_journal import HeldPublication, PublicationKey, count_sessions, hold
from automagic.destinations.youtube.api import API_URL, DAILY_UPLOADS, YouTubeApi, quota_error, reason_of
from automagic.destinations.youtube.google_oauth import (
    AUTH_URL,
    TOKEN_URL,
    OAuthClient,
    Permission,
    read_client,
    save_token,
    sign_in,
)
from automagic.destinations.youtube.settings import CLIENT_FILE, CLIENT_ID, CLIENT_SECRET
from automagic.destinations.youtube.texts import (
    MAX_THUMBNAIL_BYTES,
    check_time,
    choose_videos,
    describe_video,
    find_category,
    find_thumbnail,
    quota_day_start,
)
from automagic.destinations.youtube.upload import CHUNK_BYTES, DescribedVideo, Upload
from automagic.errors import ConfigurationError, RequestError, VendorError
from automagic.gate.http import Reply

NAME = "youtube"
TOKEN_FILE = "youtube-token.json"  # noqa: S105 - the name of a file
SCOPES = (
    "https://www.googleapis.com/auth/youtube.upload",
    "https://www.googleapis.com/auth/youtube.force-ssl",  # for captions
)


@dataclass(frozen=True, slots=True)
class GoogleServices:
    """Where Google answers, and how it is asked.

    Attributes:
        attempts, backoff_s: Of each request.
        chunk_bytes: What is uploaded at a time: a multiple of 256 KiB.
    """

    api_url: str = API_URL
    auth_url: str = AUTH_URL
    token_url: str = TOKEN_URL
    attempts: int = 6
    backoff_s: float = 1.0
    chunk_bytes: int = CHUNK_BYTES


GOOGLE = GoogleServices()


class YouTube:
    """One channel."""

    def __init__(
        self, access: DestinationAccess, options: Options | None = None, google: GoogleServices = GOOGLE
    ) -> None:
        self._access = access
        self._options = options or Options()
        self._google = google
        self._token_path = access.home / TOKEN_FILE
        self._api: YouTubeApi | None = None
        self._channel = ""
        self._uploads = ""

    async def login(self, open_page: Callable[[str], object]) -> str:
        """Ask the person for permission and keep it.

        Args:
            open_page: Shows the address of Google's page: prints it, opens a browser.

        Returns:
            The channel's title.
        """
        access = self._access
        client = _client_of(access)
        token = await sign_in(
            access.http,
            client,
            SCOPES,
            open_page=open_page,
            auth_url=self._google.auth_url,
            token_url=self._google.token_url,
        )
        save_token(self._token_path, token)
        self._api = None
        return await self._open_channel()

    async def check(self) -> None:
        """Whether the permission is there and good, and today's quota is not used up."""
        find_category(self._options.category)
        check_time(self._options.publish_at, datetime.now(UTC))
        await self._open_channel()
        if self._options.playlist:
            await self._api_of_channel().get("playlistItems", part="id", playlistId=self._options.playlist)
        self._check_quota()

    async def publish(self, publication: Publication) -> tuple[Receipt, ...]:
        """One receipt for each video that was made for YouTube."""
        if not self._channel:
            await self._open_channel()
        return tuple(
            [await self._publish(publication, name, path) for name, path in choose_videos(publication).items()]
        )

    # ----------------------------------------------------------------------------------------------- before

    async def _open_channel(self) -> str:
        access = self._access
        client = _client_of(access)
        google = self._google
        permission = Permission(access.http, client, self._token_path, SCOPES, token_url=google.token_url)
        api = YouTubeApi(
            access.http, permission, url=google.api_url, attempts=google.attempts, backoff_s=google.backoff_s
        )
        channels = await api.get("channels", part="snippet,contentDetails", mine="true")
        if not channels:
            raise ConfigurationError(
                "the Google account that you signed in with has no YouTube channel",
                hint="Create one, or sign in with another account: automagic publish --login",
            )
        self._api = api
        self._channel = str(channels[0]["id"])
        self._uploads = str(channels[0]["contentDetails"]["relatedPlaylists"]["uploads"])
        return str(channels[0]["snippet"]["title"])

    def _api_of_channel(self) -> YouTubeApi:
        assert self._api is not None  # noqa: S101 - the channel is open
        return self._api

    def _before_session(self) -> None:
        check_time(self._options.publish_at, datetime.now(UTC))
        self._check_quota()

    def _check_quota(self) -> None:
        begun = count_sessions(self._access.engine, "youtube", quota_day_start(datetime.now(UTC)).timestamp())
        if begun >= DAILY_UPLOADS:
            raise quota_error(f"{begun} uploads to YouTube were begun today, of {DAILY_UPLOADS} that Google allows")

    # --------------------------------------------------------------------------------------------- one video

    async def _publish(self, publication: Publication, platform: str, path: Path) -> Receipt:
        content, size = await asyncio.to_thread(_digest, path)
        subject = PublicationKey(f"youtube:{self._channel}", platform, content, size)
        resource = describe_video(publication, self._options, platform)
        async with hold(self._access.engine, subject, run_id=publication.run_id, again=self._options.again) as entry:
            known = bool(entry.remote_id)
            if entry.state == "published":
                return Receipt(NAME, entry.remote_id, entry.url, "unchanged", platform)
            if not known:
                upload = Upload(
                    self._api_of_channel(),
                    entry,
                    DescribedVideo(path, resource),
                    uploads=self._uploads,
                    before_session=self._before_session,
                    progress=self._access.progress,
                    chunk_bytes=self._google.chunk_bytes,
                )
                video_id = await upload.run()
                entry.arrive(video_id, f"https://youtu.be/{video_id}")
                self._access.progress(1.0)
            notices = await self._complete(entry, publication, platform, resource["status"])
            scheduled = "publishAt" in resource["status"]
            state: Any = "unchanged" if known else "scheduled" if scheduled else "published"
            return Receipt(NAME, entry.remote_id, entry.url, state, platform, notices)

    async def _complete(
        self, entry: HeldPublication, publication: Publication, platform: str, status: dict[str, Any]
    ) -> tuple[str, ...]:
        """Add what is missing to a video that exists.

        Returns:
            What could not be added, and why.
        """
        extras: dict[str, Callable[[], Awaitable[None]]] = {}
        if captions := publication.captions:
            extras["captions"] = lambda: self._add_captions(entry.remote_id, publication, captions)
        notices = []
        if picture := find_thumbnail(publication, platform):
            extras["thumbnail"] = lambda: self._add_thumbnail(entry.remote_id, picture)
        elif platform in publication.thumbnails:
            notices.append(f"the thumbnail is larger than {MAX_THUMBNAIL_BYTES >> 20} MB: YouTube chooses a picture")
        if self._options.playlist:
            extras["playlist"] = lambda: self._join_playlist(entry.remote_id, self._options.playlist)
        for name, add in extras.items():
            if name in entry.extras:
                continue
            try:
                await add()
            except VendorError as error:
                notices.append(f"{name} not added yet: {error.message}. Publish again to add it.")
            else:
                entry.join(name)
        notices += await self._look_back(entry.remote_id, status)
        if entry.extras.issuperset(extras):
            entry.complete()
        return tuple(notices)

    async def _look_back(self, video_id: str, status: dict[str, Any]) -> list[str]:
        """What YouTube made of the video, where that is not what was asked for."""
        try:
            found = await self._api_of_channel().get("videos", part="status", id=video_id)
        except VendorError:
            return ["YouTube could not be asked what it made of the video: look at it in YouTube Studio"]
        if not found:
            return [f"the video {video_id} is no longer on YouTube; publish with --again to upload it again"]
        made = found[0]["status"]
        notices = []
        if made.get("uploadStatus") in ("rejected", "failed"):
            reason = made.get("rejectionReason") or made.get("failureReason") or "no reason given"
            notices.append(f"YouTube {made['uploadStatus']} the video: {reason}")
        if made.get("privacyStatus") not in (status["privacyStatus"], "public"):
            notices.append(
                f"YouTube keeps the video {made.get('privacyStatus')}: uploads of a Google Cloud project that Google "
                "has not audited stay private until you change them in YouTube Studio"
            )
        return notices

    # ------------------------------------------------------------------------------------- what joins a video

    async def _add_captions(self, video_id: str, publication: Publication, captions: Path) -> None:
        """captions.insert, as multipart/related (RFC 2387); a track that is there already stays."""
        snippet = {"snippet": {"videoId": video_id, "language": publication.language or "und", "name": ""}}
        text = await asyncio.to_thread(captions.read_bytes)
        metadata = msgspec.json.encode(snippet)
        boundary = hashlib.sha256(metadata + text).hexdigest()[:32]
        body = b"".join(
            (
                f"--{boundary}\r\nContent-Type: application/json; charset=utf-8\r\n\r\n".encode(),
                metadata,
                f"\r\n--{boundary}\r\nContent-Type: application/octet-stream\r\n\r\n".encode(),
                text,
                f"\r\n--{boundary}--\r\n".encode(),
            )
        )
        await self._tolerant(
            "captionExists",
            "/upload/youtube/v3/captions",
            {"uploadType": "multipart", "part": "snippet"},
            body,
            f"multipart/related; boundary={boundary}",
        )

    async def _add_thumbnail(self, video_id: str, picture: Path) -> None:
        """thumbnails.set; the same picture again changes nothing."""
        data = await asyncio.to_thread(picture.read_bytes)
        path = "/upload/youtube/v3/thumbnails/set"
        await self._tolerant("", path, {"videoId": video_id, "uploadType": "media"}, data, "image/jpeg")

    async def _join_playlist(self, video_id: str, playlist: str) -> None:
        """playlistItems.insert, unless it is in there: a playlist may hold a video twice."""
        api = self._api_of_channel()
        if await api.get("playlistItems", part="id", playlistId=playlist, videoId=video_id):
            return
        item = {"playlistId": playlist, "resourceId": {"kind": "youtube#video", "videoId": video_id}}
        body = msgspec.json.encode({"snippet": item})
        await self._tolerant("", "/youtube/v3/playlistItems", {"part": "snippet"}, body, "application/json")

    async def _tolerant(self, fine: str, path: str, params: dict[str, str], body: bytes, media_type: str) -> None:
        """POST; a refusal for the reason `fine` means that it is there already."""
        await self._api_of_channel().call(
            "POST", path, params, data=body, headers={"Content-Type": media_type}, fine=lambda reply: _is(reply, fine)
        )


def _is(reply: Reply, reason: str) -> bool:
    return bool(reason) and reason_of(reply) == reason


def _digest(path: Path) -> tuple[str, int]:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), file.tell()
    except OSError as error:
        raise RequestError(f"{path.name} cannot be read: {error.strerror}", hint="Make the video again.") from error


def _client_of(access: DestinationAccess) -> OAuthClient:
    settings = access.settings
    return read_client(settings[CLIENT_ID], settings[CLIENT_SECRET], settings[CLIENT_FILE])
