"""Numbers as words.

    "1984" as a year ──▶ nineteen eighty-four      "24.9" ──▶ twenty-four point nine      "21st" ──▶ twenty-first

English is read in the American way, without "and". Other languages go through num2words; Chinese, which it lacks, has
its own small reader. A language that neither knows gets English words, so that no digit is left for the voice.
"""

from __future__ import annotations

import importlib
import re
from functools import lru_cache
from types import ModuleType

INDIAN = r"\d{1,2}(?:,\d{2})+,\d{3}(?!\d)"
"""Groups as India writes them: "12,34,567"."""
# Above this many digits a number is a name (a serial, an account), and is read digit by digit.
MAX_DIGITS = 15
# Our voices for Portuguese are Brazilian.
_VARIANTS = {"pt": "pt_BR"}
_FRACTIONS = {2: "half", 4: "quarter"}
_CHINESE_DIGITS = "零一二三四五六七八九"
_CHINESE_PLACES = ("", "十", "百", "千")
_CHINESE_GROUPS = ("", "万", "亿", "万亿")
_POINT = {"de": "Komma", "fr": "virgule", "es": "coma", "it": "virgola", "pt": "vírgula", "nl": "komma", "zh": "点"}
# Languages that write 1.234,5.
DECIMAL_COMMA = frozenset(
    [
        "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "uk", "cs", "sk", "sv", "da", "nb", "no", "fi", "tr",
        "id", "ro", "hu", "el", "bg", "hr", "sl", "sr", "vi",
    ]
)  # fmt: skip


@lru_cache(maxsize=4096)
def cardinal(digits: str, language: str = "en") -> str:
    """A whole number, given as digits only, in words."""
    if len(digits) > MAX_DIGITS or (len(digits) > 1 and digits[0] == "0"):
        return spell_digits(digits, language)
    value = int(digits)
    if language == "zh":
        return _chinese(value)
    return _words_of(value, "cardinal", language)


@lru_cache(maxsize=1024)
def ordinal(digits: str, language: str = "en") -> str:
    """ "21" → "twenty-first"."""
    if len(digits) > MAX_DIGITS:
        return spell_digits(digits, language)
    if language == "zh":
        return "第" + _chinese(int(digits))
    return _words_of(int(digits), "ordinal", language)


@lru_cache(maxsize=1024)
def year(digits: str, language: str = "en") -> str:
    """A year as it is said: "1984" → "nineteen eighty-four", in German "neunzehnhundertvierundachtzig"."""
    return _words_of(int(digits), "year", language)


def decade(digits: str) -> str:
    """ "1980" → "nineteen eighties", "90" → "nineties", "2000" → "two thousands"."""
    words = year(digits) if len(digits) == 4 else cardinal(digits)
    return words[:-1] + "ies" if words.endswith("y") else words + "s"


def spell_digits(digits: str, language: str = "en") -> str:
    """One by one: "007" → "zero zero seven"."""
    if language == "zh":
        return "".join(_CHINESE_DIGITS[int(digit)] for digit in digits)
    return " ".join(cardinal(digit, language) for digit in digits)


def number(written: str, language: str = "en") -> str:
    """A number as it is written, with group separators and decimals, in words.

    "1,200" → "one thousand two hundred"; "3.10" → "three point one zero"; in German "1.200,5" is understood.
    """
    plain = re.sub(r"[\s\u00a0\u202f\u2009'’]", "", written)
    if "." in plain and "," in plain:  # of two kinds the last parts the decimals, whatever the language
        group = "," if plain.rfind(".") > plain.rfind(",") else "."
        plain = plain.replace(group, "").replace(",", ".")
    elif language in DECIMAL_COMMA:
        plain = re.sub(r"\.(?=\d{3}(?!\d))", "", plain).replace(",", ".")
    else:
        plain = re.sub(INDIAN, lambda found: found[0].replace(",", ""), plain)
        plain = re.sub(r",(?=\d{3}(?!\d))", "", plain)
    parts = [part for part in re.split(r"[.,]", plain) if part]
    if not parts:
        return ""
    if plain[0] in ".,":
        parts.insert(0, "0")
    point = f" {_POINT.get(language) or _point_of(language)} ".replace("  ", " ")
    if len(parts) > 2:  # a version or an address: each part is a number of its own
        return point.join(cardinal(part, language) for part in parts)
    whole = cardinal(parts[0], language)
    if len(parts) == 1:
        return whole
    if point.isspace() and (said := _words_of_decimal(float(f"{parts[0]}.{parts[1]}"), language)):
        return said
    decimals = spell_digits(parts[1], language)
    return f"{whole}点{decimals}" if language == "zh" else f"{whole}{point}{decimals}"


