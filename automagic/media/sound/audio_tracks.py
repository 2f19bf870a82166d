"""The sound tracks of a recording by its own account, and which of them are heard.

    track 1  "Desktop Audio", stereo ┐
    track 2  "Mic/Aux", stereo       ├─▶ AudioPick: one alone, two that are left and right, or several added up
    track 3  German, stereo          ┘

Tracks are counted from 1 in the order of the file, as players and `ffprobe` (a:0, a:1 …) list them, those included that
nothing here can decode.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from automagic.errors import RequestError

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

Purpose = Literal["speech", "computer", "description", "commentary", "effects"]
"""What a track says it is for: what is said; what a computer plays meanwhile, a call or a game; all of it with the
picture described for the blind; somebody who talks about it; all but what is said."""

_PURPOSES: tuple[tuple[Purpose, re.Pattern[str]], ...] = (
    ("computer", re.compile(r"desktop|system|computer|browser|\bgame", re.IGNORECASE)),
    ("description", re.compile(r"(?i:descri(?:pti|bed)|audio\W?des[ck]|h[öo]rfilm|vi?sually)|\bAD\b")),
    ("commentary", re.compile(r"comment|kommentar|coment[aá]rio", re.IGNORECASE)),
    (
        "effects",
        re.compile(r"\bM\W?(?:&|and|\+)\W?E\b|effects|\bmusic|karaoke|instrumental|time\W?code|\bLTC\b", re.IGNORECASE),
    ),
)
"""By the titles that people give tracks; used only to choose between tracks on which somebody speaks."""

_NO_TITLE = re.compile(r"handler|media|^\W*$", re.IGNORECASE)
"""MP4 and MOV files name the program that wrote a track where others put its title."""


@dataclass(frozen=True, slots=True)
class AudioTrack:
    """One sound track, by its own account.

    Attributes:
        number: From 1.
        title: "" where it has none.
        language: BCP-47 primary tag; "" where it does not say.
        channels: Their names, such as ("FL", "FR"); ("NONE",) for one that is not labelled.
        default: Whether the file asks players to play it first.
        readable: Whether there is a decoder for it.
    """

    number: int
    title: str = ""
    language: str = ""
    channels: tuple[str, ...] = ("FC",)
    default: bool = False
    purpose: Purpose = "speech"
    readable: bool = True

    @property
    def is_mono(self) -> bool:
        """Whether it has one channel."""
        return len(self.channels) == 1

    @property
    def label(self) -> str:
        """For people: 2, “Mic/Aux”."""
        return f"{self.number}, “{self.title}”" if self.title else str(self.number)

    @property
    def description(self) -> str:
        """For people, with all that tells it from others: 2 “Mic/Aux” (stereo, English)."""
        shape = {0: "", 1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}.get(len(self.channels))
        if shape is None or (len(self.channels) > 2 and "NONE" in self.channels):
            shape = f"{len(self.channels)} channels"
        told = [shape, _language_name(self.language), "" if self.readable else "of an unknown kind"]
        title = f" “{self.title}”" if self.title else ""
        return f"{self.number}{title} ({', '.join(part for part in told if part)})"


Together = Literal["alone", "sides", "mixed"]


@dataclass(frozen=True, slots=True)
class AudioPick:
    """Which tracks of a recording are heard, and how they become one sound.

    Attributes:
        tracks: Their numbers.
        together: "alone" for one track as it is; "sides" when two tracks of one channel each are left and right;
            "mixed" when each is heard as it is and all are added up.
        gains_db: How much each is raised before it is added to the others; empty for none.
    """

    tracks: tuple[int, ...] = (1,)
    together: Together = "alone"
    gains_db: tuple[float, ...] = ()

    @property
    def lines(self) -> tuple[tuple[int, ...], ...]:
        """The stereo sounds that are added up: each is made of one track, or of two that are its sides."""
        return (self.tracks,) if self.together == "sides" else tuple((number,) for number in self.tracks)

    def gain(self, line: int) -> float:
        """The factor that a line's samples are multiplied with."""
        return float(10 ** (self.gains_db[line] / 20)) if self.gains_db else 1.0


FIRST = AudioPick()
"""The first track by itself."""


_LONGEST_TAG = 120


def list_tracks(container: InputContainer) -> tuple[AudioTrack, ...]:
    """What an open file says of its sound tracks."""
    return tuple(_describe(number, stream) for number, stream in enumerate(container.streams.audio, start=1))


def tag_text(value: str) -> str:
    """What a file says of itself, as one line of text.

    Older programs write tags in the letters of their machine; those come as lone surrogates, and nearly always mean
    Windows-1252.
    """
    try:
        value.encode()
    except UnicodeEncodeError:
        value = value.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
    printable = "".join(letter if letter.isprintable() else " " for letter in value)
    return " ".join(printable.split())[:_LONGEST_TAG]


def _describe(number: int, stream: AudioStream) -> AudioTrack:
    from av.stream import Disposition

    told = {key.lower(): tag_text(value) for key, value in stream.metadata.items()}
    title = told.get("title") or told.get("name") or told.get("track_name") or ""
    if not title and not _NO_TITLE.search(told.get("handler_name", "")):
        title = told.get("handler_name", "")
    marks = stream.disposition
    purpose = next((name for name, pattern in _PURPOSES if pattern.search(title)), "speech")
    for name, flag in (
        ("effects", Disposition.clean_effects | Disposition.karaoke),
        ("commentary", Disposition.comment),
        ("description", Disposition.visual_impaired),
    ):
        purpose = name if marks & flag else purpose
    # Without a decoder PyAV's stream has no codec context, though its stubs say otherwise.
    readable = stream.codec_context is not None
    return AudioTrack(
        number,
        title[:60],
        primary_language(told.get("language", "")),
        tuple(channel.name for channel in stream.layout.channels) if readable else (),
        bool(marks & Disposition.default),
        purpose,  # type: ignore[arg-type]  # both loops give what `Purpose` lists
        readable,
    )


def primary_language(tag: str) -> str:
    """The BCP-47 primary tag of a language as files name it: "ger", "deu", "de-AT" are "de"; "" for none."""
    from babel.core import get_global

    first = re.split(r"[-_]", tag.strip().lower())[0]
    if first in {"", "und", "mul", "zxx", "mis", "qaa", "unk"}:
        return ""
    # CLDR's aliases hold the terminological and the bibliographic codes of ISO 639-2.
    return str(get_global("language_aliases").get(first, first)).partition("_")[0]


def _language_name(tag: str) -> str:
    from babel import Locale

    return str(Locale("en").languages.get(tag, tag)) if tag else ""


def check_number(number: int, tracks: Sequence[AudioTrack], name: str) -> None:
    """See to it that a recording has a track and that it can be decoded.

    Args:
        name: The recording's, for people.

    Raises:
        RequestError: It does not, or it cannot; with the tracks that there are.
    """
    found = next((track for track in tracks if track.number == number), None)
    if found is not None and found.readable:
        return
    if not tracks:
        raise RequestError(f"{name} has no sound track, so there is no track {number}", hint="Leave out --audio-track.")
    what = f"track {number} of {name} cannot be decoded" if found else f"{name} has no sound track {number}"
    raise RequestError(what, hint=f"Its sound tracks: {describe_tracks(tracks)}.")


def describe_tracks(tracks: Iterable[AudioTrack]) -> str:
    """All of them, for people, on a line."""
    return ", ".join(track.description for track in tracks)


def stream_of(container: InputContainer, number: int) -> AudioStream:
    """The stream of a track; see `check_number`."""
    return container.streams.audio[number - 1]
