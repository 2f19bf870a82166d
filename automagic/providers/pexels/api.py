"""Stock photos and video clips from Pexels, by key.

    a scene's words ──▶ /v1/search, /videos/search ──▶ offers ──▶ the best, in the smallest rendition that will do

Pexels' licence allows commercial use and changes and asks for no credit; the photographer is named all the same.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import math
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from automagic.errors import AutomagicError, MediaError, VendorError
from automagic.gate.calls import Answer, Attempt, Call
from automagic.gate.http import Allow
from automagic.gate.replies import Unusable
from automagic.language.text.sentences import primary_tag
from automagic.machine.addresses import is_public
from automagic.providers.shared.account import explain
from automagic.providers.shared.fetching import Fetcher
from automagic.providers.shared.pictures import (
    ENOUGH,
    SHORT_SIDE_SHARE,
    FetchedPicture,
    PictureOffer,
    PictureQuery,
    fetch_best,
    rank_offers,
    read_offers,
    shown_share,
)
from automagic.reading.json import parse_json
from automagic.values.credit import Credit
from automagic.values.frame import Frame

if TYPE_CHECKING:
    from automagic.gate.gate import Gate
    from automagic.gate.http import Http
    from automagic.values.secret import Secret

VENDOR = "pexels"
BASE_URL = "https://api.pexels.com"
LICENCE = "Pexels License"
MAX_CLIP_BYTES = 250_000_000
_FILLED = 0.9
"""A rendition fills the frame when its sides are at least this share of the frame's: a tenth cannot be seen."""

_PER_PAGE = 40
_TRIES = 3
_LOCALES = {
    "en": "en-US", "pt": "pt-BR", "es": "es-ES", "ca": "ca-ES", "de": "de-DE", "it": "it-IT", "fr": "fr-FR",
    "sv": "sv-SE", "id": "id-ID", "pl": "pl-PL", "ja": "ja-JP", "zh": "zh-CN", "ko": "ko-KR", "th": "th-TH",
    "nl": "nl-NL", "hu": "hu-HU", "vi": "vi-VN", "cs": "cs-CZ", "da": "da-DK", "fi": "fi-FI", "uk": "uk-UA",
    "el": "el-GR", "ro": "ro-RO", "nb": "nb-NO", "sk": "sk-SK", "tr": "tr-TR", "ru": "ru-RU",
}  # fmt: skip
"""The languages that Pexels searches in; others are searched in English."""


