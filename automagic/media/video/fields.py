"""Whether the two fields of a frame show different moments: its combs, told from fine detail and from noise.

    even lines  t           a moving edge    ▌▌▌   of one moment        ▌▌▌▖   of two: every other line is elsewhere
    odd lines   t + ½                        ▌▌▌                        ▌▌▌▘

What tells them apart is the frame before or after: its fields are woven with those of this one, and the combs compared.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from av import VideoFrame
    from numpy.typing import NDArray

    Luma = NDArray[np.uint8]

Order = Literal["", "tff", "bff"]
"""Which field is the earlier one, top or bottom; "" for neither."""

LEAST_COMB = 0.00005
"""Where a picture has more combs than after deinterlacing by this share, it is looked at closely: a mouth is enough."""

_TOOTH_LUMA = 12
_OF_ONE_MOMENT = 0.2, 0.5
"""Times the comb between two frames: fields of one moment show less of it, of two moments (and not blurred) more."""

_UNEVEN = 1.35
"""In between: fields of two moments show at least this many times more of it on one side than on the other."""

_PLAIN_LUMA = frozenset(
    ("yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "yuv411p", "yuvj411p", "nv12", "gray")
)

_VISIBLE_COMB, _LEAST_MOVING = 0.0003, 0.002
_MOVED_LUMA = 16
_FIRST, _LONGEST = 8, 40
"""So many frames of a file that says nothing wait to be looked at; of so many all are, then none any more."""

_VOTES, _AGREE = 4, 0.8
_FEWEST_LINES = 400
"""No interlaced picture has fewer."""


class FieldFinder:
    """Finds out whether frames that are not called interlaced are, and which field comes first."""

    def __init__(self) -> None:
        self._before: Luma | None = None
        self._seen = 0
        self._votes: Counter[str] = Counter()
        self.order: Order = ""
        self._decided = False

    @property
    def is_looking(self) -> bool:
        """Whether the next frames should wait for what is found."""
        return not self._decided and self._seen < _FIRST

    def see(self, frame: VideoFrame) -> None:
        """Look at the next frame."""
        if self._decided:
            return
        self._seen += 1
        if frame.height < _FEWEST_LINES or self._seen > _LONGEST:
            self._decided, self._before = True, None
            return
        luma = _luma_of(frame)
        if self._before is not None:
            self._votes[_vote(luma, self._before)] += 1
        self._before = luma.copy()
        del self._votes["unknown"]
        for kind, count in self._votes.most_common(1):
            if count >= _VOTES and count >= _AGREE * self._votes.total():
                self._decided, self._before = True, None
                self.order = "tff" if kind == "tff" else "bff" if kind == "bff" else ""


def _vote(luma: Luma, before: Luma) -> str:
    """What two frames speak for: "tff", "bff", "whole" or "unknown"; only what moves is looked at."""
    changed = (cv2.absdiff(luma, before)[1:-1, ::2] > _MOVED_LUMA).astype(np.uint8)
    moving = np.asarray(cv2.dilate(changed, np.ones((3, 3), np.uint8)), np.uint8)
    if cv2.countNonZero(moving) < _LEAST_MOVING * moving.size:
        return "unknown"
    comb, top, bottom = (
        cv2.countNonZero(_find_teeth(one) & moving) for one in (luma, _weave(luma, before), _weave(before, luma))
    )
    less, more = sorted((top, bottom))
    if more < _VISIBLE_COMB * moving.size:
        return "unknown"
    if comb < _OF_ONE_MOMENT[0] * less:
        return "whole"
    # The nearer fields of two frames are as far apart in time as those of one.
    if more > _UNEVEN * less and 0.5 * less < comb < 2 * less:
        return "tff" if top < bottom else "bff"
    return "whole" if comb < _OF_ONE_MOMENT[1] * less else "unknown"


def is_combed(stored: VideoFrame, whole: VideoFrame, near: Iterable[VideoFrame]) -> bool:
    """Whether the two fields of a frame show different moments.

    Where they do, a field of this frame and one of a neighbour are as near in time as both of this frame are, or three
    times as far. Where both are of one moment, what looks like a comb is fine detail or noise, and either field shows
    more of it beside any of a neighbour.
    """
    luma, without = _luma_of(stored), measure_comb(_luma_of(whole))
    comb = measure_comb(luma) - without
    if comb < LEAST_COMB:
        return False
    for other in map(_luma_of, near):
        less, more = sorted(measure_comb(_weave(*fields)) - without for fields in ((luma, other), (other, luma)))
        if comb > _OF_ONE_MOMENT[1] * less or (comb > _OF_ONE_MOMENT[0] * less and more > _UNEVEN * less):
            return True
    return False


def _weave(even: Luma, odd: Luma) -> Luma:
    """The even lines of one picture between the odd ones of another."""
    woven = even.copy()
    woven[1::2] = odd[1::2]
    return woven


def measure_comb(luma: Luma) -> float:
    """Share of the points that differ from the lines above and below by much more than those do from each other."""
    found = _find_teeth(luma)
    return cv2.countNonZero(found) / found.size


def _find_teeth(luma: Luma) -> Luma:
    """1 at those points, else 0: of every other column, and of all lines but the first and the last."""
    above, middle, below = luma[:-2, ::2], luma[1:-1, ::2], luma[2:, ::2]
    teeth = cv2.min(cv2.absdiff(middle, above), cv2.absdiff(middle, below))
    _, found = cv2.threshold(cv2.subtract(teeth, cv2.absdiff(above, below)), _TOOTH_LUMA, 1, cv2.THRESH_BINARY)
    return np.asarray(found, np.uint8)


def _luma_of(frame: VideoFrame) -> Luma:
    """Luma as stored (height, width), 8 bit."""
    if frame.format.name not in _PLAIN_LUMA:
        return np.asarray(frame.to_ndarray(format="gray"), np.uint8)
    plane = frame.planes[0]
    rows: Luma = np.frombuffer(memoryview(plane), np.uint8)[: plane.line_size * plane.height]
    return rows.reshape(plane.height, plane.line_size)[:, : plane.width]
