"""Whether a draft says only what its source says, word for word where a word states a fact. Pure.

    source ─▶ read_facts ─▶ SourceFacts ─┐
    own posts ─▶ read_lexicon ───────────┴▶ find_unfounded_words ─▶ number · date · name · word · sentence ...

A word of the author's own is founded by having been used: that is how somebody else's facts come to be told in their
words. A third of each sentence's are the source's all the same, and an own word founds no fact: numbers with what they
count, dates, names, amounts ("millions"), ranks ("largest"), links and mentions come from the source alone. That a
draft turns around what its source says, with founded words, is not seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from automagic.data import words
from automagic.language.grounding.dates import APART, Date, dates_in, months_by_name, without_dates
from automagic.language.grounding.statements import (
    SAID_WORD,
    forms_of,
    name_parts,
    names_at_start,
    names_in,
    numbers_in,
    stated_numbers,
)
from automagic.language.grounding.units import unit_names, units_of, what_is_behind, with_unit
from automagic.language.numbers.values import Number
from automagic.language.style.tokens import LINK, MENTION, TAG, own_posts
from automagic.language.text.grammar import tag_words
from automagic.language.text.keywords import stopwords_of
from automagic.language.text.lexicon import NUMBER_WORDS, every_month
from automagic.language.text.sentences import primary_tag, split_sentences
from automagic.values.post import Post

FactKind = Literal["number", "date", "name", "word", "sentence", "tag", "mention", "link"]
_LISTS = words("facts")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_CLITIC = re.compile(r"(?:n['’]t|['’](?:s|S|ll|re|ve|d|m)?)$")
_IRREGULAR = {"can't": "can", "won't": "will", "shan't": "shall"}
_CAMEL = re.compile(r"[A-ZÀ-Þ]?[^\W\d_A-ZÀ-Þ]+|[A-ZÀ-Þ]+(?![^\W\d_A-ZÀ-Þ])|\d+")
_TRAIL = ".,;:!?)]}'\"’”»…"
_STARTS = re.compile(r"(?:^|[.!?:…]|\n)[\s\"'“”‘’«»()\[\]]*$")
_DAYS = frozenset(day.lower() for day in words("said-en")["weekdays"].values())
_AMOUNTS = frozenset(_LISTS["amounts"]) | NUMBER_WORDS
_TIMES = frozenset(_LISTS["times"]) | _DAYS
_STATED = _AMOUNTS | _TIMES | frozenset(_LISTS["ranks"])
_LIKE_WORDS = re.compile(rf"(?<![\w'’])(?:{'|'.join(_LISTS['like_words'])})(?![\w'’])")
_NO_NAMES = frozenset(_LISTS["no_names"])
_FEW_SMALL = 0.1
_SAYING = 3
"""A sentence of fewer words that say something may be wholly the author's: "Here is what I learned"."""

_LEAST_FOUNDED = 1 / 3
"""Of the words of a sentence, so many are the source's."""

_TELLING = 5
"""So many first words tell whether a sentence begins with a name."""


Numbers = Sequence[tuple[Number, set[Decimal]]]
"""Those of a text with the values that they may have."""


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """The words of an author, of `read_lexicon`.

    Attributes:
        forms: What each word is compared by; tags with "#".
        small: Whether the author leaves capitals out: then a word in small letters may be a name.
    """

    forms: frozenset[str] = frozenset()
    small: bool = False


NO_WORDS = Lexicon()


@dataclass(frozen=True, slots=True)
class Unfounded:
    """What of a draft its source does not say.

    Attributes:
        word: As the draft writes it; of a sentence, all of it.
    """

    kind: FactKind
    word: str

    @property
    def message(self) -> str:
        """For the person who wrote it."""
        if self.kind == "sentence":
            return f"The sentence “{self.word}” has hardly a word of the source."
        return f"The {self.kind} “{self.word}” does not stand in the source."


