"""What passes through the call gate: the call that is wanted, the answer that came, and money.

    Call ──▶ key ──▶ Attempt (what a sender is given) ──▶ Answer ──▶ Delivered (and where it came from)

All are frozen values. Money is counted in whole millionths of a US dollar, so that sums are exact.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any, Literal

import msgspec

from automagic.values.artifact import Artifact

Source = Literal["memory", "disk", "shared", "stored", "called"]
"""Where an answer came from: the response cache's three layers, an answer bought earlier, or the vendor just now."""

MAX_SUBMISSIONS = 2
"""Of one purchase whose outcome is unknown."""

current_step: ContextVar[str] = ContextVar("current_step", default="")
"""The key of the step on whose behalf calls are made; set by the run, so that `--redo` finds what it bought."""


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in millionths of a US dollar."""

    micro_usd: int = 0

    @classmethod
    def from_usd(cls, usd: Decimal) -> Money:
        """The amount, rounded up to a whole millionth: an estimate is never below the price.

        Raises:
            ValueError: It is negative, infinite or not a number.
        """
        if not usd.is_finite() or usd < 0:
            raise ValueError(f"{usd} is not an amount of money")
        return cls(int((usd * 1_000_000).to_integral_value(ROUND_CEILING)))

    @property
    def usd(self) -> Decimal:
        """The same in dollars."""
        return Decimal(self.micro_usd) / 1_000_000

    def __add__(self, other: Money) -> Money:
        return Money(self.micro_usd + other.micro_usd)

    def __str__(self) -> str:
        """Such as "$1.20"; amounts below a dime keep four places ("$0.0004")."""
        places = Decimal("0.01") if self.micro_usd >= 100_000 or self.micro_usd == 0 else Decimal("0.0001")
        return f"${self.usd.quantize(places, ROUND_HALF_UP)}"


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit of a model's work costs.

    Attributes:
        usd: For one `unit`.
        unit: "million input tokens", "million output tokens", "picture", "million characters", "minute" or "time".
    """

    usd: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Call:
    """One thing that is wanted from a vendor.

    Attributes:
        vendor: Such as "openai": it has one line in the spend report, and one rate limit and one breaker.
        operation: Such as "image".
        model: The vendor's name of it; "" where there is none.
        parameters: Everything else that shapes the answer, as a value that msgspec can encode; never a secret.
        estimate_usd: None for a free read, which the response cache may answer. A number, 0 too, for a purchase, which
            is journaled and whose answer is kept for good.
        variant: 1 is the first; `--take` asks for others.
        findable: What it makes is named before it is sent, and can be found by that name ever after: where it is not
            found, it was not made. Its outcome is never guessed: it is looked for before it is sent again.
        remark: What a person should know before it is sent, of its price above all; shapes nothing.
        server: The host that is asked, where a vendor has many that know nothing of each other ("example.social" of
            "mastodon"): each has a rate limit and a breaker of its own. It shapes nothing: an account that moves to
            another keeps what it bought.
    """

    vendor: str
    operation: str
    model: str
    parameters: Any
    estimate_usd: Decimal | None = None
    variant: int = 1
    findable: bool = False
    remark: str = ""
    server: str = ""
    _key: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    def key(self) -> str:
        """The sha256 of everything that shapes the answer, 64 lower-case hexadecimal digits.

        Raises:
            TypeError: The parameters have no canonical form (a path, a secret).
        """
        if not self._key:
            identity = [self.vendor, self.operation, self.model, self.variant, self.parameters]
            canonical = msgspec.json.encode(identity, order="deterministic")
            self._key.append(hashlib.sha256(canonical).hexdigest())
        return self._key[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a vendor gave.

    Attributes:
        data: What is kept: the vendor's body (JSON, sound, picture).
        media_type: Of `data`.
        cost_usd: The real cost where the vendor tells what was used; None for the estimate.
        remote_id: By which it can be fetched again; "" when it cannot.
        facts: Small remarks, such as the model that was really used and the reason why it ended.
    """

    data: bytes
    media_type: str
    cost_usd: Decimal | None = None
    remote_id: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a sender is told about the attempt it makes.

    Attributes:
        idempotency_key: The same for every attempt of one purchase, and no other's; of a free read its key.
        number: 1 for the first.
    """

    idempotency_key: str
    number: int
    _note: Callable[[str], Awaitable[None]] | None = field(default=None, repr=False, compare=False)

    async def note_remote_id(self, remote_id: str) -> None:
        """Journal the id by which the vendor knows this work, as soon as it is known and before the work is done.

        When the outcome stays unknown, the gate's `recover` is given it.
        """
        if self._note is not None:
            await self._note(remote_id)


@dataclass(frozen=True, slots=True)
class Delivered:
    """An answer, and where it came from: bought, stored or recovered.

    Attributes:
        artifact: Of a purchase: where `answer.data` is kept.
        cost_usd: Spent by this delivery: 0 for an answer that was there already.
        resubmitted: Whether the call was sent again because the first outcome stayed unknown.
    """

    answer: Answer
    artifact: Artifact | None
    source: Source
    cost_usd: Decimal
    resubmitted: bool = False
