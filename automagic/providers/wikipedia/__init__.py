"""Wikipedia: scripts out of its articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automagic.providers.shared.contact import CONTACT
from automagic.providers.shared.provider import Craft, Provider
from automagic.reading.setting import url_setting

if TYPE_CHECKING:
    from automagic.providers.shared.provider import VendorAccess

BASE_URL = url_setting(
    "WIKIPEDIA_BASE_URL",
    "Another wiki; {language} stands for the tag, as in https://{language}.wikipedia.org.",
)


def _open_writer(access: VendorAccess) -> Any:
    from automagic.providers.wikipedia import api

    settings = access.settings
    return api.WikipediaWriter(
        access.gate,
        access.http,
        contact=settings[CONTACT],
        base_url=PROVIDER.server(settings) or api.BASE_URL,
    )


PROVIDER = Provider(
    "wikipedia",
    {"writer": Craft(_open_writer, by_default=50, of=("topic",))},
    needs=CONTACT,
    base_url=BASE_URL,
    settings=(CONTACT, BASE_URL),
    place=7,
)
