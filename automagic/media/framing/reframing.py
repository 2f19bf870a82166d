"""Which part of a recording's picture fills a frame of another shape: decided for each camera shot by who is in it.

                        ┌ fits or nearly fits the frame ─────────────────────────────▶ hold
    shot ─ who matters? ┼ nobody ─ what catches the eye fits, or all moves ──────────▶ hold
                        │          else (slides, screens, wide scenes) ──────────────▶ fit
                        ├ all fit into one crop ─────────────────────────────────────▶ hold, pan
                        ├ two, both speak or nobody knows who, the frame is no wider ▶ split
                        ├ several, and one after the other speaks ───────────────────▶ hold, pan; a cut at each change
                        └ several, and nobody knows who speaks ──────────────────────▶ fit

A crop's size never changes within a shot, its path is as calm as the face inside allows (`crop_paths.py`), and eyes
stand at a third of its height.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from automagic.media.faces.speakers import Person, find_people, follow_speakers, is_speech, measure_speaking
from automagic.media.framing.crop_paths import GRID_S, STILL_ENOUGH
from automagic.media.framing.face_crops import PlacedCrop, crop_for, find_window, follow, largest_crop, pane_for
from automagic.values.clip_plan import CropKey, Layout, ShotFraming
from automagic.values.recording import Box, CameraShot, Footage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

SAME_SHAPE = 0.01
"""Shapes that differ by less are the same."""

NEARLY_WHOLE = 0.8
"""A crop that keeps at least this share of the picture needs no other layout."""

_CATCHES = 0.6
"""Share of what catches the eye that a crop without a face must hold."""

_ALL_MOVES = 0.3
"""Share of the picture that changes from look to look, above which the camera itself moves: no slide, no screen."""

_WIDEST_SPLIT = 1.2
"""Above this shape two stacked panes would be mere slits."""

_SPEAKS = 0.12
"""Share of the speech that makes somebody a speaker."""

_ALIKE = 1.35
"""Two panes whose scales differ by less get the same one."""

_TOGETHER = 0.6
"""Share of the time that two must be seen at once to be shown side by side."""

_SHORTEST_S = 1e-6


def frame_time_range(
    footage: Footage,
    start_s: float,
    end_s: float,
    *,
    aspect: float,
    layout: Layout = "auto",
    speech: Sequence[tuple[float, float]] = (),
) -> tuple[ShotFraming, ...]:
    """Frame a stretch of a recording for one shape; the result covers it without gaps.

    Args:
        start_s, end_s: On the recording's timeline.
        aspect: Width / height of what is to be filled.
        layout: What a person asked for; where a shot does not allow it the nearest one is taken, and `why` says so.
        speech: When there is speech, (start, end); without it nobody is told to speak.

    Raises:
        ValueError: The recording has no picture, the stretch no length, or the shape no size.
    """
    if not footage.shots or footage.width <= 0 or footage.height <= 0:
        raise ValueError("a recording without a picture cannot be framed")
    if not (start_s < end_s and aspect > 0):
        raise ValueError(f"there is nothing to frame from {start_s} to {end_s} s in a shape of {aspect}")
    framings: list[ShotFraming] = []
    for shot, first_s, last_s in _parts(footage.shots, float(start_s), float(end_s)):
        framings += _ShotFramer(footage, shot, first_s, last_s, aspect, speech).frame(layout)
    return tuple(framings)


def _parts(shots: Sequence[CameraShot], start_s: float, end_s: float) -> list[tuple[CameraShot, float, float]]:
    """The shots within a stretch and from when to when; what lies outside all shots goes to the first or the last."""
    inside = [shot for shot in shots if shot.end_s > start_s + _SHORTEST_S and shot.start_s < end_s - _SHORTEST_S]
    if not inside:
        inside = [shots[0] if end_s <= shots[0].start_s + _SHORTEST_S else shots[-1]]
    cuts = [start_s, *(shot.start_s for shot in inside[1:]), end_s]
    return [(shot, *part) for shot, part in zip(inside, itertools.pairwise(cuts), strict=True)]


class _ShotFramer:
    """Frames one part of one shot."""

    def __init__(
        self,
        footage: Footage,
        shot: CameraShot,
        start_s: float,
        end_s: float,
        aspect: float,
        speech: Sequence[tuple[float, float]],
    ) -> None:
        self._footage = footage
        self._shot = shot
        self._start_s, self._end_s = start_s, end_s
        self._aspect = aspect
        width, height = (shot.width, shot.height) if shot.width else (footage.width, footage.height)
        self._width, self._picture_aspect = width, width / height
        self._largest = largest_crop(self._picture_aspect, aspect)
        steps = max(round((end_s - start_s) / GRID_S), 1)
        self._times_s = np.linspace(start_s, end_s, steps + 1)
        self._people = find_people(shot, self._times_s, look_s=1 / footage.looks_a_second)
        self._spoken = is_speech(self._times_s, speech)
        self._speaking = measure_speaking(self._people, self._spoken) if self._people else np.zeros(0)

    def frame(self, layout: Layout) -> list[ShotFraming]:
        """What is shown, by the rules above or as asked."""
        if layout == "auto" and abs(self._picture_aspect / self._aspect - 1) <= SAME_SHAPE:
            return [self._stand(0.5 * (1 - self._largest.width), 0.5 * (1 - self._largest.height), "the same shape")]
        if layout == "fit":
            return [self._fit("as asked")]
        if not self._people:
            return [self._frame_nobody(layout)]
        if layout == "split":
            return self._split("as asked")
        if layout in {"hold", "pan"}:
            return [self._frame_as_asked("hold" if layout == "hold" else "pan")]
        return self._frame_people()

    def _frame_nobody(self, layout: Layout) -> ShotFraming:
        across = self._largest.width < 1.0
        strips = self._shot.columns if across else self._shot.rows
        size = self._largest.width if across else self._largest.height
        place, caught = find_window(strips, size)
        x, y = (place, 0.5 * (1 - self._largest.height)) if across else (0.5 * (1 - self._largest.width), place)
        if layout == "hold":
            return self._stand(x, y, "as asked")
        nobody = "nobody to be seen" if layout == "auto" else f"{layout} needs a face, and nobody is to be seen"
        if self._largest.kept >= NEARLY_WHOLE:
            return self._stand(x, y, f"{nobody}; nearly the whole picture fits")
        if caught >= _CATCHES:
            return self._stand(x, y, f"{nobody}; {caught:.0%} of what catches the eye is here")
        if self._shot.moving >= _ALL_MOVES:
            return self._stand(x, y, f"{nobody}; the whole picture moves")
        return self._fit(f"{nobody}; a crop would lose {1 - caught:.0%} of what catches the eye")

    def _frame_people(self) -> list[ShotFraming]:
        people = self._people
        if len(people) == 1:
            placed = self._follow(people[0])
            return [_show(placed, f"one face, {'moving' if placed.moves else 'still'}")]
        together = follow(people, self._largest, self._times_s, may_move=False)
        if together.inside >= STILL_ENOUGH:
            return [_show(together, f"{len(people)} faces fit into one crop")]
        if self._largest.kept >= NEARLY_WHOLE:
            return [_show(follow(people[:1], self._largest, self._times_s), "nearly the whole picture fits")]
        speakers = int((self._speaking >= _SPEAKS).sum())
        if speakers != 1 and len(people) == 2 and self._aspect <= _WIDEST_SPLIT and self._are_together():
            return self._split("two who both speak" if speakers else "two faces, too far apart for one crop")
        if speakers or not self._are_together():
            return self._frame_in_turn()
        return [self._fit(f"{len(people)} faces, too far apart for one crop, and none is seen to speak")]

    def _are_together(self) -> bool:
        """Whether at least two are seen at once for most of the time."""
        seen = np.sum([person.seen for person in self._people], axis=0)
        return float((seen >= 2).mean()) >= _TOGETHER

    def _frame_in_turn(self) -> list[ShotFraming]:
        framings = []
        for index, first, end in follow_speakers(self._people, self._times_s, self._spoken):
            placed = self._follow(self._people[index], first, min(end, len(self._times_s) - 1))
            speaks = self._speaking[index] >= _SPEAKS
            why = f"who speaks, of {len(self._people)}" if speaks else f"who is to be seen, of {len(self._people)}"
            framings.append(_show(placed, f"{why}, moving" if placed.moves else why))
        return framings

    def _split(self, why: str) -> list[ShotFraming]:
        if len(self._people) < 2:
            return [_show(self._follow(self._people[0]), "a split needs two faces, and one is to be seen")]
        # Who speaks most, then who is most prominent: in that order they already are.
        chosen = [self._people[index] for index in np.argsort(-self._speaking, kind="stable")[:2]]
        pair = sorted(chosen, key=lambda person: float(np.median(person.left)))
        largest = largest_crop(self._picture_aspect, 2 * self._aspect)
        crops = [pane_for(one, other, largest, self._width) for one, other in (pair, pair[::-1])]
        smaller = min(crops, key=lambda crop: crop.height)
        if max(crop.height for crop in crops) <= _ALIKE * smaller.height:
            crops = [smaller, smaller]
        panes = tuple(follow((one,), crop, self._times_s).keys for one, crop in zip(pair, crops, strict=True))
        return [ShotFraming(self._start_s, self._end_s, "split", panes, why)]

    def _frame_as_asked(self, layout: Literal["hold", "pan"]) -> ShotFraming:
        """One crop about everybody if they fit, else about who speaks most."""
        people, crop = self._people, self._largest
        if len(people) == 1 or follow(people, crop, self._times_s, may_move=False).inside < STILL_ENOUGH:
            people = (people[int(self._speaking.argmax())],)
            crop = crop_for(people[0], self._largest, self._width)
        placed = follow(people, crop, self._times_s, may_move=layout == "pan", may_stand=layout == "hold")
        return ShotFraming(self._start_s, self._end_s, layout, (placed.keys,), "as asked")

    def _follow(self, person: Person, first: int = 0, last: int | None = None) -> PlacedCrop:
        """One person, from one step of the grid to another."""
        part = slice(first, None if last is None else last + 1)
        return follow((person.part(part),), crop_for(person, self._largest, self._width), self._times_s[part])

    def _stand(self, x: float, y: float, why: str) -> ShotFraming:
        key = CropKey(self._start_s, self._largest.at(x, y), cut=True)
        return ShotFraming(self._start_s, self._end_s, "hold", ((key,),), why)

    def _fit(self, why: str) -> ShotFraming:
        key = CropKey(self._start_s, Box(0.0, 0.0, 1.0, 1.0), cut=True)
        return ShotFraming(self._start_s, self._end_s, "fit", ((key,),), why)


def _show(placed: PlacedCrop, why: str) -> ShotFraming:
    return ShotFraming(placed.start_s, placed.end_s, "pan" if placed.moves else "hold", (placed.keys,), why)
