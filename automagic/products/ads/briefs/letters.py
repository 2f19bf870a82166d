"""Letters that a brief must not have: those that nobody sees, that turn the line round, or that platforms refuse."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import regex

from automagic.errors import RequestError
from automagic.language.posts.suspicious import find_forbidden, find_invisible

_EMOJI = regex.compile(
    r"\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|[\U0001F1E6-\U0001F1FF]|[0-9#*]\uFE0F?\u20E3"
)
_HALF_KATAKANA = regex.compile(r"[\uFF61-\uFF9F]")


def find_bad_letters(text: str) -> str:
    """What is wrong with the letters of a text, as the end of a sentence; "" for nothing."""
    if found := find_unseen(text):
        return f"has {found}, which nobody sees"
    if found := find_untaken(text):
        return f"has {found}, which Google refuses"
    return ""


@lru_cache(4096)
def find_unseen(text: str) -> str:
    """The first sign of a text that nobody sees, or that no font has, named; "" for none."""
    if found := next(iter((*find_forbidden(text), *find_invisible(text))), ""):
        return found
    shapeless = next((sign for sign in text if unicodedata.category(sign) in {"Co", "Cn"}), "")
    return f"a sign without a shape, U+{ord(shapeless):04X}" if shapeless else ""


@lru_cache(4096)
def find_untaken(text: str) -> str:
    """The first emoji or half-width katakana of a text, named; "" for none."""
    if emoji := _EMOJI.search(text):
        return f"an emoji, {emoji[0]} ({unicodedata.name(emoji[0][0], 'emoji').lower()})"
    if katakana := _HALF_KATAKANA.search(text):
        return f"half-width katakana, {katakana[0]}"
    return ""


def check_fonts(texts: Iterable[str], language: str) -> None:
    """Refuse letters that no font draws: in a picture they would be boxes.

    Raises:
        RequestError: Naming the letters and what to install.
    """
    from automagic.media.design.fonts import FALLBACK_FAMILY, covers, families_for, is_installed, name_missing_fonts

    missing = [
        letter
        for letter in sorted(set("".join(texts)))
        if not any(is_installed(name) and covers(letter, name) for name in families_for(letter, FALLBACK_FAMILY))
    ]
    if missing:
        raise RequestError(
            f"No font here draws {' '.join(missing[:5])} of the brief, whose language is {language!r}",
            hint=name_missing_fonts(missing),
        )
