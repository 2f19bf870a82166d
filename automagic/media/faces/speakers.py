"""Who is in a part of a shot, and which of them speaks: the one whose mouth moves most while there is speech.

    A mouth  ▂▇▅▇▃▁▁▁▁▂▁▁▁▁▇▆          who  AAAAAAABBBBBBBBAA
    B mouth  ▁▁▂▁▁▁▆▇▅▇▆▇▂▁▁▁               nobody for less than 1.5 s
    speech   ■■■■■■■■■■■■■ ■■■

Pure: it knows tracks and times, and no pictures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from automagic.values.recording import Box, CameraShot, FaceTrack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

LEAST_HOLD_S = 1.5
"""The shortest time for which a person is shown as the speaker."""

_ALIKE = 0.3
"""Overlap (intersection over union) of the last and the first box of what is one person, looked away for a while."""

_NOTICED = 0.35
"""Of the most prominent face's height times the time it is seen: who has less stands in the background."""

_SMOOTH_S = 0.6
_FLOOR = 0.02
"""Of the face's contrast: what the mouth of somebody silent seems to move."""

_CLEAR = 1.3
_UNSEEN = 2.5
_SWITCH = 6.0
"""Cost of showing somebody else, in logarithms of how much more a mouth moves, summed over looks: somebody who moves it
twice as much for 1.7 s is shown, or five times as much for 0.7 s, and from the beginning: the future is known."""


@dataclass(frozen=True, slots=True)
class Person:
    """One face in a part of a shot, on an even grid of times.

    Attributes:
        left, top, width, height: Of the face, in shares; held where it is not seen.
        seen: Whether it is.
        mouth: As `FaceTrack`, smoothed; 0 where it is not seen.
    """

    left: Values
    top: Values
    width: Values
    height: Values
    seen: NDArray[np.bool_]
    mouth: Values

    def part(self, steps: slice) -> Person:
        """The same person at some steps of the grid."""
        return Person(
            self.left[steps],
            self.top[steps],
            self.width[steps],
            self.height[steps],
            self.seen[steps],
            self.mouth[steps],
        )

    @property
    def share_seen(self) -> float:
        """How much of the time."""
        return float(self.seen.mean())

    @property
    def prominence(self) -> float:
        """Its usual height, times how long it is seen."""
        return float(np.median(self.height)) * self.share_seen


def find_people(shot: CameraShot, times_s: Values, *, look_s: float) -> tuple[Person, ...]:
    """Who matters in a part of a shot, most prominent first.

    Args:
        times_s: An even grid over that part.
        look_s: Time between two looks.
    """
    start_s, end_s = float(times_s[0]) - look_s, float(times_s[-1]) + look_s
    tracks = [part for track in shot.faces if (part := _part_of(track, start_s, end_s)) is not None]
    people = [_person_of(track, times_s, look_s) for track in _join(tracks)]
    people = [person for person in people if person.seen.any()]
    people.sort(key=lambda person: -person.prominence)
    return tuple(person for person in people if person.prominence >= _NOTICED * people[0].prominence)


def _part_of(track: FaceTrack, start_s: float, end_s: float) -> FaceTrack | None:
    kept = [index for index, time_s in enumerate(track.times_s) if start_s <= time_s <= end_s]
    if not kept:
        return None
    part = slice(kept[0], kept[-1] + 1)
    return FaceTrack(track.times_s[part], track.boxes[part], track.mouth[part])


def _join(tracks: Sequence[FaceTrack]) -> list[FaceTrack]:
    """Tracks that follow each other in one place are one person."""
    joined: list[FaceTrack] = []
    for track in sorted(tracks, key=lambda one: one.times_s[0]):
        for index, before in enumerate(joined):
            if before.times_s[-1] < track.times_s[0] and overlap(before.boxes[-1], track.boxes[0]) >= _ALIKE:
                joined[index] = FaceTrack(
                    before.times_s + track.times_s, before.boxes + track.boxes, before.mouth + track.mouth
                )
                break
        else:
            joined.append(track)
    return joined


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    if across <= 0 or down <= 0:
        return 0.0
    shared = across * down
    return shared / (one.width * one.height + other.width * other.height - shared)


