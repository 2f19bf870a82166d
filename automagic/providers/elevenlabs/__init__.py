"""ElevenLabs: it speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automagic.providers.shared.provider import Craft, Provider
from automagic.reading.setting import secret_setting, text_setting, url_setting

if TYPE_CHECKING:
    from automagic.providers.shared.provider import VendorAccess

KEY = secret_setting("ELEVENLABS_API_KEY", "ElevenLabs.")
BASE_URL = url_setting("ELEVENLABS_BASE_URL", "Another server that speaks its protocol.")
MODEL = text_setting("ELEVENLABS_MODEL", "Speaks.", "eleven_multilingual_v2")


def _open_narrator(access: VendorAccess) -> Any:
    from automagic.providers.elevenlabs import api
    from automagic.providers.shared.account import require_key

    settings = access.settings
    return api.ElevenLabsNarrator(
        access.gate,
        access.http,
        key=require_key(PROVIDER.name, settings[KEY]),
        prices=access.prices,
        model=settings[MODEL],
        base_url=PROVIDER.server(settings) or api.BASE_URL,
    )


PROVIDER = Provider(
    "elevenlabs",
    # It does nothing else, so its key is a wish.
    {"narrator": Craft(_open_narrator, model=MODEL, by_default=10)},
    needs=KEY,
    base_url=BASE_URL,
    paid=True,
    settings=(KEY, BASE_URL, MODEL),
    place=4,
)
