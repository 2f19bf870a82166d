"""OpenAI, and every server that speaks its protocol (Ollama, LM Studio, llama.cpp, Groq, OpenRouter): all four crafts.

writer        POST /chat/completions        structured output by a strict JSON schema
illustrator   POST /images/generations      at the nearest size that the model offers
narrator      POST /audio/speech            openai_sound.py
transcriber   POST /audio/transcriptions    openai_sound.py
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from automagic.errors import Permanent, Retryable, Unknown, VendorError
from automagic.orchestrator.calls import Answer, Attempt, Call
from automagic.orchestrator.http import Reply, Unusable, explain
from automagic.providers.script_draft import Brief
from automagic.providers.vendor import (
    MAX_PICTURE_BYTES,
    Account,
    Checked,
    Drawn,
    bearer,
    count_tokens,
    nearest_shape,
    picture_type,
    require_key,
)
from automagic.providers.writing import Completion, Prompt, Written, first_prompt, write_script

if TYPE_CHECKING:
    from decimal import Decimal

    from automagic.orchestrator.gate import Gate
    from automagic.orchestrator.http import Http
    from automagic.orchestrator.prices import Prices
    from automagic.settings import Secret

NAME = "openai"
BASE_URL = "https://api.openai.com/v1"


def open_openai(
    http: Http, gate: Gate, *, key: Secret | None, base_url: str = BASE_URL, prices: Prices | None
) -> Account:
    """The account.

    Args:
        key: Servers other than OpenAI's own may need none.
        base_url: With the version in it: "https://api.openai.com/v1", "http://127.0.0.1:11434/v1".

    Raises:
        ConfigurationError: OpenAI without a key.
    """
    base_url = base_url.rstrip("/")
    if base_url == BASE_URL:
        key = require_key(NAME, key)
    secret_headers = {"Authorization": bearer(key)} if key else {}
    return Account(NAME, base_url, http, gate, secret_headers=secret_headers, prices=prices, explain=_explain)


async def check_openai(account: Account) -> Checked:
    """Whether the key is valid: asks for the list of models, which is free."""
    return await account.check("/models")


def _explain(reply: Reply, vendor: str) -> VendorError:
    """A refusal for policy in the vendor's words; all else as everywhere."""
    error = explain(reply, vendor)
    refused = any(code in reply.body for code in (b"moderation_blocked", b"content_policy_violation"))
    if reply.status == 400 and refused:
        return Permanent(error.message, hint=f"{vendor}'s content policy refuses this: say it in other words.")
    return error


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


class OpenAIWriter:
    """Writes scripts. Its `complete` is a `LanguageModel`'s."""

    name = NAME

    def __init__(self, account: Account, *, model: str) -> None:
        self.model = model
        self._account = account

    async def write(self, brief: Brief) -> Written:
        """As `writing.write_script`."""
        return await write_script(self, brief)

    def estimate(self, brief: Brief) -> Decimal:
        """The most that one attempt at the script costs, in dollars."""
        return self._estimate(first_prompt(brief))

    async def complete(self, prompt: Prompt, *, variant: int) -> Completion:
        """The model's next message."""
        account, body = self._account, chat_body(self.model, prompt)

        async def send(attempt: Attempt) -> Answer:
            reply = await account.request("POST", "/chat/completions", attempt=attempt, json=body)
            chat = account.read(reply, _Chat)
            if not chat.choices:
                raise Unusable(f"{NAME} answered a conversation with nothing", hint="Try again, or another model.")
            cost = None
            if (usage := chat.usage) is not None:
                cost = account.price(
                    lambda prices: prices.text(
                        NAME, self.model, input_tokens=usage.prompt_tokens, output_tokens=usage.completion_tokens
                    )
                )
            facts = {"model": chat.model, "finish": chat.choices[0].finish_reason or ""}
            return Answer(reply.body, "application/json", cost_usd=cost, facts=facts)

        parameters = {"server": account.base_url, "body": body}
        call = Call(NAME, "chat", self.model, parameters, self._estimate(prompt), variant)
        delivered = await account.gate.call(call, send)
        choice = msgspec.json.decode(delivered.answer.data, type=_Chat).choices[0]
        refusal = choice.message.refusal or ""
        if choice.finish_reason == "content_filter" and not refusal:
            refusal = "its content filter stopped the answer"
        return Completion(choice.message.content or "", choice.finish_reason == "length", refusal)

    def _estimate(self, prompt: Prompt) -> Decimal:
        tokens = count_tokens(prompt.system, *(turn.text for turn in prompt.turns), str(prompt.schema))
        return self._account.price(
            lambda prices: prices.text(NAME, self.model, input_tokens=tokens, output_tokens=prompt.max_tokens)
        )


