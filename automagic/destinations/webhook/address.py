"""What a webhook's address must be."""

from __future__ import annotations

from automagic.errors import RequestError

LOOPBACK = ("127.0.0.1", "::1", "localhost")
_HINT = "Write --publish webhook:https://example.com/hook."


def parse_place(text: str) -> str:
    """The address, checked for its form.

    Raises:
        RequestError: It is not a valid address, holds credentials, or is not encrypted.
    """
    from yarl import URL

    try:
        url = URL(text)
        host = url.host or ""
    except ValueError:
        raise RequestError("that is not a valid web address", hint=_HINT) from None
    if url.scheme not in ("http", "https") or not host:
        raise RequestError(f"webhook:{text[:60]} does not name a valid web address", hint=_HINT)
    if url.user is not None or url.password is not None:
        raise RequestError(
            "a webhook's address must not contain a user or a password", hint="The signature shows who sends."
        )
    if url.scheme == "http" and host not in LOOPBACK:
        raise RequestError(f"a webhook to {host} must be encrypted", hint="Write https:// in its address.")
    return str(url.with_fragment(None))
