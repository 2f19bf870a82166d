"""A form of a page, sent as a browser sends it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from automagic.web.pages.forms import KIND
from tests.support.homes.web_app import WebHome
from tests.support.web.asgi import Reply, ask


async def mark_of(web: WebHome) -> str:
    page = (await ask(web.app, "GET", "/")).body.decode()
    found = re.search(r'name="mark" value="(\w+)"', page)
    assert found
    return found[1]


async def send(web: WebHome, target: str, fields: dict[str, Any], *, mark: str | None = None, **headers: str) -> Reply:
    body = urlencode(fields | {"mark": await mark_of(web) if mark is None else mark}, doseq=True).encode()
    given = {"content-type": KIND} | {name.replace("_", "-"): value for name, value in headers.items()}
    return await ask(web.app, "POST", target, headers=given, body=body)
