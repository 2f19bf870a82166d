"""Our YouTube is true when Google's own clients, unchanged, cannot tell."""

from __future__ import annotations

import hashlib
import os
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials
from google_auth_oauthlib.flow import InstalledAppFlow
from googleapiclient.discovery import Resource, build
from googleapiclient.errors import HttpError, ResumableUploadError
from googleapiclient.http import MediaFileUpload, MediaIoBaseUpload

from tests.support.servers.base import Fault
from tests.support.servers.youtube import CAPTIONS_SCOPE, GRANULE, UPLOAD_SCOPE, YouTubeServer

# support/servers/base.py keeps what it saw under a plain name.
BODY = {
    "snippet": {"title": "Honey keeps", "description": "Why.", "tags": ["honey", "bees"], "categoryId": "27"},
    "status": {"privacyStatus": "private", "selfDeclaredMadeForKids": False, "containsSyntheticMedia": True},
}


@pytest.fixture
def server() -> Iterator[YouTubeServer]:
    with YouTubeServer() as server:
        yield server


@pytest.fixture
def youtube(server: YouTubeServer) -> Iterator[Resource]:
    credentials = Credentials(
        token=None,
        refresh_token=server.grant(),
        token_uri=f"{server.url}/token",
        client_id=server.client_id,
        client_secret=server.client_secret,
    )
    with build(
        "youtube",
        "v3",
        credentials=credentials,
        static_discovery=False,
        cache_discovery=False,
        discoveryServiceUrl=server.url + "/discovery/v1/apis/{api}/{apiVersion}/rest",
    ) as service:
        yield service


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(hashlib.sha256(b"film").digest() * (3 * GRANULE // 32) + b"the end")
    return path


def upload(youtube: Resource, film: Path, *, body=BODY, num_retries: int = 0):
    media = MediaFileUpload(str(film), mimetype="video/mp4", chunksize=GRANULE, resumable=True)
    request = youtube.videos().insert(part="snippet,status", body=body, media_body=media)
    request._sleep = lambda _seconds: None  # its own stub for tests
    return request.execute(num_retries=num_retries)


def content(server: YouTubeServer) -> list[str]:
    return [video.sha256 for video in server.videos.values()]


def digest(film: Path) -> str:
    return hashlib.sha256(film.read_bytes()).hexdigest()


def test_a_resumable_upload_arrives_whole(server, youtube, film):
    answer = upload(youtube, film)
    assert content(server) == [digest(film)]
    assert answer["id"] in server.videos
    assert answer["status"]["containsSyntheticMedia"] is True
    assert len(server.ranges) == 4


def test_the_client_goes_on_after_a_503(server, youtube, film):
    media = MediaFileUpload(str(film), mimetype="video/mp4", chunksize=GRANULE, resumable=True)
    request = youtube.videos().insert(part="snippet,status", body=BODY, media_body=media)
    request.next_chunk()
    server.fail(Fault(status=503), path="/upload/")
    with pytest.raises(HttpError):
        request.next_chunk()
    answer = None
    while answer is None:
        _, answer = request.next_chunk()
    assert content(server) == [digest(film)]


class Bytes(MediaFileUpload):
    """Chunks as bytes: after a lost connection the client's transport sends what it holds again, and a stream that is
    already read would be empty."""

    def has_stream(self) -> bool:
        return False


@pytest.mark.parametrize("kept", [0, GRANULE])
def test_the_client_goes_on_after_a_lost_connection(server, youtube, film, kept):
    media = Bytes(str(film), mimetype="video/mp4", chunksize=2 * GRANULE, resumable=True)
    request = youtube.videos().insert(part="snippet,status", body=BODY, media_body=media)
    server.lose_chunk(kept=kept)
    answer = None
    while answer is None:
        _, answer = request.next_chunk()
    assert content(server) == [digest(film)]
    assert server.inserts == 1
    assert server.sent_bytes == film.stat().st_size + 2 * GRANULE


def test_an_expired_session_is_not_found(server, youtube, film):
    media = MediaFileUpload(str(film), mimetype="video/mp4", chunksize=GRANULE, resumable=True)
    request = youtube.videos().insert(part="snippet,status", body=BODY, media_body=media)
    request.next_chunk()
    server.expire_sessions()
    with pytest.raises(HttpError) as caught:
        request.next_chunk()
    assert caught.value.status_code == 404


def test_the_client_refreshes_an_expired_token_mid_upload(server, youtube, film):
    media = MediaFileUpload(str(film), mimetype="video/mp4", chunksize=GRANULE, resumable=True)
    request = youtube.videos().insert(part="snippet,status", body=BODY, media_body=media)
    request.next_chunk()
    server.expire_tokens()
    request._in_error_state = True  # it asks how far it is: a chunk could not be read a second time
    answer = None
    while answer is None:
        _, answer = request.next_chunk()
    assert content(server) == [digest(film)]


def test_a_spent_quota_is_refused_in_googles_words(server, youtube, film):
    server.daily_uploads = 1
    upload(youtube, film)
    with pytest.raises(ResumableUploadError) as caught:
        upload(youtube, film)
    assert caught.value.status_code == 403
    assert caught.value.error_details[0]["reason"] == "quotaExceeded"


def test_a_full_channel_is_refused_in_googles_words(server, youtube, film):
    server.channel_limit = 0
    with pytest.raises(ResumableUploadError) as caught:
        upload(youtube, film)
    assert caught.value.error_details[0]["reason"] == "uploadLimitExceeded"


@pytest.mark.parametrize(
    ("part", "name", "value", "reason"),
    [
        ("snippet", "title", "x" * 101, "invalidTitle"),
        ("snippet", "title", "a < b", "invalidTitle"),
        ("snippet", "description", "é" * 2501, "invalidDescription"),
        ("snippet", "tags", ["two words"] * 46, "invalidTags"),
        ("status", "publishAt", None, "invalidPublishAt"),
    ],
)
def test_what_youtube_refuses_is_refused(server, youtube, film, part, name, value, reason):
    body = {key: dict(fields) for key, fields in BODY.items()}
    body[part][name] = value
    if name == "publishAt":
        body["status"] |= {"publishAt": "2030-01-01T00:00:00Z", "privacyStatus": "public"}
    with pytest.raises(ResumableUploadError) as caught:
        upload(youtube, film, body=body)
    assert caught.value.error_details[0]["reason"] == reason


def test_captions_and_thumbnail_join_the_video(server, youtube, film, tmp_path):
    import io

    video = upload(youtube, film)["id"]
    snippet = {"snippet": {"videoId": video, "language": "en", "name": ""}}
    srt = MediaIoBaseUpload(io.BytesIO(b"1\n00:00:00,000 --> 00:00:01,000\nHoney\n"), "application/octet-stream")
    youtube.captions().insert(part="snippet", body=snippet, media_body=srt).execute()
    with pytest.raises(HttpError) as caught:
        youtube.captions().insert(part="snippet", body=snippet, media_body=srt).execute()
    assert caught.value.status_code == 409
    picture = MediaIoBaseUpload(io.BytesIO(b"\xff\xd8\xff\xe0 picture"), "image/jpeg")
    youtube.thumbnails().set(videoId=video, media_body=picture).execute()
    known = server.videos[video]
    assert known.captions[0][1].endswith(b"Honey\n")
    assert known.thumbnail == b"\xff\xd8\xff\xe0 picture"


def test_the_channels_uploads_can_be_listed(server, youtube, film):
    video = upload(youtube, film)["id"]
    channel = youtube.channels().list(part="contentDetails", mine=True).execute()["items"][0]
    uploads = channel["contentDetails"]["relatedPlaylists"]["uploads"]
    items = youtube.playlistItems().list(part="contentDetails", playlistId=uploads, maxResults=50).execute()["items"]
    assert [item["contentDetails"]["videoId"] for item in items] == [video]
    found = youtube.videos().list(part="fileDetails,snippet", id=video).execute()["items"][0]
    assert found["fileDetails"]["fileSize"] == str(film.stat().st_size)


def test_a_revoked_refresh_token_is_refused(server):
    credentials = Credentials(
        None,
        refresh_token="revoked",  # noqa: S106 - not a secret
        token_uri=f"{server.url}/token",
        client_id=server.client_id,
        client_secret=server.client_secret,
    )
    with pytest.raises(RefreshError, match="invalid_grant"):
        credentials.refresh(Request())


def test_googles_installed_app_flow_gets_a_token_with_pkce(server, monkeypatch):
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # plain http to the loopback interface
    monkeypatch.setenv("OAUTHLIB_RELAX_TOKEN_SCOPE", "1")
    flow = InstalledAppFlow.from_client_config(
        {
            "installed": {
                "client_id": server.client_id,
                "client_secret": server.client_secret,
                "auth_uri": f"{server.url}/o/oauth2/v2/auth",
                "token_uri": f"{server.url}/token",
                "redirect_uris": ["http://localhost"],
            }
        },
        [UPLOAD_SCOPE, CAPTIONS_SCOPE],
        autogenerate_code_verifier=True,
    )
    browsers: list[threading.Thread] = []

    class Browser:
        def open(self, url: str, **_: object) -> bool:
            browsers.append(threading.Thread(target=lambda: urllib.request.urlopen(url).close()))  # noqa: S310
            browsers[0].start()
            return True

    monkeypatch.setattr("webbrowser.get", lambda _name=None: Browser())
    credentials = flow.run_local_server(host="127.0.0.1", port=0, open_browser=True, authorization_prompt_message="")
    browsers[0].join()
    assert credentials.token in server.access_tokens
    assert credentials.refresh_token in server.refresh_tokens
    assert os.environ["OAUTHLIB_INSECURE_TRANSPORT"] == "1"
