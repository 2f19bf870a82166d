"""Which one or two words of a headline take the accent colour."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from automagic import data
from automagic.language.text.keywords import stopwords_of
from automagic.language.text.lexicon import MONTHS, NEGATIONS, bare, counts
from automagic.language.text.phrases import function_words
from automagic.language.text.sentences import split_words
from automagic.language.text.signs import join_signs, peel
from automagic.values.script import Card

_JOINTS = frozenset({"or", "to", "and"})
_NUMBERED = frozenset(data.words("cards")["numbered"])
_MEASURE = re.compile(r"[%$€£¥°]|\bper ?cent\b|\bper\Z")
"""What is measured says more than what is only counted."""


def with_accent(card: Card, language: str) -> Card:
    """With the most telling one or two words of its headline: a number with its unit, else the end of the thought."""
    words = [peel(word)[1] for word in join_signs(split_words(card.headline), language)]
    if not any(words):
        return card
    if (card.layout == "list" and len(words) < 4) or card.layout == "number":  # there the figure has it
        return card
    stops = stopwords_of(language) | function_words(language)
    numbers = [index for index in range(len(words)) if _is_amount(words, index, stops)]
    if numbers:
        told = next((index for index in numbers if _MEASURE.search(" ".join(words[index : index + 2]))), numbers[0])
        return replace(card, accent=_amount(words, told, card.headline, stops))
    content = [i for i, word in enumerate(words) if bare(word) not in stops and any(c.isalpha() for c in word)]
    if not content:
        content = [max(range(len(words)), key=lambda i: (len(words[i]), i))]
    last = content[-1]
    denial = next((i for i in range(max(0, last - 2), last) if _denies(words[i])), None)
    start = denial if denial is not None else (last - 1 if last - 1 in content and len(words) > 3 else last)
    if start < last and counts(words[start]) and start and bare(words[start - 1]) in _JOINTS:
        start = last  # "a day or ▸ two later"
    both = " ".join(words[start : last + 1])
    return replace(card, accent=both if both in card.headline else words[last])


def _is_amount(words: Sequence[str], index: int, stops: frozenset[str]) -> bool:
    """Whether a word is a number that counts something: no year, and no part of a name, as in "version ▸ 1"."""
    word, before = words[index], words[index - 1] if index else ""
    if not any(sign.isnumeric() for sign in word) or re.fullmatch(r"(?:1\d|20|21)\d\d", word):
        return False
    named = before[:1].isupper() and before.isalpha() and bare(before) not in stops and before not in MONTHS
    return not (word.isdecimal() and (named or bare(before) in _NUMBERED))


def _amount(words: Sequence[str], index: int, headline: str, stops: frozenset[str]) -> str:
    """A number with its month, its minutes or what it counts: "March 3", "5 h 40", "16 trees", "9 a.m."."""
    word, behind = words[index], [*words[index + 1 : index + 3], "", ""]
    if index and word.isdecimal() and words[index - 1] in MONTHS:
        return f"{words[index - 1]} {word}"
    time = re.search(rf"{re.escape(word)} (?:h \d\d(?!\w)|[ap]\.?m\b\.?|per cent(?!\w))", headline)
    if time:
        return time[0]
    pair = f"{word} {behind[0]}"
    counted = behind[0].isalpha() and bare(behind[0]) not in stops
    goes_on = behind[1].isalpha() and bare(behind[1]) not in stops  # "1,400 young trees"
    return pair if counted and not goes_on and pair in headline else word


def _denies(word: str) -> bool:
    return bare(word) in NEGATIONS or bare(word).replace("’", "'").endswith("n't")
