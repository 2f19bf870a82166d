"""OpenAI, and every server that speaks its protocol: it writes, draws, speaks, hears and puts in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automagic.providers.shared.provider import Craft, Provider
from automagic.reading.setting import choice_setting, secret_setting, text_setting, url_setting

if TYPE_CHECKING:
    from automagic.providers.shared.account import Account
    from automagic.providers.shared.provider import VendorAccess

KEY = secret_setting("OPENAI_API_KEY", "OpenAI, or the server below.")
BASE_URL = url_setting(
    "OPENAI_BASE_URL", "A compatible server with its version, such as http://127.0.0.1:11434/v1 (Ollama)."
)
TEXT_MODEL = text_setting("OPENAI_TEXT_MODEL", "Writes scripts, orders moments.", "gpt-5.4-mini")
IMAGE_MODEL = text_setting("OPENAI_IMAGE_MODEL", "Draws pictures.", "gpt-image-2")
IMAGE_QUALITY = choice_setting(
    "OPENAI_IMAGE_QUALITY", "How good drawn pictures are.", "low", "medium", "high", default="medium"
)
SPEECH_MODEL = text_setting("OPENAI_SPEECH_MODEL", "Speaks.", "gpt-4o-mini-tts")
TRANSCRIPTION_MODEL = text_setting(
    "OPENAI_TRANSCRIPTION_MODEL", "Transcribes; it must give the times of words.", "whisper-1"
)


def _account(access: VendorAccess) -> Account:
    from automagic.providers.openai import api

    return PROVIDER.open_account(access, api.API)


def _open_writer(access: VendorAccess) -> Any:
    from automagic.providers.openai.api import OpenAIWriter

    return OpenAIWriter(_account(access), model=access.settings[TEXT_MODEL])


def _open_illustrator(access: VendorAccess) -> Any:
    from automagic.providers.openai.api import OpenAIIllustrator

    settings = access.settings
    return OpenAIIllustrator(_account(access), model=settings[IMAGE_MODEL], quality=settings[IMAGE_QUALITY])


def _open_narrator(access: VendorAccess) -> Any:
    from automagic.providers.openai.sound import OpenAINarrator

    return OpenAINarrator(_account(access), model=access.settings[SPEECH_MODEL])


def _open_transcriber(access: VendorAccess) -> Any:
    from automagic.providers.openai.sound import OpenAITranscriber

    return OpenAITranscriber(_account(access), model=access.settings[TRANSCRIPTION_MODEL])


PROVIDER = Provider(
    "openai",
    {
        # A key for a language model is there to write with; who pays for pictures or voices says so.
        "writer": Craft(_open_writer, model=TEXT_MODEL, by_default=20),
        "illustrator": Craft(_open_illustrator, model=IMAGE_MODEL),
        "narrator": Craft(_open_narrator, model=SPEECH_MODEL),
        # What is said in a recording leaves this machine only when somebody says so.
        "ranker": Craft(_open_writer, model=TEXT_MODEL),
        "transcriber": Craft(_open_transcriber, model=TRANSCRIPTION_MODEL),
    },
    needs=KEY,
    base_url=BASE_URL,
    own_server="free, keyless",
    paid=True,
    settings=(KEY, BASE_URL, TEXT_MODEL, IMAGE_MODEL, IMAGE_QUALITY, SPEECH_MODEL, TRANSCRIPTION_MODEL),
    place=1,
)
