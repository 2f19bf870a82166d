"""YouTube: OAuth, resumable uploads, captions, thumbnails and the lists, with its daily limits and its refusals.

    with YouTubeServer() as server:
        server.lose_chunk(kept=256 * 1024)      # the next chunk arrives in part, then the line goes dead
        ...
    assert [video.sha256 for video in server.videos.values()] == [...]

Shapes: https://developers.google.com/youtube/v3/docs and .../guides/using_resumable_upload_protocol; the discovery
document is Google's own, as its client brings it along. Judged by `google-api-python-client` and
`google-auth-oauthlib` in test_servers_youtube.py.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import itertools
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from aiohttp import web

from tests.support.servers.base import CALL, VendorServer

GRANULE = 256 * 1024
"""Chunks but the last are multiples of it; what is kept of a broken one is too."""
UPLOAD_SCOPE = "https://www.googleapis.com/auth/youtube.upload"
CAPTIONS_SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"
_SCOPE = web.RequestKey("scope", str)


@dataclass
class Session:
    """One resumable upload."""

    id: str
    resource: dict[str, Any]
    total: int
    data: bytearray = field(default_factory=bytearray)
    video: str = ""
    expired: bool = False


@dataclass
class Video:
    """One finished upload."""

    id: str
    resource: dict[str, Any]
    size: int
    sha256: str
    captions: list[tuple[dict[str, Any], bytes]] = field(default_factory=list)
    thumbnail: bytes = b""


class ApiError(Exception):
    """A refusal in Google's format."""

    def __init__(self, status: int, reason: str, message: str, domain: str = "youtube.video") -> None:
        super().__init__(message)
        self.status, self.reason, self.message, self.domain = status, reason, message, domain

    def answer(self) -> web.Response:
        errors = [{"message": self.message, "domain": self.domain, "reason": self.reason}]
        return web.json_response(
            {"error": {"code": self.status, "message": self.message, "errors": errors}}, status=self.status
        )


