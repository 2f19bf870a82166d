"""The page that a browser comes back to after a sign-in."""

from __future__ import annotations

import base64
import hashlib

import aiohttp
import pytest

from automagic.destinations.shared import loopback_page
from automagic.destinations.shared.loopback_page import make_verifier, open_loopback_page
from automagic.errors import ConfigurationError, ResourceError


async def visit(address: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as browser, browser.get(address) as answer:
        return answer.status, await answer.text()


async def test_it_takes_what_the_browser_brings_from_the_service_alone() -> None:
    async with open_loopback_page("only-we-know", granted="You may.") as page:
        for forged in ("?code=13&state=guessed", "?code=13", "?code=13&state=%C3%BC"):
            status, text = await visit(page.address + forged)
            assert status == 400
            assert "not asked for" in text
        status, text = await visit(f"{page.address}?code=42&state=only-we-know")
        assert status == 200
        assert "You may." in text
        assert await page.wait("Acme") == {"code": "42", "state": "only-we-know"}


async def test_it_tells_who_refused_that_nothing_was_granted() -> None:
    async with open_loopback_page("s", granted="You may.") as page:
        _, text = await visit(f"{page.address}?error=access_denied&state=s")
        assert "not given permission" in text
        assert (await page.wait("Acme"))["error"] == "access_denied"


async def test_a_person_who_does_not_come_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopback_page, "SIGN_IN_S", 0.01)
    async with open_loopback_page("s", granted="") as page:
        with pytest.raises(ConfigurationError, match="nobody answered Acme's question"):
            await page.wait("Acme")


async def test_a_port_that_is_taken_is_said() -> None:
    async with open_loopback_page("s", granted="") as page:
        port = int(page.address.rstrip("/").rpartition(":")[2])
        with pytest.raises(ResourceError, match=f"port {port}"):
            async with open_loopback_page("s", granted="", port=port):
                pass


def test_a_verifier_is_known_by_its_challenge() -> None:
    verifier, challenge = make_verifier()
    assert 43 <= len(verifier) <= 128  # RFC 7636, 4.1
    assert base64.urlsafe_b64decode(challenge + "=") == hashlib.sha256(verifier.encode()).digest()
    assert make_verifier()[0] != verifier
