"""Numbers that are spelled out, joined before anything is read of them: a part of a number is another number.

"two hundred million litres"    ──▶ 200 | million | litres
"one thousand five hundred"     ──▶ 1500
"twenty-six", "two and a half"  ──▶ 26, 2.5
"nineteen eighty-four"          ──▶ one token that is no number
"five thousand", "two million"  ──▶ as they are
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from automagic.language.text.tokens import Token

SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}

_SMALL = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_NUMBERS = frozenset({*_SMALL, *_TENS, *SCALES, "hundred"})
_HALF = ("and", "a", "half")


def join_numbers(tokens: Sequence[Token]) -> tuple[list[Token], list[int]]:
    """The tokens with each spelled-out number as one, and a scale of a million or more behind it.

    Returns:
        The tokens, and for each of them, and for the end, where it began among those that were given.
    """
    joined: list[Token] = []
    origins: list[int] = []
    index = 0
    while index < len(tokens):
        texts, count = _read(tokens, index)
        last = index + count - 1
        if texts:
            joined += [Token(text, "CRD", "", binds=True) for text in texts[:-1]]
            joined.append(Token(texts[-1], "CRD", tokens[last].stop, tokens[last].binds))
            origins += [index, last][: len(texts)]
        else:
            joined.append(tokens[index])
            origins.append(index)
        index += count
    return joined, [*origins, len(tokens)]


def _read(tokens: Sequence[Token], index: int) -> tuple[list[str], int]:
    """What stands for the number that begins here, and how many tokens it takes; nothing, and one, where none does."""
    words, ends = _words_from(tokens, index)
    if words[:2] == ["half", "a"] and words[2:3] and words[2] in {"hundred", *SCALES}:
        return ["half a " + words[2]], ends[2] - index
    number = _Number()
    length = number.take(words)
    inside = length < len(ends) and ends[length] == ends[length - 1]  # of "five-year"
    plain = length < 2 or (length == 2 and words[1] in SCALES)
    if plain or inside:
        return [], 1
    count = ends[length - 1] - index
    if math.isnan(number.value):
        return [" ".join(token.text for token in tokens[index : index + count])], count
    return _digits_of(number.value, words[length - 1]), count


def _words_from(tokens: Sequence[Token], index: int) -> tuple[list[str], list[int]]:
    """The words up to the next mark, parted at hyphens, and the token behind each of them."""
    words: list[str] = []
    ends: list[int] = []
    for position in range(index, len(tokens)):
        parts = tokens[position].low.split("-")
        words += parts
        ends += [position + 1] * len(parts)
        if tokens[position].stop or tokens[position].text.endswith(","):
            break
    return words, ends


def _digits_of(value: float, last_word: str) -> list[str]:
    """As newspapers write it: "200", "million"; "42,000"; "1500", which may be a year; "2.5"."""
    scale = SCALES.get(last_word, 1.0)
    shown = value / scale
    if scale >= 1e6 and shown < 1e3 and round(shown, 2) == shown:
        return [f"{shown:g}", last_word]
    if value != round(value):
        return [f"{value:g}"]
    return [f"{value:,.0f}" if value >= 1e4 else f"{value:.0f}"]


@dataclass
class _Number:
    """A number while its words are read: what is complete, and the part below the next scale."""

    whole: float = 0.0
    part: float = 0.0
    scale: float = math.inf

    @property
    def value(self) -> float:
        """What has been read; not a number where words that are numbers make none together."""
        return self.whole + self.part

    def take(self, words: Sequence[str]) -> int:
        """Read as many words as belong to the number; gives how many."""
        index = 0
        if words[0] in {"a", "one"} and words[1:2] and words[1] in {"hundred", *SCALES}:
            self.part, index = 1.0, 1
        elif words[0] not in {*_SMALL, *_TENS}:
            return 0
        while index < len(words):
            word = words[index]
            if tuple(words[index : index + 3]) == _HALF and self.part:
                self.part += 0.5
                index += 3
            elif word == "point" and words[index + 1 : index + 2] and _SMALL.get(words[index + 1], 10) < 10:
                index = self._take_decimals(words, index + 1)
            elif (
                word == "and" and words[index - 1] in {"hundred", *SCALES} and self._fits(words[index + 1 : index + 2])
            ):
                index += 1
            elif word not in _NUMBERS:
                break
            else:
                self._take_word(word)
                index += 1
        return index

    def _fits(self, words: Sequence[str]) -> bool:
        return bool(words) and words[0] in {*_SMALL, *_TENS}

    def _take_decimals(self, words: Sequence[str], index: int) -> int:
        digits = ""
        while index < len(words) and _SMALL.get(words[index], 10) < 10:
            digits += str(_SMALL[words[index]])
            index += 1
        self.part += float(f"0.{digits}")
        return index

    def _take_word(self, word: str) -> None:
        below = self.part % 100
        if word in SCALES and self.part > 0 and SCALES[word] < self.scale:
            self.whole, self.part, self.scale = self.whole + self.part * SCALES[word], 0.0, SCALES[word]
        elif word == "hundred" and 0 < self.part < 100:
            self.part *= 100
        elif word in _TENS and below == 0:
            self.part += _TENS[word]
        elif word in _SMALL and (below == 0 or (_SMALL[word] < 10 and below >= 20 and below % 10 == 0)):
            self.part += _SMALL[word]
        else:
            self.part = math.nan
