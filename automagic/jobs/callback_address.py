"""Whether an address may be told of a job; light, since every request with one asks."""

from __future__ import annotations

from automagic.destinations.webhook.address import parse_place
from automagic.destinations.webhook.settings import SECRET
from automagic.errors import RequestError
from automagic.settings import Settings


def check_address(url: str, settings: Settings) -> str:
    """The address in its own form; where it leads is looked at again each time it is told.

    Raises:
        RequestError: It is no address that may be told, or there is no secret to sign with.
    """
    address = parse_place(url)
    if not settings[SECRET]:
        raise RequestError("there is no secret to sign with", hint="Set WEBHOOK_SECRET where the server runs.")
    return address
