"""Bluesky on loopback: a server of accounts (PDS) with the answers that @atproto/pds 0.5 was seen to give.

    server.add_account("jane.test", "abcd-efgh-ijkl-mnop")     its DID
    server.post(did, "Hello", created_at)                      a post that is there already
    server.expire_tokens()                                     access tokens given so far are not taken any more
    server.posts(did)                                          {key: record} as they would be read back

What the real one does not look at is not looked at here either: ranges of facets, empty texts, bytes that are not of
their media type. It is judged by the official client, and compared with the real one, in `make judges`.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from base64 import b32decode, b32encode
from collections.abc import Callable
from typing import Any

import regex
from aiohttp import web

from tests.support.servers.base import CALL, VendorServer
from tests.support.texts.post_archives import Cid, cid_of, encode

POST = "app.bsky.feed.post"
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_URI = re.compile(r"\w+:(?://)?[^\s/][^\s]*")
_KEY = re.compile(r"[a-zA-Z0-9_~.:-]{1,512}")
_BLOBS = {"image": 2_000_000, "thumb": 1_000_000, "video": 300_000_000, "file": 20_000}
"""The largest blob of each name in an embed."""


SERVED_AT = "https://pds.example.com"
"""Where a DID's document says that its account is kept."""


def document(did: str, handle: str, server: str = SERVED_AT) -> dict[str, Any]:
    """A DID document."""
    kind = "AtprotoPersonalDataServer"
    service = [{"id": "#other", "type": "Other"}, {"id": "#atproto_pds", "type": kind, "serviceEndpoint": server}]
    return {"@context": [], "id": did, "alsoKnownAs": [f"at://{handle}"], "service": service}


class Refused(Exception):
    """An answer in the protocol's own format."""

    def __init__(self, status: int, error: str, message: str, *, counted: bool = True) -> None:
        super().__init__(message)
        self.status, self.error, self.message, self.counted = status, error, message, counted


def invalid(message: str, *, counted: bool = True) -> Refused:
    return Refused(400, "InvalidRequest", message, counted=counted)


