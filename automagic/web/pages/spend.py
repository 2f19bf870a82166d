"""What was paid: by day, by vendor and by run."""

from __future__ import annotations

from starlette.responses import Response

from automagic.web.asked import Asked
from automagic.web.commands import document
from automagic.web.handlers.figures import FRESH_S
from automagic.web.pages.templates import show


async def show_spend(asked: Asked) -> Response:
    """The page."""
    found = document(await asked.web.commands.kept("spend", "--json", for_s=FRESH_S))
    groups = [("By day", found["day"]), ("By vendor", found["vendor"]), ("By run", found["run"])]
    budget = asked.web.settings.monthly_budget_usd
    return show(asked, "spend.html", {"groups": groups, "total": found["total_usd"], "budget": budget})
