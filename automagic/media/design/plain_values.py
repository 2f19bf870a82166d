"""Plain values: what a template may see of a card, and what may cross to another process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any


def plain(value: object) -> Any:
    """A value as templates see it: a dataclass becomes a table of its fields and its public properties.

    Raises:
        TypeError: It is neither text, number, sequence, table nor dataclass.
    """
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [plain(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value)]
        names += [name for name, member in vars(type(value)).items() if isinstance(member, property)]
        return {name: plain(getattr(value, name)) for name in names if not name.startswith("_")}
    raise TypeError(f"a {type(value).__name__} is not a plain value")
