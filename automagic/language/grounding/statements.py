"""Whether what a scene says stands in the source paragraphs that it cites: its numbers, its names, its subject. Pure.

    "Battery makers sold 24.9 billion dollars' worth, said Curie."
                         └── 24900000000 ──┘              └ name ┘     each must stand in a cited paragraph

Numbers are compared by value ("24.9 billion" is "$24.9B" is "24,900 million"; "vier" is "4"), names by their words
without accents, possessives and plural endings. A machine's other mistakes are not found here: a citation says where a
sentence came from, so that a person can look.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import zip_longest

from automagic.language.numbers.values import Number, find_numbers
from automagic.language.text.grammar import tag_words
from automagic.language.text.keywords import content_words
from automagic.language.text.lexicon import NUMBER_WORDS, STOPWORDS
from automagic.language.text.sentences import primary_tag, split_sentences, split_words
from automagic.language.text.summary import stem

_COORDINATED = re.compile(r"^\s*(?:and|or|to|–|-|und|oder|bis|et|ou|à|y|o|a)\s*$", re.IGNORECASE)

SAID_WORD = re.compile(r"[^\W\d_]+(?:[-'’.][^\W\d_]+)*")
_CLITICS = re.compile(r"['’](?:s|S|ll|re|ve|d|m|t)?$")
_SENTENCE_START = re.compile(r"(?:^|[.!?:…—–]|\n)[\s\"'“”‘’«»()\[\]]*$")
_MIN_CONTENT_WORDS = 4
_ORDINARY = STOPWORDS | NUMBER_WORDS
_NOUNS_IN_CAPITALS = frozenset({"de", "lb"})


def find_unfounded(
    text: str, cited: Sequence[str], *, title: str = "", language: str = "en", source_language: str = ""
) -> tuple[str, ...]:
    """What `text` says that the cited paragraphs do not: one short sentence for each fault, none when all stands.

    Args:
        cited: The paragraphs that the text rests on.
        title: Of the source; its names count as cited.
        language: Of `text`.
        source_language: Of the paragraphs; "" when it is not known, and then taken for the same. Names and subjects
            are compared within one language only: "München" is "Munich" elsewhere.
    """
    faults = [
        f"the number “{shown}” does not stand in the cited paragraphs"
        for shown in unfounded_numbers(text, cited, language, source_language)
    ]
    if source_language and primary_tag(source_language) != primary_tag(language):
        return tuple(faults)
    faults += [
        f"the name “{name}” does not stand in the cited paragraphs"
        for name in unfounded_names(text, [*cited, title], language)
    ]
    wanted = {stem(word) for word in content_words(text, language)}
    if len(wanted) >= _MIN_CONTENT_WORDS and not wanted & {
        stem(w) for part in cited for w in content_words(part, language)
    }:
        faults.append("it has no word in common with the cited paragraphs")
    return tuple(faults)


# ------------------------------------------------------------------------------------------------------ numbers


def unfounded_numbers(
    text: str, cited: Sequence[str], language: str = "en", source_language: str = ""
) -> tuple[str, ...]:
    """The numbers of `text`, as written, whose value no cited paragraph states. A lone "one" is a pronoun, "second" a
    time."""
    known = {value for _, _, values in stated_numbers(cited, language, source_language) for value in values}
    return _unique(
        shown if number.kind == "digits" else shown.lower()
        for number, values in numbers_in(text, language)
        if number.kind != "ordinal" and (shown := text[number.start : number.end]) not in {"one", "One"}
        if not values & known
    )


def stated_numbers(
    cited: Sequence[str], language: str = "en", source_language: str = ""
) -> Iterator[tuple[str, Number, set[Decimal]]]:
    """Each number of the paragraphs, in each way to read it: the text that it stands in, its place, its values."""
    tags = dict.fromkeys(primary_tag(tag) for tag in (source_language or language, "en"))
    # "1 200" may be one number or two: with two spaces it is two.
    readings = [reading for part in cited for reading in (part, part.replace(" ", "  "))]
    for reading in readings:
        for tag in tags:
            yield from ((reading, number, values) for number, values in numbers_in(reading, tag))


def numbers_in(text: str, language: str) -> Iterator[tuple[Number, set[Decimal]]]:
    """Each number with the values that it may have: of "20 and 25 billion" the scale may be meant for both."""
    found = find_numbers(text, language)
    for number, after in zip_longest(found, found[1:]):
        values = set(number.values)
        if after is not None and _COORDINATED.match(text[number.end : after.start]):
            values |= {value * after.scale for value in number.values}
        yield number, values


# -------------------------------------------------------------------------------------------------------- names


def unfounded_names(text: str, cited: Sequence[str], language: str = "en") -> tuple[str, ...]:
    """The proper names of `text`, word by word, that no cited paragraph has."""
    known = {form for part in cited for word in SAID_WORD.findall(part) for form in forms_of(word)}
    return _unique(
        word
        for name in names_in(text, language, names_at_start(text, language))
        for word in name_parts(name)
        if any(c.isupper() for c in word) and word.lower() not in _ORDINARY and not forms_of(word) & known
    )


def names_in(text: str, language: str, starts: Collection[str] = ()) -> Iterator[str]:
    """The capitalised words that are names: inside a sentence all of them, at its start those of `starts`."""
    capitals_mean_nouns = primary_tag(language) in _NOUNS_IN_CAPITALS
    words = list(SAID_WORD.finditer(text))
    for position, match in enumerate(words):
        word = _CLITICS.sub("", match[0])
        plain = word.lower()
        if not any(c.isupper() for c in word) or word == "I" or plain in _ORDINARY:
            continue
        if sum(c.isupper() for c in word) > 1:
            yield word
        elif not word[0].isupper():
            continue
        elif _SENTENCE_START.search(text[: match.start()]):
            if word in starts:
                yield word
        elif not capitals_mean_nouns or _stands_in_a_run(text, words, position):
            yield word


def _stands_in_a_run(text: str, words: Sequence[re.Match[str]], position: int) -> bool:
    """Whether the word before or after is capitalised too: in German "Otto Hahn" is a name, "Wasser" is not."""
    match = words[position]
    before = words[position - 1] if position else None
    after = words[position + 1] if position + 1 < len(words) else None
    joined_before = before is not None and text[before.end() : match.start()] == " " and before[0][0].isupper()
    joined_after = after is not None and text[match.end() : after.start()] == " " and after[0][0].isupper()
    first = before is not None and _SENTENCE_START.search(text[: before.start()]) is not None
    return joined_after or (joined_before and not first)


def names_at_start(text: str, language: str) -> set[str]:
    """Names at the start of a sentence, where a capital says nothing: what the English tagger takes for a name."""
    found: set[str] = set()
    for sentence in split_sentences(text, language):
        words = split_words(sentence)
        tags = tag_words(words, language)
        if words and tags[0].startswith("NP0"):
            found.update(_CLITICS.sub("", word) for word in SAID_WORD.findall(words[0]))
    return found


def name_parts(name: str) -> list[str]:
    """The words of a name: of "Baden-Baden's" twice "Baden"."""
    return [_CLITICS.sub("", part) for part in name.split("-") if part]


def forms_of(word: str) -> set[str]:
    """What a word is compared by."""
    forms = set()
    for part in (_CLITICS.sub("", word), *name_parts(word)):
        plain = "".join(c for c in unicodedata.normalize("NFKD", part.casefold()) if not unicodedata.combining(c))
        plain = plain.replace(".", "").replace("’", "'")
        forms |= {plain, stem(plain)}
    return forms


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


# ------------------------------------------------------------------------------------------------------ origins


def nearest_sentence(text: str, paragraph: str, language: str = "en") -> str:
    """The sentence of `paragraph` that `text` shares most with; the first one when it shares nothing."""
    wanted = {stem(word) for word in content_words(text, language)}
    sentences = split_sentences(paragraph, language) or (paragraph,)

    def likeness(sentence: str) -> float:
        words = {stem(word) for word in content_words(sentence, language)}
        return len(words & wanted) / (len(words | wanted) or 1)

    return max(sentences, key=likeness)