class BlueskyServer(VendorServer):
    """See the module's docstring.

    Attributes:
        blob_limit: Of an upload, bytes.
        repos: DID → collection → key → record.
        page: How many records are listed at once, at most.
    """

    def __init__(self, *, blob_limit: int = 100_000_000, **options: Any) -> None:
        super().__init__(**options)
        self.blob_limit = blob_limit
        self.accounts: dict[str, tuple[str, str]] = {}  # handle → DID, password
        self.repos: dict[str, dict[str, dict[str, Any]]] = {}
        self.blobs: dict[str, tuple[str, bytes]] = {}
        self.tokens: dict[str, tuple[str, str]] = {}  # token → kind, DID
        self.expired: set[str] = set()
        self.page = 100
        self.documents: dict[str, Any] = {}  # DID → what plc.directory says of it; the rest says SERVED_AT

    # --------------------------------------------------------------------------------------------- for tests

    def add_account(self, handle: str, password: str) -> str:
        """Open an account; its DID."""
        did = "did:plc:" + b32encode(hashlib.sha256(handle.encode()).digest()).decode().lower()[:24]
        self.accounts[handle] = (did, password)
        self.repos[did] = {}
        return did

    def post(self, did: str, text: str, created_at: str, **more: Any) -> str:
        """Put a post there; its key, in the order of calls."""
        kept = self.repos[did].setdefault(POST, {})
        key = f"3k{len(kept):011}"
        kept[key] = {"$type": POST, "text": text, "createdAt": created_at, **more}
        return key

    def posts(self, did: str) -> dict[str, dict[str, Any]]:
        """The posts of an account, by key."""
        return dict(sorted(self.repos[did].get(POST, {}).items()))

    def expire_tokens(self, *kinds: str) -> None:
        """Let tokens of these kinds, "access" if none is named, be too old."""
        self.expired |= {token for token, (kind, _) in self.tokens.items() if kind in (kinds or ("access",))}

    # ----------------------------------------------------------------------------------------------- serving

    def add_routes(self, app: web.Application) -> None:
        for method, name, answer in (
            ("GET", "com.atproto.server.describeServer", self._describe),
            ("POST", "com.atproto.server.createSession", self._create_session),
            ("POST", "com.atproto.server.refreshSession", self._refresh_session),
            ("POST", "com.atproto.server.deleteSession", self._delete_session),
            ("GET", "com.atproto.server.getSession", self._get_session),
            ("GET", "com.atproto.identity.resolveHandle", self._resolve),
            ("POST", "com.atproto.repo.uploadBlob", self._upload),
            ("POST", "com.atproto.repo.applyWrites", self._apply),
            ("POST", "com.atproto.repo.createRecord", self._create_record),
            ("POST", "com.atproto.repo.deleteRecord", self._delete_record),
            ("GET", "com.atproto.repo.getRecord", self._get_record),
            ("GET", "com.atproto.repo.listRecords", self._list_records),
            ("GET", "app.bsky.actor.getProfile", self._get_profile),
        ):
            app.router.add_route(method, f"/xrpc/{name}", self._wrap(answer))
        app.router.add_get("/{did:did:plc:[a-z2-7]{24}}", self._tell_document)

    def refuse(self, status: int, message: str) -> web.Response:
        name = {429: "RateLimitExceeded", 500: "InternalServerError", 502: "UpstreamFailure"}.get(status, "Error")
        return web.json_response({"error": name, "message": message}, status=status)

    def _wrap(self, answer: Callable[[web.Request], Any]) -> Any:
        async def handle(request: web.Request) -> web.Response:
            counted = True
            try:
                body = answer(request)
                response = web.json_response(body) if body is not None else web.Response()
            except Refused as refused:
                counted = refused.counted
                response = web.json_response(
                    {"error": refused.error, "message": refused.message}, status=refused.status
                )
            if counted:
                response.headers.update(
                    {
                        "RateLimit-Limit": "3000",
                        "RateLimit-Remaining": "2999",
                        "RateLimit-Reset": str(int(time.time()) + 300),
                        "RateLimit-Policy": "3000;w=300",
                    }
                )
            return response

        return handle

    # --------------------------------------------------------------------------------------------- accounts

    def _describe(self, request: web.Request) -> Any:
        del request
        about = {"did": "did:web:localhost", "availableUserDomains": [".test"], "inviteCodeRequired": False}
        return {**about, "links": {}, "contact": {}, "blobUploadLimit": self.blob_limit}

    def _find(self, name: str) -> tuple[str, str] | None:
        """The handle and DID of a handle or DID."""
        for handle, (did, _) in self.accounts.items():
            if name in (handle, did):
                return handle, did
        return None

    def _create_session(self, request: web.Request) -> Any:
        asked = request[CALL].json
        found = self._find(asked["identifier"])
        if found is None or self.accounts[found[0]][1] != asked["password"]:
            raise Refused(401, "AuthenticationRequired", "Invalid identifier or password")
        return self._open_session(found[1])

    def _refresh_session(self, request: web.Request) -> Any:
        token, did = self._token(request, "refresh")
        self.expired.add(token)
        return self._open_session(did)

    def _delete_session(self, request: web.Request) -> Any:
        token, _ = self._token(request, "refresh")
        self.expired.add(token)

    def _open_session(self, did: str) -> Any:
        access, refresh = (f"ey.{kind}.{secrets.token_hex(12)}" for kind in ("access", "refresh"))
        self.tokens |= {access: ("access", did), refresh: ("refresh", did)}
        return {"accessJwt": access, "refreshJwt": refresh, **self._session(did)}

    def _get_session(self, request: web.Request) -> Any:
        return self._session(self._token(request)[1])

    def _session(self, did: str) -> Any:
        found = self._find(did)
        assert found
        return {"did": did, "handle": found[0], "email": "jane@mail.test", "emailConfirmed": True, "active": True}

    def _token(self, request: web.Request, wanted: str = "access") -> tuple[str, str]:
        """The token of a request, and whose it is."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            raise Refused(401, "AuthMissing", "Authentication Required", counted=False)
        kind, did = self.tokens.get(token, ("", ""))
        if token in self.expired:
            if kind == "refresh":
                raise Refused(400, "ExpiredToken", "Token has been revoked")
            raise Refused(400, "ExpiredToken", "Token has expired", counted=False)
        if kind != wanted:
            raise Refused(400, "InvalidToken", "Token could not be verified", counted=False)
        return token, did

    def _resolve(self, request: web.Request) -> Any:
        found = self._find(request.query["handle"])
        if found is None:
            raise Refused(400, "HandleNotFound", "Unable to resolve handle")
        return {"did": found[1]}

    async def _tell_document(self, request: web.Request) -> web.Response:
        """As https://plc.directory."""
        did = request.match_info["did"]
        found = self._find(did)
        if found is None:
            return web.json_response({"message": f"DID not registered: {did}"}, status=404)
        return web.json_response(self.documents.get(did) or document(did, found[0]))

    def _get_profile(self, request: web.Request) -> Any:
        found = self._find(request.query["actor"])
        if found is None:
            raise invalid("Profile not found")
        return {"did": found[1], "handle": found[0]}

    # ---------------------------------------------------------------------------------------------- records

    def _upload(self, request: web.Request) -> Any:
        self._token(request)
        data = request[CALL].body
        if len(data) > self.blob_limit:
            raise Refused(413, "PayloadTooLarge", "request entity too large")
        cid = raw_cid(data)
        self.blobs[cid] = (request.content_type, data)
        blob = {"$type": "blob", "ref": {"$link": cid}, "mimeType": request.content_type, "size": len(data)}
        return {"blob": blob}

    def _own_repo(self, request: web.Request, name: str) -> tuple[str, dict[str, dict[str, Any]]]:
        _, did = self._token(request)
        found = self._find(name)
        if found is None or found[1] != did:
            raise Refused(403, "AccountNotFound", "Account not found")
        return did, self.repos[did]

    def _apply(self, request: web.Request) -> Any:
        asked = request[CALL].json
        did, repo = self._own_repo(request, asked["repo"])
        created = []
        for number, write in enumerate(asked["writes"]):
            assert write["$type"] == "com.atproto.repo.applyWrites#create"
            self._check(write["rkey"], write["value"], f"$.writes[{number}]")
            created.append((write["collection"], write["rkey"], write["value"]))
        if any(key in repo.get(collection, {}) for collection, key, _ in created):
            raise Refused(500, "InternalServerError", "Internal Server Error")
        self.bill(request, "post")
        for collection, key, record in created:
            repo.setdefault(collection, {})[key] = record
        kind = "com.atproto.repo.applyWrites#createResult"
        results = [
            {
                "$type": kind,
                "uri": f"at://{did}/{collection}/{key}",
                "cid": record_cid(record),
                "validationStatus": "valid",
            }
            for collection, key, record in created
        ]
        return {"commit": {"cid": record_cid({"did": did}), "rev": "3kaaaaaaaaa2a"}, "results": results}

    def _create_record(self, request: web.Request) -> Any:
        asked = request[CALL].json
        did, repo = self._own_repo(request, asked["repo"])
        key = asked.get("rkey") or f"3z{len(repo.get(asked['collection'], {})):011}"
        self._check(key, asked["record"], "$")
        if key in repo.get(asked["collection"], {}):
            raise Refused(500, "InternalServerError", "Internal Server Error")
        self.bill(request, "post")
        repo.setdefault(asked["collection"], {})[key] = asked["record"]
        return {"uri": f"at://{did}/{asked['collection']}/{key}", "cid": record_cid(asked["record"])}

    def _delete_record(self, request: web.Request) -> Any:
        asked = request[CALL].json
        _, repo = self._own_repo(request, asked["repo"])
        gone = repo.get(asked["collection"], {}).pop(asked["rkey"], None)  # one that is gone already is no fault
        return {} if gone is None else {"commit": {"cid": record_cid({}), "rev": "3kaaaaaaaaa2a"}}

    def _get_record(self, request: web.Request) -> Any:
        repo, collection, key = (request.query[name] for name in ("repo", "collection", "rkey"))
        found = self._find(repo)
        record = self.repos[found[1]].get(collection, {}).get(key) if found else None
        uri = f"at://{repo}/{collection}/{key}"
        if record is None:
            raise Refused(400, "RecordNotFound", f"Could not locate record: {uri}")
        return {"uri": uri, "cid": record_cid(record), "value": record}

    def _list_records(self, request: web.Request) -> Any:
        query = request.query
        found = self._find(query["repo"])
        if found is None:
            raise invalid(f"Could not find repo: {query['repo']}")
        limit = min(int(query.get("limit", "50")), self.page)
        kept = sorted(self.repos[found[1]].get(query["collection"], {}).items(), reverse=True)
        after = [(key, record) for key, record in kept if key < query.get("cursor", "~")][:limit]
        records = [
            {"uri": f"at://{found[1]}/{query['collection']}/{key}", "cid": record_cid(record), "value": record}
            for key, record in after
        ]
        return {"records": records, **({"cursor": after[-1][0]} if after else {})}

    # ----------------------------------------------------------------------------------------------- lexicons

    def _check(self, key: str, record: Any, place: str) -> None:
        """What the lexicon of posts and the repository refuse.

        Args:
            place: Of the write in the body.
        """
        if not _KEY.fullmatch(key):
            raise invalid(f'Invalid record key (got "{key}") at {place}.rkey', counted=False)
        check_post(record, f"{place}.record")
        for path, blob in find_blobs(record, f"{place}.record"):
            largest = next(size for name, size in _BLOBS.items() if path.endswith(f".{name}"))
            if blob["size"] > largest:
                raise bad(f"blob too big (maximum {largest}, got {blob['size']})", path)
            if blob["ref"]["$link"] not in self.blobs:
                raise Refused(400, "BlobNotFound", f"Could not find blob: {blob['ref']['$link']}")


