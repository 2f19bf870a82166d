"""How each vendor is opened from the settings. Every import stands inside: only who is asked is loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from automagic.gate.gate import Gate
    from automagic.gate.http import Http
    from automagic.gate.prices import Prices
    from automagic.providers.shared.account import Account
    from automagic.settings import Settings


class Access(Protocol):
    """What a vendor is opened with; `automagic.providers.shared.vendors.Vendors` is one."""

    settings: Settings

    @property
    def http(self) -> Http:
        """The run's connections."""
        ...

    @property
    def gate(self) -> Gate:
        """The chain that every call passes."""
        ...

    @property
    def prices(self) -> Prices:
        """What vendors charge."""
        ...

    def account(self, name: str) -> Account:
        """The account of one of those who share `providers.vendor`."""
        ...


def _openai_narrator(access: Access) -> Any:
    from automagic.providers.openai.sound import OpenAINarrator

    return OpenAINarrator(access.account("openai"), model=access.settings.openai_speech_model)


def _openai_transcriber(access: Access) -> Any:
    from automagic.providers.openai.sound import OpenAITranscriber

    return OpenAITranscriber(access.account("openai"), model=access.settings.openai_transcription_model)


def _openai_writer(access: Access) -> Any:
    from automagic.providers.openai.api import OpenAIWriter

    return OpenAIWriter(access.account("openai"), model=access.settings.openai_text_model)


def _openai_illustrator(access: Access) -> Any:
    from automagic.providers.openai.api import OpenAIIllustrator

    settings = access.settings
    return OpenAIIllustrator(
        access.account("openai"), model=settings.openai_image_model, quality=settings.openai_image_quality
    )


def _anthropic_writer(access: Access) -> Any:
    from automagic.providers.anthropic.api import AnthropicWriter

    return AnthropicWriter(access.account("anthropic"), model=access.settings.anthropic_text_model)


def _gemini_writer(access: Access) -> Any:
    from automagic.providers.gemini.api import GeminiWriter

    return GeminiWriter(access.account("gemini"), model=access.settings.gemini_text_model)


def _gemini_illustrator(access: Access) -> Any:
    from automagic.providers.gemini.api import GeminiIllustrator

    return GeminiIllustrator(access.account("gemini"), model=access.settings.gemini_image_model)


def _elevenlabs_narrator(access: Access) -> Any:
    from automagic.providers.elevenlabs.api import BASE_URL, ElevenLabsNarrator

    settings = access.settings
    assert settings.elevenlabs_api_key is not None  # noqa: S101 - `_open` asked for it
    return ElevenLabsNarrator(
        access.gate,
        access.http,
        key=settings.elevenlabs_api_key,
        prices=access.prices,
        model=settings.elevenlabs_model,
        base_url=settings.elevenlabs_base_url or BASE_URL,
    )


def _wikipedia_writer(access: Access) -> Any:
    from automagic.providers.wikipedia.api import BASE_URL, WikipediaWriter

    settings = access.settings
    return WikipediaWriter(
        access.gate, access.http, contact=settings.contact, base_url=settings.wikipedia_base_url or BASE_URL
    )


def _commons_illustrator(access: Access) -> Any:
    from automagic.providers.commons.api import COMMONS_URL, OPENVERSE_URL, CommonsIllustrator

    settings = access.settings
    return CommonsIllustrator(
        access.gate,
        access.http,
        contact=settings.contact,
        commons_url=settings.commons_base_url or COMMONS_URL,
        openverse_url=settings.openverse_base_url or OPENVERSE_URL,
        allow=_allow_own_server(settings.commons_base_url),
    )


def _pexels_illustrator(access: Access) -> Any:
    from automagic.providers.pexels.api import BASE_URL, PexelsIllustrator

    settings = access.settings
    assert settings.pexels_api_key is not None  # noqa: S101 - `_open` asked for it
    return PexelsIllustrator(
        access.gate,
        access.http,
        key=settings.pexels_api_key,
        base_url=settings.pexels_base_url or BASE_URL,
        allow=_allow_own_server(settings.pexels_base_url),
    )


OPENERS: dict[tuple[str, str], Callable[[Access], Any]] = {
    ("writer", "openai"): _openai_writer,
    ("illustrator", "openai"): _openai_illustrator,
    ("narrator", "openai"): _openai_narrator,
    ("ranker", "openai"): _openai_writer,
    ("transcriber", "openai"): _openai_transcriber,
    ("writer", "anthropic"): _anthropic_writer,
    ("ranker", "anthropic"): _anthropic_writer,
    ("writer", "gemini"): _gemini_writer,
    ("ranker", "gemini"): _gemini_writer,
    ("illustrator", "gemini"): _gemini_illustrator,
    ("narrator", "elevenlabs"): _elevenlabs_narrator,
    ("writer", "wikipedia"): _wikipedia_writer,
    ("illustrator", "commons"): _commons_illustrator,
    ("illustrator", "pexels"): _pexels_illustrator,
    ("illustrator", "pexels-clips"): _pexels_illustrator,
}


def _allow_own_server(base_url: str) -> Callable[[Any], bool]:
    """Files come from the public internet; from this machine too when the person's own server is on it."""
    from automagic.gate.prices import is_local
    from automagic.machine.addresses import is_public

    if base_url and is_local(base_url):
        return lambda address: is_public(address) or address.is_loopback
    return is_public
