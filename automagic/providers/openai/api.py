"""OpenAI, and every server that speaks its protocol (Ollama, LM Studio, llama.cpp, Groq, OpenRouter): all four crafts.

writer        POST /chat/completions        structured output by a strict JSON schema
illustrator   POST /images/generations      at the nearest size that the model offers
narrator      POST /audio/speech            sound.py
transcriber   POST /audio/transcriptions    sound.py
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import msgspec

from automagic.errors import Permanent, Retryable, Unknown, VendorError
from automagic.gate.calls import Answer, Attempt, Call
from automagic.gate.http import Reply, Unusable
from automagic.providers.shared.account import (
    MAX_PICTURE_BYTES,
    Account,
    DrawnPicture,
    VendorApi,
    bearer,
    decode_picture,
    explain,
    nearest_shape,
    picture_type,
)
from automagic.providers.shared.chat_writer import ChatReply, ChatWriter
from automagic.providers.shared.writing import Completion, Prompt

NAME = "openai"
BASE_URL = "https://api.openai.com/v1"


def _explain(reply: Reply, vendor: str) -> VendorError:
    """A refusal for policy in the vendor's words; all else as everywhere."""
    error = explain(reply, vendor)
    refused = any(code in reply.body for code in (b"moderation_blocked", b"content_policy_violation"))
    if reply.status == 400 and refused:
        return Permanent(error.message, hint=f"{vendor}'s content policy refuses this: say it in other words.")
    return error


API = VendorApi(NAME, BASE_URL, bearer, explain=_explain, keyless=True)
"""Its version is in its address, and in those of other servers: "http://127.0.0.1:11434/v1"."""


# ------------------------------------------------------------------------------------------------------- writer


class _Message(msgspec.Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Chat(msgspec.Struct):
    choices: list[_Choice]
    usage: _Usage | None = None
    model: str = ""


class OpenAIWriter(ChatWriter[_Chat]):
    """Writes scripts. No temperature is sent: the newest models refuse one."""

    reply = _Chat
    free_path = "/models"

    def path(self) -> str:
        """Of conversations."""
        return "/chat/completions"

    def body(self, prompt: Prompt) -> dict[str, Any]:
        """The conversation, its answer bound to the schema."""
        return {
            "model": self.model,
            "messages": [
                {"role": "system", "content": prompt.system},
                *({"role": turn.role, "content": turn.text} for turn in prompt.turns),
            ],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "script", "strict": True, "schema": prompt.schema},
            },
            "max_completion_tokens": prompt.max_tokens,
        }

    def understand(self, reply: _Chat) -> ChatReply | None:
        """The first choice."""
        if not reply.choices:
            return None
        choice = reply.choices[0]
        refusal = choice.message.refusal or ""
        if choice.finish_reason == "content_filter" and not refusal:
            refusal = "its content filter stopped the answer"
        usage = reply.usage
        return ChatReply(
            Completion(choice.message.content or "", choice.finish_reason == "length", refusal),
            None if usage is None else (usage.prompt_tokens, usage.completion_tokens),
            {"model": reply.model, "finish": choice.finish_reason or ""},
        )


# -------------------------------------------------------------------------------------------------- illustrator

_SIZES = {"1024x1024": (1024, 1024), "1536x1024": (1536, 1024), "1024x1536": (1024, 1536)}
"""Newer models take any size, but prices are published for these."""

_MAX_PROMPT = 32_000


class _Image(msgspec.Struct):
    b64_json: str | None = None
    url: str | None = None


class _Images(msgspec.Struct):
    data: list[_Image]


class OpenAIIllustrator:
    """Draws pictures.

    Args:
        quality: "low", "medium" or "high".
    """

    name = NAME

    def __init__(self, account: Account, *, model: str, quality: str = "medium") -> None:
        self.model = model
        self._account = account
        self._quality = quality

    def call(self, prompt: str, *, width: int, height: int, take: int = 1) -> Call:
        """What is bought for a picture of about that shape."""
        body = image_body(self.model, prompt, width, height, self._quality)
        usd = self._account.price(
            lambda prices: prices.image(NAME, self.model, size=body["size"], quality=body.get("quality", ""))
        )
        return Call(NAME, "image", self.model, {"server": self._account.base_url, "body": body}, usd, take)

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
                "/images/generations",
                attempt=attempt,
                json=call.parameters["body"],
                max_bytes=2 * MAX_PICTURE_BYTES,
            )
            images = account.read(reply, _Images).data
            if images and images[0].url and not images[0].b64_json:
                await attempt.note_remote_id(images[0].url)
                return self._answer(await self._fetch(images[0].url))
            return self._answer(decode_picture(images[0].b64_json or "") if images else b"")

        async def recover(url: str) -> Answer | None:
            return self._answer(await self._fetch(url))

        delivered = await account.gate.call(call, send, recover=recover)
        answer = delivered.answer
        return DrawnPicture(answer.data, answer.media_type, delivered.artifact, delivered.cost_usd)

    def _answer(self, data: bytes) -> Answer:
        if not (kind := picture_type(data)):
            raise Unusable(f"{NAME} ({self.model}) gave an answer that is not a picture", hint="Try again.")
        return Answer(data, kind)

    async def _fetch(self, url: str) -> bytes:
        """A picture that was made, and billed, already: a failure says nothing about that, so it is an unknown one."""
        base = urlsplit(self._account.base_url)

        def check(address: str) -> None:
            parts = urlsplit(address)
            if parts.scheme != "https" and parts.netloc != base.netloc:
                raise Unusable(f"{NAME} put its picture behind an insecure address", hint="Use another server.")

        try:
            reply = await self._account.http.request("GET", url, max_bytes=MAX_PICTURE_BYTES, check=check)
        except Retryable as error:
            raise Unknown(f"{NAME} made the picture, but: {error.message}", hint=error.hint) from error
        if reply.status >= 400:
            raise Unknown(f"{NAME} made the picture, but its address answered {reply.status}", hint="Try again.")
        return reply.body


def image_body(model: str, prompt: str, width: int, height: int, quality: str) -> dict[str, Any]:
    """What is sent for a picture of about that shape."""
    body: dict[str, Any] = {
        "model": model,
        "prompt": prompt[:_MAX_PROMPT],
        "n": 1,
        "size": nearest_shape(width, height, _SIZES),
    }
    if model.startswith(("gpt-image", "chatgpt-image")):  # others do not know these
        body |= {"quality": quality, "output_format": "png"}
    return body
