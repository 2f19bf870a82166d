"""English display words as they are said, word by word.

    ["It", "cost", "$24.9B", "in", "2021."] ──▶ ["It", "cost", "twenty-four point nine billion dollars", "in",
                                                 "twenty twenty-one."]

Each rule looks at the word at hand (and the ones after it, for "24.9 billion" or "5 May") and answers with what is said
for each word it took, or None. The first rule that answers wins; what no rule knows is said as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from automagic.language.numbers import spoken as spoken_numbers
from automagic.language.numbers.units import CURRENCIES, UNITS
from automagic.language.speech import names as spoken_names
from automagic.language.speech.parts import WordParts, begins_number, core_at, is_money, is_range, take_apart
from automagic.language.speech.quantities import read_quantity
from automagic.language.speech.roman import read_roman, value_of_roman
from automagic.language.speech.tables import (
    ABBREVIATIONS,
    DOTTED,
    SYMBOLS,
    WEEKDAYS,
    WITHOUT_PERIOD,
)
from automagic.language.text.abbreviations import BEFORE_NUMBER
from automagic.language.text.lexicon import MONTHS
from automagic.language.text.signs import count_groups

_INCH = '"″”'
_MONTH_WORDS = frozenset(name.lower() for name in MONTHS) | frozenset(name[:3].lower() for name in MONTHS) | {"sept"}
_DAYS_AND_MONTHS = {
    **WEEKDAYS,
    **{name[:length].lower(): name for length in (3, 4) for name in MONTHS},
    **{name.lower(): name for name in (*WEEKDAYS.values(), *MONTHS)},
}
_TIME = re.compile(r"(\d{1,2})[:h](\d{2})(?::(\d{2}))?(?:([ap])\.?m)?", re.IGNORECASE)
_HOUR = re.compile(r"(\d{1,2})([ap])\.?m", re.IGNORECASE)


def read_words(words: Sequence[str]) -> list[str]:
    """What is said for each of the words, "" for none; digits may be left in what no rule knows.

    The words are expected without markdown and emoji (see `spoken`).
    """
    parts = [take_apart(word) for word in words]
    letters = [part.core for part in parts if part.core.isalpha()]
    shouted = len(letters) >= 3 and all(core.isupper() for core in letters) and any(len(c) > 5 for c in letters)
    said: list[str] = []
    while len(said) < len(parts):
        index = len(said)
        for rule in _RULES:
            answer = rule(parts, index)
            if answer is not None:
                said.extend(answer)
                break
        else:
            part = parts[index]
            said.append(part.around(spoken_names.read_name(part.core, shouted=shouted)))
    return said


def _read_nothing(  # noqa: PLR0911 - one return for each kind of sign
    parts: Sequence[WordParts], index: int
) -> list[str] | None:
    """A lone dash becomes a pause, or "to" between two numbers; a symbol its name; other punctuation is not said."""
    part = parts[index]
    if not part.core:
        return [""]
    if is_money(part.core, CURRENCIES) and part.core not in SYMBOLS:
        return None
    if part.core in SYMBOLS:
        return None if part.core in CURRENCIES else [part.around(SYMBOLS[part.core])]
    if any(c.isalnum() for c in part.core):
        return None
    if set(part.core) <= set("-–—―"):
        return ["to" if is_range(parts, index) else ","]
    if part.core in "▲▼":
        return [{"▲": "up", "▼": "down"}[part.core] if begins_number(core_at(parts, index + 1)) else ""]
    return [part.around(" ".join(SYMBOLS[c] for c in part.core if c in SYMBOLS))]


def _read_joined(parts: Sequence[WordParts], index: int) -> list[str] | None:
    """Words that are one number: "10 | 000", "€ | 20", "R$ | 1,299.50": the first says it all."""
    part = parts[index]
    words = [f"{p.lead}{p.core}{p.trail}" for p in parts[max(index - 2, 0) : index + 7]]
    at = min(index, 2)
    count = 1
    if part.core[-1:].isdecimal():
        count = count_groups(words, at)
    elif (
        is_money(part.core, CURRENCIES)
        and (not part.trail or _is_rupees(part))
        and begins_number(core_at(parts, index + 1))
    ):
        count = 1 + count_groups(words, at + 1)
    if count == 1:
        return None
    last = parts[index + count - 1]
    core = "\u202f".join(p.core for p in parts[index : index + count])
    core = re.sub(r"^(\D+)\u202f", r"\1", core)
    whole = [*parts[:index], WordParts(part.lead, core, last.trail), *parts[index + count :]]
    said = _read_quantity(whole, index)
    return [said[0], *[""] * (count - 1), *said[1:]] if said else None


def _is_rupees(part: WordParts) -> bool:
    """ "Rs." is the one currency that is written with a period."""
    return (part.core, part.trail) == ("Rs", ".")


def _read_inches(parts: Sequence[WordParts], index: int) -> list[str] | None:
    """5'10" is "five foot ten", 27" without a quotation open before it "twenty-seven inches"."""
    part = parts[index]
    feet = re.fullmatch(r"(\d{1,2})['’′](\d{1,2})", part.core)
    if feet:
        small, tall = spoken_numbers.cardinal(feet[2]), spoken_numbers.cardinal(feet[1])
        return [f"{part.lead}{tall} foot {small}{part.trail.lstrip(_INCH)}"]
    quotes = [p.lead.count('"') + p.trail.count('"') for p in parts[:index] if not p.core[-1:].isdecimal()]
    quoted = sum(quotes) % 2 or part.lead
    if quoted or part.trail[:1] not in {'"', "″"} or not re.fullmatch(r"\d+(?:\.\d+)?", part.core):
        return None
    unit = "inch" if part.core == "1" else "inches"
    return [f"{spoken_numbers.number(part.core)} {unit}{part.trail[1:]}"]


