"""A thread as a Mastodon instance takes it: one status after another, each with a key under which it is made once.

The answer to the one before gives the id that the next is a reply to; a key that was used is answered with the status
it made, for an hour.
"""

from __future__ import annotations

import hashlib
from typing import Any, Literal

Visibility = Literal["public", "unlisted", "private", "direct"]


def idempotency_key(seed: str, index: int) -> str:
    """The `Idempotency-Key` of a thread's part: the same each time that the thread is published anew.

    Args:
        seed: What is published, and by whom: the account and the run.
    """
    return hashlib.sha256(f"{seed}\n{index}".encode()).hexdigest()


def status_body(
    text: str, *, visibility: Visibility = "public", language: str = "", reply_to: str = ""
) -> dict[str, Any]:
    """The body of POST /api/v1/statuses.

    Args:
        language: ISO 639-1 or -3; the account's own when empty.
        reply_to: The id of the part before it; empty for the first.
    """
    body: dict[str, Any] = {"status": text, "visibility": visibility}
    if language:
        body["language"] = language.partition("-")[0].lower()
    if reply_to:
        body["in_reply_to_id"] = reply_to
    return body
