"""Stock photos and clips, against a server that answers as Pexels does."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from PIL import Image

from automagic.errors import MediaError, Permanent, Retryable, Unknown
from automagic.providers.pexels.api import (
    PexelsIllustrator,
    Quota,
    choose_clip_file,
    choose_rendition,
    rank_clips,
)
from automagic.providers.shared.pictures import PictureQuery
from automagic.values.secret import Secret
from tests.support.servers.base import Fault
from tests.support.servers.pexels import PexelsServer
from tests.support.servers.pictures import draw_bomb
from tests.support.vendors.asked_material import LANDSCAPE, PORTRAIT, SQUARE, find_picture, only_this_machine
from tests.support.vendors.open_gate import Line, open_line

SCENE = "The sea breaks on the shore."


@pytest.fixture
def server() -> Iterator[PexelsServer]:
    with PexelsServer() as server:
        yield server


def illustrator_of(line: Line, server: PexelsServer, key: str = "") -> PexelsIllustrator:
    return PexelsIllustrator(
        line.gate, line.http, key=Secret(key or server.key), base_url=server.url, allow=only_this_machine
    )


# ----------------------------------------------------------------------------------------------------- shapes


async def test_a_square_frame_asks_for_square_pictures_and_then_for_any(line, server, tmp_path):
    picture = await find_picture(illustrator_of(line, server), PictureQuery(SCENE, SQUARE), tmp_path)
    assert picture is not None
    asked = [(call.query["query"], call.query.get("orientation")) for call in server.calls if "search" in call.path]
    assert asked[0][1] == "square"
    assert asked[1] == (asked[0][0], None), "the same words again, in any shape"
    clip = await illustrator_of(line, server).find_clip(
        PictureQuery(SCENE, SQUARE), tmp_path, duration_s=3, avoid=(), part="clip of 1"
    )
    assert clip is not None


# ----------------------------------------------------------------------------------------------------- photos


async def test_a_photo_comes_in_the_size_that_is_needed_and_names_its_photographer(line, server, tmp_path):
    picture = await find_picture(illustrator_of(line, server), PictureQuery(SCENE, PORTRAIT), tmp_path)
    assert picture is not None
    assert picture.identity.startswith("https://www.pexels.com/photo/")
    assert picture.credit.name == "“Aerial photo of the sea and a sandy shore” by Josh Withers on Pexels"
    assert (picture.credit.licence, picture.credit.origin) == ("Pexels License", picture.identity)
    assert (picture.width, picture.height) == (1280, 1920)  # of 3648x5472
    with Image.open(picture.file) as image:
        assert image.size == (1280, 1920)


async def test_the_shape_of_the_frame_and_the_language_are_asked_for(line, server, tmp_path):
    await find_picture(illustrator_of(line, server), PictureQuery("Das Meer", LANDSCAPE, language="de-AT"), tmp_path)
    assert server.calls[0].query["orientation"] == "landscape"
    assert server.calls[0].query["locale"] == "de-DE"


async def test_each_photo_is_offered_once(line, server):
    illustrator = illustrator_of(line, server)
    used = [offer.identity for offer in await illustrator.find_offers(PictureQuery(SCENE, PORTRAIT))]
    assert len(used) == len(set(used)) == 2


async def test_nothing_that_fits_is_no_failure(line, server, tmp_path):
    assert (
        await find_picture(illustrator_of(line, server), PictureQuery("Quantum xylophones.", PORTRAIT), tmp_path)
        is None
    )
    assert (
        await illustrator_of(line, server).find_clip(
            PictureQuery("Xylophones.", PORTRAIT), tmp_path, duration_s=1, avoid=(), part="clip of 1"
        )
        is None
    )


async def test_the_key_goes_to_the_api_and_nowhere_else(line, server, tmp_path):
    with PexelsServer() as elsewhere:
        path = "/images/photos/3571551/pexels-photo-3571551.jpeg"
        server.redirects[path] = f"{elsewhere.url}{path}?w=1280"
        picture = await find_picture(illustrator_of(line, server), PictureQuery(SCENE, PORTRAIT), tmp_path)
        assert picture is not None
        (moved,) = elsewhere.calls
        assert server.key not in str(moved.headers)
    for call in server.calls:
        assert (call.headers.get("authorization") == server.key) is (not call.path.startswith("/images"))


async def test_the_key_is_not_sent_on_by_a_redirect_of_the_api(line, server):
    with PexelsServer() as elsewhere:
        server.fail(Fault(status=302, body=" ", headers={"Location": f"{elsewhere.url}/v1/curated?per_page=1"}))
        with pytest.raises(Permanent):
            await illustrator_of(line, server).check()
        assert "authorization" not in elsewhere.calls[0].headers


# ------------------------------------------------------------------------------------------------------ clips


async def test_a_clip_is_long_enough_and_no_larger_than_needed(line, server, tmp_path):
    clip = await illustrator_of(line, server).find_clip(
        PictureQuery(SCENE, PORTRAIT), tmp_path, duration_s=5, avoid=(), part="clip of 1"
    )
    assert clip is not None
    assert clip.identity.endswith("2169880/")
    assert "1080_1920" in server.calls[-1].path
    assert clip.duration_s == 12
    assert clip.credit.name == "Video by Engin Akyurt on Pexels"
    assert clip.file.read_bytes()[4:8] == b"ftyp"


async def test_a_short_scene_may_have_a_short_clip_and_no_scene_the_same(line, server, tmp_path):
    illustrator = illustrator_of(line, server)
    first = await illustrator.find_clip(
        PictureQuery(SCENE, PORTRAIT), tmp_path, duration_s=2, avoid=(), part="clip of 1"
    )
    assert first is not None
    second = await illustrator.find_clip(
        PictureQuery(SCENE, PORTRAIT), tmp_path, duration_s=2, avoid={first.identity}, part="clip of 1"
    )
    assert second is not None
    assert second.identity != first.identity
    assert (
        await illustrator.find_clip(PictureQuery(SCENE, PORTRAIT), tmp_path, duration_s=60, avoid=(), part="clip of 1")
        is None
    )


async def test_a_clip_that_is_no_video_gives_way_to_the_next(line, server, tmp_path):
    path = "/files/video-files/2169880/2169880-hd_1080_1920_30fps.mp4"
    server.replaced[path] = b"<html>no video</html>"
    clip = await illustrator_of(line, server).find_clip(
        PictureQuery(SCENE, PORTRAIT), tmp_path, duration_s=2, avoid=(), part="clip of 1"
    )
    assert clip is not None
    assert clip.identity.endswith("3000003/")
    assert list(tmp_path.glob("*.mp4")) == [clip.file]
    server.replaced["/files/video-files/3000003/3000003-hd_1080_1920_30fps.mp4"] = b"\0\0\0\x18ftypmp42" + bytes(99)
    with pytest.raises(MediaError, match="not an MP4 video"):
        await illustrator_of(line, server).find_clip(
            PictureQuery(SCENE, PORTRAIT), tmp_path, duration_s=2, avoid=(), part="clip of 1"
        )
    assert list(tmp_path.glob("*.mp4")) == []


# ---------------------------------------------------------------------------------------------- what goes wrong


async def test_a_wrong_key_is_named_and_never_shown(line, server, tmp_path):
    with pytest.raises(Permanent) as failed:
        await find_picture(
            illustrator_of(line, server, key="expired-key-12345"), PictureQuery(SCENE, PORTRAIT), tmp_path
        )
    assert "PEXELS_API_KEY" in failed.value.hint
    assert "expired-key" not in failed.value.message + failed.value.hint
    assert len(server.calls) == 1


async def test_the_quota_is_read_from_the_headers(line, server):
    illustrator = illustrator_of(line, server)
    assert await illustrator.check() == Quota(20_000, 19_999, 1893456000)
    assert (await illustrator.check()).remaining == 19_998  # past the cache


async def test_a_spent_quota_is_said_with_the_time_to_wait(store, server, tmp_path):
    reset = str(int(time.time()) + 3600)
    headers = {"X-Ratelimit-Remaining": "0", "X-Ratelimit-Reset": reset}
    server.fail(Fault(status=429, headers=headers), times=5)
    async with open_line(store) as line:
        with pytest.raises(Retryable) as failed:
            await find_picture(illustrator_of(line, server), PictureQuery(SCENE, PORTRAIT), tmp_path)
    assert failed.value.after_s == pytest.approx(3600, abs=30)
    assert len(server.calls) == 1  # nobody waits an hour


async def test_a_busy_server_is_asked_again(line, server, tmp_path):
    server.fail(Fault(status=429, headers={"Retry-After": "0"}), path="search", times=2)
    server.fail(Fault(truncate=True), path="/images")
    assert await find_picture(illustrator_of(line, server), PictureQuery(SCENE, PORTRAIT), tmp_path) is not None


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(status=500), Retryable),
        (Fault(status=504), Unknown),
        (Fault(truncate=True), Unknown),
        (Fault(malformed='{"photos": [{'), Permanent),
        (Fault(malformed="<html>Login to this network</html>"), Permanent),
        (Fault(malformed="[1]"), Permanent),
        (Fault(malformed='{"photos": 7}'), Permanent),
    ],
)
async def test_a_server_that_fails_is_a_clear_error(store, server, tmp_path, fault, kind):
    server.fail(fault, times=10)
    async with open_line(store, retry_attempts=1) as line:
        with pytest.raises(kind) as failed:
            await find_picture(illustrator_of(line, server), PictureQuery(SCENE, PORTRAIT), tmp_path)
    assert server.key not in failed.value.message


async def test_a_server_that_hangs_is_given_up(store, server, tmp_path):
    server.fail(Fault(hang=True), times=10)
    async with open_line(store, read_s=0.3, retry_attempts=1) as line:
        with pytest.raises(Unknown):
            await find_picture(illustrator_of(line, server), PictureQuery(SCENE, PORTRAIT), tmp_path)


@pytest.mark.parametrize("body", [b"<html>", draw_bomb()], ids=["a page", "a bomb"])
async def test_a_photo_that_is_none_gives_way_to_the_next(line, server, tmp_path, body):
    server.replaced["/images/photos/3571551/pexels-photo-3571551.jpeg"] = body
    picture = await find_picture(illustrator_of(line, server), PictureQuery(SCENE, PORTRAIT), tmp_path)
    assert picture is not None
    assert "2014422" in picture.identity


# ----------------------------------------------------------------------------------------------------- deciding

SOURCES = {
    "original": "http://x/1.jpeg",
    "large2x": "http://x/1.jpeg?auto=compress&cs=tinysrgb&dpr=2&h=650&w=940",
    "large": "http://x/1.jpeg?auto=compress&cs=tinysrgb&h=650&w=940",
    "portrait": "http://x/1.jpeg?auto=compress&cs=tinysrgb&fit=crop&h=1200&w=800",
}


def test_a_ready_made_rendition_is_taken_when_it_fills_the_frame():
    assert choose_rendition(SOURCES, 5184, 3456, LANDSCAPE) == SOURCES["large2x"]
    assert choose_rendition(SOURCES, 3648, 5472, PORTRAIT).endswith("1.jpeg?auto=compress&cs=tinysrgb&w=1280")
    assert choose_rendition({"original": "http://x/1.jpeg"}, 900, 1600, PORTRAIT).endswith("tinysrgb")


def clip_file(width: int, height: int, kind: str = "video/mp4") -> dict[str, object]:
    return {"width": width, "height": height, "file_type": kind, "link": f"http://x/{width}.mp4"}


def test_of_a_clips_files_the_smallest_that_fills_the_frame_is_taken():
    files = [clip_file(2160, 3840), clip_file(1080, 1920), clip_file(720, 1280), clip_file(1080, 1920, "video/webm")]
    assert choose_clip_file(files, PORTRAIT) == files[1]
    assert choose_clip_file([clip_file(640, 360), clip_file(1280, 720)], PORTRAIT) == clip_file(1280, 720)
    assert choose_clip_file([clip_file(640, 360), {"link": "x"}], PORTRAIT) is None


def test_clips_that_lack_facts_are_no_offers():
    assert rank_clips([{}, {"video_files": [clip_file(1080, 1920)], "duration": 9}], PORTRAIT, 1, ()) == []
