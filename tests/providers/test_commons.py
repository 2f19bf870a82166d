"""Licensed pictures, against a server that answers as Wikimedia Commons and Openverse do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from PIL import Image

from automagic.errors import MediaError, Permanent, Retryable, Unknown
from automagic.providers.commons.api import CommonsIllustrator, choose_thumbnail, shows_drawing, strip_html
from automagic.providers.shared.licences import is_free, read_licence
from automagic.providers.shared.pictures import (
    PictureOffer,
    PictureQuery,
    open_picture,
    rank_offers,
    share_out,
    shown_share,
)
from automagic.values.frame import Frame, Rect
from tests.support.servers.base import Fault
from tests.support.servers.pictures import draw_bomb, draw_picture
from tests.support.servers.wikimedia import WikimediaServer
from tests.support.vendors.asked_material import CONTACT, LANDSCAPE, PORTRAIT, find_picture, only_this_machine
from tests.support.vendors.open_gate import Line, open_line

SCENE = "The tide rises twice a day."


@pytest.fixture
def server() -> Iterator[WikimediaServer]:
    with WikimediaServer() as server:
        yield server


def illustrator_of(line: Line, server: WikimediaServer, **more) -> CommonsIllustrator:
    return CommonsIllustrator(
        line.gate,
        line.http,
        contact=CONTACT,
        commons_url=server.commons,
        openverse_url=server.openverse,
        allow=more.pop("allow", only_this_machine),
        **more,
    )


# ---------------------------------------------------------------------------------------------- the right picture


async def test_the_best_picture_comes_with_its_file_and_its_credit(line, server, tmp_path):
    picture = await find_picture(illustrator_of(line, server), PictureQuery(SCENE, PORTRAIT), tmp_path)
    assert picture is not None
    with Image.open(picture.file) as image:
        assert image.size == (picture.width, picture.height)
    assert picture.identity == "https://commons.wikimedia.org/wiki/File:Tide_pool_portrait.jpg"
    assert picture.credit.part == "picture of scene 1"
    assert picture.credit.name == "“Tide pool portrait” by Ben Okri"
    assert picture.credit.origin == picture.identity
    assert picture.credit.licence == "CC-BY-2.0"
    assert not picture.credit.generated
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == [picture.file.name]


async def test_a_picture_is_fetched_no_wider_than_the_frame_needs(line, server, tmp_path):
    picture = await find_picture(illustrator_of(line, server), PictureQuery(SCENE, PORTRAIT), tmp_path)
    assert picture is not None
    assert server.file_requests == ["/upload/thumb/Tide_pool_portrait.jpg/1280px-Tide_pool_portrait.jpg"]
    assert (picture.width, picture.height) == (1280, 1920)


async def test_a_wide_frame_gets_a_wide_picture(line, server, tmp_path):
    picture = await find_picture(illustrator_of(line, server), PictureQuery(SCENE, LANDSCAPE), tmp_path)
    assert picture is not None
    assert picture.identity.endswith("Tide_and_moon.jpg")
    assert picture.width == 1920


@pytest.mark.parametrize(("down", "count"), [("nothing", 4), ("api.php", 2)])
async def test_only_free_pictures_that_fit_are_offered_each_once(store, server, monkeypatch, down, count):
    monkeypatch.setattr("automagic.providers.commons.api.ENOUGH", 99)
    server.fail(Fault(status=500), path=down, times=99)
    async with open_line(store, retry_attempts=1) as line:
        offers = await illustrator_of(line, server).find_offers(PictureQuery(SCENE, PORTRAIT))
    found = [offer.identity for offer in offers]
    assert len(found) == len(set(found)) == count
    for unwanted in ("commercial", "changes", "GFDL", "tiny", "Map", "logo", "2cff3595", "Lighthouse"):
        assert unwanted not in " ".join(found)


async def test_a_map_is_found_when_it_is_asked_for(line, server, tmp_path):
    illustrator = illustrator_of(line, server)
    scene = "A map shows the tide ranges of the world."
    picture = await find_picture(illustrator, PictureQuery(scene, LANDSCAPE), tmp_path)
    assert picture is not None
    assert "Map_of_tide" in picture.identity


async def test_the_topic_finds_a_picture_when_the_scene_does_not(line, server, tmp_path):
    picture = await find_picture(
        illustrator_of(line, server),
        PictureQuery("Nobody expected the accountants.", LANDSCAPE, topic="Sailing ships"),
        tmp_path,
    )
    assert picture is not None
    assert picture.credit.name == "“Sailing ship” by Kapitän"
    assert picture.credit.licence == "CC-BY-SA-2.0-DE"


async def test_openverse_is_asked_when_commons_has_nothing(line, server, tmp_path):
    picture = await find_picture(
        illustrator_of(line, server), PictureQuery("The lighthouse stood through the storm.", PORTRAIT), tmp_path
    )
    assert picture is not None
    assert picture.credit.name == "“Lighthouse in a storm” by Dan"
    assert picture.credit.licence == "CC-BY-SA-2.0"
    assert picture.identity == "https://www.flickr.com/photos/1/3dff3595"


async def test_nothing_that_fits_is_no_failure(line, server, tmp_path):
    assert (
        await find_picture(illustrator_of(line, server), PictureQuery("Quantum xylophones.", PORTRAIT), tmp_path)
        is None
    )
    assert list(tmp_path.glob("*.*")) == []


async def test_the_same_scene_gets_the_same_picture(line, server, tmp_path):
    illustrator = illustrator_of(line, server)
    first = await find_picture(illustrator, PictureQuery(SCENE, PORTRAIT), tmp_path)
    assert first == await find_picture(illustrator, PictureQuery(SCENE, PORTRAIT), tmp_path)


# ------------------------------------------------------------------------------------------------ what goes wrong


BEST = "/upload/thumb/Tide_pool_portrait.jpg/1280px-Tide_pool_portrait.jpg"


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><html><body>Not a picture</body></html>",
        b"",
        draw_bomb(),
        draw_picture("half", 1280, 1920)[:9000],
        b"\xff\xd8\xff\xe0 only the beginning",
    ],
    ids=["a page", "nothing", "a bomb", "a half picture", "a beginning"],
)
async def test_a_file_that_is_no_picture_gives_way_to_the_next(line, server, tmp_path, body):
    server.replaced[BEST] = body
    picture = await find_picture(illustrator_of(line, server), PictureQuery(SCENE, PORTRAIT), tmp_path)
    assert picture is not None
    assert server.file_requests[0] == BEST
    assert "portrait" not in picture.identity
    assert [file for file in tmp_path.iterdir() if file.is_file()] == [picture.file]


async def test_when_no_file_is_a_picture_that_is_said(store, server, tmp_path):
    server.fail(Fault(malformed="no picture"), path="/upload", times=20)
    async with open_line(store, retry_attempts=1) as line:
        with pytest.raises(MediaError, match="cannot be opened"):
            await find_picture(illustrator_of(line, server), PictureQuery(SCENE, PORTRAIT), tmp_path)
    assert [file for file in tmp_path.iterdir() if file.is_file()] == []


async def test_a_redirect_to_a_private_address_is_not_followed(line, server, tmp_path):
    server.redirects[BEST] = f"http://127.0.0.2:{server.port}/upload/Tide_and_moon.jpg"
    picture = await find_picture(illustrator_of(line, server), PictureQuery(SCENE, PORTRAIT), tmp_path)
    assert picture is not None
    assert "portrait" not in picture.identity


async def test_files_of_this_machine_are_not_fetched_by_default(store, server, tmp_path):
    async with open_line(store) as line:
        illustrator = CommonsIllustrator(
            line.gate, line.http, contact=CONTACT, commons_url=server.commons, openverse_url=server.openverse
        )
        with pytest.raises(Permanent, match="not on the public internet"):
            await find_picture(illustrator, PictureQuery(SCENE, PORTRAIT), tmp_path)
    assert server.file_requests == []


async def test_a_file_that_is_too_large_gives_way(line, server, tmp_path, monkeypatch):
    server.replaced[BEST] = bytes(3_000_000)
    monkeypatch.setattr("automagic.providers.shared.pictures.MAX_PICTURE_BYTES", 2_000_000)
    picture = await find_picture(illustrator_of(line, server), PictureQuery(SCENE, PORTRAIT), tmp_path)
    assert picture is not None
    assert "portrait" not in picture.identity


async def test_a_busy_server_is_asked_again(line, server, tmp_path):
    server.fail(Fault(status=429, headers={"Retry-After": "0"}), path="api.php")
    server.fail(Fault(truncate=True), path="/upload")
    server.fail(Fault(status=503, headers={"Retry-After": "0"}), path="/upload")
    picture = await find_picture(illustrator_of(line, server), PictureQuery(SCENE, PORTRAIT), tmp_path)
    assert picture is not None
    assert server.file_requests == [BEST] * 3


async def test_openverse_stands_in_for_commons_that_is_down(store, server, tmp_path):
    server.fail(Fault(status=500), path="api.php", times=20)
    async with open_line(store, retry_attempts=1) as line:
        picture = await find_picture(illustrator_of(line, server), PictureQuery(SCENE, PORTRAIT), tmp_path)
    assert picture is not None
    assert "flickr" in picture.identity


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(status=500), Retryable),
        (Fault(status=403), Permanent),
        (Fault(truncate=True), Unknown),
        (Fault(malformed="<html>"), Permanent),
        (Fault(malformed='{"query": {"pages": [{}]}, "results": [{}]}'), None),
    ],
)
async def test_when_nobody_answers_that_is_said(store, server, tmp_path, fault, kind):
    server.fail(fault, times=40)
    async with open_line(store, retry_attempts=1) as line:
        asked = find_picture(illustrator_of(line, server), PictureQuery(SCENE, PORTRAIT), tmp_path)
        if kind is None:  # entries without anything in them are no offers
            assert await asked is None
            return
        with pytest.raises(kind):
            await asked


async def test_a_server_that_hangs_is_given_up(store, server, tmp_path):
    server.fail(Fault(hang=True), times=40)
    async with open_line(store, read_s=0.3, retry_attempts=1) as line:
        with pytest.raises(Unknown):
            await find_picture(illustrator_of(line, server), PictureQuery(SCENE, PORTRAIT), tmp_path)


async def test_the_check_asks_for_next_to_nothing(line, server):
    await illustrator_of(line, server).check()
    await illustrator_of(line, server).check()
    assert len(server.calls) == 2  # past the cache


# -------------------------------------------------------------------------------------------------- deciding


@pytest.mark.parametrize(
    ("stated", "version", "name", "free"),
    [
        ("CC BY-SA 4.0", "", "CC-BY-SA-4.0", True),
        ("cc-by-sa-3.0-de", "", "CC-BY-SA-3.0-DE", True),
        ("CC BY 2.0", "", "CC-BY-2.0", True),
        ("by-sa", "2.0", "CC-BY-SA-2.0", True),
        ("by", "4.0", "CC-BY-4.0", True),
        ("CC0", "", "CC0-1.0", True),
        ("cc0", "1.0", "CC0-1.0", True),
        ("Public domain", "", "Public domain", True),
        ("pd", "", "Public domain", True),
        ("PD-US", "", "Public domain", True),
        ("pdm", "1.0", "Public domain", True),
        ("CC BY-NC 4.0", "", "CC-BY-NC-4.0", False),
        ("by-nc-nd", "4.0", "CC-BY-NC-ND-4.0", False),
        ("CC BY-ND 3.0", "", "CC-BY-ND-3.0", False),
        ("CC BY-NC-SA 2.0", "", "CC-BY-NC-SA-2.0", False),
    ],
)
def test_licences_are_read_in_every_spelling(stated, version, name, free):
    licence = read_licence(stated, version=version)
    assert licence is not None
    assert licence.name == name
    assert is_free(licence) is free


@pytest.mark.parametrize(
    "stated", ["", "GFDL", "Fair use", "All rights reserved", "CC", "BY-NX 2", "sampling+", "Free Art"]
)
def test_a_licence_that_is_not_known_allows_nothing(stated):
    assert read_licence(stated) is None


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<a href="//x">Anna &amp; Søn</a>', "Anna & Søn"),
        ('<bdi><i>Unknown</i> author</bdi><span style="display: none;">Unknown author</span>', "Unknown author"),
        ("<p>One<br>two</p>\n three", "One two three"),
        ("<script>alert(1)</script>Ben", "Ben"),
        ("5 < 6 & 7", "5 < 6 & 7"),
        ('<span style="display:none"><br><b>no</b></span>yes', "yes"),
        ("x" * 500, "x" * 199 + "…"),
    ],
)
def test_only_what_is_seen_of_html_is_kept(html, text):
    assert strip_html(html) == text


def test_a_drawing_is_told_by_its_words_unless_it_is_wanted():
    assert shows_drawing("Location map of Norway", ["norway"])
    assert shows_drawing("Coats of arms of Kent", ["kent"])
    assert not shows_drawing("Location map of Norway", ["map", "norway"])
    assert not shows_drawing("Mapping the sea", ["sea"])


def offer(name: str, words: str = "tide sea", width: int = 2000, height: int = 3000, **more) -> PictureOffer:
    return PictureOffer(name, name, words, width, height, "http://x", "", "CC0-1.0", **more)


SQUARE = Frame(1080, 1080, 30, Rect(0, 0, 10, 10), Rect(0, 20, 10, 10))


@pytest.mark.parametrize(
    ("size", "frame", "width"),
    [
        ((4000, 3000), SQUARE, 1920),
        ((4000, 3000), PORTRAIT, 3840),
        ((3000, 4000), PORTRAIT, 1920),
        ((2000, 3000), PORTRAIT, 1280),
        ((6000, 4000), LANDSCAPE, 1920),
        ((1200, 1600), PORTRAIT, None),
    ],
)
def test_the_smallest_thumbnail_that_fills_the_frame_is_asked_for(size, frame, width):
    found = offer("a", width=size[0], height=size[1], thumbnail="http://x/thumb/a.jpg/960px-a.jpg")
    wanted = f"http://x/thumb/a.jpg/{width}px-a.jpg" if width else "http://x"
    assert choose_thumbnail(found, frame) == wanted


def test_relevance_counts_more_than_shape_and_shape_more_than_size():
    offers = [
        offer("wide", width=6000, height=3000),
        offer("upright", width=1080, height=1920),
        offer("other", words="sea"),
        offer("off topic", words="dog", width=4000, height=6000),
        offer("small", width=500, height=900),
        offer("strip", width=9000, height=1500),
    ]
    assert [o.title for o in rank_offers(offers, ["tide", "sea"], PORTRAIT)] == ["upright", "wide", "other"]


def test_scenes_share_out_their_offers_and_none_is_offered_twice():
    a, b, c, d = (offer(name) for name in "abcd")
    shares = share_out([[a, b, c], [a, b], [a], []])
    assert shares == [[a, c], [b], [], []]
    assert share_out([[a, b, c, d, offer("e")]]) == [[a, b, c, d]]


async def test_scenes_that_search_at_the_same_time_get_different_pictures(line, server, tmp_path):
    illustrator = illustrator_of(line, server)
    found = await asyncio.gather(*(illustrator.find_offers(PictureQuery(SCENE, PORTRAIT)) for _ in range(3)))
    pictures = await asyncio.gather(
        *(illustrator.fetch(offers, tmp_path, part="picture") for offers in share_out(found))
    )
    assert len({picture.identity for picture in pictures if picture}) == 3
    assert len([call for call in server.calls if call.path.startswith("/commons")]) <= 2  # one flight a search


def test_the_share_that_is_seen_is_the_same_for_both_ways_of_not_fitting():
    assert shown_share(1080, 1920, PORTRAIT) == 1.0
    assert shown_share(1920, 1080, PORTRAIT) == pytest.approx(shown_share(1080, 1920, LANDSCAPE))


def test_searches_go_from_the_scene_to_the_topic():
    queries = PictureQuery("The lighthouse stood in the storm.", PORTRAIT, "Coasts of Norway").searches()
    assert "lighthouse" in queries[0]
    assert queries[-1] in ("norway", "coasts")
    assert len(queries) == len(set(queries)) <= 6


def test_a_picture_on_its_side_has_the_size_that_is_seen(tmp_path):
    file = tmp_path / "a.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (60, 40)).save(file, exif=exif)
    assert open_picture(file, "a") == ("image/jpeg", 40, 60)


def test_a_bomb_is_refused_by_its_header(tmp_path):
    file = tmp_path / "bomb.png"
    file.write_bytes(draw_bomb())
    with pytest.raises(MediaError, match="60000x60000"):
        open_picture(file, "bomb")
