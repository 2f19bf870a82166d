"""Google's Gemini: it writes, draws and puts in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automagic.providers.shared.provider import Craft, Provider
from automagic.reading.setting import secret_setting, text_setting, url_setting

if TYPE_CHECKING:
    from automagic.providers.shared.account import Account
    from automagic.providers.shared.provider import VendorAccess

KEY = secret_setting("GEMINI_API_KEY", "Google Gemini.")
BASE_URL = url_setting("GEMINI_BASE_URL", "Another server that speaks its protocol.")
TEXT_MODEL = text_setting("GEMINI_TEXT_MODEL", "Writes scripts, orders moments.", "gemini-3.5-flash-lite")
IMAGE_MODEL = text_setting("GEMINI_IMAGE_MODEL", "Draws pictures.", "gemini-nano-banana-2.1")


def _account(access: VendorAccess) -> Account:
    from automagic.providers.gemini import api

    return PROVIDER.open_account(access, api.API)


def _open_writer(access: VendorAccess) -> Any:
    from automagic.providers.gemini.api import GeminiWriter

    return GeminiWriter(_account(access), model=access.settings[TEXT_MODEL])


def _open_illustrator(access: VendorAccess) -> Any:
    from automagic.providers.gemini.api import GeminiIllustrator

    return GeminiIllustrator(_account(access), model=access.settings[IMAGE_MODEL])


PROVIDER = Provider(
    "gemini",
    {
        "writer": Craft(_open_writer, model=TEXT_MODEL, by_default=30),
        "illustrator": Craft(_open_illustrator, model=IMAGE_MODEL),
        "ranker": Craft(_open_writer, model=TEXT_MODEL),
    },
    needs=KEY,
    base_url=BASE_URL,
    own_server="free",
    paid=True,
    settings=(KEY, BASE_URL, TEXT_MODEL, IMAGE_MODEL),
    place=3,
)
