"""Siblings that fail together, as the one failure that the person should read."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from automagic.errors import AutomagicError


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Raise the first failure of a group that explains itself, instead of the group."""
    try:
        yield
    except BaseExceptionGroup as group:
        found = list(_flatten(group))
        found.sort(key=lambda error: not isinstance(error, AutomagicError))
        raise found[0] from group


def _flatten(group: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    flat: list[BaseException] = []
    for error in group.exceptions:
        flat.extend(_flatten(error) if isinstance(error, BaseExceptionGroup) else [error])
    return flat
