"""The words that a text is about, most telling first (after RAKE, Rose et al. 2010, with a bonus for repetition).

Candidates are runs of content words between stop words and punctuation. A word scores degree/frequency over the runs
it stands in; a phrase scores the mean of its words times the logarithm of how often it occurs.
"""

from __future__ import annotations

import math
import re
from collections import Counter

from automagic.data import words
from automagic.language.text.grammar import tag_words
from automagic.language.text.lexicon import NUMBER_WORDS, STOPWORDS, bare
from automagic.language.text.sentences import clean_text, primary_tag, split_sentences, split_words
from automagic.language.text.signs import peel

_FOREIGN_STOPWORDS = {tag: frozenset(stops) for tag, stops in words("subjects")["stopwords"].items()}
_PIECE = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*|[^\w\s]|_")
_LONGEST_PHRASE = 3
# Nouns that measure, count or point, and name no subject.
_UNTELLING = frozenset(words("subjects")["untelling"])


def stopwords_of(language: str) -> frozenset[str]:
    """Words that carry no subject of their own in `language`; empty when we have no list for it."""
    tag = primary_tag(language)
    return STOPWORDS if tag == "en" else _FOREIGN_STOPWORDS.get(tag, frozenset())


def content_words(text: str, language: str = "en") -> list[str]:
    """The words of `text` that carry meaning, in order, lower-case, numbers and stop words left out."""
    stops = stopwords_of(language)
    words = (bare(piece) for piece in _PIECE.findall(text))
    return [word for word in words if len(word) > 1 and word not in stops and not word[0].isdecimal()]


def keywords(text: str, count: int, language: str = "en") -> tuple[str, ...]:
    """At most `count` words or short phrases of `text`, most telling first, none inside another, as first written."""
    stops = stopwords_of(language)
    runs = _runs(clean_text(text), stops)
    frequency: Counter[str] = Counter()
    degree: Counter[str] = Counter()
    for run in runs:
        for word in run:
            frequency[word.lower()] += 1
            degree[word.lower()] += len(run)
    occurrences: Counter[tuple[str, ...]] = Counter()
    shown: dict[tuple[str, ...], str] = {}
    for run in runs:
        for phrase in dict.fromkeys((tuple(run), *((word,) for word in run))):
            key = tuple(word.lower() for word in phrase)
            occurrences[key] += 1
            shown.setdefault(key, " ".join(phrase))

    def score(key: tuple[str, ...]) -> float:
        mean = sum(degree[word] / frequency[word] for word in key) / len(key)
        return mean * math.log1p(occurrences[key]) * (1.0 + math.log1p(min(frequency[word] for word in key)))

    ranked = sorted(shown, key=lambda key: (-score(key), shown[key]))
    chosen: list[tuple[str, ...]] = []
    for key in ranked:
        if len(chosen) >= count:
            break
        if not any(set(key) & set(other) for other in chosen):
            chosen.append(key)
    return tuple(shown[key] for key in chosen)


def subjects(text: str, count: int, language: str = "en") -> tuple[str, ...]:
    """At most `count` nouns, names and noun phrases of `text`, most telling first: what the text is about.

    A phrase may begin with adjectives ("solar power") and ends in a noun; numbers, verbs and adverbs are none. Names
    and what is repeated come first. Other languages than English, which have no tagger here, get their `keywords`.
    """
    if primary_tag(language) != "en":
        return keywords(text, count, language)
    frequency: Counter[str] = Counter()
    phrases: Counter[tuple[str, ...]] = Counter()
    shown: dict[tuple[str, ...], str] = {}
    names: set[tuple[str, ...]] = set()
    for sentence in split_sentences(clean_text(text), language) or (text,):
        for run, is_name in _noun_runs(sentence):
            for phrase in dict.fromkeys((tuple(run), (run[-1],))):
                key = tuple(_singular(word) for word in phrase)
                phrases[key] += 1
                shown.setdefault(key, " ".join(phrase))
                if is_name and len(phrase) == len(run):
                    names.add(key)
            frequency.update(_singular(word) for word in run)

    def score(key: tuple[str, ...]) -> float:
        mean = sum(frequency[word] for word in key) / len(key)
        alone = len(key) > 1 and phrases[key] == 1 and key not in names
        return mean * (1.5 if key in names else 1.0) * (0.6 if alone else 1.0) + 0.3 * (phrases[key] > 1)

    chosen: list[tuple[str, ...]] = []
    order = {key: place for place, key in enumerate(shown)}
    for key in sorted(shown, key=lambda key: (-score(key), order[key])):
        if len(chosen) < count and not any(set(key) & set(other) for other in chosen):
            chosen.append(key)
    return tuple(shown[key] for key in chosen)


def _singular(word: str) -> str:
    """One key for "tide" and "tides"."""
    low = bare(word)
    return low[:-1] if len(low) > 3 and low.endswith("s") and not low.endswith(("ss", "us", "is")) else low


def _noun_runs(sentence: str) -> list[tuple[list[str], bool]]:
    """Runs of one to three nouns with the adjective before them, and whether each is a name."""
    words = split_words(sentence)
    runs: list[tuple[list[str], bool]] = []
    current: list[tuple[str, str]] = []

    def close() -> None:
        while current and not current[-1][1].startswith("N"):
            current.pop()
        kept = current[-_LONGEST_PHRASE:]
        if kept:
            runs.append(([word for word, _ in kept], all(tag == "NP0" for _, tag in kept)))
        current.clear()

    for word, tag in zip(words, tag_words(words), strict=True):
        lead, core, trail = peel(word)
        low = bare(core)
        if lead:
            close()
        is_noun = tag in {"NN0", "NN1", "NN2", "NP0"}
        fits = is_noun or (tag == "AJ0" and not (current and current[-1][1].startswith("N")))
        if (
            fits
            and len(low) > 1
            and low not in STOPWORDS | NUMBER_WORDS | _UNTELLING
            and not any(c.isdigit() for c in low)
        ):
            current.append((core, tag))
        else:
            close()
        if trail:
            close()
    close()
    return runs


def _runs(text: str, stops: frozenset[str]) -> list[list[str]]:
    """Runs of one to three content words; a longer run is cut into its last three (the head of an English phrase)."""
    runs: list[list[str]] = []
    current: list[str] = []
    for piece in [*_PIECE.findall(text), "."]:
        word = bare(piece)
        if len(word) > 1 and word not in stops and not word[0].isdecimal():
            current.append(piece)
        elif current:
            runs.append(current[-_LONGEST_PHRASE:])
            current = []
    return runs
