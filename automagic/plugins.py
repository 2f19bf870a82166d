"""Finds plug-ins: each module of one of these folders declares something that can be chosen by name.

    automagic/providers/pexels_clips.py        PROVIDER = Provider("pexels-clips", …)
    automagic/providers/openai/__init__.py     PROVIDER = Provider("openai", …)

Nothing lists them. A file or folder that is put there is found, and its settings are read and written into
`.env.example`. So a declaration must be quick to import: what it opens is imported when it is opened.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from automagic.errors import ConfigurationError

if TYPE_CHECKING:
    from automagic.reading.setting import Setting

FOLDERS = {
    "providers": "PROVIDER",
    "providers.local": "PROVIDER",
    "destinations": "DESTINATION",
    "sources.posts.accounts": "READER",
    "sources.stations": "STATION",
}
"""Where they are → the name under which a module declares itself."""

NOT_CHOSEN = frozenset({"shared", "local"})
"""What several have in common, and the folder of the embedded engines, which is one of its own."""


class Declaration(Protocol):
    """What every plug-in declares.

    Attributes:
        name: By which a person chooses it: the module's, with "-" for "_".
        settings: What it reads of the settings, in the order of `.env.example`.
        place: Where it stands in lists, smallest first; of one place by name.
    """

    @property
    def name(self) -> str: ...

    @property
    def settings(self) -> tuple[Setting[Any], ...]: ...

    @property
    def place(self) -> int: ...


def module_names(folder: str) -> tuple[str, ...]:
    """The modules of one of `FOLDERS` that declare somebody, by name; none is imported."""
    where = Path(__file__).parent.joinpath(*folder.split("."))
    return tuple(sorted(found.name for found in pkgutil.iter_modules([str(where)]) if found.name not in NOT_CHOSEN))


def load(folder: str, module: str) -> Declaration:
    """What a module of a folder declares.

    Raises:
        ConfigurationError: It declares nothing, or somebody of another name.
    """
    attribute = FOLDERS[folder]
    found = getattr(importlib.import_module(f"automagic.{folder}.{module}"), attribute, None)
    expected = module.replace("_", "-")
    if found is None or found.name != expected:
        raise ConfigurationError(
            f"automagic/{folder.replace('.', '/')}/{module} declares no {attribute} of the name {expected!r}",
            hint="Every file and folder there must declare something to choose; shared code belongs in shared/.",
        )
    return cast("Declaration", found)


@cache
def declared(folder: str) -> tuple[Declaration, ...]:
    """Everybody in one of `FOLDERS`, in order."""
    found = (load(folder, module) for module in module_names(folder))
    return tuple(sorted(found, key=lambda one: (one.place, one.name)))


def declared_settings() -> Iterator[Setting[Any]]:
    """The settings of everybody, each once."""
    known: set[str] = set()
    for folder in FOLDERS:
        for one in declared(folder):
            for setting in one.settings:
                if setting.name not in known:
                    known.add(setting.name)
                    yield setting
