"""ElevenLabs: voices by key, and the time of every character, from which words get theirs without a recogniser.

    text ──▶ /v1/text-to-speech/{voice}/with-timestamps ──▶ sound.py: WAV and the words' times

The vendor knows no idempotency keys. When an answer is lost, what was made is looked for in the account's history.
"""

from __future__ import annotations

import asyncio
import base64
import difflib
import hashlib
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from automagic.errors import Permanent, RequestError, VendorError
from automagic.gate.calls import Answer, Attempt, Call
from automagic.gate.replies import Reply, Unusable
from automagic.providers.elevenlabs.sound import RATE_HZ, read_answer, write_speech
from automagic.providers.local.shared.speech import NarratorInfo, NarratorVoice, count_words
from automagic.providers.shared.account import explain
from automagic.providers.shared.sound_bodies import find_pcm
from automagic.providers.shared.timed_speech import TimedSpeech
from automagic.reading.json import parse_json

if TYPE_CHECKING:
    from automagic.gate.gate import Gate
    from automagic.gate.http import Http
    from automagic.gate.prices import Prices
    from automagic.values.secret import Secret

VENDOR = "elevenlabs"
BASE_URL = "https://api.elevenlabs.io"
MODEL = "eleven_multilingual_v2"
SEED = 1
"""With a seed the vendor makes nearly the same sound again; takes have other ones."""

LICENCE = "ElevenLabs terms of service"
_MAX_BYTES = 64 << 20
_HISTORY_SLACK_S = 120
"""The vendor's clock and ours may differ by this much."""

_KNOWN_VOICES = {
    "George": ("JBFqnCBsd6RMkjVBRZzb", "en-gb", "warm British man"),
    "Sarah": ("EXAVITQu4vr4xnSDxMaL", "en-us", "calm American woman"),
    "Brian": ("nPczCjzI2devNBz1zQrb", "en-us", "deep American man"),
    "Alice": ("Xb7hH8MSUJpSbSDYk0k2", "en-gb", "clear British woman"),
}
"""Some of the voices that every account has; the account's other voices are looked up by name."""

_LANGUAGES = "en ja zh de hi fr ko pt it es id nl tr fil pl sv bg ro ar cs el fi hr ms sk da ta uk ru"
_LANGUAGE_MODELS = frozenset({"eleven_flash_v2_5", "eleven_turbo_v2_5", "eleven_v3"})
"""The models that can be told the language; the others hear it."""


@dataclass(frozen=True, slots=True)
class CharacterQuota:
    """What the account may still speak.

    Attributes:
        used, limit: Characters of the current period.
        resets_at: Seconds since 1970; None when it does not.
    """

    tier: str
    used: int
    limit: int
    resets_at: int | None


