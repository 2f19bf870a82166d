"""The address that Wikimedia asks of everybody who sends it requests."""

from __future__ import annotations

from automagic.reading.setting import NotAllowed, Setting, parse_text


def is_contact(text: str) -> bool:
    """Whether it is a mail or a web address that a header can carry."""
    return text.isprintable() and text.isascii() and ("@" in text or "://" in text)


def _parse(text: str) -> str:
    if not is_contact(text):
        raise NotAllowed("a mail address or a web address")
    return parse_text(text)


CONTACT = Setting(
    "CONTACT",
    "A mail or web address of yours, which Wikimedia asks for in each request.",
    _parse,
    "",
    example="you@example.com",
)
