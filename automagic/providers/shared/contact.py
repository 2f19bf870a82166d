"""The address that Wikimedia asks of everybody who sends it requests."""

from __future__ import annotations

from automagic.reading.setting import text_setting

CONTACT = text_setting(
    "CONTACT",
    "A mail or web address of yours, which Wikimedia asks for in each request.",
    example="you@example.com",
)
