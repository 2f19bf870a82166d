"""Pictures from collections: what was found, how well it fits, and the file once it proved to be a picture.

PictureOffer (a search's entry) ──▶ rank ──▶ download, size-capped ──▶ decode ──▶ FetchedPicture (file, credit)
                                               next best when this one fails
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.errors import AutomagicError, MediaError, RequestError, VendorError
from automagic.language.text.keywords import content_words
from automagic.values.credit import Credit
from automagic.values.frame import Frame

if TYPE_CHECKING:
    from automagic.providers.shared.fetching import Fetcher

MAX_PICTURE_BYTES = 40_000_000
MAX_PIXELS = 80_000_000
"""A picture of 80 megapixels takes 240 MB when it is opened; the largest thumbnail asked for has 15."""

SHORT_SIDE_SHARE = 1 / 1.5
"""How much of the frame's short side a picture must have at least: beyond that, enlarging shows."""

WIDEST = 3.0
ENOUGH = 3
"""With this many fitting offers no further search is made."""

TRIES = 4
"""How many offers are fetched, one after the other, until one is a picture."""

_EXIF_ORIENTATION = 0x0112


@dataclass(frozen=True, slots=True)
class PictureOffer:
    """A picture that a collection offers.

    Attributes:
        identity: The page that shows it; the same picture has the same one.
        title: Its name, for people.
        words: Everything that says what it shows.
        width, height: Of the original, in pixels.
        url: Of the file to fetch.
        thumbnail: Of one smaller rendition, from which the others' addresses can be told; "" for none.
        author: "" when nobody says.
        licence: As it goes into the credit.
        quality: 0, or up to 1 when the collection's people singled it out.
        rank: Its place in the search, from 0.
    """

    identity: str
    title: str
    words: str
    width: int
    height: int
    url: str
    author: str
    licence: str
    thumbnail: str = ""
    quality: float = 0.0
    rank: int = 0


def read_offers(entries: Iterable[Any], read: Callable[[Any, int], PictureOffer | None]) -> list[PictureOffer]:
    """The offers among the entries of a collection's answer; one that is not as it is documented is none.

    Args:
        read: Reads an entry with its place in the search, from 0; None for what cannot be used.
    """
    offers = []
    for rank, entry in enumerate(entries):
        with contextlib.suppress(AttributeError, TypeError, ValueError, LookupError, ArithmeticError):
            if offer := read(entry, rank):
                offers.append(offer)
    return offers


@dataclass(frozen=True, slots=True)
class FetchedPicture:
    """A picture that was fetched and opened.

    Attributes:
        file: JPEG or PNG, in the folder that was given.
        width, height: As it is shown, in pixels.
        identity: Its offer's.
        credit: For the credits and the description.
    """

    file: Path
    media_type: str
    width: int
    height: int
    identity: str
    credit: Credit


# ---------------------------------------------------------------------------------------------------- deciding


def is_large_enough(width: int, height: int, frame: Frame) -> bool:
    """Whether a picture has the pixels and the shape to fill the frame."""
    if min(width, height) <= 0 or max(width, height) > WIDEST * min(width, height):
        return False
    return min(width, height) >= min(frame.width, frame.height) * SHORT_SIDE_SHARE


def shown_share(width: int, height: int, frame: Frame) -> float:
    """How much of a picture is seen when it fills the frame, 0..1."""
    shape, wanted = width / height, frame.width / frame.height
    return min(shape / wanted, wanted / shape)


def rank_offers(offers: Iterable[PictureOffer], wanted: Sequence[str], frame: Frame) -> list[PictureOffer]:
    """The offers that fit, best first: relevance before shape, shape before resolution.

    Args:
        wanted: Words of the scene, most telling first; a picture that shares none of them is left out.
    """
    scored: list[tuple[float, str, PictureOffer]] = []
    for offer in offers:
        if not is_large_enough(offer.width, offer.height, frame):
            continue
        relevance = _relevance(wanted, offer.words)
        if relevance <= 0.0:
            continue
        resolution = min(1.0, offer.width / frame.width, offer.height / frame.height)
        score = (
            2.5 * relevance
            + 1.0 * shown_share(offer.width, offer.height, frame)
            + 0.5 * resolution
            + 0.4 * offer.quality
            - 0.02 * offer.rank
        )
        scored.append((-score, offer.identity, offer))
    return [offer for *_, offer in sorted(scored, key=lambda entry: entry[:2])]


def share_out(offers: Sequence[Sequence[PictureOffer]]) -> list[list[PictureOffer]]:
    """Divide the offers of many scenes, best first, so that none is offered twice.

    In turns, each scene takes the best picture that is left: all get a first one before any gets a second. None
    takes more than `TRIES`.
    """
    shares: list[list[PictureOffer]] = [[] for _ in offers]
    taken: set[str] = set()
    for _ in range(TRIES):
        for own, wanted in zip(shares, offers, strict=True):
            best = next((offer for offer in wanted if offer.identity not in taken), None)
            if best is not None:
                taken.add(best.identity)
                own.append(best)
    return shares