def _read_days(parts: Sequence[WordParts], index: int) -> list[str] | None:
    """ "Mon–Fri", "Jan–Mar", "A–Z": from the one to the other."""
    part = parts[index]
    both = re.fullmatch(r"([A-Za-z]+)\.?[–-]([A-Za-z]+)", part.core)
    if not both:
        return None
    names = [_DAYS_AND_MONTHS.get(word.lower(), "") for word in both.groups()]
    if all(names) and part.core[0].isupper():
        return [part.around(f"{names[0]} to {names[1]}").replace(".", "", "." in part.trail and len(both[2]) < 4)]
    return [part.around(f"{both[1]} to {both[2]}")] if re.fullmatch(r"[A-Z][–][A-Z]", part.core) else None


def _read_phone(parts: Sequence[WordParts], index: int) -> list[str] | None:
    """ "+1 (555) 123-4567" over one or several words: digit by digit, a pause after each group."""
    first = parts[index]
    starts_like_one = first.core.startswith("+") or "(" in first.lead
    words: list[str] = []
    for part in parts[index:]:
        if not re.fullmatch(r"[+\d().\-]+", part.core + part.trail.rstrip(",;!?")) or not re.search(r"\d", part.core):
            break
        words.append(part.core + part.trail)
        if part.trail.rstrip(")") or not starts_like_one:
            break
    digits = re.sub(r"\D", "", "".join(words))
    groups = len(re.findall(r"\d+", " ".join(words)))
    alone = bool(re.fullmatch(r"\d{3}-\d{4}|(?:\d{1,3}[-.])?\d{3}[-.]\d{3}[-.]\d{4}|0\d{2,4}[-/]\d{5,8}", first.core))
    if not (alone or (starts_like_one and 7 <= len(digits) <= 15 and groups >= 2)):
        return None
    said = []
    for word in words:
        spelled = ", ".join(spoken_numbers.spell_digits(group) for group in re.findall(r"\d+", word))
        said.append(("plus " if word.startswith("+") else "") + spelled + ",")
    said[-1] = said[-1][:-1] + parts[index + len(words) - 1].trail.replace(")", "")
    return said


