"""What is made for platforms: texts for fields, pictures, scripts of videos, and what speaks against them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

from automagic.values.artifact import Artifact

AdState = Literal["ready", "pending", "approved", "rejected"]
"""Of what a person has to see first: "pending". What is cut out of a claim word by word is "ready"."""
PictureFamily = Literal["clean", "designed"]
"""Without any text, for formats to which a platform adds it; or with headline, price, button and logo."""


@dataclass(frozen=True, slots=True)
class AdFinding:
    """Something that speaks against a text or a picture.

    Attributes:
        rule: Id of the fact it breaks, "google.policy.exclamation"; of what holds everywhere, "brief.…".
        says: What is wrong, and what to do, in a sentence.
        hard: Whether the platform refuses it; else it is advice.
        source: Who says so; "" for ourselves.
        checked: When that was read.
    """

    rule: str
    says: str
    hard: bool
    source: str = ""
    checked: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class AdText:
    """A text in a field.

    Attributes:
        platform: As `--platform` names it.
        field: Id of its fact: "google.rsa.headline".
        number: 1 is the first of its field.
        length, limit: As the platform counts.
        shown: How much of it is seen before it is cut, counted so; None where all of it is.
        claims: Ids of what it rests on; empty for a call with name and kind.
        source: The sentence of the brief.
        pin: Where it must stand, "HEADLINE_1"; "" for anywhere.
    """

    platform: str
    field: str
    number: int
    text: str
    length: int
    limit: int
    claims: tuple[str, ...]
    source: str
    state: AdState
    shown: int | None = None
    pin: str = ""
    findings: tuple[AdFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class AdPicture:
    """A picture for a placement.

    Attributes:
        platform: As `--platform` names it.
        field: Id of its fact: "google.rda.marketing_image".
        name: Of its file in the package, ASCII, at most 100 characters.
        alt: What it shows.
        claims: Ids of what it says.
    """

    platform: str
    field: str
    family: PictureFamily
    name: str
    file: Artifact
    width: int
    height: int
    alt: str
    claims: tuple[str, ...]
    state: AdState
    findings: tuple[AdFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class AdScript:
    """What a video says, as a file that `automagic --script` makes one of.

    Attributes:
        length_s: At most so long the video is.
        text: The file: Markdown, see `language.script.file`.
        spoken_s: About how long it is; good to a tenth.
        claims: Ids of what it says.
    """

    length_s: int
    text: str
    spoken_s: float
    claims: tuple[str, ...]
    state: AdState
    findings: tuple[AdFinding, ...] = ()

    @property
    def name(self) -> str:
        """Of its file: "15s.md"."""
        return f"{self.length_s}s.md"
