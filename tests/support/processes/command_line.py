"""What the fixture `automagic` of conftest.py is."""

from __future__ import annotations

from collections.abc import Callable

Command = Callable[..., tuple[str, str]]