def _read_time(parts: Sequence[WordParts], index: int) -> list[str] | None:
    """ "5:30 p.m.", "17:05", "10am", "3:1" (a ratio)."""
    part = parts[index]
    hour = _HOUR.fullmatch(part.core)
    if hour and int(hour[1]) <= 24:
        return [part.around(f"{spoken_numbers.cardinal(str(int(hour[1])))} {hour[2].upper()}-M")]
    hours_range = re.fullmatch(
        r"(\d{1,2}(?::\d{2})?(?:[ap]\.?m)?)[–—-](\d{1,2}(?::\d{2})?(?:[ap]\.?m)?)", part.core, re.IGNORECASE
    )
    if hours_range and (":" in part.core or "m" in part.core.lower()):
        both = [_read_time([WordParts("", text, "")], 0) for text in hours_range.groups()]
        low = both[0] or [spoken_numbers.cardinal(str(int(re.sub(r"\D", "", hours_range[1]))))]
        if both[1]:
            return [part.around(f"{low[0]} to {both[1][0]}")]
    time = _TIME.fullmatch(part.core)
    if time and int(time[1]) <= 24 and int(time[2]) < 60:
        hours, minutes = spoken_numbers.cardinal(str(int(time[1]))), int(time[2])
        half = time[4] or ""
        follows = bool(re.fullmatch(r"[ap]\.?m", core_at(parts, index + 1), re.IGNORECASE))
        if minutes == 0:
            said = hours if half or follows else (f"{hours} o'clock" if 0 < int(time[1]) <= 12 else f"{hours} hundred")
        else:
            said = f"{hours} {'oh ' if minutes < 10 else ''}{spoken_numbers.cardinal(str(minutes))}"
        if time[3]:
            said += f" and {spoken_numbers.cardinal(str(int(time[3])))} seconds"
        return [part.around(said + (f" {half.upper()}-M" if half else ""))]
    ratio = re.fullmatch(r"(\d[\d,]*(?:\.\d+)?):(\d[\d,]*(?:\.\d+)?)", part.core)
    if ratio:
        return [part.around(f"{spoken_numbers.number(ratio[1])} to {spoken_numbers.number(ratio[2])}")]
    return None


def _read_date(parts: Sequence[WordParts], index: int) -> list[str] | None:
    """ "May 5", "5 May", "2024-05-05", "5/6/2024" (month first, as Americans write it)."""
    part = parts[index]
    iso = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", part.core)
    slashed = re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", part.core)
    written = iso or slashed
    if written:
        numbers = [int(text) for text in written.groups()]
        year_, month, day = numbers if iso else (numbers[2], numbers[0], numbers[1])
        if month > 12:
            month, day = day, month
        if 1 <= month <= 12 and 1 <= day <= 31 and year_ >= 1000:
            text = f"{MONTHS[month - 1]} {spoken_numbers.ordinal(str(day))}, {spoken_numbers.year(str(year_))}"
            return [part.around(text)]
    if not re.fullmatch(r"\d{1,2}", part.core) or not 1 <= int(part.core) <= 31:
        return None
    before, after = core_at(parts, index - 1), core_at(parts, index + 1)
    if _is_month(before) and not parts[index - 1].trail.strip(".") and after.lower() not in {"percent", "million"}:
        return [part.around(spoken_numbers.ordinal(part.core))]
    if _is_month(after) and len(after) >= 3 and not part.trail:
        article = "" if before.lower() == "the" else "the "
        return [part.around(f"{article}{spoken_numbers.ordinal(part.core)} of")]
    return None


def _is_month(core: str) -> bool:
    return core[:1].isupper() and core.lower() in _MONTH_WORDS


def _read_before_number(parts: Sequence[WordParts], index: int) -> list[str] | None:
    """ "No. 5", "Fig. 2", "p. 12", "#1"."""
    part, after = parts[index], core_at(parts, index + 1)
    mark = re.fullmatch(r"(?:#|№|[Nn]o\.|[Nn]r\.)(\d+)", part.core)
    if mark:
        return [part.around(f"number {spoken_numbers.cardinal(mark[1])}")]
    long = BEFORE_NUMBER.get(part.core.lower())
    single_capital = len(part.core) == 1 and part.core.isupper()
    if long and not single_capital and part.trail == "." and (after[:1].isdecimal() or value_of_roman(after)):
        return [part.lead + (long.capitalize() if part.core[0].isupper() else long)]
    return None


