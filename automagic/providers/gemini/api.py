"""Google's Gemini as a writer and an illustrator.

    writer        POST /v1beta/models/MODEL:generateContent   structured output by `responseJsonSchema`
    illustrator   the same, with `responseModalities: ["IMAGE"]` and the nearest aspect ratio

A wrong key is a 400 here, and a 429 says in its body how long to wait. The vendor knows no idempotency keys.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from automagic.errors import Permanent, Retryable, VendorError
from automagic.gate.calls import Answer, Attempt, Call
from automagic.gate.http import Reply, Unusable
from automagic.providers.shared.account import (
    MAX_PICTURE_BYTES,
    Account,
    DrawnPicture,
    KeyRefused,
    VendorApi,
    decode_picture,
    explain,
    nearest_shape,
    picture_type,
)
from automagic.providers.shared.chat_writer import ChatReply, ChatWriter
from automagic.providers.shared.writing import Completion, Prompt

NAME = "gemini"
BASE_URL = "https://generativelanguage.googleapis.com"
VERSION = "v1beta"
"""The one that the vendor's own clients ask, and whose documentation has structured output and picture shapes."""

_RETRY_DELAY = re.compile(rb'"retryDelay"\s*:\s*"(\d+(?:\.\d+)?)s"')
_KEY_REASONS = (b"API_KEY_INVALID", b"API_KEY_EXPIRED", b"API key expired", b"API key not valid")
_REFUSALS = frozenset(
    {
        "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT",
        "IMAGE_RECITATION", "MODEL_ARMOR", "ESCALATION",
    }
)  # fmt: skip


def _explain(reply: Reply, vendor: str) -> VendorError:
    error = explain(reply, vendor)
    if reply.status == 400 and any(reason in reply.body for reason in _KEY_REASONS):
        return KeyRefused(error.message, hint=f"Check {vendor.upper()}_API_KEY in .env: it is wrong or expired.")
    delay = _RETRY_DELAY.search(reply.body)
    if isinstance(error, Retryable) and delay is not None:
        return Retryable(error.message, hint=error.hint, after_s=float(delay[1]))
    return error


API = VendorApi(NAME, BASE_URL, lambda key: {"x-goog-api-key": key}, explain=_explain)


class _Blob(msgspec.Struct, rename="camel"):
    mime_type: str = ""
    data: str = ""


class _Part(msgspec.Struct, rename="camel"):
    text: str = ""
    inline_data: _Blob | None = None
    thought: bool = False


class _Content(msgspec.Struct):
    parts: list[_Part] = []


class _Candidate(msgspec.Struct, rename="camel"):
    content: _Content | None = None
    finish_reason: str = ""
    finish_message: str = ""

    @property
    def parts(self) -> list[_Part]:
        return self.content.parts if self.content else []


class _Feedback(msgspec.Struct, rename="camel"):
    block_reason: str = ""


class _Usage(msgspec.Struct, rename="camel"):
    prompt_token_count: int = 0
    candidates_token_count: int = 0
    thoughts_token_count: int = 0


class _Reply(msgspec.Struct, rename="camel"):
    candidates: list[_Candidate] = []
    prompt_feedback: _Feedback | None = None
    usage_metadata: _Usage | None = None
    model_version: str = ""

    @property
    def refusal(self) -> str:
        """Why it refused; "" when it did not."""
        if self.prompt_feedback and self.prompt_feedback.block_reason:
            return f"the prompt was blocked ({self.prompt_feedback.block_reason})"
        if self.candidates and (first := self.candidates[0]).finish_reason in _REFUSALS:
            return first.finish_message or f"the answer was stopped ({first.finish_reason})"
        return ""


def _path(model: str) -> str:
    return f"/{VERSION}/models/{quote(model, safe='')}:generateContent"


# ------------------------------------------------------------------------------------------------------- writer

_ROLES = {"user": "user", "assistant": "model"}


