"""Which of a recording's sound channels an editing program is to play; pure.

    track 1  stereo   channels 1, 2   off
    track 2  mono     channel 3       on     ─▶ FCPXML counts channels through all tracks,
    track 3  stereo   channels 4, 5   off       Resolve's OpenTimelineIO tracks and channels within them

One side that is put on both is said by naming its channel alone; a side that is turned can be said in neither format.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from automagic.media.exports.recorded import Recorded


@dataclass(frozen=True, slots=True)
class Channels:
    """Channels of one track.

    Attributes:
        track: From 1.
        first: How many channels the tracks before it have.
        within: Their places in the track, from 0.
        heard: Whether they are played.
        gain_db: How much they are raised.
    """

    track: int
    first: int
    within: tuple[int, ...]
    heard: bool
    gain_db: float = 0.0


def list_channels(recorded: Recorded, start_s: float, end_s: float) -> tuple[Channels, ...]:
    """Every channel of the recording, those of a track together, in order, for a part of it."""
    pick = recorded.takes.pick
    lines = {number: line for line, numbers in enumerate(pick.lines) for number in numbers}
    listed = []
    first = 0
    for number, count in enumerate(recorded.tracks or (recorded.channels,), start=1):
        line = lines.get(number)
        within = tuple(range(count))
        if line is None:
            listed.append(Channels(number, first, within, heard=False))
        else:
            gain_db = pick.gains_db[line] if pick.gains_db else 0.0
            lone = _lone_side(recorded, line, start_s, end_s)
            side = pick.tracks.index(number) if pick.together == "sides" else None
            heard = tuple(place for place in within if lone is None or (place if side is None else side) == lone)
            lost = tuple(place for place in within if place not in heard)
            listed += [
                Channels(number, first, places, is_heard, gain_db if is_heard else 0.0)
                for places, is_heard in ((heard, True), (lost, False))
                if places
            ]
        first += count
    return tuple(listed)


def _lone_side(recorded: Recorded, line: int, start_s: float, end_s: float) -> int | None:
    """The only side that is heard in a part, 0 for left; None where both are."""
    for mend in recorded.takes.mends:
        if mend.line == line and mend.fault in {"left", "right"} and mend.start_s <= start_s and mend.end_s >= end_s:
            return 0 if mend.fault == "left" else 1
    return None
