"""Objects of JSON that name a key twice: the format leaves open which of the two counts, so it may be another one for
whoever looks at a document first than for who acts on it."""

from __future__ import annotations

import json
from typing import Any

from automagic.reading.faults import MalformedText


def refuse_repeated_keys(data: bytes, *, name: str) -> None:
    """Raise MalformedText for the first key that an object has twice.

    Args:
        data: A document that was read already: valid, and not deep.
        name: What errors call it.
    """

    def look(pairs: list[tuple[str, Any]]) -> None:
        keys = [key for key, _ in pairs]
        if len(set(keys)) < len(keys):
            twice = next(key for index, key in enumerate(keys) if key in keys[:index])
            raise MalformedText(name, f"it has {twice[:60]!r} twice")

    json.JSONDecoder(object_pairs_hook=look).decode(data.decode("utf-8-sig"))
