"""What a mix is made of: the spoken pieces that go in, the working files between, the report that comes out."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

SAMPLE_RATE = 48_000
"""Of everything that is mixed, in Hz."""


@dataclass(frozen=True, slots=True)
class SpokenPiece:
    """One recorded sentence and when it begins on the video's timeline."""

    start_s: float
    path: Path


@dataclass(frozen=True, slots=True)
class LoudnessGoal:
    """How loud the finished, decoded sound has to be.

    Attributes:
        loudness_lufs: What to reach, as far as the sound has it in it; the report says what was reached.
        true_peak_dbtp: What to stay under.
    """

    loudness_lufs: float = -14.0
    true_peak_dbtp: float = -1.0


@dataclass(frozen=True, slots=True)
class SoundReport:
    """What was measured on the finished, decoded sound.

    Attributes:
        loudness_lufs: Integrated loudness; -70 for silence.
        true_peak_dbtp: Highest inter-sample peak; -120 for digital silence.
        range_lu: Loudness range.
        music_under_voice_db: How far the music lies below the voice while it speaks, in K-weighted power; None unless
            there are both.
        packets: SHA-256 of what was encoded, as `packet_digest` says; "" where nobody looked.
    """

    loudness_lufs: float
    true_peak_dbtp: float
    range_lu: float
    music_under_voice_db: float | None
    packets: str = ""


class Stems:
    """The working files of one mix: raw float32 at 48 kHz, the voice in one channel, the others in two.

    Args:
        folder: Where they lie.
        ffmpeg: The path of the executable that works on them.
    """

    def __init__(self, folder: Path, ffmpeg: str) -> None:
        self.folder = folder
        self.ffmpeg = ffmpeg
        self.cancelled = threading.Event()
        self.raw_voice = folder / "voice-raw.f32"
        self.voice = folder / "voice.f32"
        self.music = folder / "music.f32"
        self.bed = folder / "bed.f32"
        self.mix = folder / "mix.f32"
        self.limited = folder / "limited.f32"
        self.sound = folder / "mix.m4a"

    @property
    def paths(self) -> tuple[Path, ...]:
        """All of them, whether they are there or not."""
        return (self.raw_voice, self.voice, self.music, self.bed, self.mix, self.limited, self.sound)

    def remove(self) -> None:
        """Delete what there is of them."""
        for path in self.paths:
            path.unlink(missing_ok=True)
