"""Files that come in several goes, from a real server that breaks off, changes them, or knows no ranges."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import signal
import sys
import time

import pytest

from automagic.errors import Permanent, RequestError, ResourceError, Unknown
from automagic.gate import downloads
from automagic.gate.downloads import FetchLimits, Pace, fetch_file
from automagic.gate.http import Http
from tests.support.servers.files import FileServer, ServedFile

BODY = os.urandom(3 << 20)
OTHER = os.urandom((3 << 20) - 5)
LIMITS = FetchLimits(1 << 30)
SQUEEZED = ServedFile(BODY, squeezed=True, then=ServedFile(BODY))


@pytest.fixture
def server():
    with FileServer() as server:
        yield server


@pytest.fixture
async def http(monkeypatch):
    monkeypatch.setattr(downloads, "WAIT_S", 0.0)
    http = Http(pool=4, user_agent="AutoMagic-test/1 (https://example.com)")
    yield http
    await http.close()


async def fetch(http, server, target, **limits):
    return await fetch_file(http, f"{server.url}/v.mp4", target, limits=FetchLimits(1 << 30, **limits), trusted=True)


@pytest.mark.parametrize(
    ("served", "expected", "starts"),
    [
        (ServedFile(BODY), BODY, [0]),
        (ServedFile(BODY, cut=1 << 20), BODY, [0, 1 << 20, 2 << 20]),
        (ServedFile(BODY, etag="", modified="Mon, 30 Mar 2026 10:00:00 GMT", cut=2 << 20), BODY, [0, 2 << 20]),
        (ServedFile(BODY, etag="W/x", modified="Mon, 30 Mar 2026 10:00:00 GMT", cut=2 << 20), BODY, [0, 2 << 20]),
        (ServedFile(BODY, cut=1 << 20, then=ServedFile(OTHER, '"two"')), OTHER, [0, 0]),
        (ServedFile(BODY, cut=1 << 20, then=ServedFile(BODY, ranges=False)), BODY, [0, 0]),
        (ServedFile(BODY, "", cut=1 << 20, then=ServedFile(BODY, "")), BODY, [0, 0]),
        (ServedFile(BODY, cut=1 << 20, then=ServedFile(BODY, begins_wrong=True)), BODY, [0, (1 << 20) + 1, 0]),
        (ServedFile(BODY, cut=1 << 20, then=ServedFile(BODY, no_part=True)), BODY, [0, 0]),
        (
            ServedFile(BODY, cut=1 << 20, then=ServedFile(BODY, squeezed=True, then=ServedFile(BODY))),
            BODY,
            [0, 1 << 20, 0],
        ),
        (ServedFile(BODY, says=1000), BODY[:1000], [0]),
        (ServedFile(BODY, says=4 << 20, then=ServedFile(BODY)), BODY, [0, 0]),
        (ServedFile(b""), b"", [0]),
    ],
    ids=[
        "whole",
        "cut",
        "by date",
        "weak tag",
        "replaced",
        "no ranges",
        "no proof",
        "wrong start",
        "416",
        "gzip",
        "says less",
        "says more",
        "empty",
    ],
)
async def test_what_comes_in_several_goes_is_whole(http, server, tmp_path, served, expected, starts):
    server.files["v.mp4"] = served
    fetched = await fetch(http, server, tmp_path / "v.mp4")
    assert (tmp_path / "v.mp4").read_bytes() == expected
    assert fetched.sha256 == hashlib.sha256(expected).hexdigest()
    assert fetched.sha1 == hashlib.sha1(expected, usedforsecurity=False).hexdigest()
    assert (server.starts, fetched.requests) == (starts, len(server.calls))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["v.mp4", "v.mp4.partial.json"]


async def test_a_whole_file_that_nobody_noted_costs_one_byte_and_a_noted_one_stays(http, server, tmp_path):
    server.files["v.mp4"] = ServedFile(BODY)
    target = tmp_path / "v.mp4"
    noted = (await fetch(http, server, target)).sha256
    assert (await fetch(http, server, target)).received_bytes == 1
    server.files["v.mp4"] = ServedFile(OTHER, '"two"', ranges=False, cut=1)
    with pytest.raises(Unknown):
        await fetch_file(http, f"{server.url}/v.mp4", target, limits=LIMITS, trusted=True, noted=noted)
    assert target.read_bytes() == BODY


async def test_a_server_that_never_sends_all_is_left_and_what_came_stays(http, server, tmp_path):
    server.files["v.mp4"] = ServedFile(BODY, cut=1 << 20, ranges=False)
    with pytest.raises(Unknown):
        await fetch(http, server, tmp_path / "v.mp4")
    assert not (tmp_path / "v.mp4").exists()
    assert len(server.starts) == 1 + downloads.FRUITLESS


@pytest.mark.parametrize(
    ("served", "limits", "told"),
    [
        (None, LIMITS, "404"),
        (ServedFile(b"<html>", media_type="text/html"), LIMITS, "web page"),
        (ServedFile(BODY), FetchLimits(1000), "larger than"),
    ],
)
async def test_what_is_no_recording_is_refused(http, server, tmp_path, served, limits, told):
    if served is not None:
        server.files["v.mp4"] = served
    with pytest.raises(Permanent, match=told):
        await fetch_file(http, f"{server.url}/v.mp4", tmp_path / "v.mp4", limits=limits, trusted=True)


async def test_a_private_address_is_refused(http, server, tmp_path):
    server.files["v.mp4"] = ServedFile(BODY)
    with pytest.raises(RequestError, match="not on the public internet"):
        await fetch_file(http, f"{server.url}/v.mp4", tmp_path / "v.mp4", limits=LIMITS)
    assert not server.starts


async def test_no_faster_than_its_pace(http, server, tmp_path):
    server.files["v.mp4"] = ServedFile(BODY)
    began = time.monotonic()
    await fetch(http, server, tmp_path / "v.mp4", pace=Pace(6 << 20))
    assert time.monotonic() - began >= 0.45


_CHILD = """
import asyncio, sys
from pathlib import Path
from automagic.gate.downloads import FetchLimits, fetch_file
from automagic.gate.http import Http