@dataclass(frozen=True, slots=True, eq=False)
class SourceFacts:
    """What a source states, read once for all drafts from it.

    Attributes:
        language: BCP-47, of the drafts.
        foreign: Whether the source is in another language: then numbers, links and mentions alone can be compared.
        values: Of its numbers.
        bare: Of those that stand without a unit.
        counted: Those with their units.
        dates: With what they say.
        forms: Of all its words.
        written: Those of `like_words` that it writes so.
        handles: Mentions and tags, lower-case.
        links: Without what may be left out of them.
    """

    language: str
    foreign: bool
    values: frozenset[Decimal]
    bare: frozenset[Decimal]
    counted: frozenset[tuple[Decimal, str]]
    dates: frozenset[Date]
    forms: frozenset[str]
    written: frozenset[str]
    handles: frozenset[str]
    links: frozenset[str]


def read_facts(paragraphs: Sequence[str], *, language: str = "en", source_language: str = "") -> SourceFacts:
    """What a source states.

    Args:
        paragraphs: All that a draft may rest on; the address of a page that it may link to is one of them.
        language: Of the drafts.
        source_language: "" when it is not known, and then taken for the same.
    """
    # A draft is read without its handles and dates: so is the source, beside as it is written.
    plain = [_without_handles(part) for part in paragraphs]
    parts = list(dict.fromkeys([*paragraphs, *plain, *map(without_dates, plain)]))
    numbers = list(stated_numbers(parts, language, source_language))
    units = [units_of(part, number) for part, number, _ in numbers]
    stated = list(zip((values for _, _, values in numbers), units, strict=True))
    tag = source_language or language
    text = "\n\n".join(parts)
    return SourceFacts(
        language,
        bool(source_language) and primary_tag(source_language) != primary_tag(language),
        frozenset(value for values, _ in stated for value in values),
        frozenset(value for values, found in stated if not found for value in values),
        frozenset((value, unit) for values, found in stated for value in values for unit in found),
        frozenset(date for date, _ in dates_in(text)),
        frozenset(form for word in {*SAID_WORD.findall(text), *_words_in(text)} for form in _compared_by(word, tag)),
        frozenset(_written_so(text)),
        frozenset(handle[0].lower() for sort in (MENTION, TAG) for handle in sort.finditer(text)),
        frozenset(_bare_link(link[0]) for link in LINK.finditer(text)),
    )


def read_lexicon(posts: Iterable[Post], language: str = "en") -> Lexicon:
    """The words that an author used in own posts, as far as they were written in small letters, and their tags.

    What is written with a capital alone may be a name, and is none of them.
    """
    texts = [post.text for post in own_posts(tuple(posts))]
    tags = {tag.lower() for text in texts if "#" in text for tag in TAG.findall(text)}
    plain = [_without_handles(text) for text in texts]
    found = {word for text in plain for word in _words_in(text) if word.islower()}
    begun = [first[0] for text in plain if (first := _WORD.search(text))]
    return Lexicon(
        frozenset(form for word in found - _STATED for form in _compared_by(word, language)).union(
            tag for tag in tags if not any(c.isdigit() for c in tag)
        ),
        sum(word[0].islower() for word in begun) > _FEW_SMALL * len(begun),
    )


