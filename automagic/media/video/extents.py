"""How long a recording really is and when it has a picture: counted from its packets, nothing is decoded.

    what the file states     ─▶ not believed: a browser states nothing, a torn file too much, two joined files half
    packets of all tracks    ─▶ clock starts again? ▶ the times go on where they were
                             ─▶ last one's end: the length
                             ─▶ pictures from when to when, and where none comes for long

The tracks are compared in the order of the file. Where the clock of the picture leaps (recordings that were joined as
they lay, a broadcast that was switched over), the sound's leaps nearby.
"""

from __future__ import annotations

import bisect
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from automagic.errors import RequestError
from automagic.media.video.containers import moving_pictures, open_recording, zero_s
from automagic.media.video.source import ClipCancelled
from automagic.values.recording import Extent

if TYPE_CHECKING:
    from av import Packet
    from av.container import InputContainer
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

GAP_S = 3.0
"""Where no picture comes for longer than this, the recording has no picture: a viewer would see it stand still."""

_PAUSE_S, _STEPS = 0.5, 4.0
"""A picture that stays this long, and for this many of the usual steps, pauses. Screens and slides do that often: they
send a picture when something changes, and theirs is there all the time."""

BACK_S, AHEAD_S = 1.0, 60.0
"""A clock that jumps by more from one packet to the next has started again: nothing was lost there."""

_NEAR = 400
"""Packets of all tracks between the leap of the picture and that of the sound: they are not interleaved exactly."""

_MOST_LEAPS = 100
_ASKED_EVERY = 5000


@dataclass(slots=True)
class Track:
    """The packets of one track in the order of the file, in little memory.

    Attributes:
        index: Of its stream.
        places: Of each packet among those of all tracks.
        decoded, shown: When each is decoded and shown; seconds of the container's clock.
        lengths: How long each lasts by its own account; 0 when it does not say.
        keys: Whether each can be decoded by itself.
        primed: Whether an edit list hides packets from which the first ones can be decoded.
    """

    index: int
    places: array[int] = field(default_factory=lambda: array("q"))
    decoded: array[float] = field(default_factory=lambda: array("d"))
    shown: array[float] = field(default_factory=lambda: array("d"))
    lengths: array[float] = field(default_factory=lambda: array("f"))
    keys: array[int] = field(default_factory=lambda: array("b"))
    primed: bool = False

    def leaps(self) -> list[int]:
        """Indices of the packets before which the clock starts again; none where the times are not a clock at all."""
        steps = np.diff(np.array(self.decoded))
        found = [int(at) + 1 for at in np.flatnonzero((steps < -BACK_S) | (steps > AHEAD_S))]
        return found if len(found) <= _MOST_LEAPS else []

    def over_s(self, at: int) -> float:
        """When one packet is over, by the time of its decoding."""
        length_s = self.lengths[at] if 0 < self.lengths[at] < _PAUSE_S else 0.04
        return self.decoded[at] + length_s

    def end_s(self, before: int, usual_s: float) -> float:
        """When the first `before` packets are over."""
        shown = np.array(self.shown[:before])
        lengths = np.array(self.lengths[:before])
        return float((shown + np.where(lengths > 0, np.minimum(lengths, GAP_S), usual_s)).max(initial=0.0))


@dataclass(frozen=True, slots=True)
class Offsets:
    """What is added to the times of one track's packets: from each index on the offset beside it."""

    starts: tuple[int, ...] = (0,)
    added_s: tuple[float, ...] = (0.0,)

    def at(self, index: int) -> float:
        """Of one packet."""
        return self.added_s[bisect.bisect_right(self.starts, index) - 1]


def measure_extent(
    recording: Path,
    *,
    cancelled: Callable[[], bool] = lambda: False,
    on_progress: Callable[[float], None] | None = None,
) -> Extent:
    """Read all packets of a recording.

    Args:
        cancelled: Asked now and then.
        on_progress: Told the finished share, 0..1.

    Raises:
        RequestError: It cannot be read, or holds neither picture nor sound.
        ClipCancelled: `cancelled` said so.
    """
    with open_recording(recording) as container:
        picture, sounds = read_tracks(container, recording, cancelled, on_progress)
        zero = zero_s(container)
        rates = [stream.average_rate or stream.guessed_rate for stream in moving_pictures(container)[:1]]
    usual_s = 1 / float(rates[0]) if rates and rates[0] and rates[0] <= 1000 else 0.04
    tracks = [track for track in (picture, *sounds) if track is not None and track.decoded]
    if not tracks:
        raise RequestError(f"{recording.name} holds neither picture nor sound.", hint="Use a video or a sound file.")
    offsets = find_offsets(picture, sounds)
    ends = [_placed(track, offsets[track.index]).end_s(len(track.shown), usual_s) - zero for track in tracks]
    ranges: tuple[tuple[float, float], ...] = ()
    splices: tuple[float, ...] = ()
    if picture is not None and picture.decoded:
        placed = _placed(picture, offsets[picture.index])
        ranges = tuple(find_ranges(placed, zero))
        splices = tuple(round(placed.shown[at] - zero, 3) for at in offsets[picture.index].starts[1:])
    if on_progress is not None:
        on_progress(1.0)
    return Extent(round(max(ends), 3), ranges, splices)


