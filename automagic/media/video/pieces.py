"""The pieces of a stream as one file: opened where they are encrypted, packets copied, nothing decoded or encoded.

    track 1   piece piece piece │ piece piece        a run has one clock; the next begins where the one before ends
    track 2   piece piece piece │ piece piece        sound that came apart from its picture, by the same clock
              └──── run 0 ────┘ └── run 1 ──┘
                         │ one after the other, by time
                         ▼
                        MP4

What a piece is, its first bytes say: a container that could lead to other files, as a playlist can, is none.
"""

from __future__ import annotations

import heapq
import io
import itertools
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.errors import MediaError
from automagic.machine.blocks import BLOCK_BYTES, check_stopped

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer
    from av.packet import Packet
    from av.stream import Stream

_BOXES = (b"ftyp", b"styp", b"moof", b"moov", b"sidx", b"emsg", b"free", b"prft")
_AES_BLOCK = 16


@dataclass(frozen=True, slots=True)
class LocalBytes:
    """A part of a file that is here; `length` None for up to its end."""

    path: Path
    begin: int = 0
    length: int | None = None


@dataclass(frozen=True, slots=True)
class LocalPiece:
    """A piece that is here.

    Attributes:
        header: What is read before it; None for nothing.
        key, iv: Of AES-128 in CBC, 16 bytes each; empty for a piece that is open.
        run: Pieces of one run have one clock.
    """

    data: LocalBytes
    header: LocalBytes | None = None
    key: bytes = b""
    iv: bytes = b""
    run: int = 0


def join_pieces(tracks: Sequence[Sequence[LocalPiece]], target: Path, name: str) -> None:
    """Write all pieces into one MP4.

    Args:
        tracks: One with all, or one of pictures and one of sound.
        name: What errors call it.

    Raises:
        MediaError: A piece is none, or they do not fit together.
        Stopped: This thread was told to stop.
    """
    import av

    runs = [[list(group) for _, group in itertools.groupby(track, lambda piece: piece.run)] for track in tracks]
    if len({len(track) for track in runs}) != 1:
        raise MediaError(f"the picture and the sound of {name} are cut into different parts")
    try:
        with av.open(str(target), "w", format="mp4") as written:
            joining = _Joining(written, name)
            for pieces in zip(*runs, strict=True):
                joining.add(pieces)
    except av.FFmpegError as error:
        raise MediaError(f"the pieces of {name} cannot be joined: {error.strerror}") from error


class _Joining:
    def __init__(self, written: OutputContainer, name: str) -> None:
        self._written, self._name = written, name
        self._streams: list[Stream] = []
        self._forms: list[tuple[object, ...]] = []
        self._end_s = 0.0

    def add(self, tracks: Sequence[Sequence[LocalPiece]]) -> None:
        """One run of each track."""
        with ExitStack() as stack:
            opened = [stack.enter_context(_open(pieces, self._name)) for pieces in tracks]
            found = _choose(opened)
            if not found:
                raise MediaError(f"{self._name} holds neither picture nor sound")
            self._fit(found)
            start_s = min((one.start_time or 0) / 1_000_000 for one in opened)
            shift_s, end_s = self._end_s - start_s, self._end_s
            places = {id(stream): place for place, stream in enumerate(found)}
            packets = [_packets(one, [stream for stream in found if stream.container is one]) for one in opened]
            for _, packet in heapq.merge(*packets, key=lambda pair: pair[0]):
                check_stopped()
                end_s = max(end_s, self._copy(packet, places[id(packet.stream)], shift_s))
        self._end_s = end_s

    def _fit(self, found: Sequence[Stream]) -> None:
        """Give each stream its place in the file; those of later runs have to be of the same form."""
        forms = [_form(stream) for stream in found]
        if not self._streams:
            self._streams = [self._written.add_stream_from_template(stream) for stream in found]
            self._forms = forms
        elif forms != self._forms:
            raise MediaError(f"the parts of {self._name} are of different kinds, which one file cannot hold")

    def _copy(self, packet: Packet[Any], place: int, shift_s: float) -> float:
        """Gives when it ends, in seconds of the file."""
        base = float(packet.time_base)
        shift = round(shift_s / base)
        packet.dts = None if packet.dts is None else packet.dts + shift
        packet.pts = None if packet.pts is None else packet.pts + shift
        end_s = ((packet.pts or 0) + (packet.duration or 0)) * base
        packet.stream = self._streams[place]
        self._written.mux(packet)
        return end_s


