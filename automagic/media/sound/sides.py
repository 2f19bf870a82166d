"""Whether both sides of a recording are heard: where one is missing or turned, found while listening; and its mending.

    left   ▇▆▇▇▅▇▇▆   ▇▆▇▇▅▇▇▆   ▇▆▇▇▅▇▇▆
    right  ▇▆▇▇▅▇▇▆   ········   turned        what each tenth of a second has on either side, and in common
               │          │         │
             as it is   "left"   "turned"      ─▶ Mend: from when to when, and how

A fault is told from a choice by what the whole recording is like. Two people who are panned to either side take turns
in being one-sided; music that is made wide is never opposed for seconds on end; a microphone that is plugged in wrong
is so all the time, and a plug that fails does it amid sound that is otherwise alike on both sides.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from automagic.media.sound.side_levels import FRAMES_A_SECOND, Profile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Labels = NDArray[np.int8]

_QUIETEST, _BELOW_LOUD = 1e-6, 10**-3.5
"""Power under which a tenth of a second does not count: -60 dBFS, and 35 dB below what is loud."""

_AROUND, _AROUND_OPPOSED = 11, 31
"""Tenths of a second that are judged together, so that no single sound decides."""

# In dB between the sides. Measured: binaural speech from one side differs by 2 (a real head: up to 10), a voice that is
# panned by 60 % by 9.8, speech beside a preamplifier's noise by 19, a cable's crosstalk by 25.
_LONE_DB, _LONE_ALIKE_DB, _DEAD_DB = 15.0, 10.0, 20.0
_ALIKE = 0.9
"""Likeness of the sides above which the weaker one is a copy."""

# Likeness of the sides, -1..1. Measured on turned speech, for 3 s: -0.94 in a room, -0.91 with music. Of what is not
# turned, microphones 40 cm apart come down to -0.49, and music whose sides are raised fourfold to -0.84.
_OPPOSED_ALL, _OPPOSED, _OPPOSED_SURELY = -0.8, -0.5, -0.88

_MOSTLY, _BARELY = 0.7, 0.1
_CENTRED_LIKENESS, _CENTRED_DB = 0.85, 6.0
_CENTRED_SHARE, _CENTRED_SHARE_BOTH = 0.2, 0.5
"""Of a recording in which one side drops out, or now one and now the other, this share must be alike on both."""

_SHORTEST = 5
"""Tenths of a second for which a fault must be seen: as one is judged with those around it, it lasts over a second."""
_PAUSE = 30
"""Tenths of a second without speech on the side that has it all, and yet not quiet."""

_SHORTEST_OTHER = 3
_OVER_NOISE, _HEARD = 10.0, 0.01
"""Powers, against the other side's usual one and against its loudest, above which something is said there."""

_NEAR = 25
"""How far from where a fault seems to begin its beginning is looked for, in tenths of a second."""

_FADE_S = 0.02

Fault = Literal["left", "right", "turned", "voice"]
"""Only the left side is heard; only the right one is; the right side is the left one's opposite; what is said is on one
side, and everything else on both."""

_FAULTS: tuple[Fault, ...] = ("left", "right", "turned")
_FINE, _LEFT, _RIGHT, _TURNED = range(4)


@dataclass(frozen=True, slots=True)
class Mend:
    """A part of a recording in which its sides are mended.

    Attributes:
        start_s, end_s: On the recording's timeline.
        fault: What is wrong, from which follows what is done: one side is put on both, or the right one is turned.
        line: Which of the sounds that are added up, from 0; see `AudioPick.lines`.
    """

    start_s: float
    end_s: float
    fault: Fault
    line: int = 0

    @property
    def length_s(self) -> float:
        """How long it lasts."""
        return self.end_s - self.start_s


