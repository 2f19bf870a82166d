"""Times of day, dates and ordinals as other languages than English say them.

fr "17h30" ──▶ dix-sept heures trente      de "am" "29." "Juli" ──▶ am neunundzwanzigsten Juli
es "29/07/2026" ──▶ veintinueve de julio de dos mil veintiséis      fr "XXe siècle" ──▶ vingtième siècle
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from automagic.language.numbers import spoken
from automagic.language.speech.foreign_amounts import agree
from automagic.language.speech.foreign_tables import TONGUES, Tongue
from automagic.language.speech.parts import WordParts, core_at
from automagic.language.speech.roman import value_of_roman

_CLOCK = r"(\d{1,2})(?:[:.](\d{2})|\s?[hH](\d{2})?)"
_TIME = re.compile(_CLOCK)
_TIMES = re.compile(rf"({_CLOCK}|\d{{1,2}})[–-]({_CLOCK}|\d{{1,2}})")
_CLOCK_WORDS = {
    "de": frozenset({"uhr", "h"}),
    "nl": frozenset({"uur"}),
    "es": frozenset({"h", "hs", "hrs"}),
    "fr": frozenset({"h"}),
    "it": frozenset({"h"}),
    "pt": frozenset({"h"}),
}
# Before a time with a point: "alle 17.30" is no number.
_BEFORE_CLOCK = frozenset({"ore", "alle", "dalle", "le", "um", "ab", "bis", "gegen", "om", "vanaf", "las", "às"})
_DATIVE = frozenset(
    [
        "am", "im", "vom", "zum", "beim", "dem", "den", "des", "seit", "ab", "bis", "zur", "einem", "einen", "ihrem",
        "seinem", "ihren", "seinen", "unserem", "diesem", "diesen", "und", "oder",
    ]
)  # fmt: skip
_WEAK = frozenset({"der", "die", "das", "diese", "dieser", "dieses"})
_CENTURIES = frozenset({"siglo", "siglos", "século", "séculos", "secolo", "secoli", "siècle", "siècles"})
_ARTICLES = frozenset(
    ["il", "lo", "la", "al", "alla", "del", "della", "nel", "nella", "un", "una", "dal", "dalla", "o", "a", "no", "na"]
)


def read_time(parts: Sequence[WordParts], index: int, tag: str) -> list[str] | None:
    """ "17:30 Uhr", "17h30", "17 h 30", "9–17 Uhr"."""
    part, tongue = parts[index], TONGUES[tag]
    spread = _spread_time(parts, index)
    if spread and tag in {"fr", "pt", "es"}:
        hour, minute, taken = spread
        return [part.lead + _clock(hour, minute, tag, tongue) + parts[index + taken].trail, *[""] * taken]
    after = core_at(parts, index + 1).lower() if not part.trail else ""
    marked = after in _CLOCK_WORDS[tag]
    both, alone = _TIMES.fullmatch(part.core), _TIME.fullmatch(part.core)
    if both and (marked or re.search(r"[:hH]", part.core)):
        times = [_say_time(text, tag, tongue, marked=marked) for text in re.split(r"[–-]", part.core)]
        said = f"{times[0]} {tongue.to} {times[1]}" if all(times) else ""
    elif alone and (marked or "." not in part.core or core_at(parts, index - 1).lower() in _BEFORE_CLOCK):
        said = _say_time(part.core, tag, tongue, marked=marked)
    else:
        said = ""
    if not said:
        return None
    return [part.lead + said + parts[index + 1].trail, ""] if marked else [part.around(said)]


def _spread_time(parts: Sequence[WordParts], index: int) -> tuple[int, int, int] | None:
    """ "17 | h | 30" as hour, minute and how many more words it takes."""
    texts = [core_at(parts, index + i) for i in range(3)]
    if any(part.trail for part in parts[index : index + 2]) or texts[1].lower() != "h":
        return None
    if not re.fullmatch(r"\d{1,2}", texts[0]) or not re.fullmatch(r"[0-5]\d", texts[2]) or int(texts[0]) > 24:
        return None
    return int(texts[0]), int(texts[2]), 2


def _say_time(text: str, tag: str, tongue: Tongue, *, marked: bool) -> str:
    found = _TIME.fullmatch(text)
    if not found:
        return _clock(int(text), 0, tag, tongue, whole=True) if text.isdecimal() and int(text) <= 24 else ""
    hour, minute = int(found[1]), int(found[2] or found[3] or 0)
    if hour > 24 or minute > 59:
        return ""
    return _clock(hour, minute, tag, tongue, whole=marked or "h" in text.lower())


def _clock(hour: int, minute: int, tag: str, tongue: Tongue, *, whole: bool = False) -> str:
    """A time of day; `whole` names the hours even where a language leaves them out: "diecisiete horas"."""
    alone, with_minutes, gender = tongue.hours
    said = agree(spoken.cardinal(str(hour), tag), tag, feminine=gender == "f")
    form = with_minutes if minute else alone
    if whole and not minute and tag in {"es", "it"}:
        form = {"es": "{h} horas", "it": "{h}"}[tag]
    text = form.format(h=said, m=spoken.cardinal(str(minute), tag))
    if hour in {0, 1} and tag in {"fr", "pt", "es"} and hour == (hour if tag == "fr" else 1):
        text = re.sub(r"\b(heure|hora)s\b", r"\1", text)
    return text


def read_date(parts: Sequence[WordParts], index: int, tag: str) -> list[str] | None:
    """ "29.07.2026", "29/07/2026", "2026-07-29"."""
    part, tongue = parts[index], TONGUES[tag]
    iso = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", part.core)
    written = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", part.core)
    found = iso or written
    if not found:
        return None
    numbers = [int(text) for text in found.groups()]
    year, month, day = numbers if iso else numbers[::-1]
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    name, when = tongue.months[month - 1], spoken.year(str(year), tag)
    first = _day(day, core_at(parts, index - 1), tag)
    of = " de " if tag in {"es", "pt"} else " "
    return [part.around(f"{first}{of}{name}{of}{when}")]


def _day(day: int, before: str, tag: str) -> str:
    if tag == "de":
        return _german_ordinal(str(day), before)
    if day == 1 and tag != "nl":
        return {"fr": "premier", "es": "uno", "it": "primo", "pt": "primeiro"}[tag]
    return spoken.cardinal(str(day), tag)


def read_ordinal(parts: Sequence[WordParts], index: int, tag: str) -> list[str] | None:
    """ "1er", "2e", "3º", "1ª", "29. Juli", "XXe siècle", "siglo XXI", "XX secolo"."""
    part, tongue = parts[index], TONGUES[tag]
    century = _read_century(parts, index, tag)
    if century:
        return [part.around(century)]
    if tag == "de":
        return _read_german(parts, index)
    found = re.fullmatch(tongue.ordinal, part.core)
    if found:
        said = spoken.ordinal(found[1], tag)
        if found.groupdict().get("f"):
            said = _feminine(said, tag)
        elif tag == "es" and part.core.endswith("er"):
            said = said.removesuffix("o")  # "tercer piso"
        return [part.around(said)]
    degree = re.fullmatch(r"(\d{1,2})°", part.core) if tag == "it" else None
    after = core_at(parts, index + 1)
    months = {name.lower() for name in tongue.months}
    counts = core_at(parts, index - 1).lower() in _ARTICLES and after.isalpha() and len(after) > 2
    if degree and not part.trail and (counts or after.lower() in months):
        return [part.around(spoken.ordinal(degree[1], tag))]
    return None


def _feminine(said: str, tag: str) -> str:
    if tag == "fr":
        return "première" if said == "premier" else said
    return re.sub(r"o\b", "a", said)


def _read_german(parts: Sequence[WordParts], index: int) -> list[str] | None:
    """In German a period marks ordinals and ends sentences: a noun must follow, or a month."""
    part = parts[index]
    is_last = index + 1 >= len(parts)
    digits = part.core if re.fullmatch(r"\d{1,3}", part.core) else str(value_of_roman(part.core) or "")
    if is_last or part.trail != "." or not digits or not core_at(parts, index + 1):
        return None
    after, before = core_at(parts, index + 1), core_at(parts, index - 1)
    opens_span = after in {"bis", "und", "oder"} and re.fullmatch(r"\d{1,3}\.", _text_at(parts, index + 2))
    if not (after[0].isupper() or opens_span) or before.lower() in {"nr", "kapitel", "seite", "artikel", "abs"}:
        return None
    if not part.core.isdecimal() and before.lower() not in _DATIVE | _WEAK:
        return None  # "Ludwig XIV."
    return [part.lead + _german_ordinal(digits, before)]


def _text_at(parts: Sequence[WordParts], index: int) -> str:
    return f"{parts[index].core}{parts[index].trail}" if index < len(parts) else ""


def _german_ordinal(digits: str, before: str) -> str:
    """With its ending: "am neunundzwanzigsten", "der neunundzwanzigste", and alone "neunundzwanzigster"."""
    said, low = spoken.ordinal(digits, "de"), before.lower()
    if low in _DATIVE:
        return f"{said}n"
    return said if low in _WEAK else f"{said}r"


def _read_century(parts: Sequence[WordParts], index: int, tag: str) -> str:
    core = parts[index].core
    near = {core_at(parts, index - 1).lower(), core_at(parts, index + 1).lower()} & _CENTURIES
    stem = re.sub(r"(?:e|è|ème)$", "", core) if tag == "fr" else core
    value = value_of_roman(stem)
    if not near or not value or (tag == "fr" and stem == core):
        return ""
    is_ordinal = tag in {"fr", "it"} or value <= 10
    return spoken.ordinal(str(value), tag) if is_ordinal else spoken.cardinal(str(value), tag)
