"""Recordings of a folder and of the web."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from automagic.errors import RequestError
from automagic.gate.http import Http
from automagic.sources import recordings
from automagic.sources.recordings import fetch_recording, is_address, list_folder, name_of
from tests.support.vendors.asked_material import only_this_machine


def files_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_a_folder_is_listed_in_natural_order_without_what_is_hidden(tmp_path: Path) -> None:
    for name in ("Part 10.mp4", "part 2.mp4", "part 1.mp4", ".hidden.mp4", "a.txt"):
        (tmp_path / name).touch()
    (tmp_path / "inner").mkdir()
    (tmp_path / "loop.mp4").symlink_to("loop.mp4")
    (tmp_path / "around").symlink_to(tmp_path)
    names = [path.name for path in list_folder(tmp_path)]
    assert names == ["a.txt", "loop.mp4", "part 1.mp4", "part 2.mp4", "Part 10.mp4"]


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="nothing cannot be read"):
        list_folder(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://example.com/a/My%20talk.mp4?key=x", "My talk.mp4"),
        ("https://example.com/", "example.com"),
        ("https://example.com/%2e%2e%2fetc%2fpasswd", "etc-passwd"),
        ("https://example.com/talk/", "talk"),
    ],
)
def test_an_address_has_a_file_name_for_people(url: str, name: str) -> None:
    assert is_address(url)
    assert name_of(url) == name


def test_a_file_is_no_address() -> None:
    assert not is_address("C:/talk.mp4")
    assert not is_address("talk: part 1.mp4")


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    async def page(_request: web.Request) -> web.Response:
        return web.Response(text="<!-- x --> <!DOCTYPE html><p>Watch here", content_type="text/html")

    async def film(_request: web.Request) -> web.Response:
        return web.Response(body=b"film" * 1000, content_type="video/mp4")

    app = web.Application()
    app.router.add_get("/page", page)
    app.router.add_get("/film.mp4", film)
    running = TestServer(app, host="127.0.0.1")
    async with running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    opened = Http(pool=2, user_agent="tests")
    yield opened
    await opened.close()


async def test_a_file_is_streamed_to_disk(server: TestServer, http: Http, tmp_path: Path) -> None:
    target = tmp_path / "film.mp4"
    await fetch_recording(http, str(server.make_url("/film.mp4")), target, allow=only_this_machine)
    assert target.read_bytes() == b"film" * 1000


@pytest.mark.parametrize(("path", "message"), [("/page", "is a web page, not a video"), ("/none.mp4", "answered 404")])
async def test_what_is_no_video_leaves_nothing(
    server: TestServer, http: Http, tmp_path: Path, path: str, message: str
) -> None:
    with pytest.raises(RequestError, match=message):
        await fetch_recording(http, str(server.make_url(path)), tmp_path / "film.mp4", allow=only_this_machine)
    assert files_in(tmp_path) == []


async def test_a_file_that_is_too_large_leaves_nothing(
    server: TestServer, http: Http, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recordings, "MAX_BYTES", 1000)
    with pytest.raises(RequestError, match="more than"):
        await fetch_recording(http, str(server.make_url("/film.mp4")), tmp_path / "x", allow=only_this_machine)
    assert files_in(tmp_path) == []


async def test_addresses_of_this_machine_are_refused(server: TestServer, http: Http, tmp_path: Path) -> None:
    for url in (str(server.make_url("/film.mp4")), "http://169.254.169.254/film.mp4", "file:///etc/passwd"):
        with pytest.raises(RequestError):
            await fetch_recording(http, url, tmp_path / "film.mp4")
    assert files_in(tmp_path) == []
