"""Wikimedia Commons and Openverse: free pictures that others made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automagic.providers.shared.contact import CONTACT
from automagic.providers.shared.provider import Craft, Provider
from automagic.reading.setting import url_setting

if TYPE_CHECKING:
    from automagic.providers.shared.provider import VendorAccess

COMMONS_URL = url_setting("COMMONS_BASE_URL", "Another server in place of Wikimedia Commons.")
OPENVERSE_URL = url_setting("OPENVERSE_BASE_URL", "Another server in place of Openverse.")


def _open_illustrator(access: VendorAccess) -> Any:
    from automagic.providers.commons import api

    settings = access.settings
    return api.CommonsIllustrator(
        access.gate,
        access.http,
        contact=settings[CONTACT],
        commons_url=settings[COMMONS_URL] or api.COMMONS_URL,
        openverse_url=settings[OPENVERSE_URL] or api.OPENVERSE_URL,
        allow=PROVIDER.allowed(settings),
    )


PROVIDER = Provider(
    "commons",
    {"illustrator": Craft(_open_illustrator, gives="photos")},
    needs=CONTACT,
    base_url=COMMONS_URL,
    settings=(CONTACT, COMMONS_URL, OPENVERSE_URL),
    place=8,
)
