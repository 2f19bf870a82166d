"""OpenAI's protocol: chat, pictures, speech, transcription, models. Judged by the `openai` package.

What is on the bill: "chat", "image", "speech", "transcription".
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

from aiohttp import web

from tests.support.servers import scripted
from tests.support.servers.base import CALL, Fault, parts_of
from tests.support.servers.pictures import draw_picture
from tests.support.servers.scripted import Cut, Refusal, Script, ScriptedServer

MODELS = (
    "gpt-5.4-mini", "gpt-5.6-luna", "gpt-image-1-mini", "gpt-image-1.5", "gpt-image-2", "flux-local",
    "gpt-4o-mini-tts", "whisper-1",
)  # fmt: skip
"""flux-local stands for the models of compatible servers: it answers with addresses of its pictures."""

_FREE_SIZES = ("gpt-image-2",)
_FIXED_SIZES = {
    "gpt-image-1.5": ("1024x1024", "1536x1024", "1024x1536"),
    "gpt-image-1-mini": ("1024x1024", "1536x1024", "1024x1536"),
}
_VOICES = (
    "alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage", "shimmer", "verse",
)  # fmt: skip
MAX_SOUND_BYTES = 25 << 20
_CODES = {
    400: "invalid_value",
    401: "invalid_api_key",
    404: "model_not_found",
    429: "rate_limit_exceeded",
    503: "slow_down",
}
_KINDS = {429: "requests", 500: "server_error", 503: "server_error"}


class OpenAIServer(ScriptedServer):
    """OpenAI on loopback; `url` + "/v1" is its base URL."""

    models = MODELS

    def __init__(self, *, latency_s: float = 0.0, key: str = "test-key-not-secret") -> None:
        super().__init__(latency_s=latency_s, key=key)
        self._heard = Script()
        self._pictures: dict[str, bytes] = {}
        self._spoken: dict[str, str] = {}

    def hear(self, *texts: str) -> None:
        """What the next recordings say."""
        self._heard.add(*texts)

    def limit(self, after: str = "1s", *, path: str = "", times: int = 1, retry_after: str = "") -> None:
        """The next calls meet the rate limit, told by the vendor's own headers."""
        headers = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": after}
        if retry_after:
            headers["retry-after"] = retry_after
        self.fail(Fault(status=429, headers=headers), path=path, times=times)

    def run_out_of_credit(self) -> None:
        """The next call is told that the account is empty: a 429 that no waiting helps."""
        body = _error_body(
            "You exceeded your current quota, please check your plan and billing details.",
            "insufficient_quota",
            "insufficient_quota",
        )
        self.fail(Fault(status=429, body=body, headers={"Content-Type": "application/json"}))

    def refuse(self, status: int, message: str) -> web.Response:
        if status == 401:
            message = f"Incorrect API key provided: {self.key[:4]}*****{self.key[-4:]}. You can find your API key at https://platform.openai.com/account/api-keys."
        body = _error_body(message, _KINDS.get(status, "invalid_request_error"), _CODES.get(status))
        return web.Response(
            text=body, status=status, content_type="application/json", headers={"x-request-id": "req_1"}
        )

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/v1/models", self._list_models)
        app.router.add_get("/v1/models/{model}", self._show_model)
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_post("/v1/images/generations", self._draw)
        app.router.add_get("/files/{name}", self._file)
        app.router.add_post("/v1/audio/speech", self._speak)
        app.router.add_post("/v1/audio/transcriptions", self._transcribe)

    # ------------------------------------------------------------------------------------------------ routes

    async def _list_models(self, request: web.Request) -> web.Response:
        if refusal := self._check(request):
            return refusal
        return _answer({"object": "list", "data": [_model(name) for name in self.models]})

    async def _show_model(self, request: web.Request) -> web.Response:
        name = request.match_info["model"]
        return self._check(request, name) or _answer(_model(name))

    async def _chat(self, request: web.Request) -> web.Response:
        asked = json.loads(request[CALL].body)
        if refusal := self._check(request, asked.get("model")):
            return refusal
        if not asked.get("messages"):
            return self.refuse(400, "Invalid 'messages': empty array. Expected an array with minimum length 1.")
        if "max_tokens" in asked and asked["model"].startswith("gpt-5"):
            return self.refuse(
                400,
                "Unsupported parameter: 'max_tokens' is not supported with this model. "
                "Use 'max_completion_tokens' instead.",
            )
        shape = asked.get("response_format", {"type": "text"})
        schema = shape.get("json_schema", {}).get("schema") if shape["type"] == "json_schema" else None
        if schema is not None and (fault := find_loose_object(schema)):
            return self.refuse(400, f"Invalid schema for response_format '{shape['json_schema'].get('name')}': {fault}")
        self.bill(request, "chat")
        prompt = "\n".join(_text_of(message["content"]) for message in asked["messages"])
        said = self.script.take() or scripted.compose(_text_of(asked["messages"][-1]["content"]), schema)
        text = said.text if isinstance(said, Cut) else None if isinstance(said, Refusal) else said
        message = {
            "role": "assistant",
            "content": text,
            "refusal": said.reason if isinstance(said, Refusal) else None,
            "annotations": [],
        }
        used, made = scripted.count_tokens(prompt), scripted.count_tokens(text or "")
        return _answer(
            {
                "id": f"chatcmpl-{_digest(request)}",
                "object": "chat.completion",
                "created": 1_790_000_000,
                "model": asked["model"],
                "choices": [
                    {
                        "index": 0,
                        "message": message,
                        "logprobs": None,
                        "finish_reason": "length" if isinstance(said, Cut) else "stop",
                    }
                ],
                "usage": {"prompt_tokens": used, "completion_tokens": made, "total_tokens": used + made},
                "service_tier": "default",
            }
        )

    async def _draw(self, request: web.Request) -> web.Response:
        asked = json.loads(request[CALL].body)
        model, size = asked.get("model", ""), asked.get("size", "1024x1024")
        if refusal := self._check(request, model):
            return refusal
        if model.startswith("gpt-image") and "response_format" in asked:
            return self.refuse(400, "Unknown parameter: 'response_format'.")
        if fault := _size_fault(model, size):
            return self.refuse(400, fault)
        if isinstance(said := self.script.take(), Refusal):
            code = "moderation_blocked" if model.startswith("gpt-image") else "content_policy_violation"
            return web.Response(
                text=_error_body(said.reason, "image_generation_user_error", code),
                status=400,
                content_type="application/json",
            )
        self.bill(request, "image")
        width, height = map(int, size.split("x"))
        picture = said.encode() if isinstance(said, str) else draw_picture(asked["prompt"], width, height, kind="PNG")
        entry: dict[str, Any] = {"b64_json": base64.b64encode(picture).decode()}
        if not model.startswith("gpt-image") and asked.get("response_format", "url") == "url":
            name = f"{_digest(request)}.png"
            self._pictures[name] = picture
            entry = {"url": f"{self.url}/files/{name}", "revised_prompt": asked["prompt"]}
        answer: dict[str, Any] = {"created": 1_790_000_000, "data": [entry]}
        if model.startswith("gpt-image"):
            used = scripted.count_tokens(asked["prompt"])
            answer |= {
                "output_format": "png",
                "size": size,
                "quality": asked.get("quality", "medium"),
                "usage": {
                    "input_tokens": used,
                    "input_tokens_details": {"image_tokens": 0, "text_tokens": used},
                    "output_tokens": 1056,
                    "total_tokens": used + 1056,
                },
            }
        return _answer(answer)

    async def _file(self, request: web.Request) -> web.Response:
        assert "authorization" not in request[CALL].headers, "a key was sent to the file server"
        picture = self._pictures.get(request.match_info["name"])
        return web.Response(body=picture, content_type="image/png") if picture else web.Response(status=404)

    async def _speak(self, request: web.Request) -> web.Response:
        asked = json.loads(request[CALL].body)
        if refusal := self._check(request, asked.get("model")):
            return refusal
        if asked["voice"] not in _VOICES:
            return self.refuse(
                400, f"Invalid value: '{asked['voice']}'. Supported values are: " + ", ".join(f"'{v}'" for v in _VOICES)
            )
        if not 0 < len(asked["input"]) <= 4096:
            return self.refuse(400, "Invalid 'input': string too long. Expected a string with maximum length 4096.")
        self.bill(request, "speech")
        samples = scripted.speak(asked["input"])
        self._spoken[hashlib.sha256(samples).hexdigest()] = asked["input"]
        if asked.get("response_format", "mp3") == "wav":
            return web.Response(body=scripted.wav(samples), content_type="audio/wav")
        return web.Response(body=scripted.mp3(samples), content_type="audio/mpeg")

    async def _transcribe(self, request: web.Request) -> web.Response:
        fields, sound = _read_form(request)
        model = fields.get("model", [""])[0]
        if refusal := self._check(request, model):
            return refusal
        shape = fields.get("response_format", ["json"])[0]
        if fields.get("timestamp_granularities[]") and shape != "verbose_json":
            return self.refuse(400, "timestamp_granularities is only supported when response_format is verbose_json.")
        if not sound.startswith((b"RIFF", b"fLaC")):
            return self.refuse(400, "Audio file might be corrupted or unsupported")
        if len(sound) > MAX_SOUND_BYTES:
            return self.refuse(413, "Maximum content size limit (26214400) exceeded")
        self.bill(request, "transcription")
        samples = sound[44:]
        duration_s = round(len(samples) / 48_000 if sound.startswith(b"RIFF") else _flac_s(sound), 2)
        heard = self._heard.take() or self._spoken.get(hashlib.sha256(samples).hexdigest(), "nothing was understood")
        assert isinstance(heard, str)
        if shape != "verbose_json":
            return _answer({"text": heard, "usage": {"type": "duration", "seconds": round(duration_s)}})
        # Whisper gives words without punctuation, and times in hundredths.
        bare = [re.sub(r"^\W+|\W+$", "", word) for word in heard.split()]
        each = (duration_s - 0.2) / max(len(bare), 1)
        words = [
            {"word": w, "start": round(0.1 + i * each, 2), "end": round(0.1 + (i + 1) * each, 2)}
            for i, w in enumerate(bare)
        ]
        segment = {
            "id": 0,
            "seek": 0,
            "start": 0.0,
            "end": duration_s,
            "text": " " + heard,
            "tokens": [1],
            "temperature": 0.0,
            "avg_logprob": -0.2,
            "compression_ratio": 1.1,
            "no_speech_prob": 0.01,
        }
        answer = {
            "task": "transcribe",
            "language": "english",
            "duration": duration_s,
            "text": heard,
            "segments": [segment],
            "usage": {"type": "duration", "seconds": round(duration_s)},
        }
        if "word" in fields.get("timestamp_granularities[]", []):
            answer |= {"words": words}
        return _answer(answer)

    def _check(self, request: web.Request, model: str | None = None) -> web.Response | None:
        """The refusal of a wrong key or an unknown model."""
        if request.headers.get("Authorization") != f"Bearer {self.key}":
            return self.refuse(401, "")
        if model is not None and model not in self.models:
            return self.refuse(404, f"The model `{model}` does not exist or you do not have access to it.")
        return None


