"""From a text in the box to a plan, and from the plan to a job: without a script in the browser."""

from __future__ import annotations

import pytest

from tests.support.homes.web_app import WebHome
from tests.support.web.asgi import ask
from tests.support.web.forms import send

TEXT = "# Why ice floats\n\nIce is lighter than water. That is why an ice cube floats in a glass.\n"


def jobs_of(web: WebHome) -> set[str]:
    return {job.id for job in web.queue.find_all(limit=None)}


async def test_a_plan_shows_what_it_would_become_and_queues_nothing(web: WebHome) -> None:
    before = jobs_of(web)
    reply = await send(web, "/new", {"way": "video", "what": TEXT})
    assert reply.status == 200
    page = reply.body.decode()
    assert "Ice is lighter than water." in page
    assert "<dt>Cost</dt><dd>$0</dd>" in page
    assert jobs_of(web) == before


async def test_what_was_planned_is_queued_and_seen(web: WebHome) -> None:
    reply = await send(
        web, "/make", {"way": "video", "what": TEXT, "platforms": "square", "duration_s": "30", "draft": "true"}
    )
    assert reply.status == 303
    job_id = reply.headers["location"].removeprefix("/runs/")
    job = web.queue.find(job_id)
    assert job is not None
    assert job.title == "text.md"
    page = (await ask(web.app, "GET", f"/runs/{job_id}")).body.decode()
    assert "It waits for a worker" in page
    assert 'action="/runs/' + job_id + '/cancel"' in page
    assert (await send(web, f"/runs/{job_id}/cancel", {})).status == 303
    job = web.queue.find(job_id)
    assert job is not None
    assert job.state == "cancelled"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"way": "video", "what": "  "}, "there is nothing to make it from"),
        ({"way": "clips", "what": "a text"}, "clips are made from a recording"),
        ({"way": "film", "what": "x"}, "it is not said what shall become of it"),
        ({"way": "video", "what": "x", "duration_s": "long"}, "is not a number"),
        ({"way": "video", "what": "x", "upload": "../../etc"}, "upload"),
        ({"way": "video", "what": "http://127.0.0.1/x"}, "source"),
    ],
)
async def test_what_cannot_be_made_is_said_on_the_page(web: WebHome, fields: dict[str, str], told: str) -> None:
    before = jobs_of(web)
    reply = await send(web, "/make", fields)
    assert reply.status == 422
    assert reply.headers["content-type"].startswith("text/html")
    assert told.lower() in reply.body.decode().lower()
    assert jobs_of(web) == before


async def test_a_form_of_another_page_changes_nothing(web: WebHome) -> None:
    before = jobs_of(web)
    for mark in ("", "0" * 64):
        assert (await send(web, "/make", {"way": "video", "what": TEXT}, mark=mark)).status == 403
    assert (await send(web, "/make", {"way": "video", "what": TEXT}, sec_fetch_site="cross-site")).status == 403
    assert jobs_of(web) == before


async def test_what_was_given_is_shown_as_text(web: WebHome) -> None:
    reply = await send(web, "/new", {"way": "video", "what": "<script>alert(1)</script>\n</textarea><b>x"})
    assert b"<script>alert" not in reply.body
    assert b"</textarea><b>" not in reply.body
