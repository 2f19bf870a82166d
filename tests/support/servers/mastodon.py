"""An instance of Mastodon: one that people write on, with OAuth, media that take a while, and its refusals.

    with MastodonServer() as server:
        server.break_after(500)                 # the next post is made, and its answer is an error
        ...
    assert server.texts() == ["One.", "Two."]

Shapes and words: https://docs.joinmastodon.org/entities/Status/ and the rest of that documentation, and Mastodon's own
config/locales/en.yml. Judged by `Mastodon.py` in test_mastodon_judges.py.
"""

from __future__ import annotations

import base64
import hashlib
import html
import itertools
import json
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

from aiohttp import web

from tests.support.servers.base import CALL, Call, VendorServer, parts_of

SCOPES = "read:accounts read:statuses write:statuses write:media"
OOB = "urn:ietf:wg:oauth:2.0:oob"
_LINK = re.compile(r"https?://[^\s<]+")
_MENTION = re.compile(r"(?<![\w/])@(\w+)@([\w.-]+\w)")


@dataclass
class Status:
    """A post as it was written."""

    id: str
    text: str
    created_at: datetime
    reply_to: str = ""
    language: str = ""
    visibility: str = "public"
    spoiler: str = ""
    sensitive: bool = False
    media: list[Media] = field(default_factory=list)
    edited_at: datetime | None = None
    reblog_of: str = ""


@dataclass
class Media:
    """An upload; `left` questions are answered with "not yet"."""

    id: str
    type: str
    data: bytes
    description: str
    left: int = 0
    broken: bool = False


