"""HLS playlists as data (RFC 8216): what a recording is made of, read and never followed.

    master   variants (sizes of the same film), renditions (sound, captions beside it)
    media    pieces, one after the other, each with its length; at the end "#EXT-X-ENDLIST", or it is live

A playlist is somebody else's text: it is bounded, its addresses are of the web, and what is not understood is refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from automagic.errors import MediaError

MOST_PIECES = 50_000
"""A day of pieces of two seconds."""
MOST_VARIANTS = 200
"""And as many renditions."""
MOST_LETTERS = 16 << 20
LONGEST_S = 24 * 3600.0

_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=(?:"([^"]*)"|([^,]*))')
_RANGE = re.compile(r"(\d{1,15})(?:@(\d{1,15}))?")
_IV = re.compile(r"0[xX]([0-9a-fA-F]{1,32})")


class PlaylistError(MediaError):
    """It is no playlist that can be read."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One size of a film.

    Attributes:
        bits_per_s: On average where that is said, else at most; 0 where neither is.
        pictures: Whether it has any, as far as it says.
        sound: The group of the renditions that are its sound; "" where it is within.
    """

    url: str
    bits_per_s: int
    pictures: bool = True
    sound: str = ""


@dataclass(frozen=True, slots=True)
class Rendition:
    """What goes along with a variant.

    Attributes:
        kind: "AUDIO", "SUBTITLES", "VIDEO".
        url: "" where it is within the variant.
        language: BCP-47; "" when not said.
    """

    kind: str
    group: str
    url: str
    language: str
    default: bool


@dataclass(frozen=True, slots=True)
class MasterPlaylist:
    """What there is of a film."""

    variants: tuple[Variant, ...]
    renditions: tuple[Rendition, ...]


@dataclass(frozen=True, slots=True)
class PieceBytes:
    """Bytes of a file.

    Attributes:
        length: None for up to its end.
    """

    url: str
    begin: int = 0
    length: int | None = None


@dataclass(frozen=True, slots=True)
class PieceKey:
    """What a piece is closed with: AES-128 in CBC.

    Attributes:
        iv: 16 bytes.
    """

    url: str
    iv: bytes


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a film.

    Attributes:
        header: What has to be read before it; None for nothing.
        run: Pieces of another run have times and forms of their own.
    """

    data: PieceBytes
    length_s: float
    header: PieceBytes | None = None
    key: PieceKey | None = None
    run: int = 0


@dataclass(frozen=True, slots=True)
class MediaPlaylist:
    """A film, or its captions.

    Attributes:
        ended: Whether no piece will be added.
    """

    pieces: tuple[Piece, ...]
    ended: bool

    @property
    def length_s(self) -> float:
        """Of all pieces."""
        return sum(piece.length_s for piece in self.pieces)


def is_playlist(text: str) -> bool:
    """Whether a text says that it is one."""
    return text.lstrip("\ufeff").startswith("#EXTM3U")


def holds_piece(text: str) -> bool:
    """Whether it names anything: a server lists captions that it is still making."""
    return is_playlist(text) and any(not line.startswith("#") for line in _lines(text))


def read_playlist(text: str, url: str) -> MasterPlaylist | MediaPlaylist:
    """A playlist of either kind.

    Args:
        url: Where it was found: what it names lies beside it.

    Raises:
        PlaylistError: It is none, is too large, or names what cannot be fetched.
    """
    if not is_playlist(text):
        raise PlaylistError(f"{url} is no HLS playlist", hint="Open it in a browser: what is there?")
    if len(text) > MOST_LETTERS:
        raise PlaylistError(f"{url} is a playlist of more than {MOST_LETTERS >> 20} MB")
    if "#EXT-X-STREAM-INF" in text or "#EXT-X-MEDIA:" in text:
        return _Master(url).read(text)
    return _Media(url).read(text)


def read_attributes(line: str) -> dict[str, str]:
    """What stands behind the colon of a tag.

    >>> read_attributes('#EXT-X-MEDIA:TYPE=AUDIO,URI="a,b.m3u8"')
    {'TYPE': 'AUDIO', 'URI': 'a,b.m3u8'}
    """
    return {name: quoted or plain for name, quoted, plain in _ATTRIBUTE.findall(line.partition(":")[2])}


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if stripped := line.strip():
            yield stripped


def _address(base: str, given: str) -> str:
    """Of the web.

    Raises:
        PlaylistError: It is none.
    """
    try:
        whole = urljoin(base, given)
        parts = urlsplit(whole)
        if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc:
            return whole
    except ValueError:
        pass
    raise PlaylistError(f"{base} names what is no address of the web: {given[:80]!r}")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


