"""What runs in the children of tasks: a function of any module, with plain values: of `machine.processes`."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any


def carry_out(module: str, name: str, args: Sequence[Any]) -> list[Any]:
    """Call it: ["done", result], or ["failed", name of the exception, its text]."""
    try:
        return ["done", getattr(importlib.import_module(module), name)(*args)]
    except Exception as error:
        return ["failed", type(error).__name__, str(error)]
