"""Pexels: stock photos that others made. Its video clips are `pexels-clips`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automagic.providers.shared.provider import Craft, Provider
from automagic.reading.setting import secret_setting, url_setting

if TYPE_CHECKING:
    from automagic.providers.shared.provider import VendorAccess

KEY = secret_setting("PEXELS_API_KEY", "Pexels.")
BASE_URL = url_setting("PEXELS_BASE_URL", "Another server that speaks its protocol.")


def open_illustrator(access: VendorAccess) -> Any:
    """Who finds photos and clips."""
    from automagic.providers.pexels import api
    from automagic.providers.shared.account import require_key

    settings = access.settings
    return api.PexelsIllustrator(
        access.gate,
        access.http,
        key=require_key(PROVIDER.name, settings[KEY]),
        base_url=PROVIDER.server(settings) or api.BASE_URL,
        allow=PROVIDER.allowed(settings),
    )


PROVIDER = Provider(
    "pexels",
    # It does nothing else, so its key is a wish.
    {"illustrator": Craft(open_illustrator, by_default=10, gives="photos")},
    needs=KEY,
    base_url=BASE_URL,
    settings=(KEY, BASE_URL),
    place=5,
)
