"""The pieces of a sound track: when each is heard, and its channels as two sides or as one.

Pure decisions; `listening` does the work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from av import AudioFrame
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

MAX_DURATION_S = 6 * 3600.0
"""The longest recording that is taken."""


class Timeline:
    """Where decoded sound goes, by what its packets say of their time.

    Small errors in the times of packets (rounded to milliseconds, jittering) are no reason to touch sound that runs on
    without a gap; only their mean over a second counts. Times that leap back, or to far beyond the promised end, are
    not believed.

    Args:
        origin_s: The packets' time that is the timeline's zero.
        end_s: How long the recording is by its own account; None when it does not say.
    """

    GAP_S = 0.05
    DRIFT_S = 0.004
    MEMORY = 50
    """Packets whose mean error counts: about a second of most codecs."""
    LEAP_BACK_S = 1.0
    OVERRUN_S = 60.0

    def __init__(self, origin_s: float, end_s: float | None) -> None:
        self._origin_s = origin_s
        self._end_s = end_s
        self._base_s = 0.0
        self._count = 0
        self._rate = 1
        self._drift_s = 0.0
        self._begun = False

    @property
    def position_s(self) -> float:
        """Where the next sample goes."""
        return self._base_s + self._count / self._rate

    def place(self, time_s: float | None, count: int, rate: int) -> tuple[int, int]:
        """How many samples of silence to put before a piece of `count` samples, and how many of its own to skip."""
        if rate != self._rate:
            self._base_s, self._count, self._rate = self.position_s, 0, rate
        silence, skip = self._correction(time_s, count)
        self._begun = self._begun or skip < count
        self._count += silence + count - skip
        return silence, skip

    def _correction(self, time_s: float | None, count: int) -> tuple[int, int]:
        if time_s is None:
            return 0, 0
        late_s = time_s - self._origin_s - self.position_s
        if not self._begun and late_s < 0:
            return 0, min(count, round(-late_s * self._rate))
        if abs(late_s) < self.GAP_S and self._begun:
            self._drift_s += (late_s - self._drift_s) / self.MEMORY
            if abs(self._drift_s) < self.DRIFT_S:
                return 0, 0
            late_s = self._drift_s
        elif late_s < -self.LEAP_BACK_S or not self._is_believable(late_s):
            self._origin_s += late_s
            late_s = 0.0
        self._drift_s = 0.0
        samples = round(abs(late_s) * self._rate)
        return (samples, 0) if late_s > 0 else (0, min(count, samples))

    def _is_believable(self, late_s: float) -> bool:
        """Whether a gap of this length may lie in this recording."""
        end_s = MAX_DURATION_S if self._end_s is None else self._end_s + self.OVERRUN_S
        return late_s < self.OVERRUN_S or self.position_s + late_s <= end_s


_AHEAD, _BESIDE = 0.7071, 0.5
_PLACES = {
    "FL": (1.0, 0.0),
    "FR": (0.0, 1.0),
    "FC": (_AHEAD, _AHEAD),
    "LFE": (0.0, 0.0),
    "BL": (_AHEAD, 0.0),
    "BR": (0.0, _AHEAD),
    "SL": (_AHEAD, 0.0),
    "SR": (0.0, _AHEAD),
    "BC": (_BESIDE, _BESIDE),
    "FLC": (_AHEAD, 0.0),
    "FRC": (0.0, _AHEAD),
    "DL": (1.0, 0.0),
    "DR": (0.0, 1.0),
    "WL": (_AHEAD, 0.0),
    "WR": (0.0, _AHEAD),
    "LFE2": (0.0, 0.0),
    "TFL": (_BESIDE, 0.0),
    "TFR": (0.0, _BESIDE),
    "TFC": (_BESIDE, _BESIDE),
    "TC": (_BESIDE, _BESIDE),
    "TBL": (_BESIDE, 0.0),
    "TBR": (0.0, _BESIDE),
    "TBC": (_BESIDE, _BESIDE),
}
"""How much of a channel goes to the left and to the right: ITU-R BS.775-3, annex 4; what is above counts as beside."""

_OPPOSED = -0.5
"""Likeness of the sides (-1..1) below which their sum has lost more than 6 dB."""


def to_stereo(samples: Samples, channels: tuple[str, ...]) -> Samples:
    """The left and the right side, (n, 2), of (n, channels).

    One channel is heard in the middle. Two that are not labelled are left and right. More that are not labelled are no
    loudspeakers but sources, such as the microphones of a field recorder: each is heard in the middle, as loud as the
    others.
    """
    count = samples.shape[1]
    if count == 1:
        return np.repeat(samples, 2, axis=1)
    known = len(channels) == count and all(name in _PLACES for name in channels)
    if channels == ("FL", "FR") or (count == 2 and not known):
        return samples
    if known:
        gains = np.array([_PLACES[name] for name in channels], np.float32)
    else:
        gains = np.full((count, 2), 1 / count, np.float32)
    stereo: Samples = samples @ gains
    return stereo


def as_one(stereo: Samples) -> Samples:
    """The mean of left and right, (n,), as one loudspeaker plays them; the right is turned where they would cancel."""
    left, right = stereo[:, 0], stereo[:, 1]
    powers = float(left @ left) * float(right @ right)
    opposed = float(left @ right) < _OPPOSED * powers**0.5
    mean: Samples = (left - right if opposed else left + right) * np.float32(0.5)
    return mean


SCALES = {"u8": 1 / 128, "s16": 1 / 2**15, "s32": 1 / 2**31, "s64": 1 / 2**63, "flt": 1.0, "dbl": 1.0}


def table_of(frame: AudioFrame) -> NDArray[Any]:
    """A decoded frame as (n, channels) in its own numbers."""
    data: NDArray[Any] = frame.to_ndarray()
    return data.T if frame.format.is_planar else data.reshape(-1, frame.layout.nb_channels)


def as_samples(table: NDArray[Any], kind: str) -> Samples:
    """Numbers of a kind of `SCALES` as float32 in -1..1."""
    floats = table.astype(np.float32)
    if kind == "u8":
        floats -= 128
    finite: Samples = np.nan_to_num(floats * np.float32(SCALES[kind]), posinf=0.0, neginf=0.0)
    return finite
