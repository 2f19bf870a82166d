"""Display words as they are said in languages other than English.

    fr  ["10", "000", "personnes"]  ──▶ ["dix mille", "", "personnes"]
    de  ["um", "17:30", "Uhr."]     ──▶ ["um", "siebzehn Uhr dreißig.", ""]
    pt  ["R$", "1.299,50"]          ──▶ ["mil duzentos e noventa e nove reais e cinquenta centavos", ""]

As in English, each rule looks at the word at hand and the ones after it, and answers with what is said for each word
that it took, or None. What no rule knows stands as it is: a voice reads its own language better than rules written
from afar. Languages without a table (`foreign_tables`) have their numbers read, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from automagic.language.numbers import spoken
from automagic.language.speech.dates import read_date, read_ordinal, read_time
from automagic.language.speech.few_signs import say_signs
from automagic.language.speech.foreign_amounts import read_amount
from automagic.language.speech.foreign_tables import TONGUES, Tongue
from automagic.language.speech.parts import WordParts, begins_number, core_at, is_money, is_range, take_apart
from automagic.language.speech.roman import read_roman
from automagic.language.text.signs import count_groups

_NUMBER = re.compile(r"\d+(?:[.,'’\u00a0\u202f\u2009]\d+)*")
_NAMES = {"C++": "C plus plus", "C#": "C sharp", "F#": "F sharp", ".NET": "dot net"}
# Titles that are written without a period, too.
_UNMARKED = frozenset({"mme", "mlle", "dr", "no", "n°", "nº", "n.º"})


def read_words(words: Sequence[str], tag: str) -> list[str]:
    """What is said for each of the words, "" for none."""
    parts = [take_apart(word) for word in words]
    tongue = TONGUES.get(tag)
    said: list[str] = []
    while len(said) < len(parts):
        index = len(said)
        answer = None
        if tongue is not None:
            answer = next((found for rule in _RULES if (found := rule(parts, index, tag)) is not None), None)
        said.extend(answer or _read_groups(parts, index, tag))
    return said


def _read_groups(parts: Sequence[WordParts], index: int, tag: str) -> list[str]:
    """A word that no rule knows, or the words of one number in groups of three digits."""
    words = [f"{p.lead}{p.core}{p.trail}" for p in parts[index : index + 8]]
    count = count_groups(words, 0, tag) if parts[index].core.isdecimal() else 1
    core = "\u202f".join(part.core for part in parts[index : index + count])
    joined = WordParts(parts[index].lead, core, parts[index + count - 1].trail)
    return [_read_default(joined, tag), *[""] * (count - 1)]


def _read_nothing(  # noqa: PLR0911 - one return for each kind of sign
    parts: Sequence[WordParts], index: int, tag: str
) -> list[str] | None:
    """A lone dash becomes a pause, or "to" between two numbers; a sign its name; other punctuation is not said."""
    part, tongue = parts[index], TONGUES[tag]
    if not part.core:
        return [""]
    if any(c.isalnum() for c in part.core):
        return None
    if set(part.core) <= set("-–—―"):
        return [tongue.to if is_range(parts, index) else ","]
    leads = begins_number(core_at(parts, index + 1)) or core_at(parts, index + 1) in tongue.money
    if part.core in tongue.signs and leads:
        return [tongue.signs[part.core]]
    if part.core in {"№", "#"} and leads:
        return [tongue.number]
    if is_money(part.core, tongue.money):
        return None
    names = [tongue.symbols.get(part.core, "")] if part.core in tongue.symbols else map(tongue.symbols.get, part.core)
    return [part.around(" ".join(name for name in names if name))]


def _read_short(parts: Sequence[WordParts], index: int, tag: str) -> list[str] | None:
    """ "z. B.", "ca.", "M. Dupont", "n° 5", "p. 12"."""
    tongue, part, after = TONGUES[tag], parts[index], core_at(parts, index + 1)
    has_period = part.trail.startswith(".")
    if has_period or part.core.lower() == "ad":
        pair = f"{part.core}{'.' if has_period else ''} {after}".lower()
        if pair in tongue.short and parts[index + 1].trail.startswith("."):
            return [part.lead + tongue.short[pair] + _end_of(parts, index + 1), ""]
    low = part.core.lower()
    attached = re.fullmatch(r"(?:n[°º]|n\.[°º]|nr\.|№|#)(\d+)", low)
    if attached:
        return [part.around(f"{tongue.number} {spoken.cardinal(attached[1], tag)}")]
    if part.core in tongue.titles and has_period and after[:1].isupper():
        return [part.lead + tongue.titles[part.core]]
    if low in tongue.before_number and (has_period or low in _UNMARKED) and after[:1].isdecimal():
        return [part.lead + tongue.before_number[low]]
    if low in tongue.short and (has_period or (low in _UNMARKED and part.core[0].isupper())):
        long = tongue.short[low]
        return [part.lead + (long[0].upper() + long[1:] if not index else long) + _end_of(parts, index)]
    return None


def _end_of(parts: Sequence[WordParts], index: int) -> str:
    """The punctuation of an abbreviation without its own period, unless that also ends the sentence."""
    trail = parts[index].trail
    return trail if index + 1 == len(parts) else trail.removeprefix(".")


def _read_joined(parts: Sequence[WordParts], index: int, tag: str) -> list[str] | None:
    """Words that are one number: "10 | 000", "R$ | 1.299,50": the first says it all."""
    part = parts[index]
    words = [f"{p.lead}{p.core}{p.trail}" for p in parts[max(index - 2, 0) : index + 8]]
    at = min(index, 2)
    count = 1
    if part.core[-1:].isdecimal():
        count = count_groups(words, at, tag)
    elif is_money(part.core, TONGUES[tag].money) and not part.trail and begins_number(core_at(parts, index + 1)):
        count = 1 + count_groups(words, at + 1, tag)
    if count == 1:
        return None
    core = "\u202f".join(p.core for p in parts[index : index + count])
    core = re.sub(r"^(\D+)\u202f", r"\1", core)
    joined = WordParts(part.lead, core, parts[index + count - 1].trail)
    said = read_amount([*parts[:index], joined, *parts[index + count :]], index, tag)
    return [said[0], *[""] * (count - 1), *said[1:]] if said else None


def _read_phone(parts: Sequence[WordParts], index: int, tag: str) -> list[str] | None:
    """ "+49 | 30 | 123456": digit by digit, a pause after each group."""
    if not re.fullmatch(r"\+\d{1,3}", parts[index].core):
        return None
    end = index + 1
    while end < len(parts) and not parts[end - 1].trail.strip(")") and re.fullmatch(r"\d[\d/()-]*", parts[end].core):
        end += 1
    if len(re.sub(r"\D", "", "".join(p.core for p in parts[index:end]))) < 7:
        return None
    said = [
        ", ".join(spoken.spell_digits(group, tag) for group in re.findall(r"\d+", part.core)) + ","
        for part in parts[index:end]
    ]
    said[0] = f"{TONGUES[tag].signs['+']} {said[0]}"
    said[-1] = said[-1].rstrip(",") + parts[end - 1].trail
    return said


def _read_days(parts: Sequence[WordParts], index: int, tag: str) -> list[str] | None:
    """ "Mo–Fr", "lun.-ven.", "A–Z": from the one to the other."""
    part, tongue = parts[index], TONGUES[tag]
    both = re.fullmatch(r"([^\W\d]+)\.?\s?([–-])([^\W\d]+)", part.core)
    if not both:
        return None
    names = [tongue.days.get(word.lower(), "") for word in (both[1], both[3])]
    months = [_month_of(word, tongue) for word in (both[1], both[3])]
    for found in (names, months):
        if all(found) and (both[1][0].isupper() or tag != "de"):
            return [part.lead + f"{found[0]} {tongue.to} {found[1]}" + _end_of(parts, index)]
    alone = re.fullmatch(r"[A-Z]–[A-Z]", part.core)
    return [part.around(f"{both[1]} {tongue.to} {both[3]}")] if alone else None


def _month_of(word: str, tongue: Tongue) -> str:
    low = word.lower()
    return next((name for name in tongue.months if len(low) > 2 and name.lower().startswith(low)), "")


def _read_unit(parts: Sequence[WordParts], index: int, tag: str) -> list[str] | None:
    """ "m/s" behind a number that another rule has read: "3 × 10⁸ | m/s"."""
    part, units = parts[index], TONGUES[tag].units
    is_rate = "/" in part.core and part.core in units and re.search(r"\d$", core_at(parts, index - 1))
    return [part.around(units[part.core].split("|")[1])] if is_rate else None


_Rule = Callable[[Sequence[WordParts], int, str], "list[str] | None"]
_RULES: tuple[_Rule, ...] = (
    _read_nothing,
    _read_phone,
    _read_days,
    read_date,
    read_time,
    read_ordinal,
    read_roman,
    _read_short,
    _read_joined,
    read_amount,
    _read_unit,
)


def _read_default(part: WordParts, tag: str) -> str:
    """A word, with the numbers in it read one by one: "A320", "COVID-19", "9/11"."""
    symbols = TONGUES[tag].symbols if tag in TONGUES else {}
    core = _NAMES.get(part.core, part.core)
    if not symbols:
        core = say_signs(core, tag)
    if core[:1] in {"@", "#"} and len(core) > 1:
        core = f"{symbols.get(core[0], '')} {core[1:]}"
    core = re.sub(r"(?<=\w)[–—](?=\w)", ", ", core)
    core = re.sub(r"(?<=[^\W\d_])[²³]", lambda found: f" {symbols.get(found[0], found[0])}", core)
    core = _NUMBER.sub(lambda found: f" {spoken.number(found[0], tag)} ", core)
    for symbol in sorted(symbols, key=len, reverse=True):
        if symbol not in {"→", "#", "²", "³"}:
            core = core.replace(symbol, f" {symbols[symbol]} ")
    return part.around(re.sub(r"\s+(?=[.,;:!?…)])", "", " ".join(core.split())))