def _read_abbreviation(parts: Sequence[WordParts], index: int) -> list[str] | None:
    """ "Dr.", "St.", "e.g.", "U.S."; at the end of a sentence the period stays."""
    part, low = parts[index], parts[index].core.lower()
    after = core_at(parts, index + 1)
    has_period = part.trail.startswith(".")
    rest = part.trail[1:] if has_period else part.trail
    is_last = index + 1 == len(parts)
    end = "." if is_last and has_period and not rest.strip("\"”’') ") else ""
    if low in DOTTED and (has_period or low in {"a.m", "p.m"}):
        return [f"{part.lead}{DOTTED[low]}{end}{rest}"]
    if re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]?(?:['’]s)?", part.core):
        letters = part.core.replace(".", "-").upper().replace("’", "'").replace("-'S", "'s").replace("'S", "'s")
        return [f"{part.lead}{letters}{end}{rest}"]
    if low in {"dr", "st"} and has_period:
        names = ("Doctor", "Drive") if low == "dr" else ("Saint", "Street")
        before_name = after[:1].isupper() and not rest
        after_name = core_at(parts, index - 1)[:1].isupper() and index > 1
        long = names[1] if not before_name or (low == "st" and after_name) else names[0]
        return [f"{part.lead}{long}{end}{rest}"]
    if has_period and low in ABBREVIATIONS and (part.core[0].isupper() or not is_last or low == "etc"):
        return None if _is_word(part, parts, index) else [f"{part.lead}{ABBREVIATIONS[low]}{end}{rest}"]
    long_form = WITHOUT_PERIOD.get(part.core.lower() + ("/" if part.core == "w" else ""))
    if long_form and not has_period and not (low == "ms" and part.core != "Ms"):
        return [part.around(long_form)]
    return None


def _is_word(part: WordParts, parts: Sequence[WordParts], index: int) -> bool:
    """Whether what looks like an abbreviation is an ordinary word at the end of its sentence ("I may. ... the sun")."""
    return part.core.lower() in {
        "mar",
        "jun",
        "sun",
        "al",
        "min",
        "max",
        "est",
        "gen",
        "rep",
        "sen",
        "rev",
        "art",
    } and (index + 1 == len(parts))


def _read_quantity(parts: Sequence[WordParts], index: int) -> list[str] | None:
    part = parts[index]
    if not re.search(r"\d|[½⅓⅔¼¾⅛⅜⅝⅞⅕⅖⅗⅘⅙⅚]", part.core):
        return None
    following = [p.core for p in parts[index + 1 : index + 3]] if not part.trail else []
    answer = read_quantity(part.core, following, before=core_at(parts, index - 1))
    if answer is None:
        return None
    taken = parts[index : index + len(answer)]
    last = taken[-1]
    if last.core in UNITS and last.trail == "." and index + len(taken) < len(parts):
        taken = [*taken[:-1], WordParts(last.lead, last.core, "")]  # "a 5 min. walk"
    said = [p.around(said) for p, said in zip(taken, answer, strict=True)]
    return said if answer[-1] else [said[0] + taken[-1].trail, *said[1:]]


def _read_unit(parts: Sequence[WordParts], index: int) -> list[str] | None:
    """ "m/s" behind a number that another rule has read: "3 × 10⁸ | m/s"."""
    part = parts[index]
    is_rate = "/" in part.core and part.core in UNITS and re.search(r"\d$", core_at(parts, index - 1))
    return [part.around(UNITS[part.core][1])] if is_rate else None


_Rule = Callable[[Sequence[WordParts], int], "list[str] | None"]
_RULES: tuple[_Rule, ...] = (
    _read_nothing,
    _read_phone,
    _read_joined,
    _read_days,
    _read_inches,
    _read_before_number,
    _read_time,
    _read_date,
    read_roman,
    _read_abbreviation,
    _read_quantity,
    _read_unit,
)
