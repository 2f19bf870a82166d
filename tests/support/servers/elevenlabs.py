"""ElevenLabs: speech with the time of every character, voices, models, the account, and the history of what was made.

The sound is a tone for each word and silence between them, so that a test can hear where a word really is.
"""

from __future__ import annotations

import array
import base64
import io
import math
import time
import wave
from typing import Any

from aiohttp import web

from tests.support.servers.base import VendorServer

LEAD_S = 0.3
CHARACTER_S = 0.07
TAIL_S = 0.4

VOICES = (
    ("JBFqnCBsd6RMkjVBRZzb", "George", "british", "male"),
    ("EXAVITQu4vr4xnSDxMaL", "Sarah", "american", "female"),
    ("Zq8sT1v9XwQeR7yLmN2b", "Own Voice", "american", "female"),
)
MODELS = {"eleven_multilingual_v2": 1.0, "eleven_flash_v2_5": 0.5, "eleven_turbo_v2_5": 0.5, "eleven_v3": 1.0}
LANGUAGE_MODELS = ("eleven_flash_v2_5", "eleven_turbo_v2_5", "eleven_v3")


def refusal(status: int, code: str, message: str) -> web.Response:
    """An error in ElevenLabs' own format."""
    return web.json_response({"detail": {"status": code, "message": message}}, status=status)