def read_tracks(
    container: InputContainer,
    recording: Path,
    cancelled: Callable[[], bool],
    on_progress: Callable[[float], None] | None = None,
) -> tuple[Track | None, list[Track]]:
    """The packets of the first moving picture and of every sound track."""
    pictures = moving_pictures(container)[:1]
    tracks = {stream.index: Track(stream.index) for stream in (*pictures, *container.streams.audio)}
    size = max(recording.stat().st_size, 1)
    for place, packet in enumerate(packets_of(container, list(tracks))):
        if place % _ASKED_EVERY == 0:
            if cancelled():
                raise ClipCancelled(f"measuring {recording.name} was cancelled")
            if on_progress is not None and packet.pos:
                on_progress(min(packet.pos / size, 1.0))
        _note(packet, tracks[packet.stream.index], place)
    return (
        tracks[pictures[0].index] if pictures else None,
        [tracks[stream.index] for stream in container.streams.audio],
    )


def packets_of(container: InputContainer, indices: Sequence[int]) -> Iterator[Packet[Any]]:
    """The packets of some streams, as far as the file can be read."""
    import av

    packets = container.demux([stream for stream in container.streams if stream.index in indices])
    while True:
        try:
            packet = next(packets, None)
        except av.FFmpegError:
            return
        if packet is None:
            return
        if packet.size:
            yield packet


def _note(packet: Packet[Any], track: Track, place: int) -> None:
    base = packet.time_base
    decoded = packet.dts if packet.dts is not None else packet.pts
    if decoded is None and not base:
        return
    length_s = float((packet.duration or 0) * base)
    if decoded is None:  # a bare stream: its pictures come one after the other
        decoded_s = track.decoded[-1] + (length_s or 0.04) if track.decoded else 0.0
        shown_s = decoded_s
    else:
        decoded_s = float(decoded * base)
        shown_s = float(packet.pts * base) if packet.pts is not None else decoded_s
    if packet.is_discard:
        track.primed = track.primed or packet.is_keyframe
        return
    track.places.append(place)
    track.decoded.append(decoded_s)
    track.shown.append(shown_s)
    track.lengths.append(length_s)
    track.keys.append(packet.is_keyframe)


def find_offsets(picture: Track | None, sounds: Sequence[Track]) -> dict[int, Offsets]:
    """What has to be added to each track's times, by its stream's index, so that no clock starts again."""
    lead = picture if picture is not None and picture.decoded else next((one for one in sounds if one.decoded), None)
    followers = [one for one in sounds if one is not lead and one.decoded]
    found = {one.index: Offsets() for one in (*([picture] if picture else []), *sounds)}
    if lead is None:
        return found
    free = {one.index: one.leaps() for one in followers}
    for at in lead.leaps():
        splice = {lead.index: at}
        for one in followers:
            near = [leap for leap in free[one.index] if abs(one.places[leap] - lead.places[at]) <= _NEAR]
            if near:
                splice[one.index] = near[0]
                free[one.index].remove(near[0])
        tracks = [one for one in (lead, *followers) if one.index in splice]
        end_s = max(one.over_s(splice[one.index] - 1) + found[one.index].at(splice[one.index] - 1) for one in tracks)
        begin_s = min(one.decoded[splice[one.index]] for one in tracks)
        for one in tracks:
            offsets = found[one.index]
            found[one.index] = Offsets((*offsets.starts, splice[one.index]), (*offsets.added_s, end_s - begin_s))
    return found


def _placed(track: Track, offsets: Offsets) -> Track:
    """The track with its times as they go on."""
    if len(offsets.starts) == 1:
        return track
    counts = np.diff([*offsets.starts, len(track.shown)])
    added = np.repeat(np.array(offsets.added_s), counts)
    return replace(
        track,
        decoded=array("d", np.array(track.decoded) + added),
        shown=array("d", np.array(track.shown) + added),
    )


def find_ranges(picture: Track, zero: float) -> Iterator[tuple[float, float]]:
    """From when to when there is a picture, in order.

    Args:
        zero: The container's time that is the recording's zero.
    """
    # Nothing before the first key frame can be decoded.
    first = picture.keys.index(1) if any(picture.keys) and not picture.primed else 0
    order = np.argsort(np.array(picture.shown[first:]), kind="stable")
    shown = np.array(picture.shown[first:])[order] - zero
    lengths = np.array(picture.lengths[first:])[order]
    steps = np.diff(shown)
    usual_s = float(np.median(steps)) if len(steps) else 0.04
    gaps = _find_gaps(steps, usual_s)
    starts = [0, *(gap + 1 for gap in gaps)]
    ends = [*gaps, len(shown) - 1]
    for start, end in zip(starts, ends, strict=True):
        stays_s = usual_s if end < len(shown) - 1 or not lengths[end] else min(float(lengths[end]), GAP_S)
        yield max(round(float(shown[start]), 3), 0.0), round(float(shown[end]) + stays_s, 3)


def _find_gaps(steps: Floats, usual_s: float) -> list[int]:
    """Indices of the pictures behind which none comes for long, although they come evenly elsewhere."""
    pauses = steps >= max(_PAUSE_S, _STEPS * usual_s)
    long = pauses & (steps >= GAP_S)
    if usual_s >= _PAUSE_S or int((pauses & ~long).sum()) > int(long.sum()):
        return []
    return [int(at) for at in np.flatnonzero(long)]
