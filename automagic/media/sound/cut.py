"""The sound of an excerpt: the kept stretches of a recording's sound, one after the other.

    recording  ┄┄┄├────── stretch ──────┤┄┄┄├─── stretch ───┤┄┄┄     its tracks, mended, added up
    stem          ╱‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾╳‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾╲            short fades, so that no cut clicks

Times are those of the picture: sound that starts later than it begins with silence, and where packets are missing
there is silence of their length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from automagic.errors import MediaError
from automagic.media.sound.audio_tracks import FIRST, AudioPick, stream_of
from automagic.media.sound.levels import SAMPLE_RATE, block_powers, gated_loudness
from automagic.media.sound.sides import Mend, mend_sides
from automagic.media.sound.stream import StereoStream, sample_format_of
from automagic.media.video.containers import open_recording, zero_s

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import av
    from av import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

    from automagic.media.sound.levels import Samples
    from automagic.values.clip_plan import KeptRange

FADE_S = 0.012
"""Of each end of a stretch: too short to be heard as one, too long for a click."""

_SEEK_S = 0.5
"""Decoding begins this much earlier: codecs need a few packets to settle."""

_HOLE_S = 0.15
"""As long as a short syllable."""

_SLACK_S = 0.03
"""Timestamps that are off by less are rounding: the samples simply go on."""


@dataclass(frozen=True, slots=True)
class Takes:
    """What is heard of a recording.

    Attributes:
        pick: Which tracks, and how they become one sound.
        mends: Where their sides are mended.
    """

    pick: AudioPick = FIRST
    mends: tuple[Mend, ...] = ()

    def within(self, stretches: Sequence[KeptRange]) -> Takes:
        """The same without what is mended elsewhere, so that that changes no key."""
        inside = tuple(
            mend
            for mend in self.mends
            if any(mend.start_s < stretch.end_s and stretch.start_s < mend.end_s for stretch in stretches)
        )
        return Takes(self.pick, inside)


AS_IT_IS = Takes()


def cut_stem(
    recording: Path,
    stretches: Sequence[KeptRange],
    total: int,
    target: Path,
    heard: Takes,
    cancelled: threading.Event,
) -> float:
    """Write the stretches as raw stereo float32 at 48 kHz; gives their integrated loudness.

    Args:
        recording: Its sound may have any number of channels.
        total: Samples of the whole; what is missing at the end is silence.
        heard: Which of its tracks, and how they are mended.
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
            samples = read_heard(recording, stretch.start_s, max(end - written, 0), heard, cancelled)
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


def read_heard(
    path: Path, start_s: float, count: int, heard: Takes, cancelled: threading.Event | None = None
) -> Samples:
    """`count` samples of what is heard of a recording, (count, 2) at 48 kHz, from a time on.

    Raises:
        RequestError, MediaError: As `read_sound`.
    """
    total: Samples = np.zeros((count, 2), np.float32)
    for number, line in enumerate(heard.pick.lines):
        samples = read_sound(path, start_s, count, cancelled, track=line[0])
        if len(line) == 2:
            samples[:, 1] = read_sound(path, start_s, count, cancelled, track=line[1])[:, 0]
        mend_sides(samples, start_s, SAMPLE_RATE, (mend for mend in heard.mends if mend.line == number))
        total += samples * np.float32(heard.pick.gain(number))
    return total


def read_sound(
    path: Path, start_s: float, count: int, cancelled: threading.Event | None = None, *, track: int = 1
) -> Samples:
    """`count` samples of stereo at 48 kHz, (count, 2), from a time of the recording on; silence where there are none.

    Args:
        track: Its number, from 1.

    Raises:
        RequestError: The file is no recording.
        MediaError: It holds no sound, or that cannot be read.
    """
    import av

    samples: Samples = np.zeros((count, 2), np.float32)
    try:
        with open_recording(path) as container:
            if len(container.streams.audio) < track:
                raise MediaError(f"{path.name} holds no sound{f' track {track}' if track > 1 else ''}")
            stream = stream_of(container, track)
            if stream.codec_context is None or stream.time_base is None:
                raise MediaError(f"the sound of {path.name} cannot be decoded")
            begins_s = zero_s(container)
            from_s = start_s + begins_s - _SEEK_S
            # By the container's own choice of stream: many files have an index of their pictures only, and without one
            # everything up to here would be read.
            container.seek(max(int(from_s * 1_000_000), 0))
            reader = _Reader(path, samples, start_s, begins_s)
            for frame in _decode(container, stream, from_s, reader.broken):
                if cancelled is not None and cancelled.is_set():
                    raise MediaError("cutting the sound was cancelled")
                if reader.take(frame):
                    break
            else:
                reader.end()
    except (av.FFmpegError, ValueError, OSError) as error:
        raise MediaError(f"the sound of {path.name} cannot be read: {error}") from error
    return samples


class _Reader:
    """Puts the frames of a track where their times say.

    Args:
        samples: Of the stretch; written in place.
        start_s: The time of the first, on the recording's timeline.
        begins_s: The packets' time that is the timeline's zero.
    """

    def __init__(self, path: Path, samples: Samples, start_s: float, begins_s: float) -> None:
        self.broken: list[av.FFmpegError] = []
        self._path = path
        self._samples = samples
        self._start_s, self._begins_s = start_s, begins_s
        self._sound = StereoStream(SAMPLE_RATE)
        self._position: int | None = None

    def take(self, frame: AudioFrame) -> bool:
        """Take the next frame; says whether all samples are there."""
        kind = sample_format_of(frame)
        if kind is None:
            return False
        stated = None
        if frame.pts is not None and frame.time_base is not None:
            time_s = float(frame.pts * frame.time_base) - self._begins_s
            stated = round((time_s - self._start_s) * SAMPLE_RATE)
        position = self._position
        if position is None or (stated is not None and abs(stated - position) > _SLACK_S * SAMPLE_RATE):
            count = len(self._samples)
            _refuse_hole(self._path, self._start_s, position, min(stated or 0, count), self.broken)
            position = stated if stated is not None else 0
        for part in self._sound.add(frame, kind):
            position = _place(self._samples, part, position)
        self._position = position
        return position >= len(self._samples)

    def end(self) -> None:
        """There are no more frames."""
        _refuse_hole(self._path, self._start_s, self._position, len(self._samples), self.broken)
        for part in self._sound.end():
            self._position = _place(self._samples, part, self._position or 0)


def _decode(
    container: InputContainer, stream: AudioStream, from_s: float, broken: list[av.FFmpegError]
) -> Iterator[AudioFrame]:
    """What can be decoded from a time of the packets on; what went wrong on the way is added to `broken`."""
    import av

    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
            if packet is not None and packet.pts is not None and packet.pts * packet.time_base < from_s:
                continue
            decoded = stream.decode(packet) if packet is not None else None
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
    """Raise MediaError where more cannot be read than a pause between words; less of it stays silent."""
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
