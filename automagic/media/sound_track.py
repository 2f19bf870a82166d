"""The pieces of a sound track: when each is heard, and its channels as one.

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

# ------------------------------------------------------------------------------------------------ when it is heard


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


# ------------------------------------------------------------------------------------------------ one channel

_GAINS = {
    "FL": 0.5,
    "FR": 0.5,
    "FC": 0.7071,
    "BL": 0.3536,
    "BR": 0.3536,
    "SL": 0.3536,
    "SR": 0.3536,
    "BC": 0.5,
    "LFE": 0.0,
}
"""ITU-R BS.775-3 to stereo, and the mean of both sides: voices in the centre stay 3 dB below where they were."""

_CANCELS = 0.02
"""Share of the loudest channel's power that is left by adding channels of opposite phase."""


def downmix(samples: Samples, channels: tuple[str, ...]) -> Samples:
    """One channel of (n, channels); one channel alone where the sum would cancel out."""
    if samples.shape[1] == 1:
        return samples[:, 0]
    if len(channels) != samples.shape[1] or any(name not in _GAINS for name in channels):
        gains = np.full(samples.shape[1], 1 / samples.shape[1], np.float32)
    else:
        gains = np.array([_GAINS[name] for name in channels], np.float32)
    mono = samples @ gains
    powers = np.einsum("ij,ij->j", samples, samples) * (gains > 0)
    loudest = int(np.argmax(powers))
    if float(mono @ mono) < _CANCELS * float(powers[loudest]) * len(mono) / max(len(samples), 1):
        return samples[:, loudest]
    return mono


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
