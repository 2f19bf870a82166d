"""What programs ask to publish, for a person to say yes or no."""

from __future__ import annotations

import asyncio

from starlette.responses import Response

from automagic.jobs.pending_approval import MAX_NOTE
from automagic.web.asked import Asked
from automagic.web.handlers.approvals import request_publish, settle
from automagic.web.pages.forms import go, read_form
from automagic.web.pages.templates import show

SHOWN = 50


async def show_approvals(asked: Asked) -> Response:
    """What waits, and what was decided last."""
    found = await asyncio.to_thread(lambda: asked.web.approvals().list(limit=SHOWN))
    waiting = [one for one in found if one.state == "waiting"]
    return show(asked, "approvals.html", {"waiting": waiting, "decided": [one for one in found if one not in waiting]})


async def decide(asked: Asked) -> Response:
    """Yes or no."""
    form = await read_form(asked)
    await settle(asked, yes=form.get("decision") == "approve", note=form.get("note", "")[:MAX_NOTE])
    return go(asked, "/approvals")


async def ask_for(asked: Asked) -> Response:
    """Ask for a run's result to be published, from its page."""
    form = await read_form(asked)
    targets, draft = form.get("to", "").replace(",", " ").split(), form.get("draft", "").strip()
    await request_publish(asked, targets, int(draft) if draft.isascii() and draft.isdecimal() else None, "")
    return go(asked, "/approvals")
