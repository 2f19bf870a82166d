"""A feed's document read into recordings. Pure.

<item>
  <guid>…</guid>                                    the name of a recording; else the address of its film
  <enclosure url=… length=…>                        the film or sound; its length is often a lie, and is not read
  <podcast:transcript url=… type="text/vtt">        captions that the feed offers
</item>

RSS 2.0 (https://www.rssboard.org/rss-specification), Atom (RFC 4287), what podcasts add (https://podcasting2.org/),
pages of a feed (RFC 5005: a link with rel="next").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from posixpath import basename
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from automagic.errors import Permanent
from automagic.sources.stations.shared.kind import AnotherKind
from automagic.values.station import CaptionForm, CaptionPlace, StationItem

if TYPE_CHECKING:
    from lxml.etree import _Element

_ATOM = "{http://www.w3.org/2005/Atom}"
_ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
_MEDIA = "{http://search.yahoo.com/mrss/}"
_PODCAST = tuple(
    f"{{{name}}}"
    for name in (
        "https://podcastindex.org/namespace/1.0",
        "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
    )
)
_FORMS: dict[str, CaptionForm] = {
    "text/vtt": "vtt",
    "application/x-subrip": "srt",
    "application/srt": "srt",
    "text/srt": "srt",
    "text/plain": "txt",
}
_BEST_FIRST: tuple[CaptionForm, ...] = ("vtt", "srt", "txt")
_HEAD_BYTES = 4096
_SECONDS = (1.0, 60.0, 3600.0)


@dataclass(frozen=True, slots=True)
class Feed:
    """One page of a feed.

    Attributes:
        items: Entries without a recording are none.
        following: The address of the next page; "" for the last.
    """

    title: str
    items: tuple[StationItem, ...]
    following: str


def read_feed(content: bytes, address: str) -> Feed:
    """Read a page.

    Args:
        address: From which it came: what it links is relative to that.

    Raises:
        AnotherKind: It is no feed.
        Permanent: It declares entities, or is broken off.
    """
    root = _parse(content, address)
    if root.tag == f"{_ATOM}feed":
        channel, entries = root, root.findall(f"{_ATOM}entry")
    elif root.tag == "rss" and (found := root.find("channel")) is not None:
        channel, entries = found, found.findall("item")
    else:
        raise AnotherKind(f"{urlsplit(address).netloc} answers with something else than a feed ({str(root.tag)[:60]})")
    title = _text(channel, "title", f"{_ATOM}title")
    items = tuple(item for entry in entries if (item := _item(entry, title)) is not None)
    links = [link for link in channel.findall(f"{_ATOM}link") if link.get("rel") == "next"]
    following = _address(links[0], links[0].get("href")) if links else ""
    return Feed(title, items, following)


def _parse(content: bytes, address: str) -> _Element:
    from lxml import etree

    host = urlsplit(address).netloc
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content.lstrip(), parser, base_url=address)
    except (etree.XMLSyntaxError, ValueError) as error:
        if any(root in content[:_HEAD_BYTES] for root in (b"<rss", b"<feed")):
            raise Permanent(f"the feed of {host} is broken: {error}", hint="Look again later.") from error
        raise AnotherKind(f"{host} answers with something else than a feed") from error
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise Permanent(f"the feed of {host} declares entities, which no feed needs", hint="Tell its station.")
    return root


def _item(entry: _Element, project: str) -> StationItem | None:
    media = _media(entry)
    name = _text(entry, "guid", f"{_ATOM}id") or media
    if not name or not media:
        return None
    path = unquote(urlsplit(media).path)
    link = _text(entry, "link") or next(
        (one.get("href") or "" for one in entry.findall(f"{_ATOM}link") if one.get("rel", "alternate") == "alternate"),
        "",
    )
    return StationItem(
        remote_id=name,
        title=_text(entry, "title", f"{_ATOM}title", f"{_ITUNES}title") or basename(path) or name,
        project=project,
        event_at=_time(_text(entry, "pubDate", f"{_ATOM}published", f"{_ATOM}updated")),
        url=media,
        file_name=basename(path),
        length_s=_length_s(_text(entry, f"{_ITUNES}duration")),
        captions=tuple(_captions(entry)),
        link=_address(entry, link),
    )


def _media(entry: _Element) -> str:
    """The address of the film or sound; "" for none."""
    places = [one.get("url") for one in entry.findall("enclosure") if _plays(one)]
    links = [one for one in entry.findall(f"{_ATOM}link") if one.get("rel") == "enclosure"]
    places += [one.get("href") for one in links if _plays(one)]
    places += [one.get("url") for one in entry.iter(f"{_MEDIA}content") if _plays(one)]
    return next((found for place in places if (found := _address(entry, place))), "")


def _plays(place: _Element) -> bool:
    return not (place.get("type") or "video/").lower().startswith(("image/", "text/", "application/pdf"))


def _captions(entry: _Element) -> Iterator[CaptionPlace]:
    told = [one for space in _PODCAST for one in entry.findall(f"{space}transcript")]
    places = [
        CaptionPlace(url, form, one.get("language") or "")
        for one in told
        if (form := _FORMS.get((one.get("type") or "").partition(";")[0].strip().lower())) is not None
        if (url := _address(one, one.get("url")))
    ]
    yield from sorted(places, key=lambda place: _BEST_FIRST.index(place.form))


def _address(of: _Element, place: str | None) -> str:
    """A place that an element names, relative to its xml:base, or to where the page came from."""
    try:
        whole = urljoin(of.base or "", (place or "").strip().replace(" ", "%20")) if place and place.strip() else ""
        parts = urlsplit(whole)
    except ValueError:
        return ""
    return whole if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc else ""


def _text(of: _Element, *names: str) -> str:
    found = (of.findtext(name) for name in names)
    return next((" ".join(text.split()) for text in found if text and text.strip()), "")


def _time(text: str) -> datetime | None:
    """RSS writes times as mail does, Atom as ISO 8601 does."""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            at = read(text)
        except ValueError:
            continue
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    return None


def _length_s(text: str) -> float:
    """Such as 3725, 62:05 or 1:02:05; 0 for what is none."""
    parts = text.split(":")
    if not 1 <= len(parts) <= 3 or not all(part.replace(".", "", 1).isdecimal() for part in parts):
        return 0.0
    return sum(float(part) * unit for part, unit in zip(reversed(parts), _SECONDS, strict=False))
