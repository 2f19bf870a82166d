"""A sentence in display words with their parts of speech, every number with its signs as one.

It fell to −5 °C, on average (so far).  ──▶  It · fell · to · −5 °C, · on · average.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from automagic.language.numbers.bonds import bonds
from automagic.language.speech.foreign_tables import TONGUES
from automagic.language.text.grammar import tag_words
from automagic.language.text.sentences import primary_tag, split_words
from automagic.language.text.signs import join_signs, peel, quotes_open
from automagic.language.text.tokens import Token

# Their period belongs to them, and ends nothing.
_SHORTENED = frozenset({"dr", "mr", "mrs", "ms", "prof", "st", "mt", "gen", "sen", "rep", "gov", "no", "capt", "col"})


def tokens_of(sentence: str, language: str = "en") -> list[Token]:
    """The sentence as tokens; what stands in round or square brackets is left out.

    A number with its signs is one token, even where white space stands between them: "< 5 %", "20 €", "10 000".
    """
    sentence = re.sub(r"(?<!\w)\((\w+)\)(?=\w)", r"\1", sentence)  # "(re)use"
    sentence = re.sub(r"\[([^\]]*)\]\([^)\s]*\)", r"\1", sentence)
    # "f(x)" and "person(s)" are words; "the bridge(the old one)" has an aside.
    sentence = re.sub(r"(?:(?:^|\s+)\(|(?<!\$)\((?=[^)\s]*\s)|\s*(?<![#@$!])\[)[^)\]]*[)\]](?!\w)", "", sentence)
    sentence = re.sub(r"\s*—\s*|\s+(?:--|–)\s+(?![\d$€£¥])|(?<=\w)--(?=\w)", " — ", sentence)
    words = join_signs(split_words(sentence), language)
    return [token for token, _ in tokens_with_tags(words, tag_words(words, language), language)]


def tokens_with_tags(words: Sequence[str], tags: Sequence[str], language: str = "en") -> list[tuple[Token, int]]:
    """Display words, their signs joined, as tokens, each with the index of its word; lone marks are none.

    Args:
        words: Of one sentence.
        tags: Their parts of speech; of any set whose nouns begin with "N".
        language: BCP-47.
    """
    quoted = [False, *quotes_open(words)]
    tokens: list[Token] = []
    places: list[int] = []
    for index, (word, tag) in enumerate(zip(words, tags, strict=True)):
        _, core, trail = peel(word, quoted=quoted[index])
        following = words[index + 1] if index + 1 < len(words) else ""
        if core.lower() in {"a.m", "p.m", "a.m.", "p.m."} and tokens and tokens[-1].is_a("CRD", "CD"):
            tokens[-1] = Token(f"{tokens[-1].text} {core.rstrip('.')}.", tokens[-1].tag, trail.lstrip(".")[:1])
        elif core:
            shortened = trail == "." and _is_shortened(core, following, language)
            marks = [c for c in trail if c in ".,;:!?—…"]
            tokens.append(Token(f"{core}.", tag, "") if shortened else Token(core, tag, marks[0] if marks else ""))
            places.append(index)
        elif tokens and any(c in word for c in "—–-"):
            tokens[-1] = replace(tokens[-1], stop="—")
    bound = bonds([token.text for token in tokens], [token.tag for token in tokens])
    bonded = [replace(token, binds=binds and not token.stop) for token, binds in zip(tokens, bound, strict=True)]
    return list(zip(bonded, places, strict=True))


def _is_shortened(core: str, following: str, language: str) -> bool:
    """Whether a period belongs to its word: "Dr. Lee", "approx. ten", "am 3. Mai", "M. Dupont"."""
    low, tag = core.lower(), primary_tag(language)
    if not following:
        return False
    if tag != "en" and (tongue := TONGUES.get(tag)) is not None:
        known = {*tongue.short, *tongue.before_number, *map(str.lower, tongue.titles)}
        return following[:1].islower() or low in known or (tag == "de" and core.isdecimal())
    if low in _SHORTENED:
        return following[:1].isdigit() or (following[:1].isupper() and low != "no")
    return following[:1].islower() and core.isalpha() and len(core) < 7
