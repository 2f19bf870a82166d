"""A feed on a server: RSS or Atom, in pages or whole, as a podcast or a station offers it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from aiohttp import web

from tests.support.servers.base import VendorServer

_SPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:podcast="https://podcastindex.org/namespace/1.0"'
)


@dataclass
class Episode:
    """An entry; `guid` "" for none."""

    guid: str
    title: str
    url: str
    published: datetime
    duration: str = "1:00:00"
    length: str = "1"
    kind: str = "video/mp4"
    transcripts: list[tuple[str, str, str]] = field(default_factory=list)


class FeedServer(VendorServer):
    """The feed is at /feed.xml; its first entries are the newest.

    Attributes:
        page: How many entries a page has; the rest follows by a link. 0 for all.
        shows: How many it shows at all; 0 for all.
        atom: Whether it is Atom.
        circle: Whether the last page leads to the first.
        document: What it answers instead.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.episodes: list[Episode] = []
        self.page = self.shows = 0
        self.atom = self.circle = False
        self.document = ""

    def add(self, title: str, **facts: Any) -> Episode:
        """The newest entry."""
        number = len(self.episodes) + 1
        facts = {
            "guid": f"urn:episode:{number}",
            "url": f"{self.url}/media/{number}.mp4",
            "published": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number),
        } | facts
        self.episodes.insert(0, Episode(title=title, **facts))
        return self.episodes[0]

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/feed.xml", self._feed)

    async def _feed(self, request: web.Request) -> web.Response:
        if self.document:
            return web.Response(text=self.document, content_type="application/xml")
        shown = self.episodes[: self.shows or None]
        number = int(request.query.get("page", 0))
        size = self.page or len(shown) or 1
        part, left = shown[number * size : (number + 1) * size], shown[(number + 1) * size :]
        following = f"/feed.xml?page={number + 1}" if left else "/feed.xml?page=0" if self.circle else ""
        link = f'<atom:link rel="next" href="{following}"/>' if following else ""
        write = self._entry if self.atom else self._item
        entries = "".join(map(write, part))
        if self.atom:
            link = link.replace("atom:", "")
            text = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Channel 9</title>{link}{entries}</feed>'
        else:
            text = f"<rss version='2.0' {_SPACES}><channel><title>Channel 9</title>{link}{entries}</channel></rss>"
        return web.Response(text=f"<?xml version='1.0' encoding='utf-8'?>{text}", content_type="application/xml")

    def _item(self, one: Episode) -> str:
        guid = f"<guid isPermaLink='false'>{escape(one.guid)}</guid>" if one.guid else ""
        told = "".join(
            f"<podcast:transcript url={quoteattr(url)} type={quoteattr(kind)} language={quoteattr(language)}/>"
            for url, kind, language in one.transcripts
        )
        media = (
            f"<enclosure url={quoteattr(one.url)} length={quoteattr(one.length)} type={quoteattr(one.kind)}/>"
            if one.url
            else ""
        )
        return (
            f"<item>{guid}<title>{escape(one.title)}</title><link>/watch</link>{media}{told}"
            f"<pubDate>{format_datetime(one.published)}</pubDate><itunes:duration>{one.duration}</itunes:duration></item>"
        )

    def _entry(self, one: Episode) -> str:
        return (
            f"<entry><id>{escape(one.guid)}</id><title>{escape(one.title)}</title>"
            f"<link rel='enclosure' href={quoteattr(one.url)} type={quoteattr(one.kind)}/>"
            f"<published>{one.published.isoformat()}</published></entry>"
        )