async def main():
    http = Http(pool=1, user_agent="AutoMagic-test/1")
    await fetch_file(http, sys.argv[1], Path(sys.argv[2]), limits=FetchLimits(1 << 30), trusted=True)

asyncio.run(main())
"""


async def test_a_killed_fetch_goes_on_where_it_stopped(http, server, tmp_path):
    server.files["v.mp4"] = ServedFile(BODY, slow_s=0.02)
    target, part = tmp_path / "v.mp4", tmp_path / "v.mp4.partial"
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", _CHILD, f"{server.url}/v.mp4", str(target))
    while not part.exists() or part.stat().st_size < 1 << 20:  # noqa: ASYNC110 - another process writes it
        await asyncio.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    await child.wait()
    there = part.stat().st_size
    server.files["v.mp4"] = ServedFile(BODY)
    fetched = await fetch(http, server, target)
    assert fetched.sha256 == hashlib.sha256(BODY).hexdigest()
    assert server.starts[-1] == there
    assert fetched.received_bytes == len(BODY) - there
    assert server.sent_bytes - len(BODY) <= 1 << 20


async def test_what_was_whole_but_not_yet_named_is_not_fetched_again(http, server, tmp_path):
    server.files["v.mp4"] = ServedFile(BODY)
    await fetch(http, server, tmp_path / "v.mp4")
    (tmp_path / "v.mp4").rename(tmp_path / "v.mp4.partial")
    (tmp_path / "v.mp4.partial.json").write_text(
        f'{{"url":"{server.url}/v.mp4","etag":"\\"one\\"","modified":"","total":{len(BODY)}}}'
    )
    assert (await fetch(http, server, tmp_path / "v.mp4")).received_bytes == 1
    assert (tmp_path / "v.mp4").read_bytes() == BODY


async def test_a_trusted_host_may_not_send_us_to_another(http, server, tmp_path):
    server.redirects["v.mp4"] = server.url.replace("127.0.0.1", "localhost") + "/w.mp4"
    server.files["w.mp4"] = ServedFile(BODY)
    with pytest.raises(Permanent, match="sends us to another host"):
        await fetch(http, server, tmp_path / "v.mp4")
    server.redirects["v.mp4"] = f"{server.url}/w.mp4"
    assert (await fetch(http, server, tmp_path / "v.mp4")).size_bytes == len(BODY)


async def test_a_full_disk_is_said_and_what_came_stays(http, server, tmp_path, monkeypatch):
    server.files["v.mp4"] = ServedFile(BODY)
    append = downloads._Part.append

    def fill(part, file, block):
        if part.size_bytes >= 1 << 20:
            raise OSError(errno.ENOSPC, "No space left on device")
        append(part, file, block)

    with monkeypatch.context() as patch:
        patch.setattr(downloads._Part, "append", fill)
        with pytest.raises(ResourceError, match="the disk is full"):
            await fetch(http, server, tmp_path / "v.mp4")
    there = (tmp_path / "v.mp4.partial").stat().st_size
    assert there >= 1 << 20
    assert (await fetch(http, server, tmp_path / "v.mp4")).received_bytes == len(BODY) - there
