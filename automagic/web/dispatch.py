"""Finds who answers a request by the parts of its path: a look into a table, where a router tries pattern by pattern.

path, method ─▶ Dispatcher ─┬─ known ─▶ endpoint ─▶ response
                            └─ else ──▶ Starlette's router: files below a path, 404, 405, what lives and ends
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

Endpoint = Callable[[Request], Awaitable[Response]]

_NAMED = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A path with named parts.

    Attributes:
        fixed: Place → what stands there.
        named: Place → the part's name.
    """

    fixed: Mapping[int, str]
    named: Mapping[int, str]
    endpoints: dict[str, Endpoint] = field(default_factory=dict)

    def find(self, parts: list[str]) -> dict[str, str] | None:
        """The named parts; None for another path."""
        if any(parts[place] != text for place, text in self.fixed.items()):
            return None
        found = {name: parts[place] for place, name in self.named.items()}
        return found if all(found.values()) else None


class Dispatcher:
    """ASGI: answers what it knows, and hands on the rest.

    Args:
        endpoints: Path → method → who answers.
    """

    def __init__(self, endpoints: Mapping[str, Mapping[str, Endpoint]], otherwise: ASGIApp) -> None:
        self._otherwise = otherwise
        self._plain: dict[str, Mapping[str, Endpoint]] = {}
        self._by_length: dict[tuple[int, str], list[_Pattern]] = {}
        for path, methods in endpoints.items():
            if ":" in path:
                continue
            if "{" not in path:
                self._plain[path] = methods
                continue
            parts = path.split("/")
            named = {place: name[1] for place, part in enumerate(parts) if (name := _NAMED.fullmatch(part))}
            fixed = {place: part for place, part in enumerate(parts) if place not in named and place > 1}
            known = self._by_length.setdefault((len(parts), parts[1]), [])
            known.append(_Pattern(fixed, named, dict(methods)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the application's life."""
        if scope["type"] == "http":
            method = "GET" if scope["method"] == "HEAD" else scope["method"]
            path = scope["path"].removeprefix(scope.get("root_path", ""))
            if (found := self._find(path, method)) is not None:
                endpoint, scope["path_params"] = found
                response = await endpoint(Request(scope, receive, send))
                await response(scope, receive, send)
                return
        await self._otherwise(scope, receive, send)

    def _find(self, path: str, method: str) -> tuple[Endpoint, dict[str, str]] | None:
        if (methods := self._plain.get(path)) is not None and method in methods:
            return methods[method], {}
        parts = path.split("/")
        if len(parts) > 1:
            for pattern in self._by_length.get((len(parts), parts[1]), ()):
                if method in pattern.endpoints and (named := pattern.find(parts)) is not None:
                    return pattern.endpoints[method], named
        return None
