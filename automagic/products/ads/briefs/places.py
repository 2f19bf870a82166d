"""Where a brief is: a file, or a page."""

from __future__ import annotations

ROOM = "brief"
"""The folder among the files of a job in which a brief and its pictures lie."""


def is_page(source: str) -> bool:
    """Whether it is the address of a page, and no file."""
    return "://" in source