def find_unfounded_words(text: str, source: SourceFacts, lexicon: Lexicon = NO_WORDS) -> tuple[Unfounded, ...]:
    """What of a draft stands neither in its source nor, where that may be, in the author's lexicon; each once.

    Words are looked at in the languages of which we know the words that say nothing by themselves.

    Args:
        lexicon: Of `read_lexicon`.
    """
    links = (link[0].rstrip(_TRAIL) for link in LINK.finditer(text))
    found = [Unfounded("link", link) for link in links if _bare_link(link) not in source.links]
    mentions = (match[0] for match in MENTION.finditer(text)) if "@" in text else ()
    found += [Unfounded("mention", mention) for mention in mentions if mention.lower() not in source.handles]
    plain = _without_handles(text)
    if source.foreign:
        numbers = list(numbers_in(plain, source.language))
        found += [Unfounded("number", shown) for shown in _numbers_beyond(plain, numbers, source)]
    else:
        found += [Unfounded("tag", f"#{tag}") for tag in _tags_beyond(text, source, lexicon)]
        dates = dates_in(plain)
        found += [Unfounded("date", match[0]) for date, match in dates if not _is_stated(date, source)]
        plain = without_dates(plain)
        numbers = list(numbers_in(plain, source.language))
        found += [Unfounded("number", shown) for shown in _numbers_beyond(plain, numbers, source)]
        found += [Unfounded("name", name) for name in _names_beyond(plain, source, lexicon)]
        named = {part for one in found for part in _WORD.findall(one.word)}
        found += [one for one in _find_words(plain, numbers, source, lexicon) if one.word not in named]
        found += [Unfounded("sentence", sentence) for sentence in _sentences_beyond(plain, source)]
    return tuple(dict.fromkeys(found))


# --------------------------------------------------------------------------------------------- numbers and dates


def _numbers_beyond(text: str, numbers: Numbers, source: SourceFacts) -> Iterator[str]:
    """Numbers that the source does not have, or has with another unit."""
    for number, values in numbers:
        shown = text[number.start : number.end]
        if number.kind == "ordinal" or shown.lower() == "one":
            continue
        units = units_of(text, number)
        stated = values & source.values
        if not stated:
            yield shown
        elif units and not any((value, unit) in source.counted for value in stated for unit in units):
            yield with_unit(text, number)
        elif not units and stated.isdisjoint(source.bare) and (thing := _thing_behind(text, number, source.language)):
            yield f"{shown} {thing}"


def _thing_behind(text: str, number: Number, language: str) -> str:
    """What a number counts: the word right behind it, unless that says nothing by itself."""
    behind = what_is_behind(text, number)
    word = behind[1] if behind else ""
    return "" if word.lower() in stopwords_of(language) or word.lower() in months_by_name() else word


def _is_stated(date: Date, source: SourceFacts) -> bool:
    """Whether the source has a date that says the same, or more."""
    return any(all(mine in (0, its) for mine, its in zip(date, stated, strict=True)) for stated in source.dates)


# ------------------------------------------------------------------------------------------------ names and words


def _names_beyond(text: str, source: SourceFacts, lexicon: Lexicon) -> Iterator[str]:
    for name in names_in(text, source.language, _names_at_start(text, source)):
        for word in name_parts(name):
            if not any(c.isupper() for c in word) or word.lower() in _NO_NAMES | NUMBER_WORDS:
                continue
            loud = word.isupper() and len(word) > 1 and _is_own(word.lower(), source.language, lexicon)
            if not loud and not _stands(word, source) and not all(_stands(one, source) for one in word.split(".")):
                yield word
    yield from (word for word in _written_so(text) if word not in source.written)


def _stands(word: str, source: SourceFacts) -> bool:
    return not source.forms.isdisjoint(_compared_by(word, source.language))


def _names_at_start(text: str, source: SourceFacts) -> set[str]:
    """Of the sentences that do not begin with a word of the source: to know a name there takes most of the time."""
    return {
        name
        for sentence in split_sentences(text, source.language)
        if (first := _WORD.search(sentence)) and source.forms.isdisjoint(_compared_by(first[0], source.language))
        for name in names_at_start(" ".join(sentence.split()[:_TELLING]), source.language)
    }


def _written_so(text: str) -> Iterator[str]:
    """ "WHO", which is another word than "who"; a "May" that begins a sentence asks, unless a number is behind it."""
    if text.isupper():
        return
    text = text.replace("U.S.", "US")
    for match in _LIKE_WORDS.finditer(text):
        asks = match[0] == "May" and _STARTS.search(text[: match.start()]) is not None
        if not asks or text[match.end() : match.end() + 2].strip().isdigit():
            yield match[0]


