"""What the tests of those who give pictures and texts share."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from automagic.providers.commons.api import CommonsIllustrator
from automagic.providers.pexels.api import PexelsIllustrator
from automagic.providers.shared.pictures import FetchedPicture, PictureQuery
from automagic.values.frame import Frame, Rect

CONTACT = "tests@example.org"
PORTRAIT = Frame(1080, 1920, 30, Rect(40, 200, 900, 900), Rect(40, 1200, 900, 300))
LANDSCAPE = Frame(1920, 1080, 30, Rect(40, 40, 1800, 700), Rect(40, 800, 1800, 200))
SQUARE = Frame(1080, 1080, 30, Rect(40, 40, 1000, 700), Rect(40, 800, 1000, 200))


def only_this_machine(address: IPv4Address | IPv6Address) -> bool:
    """For downloads from a test server: 127.0.0.1, and nothing else that is private."""
    return str(address) == "127.0.0.1"


async def find_picture(
    collection: CommonsIllustrator | PexelsIllustrator, query: PictureQuery, folder: Path
) -> FetchedPicture | None:
    """The picture that a scene gets when no other scene wants it."""
    return await collection.fetch(await collection.find_offers(query), folder, part="picture of scene 1")
