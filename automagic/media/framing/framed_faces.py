"""Where a recording's faces come to stand in a clip: through the crops that show them.

    recording  ┌──────────┬────┬──┐         clip  ┌────┐
               │          │ ☺  │  │   ──────▶     │ ☺  │    shares of the picture become shares of the frame
               └──────────┴────┴──┘               └────┘

Pure; the geometry is the one in which `crops` draws.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from automagic.media.faces.speakers import Person, find_people
from automagic.media.framing.crop_paths import GRID_S
from automagic.media.framing.crops import box_at
from automagic.values.clip_plan import KeptRange, ShotFraming
from automagic.values.frame import Frame
from automagic.values.recording import Box, FaceTrack, Footage

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SEEN = 0.9
"""Share of a face that must be inside the frame for it to be seen: an ear may be cut off."""

WHOLE = Box(0.0, 0.0, 1.0, 1.0)

_AROUND_S = 1.0
"""How far beyond what is kept tracks are kept: they tell who is seen at its edges."""


@dataclass(frozen=True, slots=True)
class FacesAt:
    """Who is seen at one time of the recording: those who matter there, most prominent first.

    Attributes:
        boxes: Shares of the upright picture.
        mouths: How much each mouth moves; see `FaceTrack`.
    """

    time_s: float
    boxes: tuple[Box, ...]
    mouths: tuple[float, ...]


def part_of(footage: Footage, stretches: Sequence[KeptRange]) -> Footage:
    """What there is to know for a few stretches: everything else is left out, so that it changes no key."""
    shots = []
    for shot in footage.shots:
        inside = [one for one in stretches if one.start_s < shot.end_s and one.end_s > shot.start_s]
        if not inside:
            continue
        start_s, end_s = inside[0].start_s - _AROUND_S, inside[-1].end_s + _AROUND_S
        tracks = [part for track in shot.faces if (part := _part_of_track(track, start_s, end_s)) is not None]
        still = tuple(span for span in shot.still if span[0] < end_s and span[1] > start_s)
        shots.append(replace(shot, faces=tuple(tracks), columns=(), rows=(), still=still))
    return replace(footage, shots=tuple(shots))


def _part_of_track(track: FaceTrack, start_s: float, end_s: float) -> FaceTrack | None:
    part = slice(bisect.bisect_left(track.times_s, start_s), bisect.bisect_right(track.times_s, end_s))
    times_s = track.times_s[part]
    return FaceTrack(times_s, track.boxes[part], track.mouth[part]) if times_s else None


def follow_kept_faces(footage: Footage, stretches: Sequence[KeptRange]) -> Iterator[FacesAt]:
    """Who is seen, five times a second of what is kept; an entry is empty where nobody is."""
    for stretch in stretches:
        for shot in footage.shots:
            start_s, end_s = max(shot.start_s, stretch.start_s), min(shot.end_s, stretch.end_s)
            if end_s - start_s < GRID_S / 2:
                continue
            steps = max(round((end_s - start_s) / GRID_S), 1)
            # In the middle of each step: never on a cut.
            grid = start_s + (np.arange(steps) + 0.5) * (end_s - start_s) / steps
            yield from _faces_at(find_people(shot, grid, look_s=1 / footage.looks_a_second), grid)


def _faces_at(people: Sequence[Person], grid: NDArray[np.float64]) -> Iterator[FacesAt]:
    for index, time_s in enumerate(grid):
        seen = [person for person in people if person.seen[index]]
        boxes = [
            Box(*(float(side[index]) for side in (person.left, person.top, person.width, person.height)))
            for person in seen
        ]
        yield FacesAt(float(time_s), tuple(boxes), tuple(float(person.mouth[index]) for person in seen))


@dataclass(frozen=True, slots=True)
class FramedFace:
    """A face as a frame shows it: where (shares of the frame), and how much of it."""

    box: Box
    inside: float

    @property
    def is_seen(self) -> bool:
        """Whether a viewer would say so."""
        return self.inside >= _SEEN


def frame_faces(
    boxes: Sequence[Box], framings: Sequence[ShotFraming], time_s: float, *, picture_aspect: float, aspect: float
) -> tuple[FramedFace, ...]:
    """Each face where it is shown best, in the faces' order.

    Args:
        boxes: Of the faces, in shares of the picture.
        framings: In order of time.
        picture_aspect, aspect: Width / height of the recording and of the frame.
    """
    panes = list(_panes(_framing_at(framings, time_s), time_s, picture_aspect, aspect))
    return tuple(
        max((_through(box, shown, place) for shown, place in panes), key=lambda one: one.inside) for box in boxes
    )


def picture_place(framings: Sequence[ShotFraming], time_s: float, picture_aspect: float, frame: Frame) -> Box:
    """Where the recording's picture stands in the frame: all of it, unless a soft ground surrounds it."""
    framing = _framing_at(framings, time_s)
    if framing.layout != "fit":
        return WHOLE
    ((_, place),) = _panes(framing, time_s, picture_aspect, frame.width / frame.height)
    return place


def _framing_at(framings: Sequence[ShotFraming], time_s: float) -> ShotFraming:
    starts = [framing.start_s for framing in framings]
    return framings[max(bisect.bisect_right(starts, time_s) - 1, 0)]


def _panes(framing: ShotFraming, time_s: float, picture_aspect: float, aspect: float) -> Iterator[tuple[Box, Box]]:
    """What each pane shows of the picture, and where it stands in the frame."""
    boxes = [box_at(keys, time_s) for keys in framing.panes]
    if framing.layout == "fit":
        shape = boxes[0].width * picture_aspect / boxes[0].height
        wide, high = (1.0, aspect / shape) if shape > aspect else (shape / aspect, 1.0)
        yield boxes[0], Box((1 - wide) / 2, (1 - high) / 2, wide, high)
        return
    high = 1 / len(boxes)
    for number, box in enumerate(boxes):
        yield _trim(box, picture_aspect, aspect / high), Box(0.0, number * high, 1.0, high)


def _trim(box: Box, picture_aspect: float, aspect: float) -> Box:
    """What is drawn of a crop whose shape is not quite the pane's: its middle, and never beyond the picture."""
    wide, high = box.width, box.height
    if wide * picture_aspect > high * aspect:
        wide = high * aspect / picture_aspect
    else:
        high = wide * picture_aspect / aspect
    x, y = box.center
    return Box(min(max(x - wide / 2, 0.0), 1 - wide), min(max(y - high / 2, 0.0), 1 - high), wide, high)


def _through(face: Box, shown: Box, place: Box) -> FramedFace:
    across, down = place.width / shown.width, place.height / shown.height
    x, y = place.x + (face.x - shown.x) * across, place.y + (face.y - shown.y) * down
    box = Box(x, y, face.width * across, face.height * down)
    wide = min(x + box.width, place.x + place.width) - max(x, place.x)
    high = min(y + box.height, place.y + place.height) - max(y, place.y)
    return FramedFace(box, max(wide, 0.0) * max(high, 0.0) / (box.width * box.height))
