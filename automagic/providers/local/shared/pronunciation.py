"""Pronunciations for the aligner: from IPA, as espeak-ng writes it, to the ARPAbet phones of its English model.

Sounds that English does not have become the nearest ones it has, so that a text in any language can be aligned.
"""

from __future__ import annotations

from automagic.data import words

_PHONES = {symbol: tuple(phones.split()) for symbol, phones in words("phones").items()}
_LONGEST = max(map(len, _PHONES))
_SILENT = str.maketrans("", "", "ˈˌ͡_-ʰ̩̃ ")


def to_arpabet(ipa: str) -> list[str]:
    """The phones of one word; empty when nothing in it is a sound."""
    sounds = ipa.translate(_SILENT)
    phones: list[str] = []
    position = 0
    while position < len(sounds):
        for length in range(_LONGEST, 0, -1):
            found = _PHONES.get(sounds[position : position + length])
            if found:
                phones.extend(found)
                position += length
                break
        else:
            position += 1  # a length mark, a tone, a sound of no known kind
    return phones
