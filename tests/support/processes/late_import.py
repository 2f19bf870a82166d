"""Modules that take seconds to import, for tests that only one of the test processes runs but each of them reads."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType
from typing import Any

_LOOKED_AT = ("__bases__", "__class__", "__file__", "__test__")
"""What pytest and Hypothesis ask of each module that they come across."""


def import_late(name: str) -> ModuleType:
    """The module, which is carried out when something in it is first asked for."""
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.find_spec(name)
    assert spec is not None, name
    assert spec.loader is not None, name
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    module.__class__ = _Late
    return module


class _Late(importlib.util._LazyModule):  # type: ignore[name-defined,misc]  # not in the stubs
    """One that is not carried out for a mere look."""

    def __getattribute__(self, name: str) -> Any:
        if name in _LOOKED_AT:
            return object.__getattribute__(self, name)
        return super().__getattribute__(name)
