"""Which language a tag names, and which languages are written in a script."""

from __future__ import annotations

import re

from automagic.errors import RequestError

# The script's name begins the Unicode names of its letters. Only scripts that tell the language, or a few, apart.
LANGUAGES_BY_SCRIPT = {
    "ARABIC": "ar fa ur sd ug",
    "ARMENIAN": "hy hyw",
    "BENGALI": "bn as bpy",
    "CJK": "zh ja cmn yue hak",
    "CYRILLIC": "ru uk bg be sr mk kk ky ba cv tt",
    "DEVANAGARI": "hi mr ne kok",
    "ETHIOPIC": "am ti",
    "GEORGIAN": "ka",
    "GREEK": "el grc",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "HANGUL": "ko",
    "HEBREW": "he",
    "HIRAGANA": "ja",
    "KANNADA": "kn",
    "KATAKANA": "ja",
    "MALAYALAM": "ml",
    "MYANMAR": "my shn",
    "ORIYA": "or",
    "SINHALA": "si",
    "TAMIL": "ta",
    "TELUGU": "te",
    "THAI": "th",
}


def primary_language(tag: str) -> str:
    """The primary subtag of a BCP-47 tag, in lower case: "pt" of "pt-BR".

    Raises:
        RequestError: It is not such a tag.
    """
    primary = tag.strip().replace("_", "-").partition("-")[0].lower()
    if not re.fullmatch("[a-z]{2,3}", primary):
        raise RequestError(f"language {tag!r} is not a valid language tag", hint="Give a tag such as en, de or pt.")
    return primary
