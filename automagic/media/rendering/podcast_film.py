"""Excerpts of a recording of sound only as silent, captioned video: a ground, its wave, captions.

ground ─┬─ wave of what is heard ─ caption ─ encode ─▶ shorts.mp4
ground ─┴─ wave of what is heard ─ caption ─ encode ─▶ square.mp4
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from automagic.media.analysis.cutting import CutTimeline
from automagic.media.captions.images import CaptionTrack
from automagic.media.rendering.metering import Meter
from automagic.media.rendering.podcast_wave import Wave, WaveLook, bar_heights
from automagic.media.rendering.shot import SegmentReport
from automagic.media.rendering.warp import open_motion
from automagic.media.sound.listening import copy_part, measure_levels
from automagic.media.video.encode import SegmentWriter
from automagic.media.video.source import ClipCancelled
from automagic.values.frame import Motion

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from automagic.media.rendering.excerpts import Shape
    from automagic.values.clip_plan import KeptRange

_STILL = Motion((1.0, 1.0), ((0.5, 0.5), (0.5, 0.5)))


@dataclass(frozen=True, slots=True)
class PodcastScenery:
    """What one shape shows behind its captions: a picture of the frame's size, and the wave upon it."""

    ground: Path
    wave: WaveLook


def film_podcast(
    sound: Path,
    stretches: Sequence[KeptRange],
    shapes: Sequence[Shape],
    scenery: Sequence[PodcastScenery],
    targets: Sequence[Path],
    *,
    cancelled: Callable[[], bool],
    on_progress: Callable[[float], None] | None = None,
) -> tuple[SegmentReport, ...]:
    """Write one silent MP4 for each shape, complete or not at all.

    Args:
        sound: The recording's, 16 kHz mono WAV.
        stretches: What is kept of it, in order.
        shapes: Without framings.
        scenery: One for each shape.
        targets: One for each shape.
        cancelled: Asked before each frame.
        on_progress: Told the finished share, 0..1.

    Raises:
        MediaError: The sound or a ground cannot be read, or it cannot be encoded.
        ClipCancelled: `cancelled` said so.
    """
    cv2.setNumThreads(1)
    timeline = CutTimeline(stretches, shapes[0].frame.fps)
    heights = bar_heights(read_levels(sound, stretches, targets[0].with_name("stretch.wav")))
    reports = []
    for number, (shape, shown, target) in enumerate(zip(shapes, scenery, targets, strict=True)):
        frame = shape.frame
        ground = open_motion(shown.ground, _STILL, frame.width, frame.height)
        wave, meter = Wave(heights, shown.wave), Meter(frame.fps)
        captions = CaptionTrack(shape.cues, shape.caption_style, frame, first=0, count=timeline.frames)
        with SegmentWriter(target, shape.encode, frame.width, frame.height) as writer:
            for index in range(timeline.frames):
                if cancelled():
                    raise ClipCancelled(f"filming {target.name} was cancelled")
                planes = ground.at(0.0)
                meter.add(planes.y)
                wave.draw(planes, (index + 0.5) / frame.fps)
                meter.add_seen(planes.y, captioned=captions.draw(index, planes) is not None)
                writer.write(planes)
                if on_progress is not None:
                    on_progress((number + (index + 1) / timeline.frames) / len(shapes))
        reports.append(meter.finish(target, frame.width, frame.height))
    return tuple(reports)


def read_levels(sound: Path, stretches: Sequence[KeptRange], part: Path) -> NDArray[np.float32]:
    """The levels of a few stretches of a WAV file, one after the other: dB for each 10 ms.

    Args:
        part: A file that may be written meanwhile.
    """
    levels = []
    with contextlib.ExitStack() as opened:
        opened.callback(part.unlink, missing_ok=True)
        for stretch in stretches:
            copy_part(sound, part, stretch.start_s, stretch.end_s)
            levels.append(measure_levels(part))
    return np.concatenate(levels) if levels else np.zeros(0, np.float32)
