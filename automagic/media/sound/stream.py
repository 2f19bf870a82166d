"""Decoded sound of any kind, layout and rate as a left and a right side, and as the one channel of recognition.

frames ─▶ table of numbers ─▶ -1..1 ─▶ left and right (ITU-R BS.775) ─▶ blocks of (n, 2), resampled if asked for
blocks ─▶ one channel ─▶ 16 kHz, 16 bit
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from automagic.media.sound.track import SCALES, as_one, as_samples, table_of, to_stereo

if TYPE_CHECKING:
    from av import AudioFrame, AudioResampler
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

_RATES = range(2_000, 768_001)


@dataclass(frozen=True, slots=True)
class SampleFormat:
    """What the numbers of a piece are: their rate, their format without "p", the names of their channels."""

    rate: int
    format: str
    channels: tuple[str, ...]


SILENT = ("FC",)


def sample_format_of(frame: AudioFrame) -> SampleFormat | None:
    """The kind of a decoded frame; None for one that is not taken."""
    kind = frame.format.name.removesuffix("p")
    if frame.sample_rate not in _RATES or kind not in SCALES:
        return None
    return SampleFormat(frame.sample_rate, kind, tuple(channel.name for channel in frame.layout.channels))


class StereoStream:
    """Takes the pieces of one track in order and gives them back in stereo.

    Args:
        rate: Of what comes out, in Hz; None for that of the pieces.
        gather_s: So much is gathered before it is converted: for few large pieces of work instead of many small ones.
    """

    def __init__(self, rate: int | None = None, *, gather_s: float = 0.0) -> None:
        self._rate = rate
        self._gather_s = gather_s
        self._kind: SampleFormat | None = None
        self._pieces: list[NDArray[Any]] = []
        self._gathered = 0
        self._resampler: AudioResampler | None = None

    @property
    def rate(self) -> int:
        """Of what has just come out."""
        return self._rate or (self._kind.rate if self._kind is not None else 0)

    def add(self, frame: AudioFrame, kind: SampleFormat, skip: int = 0) -> Iterator[Samples]:
        """Take a frame without its first `skip` samples; gives what is ready, (n, 2)."""
        yield from self._take(table_of(frame)[skip:], kind)

    def add_silence(self, count: int, rate: int) -> Iterator[Samples]:
        """Take that many samples of silence."""
        while count > 0:
            part = min(count, rate)
            yield from self._take(np.zeros((part, 1), np.float32), SampleFormat(rate, "flt", SILENT))
            count -= part

    def end(self) -> Iterator[Samples]:
        """What is left."""
        yield from self._convert()
        if self._resampler is not None:
            yield from _arrays(self._resampler.resample(None))
        self._resampler = None

    def _take(self, table: NDArray[Any], kind: SampleFormat) -> Iterator[Samples]:
        if kind != self._kind:
            yield from self._convert()
            if self._kind is None or kind.rate != self._kind.rate:
                yield from self.end()
                self._resampler = None if self._rate in {None, kind.rate} else _resampler("fltp", "stereo", self.rate)
            self._kind = kind
        self._pieces.append(table)
        self._gathered += len(table)
        if self._gathered >= kind.rate * self._gather_s:
            yield from self._convert()

    def _convert(self) -> Iterator[Samples]:
        import av

        if self._kind is None or not self._gathered:
            return
        samples = as_samples(np.concatenate(self._pieces), self._kind.format)
        self._pieces, self._gathered = [], 0
        stereo = to_stereo(samples, self._kind.channels)
        if self._resampler is None:
            yield stereo
            return
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(stereo.T), format="fltp", layout="stereo")
        frame.sample_rate = self._kind.rate
        yield from _arrays(self._resampler.resample(frame))


def _arrays(frames: list[AudioFrame]) -> Iterator[Samples]:
    for frame in frames:
        yield np.ascontiguousarray(frame.to_ndarray().T, np.float32)


def _resampler(kind: str, layout: str, rate: int) -> AudioResampler:
    import av

    return av.AudioResampler(format=kind, layout=layout, rate=rate)


def _numbers(frames: list[AudioFrame]) -> Iterator[NDArray[np.int16]]:
    for frame in frames:
        yield np.asarray(frame.to_ndarray().ravel(), np.int16)


class MonoStream:
    """Takes stereo of any rate and gives it back in one channel, as recognition wants it: 16 bit.

    Args:
        rate: Of what comes out, in Hz.
    """

    def __init__(self, rate: int) -> None:
        self._to = rate
        self._rate = 0
        self._resampler: AudioResampler | None = None

    def add(self, stereo: Samples, rate: int) -> Iterator[NDArray[np.int16]]:
        """Take the next block, (n, 2); gives what is ready, (n,)."""
        import av

        if rate != self._rate:
            yield from self.end()
            self._rate = rate
        if self._resampler is None:
            self._resampler = _resampler("s16", "mono", self._to)
        mono = np.clip(as_one(stereo), -1, 1)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(mono[None, :]), format="fltp", layout="mono")
        frame.sample_rate = rate
        yield from _numbers(self._resampler.resample(frame))

    def end(self) -> Iterator[NDArray[np.int16]]:
        """What is left."""
        if self._resampler is not None:
            yield from _numbers(self._resampler.resample(None))
        self._resampler = None
