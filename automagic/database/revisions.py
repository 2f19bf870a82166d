"""Which forms of the database this version knows: those of its migrations. Another one was written by a newer version.

An older version that went on with such a database would lose what the newer one wrote, so it touches nothing.
"""

from __future__ import annotations

from pathlib import Path

from automagic.errors import ConfigurationError

_VERSIONS = Path(__file__).parent / "migrations" / "versions"


class NewerVersion(ConfigurationError):
    """A home, a database or a backup that a newer AutoMagic wrote."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} was written by a newer version of AutoMagic",
            hint="Update AutoMagic, or use another AUTOMAGIC_HOME. Nothing was changed.",
        )


def is_known(revision: str | None) -> bool:
    """Whether this version can read, or bring up to date, a database of that revision; None is one without tables."""
    return revision is None or revision in {path.name.partition("_")[0] for path in _VERSIONS.glob("[0-9]*_*.py")}
