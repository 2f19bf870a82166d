"""Excerpts of a recording as silent, captioned video: decoded once, framed and encoded for each shape.

    recording ─ seek ─ decode ─ upright BT.709 ─┬─ crop, fit or split ─ caption ─ encode ─▶ shorts.mp4
                                                └─ crop, fit or split ─ caption ─ encode ─▶ square.mp4

A frame of the excerpt shows the recording's frame that is seen in the middle of its time, whatever the recording's
own rate, constant or not.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2

from automagic.errors import MediaError, RequestError
from automagic.media.analysis.cutting import CutTimeline
from automagic.media.captions.images import CaptionTrack
from automagic.media.framing.crops import Crop
from automagic.media.rendering.metering import Meter
from automagic.media.rendering.shot import SegmentReport
from automagic.media.video.encode import EncodeSettings, SegmentWriter
from automagic.media.video.frames import FrameConverter, View, direct_planes
from automagic.media.video.orientation import orientation_of
from automagic.media.video.source import MAX_RECORDING_BYTES, ClipSource, open_source
from automagic.values.clip_plan import KeptRange, ShotFraming
from automagic.values.cues import CaptionStyle, Cue
from automagic.values.frame import Frame

if TYPE_CHECKING:
    from av import VideoFrame

    from automagic.media.video.planes import Planes

_MISSING_S = 1.0
"""So much may be missing of a recording behind its last frame."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How an excerpt is shown in one geometry.

    Attributes:
        frame: Geometry and rate; all shapes of one excerpt have the same rate.
        framings: What is shown of the recording, in order, covering every stretch.
        cues: Captions, on the excerpt's timeline.
        encode: How it is encoded; its rate is the frame's.
    """

    frame: Frame
    framings: tuple[ShotFraming, ...]
    cues: tuple[Cue, ...]
    caption_style: CaptionStyle
    encode: EncodeSettings


def film_excerpt(
    recording: Path,
    stretches: Sequence[KeptRange],
    shapes: Sequence[Shape],
    targets: Sequence[Path],
    *,
    cancelled: Callable[[], bool],
    on_progress: Callable[[float], None] | None = None,
) -> tuple[SegmentReport, ...]:
    """Write one silent MP4 for each shape, complete or not at all.

    Args:
        recording: Any common video file; it is taken by its content.
        stretches: What is kept, in order.
        targets: One for each shape.
        cancelled: Asked before each frame.
        on_progress: Told the finished share, 0..1.

    Raises:
        RequestError: The recording is no video, or is damaged or over before the last stretch is.
        MediaError: It cannot be encoded.
        ClipCancelled: `cancelled` said so.
    """
    cv2.setNumThreads(1)
    rates = {shape.frame.fps for shape in shapes}
    if len(rates) != 1 or len(shapes) != len(targets):
        raise MediaError("the shapes of one excerpt need one rate, and each a file of its own")
    timeline = CutTimeline(stretches, rates.pop())
    with contextlib.ExitStack() as opened:
        source = opened.enter_context(open_source(recording, kind="recording", largest_bytes=MAX_RECORDING_BYTES))
        table = targets[0].with_name(targets[0].name + ".partial.cube")
        opened.callback(table.unlink, missing_ok=True)
        upright = Upright(source, max(shape.frame.height for shape in shapes), table)
        films = [
            _Film(shape, opened.enter_context(_writer(shape, target)), timeline)
            for shape, target in zip(shapes, targets, strict=True)
        ]
        for number, picture in enumerate(_pictures(source, timeline, upright, cancelled)):
            for film in films:
                film.add(number, picture, timeline.recording_s(number))
            if on_progress is not None:
                on_progress((number + 1) / timeline.frames)
    return tuple(
        film.meter.finish(target, film.shape.frame.width, film.shape.frame.height)
        for film, target in zip(films, targets, strict=True)
    )


def _writer(shape: Shape, target: Path) -> SegmentWriter:
    return SegmentWriter(target, replace(shape.encode, content="recording"), shape.frame.width, shape.frame.height)


class _Film:
    """One shape's pictures on their way into its file."""

    def __init__(self, shape: Shape, writer: SegmentWriter, timeline: CutTimeline) -> None:
        frame = shape.frame
        self.shape = shape
        self.meter = Meter(frame.fps, bare=True)
        self._writer = writer
        self._crop = Crop(shape.framings, frame.width, frame.height)
        self._captions = CaptionTrack(shape.cues, shape.caption_style, frame, first=0, count=timeline.frames)

    def add(self, number: int, picture: Planes, recording_s: float) -> None:
        planes = self._crop.draw(picture, recording_s)
        self.meter.add(planes.y)
        self.meter.add_seen(planes.y, captioned=self._captions.draw(number, planes) is not None)
        self._writer.write(planes)


