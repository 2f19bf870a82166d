"""Languages as transcripts name them, as tags."""

from __future__ import annotations

import re

_LANGUAGES = {
    "english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it", "portuguese": "pt",
    "dutch": "nl", "polish": "pl", "russian": "ru", "ukrainian": "uk", "turkish": "tr", "swedish": "sv",
    "danish": "da", "norwegian": "no", "finnish": "fi", "czech": "cs", "greek": "el", "hungarian": "hu",
    "romanian": "ro", "arabic": "ar", "hebrew": "he", "hindi": "hi", "chinese": "zh", "japanese": "ja",
    "korean": "ko", "indonesian": "id", "vietnamese": "vi", "catalan": "ca",
    "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "ita": "it", "por": "pt",
    "nld": "nl", "dut": "nl", "pol": "pl", "rus": "ru", "ukr": "uk", "tur": "tr", "swe": "sv", "dan": "da",
    "nor": "no", "fin": "fi", "ces": "cs", "cze": "cs", "ell": "el", "gre": "el", "hun": "hu", "ron": "ro",
    "ara": "ar", "heb": "he", "hin": "hi", "zho": "zh", "chi": "zh", "cmn": "zh", "jpn": "ja", "kor": "ko",
    "ind": "id", "vie": "vi", "cat": "ca",
}  # fmt: skip


def as_tag(name: str) -> str:
    """A primary BCP-47 tag from a tag, a name in English, or three letters; "" when it is none of them."""
    low = name.strip().lower().replace("_", "-")
    tag = _LANGUAGES.get(low, low)
    if not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{1,8})*", tag) or tag.partition("-")[0] in {"und", "mul", "zxx", "auto"}:
        return ""
    return _LANGUAGES.get(tag.partition("-")[0], tag.partition("-")[0])