class GeminiWriter(ChatWriter[_Reply]):
    """Writes scripts."""

    reply = _Reply
    free_path = f"/{VERSION}/models"

    def path(self) -> str:
        """Of the model."""
        return _path(self.model)

    def body(self, prompt: Prompt) -> dict[str, Any]:
        """The conversation, its answer bound to the schema."""
        return {
            "systemInstruction": {"parts": [{"text": prompt.system}]},
            "contents": [{"role": _ROLES[turn.role], "parts": [{"text": turn.text}]} for turn in prompt.turns],
            "generationConfig": {
                "responseMimeType": "application/json",
                "responseJsonSchema": prompt.schema,
                "maxOutputTokens": prompt.max_tokens,
            },
        }

    def understand(self, reply: _Reply) -> ChatReply | None:
        """The first candidate, without its thoughts."""
        if not reply.candidates and not reply.refusal:
            return None
        first = reply.candidates[0] if reply.candidates else _Candidate(finish_reason="BLOCKED")
        text = "".join(part.text for part in first.parts if not part.thought)
        usage = reply.usage_metadata
        return ChatReply(
            Completion(text, first.finish_reason == "MAX_TOKENS", reply.refusal),
            None
            if usage is None
            else (usage.prompt_token_count, usage.candidates_token_count + usage.thoughts_token_count),
            {"model": reply.model_version, "finish": first.finish_reason},
        )


# -------------------------------------------------------------------------------------------------- illustrator

_RATIOS: Mapping[str, tuple[int, int]] = {
    "1:1": (1024, 1024), "2:3": (832, 1248), "3:2": (1248, 832), "3:4": (864, 1184), "4:3": (1184, 864),
    "9:16": (768, 1344), "16:9": (1344, 768), "21:9": (1536, 672),
}  # fmt: skip
"""Pixels of "1K", as the vendor's documentation has them; the shape is what is asked for."""


class GeminiIllustrator:
    """Draws pictures."""

    name = NAME

    def __init__(self, account: Account, *, model: str) -> None:
        self.model = model
        self._account = account

    def call(self, prompt: str, *, width: int, height: int, take: int = 1) -> Call:
        """What is bought for a picture of about that shape."""
        ratio = nearest_shape(width, height, _RATIOS)
        usd = self._account.price(lambda prices: prices.image(NAME, self.model, size=ratio))
        parameters = {"server": self._account.base_url, "body": picture_body(prompt, width, height)}
        return Call(NAME, "image", self.model, parameters, usd, take)

    async def draw(self, prompt: str, *, width: int, height: int, take: int = 1) -> DrawnPicture:
        """A picture of about that shape; its bytes begin like a picture's, but nobody has decoded them.

        Raises:
            Permanent: The content policy refuses it, in the vendor's words.
            VendorError: The vendor failed.
        """
        account, call = self._account, self.call(prompt, width=width, height=height, take=take)

        async def send(attempt: Attempt) -> Answer:
            reply = await account.request(
                "POST",
                _path(self.model),
                attempt=attempt,
                json=call.parameters["body"],
                max_bytes=2 * MAX_PICTURE_BYTES,
            )
            answer = account.read(reply, _Reply)
            if answer.refusal:
                raise Permanent(
                    f"{NAME} ({self.model}) refused to draw this: {answer.refusal}",
                    hint=f"{NAME}'s content policy refuses this: say it in other words.",
                )
            data = _first_picture(answer)
            if not (kind := picture_type(data)):
                raise Unusable(f"{NAME} ({self.model}) gave an answer that is not a picture", hint="Try again.")
            return Answer(data, kind, facts={"model": answer.model_version})

        delivered = await account.gate.call(call, send)
        answer = delivered.answer
        return DrawnPicture(answer.data, answer.media_type, delivered.artifact, delivered.cost_usd)


def picture_body(prompt: str, width: int, height: int) -> dict[str, Any]:
    """What is sent for a picture of about that shape."""
    return {
        "contents": [{"role": "user", "parts": [{"text": prompt}]}],
        "generationConfig": {
            "responseModalities": ["IMAGE"],
            "imageConfig": {"aspectRatio": nearest_shape(width, height, _RATIOS)},
        },
    }


def _first_picture(answer: _Reply) -> bytes:
    for part in answer.candidates[0].parts if answer.candidates else []:
        if part.inline_data is not None and not part.thought:
            return decode_picture(part.inline_data.data)
    return b""
