"""A line of a transcript: words that are said between two times, some with times of their own."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

USUAL_S = 0.25
PACE_S = 0.4
"""How long a word is said when nothing says it."""
_SHOWN, _ALL = 5, 60
_QUOTED = 40


class TranscriptError(Exception):
    """What is wrong with a transcript, and where; `read_transcript` names the file.

    Attributes:
        hint: What to try, where there is more to say than "another transcript".
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class TranscriptWord:
    """One display word; its times are NaN until they are known.

    Attributes:
        confidence: 0..1, how sure a recogniser was; NaN when nobody says it.
    """

    text: str
    start_s: float = math.nan
    end_s: float = math.nan
    speaker: str = ""
    confidence: float = math.nan


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """What is said from one time to another.

    Attributes:
        start_s, end_s: NaN where they are not known; `settle` finds them between the neighbours.
    """

    start_s: float
    end_s: float
    pieces: tuple[TranscriptWord, ...]

    @property
    def is_stated(self) -> bool:
        """Whether most of its words have times of their own."""
        return sum(not math.isnan(piece.start_s) for piece in self.pieces) * 2 > len(self.pieces)

    @property
    def usual_s(self) -> float:
        """How long its words are said at an easy pace."""
        return max(PACE_S * len(self.pieces), PACE_S)

    def spread(self, end_s: float) -> list[TranscriptWord]:
        """The pieces with times: their own where they are stated, in order, and inside the line up to `end_s`.

        Words without times share the time between their neighbours by their length; a short word is not as short as
        its letters.
        """
        end_s = max(end_s, self.start_s)
        placed: list[TranscriptWord] = []
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


def _share(pieces: tuple[TranscriptWord, ...], start_s: float, end_s: float) -> list[TranscriptWord]:
    weights = [len(piece.text) + 1.5 for piece in pieces]
    scale = (end_s - start_s) / sum(weights)
    shared: list[TranscriptWord] = []
    for piece, weight in zip(pieces, weights, strict=True):
        shared.append(replace(piece, start_s=start_s, end_s=start_s + weight * scale))
        start_s += weight * scale
    return shared


@dataclass(slots=True)
class Findings:
    """What was mended or left out while a transcript was read, for people: one sentence for each kind, with its lines.

    Attributes:
        mended: Sentence with "{}" for the places ("the times in {} run backwards") → the places.
        lost: The same of what was left out; of these every place is named.
    """

    mended: dict[str, list[str]] = field(default_factory=dict)
    lost: dict[str, list[str]] = field(default_factory=dict)

    def mend(self, kind: str, place: int | str) -> None:
        """Remember a place of something that was put right: a line of the file (from 1), or a key of its JSON."""
        self.mended.setdefault(kind, []).append(_name_place(place))

    def lose(self, kind: str, place: int | str, quote: str = "") -> None:
        """Remember a place of something that is not among the words."""
        self.lost.setdefault(kind, []).append(_name_place(place, quote))

    def told(self) -> tuple[str, ...]:
        """The sentences, without the file's name and a full stop."""
        return (
            *(kind.format(list_some(places)) for kind, places in self.mended.items()),
            *(kind.format(list_some(places, _ALL)) for kind, places in self.lost.items()),
        )


def _name_place(place: int | str, quote: str = "") -> str:
    name = f"line {place}" if isinstance(place, int) else place
    quote = " ".join(quote.split())
    return f"{name} (“{quote if len(quote) <= _QUOTED else quote[: _QUOTED - 1] + '…'}”)" if quote else name


def list_some(places: Iterable[str], most: int = _SHOWN) -> str:
    """ "a, b and c", or "a, b, c, d, e and 7 more"."""
    names = list(dict.fromkeys(places))
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
