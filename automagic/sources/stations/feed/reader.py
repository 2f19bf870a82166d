"""A feed as a source of the archive. It shows its newest recordings: what it does not show any more is not gone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from automagic.errors import Permanent
from automagic.sources.stations.feed.document import Feed, read_feed
from automagic.sources.stations.shared.asking import StationClient, check_answer
from automagic.values.station import CaptionPlace, StationChapter, StationClock, StationItem

if TYPE_CHECKING:
    from automagic.sources.stations.shared.kind import StationAccess

MOST_PAGES = 1000
_ACCEPTED = "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5"


class FeedReader:
    """One feed."""

    lists_all = False

    def __init__(self, access: StationAccess) -> None:
        self._client = StationClient(access)
        self._address = access.address.strip()
        self._first: Feed | None = None
        self._urls: dict[str, str] = {}
        self.left_out: list[str] = []

    @property
    def requests(self) -> int:
        """How many its server was sent."""
        return self._client.requests

    async def clock(self) -> StationClock:
        """The time of the server that it lies on; its first page is kept for `everything`."""
        self._first, told = await self._read(self._address)
        try:
            return StationClock(parsedate_to_datetime(told))
        except ValueError:
            return StationClock(datetime.now(UTC))

    async def probe(self) -> str:
        """Ask for what changed in the last minute: most servers then send no list; of one that does, it is read."""
        since = format_datetime(datetime.now(UTC) - timedelta(minutes=1), usegmt=True)
        reply = await self._client.send("GET", self._address, accept=_ACCEPTED, unless_since=since)
        if reply.status != HTTPStatus.NOT_MODIFIED:
            check_answer(reply, urlsplit(self._address).netloc)
            read_feed(reply.body, reply.url)
        return ""

    async def count(self) -> int | None:
        """It does not say."""
        return None

    async def everything(self) -> AsyncIterator[list[StationItem]]:
        """All that it shows, page after page.

        Raises:
            Permanent: Its pages lead in a circle.
        """
        address, seen = self._address, set[str]()
        self._urls, self.left_out = {}, []
        while address:
            if address in seen or len(seen) >= MOST_PAGES:
                raise Permanent(f"the pages of the feed of {urlsplit(address).netloc} lead in a circle")
            seen.add(address)
            page = self._first if address == self._address else None
            if page is None:
                page, _ = await self._read(address)
            yield [item for item in page.items if not self._is_another(item)]
            address = page.following

    def _is_another(self, item: StationItem) -> bool:
        """Whether an entry before it has its name, and is another recording; then that is told."""
        another = self._urls.setdefault(item.remote_id, item.url) != item.url
        if another:
            self.left_out.append(f"{item.title} has the name of another entry of the feed: {item.remote_id}")
        return another

    def changed(self, since: datetime) -> None:
        """It cannot be asked."""
        del since

    async def find(self, remote_id: str) -> StationItem | None:
        """The recording where it is shown; else nobody knows, which is nothing to call it gone for.

        Raises:
            Permanent: It is not shown.
        """
        async for page in self.everything():
            for item in page:
                if item.remote_id == remote_id:
                    return item
        raise Permanent(f"the feed of {urlsplit(self._address).netloc} does not show {remote_id} any more")

    async def captions(self, item: StationItem) -> tuple[CaptionPlace, ...]:
        """Those that the feed names."""
        return item.captions

    async def chapters(self, item: StationItem) -> tuple[StationChapter, ...]:
        """None."""
        return item.chapters

    async def _read(self, address: str) -> tuple[Feed, str]:
        """A page, and when its server says that it is."""
        reply = await self._client.send("GET", address, accept=_ACCEPTED)
        check_answer(reply, urlsplit(address).netloc)
        return read_feed(reply.body, reply.url), reply.headers.get("date", "")
