"""How long a recording really is, and when it has a picture, whatever its file states."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from automagic.language.moments.candidates import SentenceRange, find_candidates
from automagic.media.analysis.visual_candidates import VisualCandidates, find_edges
from automagic.media.video.extents import measure_extent
from automagic.media.video.source import open_source
from automagic.media.video.straightening import straighten
from automagic.values.recording import Footage
from automagic.values.transcript import Sentence
from tests.support.media.numbered_pictures import FPS, convert, draw_number, number_of, write_numbered
from tests.support.media.stock_clips import run_ffmpeg, write_clip

X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "16", "-g", "25", "-c:a", "aac")
MPEG2 = ("-c:v", "mpeg2video", "-q:v", "3", "-g", "12", "-c:a", "mp2")
LENGTH_S = 4.0


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_numbered(tmp_path_factory.mktemp("numbered") / "truth.mkv", range(round(LENGTH_S * FPS)))


def state_in_matroska(path: Path, length_s: float) -> None:
    """Write another length into the header: Matroska's Duration, a float of milliseconds."""
    data = bytearray(path.read_bytes())
    at = data.index(b"\x44\x89\x88") + 3
    data[at : at + 8] = struct.pack(">d", length_s * 1000)
    path.write_bytes(data)


def state_in_flash(path: Path, length_s: float) -> None:
    """The same in FLV's metadata."""
    data = bytearray(path.read_bytes())
    at = data.index(b"duration") + 9
    data[at : at + 8] = struct.pack(">d", length_s)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("name", "coding"),
    [
        ("live.mkv", (*X264, "-f", "matroska", "-live", "1")),
        (
            "browser.webm",
            ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus", "-live", "1"),
        ),
        ("live.flv", (*X264, "-flvflags", "no_duration_filesize")),
        ("bare.h264", (*X264, "-an")),
        ("broadcast.ts", (*X264, "-output_ts_offset", "4000")),
        ("wrong.mkv", X264),
        ("wrong.flv", X264),
    ],
)
def test_the_real_length_is_found(truth: Path, tmp_path: Path, name: str, coding: tuple[str, ...]) -> None:
    recording = convert(truth, tmp_path / name, *coding)
    if name == "wrong.mkv":
        state_in_matroska(recording, 1000.0)
    if name == "wrong.flv":
        state_in_flash(recording, 90_000.0)
    extent = measure_extent(recording)
    assert extent.duration_s == pytest.approx(LENGTH_S, abs=0.15)
    assert extent.picture == (pytest.approx((0.0, LENGTH_S), abs=0.1),)
    assert extent.splices == ()


@pytest.mark.parametrize(("suffix", "coding"), [("ts", X264), ("mpg", MPEG2)])
def test_joined_recordings_go_on_where_the_first_one_ends(
    truth: Path, tmp_path: Path, suffix: str, coding: tuple[str, ...]
) -> None:
    halves = [
        convert(truth, tmp_path / f"{name}.{suffix}", "-af", "volume=0.5", *trim, *coding)
        for name, trim in (("a", ("-t", "2")), ("b", ("-ss", "2")))
    ]
    joined = tmp_path / f"joined.{suffix}"
    joined.write_bytes(b"".join(half.read_bytes() for half in halves))
    extent = measure_extent(joined)
    assert extent.duration_s == pytest.approx(LENGTH_S, abs=0.25)
    assert extent.splices == (pytest.approx(2.0, abs=0.15),)
    straighten(joined, tmp_path / "straight.mkv")
    straight = measure_extent(tmp_path / "straight.mkv")
    assert straight.splices == ()
    assert straight.duration_s == pytest.approx(extent.duration_s, abs=0.05)
    with open_source(tmp_path / "straight.mkv", kind="recording") as source:
        for at_s in (3.0, 1.0):
            source.seek(at_s)
            time_s, frame = next(source.frames(lambda: False))
            shown = number_of(np.asarray(frame.to_ndarray(format="gray")))
            assert time_s <= at_s
            assert shown / FPS == pytest.approx(time_s, abs=0.15)


def write_times(path: Path, times: list[float]) -> Path:
    return write_clip(path, [draw_number(at % 256) for at in range(len(times))], times, rate=25)


def test_the_picture_may_begin_late_and_end_early(truth: Path, tmp_path: Path) -> None:
    convert(truth, tmp_path / "talk.mkv", *X264)
    for suffix in ("mp4", "mkv", "ts"):
        target = f"late.{suffix}"
        run_ffmpeg(
            tmp_path, "-f", "lavfi", "-i", "sine=duration=6", "-itsoffset", "1.6", "-i", "talk.mkv", "-map", "1:v",
            "-map", "0:a", "-t", "6", "-c:v", "copy", "-c:a", "aac", target,
        )  # fmt: skip
        extent = measure_extent(tmp_path / target)
        assert extent.duration_s == pytest.approx(6.0, abs=0.1)
        assert extent.picture == (pytest.approx((1.6, 5.6), abs=0.1),)
        assert Footage(2, 2, 25, 6.0, has_sound=True, picture=extent.picture).pictured == extent.picture


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts"])
def test_a_long_gap_is_no_picture_and_slides_are(tmp_path: Path, suffix: str) -> None:
    steady = [number / 25 for number in range(50)]
    gap = write_times(tmp_path / f"gap.{suffix}", [*steady, *(time_s + 7 for time_s in steady)])
    assert measure_extent(gap).picture == (pytest.approx((0, 2), abs=0.1), pytest.approx((7, 9), abs=0.1))
    slides = write_times(tmp_path / f"slides.{suffix}", [0.0, 0.04, 0.08, 1.5, 1.54, 3.0, 7.5, 7.54, 9.0, 11.0])
    ((start_s, end_s),) = measure_extent(slides).picture
    assert (start_s, end_s) == (0, pytest.approx(11.5, abs=1))


def test_moments_lie_where_there_is_a_picture() -> None:
    sentences = [Sentence(f"{at:08x}", at, at + 1, 5.0 * at, 5.0 * at + 4.5, f"Sentence {at}.") for at in range(8)]
    found = find_candidates(sentences, (), min_s=8, max_s=15, within=((0.0, 15.0), (24.8, 45.0)))
    assert {*found.spans} == {
        SentenceRange(first, last)
        for first, last in ((0, 1), (0, 2), (1, 2), (5, 6), (5, 7), (6, 7))
    }  # fmt: skip
    assert any("no picture" in reason for _, reason in found.outside)
    nowhere = find_candidates(sentences, (), min_s=8, max_s=15, within=((0.0, 6.0),))
    assert nowhere.spans == ()
    assert "where the recording has a picture" in nowhere.notices[-1]


def test_moments_by_sight_lie_where_there_is_a_picture() -> None:
    footage = Footage(160, 90, 25, 60.0, has_sound=False, picture=((2.0, 20.0), (33.0, 60.0)))
    levels = np.zeros(0, np.float32)
    edges = find_edges(footage, (), ())
    sights = VisualCandidates(footage, levels, edges, [("edges", 1.0)], min_s=5, max_s=12, within=footage.pictured)
    assert len(sights.start_s) > 5
    for start_s, end_s in zip(sights.start_s, sights.end_s, strict=True):
        assert any(from_s <= start_s and end_s <= to_s for from_s, to_s in footage.picture)
