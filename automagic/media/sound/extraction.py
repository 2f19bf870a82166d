"""One pass over the sound tracks of a recording: each on the picture's timeline, together one 16 kHz WAV file.

    alone  track ─▶ timeline ─▶ stereo ─▶ sides measured, one channel ─▶ WAV
    sides  track ─▶ timeline ─▶ left  ┐
           track ─▶ timeline ─▶ right ┴▶ sides measured, one channel ─▶ WAV
    mixed  track ─▶ … as alone ┐
           track ─▶ … as alone ┴▶ added up ─▶ WAV

Little is held in memory: what several tracks give waits in files of its own until it is joined.
"""

from __future__ import annotations

import contextlib
import itertools
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from automagic.errors import RequestError
from automagic.media.sound.audio_tracks import AudioPick, stream_of
from automagic.media.sound.side_levels import RATE, Profile, SidesMeter
from automagic.media.sound.sides import Mend, find_mends
from automagic.media.sound.stream import MonoStream, StereoStream, sample_format_of
from automagic.media.sound.track import Timeline
from automagic.media.video.source import ClipCancelled

if TYPE_CHECKING:
    from av import AudioFrame, Packet
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

_BLOCK_S = 1.0
_HEADER_BYTES = 44


@dataclass(frozen=True, slots=True)
class ExtractedSound:
    """What was written.

    Attributes:
        duration_s: Length of the WAV, from the picture's first frame to the last of the sound.
        start_s: When the sound begins; silence leads up to it.
        damaged: Whether parts could not be decoded; there is silence instead.
        mends: What is wrong with the sides, where.
        profiles: What was measured of them, for each of the sounds that are added up.
    """

    duration_s: float
    start_s: float
    damaged: bool
    mends: tuple[Mend, ...] = ()
    profiles: tuple[Profile, ...] = ()


class Extraction:
    """One pass over one recording.

    Args:
        name: Of the recording, for errors.
        origin_s: The packets' time that is the timeline's zero.
        promised_s: How long it is by its own account; None when it does not say.
        max_s: No more than this is taken.
    """

    def __init__(
        self,
        name: str,
        container: InputContainer,
        pick: AudioPick,
        *,
        origin_s: float,
        promised_s: float | None,
        max_s: float,
    ) -> None:
        self._name = name
        self._container = container
        self._pick = pick
        self._promised_s = promised_s
        self._max_s = max_s
        streams = [stream_of(container, number) for number in pick.tracks]
        self._readers = {stream.index: _TrackReader(stream, origin_s, promised_s) for stream in streams}

    def run(
        self, partial: Path, cancelled: Callable[[], bool], on_progress: Callable[[float], None] | None
    ) -> ExtractedSound:
        """Write the WAV file."""
        readers = list(self._readers.values())
        ears = [_Ear() for _ in self._pick.lines]
        with contextlib.ExitStack() as opened:
            target = WavWriter(opened.enter_context(partial.open("wb")))
            if len(readers) == 1:
                self._hear({readers[0].stream.index: (ears[0], target)}, cancelled, on_progress)
            else:
                parts = [partial.with_name(f"{partial.name}.{number}.partial") for number in self._pick.tracks]
                for part in parts:
                    opened.callback(part.unlink, missing_ok=True)
                self._write_parts(parts, ears, cancelled, on_progress)
                self._join(parts, ears, target)
            heard = [reader.start_s for reader in readers if reader.start_s is not None]
            if not heard:
                raise RequestError(
                    f"The sound of {self._name} cannot be decoded.", hint="Use a complete file that plays elsewhere."
                )
            duration_s = target.finish()
        if on_progress is not None:
            on_progress(1.0)
        profiles = tuple(ear.meter.end() for ear in ears)
        mends = tuple(mend for line, profile in enumerate(profiles) for mend in find_mends(profile, line=line))
        return ExtractedSound(duration_s, min(heard), any(reader.damaged for reader in readers), mends, profiles)

    def _write_parts(
        self,
        parts: list[Path],
        ears: list[_Ear],
        cancelled: Callable[[], bool],
        on_progress: Callable[[float], None] | None,
    ) -> None:
        """Each track by itself, in one channel; what is measured of one that is only a side counts for nothing."""
        own = ears if self._pick.together == "mixed" else [_Ear() for _ in parts]
        with contextlib.ExitStack() as opened:
            writers = [WavWriter(opened.enter_context(part.open("wb"))) for part in parts]
            self._hear(dict(zip(self._readers, zip(own, writers, strict=True), strict=True)), cancelled, on_progress)
            for writer in writers:
                writer.finish()

    def _join(self, parts: list[Path], ears: list[_Ear], target: WavWriter) -> None:
        """The tracks as one channel."""
        gains = np.array([self._pick.gain(line) for line in range(len(parts))], np.float32)
        for several in itertools.zip_longest(*(_read(part) for part in parts)):
            length = max(len(one) for one in several if one is not None)
            whole = np.zeros((length, len(parts)), np.float32)
            for place, one in enumerate(several):
                if one is not None:
                    whole[: len(one), place] = one
            if self._pick.together == "sides":
                ears[0].hear(whole, RATE, target)
            else:
                target.write(np.rint(32768 * whole @ gains).clip(-32768, 32767).astype(np.int16))
        ears[0].end(target)

    def _hear(
        self,
        ways: Mapping[int, tuple[_Ear, WavWriter]],
        cancelled: Callable[[], bool],
        on_progress: Callable[[float], None] | None,
    ) -> None:
        """Read the file to its end: each stream, by its index, through its ear into its file."""
        reported_s = 0.0
        for packet in self._packets(cancelled):
            reader, (ear, target) = self._readers[packet.stream.index], ways[packet.stream.index]
            for block in reader.take(packet):
                ear.hear(block, reader.rate, target)
            position_s = reader.position_s
            if position_s > self._max_s:
                raise self._too_long()
            if position_s - reported_s >= _BLOCK_S:
                reported_s = position_s
                if cancelled():
                    raise ClipCancelled(f"listening to {self._name} was cancelled")
                if on_progress is not None and self._promised_s:
                    on_progress(min(1.0, reported_s / self._promised_s))
        for index, (ear, target) in ways.items():
            for block in self._readers[index].end():
                ear.hear(block, self._readers[index].rate, target)
            ear.end(target)

    def _packets(self, cancelled: Callable[[], bool]) -> Iterator[Packet[Any]]:
        """Those of all tracks, in the order of the file."""
        import av

        packets = self._container.demux(*(reader.stream for reader in self._readers.values()))
        while True:
            try:
                packet = next(packets, None)
            except av.FFmpegError as error:
                if not isinstance(error, EOFError):
                    for reader in self._readers.values():
                        reader.damaged = True
                return
            if packet is None:
                return
            if all(reader.start_s is None for reader in self._readers.values()) and cancelled():
                raise ClipCancelled(f"listening to {self._name} was cancelled")
            yield packet

    def _too_long(self) -> RequestError:
        return RequestError(f"{self._name} is longer than {self._max_s / 3600:g} hours.", hint="Cut it into parts.")


