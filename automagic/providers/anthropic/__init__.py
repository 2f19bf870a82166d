"""Anthropic's Claude: it writes and puts in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automagic.providers.shared.provider import Craft, Provider
from automagic.reading.setting import secret_setting, text_setting, url_setting

if TYPE_CHECKING:
    from automagic.providers.shared.provider import VendorAccess

KEY = secret_setting("ANTHROPIC_API_KEY", "Anthropic.")
BASE_URL = url_setting("ANTHROPIC_BASE_URL", "Another server that speaks its protocol.")
TEXT_MODEL = text_setting("ANTHROPIC_TEXT_MODEL", "Writes scripts, orders moments.", "claude-haiku-5-5")


def _open_writer(access: VendorAccess) -> Any:
    from automagic.providers.anthropic import api

    return api.AnthropicWriter(PROVIDER.open_account(access, api.API), model=access.settings[TEXT_MODEL])


PROVIDER = Provider(
    "anthropic",
    {
        "writer": Craft(_open_writer, model=TEXT_MODEL, by_default=10),
        "ranker": Craft(_open_writer, model=TEXT_MODEL),
    },
    needs=KEY,
    base_url=BASE_URL,
    own_server="free",
    paid=True,
    settings=(KEY, BASE_URL, TEXT_MODEL),
    place=2,
)
