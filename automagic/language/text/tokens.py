"""An English word with its part of speech."""

from __future__ import annotations

import re
from dataclasses import dataclass

from automagic.language.text.grammar import FINITE
from automagic.language.text.lexicon import bare

_PLAIN = re.compile(r"\w[\w.,'’‐‑-]*(?<![‐‑-])[.,]*")


@dataclass(frozen=True, slots=True)
class Token:
    """A display word with its tag.

    `stop` is the punctuation that closes it (",", ".", ":" ... or ""), `binds` says that the next word belongs to the
    same number: nothing may end between them.
    """

    text: str
    tag: str
    stop: str
    binds: bool = False

    @property
    def low(self) -> str:
        """Lower-case, bare; with its signs where it has some: "a*" is no article, "-5" is not "5"."""
        return bare(self.text) if _PLAIN.fullmatch(self.text) else self.text.lower().replace("’", "'")

    def is_a(self, *tags: str) -> bool:
        """Whether its tag, or the first part of a contraction's, begins with one of `tags`."""
        return self.tag.startswith(tags)

    @property
    def is_finite(self) -> bool:
        """Whether it is, or holds, a finite verb."""
        return any(part in FINITE for part in self.tag.split("+"))
