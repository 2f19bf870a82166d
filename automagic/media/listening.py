"""The sound of a recording as recognition wants it, on the timeline of its picture, and how loud it is when.

    container ─▶ first sound track ─▶ one channel ─▶ placed by its times ─▶ 16 kHz, 16 bit ─▶ WAV ─▶ level every 10 ms
                 decoded in order     downmix       Timeline

Times in the WAV are the picture's: a track that begins later is led by silence, what comes before the first frame is
left out, and a gap between packets stays a gap. Little is held in memory, however long the recording.
"""

from __future__ import annotations

import errno
import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from automagic.errors import MediaError, RequestError, ResourceError
from automagic.media.clip_source import ClipCancelled
from automagic.media.containers import open_recording, zero_s
from automagic.media.sound_track import MAX_DURATION_S, SCALES, Timeline, as_samples, downmix, table_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from av import AudioFrame, AudioResampler
    from av.container import InputContainer
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

SAMPLE_RATE = 16_000
LEVELS_PER_S = 100
FLOOR_DB = -100.0

_HINT = "Use a complete MP4, MOV, WebM, MKV, MP3 or WAV file that plays elsewhere."
_RATES = range(2_000, 768_001)
_BLOCK_S = 1.0


@dataclass(frozen=True, slots=True)
class ExtractedSound:
    """What was written.

    Attributes:
        duration_s: Length of the WAV, from the picture's first frame to the last of the sound.
        start_s: When the sound track begins; silence leads up to it.
        damaged: Whether parts could not be decoded; there is silence instead.
    """

    duration_s: float
    start_s: float
    damaged: bool


def extract_sound(
    video: Path,
    target: Path,
    *,
    cancelled: Callable[[], bool] = lambda: False,
    on_progress: Callable[[float], None] | None = None,
    max_s: float = MAX_DURATION_S,
) -> ExtractedSound | None:
    """Write the first sound track of a recording as 16 kHz mono 16-bit WAV.

    Args:
        video: Any common video or audio file.
        target: Written whole or not at all.
        cancelled: Asked about once per second of sound.
        on_progress: Told the finished share, 0..1.
        max_s: No more than this is written.

    Returns:
        What was written; None, and no file, when the recording has no sound track.

    Raises:
        RequestError: It cannot be read, nothing of its sound can be decoded, or it is longer than `max_s`.
        ResourceError: The disk is full.
        ClipCancelled: `cancelled` said so.
    """
    partial = target.with_name(f".{target.name}.partial")
    with open_recording(video) as container:
        if not container.streams.audio:
            return None
        try:
            with partial.open("wb") as file:
                found = _Extraction(video.name, container, _Writer(file), max_s).run(cancelled, on_progress)
            partial.replace(target)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise ResourceError(
                    f"the disk is full: the sound of {video.name} could not be written to {target.parent}",
                    hint="Free some space and run the same command again.",
                ) from error
            raise MediaError(f"the sound of {video.name} could not be written: {error.strerror or error}") from error
        finally:
            partial.unlink(missing_ok=True)
    return found


# ------------------------------------------------------------------------------------------------ from file to file


class _Extraction:
    """One pass over one recording."""

    def __init__(self, name: str, container: InputContainer, writer: _Writer, max_s: float) -> None:
        import av

        self._name = name
        self._container = container
        self._stream = container.streams.audio[0]
        self._writer = writer
        self._max_s = max_s
        self._damaged = False
        self._start_s = -1.0
        self._promised_s = container.duration / av.time_base if container.duration else None
        self._timeline = Timeline(zero_s(container), self._promised_s)

    def run(self, cancelled: Callable[[], bool], on_progress: Callable[[float], None] | None) -> ExtractedSound:
        reported_s = 0.0
        for frame in self._frames(cancelled):
            self._take(frame)
            if self._timeline.position_s - reported_s >= _BLOCK_S:
                reported_s = self._timeline.position_s
                if cancelled():
                    raise ClipCancelled(f"listening to {self._name} was cancelled")
                if on_progress is not None and self._promised_s:
                    on_progress(min(1.0, reported_s / self._promised_s))
        if self._start_s < 0:
            raise RequestError(f"The sound of {self._name} cannot be decoded.", hint=_HINT)
        duration_s = self._writer.finish()
        if on_progress is not None:
            on_progress(1.0)
        return ExtractedSound(duration_s, self._start_s, self._damaged)

    def _frames(self, cancelled: Callable[[], bool]) -> Iterator[AudioFrame]:
        """What can be decoded, in the order of the file."""
        import av

        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except av.FFmpegError as error:
                self._damaged = self._damaged or not isinstance(error, EOFError)
                return
            if packet is None:
                return
            if self._start_s < 0 and cancelled():
                raise ClipCancelled(f"listening to {self._name} was cancelled")
            try:
                yield from packet.decode()
            except EOFError:
                return
            except (av.FFmpegError, ValueError):
                self._damaged = True

    def _take(self, frame: AudioFrame) -> None:
        rate, count = frame.sample_rate, frame.samples
        kind = frame.format.name.removesuffix("p")
        if rate not in _RATES or kind not in SCALES:
            self._damaged = True
            return
        base = frame.time_base
        time_s = float(frame.pts * base) if frame.pts is not None and base else None
        silence, skip = self._timeline.place(time_s, count, rate)
        if self._timeline.position_s > self._max_s:
            raise self._too_long()
        self._writer.write_silence(silence, rate)
        if skip < count:
            if self._start_s < 0:
                self._start_s = self._timeline.position_s - (count - skip) / rate
            self._writer.write(table_of(frame)[skip:], _Kind(rate, kind, frame.layout.name))

    def _too_long(self) -> RequestError:
        return RequestError(f"{self._name} is longer than {self._max_s / 3600:g} hours.", hint="Cut it into parts.")


