"""From a card, a still or a clip and its cues to a silent segment of video; and the short joins between two shots.

    shot A  ├──────────────────────┤
    shot B                         ├──────────────────────┤
    segments ├────────────────┤════════┤──────────────────┤
               render_shot     render_transition   render_shot

A join takes half of its frames from each neighbour and shows both pictures moving on, so that changing one line
re-renders one shot and its two joins. Two cards share their ground and need no join. Everything runs in the calling
thread; OpenCV and the encoder release the interpreter lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import cv2

from automagic.errors import MediaError
from automagic.media.captions.images import CaptionBitmap, CaptionTrack
from automagic.media.captions.plates import beside_picture
from automagic.media.rendering.caption_watch import CaptionWatch
from automagic.media.rendering.card_frames import CardFrames, open_ground
from automagic.media.rendering.element_watch import ElementWatch
from automagic.media.rendering.metering import Meter
from automagic.media.rendering.shot import MovingPicture, SegmentReport, ShotPlan, TransitionKind
from automagic.media.rendering.stock_clip_planes import ClipPlanes
from automagic.media.rendering.transitions import blend
from automagic.media.rendering.warp import open_motion
from automagic.media.video.encode import SegmentWriter
from automagic.media.video.planes import Planes


class RenderCancelled(Exception):
    """Rendering was stopped because `cancelled` said so; no file is left."""


@dataclass(frozen=True, slots=True)
class ShownShot:
    """A shot and the files that it shows.

    Attributes:
        picture: A still, at least as large as the frame, cut to its shape about the middle; a clip of its size; or the
            layers of a card.
        ground: What the elements of a card stand on; None for others.
        still: What moves in the pane of a card; None for others.
    """

    picture: Path
    plan: ShotPlan
    ground: Path | None = None
    still: Path | None = None


def render_shot(
    shot: ShownShot,
    first: int,
    count: int,
    target: Path,
    *,
    cancelled: Callable[[], bool],
    on_progress: Callable[[int], None] | None = None,
) -> SegmentReport:
    """Render `count` frames of a shot, beginning at its frame `first`.

    Args:
        cancelled: Asked before each frame.
        on_progress: Told the number of finished frames after each.

    Raises:
        MediaError: The picture or clip cannot be read, or the segment did not come out whole.
        RenderCancelled: `cancelled` said so.
    """
    cv2.setNumThreads(1)
    plan = shot.plan
    if not 0 < count <= plan.frames - first or first < 0:
        raise MediaError(f"frames {first} to {first + count} are not inside a shot of {plan.frames}")
    width, height = plan.frame.width, plan.frame.height
    captions = CaptionTrack(plan.cues, plan.caption_style, plan.frame, first=first, count=count)
    meter = Meter(plan.encode.fps)
    with open_visual(shot) as source, SegmentWriter(target, plan.encode, width, height) as writer:
        watch = ElementWatch(source, first) if isinstance(source, CardFrames) else None
        readers = CaptionWatch(plan.encode.fps)
        for number in range(count):
            if cancelled():
                raise RenderCancelled(f"rendering of {target.name} was cancelled")
            if isinstance(source, CardFrames) and watch is not None:
                planes, caption = _draw_card(source, first + number, captions, number)
                meter.add(source.ground.y)
                watch.see(first + number, planes.y)
            else:
                planes = source.at(plan.progress(first + number))
                meter.add(planes.y)
                caption = captions.draw(number, planes)
            meter.add_seen(planes.y, captioned=caption is not None)
            if caption is not None:
                readers.see(number, planes, caption, captions.text(number))
            writer.write(planes)
            if on_progress is not None:
                on_progress(number + 1)
    report = replace(meter.finish(target, width, height), faintest=readers.report())
    return replace(report, elements=watch.report(), still=(), resting=report.still) if watch else report


def _draw_card(
    card: CardFrames, number: int, captions: CaptionTrack, local: int
) -> tuple[Planes, CaptionBitmap | None]:
    """A frame of a card, and its caption: that is drawn again only where it changes."""
    state = captions.state(local)
    caption = captions.bitmap(state) if state else None
    return card.draw(number, caption), caption


def render_transition(
    old: ShownShot,
    new: ShownShot,
    frames: int,
    kind: TransitionKind,
    target: Path,
    *,
    cancelled: Callable[[], bool],
) -> SegmentReport:
    """Render a join: `frames` // 2 from the end of the old shot, the rest from the start of the new one.

    Both pictures move on through the whole join. Captions stand over it unblended: those of the old shot before the
    boundary, those of the new one after it; a card's get the other picture's plate for as long as that is seen.

    Raises:
        MediaError: A picture cannot be read, the shots' geometries differ, or the segment did not come out whole.
        RenderCancelled: `cancelled` said so.
    """
    cv2.setNumThreads(1)
    outgoing, incoming = old.plan, new.plan
    before = frames // 2
    after = frames - before
    if frames < 1 or before > outgoing.frames or after > incoming.frames:
        raise MediaError(
            f"a join of {frames} frames does not fit between shots of {outgoing.frames}, {incoming.frames}"
        )
    if (outgoing.frame.width, outgoing.frame.height) != (incoming.frame.width, incoming.frame.height):
        raise MediaError("a join needs two shots of the same size")
    width, height = outgoing.frame.width, outgoing.frame.height
    old_captions = CaptionTrack(
        outgoing.cues, outgoing.caption_style, outgoing.frame, first=outgoing.frames - before, count=before
    )
    new_captions = CaptionTrack(incoming.cues, incoming.caption_style, incoming.frame, first=0, count=after)
    meter, readers = Meter(outgoing.encode.fps), CaptionWatch(outgoing.encode.fps)
    styles = [
        *(
            beside_picture(outgoing.caption_style, incoming.caption_style, (number + 1) / before)
            for number in range(before)
        ),
        *(
            beside_picture(incoming.caption_style, outgoing.caption_style, (after - number) / after)
            for number in range(after)
        ),
    ]
    with (
        open_visual(old) as going,
        open_visual(new) as coming,
        SegmentWriter(target, outgoing.encode, width, height) as writer,
    ):
        for number in range(frames):
            if cancelled():
                raise RenderCancelled(f"rendering of {target.name} was cancelled")
            planes = blend(
                kind,
                (number + 1) / (frames + 1),
                going,
                outgoing.progress(outgoing.frames - before + number),
                coming,
                incoming.progress(number - before),
            )
            meter.add(planes.y)
            track, local = (old_captions, number) if number < before else (new_captions, number - before)
            caption = track.draw(local, planes, styles[number])
            meter.add_seen(planes.y, captioned=caption is not None)
            if caption is not None:
                readers.see(number, planes, caption, track.text(local))
            writer.write(planes)
    return replace(meter.finish(target, width, height), faintest=readers.report())


@contextmanager
def open_visual(shot: ShownShot) -> Iterator[MovingPicture]:
    """The frames of what a shot shows.

    Raises:
        MediaError: A file cannot be read, or is not the clip that the plan means.
    """
    plan = shot.plan
    width, height = plan.frame.width, plan.frame.height
    if plan.visual == "card":
        assert shot.ground is not None  # noqa: S101 - a card stands on something
        still: MovingPicture | None = None
        if plan.pane is not None and shot.still is not None:
            still = open_motion(shot.still, plan.motion, plan.pane.width, plan.pane.height)
        yield CardFrames(shot.picture, open_ground(shot.ground, width, height), plan, still)
        return
    if plan.visual == "still":
        yield open_motion(shot.picture, plan.motion, width, height)
        return
    with ClipPlanes(shot.picture, shot_frames=plan.frames, clip_frames=plan.clip_frames, frame=plan.frame) as clip:
        yield clip
