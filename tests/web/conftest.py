"""What the tests of the web need."""

from __future__ import annotations

import pytest

from tests.support.homes.web_app import WebHome, open_web


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> WebHome:
    """A home with the application over it, for all tests of a module."""
    return open_web(tmp_path_factory.mktemp("web") / "home")
