"""A line of a transcript: words that are said between two times, some with times of their own."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

USUAL_S = 0.25


class TranscriptError(Exception):
    """What is wrong with a transcript, and where; `read_transcript` names the file."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One display word; its times are NaN until they are known."""

    text: str
    start_s: float = math.nan
    end_s: float = math.nan
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What is said from one time to another."""

    start_s: float
    end_s: float
    pieces: tuple[Piece, ...]

    @property
    def is_stated(self) -> bool:
        """Whether most of its words have times of their own."""
        return sum(not math.isnan(piece.start_s) for piece in self.pieces) * 2 > len(self.pieces)

    def spread(self, end_s: float) -> list[Piece]:
        """The pieces with times: their own where they are stated, in order, and inside the line up to `end_s`.

        Words without times share the time between their neighbours by their length; a short word is not as short as
        its letters.
        """
        end_s = max(end_s, self.start_s)
        placed: list[Piece] = []
        at = 0
        latest_s = self.start_s
        while at < len(self.pieces):
            piece = self.pieces[at]
            if not math.isnan(piece.start_s):
                start_s = max(piece.start_s, latest_s)
                following_s = self.pieces[at + 1].start_s if at + 1 < len(self.pieces) else end_s
                own_end_s = min(
                    (time_s for time_s in (piece.end_s, following_s) if time_s >= piece.start_s),
                    default=start_s + USUAL_S,
                )
                latest_s = max(start_s, own_end_s)
                placed.append(replace(piece, start_s=start_s, end_s=latest_s))
                at += 1
                continue
            behind = at
            while behind < len(self.pieces) and math.isnan(self.pieces[behind].start_s):
                behind += 1
            until_s = self.pieces[behind].start_s if behind < len(self.pieces) else end_s
            placed += _share(self.pieces[at:behind], latest_s, max(latest_s, until_s))
            latest_s = placed[-1].end_s
            at = behind
        return placed


def _share(pieces: tuple[Piece, ...], start_s: float, end_s: float) -> list[Piece]:
    weights = [len(piece.text) + 1.5 for piece in pieces]
    scale = (end_s - start_s) / sum(weights)
    shared: list[Piece] = []
    for piece, weight in zip(pieces, weights, strict=True):
        shared.append(replace(piece, start_s=start_s, end_s=start_s + weight * scale))
        start_s += weight * scale
    return shared
