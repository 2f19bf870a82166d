"""What AutoMagic ships beside its code: themes, platforms, prices, the list of models, samples."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent


def shipped(name: str) -> Path:
    """Where a shipped file or folder is: `shipped("themes/gazette/theme.toml")`.

    The package is always installed as files, since ffmpeg, ONNX Runtime and others open them by name.
    """
    return _FOLDER / name
