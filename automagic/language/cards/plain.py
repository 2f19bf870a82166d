"""A sentence as a line of a card."""

from __future__ import annotations

import re

_WRAPPED = re.compile(r"»([^»«]+)«|«([^»«]+)»|„([^„“]+)“|“([^“”]+)”")
_POINTED = re.compile(r"(?:\b[^\W\d_]\.){2}\Z")
"""A short form at the end, whose period is its own: "9 a.m."."""


def phrase_of(text: str) -> str:
    """A sentence without the stop at its end, with a capital."""
    whole = stopless(text)
    if wrapped := _WRAPPED.fullmatch(whole):
        whole = next(group for group in wrapped.groups() if group).rstrip(".,;:")
    return whole[:1].upper() + whole[1:]


def stopless(text: str) -> str:
    """A text in one line without the stop at its end."""
    whole = re.sub(r"[;:,]+\Z", "", " ".join(text.split()))
    return whole if _POINTED.search(whole) else re.sub(r"[.;:,]+\Z", "", whole)
