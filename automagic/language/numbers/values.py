"""The numbers of a text: where each stands and what it is worth, in digits or in words.

en  "two and a half million"  ──▶ 2500000          de  "24,9 Mrd."               ──▶ 24900000000
en  "nineteen eighty-four"    ──▶ 1984, a year     fr  "quatre-vingt-dix-sept"   ──▶ 97
en  "5 lakh crore"            ──▶ 5000000000000    pt  "dois mil e oito"         ──▶ 2008

Words are read by `text2num`. What it leaves apart is put together here: halves, a decimal or digits before a scale
("2.5 million"), fractions, years that are said in two parts. The names of the scales are those of the Unicode CLDR: a
German "Billion" is an English trillion.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from automagic.data import words
from automagic.language.numbers.spoken import DECIMAL_COMMA, INDIAN
from automagic.language.numbers.units import SCALE_WORDS, SHORT_SCALES
from automagic.language.text.sentences import primary_tag

SPELLED = ("en", "de", "es", "fr", "pt", "it", "nl", "da")
"""The languages whose number words are read."""

# What the library reads in another form only, or reads and should not.
_RESPELLED = {
    "de": {"eine": "ein", "einer": "ein", "einem": "ein", "einen": "ein", "zwo": "zwei"},
    "es": {"veintiún": "veintiuno"},
    "en": {"o": "-"},
}
_SCALES: dict[str, dict[str, int]] = {"en": SCALE_WORDS, **words("scales")}
"""Exponent by the word for it, in each of those languages."""
_HALF_OF = {"de": ("halbe", "halben"), "es": ("medio", "media"), "fr": ("demi",), "pt": ("meio", "meia")}
"""Before a scale, as "half a" in English."""
_AND_A_HALF = {
    "en": (("and", "a", "half"),),
    "fr": (("et", "demi"), ("et", "demie")),
    "es": (("y", "medio"), ("y", "media")),
    "pt": (("e", "meio"), ("e", "meia")),
}
_FRACTIONS = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5}
_ALSO_ARTICLES = frozenset("ein eine einem einen einer un une uno una um uma een en et".split())  # noqa: SIM905
_SOME = frozenset({"paar", "mehrere", "einige", "viele"})
_PER_CENT = frozenset({"pour", "por", "per"})

_GROUPS = "'’\u00a0\u202f\u2009"
_DIGITS = rf"\d+(?:[.,{_GROUPS}]\d+)*"
_TOKEN = re.compile(rf"(?P<digits>{_DIGITS})|[^\W\d_]+")
_SPACED = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?!\d)(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Number:
    """A number and its place in the text.

    Attributes:
        start, end: Of what was read, such as "2.5 million", without sign, currency and unit.
        values: What it may be worth, the likeliest first: "1.200" is 1.2, or in German 1200.
        scale: What the words behind it multiply by: of "2.5 million" a million.
        kind: "digits", "words", "ordinal", "fraction" ("two thirds") or "year" ("nineteen eighty-four").
    """

    start: int
    end: int
    values: tuple[Decimal, ...]
    kind: str
    scale: Decimal = Decimal(1)

    @property
    def value(self) -> Decimal:
        """What it is most likely worth."""
        return self.values[0]


def find_numbers(text: str, language: str = "en") -> tuple[Number, ...]:
    """The numbers of `text` in order; "hundreds" and "millions" of something are none, nor is "ein" or "un" alone."""
    reader = _Reader(text, primary_tag(language))
    found: list[Number] = []
    at = 0
    while at < len(reader.tokens):
        number, end = reader.read(at)
        if number is not None:
            found.append(number)
        at = end
    return tuple(found)


def read_digits(written: str, language: str = "en") -> tuple[Decimal, ...]:
    """What digits with marks between them may be worth: "1.200" is 1.2 or 1200, "1,200.5" only one thing.

    Of a list ("1.2.3", "4,5,6") the numbers in it.
    """
    text = re.sub(rf"[{_GROUPS} ]", "", written)
    text = text.replace(",", "") if re.fullmatch(INDIAN, text) else text
    marks, groups = re.findall(r"[.,]", text), re.split(r"[.,]", text)
    if not marks:
        return (Decimal(text),)
    if len(set(marks)) == 2:
        cut = max(text.rfind("."), text.rfind(","))
        return (Decimal(re.sub(r"[.,]", "", text[:cut]) + "." + text[cut + 1 :]),)
    values = [Decimal(".".join(groups))] if len(marks) == 1 else []
    if all(len(group) == 3 for group in groups[1:]) and len(groups[0]) <= 3:
        parts_groups = marks[0] == ("." if primary_tag(language) in DECIMAL_COMMA else ",")
        values.insert(0 if parts_groups else len(values), Decimal("".join(groups)))
    return tuple(values) or tuple(Decimal(group) for group in groups)


@lru_cache(maxsize=4096)
def value_of(word: str, language: str = "en") -> Decimal | None:
    """ "eight", "1,200" or "hundred" as a number; None for what is no plain number."""
    if re.fullmatch(_DIGITS, word):
        return read_digits(word, language)[0]
    found = find_numbers(word, language)
    if len(found) == 1 and found[0].kind == "words" and (found[0].start, found[0].end) == (0, len(word)):
        return found[0].value
    return None


# ------------------------------------------------------------------------------------------------------ reading


@dataclass(frozen=True, slots=True)
class _Token:
    """A word, or digits; `apart` says that a mark stands before it."""

    text: str
    start: int
    end: int
    is_digits: bool
    apart: bool


class _Reader:
    """Reads the numbers of one text, each from a token on."""

    def __init__(self, text: str, tag: str) -> None:
        self.text, self.tag = text, tag
        self.tokens = tuple(_tokens_of(text, tag))
        self.low = tuple(token.text.lower() for token in self.tokens)
        self.spelled = _spelled(self.low, tuple(token.apart for token in self.tokens), tag)

    def read(self, at: int) -> tuple[Number | None, int]:
        """The number that begins at a token, and the token behind it; None where none begins."""
        token = self.tokens[at]
        if token.is_digits:
            return self._scaled(at, at + 1, read_digits(token.text, self.tag), "digits")
        if half := self._length_of_half(at):
            return self._scaled(at, at + half, (Decimal("0.5"),), "words")
        if self.tag == "en" and self.low[at] in {"a", "an"} and _exponents(self._word(at + 1), self.tag):
            hit = self.spelled.get(at + 1)  # "a hundred and five"; the library does not know "lakh"
            return self._scaled(at, hit.end if hit else at + 1, (hit.value if hit else Decimal(1),), "words")
        hit = self.spelled.get(at)
        return self._read_words(at, hit) if hit else (None, at + 1)

    def _read_words(self, at: int, hit: _Spelled) -> tuple[Number | None, int]:
        if together := self._together(at, hit):
            return together
        if self._means_something_else(at, hit):
            return None, hit.end
        return self._scaled(at, hit.end, (hit.value,), "ordinal" if hit.is_ordinal else "words")

    def _length_of_half(self, at: int) -> int:
        """How many words say "half a" before a scale: "half a | million", "halbe | Million"."""
        length = 2 if self.tag == "en" and (self.low[at], self._word(at + 1)) == ("half", "a") else 0
        length = length or int(self.low[at] in _HALF_OF.get(self.tag, ()))
        return length if length and _exponents(self._word(at + length), self.tag) else 0

    def _together(self, at: int, hit: _Spelled) -> tuple[Number, int] | None:
        """Two English numbers that are one: a year, or a share."""
        if self.tag != "en" or hit.is_ordinal:
            return None
        after, behind = self._word(hit.end), self.spelled.get(hit.end)
        if after in _FRACTIONS:
            return self._number(at, hit.end + 1, (hit.value / _FRACTIONS[after], hit.value), "fraction")
        in_two = after and behind and not behind.is_ordinal and 10 <= hit.value <= 20 and 10 <= behind.value <= 99
        if in_two and behind and (hit.value > 12 or behind.value >= 60):  # "ten thirty" is a time of day
            return self._number(at, behind.end, (hit.value * 100 + behind.value,), "year")
        return None

    def _means_something_else(self, at: int, hit: _Spelled) -> bool:
        """ "pour cent", "millions of", "ein Haus", "un livre neuf", "außer Acht"."""
        word, before = self.low[at], self._word(at - 1, behind=True)
        is_scale = bool(_exponents(word, self.tag))
        if hit.end > at + 1:
            return is_scale and self.tag == "en"  # "several | hundred thousand"
        if hit.value in {100, 1000} and (word.endswith("s") or before in _SOME):
            return True
        if is_scale and (self.tag == "en" or word.endswith("s") or hit.value >= 10**6):
            return True
        if word.startswith("cent") or word == "ciento":
            return before in _PER_CENT or (at > 0 and self.tokens[at - 1].is_digits)
        if (self.tag, word) in {("fr", "neuf"), ("it", "sei")}:  # "new", "you are"
            return self.tag == "it" or not self._word(at + 1).endswith(("s", "x"))
        is_noun = self.tag == "de" and self.tokens[at].text[0].isupper() and before != "" and not hit.is_ordinal
        return is_noun or word in _ALSO_ARTICLES

    def _scaled(self, at: int, end: int, values: tuple[Decimal, ...], kind: str) -> tuple[Number, int]:
        """With the halves and the scales that follow: "2 | and a half | million"."""
        last = self.tokens[end - 1]
        values, end = self._with_half(values, end, _exponents(last.text, self.tag))
        suffix = self.tokens[end] if end < len(self.tokens) else None
        if suffix and last.is_digits and suffix.start == last.end and suffix.text in SHORT_SCALES:
            larger = [value.scaleb(SHORT_SCALES[suffix.text]) for value in values]
            return self._number(at, end + 1, (*larger, *values), kind)  # "5m" may be meters
        scale = Decimal(1)
        while kind != "ordinal" and (exponents := _exponents(self._word(end), self.tag)):
            scale = scale.scaleb(exponents[0])
            values = tuple(value.scaleb(exponent) for value in values for exponent in exponents)
            values, end = self._with_half(values, end + 1, exponents)
        return self._number(at, end, values, kind, scale)

    def _with_half(
        self, values: tuple[Decimal, ...], end: int, exponents: tuple[int, ...]
    ) -> tuple[tuple[Decimal, ...], int]:
        """ "three | and a half", "un milliard | et demi"."""
        half = Decimal("0.5").scaleb(exponents[0] if exponents else 0)
        for joint in _AND_A_HALF.get(self.tag, ()):
            if tuple(self._word(end + index) for index in range(len(joint))) == joint:
                return tuple(value + half for value in values), end + len(joint)
        return values, end

    def _word(self, index: int, *, behind: bool = False) -> str:
        """The word there, "" where a mark parts it from the one before, or `behind` from the one after."""
        if not 0 <= index < len(self.tokens) or self.tokens[index].is_digits:
            return ""
        apart = self.tokens[index + behind].apart
        return "" if apart else self.low[index]

    def _number(
        self, at: int, end: int, values: Sequence[Decimal], kind: str, scale: Decimal = Decimal(1)
    ) -> tuple[Number, int]:
        unique = tuple(dict.fromkeys(values))
        return Number(self.tokens[at].start, self.tokens[end - 1].end, unique, kind, scale), end


def _tokens_of(text: str, tag: str) -> Iterator[_Token]:
    spaced = {found.start(): found.end() for found in _SPACED.finditer(text)}
    at = 0
    while found := _TOKEN.search(text, at):
        start, end = found.span()
        if start in spaced and (tag != "en" or not re.search(r"\S\s[A-Z]\w*\s$", text[:start])):
            end = spaced[start]  # in English two numbers may follow one another behind a name: "In May 12 300 people"
        gap = text[at:start]
        yield _Token(
            text[start:end], start, end, found["digits"] is not None, bool(gap.strip()) and gap not in {"-", "‑"}
        )
        at = end


# ------------------------------------------------------------------------------------------------- the library


@dataclass(frozen=True, slots=True)
class _Spelled:
    """What the library has read: a value, and the token behind it."""

    value: Decimal
    end: int
    is_ordinal: bool


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as the library asks for it."""

    word: str
    apart: bool

    def text(self) -> str:
        return self.word

    def nt_separated(self, _: _Word) -> bool:
        return self.apart

    def not_a_number_part(self) -> bool:
        return False


