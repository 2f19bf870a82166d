"""The recording as an editing program counts it: its exact frame rate, its timecode, its sound."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.media.sound.cut import AS_IT_IS, Takes
from automagic.media.video.containers import moving_pictures, open_recording

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

STANDARD_RATES = tuple(
    Fraction(*rate)
    for rate in ((24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (50, 1), (60000, 1001), (60, 1))
)
"""Those that sequences of every editing program can have."""

LOOKED_AT = 300
"""Frames whose times tell whether the rate varies."""
_REORDERED = 32
"""Frames are stored before those that they are made from are shown: among the last that are read some are missing."""

_SAME_RATE = 2e-4
"""29.97 and 30 differ by five times as much; files with times in milliseconds state their rate to within this."""

_UNEVEN = 0.1
"""A distance between frames that differs from the usual one by more than this share is not a rounding error."""

_TIMECODE = re.compile(r"(\d\d):(\d\d):(\d\d)([:;.])(\d\d)")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording as an editor counts it.

    Attributes:
        file: Absolute.
        rate: Frames a second, exactly; the average where it varies.
        variable: Whether it varies.
        width, height: Of the upright picture; 0 for a recording of sound only.
        duration_s: Of its picture, or of its sound.
        timecode: Of its first frame as it says itself, such as "01:00:00;02"; "" when it does not.
        channels, sample_rate: Of its sound, all tracks together; 0 without.
        tracks: How many channels each sound track has.
        takes: What of its sound is heard.
        ordered: A copy of it whose times go on where its own start again, and which all times belong to; it is put into
            the result, and is the file. None where the recording itself is.
    """

    file: Path
    rate: Fraction
    variable: bool
    width: int
    height: int
    duration_s: float
    timecode: str
    channels: int
    sample_rate: int
    tracks: tuple[int, ...] = ()
    takes: Takes = AS_IT_IS
    ordered: Path | None = None

    @property
    def has_picture(self) -> bool:
        """Whether there is more than sound."""
        return self.width > 0

    @property
    def grid(self) -> Fraction:
        """The rate that sequences have and all times are counted at: the recording's own where that is a usual one.

        Else one of which each frame of the recording lies on a frame, or the nearest.
        """
        if self.variable:
            return _nearest(self.rate)
        if self.rate in STANDARD_RATES:
            return self.rate
        finer = [rate for rate in STANDARD_RATES if (rate / self.rate).denominator == 1]
        coarser = [rate for rate in STANDARD_RATES if (self.rate / rate).denominator == 1]
        return min(finer, default=max(coarser, default=_nearest(self.rate)))

    @property
    def drop_frame(self) -> bool:
        """Whether its timecode leaves numbers out to keep pace with the clock (SMPTE 12M)."""
        return ";" in self.timecode and self.grid.denominator == 1001 and round(self.grid) % 30 == 0

    @property
    def first_frame(self) -> int:
        """The number of its first frame, by its timecode, counted on the grid; 0 without one."""
        found = _TIMECODE.fullmatch(self.timecode)
        if found is None:
            return 0
        hours, minutes, seconds, frame = (int(found[group]) for group in (1, 2, 3, 5))
        counted, nominal = round(self.rate), round(self.grid)
        number = (hours * 3600 + minutes * 60 + seconds) * nominal + frame * nominal // max(counted, 1)
        if self.drop_frame:  # numbers 0 and 1 of each minute that is no multiple of ten do not exist
            all_minutes = hours * 60 + minutes
            number -= nominal // 15 * (all_minutes - all_minutes // 10)
        return number

    @property
    def frames(self) -> int:
        """Its length, counted on the grid."""
        return max(1, round(self.duration_s * self.grid))


def inspect_recording(path: Path, *, width: int, height: int, duration_s: float, takes: Takes = AS_IT_IS) -> Recorded:
    """What a recording says of itself, and the distances of its first frames; nothing is decoded.

    Args:
        width, height: Of the upright picture; 0 for a recording of sound only.
        duration_s: Of the picture; of the sound where there is none.
        takes: What of its sound is heard.

    Raises:
        RequestError: It cannot be read.
    """
    with open_recording(path) as container:
        video = next(iter(moving_pictures(container)), None)
        # Without a decoder PyAV's stream has no codec context, though its stubs say otherwise.
        sounds = [stream.codec_context for stream in container.streams.audio]
        tracks = tuple(sound.channels if sound is not None else 0 for sound in sounds)
        rates = [sound.sample_rate for sound in sounds if sound is not None]
        heard = (sum(tracks), rates[0] if rates else 0, tracks, takes)
        if video is None:
            return Recorded(path.resolve(), Fraction(30), False, width, height, duration_s, "", *heard)
        timecode = video.metadata.get("timecode") or container.metadata.get("timecode") or ""
        rate, variable = _measure_rate(container, video)
        return Recorded(
            path.resolve(),
            rate,
            variable,
            width,
            height,
            duration_s,
            timecode if _TIMECODE.fullmatch(timecode) else "",
            *heard,
        )


def _measure_rate(container: InputContainer, video: VideoStream) -> tuple[Fraction, bool]:
    """Frames a second, and whether they vary."""
    average = video.average_rate or video.guessed_rate or Fraction(30)
    rate = _exact(average)
    base = video.time_base
    looked_at = list(itertools.islice(container.demux(video), LOOKED_AT))
    ticks = sorted(packet.pts for packet in looked_at if packet.pts is not None)
    if len(looked_at) == LOOKED_AT:
        ticks = ticks[:-_REORDERED]
    steps = sorted(after - before for before, after in itertools.pairwise(ticks))
    if not steps or base is None:
        return rate, False
    usual = steps[len(steps) // 2]
    allowed = max(_UNEVEN * usual, 1.5)  # times in whole ticks are off by up to one
    uneven = steps[0] < usual - allowed or steps[-1] > usual + allowed
    # An even beginning does not speak for all: what follows shows in the average.
    seen = 1 / (Fraction(sum(steps), len(steps)) * base)
    return rate, uneven or abs(float(seen / average) - 1) > 0.01


def _exact(rate: Fraction) -> Fraction:
    near = _nearest(rate)
    return near if abs(float(rate / near) - 1) < _SAME_RATE else rate.limit_denominator(1001)


def _nearest(rate: Fraction) -> Fraction:
    return min(STANDARD_RATES, key=lambda standard: abs(float(standard / rate) - 1))