class _Master:
    def __init__(self, url: str) -> None:
        self._url = url
        self._variants: list[Variant] = []
        self._renditions: list[Rendition] = []

    def read(self, text: str) -> MasterPlaylist:
        about: dict[str, str] | None = None
        for line in _lines(text):
            if line.startswith("#EXT-X-STREAM-INF:"):
                about = read_attributes(line)
            elif line.startswith("#EXT-X-MEDIA:"):
                self._add_rendition(read_attributes(line))
            elif not line.startswith("#") and about is not None:
                self._add_variant(line, about)
                about = None
            if max(len(self._variants), len(self._renditions)) > MOST_VARIANTS:
                raise PlaylistError(f"{self._url} names more than {MOST_VARIANTS} sizes of one film")
        return MasterPlaylist(tuple(self._variants), tuple(self._renditions))

    def _add_variant(self, line: str, about: dict[str, str]) -> None:
        codecs = about.get("CODECS", "")
        seen = "RESOLUTION" in about or not codecs or not re.fullmatch(r"\s*(mp4a|ac-3|ec-3|opus|mp3)[\w.]*\s*", codecs)
        bits = _number(about.get("AVERAGE-BANDWIDTH", "")) or _number(about.get("BANDWIDTH", ""))
        self._variants.append(Variant(_address(self._url, line), bits, seen, about.get("AUDIO", "")))

    def _add_rendition(self, about: dict[str, str]) -> None:
        where = about.get("URI", "")
        self._renditions.append(
            Rendition(
                about.get("TYPE", ""),
                about.get("GROUP-ID", ""),
                _address(self._url, where) if where else "",
                about.get("LANGUAGE", ""),
                about.get("DEFAULT") == "YES",
            )
        )


class _Media:
    """Reads line by line: tags stand before the piece that they are of, or hold until they are said again."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pieces: list[Piece] = []
        self._ended = False
        self._length_s: float | None = None
        self._range: tuple[int | None, int | None] | None = None
        self._ends: dict[str, int] = {}
        self._header: PieceBytes | None = None
        self._key: dict[str, str] = {}
        self._first = 0
        self._run = 0

    def read(self, text: str) -> MediaPlaylist:
        for line in _lines(text):
            tag, _, value = line.partition(":")
            if not line.startswith("#"):
                self._add(line)
            elif tag == "#EXTINF":
                self._length_s = self._seconds(value.partition(",")[0])
            elif tag == "#EXT-X-ENDLIST":
                self._ended = True
            else:
                self._hold(tag, value, line)
        if not self._pieces:
            raise PlaylistError(f"{self._url} is a playlist without a piece")
        if sum(piece.length_s for piece in self._pieces) > LONGEST_S:
            raise PlaylistError(f"{self._url} lasts longer than a day")
        return MediaPlaylist(tuple(self._pieces), self._ended)

    def _hold(self, tag: str, value: str, line: str) -> None:
        if tag == "#EXT-X-BYTERANGE":
            self._range = self._bounds(value)
        elif tag == "#EXT-X-MAP":
            about = read_attributes(line)
            length, at = self._bounds(about["BYTERANGE"]) if "BYTERANGE" in about else (None, 0)
            if self._key:
                raise PlaylistError(f"{self._url} has a header that is encrypted, which nobody opens here")
            self._header = PieceBytes(_address(self._url, about.get("URI", "")), at or 0, length)
        elif tag == "#EXT-X-KEY":
            self._key = self._key_of(read_attributes(line))
        elif tag == "#EXT-X-MEDIA-SEQUENCE":
            self._first = _number(value)
        elif tag == "#EXT-X-DISCONTINUITY" and self._pieces:
            self._run = self._pieces[-1].run + 1

    def _add(self, line: str) -> None:
        if self._length_s is None:
            return  # an address that no length stands before is no piece
        url = _address(self._url, line)
        begin: int = 0
        length: int | None = None
        if self._range is not None:
            length, at = self._range
            begin = self._ends.get(url, 0) if at is None else at
            self._ends[url] = begin + (length or 0)
        key = None
        if self._key:
            number = self._first + len(self._pieces)
            told = _IV.fullmatch(self._key.get("IV", ""))
            iv = int(told[1], 16) if told else number
            key = PieceKey(_address(self._url, self._key.get("URI", "")), iv.to_bytes(16, "big"))
        self._pieces.append(Piece(PieceBytes(url, begin, length), self._length_s, self._header, key, self._run))
        if len(self._pieces) > MOST_PIECES:
            raise PlaylistError(f"{self._url} has more than {MOST_PIECES:,} pieces")
        self._length_s, self._range = None, None

    def _key_of(self, about: dict[str, str]) -> dict[str, str]:
        method = about.get("METHOD", "")
        if method == "NONE":
            return {}
        if method != "AES-128" or about.get("KEYFORMAT", "identity") != "identity":
            raise PlaylistError(
                f"{self._url} is encrypted with {method[:40] or 'nobody knows what'}, which only its own players open",
                hint="Ask the station for the file.",
            )
        return about

    def _seconds(self, text: str) -> float:
        try:
            length_s = float(text)
        except ValueError:
            length_s = math.nan
        if not 0 <= length_s <= LONGEST_S:
            raise PlaylistError(f"{self._url} has a piece of {text[:20]!r} seconds")
        return length_s

    def _bounds(self, text: str) -> tuple[int, int | None]:
        """Length and begin."""
        found = _RANGE.match(text)
        if found is None:
            raise PlaylistError(f"{self._url} has a piece of {text[:20]!r} bytes")
        return int(found[1]), None if found[2] is None else int(found[2])