def find_mends(profile: Profile, *, line: int = 0) -> tuple[Mend, ...]:
    """Where a recording's sides are faulty, in order; nothing where they are as somebody wanted them."""
    loud = np.maximum(profile.left, profile.right)
    heard = loud[loud >= _QUIETEST]
    if len(heard) < _SHORTEST:
        return ()
    active = loud >= max(_QUIETEST, float(np.percentile(heard, 95)) * _BELOW_LOUD)
    places = np.flatnonzero(active)
    louder, alike = _compare(profile, active, _AROUND)
    _, alike_for_long = _compare(profile, active, _AROUND_OPPOSED)
    labels = _without_short(_label(louder, alike, alike_for_long))
    if not labels.any():
        return ()
    raw = _label_roughly(*_compare(profile, active, 1))
    _keep_others(labels, raw, profile, active)
    return _joined(_as_mends(labels, _find_edges(labels, raw), places, len(loud), line))


def _compare(profile: Profile, active: Flags, around: int) -> tuple[Floats, Floats]:
    """How much louder the left is, in dB, and how alike the sides are, -1..1, at and around each active time."""
    left, right, common = (
        _sum_around(np.where(active, sums, 0.0), around)[active]
        for sums in (profile.left, profile.right, profile.common)
    )
    louder: Floats = 10 * np.log10((left + 1e-9) / (right + 1e-9))
    alike: Floats = common / np.sqrt(left * right + 1e-18)
    return louder, alike


