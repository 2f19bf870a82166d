"""Phonemes of a text of which parts are said by sounds that a person states.

    "I met a Siobhan."  ──▶  "I met a Zubvek."  ─ espeak-ng ─▶  aɪ mˈɛt ɐ zˈʌbvɛk.  ──▶  aɪ mˈɛt ɐ ʃɪˈvɔːn.

The words around a name are read as they are before a word that begins like it: "a" alone would be the letter's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from automagic.language.speech.own_names import named_pattern

_BY_CONSONANT, _BY_VOWEL = "Zubvek", "Uvzubek"
"""Words of no language, which stand for the names meanwhile."""

_VOWELS = frozenset("aeiouyæɑɐɒɔəɚɛɜɪʊʌøœɨɯɤᵻ")
_VOICELESS, _HISSING = frozenset("ptkfθ"), frozenset("szʃʒʦʣʧʤʨʥ")
_MARKS = "ˈˌ"
_BEFORE_SYLLABLE = re.compile(rf"([{_MARKS}])([^{_MARKS} {''.join(sorted(_VOWELS))}]+)")


def phonemize_stated(text: str, sounds: Sequence[Sequence[str]], phonemize: Callable[[str], str]) -> str:
    """The phonemes of a text.

    Args:
        text: Words in full.
        sounds: Parts of the text, each with its IPA.
        phonemize: Gives the phonemes of any text.
    """
    if not sounds:
        return phonemize(text)
    stated: list[str] = []
    parts: list[str] = []
    at = 0
    for start, end, ipa in _find(text, sounds):
        stand_in = _BY_VOWEL if ipa.lstrip(_MARKS)[:1] in _VOWELS else _BY_CONSONANT
        parts += [text[at:start], stand_in]
        stated.append(ipa)
        at = end
    parts.append(text[at:])
    said = phonemize("".join(parts))
    known = "|".join(_with_any_stress(phonemize(one)) for one in (_BY_VOWEL, _BY_CONSONANT))
    pieces = re.split(known, said)
    if len(pieces) != len(stated) + 1:  # one was read otherwise among its neighbours: each part by itself
        pieces = [phonemize(part) for part in parts[::2]]
        return " ".join(piece for pair in zip(pieces, [*stated, ""], strict=True) for piece in pair if piece)
    return "".join(piece for pair in zip(pieces, [*stated, ""], strict=True) for piece in pair)


def _find(text: str, sounds: Sequence[Sequence[str]]) -> list[tuple[int, int, str]]:
    """Where the parts stand, and the IPA of each with its possessive; the longer part where two overlap."""
    found = sorted(
        (match.start(), -match.end(), _mark_vowels(ipa) + (_possessive(ipa) if match[1] else ""))
        for said, ipa in sounds
        for match in named_pattern(said).finditer(text)
    )
    chosen: list[tuple[int, int, str]] = []
    for start, end, ipa in found:
        if not chosen or start >= chosen[-1][1]:
            chosen.append((start, -end, ipa))
    return chosen


def _mark_vowels(ipa: str) -> str:
    """With each stress before its vowel, as espeak-ng and the model have it; dictionaries mark the syllable."""
    return _BEFORE_SYLLABLE.sub(r"\2\1", ipa)


def _possessive(ipa: str) -> str:
    last = ipa.rstrip("ːʰ ")[-1:]
    if last in _HISSING:
        return "ɪz"
    return "s" if last in _VOICELESS else "z"


def _with_any_stress(phonemes: str) -> str:
    return "".join(f"[{_MARKS}]?{re.escape(symbol)}" for symbol in phonemes if symbol not in _MARKS)