@lru_cache(maxsize=64)
def _point_of(language: str) -> str:
    """What parts the decimals in a language of the library: its "1.2" without "one" and "two"."""
    if language == "en" or not _is_supported(language):
        return "point" if language == "en" else ""
    said, whole = _words_of_decimal(1.2, language), cardinal("1", language)
    middle = said.removeprefix(whole).removesuffix(cardinal("2", language)).strip()
    return middle if middle and middle != said else ""


def _words_of_decimal(value: float, language: str) -> str:
    try:
        return str(_library().num2words(value, lang=language))
    except (NotImplementedError, OverflowError, IndexError, KeyError, TypeError, ValueError, AttributeError):
        return ""


def fraction(numerator: str, denominator: str) -> str:
    """ "3", "4" → "three quarters"; "1", "2" → "one half"."""
    top, bottom = int(numerator), int(denominator)
    name = _FRACTIONS.get(bottom) or ordinal(denominator)
    if top != 1:
        name = "halves" if name == "half" else name + "s"
    return f"{cardinal(str(top))} {name}"


def run_in_name(digits: str) -> str:
    """Digits inside a name, as people say them: "320" → "three twenty", "19" → "nineteen", "1080" → "ten eighty"."""
    if len(digits) <= 2 or (len(digits) == 3 and digits.endswith("00")):
        return cardinal(digits)
    if digits[0] == "0" or len(digits) > 4:
        return spell_digits(digits)
    if len(digits) == 4:
        return year(digits) if int(digits) >= 1000 else cardinal(digits)
    rest = f"oh {cardinal(digits[2])}" if digits[1] == "0" else cardinal(digits[1:])
    return f"{cardinal(digits[0])} {rest}"


def _library() -> ModuleType:
    return importlib.import_module("num2words")  # imports every language it knows: 0.1 s, only when a number is said


def _is_supported(language: str) -> bool:
    return language in _library().CONVERTER_CLASSES


def _words_of(value: int, kind: str, language: str) -> str:
    if language != "en" and _is_supported(language):
        try:
            return _mended(str(_library().num2words(value, lang=_VARIANTS.get(language, language), to=kind)), language)
        except (NotImplementedError, OverflowError, IndexError, KeyError, TypeError, ValueError):
            pass  # some of its languages have gaps; English words are better than digits that a voice skips
    words = str(_library().num2words(value, lang="en", to=kind))
    return re.sub(r",| and(?= )", "", words)


def _mended(words: str, language: str) -> str:
    """Without the library's slips: "veintiuno mil", "hunderteinstausend", and the commas of Brazilian Portuguese."""
    if language == "de":
        return words.replace("einstausend", "eintausend")
    if language == "es":
        return re.sub(r"\buno(?= mil)", "un", re.sub(r"veintiuno(?= mil)", "veintiún", words))
    return words.replace(",", "") if language == "pt" else words


def _chinese(value: int) -> str:
    """Up to sixteen digits: 10203 → 一万零二百零三."""
    if value == 0:
        return _CHINESE_DIGITS[0]
    groups = []
    while value:
        value, group = divmod(value, 10_000)
        groups.append(group)
    text = ""
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if group:
            needs_zero = bool(text) and group < 1000
            text += ("零" if needs_zero else "") + _chinese_group(group) + _CHINESE_GROUPS[index]
    return text.removeprefix("一") if text.startswith("一十") else text


def _chinese_group(group: int) -> str:
    text, zero = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit:
            text += ("零" if zero and text else "") + _CHINESE_DIGITS[digit] + _CHINESE_PLACES[place]
            zero = False
        else:
            zero = True
    return text