def _person_of(track: FaceTrack, times_s: Values, look_s: float) -> Person:
    known = np.array(track.times_s)
    boxes = np.array([(box.x, box.y, box.width, box.height) for box in track.boxes])
    left, top, width, height = (np.interp(times_s, known, boxes[:, axis]) for axis in range(4))
    after = np.searchsorted(known, times_s).clip(0, len(known) - 1)
    before = (after - 1).clip(0)
    away = np.minimum(np.abs(known[after] - times_s), np.abs(known[before] - times_s))
    seen = away <= 0.75 * look_s
    mouth = np.where(seen, np.interp(times_s, known, np.array(track.mouth)), 0.0)
    return Person(left, top, width, height, seen, _smooth(mouth, times_s))


def _smooth(values: Values, times_s: Values) -> Values:
    step_s = float(times_s[1] - times_s[0]) if len(times_s) > 1 else 1.0
    reach = max(round(_SMOOTH_S / step_s), 0)
    bell = np.hanning(2 * reach + 3)
    padded = np.concatenate([np.full(reach + 1, values[0]), values, np.full(reach + 1, values[-1])])
    return np.convolve(padded, bell / bell.sum(), mode="valid")


def is_speech(times_s: Values, speech: Sequence[tuple[float, float]]) -> NDArray[np.bool_]:
    """At which times there is speech."""
    mask = np.zeros(len(times_s), bool)
    for start_s, end_s in speech:
        mask |= (times_s >= start_s) & (times_s <= end_s)
    return mask


def measure_speaking(people: Sequence[Person], spoken: NDArray[np.bool_]) -> Values:
    """For each person, the share of the speech that is clearly theirs; the rest belongs to no one for sure."""
    mouths = np.array([person.mouth for person in people]) + _FLOOR
    ordered = np.sort(mouths, axis=0)
    clear = spoken & (ordered[-1] >= _CLEAR * ordered[-2] if len(people) > 1 else ordered[-1] > _CLEAR * _FLOOR)
    if not spoken.any():
        return np.zeros(len(people))
    who = mouths.argmax(axis=0)
    return np.array([float((clear & (who == index)).sum()) / float(spoken.sum()) for index in range(len(people))])


def follow_speakers(people: Sequence[Person], times_s: Values, spoken: NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    """Whom to show when: (person, first, end) for ranges of times, one after the other, none shorter than the hold.

    The sequence of people that fits best what mouths do, at a cost for each change (Viterbi).
    """
    mouths = np.array([person.mouth for person in people]) + _FLOOR
    seen = np.array([person.seen for person in people])
    fits = np.where(spoken, np.log(mouths / mouths.sum(axis=0)), 0.0) - np.where(seen, 0.0, _UNSEEN)
    count = len(times_s)
    total = fits[:, 0].copy()
    came_from = np.zeros((len(people), count), int)
    for index in range(1, count):
        best = int(total.argmax())
        stays = total >= total[best] - _SWITCH
        came_from[:, index] = np.where(stays, np.arange(len(people)), best)
        total = np.where(stays, total, total[best] - _SWITCH) + fits[:, index]
    who = [int(total.argmax())]
    for index in range(count - 1, 0, -1):
        who.append(int(came_from[who[-1], index]))
    return _hold(who[::-1], times_s)


def _hold(who: Sequence[int], times_s: Values) -> list[tuple[int, int, int]]:
    ranges: list[tuple[int, int, int]] = []
    for index, person in enumerate(who):
        if ranges and ranges[-1][0] == person:
            ranges[-1] = person, ranges[-1][1], index + 1
        else:
            ranges.append((person, index, index + 1))
    step_s = float(times_s[1] - times_s[0]) if len(times_s) > 1 else 0.0
    while len(ranges) > 1:
        place = min(range(len(ranges)), key=lambda one: (ranges[one][2] - ranges[one][1], one))
        if (ranges[place][2] - ranges[place][1]) * step_s >= LEAST_HOLD_S:
            break
        _give_away(ranges, place)
    return ranges


def _give_away(ranges: list[tuple[int, int, int]], place: int) -> None:
    """Let the neighbours of a range have it: the one before, or the one after where there is none."""
    _, first, end = ranges.pop(place)
    if place == 0:
        ranges[0] = ranges[0][0], first, ranges[0][2]
        return
    ranges[place - 1] = ranges[place - 1][0], ranges[place - 1][1], end
    if place < len(ranges) and ranges[place][0] == ranges[place - 1][0]:
        ranges[place - 1] = ranges[place - 1][0], ranges[place - 1][1], ranges[place][2]
        ranges.pop(place)
