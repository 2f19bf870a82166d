"""Pronunciations for the aligner: from IPA, as espeak-ng writes it, to the ARPAbet phones of its English model.

Sounds that English does not have become the nearest ones it has, so that a text in any language can be aligned.
"""

from __future__ import annotations

# Longest symbols first wins; symbols that stand for nothing here (stress, length, ties) are skipped.
_PHONES: dict[str, tuple[str, ...]] = {
    # Diphthongs and vowels with r.
    "aɪə": ("AY", "AH"),
    "aɪɚ": ("AY", "ER"),
    "aɪ": ("AY",),
    "aʊ": ("AW",),
    "eɪ": ("EY",),
    "oʊ": ("OW",),
    "əʊ": ("OW",),
    "ɔɪ": ("OY",),
    "oːɹ": ("AO", "R"),
    "ɔːɹ": ("AO", "R"),
    "ɑːɹ": ("AA", "R"),
    "ɛɹ": ("EH", "R"),
    "eə": ("EH", "R"),
    "ɪə": ("IH", "R"),
    "ʊə": ("UH", "R"),
    "ɪɹ": ("IH", "R"),
    "ʊɹ": ("UH", "R"),
    "əl": ("AH", "L"),
    # A tap is a quick "d" between vowels and an "r" after a consonant.
    "pɾ": ("P", "R"), "bɾ": ("B", "R"), "tɾ": ("T", "R"), "dɾ": ("D", "R"), "kɾ": ("K", "R"), "ɡɾ": ("G", "R"),
    "fɾ": ("F", "R"),
    # Vowels.
    "iː": ("IY",), "i": ("IY",), "y": ("UW",), "ɨ": ("IH",), "ɪ": ("IH",), "ᵻ": ("IH",), "ʏ": ("UH",),
    "e": ("EY",), "ø": ("ER",), "œ": ("ER",), "ɛ": ("EH",), "æ": ("AE",), "a": ("AA",), "ɐ": ("AH",),
    "ɑ": ("AA",), "ɒ": ("AA",), "ɔ": ("AO",), "o": ("OW",), "ʌ": ("AH",), "ə": ("AH",), "ɜ": ("ER",),
    "ɚ": ("ER",), "ɝ": ("ER",), "ʊ": ("UH",), "u": ("UW",), "ɯ": ("UW",), "ɤ": ("AH",), "ɵ": ("UH",),
    # Affricates.
    "tʃ": ("CH",), "ʧ": ("CH",), "dʒ": ("JH",), "ʤ": ("JH",), "tɕ": ("CH",), "dʑ": ("JH",), "ts": ("T", "S"),
    "dz": ("D", "Z"),
    # Consonants.
    "p": ("P",), "b": ("B",), "t": ("T",), "d": ("D",), "k": ("K",), "ɡ": ("G",), "g": ("G",), "q": ("K",),
    "c": ("K",), "ɟ": ("G",), "ʈ": ("T",), "ɖ": ("D",), "ʔ": ("T",), "ɾ": ("D",), "m": ("M",), "n": ("N",),
    "ŋ": ("NG",), "ɲ": ("N", "Y"), "ɳ": ("N",), "ɴ": ("NG",), "f": ("F",), "v": ("V",), "ɸ": ("F",),
    "β": ("V",), "θ": ("TH",), "ð": ("DH",), "s": ("S",), "z": ("Z",), "ʃ": ("SH",), "ʒ": ("ZH",),
    "ɕ": ("SH",), "ʑ": ("ZH",), "ʂ": ("SH",), "ʐ": ("ZH",), "ç": ("HH",), "ʝ": ("Y",), "x": ("HH",),
    "ɣ": ("G",), "χ": ("HH",), "ʁ": ("R",), "h": ("HH",), "ɦ": ("HH",), "ħ": ("HH",), "ʕ": ("AA",),
    "r": ("R",), "ɹ": ("R",), "ɻ": ("R",), "ʀ": ("R",), "ɽ": ("R",), "l": ("L",), "ɫ": ("L",), "ɬ": ("L",),
    "ɭ": ("L",), "ʎ": ("L", "Y"), "ʟ": ("L",), "j": ("Y",), "ʲ": ("Y",), "ɥ": ("W",), "w": ("W",),
    "ʋ": ("V",), "ʍ": ("W",), "ɰ": ("W",),
}  # fmt: skip
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