def _sum_around(values: Floats, count: int) -> Floats:
    """The sum of the `count` values, an odd number, in whose middle each stands."""
    sums = np.cumsum(np.concatenate([np.zeros(count // 2 + 1), values, np.zeros(count // 2)]))
    total: Floats = sums[count:] - sums[:-count]
    return total


def _label(louder: Floats, alike: Floats, alike_for_long: Floats) -> Labels:
    """What is wrong at each active time, by what is around it and by what the whole is like."""
    labels = np.zeros(len(louder), np.int8)
    # A weaker side that is turned as well is left out like any other.
    lone_db = np.where(np.abs(alike) >= _ALIKE, _LONE_ALIKE_DB, _LONE_DB)
    left, right = louder >= lone_db, louder <= -lone_db
    if _is_mostly_one(left, right):
        labels[left], labels[right] = _LEFT, _RIGHT
        for first, end in _runs(labels):  # pauses, in which the other side's noise is all there is
            if labels[first] == _FINE and end - first < _PAUSE:
                labels[first:end] = labels[first - 1] if first else labels[end % len(labels)]
    else:
        dead_left, dead_right = louder >= _DEAD_DB, louder <= -_DEAD_DB
        if _drops_out(dead_left, dead_right, louder, alike):
            labels[dead_left], labels[dead_right] = _LEFT, _RIGHT
    limit = _OPPOSED if float(np.median(alike_for_long)) <= _OPPOSED_ALL else _OPPOSED_SURELY
    labels[(alike_for_long <= limit) & (labels == _FINE)] = _TURNED
    return labels


def _is_mostly_one(left: Flags, right: Flags) -> bool:
    """Whether it is one side, nearly always the same, that most of the recording is on."""
    many, few = max(left.sum(), right.sum()), min(left.sum(), right.sum())
    return bool(many >= _MOSTLY * len(left) and few < _BARELY * many)


def _drops_out(left: Flags, right: Flags, louder: Floats, alike: Floats) -> bool:
    """Whether a side is missing now and then in what is otherwise alike on both: nobody pans a voice like this."""
    fine = ~(left | right)
    both = min(left.sum(), right.sum()) >= _BARELY * max(left.sum(), right.sum(), 1)
    if fine.mean() < (_CENTRED_SHARE_BOTH if both else _CENTRED_SHARE):
        return False
    likeness, away_db = float(np.median(np.abs(alike[fine]))), float(np.median(np.abs(louder[fine])))
    return likeness >= _CENTRED_LIKENESS and away_db <= _CENTRED_DB


def _runs(labels: Labels) -> list[tuple[int, int]]:
    """First and behind-last index of each run of equal labels."""
    edges = [0, *(int(edge) + 1 for edge in np.flatnonzero(np.diff(labels))), len(labels)]
    return list(itertools.pairwise(edges))


def _without_short(labels: Labels) -> Labels:
    """Without what is too short for a fault, and with short moments in it or at the ends as the fault beside them."""
    kept = labels.copy()
    for first, end in _runs(labels):
        if end - first < _SHORTEST:
            kept[first:end] = _FINE
    runs = _runs(kept)
    for place, (first, end) in enumerate(runs):
        around = {int(kept[runs[near][0]]) for near in (place - 1, place + 1) if 0 <= near < len(runs)}
        if kept[first] == _FINE and end - first < _SHORTEST and len(around) == 1:
            kept[first:end] = around.pop()
    return kept


def _keep_others(labels: Labels, raw: Labels, profile: Profile, active: Flags) -> None:
    """Have what is on the other side alone, however short, put on both as well: somebody may say yes there."""
    for lone, other, powers in ((_LEFT, _RIGHT, profile.right[active]), (_RIGHT, _LEFT, profile.left[active])):
        if not (labels == lone).any():
            continue
        noise = float(np.median(powers[labels == lone]))
        heard = (raw == other) & (powers >= _OVER_NOISE * noise) & (powers >= _HEARD * float(np.percentile(powers, 99)))
        for first, end in _runs(heard.astype(np.int8)):
            around = labels[max(first - 1, 0) : end + 1]
            if heard[first] and end - first >= _SHORTEST_OTHER and (around == lone).any():
                labels[first:end] = other


def _label_roughly(louder: Floats, alike: Floats) -> Labels:
    """What each tenth of a second looks like by itself."""
    labels = np.zeros(len(louder), np.int8)
    labels[alike <= _OPPOSED] = _TURNED
    labels[louder >= _LONE_ALIKE_DB], labels[louder <= -_LONE_ALIKE_DB] = _LEFT, _RIGHT
    return labels


def _find_edges(labels: Labels, raw: Labels) -> list[int]:
    """Where each run really begins: where what is before looks most like the one, what is behind like the other."""
    edges = [0]
    for (start, first), (_, end) in itertools.pairwise(_runs(labels)):
        low, high = max(first - _NEAR, start, edges[-1]), min(first + _NEAR, end)
        agrees = np.concatenate([[0], np.cumsum((raw[low:high] == labels[start]).astype(int))])
        differs = np.concatenate([[0], np.cumsum((raw[low:high] == labels[first]).astype(int))])
        edges.append(low + int(np.argmax(agrees + differs[-1] - differs)))
    return [*edges, len(labels)]


def _as_mends(
    labels: Labels, edges: Sequence[int], places: NDArray[np.int64], frames: int, line: int
) -> Iterable[Mend]:
    """The faults in seconds; an edge lies in the middle of the pause that it is in."""

    def time_s(edge: int) -> float:
        if edge == 0:
            return 0.0
        if edge == len(places):
            return frames / FRAMES_A_SECOND
        return float(places[edge - 1] + 1 + places[edge]) / 2 / FRAMES_A_SECOND

    for (start, _), (first, end) in zip(_runs(labels), itertools.pairwise(edges), strict=True):
        if labels[start] != _FINE and end > first:
            yield Mend(round(time_s(first), 2), round(time_s(end), 2), _FAULTS[labels[start] - 1], line)


def _joined(mends: Iterable[Mend]) -> tuple[Mend, ...]:
    """The same without seams between equal faults."""
    joined: list[Mend] = []
    for mend in mends:
        if joined and joined[-1].fault == mend.fault and mend.start_s <= joined[-1].end_s:
            mend = Mend(joined.pop().start_s, mend.end_s, mend.fault, mend.line)  # noqa: PLW2901
        joined.append(mend)
    return tuple(joined)


_LEAST_FRAMES = 10
_VOICE_DB, _ELSE_DB = 12.0, 6.0
"""A voice is on one side from such a difference on, while what is heard without it differs by less."""
_OVER_ELSE = 0.3
"""Power of a voice, of that of everything else, that can be told from it."""


def find_lone_voice(profile: Profile, spoken: Sequence[tuple[float, float]], *, line: int = 0) -> tuple[Mend, ...]:
    """Whether a voice is on one side while what accompanies it is on both, as where a microphone has one channel.

    What a voice adds to either side is told by the power with it less the power without it.

    Args:
        spoken: When words are said, (start, end) in seconds.
    """
    said = np.zeros(len(profile.left), bool)
    for start_s, end_s in spoken:
        said[int(start_s * FRAMES_A_SECOND) : int(np.ceil(end_s * FRAMES_A_SECOND))] = True
    # Words' times are rounded: what is right beside them may be a part of them.
    beside = _sum_around(said.astype(np.float64), 3) > 0
    if min(said.sum(), (~beside).sum()) < _LEAST_FRAMES:
        return ()
    without = [float(side[~beside].mean()) for side in (profile.left, profile.right)]
    added = [
        float(side[said].mean()) - least for side, least in zip((profile.left, profile.right), without, strict=True)
    ]
    loudest = max(range(2), key=lambda side: added[side])
    apart_db = 10 * np.log10(max(added[loudest], 1e-12) / max(added[1 - loudest], 1e-12))
    else_db = abs(10 * np.log10((without[0] + 1e-9) / (without[1] + 1e-9)))
    if apart_db < _VOICE_DB or else_db > _ELSE_DB or added[loudest] < _OVER_ELSE * without[loudest]:
        return ()
    return (Mend(0.0, len(profile.left) / FRAMES_A_SECOND, "voice", line),)


def mend_sides(samples: Samples, start_s: float, rate: int, mends: Iterable[Mend]) -> None:
    """Mend stereo samples, (n, 2), in place.

    Args:
        start_s: The time of the first one, on the timeline of the mends.
    """
    original = samples.copy()
    for mend in mends:
        first, end = (round((time_s - start_s) * rate) for time_s in (mend.start_s, mend.end_s))
        half = round(_FADE_S * rate / 2)
        low, high = max(first - half, 0), min(end + half, len(samples))
        if high <= low:
            continue
        at = np.arange(low, high)
        weight = np.minimum(at - first, end - at).astype(np.float32) / np.float32(2 * half) + np.float32(0.5)
        if mend.start_s <= 0:
            weight[at < (first + end) / 2] = 1.0
        weight = weight.clip(0, 1)[:, None]
        part = original[low:high]
        samples[low:high] += weight * (_mended(part, mend.fault) - part)


def _mended(part: Samples, fault: Fault) -> Samples:
    if fault == "turned":
        return part * np.array([1, -1], np.float32)
    if fault == "voice":
        return np.repeat(part.mean(axis=1, dtype=np.float32, keepdims=True), 2, axis=1)
    return np.repeat(part[:, :1] if fault == "left" else part[:, 1:], 2, axis=1)


_WHOLE = 0.9
"""A fault in such a part of a recording is told as one of all of it."""


def describe_mends(mends: Sequence[Mend], duration_s: float) -> tuple[str, ...]:
    """What was wrong with the sides and what was done, a sentence for each kind of fault."""
    left_s, right_s, turned_s = (sum(mend.length_s for mend in mends if mend.fault == fault) for fault in _FAULTS)
    told = []
    if any(mend.fault == "voice" for mend in mends):
        told.append("What is said is on one side of the sound only: both sides were put together.")
    if max(left_s, right_s) >= _WHOLE * duration_s > 0:
        one, other = ("left", "right") if left_s > right_s else ("right", "left")
        told.append(f"Hardly anything is on the {other} side of the sound: the {one} one was put on both.")
    elif left_s + right_s:
        told.append(f"One side of the sound is missing for {left_s + right_s:.0f} s in all: the other stands in there.")
    if turned_s:
        where = "" if turned_s >= _WHOLE * duration_s else f" for {turned_s:.0f} s in all"
        told.append(
            f"The sides of the sound are of opposite phase{where}, and would cancel each other on one loudspeaker: the "
            "right one was turned."
        )
    return tuple(told)
