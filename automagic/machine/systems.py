"""The systems that AutoMagic runs on. Elsewhere it says so before anything else is imported."""

from __future__ import annotations

import sys

from automagic.errors import ConfigurationError


def check_system() -> None:
    """Go on only where it can work.

    Raises:
        ConfigurationError: This is Windows, where file locks, signals and process groups are others.
    """
    if sys.platform == "win32":
        raise ConfigurationError(
            "AutoMagic does not run on Windows itself, only on Linux and macOS.",
            hint="Use WSL, the Windows Subsystem for Linux: run `wsl --install`, then install AutoMagic in it.",
        )
