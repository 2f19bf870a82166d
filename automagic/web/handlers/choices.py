"""What can be chosen: for forms, and for agents that have to name something."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.responses import Response

from automagic import plugins
from automagic.data import shipped
from automagic.reading.toml import parse_toml
from automagic.web.asked import Asked
from automagic.web.commands import document

KEPT_S = 300.0
"""A voice that is installed meanwhile is found this much later."""


async def voices(asked: Asked) -> Response:
    """Every voice: who speaks it, which languages, its licence, and whether it is ready."""
    return _json(document(await asked.web.commands.kept("voices", "--json", for_s=KEPT_S)))


async def themes(asked: Asked) -> Response:
    """Every theme that ships."""
    found = document(await asked.web.commands.kept("themes", "--json", for_s=KEPT_S))
    return _json({"themes": [{name: one[name] for name in one if name != "folder"} for one in found["themes"]]})


async def platforms(asked: Asked) -> Response:
    """Every platform: its shape in pixels, and how long a video may be there."""
    del asked
    table = parse_toml(shipped("platforms.toml").read_bytes(), name="platforms.toml")
    found = [
        {
            "name": name,
            "label": one["label"],
            "width": one["width"],
            "height": one["height"],
            "max_s": one.get("length", {}).get("max_s"),
        }
        for name, one in table.items()
    ]
    return _json({"platforms": found})


async def providers(asked: Asked) -> Response:
    """Every provider: what it does, whether it asks a server, costs money, and has what it needs."""
    found: list[dict[str, Any]] = []
    declared: tuple[Any, ...] = (*plugins.declared("providers"), *plugins.declared("providers.local"))
    for one in declared:
        found.append(
            {
                "name": one.name,
                "kinds": sorted(one.kinds),
                "network": one.network,
                "paid": one.paid,
                "needs": one.needs.name if one.needs else None,
                "ready": one.needs is None or bool(asked.web.settings[one.needs]),
            }
        )
    return _json({"providers": found})


async def destinations(asked: Asked) -> Response:
    """Everywhere that something can be published, and whether it has what it needs."""
    found: list[dict[str, Any]] = []
    declared: tuple[Any, ...] = tuple(plugins.declared("destinations"))
    for one in declared:
        needs = [setting.name for setting in one.needs]
        ready = not needs or any(asked.web.settings[setting] for setting in one.needs)
        takes = {"videos": one.open, "posts": one.network, "captions": one.captions}
        found.append(
            {
                "name": one.name,
                "form": one.form,
                "takes": [name for name, opens in takes.items() if opens],
                "needs": needs,
                "ready": ready,
            }
        )
    return _json({"destinations": found})


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
