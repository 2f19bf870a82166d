from __future__ import annotations

import subprocess
from pathlib import Path

import av
import imageio_ffmpeg
import numpy as np
import pytest

from automagic.errors import MediaError
from automagic.media.video.chapters import Chapter
from automagic.media.video.encode import EncodeSettings, SegmentWriter
from automagic.media.video.join import join_segments
from automagic.media.video.planes import Planes
from automagic.media.video.probe import probe

WIDTH, HEIGHT = 128, 96
FPS = 30


def write_segment(path: Path, first: int, count: int, settings: EncodeSettings | None = None) -> Path:
    """Frames that carry their number as eight black or white bars over moving noise."""
    with SegmentWriter(path, settings or EncodeSettings(), WIDTH, HEIGHT) as writer:
        for number in range(first, first + count):
            luma = np.random.default_rng(number).integers(100, 150, (HEIGHT, WIDTH), dtype=np.uint8)
            for bit in range(8):
                luma[:48, bit * 16 : bit * 16 + 16] = 235 if number >> bit & 1 else 16
            chroma = np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8)
            writer.write(Planes(luma, chroma, chroma))
    return path


def read_numbers(path: Path) -> list[tuple[int, float]]:
    """(number in the picture, presentation time) of each decoded frame, as players show them."""
    shown = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            luma = frame.to_ndarray(format="gray")
            number = sum((int(luma[20, bit * 16 + 8]) > 128) << bit for bit in range(8))
            shown.append((number, float(frame.time)))
    return shown


def write_sound(path: Path, seconds: float, silent_s: float) -> Path:
    """AAC as the sound graph writes it: silence, then a tone."""
    tone = f"aevalsrc=exprs='0.5*sin(440*2*PI*t)*gte(t,{silent_s})':s=48000:d={seconds}"
    arguments = ["-loglevel", "error", "-f", "lavfi", "-i", tone, "-c:a", "aac", "-fflags", "+bitexact", str(path)]
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), *arguments], check=True)
    return path


@pytest.mark.parametrize(
    "lengths", [(60,), (7, 61, 8, 45), (1, 2, 3, 4, 5, 6), (8,) * 12], ids=["one", "mixed", "tiny", "joins"]
)
def test_every_frame_is_there_in_order_at_its_time(tmp_path: Path, lengths: tuple[int, ...]) -> None:
    segments, first = [], 0
    for number, count in enumerate(lengths):
        segments.append(write_segment(tmp_path / f"{number}.mp4", first, count))
        first += count
    join_segments(segments, None, tmp_path / "joined.mp4", metadata={})
    shown = read_numbers(tmp_path / "joined.mp4")
    assert [number for number, _ in shown] == list(range(first))
    assert [time for _, time in shown] == pytest.approx([number / FPS for number in range(first)], abs=1e-6)
    info = probe(tmp_path / "joined.mp4")
    assert info.video is not None
    assert (info.video.start_s, info.video.frames, info.video.fps) == (0.0, first, FPS)
    assert info.video.duration_s == pytest.approx(first / FPS, abs=0.001)


