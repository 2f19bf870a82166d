"""A copy of a recording whose clock starts again in the middle, with times that go on: the same packets, not encoded.

    as it lies    0 ▁▁▁▁▁▁▁▁▁▁ 20 | 0 ▁▁▁▁▁▁▁▁▁ 17      two recordings joined, a broadcast that was switched over
    copy          0 ▁▁▁▁▁▁▁▁▁▁ 20 ▁▁▁▁▁▁▁▁▁▁▁▁ 37

No jump to a time finds its way in the first: each time is there twice, or is hours away.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.errors import MediaError
from automagic.media.video.containers import moving_pictures, open_recording, zero_s
from automagic.media.video.extents import find_offsets, packets_of, read_tracks
from automagic.media.video.source import ClipCancelled

if TYPE_CHECKING:
    from av import Packet

    from automagic.media.video.extents import Offsets

_ASKED_EVERY = 5000


def straighten(recording: Path, target: Path, *, cancelled: Callable[[], bool] = lambda: False) -> None:
    """Write the copy, a Matroska file, complete or not at all; it is the same whenever it is made.

    Raises:
        RequestError: The recording cannot be read.
        MediaError: Its tracks cannot be copied.
        ClipCancelled: `cancelled` said so.
    """
    import av

    with open_recording(recording) as container:
        offsets = find_offsets(*read_tracks(container, recording, cancelled))
    partial = target.with_name(f".{target.name}.partial")
    try:
        with (
            open_recording(recording) as container,
            av.open(
                str(partial), "w", format="matroska", options={"fflags": "+bitexact", "cluster_time_limit": "2000"}
            ) as copy,
        ):
            zero = zero_s(container)
            streams = [*moving_pictures(container)[:1], *container.streams.audio]
            outs = {stream.index: copy.add_stream_from_template(stream) for stream in streams}
            counts = dict.fromkeys(outs, 0)
            for place, packet in enumerate(packets_of(container, list(outs))):
                if place % _ASKED_EVERY == 0 and cancelled():
                    raise ClipCancelled(f"putting {recording.name} in order was cancelled")
                if packet.is_discard:
                    continue
                index = packet.stream.index
                if _shift(packet, offsets[index], counts[index], zero):
                    packet.stream = outs[index]
                    copy.mux(packet)
                counts[index] += 1
        partial.replace(target)
    except (av.FFmpegError, ValueError) as error:
        raise MediaError(
            f"{recording.name} cannot be put in order, although its clock starts again in the middle: {error}",
            hint="Join its parts with an editing program, or give them one by one.",
        ) from error
    finally:
        partial.unlink(missing_ok=True)


def _shift(packet: Packet[Any], offsets: Offsets, count: int, zero: float) -> bool:
    """Give a packet its place on the recording's timeline; whether it has one."""
    base = packet.time_base
    if not base:
        return False
    added = round((offsets.at(count) - zero) / base)
    # Matroska keeps no decoding times: of a picture with B-frames the first packet has none, and is the key frame.
    if packet.dts is not None:
        packet.dts += added
    if packet.pts is not None:
        packet.pts += added
    shown = packet.pts if packet.pts is not None else packet.dts
    return shown is not None and shown >= 0
