"""A little of every sound track of a recording, so that they can be compared without being listened to whole.

recording  ├──▇──────▇──────▇──────▇──────▇──┤    the same moments of each track, spread over the recording
track 1       ▇▇▇▇▇   one WAV file, 16 kHz, the moments one after the other
track 2       ▇▇▇▇▇
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from automagic.media.sound.audio_tracks import stream_of
from automagic.media.sound.extraction import WavWriter
from automagic.media.sound.side_levels import RATE
from automagic.media.sound.stream import MonoStream, StereoStream, sample_format_of
from automagic.media.video.containers import open_recording, zero_s
from automagic.media.video.source import ClipCancelled

if TYPE_CHECKING:
    from av import Packet
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from numpy.typing import NDArray

MOMENT_S = 8.0
MOMENTS, MORE_MOMENTS = 12, 36
"""A first round, and a second one where nobody speaks in the first: six and a half minutes of each track at most."""

_EARLY_S = 0.5
_FAR_S = 120.0
"""Where seeking ends up so far before a moment, the file has no index: its beginning is taken instead."""
_FURTHER_S = 20.0


def plan_moments(duration_s: float, count: int) -> tuple[float, ...]:
    """When moments begin: in the middle of equal parts of the recording; all of it where it is short.

    Args:
        duration_s: 0 where that is unknown.
    """
    if duration_s <= count * MOMENT_S:
        whole = count if not duration_s else max(1, int(-(-duration_s // MOMENT_S)))
        return tuple(MOMENT_S * number for number in range(whole))
    part_s = duration_s / count
    return tuple(round(part_s * (number + 0.5) - MOMENT_S / 2, 3) for number in range(count))


def write_samples(
    recording: Path,
    numbers: Sequence[int],
    starts_s: Sequence[float],
    targets: Sequence[Path],
    *,
    cancelled: Callable[[], bool] = lambda: False,
) -> None:
    """Write the moments of each track, one after the other, `MOMENT_S` each; silence where a track has nothing.

    Args:
        numbers: Of the tracks.
        starts_s: On the recording's timeline.
        targets: One for each track.

    Raises:
        RequestError: The recording cannot be read.
        ClipCancelled: `cancelled` said so.
    """
    with open_recording(recording) as container:
        streams = [stream_of(container, number) for number in numbers]
        origin = zero_s(container)
        try:
            moments = [_Moment(streams, origin + start_s, MOMENT_S) for start_s in starts_s]
            _write(moments, container, targets, cancelled)
        except _NoIndex:
            whole = _Moment(streams, origin, MOMENT_S * len(starts_s))
            _write([whole], container, targets, cancelled)


class _NoIndex(Exception):
    """The file cannot be sought."""


def _write(
    moments: Sequence[_Moment],
    container: InputContainer,
    targets: Sequence[Path],
    cancelled: Callable[[], bool],
) -> None:
    with contextlib.ExitStack() as opened:
        writers = [WavWriter(opened.enter_context(target.open("wb"))) for target in targets]
        for moment in moments:
            for writer, samples in zip(writers, moment.read(container, cancelled), strict=True):
                writer.write(samples)
        for writer in writers:
            writer.finish()


class _Moment:
    """A few seconds of every track.

    Args:
        time_s: When they begin, by the packets' time.
    """

    def __init__(self, streams: Sequence[AudioStream], time_s: float, length_s: float) -> None:
        self._time_s, self._length_s = time_s, length_s
        self._sounds = {stream.index: _Sound(stream) for stream in streams}

    def read(self, container: InputContainer, cancelled: Callable[[], bool]) -> list[NDArray[np.int16]]:
        """What each track has; silence where it has nothing.

        Raises:
            _NoIndex: The file cannot be sought.
        """
        import av

        end_s = self._time_s + self._length_s
        try:
            # By the container's own choice of stream: many files have an index of their pictures only.
            container.seek(max(int((self._time_s - _EARLY_S) * 1_000_000), 0))
        except av.FFmpegError as error:
            raise _NoIndex from error
        waiting = set(self._sounds)
        for packet, time_s in self._packets(container, cancelled):
            if time_s < self._time_s - _FAR_S:
                raise _NoIndex
            if time_s >= end_s:
                waiting.discard(packet.stream.index)
                # One of them may have ended long ago.
                if not waiting or time_s >= end_s + _FURTHER_S:
                    break
            elif time_s >= self._time_s - _EARLY_S:
                self._sounds[packet.stream.index].take(packet, time_s)
        return [sound.lay(self._time_s, round(self._length_s * RATE)) for sound in self._sounds.values()]

    def _packets(self, container: InputContainer, cancelled: Callable[[], bool]) -> Iterator[tuple[Packet[Any], float]]:
        """Each packet from here on, and its time."""
        import av

        packets = container.demux(*(sound.stream for sound in self._sounds.values()))
        while True:
            if cancelled():
                raise ClipCancelled("comparing the sound tracks was cancelled")
            try:
                packet = next(packets, None)
            except av.FFmpegError:
                return
            if packet is None:
                return
            ticks = packet.pts if packet.pts is not None else packet.dts
            if ticks is not None and packet.time_base:
                yield packet, float(ticks * packet.time_base)


class _Sound:
    """One track in a moment, in one channel; it goes on from its first packet without looking at times again."""

    def __init__(self, stream: AudioStream) -> None:
        self.stream = stream
        self._stereo = StereoStream(gather_s=1.0)
        self._mono = MonoStream(RATE)
        self._parts: list[NDArray[np.int16]] = []
        self._first_s: float | None = None

    def take(self, packet: Packet[Any], time_s: float) -> None:
        """Decode a packet; one that cannot be is left out."""
        import av

        try:
            frames = self.stream.decode(packet)
        except (av.FFmpegError, ValueError):
            return
        for frame in frames:
            if (kind := sample_format_of(frame)) is None:
                continue
            if self._first_s is None:
                self._first_s = frame.time if frame.time is not None else time_s
            self._hear(self._stereo.add(frame, kind))

    def _hear(self, blocks: Iterable[NDArray[np.float32]]) -> None:
        for block in blocks:
            self._parts += self._mono.add(block, self._stereo.rate)

    def lay(self, time_s: float, count: int) -> NDArray[np.int16]:
        """Its samples from a time on."""
        self._hear(self._stereo.end())
        self._parts += self._mono.end()
        laid = np.zeros(count, np.int16)
        if self._first_s is not None and self._parts:
            sound = np.concatenate(self._parts)
            first = round((self._first_s - time_s) * RATE)
            part = sound[max(-first, 0) :][: max(count - max(first, 0), 0)]
            laid[max(first, 0) :][: len(part)] = part
        return laid