def bad(fault: str, path: str) -> Refused:
    return invalid(f"Invalid {POST} record: {fault} at {path}")


def check_post(record: dict[str, Any], path: str) -> None:
    """What the lexicon refuses of a post."""
    text = record["text"]
    if (size := len(text.encode())) > 3000:
        raise bad(f"string too big (maximum 3000, got {size})", f"{path}.text")
    check_graphemes(text, 300, f"{path}.text")
    if "createdAt" not in record:
        raise bad('Missing required key "createdAt"', path)
    if not _DATE.fullmatch(record["createdAt"]):
        raise bad(f'Invalid datetime (got "{record["createdAt"]}")', f"{path}.createdAt")
    for name, most, items in (
        ("langs", 3, record.get("langs", [])),
        ("embed.images", 4, record.get("embed", {}).get("images", [])),
    ):
        if len(items) > most:
            raise bad(f"array too big (maximum {most}, got {len(items)})", f"{path}.{name}")
    for number, facet in enumerate(record.get("facets", [])):
        for place, feature in enumerate(facet["features"]):
            here = f"{path}.facets[{number}].features[{place}]"
            if "uri" in feature and not _URI.fullmatch(feature["uri"]):
                raise bad(f'Invalid uri (got "{feature["uri"]}")', f"{here}.uri")
            check_graphemes(feature.get("tag", ""), 64, f"{here}.tag")


