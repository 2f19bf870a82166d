"""What every result of the archive has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automagic.values.product import Result


class ArchiveResult(Result):
    """A result whose facts say all: they are printed, and a job keeps them."""

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def facts(self) -> dict[str, Any]:
            """Plain data, for a document."""

    @property
    def kept(self) -> dict[str, Any]:
        """What a job keeps of it: everything."""
        return {**self.facts, **super().kept}
