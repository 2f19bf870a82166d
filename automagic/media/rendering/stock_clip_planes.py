"""A prepared clip as the picture of a shot: which of its frames is seen when, and reading them one after the other.

    shot        ├ lead ┤──────────── frames ───────────┤ lead ┤      leads are seen in joins only
    long clip   ├──────────────────────────────────────────────────────── …     at its own speed
    short clip  ├───────────────────────────────────────────┤        slowed, to 0.6 of its speed at most
    very short  ├──────────────────╮
                ╭──────────────────╯                                 slowed, and to and fro
                ╰───────────────── …

A slowed clip blends neighbours: shown whole, each would stand for one frame here and for two there, and stutter.

A clip has a frame only where its source had one: ticks 0, 1, 2, 4, 5 at 25 frames a second in a video of 30. So a
slowed one blends what the camera saw, and no repetitions. Key frames stand close together (`clip.py`): any frame is
near, and playing backwards keeps few in memory.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import cv2
import numpy as np

from automagic.errors import MediaError
from automagic.media.video.encode import TICKS_PER_SECOND
from automagic.media.video.planes import Plane, Planes
from automagic.values.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av import VideoFrame

KEYFRAME_INTERVAL = 12
"""Frames between two key frames of a prepared clip, at most."""

SLOWEST = 0.6
"""A slower clip is seen to be one."""

LEAD_S = 0.2
"""Material kept for the joins before and after the shot."""

TURN_S = 0.5
"""How long a clip that turns round takes to do so: a movement that reverses within one frame looks like a fault."""

LONGEST_BLEND = 3
"""Frames further apart than this many ticks are not blended: a slide show changes at once."""

_NEAREST = 1 / 32
"""A position this close to a frame shows that frame alone."""


@dataclass(frozen=True, slots=True)
class ClipPace:
    """Which position of a clip is seen in a frame of its shot; both count frames of the video, from 0.

    Attributes:
        last: The clip's last position.
        offset: The position of the shot's first frame.
        speed: Frames of the clip to a frame of the shot.
        turn: Over how many frames of the clip a turn is rounded.
    """

    last: int
    offset: float
    speed: float
    turn: float = 0.0

    def position(self, index: int) -> float:
        """The position at a frame of the shot, which may lie before its first or behind its last."""
        way = self.offset + index * self.speed
        if self.turn == 0.0:
            return self._fold(way, self.last)
        # A rounded turn falls short by half its radius: the way is made that much longer, the result shifted back.
        span = self.last + self.turn
        place = self._fold(way + self.turn, span)
        place = self._round(place)
        return min(max(span - self._round(span - place) - self.turn / 2, 0.0), float(self.last))

    def _round(self, distance: float) -> float:
        """The distance from a turn: never below half the radius, reached without a jolt."""
        return distance if distance >= self.turn else (distance * distance + self.turn**2) / (2 * self.turn)

    @staticmethod
    def _fold(way: float, last: float) -> float:
        """Back and forth between 0 and `last`."""
        rest = way % (2 * last) if last > 0 else 0.0
        return 2 * last - rest if rest > last else rest


def pace_clip(clip_frames: int, shot_frames: int, fps: int) -> ClipPace:
    """Fit a clip to a shot: at its own speed if it is long enough, else slowed, else slowed and to and fro."""
    last = clip_frames - 1
    lead = round(LEAD_S * fps)
    spare = last - (shot_frames - 1)
    if spare >= 0:
        return ClipPace(last, min(lead, spare // 2), 1.0)
    speed = last / (shot_frames - 1 + 2 * lead)
    if speed >= SLOWEST:
        return ClipPace(last, lead * speed, speed)
    return ClipPace(last, lead * SLOWEST, SLOWEST, turn=min(TURN_S / 2 * fps * SLOWEST, last / 2))


class ClipPlanes:
    """The frames of a shot that shows a clip; a context manager.

    Args:
        path: A clip that `clip.prepare_clip` made for this geometry and rate.
        shot_frames: The shot's length.
        clip_frames: The clip's.

    Raises:
        MediaError: It cannot be read, or has another size.
    """

    def __init__(self, path: Path, *, shot_frames: int, clip_frames: int, frame: Frame) -> None:
        self._pace = pace_clip(clip_frames, shot_frames, frame.fps)
        self._shot_last = max(shot_frames - 1, 1)
        self._reader = ClipReader(path, frame)
        sizes = ((frame.width, frame.height), *((frame.width // 2, frame.height // 2),) * 2)
        self._canvas = Planes(*(np.empty((rows, columns), np.uint8) for columns, rows in sizes))
        self._large: Planes | None = None

    def at(self, progress: float, *, magnify: float = 1.0) -> Planes:
        """Draw one frame.

        The planes are this object's own memory, good until the next call; they may be drawn on.

        Args:
            progress: Of the shot, at one of its frames; a little below 0 and above 1 in joins.
            magnify: Additional magnification about the frame's middle, ≥ 1.
        """
        before, after, share = self._reader.read(self._pace.position(round(progress * self._shot_last)))
        for earlier, later, target in zip(before, after, self._canvas, strict=True):
            if share == 0.0:
                np.copyto(target, earlier)
            else:
                cv2.addWeighted(earlier, 1 - share, later, share, 0, dst=target)
        return self._canvas if magnify == 1.0 else self._magnify(magnify)

    def _magnify(self, factor: float) -> Planes:
        if self._large is None:
            self._large = Planes(*(np.empty_like(plane) for plane in self._canvas))
        for index, (source, target) in enumerate(zip(self._canvas, self._large, strict=True)):
            rows, columns = source.shape
            # A chroma sample stands beside the left of its two luma pixels, a quarter of its own width off its middle.
            middle = ((columns - 1) / 2 + (0.25 if index else 0.0), (rows - 1) / 2)
            matrix = np.array(
                [[1 / factor, 0, middle[0] * (1 - 1 / factor)], [0, 1 / factor, middle[1] * (1 - 1 / factor)]]
            )
            cv2.warpAffine(
                source,
                matrix,
                (columns, rows),
                dst=target,
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_REPLICATE,
            )
        return self._large

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reader.close()


class ClipReader:
    """The frames around any position of a prepared clip; cheap when asked for neighbours, in either direction.

    It holds two decoded frames going forward, and those behind one key frame going backward.

    Raises:
        MediaError: The clip cannot be read, or is none of this size and rate.
    """

    def __init__(self, path: Path, frame: Frame) -> None:
        import av

        self._name = path.name
        self._ticks = TICKS_PER_SECOND // frame.fps
        self._near: list[tuple[int, VideoFrame]] = []
        try:
            self._container = av.open(str(path), format="mp4")
        except (OSError, av.FFmpegError) as error:
            raise MediaError(f"the clip {path.name} cannot be read: {error}") from error
        self._stream = self._container.streams.video[0]
        context = self._stream.codec_context
        found = (context.width, context.height, self._stream.time_base)
        wanted = (frame.width, frame.height, Fraction(1, TICKS_PER_SECOND))
        if found != wanted:
            self._container.close()
            raise MediaError(f"the clip {path.name} is {found} instead of {wanted} (width, height, time base)")
        context.thread_type = "NONE"
        context.thread_count = 1
        self._decoded = self._decode()

    def read(self, position: float) -> tuple[Planes, Planes, float]:
        """The frames before and behind a position, and how much of the second is seen, 0..1.

        They are views, not to be written to, good while they are held.
        """
        if not self._near or not self._near[0][0] <= position < self._near[-1][0] + KEYFRAME_INTERVAL:
            self._jump(position)
        while self._near[-1][0] <= position:
            following = next(self._decoded, None)
            if following is None:
                break
            self._near = [self._near[-1], following]
        index = bisect.bisect_right(self._near, position, key=lambda near: near[0]) - 1
        tick, before = self._near[index]
        if index + 1 == len(self._near):
            if position - tick >= 1:
                raise MediaError(f"the clip {self._name} ends before its frame {int(position)}")
            return _view(before), _view(before), 0.0
        next_tick, after = self._near[index + 1]
        share = (position - tick) / (next_tick - tick)
        if share > 1 - _NEAREST:
            before, share = after, 0.0
        if share < _NEAREST or position.is_integer() or next_tick - tick > LONGEST_BLEND:
            share = 0.0
        return _view(before), _view(after), share

    def close(self) -> None:
        """Close the file."""
        self._near.clear()
        self._container.close()

    def _jump(self, position: float) -> None:
        """Decode from the key frame before, and keep all from there on: playing backwards needs them next."""
        import av

        self._near.clear()
        try:
            self._container.seek(int(position) * self._ticks, stream=self._stream)
        except av.FFmpegError as error:
            raise MediaError(f"the clip {self._name} cannot be read: {error}") from error
        self._decoded = self._decode()
        for near in self._decoded:
            self._near.append(near)
            if near[0] > position:
                break
        if not self._near or self._near[0][0] > position:
            raise MediaError(f"the clip {self._name} has no frame {int(position)}")

    def _decode(self) -> Iterator[tuple[int, VideoFrame]]:
        import av

        try:
            for picture in self._container.decode(self._stream):
                if isinstance(picture, av.VideoFrame) and picture.pts is not None:
                    yield picture.pts // self._ticks, picture
        except av.FFmpegError as error:
            raise MediaError(f"the clip {self._name} cannot be read: {error}") from error


def _view(picture: VideoFrame) -> Planes:
    return Planes(*(_view_plane(picture, index) for index in range(3)))


def _view_plane(picture: VideoFrame, index: int) -> Plane:
    plane = picture.planes[index]
    rows: Plane = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)  # type: ignore[call-overload]  # a buffer
    return rows[: plane.height, : plane.width]