@dataclass(frozen=True, slots=True)
class _Kind:
    """What the numbers of a piece are: their rate, their format without "p", the layout of their channels."""

    rate: int
    format: str
    layout: str


class _Writer:
    """Pieces of any kind to one 16 kHz WAV file; they are gathered to blocks of a second."""

    HEADER_BYTES = 44

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._file.write(bytes(self.HEADER_BYTES))
        self._written = 0
        self._kind: _Kind | None = None
        self._rate = 0
        self._pieces: list[NDArray[Any]] = []
        self._gathered = 0

    def write(self, table: NDArray[Any], kind: _Kind) -> None:
        """Add a piece of (n, channels) at the end."""
        if kind != self._kind:
            self._convert()
            self._kind = kind
        if kind.rate != self._rate:
            self._finish_rate()
            self._rate = kind.rate
            self._resampler = _resampler()
        self._pieces.append(table)
        self._gathered += len(table)
        if self._gathered >= kind.rate * _BLOCK_S:
            self._convert()

    def write_silence(self, count: int, rate: int) -> None:
        """Add that many samples of silence."""
        while count > 0:
            part = min(count, rate)
            self.write(np.zeros((part, 1), np.float32), _Kind(rate, "flt", "mono"))
            count -= part

    def finish(self) -> float:
        """Complete the file and say its length in seconds."""
        self._finish_rate()
        size = 2 * self._written
        self._file.seek(0)
        sound = (b"fmt ", 16, 1, 1, SAMPLE_RATE, 2 * SAMPLE_RATE, 2, 16)
        self._file.write(struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + size, b"WAVE", *sound, b"data", size))
        self._file.flush()
        return self._written / SAMPLE_RATE

    def _convert(self) -> None:
        import av

        if self._kind is None or not self._pieces:
            return
        samples = as_samples(np.concatenate(self._pieces), self._kind.format)
        self._pieces, self._gathered = [], 0
        mono = np.clip(downmix(samples, _channel_names(self._kind.layout)), -1, 1)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(mono[None, :]), format="fltp", layout="mono")
        frame.sample_rate = self._rate
        self._store(self._resampler.resample(frame))

    def _finish_rate(self) -> None:
        self._convert()
        if self._rate:
            self._store(self._resampler.resample(None))

    def _store(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            data = frame.to_ndarray().ravel()
            self._file.write(data.astype("<i2").tobytes())
            self._written += len(data)


@cache
def _channel_names(layout: str) -> tuple[str, ...]:
    import av

    return tuple(channel.name for channel in av.AudioLayout(layout).channels)


def _resampler() -> AudioResampler:
    import av

    return av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)


# ------------------------------------------------------------------------------------------------ how loud it is


def read_blocks(wav: Path, seconds: float) -> Iterator[Samples]:
    """A mono 16-bit WAV file as float32 blocks of that length; the last may be shorter.

    Raises:
        MediaError: It is no such file.
    """
    import wave

    try:
        with wave.open(str(wav), "rb") as source:
            if source.getnchannels() != 1 or source.getsampwidth() != 2:
                raise MediaError(f"{wav.name} is not mono 16-bit sound")
            count = round(source.getframerate() * seconds)
            while data := source.readframes(count):
                yield np.frombuffer(data, "<i2").astype(np.float32) * np.float32(1 / 32768)
    except (OSError, EOFError, wave.Error) as error:
        raise MediaError(f"{wav.name} cannot be read as sound: {error}") from error


def copy_part(wav: Path, target: Path, start_s: float, end_s: float) -> None:
    """A stretch of a mono 16-bit WAV file as a file of its own."""
    import wave

    with wave.open(str(wav), "rb") as source, wave.open(str(target), "wb") as part:
        rate = source.getframerate()
        part.setparams(source.getparams())
        source.setpos(min(round(start_s * rate), source.getnframes()))
        part.writeframes(source.readframes(round((end_s - start_s) * rate)))


def measure_levels(wav: Path) -> NDArray[np.float32]:
    """The level of each 10 ms of a 16 kHz mono WAV file: RMS in dBFS, `FLOOR_DB` at least.

    Raises:
        MediaError: It is no such file.
    """
    hop = SAMPLE_RATE // LEVELS_PER_S
    parts = []
    for block in read_blocks(wav, 60.0):
        whole = np.append(block, np.zeros(-len(block) % hop, np.float32)).reshape(-1, hop)
        powers = np.einsum("ij,ij->i", whole, whole) / hop
        parts.append(np.maximum(10 * np.log10(np.maximum(powers, 1e-12)), FLOOR_DB).astype(np.float32))
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)
