"""A person's or a vendor's video clip, made ready to be the picture of a shot: checked, trimmed, cropped, silent.

    source ─ check ─ look (faces, bars) ─ decode ─ frames on ticks ─ convert ─ encode ─▶ clip.mp4
    any video        three of its frames           of the video               short key frame distance

What comes out has the video's own size, rate and colours, so that drawing a frame of it is decoding it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from automagic.errors import RequestError
from automagic.media.framing.stock_clip_look import choose_view, upright_copy
from automagic.media.rendering.stock_clip_planes import KEYFRAME_INTERVAL
from automagic.media.video.encode import EncodeSettings, SegmentWriter
from automagic.media.video.frames import FrameConverter, View
from automagic.media.video.source import ClipSource, open_source
from automagic.values.frame import Frame

if TYPE_CHECKING:
    from av import VideoFrame

    from automagic.media.video.planes import Planes

SHORTEST_S = 1.0
"""A shorter clip is a flicker."""

LOOKS = (0.0, 0.5, 0.9)
"""Where a clip is looked at for faces and bars, as shares of what is used."""

CLIP_ENCODING = EncodeSettings(preset="superfast", crf=16, keyframe_interval=KEYFRAME_INTERVAL)
"""Nearly without loss, quick to decode from any frame."""

BITS_PER_PIXEL = 0.113
"""Upper bound: 7 Mbit/s, 53 MB a minute, at 1080x1920 and 30 frames a second. Grain reaches it."""

_ENLARGED = 1.2
"""A smaller difference is not visible."""

_MISSING_S = 0.5
"""So much less than the file promises may be missing at its end."""


@dataclass(frozen=True, slots=True)
class PreparedClip:
    """What was made of a clip.

    Attributes:
        frames: Its length, at the rate that was asked for.
        duration_s: The same in seconds.
        note: What a person may want to know about it, such as "enlarged 1.8 times"; often empty.
    """

    frames: int
    duration_s: float
    note: str


def prepare_clip(
    source: Path,
    target: Path,
    frame: Frame,
    *,
    start_s: float = 0.0,
    longest_s: float,
    cancelled: Callable[[], bool],
) -> PreparedClip:
    """Write the clip as a silent MP4 of exactly the frame's size and rate, complete or not at all.

    Args:
        source: Any common video file; its format is known by its content, errors call it by its name.
        target: Where the MP4 goes.
        frame: The picture fills it: it is cropped, never stretched, and has no bars.
        start_s: Where in the source it begins.
        longest_s: No more than this is used.
        cancelled: Asked before each frame.

    Raises:
        RequestError: The source is no video, has no moving picture, is too short or too large, or is damaged before
            the needed length.
        MediaError: The clip cannot be encoded.
        ClipCancelled: `cancelled` said so.
    """
    width, height, fps = frame.width, frame.height, frame.fps
    settings = replace(CLIP_ENCODING, fps=fps)
    with open_source(source) as clip:
        available_s = clip.promised_s - start_s if clip.promised_s is not None else None
        if available_s is not None and available_s < SHORTEST_S:
            raise _too_short(clip, available_s, start_s)
        span_s = max(longest_s, SHORTEST_S)
        if available_s is not None:
            span_s = min(span_s, available_s)
        with contextlib.ExitStack() as cleaning:
            table = target.with_name(target.name + ".partial.cube")
            cleaning.callback(table.unlink, missing_ok=True)
            view = _look(clip, start_s, span_s, width / height, cancelled)
            converter = FrameConverter(view, clip.pixel_aspect, width, height, table)
            writer = cleaning.enter_context(_ClipWriter(target, settings, width, height))
            wanted = round(span_s * fps)
            _write_frames(clip, converter, writer, start_s, fps, wanted, cancelled)
            _check_length(clip, writer.frames / fps, span_s, start_s, promised=available_s is not None)
    return PreparedClip(writer.frames, writer.frames / fps, _note(clip, converter))


class _ClipWriter(SegmentWriter):
    """Encodes with a bounded rate, and leaves ticks without a frame of their own empty."""

    def __enter__(self) -> Self:
        super().__enter__()
        width, height = self._size
        rate = round(BITS_PER_PIXEL * width * height * self._settings.fps)
        # Without frames that refer to later ones, key frames stand in the file where they stand in time: seeking finds
        # them exactly.
        self._context.options |= {"maxrate": str(rate), "bufsize": str(rate // 2), "bf": "0"}
        return self

    def write_until(self, planes: Planes, end: int) -> None:
        """A frame that stands until the tick `end`."""
        self.write(planes)
        self.frames = end


def _look(clip: ClipSource, start_s: float, span_s: float, aspect: float, cancelled: Callable[[], bool]) -> View:
    """Decode a few frames, each the key frame nearest before its time, and choose what is shown."""
    copies = []
    for share in LOOKS:
        clip.seek(start_s + share * span_s)
        _, frame = next(clip.frames(cancelled), (0.0, None))
        if frame is not None:
            copies.append(upright_copy(frame, clip.pixel_aspect))
    return choose_view(copies, aspect)


def _write_frames(
    clip: ClipSource,
    converter: FrameConverter,
    writer: _ClipWriter,
    start_s: float,
    fps: int,
    wanted: int,
    cancelled: Callable[[], bool],
) -> None:
    """Each frame on the tick that is nearest to its time; only the last before each tick is converted.

    The last tick has a frame of its own, so that the file's length is the clip's.
    """
    clip.damaged = False
    clip.seek(start_s)
    shown: VideoFrame | None = None
    begin_s = time_s = shown_s = start_s
    for time_s, frame in clip.frames(cancelled):
        if shown is None:
            begin_s = max(start_s, time_s)
        end = min(round((time_s - begin_s) * fps), wanted)
        if shown is not None and end > writer.frames:
            _show(converter.convert(shown, clip.pixel_aspect_at(shown_s)), writer, end, wanted)
        shown, shown_s = frame, time_s
        if writer.frames >= wanted:
            return
    end = min(round((time_s + clip.frame_s - begin_s) * fps), wanted)
    if shown is not None and end > writer.frames:
        _show(converter.convert(shown, clip.pixel_aspect_at(shown_s)), writer, end, end)


def _show(planes: Planes, writer: _ClipWriter, end: int, last: int) -> None:
    if end == last and end - writer.frames > 1:
        writer.write_until(planes, end - 1)
    writer.write_until(planes, end)


def _check_length(clip: ClipSource, found_s: float, span_s: float, start_s: float, *, promised: bool) -> None:
    """What could be read must be enough, and as much as the file promised."""
    if found_s < SHORTEST_S and not clip.damaged:
        raise _too_short(clip, found_s, start_s)
    if found_s < SHORTEST_S or ((promised or clip.damaged) and found_s < span_s - _MISSING_S):
        raise RequestError(
            f"The clip {clip.name} is damaged: only {found_s:.1f} of {span_s:.1f} s can be read.",
            hint="Copy or download it again, or use another.",
        )


def _too_short(clip: ClipSource, length_s: float, start_s: float) -> RequestError:
    where = f" after {start_s:.1f} s" if start_s else ""
    return RequestError(
        f"The clip {clip.name} is too short: {max(length_s, 0):.1f} s{where}.",
        hint=f"A clip needs at least {SHORTEST_S:.0f} s.",
    )


def _note(clip: ClipSource, converter: FrameConverter) -> str:
    notes = []
    if converter.enlarged > _ENLARGED:
        notes.append(f"enlarged {converter.enlarged:.1f} times")
    if clip.deinterlaced:
        notes.append("deinterlaced")
    if converter.remapped:
        notes.append("high dynamic range made normal")
    if clip.damaged:
        notes.append("damaged at its end")
    return ", ".join(notes)
