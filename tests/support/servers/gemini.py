"""Gemini's protocol: generateContent (text, structured output, pictures) and models. Judged by `google-genai`.

What is on the bill: "chat", "image". The vendor knows no idempotency keys, answers a wrong key with 400, and says in
the body of a 429 how long to wait.
"""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from aiohttp import web

from tests.support.servers import scripted
from tests.support.servers.base import CALL, Fault
from tests.support.servers.pictures import draw_picture
from tests.support.servers.scripted import Cut, Refusal, ScriptedServer

MODELS = ("gemini-3.5-flash", "gemini-3.5-flash-lite", "gemini-3.8-flash", "gemini-nano-banana-2.1")
_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
_TYPES = {"object", "array", "string", "integer", "number", "boolean"}
_SIZES = {
    "1:1": (1024, 1024), "2:3": (832, 1248), "3:2": (1248, 832), "3:4": (864, 1184), "4:3": (1184, 864),
    "9:16": (768, 1344), "16:9": (1344, 768), "21:9": (1536, 672),
}  # fmt: skip


class GeminiServer(ScriptedServer):
    """The Gemini API on loopback; `url` is its base URL."""

    models = MODELS

    def limit(self, delay: str = "1s", *, times: int = 1) -> None:
        """The next calls meet the rate limit; the body says how long to wait."""
        details = [
            {
                "@type": "type.googleapis.com/google.rpc.QuotaFailure",
                "violations": [{"quotaId": "GenerateRequestsPerMinutePerProjectPerModel", "quotaValue": "10"}],
            },
            {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay},
        ]
        body = _error_body(429, f"You exceeded your current quota. Please retry in {delay}.", details)
        self.fail(
            Fault(status=429, body=body, headers={"Content-Type": "application/json; charset=UTF-8"}), times=times
        )

    def refuse(self, status: int, message: str) -> web.Response:
        details: list[dict[str, Any]] = []
        if status == 401:  # how a wrong key really looks
            status, message = 400, "API key not valid. Please pass a valid API key."
            details = [
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": "API_KEY_INVALID",
                    "domain": "googleapis.com",
                    "metadata": {"service": "generativelanguage.googleapis.com"},
                }
            ]
        return web.Response(text=_error_body(status, message, details), status=status, content_type="application/json")

    def read_idempotency_key(self, request: web.Request) -> str:
        del request
        return ""

    def add_routes(self, app: web.Application) -> None:
        for version in ("v1", "v1beta"):
            app.router.add_get(f"/{version}/models", self._list_models)
            app.router.add_get(f"/{version}/models/{{model}}", self._show_model)
            app.router.add_post(f"/{version}/models/{{model:[^:]+}}:generateContent", self._generate)

    async def _list_models(self, request: web.Request) -> web.Response:
        return self._check(request) or web.json_response({"models": [_model(name) for name in self.models]})

    async def _show_model(self, request: web.Request) -> web.Response:
        name = request.match_info["model"]
        return self._check(request, name) or web.json_response(_model(name))

    async def _generate(self, request: web.Request) -> web.Response:
        model = request.match_info["model"]
        asked = json.loads(request[CALL].body)
        if refusal := self._check(request, model) or self._find_fault(model, asked):
            return refusal
        wanted = asked.get("generationConfig", {})
        if "IMAGE" in _modalities(wanted):
            return self._picture(request, model, asked, wanted)
        schema = wanted.get("responseJsonSchema") or _lowered(wanted.get("responseSchema"))
        said = self.script.take() or scripted.compose(_parts_text(asked["contents"][-1]), schema)
        if isinstance(said, Refusal):
            feedback = {"blockReason": "PROHIBITED_CONTENT"}
            return web.json_response(
                {"promptFeedback": feedback, "usageMetadata": _usage(asked, ""), "modelVersion": model}
            )
        self.bill(request, "chat")
        cut = isinstance(said, Cut)
        text = said.text if isinstance(said, Cut) else said
        answer = _candidate(model, [{"text": text}], "MAX_TOKENS" if cut else "STOP", _usage(asked, text))
        return web.json_response(answer)

    def _find_fault(self, model: str, asked: dict[str, Any]) -> web.Response | None:
        """What the vendor refuses about a request's shape."""
        wanted = asked.get("generationConfig", {})
        schema = wanted.get("responseJsonSchema") or wanted.get("responseSchema")
        unknown = set(_types(wanted.get("responseSchema") or {})) - _TYPES
        fault = ""
        if not asked.get("contents"):
            fault = "* GenerateContentRequest.contents: contents is not specified"
        elif "IMAGE" in _modalities(wanted) and not re.search("image|banana", model):
            fault = "Model does not support the requested response modalities: image"
        elif unknown:
            fault = f"Invalid value at 'generation_config.response_schema.type': {sorted(unknown)}"
        elif schema and wanted.get("responseMimeType") != "application/json":
            fault = "response_mime_type must be application/json when a response schema is set"
        return self.refuse(400, fault) if fault else None

    def _picture(self, request: web.Request, model: str, asked: dict[str, Any], wanted: dict[str, Any]) -> web.Response:
        ratio = wanted.get("imageConfig", {}).get("aspectRatio", "1:1")
        if ratio not in _SIZES:
            return self.refuse(400, f"Invalid aspect ratio {ratio}")
        said = self.script.take()
        if isinstance(said, Refusal):
            candidate = {"finishReason": "IMAGE_SAFETY", "finishMessage": said.reason, "index": 0}
            return web.json_response(
                {"candidates": [candidate], "usageMetadata": _usage(asked, ""), "modelVersion": model}
            )
        self.bill(request, "image")
        prompt = _parts_text(asked["contents"][-1])
        data = said.encode() if isinstance(said, str) else draw_picture(prompt, *_SIZES[ratio], kind="PNG")
        parts = [{"inlineData": {"mimeType": "image/png", "data": base64.b64encode(data).decode()}}]
        usage = _usage(asked, "") | {"candidatesTokenCount": 1290}
        return web.json_response(_candidate(model, parts, "STOP", usage))

    def _check(self, request: web.Request, model: str | None = None) -> web.Response | None:
        if request.headers.get("x-goog-api-key") != self.key and request.query.get("key") != self.key:
            return self.refuse(401, "")
        if model is not None and model not in self.models:
            return self.refuse(
                404, f"models/{model} is not found for API version v1, or is not supported for generateContent."
            )
        return None


