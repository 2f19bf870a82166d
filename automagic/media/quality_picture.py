"""What the picture of a finished file holds: its container, its frames, black and frozen stretches.

    packets ──▶ how many frames, at which times          all of them, nothing is decoded for this
    reference frames ──▶ every 8th pixel of every 8th row of the luma plane ──▶ black? same as before?

Frames that no other frame refers to are not decoded: with x264's usual B-frames that is about half of the work, and a
sample every two to four frames is left, close enough for stretches of 0.3 s and more.
"""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Grid = NDArray[np.int16]

STRIDE = 8
BLACK_LUMA = 22
"""Limited-range luma (16 is black) up to which a point counts as black: a dark theme's ground lies above."""
BLACK_SHARE = 0.995
CHANGE_LUMA = 6
"""A point has changed when its luma differs by more; what a key frame's new quantisation does stays below."""
CHANGED_SHARE = 0.0005
"""Fewer changed points than this, and the picture stands still."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Seconds from the start of the video."""

    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """How long it lasts."""
        return self.end_s - self.start_s


@dataclass(slots=True)
class PictureFacts:
    """What was read from the video track; `damage` is empty for a sound file.

    Attributes:
        frames: Packets, each of which is one frame.
        start_s, end_s: When the first frame appears and the last one ends.
        gaps: Times after which a frame is late or missing.
        colors: "primaries/transfer/matrix/range", such as "bt709/bt709/bt709/tv".
        kbps: Mean bit rate of the video packets.
    """

    width: int = 0
    height: int = 0
    fps: float = 0.0
    codec: str = ""
    pixel_format: str = ""
    colors: str = ""
    frames: int = 0
    start_s: float = 0.0
    end_s: float = 0.0
    kbps: float = 0.0
    gaps: list[float] = field(default_factory=list)
    black: list[Stretch] = field(default_factory=list)
    frozen: list[Stretch] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)


def read_picture(
    path: Path, *, black_s: float, frozen_s: float, cancelled: threading.Event | None = None
) -> PictureFacts:
    """Read the first video track; never raises for a damaged file, but says so in `damage`.

    Args:
        path: The file.
        black_s, frozen_s: Shorter stretches are not reported.
        cancelled: Looked at for each frame; ends the reading early.
    """
    import av

    facts = PictureFacts()
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                facts.damage.append("the file holds no video track")
                return facts
            stream = container.streams.video[0]
            _read_header(stream, facts)
            _read_frames(container, stream, facts, (black_s, frozen_s), cancelled or threading.Event())
    except (av.FFmpegError, OSError) as error:
        facts.damage.append(f"reading stopped: {error.strerror or error}")
    return facts


def _read_header(stream: Any, facts: PictureFacts) -> None:
    context = stream.codec_context
    facts.width, facts.height = context.width, context.height
    facts.fps = float(stream.average_rate or 0)
    facts.codec = context.name
    facts.pixel_format = context.pix_fmt or ""
    named = {1: "bt709", 2: "unknown"}
    codes = (context.color_primaries, context.color_trc, context.colorspace)
    spread = {1: "tv", 2: "pc"}.get(int(context.color_range), "unknown")
    facts.colors = "/".join([*(named.get(int(code), str(int(code))) for code in codes), spread])


def _read_frames(
    container: Any, stream: Any, facts: PictureFacts, limits: tuple[float, float], cancelled: threading.Event
) -> None:
    import av

    stream.codec_context.skip_frame = "NONREF"
    stream.thread_type = "SLICE"
    base = float(stream.time_base)
    times: list[float] = []
    size = 0
    watch = _Watch(*limits)
    for packet in container.demux(stream):
        if cancelled.is_set():
            return
        if packet.pts is not None:
            times.append(packet.pts * base)
            size += packet.size
            facts.end_s = max(facts.end_s, (packet.pts + (packet.duration or 0)) * base)
        try:
            for frame in packet.decode():
                if frame.is_corrupt:
                    facts.damage.append(f"the frame at {frame.time:.2f} s is damaged")
                watch.see(frame.time or 0.0, _sample(frame))
        except av.FFmpegError as error:
            facts.damage.append(
                f"a frame near {times[-1] if times else 0:.2f} s cannot be decoded: {error.strerror or error}"
            )
    times.sort()
    facts.frames = len(times)
    if times:
        facts.start_s = times[0]
        step = 1 / facts.fps if facts.fps else 0.0
        facts.gaps = [early for early, late in itertools.pairwise(times) if late - early > 1.5 * step]
        facts.kbps = size * 8 / 1000 / max(facts.end_s - facts.start_s, step, 1e-6)
    watch.end(facts.end_s)
    facts.black, facts.frozen = watch.black, watch.frozen


def _sample(frame: Any) -> Grid:
    """Every `STRIDE`th point of the luma plane."""
    plane = frame.planes[0]
    rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
    grid: Grid = rows[: frame.height : STRIDE, : frame.width : STRIDE].astype(np.int16)
    return grid


class _Watch:
    """Follows black and frozen stretches from sample to sample."""

    def __init__(self, black_s: float, frozen_s: float) -> None:
        self.black: list[Stretch] = []
        self.frozen: list[Stretch] = []
        self._black_s, self._frozen_s = black_s, frozen_s
        self._black_since: float | None = None
        self._still_since = 0.0
        self._still: Grid | None = None

    def see(self, time_s: float, grid: Grid) -> None:
        is_black = bool(np.mean(grid <= BLACK_LUMA) >= BLACK_SHARE)
        if is_black and self._black_since is None:
            self._black_since = time_s
        if not is_black:
            self._end_black(time_s)
        # Compared with the picture at which the stretch began, so that the slowest move adds up to a change.
        if self._still is None or np.mean(np.abs(grid - self._still) > CHANGE_LUMA) >= CHANGED_SHARE:
            self._end_still(time_s)
            self._still, self._still_since = grid, time_s

    def end(self, time_s: float) -> None:
        self._end_black(time_s)
        self._end_still(time_s)

    def _end_black(self, time_s: float) -> None:
        if self._black_since is not None and time_s - self._black_since >= self._black_s:
            self.black.append(Stretch(self._black_since, time_s))
        self._black_since = None

    def _end_still(self, time_s: float) -> None:
        if self._still is not None and time_s - self._still_since >= self._frozen_s:
            self.frozen.append(Stretch(self._still_since, time_s))


def has_faststart(path: Path) -> bool:
    """Whether an MP4's index (`moov`) stands before its media (`mdat`), so that it plays while it loads."""
    with path.open("rb") as file:
        while len(header := file.read(8)) == 8:
            size, kind = int.from_bytes(header[:4]), header[4:]
            if kind in {b"moov", b"mdat"}:
                return kind == b"moov"
            if size == 1:
                size = int.from_bytes(file.read(8)) - 8
            if size < 8:
                return False
            file.seek(size - 8, 1)
    return False
