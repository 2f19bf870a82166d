"""Modules that take seconds to import, for tests that only one of the test processes runs but each of them reads."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType


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
    return module
