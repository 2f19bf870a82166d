"""Connect only to network addresses that are admitted: the one that was looked at is the one that is connected to."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Any

from automagic.errors import RequestError

if TYPE_CHECKING:
    from yarl import URL

Allow = Callable[[IPv4Address | IPv6Address], bool]


def check_literal(url: URL, allow: Allow | None) -> None:
    """Look at numbers in place of a name, which never reach a resolver.

    Raises:
        RequestError: `allow` forbids them.
    """
    if allow is None:
        return
    try:
        literal = ip_address(url.host or "")
    except ValueError:
        return
    if not allow(literal):
        raise _forbidden(str(literal))


def _forbidden(host: str) -> RequestError:
    return RequestError(
        f"{host} is not on the public internet: files of this machine or a private network are not fetched",
        hint="Save the file and give its name.",
    )


def checked_resolver(allow: Allow) -> Any:
    """Resolves names to those of their addresses that `allow` admits; the one that checks is the one that connects."""
    import aiohttp
    from aiohttp.abc import AbstractResolver, ResolveResult

    class Resolver(AbstractResolver):
        def __init__(self) -> None:
            self._resolver = aiohttp.ThreadedResolver()

        async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
            found = await self._resolver.resolve(host, port, family)
            allowed = [result for result in found if allow(ip_address(result["host"]))]
            if not allowed:
                raise _forbidden(host)
            return allowed

        async def close(self) -> None:
            await self._resolver.close()

    return Resolver()
