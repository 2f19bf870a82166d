"""What was found for a brief, before it is known whether an ad can be made of it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from automagic.products.ads.brief import AdBrief, BriefPicture, Claim
from automagic.products.ads.briefs.delicate import Subject


@dataclass(frozen=True, slots=True)
class Given:
    """What a person says beside a source; it wins over what the source says. "" for nothing."""

    name: str = ""
    kind: str = ""
    link: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class BriefSentence:
    """A sentence that may become a claim.

    Attributes:
        where: "claims[2]", "paragraph 3", "JSON-LD description".
        is_claim: Whether a person wrote it as a claim. What is wrong with it is refused then; what is wrong with a
            sentence of a running text only keeps that sentence out.
        is_whole: Whether it was parted before, and stays what it is.
    """

    text: str
    where: str
    is_claim: bool
    short: tuple[str, ...] = ()
    proof: str = ""
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class BriefMaterial:
    """As `AdBrief`, not yet checked; "" and () for what is not said.

    Attributes:
        location: For people: the file's name, or the address.
        folder: Where the pictures lie; None for a page.
        notices: What a person must be told of how it was read.
    """

    location: str
    sentences: tuple[BriefSentence, ...]
    name: str = ""
    kind: str = ""
    link: str = ""
    language: str = ""
    brand: str = ""
    campaign: str = ""
    call: str = ""
    price: str = ""
    disclaimer: str = ""
    offer_until: datetime.date | None = None
    logo: BriefPicture | None = None
    pictures: tuple[BriefPicture, ...] = ()
    colours: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    folder: Path | None = None
    notices: tuple[str, ...] = ()

    @property
    def all_pictures(self) -> tuple[BriefPicture, ...]:
        """The logo, if there is one, and the pictures."""
        return (*filter(None, [self.logo]), *self.pictures)


@dataclass(frozen=True, slots=True)
class KeptOut:
    """A claim that is not advertised, and why, in a sentence."""

    claim: Claim
    why: str


@dataclass(frozen=True, slots=True)
class ReadBrief:
    """A brief that ads can be made of.

    Attributes:
        kept_out: What is not said although it was found.
        subjects: Of what is delicate: what is made of it waits for a person, whoever wrote it.
        folder: Where the pictures lie; None for a page.
        notices: What a person must be told, a sentence each.
    """

    brief: AdBrief
    location: str
    kept_out: tuple[KeptOut, ...] = ()
    subjects: tuple[Subject, ...] = ()
    folder: Path | None = None
    notices: tuple[str, ...] = ()
