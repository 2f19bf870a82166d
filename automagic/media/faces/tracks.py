"""From faces seen in single looks to faces followed through a shot.

    look   0   1   2   3   4   5   6        a face goes on where it was, or where it was going; for up to a second
    A      ■───■───■┄┄┄┄┄┄┄■───■───■        nobody need see it; what is seen only once or twice is none
    B          ■───■───■
    false              ▫

Tracks never cross a cut.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from automagic.values.recording import Box, FaceTrack

BRIDGED_S = 1.0
"""How long a face may be unseen and still be the same one."""

LEAST_SEEN_S, LEAST_LOOKS = 0.6, 3
"""What is seen for a shorter time is not taken for a face, unless the shot itself is that short."""

LEAST_MEAN = 0.75
"""Mean confidence of a face: single looks may be less sure."""

_REACH = 0.7
"""How far a face may be from where it was expected, in its own heights, and how much further for each second."""

_REACH_PER_S = 1.0
_LARGEST_GROWTH = 1.7


@dataclass(slots=True)
class Sighting:
    """A face in one look.

    Attributes:
        box: In shares of the upright picture.
        motion: How its mouth moved from this look to the next, in its own contrasts; None where nothing was measured.
    """

    box: Box
    confidence: float
    motion: float | None = None


@dataclass(slots=True)
class FrameFaces:
    """One look at the picture."""

    time_s: float
    sightings: list[Sighting]


@dataclass(slots=True)
class _Path:
    times_s: list[float] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)

    def add(self, number: int, time_s: float, sighting: Sighting) -> None:
        self.numbers.append(number)
        self.times_s.append(time_s)
        self.sightings.append(sighting)

    def expect(self, time_s: float) -> Box:
        """Where it would be by now, had it gone on as between its last two sightings, for half a second at most."""
        last = self.sightings[-1].box
        if len(self.times_s) < 2:
            return last
        before = self.sightings[-2].box
        ahead = min(time_s - self.times_s[-1], 0.5) / (self.times_s[-1] - self.times_s[-2])
        return Box(last.x + (last.x - before.x) * ahead, last.y + (last.y - before.y) * ahead, last.width, last.height)


def follow_faces(looks: Sequence[FrameFaces], *, picture_aspect: float) -> tuple[FaceTrack, ...]:
    """The faces of one shot, longest seen first.

    Args:
        looks: In order.
        picture_aspect: Width / height of the upright picture, so that ways across and down compare.
    """
    running: list[_Path] = []
    ended: list[_Path] = []
    for number, look in enumerate(looks):
        still = [path for path in running if look.time_s - path.times_s[-1] <= BRIDGED_S]
        ended += [path for path in running if path not in still]
        running = still
        for known, sighting in _match(running, look, picture_aspect):
            path = known or _Path()
            if known is None:
                running.append(path)
            path.add(number, look.time_s, sighting)
    paths = [path for path in ended + running if _is_face(path, looks)]
    paths.sort(key=lambda path: (-len(path.numbers), path.times_s[0], path.sightings[0].box.x))
    return tuple(_track_of(path) for path in paths)


def _match(paths: Sequence[_Path], look: FrameFaces, aspect: float) -> list[tuple[_Path | None, Sighting]]:
    """Each sighting with the path that it continues, nearest first; None for a new one."""
    pairs = []
    for index, path in enumerate(paths):
        expected = path.expect(look.time_s)
        reach = _REACH + _REACH_PER_S * (look.time_s - path.times_s[-1])
        for place, sighting in enumerate(look.sightings):
            growth = sighting.box.height / expected.height
            if not 1 / _LARGEST_GROWTH <= growth <= _LARGEST_GROWTH:
                continue
            away = _distance(expected, sighting.box, aspect) / max(expected.height, sighting.box.height)
            if away <= reach:
                pairs.append((away + abs(math.log(growth)), index, place))
    taken: dict[int, int] = {}
    for _, index, place in sorted(pairs):
        if index not in taken.values() and place not in taken:
            taken[place] = index
    return [
        (paths[taken[place]] if place in taken else None, sighting) for place, sighting in enumerate(look.sightings)
    ]


def _distance(one: Box, other: Box, aspect: float) -> float:
    """Between two middles, as a share of the picture's height."""
    (x0, y0), (x1, y1) = one.center, other.center
    return math.hypot((x1 - x0) * aspect, y1 - y0)


def _is_face(path: _Path, looks: Sequence[FrameFaces]) -> bool:
    confidence = sum(sighting.confidence for sighting in path.sightings) / len(path.sightings)
    if confidence < LEAST_MEAN:
        return False
    if path.times_s[-1] - path.times_s[0] >= LEAST_SEEN_S and len(path.numbers) >= LEAST_LOOKS:
        return True
    return looks[-1].time_s - looks[0].time_s < LEAST_SEEN_S and 2 * len(path.numbers) > len(looks)


def _track_of(path: _Path) -> FaceTrack:
    mouth = [0.0]
    for index in range(1, len(path.numbers)):
        before = path.sightings[index - 1]
        next_look = path.numbers[index] == path.numbers[index - 1] + 1
        mouth.append(before.motion if next_look and before.motion is not None else 0.0)
    return FaceTrack(
        tuple(round(time_s, 3) for time_s in path.times_s),
        tuple(_rounded(sighting.box) for sighting in path.sightings),
        tuple(round(value, 3) for value in mouth),
    )


def _rounded(box: Box) -> Box:
    """To a tenth of a pixel of an 8K picture: a recording of hours has many."""
    return Box(round(box.x, 5), round(box.y, 5), round(box.width, 5), round(box.height, 5))