def _choose(opened: Sequence[InputContainer]) -> list[Stream]:
    """The picture of the first track; the sound of the last that has one."""
    pictures = [stream for one in opened[:1] for stream in one.streams.video[:1]]
    sounds = [stream for one in opened for stream in one.streams.audio[:1]]
    return [*pictures, *sounds[-1:]]


def _form(stream: Stream) -> tuple[object, ...]:
    about: Any = stream.codec_context
    sizes = ("width", "height") if stream.type == "video" else ("sample_rate", "channels")
    return about.name, *(getattr(about, size) for size in sizes)


def _packets(container: InputContainer, streams: Sequence[Stream]) -> Iterator[tuple[float, Packet[Any]]]:
    """With when each is decoded, in seconds."""
    if not streams:
        return
    at_s = 0.0
    for packet in container.demux(*streams):
        if packet.size == 0 or packet.time_base is None:
            continue  # it ends a stream
        if packet.dts is not None:
            at_s = float(packet.dts * packet.time_base)
        yield at_s, packet


def _open(pieces: Sequence[LocalPiece], name: str) -> InputContainer:
    import av

    chain = _Chain(pieces, name)
    return av.open(chain, "r", format=chain.form)


class _Chain(io.RawIOBase):
    """Pieces as one file that is read from its beginning to its end."""

    def __init__(self, pieces: Sequence[LocalPiece], name: str) -> None:
        self._blocks = _blocks(pieces, name)
        self._left = next(self._blocks, b"")
        self.form = form_of(self._left, name)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; none at the end."""
        while not self._left:
            block = next(self._blocks, None)
            if block is None:
                return b""
            self._left = block
        given = self._left if size < 0 else self._left[:size]
        self._left = self._left[len(given) :]
        return given


def form_of(begin: bytes, name: str) -> str:
    """The container of a piece by its first bytes, as FFmpeg calls it.

    Raises:
        MediaError: It is none that a film comes in.
    """
    if begin[:1] == b"\x47":
        return "mpegts"
    if begin[4:8] in _BOXES:
        return "mov"
    if begin[:3] == b"ID3" or (begin[:1] == b"\xff" and begin[1:2] and begin[1] & 0xF6 == 0xF0):
        return "aac"
    raise MediaError(f"a piece of {name} is no piece of a film", hint="The station may want a sign-in.")


def _blocks(pieces: Sequence[LocalPiece], name: str) -> Iterator[bytes]:
    header: LocalBytes | None = None
    form = ""
    for piece in pieces:
        if piece.header is not None and piece.header != header:
            yield from _read(piece.header)
        header = piece.header
        data = _decrypt(_read(piece.data), piece, name) if piece.key else _read(piece.data)
        first = next(data, b"")
        found = form_of(first, name)
        if form and found != form:
            raise MediaError(f"the pieces of {name} are of different kinds")
        form = found
        yield first
        yield from data


def _read(part: LocalBytes) -> Iterator[bytes]:
    with part.path.open("rb") as file:
        file.seek(part.begin)
        left = part.length
        while block := file.read(BLOCK_BYTES if left is None else min(BLOCK_BYTES, left)):
            left = None if left is None else left - len(block)
            yield block
    if left:
        raise MediaError(f"{part.path.name} is shorter than its playlist says")


def _decrypt(blocks: Iterator[bytes], piece: LocalPiece, name: str) -> Iterator[bytes]:
    """Without the padding (PKCS #7) that the last block ends with."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    opened = Cipher(algorithms.AES(piece.key), modes.CBC(piece.iv)).decryptor()
    held = b""
    for block in blocks:
        held += opened.update(block)
        if len(held) > _AES_BLOCK:
            yield held[:-_AES_BLOCK]
            held = held[-_AES_BLOCK:]
    try:
        opened.finalize()
    except ValueError as error:
        raise MediaError(f"an encrypted piece of {name} is not whole") from error
    padding = held[-1] if held else 0
    if not 1 <= padding <= _AES_BLOCK or held[-padding:] != bytes([padding]) * padding:
        raise MediaError(f"a piece of {name} cannot be decrypted: its key is another")
    yield held[:-padding]
