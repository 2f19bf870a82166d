"""Every page there is: path → what shows it. Forms are sent to a page's own path, or to one below it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from starlette.responses import Response

from automagic.web.access.callers import Scope
from automagic.web.access.guard import SAFE_METHODS
from automagic.web.asked import Asked
from automagic.web.pages import (
    approvals,
    archive,
    assets,
    clips,
    enter,
    home,
    made,
    performance,
    run,
    runs,
    schedules,
    script,
    settings,
    spend,
)


@dataclass(frozen=True, slots=True)
class StudioPage:
    """One path of the studio.

    Attributes:
        handler: Its problems become a page, too.
        scope: What a key has to allow: "" for read where it only looks, else make; "none" for the way in.
    """

    method: str
    path: str
    handler: Callable[[Asked], Awaitable[Response]]
    scope: Scope | Literal["", "none"] = ""

    @property
    def needs(self) -> Scope | Literal["none"]:
        """What a key has to allow."""
        return self.scope or ("read" if self.method in SAFE_METHODS else "make")


def list_pages() -> tuple[StudioPage, ...]:
    """All of them."""
    return (
        StudioPage("GET", "/static/{mark}/{name}", assets.asset, "none"),
        StudioPage("GET", "/enter", enter.show_enter, "none"),
        StudioPage("POST", "/enter", enter.come_in, "none"),
        StudioPage("GET", "/", home.show_home),
        StudioPage("POST", "/new", home.plan),
        StudioPage("POST", "/make", home.make),
        StudioPage("GET", "/runs", runs.show_runs),
        StudioPage("GET", "/runs/{job}", run.show_run),
        StudioPage("POST", "/runs/{job}/cancel", run.cancel),
        StudioPage("POST", "/runs/{job}/retry", run.retry),
        StudioPage("POST", "/runs/{job}/redo", run.redo),
        StudioPage("GET", "/runs/{job}/edit", script.show_script),
        StudioPage("POST", "/runs/{job}/edit", script.edit),
        StudioPage("GET", "/runs/{job}/clips", clips.show_clips),
        StudioPage("POST", "/runs/{job}/clips", clips.edit),
        StudioPage("POST", "/runs/{job}/publish", approvals.ask_for),
        StudioPage("GET", "/approvals", approvals.show_approvals),
        StudioPage("POST", "/approvals/{approval}", approvals.decide, "publish"),
        StudioPage("GET", "/posts", made.show_posts),
        StudioPage("GET", "/posts/{job}", made.show_drafts),
        StudioPage("GET", "/ads", made.show_ads),
        StudioPage("GET", "/ads/{job}", made.show_sheet),
        StudioPage("POST", "/ads/{job}", made.decide, "publish"),
        StudioPage("GET", "/archive", archive.show_archive),
        StudioPage("GET", "/performance", performance.show_performance),
        StudioPage("GET", "/schedules", schedules.show_schedules),
        StudioPage("POST", "/schedules", schedules.add),
        StudioPage("POST", "/schedules/{name}/fire", schedules.fire),
        StudioPage("POST", "/schedules/{name}/remove", schedules.remove),
        StudioPage("GET", "/spend", spend.show_spend),
        StudioPage("GET", "/settings", settings.show_settings, "admin"),
        StudioPage("POST", "/settings", settings.change, "admin"),
    )
