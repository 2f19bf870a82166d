"""OpenAI's voices and ears: speech as WAV, and transcription with the times of words. The account is openai.py's.

text  ─▶ POST /audio/speech          ─▶ WAV (its lengths unknown when it left) ─▶ mono 16-bit, trimmed
sound ─▶ POST /audio/transcriptions  ─▶ text + words ─▶ words with the text's punctuation
"""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from automagic.errors import MediaError, RequestError
from automagic.gate.calls import Answer, Attempt, Call
from automagic.gate.http import Unusable
from automagic.language.text.lexicon import bare
from automagic.providers.local.shared.speech import NarratorInfo, NarratorVoice, Speech, choose_voice, count_words
from automagic.providers.openai.api import BASE_URL, NAME
from automagic.providers.shared.account import Account
from automagic.reading.json import parse_json
from automagic.values.words import Word

if TYPE_CHECKING:
    from decimal import Decimal

_VOICES = {
    "marin": "warm, a woman's", "cedar": "calm, a man's", "alloy": "even", "ash": "clear, a man's",
    "ballad": "gentle, a man's", "coral": "friendly, a woman's", "echo": "sober, a man's", "fable": "a storyteller's",
    "nova": "bright, a woman's", "onyx": "deep, a man's", "sage": "soft, a woman's", "shimmer": "light, a woman's",
    "verse": "lively, a man's",
}  # fmt: skip
_LANGUAGES = (
    "en af ar az be bg bs ca cs cy da de el es et fa fi fr gl he hi hr hu hy id is it ja kk kn ko lt lv mi mk mr ms ne "
    "nl no pl pt ro ru sk sl sr sv sw ta th tl tr uk ur vi zh"
)
_MAX_INPUT = 4096
SPEECH_RATE = 24_000

INFO = NarratorInfo(
    name=NAME,
    title="OpenAI text to speech",
    sample_rate=SPEECH_RATE,
    languages=tuple(_LANGUAGES.split()),
    voices=tuple(NarratorVoice(name, "en", "OpenAI terms of use", about) for name, about in _VOICES.items()),
    packages=(),
    model="",
    licence="OpenAI terms of use",
)


class OpenAINarrator:
    """Speaks one sentence at a time. Further voices of a compatible server are taken as they are named."""

    info = INFO

    def __init__(self, account: Account, *, model: str) -> None:
        self.model = model
        self._account = account
        self._voices_are_known = account.base_url == BASE_URL

    def call(self, text: str, *, voice: str, language: str) -> Call:  # noqa: ARG002 - the server hears the language
        """What is bought for a sentence."""
        body = {"model": self.model, "voice": voice, "input": text, "response_format": "wav"}
        usd = self._account.price(lambda prices: prices.speech(NAME, self.model, characters=len(text)))
        return Call(NAME, "speech", self.model, {"server": self._account.base_url, "body": body}, usd)

    def fingerprint(self, voice: str) -> str:
        """What can change the sound of a voice, as far as it is known: the server, the model, the voice.

        Raises:
            RequestError: There is no such voice.
        """
        self._check_voice(voice)
        facts = [NAME, self._account.base_url, self.model, voice]
        return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]

    async def speak(self, text: str, target: Path, *, voice: str, language: str) -> Speech:
        """Speak one sentence into a mono 16-bit WAV file, silence at its ends cut as the embedded voices do.

        Raises:
            RequestError: The voice, the language or the text cannot be spoken.
            MediaError: The sound cannot be this text, or is no sound.
            VendorError: The vendor failed.
        """
        from automagic.providers.shared.sound_bodies import finish_speech

        self._check_voice(voice)
        if language.partition("-")[0].lower() not in self.info.languages:
            raise RequestError(
                f"the narrator {NAME} does not speak {language!r}", hint="The narrator espeak speaks many more."
            )
        if not count_words(text) or len(text) > _MAX_INPUT:
            raise RequestError(
                f"a sentence of {len(text)} characters cannot be spoken", hint=f"It takes 1 to {_MAX_INPUT}."
            )
        account, call = self._account, self.call(text, voice=voice, language=language)

        async def send(attempt: Attempt) -> Answer:
            reply = await account.request("POST", "/audio/speech", attempt=attempt, json=call.parameters["body"])
            if reply.media_type.startswith(("text/", "application/json")) or len(reply.body) < 100:
                raise Unusable(f"{NAME} ({self.model}) gave an answer that is not a sound", hint="Try again.")
            return Answer(reply.body, reply.media_type or "audio/wav")

        delivered = await account.gate.call(call, send)
        return await asyncio.to_thread(finish_speech, delivered.answer.data, text, target)

    async def close(self) -> None:
        """Nothing was started."""

    def _check_voice(self, voice: str) -> None:
        if self._voices_are_known:
            choose_voice(self.info, voice)


# --------------------------------------------------------------------------------------------------- transcriber

_MAX_UPLOAD = 25_000_000

