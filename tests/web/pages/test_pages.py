"""Every page answers by itself, with the policy that lets nothing else run."""

from __future__ import annotations

import pytest

from automagic.web.pages.table import list_pages
from automagic.web.pages.templates import POLICY
from tests.support.homes.web_app import WebHome
from tests.support.web.asgi import ask

PLAIN = [one.path for one in list_pages() if one.method == "GET" and "{" not in one.path]


@pytest.mark.parametrize("path", PLAIN)
async def test_a_page_works_from_its_address(web: WebHome, path: str) -> None:
    reply = await ask(web.app, "GET", path, headers={"accept": "text/html"})
    assert reply.status == 200
    assert reply.headers["content-security-policy"] == POLICY
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["referrer-policy"] == "same-origin"  # or a browser's forms would come with Origin: null
    assert reply.body.startswith(b"<!doctype html>")
    assert b"</html>" in reply.body


@pytest.mark.parametrize("path", ["/runs/nothing", "/runs/..", "/runs?state=odd", "/runs?count=0", "/runs/x%00y"])
async def test_what_is_not_there_is_a_page_too(web: WebHome, path: str) -> None:
    reply = await ask(web.app, "GET", path)
    assert reply.status in (400, 404)
    assert b"<!doctype html>" in reply.body or b"problem" in reply.headers["content-type"].encode()


async def test_a_swapped_part_is_a_part(web: WebHome) -> None:
    reply = await ask(web.app, "GET", "/runs", headers={"hx-request": "true"})
    assert reply.status == 200
    assert b"<html" not in reply.body
