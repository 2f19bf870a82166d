"""The thumbnail: a picture that still says its one thing when it is 160 pixels wide.

Not a shrunken card. At most five words as large as they go, and one figure or one icon that nobody can miss; no
detail, and a kicker only where a figure would be untrue without it ("less than"). In upright frames everything stays
in the middle 4:5, which profile grids show.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from automagic.media.design.cards import paint
from automagic.media.design.cards.arrangement import Arrangement, Icon, Setter, middle, middle_area
from automagic.media.design.cards.blocks import PixelBox
from automagic.media.design.cards.faults import find_faults
from automagic.media.design.cards.quantities import whole_figure
from automagic.media.design.jpeg import encode_jpeg
from automagic.media.design.themes import Brand, Design, Theme
from automagic.values.frame import Frame, Rect
from automagic.values.script import Card

MOST_WORDS = 5
_MARGIN = 0.075
_EDGE_WORDS = {
    "a", "an", "the", "of", "to", "in", "on", "at", "by", "for", "from", "with", "and", "or", "but", "is", "are", "was",
    "were", "it", "that",
}  # fmt: skip
# What parts a title, unless it stands between two numbers: "5 – 10 km".
_JOINTS = re.compile(r"(?<!\d)(?<!\d\s)(?:\s*[:–—|.?!,;]\s+|\s+[-–—|]\s+)|(?:\s*[:–—|.?!,;]\s+|\s+[-–—|]\s+)(?!\d)")
_SPELLED = {
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "fifteen",
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "half",
}  # fmt: skip
_SCALES = {"hundred", "thousand", "million", "billion", "trillion"}
_PAIRS = {
    ("more", "than"), ("less", "than"), ("fewer", "than"), ("at", "least"), ("at", "most"), ("up", "to"), ("a", "half"),
    ("or", "minus"), ("degrees", "celsius"), ("degrees", "fahrenheit"),
}  # fmt: skip
_LIMITS = {"plus", "minus", "than", "about", "almost", "nearly", "least", "most", "roughly", "around", "only"}


def draw_thumbnail(card: Card, title: str, design: Design, frame: Frame) -> bytes:
    """JPEG bytes of the frame's size.

    Args:
        card: The strongest of the video: its figure or icon and its words.
        title: Of the video; its words are used when the card's are too many.
        frame: Only its size matters: no interface covers a thumbnail.

    Raises:
        ConfigurationError: A template of the theme is wrong.
    """
    page = arrange_thumbnail(card, title, design.theme, frame, design.brand)
    image = paint(
        page,
        design,
        frame,
        seed=f"thumbnail/{title}",
        size=(frame.width, frame.height),
        layout="thumbnail",
        window=PixelBox(0, 0, frame.width, frame.height),
    )
    return encode_jpeg(image)


def choose_words(card: Card, title: str) -> str:
    """Three to five words that say it: the card's or the title's, else the strongest end of one of them."""
    candidates = [text for text in (card.headline, title) if text.strip()]
    for text in candidates:
        if len(text.split()) <= MOST_WORDS:
            return text.strip().rstrip(".")
    for text in candidates:
        for part in _JOINTS.split(text):
            if 2 <= len(part.split()) <= MOST_WORDS:
                return part.strip()
    words = candidates[0].split() if candidates else []
    if card.accent and len(card.accent.split()) <= MOST_WORDS and card.accent in card.headline:
        shown = _around(card.headline.split(), card.accent.split())
        if shown:
            return shown
    return _part(words, 0, MOST_WORDS) or " ".join(words)


def _around(words: list[str], accent: list[str]) -> str:
    """Five words with the accent among them, as much before it as fits."""
    start = next((i for i in range(len(words)) if words[i : i + len(accent)] == accent), 0)
    first = max(0, min(start + len(accent) - MOST_WORDS, start))
    return _part(words, first, first + MOST_WORDS)


def _cut(words: list[str], most: int, *, leading: bool = True) -> str:
    """The most words; a phrase that would lose its end ("in a single | year") is left out whole."""
    if len(words) <= most:
        return _part(words, 0, len(words), leading=leading)
    kept = words[:most]
    leaning = [index for index, word in enumerate(kept) if index and word.lower() in _EDGE_WORDS]
    while leaning and words[leaning[-1] - 1].lower() in _EDGE_WORDS:
        leaning.pop()
    return _part(words, 0, leaning[-1] if leaning else most, leading=leading)


def _part(words: list[str], first: int, end: int, *, leading: bool = True) -> str:
    """Words `first` to `end`, without articles and prepositions that lean on words that are no longer there, and
    without a number that would lose a part of itself: "fell by 5 | km".
    """
    end = min(end, len(words))
    while end > first and (
        (end < len(words) and _clings(words, end))
        or (end - first > 2 and words[end - 1].lower().strip(".,") in _EDGE_WORDS)
    ):
        end -= 1
    while first < end and (
        (first and _clings(words, first))
        or (leading and end - first > 1 and words[first].lower() in _EDGE_WORDS and not _clings(words, first + 1))
    ):
        first += 1
    return " ".join(words[first:end]).rstrip(".,;:")


def _clings(words: list[str], at: int) -> bool:  # noqa: PLR0911 - a ladder of reasons
    """Whether the word at `at` goes on with a number that those before it begin: "5 | km", "< | 5", "two | million"."""
    word, following = words[at - 1], words[at]
    low, after = _bare(word), _bare(following)
    if word[-1] in ",.;:!?—":
        return False
    is_sign = unicodedata.category(word[-1]) in {"Sc", "Sm"} or not any(c.isalnum() for c in word)
    is_sign = is_sign or low in {"n°", "nº", "n.º", "no.", "nr."}
    ends_number = at > 1 and _is_number(words[at - 2]) and (word in "%‰°″′" or unicodedata.category(word[0]) == "Sc")
    if is_sign and not ends_number:
        return True  # "R$ | 50", "< | 5"
    if not any(c.isalnum() for c in following):
        return unicodedata.category(following[0]) == "Sm" or any(c.isnumeric() for c in word)
    begins_number = _is_number(following) or (after == "a" and words[at + 1 : at + 2] == ["half"])
    if low in _LIMITS or low in _SCALES or (low, after) in _PAIRS:
        return True
    if low in {"to", "and", "or", "of", "in"}:
        return begins_number and at > 1 and _is_number(words[at - 2])
    if not _is_number(word) or re.fullmatch(r"[12]\d{3}", word):
        return False
    if after in {"to", "and", "or", "of", "in"}:
        return at + 1 < len(words) and (_is_number(words[at + 1]) or words[at + 1] == "a")
    return after not in _EDGE_WORDS and (low not in _SPELLED or after not in _SPELLED)


def _is_number(word: str) -> bool:
    return any(c.isnumeric() for c in word) or _bare(word) in _SPELLED


def _bare(word: str) -> str:
    return word.lower().strip('.,;:!?()[]“”"')


def arrange_thumbnail(card: Card, title: str, theme: Theme, frame: Frame, brand: Brand) -> Arrangement:
    """Words and figure or icon, side by side or one above the other; the words alone where they have no room."""
    whole = replace(frame, content=Rect(0, 0, frame.width, frame.height))
    tries = [card, replace(card, icon="", layout="title", figures=())]
    pages = [_arrange(one, title, theme, frame, brand) for one in tries]
    return min(pages, key=lambda page: len(find_faults(page, whole)))


def _arrange(card: Card, title: str, theme: Theme, frame: Frame, brand: Brand) -> Arrangement:
    unit = float(min(frame.width, frame.height))
    area = middle_area(frame).inset(_MARGIN * unit)
    wide = area.width / area.height > 1.3
    align = "left" if wide else theme.composition.align
    page = Arrangement(card, area=area, unit=unit, wide=wide, align=align)
    setter = Setter(theme, brand, unit, align)
    words = choose_words(card, title)
    if card.figures and card.layout in {"number", "comparison"}:
        _with_figure(card, words, page, setter)
    else:
        _with_icon(card, words, page, setter)
    return page


def _with_figure(card: Card, words: str, page: Arrangement, setter: Setter) -> None:
    """The figure as wide as the area, the words below it."""
    area, unit = page.area, page.unit
    figure = card.figures[0]
    value, spoken_unit = whole_figure(figure)
    # With its unit a figure says enough; a label that follows it ("of the way") keeps its first word.
    label = spoken_unit or _cut((figure.label or words).split(), 4, leading=False)
    size = unit * 0.075
    page.kicker = setter.set(card.kicker, "label", area, size=size, smallest=size * 0.6, max_lines=1)
    lead = page.kicker.box.height + 0.04 * unit if page.kicker else 0.0
    room = PixelBox(area.x, area.y + lead, area.width, area.height * 0.62 - lead)
    page.figure = setter.set(value, "figure", room, size=unit * 0.62, smallest=unit * 0.1, max_lines=1)
    used = (page.figure.lines[0].y - area.y if page.figure else 0.0) + 0.075 * unit
    below = PixelBox(area.x, area.y + used, area.width, area.height - used)
    page.label = setter.set(label, "headline", below, size=unit * 0.16, smallest=unit * 0.06, max_lines=3)
    blocks = [block for block in (page.figure, page.label) if block is not None]
    shift = (area.bottom - max(block.box.bottom for block in blocks)) / 2 if blocks else 0.0
    page.kicker = page.kicker.moved(0, shift) if page.kicker else None
    page.figure = page.figure.moved(0, shift) if page.figure else None
    page.label = page.label.moved(0, shift) if page.label else None


def _with_icon(card: Card, words: str, page: Arrangement, setter: Setter) -> None:
    """The words as large as they go; the icon beside them in wide frames, above them in upright ones."""
    area, unit = page.area, page.unit
    text, accent = area, card.accent if card.accent in words else ""
    if card.icon and page.wide:
        size = min(0.56 * unit, area.width * 0.36)
        page.icon = Icon(card.icon, PixelBox(area.right - size, area.cy - size / 2, size, size))
        text = PixelBox(area.x, area.y, area.width - size - 0.06 * unit, area.height)
    elif card.icon:
        size = min(0.42 * unit, area.height * 0.36)
        x = area.cx - size / 2 if page.align == "center" else area.x
        page.icon = Icon(card.icon, PixelBox(x, area.y, size, size))
        text = PixelBox(area.x, area.y + size + 0.06 * unit, area.width, area.height - size - 0.06 * unit)
    block = setter.set(words, "headline", text, size=unit * 0.30, smallest=unit * 0.07, accent=accent)
    if block is not None:
        page.headline = middle(block, text)
