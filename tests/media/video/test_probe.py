from __future__ import annotations

import struct
import wave
from pathlib import Path

import numpy as np
import pytest

from automagic.errors import MediaError
from automagic.media.video.encode import EncodeSettings, SegmentWriter
from automagic.media.video.join import join_segments
from automagic.media.video.planes import Planes
from automagic.media.video.probe import ColorTags, list_boxes, probe


def write_segment(path: Path, frames: int = 12, settings: EncodeSettings | None = None) -> Path:
    """A small video that grows brighter."""
    with SegmentWriter(path, settings or EncodeSettings(), 128, 96) as writer:
        for number in range(frames):
            grey = np.full((96, 128), 30 + 10 * number, np.uint8)
            writer.write(Planes(grey, np.full((48, 64), 128, np.uint8), np.full((48, 64), 128, np.uint8)))
    return path


def test_a_segment_is_described_completely(tmp_path: Path) -> None:
    info = probe(write_segment(tmp_path / "a.mp4"))
    video = info.video
    assert video is not None
    assert (video.codec, video.profile, video.pix_fmt) == ("h264", "High", "yuv420p")
    assert (video.width, video.height, video.fps, video.frames, video.rotation) == (128, 96, 30.0, 12, 0)
    assert video.color == ColorTags("bt709", "bt709", "bt709", "limited")
    assert (video.start_s, video.duration_s) == pytest.approx((0.0, 0.4))
    assert info.audio is None
    assert info.duration_s == pytest.approx(0.4)
    assert info.size_bytes == (tmp_path / "a.mp4").stat().st_size


def test_fast_start_is_read_from_the_order_of_boxes(tmp_path: Path) -> None:
    segment = write_segment(tmp_path / "a.mp4")
    join_segments([segment], None, tmp_path / "joined.mp4", metadata={})
    assert probe(segment).fast_start is False
    assert probe(tmp_path / "joined.mp4").fast_start is True
    boxes = list_boxes(tmp_path / "joined.mp4")
    assert boxes.index("moov") < boxes.index("mdat")


def test_boxes_of_64_bit_and_open_length_are_understood(tmp_path: Path) -> None:
    long_box = struct.pack(">I4sQ", 1, b"free", 20) + b"1234"
    (tmp_path / "a.mp4").write_bytes(long_box + struct.pack(">I4s", 0, b"mdat") + b"anything")
    assert list_boxes(tmp_path / "a.mp4") == ("free", "mdat")


def test_sound_alone_is_described(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as sound:
        sound.setparams((2, 2, 24_000, 0, "NONE", ""))
        sound.writeframes(bytes(24_000 * 4))
    info = probe(tmp_path / "a.wav")
    assert info.video is None
    assert info.fast_start is None
    assert info.audio is not None
    assert (info.audio.codec, info.audio.sample_rate, info.audio.channels) == ("pcm_s16le", 24_000, 2)
    assert info.audio.duration_s == pytest.approx(1.0)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.98])
def test_a_file_that_was_cut_off_is_an_error(tmp_path: Path, share: float) -> None:
    data = write_segment(tmp_path / "a.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(data[: int(len(data) * share)])
    with pytest.raises(MediaError, match="cut"):
        probe(tmp_path / "cut.mp4")
    join_segments([tmp_path / "a.mp4"], None, tmp_path / "fast.mp4", metadata={})
    data = (tmp_path / "fast.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(data[: int(len(data) * share)])
    with pytest.raises(MediaError, match="cut"):
        probe(tmp_path / "cut.mp4")


def test_what_is_no_media_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("words, words, words")
    for name in ("a.txt", "missing.mp4"):
        with pytest.raises(MediaError, match=name):
            probe(tmp_path / name)
