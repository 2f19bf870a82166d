"""An embedded engine as the parent process sees it: its work is done in one child, which keeps what it loaded.

The child imports the engine's module as well, and needs no event loop, which takes longer to import than most modules
of engines: what awaits is imported where it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from pathlib import Path


class ChildEngine:
    """An engine whose work is done by the functions of a module in a child process.

    Args:
        home: `AUTOMAGIC_HOME`, where the models are.
        threads: How many calls are worked on at once.

    Attributes:
        module: The module's name.
    """

    module: ClassVar[str]

    def __init__(self, home: Path, *, threads: int) -> None:
        from automagic.machine.processes import PythonChild

        self._home = home
        self._child = PythonChild(self.module, threads=threads)

    async def close(self) -> None:
        """End the child process; safe to call twice."""
        await self._child.close()

    async def rest(self) -> None:
        """Free the memory of what is loaded, when nothing is under way; it is loaded again when it is needed."""
        await self._child.rest()
