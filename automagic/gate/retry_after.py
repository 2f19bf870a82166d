"""How long a vendor asks us to wait (retry after), read from its answer. Pure.

Retry-After: 12                          seconds (RFC 9110, 10.2.3)
Retry-After: Wed, 21 Oct 2026 07:28:00 GMT
retry-after-ms: 850                      OpenAI
x-ratelimit-reset-requests: 6m0.5s       OpenAI, Groq
anthropic-ratelimit-requests-reset: 2026-01-27T15:04:05Z
x-ratelimit-reset: 1769526245            epoch seconds (Pexels, GitHub) or seconds from now
x-rate-limit-reset: 1769526245           X
"Please try again in 1.2s."              in words
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_S = 31 * 86400.0
_LEFT_AND_RESET = tuple(
    (family.format("remaining"), family.format("reset"))
    for family in (
        "x-ratelimit-{}-requests",
        "x-ratelimit-{}-tokens",
        "anthropic-ratelimit-requests-{}",
        "anthropic-ratelimit-tokens-{}",
        "x-ratelimit-{}",
        "x-rate-limit-{}",
        "ratelimit-{}",
    )
)
"""Headers: how many requests or tokens are left, and when there are more."""

_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def read_wait(headers: Mapping[str, str], message: str = "", *, now: float | None = None) -> float | None:
    """Seconds to wait after a refusal, or None when the vendor does not say.

    Args:
        headers: Names in lower case.
        message: The vendor's words.
        now: Seconds since 1970.
    """
    now = time.time() if now is None else now
    if (milliseconds := _number(headers.get("retry-after-ms", ""))) is not None:
        return milliseconds / 1000
    if (wait := _moment(headers.get("retry-after", ""), now)) is not None:
        return wait
    if (wait := read_pause(headers, now=now)) is not None:
        return wait
    said = re.search(r"(?:try again|retry) (?:in|after) ([\d.]+ ?(?:ms|s|m)\w*)", message)
    return _duration(re.sub(r"(ms|s|m)\w*$", r"\1", said[1].replace(" ", ""))) if said else None


def read_pause(headers: Mapping[str, str], *, now: float | None = None) -> float | None:
    """Seconds until a vendor takes requests again when its headers say that none are left; else None."""
    longest: float | None = None
    for left, reset in _LEFT_AND_RESET:
        if left in headers and _number(headers[left]) == 0:
            wait = _moment(headers.get(reset, ""), time.time() if now is None else now)
            if wait is not None:
                longest = max(wait, longest or 0.0)
    return longest


def _moment(text: str, now: float) -> float | None:
    """Seconds from now until what `text` names: a duration, a number of seconds, an epoch, or a date."""
    text = text.strip()
    if not text:
        return None
    if (number := _number(text)) is not None:
        wait = number - now if number > LONGEST_S else number
    elif (duration := _duration(text)) is not None:
        wait = duration
    else:
        try:
            moment = datetime.fromisoformat(text) if text[0].isdigit() else parsedate_to_datetime(text)
        except ValueError:
            return None
        wait = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now
    return min(max(wait, 0.0), LONGEST_S)


def _duration(text: str) -> float | None:
    """Seconds in "1s", "6m0.5s", "20ms"."""
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", text)
    if not parts or "".join(value + unit for value, unit in parts) != text:
        return None
    return math.fsum(float(value) * _UNITS_S[unit] for value, unit in parts)


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\s*\d+(\.\d+)?\s*", text) else None
