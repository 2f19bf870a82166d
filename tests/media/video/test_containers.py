"""Which media files are opened: what cameras, browsers and broadcasters write, and nothing that leads elsewhere."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import pytest

from automagic.errors import RequestError
from automagic.media.video.containers import FORMATS, open_recording
from automagic.media.video.source import open_source
from automagic.values.recording import VIDEO_SUFFIXES
from tests.support.media.numbered_pictures import convert, write_numbered

DOORS: tuple[Callable[[Path], Any], ...] = (open_recording, open_source)

MPEG2 = ("-c:v", "mpeg2video", "-q:v", "5")
KINDS = {
    "tape.mxf": (*MPEG2, "-c:a", "pcm_s16le"),
    "server.gxf": (*MPEG2, "-s", "720x576", "-c:a", "pcm_s16le"),
    "recorder.wtv": (*MPEG2, "-c:a", "mp2"),
    "old.rm": ("-c:v", "rv20", "-c:a", "ac3"),
    "phone.3gp": ("-c:v", "h263", "-s", "176x144", "-r", "25", "-c:a", "aac", "-ar", "32000"),
    "lossless.y4m": ("-an", "-pix_fmt", "yuv420p"),
    "bare.m2v": (*MPEG2, "-an"),
    "strip.mjpeg": ("-c:v", "mjpeg", "-an"),
}

MPD = """<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet>
<Representation id="1" mimeType="video/mp4"><BaseURL>{target}</BaseURL></Representation>
</AdaptationSet></Period></MPD>"""


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_numbered(tmp_path_factory.mktemp("numbered") / "truth.mkv", range(12))


@pytest.mark.parametrize(
    "name", [name if number < 2 else pytest.param(name, marks=pytest.mark.soak) for number, name in enumerate(KINDS)]
)
def test_whatever_the_decoder_knows_is_opened_by_both_doors(truth: Path, tmp_path: Path, name: str) -> None:
    file = convert(truth, tmp_path / name, *KINDS[name])
    assert file.suffix in VIDEO_SUFFIXES
    with open_recording(file) as container:
        assert container.streams.video
    with open_source(file) as source:
        assert len(list(source.frames(lambda: False))) >= 11


def test_every_container_of_the_list_is_one_that_ffmpeg_reads() -> None:
    known = {name for names in av.formats_available for name in names.split(",")}
    assert set(FORMATS) <= known
    for leads_elsewhere in ("concat", "hls", "dash", "sdp", "rtsp", "image2", "imf", "vobsub", "lavfi", "tee"):
        assert leads_elsewhere not in FORMATS


@pytest.mark.parametrize("door", DOORS, ids=["sound", "picture"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.mp4", "ffconcat version 1.0\nfile {target}\n"),
        ("live.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{target}\n#EXT-X-ENDLIST\n"),
        ("live.ts", "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{target}\n#EXT-X-ENDLIST\n"),
        ("show.mpd", MPD),
        ("call.sdp", "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"),
    ],
)
def test_what_leads_to_other_files_or_hosts_is_refused(
    truth: Path, tmp_path: Path, door: Callable[[Path], Any], name: str, text: str
) -> None:
    file = tmp_path / name
    file.write_text(text.format(target=truth))
    with pytest.raises(RequestError, match=f"{name} is not a"), door(file):
        pass


@pytest.mark.parametrize("door", DOORS, ids=["sound", "picture"])
def test_names_are_names_and_no_protocols(truth: Path, tmp_path: Path, door: Callable[[Path], Any]) -> None:
    file = tmp_path / "concat:a.mkv|b.mkv"
    file.write_bytes(truth.read_bytes())
    with door(file) as opened:
        assert opened


@pytest.mark.parametrize("door", DOORS, ids=["sound", "picture"])
def test_a_picture_that_nobody_films_is_not_decoded(tmp_path: Path, door: Callable[[Path], Any]) -> None:
    """A GIF of 30,000 x 30,000 points with one of them drawn: 3.6 GB, decoded."""
    file = tmp_path / "huge.gif"
    screen = struct.pack("<HHBBB", 30_000, 30_000, 0x80, 0, 0) + bytes(6)
    picture = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    file.write_bytes(b"GIF89a" + screen + picture * 2 + b";")
    if door is open_recording:
        with door(file) as container, pytest.raises(av.FFmpegError):
            next(container.decode(video=0))
    else:
        with pytest.raises(RequestError, match="larger than 8K"), door(file):
            pass