class ApiError(Exception):
    """A refusal in Mastodon's format."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


class MastodonServer(VendorServer):
    """See the module's docstring. One account: @jane, number 109; its token is `key`.

    Attributes:
        domain: Of its accounts' names, which need not be its address.
        statuses: By id, oldest first; those that were deleted are gone.
        tokens: Token → what it permits.
        processing: How many questions each new upload is not ready for; pictures are ready at once where it is 0.
        instance: What it says of itself, for tests that want other limits.
        elsewhere: The address of the instance, where this is only the domain of its names.
        closed: Whether it shows nothing without a token.
        old: Answers as a server before 4.0: without the second version of the instance's document and without PKCE.
        consent: Whether the person agrees.
        remaining: Requests that are left in this window.
        on_request: Is called before each answer, and may change what is there, or raise an ApiError.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.domain = "example.social"
        self.statuses: dict[str, Status] = {}
        self.tokens = {self.key: SCOPES}
        self.processing = 0
        self.broken_media = False
        self.elsewhere = ""
        self.closed = False
        self.old = False
        self.consent = True
        self.remaining = 300
        self.on_request: Callable[[web.Request], None] = lambda _request: None
        self.statuses_made = 0
        self.uploads: dict[str, Media] = {}
        self.made_by_key: dict[str, str] = {}
        self.apps: dict[str, dict[str, str]] = {}
        self.configuration: dict[str, Any] = {
            "statuses": {"max_characters": 500, "max_media_attachments": 4, "characters_reserved_per_url": 23},
            "media_attachments": {
                "supported_mime_types": ["image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4"],
                "description_limit": 1500,
                "image_size_limit": 16777216,
                "image_matrix_limit": 33177600,
                "video_size_limit": 103809024,
                "video_frame_rate_limit": 120,
                "video_matrix_limit": 8294400,
            },
        }
        self._codes: dict[str, dict[str, str]] = {}
        self._broken_after: list[int] = []
        self._numbers = itertools.count(114_000_000_000_000_001)

    # ------------------------------------------------------------------------------------------- for tests

    def texts(self) -> list[str]:
        """Of all posts that are there, oldest first."""
        return [one.text for one in self.statuses.values()]

    def write(self, text: str, **facts: Any) -> Status:
        """A post, as if it had been written on the page."""
        made = Status(str(next(self._numbers)), text, facts.pop("created_at", datetime.now(UTC)), **facts)
        self.statuses[made.id] = made
        return made

    def break_after(self, status: int, *, times: int = 1) -> None:
        """The next posts are made, and answered with an error all the same."""
        self._broken_after.extend([status] * times)

    def forget_keys(self) -> None:
        """An hour has passed."""
        self.made_by_key.clear()

    def expire_tokens(self) -> None:
        """No token given out so far is good any more."""
        self.tokens.clear()

    # --------------------------------------------------------------------------------------------- serving

    def read_idempotency_key(self, request: web.Request) -> str:
        """None for the base: what a key made is looked up here, as Mastodon does, before the post is made."""
        del request
        return ""

    def refuse(self, status: int, message: str) -> web.Response:
        del message
        words = {401: "The access token is invalid", 429: "Too many requests", 404: "Record not found"}
        said = words.get(status, "There was a temporary problem serving your request, please try again")
        if status in (500, 502, 504):
            return web.Response(
                text="<!DOCTYPE html><title>We're sorry</title>", status=status, content_type="text/html"
            )
        return web.json_response({"error": said}, status=status)

    def add_routes(self, app: web.Application) -> None:
        for method, path, handler in (
            ("GET", "/.well-known/oauth-authorization-server", self._metadata),
            ("GET", "/.well-known/webfinger", self._webfinger),
            ("POST", "/api/v1/apps", self._register),
            ("GET", "/oauth/authorize", self._authorize),
            ("POST", "/oauth/token", self._token),
            ("POST", "/oauth/revoke", self._revoke),
            ("GET", "/api/v1/instance{slash:/?}", self._instance_v1),  # Rails does not mind a slash
            ("GET", "/api/v2/instance{slash:/?}", self._instance_v2),
            ("GET", "/api/v1/accounts/verify_credentials", self._whoami),
            ("GET", "/api/v1/accounts/lookup", self._lookup),
            ("GET", "/api/v1/accounts/{id}/statuses", self._list),
            ("POST", "/api/v1/statuses", self._post),
            ("GET", "/api/v1/statuses/{id}", self._show),
            ("GET", "/api/v1/statuses/{id}/source", self._source),
            ("PUT", "/api/v1/statuses/{id}", self._edit),
            ("DELETE", "/api/v1/statuses/{id}", self._delete),
            ("POST", "/api/v2/media", self._upload),
            ("GET", "/api/v1/media/{id}", self._media),
        ):
            app.router.add_route(method, path, self._guarded(handler))

    def _guarded(self, handler: Any) -> Any:
        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                self.on_request(request)
                reply: web.Response = await handler(request)
            except ApiError as error:
                reply = web.json_response({"error": error.message}, status=error.status)
            self.remaining = max(0, self.remaining - 1)
            reset = (datetime.now(UTC) + timedelta(minutes=5)).isoformat(timespec="microseconds")
            reply.headers["X-RateLimit-Limit"] = "300"
            reply.headers["X-RateLimit-Remaining"] = str(self.remaining)
            reply.headers["X-RateLimit-Reset"] = reset.replace("+00:00", "Z")
            return reply

        return answer

    def _permit(self, request: web.Request, scope: str) -> None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        granted = self.tokens.get(token)
        if granted is None:
            raise ApiError(401, "The access token is invalid")
        if not {scope, scope.partition(":")[0]} & set(granted.split()):
            raise ApiError(403, "This action is outside the authorized scopes")

    # ----------------------------------------------------------------------------------------------- OAuth

    async def _metadata(self, _request: web.Request) -> web.Response:
        if self.old:
            raise ApiError(404, "Not found")
        return web.json_response({"issuer": self.url, "code_challenge_methods_supported": ["S256"]})

    async def _register(self, request: web.Request) -> web.Response:
        form = _form(request)
        if not form.get("client_name") or not form.get("redirect_uris"):
            raise ApiError(422, "Validation failed: Redirect URI must be an absolute URI.")
        id = f"client-{len(self.apps) + 1}"
        self.apps[id] = {**form, "secret": secrets.token_hex(16)}
        return web.json_response(
            {
                "id": str(len(self.apps)),
                "name": form["client_name"],
                "redirect_uri": form["redirect_uris"],
                "client_id": id,
                "client_secret": self.apps[id]["secret"],
            }
        )

    async def _authorize(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        app = self.apps.get(asked.get("client_id", ""))
        if app is None or asked.get("redirect_uri") != app["redirect_uris"]:
            raise ApiError(401, "Client authentication failed due to unknown client")
        if not set(asked["scope"].split()) <= set(app["scopes"].split()):
            raise ApiError(400, "The requested scope is invalid, unknown, or malformed.")
        state = {"state": asked["state"]} if "state" in asked else {}
        if not self.consent:
            raise web.HTTPFound(f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', **state})}")
        code = secrets.token_hex(8)
        self._codes[code] = asked
        if asked["redirect_uri"] == OOB:
            return web.Response(text=f"<input value='{code}'>", content_type="text/html")
        raise web.HTTPFound(f"{asked['redirect_uri']}?{urlencode({'code': code, **state})}")

    async def _token(self, request: web.Request) -> web.Response:
        form = _form(request)
        asked = self._codes.pop(form.get("code", ""), None)
        app = self.apps.get(form.get("client_id", ""))
        good = asked and app and app["secret"] == form.get("client_secret")
        if not asked or not good or asked["redirect_uri"] != form.get("redirect_uri"):
            return web.json_response({"error": "invalid_grant", "error_description": "…"}, status=400)
        if challenge := asked.get("code_challenge"):
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != challenge:
                return web.json_response({"error": "invalid_grant", "error_description": "…"}, status=400)
        token = f"token-{secrets.token_hex(8)}"
        self.tokens[token] = asked["scope"]
        return web.json_response(
            {"access_token": token, "token_type": "Bearer", "scope": asked["scope"], "created_at": 1_790_000_000}
        )

    async def _revoke(self, request: web.Request) -> web.Response:
        form = _form(request)
        if self.apps.get(form.get("client_id", ""), {}).get("secret") != form.get("client_secret"):
            return web.json_response({"error": "unauthorized_client"}, status=403)
        self.tokens.pop(form.get("token", ""), None)
        return web.json_response({})

    # --------------------------------------------------------------------------------------- who and where

    async def _instance_v2(self, _request: web.Request) -> web.Response:
        if self.old or self.elsewhere:
            raise ApiError(404, "Not found")
        return web.json_response({"domain": self.domain, "version": "4.4.0", "configuration": self.configuration})

    async def _instance_v1(self, _request: web.Request) -> web.Response:
        if self.elsewhere:
            raise ApiError(404, "Not found")
        return web.json_response({"uri": self.domain, "version": "3.5.0", "configuration": self.configuration})

    def _account(self) -> dict[str, Any]:
        return {
            "id": "109",
            "username": "jane",
            "acct": "jane",
            "uri": f"https://{self.domain}/users/jane",
            "url": f"https://{self.domain}/@jane",
            "statuses_count": len(self.statuses),
        }

    async def _whoami(self, request: web.Request) -> web.Response:
        self._permit(request, "read:accounts")
        return web.json_response(self._account())

    async def _webfinger(self, request: web.Request) -> web.Response:
        if not request.query.get("resource", "").startswith("acct:jane@"):
            raise ApiError(404, "Record not found")
        links = [
            {"rel": "self", "type": "application/activity+json", "href": f"{self.elsewhere or self.url}/users/jane"}
        ]
        return web.Response(text=json.dumps({"links": links}), content_type="application/jrd+json")

    async def _lookup(self, request: web.Request) -> web.Response:
        if self.closed and "Authorization" not in request.headers:
            raise ApiError(401, "This method requires an authenticated user")
        if request.query.get("acct", "").removeprefix("@") not in ("jane", f"jane@{self.domain}"):
            raise ApiError(404, "Record not found")
        return web.json_response(self._account())

    async def _list(self, request: web.Request) -> web.Response:
        """Newest first; without a token the public ones."""
        if request.match_info["id"] != "109":
            raise ApiError(404, "Record not found")
        asked = request.query
        if "Authorization" in request.headers:
            self._permit(request, "read:statuses")
        found: Iterable[Status] = sorted(self.statuses.values(), key=lambda one: int(one.id), reverse=True)
        if "Authorization" not in request.headers:
            found = [one for one in found if one.visibility in ("public", "unlisted")]
        if asked.get("exclude_reblogs") == "true":
            found = [one for one in found if not one.reblog_of]
        if since := asked.get("since_id"):
            found = [one for one in found if int(one.id) > int(since)]
        if before := asked.get("max_id"):
            found = [one for one in found if int(one.id) < int(before)]
        page = list(found)[: min(int(asked.get("limit", 20)), 40)]
        reply = web.json_response([self._render(one) for one in page])
        if page:
            here = f"{self.url}{request.path}"
            reply.headers["Link"] = (
                f'<{here}?{urlencode({**asked, "max_id": page[-1].id})}>; rel="next", '
                f'<{here}?{urlencode({**asked, "min_id": page[0].id})}>; rel="prev"'
            )
        return reply

    # --------------------------------------------------------------------------------------------- statuses

    async def _post(self, request: web.Request) -> web.Response:
        self._permit(request, "write:statuses")
        body, key = _body(request), request.headers.get("Idempotency-Key", "")
        if known := self.statuses.get(self.made_by_key.get(key, "")):
            return web.json_response(self._render(known))
        text = str(body.get("status") or "").strip()
        media = self._take_media(body)
        self._check_text(text, media)
        reply_to = str(body.get("in_reply_to_id") or "")
        if reply_to and reply_to not in self.statuses:
            raise ApiError(404, "The post you are trying to reply to does not appear to exist.")
        made = self.write(
            text,
            reply_to=reply_to,
            language=body.get("language") or "en",
            visibility=body.get("visibility") or "public",
            spoiler=body.get("spoiler_text") or "",
            sensitive=bool(body.get("sensitive")),
            media=media,
        )
        self.statuses_made += 1
        self.bill(request, "status")
        if key:
            self.made_by_key[key] = made.id
        if self._broken_after:
            return self.refuse(self._broken_after.pop(0), "")
        return web.json_response(self._render(made))

    def _take_media(self, body: dict[str, Any]) -> list[Media]:
        ids = body.get("media_ids") or []
        if len(ids) > self.configuration["statuses"]["max_media_attachments"]:
            raise ApiError(422, "Cannot attach more than 4 files")
        media = [self.uploads[id] for id in ids if id in self.uploads]
        if any(one.left for one in media):
            raise ApiError(422, "Cannot attach files that have not finished processing. Try again in a moment!")
        if len(media) > 1 and any(one.type.startswith("video/") for one in media):
            raise ApiError(422, "Cannot attach a video to a post that already contains images")
        return media

    def _check_text(self, text: str, media: list[Media]) -> None:
        if not text and not media:
            raise ApiError(422, "Validation failed: Text can't be blank")
        statuses = self.configuration["statuses"]
        counted = _LINK.sub("x" * statuses["characters_reserved_per_url"], _MENTION.sub(r"@\1", text))
        if len(counted) > statuses["max_characters"]:
            raise ApiError(422, f"Validation failed: Text character limit of {statuses['max_characters']} exceeded")

    def _find(self, request: web.Request) -> Status:
        found = self.statuses.get(request.match_info["id"])
        if found is None:
            raise ApiError(404, "Record not found")
        return found

    async def _show(self, request: web.Request) -> web.Response:
        self._permit(request, "read:statuses")
        return web.json_response(self._render(self._find(request)))

    async def _source(self, request: web.Request) -> web.Response:
        self._permit(request, "read:statuses")
        found = self._find(request)
        return web.json_response({"id": found.id, "text": found.text, "spoiler_text": found.spoiler})

    async def _edit(self, request: web.Request) -> web.Response:
        """What the body leaves out is taken away, as Mastodon's UpdateStatusService does."""
        self._permit(request, "write:statuses")
        found, body = self._find(request), _body(request)
        text, media = str(body.get("status") or "").strip(), self._take_media(body)
        self._check_text(text, media)
        found.text, found.media = text, media
        found.spoiler, found.sensitive = body.get("spoiler_text") or "", bool(body.get("sensitive"))
        found.language = body.get("language") or found.language
        found.edited_at = datetime.now(UTC)
        return web.json_response(self._render(found))

    async def _delete(self, request: web.Request) -> web.Response:
        self._permit(request, "write:statuses")
        found = self._find(request)
        del self.statuses[found.id]
        return web.json_response({**self._render(found), "text": found.text})

    def _render(self, one: Status) -> dict[str, Any]:
        return {
            "id": one.id,
            "uri": f"https://{self.domain}/users/jane/statuses/{one.id}",
            "url": f"https://{self.domain}/@jane/{one.id}",
            "created_at": one.created_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "edited_at": one.edited_at.isoformat() if one.edited_at else None,
            "in_reply_to_id": one.reply_to or None,
            "in_reply_to_account_id": "109" if one.reply_to in self.statuses else ("110" if one.reply_to else None),
            "visibility": one.visibility,
            "language": one.language or None,
            "spoiler_text": one.spoiler,
            "sensitive": one.sensitive,
            "content": "" if one.reblog_of else render(one.text),
            "reblog": {"id": one.reblog_of, "content": "<p>Another's</p>"} if one.reblog_of else None,
            "poll": None,
            "account": self._account(),
            "media_attachments": [self._show_media(media) for media in one.media],
            "favourites_count": 2,
            "reblogs_count": 1,
            "replies_count": 0,
        }

    # ------------------------------------------------------------------------------------------------ media

    async def _upload(self, request: web.Request) -> web.Response:
        self._permit(request, "write:media")
        kind, data, description = read_upload(request[CALL])
        if kind not in self.configuration["media_attachments"]["supported_mime_types"]:
            raise ApiError(422, "Validation failed: File content type is invalid, File is invalid")
        made = Media(str(next(self._numbers)), kind, data, description, self.processing, self.broken_media)
        self.uploads[made.id] = made
        self.bill(request, "media")
        return web.json_response(self._show_media(made), status=202 if made.left else 200)

    async def _media(self, request: web.Request) -> web.Response:
        self._permit(request, "write:media")
        found = self.uploads.get(request.match_info["id"])
        if found is None:
            raise ApiError(404, "Record not found")
        if found.broken:
            raise ApiError(422, "Error processing thumbnail for uploaded media")
        status = 206 if found.left else 200
        found.left = max(0, found.left - 1)
        return web.json_response(self._show_media(found), status=status)

    def _show_media(self, one: Media) -> dict[str, Any]:
        kind = one.type.partition("/")[0]
        url = None if one.left else f"https://files.{self.domain}/{one.id}"
        return {"id": one.id, "type": kind, "url": url, "preview_url": url, "description": one.description or None}


def render(text: str) -> str:
    """The page that an instance makes of a text."""

    def paragraph(lines: str) -> str:
        escaped = html.escape(lines, quote=False)
        escaped = _LINK.sub(lambda found: _link(found[0]), escaped)
        escaped = _MENTION.sub(
            r'<span class="h-card"><a href="https://\2/@\1" class="u-url mention">@<span>\1</span></a></span>', escaped
        )
        escaped = re.sub(
            r"(?<![\w&/])#(\w+)",
            r'<a href="https://x.example/tags/\1" class="mention hashtag">#<span>\1</span></a>',
            escaped,
        )
        return "<p>" + escaped.replace("\n", "<br />") + "</p>"

    return "".join(paragraph(one) for one in re.split(r"\n{2,}", text))


def _link(url: str) -> str:
    scheme, _, rest = url.partition("://")
    shown = rest if len(rest) <= 30 else f'{rest[:30]}</span><span class="invisible">{rest[30:]}'
    return f'<a href="{url}" rel="nofollow"><span class="invisible">{scheme}://</span><span class="">{shown}</span></a>'


def read_upload(call: Call) -> tuple[str, bytes, str]:
    """The file's media type and bytes, and what is said of it, from a multipart body."""
    kind, data, description = "", b"", ""
    for head, content in parts_of(call):
        if b'name="file"' in head:
            data = content
            kind = re.search(rb"(?i)content-type: *([^\s;]+)", head)[1].decode()  # type: ignore[index]  # it is there
        elif b'name="description"' in head:
            description = content.decode()
    return kind, data, description


def _body(request: web.Request) -> dict[str, Any]:
    """A post, as JSON or as a form: Mastodon takes both."""
    if request.content_type == "application/json":
        found: dict[str, Any] = request[CALL].json
        return found
    values = parse_qs(request[CALL].body.decode())
    single = {name: given[-1] for name, given in values.items() if not name.endswith("[]")}
    return {**single, **{name[:-2]: given for name, given in values.items() if name.endswith("[]")}}


def _form(request: web.Request) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(request[CALL].body.decode()).items()}
