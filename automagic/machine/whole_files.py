"""Files that a person names for what is made: written beside their place, then renamed; each is whole or not there."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from automagic.errors import RequestError


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A place beside the target, with its ending; what lies there at the end of the block becomes the target.

    Raises:
        RequestError: There is no such folder, or it cannot be written to.
    """
    partial = target.with_name(f".{target.stem}.{secrets.token_hex(4)}.partial{target.suffix}")
    try:
        yield partial
        partial.replace(target)
    except OSError as error:
        raise RequestError(
            f"{target} cannot be written: {error.strerror}", hint="Name a file in a folder that is there."
        ) from error
    finally:
        partial.unlink(missing_ok=True)


def write_whole(target: Path, data: bytes) -> None:
    """Write a file; raises as `whole_file`."""
    with whole_file(target) as partial:
        partial.write_bytes(data)
