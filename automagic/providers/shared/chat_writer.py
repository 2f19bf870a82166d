"""A vendor's language model as a writer: what OpenAI, Anthropic and Gemini have in common.

    writing.write_script ──▶ complete ──▶ Call ─▶ gate ─▶ account ─▶ reply ──▶ ChatReply
                                           ▲ path, body                ▲ understand: the vendor's own

The reply is kept as it came, so that a better reading of it needs no second purchase.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from automagic.gate.calls import Answer, Attempt, Call
from automagic.gate.replies import Unusable
from automagic.providers.shared.account import Account, Checked, count_tokens
from automagic.providers.shared.script_draft import WriterBrief
from automagic.providers.shared.writing import Completion, Prompt, Written, first_prompt, write_script
from automagic.reading.json import parse_json

if TYPE_CHECKING:
    from decimal import Decimal

Reply = TypeVar("Reply")


@dataclass(frozen=True, slots=True)
class ChatReply:
    """What a vendor's reply comes to.

    Attributes:
        tokens: Read and written, as the vendor counts them; None when it does not say.
        facts: For the journal.
    """

    completion: Completion
    tokens: tuple[int, int] | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


class ChatWriter(Generic[Reply]):
    """Writes scripts by a vendor's language model; it is a `LanguageModel` itself.

    A vendor's own file says where it is asked, in what words, and what its replies mean.

    Attributes:
        reply: The shape of the vendor's replies.
        free_path: What can be asked for nothing, such as the list of models.
    """

    reply: type[Reply]
    free_path: str

    def __init__(self, account: Account, *, model: str) -> None:
        self.model = model
        self._account = account

    @property
    def name(self) -> str:
        """The vendor's, as in `WRITER=`."""
        return self._account.name

    async def write(self, brief: WriterBrief) -> Written:
        """The script for a brief, by `write_script`."""
        return await write_script(self, brief)

    def first_call(self, brief: WriterBrief) -> Call:
        """What is bought first for a brief. Its estimate is the most that one attempt at the script costs."""
        return self.call(first_prompt(brief), brief.take)

    async def complete(self, prompt: Prompt, *, variant: int) -> Completion:
        """The model's next message."""
        account, call = self._account, self.call(prompt, variant)

        async def send(attempt: Attempt) -> Answer:
            reply = await account.request("POST", self.path(), attempt=attempt, json=call.parameters["body"])
            said = self.understand(account.read(reply, self.reply))
            if said is None:
                raise Unusable(f"{self.name} ({self.model}) answered with nothing", hint="Try again, or another model.")
            cost = None if said.tokens is None else self._price(*said.tokens)
            return Answer(reply.body, "application/json", cost_usd=cost, facts=said.facts)

        delivered = await account.gate.call(call, send)
        said = self.understand(parse_json(delivered.answer.data, name=f"{self.name}'s answer", type=self.reply))
        return Completion("") if said is None else said.completion

    def path(self) -> str:
        """Where it is asked, behind the server's address."""
        raise NotImplementedError

    async def check(self) -> Checked:
        """Whether the key is valid and what is left: asks for something that is free.

        Raises:
            VendorError: The vendor refuses or cannot be reached.
        """
        return await self._account.check(self.free_path)

    def body(self, prompt: Prompt) -> dict[str, Any]:
        """What is sent for a conversation."""
        raise NotImplementedError

    def understand(self, reply: Reply) -> ChatReply | None:
        """What a reply says; None when there is nothing in it."""
        raise NotImplementedError

    def call(self, prompt: Prompt, variant: int) -> Call:
        """What is bought for the next message; its estimate is the most that it may cost."""
        read = count_tokens(prompt.system, *(turn.text for turn in prompt.turns), str(prompt.schema))
        parameters = {"server": self._account.base_url, "body": self.body(prompt)}
        return Call(self.name, "chat", self.model, parameters, self._price(read, prompt.max_tokens), variant)

    def _price(self, read: int, written: int) -> Decimal:
        return self._account.price(
            lambda prices: prices.text(self.name, self.model, input_tokens=read, output_tokens=written)
        )
