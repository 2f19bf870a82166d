"""Short forms whose period ends no sentence: "vol. | 3", "Ft. | Worth", "Hr. | Müller", "Véase cap. | 5".

The only list of them: where sentences end, where captions break and what a voice says are all decided by it.
"""

from __future__ import annotations

import re

from automagic.data import words
from automagic.language.text.lexicon import AUXILIARIES, STOPWORDS, bare

_WORDS = words("short-forms")

TITLES: dict[str, str] = _WORDS["titles"]
"""Before a name."""
BEFORE_NUMBER: dict[str, str] = _WORDS["english_before_number"]
"""Before a number."""

_LETTERS = r"[^\W\d_](?:[^\W\d_]|\.(?=[^\W\d_]))*"
_SHORT = re.compile(rf"(?:^|[\s(\[“«„\"'/–-])(?P<short>{_LETTERS})\.$")
_VOWELS = re.compile(r"[aeiouyàáâãäåèéêëìíîïòóôõöùúûü]", re.IGNORECASE)
_OPENING = "\"'“‘«„(["
# They have no vowel either, but stand behind their name or their number.
_BEHIND = frozenset(_WORDS["behind"])
_CLOCK = re.compile(r"(?:\d|\bnoon|\bmidnight)\s?[ap]\.\s?m\.$", re.IGNORECASE)
_ZONES, _BEHIND_ZONE = frozenset(_WORDS["zones"]), frozenset(_WORDS["behind_zone"])
_BEHIND_CLOCK, _DAYS = frozenset(_WORDS["behind_clock"]), frozenset(_WORDS["days"])
# Never the last word of a sentence.
_LEAN = frozenset({"Mr", "Mrs", "Ms", "Dr", "Prof", "e.g", "i.e", "vs", "cf"})
_KNOWN = {
    kind: {
        tag: frozenset(form for word in forms for form in (word, word[0].upper() + word[1:]))
        for tag, forms in {**_WORDS[kind], "en": [*english, *_WORDS[kind]["en"]]}.items()
    }
    for kind, english in (("before_name", map(str.capitalize, TITLES)), ("before_number", BEFORE_NUMBER))
}


def is_short(word: str, tag: str = "en") -> bool:
    """Whether a word, with its period, is a short form of a language: "Vol.", "fig.", "Dr.", or an initial."""
    stem = word.removesuffix(".")
    known = any(stem in table.get(tag, ()) for table in _KNOWN.values())
    return word.endswith(".") and (known or (len(stem) == 1 and stem.isalpha()))


def leads_on(before: str, following: str, tag: str) -> bool:
    """Whether the period that ends `before` is that of a short form which needs what follows.

    Before a number that is a short form of books and streets ("vol. 3"), before a name a title or a kind of place.
    Capitals without a vowel are one by their looks ("Ft. Worth", "Frl. Meier"), except those that stand behind a name
    or a number. Before an English function word with a capital the sentence has ended: "on Main St. | The".
    """
    if tag == "en" and _CLOCK.search(before):
        return _goes_with_clock(following)
    found = _SHORT.search(before)
    opening = re.match(r"\w+", following.lstrip(_OPENING))
    if not found or not opening:
        return False
    short = found["short"]
    if opening[0][0].isdigit():
        return short in _KNOWN["before_number"].get(tag, ())
    if tag == "en" and opening[0][0].isupper() and opening[0].lower() in STOPWORDS:
        return short in _LEAN
    looks = short[0].isupper() and 2 <= len(short) <= 4 and short[1:].islower() and not _VOWELS.search(short)
    return short in _KNOWN["before_name"].get(tag, ()) or (looks and short.lower() not in _BEHIND)


def _goes_with_clock(following: str) -> bool:
    """Whether a time of day goes on: "9 a.m. | Eastern on the 10th", "5 p.m. | Monday to Friday"; not "Monday is"."""
    first, second = [*following.split(maxsplit=2), "", ""][:2]
    if bare(first) in _ZONES:
        return bare(second) in _BEHIND_ZONE | _DAYS or not second[:1].isupper()
    is_zone = first.rstrip(".,;:!?)") in _BEHIND_CLOCK
    return is_zone or (bare(first) in _DAYS and bare(second) not in AUXILIARIES)
