"""What can be asked of the settings."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from starlette.responses import Response

from automagic.web.asked import Asked
from automagic.web.settings import change_settings, describe_settings, reload_settings, settings_file


async def show(asked: Asked) -> Response:
    """Every setting."""
    return _json({"settings": describe_settings(asked.web.settings)})


async def change(asked: Asked) -> Response:
    """Write `.env` and put it in force; workers that run read it by themselves."""
    changes = await asked.json()
    await asyncio.to_thread(change_settings, changes, settings_file())
    return await reload(asked)


async def reload(asked: Asked) -> Response:
    """Read `.env` and the environment again."""
    changed, refused = await put_in_force(asked)
    return _json({"changed": changed, "refused": refused})


async def put_in_force(asked: Asked) -> tuple[list[str], list[dict[str, str]]]:
    """What is set now; gives the names of what changed, and what takes effect only later."""
    settings, changed, refused = await asyncio.to_thread(reload_settings, asked.web.settings)
    asked.web.use(settings)
    return changed, refused


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
