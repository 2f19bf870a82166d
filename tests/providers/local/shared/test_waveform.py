"""Samples of speech: what is trimmed, joined, repaired and resampled."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from automagic.errors import MediaError
from automagic.providers.local.shared import waveform

RATE = 24000


def tone(frequency: float, seconds: float, rate: int = RATE, level: float = 0.5) -> np.ndarray:
    return (level * np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE), np.float32)


@pytest.mark.parametrize(("before_s", "after_s"), [(0.0, 0.0), (0.5, 0.02), (0.03, 0.8)])
def test_silence_is_trimmed_to_a_fixed_pad(before_s: float, after_s: float) -> None:
    sound = np.concatenate([silence(before_s), tone(200, 0.4), silence(after_s)])
    trimmed = waveform.trim(sound, RATE)
    assert len(trimmed) / RATE == pytest.approx(0.4 + waveform.LEAD_S + waveform.TRAIL_S, abs=0.011)
    assert trimmed[0] == 0
    assert abs(trimmed[-1]) < 1e-3


def test_a_sound_that_starts_loud_is_not_cut() -> None:
    trimmed = waveform.trim(tone(200, 0.4), RATE)
    inner = trimmed[round(waveform.LEAD_S * RATE) :][: round(0.4 * RATE)]
    np.testing.assert_array_equal(inner, tone(200, 0.4))


def test_a_soft_end_survives() -> None:
    sound = np.concatenate([tone(200, 0.3), tone(3000, 0.1, level=0.5 * 10 ** (-42 / 20)), silence(0.5)])
    assert len(waveform.trim(sound, RATE)) / RATE > 0.39 + waveform.LEAD_S


def test_an_offset_is_removed_and_full_scale_is_kept() -> None:
    repaired = waveform.repair(tone(200, 0.5, level=1.4) + 0.2)
    assert abs(repaired.mean()) < 1e-4
    assert np.abs(repaired).max() == pytest.approx(waveform.HEADROOM, abs=1e-3)


@pytest.mark.parametrize("sound", [np.zeros(0), np.zeros(2400), np.full(2400, 0.7), np.array([0.1, np.nan, 0.2])])
def test_what_is_no_speech_is_refused(sound: np.ndarray) -> None:
    with pytest.raises(MediaError):
        waveform.repair(sound.astype(np.float32))


def test_a_pause_between_parts_has_its_length() -> None:
    parts = [waveform.trim(tone(200, 0.3), RATE), waveform.trim(tone(300, 0.3), RATE)]
    joined = waveform.join(parts, [0.35], RATE)
    quiet = np.abs(joined) < 1e-4
    inner = quiet[round(0.2 * RATE) : -round(0.2 * RATE)].sum() / RATE
    assert inner == pytest.approx(0.35, abs=0.01)


@pytest.mark.parametrize("rate", [8000, 22050, 24000, 44100, 48000])
def test_resampling_keeps_time_and_the_audible_band(rate: int) -> None:
    click = np.zeros(rate, np.float32)
    click[rate // 2] = 1
    assert np.abs(waveform.resample(click, rate, 16000)).argmax() == 8000
    spectrum = np.abs(np.fft.rfft(waveform.resample(tone(1000, 1.0, rate), rate, 16000)[1000:-1000]))
    assert spectrum.argmax() * 16000 / 14000 == pytest.approx(1000, abs=2)
    kept = waveform.resample(tone(3000, 1.0, rate), rate, 16000)[1000:-1000]
    assert np.sqrt((kept**2).mean()) == pytest.approx(0.5 / np.sqrt(2), rel=0.01)


def test_resampling_removes_what_the_new_rate_cannot_hold() -> None:
    folded = waveform.resample(tone(9500, 1.0), RATE, 16000)[1000:-1000]
    assert np.sqrt((folded**2).mean()) < 0.5 * 10 ** (-60 / 20)


def test_a_wav_file_comes_back(tmp_path: Path) -> None:
    waveform.write_wav(tmp_path / "tone.wav", tone(200, 0.1), RATE)
    samples, rate = waveform.read_wav(tmp_path / "tone.wav")
    assert rate == RATE
    np.testing.assert_allclose(samples, tone(200, 0.1), atol=1e-4)
    assert [path.name for path in tmp_path.iterdir()] == ["tone.wav"]


def test_what_is_no_wav_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("hello")
    for name in ("text.wav", "absent.wav"):
        with pytest.raises(MediaError, match=name):
            waveform.read_wav(tmp_path / name)


def test_a_folder_that_is_not_there_is_explained(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="could not be written"):
        waveform.write_wav(tmp_path / "no" / "tone.wav", tone(200, 0.1), RATE)
