"""The sound of an excerpt: the right samples, no clicks, nothing louder than it should be."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from automagic.errors import MediaError
from automagic.media.sound.cut import AS_IT_IS, FADE_S, read_sound
from automagic.media.sound.mix import cut_sound
from automagic.media.sound.parts import LoudnessGoal, SoundReport, Stems
from automagic.media.video.ffmpeg_program import locate_ffmpeg
from automagic.values.clip_plan import KeptRange
from tests.support.media.buzzing_speech import write_wav
from tests.support.media.stock_clips import draw_dot, run_ffmpeg, write_clip

RATE = 48_000


def cut(*arguments: Any, folder: Path, **how: Any) -> SoundReport:
    stems = Stems(folder, locate_ffmpeg().path)
    return asyncio.run(cut_sound(*arguments, heard=AS_IT_IS, goal=LoudnessGoal(), stems=stems, **how))


def chirp(length_s: float, rate: int = RATE) -> NDArray[np.float32]:
    """Rises from 200 to 2200 Hz over 10 s: its pitch tells the time."""
    t = np.arange(round(length_s * rate)) / rate
    return (0.2 * np.sin(2 * np.pi * (200 * t + 100 * t**2))).astype(np.float32)


def time_of(samples: NDArray[np.float32]) -> float:
    """When a short piece of the chirp was recorded: by its strongest frequency."""
    padded = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 1 << 17))
    return float((padded.argmax() * RATE / (1 << 17) - 200) / 200)


def recording(folder: Path, *, sound: NDArray[np.float32] | None = None, offset_s: float = 0.0) -> Path:
    write_wav(folder / "sound.wav", chirp(10.0) if sound is None else sound, RATE)
    times = [number / 5 for number in range(50)]
    write_clip(folder / "picture.mp4", [draw_dot(0.0, 64, 64)] * 50, times, rate=5)
    run_ffmpeg(
        folder, "-i", "picture.mp4", "-itsoffset", str(offset_s), "-i", "sound.wav", "-map", "0:v", "-map", "1:a",
        "-c:v", "copy", "-c:a", "aac", "-ac", "2", "-ar", "44100", "talk.mp4",
    )  # fmt: skip
    return folder / "talk.mp4"


def decode(path: Path) -> NDArray[np.float32]:
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def test_an_excerpt_holds_its_stretches_and_nothing_else(tmp_path: Path) -> None:
    source = recording(tmp_path)
    target = tmp_path / "cut.m4a"
    report = cut(source, [KeptRange(2.0, 3.5), KeptRange(6.0, 7.0)], duration_s=2.5, target=target, folder=tmp_path)
    samples = decode(target)
    assert len(samples) == pytest.approx(2.5 * RATE, abs=1024)
    for heard_s, recorded_s in ((0.3, 2.3), (1.3, 3.3), (1.7, 6.2), (2.3, 6.8)):
        first = round((heard_s - 0.05) * RATE)
        assert time_of(samples[first : first + round(0.1 * RATE)]) == pytest.approx(recorded_s, abs=0.02)
    assert report.loudness_lufs == pytest.approx(-14, abs=0.5)
    assert report.true_peak_dbtp <= -1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut.m4a", "picture.mp4", "sound.wav", "talk.mp4"]


def test_a_track_that_starts_late_is_led_by_silence(tmp_path: Path) -> None:
    source = recording(tmp_path, offset_s=0.7)
    samples = read_sound(source, 0.2, RATE)[:, 0]
    assert np.abs(samples[: round(0.48 * RATE)]).max() < 0.01
    assert time_of(samples[round(0.6 * RATE) : round(0.8 * RATE)]) == pytest.approx(0.2, abs=0.02)


def test_behind_the_end_is_silence(tmp_path: Path) -> None:
    samples = read_sound(recording(tmp_path), 9.5, 2 * RATE)
    assert samples.shape == (2 * RATE, 2)
    assert np.abs(samples[: RATE // 4]).max() > 0.1
    assert np.abs(samples[RATE:]).max() == 0


def test_cuts_do_not_click(tmp_path: Path) -> None:
    tone = (0.5 * np.cos(2 * np.pi * 100 * np.arange(10 * RATE) / RATE)).astype(np.float32)
    source = recording(tmp_path, sound=tone)
    stretches = [KeptRange(start, start + 0.4013) for start in (1.0, 2.0023, 3.0051)]
    target = tmp_path / "cut.m4a"
    cut(source, stretches, duration_s=1.2, target=target, folder=tmp_path)
    samples = decode(target)
    # A step in a 100 Hz tone would ring through all frequencies.
    high = np.abs(np.diff(samples, 4))
    assert high.max() < 0.02 * np.abs(samples).max()
    joint = round(0.4013 * RATE)
    assert np.abs(samples[joint - 40 : joint + 40]).max() < 0.4 * np.abs(samples).max()
    assert FADE_S < 0.02


def test_a_recording_without_sound_is_said_to_have_none(tmp_path: Path) -> None:
    times = [0.0, 0.2, 0.4]
    source = write_clip(tmp_path / "silent.mp4", [draw_dot(0.0, 64, 64)] * 3, times, rate=5)
    with pytest.raises(MediaError, match=r"silent\.mp4 holds no sound"):
        cut(source, [KeptRange(0, 0.5)], duration_s=0.5, target=tmp_path / "cut.m4a", folder=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["silent.mp4"]