def check_graphemes(text: str, most: int, path: str) -> None:
    if (count := len(regex.findall(r"\X", text))) > most:
        raise bad(f"grapheme too big (maximum {most}, got {count})", path)


def find_blobs(value: Any, path: str) -> list[tuple[str, dict[str, Any]]]:
    """Each file that a record names, and where."""
    if isinstance(value, dict):
        if value.get("$type") == "blob":
            return [(path, value)]
        return [found for key, inner in value.items() for found in find_blobs(inner, f"{path}.{key}")]
    if isinstance(value, list):
        return [found for place, inner in enumerate(value) for found in find_blobs(inner, f"{path}[{place}]")]
    return []


def raw_cid(data: bytes) -> str:
    """The CID of a file."""
    return "b" + b32encode(b"\x01\x55\x12\x20" + hashlib.sha256(data).digest()).decode().lower().rstrip("=")


def record_cid(record: Any) -> str:
    """The CID of a record, encoded by the tests' own encoder."""
    return "b" + b32encode(cid_of(encode(linked(record)))).decode().lower().rstrip("=")


def linked(value: Any) -> Any:
    """A record's JSON with its links as such."""
    if isinstance(value, dict):
        if set(value) == {"$link"}:
            text = value["$link"][1:].upper()
            return Cid(b32decode(text + "=" * (-len(text) % 8)))
        return {key: linked(inner) for key, inner in value.items()}
    return [linked(inner) for inner in value] if isinstance(value, list) else value
