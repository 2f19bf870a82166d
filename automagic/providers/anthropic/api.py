"""Anthropic's Claude as a writer.

    writer   POST /v1/messages   structured output by a JSON schema (`output_config.format`)

The key travels as the official client sends it, in the Authorization header. The vendor knows no idempotency keys.
"""

from __future__ import annotations

from typing import Any

import msgspec

from automagic.providers.shared.account import VendorApi, bearer
from automagic.providers.shared.chat_writer import ChatReply, ChatWriter
from automagic.providers.shared.writing import Completion, Prompt

NAME = "anthropic"
BASE_URL = "https://api.anthropic.com"
VERSION = "2023-06-01"


API = VendorApi(NAME, BASE_URL, bearer, headers={"anthropic-version": VERSION})


class _Block(msgspec.Struct):
    type: str
    text: str = ""


class _Usage(msgspec.Struct):
    input_tokens: int = 0
    output_tokens: int = 0
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None


class _Details(msgspec.Struct):
    explanation: str | None = None
    category: str | None = None


class _Reply(msgspec.Struct):
    content: list[_Block]
    usage: _Usage
    stop_reason: str | None = None
    stop_details: _Details | None = None
    model: str = ""
    id: str = ""


class AnthropicWriter(ChatWriter[_Reply]):
    """Writes scripts."""

    reply = _Reply
    free_path = "/v1/models"

    def path(self) -> str:
        """Of conversations."""
        return "/v1/messages"

    def body(self, prompt: Prompt) -> dict[str, Any]:
        """The conversation, its answer bound to the schema."""
        return {
            "model": self.model,
            "max_tokens": prompt.max_tokens,
            "system": prompt.system,
            "messages": [{"role": turn.role, "content": turn.text} for turn in prompt.turns],
            "output_config": {"format": {"type": "json_schema", "schema": prompt.schema}},
        }

    def understand(self, reply: _Reply) -> ChatReply | None:
        """All its text. Tokens of the vendor's prompt cache, which we do not ask for, are counted in full."""
        refused = reply.stop_reason == "refusal"
        if not reply.content and not refused:
            return None
        details = reply.stop_details or _Details()
        usage = reply.usage
        return ChatReply(
            Completion(
                "".join(block.text for block in reply.content if block.type == "text"),
                reply.stop_reason in ("max_tokens", "model_context_window_exceeded"),
                (details.explanation or details.category or "it gave no reason") if refused else "",
            ),
            (
                usage.input_tokens + (usage.cache_creation_input_tokens or 0) + (usage.cache_read_input_tokens or 0),
                usage.output_tokens,
            ),
            {"model": reply.model, "finish": reply.stop_reason or "", "id": reply.id},
        )