def _relevance(wanted: Sequence[str], words: str) -> float:
    """Which share of the wanted words a picture's own words cover; the first counts twice the last."""
    if not wanted:
        return 1.0
    shown = [stem(word) for word in re.findall(r"\w+", words.lower())]
    weights = [2.0 - index / len(wanted) for index in range(len(wanted))]
    covered = sum(weight for weight, word in zip(weights, wanted, strict=True) if stem(word) in shown)
    return covered / sum(weights)


@dataclass(frozen=True, slots=True)
class PictureQuery:
    """What a picture is wanted for.

    Attributes:
        text: What the scene says.
        frame: What the picture has to fill.
        topic: What the whole is about; searched for when the scene's own words find nothing.
        language: Of both.
    """

    text: str
    frame: Frame
    topic: str = ""
    language: str = "en"

    def words(self) -> list[str]:
        """By which an offer's relevance is told, most telling first."""
        return list(
            dict.fromkeys((*_telling_words(self.text, self.language), *_telling_words(self.topic, self.language)))
        )

    def searches(self) -> list[str]:
        """What to search for, one after the other until something fits: the scene first, the topic in the end."""
        scene, about = _telling_words(self.text, self.language), _telling_words(self.topic, self.language)
        wanted = [" ".join(scene[:2]), " ".join((*about[:1], *scene[:1])), *scene[:2], " ".join(about[:2]), *about[:1]]
        return list(dict.fromkeys(search for search in wanted if search))


def _telling_words(text: str, language: str) -> tuple[str, ...]:
    """At most six single words that a picture of this text may be found by, most telling first."""
    from automagic.language.text.keywords import subjects

    found = [word.lower() for phrase in subjects(text, 6, language) for word in re.findall(r"\w+", phrase)]
    return tuple(dict.fromkeys(found or content_words(text, language)))[:6]


def stem(word: str) -> str:
    """One form for "tide" and "tides"."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


# --------------------------------------------------------------------------------------------------- fetching


async def fetch_best(
    offers: Sequence[PictureOffer], folder: Path, *, fetcher: Fetcher, part: str
) -> FetchedPicture | None:
    """The first of the best offers that turns out to be a picture; None when there is no offer.

    Args:
        part: What the picture is for, in the credit.

    Raises:
        VendorError, MediaError, RequestError: Of the first, when all that were tried failed.
    """
    first_failure: AutomagicError | None = None
    for offer in offers[:TRIES]:
        target = folder / f"{hashlib.sha256(offer.identity.encode()).hexdigest()[:16]}.picture"
        try:
            await fetcher.fetch(offer.url, target, max_bytes=MAX_PICTURE_BYTES)
            media_type, width, height = await asyncio.to_thread(open_picture, target, offer.title)
        except (VendorError, MediaError, RequestError) as error:
            target.unlink(missing_ok=True)
            first_failure = first_failure or error
            continue
        file = target.with_suffix(".jpg" if media_type == "image/jpeg" else ".png")
        target.replace(file)
        author = f" by {offer.author}" if offer.author else ""
        credit = Credit(part, f"“{offer.title}”{author}", offer.identity, offer.licence, generated=False)
        return FetchedPicture(file, media_type, width, height, offer.identity, credit)
    if first_failure is not None:
        raise first_failure
    return None


def open_picture(file: Path, name: str) -> tuple[str, int, int]:
    """Media type, width and height of a file that opens as a JPEG or PNG picture, the whole of it.

    The size is read from its header and held against `MAX_PIXELS` before any pixel is unpacked.

    Raises:
        MediaError: It is none, is damaged, or is larger than that.
    """
    from PIL import UnidentifiedImageError
    from PIL.JpegImagePlugin import JpegImageFile
    from PIL.PngImagePlugin import PngImageFile

    try:
        with file.open("rb") as source:
            # The classes themselves, since Image.open only warns of a picture that is far too large.
            png = source.read(8) == b"\x89PNG\r\n\x1a\n"
            source.seek(0)
            with PngImageFile(source) if png else JpegImageFile(source) as image:
                width, height = image.size
                if width * height > MAX_PIXELS:
                    raise MediaError(
                        f"the picture {name} has {width}x{height} pixels, which is more than is opened here"
                    )
                turned = image.getexif().get(_EXIF_ORIENTATION, 1) >= 5  # lying on its side
                image.draft("RGB", (max(1, width // 8), max(1, height // 8)))  # all bytes are read, few are unpacked
                image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise MediaError(f"the picture {name} cannot be opened: it is damaged, or not a picture at all") from error
    return "image/png" if png else "image/jpeg", *((height, width) if turned else (width, height))
