"""What pages load: by the hash of its content, and the vendored libraries as npm has them."""

from __future__ import annotations

import gzip
import hashlib
import re
import tomllib

import pytest

from automagic.data import shipped
from automagic.web.pages.assets import address_of, find_assets
from tests.support.homes.web_app import WebHome
from tests.support.web.asgi import ask

VENDOR = shipped("web/vendor")
LIBRARIES = tomllib.loads((VENDOR / "vendor.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_vendored_library_is_what_is_told_of_it(name: str) -> None:
    library = LIBRARIES[name]
    assert library["integrity"].startswith("sha512-")
    assert any(file.endswith("LICENSE") for file in library["files"])
    for file, facts in library["files"].items():
        assert hashlib.sha256((VENDOR / file).read_bytes()).hexdigest() == facts["sha256"]


def test_nothing_lies_there_that_nobody_told_of() -> None:
    told = {file for library in LIBRARIES.values() for file in library["files"]}
    assert {file.name for file in VENDOR.iterdir()} == {*told, "vendor.toml"}


def test_every_asset_that_a_template_names_is_there() -> None:
    named: set[str] = set()
    for file in shipped("web/templates").iterdir():
        named |= set(re.findall(r"asset\('([^']+)'\)", file.read_text("utf-8")))
    assert named
    assert named <= set(find_assets())


async def test_an_asset_may_be_kept_for_ever_and_comes_packed(web: WebHome) -> None:
    plain = await ask(web.app, "GET", address_of("studio.css"))
    packed = await ask(web.app, "GET", address_of("studio.css"), headers={"accept-encoding": "gzip, br"})
    assert plain.status == packed.status == 200
    assert "immutable" in plain.headers["cache-control"]
    assert plain.headers["content-type"] == "text/css; charset=utf-8"
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body


@pytest.mark.parametrize(
    "target", ["/static/0000000000000000/studio.css", "/static/x/../studio.css", "/static/x/%2e%2e"]
)
async def test_another_address_has_nothing(web: WebHome, target: str) -> None:
    assert (await ask(web.app, "GET", target)).status == 404
