"""X's own Python client against a server, and its models against what we send: run where `xdk` is installed.

    python x_client.py URL TOKEN CLIENT_ID CLIENT_SECRET RECORDED.json

It prints one line of JSON: what it did, and what it does not know of the requests and answers that were recorded.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import typing
import urllib.parse
import urllib.request
from pathlib import Path

from pydantic import BaseModel, ValidationError
from xdk import Client, schemas
from xdk.media.models import AppendUploadRequest, CreateMetadataRequest, InitializeUploadRequest
from xdk.posts.models import CreateRequest
from xdk.users.client import UsersClient

MODELS = {
    "POST /2/tweets": (schemas.CreatePostsRequest, schemas.CreatePostsResponse),
    "DELETE /2/tweets/N": (None, schemas.DeletePostsResponse),
    "POST /2/media/upload/initialize": (
        schemas.InitializeMediaUploadRequest,
        schemas.InitializeMediaUploadResponse,
    ),
    "POST /2/media/upload/N/append": (schemas.AppendMediaUploadRequest, schemas.AppendMediaUploadResponse),
    "POST /2/media/upload/N/finalize": (None, schemas.FinalizeMediaUploadResponse),
    "GET /2/media/upload": (None, schemas.GetMediaUploadStatusResponse),
    "POST /2/media/metadata": (schemas.CreateMediaMetadataRequest, schemas.CreateMediaMetadataResponse),
    "GET /2/users/N/tweets": (None, schemas.GetUsersPostsResponse),
    "GET /2/users/me": (None, schemas.GetUsersMeResponse),
}
"""What is asked → X's models of the request and of the answer; numbers in addresses are N."""

NOT_IN_MODELS = {"processing_info.error"}
"""Documented in words only: https://docs.x.com/x-api/media/quickstart/media-upload-chunked."""


def find_unknown(value: object, where: str = "") -> list[str]:
    """What a model took without knowing it."""
    if isinstance(value, list):
        return [one for item in value for one in find_unknown(item, where)]
    if not isinstance(value, BaseModel):
        return []
    own = [f"{where}{name}" for name in value.model_extra or ()]
    fields = ((f"{where}{name}.", getattr(value, name)) for name in type(value).model_fields)
    return own + [one for path, item in fields for one in find_unknown(item, path)]


def judge(recorded: list[dict[str, typing.Any]]) -> list[str]:
    faults = []
    known_fields = set(re.findall(r"'(\w+)'", UsersClient.get_posts.__annotations__["post_fields"]))
    for one in recorded:
        what = re.sub(r"/\d{9,}", "/N", f"{one['method']} {one['path']}")
        if what not in MODELS:
            faults.append(f"{what} is not X's")
            continue
        for side, model, value in zip(("asked", "answered"), MODELS[what], (one["body"], one["answer"]), strict=True):
            if model is None:
                faults += [f"{what}: a body"] if value and side == "asked" else []
                continue
            try:
                unknown = find_unknown(model.model_validate(value))
            except ValidationError as error:
                unknown = [str(error)]
            faults += [f"{what}, {side}: {name}" for name in unknown if not name.endswith(tuple(NOT_IN_MODELS))]
        asked_fields = one["query"].get("post.fields", "").split(",")
        faults += [f"{what}: the field {name}" for name in asked_fields if name and name not in known_fields]
    return faults


def use(client: Client, user: str) -> dict[str, object]:
    """Everything that we do on X, as X's own client does it."""
    picture = b"\x89PNG bee" * 10
    media = client.media.initialize_upload(
        body=InitializeUploadRequest(media_type="image/png", media_category="tweet_image", total_bytes=len(picture))
    ).data.id
    for index, start in enumerate(range(0, len(picture), 32)):
        piece = base64.b64encode(picture[start : start + 32]).decode()
        client.media.append_upload(media, body=AppendUploadRequest(media=piece, segment_index=index))
    done = client.media.finalize_upload(media)
    state = client.media.get_upload_status(media)
    described = {"id": media, "metadata": {"alt_text": {"text": "A bee"}}}
    client.media.create_metadata(body=CreateMetadataRequest.model_validate(described))
    first = client.posts.create(
        body=CreateRequest.model_validate({"text": "From xdk.", "media": {"media_ids": [media]}, "made_with_ai": True})
    )
    second = client.posts.create(
        body=CreateRequest.model_validate({"text": "A reply.", "reply": {"in_reply_to_tweet_id": first.data.id}})
    )
    pages = client.users.get_posts(user, max_results=5, post_fields=["created_at", "conversation_id", "public_metrics"])
    read = [post.model_dump(exclude_none=True) for page in pages for post in page.data or ()]
    deleted = client.posts.delete(second.data.id)
    return {
        "me": client.users.get_me().data.username,
        "media": [media, done.data.id, state.data.id],
        "posts": [first.data.id, second.data.id],
        "read": [[post["id"], post["text"], post["conversation_id"]] for post in read],
        "deleted": deleted.data.deleted,
    }


def sign_in(url: str, client_id: str, client_secret: str) -> dict[str, object]:
    """Permission by X's own client, the person's browser left out."""
    client = Client(
        base_url=url,
        client_id=client_id,
        client_secret=client_secret,
        redirect_uri="http://127.0.0.1:17171/",
        authorization_base_url=f"{url}/i",
        scope=["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"],
    )
    address = client.get_authorization_url()

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    try:
        urllib.request.build_opener(Stay).open(address)
    except urllib.error.HTTPError as answer:
        leads = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.headers["Location"]).query)
    token = client.exchange_code(leads["code"][0])
    before = token["refresh_token"]
    return {"scope": token["scope"], "rotated": before != token["access_token"], "me": client.users.get_me().data.id}


if __name__ == "__main__":
    url, token, client_id, client_secret, recorded = sys.argv[1:]
    client = Client(base_url=url, access_token=token)
    said = {
        "faults": judge(json.loads(Path(recorded).read_text("utf-8"))),
        "used": use(client, "2244994945"),
        "signed_in": sign_in(url, client_id, client_secret),
    }
    sys.stdout.write(json.dumps(said))
