"""Anthropic's protocol: messages (text, structured output, tool use) and models. Judged by the `anthropic` package.

What is on the bill: "chat". The vendor knows no idempotency keys: a repeated call is made, and billed, again. A
key may come as `Authorization: Bearer` (as the official client sends it) or as `x-api-key`.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from aiohttp import web

from tests.support.servers import scripted
from tests.support.servers.base import CALL, Fault
from tests.support.servers.openai import find_loose_object
from tests.support.servers.scripted import Cut, Refusal, ScriptedServer

MODELS = ("claude-haiku-4-5", "claude-haiku-5-5", "claude-sonnet-5-5")
VERSION = "2023-06-01"
_KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    529: "overloaded_error",
}


class AnthropicServer(ScriptedServer):
    """Anthropic on loopback; `url` is its base URL."""

    models = MODELS

    def limit(self, *, reset: str, retry_after: str = "", times: int = 1) -> None:
        """The next calls meet the rate limit, told by the vendor's own headers: `reset` is an RFC 3339 time."""
        headers = {
            "anthropic-ratelimit-requests-limit": "50",
            "anthropic-ratelimit-requests-remaining": "0",
            "anthropic-ratelimit-requests-reset": reset,
        }
        if retry_after:
            headers["retry-after"] = retry_after
        self.fail(Fault(status=429, headers=headers), times=times)

    def refuse(self, status: int, message: str) -> web.Response:
        kind = _KINDS.get(status, "api_error")
        body = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}
        return web.json_response(body, status=status, headers={"request-id": "req_1"})

    def read_idempotency_key(self, request: web.Request) -> str:
        del request
        return ""

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/v1/models", self._list_models)
        app.router.add_get("/v1/models/{model}", self._show_model)
        app.router.add_post("/v1/messages", self._message)

    async def _list_models(self, request: web.Request) -> web.Response:
        if refusal := self._check(request):
            return refusal
        data = [_model(name) for name in self.models]
        return _answer({"data": data, "has_more": False, "first_id": data[0]["id"], "last_id": data[-1]["id"]})

    async def _show_model(self, request: web.Request) -> web.Response:
        name = request.match_info["model"]
        return self._check(request, name) or _answer(_model(name))

    async def _message(self, request: web.Request) -> web.Response:
        asked = json.loads(request[CALL].body)
        if refusal := self._check(request, asked.get("model")) or self._find_fault(asked):
            return refusal
        tool = _forced_tool(asked)
        schema = tool["input_schema"] if tool else asked.get("output_config", {}).get("format", {}).get("schema")
        self.bill(request, "chat")
        last = _text_of(asked["messages"][-1]["content"])
        said = self.script.take() or scripted.compose(last, schema)
        text = "" if isinstance(said, Refusal) else said.text if isinstance(said, Cut) else said
        content: list[dict[str, Any]] = [{"type": "text", "text": text, "citations": None}] if text else []
        reason = "refusal" if isinstance(said, Refusal) else "max_tokens" if isinstance(said, Cut) else "end_turn"
        if tool and reason == "end_turn":
            content = [{"type": "tool_use", "id": "toolu_1", "name": tool["name"], "input": json.loads(text)}]
            reason = "tool_use"
        details = (
            {"type": "refusal", "category": None, "explanation": said.reason} if isinstance(said, Refusal) else None
        )
        prompt = _text_of(asked.get("system", "")) + "".join(_text_of(turn["content"]) for turn in asked["messages"])
        return _answer(
            {
                "id": f"msg_{hashlib.sha256(request[CALL].body).hexdigest()[:16]}",
                "type": "message",
                "role": "assistant",
                "model": asked["model"],
                "content": content,
                "stop_reason": reason,
                "stop_sequence": None,
                "stop_details": details,
                "usage": {
                    "input_tokens": scripted.count_tokens(prompt),
                    "output_tokens": scripted.count_tokens(text) + 1,
                    "cache_creation_input_tokens": 0,
                    "cache_read_input_tokens": 0,
                    "service_tier": "standard",
                },
            }
        )

    def _find_fault(self, asked: dict[str, Any]) -> web.Response | None:
        """What the vendor refuses about a request's shape."""
        if not isinstance(asked.get("max_tokens"), int) or asked["max_tokens"] < 1:
            return self.refuse(400, "max_tokens: Field required")
        turns = asked.get("messages") or []
        if not turns or turns[0]["role"] != "user":
            return self.refuse(400, 'messages: first message must use the "user" role')
        if any(turn["role"] not in ("user", "assistant") for turn in turns):
            return self.refuse(
                400, 'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter'
            )
        if not all(_text_of(turn["content"]).strip() for turn in turns):
            return self.refuse(400, "messages: text content blocks must be non-empty")
        schema = asked.get("output_config", {}).get("format", {}).get("schema")
        if schema is not None and (fault := find_loose_object(schema)):
            return self.refuse(400, f"output_config.format.schema: {fault}")
        return None

    def _check(self, request: web.Request, model: str | None = None) -> web.Response | None:
        given = request.headers.get("x-api-key") or request.headers.get("Authorization", "").removeprefix("Bearer ")
        if given != self.key:
            return self.refuse(401, "invalid x-api-key")
        if "anthropic-version" not in request.headers:
            return self.refuse(400, "anthropic-version: header is required")
        if model is not None and model not in self.models:
            return self.refuse(404, f"model: {model}")
        return None


def _forced_tool(asked: dict[str, Any]) -> dict[str, Any] | None:
    choice = asked.get("tool_choice", {})
    return next(
        (t for t in asked.get("tools", []) if choice.get("type") == "tool" and t["name"] == choice["name"]), None
    )


def _answer(value: Any) -> web.Response:
    headers = {
        "request-id": "req_1",
        "anthropic-ratelimit-requests-limit": "50",
        "anthropic-ratelimit-requests-remaining": "49",
        "anthropic-ratelimit-requests-reset": "2026-11-22T04:00:01Z",
    }
    return web.json_response(value, headers=headers)


def _model(name: str) -> dict[str, Any]:
    return {
        "type": "model",
        "id": name,
        "display_name": name.replace("-", " ").title(),
        "created_at": "2026-09-01T00:00:00Z",
        "lifecycle": "active",
        "max_input_tokens": 200_000,
        "max_tokens": 64_000,
    }


def _text_of(content: Any) -> str:
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)
