"""What the command line knows: plans, choices and figures, one short program at a time."""

from __future__ import annotations

import asyncio

import pytest

from automagic.web import commands
from automagic.web.commands import Commands
from automagic.web.problems import Problem
from tests.support.homes.web_app import WebHome
from tests.support.web.asgi import ask, post, problem


async def test_a_plan_says_what_it_would_cost_and_queues_nothing(web: WebHome) -> None:
    text = {"text": "# Bees\n\nBees visit 2 million flowers for a pound of honey.\n", "name": "bees.md"}
    body = {"source": text, "platforms": ["shorts"], "draft": True}
    reply = await post(web.app, "/api/video?plan=true", body)
    assert reply.status == 200, reply.body
    told = reply.json()
    assert told["plan"]
    assert told["cost_usd"] == 0
    assert web.queue.find_all() == []
    assert b"/tmp/" not in reply.body


async def test_a_plan_of_what_is_wrong_is_refused(web: WebHome) -> None:
    problem(await post(web.app, "/api/video?plan=true", {"topic": "Bees", "platforms": ["nowhere"]}), 422)
    problem(await post(web.app, "/api/video?plan=perhaps", {"topic": "Bees"}), 400)


@pytest.mark.parametrize("name", ["voices", "themes", "platforms", "providers", "destinations"])
async def test_what_can_be_chosen_is_listed(web: WebHome, name: str) -> None:
    reply = await ask(web.app, "GET", f"/api/{name}")
    assert len(reply.json()[name]) > 2
    assert all(one["name"] for one in reply.json()[name])
    assert b"/tmp/" not in reply.body


@pytest.mark.parametrize("path", ["/api/spend", "/api/metrics", "/api/metrics?since=7d", "/api/alerts", "/metrics"])
async def test_figures_are_those_of_the_command_line(web: WebHome, path: str) -> None:
    reply = await ask(web.app, "GET", path)
    assert reply.status == 200, reply.body
    assert str(web.settings.home).encode() not in reply.body
    if path == "/metrics":
        assert b"# TYPE automagic_" in reply.body


@pytest.mark.parametrize("since", ["", "7", "d", "-7d", "7d;ls", "--json", "٧d", "99999d"])
async def test_a_span_that_is_none_is_refused(web: WebHome, since: str) -> None:
    problem(
        await ask(web.app, "GET", f"/api/metrics?since={since}" if since.isascii() else "/api/metrics?since=%D9%A7d"),
        400,
    )


async def test_only_so_many_wait(web: WebHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "MAX_WAITING", 1)
    asked = Commands(web.settings)
    first = asyncio.create_task(asked.run("--version"))
    await asyncio.sleep(0)
    with pytest.raises(Problem, match="too many"):
        await asked.run("--version")
    assert await first


async def test_one_that_takes_too_long_is_ended(web: WebHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "MAX_S", 0.05)
    with pytest.raises(Problem, match="longer"):
        await Commands(web.settings).run("--status", "--json")


async def test_an_error_of_the_command_is_a_problem(web: WebHome) -> None:
    with pytest.raises(Problem, match="no job") as failure:
        await Commands(web.settings).run("jobs", "show", "none", "--json")
    assert (failure.value.status, failure.value.exit_code) == (422, 2)
