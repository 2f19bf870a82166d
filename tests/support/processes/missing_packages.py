"""Machines on which some packages are not installed, made of this one: their modules cannot be imported."""

from __future__ import annotations

import os
from pathlib import Path

_CUSTOMIZE = """import sys


class Unimportable:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {names!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


sys.meta_path.insert(0, Unimportable())
"""


def without(folder: Path, *names: str) -> dict[str, str]:
    """The environment of a Python whose children, too, cannot import these top-level modules.

    Args:
        folder: An empty one, which must stay as long as it is used.
    """
    (folder / "sitecustomize.py").write_text(_CUSTOMIZE.format(names=names))
    return {**os.environ, "PYTHONPATH": str(folder)}