class _TrackReader:
    """One track in stereo, each piece where its time says.

    Attributes:
        start_s: When it begins; None until then.
        damaged: Whether a part of it could not be decoded.
    """

    def __init__(self, stream: AudioStream, origin_s: float, promised_s: float | None) -> None:
        self.stream = stream
        self.start_s: float | None = None
        self.damaged = False
        self._timeline = Timeline(origin_s, promised_s)
        self._sound = StereoStream(gather_s=_BLOCK_S)

    @property
    def position_s(self) -> float:
        """Where the next piece goes."""
        return self._timeline.position_s

    @property
    def rate(self) -> int:
        """Of the block that has just been given."""
        return self._sound.rate

    def take(self, packet: Packet[Any]) -> Iterator[Samples]:
        """What comes of the next packet."""
        import av

        try:
            frames = self.stream.decode(packet)
        except EOFError:
            return
        except (av.FFmpegError, ValueError):
            self.damaged = True
            return
        for frame in frames:
            yield from self._place(frame)

    def _place(self, frame: AudioFrame) -> Iterator[Samples]:
        kind = sample_format_of(frame)
        if kind is None:
            self.damaged = True
            return
        base, count = frame.time_base, frame.samples
        time_s = float(frame.pts * base) if frame.pts is not None and base else None
        silence, skip = self._timeline.place(time_s, count, kind.rate)
        yield from self._sound.add_silence(silence, kind.rate)
        if skip < count:
            if self.start_s is None:
                self.start_s = self._timeline.position_s - (count - skip) / kind.rate
            yield from self._sound.add(frame, kind, skip)

    def end(self) -> Iterator[Samples]:
        """What is left."""
        yield from self._sound.end()


class _Ear:
    """Hears stereo in one channel, and measures its sides."""

    def __init__(self) -> None:
        self.meter = SidesMeter()
        self._mono = MonoStream(RATE)

    def hear(self, stereo: Samples, rate: int, target: WavWriter) -> None:
        """Take the next block."""
        self.meter.add(stereo, rate)
        for part in self._mono.add(stereo, rate):
            target.write(part)

    def end(self, target: WavWriter) -> None:
        """There are no more blocks."""
        for part in self._mono.end():
            target.write(part)


class WavWriter:
    """One channel of 16 bit at 16 kHz, to a file of which the length is known only at the end."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._file.write(bytes(_HEADER_BYTES))
        self._written = 0

    def write(self, mono: NDArray[np.int16]) -> None:
        """Add samples."""
        self._file.write(mono.astype("<i2").tobytes())
        self._written += len(mono)

    def finish(self) -> float:
        """Complete the file and say its length in seconds."""
        size = 2 * self._written
        self._file.seek(0)
        sound = (b"fmt ", 16, 1, 1, RATE, 2 * RATE, 2, 16)
        self._file.write(struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + size, b"WAVE", *sound, b"data", size))
        self._file.flush()
        return self._written / RATE


def _read(part: Path) -> Iterator[Samples]:
    """A file of `WavWriter` in blocks of a second."""
    with part.open("rb") as file:
        file.seek(_HEADER_BYTES)
        while len(block := np.fromfile(file, "<i2", RATE)):
            yield block.astype(np.float32) * np.float32(1 / 32768)