@dataclass(frozen=True, slots=True)
class StockClip:
    """A video clip that was fetched and opened.

    Attributes:
        file: MP4, in the folder that was given.
        width, height: In pixels.
        duration_s: As Pexels states it, in whole seconds.
        identity: For `avoid`.
        credit: For the credits and the description.
    """

    file: Path
    width: int
    height: int
    duration_s: float
    identity: str
    credit: Credit


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left of the month's requests.

    Attributes:
        resets_at: Seconds since 1970.
    """

    limit: int
    remaining: int
    resets_at: int


class PexelsIllustrator:
    """Finds photos and clips.

    Args:
        key: Goes to the API only, never to where the files lie.
        allow: Which network addresses files may come from.
    """

    name = VENDOR

    def __init__(
        self, gate: Gate, http: Http, *, key: Secret, base_url: str = BASE_URL, allow: Allow = is_public
    ) -> None:
        self._gate = gate
        self._http = http
        self._secret_headers = {"Authorization": key}
        self._base = base_url.rstrip("/")
        self._fetcher = Fetcher(gate, http, vendor=VENDOR, allow=allow)

    async def find_offers(self, query: PictureQuery) -> list[PictureOffer]:
        """The photos that fit what a scene says, best first.

        Raises:
            VendorError: Pexels refused.
        """
        wanted, frame = query.words(), query.frame
        offers: dict[str, PictureOffer] = {}
        best: list[PictureOffer] = []
        for words, shape in itertools.product(query.searches(), _shapes(frame)):
            answer = await self._search("/v1/search", words, shape, query.language)
            photos = _entries(answer, "photos")
            for offer in read_offers(photos, partial(read_photo, searched=words, frame=frame)):
                offers.setdefault(offer.identity, offer)
            best = rank_offers(offers.values(), wanted, frame)
            if len(best) >= ENOUGH:
                break
        return best

    async def fetch(self, offers: Sequence[PictureOffer], folder: Path, *, part: str) -> FetchedPicture | None:
        """The first of the offers whose file is a picture; None when there are no offers.

        Raises:
            VendorError, MediaError: Of the best offer, when the next best failed as well.
        """
        return await fetch_best(offers, folder, fetcher=self._fetcher, part=part)

    async def find_clip(
        self, query: PictureQuery, folder: Path, *, duration_s: float, avoid: Collection[str], part: str
    ) -> StockClip | None:
        """A video clip of at least `duration_s` seconds; None when there is none.

        Args:
            avoid: The identities of clips that other scenes have.
            part: What it is for, in the credit.

        Raises:
            VendorError: Pexels refused, or no file could be had.
            MediaError: None of the best files opens as a video.
        """
        for words, shape in itertools.product(query.searches(), _shapes(query.frame)):
            answer = await self._search("/videos/search", words, shape, query.language)
            found = rank_clips(_entries(answer, "videos"), query.frame, duration_s, avoid)
            if found:
                return await self._fetch_clip(found, folder, part)
        return None

    async def check(self) -> Quota:
        """The cheapest real call: whether the key is good, and what is left of its quota.

        Raises:
            VendorError: Pexels refuses the key or does not answer.
        """
        facts = (await self._ask("/v1/curated", {"per_page": 1}, once=secrets.token_hex(16))).facts
        return Quota(*(int(facts.get(name, "0") or 0) for name in ("limit", "remaining", "reset")))

    async def _search(self, path: str, words: str, shape: str, language: str) -> Any:
        locale = _LOCALES.get(primary_tag(language), _LOCALES["en"])
        asked: dict[str, str | int] = {"query": words, "locale": locale, "per_page": _PER_PAGE}
        answer = await self._ask(path, asked | ({"orientation": shape} if shape else {}))
        return parse_json(answer.data, name="pexels's answer")

    async def _ask(self, path: str, parameters: dict[str, str | int], *, once: str = "") -> Answer:
        """`once` makes it another call than all before, which the response cache does not know."""
        url = self._base + path

        async def send(_attempt: Attempt) -> Answer:
            reply = await self._http.request("GET", url, params=parameters, secret_headers=self._secret_headers)
            if reply.status >= 400:
                raise explain(reply, VENDOR)
            if not isinstance(reply.json(), dict):
                raise Unusable("pexels gave an answer that its API does not define")
            quota = {name: reply.headers.get(f"x-ratelimit-{name}", "") for name in ("limit", "remaining", "reset")}
            return Answer(reply.body, "application/json", facts=quota)

        return (await self._gate.call(Call(VENDOR, path, once, {"url": url, **parameters}), send)).answer

    async def _fetch_clip(self, found: Sequence[Mapping[str, Any]], folder: Path, part: str) -> StockClip:
        first_failure: AutomagicError | None = None
        for video, rendition in ((video, video["chosen"]) for video in found[:_TRIES]):
            identity = str(video["url"])
            target = folder / f"{hashlib.sha256(identity.encode()).hexdigest()[:16]}.mp4"
            try:
                await self._fetcher.fetch(str(rendition["link"]), target, max_bytes=MAX_CLIP_BYTES)
                width, height = await asyncio.to_thread(open_clip, target, identity)
            except (VendorError, MediaError) as error:
                target.unlink(missing_ok=True)
                first_failure = first_failure or error
                continue
            author = str((video.get("user") or {}).get("name") or "unknown author")
            credit = Credit(part, f"Video by {author} on Pexels", identity, LICENCE, generated=False)
            return StockClip(target, width, height, float(video["duration"]), identity, credit)
        assert first_failure is not None  # noqa: S101 - there was at least one to try
        raise first_failure


# -------------------------------------------------------------------------------------- reading what was answered


def _shapes(frame: Frame) -> tuple[str, ...]:
    """The orientations to ask for in turn, "" for any: few pictures are square, and many can be cut so."""
    if frame.width == frame.height:
        return "square", ""
    return ("portrait" if frame.height > frame.width else "landscape",)


def _entries(answer: Any, name: str) -> list[Mapping[str, Any]]:
    entries = answer.get(name, [])
    if not isinstance(entries, list):
        raise Unusable(f"pexels answered without {name}")
    return [entry for entry in entries if isinstance(entry, dict)]


def read_photo(photo: Mapping[str, Any], rank: int, *, searched: str, frame: Frame) -> PictureOffer | None:
    """An offer from an entry of `photos`; None when facts are missing.

    What was searched for counts among its words: `alt` is short, and Pexels looks at the picture itself.
    """
    sources = photo.get("src")
    width, height = int(photo.get("width") or 0), int(photo.get("height") or 0)
    if not isinstance(sources, dict) or not sources.get("original") or not photo.get("url") or not width * height:
        return None
    about = str(photo.get("alt") or "")
    return PictureOffer(
        identity=str(photo["url"]),
        title=about or f"Photo {photo.get('id')}",
        words=f"{about} {searched}",
        width=width,
        height=height,
        url=choose_rendition(sources, width, height, frame),
        author=f"{photo.get('photographer') or 'unknown author'} on Pexels",
        licence=LICENCE,
        rank=rank,
    )


def choose_rendition(sources: Mapping[str, Any], width: int, height: int, frame: Frame) -> str:
    """The address of the smallest rendition that fills the frame.

    Of the ready-made ones those that cut the picture are left out: the cut is ours to make. When none is large
    enough the original is asked for in the width that is needed, by the parameters that the others have.
    """
    fitting: list[tuple[float, str]] = []
    for link in sources.values():
        try:
            query = {name: values[0] for name, values in parse_qs(urlsplit(str(link)).query).items()}
            ratio = float(query.get("dpr", "1"))
            limits = float(query.get("w", "inf")) * ratio / width, float(query.get("h", "inf")) * ratio / height
        except ValueError:  # a link that is none, or measures that are no numbers
            continue
        if not query or query.get("fit") == "crop":
            continue
        scale = min(1.0, *limits)
        if width * scale >= frame.width * _FILLED and height * scale >= frame.height * _FILLED:
            fitting.append((scale, str(link)))
    if fitting:
        return min(fitting)[1]
    needed = math.ceil(width * max(frame.width / width, frame.height / height))
    limit = f"&w={needed}" if needed < width else ""
    return f"{sources['original']}?auto=compress&cs=tinysrgb{limit}"


def rank_clips(
    videos: Sequence[Mapping[str, Any]], frame: Frame, duration_s: float, avoid: Collection[str]
) -> list[dict[str, Any]]:
    """The clips that are long and large enough, best first, each with its rendition as "chosen"."""
    scored: list[tuple[float, int, dict[str, Any]]] = []
    for rank, video in enumerate(videos):
        files = [file for file in video.get("video_files") or [] if isinstance(file, dict)]
        chosen = choose_clip_file(files, frame)
        if chosen is None or video.get("url") in {None, *avoid} or float(video.get("duration") or 0) < duration_s:
            continue
        share = shown_share(int(chosen["width"]), int(chosen["height"]), frame)
        scored.append((0.05 * rank - share, rank, {**video, "chosen": chosen}))
    return [video for *_, video in sorted(scored, key=lambda entry: entry[:2])]


def choose_clip_file(files: Sequence[Mapping[str, Any]], frame: Frame) -> Mapping[str, Any] | None:
    """The smallest MP4 that fills the frame, else the largest whose short side is not below the frame's / 1.5."""
    usable = [
        file
        for file in files
        if file.get("file_type") == "video/mp4"
        and file.get("link")
        and min(int(file.get("width") or 0), int(file.get("height") or 0))
        >= min(frame.width, frame.height) * SHORT_SIDE_SHARE
    ]

    def pixels(file: Mapping[str, Any]) -> int:
        return int(file["width"]) * int(file["height"])

    filling = [
        file
        for file in usable
        if int(file["width"]) >= frame.width * _FILLED and int(file["height"]) >= frame.height * _FILLED
    ]
    return min(filling, key=pixels) if filling else max(usable, key=pixels, default=None)


def open_clip(file: Path, name: str) -> tuple[int, int]:
    """Width and height of a file whose first picture can be decoded.

    Raises:
        MediaError: It is no MP4 video, or is damaged at its beginning.
    """
    import av

    try:
        with file.open("rb") as source:
            if source.read(12)[4:8] != b"ftyp":
                raise MediaError(f"the clip {name} is not an MP4 video")
        with av.open(str(file), format="mp4") as container:
            frame = next(container.decode(video=0))
            return frame.width, frame.height
    except (av.FFmpegError, OSError, StopIteration, IndexError, ValueError) as error:
        raise MediaError(f"the clip {name} cannot be opened: it is damaged, or not a video") from error
