"""Which one or two words of a headline take the accent colour."""

from __future__ import annotations

import re
from dataclasses import replace

from automagic.language.text.keywords import stopwords_of
from automagic.language.text.lexicon import MONTHS, NEGATIONS, bare, counts
from automagic.language.text.phrases import function_words
from automagic.language.text.sentences import split_words
from automagic.language.text.signs import join_signs, peel
from automagic.values.script import Card

_JOINTS = frozenset({"or", "to", "and"})


def with_accent(card: Card, language: str) -> Card:
    """With the most telling one or two words of its headline: a number with its unit, else the end of the thought."""
    words = [peel(word)[1] for word in join_signs(split_words(card.headline), language)]
    if not any(words):
        return card
    if card.layout == "list" and len(words) < 4:
        return card
    stops = stopwords_of(language) | function_words(language)
    for index, word in enumerate(words):
        if any(c.isnumeric() for c in word) and not re.fullmatch(r"(?:1\d|20|21)\d\d", word):
            if index and word.isdecimal() and words[index - 1] in MONTHS:
                return replace(card, accent=f"{words[index - 1]} {word}")
            time = re.search(rf"{re.escape(word)} h \d\d(?!\w)", card.headline)
            if time:  # "5 h 40"
                return replace(card, accent=time[0])
            pair = f"{word} {words[index + 1]}" if index + 1 < len(words) and words[index + 1].isalpha() else word
            telling = bare(words[index + 1]) not in stops if pair != word else False
            return replace(card, accent=pair if telling and pair in card.headline else word)
    content = [i for i, word in enumerate(words) if bare(word) not in stops and any(c.isalpha() for c in word)]
    if not content:
        content = [max(range(len(words)), key=lambda i: (len(words[i]), i))]
    last = content[-1]
    denial = next((i for i, word in enumerate(words) if bare(word) in NEGATIONS and i + 1 == last), None)
    start = denial if denial is not None else (last - 1 if last - 1 in content and len(words) > 3 else last)
    if start < last and counts(words[start]) and start and bare(words[start - 1]) in _JOINTS:
        start = last  # "a day or ▸ two later"
    both = " ".join(words[start : last + 1])
    return replace(card, accent=both if both in card.headline else words[last])
