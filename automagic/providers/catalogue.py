"""Who can do what: every provider by name, so that a choice is checked without importing any of them.

WRITER=openai,wikipedia,extract      an ordered list; the next one is asked when one cannot
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal

from automagic.errors import ConfigurationError, RequestError

Kind = Literal["writer", "illustrator", "narrator", "ranker", "transcriber"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One provider.

    Attributes:
        kinds: What it offers.
        needs: The setting without which it cannot work; "" when it needs none.
        network: Whether it asks a server.
        paid: Whether that costs money.
        of: For a writer: what it can write from.
    """

    kinds: tuple[Kind, ...]
    needs: str = ""
    network: bool = True
    paid: bool = False
    of: tuple[Literal["topic", "document"], ...] = ("topic", "document")


CATALOGUE: dict[str, Entry] = {
    "openai": Entry(("writer", "illustrator", "narrator", "ranker", "transcriber"), needs="openai_api_key", paid=True),
    "anthropic": Entry(("writer", "ranker"), needs="anthropic_api_key", paid=True),
    "gemini": Entry(("writer", "illustrator", "ranker"), needs="gemini_api_key", paid=True),
    "elevenlabs": Entry(("narrator",), needs="elevenlabs_api_key", paid=True),
    "pexels": Entry(("illustrator",), needs="pexels_api_key"),
    "pexels-clips": Entry(("illustrator",), needs="pexels_api_key"),
    # Wikimedia asks everybody who sends it requests for an address at which they can be reached.
    "commons": Entry(("illustrator",), needs="contact"),
    "wikipedia": Entry(("writer",), needs="contact", of=("topic",)),
    "extract": Entry(("writer",), network=False, of=("document",)),
    "outline": Entry(("writer",), network=False, of=("topic",)),
    "cards": Entry(("illustrator",), network=False),
    "kokoro": Entry(("narrator",), network=False),
    "piper": Entry(("narrator",), network=False),
    "espeak": Entry(("narrator",), network=False),
    "features": Entry(("ranker",), network=False),
    "whisper": Entry(("transcriber",), network=False),
}

DEFAULTS: dict[Kind, tuple[str, ...]] = {
    # A key for a language model is there to write with; who pays for pictures or voices says so. Pexels and ElevenLabs
    # do nothing else, so their keys are a wish.
    "writer": ("anthropic", "openai", "gemini", "extract", "wikipedia", "outline"),
    "illustrator": ("pexels", "cards"),
    "narrator": ("elevenlabs", "kokoro", "piper", "espeak"),
    # What is said in a recording leaves this machine only when somebody says so.
    "ranker": ("features",),
    "transcriber": ("whisper",),
}
"""In order of preference; those whose setting is missing are left out."""


def providers_of(kind: Kind) -> tuple[str, ...]:
    """Every provider of a kind, by name."""
    return tuple(name for name, entry in CATALOGUE.items() if kind in entry.kinds)


def parse_chain(kind: Kind, text: str, *, said_by: str) -> tuple[str, ...]:
    """The names in an ordered list such as "openai,extract".

    Args:
        said_by: Where it was said, for the error: "--writer" or "WRITER".

    Raises:
        RequestError: A flag names somebody who does not offer this.
        ConfigurationError: A setting does.
    """
    fault = RequestError if said_by.startswith("--") else ConfigurationError
    names = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    known = providers_of(kind)
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
            hint = (f"Did you mean {near[0]}? " if near else "") + f"There are: {', '.join(known)}"
            raise fault(f"{said_by}: there is no {kind} {name!r}", hint=hint)
    if not names:
        raise fault(f"{said_by} names nobody", hint=f"There are: {', '.join(known)}")
    return names
