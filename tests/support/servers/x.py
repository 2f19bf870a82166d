"""X: OAuth 2 with PKCE, posts, uploads and an account's timeline, with its bill, its limits and its refusals.

    with XServer() as server:
        server.fail(Fault(drop="after"), path="/2/tweets")     # posted, and nobody is told
        ...
    assert [post.text for post in server.posts.values()] == ["One.", "Two."]

Shapes: X's OpenAPI file 2.168 (github.com/xdevplatform/docs); refusals as people met them (403 duplicate:
akrherz/iembot #163, February 2026; 402: tryethernal/ethernal #1324, June 2026). Judged by `xdk`, X's own client, in
test_x_judges.py.
"""

from __future__ import annotations

import base64
import hashlib
import html
import itertools
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qs, urlencode

from aiohttp import web

from tests.support.servers.base import CALL, VendorServer

SCOPES = "tweet.read tweet.write users.read media.write offline.access"
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
REPLY = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author "
    "of the post you are replying to."
)
PRICES = {
    "post": Decimal("0.015"),
    "post with a link": Decimal("0.20"),
    "delete": Decimal("0.010"),
    "media metadata": Decimal("0.005"),
    "read own post": Decimal("0.001"),
    "read user": Decimal("0.010"),
}
_KNOWN = {"text", "media", "reply", "made_with_ai", "edit_options"}
_EPOCH_MS = 1288834974657
_LINK = re.compile(r"https?://\S+|\b[\w-]+\.(?:com|org|net)\b\S*")


@dataclass
class XPost:
    """One post.

    Attributes:
        shown: Its text with X's short links, HTML's signs escaped.
        conversation: The id of the first post of its thread.
        body: The request that made it.
    """

    id: str
    text: str
    shown: str
    urls: list[dict[str, Any]]
    at_s: float
    conversation: str
    body: dict[str, Any]
    history: list[str]


@dataclass
class Upload:
    """One file.

    Attributes:
        checks: How often its state was asked for.
        alt: None before it was described.
    """

    id: str
    asked: dict[str, Any]
    pieces: dict[int, bytes] = field(default_factory=dict)
    final: bool = False
    checks: int = 0
    alt: str | None = None

    @property
    def data(self) -> bytes:
        """All of it, in order."""
        return b"".join(self.pieces[index] for index in sorted(self.pieces))