def _spelled(words: Sequence[str], apart: Sequence[bool], tag: str) -> dict[int, _Spelled]:
    """The spelled numbers among the words, by where they begin."""
    if tag not in SPELLED:
        return {}
    respelled = _RESPELLED.get(tag, {})
    given = [_Word(respelled.get(word, word), is_apart) for word, is_apart in zip(words, apart, strict=True)]
    found = importlib.import_module("text_to_num").find_numbers(given, tag, 0.0)
    spelled = {hit.start: _Spelled(_exact(hit.value), hit.end, hit.is_ordinal) for hit in found}
    return spelled if tag != "de" else spelled | _with_german_halves(words)


def _exact(value: float) -> Decimal:
    return Decimal(int(value)) if value == int(value) else Decimal(str(value))


def _with_german_halves(words: Sequence[str]) -> dict[int, _Spelled]:
    """ "anderthalb", "zweieinhalb"."""
    found = {}
    for index, word in enumerate(words):
        stem = word.removesuffix("einhalb")
        whole = value_of(stem, "de") if stem not in {"", word} else Decimal(1) if word == "anderthalb" else None
        if whole is not None:
            found[index] = _Spelled(whole + Decimal("0.5"), index + 1, is_ordinal=False)
    return found


def _exponents(word: str, tag: str) -> tuple[int, ...]:
    """The powers of ten that a word may multiply by, in its language or, where that has no such word, in others."""
    if not word:
        return ()
    low = word.lower()
    if low in _scales(tag):
        return (_scales(tag)[low],)
    return tuple(dict.fromkeys(_scales(other)[low] for other in SPELLED if len(low) > 2 and low in _scales(other)))


def _scales(tag: str) -> dict[str, int]:
    """Exponent by the word for it."""
    return _SCALES[tag] if tag in _SCALES else scales_of_cldr(tag)


@lru_cache(maxsize=32)
def scales_of_cldr(tag: str) -> dict[str, int]:
    """The same as CLDR has it in its patterns for short numbers: "0 Million", "00 Mrd'.'"."""
    core = importlib.import_module("babel.core")  # 40 ms with what it reads
    try:
        formats = core.Locale(tag)._data["compact_decimal_formats"]
    except (core.UnknownLocaleError, ValueError):
        return {}
    scales: dict[str, int] = {}
    for style in ("long", "short"):
        for patterns in formats.get(style, {}).values():
            for size, pattern in patterns.items():
                word = re.sub(r"[0'.¤\s]+", " ", pattern.pattern).strip()
                if len(word) > 1 and word.isalpha():
                    scales.setdefault(word.lower(), len(size) - max(1, pattern.pattern.count("0")))
    return scales