def chat_body(model: str, prompt: Prompt) -> dict[str, Any]:
    """What is sent for a conversation. No temperature: the newest models refuse one."""
    return {
        "model": model,
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


# -------------------------------------------------------------------------------------------------- illustrator

_GPT_SIZES = {"1024x1024": (1024, 1024), "1536x1024": (1536, 1024), "1024x1536": (1024, 1536)}
_SIZES: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "dall-e-3": {"1024x1024": (1024, 1024), "1792x1024": (1792, 1024), "1024x1792": (1024, 1792)},
    "dall-e-2": {"1024x1024": (1024, 1024)},
}
"""All others offer what the GPT image models do."""

_ANY_SIZE = re.compile(r"gpt-image-(?:[2-9]|\d{2,})")
_MOST_PIXELS = 2560 * 1440
"""Above it, sizes are experimental."""

_LEAST_PIXELS = 655_360
_MAX_PROMPT = {"dall-e-3": 4_000, "dall-e-2": 1_000}


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

    def estimate(self, width: int, height: int) -> Decimal:
        """What a picture costs, in dollars."""
        body = image_body(self.model, "", width, height, self._quality)
        return self._account.price(
            lambda prices: prices.image(NAME, self.model, size=body["size"], quality=body.get("quality", ""))
        )

    async def draw(self, prompt: str, *, width: int, height: int, take: int = 1) -> Drawn:
        """A picture of about that shape; its bytes begin like a picture's, but nobody has decoded them.

        Raises:
            Permanent: The content policy refuses it, in the vendor's words.
            VendorError: The vendor failed.
        """
        account, body = self._account, image_body(self.model, prompt, width, height, self._quality)

        async def send(attempt: Attempt) -> Answer:
            reply = await account.request(
                "POST", "/images/generations", attempt=attempt, json=body, max_bytes=2 * MAX_PICTURE_BYTES
            )
            images = account.read(reply, _Images).data
            if images and images[0].url and not images[0].b64_json:
                await attempt.note_remote_id(images[0].url)
                return self._answer(await self._fetch(images[0].url))
            return self._answer(_decode(images[0].b64_json or "") if images else b"")

        async def recover(url: str) -> Answer | None:
            return self._answer(await self._fetch(url))

        parameters = {"server": account.base_url, "body": body}
        call = Call(NAME, "image", self.model, parameters, self.estimate(width, height), take)
        delivered = await account.gate.call(call, send, recover=recover)
        answer = delivered.answer
        return Drawn(answer.data, answer.media_type, delivered.artifact, delivered.cost_usd)

    def _answer(self, data: bytes) -> Answer:
        if not (kind := picture_type(data)):
            raise Unusable(f"{NAME} ({self.model}) answered something that is no picture", hint="Try again.")
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


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""


def image_body(model: str, prompt: str, width: int, height: int, quality: str) -> dict[str, Any]:
    """What is sent for a picture of about that shape."""
    body: dict[str, Any] = {
        "model": model,
        "prompt": prompt[: _MAX_PROMPT.get(model, 32_000)],
        "n": 1,
        "size": choose_size(model, width, height),
    }
    if model.startswith(("gpt-image", "chatgpt-image")):
        return body | {"quality": quality, "output_format": "png"}
    if model == "dall-e-3":
        body["quality"] = "hd" if quality == "high" else "standard"
    return body | ({"response_format": "b64_json"} if model.startswith("dall-e") else {})


def choose_size(model: str, width: int, height: int) -> str:
    """The size, as the vendor writes it, whose shape is nearest to the one wanted."""
    if not _ANY_SIZE.match(model):
        return nearest_shape(width, height, _SIZES.get(model, _GPT_SIZES))
    ratio = min(max(width / height, 1 / 3), 3.0)
    area = min(max(width * height, _LEAST_PIXELS * 1.05), _MOST_PIXELS * 0.98)
    across = max(16, 16 * round((area * ratio) ** 0.5 / 16))
    down = 16 * round(across / ratio / 16)
    return f"{across}x{down}"
