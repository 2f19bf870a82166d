"""What is made by itself, and when; one can be fired now, and removed."""

from __future__ import annotations

from starlette.responses import Response

from automagic.web.asked import Asked
from automagic.web.commands import document
from automagic.web.pages.forms import go, read_form
from automagic.web.pages.templates import show
from automagic.web.problems import Problem


async def show_schedules(asked: Asked) -> Response:
    """The page."""
    return show(asked, "schedules.html", await _look(asked))


async def _look(asked: Asked) -> dict[str, object]:
    found: dict[str, object] = document(await asked.web.commands.run("schedule", "list", "--json"))
    return {"schedules": found["schedules"]}


async def fire(asked: Asked) -> Response:
    """Queue what it makes, once, now."""
    await asked.web.commands.run("schedule", "fire", await _name(asked), "--json")
    return go(asked, "/runs")


async def remove(asked: Asked) -> Response:
    """Take it out of schedules.toml; the topics that it used stay used."""
    await asked.web.commands.run("schedule", "remove", await _name(asked), "--json")
    return go(asked, "/schedules")


async def add(asked: Asked) -> Response:
    """A new one: a topic a line, at a time of day or by a cron expression."""
    form = await read_form(asked)
    name, when = form.get("name", "").strip(), form.get("when", "").strip()
    topics = [line.strip() for line in form.get("topics", "").splitlines() if line.strip()]
    if not name or name.startswith("-"):
        raise Problem(422, "the schedule has no name", hint="Such as daily.")
    how = "--cron" if " " in when else "--every" if when[-1:] in ("m", "h", "d") else "--at"
    given = [f"--topic={topic}" for topic in topics]
    await asked.web.commands.run("schedule", "add", name, f"{how}={when}", *given, "--json")
    return go(asked, "/schedules")


async def _name(asked: Asked) -> str:
    await read_form(asked)
    name = asked.path["name"]
    if name not in {one["name"] for one in (await _look(asked))["schedules"]}:  # type: ignore[attr-defined]
        raise Problem(404, f"there is no schedule {name[:60]!r}")
    return name
