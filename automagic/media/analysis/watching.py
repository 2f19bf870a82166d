"""What a recording shows: its shots, who is seen in them and whose mouth moves, in one pass over small copies.

    skim ─▶ every frame:  thumbnail ──▶ cuts              certain 0.4 s later; until then looks wait
       │                  patches of known faces ──▶ mouths
       └──▶ 5 a second:   RGB copy ──▶ faces, what catches the eye
                                            └──▶ at a cut: tracks ──▶ CameraShot

Only what is seen in the shot that runs is held, so that memory does not grow with the pictures.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from automagic.errors import RequestError
from automagic.media.analysis.camera_cuts import LEAST_CHANGE, CutFinder, FrameChange, measure_change
from automagic.media.faces.looks import FaceLooker
from automagic.media.faces.tracks import FrameFaces, follow_faces
from automagic.media.video.containers import moving_pictures, open_recording
from automagic.media.video.extents import measure_extent
from automagic.media.video.small_copies import THUMB_HEIGHT, THUMB_WIDTH, luma_of, thumbnail, turn_of, upright_size
from automagic.media.video.source import MAX_RECORDING_BYTES, ClipSource, open_source
from automagic.values.recording import CameraShot, Extent, Footage

if TYPE_CHECKING:
    from av import VideoFrame
    from numpy.typing import NDArray

    from automagic.media.analysis.camera_cuts import Thumb
    from automagic.media.video.small_copies import Luma

LOOKS_A_SECOND = 5.0

_COLUMNS, _ROWS = 32, 18
"""Strips in which it is summed up what catches the eye."""

_EARLY_S = 0.01
"""A frame that comes at most this long before a look's time is used for it."""

_MOVED_LUMA = 5.0
"""A point of the thumbnail has moved when its luma differs by more from look to look; noise stays below."""

_STILL_S = 2.0
_NO_FRAME_S = 1.0
"""Where no picture comes for this long, the one before stands still."""

_MOTION_WEIGHT = 3.0
"""Of what moves against what has edges, both measured in levels of luma."""


def watch(
    video: Path,
    *,
    extent: Extent | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    on_progress: Callable[[float], None] | None = None,
) -> Footage:
    """See what a recording shows; one of sound only has no shots.

    Args:
        extent: Of the recording; None to measure it.
        cancelled: Asked about once for each frame.
        on_progress: Told the finished share, 0..1.

    Raises:
        RequestError: It cannot be read, or no picture of it can.
        ClipCancelled: `cancelled` said so.
    """
    cv2.setNumThreads(1)
    extent = extent or measure_extent(video, cancelled=cancelled)
    footage = replace(describe_recording(video), duration_s=extent.duration_s, picture=extent.picture)
    if not footage.width:
        return footage
    with open_source(video, kind="recording", largest_bytes=MAX_RECORDING_BYTES) as source:
        watcher = _Watcher()
        for time_s, frame in source.skim(cancelled):
            watcher.see(time_s, frame, source.pixel_aspect_at(time_s))
            if on_progress is not None:
                on_progress(min(time_s / max(footage.duration_s, time_s, 0.001), 1.0))
        if not watcher.first_size:
            raise _undecodable(video)
        duration_s = max(watcher.latest_s + source.frame_s, footage.duration_s)
        shots, changes = watcher.end(duration_s)
        shots = _place_exactly(shots, changes, source, cancelled)
    if on_progress is not None:
        on_progress(1.0)
    width, height = watcher.first_size
    return replace(footage, width=width, height=height, duration_s=duration_s, shots=shots)


