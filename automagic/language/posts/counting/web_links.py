"""Links with "https://" before them, whole: Bluesky and Mastodon take more into a path than X does.

http://example.com/日本語     X: http://example.com/      here: all of it
"""

from __future__ import annotations

import re

from automagic.language.posts.counting.domain_links import LinkSpan, find_links

_LINK = re.compile(r"(?<![\w@/])https?://\w[^\s<>\"“”]+", re.IGNORECASE)
_CLOSING = ".,;:!?'’…]*"


def find_web_links(text: str) -> tuple[LinkSpan, ...]:
    """The links with "http://" or "https://", without the punctuation that ends a sentence after them."""
    if "://" not in text:
        return ()
    found = ((match.start(), len(_trim(match[0]))) for match in _LINK.finditer(text))
    return tuple(LinkSpan(start, start + length, has_scheme=True) for start, length in found)


def find_known_links(text: str) -> tuple[LinkSpan, ...]:
    """Of these, those whose domain is a known one."""
    known = {span.start for span in find_links(text) if span.has_scheme} if "://" in text else set()
    return tuple(span for span in find_web_links(text) if span.start in known)


def _trim(address: str) -> str:
    while True:
        shorter = address.rstrip(_CLOSING)
        if shorter.endswith(")") and shorter.count(")") > shorter.count("("):
            shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter
