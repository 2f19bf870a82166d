"""Files in parts: they go on where they stopped, and are what they say they are."""

from __future__ import annotations

import asyncio
import shutil
from typing import Any

import pytest

from automagic.data import shipped
from automagic.jobs.queue.reads import find_input, open_database
from automagic.web import uploads
from automagic.web.uploads import find_kind, kind_of
from tests.support.homes.web_app import WebHome
from tests.support.web.asgi import Reply, ask, post, problem

TEXT = b"# Bees\n\nBees visit about 2 million flowers for one pound of honey.\n"


async def begin(web: WebHome, name: str = "bees.md", size: int = len(TEXT)) -> str:
    reply = await post(web.app, "/api/uploads", {"name": name, "size": size})
    assert reply.status == 201, reply.body
    return str(reply.headers["location"])


async def send(web: WebHome, url: str, offset: Any, *parts: bytes, ends: bool = True) -> Reply:
    headers = {"upload-offset": str(offset), "content-type": "application/offset+octet-stream"}
    return await ask(web.app, "PATCH", url, headers=headers, body=parts, ends=ends)


async def test_a_file_in_parts_becomes_a_job(web: WebHome) -> None:
    url = await begin(web)
    first = await send(web, url, 0, TEXT[:5], TEXT[5:10])
    assert (first.status, first.headers["upload-offset"]) == (200, "10")
    broken = await send(web, url, 10, TEXT[10:20], ends=False)
    problem(broken, 400)
    head = await ask(web.app, "HEAD", url)
    assert (head.headers["upload-offset"], head.headers["upload-length"]) == ("20", str(len(TEXT)))
    told = problem(await post(web.app, "/api/video", {"source": {"upload": url.rpartition("/")[2]}}), 422)
    assert told["errors"][0]["pointer"] == "/source/upload"
    last = (await send(web, url, 20, TEXT[20:])).json()
    assert last["whole"]
    reply = await post(web.app, "/api/video", {"source": {"upload": last["id"]}})
    assert reply.json()["title"] == "bees.md"
    assert str(web.settings.home) not in reply.body.decode()
    with open_database(web.place) as database:
        document = find_input(database, reply.json()["id"])
    assert document
    [kept] = document["files"].values()
    assert kept[1] == len(TEXT)
    again = await send(web, url, len(TEXT), b"")
    assert again.json()["whole"]


async def test_it_goes_on_nowhere_else(web: WebHome) -> None:
    url = await begin(web)
    await send(web, url, 0, TEXT[:10])
    for offset in (0, 9, 11, 10**9):
        reply = await send(web, url, offset, b"x")
        problem(reply, 409)
        assert reply.headers["upload-offset"] == "10"
    for offset in ("", "-1", "x", "1e1", "9" * 30):
        problem(await send(web, url, offset, b"x"), 400)
    headers = {"upload-offset": "10", "content-type": "text/plain"}
    problem(await ask(web.app, "PATCH", url, headers=headers, body=b"x"), 415)
    assert (await ask(web.app, "GET", url)).json()["offset"] == 10


async def test_more_than_was_announced_is_not_kept(web: WebHome) -> None:
    url = await begin(web, size=10)
    problem(await send(web, url, 0, b"123456", b"789012"), 413)
    assert (await ask(web.app, "GET", url)).json()["offset"] <= 10


async def test_two_at_once_do_not_mix(web: WebHome) -> None:
    url = await begin(web, size=20)

    async def parts() -> Any:
        yield b"0123456789"
        await asyncio.sleep(0.2)

    slow = asyncio.create_task(web_uploads(web).extend(url.rpartition("/")[2], 0, parts()))
    await asyncio.sleep(0.05)
    reply = await send(web, url, 0, b"abcdefghij")
    problem(reply, 409)
    assert (await slow).offset == 10


def web_uploads(web: WebHome) -> uploads.SentFiles:
    return uploads.SentFiles(web.settings.home)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "a.mp4"},
        {"size": 5},
        {"name": "a.mp4", "size": 0},
        {"name": "a.mp4", "size": -1},
        {"name": "a.mp4", "size": True},
        {"name": "a.mp4", "size": "5"},
        {"name": "../a.mp4", "size": 5},
        {"name": "a/b.mp4", "size": 5},
        {"name": "a", "size": 5},
        {"name": "a.exe", "size": 5},
        {"name": ".mp4/", "size": 5},
        {"name": "a.mp4", "size": 5, "path": "/etc"},
    ],
    ids=str,
)
async def test_what_is_no_file_is_not_begun(web: WebHome, body: Any) -> None:
    before = web.kept()
    problem(await post(web.app, "/api/uploads", body), 422)
    assert web.kept() == before


async def test_what_there_is_no_room_for_is_not_begun(web: WebHome, monkeypatch: pytest.MonkeyPatch) -> None:
    problem(await post(web.app, "/api/uploads", {"name": "a.mp4", "size": 1 << 40}), 413)
    usage = shutil.disk_usage(web.settings.home)._replace(free=1 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    problem(await post(web.app, "/api/uploads", {"name": "a.mp4", "size": 1 << 19}), 507)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.mp4", b"<html><script>alert(1)</script>"),
        ("a.mp4", TEXT),
        ("a.md", b"<svg onload=alert(1)>"),
        ("a.txt", b"\x7fELF\x02\x01\x01\x00"),
        ("a.png", b"PK\x03\x04aaaa"),
        ("a.srt", b"MZ\x90\x00\x03\x00"),
    ],
)
async def test_what_is_not_what_its_name_says_is_not_kept(web: WebHome, name: str, data: bytes) -> None:
    url = await begin(web, name, len(data))
    problem(await send(web, url, 0, data), 415)
    problem(await ask(web.app, "GET", url), 404)


def test_the_samples_are_what_their_names_say() -> None:
    for file in sorted(shipped("samples").iterdir()):
        if kind := kind_of(file.name):
            assert find_kind(file.read_bytes()[:4096]) == kind, file.name


@pytest.mark.parametrize("upload", ["none", "..", "%2e%2e", "0" * 24, "0" * 10_000, "%00"])
async def test_an_upload_that_is_none_is_not_found(web: WebHome, upload: str) -> None:
    for method in ("GET", "HEAD", "DELETE"):
        reply = await ask(web.app, method, f"/api/uploads/{upload}")
        assert reply.status in (404, 405)
    told = problem(await post(web.app, "/api/video", {"source": {"upload": upload}}), 422)
    assert told["errors"][0]["pointer"] == "/source/upload"


async def test_it_is_removed(web: WebHome) -> None:
    url = await begin(web)
    assert (await ask(web.app, "DELETE", url)).status == 204
    problem(await ask(web.app, "DELETE", url), 404)


async def test_one_that_was_given_up_is_removed(web: WebHome, monkeypatch: pytest.MonkeyPatch) -> None:
    url = await begin(web)
    monkeypatch.setattr(uploads, "OLD_S", -1)
    await begin(web)
    problem(await ask(web.app, "GET", url), 404)
