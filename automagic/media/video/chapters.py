"""Chapters of a finished video."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chapter:
    """A named stretch of the finished video; chapters follow each other without gaps."""

    start_s: float
    end_s: float
    title: str


def close_chapters(starts: list[tuple[float, str]], end_s: float) -> tuple[Chapter, ...]:
    """Chapters from (start in seconds, title): each ends where the next begins, the last at `end_s`."""
    ends = [start_s for start_s, _ in starts[1:]] + [end_s]
    return tuple(Chapter(start_s, until_s, title) for (start_s, title), until_s in zip(starts, ends, strict=False))
