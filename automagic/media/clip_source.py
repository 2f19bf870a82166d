"""A video file that somebody else made, opened with care: what it holds, its frames in order, where it breaks off.

Nothing that it says about itself is believed: sizes are bounded before anything is decoded, formats that can point at
other files or hosts are not opened, and what is decoded is counted rather than promised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.errors import RequestError
from automagic.media.clip_frames import Deinterlacer

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer
    from av.video.stream import VideoStream

MAX_BYTES = 4 << 30
MAX_RECORDING_BYTES = 64 << 30
"""Of a long recording: six hours at 24 Mbit/s."""
MAX_DURATION_S = 6 * 3600.0
MAX_PIXELS = 8192 * 4320
MAX_FPS = 1000

LONGEST_SKIP_S = 0.2
"""Where skimming leaves out more at a time, it stops leaving out."""

_FORMATS = "mov,matroska,avi,mpegts,mpeg,asf,flv,ogg,gif"
"""Containers that are opened, as FFmpeg names them: none can make it open another file or a connection."""

_HINT = "Use a complete MP4, MOV, WebM or MKV file that plays elsewhere."


class ClipCancelled(Exception):
    """Preparing was stopped because `cancelled` said so; no file is left."""


@contextmanager
def open_source(path: Path, *, kind: str = "clip", largest_bytes: int = MAX_BYTES) -> Iterator[ClipSource]:
    """Open a video file and check it.

    Args:
        kind: What errors call it: "clip", "recording".
        largest_bytes: A larger file is refused.

    Raises:
        RequestError: It cannot be read, is no video, has no moving picture, or is too large or too long.
    """
    import av

    try:
        if not path.is_file():
            raise RequestError(f"The {kind} {path.name} {'is not a file' if path.exists() else 'does not exist'}.")
        if path.stat().st_size > largest_bytes:
            raise RequestError(f"The {kind} {path.name} is larger than {largest_bytes >> 30} GB.", hint="Cut it first.")
        container = av.open(
            f"file:{path.resolve()}",
            options={"format_whitelist": _FORMATS, "protocol_whitelist": "file", "max_pixels": str(MAX_PIXELS)},
        )
    except OSError as error:  # FFmpeg's own errors, too
        if isinstance(error, PermissionError):
            raise RequestError(f"The {kind} {path.name} may not be read.", hint="Check its permissions.") from error
        raise RequestError(f"{path.name} is not a video that can be read.", hint=_HINT) from error
    except (av.FFmpegError, ValueError) as error:
        raise RequestError(f"{path.name} is not a video that can be read.", hint=_HINT) from error
    try:
        yield ClipSource(path.name, container, kind)
    finally:
        container.close()


class ClipSource:
    """An open video file.

    Attributes:
        name: For errors.
        kind: What errors call it.
        pixel_aspect: Width of a stored pixel to its height.
        promised_s: How long its picture lasts by its own account; None when it does not say.
        damaged: Whether decoding met something unreadable.
        holes: What `frames` left out since it could not be read: from the last frame before to the first one after.
        deinterlaced: Whether it was interlaced, so far.
        frame_s: How long a frame usually stands.
    """

    def __init__(self, name: str, container: InputContainer, kind: str = "clip") -> None:
        import av

        self.name, self.kind = name, kind
        self.damaged = False
        self.holes: list[tuple[float, float]] = []
        self.deinterlaced = False
        self._container = container
        self._stream = self._choose_stream()
        context = self._stream.codec_context
        if context.width * context.height > MAX_PIXELS:
            raise RequestError(
                f"The {kind} {name} is too large: {context.width}x{context.height}.", hint="Use one of at most 8K."
            )
        rate = self._stream.average_rate or self._stream.guessed_rate
        if rate is not None and rate > MAX_FPS:
            raise RequestError(f"The {kind} {name} claims {float(rate):.0f} frames a second.", hint=_HINT)
        context.options = {"max_pixels": str(MAX_PIXELS)}
        context.thread_type = "NONE"
        context.thread_count = 1
        self.frame_s = 1 / float(rate) if rate else 0.04
        base: Fraction | None = self._stream.time_base
        if base is None:
            raise RequestError(f"The {kind} {name} has no times.", hint=_HINT)
        self._base = base
        self._origin_s = float((self._stream.start_time or 0) * base)
        aspect = self._stream.sample_aspect_ratio
        self.pixel_aspect = float(aspect) if aspect and 0.25 <= aspect <= 4 else 1.0
        self.promised_s = float(self._stream.duration * base) if self._stream.duration else None
        if self.promised_s is None and len(container.streams) == 1 and container.duration:
            self.promised_s = container.duration / av.time_base
        if (self.promised_s or 0.0) > MAX_DURATION_S:
            raise RequestError(
                f"The {kind} {name} is longer than {MAX_DURATION_S / 3600:.0f} hours.", hint="Cut it first."
            )

    def _choose_stream(self) -> VideoStream:
        from av.stream import Disposition

        # A song's cover is a video stream of one picture.
        covers = Disposition.attached_pic | Disposition.still_image
        moving = [stream for stream in self._container.streams.video if not stream.disposition & covers]
        if not moving:
            raise RequestError(f"{self.name} holds no moving picture.", hint="Use a file with a video track.")
        for stream in moving:
            try:
                if stream.codec_context.width > 0 and stream.codec_context.height > 0:
                    return stream
            except AttributeError:
                continue  # FFmpeg knows no decoder for it
        raise RequestError(f"The picture of {self.name} is larger than 8K, damaged, or of an unknown kind.", hint=_HINT)

    def seek(self, time_s: float) -> None:
        """Go to the key frame at or before a time; where a file cannot be sought, frames come from where it stands."""
        import av

        try:
            self._container.seek(int((self._origin_s + time_s) / self._base), stream=self._stream)
        except av.FFmpegError:
            if time_s <= 0:
                raise

    def frames(self, cancelled: Callable[[], bool], *, mend: bool = False) -> Iterator[tuple[float, VideoFrame]]:
        """Whole frames from here on, each with its time from the start of the clip, in rising order.

        They end where the file does, or at the first that cannot be read; `damaged` then says so.

        Args:
            mend: Whether to go on behind what cannot be read, at the next picture that needs no other; `holes` then
                says what is missing.

        Raises:
            ClipCancelled: `cancelled` said so.
        """
        deinterlacer = Deinterlacer()
        latest_s = -1.0
        for decoded in self._decode(cancelled, mend=mend):
            ready = deinterlacer.feed(decoded)
            self.deinterlaced = self.deinterlaced or deinterlacer.engaged
            for frame in ready:
                time_s = float((frame.pts or 0) * (frame.time_base or self._base)) - self._origin_s
                if time_s > latest_s:
                    latest_s = time_s
                    yield time_s, frame

    def skim(self, cancelled: Callable[[], bool], *, every: bool = False) -> Iterator[tuple[float, VideoFrame]]:
        """Frames from here on to look at: half the work of `frames`, and past what cannot be read.

        They are as stored (interlaced ones stay so), and those that no other frame needs are left out unless `every`
        is asked for, or too few would remain to follow what moves.

        Raises:
            ClipCancelled: `cancelled` said so.
        """
        import av

        context = self._stream.codec_context
        context.skip_frame = "DEFAULT" if every else "NONREF"
        latest_s = -1.0
        packets = self._container.demux(self._stream)
        while True:
            if cancelled():
                raise ClipCancelled(f"looking through {self.name} was cancelled")
            try:
                packet = next(packets, None)
            except av.EOFError:
                break
            except av.FFmpegError:
                self.damaged = True
                break
            if packet is None:
                break
            try:
                decoded = packet.decode()
            except av.EOFError:
                continue
            except av.FFmpegError:
                self.damaged = self.damaged or latest_s >= 0
                continue
            for frame in decoded:
                ticks = frame.pts if frame.pts is not None else frame.dts
                if frame.is_corrupt or ticks is None:
                    self.damaged = self.damaged or latest_s >= 0
                    continue
                time_s = float(ticks * (frame.time_base or self._base)) - self._origin_s
                if time_s <= latest_s:
                    continue
                if latest_s >= 0 and time_s - latest_s > LONGEST_SKIP_S:
                    context.skip_frame = "DEFAULT"
                latest_s = time_s
                yield time_s, frame

    def _decode(self, cancelled: Callable[[], bool], *, mend: bool) -> Iterator[VideoFrame | None]:
        """Decoded frames, all with a time, and None behind the last."""
        begun = broken = False
        latest = -1
        sent: list[int] = []  # times of packets, until a later frame has come
        for packet_pts, decoded in self._packets(cancelled):
            sent += [] if packet_pts is None else [packet_pts]
            if decoded is None and begun:
                # A recording may begin amid a group of pictures; behind its first whole frame nothing may be missing.
                self.damaged = broken = True
                if not mend:
                    break
            for frame in decoded or ():
                if begun and (frame.is_corrupt or (mend and self._misses(sent, latest, frame.pts))):
                    self.damaged = broken = True
                    if not mend:
                        yield None
                        return
                if frame.is_corrupt or (broken and not frame.key_frame):
                    continue
                if frame.pts is None:
                    frame.pts = latest + max(round(self.frame_s / self._base), 1)
                if broken:
                    self.holes.append((self._seconds(latest), self._seconds(frame.pts)))
                begun, broken, latest = True, False, frame.pts
                sent = [pts for pts in sent if pts > latest]
                yield frame
        yield None

    def _packets(self, cancelled: Callable[[], bool]) -> Iterator[tuple[int | None, list[VideoFrame] | None]]:
        """Each packet's time and what came of it; None where it cannot be read."""
        import av

        packets = self._container.demux(self._stream)
        while True:
            if cancelled():
                raise ClipCancelled(f"preparing {self.name} was cancelled")
            pts = None
            decoded: list[VideoFrame] | None = None
            try:
                packet = next(packets, None)
                if packet is None:
                    return
                pts = packet.pts
                decoded = packet.decode()
            except av.EOFError:
                return
            except av.FFmpegError:
                pass  # the caller is told by None
            yield pts, decoded

    def _misses(self, sent: list[int], latest: int, pts: int | None) -> bool:
        """Whether packets between two frames gave none, and not only one that was never to be seen by itself."""
        if pts is None:
            return False
        silent_s = float((pts - latest) * self._base)
        return silent_s > max(LONGEST_SKIP_S, 3 * self.frame_s) and any(latest < one < pts for one in sent)

    def _seconds(self, ticks: int) -> float:
        return float(ticks * self._base) - self._origin_s
