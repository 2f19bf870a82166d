"""Named keys: shown once, kept as a hash, with scopes and an end; and each route asks for its scope."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import time_machine

from automagic.errors import ConfigurationError, RequestError
from automagic.web.access.callers import FILE, KeyRing
from automagic.web.access.guard import AccessRules
from automagic.web.access.sessions import COOKIE, make_session
from automagic.web.access.tokens import find_token
from automagic.web.app import make_app
from tests.support.homes.web_app import WebHome
from tests.support.web.asgi import ask, post, problem


def test_a_key_is_known_by_its_hash_alone(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path)
    given = ring.add("newsroom", ("read", "make"))
    assert given not in (tmp_path / FILE).read_text()
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    found = KeyRing(tmp_path).find(given)
    assert found is not None
    assert (found.name, found.scopes, found.local) == ("key newsroom", {"read", "make"}, False)
    for wrong in ("", "am_", given[:-1], given + "x", given.removeprefix("am_")):
        assert ring.find(wrong) is None


def test_a_key_ends_by_time_and_by_its_owner(tmp_path: Path) -> None:
    with time_machine.travel("2026-12-01T12:00:00Z", tick=False) as clock:
        ring, other = KeyRing(tmp_path), KeyRing(tmp_path)
        brief, lasting = ring.add("brief", ("read",), days=1), ring.add("lasting", ("read",))
        assert other.find(brief)
        clock.shift(86_401)
        assert other.find(brief) is None
        assert other.find(lasting)
        ring.remove("lasting")
        assert other.find(lasting) is None


def test_what_cannot_be_is_said(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path)
    ring.add("a", ("read",))
    for name in ("a", "", " a", "x" * 61, "new\nline"):
        with pytest.raises(RequestError):
            ring.add(name, ("read",))
    with pytest.raises(RequestError, match="there is no key 'b'"):
        ring.remove("b")
    (tmp_path / FILE).write_text("[{")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        ring.all()
    assert ring.find("am_x") is None


@pytest.mark.parametrize(
    ("method", "target", "scope"),
    [
        ("GET", "/api/jobs", "read"),
        ("GET", "/runs", "read"),
        ("GET", "/metrics", "read"),
        ("POST", "/api/batch", "make"),
        ("POST", "/api/jobs/none/cancel", "make"),
        ("POST", "/api/uploads", "make"),
        ("POST", "/make", "make"),
        ("GET", "/api/config", "admin"),
        ("PATCH", "/api/config", "admin"),
        ("GET", "/settings", "admin"),
    ],
)
async def test_a_route_asks_for_its_scope(web: WebHome, method: str, target: str, scope: str) -> None:
    home = web.settings.home
    app = make_app(web.settings, AccessRules(find_token(home), home=home))
    ring = KeyRing(home)
    for name in ("read", "make", "publish", "admin"):
        given = ring.add(f"{name} {method} {target}"[:60], (name,))
        reply = await ask(app, method, target, headers={"authorization": f"Bearer {given}"})
        assert (reply.status == 403) == (name != scope), (name, reply.status)


async def test_who_is_not_known_is_refused_or_shown_the_way_in(web: WebHome) -> None:
    home = web.settings.home
    app = make_app(web.settings, AccessRules(find_token(home), home=home))
    for headers in ({}, {"authorization": "Bearer am_x"}, {"authorization": "Basic x"}, {"cookie": f"{COOKIE}=1.2.3"}):
        problem(await ask(app, "GET", "/api/jobs", headers=headers), 401)
    shown = await ask(app, "GET", "/runs", headers={"accept": "text/html"})
    assert (shown.status, shown.headers["location"]) == (303, "/enter")
    assert (await ask(app, "GET", "/enter", headers={"accept": "text/html"})).status == 200
    cookie = {"cookie": f"{COOKIE}={make_session(home)}"}
    assert (await ask(app, "GET", "/runs", headers=cookie)).status == 200


async def test_a_full_queue_takes_no_more(web: WebHome, monkeypatch: pytest.MonkeyPatch) -> None:
    async def depth(_self: object) -> int:
        return web.settings.max_queued_jobs

    monkeypatch.setattr("automagic.web.reading.Reader.depth", depth)
    reply = await post(web.app, "/api/video", {"topic": "x"})
    problem(reply, 503)
    assert int(reply.headers["retry-after"]) > 0


def test_the_command_makes_shows_and_ends_keys(automagic) -> None:
    made = json.loads(automagic("keys", "add", "newsroom", "--scope", "read", "--scope", "publish", "--json")[0])
    assert made["scopes"] == ["read", "publish"]
    listed, _ = automagic("keys", "list")
    assert "newsroom" in listed
    assert made["key"] not in listed
    automagic("keys", "add", "x", "--scope", "all", code=2)
    automagic("keys", "remove", "newsroom")
    automagic("keys", "remove", "newsroom", code=2)
