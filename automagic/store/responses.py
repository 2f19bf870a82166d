"""The folder in which answers of free services are kept, opened so that nothing in it is ever unpickled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import diskcache


def open_responses(folder: Path, **settings: Any) -> diskcache.Cache:
    """A cache of bytes by text; made when missing.

    Args:
        settings: Of diskcache, which are kept in the folder.

    Raises:
        OSError, sqlite3.Error: It is damaged, or cannot be made. Asking it may raise ValueError and EOFError as well.
    """
    import diskcache
    from diskcache.core import MODE_PICKLE

    class BytesDisk(diskcache.Disk):  # type: ignore[misc]  # diskcache has no types
        """Refuses to unpickle: a pickle written into the folder by somebody else could run code."""

        def get(self, key: Any, raw: int) -> Any:
            if not raw:
                raise ValueError("not written by us")
            return super().get(key, raw)

        def fetch(self, mode: int, filename: str | None, value: Any, read: bool) -> Any:
            if mode == MODE_PICKLE:
                raise ValueError("not written by us")
            return super().fetch(mode, filename, value, read)

    folder.mkdir(parents=True, exist_ok=True)
    return diskcache.Cache(str(folder), disk=BytesDisk, timeout=5, **settings)