def test_decoding_times_rise_strictly_over_the_seams(tmp_path: Path) -> None:
    segments = [write_segment(tmp_path / f"{n}.mp4", 20 * n, 20) for n in range(3)]
    join_segments(segments, None, tmp_path / "joined.mp4", metadata={})
    with av.open(str(tmp_path / "joined.mp4")) as container:
        times = [packet.dts for packet in container.demux(video=0) if packet.dts is not None]
    assert len(times) == 60
    assert set(np.diff(times)) == {90_000 // FPS}


def test_picture_and_sound_start_together(tmp_path: Path) -> None:
    segment = write_segment(tmp_path / "a.mp4", 0, 60)
    sound = write_sound(tmp_path / "a.m4a", 2.0, silent_s=1.0)
    join_segments([segment], sound, tmp_path / "joined.mp4", metadata={}, language="eng")
    info = probe(tmp_path / "joined.mp4")
    assert info.video is not None
    assert info.audio is not None
    assert abs(info.video.start_s - info.audio.start_s) < 0.5 / FPS
    with av.open(str(tmp_path / "joined.mp4")) as container:
        heard = [(frame.time, frame.to_ndarray()) for frame in container.decode(audio=0)]
    samples = np.concatenate([block.ravel() for time, block in heard if time is not None and time >= 0])
    onset_s = float(np.flatnonzero(np.abs(samples) > 0.1)[0]) / 48_000
    assert onset_s == pytest.approx(1.0, abs=0.005)


def test_names_chapters_and_language_are_written(tmp_path: Path) -> None:
    segment = write_segment(tmp_path / "a.mp4", 0, 30)
    sound = write_sound(tmp_path / "a.m4a", 1.0, silent_s=0.0)
    chapters = (Chapter(0.0, 0.5, "One"), Chapter(0.5, 1.0, "Zwei ü"))
    join_segments(
        [segment],
        sound,
        tmp_path / "a b.mp4",
        metadata={"title": "T", "comment": "C"},
        chapters=chapters,
        language="deu",
    )
    with av.open(str(tmp_path / "a b.mp4")) as container:
        assert (container.metadata["title"], container.metadata["comment"]) == ("T", "C")
        assert container.streams.audio[0].metadata["language"] == "deu"
        found = [(c["start"] / 1000, c["metadata"]["title"]) for c in container.chapters()]
    assert found == [(0, "One"), (0.5, "Zwei ü")]


def test_the_same_segments_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("x", "y"):
        segment = write_segment(tmp_path / f"{name}.mp4", 0, 20)
        sound = write_sound(tmp_path / f"{name}.m4a", 0.7, silent_s=0.0)
        join_segments([segment], sound, tmp_path / f"{name}-joined.mp4", metadata={"title": "T"})
    assert (tmp_path / "x-joined.mp4").read_bytes() == (tmp_path / "y-joined.mp4").read_bytes()
    assert (tmp_path / "x.mp4").read_bytes() == (tmp_path / "y.mp4").read_bytes()


@pytest.mark.parametrize("codec", ["libx265", "libsvtav1"])
def test_other_codecs_join_too(tmp_path: Path, codec: str) -> None:
    settings = EncodeSettings(codec, "ultrafast" if codec == "libx265" else "12", 30)
    segments = [write_segment(tmp_path / f"{n}.mp4", 10 * n, 10, settings) for n in range(2)]
    join_segments(segments, None, tmp_path / "joined.mp4", metadata={})
    assert [number for number, _ in read_numbers(tmp_path / "joined.mp4")] == list(range(20))
    with av.open(str(tmp_path / "joined.mp4")) as container:
        assert container.streams.video[0].codec_context.codec_tag == {"libx265": "hvc1", "libsvtav1": "av01"}[codec]


def test_segments_of_different_coding_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    first = write_segment(tmp_path / "a.mp4", 0, 10)
    other = write_segment(tmp_path / "b.mp4", 10, 10, EncodeSettings(preset="slower"))
    with pytest.raises(MediaError, match=r"b\.mp4 is coded differently.*parameter sets"):
        join_segments([first, other], None, tmp_path / "joined.mp4", metadata={})
    assert {path.name for path in tmp_path.iterdir()} == {"a.mp4", "b.mp4"}


def test_what_cannot_be_joined_is_an_error(tmp_path: Path) -> None:
    segment = write_segment(tmp_path / "a.mp4", 0, 10)
    with pytest.raises(MediaError, match="no segments"):
        join_segments([], None, tmp_path / "joined.mp4", metadata={})
    with pytest.raises(MediaError, match="holds no AAC"):
        join_segments([segment], segment, tmp_path / "joined.mp4", metadata={})
    with pytest.raises(MediaError, match=r"joined\.mp4 could not be joined"):
        join_segments([segment], tmp_path / "missing.m4a", tmp_path / "joined.mp4", metadata={})
    data = segment.read_bytes()
    (tmp_path / "cut.mp4").write_bytes(data[: len(data) // 2])
    with pytest.raises(MediaError):
        join_segments([segment, tmp_path / "cut.mp4"], None, tmp_path / "joined.mp4", metadata={})
    assert not (tmp_path / "joined.mp4").exists()
    assert not list(tmp_path.glob("*.partial"))