_NAMED = (
    "afrikaans af arabic ar armenian hy azerbaijani az belarusian be bengali bn bosnian bs bulgarian bg catalan ca "
    "chinese zh croatian hr czech cs danish da dutch nl english en estonian et finnish fi french fr galician gl german "
    "de greek el hebrew he hindi hi hungarian hu icelandic is indonesian id italian it japanese ja kannada kn kazakh "
    "kk korean ko latvian lv lithuanian lt macedonian mk malay ms maori mi marathi mr nepali ne norwegian no persian "
    "fa polish pl portuguese pt romanian ro russian ru serbian sr slovak sk slovenian sl spanish es swahili sw swedish "
    "sv tagalog tl tamil ta telugu te thai th turkish tr ukrainian uk urdu ur vietnamese vi welsh cy"
)
_TAGS = dict(zip(_NAMED.split()[::2], _NAMED.split()[1::2], strict=True))
"""Languages as the vendor names them, and their tags."""


@dataclass(frozen=True, slots=True)
class HeardTranscript:
    """What was heard.

    Attributes:
        text: With punctuation.
        words: In order, with the text's punctuation, times from the beginning of the sound.
        language: BCP-47 primary tag; "" when the vendor names none that is known.
    """

    text: str
    words: tuple[Word, ...]
    language: str
    duration_s: float


class _HeardWord(msgspec.Struct):
    word: str
    start: float
    end: float


class _Heard(msgspec.Struct):
    text: str
    language: str = ""
    duration: float = 0.0
    words: list[_HeardWord] | None = None


class OpenAITranscriber:
    """Hears words and when they are said.

    Args:
        model: One that gives the times of words, such as "whisper-1".
    """

    name = NAME

    def __init__(self, account: Account, *, model: str) -> None:
        self.model = model
        self._account = account

    def fingerprint(self) -> str:
        """What can change the words: the server and the model."""
        return hashlib.sha256(f"{NAME}\n{self._account.base_url}\n{self.model}".encode()).hexdigest()[:16]

    def estimate(self, duration_s: float) -> Decimal:
        """What it costs to transcribe a sound of this length, in dollars."""
        return self._account.price(lambda prices: prices.transcription(NAME, self.model, duration_s=duration_s))

    async def transcribe(self, sound: Path, *, duration_s: float, language: str = "") -> HeardTranscript:
        """The words of a sound file (WAV, MP3, FLAC, M4A ...).

        Args:
            duration_s: Its length, for the price.
            language: BCP-47 tag; "" lets the vendor find out.

        Raises:
            RequestError: The file is above 25 MB.
            MediaError: It cannot be read.
            VendorError: The vendor failed, or its model gives no times.
        """
        try:
            data = await asyncio.to_thread(sound.read_bytes)
        except OSError as error:
            raise MediaError(f"{sound.name} cannot be read: {error.strerror}") from error
        if len(data) > _MAX_UPLOAD:
            raise RequestError(
                f"{sound.name} has {len(data) / 1e6:.0f} MB; {NAME} takes 25 MB",
                hint="Compress it or cut it into parts.",
            )
        account = self._account
        fields = {"model": self.model, "response_format": "verbose_json", "timestamp_granularities[]": "word"}
        if language:
            fields["language"] = language.partition("-")[0].lower()
        kind = mimetypes.guess_type(sound.name)[0] or "audio/wav"
        suffix = sound.suffix or ".wav"

        async def send(attempt: Attempt) -> Answer:
            import aiohttp

            form = aiohttp.FormData()  # can be sent only once
            form.add_field("file", data, filename=f"sound{suffix}", content_type=kind)
            for name, value in fields.items():
                form.add_field(name, value)
            reply = await account.request("POST", "/audio/transcriptions", attempt=attempt, data=form)
            heard = account.read(reply, _Heard)
            if heard.words is None and heard.text.strip():
                raise Unusable(
                    f"{NAME} ({self.model}) gave no times of words", hint="Use a model that does, such as whisper-1."
                )
            return Answer(reply.body, "application/json")

        parameters = {
            "server": account.base_url,
            "fields": fields,
            "sound": hashlib.sha256(data).hexdigest(),
            "suffix": suffix,
        }
        call = Call(NAME, "transcription", self.model, parameters, self.estimate(duration_s))
        delivered = await account.gate.call(call, send)
        heard = parse_json(delivered.answer.data, name=f"{NAME}'s answer", type=_Heard)
        named = heard.language.lower()
        tag = _TAGS.get(named, named if len(named) in (2, 3) else "")  # other servers answer with the tag
        return HeardTranscript(
            heard.text.strip(), place_words(heard.words or (), heard.text), tag, heard.duration or duration_s
        )


def place_words(heard: Sequence[_HeardWord], text: str) -> tuple[Word, ...]:
    """The heard words in order, none before the end of the one before it, with the punctuation that `text` has."""
    written = text.split()
    position = 0
    placed: list[Word] = []
    for entry in heard:
        word = entry.word.strip()
        if not word:
            continue
        for ahead in range(position, min(position + 4, len(written))):
            if bare(written[ahead]) == bare(word):
                word, position = written[ahead], ahead + 1
                break
        start_s = max(entry.start, placed[-1].end_s if placed else 0.0)
        placed.append(Word(word, start_s, max(entry.end, start_s)))
    return tuple(placed)
