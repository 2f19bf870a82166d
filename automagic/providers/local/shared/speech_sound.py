"""The 16 kHz sound of a recording, read in parts, and where somebody speaks in it."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.errors import MediaError
from automagic.providers.local.shared.speech_chunks import CHUNK_S

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]
    Spans = list[tuple[float, float]]

RATE = 16_000
PAUSE_MS = 200


def read_part(sound: str, start_s: float, length_s: float) -> Samples:
    """Some seconds of a 16 kHz mono 16-bit WAV file; fewer at its end.

    Raises:
        MediaError: It is no such file.
    """
    import numpy as np

    try:
        with wave.open(sound, "rb") as source:
            if (source.getframerate(), source.getnchannels(), source.getsampwidth()) != (RATE, 1, 2):
                raise MediaError(f"{Path(sound).name} is not 16 kHz mono 16-bit sound")
            source.setpos(min(source.getnframes(), max(0, round(start_s * RATE))))
            data = source.readframes(round(length_s * RATE))
    except (OSError, EOFError, wave.Error) as error:
        raise MediaError(f"{Path(sound).name} cannot be read as sound: {error}") from error
    samples: Samples = np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32768)
    return samples


def detect_speech(samples: Samples) -> Spans:
    """Where somebody speaks, by Silero's detector: seconds from the start."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    if not len(samples):
        return []
    options = VadOptions(
        min_speech_duration_ms=100, min_silence_duration_ms=PAUSE_MS, max_speech_duration_s=CHUNK_S, speech_pad_ms=50
    )
    return [(span["start"] / RATE, span["end"] / RATE) for span in get_speech_timestamps(samples, options)]


def quietest_s(samples: Samples) -> float:
    """The middle of the quietest 50 ms, so that as little of a word is cut as can be."""
    import numpy as np

    width = RATE // 20
    if len(samples) < 2 * width:
        return len(samples) / RATE
    sums = np.concatenate(([0.0], np.cumsum(samples.astype(np.float64) ** 2)))
    return (int(np.argmin(sums[width:] - sums[:-width])) + width // 2) / RATE


def measure_s(sound: Path) -> float:
    """Its length.

    Raises:
        MediaError: It is no WAV file.
    """
    try:
        with wave.open(str(sound), "rb") as source:
            return source.getnframes() / source.getframerate()
    except (OSError, EOFError, wave.Error) as error:
        raise MediaError(f"{sound.name} cannot be read as sound: {error}") from error