class ElevenLabsServer(VendorServer):
    """`url` is what the vendor calls https://api.elevenlabs.io.

    Attributes:
        characters_left: What the account may still speak.
        keeps_history: False for an account with zero retention.
        silent: Speak nothing but silence.
        without_alignment: Leave the times out, as the vendor does for some models.
    """

    def __init__(self, *, latency_s: float = 0.0, key: str = "test-key-not-secret") -> None:
        super().__init__(latency_s=latency_s, key=key)
        self.characters_left = 10_000
        self.characters_used = 0
        self.keeps_history = True
        self.silent = False
        self.without_alignment = False
        self.history: list[dict[str, Any]] = []

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/v1/text-to-speech/{voice}/with-timestamps", self._speak)
        app.router.add_get("/v1/voices/{voice}", self._voice)
        app.router.add_get("/v1/voices", self._voices)
        app.router.add_get("/v2/voices", self._voices_by_page)
        app.router.add_get("/v1/models", self._models)
        app.router.add_get("/v1/user/subscription", self._subscription)
        app.router.add_get("/v1/history", self._history)
        app.router.add_post("/v1/history/download", self._history_download)

    def refuse(self, status: int, message: str) -> web.Response:
        codes = {401: "invalid_api_key", 429: "too_many_concurrent_requests", 500: "internal_error"}
        return refusal(status, codes.get(status, "error"), message)

    def read_idempotency_key(self, _request: web.Request) -> str:
        """The vendor knows none: the same text twice is billed twice."""
        return ""

    # -------------------------------------------------------------------------------------------- speech

    async def _speak(self, request: web.Request) -> web.Response:
        if refused := self._refuse_key(request):
            return refused
        body = await request.json()
        text, model = body.get("text"), body.get("model_id", "eleven_multilingual_v2")
        output = request.query.get("output_format", "mp3_44100_128")
        if refused := self._refuse_speech(request.match_info["voice"], text, model, body, output):
            return refused
        cost = math.ceil(len(text) * MODELS[model])
        sound, alignment = self._sing(text, int(output.partition("_")[2]))
        self.characters_left -= cost
        self.characters_used += cost
        self.bill(request, "speech")
        item = self._remember(request.match_info["voice"], text, model, cost, sound, alignment, output)
        answer = {
            "audio_base64": base64.b64encode(sound).decode(),
            "alignment": None if self.without_alignment else alignment,
            "normalized_alignment": None if self.without_alignment else alignment,
        }
        headers = {
            "request-id": item["request_id"],
            "history-item-id": item["history_item_id"],
            "character-cost": str(cost),
            "current-concurrent-requests": "1",
            "maximum-concurrent-requests": "5",
        }
        return web.json_response(answer, headers=headers)

    def _refuse_speech(self, voice: str, text: Any, model: str, body: Any, output: str) -> web.Response | None:
        if not isinstance(text, str) or not text:
            fault = {"type": "missing", "loc": ["body", "text"], "msg": "Field required", "input": body}
            return web.json_response({"detail": [fault]}, status=422)
        if voice not in {known[0] for known in VOICES}:
            return refusal(404, "voice_not_found", f"A voice with the voice_id {voice} was not found.")
        if model not in MODELS:
            return refusal(400, "model_not_found", f"A model with model ID {model} does not exist.")
        if body.get("language_code") and model not in LANGUAGE_MODELS:
            return refusal(400, "unsupported_language", f"Model '{model}' does not support the language_code.")
        if not output.startswith("pcm_"):
            return refusal(400, "invalid_output_format", "This server makes pcm_* only.")
        return self._refuse_cost(math.ceil(len(text) * MODELS[model]))

    def _refuse_cost(self, cost: int) -> web.Response | None:
        if cost > self.characters_left:
            return refusal(
                401,
                "quota_exceeded",
                f"This request exceeds your quota of {self.characters_used + self.characters_left}. You have "
                f"{self.characters_left} credits remaining, while {cost} credits are required for this request.",
            )
        return None

    def _sing(self, text: str, rate: int) -> tuple[bytes, dict[str, Any]]:
        """16-bit mono PCM, and when each character of it is heard."""
        starts = [round(LEAD_S + index * CHARACTER_S, 3) for index in range(len(text))]
        samples = array.array("h", bytes(2 * round(rate * (LEAD_S + len(text) * CHARACTER_S + TAIL_S))))
        if not self.silent:
            for start_s, character in zip(starts, text, strict=True):
                if character.isalnum():
                    first = round(start_s * rate)
                    for offset in range(round(CHARACTER_S * rate)):
                        samples[first + offset] = round(9000 * math.sin(2 * math.pi * 220 * (first + offset) / rate))
        alignment = {
            "characters": list(text),
            "character_start_times_seconds": starts,
            "character_end_times_seconds": [round(start_s + CHARACTER_S, 3) for start_s in starts],
        }
        return samples.tobytes(), alignment

    # ------------------------------------------------------------------------------------------- history

    def _remember(
        self, voice: str, text: str, model: str, cost: int, sound: bytes, alignment: Any, output: str
    ) -> dict[str, Any]:
        item = {
            "history_item_id": f"history{len(self.history):06d}",
            "request_id": f"request{len(self.history):06d}",
            "voice_id": voice,
            "model_id": model,
            "voice_name": next(known[1] for known in VOICES if known[0] == voice),
            "voice_category": "premade",
            "text": text,
            "date_unix": int(time.time()),
            "character_count_change_from": self.characters_used - cost,
            "character_count_change_to": self.characters_used,
            "content_type": "audio/mpeg",
            "state": "created",
            "settings": {},
            "source": "TTS",
            "output_format": output,
            "alignments": {"alignment": alignment, "normalized_alignment": alignment},
            "_sound": sound,
        }
        if self.keeps_history:
            self.history.insert(0, item)
        return item

    async def _history(self, request: web.Request) -> web.Response:
        if refused := self._refuse_key(request):
            return refused
        query = request.query
        if "search" in query and "source" not in query:
            return refusal(400, "missing_source", "source is required when search is provided")
        found = [
            {name: value for name, value in item.items() if not name.startswith("_")}
            for item in self.history
            if query.get("voice_id", item["voice_id"]) == item["voice_id"]
            and query.get("model_id", item["model_id"]) == item["model_id"]
            and int(query.get("date_after_unix", 0)) <= item["date_unix"]
        ][: int(query.get("page_size", 100))]
        last = found[-1]["history_item_id"] if found else None
        return web.json_response({"history": found, "last_history_item_id": last, "has_more": False})

    async def _history_download(self, request: web.Request) -> web.Response:
        if refused := self._refuse_key(request):
            return refused
        body = await request.json()
        found = [item for item in self.history if item["history_item_id"] in body["history_item_ids"]]
        if len(found) != 1 or body.get("output_format") != "wav":
            return refusal(400, "invalid_request", "this server gives one item, as wav")
        file = io.BytesIO()
        with wave.open(file, "wb") as sink:
            sink.setnchannels(1)
            sink.setsampwidth(2)
            sink.setframerate(int(found[0]["output_format"].partition("_")[2]))
            sink.writeframes(found[0]["_sound"])
        return web.Response(body=file.getvalue(), content_type="audio/wav")

    # ------------------------------------------------------------------------------- voices and the account

    async def _voice(self, request: web.Request) -> web.Response:
        wanted = request.match_info["voice"]
        known = [voice for voice in self._describe_voices() if voice["voice_id"] == wanted]
        if refused := self._refuse_key(request):
            return refused
        if not known:
            return refusal(400, "voice_not_found", f"A voice with the voice_id {wanted} was not found.")
        return web.json_response(known[0])

    async def _voices(self, request: web.Request) -> web.Response:
        return self._refuse_key(request) or web.json_response({"voices": self._describe_voices()})

    async def _voices_by_page(self, request: web.Request) -> web.Response:
        if refused := self._refuse_key(request):
            return refused
        search = request.query.get("search", "").lower()
        found = [voice for voice in self._describe_voices() if search in voice["name"].lower()]
        size = int(request.query.get("page_size", 10))
        first = int(request.query.get("next_page_token", 0))
        more = first + size < len(found)
        return web.json_response(
            {
                "voices": found[first : first + size],
                "has_more": more,
                "total_count": len(found),
                "next_page_token": str(first + size) if more else None,
            }
        )

    def _describe_voices(self) -> list[dict[str, Any]]:
        return [
            {
                "voice_id": identity,
                "name": name,
                "category": "premade" if name != "Own Voice" else "cloned",
                "labels": {"accent": accent, "gender": gender, "use_case": "narration"},
                "description": f"A {accent} voice.",
                "preview_url": f"{self.url}/preview/{identity}.mp3",
                "available_for_tiers": [],
                "settings": None,
                "high_quality_base_model_ids": list(MODELS),
                "verified_languages": [],
            }
            for identity, name, accent, gender in VOICES
        ]

    async def _models(self, request: web.Request) -> web.Response:
        if refused := self._refuse_key(request):
            return refused
        models = [
            {
                "model_id": name,
                "name": name.replace("_", " ").title(),
                "can_do_text_to_speech": True,
                "token_cost_factor": factor,
                "maximum_text_length_per_request": 10000,
                "languages": [{"language_id": "en", "name": "English"}],
                "model_rates": {"character_cost_multiplier": factor},
            }
            for name, factor in MODELS.items()
        ]
        return web.json_response(models)

    async def _subscription(self, request: web.Request) -> web.Response:
        if refused := self._refuse_key(request):
            return refused
        return web.json_response(
            {
                "tier": "starter",
                "character_count": self.characters_used,
                "character_limit": self.characters_used + self.characters_left,
                "max_credit_limit_extension": 0,
                "can_extend_character_limit": False,
                "allowed_to_extend_character_limit": False,
                "next_character_count_reset_unix": 1893456000,
                "voice_slots_used": 1,
                "professional_voice_slots_used": 0,
                "professional_voice_slots_used_in_workspace": 0,
                "voice_limit": 10,
                "voice_add_edit_counter": 0,
                "professional_voice_limit": 0,
                "can_extend_voice_limit": False,
                "can_use_instant_voice_cloning": True,
                "can_use_professional_voice_cloning": False,
                "currency": "usd",
                "current_overage": {"amount": "0", "currency": "usd"},
                "status": "active",
                "billing_period": "monthly_period",
                "character_refresh_period": "monthly_period",
                "open_invoices": [],
                "has_open_invoices": False,
                "cancels_immediately": False,
            }
        )

    def _refuse_key(self, request: web.Request) -> web.Response | None:
        if request.headers.get("xi-api-key") != self.key:
            return refusal(401, "invalid_api_key", "Invalid API key")
        return None