def _find_words(text: str, numbers: Numbers, source: SourceFacts, lexicon: Lexicon) -> Iterator[Unfounded]:
    stops = stopwords_of(source.language)
    if not stops:
        return
    cardinals = [number for number, _ in numbers if number.kind != "ordinal"]
    read = {place for number in cardinals for place in range(number.start, number.end)}
    counted = {behind.start(1) for number in cardinals if (behind := what_is_behind(text, number))}
    for match in _WORD.finditer(text):
        word = _bare_word(match[0])
        low = word.lower()
        if match.start() in read or len(word) < 2 or low in stops or low in _NO_NAMES or low == "one":
            continue
        if not source.forms.isdisjoint(_compared_by(word, source.language)):
            continue
        if match.start() in counted:
            if not any(unit == unit_names().get(low) for _, unit in source.counted):
                yield Unfounded("number", word)
        elif low in _AMOUNTS:
            yield Unfounded("number", word)
        elif low in _TIMES or low in every_month():
            yield Unfounded("date", word)
        elif not _is_own(low, source.language, lexicon):
            yield Unfounded("word", word)


def _sentences_beyond(text: str, source: SourceFacts) -> Iterator[str]:
    """Sentences that are the author's words and hardly the source's: whatever these say, it is something else."""
    stops = stopwords_of(source.language)
    for sentence in split_sentences(text, source.language) if stops else ():
        said = {word for word in _words_in(sentence) if len(word) > 1 and word.lower() not in stops}
        founded = sum(not source.forms.isdisjoint(_compared_by(word, source.language)) for word in said)
        if len(said) >= _SAYING and founded < _LEAST_FOUNDED * len(said):
            yield " ".join(sentence.split())


def _is_own(low: str, language: str, lexicon: Lexicon) -> bool:
    """Whether the author used the word, and it states no fact."""
    if low in _STATED or lexicon.forms.isdisjoint(_compared_by(low, language)):
        return False
    return not lexicon.small or primary_tag(language) != "en" or tag_words(("the", low, "said"))[1] != "NP0"


def _tags_beyond(text: str, source: SourceFacts, lexicon: Lexicon) -> Iterator[str]:
    for match in TAG.finditer(text) if "#" in text else ():
        known = match[0].lower() in source.handles or match[0].lower() in lexicon.forms
        if not known and not _is_said(match[0][1:], source, lexicon):
            yield match[0][1:]


def _is_said(tag: str, source: SourceFacts, lexicon: Lexicon) -> bool:
    """Whether each word of a tag is founded: "ClimateChange" is two."""
    for part in _CAMEL.findall(tag):
        if part.isdigit():
            if Decimal(part) not in source.values:
                return False
        elif source.forms.isdisjoint(_compared_by(part, source.language)) and not _is_own(
            part.lower(), source.language, lexicon
        ):
            return False
    return True


def _words_in(text: str) -> Iterator[str]:
    """Words without what hangs on them: of "don't" "do", of "author's" "author"."""
    for word in _WORD.findall(text):
        yield _bare_word(word)


def _bare_word(word: str) -> str:
    if "'" not in word and "’" not in word:
        return word
    return _IRREGULAR.get(word.lower().replace("’", "'")) or _CLITIC.sub("", word)


def _without_handles(text: str) -> str:
    if "@" in text or "#" in text or "://" in text or "www." in text.lower():
        for sort in (LINK, MENTION, TAG):
            text = sort.sub(APART, text)
    return text


@lru_cache(maxsize=8192)
def _compared_by(word: str, language: str) -> frozenset[str]:
    """What a word is compared by: without accents and its English ending; in other languages without its last letters.

    Their endings are not known here, and are mostly of one or two.
    """
    forms = forms_of(word)
    if primary_tag(language) != "en":
        forms |= {form[:-cut] for form in tuple(forms) for cut in (1, 2) if len(form) - cut >= 4}
    return frozenset(forms)


def _bare_link(link: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", link.rstrip(_TRAIL), flags=re.IGNORECASE).rstrip("/")
