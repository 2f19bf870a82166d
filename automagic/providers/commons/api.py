"""Licensed pictures without a key, from Wikimedia Commons and Openverse.

    a scene's words ──▶ searches ──▶ offers ──▶ licence? pixels? a picture, not a map? ──▶ the best ──▶ file and credit

Commons is asked first; Openverse, which looks through Flickr and museums, only where Commons has too little. The
licences that allow commercial use and changes are CC0, public domain, CC BY and CC BY-SA; others are not used.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.errors import VendorError
from automagic.gate.calls import Answer, Attempt, Call
from automagic.gate.http import Allow, explain
from automagic.gate.replies import Unusable
from automagic.machine.addresses import is_public
from automagic.providers.shared.fetching import Fetcher
from automagic.providers.shared.licences import is_free, read_licence
from automagic.providers.shared.mediawiki import MediaWiki, user_agent
from automagic.providers.shared.pictures import (
    ENOUGH,
    FetchedPicture,
    PictureOffer,
    PictureQuery,
    fetch_best,
    rank_offers,
    read_offers,
    stem,
)
from automagic.reading.json import parse_json
from automagic.values.frame import Frame

if TYPE_CHECKING:
    from automagic.gate.gate import Gate
    from automagic.gate.http import Http

VENDOR = "commons"
COMMONS_URL = "https://commons.wikimedia.org"
OPENVERSE_URL = "https://api.openverse.org"
THUMBNAIL_WIDTHS = (960, 1280, 1920, 3840)
"""Wikimedia makes thumbnails in these widths only (https://w.wiki/GHai); the smaller ones are of no use here."""

_SEARCHED = 40
_OPENVERSE_PAGE = 20  # the most without a key
_MAX_BYTES = 4 << 20
_METADATA = "LicenseShortName|License|LicenseUrl|Artist|ObjectName|ImageDescription|Categories|Restrictions|Assessments"
_DRAWN = frozenset(
    [
        "logo", "map", "flag", "coat", "arms", "icon", "diagram", "chart", "graph", "screenshot", "svg", "scan", "page",
        "plan", "stamp", "signature", "document", "newspaper", "cover", "pictogram", "symbol", "seal", "scheme",
        "table", "banknote", "karte", "carte", "mapa", "wappen", "logotype", "timeline", "infographic", "locator",
    ]
)  # fmt: skip
"""Words in a title or category that tell of something else than a picture of the thing itself."""


class CommonsIllustrator:
    """Finds pictures.

    Args:
        contact: A mail or web address, for the User-Agent that Wikimedia asks for.
        allow: Which network addresses files may come from.
    """

    name = VENDOR

    def __init__(
        self,
        gate: Gate,
        http: Http,
        *,
        contact: str,
        commons_url: str = COMMONS_URL,
        openverse_url: str = OPENVERSE_URL,
        allow: Allow = is_public,
    ) -> None:
        self._gate = gate
        self._http = http
        self._headers = {"User-Agent": user_agent(contact)}
        self._wiki = MediaWiki(gate, http, vendor=VENDOR, base_url=commons_url, contact=contact)
        self._openverse = f"{openverse_url.rstrip('/')}/v1/images/"
        self._fetcher = Fetcher(gate, http, vendor=VENDOR, headers=self._headers, allow=allow)

    async def find_offers(self, query: PictureQuery) -> list[PictureOffer]:
        """The pictures that fit what a scene says, best first. `pictures.share_out` divides them among scenes.

        Raises:
            VendorError: One of the collections could not be asked, and the other has nothing.
        """
        wanted = query.words()
        offers: dict[str, PictureOffer] = {}
        failure: VendorError | None = None
        best: list[PictureOffer] = []
        for search in (self._search_commons, self._search_openverse):
            for words in query.searches():
                try:
                    found = await search(words)
                except VendorError as error:
                    failure = failure or error
                    break  # this collection does not answer: try the other
                for offer in found:
                    if not shows_drawing(offer.words, wanted):
                        offers.setdefault(offer.identity, offer)
                best = rank_offers(offers.values(), wanted, query.frame)
                if len(best) >= ENOUGH:
                    break
            if best:
                return [replace(offer, url=choose_thumbnail(offer, query.frame)) for offer in best]
        if failure is not None:
            raise failure
        return []

    async def fetch(self, offers: Sequence[PictureOffer], folder: Path, *, part: str) -> FetchedPicture | None:
        """The first of the offers whose file is a picture; None when there are no offers.

        Args:
            folder: Where the file goes.
            part: What it is for, in the credit.

        Raises:
            VendorError, MediaError: Of the best offer, when the next best failed as well.
        """
        return await fetch_best(offers, folder, fetcher=self._fetcher, part=part)

    async def check(self) -> None:
        """The cheapest real question: whether Commons answers.

        Raises:
            VendorError: It does not.
        """
        await self._wiki.check()

    async def _search_commons(self, words: str) -> list[PictureOffer]:
        answer = await self._wiki.query(
            generator="search",
            gsrsearch=f"{words} filetype:bitmap",
            gsrnamespace=6,
            gsrlimit=_SEARCHED,
            prop="imageinfo",
            iiprop="url|size|mime|extmetadata",
            iiurlwidth=THUMBNAIL_WIDTHS[0],
            iiextmetadatafilter=_METADATA,
            iiextmetadatalanguage="en",
        )
        pages = [page for page in answer.get("pages") or () if isinstance(page, dict)]
        pages.sort(key=lambda page: found if isinstance(found := page.get("index"), int) else 0)
        return read_offers(pages, read_commons_page)

    async def _search_openverse(self, words: str) -> list[PictureOffer]:
        asked: dict[str, str | int] = {
            "q": words,
            "page_size": _OPENVERSE_PAGE,
            "extension": "jpg,jpeg,png",
            "excluded_source": "wikimedia",  # asked already
            "mature": "false",
            "license_type": "commercial,modification",
        }

        async def send(_attempt: Attempt) -> Answer:
            reply = await self._http.request(
                "GET", self._openverse, params=asked, headers=self._headers, max_bytes=_MAX_BYTES
            )
            if reply.status >= 400:
                raise explain(reply, "openverse")
            if not isinstance(reply.json(), dict):
                raise Unusable("openverse gave an answer that its API does not define")
            return Answer(reply.body, "application/json")

        delivered = await self._gate.call(Call("openverse", "search", "", {"url": self._openverse, **asked}), send)
        results = parse_json(delivered.answer.data, name="openverse's answer").get("results", [])
        return read_offers(results, read_openverse_result)


# ------------------------------------------------------------------------------------ reading what was answered


def read_commons_page(page: Mapping[str, Any], rank: int) -> PictureOffer | None:
    """An offer from a page of `action=query`; None when its licence or its kind rules it out."""
    info = (page.get("imageinfo") or [{}])[0]
    metadata = {name: str(entry.get("value", "")) for name, entry in (info.get("extmetadata") or {}).items()}
    licence = read_licence(metadata.get("LicenseShortName", ""), url=metadata.get("LicenseUrl", "")) or read_licence(
        metadata.get("License", "")
    )
    width, height = int(info.get("width") or 0), int(info.get("height") or 0)
    if (
        licence is None
        or not is_free(licence)
        or info.get("mime") not in ("image/jpeg", "image/png")
        or re.search(r"trademark|insignia", metadata.get("Restrictions", ""))
        or not info.get("descriptionurl")
        or not info.get("url")
    ):
        return None
    name = re.sub(r"^File:|\.\w{3,4}$", "", str(page.get("title", ""))).replace("_", " ")
    about = [name, *(strip_html(metadata.get(key, "")) for key in ("ObjectName", "ImageDescription"))]
    return PictureOffer(
        identity=str(info["descriptionurl"]),
        title=name,
        words=" ".join((*about, metadata.get("Categories", "").replace("|", " "))),
        width=width,
        height=height,
        url=str(info["url"]),
        thumbnail=str(info.get("thumburl") or ""),
        author=strip_html(metadata.get("Artist", "")),
        licence=licence.name,
        quality={"featured": 1.0, "quality": 0.6, "valued": 0.4}.get(
            metadata.get("Assessments", "").split("|")[0], 0.0
        ),
        rank=rank,
    )


def choose_thumbnail(offer: PictureOffer, frame: Frame) -> str:
    """The address of the smallest rendition that fills the frame; the original when no thumbnail is smaller.

    The frame is filled when both sides are as long as its own, less a tenth, which cannot be seen.
    """
    needed = max(frame.width, math.ceil(frame.height * offer.width / offer.height)) * 0.9
    step = next((step for step in THUMBNAIL_WIDTHS if step >= needed), THUMBNAIL_WIDTHS[-1])
    if step >= offer.width or not re.search(r"/\d+px-[^/]*$", offer.thumbnail):
        return offer.url
    return re.sub(r"/\d+px-([^/]*)$", rf"/{step}px-\1", offer.thumbnail)


def read_openverse_result(result: Mapping[str, Any], rank: int) -> PictureOffer | None:
    """An offer from an entry of Openverse's results; None when its licence rules it out or facts are missing."""
    licence = read_licence(
        str(result.get("license", "")),
        version=str(result.get("license_version") or ""),
        url=str(result.get("license_url") or ""),
    )
    needed = (result.get("url"), result.get("foreign_landing_url"), result.get("width"), result.get("height"))
    if licence is None or not is_free(licence) or not all(needed):
        return None
    title = strip_html(str(result.get("title") or "untitled"))
    tags = " ".join(str(tag.get("name", "")) for tag in result.get("tags") or [])
    return PictureOffer(
        identity=str(result["foreign_landing_url"]),
        title=title,
        words=f"{title} {tags}",
        width=int(result["width"]),
        height=int(result["height"]),
        url=str(result["url"]),
        author=strip_html(str(result.get("creator") or "")),
        licence=licence.name,
        rank=rank,
    )


def shows_drawing(words: str, wanted: Collection[str]) -> bool:
    """Whether the words tell of a map, a logo or the like, and that is not what was asked for."""
    shown = {stem(word) for word in re.findall(r"[^\W\d_]+", words.lower())}
    return bool(shown & (_DRAWN - {stem(word) for word in wanted}))


def strip_html(text: str) -> str:
    """The text of a piece of HTML as it is seen, on one line, at most 200 characters."""
    reader = _VisibleText()
    # As browsers do; Python's reader fails at the ones that it does not know.
    reader.feed(re.sub(r"<!(?!--)[^>]*>?", "", text))
    reader.close()
    shown = " ".join("".join(reader.pieces).split())
    return shown if len(shown) <= 200 else shown[:199].rstrip() + "…"


class _VisibleText(HTMLParser):
    """Collects text, leaving out what is hidden: Commons repeats authors for machines in elements nobody sees."""

    _VOID = frozenset({"br", "img", "hr", "wbr", "input", "meta", "link"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go into an element."""
        if tag in self._VOID:
            self.pieces.append(" " if tag == "br" else "")
        elif self._hidden or tag in ("style", "script") or _is_hidden(attrs):
            self._hidden += 1

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if self._hidden and tag not in self._VOID:
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        """Keep what is seen."""
        if not self._hidden:
            self.pieces.append(data)


def _is_hidden(attributes: list[tuple[str, str | None]]) -> bool:
    return any(name == "style" and "display:none" in (value or "").replace(" ", "") for name, value in attributes)
