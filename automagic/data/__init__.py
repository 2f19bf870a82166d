"""What AutoMagic ships beside its code: themes, platforms, prices, the list of models, word lists, samples."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


def shipped(name: str) -> Path:
    """Where a shipped file or folder is: `shipped("themes/gazette/theme.toml")`.

    The package is always installed as files, since ffmpeg, ONNX Runtime and others open them by name.
    """
    return _FOLDER / name


@cache
def words(name: str) -> dict[str, Any]:
    """The word lists of `words/<name>.toml`; not to be changed by who reads them.

    They count as code: called with a name that stands there, a step's fingerprint takes in what the file says.
    """
    return tomllib.loads((_FOLDER / "words" / f"{name}.toml").read_text("utf-8"))
