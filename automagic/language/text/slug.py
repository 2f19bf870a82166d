"""A title as a name for a folder, on every file system."""

from __future__ import annotations

import hashlib
import re

from anyascii import anyascii

from automagic.language.text.sentences import clean_text

# Names that Windows reserves for devices, whatever the extension.
_RESERVED = frozenset({"con", "prn", "aux", "nul"} | {f"{kind}{n}" for kind in ("com", "lpt") for n in range(10)})
_HASH_DIGITS = 8


def slugify(title: str, max_length: int = 60) -> str:
    """Lower-case ASCII letters, digits and hyphens: "Straße №5 – ¿Qué?" → "strasse-no5-que".

    Never empty, never longer than `max_length` (at least 12 is assumed), cut between words where possible. A title
    that has nothing to transliterate becomes "video-" and eight digits of its hash.
    """
    limit = max(max_length, 12)
    text = clean_text(title)
    ascii_text = anyascii("".join(c for c in text if c.isalnum() or not _is_pictograph(c))).lower()
    ascii_text = re.sub(r"(?<=\w)['’](?=\w)", "", ascii_text).replace("&", " and ").replace("%", " percent ")
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")
    if len(slug) > limit:
        cut = slug[: limit + 1].rsplit("-", 1)[0] if "-" in slug[: limit + 1] else slug[:limit]
        slug = (cut if len(cut) >= limit // 2 else slug[:limit]).strip("-")
    if not slug:
        return f"video-{hashlib.sha256(text.encode()).hexdigest()[:_HASH_DIGITS]}"
    return f"{slug[: limit - 6]}-video" if slug in _RESERVED else slug


def _is_pictograph(character: str) -> bool:
    """Emoji and other pictures; anyascii would spell them out (":tada:")."""
    code = ord(character)
    return 0x2190 <= code <= 0x2BFF or 0xFE00 <= code <= 0xFE0F or code >= 0x1F000