class Upright:
    """Brings frames of any kind upright and into the video's own colours, no larger than is of use.

    Args:
        height: Of the highest frame that will be cut out of them.
        table: Where a table of colours may be written if one is needed.
    """

    def __init__(self, source: ClipSource, height: int, table: Path) -> None:
        self._source = source
        self._height = height
        self._table = table
        self._converters: dict[tuple[int, int, float], FrameConverter] = {}

    def planes(self, frame: VideoFrame, time_s: float) -> Planes:
        """The whole picture with square pixels, in the shape that it has at its time."""
        pixel_aspect = self._source.pixel_aspect_at(time_s)
        size = self._size(frame, pixel_aspect)
        if size == (frame.width, frame.height) and (planes := direct_planes(frame)) is not None:
            return planes
        kind = (*size, pixel_aspect)
        if kind not in self._converters:
            self._converters[kind] = FrameConverter(View(), pixel_aspect, *size, self._table)
        return self._converters[kind].convert(frame)

    def _size(self, frame: VideoFrame, pixel_aspect: float) -> tuple[int, int]:
        wide, high = frame.width * pixel_aspect, float(frame.height)
        if orientation_of(frame).turn % 2:
            wide, high = high, wide
        # Less is enough: more than the frame's height is seen of no picture, unless it is cropped closely.
        scale = min(1.0, 1.25 * self._height / high)
        return max(round(wide * scale / 2) * 2, 2), max(round(high * scale / 2) * 2, 2)


def _pictures(
    source: ClipSource, timeline: CutTimeline, upright: Upright, cancelled: Callable[[], bool]
) -> Iterator[Planes]:
    """The picture of every frame of the excerpt; the same object again where the recording has no newer one."""
    for index, stretch in enumerate(timeline.stretches):
        first, end = timeline.first_frames[index : index + 2]
        if first == end:
            continue
        source.seek(stretch.start_s)
        number = first
        shown: VideoFrame | None = None
        time_s = shown_s = 0.0
        for time_s, frame in source.frames(cancelled, mend=True):
            _refuse_hole(source, stretch, time_s)
            picture: Planes | None = None
            while shown is not None and number < end and timeline.recording_s(number) < time_s:
                picture = upright.planes(shown, shown_s) if picture is None else picture
                yield picture
                number += 1
            if number >= end:
                break
            shown, shown_s = frame, time_s
        if number < end:
            yield from _rest(source, upright, shown, timeline, number, end, time_s)


def _refuse_hole(source: ClipSource, stretch: KeptRange, time_s: float) -> None:
    """Raise RequestError when the part before this frame cannot be read and the picture would visibly stand still."""
    if not source.holes:
        return
    from_s = max(source.holes[-1][0], stretch.start_s)
    if (
        source.holes[-1][1] >= time_s - source.frame_s
        and min(time_s, stretch.end_s) - from_s > _MISSING_S + source.frame_s
    ):
        raise _damaged(source, from_s)


def _damaged(source: ClipSource, at_s: float) -> RequestError:
    return RequestError(
        f"The recording {source.name} {'is damaged' if source.damaged else 'has no picture'} at {at_s:.1f} s.",
        hint="Choose other moments, or copy or download the recording again.",
    )


def _rest(
    source: ClipSource,
    upright: Upright,
    shown: VideoFrame | None,
    timeline: CutTimeline,
    number: int,
    end: int,
    time_s: float,
) -> Iterator[Planes]:
    """The last picture, for what a recording's sound lasts longer than its pictures."""
    missing_s = timeline.recording_s(end - 1) - time_s
    if shown is None or missing_s > _MISSING_S + source.frame_s:
        raise _damaged(source, time_s)
    picture = upright.planes(shown, time_s)
    for _ in range(number, end):
        yield picture