def describe_recording(video: Path) -> Footage:
    """What a recording is by its own account, without its shots: nothing but a first frame is decoded.

    Its length is what it states; see `extents` for the real one.

    Raises:
        RequestError: It cannot be read, or no picture of it can.
    """
    with open_recording(video) as container:
        has_sound = bool(container.streams.audio)
        has_picture = bool(moving_pictures(container))
        whole_s = (container.duration or 0) / 1_000_000
    if not has_picture:
        if not has_sound:
            raise RequestError(f"{video.name} holds neither picture nor sound.", hint="Use a video or a sound file.")
        return Footage(0, 0, 0.0, whole_s, has_sound=True)
    with open_source(video, kind="recording", largest_bytes=MAX_RECORDING_BYTES) as source:
        first = next(source.skim(lambda: False), None)
        if first is None:
            raise _undecodable(video)
        width, height = upright_size(first[1], source.pixel_aspect)
        return Footage(width, height, round(1 / source.frame_s, 3), whole_s, has_sound=has_sound)


def _undecodable(video: Path) -> RequestError:
    return RequestError(
        f"No picture of the recording {video.name} can be decoded.", hint="Use a complete file that plays elsewhere."
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """One look: the faces, where edges are, and where something moved since the look before (sums of each strip)."""

    look: FrameFaces
    edges: NDArray[np.float32]
    motion: NDArray[np.float32]
    moving: float


class _Watcher:
    """Takes the frames in order and finishes a shot when its end is certain."""

    def __init__(self) -> None:
        self._cuts = CutFinder()
        self._faces = FaceLooker()
        self._open: list[_Seen] = []
        self._shots: list[CameraShot] = []
        self._changes: list[FrameChange] = []
        self._start_s = 0.0
        self._next_look_s = 0.0
        self._thumb: NDArray[np.float32] | None = None  # of the latest look
        self._size: tuple[int, int] | None = None
        self.first_size: tuple[int, int] | None = None
        self.latest_s = 0.0

    def see(self, time_s: float, frame: VideoFrame, pixel_aspect: float) -> None:
        """Take the next frame."""
        from av.video.frame import PictureType

        size = upright_size(frame, pixel_aspect)
        if size != self._size:
            self._begin_anew(time_s)
            self._size, self.first_size = size, self.first_size or size
        self.latest_s = time_s
        luma, turn = luma_of(frame), turn_of(frame)
        thumb = thumbnail(luma, turn)
        for change in self._cuts.see(time_s, thumb, intra=frame.pict_type == PictureType.I):
            self._close(change)
        if time_s >= self._next_look_s - _EARLY_S:
            # On the grid, so that the looks keep their rate whatever that of the frames is.
            self._next_look_s = (int((time_s + _EARLY_S) * LOOKS_A_SECOND) + 1) / LOOKS_A_SECOND
            self._look(time_s, frame, luma, turn, thumb, pixel_aspect)
        else:
            self._faces.follow_mouths(luma, turn)

    def _begin_anew(self, time_s: float) -> None:
        """From here on the picture has another size or shape: another shot, whatever it shows."""
        if self._size is None:
            return
        for change in self._cuts.end():
            self._close(change)
        self._close(FrameChange(self.latest_s, time_s, intra=True))
        self._cuts = CutFinder()
        self._faces.forget()
        self._thumb = None
        self._next_look_s = time_s

    def _look(self, time_s: float, frame: VideoFrame, luma: Luma, turn: int, thumb: Thumb, pixel_aspect: float) -> None:
        before = thumb if self._thumb is None else self._thumb
        afresh = measure_change(before, thumb) >= LEAST_CHANGE
        look, copy = self._faces.look(time_s, frame, luma, turn, pixel_aspect, afresh=afresh)
        moved = np.abs(thumb - before)
        moved[moved <= _MOVED_LUMA] = 0.0
        self._open.append(_Seen(look, _sum_strips(_find_edges(copy)), _sum_strips(moved), float((moved > 0).mean())))
        self._thumb = thumb

    def _close(self, change: FrameChange) -> None:
        """End the shot that runs between two frames."""
        self._changes.append(change)
        mine = [seen for seen in self._open if seen.look.time_s < change.after_s]
        self._open = self._open[len(mine) :]
        self._shots.append(self._make_shot(mine, change.after_s))
        self._start_s = change.after_s

    def end(self, end_s: float) -> tuple[tuple[CameraShot, ...], tuple[FrameChange, ...]]:
        """The shots, and the changes between them; the last shot lasts until `end_s`."""
        for change in self._cuts.end():
            self._close(change)
        self._shots.append(self._make_shot(self._open, end_s))
        return tuple(self._shots), tuple(self._changes)

    def _make_shot(self, seen: Sequence[_Seen], end_s: float) -> CameraShot:
        width, height = self._size or (1, 1)
        if not seen:
            return CameraShot(self._start_s, end_s, width=width, height=height)
        # What "moved" up to the first look did so at the cut.
        eye = np.sum([one.edges for one in seen], axis=0)
        eye += _MOTION_WEIGHT * np.sum([one.motion for one in seen[1:]], axis=0)
        moving = float(np.median([one.moving for one in seen[1:] or seen]))
        faces = follow_faces([one.look for one in seen], picture_aspect=width / height)
        columns, rows = _shares(eye[:_COLUMNS]), _shares(eye[_COLUMNS:])
        still = _find_still(seen)
        return CameraShot(self._start_s, end_s, faces, columns, rows, round(moving, 3), still, width, height)


def _find_still(seen: Sequence[_Seen]) -> tuple[tuple[float, float], ...]:
    """Where the picture of a shot stands still, as far as looks tell."""
    found: list[tuple[float, float]] = []
    for before, after in itertools.pairwise(seen):
        start_s, end_s = before.look.time_s, after.look.time_s
        if after.moving > 0 and end_s - start_s < _NO_FRAME_S:
            continue
        if found and found[-1][1] == start_s:
            start_s = found.pop()[0]
        found.append((start_s, end_s))
    return tuple((round(start_s, 3), round(end_s, 3)) for start_s, end_s in found if end_s - start_s >= _STILL_S)


def _find_edges(copy: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How strong edges are in each point of a thumbnail, in levels of luma."""
    grey = copy[:, :, 1].astype(np.float32)
    edges = np.zeros_like(grey)
    edges[:, 1:] += np.abs(np.diff(grey, axis=1))
    edges[1:] += np.abs(np.diff(grey, axis=0))
    small: NDArray[np.float32] = cv2.resize(edges, (THUMB_WIDTH, THUMB_HEIGHT), interpolation=cv2.INTER_AREA)  # type: ignore[assignment]  # OpenCV's stubs know no element types
    return small


def _sum_strips(thumb: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sums of the columns, then of the rows."""
    columns = thumb.sum(axis=0).reshape(_COLUMNS, -1).sum(axis=1)
    rows = thumb.sum(axis=1).reshape(_ROWS, -1).sum(axis=1)
    return np.concatenate([columns, rows])


def _shares(sums: NDArray[np.float32]) -> tuple[float, ...]:
    total = float(sums.sum())
    return tuple(round(float(value) / total, 4) for value in sums) if total > 0 else ()


def _place_exactly(
    shots: tuple[CameraShot, ...], changes: Sequence[FrameChange], source: ClipSource, cancelled: Callable[[], bool]
) -> tuple[CameraShot, ...]:
    """The shots with each cut on its first frame, where frames that were left out lie between those it was seen in."""
    placed = list(shots)
    for index, change in enumerate(changes):
        if change.intra or change.after_s - change.before_s < 1.5 * source.frame_s:
            continue
        at_s = _find_change(source, change, cancelled)
        placed[index] = replace(placed[index], end_s=at_s)
        placed[index + 1] = replace(placed[index + 1], start_s=at_s)
    return tuple(placed)


def _find_change(source: ClipSource, change: FrameChange, cancelled: Callable[[], bool]) -> float:
    """The time of the frame that differs most from the one before it."""
    found = (0.0, change.after_s)
    before = None
    source.seek(change.before_s)
    for time_s, frame in source.skim(cancelled, every=True):
        if time_s < change.before_s - source.frame_s / 2:
            continue
        thumb = thumbnail(luma_of(frame), turn_of(frame))
        if before is not None and time_s > change.before_s:
            found = max(found, (measure_change(before, thumb), time_s))
        before = thumb
        if time_s >= change.after_s - source.frame_s / 4:
            break
    return found[1]
