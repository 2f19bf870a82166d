"""What a page says of itself to who links to it, and its picture: from a real server on loopback."""

from __future__ import annotations

import io

import pytest
from aiohttp import web
from PIL import Image

from automagic.errors import RequestError
from automagic.sources.link_preview import LinkPreview, fetch_picture, read_preview
from tests.support.servers.pages import allow_loopback, page

pytest_plugins = ["tests.support.servers.pages"]

HEAD = """<html><head><title>Ice - The Site</title><meta name="Description" content="About ice.">{}</head>
<body><p>Ice floats on the water in which it grew.</p></body></html>"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (HEAD.format(""), ("Ice", "About ice.", "")),
        (
            HEAD.format(
                '<meta property="og:title" content="Why  ice\nfloats"><meta property="og:image" content="/ice.png">'
                '<meta property="og:image" content="other.png"><meta property="og:description" content="It &lt;grows">'
            ),
            ("Why ice floats", "It <grows", "{}/ice.png"),
        ),
        ("<html><body><p>Ice floats on water.</p></body></html>", ("", "Ice floats on water.", "")),
        ("<html><head><title>Ice</title></head><body></body></html>", ("Ice", "", "")),
        (HEAD.format('<meta name="twitter:image" content="http://[">'), ("Ice", "About ice.", "")),
    ],
)
async def test_a_page_is_shown_as_it_wishes(serve, text: str, found: tuple[str, str, str]) -> None:
    url = await serve(page(text))
    title, description, picture = found
    shown = LinkPreview(title, description, picture.format(url))
    assert await read_preview(f"{url}/a/b", timeout_s=5, allow=allow_loopback) == shown


async def test_a_picture_is_a_picture_and_of_the_public_internet(serve) -> None:
    file = io.BytesIO()
    Image.new("RGB", (9, 9), "red").save(file, "PNG")

    async def answer(request: web.Request) -> web.Response:
        body = b"<svg/>" if "false" in request.path else file.getvalue()
        return web.Response(body=body, content_type="image/svg+xml" if "svg" in request.path else "image/png")

    url = await serve(answer)
    assert await fetch_picture(f"{url}/a.png", timeout_s=5, allow=allow_loopback) == file.getvalue()
    for name in ("false.png", "a.svg"):
        with pytest.raises(RequestError, match="is not a JPEG, PNG or WebP picture"):
            await fetch_picture(f"{url}/{name}", timeout_s=5, allow=allow_loopback)
    with pytest.raises(RequestError, match="not on the public internet"):
        await fetch_picture(f"{url}/a.png", timeout_s=5)
