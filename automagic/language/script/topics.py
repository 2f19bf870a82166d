"""What a text is about, in the words that people search for: tags and hashtags.

A topic stands in the title, or is spoken of in several sentences; a name that one sentence brings as an example is
none, nor is a weekday, a form of address, or a word that has its capital from the start of a sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from automagic.data import words
from automagic.language.text.grammar import tag_words
from automagic.language.text.keywords import stopwords_of, subjects
from automagic.language.text.lexicon import bare
from automagic.language.text.phrases import function_words
from automagic.language.text.sentences import primary_tag, split_sentences, split_words
from automagic.language.text.signs import peel

_WORDS = words("topics")
_NEVER, _BEGINS_NAMES = frozenset(_WORDS["never"]), frozenset(_WORDS["begins_names"])
_CANDIDATES, _FEWEST = 40, 2
_SHORTEST_ROOT = 5
_COMMON_SPREAD, _NAME_SPREAD = 2, 3
"""In how many sentences a noun, or a name, must be spoken of that the title does not have."""


def topics_of(title: str, text: str, language: str = "en", most: int = 15) -> tuple[str, ...]:
    """At most `most` nouns, noun phrases and names that the text is about; those of the title come first.

    Args:
        title: Its topics need no second mention.
        text: Whole sentences.
        language: Without a tagger for it, nouns are known by their articles, in German by their capitals.
    """
    tag = primary_tag(language)
    sentences = [title, *split_sentences(text, language)]
    found = subjects(f"{title}. {text}", _CANDIDATES, "en") if tag == "en" else _foreign(sentences, tag)
    if tag == "en":
        found = [phrase for phrase in found if " " in phrase or not _is_rather_verb(phrase, sentences)]
    whole = dict.fromkeys(_whole_name(phrase, sentences) for phrase in found if not _is_never(phrase, tag))
    ranked = [(_spread(phrase, sentences[1:]), phrase) for phrase in whole]
    titled = [phrase for _, phrase in ranked if _spread(phrase, [title])]
    others = [
        phrase
        for spread, phrase in ranked
        if phrase not in titled and spread >= (_NAME_SPREAD if _is_name(phrase, sentences, tag) else _COMMON_SPREAD)
    ]
    others.sort(key=lambda phrase: -_spread(phrase, sentences[1:]))
    titled.sort(key=lambda phrase: -_spread(phrase, sentences[1:]))
    topics = _without_overlap([*titled, *others])
    if len(topics) < _FEWEST:  # a short text says nothing twice
        topics = _without_overlap([*topics, *(phrase for _, phrase in ranked if not _is_name(phrase, sentences, tag))])
        topics = topics[:_FEWEST]
    return tuple(topics[:most])


def _foreign(sentences: Sequence[str], tag: str) -> list[str]:
    """Nouns and names of a language without a tagger, most often spoken of first."""
    own = _WORDS.get(tag, {})
    articles = frozenset(own.get("articles", ()))
    stops = stopwords_of(tag) | function_words(tag) | articles
    counted: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for sentence in sentences:
        pieces = [peel(word) for word in split_words(sentence)]
        at = 0
        while at < len(pieces):
            end = _end_of_name(pieces, at) if at else at + 1
            core = " ".join(piece[1] for piece in pieces[at:end])
            low = core.lower()
            before = pieces[at - 1][1].lower() if at else ""
            named = at > 0 and core[:1].isupper()
            noun = named if tag == "de" else named or before in articles or before.isdigit()
            if noun and len(low) > 2 and low not in stops and not any(c.isdigit() for c in low) and low[0].isalpha():
                counted[low] += 1
                shown.setdefault(low, core)
            at = end
    return [shown[low] for low, _ in counted.most_common(_CANDIDATES)]


def _end_of_name(pieces: Sequence[tuple[str, str, str]], at: int) -> int:
    """Past the last word of the name that begins at `at`: two or three capitals in a row are one."""
    end = at + 1
    while end < len(pieces) and end - at < 3 and not pieces[end - 1][2] and not pieces[end][0]:
        if not (pieces[end - 1][1][:1].isupper() and pieces[end][1][:1].isupper()):
            break
        end += 1
    return end


def _is_never(phrase: str, tag: str) -> bool:
    never = _NEVER | frozenset(_WORDS.get(tag, {}).get("never", ()))
    lows = [bare(word) for word in phrase.split()]
    return not lows or lows[-1] in never or all(low in never for low in lows) or lows[0] in {"mr", "mrs", "ms", "dr"}


def _whole_name(phrase: str, sentences: Sequence[str]) -> str:
    """ "York" ▸ "New York", where the text has it so at least every other time."""
    if not phrase[:1].isupper():
        return phrase
    text = " ".join(sentences)
    pattern = rf"(?<!\w)((?:[A-Z]\w+ )?){re.escape(phrase)}(?!\w)"
    before = [found[1].strip() for found in re.finditer(pattern, text)]
    longer = Counter(word for word in before if word.lower() in _BEGINS_NAMES)
    if not longer:
        return phrase
    word, count = longer.most_common(1)[0]
    return f"{word} {phrase}" if 2 * count >= len(before) else phrase


def _spread(phrase: str, sentences: Sequence[str]) -> int:
    """In how many sentences all words of the phrase stand, in any number."""
    wanted = {_singular(word) for word in phrase.split()}
    return sum(wanted <= {_singular(word) for word in split_words(sentence)} for sentence in sentences)


def _singular(word: str) -> str:
    """One key for "tide" and "tides"; no more, so that "sinks" is not "sinking"."""
    low = bare(word)
    low = low.removesuffix("'s")
    return low[:-1] if len(low) > 3 and low.endswith("s") and not low.endswith(("ss", "us", "is")) else low


def _is_rather_verb(word: str, sentences: Sequence[str]) -> bool:
    """Whether an English word is a verb as often as a noun: "New York sinks", "buildings sink"."""
    key, nouns, verbs = _singular(word), 0, 0
    for sentence in sentences:
        display = split_words(sentence)
        for one, tag in zip(display, tag_words(display), strict=True):
            if _singular(one) == key or bare(one) in {f"{key}ing", f"{key}ed"}:
                nouns, verbs = nouns + tag.startswith("N"), verbs + tag.startswith("VV")
    titled = {bare(one) for one in split_words(sentences[0])}
    return f"{key}ing" in titled or (0 < verbs >= nouns and nouns < _COMMON_SPREAD)


def _is_name(phrase: str, sentences: Sequence[str], tag: str) -> bool:
    """Whether it never stands in small letters."""
    if tag == "de":
        return len(phrase.split()) > 1
    return phrase[:1].isupper() and not any(re.search(rf"(?<!\w){re.escape(phrase.lower())}", one) for one in sentences)


def _without_overlap(phrases: Sequence[str]) -> list[str]:
    """Without those that share a word, or the beginning of a long one, with one before them: "Wärme", "Wärmepumpe"."""
    kept: list[str] = []
    taken: list[str] = []
    for phrase in phrases:
        keys = [_singular(word) for word in phrase.split()]
        if not any(_are_kin(key, other) for key in keys for other in taken):
            kept.append(phrase)
            taken.extend(keys)
    return kept


def _are_kin(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) >= _SHORTEST_ROOT and long.startswith(short))