def _flac_s(sound: bytes) -> float:
    """The length that a FLAC file states, in seconds: samples and rate of its first block (RFC 9639, 8.2)."""
    facts = int.from_bytes(sound[18:26], "big")
    return (facts & (1 << 36) - 1) / (facts >> 44)


def find_loose_object(schema: Any, where: str = "()") -> str:
    """What strict structured outputs refuse: an object that allows other fields, or a field that is not required."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            if schema.get("additionalProperties") is not False:
                return f"In context={where}, 'additionalProperties' is required to be supplied and to be false."
            if set(schema.get("required", ())) != set(schema.get("properties", {})):
                return f"In context={where}, 'required' is required to be an array including every key in properties."
        return next((fault for name, part in schema.items() if (fault := find_loose_object(part, f"('{name}')"))), "")
    if isinstance(schema, list):
        return next((fault for part in schema if (fault := find_loose_object(part, where))), "")
    return ""


def _size_fault(model: str, size: str) -> str:
    if model in _FREE_SIZES:
        width, height = map(int, size.split("x"))
        fits = (
            not width % 16
            and not height % 16
            and 1 / 3 <= width / height <= 3
            and 655_360 <= width * height <= 8_294_400
        )
        return "" if fits else f"Invalid size '{size}': width and height must be divisible by 16, between 1:3 and 3:1."
    offered = _FIXED_SIZES.get(model, _FIXED_SIZES["gpt-image-1.5"])
    return "" if size in offered else f"Invalid value: '{size}'. Supported values are: {', '.join(offered)}."


def _answer(value: Any) -> web.Response:
    headers = {
        "x-ratelimit-limit-requests": "500",
        "x-ratelimit-remaining-requests": "499",
        "x-ratelimit-reset-requests": "120ms",
        "x-request-id": "req_1",
        "openai-version": "2020-10-01",
    }
    return web.json_response(value, headers=headers)


def _error_body(message: str, kind: str, code: str | None) -> str:
    return json.dumps({"error": {"message": message, "type": kind, "param": None, "code": code}})


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 1_780_000_000, "owned_by": "system"}


def _text_of(content: Any) -> str:
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def _digest(request: web.Request) -> str:
    return hashlib.sha256(request[CALL].body).hexdigest()[:16]


def _read_form(request: web.Request) -> tuple[dict[str, list[str]], bytes]:
    """The fields of a multipart body that was read already, and its file."""
    fields: dict[str, list[str]] = {}
    sound = b""
    for head, content in parts_of(request[CALL]):
        name = re.search(rb'name="?([^";\r\n]+)', head)
        assert name is not None
        if b"filename" in head:
            sound = content
        else:
            fields.setdefault(name[1].decode(), []).append(content.decode())
    return fields, sound
