"""The words of a line and of a claim as they are compared: numbers, parts and dates in one writing.

five-year · 5-year · 5 years   ─▶  5 year
ten or more · 10+              ─▶  10 or more
7 out of 10 · seven in ten     ─▶  7 out-of 10
31 May · May 31st              ─▶  31 may-month
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from automagic.data import words
from automagic.language.text.grammar import tag_words

_LISTS = words("ad_grounding")
_COUNTS = {word: str(number) for number, word in enumerate(_LISTS["counts"])} | {
    tens: str(20 + 10 * number) for number, tens in enumerate(_LISTS["tens"])
}
_MONTHS = frozenset(_LISTS["months"])
_BEHIND_DATES = frozenset(_LISTS["conditions"]) | frozenset(_LISTS["places"]) | {"and", "or", "but"}
_WORD = re.compile(
    r"[^\W\d_]+(?:['’][^\W\d_]+)*(?:-\w+)*|\d+(?:[.,:/]\d+)*|(?<![\w-])[-−](?=\d)|[^\w\s\-'’‘\"“”„«»‹›*_]"
)
"""A word, a number, a minus, or a sign: "~" hedges, "★★★★★" says more than it seems. Quotation marks say nothing."""
_NATIONS = {"US": "us-nation", "IT": "it-trade"}
"""Words in capitals that are others in small letters, which may be left out."""
_WHOLES = frozenset({"2", "3", "4", "5", "6", "8", "9", "10", "12", "20", "100", "1000", "1,000"})
_ORDINALS = frozenset({"st", "nd", "rd", "th"})
CURRENCIES = frozenset({"€", "$", "£"})
STOPS = frozenset(",;:.!?()–—")


def tokens_of(text: str) -> list[str]:
    """The words, numbers and signs of a text, in small letters."""
    return list(_tokens(text))


@lru_cache(maxsize=1024)
def _tokens(text: str) -> tuple[str, ...]:
    text = unicodedata.normalize("NFKC", text).replace("’", "'").replace("−", "-")
    text = re.sub(r"\b([A-Z]{1,3})\$", lambda found: f"$ {found[1].lower()}-dollar ", text)
    text = re.sub(r"\b(?:US|IT)\b", lambda found: _NATIONS[found[0]], text) if not text.isupper() else text
    text = text.casefold()
    text = re.sub(r"\bcan't\b|\bcannot\b", "can not", text)
    text = re.sub(r"\bwon't\b", "will not", text)
    text = re.sub(r"n't\b", " not", text)
    text = re.sub(r"'(?:s|re|ve|ll)\b", "", text)
    text = re.sub(r"(?<=\d )may\b|\bmay(?= \d)", "may-month", text)
    text = re.sub(r"\bno one\b", "nobody", text)
    text = re.sub(r"\bper ?cent\b", "%", text)
    text = re.sub(r"(\d)\+(?!\w)", r"\1 or more", text)
    return tuple(_one_writing(list(_digits(_WORD.findall(text)))))


def _digits(found: list[str]) -> Iterator[str]:
    """Words with counts as figures: "five-year" is "5 year"."""
    for word in found:
        count, _, unit = word.partition("-")
        if count in _COUNTS and unit in _COUNTS:  # "twenty-five"
            yield str(int(_COUNTS[count]) + int(_COUNTS[unit]))
        elif count in _COUNTS:
            yield _COUNTS[count]
            yield from unit.split("-") if unit else ()
        else:
            yield word


def _one_writing(found: list[str]) -> list[str]:
    """The same words with parts and dates written one way."""
    said: list[str] = []
    place = 0
    while place < len(found):
        word, *after = found[place : place + 4]
        if word.isdecimal() and after[:2] == ["out", "of"] and after[2:] and after[2] in _WHOLES:
            said += [word, "out-of"]
            place += 3
        elif _is_part_of(word, after):
            said += [word, "out-of"]
            place += 2
        elif word in _MONTHS and after and _is_day(after[0]) and not (said and said[-1].isdecimal()):
            past = 3 if after[1:2] and after[1] in _ORDINALS else 2
            ends = place + past >= len(found) or found[place + past] in STOPS | _BEHIND_DATES
            said += [after[0], word] if ends else [word, after[0]]
            place += past if ends else 2
        elif _is_day(word) and after[1:2] and after[0] in _ORDINALS and after[1] in _MONTHS:
            said += [word, after[1]]
            place += 3
        else:
            said.append(word)
            place += 1
    return said


def _is_part_of(word: str, after: list[str]) -> bool:
    """Whether "7 in 10" begins here: of "3 in 2023", and of "20 in 10 boxes", it is another "in"."""
    told = word.isdecimal() and after[:1] == ["in"] and after[1:2] != [] and after[1] in _WHOLES
    return told and int(word) < int(after[1].replace(",", ""))


def _is_day(word: str) -> bool:
    return word.isdecimal() and 0 < int(word[:3]) <= 31


def tags_of(said: Sequence[str]) -> tuple[str, ...]:
    """The parts of speech of words, "" for stops."""
    places = [place for place, word in enumerate(said) if word not in STOPS and word != "|"]
    tags = [""] * len(said)
    for place, tag in zip(places, tag_words(tuple(said[place] for place in places), "en"), strict=True):
        priced = said[place] in {"cost", "costs"} and is_amount(said[place + 1 :])  # "the course costs": no noun
        tags[place] = "VVZ" if priced and place else "AV0" if said[place] in {"am", "pm"} else tag
    return tuple(tags)


def is_amount(said: Sequence[str]) -> bool:
    """Whether a price begins there: "from $38"."""
    return bool(CURRENCIES & set(said[:4])) and any(word[:1].isdigit() for word in said[:5])
