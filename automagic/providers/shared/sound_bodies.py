"""Sound as vendors send it, made into what every narrator writes: mono 16-bit WAV, trimmed at both ends.

A WAV file that was streamed states no lengths (0xFFFFFFFF): its data then goes on to the end. Whatever else a server
sends (MP3, FLAC, floats) is decoded by FFmpeg's libraries.
"""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.errors import MediaError
from automagic.providers.local.shared.speech import Speech, check_length

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PCM = 1
_EXTENSIBLE = 0xFFFE


def finish_speech(body: bytes, text: str, target: Path) -> Speech:
    """Write a vendor's sound of `text` to `target`, without the silence around it.

    Raises:
        MediaError: It is no sound, silent, or cannot be this text.
    """
    from automagic.providers.local.shared.waveform import repair, trim, write_wav

    samples, rate = read_sound(body)
    samples = trim(repair(samples), rate)
    duration_s = len(samples) / rate
    check_length(text, duration_s)
    write_wav(target, samples, rate)
    return Speech(rate, duration_s)


def read_sound(body: bytes) -> tuple[NDArray[np.float32], int]:
    """Mono samples in -1..1 and their rate in Hz.

    Raises:
        MediaError: It is no sound.
    """
    import numpy as np

    if found := find_pcm(body):
        data, rate, channels = found
        frames = np.frombuffer(data, "<i2").reshape(-1, channels)
        return (frames.astype(np.float32).mean(axis=1) / 32768).astype(np.float32), rate
    return _decode(body)


def find_pcm(body: bytes) -> tuple[bytes, int, int] | None:
    """(samples, rate in Hz, channels) of a 16-bit PCM WAV file; None when it is something else."""
    if body[:4] != b"RIFF" or body[8:12] != b"WAVE":
        return None
    position, shape = 12, None
    while position + 8 <= len(body):
        name, size = struct.unpack_from("<4sI", body, position)
        begin = position + 8
        if name == b"fmt " and begin + 16 <= len(body):
            kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", body, begin)
            if kind not in (_PCM, _EXTENSIBLE) or bits != 16 or not channels or not rate:
                return None
            shape = (rate, channels)
        elif name == b"data":
            if shape is None:
                return None
            whole = min(size, len(body) - begin)
            return body[begin : begin + whole - whole % (2 * shape[1])], *shape
        position = begin + size + size % 2
    return None


def _decode(body: bytes) -> tuple[NDArray[np.float32], int]:
    import av
    import numpy as np

    parts = []
    try:
        with av.open(io.BytesIO(body), "r") as container:
            stream = container.streams.audio[0]
            rate = stream.rate
            resampler = av.AudioResampler("flt", "mono", rate)
            for frame in container.decode(stream):
                parts += [part.to_ndarray()[0] for part in resampler.resample(frame)]
            parts += [part.to_ndarray()[0] for part in resampler.resample(None)]
    except (av.error.FFmpegError, IndexError, ValueError) as error:
        raise MediaError(f"the voice sent something that is not a sound: {error}", hint="Use another model.") from error
    if not parts:
        raise MediaError("the voice sent an empty sound", hint="Try again, or use another model.")
    return np.concatenate(parts).astype(np.float32), rate
