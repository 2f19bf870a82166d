"""The test servers of ElevenLabs, Pexels and Wikimedia, judged by clients that others wrote."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator

import httpx
import mwclient
import pytest
import requests
from elevenlabs import VoiceSettings
from elevenlabs.client import ElevenLabs
from elevenlabs.core.api_error import ApiError
from elevenlabs.errors import UnprocessableEntityError

from tests.support.servers.base import Fault
from tests.support.servers.elevenlabs import CHARACTER_S, LEAD_S, ElevenLabsServer
from tests.support.servers.pexels import PexelsServer, render_size
from tests.support.servers.wikimedia import WikimediaServer

GEORGE = "JBFqnCBsd6RMkjVBRZzb"


# ------------------------------------------------------------------------------------------------- ElevenLabs


@pytest.fixture
def elevenlabs() -> Iterator[ElevenLabsServer]:
    with ElevenLabsServer() as server:
        yield server


@pytest.fixture
def connection() -> Iterator[httpx.Client]:
    """The SDK leaves its own open."""
    with httpx.Client(timeout=5) as client:
        yield client


def client_of(server: ElevenLabsServer, connection: httpx.Client, key: str = "") -> ElevenLabs:
    return ElevenLabs(api_key=key or server.key, base_url=server.url, httpx_client=connection)


def test_elevenlabs_own_sdk_speaks_with_the_time_of_every_character(elevenlabs, connection):
    answer = client_of(elevenlabs, connection).text_to_speech.convert_with_timestamps(
        voice_id=GEORGE,
        text="The sea rises.",
        model_id="eleven_flash_v2_5",
        language_code="en",
        output_format="pcm_24000",
        seed=7,
        voice_settings=VoiceSettings(stability=0.5, similarity_boost=0.75),
    )
    assert answer.alignment is not None
    assert "".join(answer.alignment.characters) == "The sea rises."
    assert answer.alignment.character_start_times_seconds[4] == pytest.approx(LEAD_S + 4 * CHARACTER_S)
    assert len(base64.b64decode(answer.audio_base_64)) > 2 * 24000
    assert elevenlabs.billed("speech") == 1
    assert elevenlabs.calls[0].json["seed"] == 7


def test_elevenlabs_own_sdk_reads_voices_models_account_and_history(elevenlabs, connection):
    client = client_of(elevenlabs, connection)
    assert [voice.name for voice in client.voices.search(search="geo").voices] == ["George"]
    assert len(client.voices.get_all().voices) == 3
    assert client.voices.get(GEORGE).name == "George"
    assert {model.model_id for model in client.models.list()} >= {"eleven_multilingual_v2"}
    client.text_to_speech.convert_with_timestamps(voice_id=GEORGE, text="Hello.", output_format="pcm_16000")
    account = client.user.subscription.get()
    assert (account.character_count, account.character_limit) == (6, 10_000)
    history = client.history.list(voice_id=GEORGE, source="TTS", search="Hello").history
    assert (history[0].text, history[0].request_id) == ("Hello.", "request000000")
    assert history[0].alignments is not None
    assert history[0].alignments.alignment.characters == list("Hello.")
    wav = b"".join(client.history.download(history_item_ids=[history[0].history_item_id], output_format="wav"))
    assert wav[:4] == b"RIFF"


def test_elevenlabs_own_sdk_understands_every_refusal(elevenlabs, connection):
    with pytest.raises(ApiError) as wrong_key:
        client_of(elevenlabs, connection, "expired").user.subscription.get()
    assert (wrong_key.value.status_code, wrong_key.value.body["detail"]["status"]) == (401, "invalid_api_key")
    speech = client_of(elevenlabs, connection).text_to_speech
    with pytest.raises(ApiError) as no_voice:
        speech.convert_with_timestamps(voice_id="nobody", text="Hello.", output_format="pcm_24000")
    assert no_voice.value.body["detail"]["status"] == "voice_not_found"
    with pytest.raises(UnprocessableEntityError):
        speech.convert_with_timestamps(voice_id=GEORGE, text="", output_format="pcm_24000")
    elevenlabs.characters_left = 3
    with pytest.raises(ApiError) as poor:
        speech.convert_with_timestamps(voice_id=GEORGE, text="Hello.", output_format="pcm_24000")
    assert (poor.value.status_code, poor.value.body["detail"]["status"]) == (401, "quota_exceeded")
    elevenlabs.fail(Fault(status=500), times=1)
    with pytest.raises(ApiError) as broken:
        client_of(elevenlabs, connection).models.list(request_options={"max_retries": 0})
    assert broken.value.status_code == 500
    assert elevenlabs.billed() == 0


# ------------------------------------------------------------------------------------------------- Wikimedia


@pytest.fixture
def wikimedia() -> Iterator[WikimediaServer]:
    with WikimediaServer() as server:
        yield server


@pytest.fixture
def site_of(wikimedia: WikimediaServer) -> Iterator[Callable[[str], mwclient.Site]]:
    with requests.Session() as session:
        session.headers["User-Agent"] = "test (a@example.org) mwclient"
        yield lambda path: mwclient.Site(
            f"127.0.0.1:{wikimedia.port}", path=path, scheme="http", max_retries=0, pool=session
        )


def test_mwclient_finds_and_reads_articles(wikimedia, site_of):
    site = site_of("/en.wikipedia/w/")
    assert site.version[:2] == (1, 45)
    assert site.pages["Tide"].exists
    assert not site.pages["No such page at all"].exists
    assert site.pages["Ocean tide"].redirect
    assert next(hit["title"] for hit in site.search("how tides work")) == "Tide"
    page = next(iter(site.api("query", prop="extracts", titles="Tide", explaintext=1)["query"]["pages"].values()))
    assert page["extract"].startswith("Tides (")
    assert page["pageid"] == 30718
    assert site_of("/de.wikipedia/w/").pages["Gezeiten"].exists


def test_mwclient_reads_files_of_commons(wikimedia, site_of):
    site = site_of("/commons/w/")
    image = site.images["Tide and moon.jpg"]
    assert image.exists
    assert image.imageinfo["width"] == 6000
    with urllib.request.urlopen(image.imageinfo["url"]) as answer:  # noqa: S310 - our own server
        assert answer.read(3) == b"\xff\xd8\xff"
    found = site.api(
        "query", generator="search", gsrsearch="tide filetype:bitmap", gsrnamespace=6, gsrlimit=50, prop="imageinfo",
        iiprop="url|extmetadata|size|mime", iiurlwidth=1280,
    )["query"]["pages"]  # fmt: skip
    assert "1009" not in found  # a drawing
    assert found["1001"]["imageinfo"][0]["extmetadata"]["LicenseShortName"]["value"] == "CC BY-SA 4.0"
    with urllib.request.urlopen(found["1001"]["imageinfo"][0]["thumburl"]) as answer:  # noqa: S310
        assert len(answer.read()) > 1000


def test_mwclient_understands_an_error_with_status_200(wikimedia, site_of):
    site = site_of("/en.wikipedia/w/")
    wikimedia.api_errors.append(("readonly", {}))
    with pytest.raises(mwclient.errors.APIError) as failed:
        site.api("query", meta="userinfo")
    assert failed.value.code == "readonly"
    with pytest.raises(mwclient.errors.APIError):
        site.api("parse", page="Tide")


def fetch(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})  # noqa: S310
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, {name.lower(): value for name, value in error.headers.items()}, error.read()


def test_wikimedia_refuses_a_user_agent_without_a_contact(wikimedia):
    url = wikimedia.wikipedia.format(language="en") + "/w/api.php?action=query&format=json&meta=siteinfo"
    assert fetch(url, User_Agent="Python")[0] == 403
    assert fetch(url, User_Agent="Tool/1 (me@example.org)")[0] == 200


def test_openverse_answers_in_its_documented_shape(wikimedia):
    status, headers, body = fetch(wikimedia.openverse + "/v1/images/?q=tide&license_type=commercial,modification")
    results = json.loads(body)["results"]
    assert status == 200
    assert "x-ratelimit-limit-anon_burst" in headers
    assert {result["license"] for result in results} == {"by", "cc0"}
    assert {"id", "title", "url", "foreign_landing_url", "creator", "license", "license_version", "license_url"} <= set(
        results[0]
    )
    assert fetch(results[0]["url"])[2][:3] == b"\xff\xd8\xff"
    assert fetch(wikimedia.openverse + "/v1/images/?q=tide&page_size=500")[0] == 401


# ---------------------------------------------------------------------------------------------------- Pexels


def test_pexels_answers_in_its_documented_shapes():
    with PexelsServer() as server:
        status, headers, body = fetch(f"{server.url}/v1/search?query=sea&per_page=2", Authorization=server.key)
        answer = json.loads(body)
        assert status == 200
        assert headers["x-ratelimit-remaining"] == "19999"
        assert (answer["total_results"], len(answer["photos"])) == (3, 2)
        assert "next_page" in answer
        assert set(answer["photos"][0]["src"]) == {
            "original", "large2x", "large", "medium", "small", "portrait", "landscape", "tiny",
        }  # fmt: skip
        assert fetch(answer["photos"][0]["src"]["tiny"])[2][:3] == b"\xff\xd8\xff"
        video = json.loads(fetch(f"{server.url}/videos/search?query=sea", Authorization=server.key)[2])["videos"][0]
        assert {"id", "quality", "file_type", "width", "height", "fps", "link"} <= set(video["video_files"][0])
        assert b"ftyp" in fetch(video["video_files"][0]["link"])[2][:16]


def test_pexels_refuses_a_wrong_key_and_a_spent_quota():
    with PexelsServer() as server:
        assert fetch(f"{server.url}/v1/search?query=sea", Authorization="expired")[0] == 401
        assert fetch(f"{server.url}/v1/search?query=", Authorization=server.key)[0] == 400
        server.remaining = 0
        status, headers, _ = fetch(f"{server.url}/v1/search?query=sea", Authorization=server.key)
        assert status == 429
        assert "x-ratelimit-remaining" not in headers


def test_pexels_pictures_come_in_the_size_that_the_address_asks_for():
    assert render_size(3000, 4000, {"w": "940", "h": "650", "dpr": "2"}) == (975, 1300)
    assert render_size(3000, 4000, {"w": "800", "h": "1200", "fit": "crop"}) == (800, 1200)
    assert render_size(300, 400, {"w": "940", "h": "650"}) == (300, 400)
