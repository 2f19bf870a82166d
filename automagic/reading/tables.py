"""TOML files of tables that a person may add to: everything that is wrong in one is told at once, with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from automagic.errors import ConfigurationError
from automagic.reading.faults import MalformedText
from automagic.reading.named_files import read_named
from automagic.reading.toml import parse_toml

MAX_BYTES = 1_000_000

Fault = tuple[str | tuple[str, ...], str, str]
"""Of a table, one of its entries ("" for the table itself), and what is wrong with it.

A table inside another is named with those around it: ("names", "Siobhan").
"""


def read_tables(
    path: Path, find_faults: Callable[[Mapping[str, Any]], Iterable[Fault]], *, what: str, hint: str
) -> dict[str, dict[str, Any]]:
    """The tables of a file.

    Args:
        what: Such as "a file of rules", for people.
        hint: What to compare it with.

    Raises:
        ConfigurationError: Naming everything that is wrong, with its line.
    """
    data = read_named(path, MAX_BYTES, what=what, called=str(path), error=ConfigurationError)
    try:
        tables = parse_toml(data, name=str(path))
    except MalformedText as error:
        faults = [error.fault]
    else:
        lines = data.decode("utf-8-sig").splitlines()
        found = sorted((_line_of(lines, table, entry), fault) for table, entry, fault in find_faults(tables))
        faults = [f"line {line}: {fault}" for line, fault in found]
    if faults:
        subject = "it is wrong" if len(faults) == 1 else f"{len(faults)} things are wrong"
        raise ConfigurationError(f"{path}: {subject}: " + "; ".join(faults), hint=hint)
    return tables


def _line_of(lines: list[str], table: str | tuple[str, ...], entry: str) -> int:
    """The line, from 1, of an entry of a table; of the table itself when it cannot be found."""
    parts = (table,) if isinstance(table, str) else table
    name = r"\.\s*".join(rf"[\"']?{re.escape(part)}[\"']?\s*" for part in parts)
    inside, headed, here = False, False, 1
    for number, line in enumerate(lines, start=1):
        if re.match(rf"\s*\[\s*{name}[\].]", line) or (not headed and re.match(rf"\s*{name}[.=]", line)):
            inside, here = True, number
        elif line.lstrip().startswith("["):
            inside = False
        elif inside and entry and re.match(rf"\s*[\"']?{re.escape(entry)}[\"']?\s*=", line):
            return number
        headed = headed or line.lstrip().startswith("[")
    return here
