"""A whole vendor in one file: it writes scripts by OpenAI's protocol, at a price of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automagic.providers.shared.provider import Craft, Provider
from automagic.reading.setting import secret_setting, text_setting, url_setting

if TYPE_CHECKING:
    from automagic.providers.shared.provider import VendorAccess

KEY = secret_setting("TOY_API_KEY", "The toy.")
BASE_URL = url_setting("TOY_BASE_URL", "Where it is.")
MODEL = text_setting("TOY_MODEL", "Writes scripts.", "gpt-5.4-mini")


def _open_writer(access: VendorAccess) -> Any:
    from automagic.providers.openai.api import OpenAIWriter
    from automagic.providers.shared.account import VendorApi, bearer

    api = VendorApi(PROVIDER.name, "", bearer)
    return OpenAIWriter(PROVIDER.open_account(access, api), model=access.settings[MODEL])


PROVIDER = Provider(
    "toy",
    {"writer": Craft(_open_writer, model=MODEL, by_default=1)},
    needs=KEY,
    base_url=BASE_URL,
    paid=True,
    prices={"text": {"gpt-5.4-mini": {"input": 1, "output": 4}}},
    settings=(KEY, BASE_URL, MODEL),
)
