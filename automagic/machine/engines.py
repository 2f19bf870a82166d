"""Engines that not every machine can have, since they are not published for it; and what is done without them.

A result says so where it was made without one, and so do `automagic --test config` and `automagic --status`.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

EngineName = Literal["pocketsphinx", "c2pa", "opentimelineio"]


@dataclass(frozen=True, slots=True)
class OptionalEngine:
    """One of them.

    Attributes:
        package: Its distribution.
        without: What is done instead, in one sentence.
    """

    package: str
    without: str


ENGINES: dict[EngineName, OptionalEngine] = {
    "pocketsphinx": OptionalEngine(
        "pocketsphinx",
        "Words were timed without pocketsphinx, which is not installed here: some may be shown 0.1 s early or late.",
    ),
    "c2pa": OptionalEngine(
        "c2pa-python", "There are no content credentials in the file, since c2pa-python is not installed here."
    ),
    "opentimelineio": OptionalEngine(
        "opentimelineio",
        "There is no timeline.otio, since OpenTimelineIO is not installed here; timeline.fcpxml holds the same.",
    ),
}
"""By the module that is imported."""

OPTIONAL: tuple[EngineName, ...] = ("opentimelineio",)
"""Those that a default set-up does not bring."""


@cache
def is_usable(name: EngineName) -> bool:
    """Whether an engine is installed and loads; takes 5-60 ms the first time."""
    try:
        importlib.import_module(name)
    except (ImportError, OSError):  # its own library may be missing, or of another system
        return False
    return True


def is_installed(name: EngineName) -> bool:
    """Whether an engine is there, without loading it."""
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):  # somebody keeps it from being imported
        return False


def find_lacking(names: Iterable[EngineName] = ENGINES) -> list[EngineName]:
    """Those that are not usable."""
    return [name for name in names if not is_usable(name)]


@cache
def version_of(package: str) -> str:
    """A distribution's version; "none" when it is not installed, or does not load. For the keys of steps."""
    from importlib.metadata import PackageNotFoundError, version

    if any(engine.package == package and not is_usable(name) for name, engine in ENGINES.items()):
        return "none"
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
