"""When each element of a card comes: on its word, in reading order, and never so late that the card stands empty.

words      The | canal | opened | in | 1914 | and | ...
elements   icon ▸ headline 1 ▸ headline 2        figure (waits for "1914")
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from automagic.language.text.keywords import content_words
from automagic.values.frame import Rect
from automagic.values.moving import Appearance, Element, MotionStyle
from automagic.values.words import Word

LEAD_S = 0.07
"""So much before its word an element begins to come: by the time that it is heard, it is seen."""

STAGGER_S = 0.13
"""Between two elements that come by themselves."""

PATIENCE_S = 1.0
"""No element waits longer than this behind the one before it, unless it would spoil the point; the first that is read
does not wait: a card never stands empty."""

READING_S = 0.6
"""So long before the card goes all of it stands."""

EARLY_S = 0.4
"""So long before its word one that waits may come at the end of a shot, where there is little time left."""

GROWN = -1_000_000
"""A frame long before the first: an element that stood on the card before has grown there."""

_AT_ONCE = frozenset({"icon", "rule", "kicker", "mark", "brand", "logo", "card", "place", "rail", "total"})
"""What says nothing that is spoken."""


_NOTHING: Mapping[str, Element] = MappingProxyType({})

_LONG = 4
"""Letters from which a word is found inside another: "canal" in "canals"."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What is said while a card is shown.

    Attributes:
        words: Times in seconds from the shot's first frame.
        frames: The shot's length.
    """

    words: tuple[Word, ...]
    frames: int
    fps: int
    language: str

    def first(self, text: str, after: int = 0) -> int | None:
        """The first word, from `after` on or else from the beginning, that says the first telling word of a text."""
        told = [_letters(word.text) for word in self.words]
        telling = [_letters(word) for word in content_words(text, self.language)]
        plain = [_letters(word) for word in text.split()]
        wanted = [word for word in plain if word in telling or any(sign.isdigit() for sign in word)] or plain
        for one in filter(None, wanted):
            for places in (range(after, len(told)), range(after)):
                for place in places:
                    if told[place] == one or (len(one) > _LONG and one in told[place]):
                        return place
        return None

    def frame(self, word: int) -> int:
        """In which a word begins."""
        return max(0, int(self.words[word].start_s * self.fps))

    def count(self, seconds: float) -> int:
        """Frames of so many seconds."""
        return round(seconds * self.fps)


def plan_appearances(
    elements: Sequence[Element],
    heard: Heard,
    style: MotionStyle,
    *,
    stand: Collection[str] = (),
    stay: Collection[str] = (),
    taken: Mapping[str, Element] = _NOTHING,
    opens: bool = False,
) -> tuple[Appearance, ...]:
    """When each element of a shot's card comes, grows and goes.

    Args:
        elements: In the order in which they are read.
        stand: Digests of those that the card before shows at the same place: they are there from the first frame on.
        stay: Digests of those that the next card shows: they do not go.
        taken: What `take_over` finds on the card before: they are there from the first frame on, and go on from where
            that one left them.
        opens: Whether it is the video's first card: what is read first stands in the first frame, which many see as
            the video's picture.
    """
    latest = max(0, heard.frames - heard.count(style.exit_s + READING_S + style.enter_s))
    found: list[Appearance] = []
    began = False
    at, read = 0, 0  # the frame from which the next one may come, and the word from which it is looked for
    for element in elements:
        word = heard.first(element.text, read) if element.text else None
        said = heard.frame(word) if word is not None else -1
        at_once = element.name.split()[0] in _AT_ONCE
        start = at
        if word is not None and not at_once:
            start = max(at, said - heard.count(LEAD_S))
        if not element.waits:
            start = min(start, at + (heard.count(PATIENCE_S) if began else 0))
        first = opens and not began
        began = began or not at_once
        if element.waits and word is not None:  # and what is read behind it
            latest = max(latest, min(said - heard.count(EARLY_S), heard.frames - 1))
        left = taken.get(element.name)
        stands = element.digest in stand or left is not None
        start = -1 if first or stands or not style.enter_s else min(start, latest)
        if stands or said < at - heard.count(STAGGER_S):
            said = -1  # the one before it is read first, and its words were said by then
        goes_on = element.begins != element.ends  # from the card before, and from nothing else
        grown = left is None if goes_on else stands
        grows = GROWN if grown else _growth(element, heard, start, style, latest)
        away = (0.0, 0.0)
        if left is not None and style.enter_s:
            away = left.origin[0] - element.origin[0], left.origin[1] - element.origin[1]
        found.append(Appearance(start, said, grows, element.digest not in stay, away))
        at = max(at, start + (0 if at_once else heard.count(STAGGER_S)))
        read = max(read, word or 0)
    return tuple(found)


def take_over(elements: Sequence[Element], before: Sequence[Element]) -> dict[str, Element]:
    """Which elements of a card go on from one of the card before: their names, and that one; each at most once.

    None goes through another that comes at once, such as a kicker through an icon.
    """
    left = [one for one in before if one.ends]
    found = {}
    for element in elements:
        same = next((one for one in left if one.ends == element.begins), None)
        if same is not None:
            left.remove(same)
            if (same.digest, same.box) != (element.digest, element.box):
                found[element.name] = same
    others = [one for one in elements if one.name not in found and one.name.split()[0] in _AT_ONCE]
    for element in [one for one in elements if one.name in found]:
        way = _way(element, found[element.name])
        if way is not None and any(_meet(way, one.box) for one in others):
            del found[element.name]
    return found


def _way(element: Element, left: Element) -> Rect | None:
    """All that an element covers on its way from where the card before left it; None where it stays there."""
    dx, dy = (round(one - other) for one, other in zip(left.origin, element.origin, strict=True))
    box = element.box
    moved = Rect(box.x + min(dx, 0), box.y + min(dy, 0), box.width + abs(dx), box.height + abs(dy))
    return moved if moved != box else None


def _meet(one: Rect, other: Rect) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def _growth(element: Element, heard: Heard, start: int, style: MotionStyle, latest: int) -> int:
    """The first frame of its growth: what counts up lands on its word, all else begins there."""
    entered = max(start, 0) + (heard.count(style.enter_s) // 2 if start >= 0 else 0)
    entered = min(entered, max(heard.frames - 1, 0))
    if not element.growth:
        return 0
    if not style.grow_s:
        return GROWN
    word = heard.first(element.grows_on) if element.grows_on else None
    if word is None:
        return entered
    said = heard.frame(word)
    if element.growth == "count":
        return max(start, 0, min(said - heard.count(style.grow_s) // 2, latest))
    return max(entered, min(said - heard.count(LEAD_S), latest))


def _letters(word: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", word).casefold() if sign.isalnum())
