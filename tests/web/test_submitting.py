"""What is asked for becomes a job: by names of the request, with texts inline, and with no path of this machine."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from automagic.jobs.queue.queue import MAX_KEY
from automagic.web.submitting import list_offers
from tests.support.homes.web_app import WebHome
from tests.support.web.asgi import Reply, ask, post, problem

OFFERS = tuple(list_offers())
STORY = {"text": "# Why ice floats\n\nIce is lighter than water.\n"}


async def test_a_video_is_asked_for_by_the_names_of_its_request(web: WebHome) -> None:
    body = {"topic": "Why ice floats", "platforms": ["shorts"], "duration_s": 20, "draft": True, "priority": "high"}
    reply = await post(web.app, "/api/video", body)
    assert reply.status == 202
    told = reply.json()
    assert (told["state"], told["priority"], told["kind"]) == ("queued", "high", "video")
    assert reply.headers["location"] == told["url"] == f"/api/jobs/{told['id']}"
    assert (await ask(web.app, "GET", told["url"])).json()["title"] == "Why ice floats"
    assert web.queue.find(told["id"]).title == "Why ice floats"


async def test_a_text_is_sent_inline_and_travels_with_the_job(web: WebHome) -> None:
    reply = await post(web.app, "/api/video", {"source": {**STORY, "name": "ice.md"}})
    assert reply.status == 202, reply.body
    assert reply.json()["title"] == "ice.md"
    assert "/" not in str(reply.json()["notices"])


@pytest.mark.parametrize("offer", OFFERS, ids=lambda one: one.kind)
async def test_no_operation_lets_a_client_name_a_file(web: WebHome, offer: Any, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("# Secret\n\nNobody may read this.\n")
    before = web.kept()
    for name, one in offer.fields.items():
        if "Path" in str(one.type):
            assert one.file is not None, name
        if one.file is None:
            continue
        for path in (str(secret), f"file://{secret}", "../../etc/passwd", "/etc/passwd", "~/.ssh/id_rsa", "-", "."):
            told = problem(await post(web.app, offer.path, {name: path}), 422)
            assert told["errors"][0]["pointer"] == f"/{name}"
    assert web.kept() == before


@pytest.mark.parametrize(
    "name",
    [
        *("../a.md", "/etc/passwd", "a/b.md", "..", ".", "", "a\\b.md", "C:a.md", "a\x00.md", "a\n.md", "n" * 101),
        *(" ", 7, ".hidden/../x", "...", "a.md/", "\u202egnp.md"),
    ],
)
async def test_a_name_that_is_sent_is_no_path(web: WebHome, name: Any) -> None:
    before = web.kept()
    told = problem(await post(web.app, "/api/video", {"source": {**STORY, "name": name}}), 422)
    assert told["errors"][0]["pointer"] == "/source/name"
    assert web.kept() == before


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"topic": "Bees", "colour": "red"}, "/colour"),
        ({"topic": "Bees", "duration": 45}, "/duration"),
        ({"topic": "Bees", "publish": ["youtube"]}, "/publish"),
        ({"topic": "Bees", "out": "/tmp/x"}, "/out"),
        ({"topic": "Bees", "plan": True}, "/plan"),
        ({"source": {"text": " "}}, "/source/text"),
        ({"source": {"text": 5}}, "/source/text"),
        ({"source": {"path": "/etc/passwd"}}, "/source/path"),
        ({"source": 5}, "/source"),
        ({"topic": "Bees", "priority": 5}, "/priority"),
        ({"topic": "Bees", "at": ["18:00"]}, "/at"),
    ],
)
async def test_what_is_wrong_is_pointed_at(web: WebHome, body: dict[str, Any], pointer: str) -> None:
    before = web.kept()
    told = problem(await post(web.app, "/api/video", body), 422)
    assert told["errors"][0]["pointer"] == pointer
    assert web.kept() == before


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"topic": ""},
        {"topic": 5},
        {"topic": "Bees", "source": STORY},
        {"topic": "Bees", "platforms": ["nowhere"]},
        {"topic": "Bees", "platforms": "shorts\x00"},
        {"topic": "Bees", "duration_s": 1e9},
        {"topic": "Bees", "duration_s": "long"},
        {"topic": "Bees", "duration_s": True},
        {"topic": "Bees", "duration_s": 2**63},
        {"topic": "Bees", "take": -1},
        {"topic": "Bees", "take": 2**63},
        {"topic": "Bees", "max_cost_usd": "-1"},
        {"topic": "Bees", "max_cost_usd": "NaN"},
        {"topic": "Bees", "priority": "now"},
        {"topic": "Bees", "at": "yesterday"},
        {"topic": "Bees", "at": "2001-01-01T00:00"},
        {"topic": "Bees", "redo": ["no_such_step"]},
        {"topic": "Bees", "theme": "no-such-theme"},
        {"source": "http://user:secret@example.org/page"},
    ],
    ids=str,
)
async def test_what_makes_no_request_is_refused(web: WebHome, body: dict[str, Any]) -> None:
    before = web.kept()
    told = problem(await post(web.app, "/api/video", body), 422)
    assert "secret" not in str(told)
    assert web.kept() == before


async def test_a_flag_is_told_by_the_name_that_it_has_here(web: WebHome) -> None:
    told = problem(await post(web.app, "/api/video", {"topic": "Bees", "duration": 45}), 422)
    assert told["hint"] == "Did you mean duration_s?"


def test_what_publishes_or_removes_at_once_is_not_offered() -> None:
    kinds = {offer.kind for offer in OFFERS}
    assert kinds.isdisjoint({"posts publish", "posts delete", "posts forget", "archive publish"})
    assert all("publish" not in offer.fields for offer in OFFERS)
    assert {"video", "clips", "posts write", "ads check", "archive search"} <= kinds


# ------------------------------------------------------------------------------------------------- Idempotency-Key


async def test_the_same_request_under_one_key_is_one_job(web: WebHome) -> None:
    body = {"topic": "Why ice floats", "platforms": ["shorts"]}
    first = await post(web.app, "/api/video", body, key="same")
    again = await post(web.app, "/api/video", dict(reversed(body.items())), key="same")
    assert (first.status, again.status) == (202, 200)
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["key"] == "same"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"topic": "Bees"}, {"topic": "Ants"}),
        ({"topic": "Bees"}, {"topic": "Bees", "priority": "high"}),
        ({"source": STORY}, {"source": {"text": "# Other\n\nAnother text of the same name.\n"}}),
        ({"source": {**STORY, "name": "a.md"}}, {"source": {**STORY, "name": "b.md"}}),
    ],
    ids=["topic", "priority", "text", "name"],
)
async def test_another_request_under_the_same_key_is_refused(
    web: WebHome, first: dict[str, Any], second: dict[str, Any]
) -> None:
    key = f"other {first} {second}"[: MAX_KEY - 5]
    kept = await post(web.app, "/api/video", first, key=key)
    jobs = {name for name in web.kept() if name.startswith("job ")}
    problem(await post(web.app, "/api/video", second, key=key), 422)
    problem(await post(web.app, "/api/ads/specs", {}, key=key), 422)
    assert (await post(web.app, "/api/video", first, key=key)).json()["id"] == kept.json()["id"]
    assert {name for name in web.kept() if name.startswith("job ")} == jobs


async def test_fifty_at_once_under_one_key_are_one_job(web: WebHome) -> None:
    asked = [post(web.app, "/api/ads/specs", {}, key="fifty") for _ in range(50)]
    replies: list[Reply] = await asyncio.gather(*asked)
    assert sorted(reply.status for reply in replies) == [200] * 49 + [202]
    assert len({reply.json()["id"] for reply in replies}) == 1


@pytest.mark.parametrize("key", ["k" * (MAX_KEY - 4), "k" * 1000, "a\x00b", "a\x7fb", "a\x85b"])
async def test_a_key_has_bounds(web: WebHome, key: str) -> None:
    before = web.kept()
    problem(await post(web.app, "/api/ads/specs", {}, key=key), 400)
    assert web.kept() == before
