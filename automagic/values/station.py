"""A recording as its station lists it, and what a station says of itself."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

CaptionForm = Literal["hls", "vtt", "srt", "scc", "txt"]

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


_TICKETS = {
    "auth", "awsaccesskeyid", "expires", "hdnea", "hdnts", "hmac", "key-pair-id", "policy", "se", "sig", "signature",
    "sp", "sr", "st", "sv", "ticket", "token",
}  # fmt: skip
_VENDORS_TICKETS = ("x-amz-", "x-goog-")
"""Parameters that let an address be fetched for a while, as CloudFront, S3, Google, Azure and Akamai add them."""


def without_tickets(url: str) -> str:
    """An address without what is another at each look, though the file is the same."""
    address, mark, query = url.partition("?")
    kept = [one for one in query.split("&") if not _is_ticket(one.partition("=")[0].lower())] if mark else []
    return f"{address}?{'&'.join(kept)}" if kept else address


def _is_ticket(name: str) -> bool:
    return name in _TICKETS or name.startswith(_VENDORS_TICKETS)


def one_line(text: str) -> str:
    """What others wrote, as it may be shown: it begins no line of its own, and steers no terminal."""
    return _CONTROLS.sub(" ", text).strip()


@dataclass(frozen=True, slots=True)
class CaptionPlace:
    """Captions that a station serves.

    Attributes:
        form: "hls" is a playlist of WebVTT pieces; "txt" has hardly any times.
        language: BCP-47; "" when not said.
    """

    url: str
    form: CaptionForm
    language: str = ""


@dataclass(frozen=True, slots=True)
class StationChapter:
    """A chapter or agenda item.

    Attributes:
        title: One line.
        at_s: Where it begins.
    """

    title: str
    at_s: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", one_line(self.title))


@dataclass(frozen=True, slots=True)
class StationItem:
    """One recording that a station serves.

    Attributes:
        remote_id: The station's name of the recording; unique there.
        show_id: Of the programme that it belongs to; "" where the station knows none.
        title: Of the programme; one line.
        project: The series; one line.
        event_at: When it happened, as the station says; it may be wrong.
        url: Of the media file; "" while there is none.
        file_name: As the station calls the file.
        length_s: As the station says; 0 when it does not.
        state: As the station says: "complete", "processing" ...
        servable: Whether the public may see it now. What is not is not gone.
        chapters: By time.
        captions: What the station serves besides.
        size_bytes, sha1: Of the file; None where nobody says.
        modified_at: By the station's clock.
        link: Of the page where people watch it; "" for none.
    """

    remote_id: str
    title: str
    show_id: str = ""
    project: str = ""
    event_at: datetime | None = None
    url: str = ""
    file_name: str = ""
    length_s: float = 0.0
    state: str = "complete"
    servable: bool = True
    chapters: tuple[StationChapter, ...] = ()
    captions: tuple[CaptionPlace, ...] = ()
    size_bytes: int | None = None
    sha1: str | None = None
    modified_at: datetime | None = None
    link: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", one_line(self.title))
        object.__setattr__(self, "project", one_line(self.project))

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits of all that matters to a mirror; when it was modified does not, if nothing else is."""
        told = msgspec.to_builtins(self)
        told.pop("modified_at")
        return hashlib.blake2b(msgspec.json.encode(told, order="deterministic"), digest_size=8).hexdigest()

    @property
    def media_identity(self) -> tuple[str, str]:
        """What must be the same for it to be the same recording under its name: the programme and the file."""
        return self.show_id, self.file_name or without_tickets(self.url).rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class StationClock:
    """What a station says of its time.

    Attributes:
        now: By its clock.
        zone: IANA name, for times that it writes without one; "" when not said.
        version: Of its server.
    """

    now: datetime
    zone: str = ""
    version: str = ""


SAME_LENGTH_S = 2.0
"""Two lengths of one recording may differ by this much."""


def is_same_recording(before: StationItem, after: StationItem) -> bool:
    """Whether a name still means the recording that it meant: a station may give an old name to a new film."""
    if before.show_id != after.show_id:
        return False
    if before.media_identity == after.media_identity:
        return True
    return abs(before.length_s - after.length_s) <= SAME_LENGTH_S
