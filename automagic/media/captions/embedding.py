"""Put CEA-608 captions into an H.264 video without encoding it again.

    packets in decoding order ─▶ before the first slice of each: SEI, user data, "GA94", the pairs that are due
                                 by the time at which its picture is shown

Pictures and sound stay as they are, to the bit. Where frames are fewer than 29.97 a second, one carries several pairs;
where they are more, some carry none. (ATSC A/53 part 4, 6.2.3; ITU-T H.264 D.1.6; CTA-708 4.3)
"""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.errors import MediaError, RequestError
from automagic.media.captions.scc.labels import FRAME_RATE

if TYPE_CHECKING:
    import av

_SEI, _SLICES = 6, (1, 5)
_USER_DATA = 4
_CAPTIONS = b"\xb5\x00\x31GA94\x03"
_FIELD_1, _NO_DATA = b"\xfc", b"\xf8\x80\x80"
"""A valid pair of the first field, and one that is marked as none."""
_MOST_PAIRS = 31
"""That one frame can carry."""


def embed_captions(source: Path, pairs: Mapping[int, bytes], target: Path) -> int:
    """Write `source` with captions to `target`, in the same kind of file.

    Args:
        pairs: Frame at 29.97 a second → two bytes with parity, as `read_pairs` gives them.

    Returns:
        How many pairs were written; those behind the end of the video have no place.

    Raises:
        RequestError: The video is no H.264, or has captions of its own.
        MediaError: It cannot be read.
    """
    import av

    try:
        with av.open(str(source)) as container:
            shown_at = _read_times(container, source.name)
        due = _assign(pairs, shown_at)
        with av.open(str(source)) as container, av.open(str(target), "w", format=_format(container)) as written:
            _copy(container, written, due)
    except av.error.FFmpegError as error:
        raise MediaError(f"{source.name} cannot be read: {error.strerror}", hint="Try to play it.") from error
    return sum(map(len, due.values()))


def _read_times(container: av.container.InputContainer, name: str) -> list[tuple[int, float]]:
    """When each picture is shown: in the units of its stream and in seconds, rising.

    Raises:
        RequestError: It is no video that captions can be put into.
    """
    stream = next(iter(container.streams.video), None)
    if stream is None or stream.codec_context.name != "h264":
        found = f"has pictures as {stream.codec_context.name}" if stream else "has no pictures"
        raise RequestError(
            f"{name} {found}: captions can be embedded into H.264", hint="Keep them in a file beside it."
        )
    base = float(stream.time_base or 1)
    found_at = set()
    for packet in container.demux(stream):
        if packet.pts is not None:
            found_at.add(packet.pts)
            if _CAPTIONS in bytes(packet):
                raise RequestError(
                    f"{name} has captions inside already", hint="They stay as they are. Keep yours in a file beside it."
                )
    if not found_at:
        raise RequestError(f"{name} has no pictures", hint="Try to play it.")
    first = min(found_at)
    return [(pts, (pts - first) * base) for pts in sorted(found_at)]


def _assign(pairs: Mapping[int, bytes], shown_at: Sequence[tuple[int, float]]) -> dict[int, list[bytes]]:
    """The pairs that each picture carries: those that are due by then, since the one before."""
    seconds = [time for _, time in shown_at]
    due: dict[int, list[bytes]] = {}
    for frame in sorted(pairs):
        # A picture that begins within half a frame carries it, as the nearest.
        place = bisect.bisect_left(seconds, (frame - 0.5) / FRAME_RATE)
        while place < len(shown_at) and len(due.get(shown_at[place][0], ())) == _MOST_PAIRS:
            place += 1
        if place < len(shown_at):
            due.setdefault(shown_at[place][0], []).append(pairs[frame])
    return due


def _copy(
    container: av.container.InputContainer,
    written: av.container.OutputContainer,
    due: Mapping[int, Sequence[bytes]],
) -> None:
    import av

    video = container.streams.video[0]
    extradata = video.codec_context.extradata or b""
    length_size = (extradata[4] & 3) + 1 if extradata[:1] == b"\x01" else 0  # 0: start codes
    outs = {stream.index: written.add_stream_from_template(stream, opaque=True) for stream in _copied(container)}
    written.metadata.update(container.metadata)
    for packet in container.demux([stream for stream in container.streams if stream.index in outs]):
        if packet.size == 0:
            continue  # it ends a stream
        out = packet
        if packet.stream.index == video.index and packet.pts is not None:
            out = av.Packet(_with_sei(bytes(packet), due.get(packet.pts, ()), length_size))
            out.pts, out.dts, out.time_base = packet.pts, packet.dts, packet.time_base
            out.duration, out.is_keyframe = packet.duration or 0, packet.is_keyframe
        out.stream = outs[packet.stream.index]
        written.mux(out)


def _copied(container: av.container.InputContainer) -> list[Any]:
    return [stream for stream in container.streams if stream.type in ("video", "audio", "subtitle")]


def _format(container: av.container.InputContainer) -> str:
    """What a file of the same kind is called where it is written: "mov,mp4,m4a,…" is read, "mp4" written."""
    for name in container.format.name.split(","):
        if name in ("mp4", "mpegts", "matroska", "mov"):
            return "mp4" if name == "mov" and "mp4" in container.format.name else name
    return container.format.name.partition(",")[0]


def _with_sei(packet: bytes, pairs: Sequence[bytes], length_size: int) -> bytes:
    """A picture with what it carries before its first slice. One without a pair says so: decoders count on it."""
    sei = _sei(pairs)
    if length_size:
        at = _first_slice_by_length(packet, length_size)
        return packet[:at] + len(sei).to_bytes(length_size, "big") + sei + packet[at:]
    at = _first_slice_by_code(packet)
    return packet[:at] + b"\x00\x00\x00\x01" + sei + packet[at:]


def _first_slice_by_length(packet: bytes, length_size: int) -> int:
    at = 0
    while at + length_size < len(packet):
        if packet[at + length_size] & 31 in _SLICES:
            return at
        at += length_size + int.from_bytes(packet[at : at + length_size], "big")
    return len(packet)


def _first_slice_by_code(packet: bytes) -> int:
    at = packet.find(b"\x00\x00\x01")
    while at >= 0:
        if at + 3 < len(packet) and packet[at + 3] & 31 in _SLICES:
            return at - 1 if at and packet[at - 1] == 0 else at
        at = packet.find(b"\x00\x00\x01", at + 3)
    return len(packet)


def _sei(pairs: Sequence[bytes]) -> bytes:
    """The unit that carries pairs: cc_data() of A/53 in user data registered by the ATSC."""
    triplets = b"".join(_FIELD_1 + pair for pair in pairs) or _NO_DATA
    count = max(1, len(pairs))
    data = _CAPTIONS + bytes([0xC0 | count, 0xFF]) + triplets + b"\xff"
    return bytes([_SEI]) + _escape(bytes([_USER_DATA, len(data)]) + data + b"\x80")


def _escape(data: bytes) -> bytes:
    """Without three bytes that would look like a start code (emulation prevention, H.264 7.4.1)."""
    out = bytearray()
    zeros = 0
    for byte in data:
        if zeros >= 2 and byte <= 3:
            out.append(3)
            zeros = 0
        out.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return bytes(out)
