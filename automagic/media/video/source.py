"""A video file that somebody else made, opened with care: what it holds, its frames in order, where it breaks off.

Nothing that it says about itself is believed: sizes are bounded before anything is decoded, what is decoded is counted
rather than promised, and where a jump in the file lands is looked at.

    seek(9.5), frames() ─ jump to 9.5 ─▶ first picture at 12.0: late ─▶ jump further back ─▶ 8.0: frames from there on
                                                                        (the start at last)

MPEG files have no index: a jump lands anywhere, and decoding begins at the next key frame, behind the wanted time. In
any file pictures behind a jump may need earlier ones that were not decoded.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from automagic.errors import RequestError
from automagic.media.video.containers import MAX_PIXELS, moving_pictures, open_container, zero_s
from automagic.media.video.frame_clock import FrameClock
from automagic.media.video.frames import Deinterlacer
from automagic.media.video.orientation import Orienter

if TYPE_CHECKING:
    from av import Packet, VideoFrame
    from av.container import InputContainer
    from av.video.stream import VideoStream

MAX_BYTES = 4 << 30
MAX_RECORDING_BYTES = 64 << 30
"""Of a long recording: six hours at 24 Mbit/s."""
MAX_FPS = 1000

LONGEST_SKIP_S = 0.2
"""Where skimming leaves out more at a time, it stops leaving out."""

_FIRST_LEAD_S = 1.0
_NOTHING_S = 1e-6

_VOUCHES = frozenset({"h264", "hevc", "vvc", "mpeg1video", "mpeg2video", "av1", "vp8", "vp9"})
"""Codecs whose decoders give no picture that lacks what it is made of; of others none counts before a key frame."""

_STATED = 2
"""MPEG program streams state the times of some pictures. Behind a jump those in between are guessed, and wrong, until
this many were met."""

_HINT = "Use a complete MP4, MOV, WebM or MKV file that plays elsewhere."

Timed = tuple[float, "VideoFrame"]


class ClipCancelled(Exception):
    """Preparing was stopped because `cancelled` said so; no file is left."""


@contextmanager
def open_source(path: Path, *, kind: str = "clip", largest_bytes: int = MAX_BYTES) -> Iterator[ClipSource]:
    """Open a video file and check it.

    Args:
        kind: What errors call it: "clip", "recording".
        largest_bytes: A larger file is refused.

    Raises:
        RequestError: It cannot be read, is no video, has no moving picture, or is too large.
    """
    source = ClipSource(path, kind, largest_bytes)
    try:
        yield source
    finally:
        source.close()


class ClipSource:
    """An open video file.

    Attributes:
        name: For errors.
        kind: What errors call it.
        pixel_aspect: Width of a stored pixel to its height, as the file states it; see `pixel_aspect_at`.
        promised_s: How long its picture lasts by its index, with which the file is whole; None without one.
        damaged: Whether decoding met something unreadable.
        holes: What `frames` left out since it could not be read: from the last frame before to the first one after.
        deinterlaced: Whether it was interlaced, so far.
        frame_s: How long a frame usually stands.
    """

    def __init__(self, path: Path, kind: str = "clip", largest_bytes: int = MAX_BYTES) -> None:
        self.name, self.kind = path.name, kind
        self.damaged = False
        self.holes: list[tuple[float, float]] = []
        self.deinterlaced = False
        self._path = path
        self._lead_s = 0.0
        self._first_s: float | None = None
        self._sought_s: float | None = None
        if path.is_file() and path.stat().st_size > largest_bytes:
            raise RequestError(f"The {kind} {path.name} is larger than {largest_bytes >> 30} GB.", hint="Cut it first.")
        self._container: InputContainer = open_container(path, what="video")
        try:
            self._prepare()
            self._describe()
        except RequestError:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._container.close()

    def _prepare(self) -> None:
        """Get ready to decode what was opened."""
        self._stream = self._choose_stream()
        base = self._stream.time_base
        if base is None:
            raise RequestError(f"The {self.kind} {self.name} has no times.", hint=_HINT)
        self._base: Fraction = base
        context = self._stream.codec_context
        context.options = {"max_pixels": str(MAX_PIXELS)}
        context.thread_type = "NONE"
        context.thread_count = 1
        self._waiting: Literal["", "time", "key"] = ""
        self._aspects: list[tuple[float, float]] = []

    def _describe(self) -> None:
        stream, container = self._stream, self._container
        width, height = stream.codec_context.width, stream.codec_context.height
        if width * height > MAX_PIXELS:
            raise RequestError(
                f"The {self.kind} {self.name} is too large: {width}x{height}.", hint="Use one of at most 8K."
            )
        rates = [rate for rate in (stream.average_rate, stream.guessed_rate) if rate]
        if rates and min(rates) > MAX_FPS:
            raise RequestError(
                f"The {self.kind} {self.name} claims {float(min(rates)):.0f} frames a second.", hint=_HINT
            )
        rate = next((rate for rate in rates if rate <= MAX_FPS), None)
        self.frame_s = 1 / float(rate) if rate else 0.04
        self._orienter = Orienter()
        self._clock = FrameClock(round(self.frame_s / self._base))
        self._origin_s = zero_s(container)
        self.pixel_aspect = _pixel_aspect(stream.sample_aspect_ratio) or 1.0
        self._aspects_count: bool | None = None
        # Of others it is a guess, or what somebody wrote into a header before the end was known.
        exact = "mp4" in container.format.name and stream.frames
        self.promised_s = float(stream.duration * self._base) if stream.duration and exact else None

    def _choose_stream(self) -> VideoStream:
        moving = moving_pictures(self._container)
        if not moving:
            raise RequestError(f"{self.name} holds no moving picture.", hint="Use a file with a video track.")
        for stream in moving:
            try:
                if stream.codec_context.width > 0 and stream.codec_context.height > 0:
                    return stream
            except AttributeError:
                continue  # FFmpeg knows no decoder for it
        raise RequestError(f"The picture of {self.name} is larger than 8K, damaged, or of an unknown kind.", hint=_HINT)

    def pixel_aspect_at(self, time_s: float) -> float:
        """Width of a stored pixel to its height in the latest frame that was given, or one a little before it.

        A broadcast that changes between 4:3 and 16:9 changes nothing else.
        """
        return next((aspect for since_s, aspect in reversed(self._aspects) if since_s <= time_s), self.pixel_aspect)

    def seek(self, time_s: float) -> None:
        """What is asked for next, frames or a skim, begins with the picture that is seen at a time.

        It comes at that time or before it. Only where the recording itself has no picture yet the first comes later.
        """
        self._sought_s = time_s

    def _from_where_sought(self, begin: Callable[[], Iterator[Timed]]) -> Iterator[Timed]:
        """Frames from the time that was sought, or from here on; the first frame after a jump shows where it landed."""
        if self._sought_s is None:
            yield from begin()
            return
        time_s, self._sought_s = self._sought_s, None
        lead_s, damaged, holes = self._lead_s, self.damaged, len(self.holes)
        while True:
            at_start = not self._jump(time_s - lead_s, reopen=lead_s > time_s)
            frames = begin()
            first = next(frames, None)
            if at_start and first is not None:
                self._first_s = first[0]
            if at_start or (first is not None and (first[0] <= time_s + _NOTHING_S or first[0] == self._first_s)):
                break
            self.damaged = damaged  # what a jump into the middle meets is no damage
            del self.holes[holes:]
            lead_s = max(2 * lead_s, _FIRST_LEAD_S)
        if not at_start:
            self._lead_s = lead_s
        if first is not None:
            yield first
            yield from frames

    def _wait(self) -> None:
        """Behind a jump: decide what pictures have to wait for."""
        context, self._stated = self._stream.codec_context, 0
        if self._container.format.name == "mpeg":
            self._waiting = "time"
        else:
            self._waiting = "" if context.codec.canonical_name in _VOUCHES else "key"

    def _jump(self, time_s: float, *, reopen: bool) -> bool:
        """Go to about a time, or to the start where that cannot be; whether it is elsewhere than at the start.

        Args:
            reopen: Go to the start at once: of some files no jump leads there.
        """
        import av

        self._orienter.forget()
        if not reopen:
            self._learn_aspect()
            try:
                self._container.seek(math.floor((self._origin_s + time_s) / self._base), stream=self._stream)
            except av.FFmpegError:
                pass
            else:
                self._clock.restart(at_start=False)
                self._aspects.clear()
                self._wait()
                return True
        self.close()
        self._container = open_container(self._path, what="video")
        self._prepare()
        self._clock.restart(at_start=True)
        return False

    def frames(self, cancelled: Callable[[], bool], *, mend: bool = False) -> Iterator[Timed]:
        """Whole frames from here, or from where was sought: each with its time from the start of the clip, rising.

        They end where the file does, or at the first that cannot be read; `damaged` then says so.

        Args:
            mend: Whether to go on behind what cannot be read, at the next picture that needs no other; `holes` then
                says what is missing.

        Raises:
            ClipCancelled: `cancelled` said so.
        """
        return self._from_where_sought(lambda: self._make_frames(cancelled, mend=mend))

    def _make_frames(self, cancelled: Callable[[], bool], *, mend: bool) -> Iterator[Timed]:
        self._stream.codec_context.skip_frame = "DEFAULT"
        deinterlacer = Deinterlacer()
        latest_s = -math.inf
        for decoded in self._decode(cancelled, mend=mend):
            ready = deinterlacer.feed(decoded)
            self.deinterlaced = self.deinterlaced or deinterlacer.engaged
            for frame in ready:
                time_s = float((frame.pts or 0) * (frame.time_base or self._base)) - self._origin_s
                if time_s > latest_s:
                    latest_s = time_s
                    yield time_s, frame

    def skim(self, cancelled: Callable[[], bool], *, every: bool = False) -> Iterator[Timed]:
        """Frames from here, or from where was sought, to look at: half the work of `frames`, past what cannot be read.

        They are as stored (interlaced ones stay so), and those that no other frame needs are left out unless `every`
        is asked for, or too few would remain to follow what moves.

        Raises:
            ClipCancelled: `cancelled` said so.
        """
        return self._from_where_sought(lambda: self._skim(cancelled, every=every))

    def _skim(self, cancelled: Callable[[], bool], *, every: bool) -> Iterator[Timed]:
        context = self._stream.codec_context
        context.skip_frame = "DEFAULT" if every else "NONREF"
        latest_s: float | None = None
        for _, decoded in self._packets(cancelled):
            if decoded is None:
                self.damaged = self.damaged or latest_s is not None
                continue
            for frame in decoded:
                ticks = self._clock.ticks(frame)
                self._orienter.hold(frame)
                if frame.is_corrupt or ticks is None:
                    self.damaged = self.damaged or latest_s is not None
                    continue
                time_s = self._seconds(ticks)
                if latest_s is not None and time_s <= latest_s:
                    continue
                if latest_s is not None and time_s - latest_s > LONGEST_SKIP_S:
                    context.skip_frame = "DEFAULT"
                latest_s = time_s
                yield time_s, frame

    def _decode(self, cancelled: Callable[[], bool], *, mend: bool) -> Iterator[VideoFrame | None]:
        """Decoded frames, all with a time, and None behind the last."""
        begun = broken = False
        latest = 0
        sent: list[int] = []  # times of packets, until a later frame has come
        for packet_ticks, decoded in self._packets(cancelled):
            sent += [] if packet_ticks is None else [packet_ticks]
            if decoded is None and begun:
                # A recording may begin inside a group of pictures; after its first whole frame nothing may be missing.
                self.damaged = broken = True
                if not mend:
                    break
            for frame in decoded or ():
                ticks = self._clock.ticks(frame)
                self._orienter.hold(frame)
                if begun and (frame.is_corrupt or (mend and self._misses(sent, latest, ticks))):
                    self.damaged = broken = True
                    if not mend:
                        yield None
                        return
                if frame.is_corrupt or ticks is None or (broken and not frame.key_frame):
                    continue
                if broken:
                    self.holes.append((self._seconds(latest), self._seconds(ticks)))
                frame.pts = ticks
                begun, broken, latest = True, False, ticks
                sent = [one for one in sent if one > latest]
                yield frame
        yield None

    def _packets(self, cancelled: Callable[[], bool]) -> Iterator[tuple[int | None, list[VideoFrame] | None]]:
        """Each packet's time and its frames; None where it cannot be read."""
        import av

        packets = self._container.demux(self._stream)
        while True:
            if cancelled():
                raise ClipCancelled(f"reading {self.name} was cancelled")
            ticks = None
            decoded: list[VideoFrame] | None = None
            try:
                packet = next(packets, None)
                if packet is None:
                    return
                ticks = self._clock.packet_ticks(packet)
                decoded = self._counted(packet)
                self._note_aspect(ticks)
            except av.EOFError:
                return
            except av.FFmpegError:
                pass  # the caller is told by None
            yield ticks, decoded

    def _counted(self, packet: Packet[VideoStream]) -> list[VideoFrame]:
        """What a packet gives; behind a jump nothing until its time and what it is made from are certain."""
        decoded = packet.decode()
        if self._waiting == "time":
            self._stated += packet.pos is not None
            self._waiting = "key" if self._stated >= _STATED and packet.is_keyframe else "time"
        if not self._waiting:
            return decoded
        if self._waiting == "time":
            return []
        whole = list(itertools.dropwhile(lambda frame: not frame.key_frame, decoded))
        self._waiting = "" if whole else "key"
        return whole

    def _learn_aspect(self) -> None:
        """Look at the first picture, if none was looked at yet."""
        if self._aspects_count is None:
            any(self._aspects_count is not None or decoded for _, decoded in self._packets(lambda: False))
            self._aspects_count = self._aspects_count is not False  # where nothing is stated, what comes counts

    def _note_aspect(self, ticks: int | None) -> None:
        """See whether pixels have another shape from the picture of a packet on."""
        aspect = _pixel_aspect(self._stream.codec_context.sample_aspect_ratio)
        if aspect is None or ticks is None:
            return
        if self._aspects_count is None:
            # Where a container states another shape than its pictures do, it is the container that players believe.
            self._aspects_count = aspect == self.pixel_aspect
        if self._aspects_count and aspect != (self._aspects[-1][1] if self._aspects else self.pixel_aspect):
            self._aspects.append((self._seconds(ticks), aspect))

    def _misses(self, sent: list[int], latest: int, ticks: int | None) -> bool:
        """Whether packets between two frames gave none, and not only one that was never to be seen by itself."""
        if ticks is None:
            return False
        silent_s = float((ticks - latest) * self._base)
        return silent_s > max(LONGEST_SKIP_S, 3 * self.frame_s) and any(latest < one < ticks for one in sent)

    def _seconds(self, ticks: int) -> float:
        return float(ticks * self._base) - self._origin_s


def _pixel_aspect(stated: Fraction | None) -> float | None:
    """A stated shape of pixels, where it can be meant."""
    return float(stated) if stated and 0.25 <= stated <= 4 else None
