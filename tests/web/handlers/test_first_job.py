"""A home that is new, and clients that want more than their share."""

from __future__ import annotations

from pathlib import Path

import pytest

from automagic.jobs.document import without_places
from automagic.settings import Settings
from automagic.web.access.callers import KeyRing
from automagic.web.access.guard import AccessRules
from automagic.web.access.tokens import find_token
from automagic.web.app import make_app
from automagic.web.handlers import jobs
from automagic.web.hub import Hub
from tests.support.homes.web_app import WebHome
from tests.support.web.asgi import ask, post, problem


async def test_the_first_job_of_a_new_home_is_seen_at_once(tmp_path: Path) -> None:
    app = make_app(Settings(automagic_home=tmp_path / "home"))
    assert (await ask(app, "GET", "/api/jobs")).json()["jobs"] == []
    queued = await post(app, "/api/video", {"topic": "x"})
    assert queued.status == 202
    assert (await ask(app, "GET", queued.headers["location"])).status == 200


@pytest.mark.parametrize(
    "target", ["/", "/runs", "/approvals", "/performance", "/none", "/runs/none", "/api/approvals"]
)
async def test_a_home_that_is_not_there_yet_has_pages(tmp_path: Path, target: str) -> None:
    app = make_app(Settings(automagic_home=tmp_path / "new" / "home"))
    reply = await ask(app, "GET", target, headers={"accept": "text/html"})
    assert reply.status == (404 if "none" in target else 200)


async def test_a_client_of_others_has_six_streams(web: WebHome, monkeypatch) -> None:
    home = web.settings.home
    app = make_app(web.settings, AccessRules(find_token(home), home=home))
    headers = {"authorization": f"Bearer {KeyRing(home).add('six', ('read',))}"}
    asked: list[str] = []

    def readers_of(_hub: Hub, client: str) -> int:
        asked.append(client)
        return jobs.MAX_STREAMS_EACH

    monkeypatch.setattr(Hub, "readers_of", readers_of)
    reply = await ask(app, "GET", "/api/events", headers=headers)
    problem(reply, 429)
    assert reply.headers["retry-after"] == "5"
    assert asked == ["key six 127.0.0.1"]


async def test_streams_are_counted_by_client(web: WebHome) -> None:
    from automagic.web.reading import Reader

    hub = Hub(Reader(web.place))
    streams = [hub.follow("", client=who) for who in ("a", "a", "b")]
    for stream in streams:
        await anext(stream)
    assert (hub.readers_of("a"), hub.readers_of("b"), hub.readers_of("c")) == (2, 1, 0)
    for stream in streams:
        await stream.aclose()  # type: ignore[attr-defined]
    assert (hub.readers_of("a"), hub.readers) == (0, 0)
    await hub.end()


def test_no_place_of_a_workers_machine_is_told() -> None:
    assert without_places("/home/ada/talks/a.mp4 is none; see https://x.example/a/b") == (
        "…/a.mp4 is none; see https://x.example/a/b"
    )
    assert without_places("it is in '/var/lib/am/work/1/x' and ~/films/b.mov.") == "it is in '…/x' and …/b.mov."
    assert without_places("and/or 1/2, GET /api/jobs/x says") == "and/or 1/2, GET /api/jobs/x says"