class XServer(VendorServer):
    """See the module's docstring.

    Attributes:
        posts: Those that are there, by id, oldest first.
        uploads: By id.
        charged: What X took, and for what.
        credit: What is left of what was paid in advance.
        consent: What the person answers: "granted", "denied" or "part".
        replies_refused: Whether an app's replies need to have been asked for.
        subscription: "None", "Basic", "Premium".
        lag: So many reads of the timeline still miss what was posted last.
        ahead_s: How far its clock is before everybody's.
        processing: How often a video's state is asked for before it is done; a failed one says so then.
        processing_fails: See there.
        broken: So many posts are made and answered with 500.
        on_post: Is called with each post that is made, before it is answered.
    """

    client_id = "client-1"
    client_secret = "client-secret-not-secret"  # noqa: S105 - of a test server
    user_id = "2244994945"
    username = "jane"

    def __init__(self, *, confidential: bool = True, **options: Any) -> None:
        super().__init__(**options)
        self.confidential = confidential
        self.posts: dict[str, XPost] = {}
        self.uploads: dict[str, Upload] = {}
        self.charged: list[tuple[str, Decimal]] = []
        self.credit = Decimal(100)
        self.consent = "granted"
        self.replies_refused = False
        self.subscription = "None"
        self.lag = 0
        self.ahead_s = 0.0
        self.processing = 0
        self.processing_fails = False
        self.broken = 0
        self.on_post: Callable[[XPost], None] = lambda _post: None
        self.access_tokens = {self.key}
        self.refresh_tokens: set[str] = set()
        self.secrets: set[str] = {self.key, self.client_secret}
        self._codes: dict[str, dict[str, str]] = {}
        self._numbers = itertools.count(1)

    # ------------------------------------------------------------------------------------------- for tests

    @property
    def now(self) -> float:
        """By its own clock."""
        return time.time() + self.ahead_s

    @property
    def texts(self) -> list[str]:
        """Of the posts that are there, oldest first."""
        return [post.text for post in self.posts.values()]

    def count(self, what: str) -> int:
        """How often X took money for something."""
        return sum(name == what for name, _ in self.charged)

    def expire_tokens(self) -> None:
        """No access token given out so far is good any more."""
        self.access_tokens.clear()

    def withdraw(self) -> None:
        """The person takes their permission back."""
        self.access_tokens.clear()
        self.refresh_tokens.clear()

    def grant(self) -> str:
        """A refresh token, as if a person had agreed."""
        token = f"refresh-not-secret-{next(self._numbers)}"
        self.refresh_tokens.add(token)
        self.secrets.add(token)
        return token

    def add_post(self, text: str, *, at_s: float | None = None, reply_to: str = "", **more: Any) -> XPost:
        """A post that was made in X's own app."""
        body = {"text": text, **more} | ({"reply": {"in_reply_to_tweet_id": reply_to}} if reply_to else {})
        return self._make(body, self.now if at_s is None else at_s)

    # --------------------------------------------------------------------------------------------- serving

    def refuse(self, status: int, message: str) -> web.Response:
        """A problem as X writes it."""
        if status == 429:
            return _json({"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank"}, status)
        titles = {401: "Unauthorized", 403: "Forbidden", 500: "Internal Server Error", 503: "Service Unavailable"}
        title = titles.get(status, "Invalid Request")
        return _json({"title": title, "detail": message, "type": "about:blank", "status": status}, status)

    def read_idempotency_key(self, request: web.Request) -> str:
        """X knows none."""
        del request
        return ""

    def add_routes(self, app: web.Application) -> None:
        app.on_response_prepare.append(self._date)
        app.router.add_get("/i/oauth2/authorize", self._authorize)
        app.router.add_post("/2/oauth2/token", self._token)
        app.router.add_post("/2/oauth2/revoke", self._revoke)
        for method, path, handler in (
            ("GET", "/2/users/me", self._me),
            ("GET", "/2/users/{id}/tweets", self._timeline),
            ("POST", "/2/tweets", self._create),
            ("DELETE", "/2/tweets/{id}", self._delete),
            ("POST", "/2/media/upload/initialize", self._initialize),
            ("POST", "/2/media/upload/{id}/append", self._append),
            ("POST", "/2/media/upload/{id}/finalize", self._finalize),
            ("GET", "/2/media/upload", self._status),
            ("POST", "/2/media/metadata", self._metadata),
        ):
            app.router.add_route(method, path, self._signed(handler))

    async def _date(self, _request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = formatdate(self.now, usegmt=True)

    def _signed(self, handler: Any) -> Any:
        async def answer(request: web.Request) -> web.Response:
            token = request.headers.get("Authorization", "").removeprefix("Bearer ")
            if token not in self.access_tokens:
                return self.refuse(401, "Unauthorized")
            return await handler(request)  # type: ignore[no-any-return]

        return answer

    def _charge(self, request: web.Request, what: str, times: int = 1) -> web.Response | None:
        """Take money, or say that there is none."""
        price = PRICES[what] * times
        if price > self.credit:
            detail = "Your enrolled account [1601394201349935104] does not have any credits to fulfill this request."
            return _json(
                {
                    "account_id": 1601394201349935104,
                    "title": "CreditsDepleted",
                    "detail": detail,
                    "type": "https://api.twitter.com/2/problems/credits",
                },
                402,
            )
        self.credit -= price
        self.charged += [(what, PRICES[what])] * times
        self.bill(request, what)
        return None

    # -------------------------------------------------------------------------------------------- permission

    async def _authorize(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        good = asked.get("response_type") == "code" and asked.get("code_challenge_method") == "S256"
        if (
            asked.get("client_id") != self.client_id
            or not good
            or set(asked.get("scope", "").split()) != set(SCOPES.split())
        ):
            return web.Response(text="Something went wrong", status=400)
        answer = {"state": asked["state"]}
        if self.consent == "denied":
            answer["error"] = "access_denied"
        else:
            code = f"code-{next(self._numbers)}"
            self._codes[code] = asked
            answer["code"] = code
        return web.Response(status=302, headers={"Location": f"{asked['redirect_uri']}?{urlencode(answer)}"})

    def _knows_app(self, request: web.Request, form: dict[str, str]) -> bool:
        if not self.confidential:
            return form.get("client_id") == self.client_id and "Authorization" not in request.headers
        pair = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        return request.headers.get("Authorization") == f"Basic {pair}"

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: values[0] for name, values in parse_qs(request[CALL].body.decode()).items()}
        if not self._knows_app(request, form):
            return _json(
                {"error": "unauthorized_client", "error_description": "Missing valid authorization header"}, 401
            )
        invalid = {"error": "invalid_request", "error_description": "Value passed for the token was invalid."}
        if form.get("grant_type") == "authorization_code":
            asked = self._codes.pop(form.get("code", ""), None)
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if asked is None or asked["code_challenge"] != proof or asked["redirect_uri"] != form.get("redirect_uri"):
                return _json(invalid, 400)
        elif form.get("refresh_token") in self.refresh_tokens:
            self.refresh_tokens.remove(form["refresh_token"])
        else:
            return _json(invalid, 400)
        access = f"access-not-secret-{next(self._numbers)}"
        self.access_tokens.add(access)
        self.secrets.add(access)
        scope = SCOPES if self.consent != "part" else "tweet.read users.read offline.access"
        answer = {"token_type": "bearer", "expires_in": 7200, "access_token": access, "scope": scope}
        return _json({**answer, "refresh_token": self.grant()})

    async def _revoke(self, request: web.Request) -> web.Response:
        form = {name: values[0] for name, values in parse_qs(request[CALL].body.decode()).items()}
        if not self._knows_app(request, form):
            return _json({"error": "unauthorized_client"}, 401)
        self.access_tokens.discard(form["token"])
        self.refresh_tokens.discard(form["token"])
        return _json({"revoked": True})

    # -------------------------------------------------------------------------------------------------- posts

    async def _me(self, request: web.Request) -> web.Response:
        if refused := self._charge(request, "read user"):
            return refused
        data = {"id": self.user_id, "name": "Jane", "username": self.username}
        if "subscription_type" in request.query.get("user.fields", ""):
            data["subscription_type"] = self.subscription
        return _json({"data": data})

    async def _create(self, request: web.Request) -> web.Response:
        body = request[CALL].json
        if why := self._find_fault(body):
            return self.refuse(*why)
        if refused := self._charge(request, "post with a link" if _LINK.search(body["text"]) else "post"):
            return refused
        post = self._make(body, self.now)
        self.on_post(post)
        if self.broken:
            self.broken -= 1
            return self.refuse(500, "Internal Server Error")
        return _json({"data": {"id": post.id, "text": post.shown, "edit_history_post_ids": post.history}}, 201)

    def _find_fault(self, body: Any) -> tuple[int, str] | None:
        """The first reason for which X would not make a post."""
        if not isinstance(body, dict) or set(body) - _KNOWN or not (body.get("text") or body.get("media")):
            return 400, "One or more parameters to your request was invalid."
        ids = body.get("media", {}).get("media_ids", [])
        target = body.get("reply", {}).get("in_reply_to_tweet_id", "")
        edits = body.get("edit_options", {}).get("previous_post_id", "")
        faults = {
            (400, "Your media IDs are invalid."): any(
                id not in self.uploads or not self.uploads[id].final for id in ids
            ),
            (403, "You attempted to reply to a Tweet that is deleted or not visible to you."): target
            and target not in self.posts,
            (403, REPLY): target and self.replies_refused,
            (403, "You are not permitted to edit this Post."): edits
            and (self.subscription == "None" or edits not in self.posts),
            (403, DUPLICATE): any(post.text == body["text"] for post in self.posts.values()),
        }
        return next((why for why, true in faults.items() if true), None)

    def _make(self, body: dict[str, Any], at_s: float) -> XPost:
        number = next(self._numbers)
        id = str(((int(at_s * 1000) - _EPOCH_MS) << 22) | number % (1 << 22))
        shown, urls = _shorten(body["text"], number)
        if body.get("media"):
            shown += f" https://t.co/pic{number}"
            page = f"https://x.com/{self.username}/status/{id}/photo/1"
            urls.append({"url": f"https://t.co/pic{number}", "expanded_url": page, "media_key": f"3_{number}"})
        target = self.posts.get(body.get("reply", {}).get("in_reply_to_tweet_id", ""))
        foreign = body.get("reply", {}).get("in_reply_to_tweet_id", "")
        edited = self.posts.pop(body.get("edit_options", {}).get("previous_post_id", ""), None)
        conversation = target.conversation if target else foreign or (edited.conversation if edited else id)
        history = [*(edited.history if edited else ()), id]
        post = XPost(id, body["text"], html.escape(shown, quote=False), urls, at_s, conversation, body, history)
        self.posts[id] = post
        return post

    async def _delete(self, request: web.Request) -> web.Response:
        if refused := self._charge(request, "delete"):
            return refused
        if self.posts.pop(request.match_info["id"], None) is None:
            return self.refuse(404, f"Could not find tweet with id: [{request.match_info['id']}].")
        return _json({"data": {"deleted": True}})

    async def _timeline(self, request: web.Request) -> web.Response:
        if request.match_info["id"] != self.user_id:
            return self.refuse(403, "You are not permitted to view this timeline.")
        query = request.query
        size = int(query.get("max_results", "10"))
        if not 5 <= size <= 100:
            return self.refuse(400, "The `max_results` query parameter value is not between 5 and 100")
        found = sorted(self.posts.values(), key=lambda post: int(post.id), reverse=True)
        if self.lag:
            self.lag -= 1
            found = found[1:]
        if start := query.get("start_time"):
            found = [post for post in found if post.at_s >= datetime.fromisoformat(start).timestamp()]
        if since := query.get("since_id"):
            found = [post for post in found if int(post.id) > int(since)]
        if "retweets" in query.get("exclude", ""):
            found = [post for post in found if not post.text.startswith("RT @")]
        at = int(query.get("pagination_token", "0"))
        page = found[at : at + size]
        if refused := self._charge(request, "read own post", len(page)):
            return refused
        fields = query.get("post.fields", "").split(",")
        meta: dict[str, Any] = {"result_count": len(page)}
        if page:
            meta |= {"newest_id": page[0].id, "oldest_id": page[-1].id}
        if at + size < len(found):
            meta["next_token"] = str(at + size)
        return _json({"meta": meta} | ({"data": [_show(post, fields) for post in page]} if page else {}))

    # -------------------------------------------------------------------------------------------------- media

    async def _initialize(self, request: web.Request) -> web.Response:
        body = request[CALL].json
        if set(body) - {"media_type", "media_category", "total_bytes"} or body["total_bytes"] <= 0:
            return self.refuse(400, "One or more parameters to your request was invalid.")
        id = str(1880028106020515840 + next(self._numbers))
        self.uploads[id] = Upload(id, body)
        return _json({"data": {"id": id, "media_key": f"3_{id}", "expires_after_secs": 1295999}})

    def _upload(self, request: web.Request) -> Upload | None:
        return self.uploads.get(request.match_info.get("id") or request.query.get("media_id", ""))

    async def _append(self, request: web.Request) -> web.Response:
        upload, body = self._upload(request), request[CALL].json
        if upload is None or upload.final or not 0 <= body["segment_index"] <= 999:
            return self.refuse(400, "Invalid media id.")
        upload.pieces[body["segment_index"]] = base64.b64decode(body["media"], validate=True)
        return _json({"data": {"expires_at": int(self.now) + 86400}})

    async def _finalize(self, request: web.Request) -> web.Response:
        upload = self._upload(request)
        if upload is None or len(upload.data) != upload.asked["total_bytes"]:
            return self.refuse(400, "Segments do not add up to provided total file size.")
        upload.final = True
        return self._describe(upload)

    async def _status(self, request: web.Request) -> web.Response:
        upload = self._upload(request)
        if upload is None:
            return self.refuse(404, "Invalid media id.")
        upload.checks += 1
        return self._describe(upload)

    def _describe(self, upload: Upload) -> web.Response:
        data: dict[str, Any] = {"id": upload.id, "media_key": f"13_{upload.id}", "size": upload.asked["total_bytes"]}
        data["expires_after_secs"] = 86400
        if upload.asked["media_type"].startswith("video/"):
            done = upload.checks >= self.processing
            state = ("failed" if self.processing_fails else "succeeded") if done else "pending"
            data["processing_info"] = {"state": state} | ({} if done else {"check_after_secs": 0})
            if state == "failed":
                said = {"code": 1, "name": "InvalidMedia", "message": "Unsupported video format"}
                data["processing_info"]["error"] = said
        return _json({"data": data})

    async def _metadata(self, request: web.Request) -> web.Response:
        body = request[CALL].json
        if body["id"] not in self.uploads:
            return self.refuse(400, "Invalid media id.")
        if refused := self._charge(request, "media metadata"):
            return refused
        self.uploads[body["id"]].alt = body["metadata"]["alt_text"]["text"]
        return _json({"data": {"id": body["id"], "associated_metadata": body["metadata"]}})


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(text=json.dumps(value), status=status, content_type="application/json")


def _shorten(text: str, number: int) -> tuple[str, list[dict[str, Any]]]:
    """A text with each link as X keeps it."""
    urls: list[dict[str, Any]] = []

    def short(found: re.Match[str]) -> str:
        leads = found[0] if found[0].startswith("http") else f"http://{found[0]}"
        urls.append({"url": f"https://t.co/l{number}n{len(urls)}", "expanded_url": leads})
        return str(urls[-1]["url"])

    return _LINK.sub(short, text), urls


def _show(post: XPost, fields: list[str]) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": post.id, "text": post.shown, "edit_history_post_ids": post.history}
    if len(post.text) > 280:
        shown["text"] = post.shown[:277] + "…"
        shown["note_post"] = {"text": post.shown, "entities": {"urls": _placed(post)}}
    more = {
        "created_at": f"{datetime.fromtimestamp(post.at_s, UTC):%Y-%m-%dT%H:%M:%S}.000Z",
        "conversation_id": post.conversation,
        "lang": "en",
        "entities": {"urls": _placed(post)},
        "attachments": {"media_keys": [one["media_key"] for one in post.urls if "media_key" in one]},
        "public_metrics": {
            "bookmark_count": 0,
            "impression_count": 12,
            "like_count": 3,
            "quote_count": 0,
            "reply_count": 1,
            "repost_count": 2,
        },
    }
    return shown | {name: value for name, value in more.items() if name in fields}


def _placed(post: XPost) -> list[dict[str, Any]]:
    placed = []
    for one in post.urls:
        start = post.shown.find(one["url"])
        placed.append({**one, "start": start, "end": start + len(one["url"])})
    return placed