class YouTubeServer(VendorServer):
    """See the module's docstring.

    Attributes:
        videos: By id, in the order of their completion.
        ranges: Every range of bytes that a chunk brought and that was kept: (session, first, last).
        on_chunk: Is called when a chunk was kept, before its answer, with the number of chunks so far.
        sent_bytes: Of all chunks that came, kept or not.
        playlists: The person's own, with their videos.
        daily_uploads: videos.insert calls until quotaExceeded.
        channel_limit: Videos that the channel takes until uploadLimitExceeded.
        consent: What the person answers: "granted", "denied", or "part" (uploads, but no captions).
        verified: Whether the project was audited by Google; videos of others stay private.
    """

    client_id = "client-1.apps.example"
    client_secret = "client-secret-not-secret"  # noqa: S105 - of a test server
    channel = "UCtest0000000000000000001"

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.videos: dict[str, Video] = {}
        self.sessions: dict[str, Session] = {}
        self.ranges: list[tuple[str, int, int]] = []
        self.sent_bytes = 0
        self.on_chunk: Callable[[int], None] = lambda _number: None
        self.playlists: dict[str, list[str]] = {"PLtest": []}
        self.daily_uploads = 100
        self.channel_limit = 1000
        self.consent = "granted"
        self.verified = True
        self.has_channel = True
        self.access_tokens: dict[str, str] = {self.key: f"{UPLOAD_SCOPE} {CAPTIONS_SCOPE}"}
        self.refresh_tokens: dict[str, str] = {}
        self._codes: dict[str, dict[str, str]] = {}
        self._numbers = itertools.count(1)
        self._cuts: list[int] = []

    # ------------------------------------------------------------------------------------------- for tests

    def lose_chunk(self, *, kept: int, times: int = 1) -> None:
        """The next chunks arrive up to `kept` bytes (whole granules are kept), then the connection is lost."""
        self._cuts.extend([kept] * times)

    def keep_chunks(self) -> None:
        """Connections hold again."""
        self._cuts.clear()

    def expire_tokens(self) -> None:
        """No access token given out so far is good any more."""
        self.access_tokens.clear()

    def expire_sessions(self) -> None:
        """No upload begun so far can go on."""
        for session in self.sessions.values():
            session.expired = True

    def grant(self, scope: str = f"{UPLOAD_SCOPE} {CAPTIONS_SCOPE}") -> str:
        """A refresh token, as if a person had agreed."""
        token = f"refresh-{next(self._numbers)}"
        self.refresh_tokens[token] = scope
        return token

    @property
    def inserts(self) -> int:
        """How many sessions were begun."""
        return self.billed("videos.insert")

    # --------------------------------------------------------------------------------------------- serving

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/o/oauth2/v2/auth", self._authorize)
        app.router.add_post("/token", self._token)
        app.router.add_get("/discovery/v1/apis/youtube/v3/rest", self._discovery)
        for method, path, handler in (
            ("POST", "/upload/youtube/v3/videos", self._insert),
            ("PUT", "/upload/youtube/v3/videos", self._chunk),
            ("POST", "/upload/youtube/v3/captions", self._captions),
            ("POST", "/upload/youtube/v3/thumbnails/set", self._thumbnail),
            ("GET", "/youtube/v3/videos", self._list_videos),
            ("GET", "/youtube/v3/channels", self._list_channels),
            ("GET", "/youtube/v3/playlistItems", self._list_playlist),
            ("POST", "/youtube/v3/playlistItems", self._join_playlist),
        ):
            app.router.add_route(method, path, self._guarded(handler))

    def refuse(self, status: int, message: str) -> web.Response:
        reason = {401: "authError", 403: "forbidden", 404: "notFound", 429: "rateLimitExceeded"}
        return ApiError(status, reason.get(status, "backendError"), message, "global").answer()

    def _guarded(self, handler: Any) -> Any:
        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                kind, _, token = request.headers.get("Authorization", "").partition(" ")
                if kind != "Bearer" or token not in self.access_tokens:
                    raise ApiError(401, "authError", "Invalid Credentials", "global")  # noqa: TRY301 - one way out
                request[_SCOPE] = self.access_tokens[token]
                answer: web.StreamResponse = await handler(request)
            except ApiError as error:
                return error.answer()
            return answer

        return guarded

    async def _discovery(self, _request: web.Request) -> web.Response:
        from googleapiclient.discovery_cache import get_static_doc

        document = json.loads(get_static_doc("youtube", "v3") or "{}")
        document["rootUrl"] = document["baseUrl"] = f"{self.url}/"
        document.pop("mtlsRootUrl", None)
        return web.json_response(document)

    # ----------------------------------------------------------------------------------------------- OAuth

    async def _authorize(self, request: web.Request) -> web.Response:
        asked = request.query
        target = urlsplit(asked.get("redirect_uri", ""))
        if asked.get("client_id") != self.client_id or target.hostname not in ("127.0.0.1", "localhost", "::1"):
            return web.Response(status=400, text="Error 400: redirect_uri_mismatch")
        if asked.get("response_type") != "code":
            return web.Response(status=400, text="Error 400: invalid_request")
        back = {"state": asked["state"]} if "state" in asked else {}
        if self.consent == "denied":
            back["error"] = "access_denied"
        else:
            code = f"4/code-{next(self._numbers)}"
            scope = UPLOAD_SCOPE if self.consent == "part" else asked.get("scope", "")
            self._codes[code] = {**asked, "scope": scope}
            back |= {"code": code, "scope": scope}
        raise web.HTTPFound(f"{asked['redirect_uri']}?{urlencode(back)}")

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: values[0] for name, values in parse_qs((await request.read()).decode()).items()}
        try:
            basic = base64.b64decode(request.headers.get("Authorization", "")[6:]).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            basic = ("", "", "")
        client, secret = form.get("client_id", basic[0]), form.get("client_secret", basic[2])
        if (client, secret) != (self.client_id, self.client_secret):
            return _token_error(401, "invalid_client", "The provided client secret is invalid.")
        answer: dict[str, Any] = {"expires_in": 3599, "token_type": "Bearer"}
        if form.get("grant_type") == "authorization_code":
            asked = self._codes.pop(form.get("code", ""), None)
            if fault := _code_fault(form, asked):
                return _token_error(400, *fault)
            assert asked is not None
            scope = asked["scope"]
            answer["refresh_token"] = self.grant(scope)
        elif form.get("grant_type") == "refresh_token" and form.get("refresh_token") in self.refresh_tokens:
            scope = self.refresh_tokens[form["refresh_token"]]
        elif form.get("grant_type") == "refresh_token":
            return _token_error(400, "invalid_grant", "Token has been expired or revoked.")
        else:
            return _token_error(400, "unsupported_grant_type", "Invalid grant_type")
        answer |= {"access_token": f"access-{next(self._numbers)}", "scope": scope}
        self.access_tokens[answer["access_token"]] = scope
        return web.json_response(answer)

    # --------------------------------------------------------------------------------------------- uploads

    async def _insert(self, request: web.Request) -> web.Response:
        if request.query.get("uploadType") != "resumable":
            raise ApiError(400, "badRequest", "this server takes resumable uploads only")
        if self.inserts >= self.daily_uploads:
            message = "The request cannot be completed because you have exceeded your quota."
            raise ApiError(403, "quotaExceeded", message, "youtube.quota")
        self.bill(request, "videos.insert")
        resource = request[CALL].json
        _check_resource(resource, request.query.get("part", "").split(","))
        if len(self.videos) >= self.channel_limit:
            raise ApiError(400, "uploadLimitExceeded", "The user has exceeded the number of videos they may upload.")
        session = Session(f"session-{next(self._numbers)}", resource, int(request.headers["X-Upload-Content-Length"]))
        self.sessions[session.id] = session
        query = urlencode({**request.query, "upload_id": session.id})
        location = f"{self.url}/upload/youtube/v3/videos?{query}"
        return web.Response(headers={"Location": location, "X-GUploader-UploadID": session.id})

    async def _chunk(self, request: web.Request) -> web.Response:
        session = self.sessions.get(request.query.get("upload_id", ""))
        if session is None or session.expired:
            raise ApiError(404, "notFound", "Not Found", "global")
        stated = re.fullmatch(r"bytes (?:(\d+)-(\d+)|\*)/(\d+)", request.headers.get("Content-Range", ""))
        if stated is None or int(stated[3]) != session.total:
            raise ApiError(400, "badRequest", "Failed to parse Content-Range header.", "global")
        body = await request.read()
        if stated[1] is not None and not session.video:
            first, last = int(stated[1]), int(stated[2])
            self.sent_bytes += len(body)
            if last - first + 1 != len(body) or first > len(session.data):
                raise ApiError(400, "badRequest", "The range does not continue what was received.", "global")
            if last + 1 != session.total and len(body) % GRANULE:
                raise ApiError(400, "badRequest", "Chunks must be multiples of 256 KiB.", "global")
            body = body[len(session.data) - first :]  # what is kept already is passed over
            if self._cuts:
                self._keep(session, body[: self._cuts.pop(0) // GRANULE * GRANULE])
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            self._keep(session, body)
            self.on_chunk(len(self.ranges))
        if len(session.data) == session.total:
            return web.json_response(self._finish(session).resource)
        ranges = {"Range": f"bytes=0-{len(session.data) - 1}"} if session.data else {}
        return web.Response(status=308, headers=ranges)

    def _keep(self, session: Session, body: bytes) -> None:
        if body:
            self.ranges.append((session.id, len(session.data), len(session.data) + len(body) - 1))
            session.data += body

    def _finish(self, session: Session) -> Video:
        if not session.video:
            session.video = f"vid{next(self._numbers):08}"
            resource = json.loads(json.dumps(session.resource))
            if not self.verified:
                resource["status"]["privacyStatus"] = "private"
            resource |= {"kind": "youtube#video", "id": session.video}
            resource["snippet"] |= {"channelId": self.channel, "publishedAt": datetime.now(UTC).isoformat()}
            resource["status"]["uploadStatus"] = "uploaded"
            digest = hashlib.sha256(session.data).hexdigest()
            self.videos[session.video] = Video(session.video, resource, session.total, digest)
        return self.videos[session.video]

    async def _captions(self, request: web.Request) -> web.Response:
        if CAPTIONS_SCOPE not in request[_SCOPE]:
            message = "Request had insufficient authentication scopes."
            raise ApiError(403, "insufficientPermissions", message, "global")
        header = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
        parts = list(message_from_bytes(header + await request.read(), policy=HTTP).iter_parts())
        if len(parts) != 2:
            raise ApiError(400, "contentRequired", "The request does not include the caption track contents.")
        snippet = json.loads(parts[0].get_payload(decode=True))["snippet"]
        video = self._video(snippet["videoId"])
        if any(
            (known["language"], known["name"]) == (snippet["language"], snippet["name"]) for known, _ in video.captions
        ):
            raise ApiError(409, "captionExists", "A caption track with this language and name exists.")
        self.bill(request, "captions.insert")
        video.captions.append((snippet, parts[1].get_payload(decode=True)))
        return web.json_response(
            {
                "kind": "youtube#caption",
                "id": f"caption-{next(self._numbers)}",
                "snippet": snippet | {"status": "serving"},
            }
        )

    async def _thumbnail(self, request: web.Request) -> web.Response:
        video = self._video(request.query.get("videoId", ""))
        picture = await request.read()
        if not picture.startswith(b"\xff\xd8\xff") or len(picture) > 2 << 20:
            raise ApiError(400, "invalidImage", "The provided image content is invalid.")
        self.bill(request, "thumbnails.set")
        video.thumbnail = picture
        return web.json_response({"kind": "youtube#thumbnailSetResponse", "items": [{}]})

    # ----------------------------------------------------------------------------------------------- lists

    def _video(self, video_id: str) -> Video:
        if video_id not in self.videos:
            raise ApiError(404, "videoNotFound", "The video cannot be found.")
        return self.videos[video_id]

    async def _list_videos(self, request: web.Request) -> web.Response:
        parts = {"id", "kind", *request.query.get("part", "").split(",")}
        items = []
        for video_id in request.query.get("id", "").split(","):
            if video := self.videos.get(video_id):
                full = video.resource | {"fileDetails": {"fileSize": str(video.size)}}
                items.append({name: value for name, value in full.items() if name in parts})
        return web.json_response({"kind": "youtube#videoListResponse", "items": items})

    async def _list_channels(self, _request: web.Request) -> web.Response:
        channel = {
            "kind": "youtube#channel",
            "id": self.channel,
            "snippet": {"title": "Test channel"},
            "contentDetails": {"relatedPlaylists": {"uploads": f"UU{self.channel[2:]}"}},
        }
        items = {"items": [channel]} if self.has_channel else {}
        return web.json_response({"kind": "youtube#channelListResponse", **items})

    async def _list_playlist(self, request: web.Request) -> web.Response:
        found = self._playlist(request.query.get("playlistId", ""))
        wanted = request.query.get("videoId")
        chosen = [name for name in found if wanted in (None, name)][: int(request.query.get("maxResults", 5))]
        items = [{"kind": "youtube#playlistItem", "contentDetails": {"videoId": name}} for name in chosen]
        return web.json_response({"kind": "youtube#playlistItemListResponse", "items": items})

    async def _join_playlist(self, request: web.Request) -> web.Response:
        snippet = request[CALL].json["snippet"]
        if snippet["playlistId"] not in self.playlists:
            raise ApiError(404, "playlistNotFound", "The playlist cannot be found.", "youtube.playlistItem")
        self.playlists[snippet["playlistId"]].append(self._video(snippet["resourceId"]["videoId"]).id)
        return web.json_response({"kind": "youtube#playlistItem", "id": f"item-{next(self._numbers)}"})

    def _playlist(self, name: str) -> list[str]:
        if name == f"UU{self.channel[2:]}":
            return list(reversed(self.videos))
        if name not in self.playlists:
            raise ApiError(404, "playlistNotFound", "The playlist cannot be found.", "youtube.playlistItem")
        return self.playlists[name]


def _token_error(status: int, error: str, description: str) -> web.Response:
    return web.json_response({"error": error, "error_description": description}, status=status)


def _code_fault(form: dict[str, str], asked: dict[str, str] | None) -> tuple[str, str] | None:
    """Why a code is not exchanged (RFC 6749, 4.1.3; RFC 7636, 4.6)."""
    if asked is None:
        return "invalid_grant", "Malformed auth code."
    if form.get("redirect_uri") != asked["redirect_uri"]:
        return "redirect_uri_mismatch", "Bad Request"
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if asked.get("code_challenge", challenge) != challenge:
        return "invalid_grant", "Invalid code verifier."
    return None


def _check_resource(resource: dict[str, Any], parts: list[str]) -> None:
    """What YouTube refuses of a video's texts and status."""
    if set(parts) != set(resource):
        raise ApiError(400, "unexpectedPart", f"part names {parts}, the body holds {sorted(resource)}")
    snippet, status = resource["snippet"], resource.get("status", {})
    title, description = snippet.get("title", ""), snippet.get("description", "")
    if not title or len(title) > 100 or set("<>") & set(title):
        raise ApiError(400, "invalidTitle", "The request metadata specifies an invalid or empty video title.")
    if len(description.encode()) > 5000 or set("<>") & set(description):
        raise ApiError(400, "invalidDescription", "The request metadata specifies an invalid video description.")
    tags = snippet.get("tags", [])
    if sum(len(tag) + 2 * (" " in tag) + 1 for tag in tags) - bool(tags) > 500 or any(
        set("<>") & set(tag) for tag in tags
    ):
        raise ApiError(400, "invalidTags", "The request metadata specifies invalid video keywords.")
    if not str(snippet.get("categoryId", "")).isdigit():
        raise ApiError(400, "invalidCategoryId", "The request metadata specifies an invalid category ID.")
    if "publishAt" in status and status.get("privacyStatus") != "private":
        raise ApiError(400, "invalidPublishAt", "The request metadata specifies an invalid scheduled publishing time.")
