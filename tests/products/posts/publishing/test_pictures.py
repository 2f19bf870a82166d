"""Pictures go to each network as large as it takes them, and links with the picture that their page shows."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from aiohttp import web
from PIL import Image

from automagic.destinations.shared.network import Attachment, NetworkAccount, PictureLimits, PostThread
from automagic.destinations.shared.published_posts import DraftPlace
from automagic.language.posts.counting.length import limits_of
from automagic.products.posts.publishing.drafts import StoredDraft
from automagic.products.posts.publishing.pictures import add_picture, fit_pictures, read_card
from tests.support.homes.post_drafts import RUN, write_drafts
from tests.support.processes.python_programs import run_command
from tests.support.servers.pages import Serve, allow_loopback
from tests.support.vendors.network_accounts import network_place

pytest_plugins = ["tests.support.servers.pages"]


def draw_noise(file: Path, width: int, height: int) -> None:
    """A PNG that no format makes small."""
    pixels = np.random.default_rng(7).integers(0, 256, (height, width, 3), np.uint8)
    Image.fromarray(pixels).save(file, compress_level=1)


@pytest.mark.parametrize(
    ("network", "most", "side"),
    [("bluesky", 2_000_000, 900), ("x", 5_000_000, 1400), ("mastodon", 16_777_216, 2500)],
)
def test_a_picture_that_is_too_large_is_sent_as_a_smaller_copy(tmp_path, network, most, side):
    with network_place(network, tmp_path / "home") as place:
        folder = write_drafts(tmp_path / "home", [{"text": "Noise.", "media": [{"file": "a.png", "alt": "Noise"}]}])
        draw_noise(folder / "a.png", side, side)
        assert (folder / "a.png").stat().st_size > most
        environment = {"AUTOMAGIC_HOME": str(tmp_path / "home"), **place.environment}

        def publish(*arguments):
            command = ("posts", "publish", RUN, "--to", network, "--yes", "--json", *arguments)
            ended = run_command(*command, cwd=tmp_path, environment=environment)
            assert ended.code == 0, ended.err + ended.out
            return json.loads(ended.out)["posts"][0]

        planned, posting = publish("--plan"), publish()
        assert posting["notices"] == planned["notices"]
        assert "takes no picture as large as a.png: it is given a copy of" in posting["notices"][0]
        assert (posting["state"], place.texts()) == ("published", ["Noise."])
        again = publish()
        assert (again["state"], again["notices"], len(place.posts())) == ("unchanged", [], 1)


def an_account(**limits: int) -> NetworkAccount:
    return NetworkAccount("bluesky", "did:plc:1", "jane", "", limits_of("bluesky"), pictures=PictureLimits(**limits))


def test_a_copy_is_published_as_what_it_is_a_copy_of(tmp_path):
    from datetime import UTC, datetime

    draw_noise(tmp_path / "a.png", 90, 60)
    own = Attachment(tmp_path / "a.png", "image/png", "ab" * 32, "Noise", 90, 60)
    (tmp_path / "copies").mkdir()
    [same], told = fit_pictures([own], an_account(bytes=20_000, pixels=5400), tmp_path / "copies")
    assert (same, told) == (own, ())
    [fewer], _ = fit_pictures([own], an_account(pixels=2400), tmp_path / "copies")
    [lighter], [told] = fit_pictures([own], an_account(bytes=8_000), tmp_path / "copies")
    assert (fewer.width, fewer.height, fewer.media_type) == (60, 40, "image/jpeg")
    assert lighter.path.stat().st_size <= 8_000
    assert told.startswith("Bluesky takes no picture as large as a.png")
    assert len({one.sha256 for one in (own, fewer, lighter)}) == 3
    contents = {PostThread("", ("a",), datetime.now(UTC), attachments=(one,)).content for one in (own, fewer, lighter)}
    assert len(contents) == 1
    moving = Attachment(tmp_path / "a.png", "video/mp4", "ab" * 32, "", 90, 60)
    assert fit_pictures([moving], an_account(bytes=1), tmp_path)[0] == (moving,)


async def test_a_card_has_the_picture_that_its_page_shows_and_goes_without_where_that_fails(serve: Serve, tmp_path):
    file = io.BytesIO()
    Image.new("RGBA", (2400, 1260), (200, 30, 30, 128)).save(file, "PNG")
    head = '<meta property="og:title" content="Ice"><meta property="og:image" content="{}">'

    async def answer(request: web.Request) -> web.Response:
        match request.path:
            case "/ice.png":
                return web.Response(body=file.getvalue(), content_type="image/png")
            case "/damaged.png":
                return web.Response(body=file.getvalue()[:300], content_type="image/png")
            case path:
                picture = head.format(f"{path}.png")
                return web.Response(text=f"<html><head>{picture}</head><p>Ice floats.</p>", content_type="text/html")

    url = await serve(answer)

    async def show(link: str, **limits: int):
        draft = StoredDraft(DraftPlace("a", 1), tmp_path, "Ice.", {}, link=link)
        read = await read_card(draft, allow=allow_loopback)
        assert read is not None
        return await add_picture(read, an_account(**limits), tmp_path, allow=allow_loopback)

    card, told = await show(f"{url}/ice", card_bytes=1_000_000)
    assert (card.title, card.description, told) == ("Ice", "Ice floats.", ())
    assert card.picture is not None
    with Image.open(card.picture) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1200, 630))
    assert (await show(f"{url}/ice"))[0].picture is None
    for name, why in [
        ("damaged", "The picture og-image is damaged"),
        ("missing", "is not a JPEG, PNG or WebP picture"),
    ]:
        card, [told] = await show(f"{url}/{name}", card_bytes=1_000_000)
        assert (card.title, card.picture) == ("Ice", None)
        assert told.startswith("The page that is linked to is shown without its picture: ")
        assert why in told
    card, [told] = await show("http://127.0.0.1:1/", card_bytes=1_000_000)
    assert (card.title, card.picture) == ("127.0.0.1", None)
    assert "cannot be reached" in told
