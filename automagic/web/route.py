"""One thing that can be asked, as the table of routes has it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from starlette.responses import Response

from automagic.web.access.callers import Scope
from automagic.web.access.guard import SAFE_METHODS
from automagic.web.asked import Asked
from automagic.web.submitting import Offer

Handler = Callable[[Asked], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """One thing that can be asked.

    Attributes:
        path: With names in braces.
        name: Of the operation, for generated clients.
        says: What it does, in a sentence.
        query: What may stand in the query: name → JSON Schema.
        offer: What is asked for, where it is a product.
        gives: Status → what it means.
        media_type: Of what is answered.
        takes: Media type of the body → its JSON Schema, where it is not a product's.
        keyed: Whether the same Idempotency-Key does it once.
        scope: What a key has to allow; "" for read where it only looks, else make; "none" where no
            key is needed.
    """

    method: str
    path: str
    name: str
    says: str
    handler: Handler
    query: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    offer: Offer | None = None
    gives: Mapping[int, str] = field(default_factory=lambda: {200: "As asked."})
    media_type: str = "application/json"
    takes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    keyed: bool = False
    scope: Scope | Literal["", "none"] = ""

    @property
    def needs(self) -> Scope | Literal["none"]:
        """What a key has to allow."""
        return self.scope or ("read" if self.method in SAFE_METHODS else "make")
