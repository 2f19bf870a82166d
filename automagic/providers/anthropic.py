"""Anthropic's Claude as a writer.

    writer   POST /v1/messages   structured output by a JSON schema (`output_config.format`)

The key travels as the official client sends it, in the Authorization header. The vendor knows no idempotency keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from automagic.orchestrator.calls import Answer, Attempt, Call
from automagic.orchestrator.http import Unusable
from automagic.providers.script_draft import Brief
from automagic.providers.vendor import Account, Checked, bearer, count_tokens, require_key
from automagic.providers.writing import Completion, Prompt, Written, first_prompt, write_script

if TYPE_CHECKING:
    from decimal import Decimal

    from automagic.orchestrator.gate import Gate
    from automagic.orchestrator.http import Http
    from automagic.orchestrator.prices import Prices
    from automagic.settings import Secret

NAME = "anthropic"
BASE_URL = "https://api.anthropic.com"
VERSION = "2023-06-01"


def open_anthropic(
    http: Http, gate: Gate, *, key: Secret | None, base_url: str = BASE_URL, prices: Prices | None
) -> Account:
    """The account.

    Args:
        base_url: Without the version.

    Raises:
        ConfigurationError: There is no key.
    """
    key = require_key(NAME, key)
    return Account(
        NAME,
        base_url.rstrip("/"),
        http,
        gate,
        headers={"anthropic-version": VERSION},
        secret_headers={"Authorization": bearer(key)},
        prices=prices,
    )


async def check_anthropic(account: Account) -> Checked:
    """Whether the key is valid: asks for the list of models, which is free."""
    return await account.check("/v1/models")


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


class AnthropicWriter:
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
        account, body = self._account, message_body(self.model, prompt)

        async def send(attempt: Attempt) -> Answer:
            reply = await account.request("POST", "/v1/messages", attempt=attempt, json=body)
            message = account.read(reply, _Reply)
            if not message.content and message.stop_reason != "refusal":
                raise Unusable(f"{NAME} answered a conversation with nothing", hint="Try again, or another model.")
            facts = {"model": message.model, "finish": message.stop_reason or "", "id": message.id}
            return Answer(reply.body, "application/json", cost_usd=self._cost(message.usage), facts=facts)

        parameters = {"server": account.base_url, "body": body}
        call = Call(NAME, "chat", self.model, parameters, self._estimate(prompt), variant)
        delivered = await account.gate.call(call, send)
        message = msgspec.json.decode(delivered.answer.data, type=_Reply)
        text = "".join(block.text for block in message.content if block.type == "text")
        refusal = ""
        if message.stop_reason == "refusal":
            details = message.stop_details or _Details()
            refusal = details.explanation or details.category or "it gave no reason"
        return Completion(text, message.stop_reason in ("max_tokens", "model_context_window_exceeded"), refusal)

    def _cost(self, usage: _Usage) -> Decimal:
        """Tokens of the vendor's prompt cache, which we do not ask for, are counted in full."""
        read = usage.input_tokens + (usage.cache_creation_input_tokens or 0) + (usage.cache_read_input_tokens or 0)
        return self._account.price(
            lambda prices: prices.text(NAME, self.model, input_tokens=read, output_tokens=usage.output_tokens)
        )

    def _estimate(self, prompt: Prompt) -> Decimal:
        tokens = count_tokens(prompt.system, *(turn.text for turn in prompt.turns), str(prompt.schema))
        return self._account.price(
            lambda prices: prices.text(NAME, self.model, input_tokens=tokens, output_tokens=prompt.max_tokens)
        )


def message_body(model: str, prompt: Prompt) -> dict[str, Any]:
    """What is sent for a conversation."""
    return {
        "model": model,
        "max_tokens": prompt.max_tokens,
        "system": prompt.system,
        "messages": [{"role": turn.role, "content": turn.text} for turn in prompt.turns],
        "output_config": {"format": {"type": "json_schema", "schema": prompt.schema}},
    }