def _modalities(wanted: dict[str, Any]) -> list[str]:
    return [name.upper() for name in wanted.get("responseModalities", ["TEXT"])]


def _candidate(model: str, parts: list[dict[str, Any]], reason: str, usage: dict[str, int]) -> dict[str, Any]:
    candidate = {"content": {"parts": parts, "role": "model"}, "finishReason": reason, "index": 0}
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": model, "responseId": "response-1"}


def _usage(asked: dict[str, Any], text: str) -> dict[str, int]:
    turns = [*asked["contents"], asked.get("systemInstruction") or {}]
    used, made = sum(scripted.count_tokens(_parts_text(turn)) for turn in turns), scripted.count_tokens(text)
    return {"promptTokenCount": used, "candidatesTokenCount": made, "totalTokenCount": used + made}


def _parts_text(turn: dict[str, Any]) -> str:
    return "".join(part.get("text", "") for part in turn.get("parts", []))


def _types(schema: Any) -> list[str]:
    if isinstance(schema, dict):
        own = [schema["type"].lower()] if isinstance(schema.get("type"), str) else []
        return own + [name for part in schema.values() for name in _types(part)]
    return [name for part in schema for name in _types(part)] if isinstance(schema, list) else []


def _lowered(schema: Any) -> Any:
    """An OpenAPI schema as Gemini writes it ("OBJECT") with JSON Schema's type names."""
    if isinstance(schema, dict):
        return {k: v.lower() if k == "type" and isinstance(v, str) else _lowered(v) for k, v in schema.items()}
    return [_lowered(part) for part in schema] if isinstance(schema, list) else schema


def _error_body(status: int, message: str, details: list[dict[str, Any]]) -> str:
    error: dict[str, Any] = {"code": status, "message": message, "status": _STATUSES.get(status, "UNKNOWN")}
    return json.dumps({"error": error | ({"details": details} if details else {})})


def _model(name: str) -> dict[str, Any]:
    return {
        "name": f"models/{name}",
        "version": "001",
        "displayName": name.replace("-", " ").title(),
        "inputTokenLimit": 1_048_576,
        "outputTokenLimit": 65_536,
        "supportedGenerationMethods": ["generateContent", "countTokens"],
    }
