"""The sound of an excerpt: the kept stretches of a recording's first sound track, one after the other.

    recording  ┄┄┄├────── stretch ──────┤┄┄┄├─── stretch ───┤┄┄┄
    stem          ╱‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾╳‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾╲            short fades, so that no cut clicks

Times are those of the picture: sound that starts later than it begins with silence, and where packets are missing
there is silence of their length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from automagic.errors import MediaError
from automagic.media.containers import open_recording, zero_s
from automagic.media.sound_levels import SAMPLE_RATE, block_powers, gated_loudness

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import av
    from av import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

    from automagic.media.sound_levels import Samples
    from automagic.recording import Stretch

FADE_S = 0.012
"""Of each end of a stretch: too short to be heard as one, too long for a click."""

_SEEK_S = 0.5
"""Decoding begins so much earlier: codecs need a few packets to settle."""

_HOLE_S = 0.15
"""As long as a short syllable."""

_SLACK_S = 0.03
"""Timestamps that are off by less are rounding: the samples simply go on."""


def cut_stem(
    recording: Path,
    stretches: Sequence[Stretch],
    total: int,
    target: Path,
    cancelled: threading.Event | None = None,
) -> float:
    """Write the stretches as raw stereo float32 at 48 kHz; gives their integrated loudness.

    Args:
        recording: Its sound may have any number of channels.
        total: Samples of the whole; what is missing at the end is silence.
        cancelled: Ends the work early with a MediaError.

    Raises:
        MediaError: The recording holds no sound, or it cannot be read.
    """
    powers = []
    written = 0
    length_s = 0.0
    with target.open("wb") as file:
        for index, stretch in enumerate(stretches):
            length_s += stretch.end_s - stretch.start_s
            end = total if index == len(stretches) - 1 else round(length_s * SAMPLE_RATE)
            samples = read_sound(recording, stretch.start_s, max(end - written, 0), cancelled)
            fade_ends(samples)
            samples.astype("<f4").tofile(file)
            powers.append(block_powers(samples))
            written += len(samples)
    return gated_loudness(np.concatenate(powers))


def fade_ends(samples: Samples) -> None:
    """Fade a stretch in and out, in place."""
    length = min(round(FADE_S * SAMPLE_RATE), len(samples) // 2)
    ramp = (0.5 - 0.5 * np.cos(np.pi * (np.arange(length) + 0.5) / max(length, 1))).astype(np.float32)[:, None]
    samples[:length] *= ramp
    samples[len(samples) - length :] *= ramp[::-1]


def read_sound(path: Path, start_s: float, count: int, cancelled: threading.Event | None = None) -> Samples:
    """`count` samples of stereo at 48 kHz, (count, 2), from a time of the recording on; silence where there are none.

    Raises:
        RequestError: The file is no recording.
        MediaError: It holds no sound, or that cannot be read.
    """
    import av

    samples: Samples = np.zeros((count, 2), np.float32)
    try:
        with open_recording(path) as container:
            if not container.streams.audio:
                raise MediaError(f"{path.name} holds no sound")
            stream = container.streams.audio[0]
            begins_s = zero_s(container)
            base = stream.time_base
            if base is None:
                raise MediaError(f"the sound of {path.name} has no times")
            container.seek(max(int((start_s + begins_s - _SEEK_S) / base), 0), stream=stream)
            resampler = av.AudioResampler(format="flt", layout="stereo", rate=SAMPLE_RATE)
            position: int | None = None
            broken: list[av.FFmpegError] = []
            for frame in _decode(container, stream, broken):
                if cancelled is not None and cancelled.is_set():
                    raise MediaError("cutting the sound was cancelled")
                stated = None
                if frame.pts is not None and frame.time_base is not None:
                    stated = round((float(frame.pts * frame.time_base) - begins_s - start_s) * SAMPLE_RATE)
                if position is None or (stated is not None and abs(stated - position) > _SLACK_S * SAMPLE_RATE):
                    _refuse_hole(path, start_s, position, min(stated or 0, count), broken)
                    position = stated if stated is not None else 0
                frame.pts = None
                for part in resampler.resample(frame):
                    position = _place(samples, np.asarray(part.to_ndarray(), np.float32).reshape(-1, 2), position)
                if position >= count:
                    break
            else:
                _refuse_hole(path, start_s, position, count, broken)
                for part in resampler.resample(None):
                    position = _place(samples, np.asarray(part.to_ndarray(), np.float32).reshape(-1, 2), position or 0)
    except (av.FFmpegError, ValueError, OSError) as error:
        raise MediaError(f"the sound of {path.name} cannot be read: {error}") from error
    return samples


def _decode(container: InputContainer, stream: AudioStream, broken: list[av.FFmpegError]) -> Iterator[AudioFrame]:
    """What can be decoded from here on; what went wrong on the way is added to `broken`."""
    import av

    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
            decoded = packet.decode() if packet is not None else None
        except av.EOFError:
            return
        except av.FFmpegError as error:
            broken.append(error)
            continue
        if decoded is None:
            return
        yield from decoded


def _refuse_hole(
    path: Path, start_s: float, position: int | None, next_position: int, broken: list[av.FFmpegError]
) -> None:
    """Raise MediaError where so much cannot be read that words would be missing; less of it stays silent."""
    if broken and next_position - max(position or 0, 0) > _HOLE_S * SAMPLE_RATE:
        at_s = start_s + max(position or 0, 0) / SAMPLE_RATE
        raise MediaError(
            f"the sound of {path.name} is damaged at {at_s:.1f} s",
            hint="Choose other moments, or copy or download the recording again.",
        ) from broken[0]


def _place(samples: Samples, part: Samples, position: int) -> int:
    """Write a part at its position, as far as it lies inside; gives the position behind it."""
    first, end = max(position, 0), min(position + len(part), len(samples))
    if end > first:
        samples[first:end] = part[first - position : end - position]
    return position + len(part)
