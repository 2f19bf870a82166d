"""The way in where a token is asked for: the key of a link that works once, or the token, becomes a cookie."""

from __future__ import annotations

import hmac

from starlette.responses import Response

from automagic.web.access.sessions import COOKIE, SESSION_S, make_session, use_link
from automagic.web.access.tokens import find_token
from automagic.web.asked import Asked
from automagic.web.pages.forms import go, read_form
from automagic.web.pages.templates import show
from automagic.web.problems import Problem


async def show_enter(asked: Asked) -> Response:
    """The page that sends the key."""
    return show(asked, "enter.html", {})


async def come_in(asked: Asked) -> Response:
    """A cookie for who has the key."""
    key = (await read_form(asked)).get("key", "").strip()
    home = asked.web.settings.home
    known = use_link(home, key) or hmac.compare_digest(key.encode(), find_token(home).encode())
    if not known:
        hint = "A link works once and for 15 minutes: start the server again."
        raise Problem(403, "this key does not let in", hint=hint)
    response = go(asked, "/")
    response.set_cookie(
        COOKIE, make_session(home), max_age=SESSION_S, path=asked.web.prefix or "/", httponly=True, samesite="strict",
        secure=asked.request.url.scheme == "https",
    )  # fmt: skip
    return response
