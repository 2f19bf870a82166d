"""The settings: each with its value and what it does; keys and places only as set or unset."""

from __future__ import annotations

import asyncio

from starlette.responses import Response

from automagic.web.asked import Asked
from automagic.web.handlers.config import put_in_force
from automagic.web.pages.forms import go, read_form
from automagic.web.pages.templates import show
from automagic.web.settings import change_settings, describe_settings, settings_file


async def show_settings(asked: Asked) -> Response:
    """The page."""
    found = describe_settings(asked.web.settings)
    groups = {
        "What you can change here": [one for one in found if one["changeable"]],
        "What is set where the server is started": [one for one in found if not one["changeable"]],
    }
    return show(asked, "settings.html", {"groups": groups, "changed": asked.request.query_params.get("changed", "")})


async def change(asked: Asked) -> Response:
    """Write what is another now into `.env`, and put it in force."""
    form = await read_form(asked)
    known = {one["name"]: one for one in describe_settings(asked.web.settings) if one["changeable"]}
    shown = {name: "" if one["value"] is None else f"{one['value']}" for name, one in known.items()}
    changes = {name: value.strip() or None for name, value in form.items() if value.strip() != shown.get(name)}
    if changes:
        await asyncio.to_thread(change_settings, changes, settings_file())
        await put_in_force(asked)
    return go(asked, f"/settings?changed={len(changes)}")
