"""The tools: each is a route with a name that an agent understands, and a compact answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from automagic.web.openapi import body_schema

if TYPE_CHECKING:
    from automagic.web.agents.inside import Inside
    from automagic.web.route import Route

MOST = 14
"""A client gives its model all of them with each turn."""

WAIT_S, MOST_WAIT_S = 45, 50
"""Clients give up a call after 60 s, and no notice of progress extends that."""

_STEP_S = 25

_RUN: Mapping[str, Any] = {"type": "string", "description": "`run_id` that a make_… tool gave."}


@dataclass(frozen=True, slots=True)
class AgentTool:
    """A tool.

    Attributes:
        route: The name of the route that does it.
        properties: JSON Schema of what it takes besides the route's own body; names of the route's path among them.
        query: Stands in the query each time.
        changes: Whether anything is another afterwards.
        costs: Whether it may spend money or take long.
    """

    name: str
    says: str
    route: str
    properties: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    changes: bool = False
    costs: bool = False


def _make(name: str, kind: str, what: str) -> AgentTool:
    says = f"Queue {what}. Plan it first. Gives run_id at once: then call wait_for_run. It costs what the plan says."
    return AgentTool(name, says, f"make_{kind}", changes=True, costs=True)


TOOLS = (
    AgentTool("plan_video", "Say what making a video would do, how long it takes and what it costs. Makes nothing.",
              "make_video", query={"plan": "true"}),
    _make("make_video", "video", "a narrated, captioned video of a topic, a text or a script"),
    _make("make_clips", "clips", "short vertical clips of a long recording"),
    _make("make_posts", "posts_write", "new posts in an author's way of writing, as drafts"),
    _make("make_ads", "ads_make", "ads of a brief, for each platform's specification"),
    AgentTool("search_archive", "Find where something was said in the station's recordings.", "search_archive",
              {"q": {"type": "string"}, "limit": {"type": "integer", "minimum": 1, "maximum": 50}}, ("q",)),
    AgentTool("list_runs", "List runs, the newest first.", "list_jobs",
              {"state": {"type": "string"}, "limit": {"type": "integer", "minimum": 1, "maximum": 50}}),
    AgentTool("get_run", "Show a run: state, progress, result, files.", "get_job", {"run_id": _RUN}, ("run_id",)),
    AgentTool("wait_for_run", f"Wait until a run is finished, {WAIT_S} s at most; call it again while it is not.",
              "get_job", {"run_id": _RUN, "seconds": {"type": "integer", "minimum": 1, "maximum": MOST_WAIT_S}},
              ("run_id",)),
    AgentTool("cancel_run", "Cancel a run.", "cancel_job", {"run_id": _RUN}, ("run_id",), changes=True),
    AgentTool("redo_scene", "Make one step of a run again, such as the picture of a scene.", "redo_job",
              {"run_id": _RUN, "step": {"type": "string"}, "scene": {"type": "string"}, "take": {"type": "integer"}},
              ("run_id", "step"), changes=True, costs=True),
    AgentTool("request_publish", "Ask a person to approve publishing a run's result. Publishes nothing by itself.",
              "publish_job", {"run_id": _RUN, "to": {"type": "array", "items": {"type": "string"}}},
              ("run_id", "to"), changes=True),
)  # fmt: skip


def tools_of(routes: Iterable[Route]) -> dict[str, tuple[AgentTool, Route]]:
    """The tools whose routes there are, by name."""
    by_name = {route.name: route for route in routes}
    return {
        tool.name: (tool, by_name[tool.route])
        for tool in TOOLS
        if tool.route in by_name and set(tool.query) <= set(by_name[tool.route].query)
    }


def schema_of(tool: AgentTool, route: Route) -> dict[str, Any]:
    """JSON Schema of what it takes."""
    if route.offer is not None:
        return body_schema(route.offer)
    properties = {name: dict(shape) for name, shape in tool.properties.items()}
    return {
        "type": "object", "properties": properties, "required": list(tool.required), "additionalProperties": False,
    }  # fmt: skip


async def call(tool: AgentTool, route: Route, arguments: Mapping[str, Any], app: Inside) -> tuple[bool, dict[str, Any]]:
    """Whether it was done, and what a model is told."""
    if tool.name == "wait_for_run":
        return await _wait(route, arguments, app)
    status, answer = await _ask(tool, route, arguments, app)
    if status >= 400:
        return False, _told_problem(answer)
    return True, compact(answer)


async def _ask(
    tool: AgentTool, route: Route, arguments: Mapping[str, Any], app: Inside, headers: Mapping[str, str] | None = None
) -> tuple[int, Any]:
    given = {name: value for name, value in arguments.items() if value is not None}
    path = route.path
    if "{job}" in path:
        path = path.replace("{job}", quote(str(given.pop("run_id", "")), safe=""))
    query = dict(tool.query)
    if route.method == "GET":
        query |= {name: str(value) for name, value in given.items() if name in route.query}
        return await app.ask("GET", path, query=query, headers=headers)
    return await app.ask(route.method, path, query=query, body=given, headers=headers)


async def _wait(route: Route, arguments: Mapping[str, Any], app: Inside) -> tuple[bool, dict[str, Any]]:
    left = min(max(int(arguments.get("seconds") or WAIT_S), 1), MOST_WAIT_S)
    path = route.path.replace("{job}", quote(str(arguments.get("run_id", "")), safe=""))
    while True:
        step = min(left, _STEP_S)
        status, answer = await app.ask("GET", path, headers={"prefer": f"wait={step}"})
        left -= step
        if status >= 400:
            return False, _told_problem(answer)
        if left <= 0 or answer["state"] in ("succeeded", "failed", "cancelled"):
            return True, compact(answer)


def compact(answer: Any) -> dict[str, Any]:
    """An answer without what is empty; of a job its id as `run_id`, and when to look again."""
    if isinstance(answer, dict) and "jobs" in answer:
        return {"runs": [compact(job) for job in answer["jobs"]], "next": answer.get("next")}
    if not isinstance(answer, dict):
        return {"answer": answer}
    told = {name: value for name, value in answer.items() if value not in (None, "", [], {})}
    if "state" in told and "id" in told:
        told = {"run_id": told.pop("id"), **told}
        for name in ("attempts", "deaths", "priority", "worker", "added_at"):
            told.pop(name, None)
        if told["state"] in ("queued", "running"):
            told["poll_after_s"] = 10
    return told


def _told_problem(answer: Any) -> dict[str, Any]:
    """What was wrong, and what to try."""
    names = ("detail", "hint", "errors", "status")
    return (
        {name: answer[name] for name in names if answer.get(name)} if isinstance(answer, dict) else {"detail": answer}
    )


def as_text(answer: Mapping[str, Any]) -> str:
    """JSON, as models read it."""
    return msgspec.json.format(msgspec.json.encode(answer), indent=1).decode()