class ElevenLabsNarrator:
    """A narrator as `services.Narrator` wants it.

    Args:
        prices: For the estimate: a model without a price speaks nothing.
        model: The vendor's name of it.
    """

    info = NarratorInfo(
        name=VENDOR,
        title="ElevenLabs: very natural, by key",
        sample_rate=RATE_HZ,
        languages=tuple(_LANGUAGES.split()),
        voices=tuple(
            NarratorVoice(name, language, LICENCE, about) for name, (_, language, about) in _KNOWN_VOICES.items()
        ),
        packages=(),
        model="",
        licence=LICENCE,
    )

    def __init__(
        self, gate: Gate, http: Http, *, key: Secret, prices: Prices, model: str = MODEL, base_url: str = BASE_URL
    ) -> None:
        self._gate = gate
        self._http = http
        self._secret_headers = {"xi-api-key": key}
        self._prices = prices
        self._model = model
        self._base = base_url.rstrip("/")

    @property
    def name(self) -> str:
        """ "elevenlabs"."""
        return self.info.name

    def fingerprint(self, voice: str) -> str:
        """Everything that can change the sound of a voice, but the text and the take. Makes no call."""
        facts = [VENDOR, self._base, self._model, voice, str(RATE_HZ), str(SEED)]
        return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]

    def call(self, text: str, *, voice: str, language: str, take: int = 1) -> Call:
        """What is bought for a sentence.

        Args:
            voice: Its id, or the name of one that every account has; others' ids have to be asked for.

        Raises:
            ConfigurationError: The model has no price.
        """
        body: dict[str, Any] = {
            "text": text,
            "model_id": self._model,
            "seed": SEED + take - 1,
            "apply_text_normalization": "off",  # numbers are words already, and the times are to fit this text
        }
        if self._model in _LANGUAGE_MODELS:
            body["language_code"] = language.partition("-")[0].lower()
        identity = _KNOWN_VOICES[voice][0] if voice in _KNOWN_VOICES else voice
        usd = self._prices.speech(VENDOR, self._model, characters=len(text))
        parameters = {"url": self._base, "voice": identity, "rate": RATE_HZ, **body}
        return Call(VENDOR, "speech", self._model, parameters, usd, take)

    async def speak(self, text: str, target: Path, *, voice: str, language: str, take: int = 1) -> TimedSpeech:
        """Speak one sentence into a mono 16-bit WAV file, which appears complete or not at all.

        Args:
            text: Words in full, with punctuation.
            voice: The name or the id of one of the account's voices.
            language: BCP-47 tag.

        Raises:
            RequestError: The voice, the language or a text without words cannot be spoken.
            VendorError, BudgetError: As the gate.
            MediaError: The sound cannot be this text.
        """
        tag = language.partition("-")[0].lower()
        if tag not in self.info.languages:
            raise RequestError(
                f"the narrator {VENDOR} does not speak {language!r}",
                hint=f"It speaks {', '.join(self.info.languages[:12])}. The narrator espeak speaks many more.",
            )
        if not count_words(text):
            raise RequestError(f"there is nothing to say in {text!r}", hint="Give the scene some words.")
        identity = await self.find_voice_id(voice)
        answer = await self._buy(text, self.call(text, voice=identity, language=tag, take=take))
        return await asyncio.to_thread(write_speech, answer.data, text, target)

    async def list_voices(self) -> dict[str, NarratorVoice]:
        """The account's voices by their ids.

        Raises:
            VendorError: As the gate.
        """
        voices: dict[str, NarratorVoice] = {}
        parameters: dict[str, str | int] = {"page_size": 100}
        while True:
            page = await self._ask("/v2/voices", parameters)
            for voice in page.get("voices", []):
                accent = str((voice.get("labels") or {}).get("accent", ""))
                language = str((voice.get("labels") or {}).get("language", "") or "en").lower()
                about = " ".join(part for part in (accent, str(voice.get("category") or "")) if part)
                voices[str(voice["voice_id"])] = NarratorVoice(str(voice.get("name") or ""), language, LICENCE, about)
            if not page.get("has_more") or not page.get("next_page_token"):
                return voices
            parameters["next_page_token"] = str(page["next_page_token"])

    async def find_voice_id(self, voice: str) -> str:
        """The id of a voice that is given by its name or its id.

        Raises:
            RequestError: The account has no such voice; the hint names the nearest.
            VendorError: As the gate.
        """
        if voice in _KNOWN_VOICES:
            return _KNOWN_VOICES[voice][0]
        if any(voice == identity for identity, *_ in _KNOWN_VOICES.values()):
            return voice
        offered = await self.list_voices()
        if voice in offered:
            return voice
        wanted = voice.casefold()
        for identity, known in offered.items():
            # The vendor's own names have gone on: "George" is "George - Warm, Captivating Storyteller" by now.
            if wanted in (known.name.casefold(), known.name.partition(" - ")[0].casefold()):
                return identity
        names = [known.name for known in offered.values()]
        near = difflib.get_close_matches(voice, names, n=1, cutoff=0.3)
        raise RequestError(
            f"the ElevenLabs account has no voice {voice!r}",
            hint=(f"Did you mean {near[0]}? " if near else "") + "Voices: " + ", ".join(names[:12]),
        )

    async def check(self) -> CharacterQuota:
        """The cheapest real call: whether the key is good, and what is left of its quota.

        Raises:
            VendorError: As the gate.
        """
        found = await self._ask("/v1/user/subscription", {}, once=secrets.token_hex(16))
        return CharacterQuota(
            tier=str(found.get("tier", "")),
            used=int(found.get("character_count") or 0),
            limit=int(found.get("character_limit") or 0),
            resets_at=found.get("next_character_count_reset_unix"),
        )

    async def close(self) -> None:
        """Nothing was started."""

    # ---------------------------------------------------------------------------------------------- the calls

    async def _buy(self, text: str, call: Call) -> Answer:
        body = dict(call.parameters)
        voice = body.pop("voice")
        del body["url"], body["rate"]  # they stand in the address

        async def send(attempt: Attempt) -> Answer:
            await attempt.note_remote_id(f"history since {int(time.time()) - _HISTORY_SLACK_S}")
            reply = await self._http.request(
                "POST",
                f"{self._base}/v1/text-to-speech/{voice}/with-timestamps?output_format=pcm_{RATE_HZ}",
                json=body,
                secret_headers=self._secret_headers,
                max_bytes=_MAX_BYTES,
            )
            if reply.status >= 400:
                raise _explain(reply)
            read_answer(reply.body)
            credits = reply.headers.get("character-cost", "")
            return Answer(
                reply.body,
                "application/json",
                remote_id=reply.headers.get("history-item-id", ""),
                facts={"credits": credits, "request": reply.headers.get("request-id", "")},
            )

        async def recover(remote_id: str) -> Answer | None:
            return await self._recover(remote_id, text, voice)

        return (await self._gate.call(call, send, recover=recover)).answer

    async def _recover(self, remote_id: str, text: str, voice: str) -> Answer | None:
        """What was made for this text since a moment, from the account's history; None when it is not there."""
        if not (since := re.fullmatch(r"history since (\d+)", remote_id)):
            return None
        parameters: dict[str, str | int] = {
            "voice_id": voice,
            "model_id": self._model,
            "date_after_unix": since[1],
            "page_size": 100,
        }
        reply = await self._http.request(
            "GET", f"{self._base}/v1/history", params=parameters, secret_headers=self._secret_headers
        )
        if reply.status >= 400:
            raise _explain(reply)
        # The oldest first: a later one may be another take's.
        items = [item for item in reversed(reply.json().get("history", [])) if item.get("text") == text]
        if not items:
            return None
        identity = str(items[0]["history_item_id"])
        sound = await self._http.request(
            "POST",
            f"{self._base}/v1/history/download",
            json={"history_item_ids": [identity], "output_format": "wav"},
            secret_headers=self._secret_headers,
            max_bytes=_MAX_BYTES,
        )
        if sound.status >= 400:
            raise _explain(sound)
        pcm = find_pcm(sound.body)
        if pcm is None or pcm[1:] != (RATE_HZ, 1):
            return None
        answer = {
            "audio_base64": base64.b64encode(pcm[0]).decode(),
            "alignment": (items[0].get("alignments") or {}).get("alignment"),
        }
        return Answer(msgspec.json.encode(answer), "application/json", remote_id=identity)

    async def _ask(self, path: str, parameters: dict[str, str | int], *, once: str = "") -> dict[str, Any]:
        """A free read. `once` makes it another call than all before, which the response cache does not know."""
        url = self._base + path
        asked = dict(parameters)

        async def send(_attempt: Attempt) -> Answer:
            reply = await self._http.request("GET", url, params=asked, secret_headers=self._secret_headers)
            if reply.status >= 400:
                raise _explain(reply)
            if not isinstance(reply.json(), dict):
                raise Unusable("elevenlabs gave an answer that its API does not define")
            return Answer(reply.body, "application/json")

        delivered = await self._gate.call(Call(VENDOR, path, once, {"url": url, **asked}), send)
        answer: dict[str, Any] = parse_json(delivered.answer.data, name=f"{VENDOR}'s answer")
        return answer


def _explain(reply: Reply) -> VendorError:
    """What a refusal means: an account that has nothing left answers 401 as well, which is not the key's fault."""
    if reply.status == 401 and b'"quota_exceeded"' in reply.body:
        said = reply.json()
        words = str((said.get("detail") or {}).get("message", "")) if isinstance(said, dict) else ""
        return Permanent(
            f"the ElevenLabs account has no characters left for this: {words[:300]}",
            hint="Wait for the next period, choose a larger plan, or another narrator.",
        )
    error = explain(reply, VENDOR)
    if b'"voice_not_found"' in reply.body:
        error.hint = "Check the voice: the account must have it."
    return error
