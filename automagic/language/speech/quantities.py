"""Quantities as they are said in English: money, percentages, units, ranges, years, fractions.

"$24.9B"            ──▶ twenty-four point nine billion dollars
"10–20" "km"        ──▶ ten to twenty / kilometers
"a" "$3-million"    ──▶ three million dollar
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from automagic.language.numbers import spoken
from automagic.language.numbers.units import CURRENCIES, NOT_APART, SAID_SCALES, SCALE_WORDS, SHORT_SCALES, UNITS
from automagic.language.text.lexicon import PREPOSITIONS

NUMBER = rf"(?:(?:\d{{1,3}}(?:[,'’\u00a0\u202f\u2009]\d{{3}})+|{spoken.INDIAN}|\d+)(?:\.\d+)?|\.\d+)"
_CURRENCY = f"(?:{'|'.join(re.escape(mark) for mark in sorted(CURRENCIES, key=len, reverse=True))})"
_EUROPEAN = re.compile(r"(?<![\d.,])(\d{1,3}(?:[.\u00a0\u202f\u2009]\d{3})+|\d+),(\d{2})(?![\d,.])")
"""No group of digits has two."""
_SIGNS = {"-": "minus", "−": "minus", "–": "minus", "+": "plus", "±": "plus or minus", "~": "about", "≈": "about",
          "<": "less than", ">": "more than", "≤": "at most", "≥": "at least", "∓": "minus or plus",
          "↑": "up", "▲": "up", "↓": "down", "▼": "down", "+/-": "plus or minus", "+/−": "plus or minus"}  # fmt: skip
_VULGAR = "½⅓⅔¼¾⅛⅜⅝⅞⅕⅖⅗⅘⅙⅚"
_QUANTITY = re.compile(
    rf"(?P<sign>\+/[-−]|[-−–+±∓~≈<>≤≥↑↓▲▼])?(?P<currency>{_CURRENCY})?(?P<minus>[-−])?(?P<low>{NUMBER})"
    rf"(?:(?P<lowsuffix>[^\W\d_]{{1,2}}|%|°C?|)\s*[–—-]\s*(?:{_CURRENCY})?(?P<high>{NUMBER}))?"
    r"(?P<suffix>[^\d]*)"
)
_FIRST_YEAR, _LAST_YEAR = 1100, 2099


@dataclass(frozen=True, slots=True)
class _Quantity:
    """A display word that holds a number or a range, taken apart."""

    sign: str
    currency: str
    low: str
    high: str
    suffix: str  # what stands behind the number, up to a hyphen
    tail: str  # the hyphen and what follows it: "-year-old"


def read_quantity(core: str, following: Sequence[str], *, before: str = "") -> list[str] | None:
    """What is said for the word `core` (no punctuation around it), and for the next word where it belongs to it.

    Args:
        core: Such as "$24.9B", "10–20", "1990s", "3/4".
        following: The words after it, as long as no punctuation stands between.
        before: The word before it.

    Returns:
        One or two strings, one for each word taken; None when it is no quantity.
    """
    core = _EUROPEAN.sub(lambda found: f"{re.sub('[^0-9]', '', found[1])}.{found[2]}", core)
    # With its currency behind it "1.299 €" is written as Europeans group; "€1.299" may be the price of a litre.
    if (
        re.match(r"\d{1,3}(?:\.\d{3})+\D*$", core)
        and (core.lstrip("0123456789.") or next(iter(following), "")) in CURRENCIES
    ):
        core = core.replace(".", ",")
    special = _read_fraction(core) or _read_dimensions(core) or _read_version(core) or _read_decades(core)
    if special:
        unit = next(iter(following), "")
        sized = re.search(r"\d[x×]\d", core) and unit in UNITS and unit not in NOT_APART
        return [special, UNITS[unit][1]] if sized else [special]
    found = _QUANTITY.fullmatch(core)
    if not found:
        joined = re.fullmatch(rf"({NUMBER})(\D+/\d+\D+)", core)  # "5.5L/100km"
        rate = _read_rate(joined[2], ()) if joined else None
        return [f"{spoken.number(joined[1])} {rate[0]}"] if joined and rate else None
    suffix, hyphen, tail = found["suffix"].partition("-")
    quantity = _Quantity(
        sign=_SIGNS.get(found["sign"] or "", "") + (" minus" if found["minus"] else ""),
        currency=found["currency"] or "",
        low=found["low"],
        high=found["high"] or "",
        suffix=suffix,
        tail=hyphen + tail,
    )
    after = following[0] if following else ""
    if quantity.currency or suffix in CURRENCIES or (not suffix and after in CURRENCIES):
        return _read_money(quantity, following, before)
    if not quantity.tail and (rate := _read_rate(suffix or after, following[bool(not suffix) :])):
        number = _signed(quantity, _numbers(quantity))
        return [f"{number} {rate[0]}", *rate[1:]] if suffix else [number, *rate]
    return _read_plain(quantity, after, found["lowsuffix"] or "")


def _read_rate(written: str, following: Sequence[str]) -> list[str] | None:
    """What is shared by what: "kWh/m²", "€/m²", "L/100km", or "L/100" and "km"; None when no table has the unit."""
    found = re.fullmatch(r"([$€£]|[^\W\d]{1,4}[²³]?)/(1\d{0,3})?([^\W\d]{0,9}[²³]?)", written)
    shared = (UNITS.get(found[1]) or CURRENCIES.get(found[1])) if found else None
    if written in UNITS or not found or not shared:
        return None
    many, by, apart = shared[1], found[3], not found[3]
    if apart and following:
        by = following[0]
    if by not in UNITS and (apart or found[2] or len(by) < 3):
        return None
    one, several = UNITS.get(by, (by, by))
    said = f"{many} per {spoken.cardinal(found[2])} {several}" if found[2] else f"{many} per {one}"
    return ["", said] if apart else [said]


def _signed(quantity: _Quantity, said: str) -> str:
    return f"{quantity.sign} {said}".strip()


def _numbers(quantity: _Quantity, *, unit: str = "") -> str:
    """The number or range in words, without sign or unit."""
    low = spoken.number(quantity.low)
    if not quantity.high:
        return low
    between = f" {unit}" if unit else ""
    return f"{low}{between} to {spoken.number(quantity.high)}"


def _read_money(  # noqa: PLR0911 - one return for each way to write money
    quantity: _Quantity, following: Sequence[str], before: str
) -> list[str] | None:
    symbol, suffix, tail = quantity.currency or quantity.suffix, quantity.suffix, quantity.tail
    scale = SAID_SCALES.get(SHORT_SCALES.get(suffix, 0), "") if quantity.currency else ""
    after = following[0] if following else ""
    apart = ""
    if not quantity.currency and symbol not in CURRENCIES:
        symbol, apart = after, after
    if quantity.currency and suffix and not scale:
        per = re.fullmatch(r"/([^\W\d_]+)|([+])", suffix)
        if not per:
            return None
        name = CURRENCIES[symbol][0 if quantity.low == "1" else 1]
        end = "plus" if per[2] else f"per {UNITS.get(per[1], (per[1],))[0]}"
        return [_signed(quantity, f"{_numbers(quantity)} {name} {end}")]
    one, many, _, cents = CURRENCIES[symbol]
    hyphened = tail.removeprefix("-").partition("-")
    if hyphened[0].lower() in SCALE_WORDS:  # "$3-million deal"
        rest = f"-{hyphened[2]}" if hyphened[2] else ""
        return [_signed(quantity, f"{_numbers(quantity)} {hyphened[0].lower()} {one}{rest}")]
    if not scale and not apart and after.lower() in SCALE_WORDS and not tail:
        adjective = before.lower() in {"a", "an"} and len(following) > 1 and following[1].isalpha()
        noun_follows = adjective and following[1].lower() not in PREPOSITIONS
        if len(following) > 1 and following[1].lower() in SCALE_WORDS:  # "₹5 lakh crore"
            return [_signed(quantity, _numbers(quantity)), after, f"{following[1]} {many}"]
        return [_signed(quantity, _numbers(quantity)), f"{after} {one if noun_follows else many}"]
    if scale:
        return [_signed(quantity, f"{_numbers(quantity)} {scale} {many}") + tail]
    if apart and cents and re.search(r"\.\d\d$", quantity.low) and not quantity.high:
        return [_signed(quantity, _exact_money(quantity.low, one, many, cents)) + tail, ""]
    said = _exact_money(quantity.low, one, many, cents) if not quantity.high else f"{_numbers(quantity)} {many}"
    if tail:
        said = re.sub(rf"{many}$", one, said)
    return [_signed(quantity, said) + tail] if not apart else [_signed(quantity, _numbers(quantity)), many]


def _exact_money(written: str, one: str, many: str, cents: str) -> str:
    """ "1,200.50" → one thousand two hundred dollars and fifty cents."""
    whole, _, rest = written.partition(".")
    if len(rest) != 2 or not cents:
        return f"{spoken.number(written)} {one if written == '1' else many}"
    said = f"{spoken.number(whole)} {one if whole == '1' else many}" if whole.strip("0") else ""
    small = f"{spoken.cardinal(str(int(rest)))} {cents if rest != '01' else cents.removesuffix('s')}"
    if rest == "00":
        return said or f"zero {many}"
    return f"{said} and {small}" if said else small


def _read_plain(  # noqa: PLR0911 - one return for each way to write a quantity
    quantity: _Quantity, after: str, low_suffix: str
) -> list[str] | None:
    suffix, tail = quantity.suffix.replace("’", "'"), quantity.tail
    counted = _read_ordinal_or_decade(quantity, suffix)
    if counted:
        return [_signed(quantity, counted) + tail]
    if suffix in {"", "'s"}:
        points = after == "pp" and ("." in quantity.low or bool(quantity.sign))
        if not suffix and not tail and after in UNITS and (points or after not in NOT_APART):
            return [_signed(quantity, _numbers(quantity)), _unit(quantity, after)]
        return [_signed(quantity, _year_or_number(quantity, after)) + suffix + tail]
    if suffix in {"+", "+%"}:
        return [_signed(quantity, _numbers(quantity) + (" percent" if "%" in suffix else "") + " plus")]
    unit = suffix if suffix in UNITS else ""
    if unit == "m" and after[-1:] == "s" and after.islower() and not quantity.high:
        return [_signed(quantity, f"{_numbers(quantity)} million") + tail]
    if unit == "m" and after in {"people", "women", "men", "children"}:
        return [_signed(quantity, f"{_numbers(quantity)} million") + tail]
    if unit in {"x", "×"} and tail:
        return [_signed(quantity, f"{_numbers(quantity)} times") + tail]
    if unit:
        both = UNITS[low_suffix][1] if low_suffix in UNITS and low_suffix != unit else ""
        if unit == "p" and not quantity.high:
            return [_signed(quantity, f"{spoken.run_in_name(quantity.low)} P") + tail]
        name = UNITS[unit][0] if tail else _unit(quantity, unit)
        return [_signed(quantity, f"{_numbers(quantity, unit=both)} {name}") + tail]
    scale = SAID_SCALES.get(SHORT_SCALES.get(suffix, 0), "") if suffix in {"M", "bn", "mn", "tn", "trn"} else ""
    if scale:
        return [_signed(quantity, f"{_numbers(quantity)} {scale}") + tail]
    return None


def _read_ordinal_or_decade(quantity: _Quantity, suffix: str) -> str | None:
    """ "21st", "1990s", "'90s", "20s–30s" is left to others."""
    if suffix in {"st", "nd", "rd", "th"} and quantity.low.replace(",", "").isdecimal():
        last = (quantity.high or quantity.low).replace(",", "")
        low = f"{spoken.ordinal(quantity.low)} to " if quantity.high and quantity.low.isdecimal() else ""
        return f"{low}{spoken.ordinal(last)}"
    if suffix in {"s", "'s"} and not quantity.high and re.fullmatch(r"[1-9]0|\d{3}0", quantity.low):
        is_count = len(quantity.low) == 4 and not _FIRST_YEAR <= int(quantity.low) <= _LAST_YEAR
        return None if is_count else spoken.decade(quantity.low)
    return None


def _unit(quantity: _Quantity, unit: str) -> str:
    one, many = UNITS[unit]
    return one if quantity.low == "1" and not quantity.high else many


def _year_or_number(quantity: _Quantity, after: str) -> str:
    low, high = quantity.low, quantity.high
    if not _is_year(low) or after.lower() in {*SCALE_WORDS, "percent"} or quantity.sign:
        return _numbers(quantity)
    said = spoken.year(low)
    if not high:
        return said
    if _is_year(high):
        return f"{said} to {spoken.year(high)}"
    return f"{said} to {spoken.run_in_name(high)}" if high.isdecimal() else _numbers(quantity)


def _is_year(written: str) -> bool:
    return len(written) == 4 and written.isdecimal() and _FIRST_YEAR <= int(written) <= _LAST_YEAR


def _read_fraction(core: str) -> str | None:
    """ "3/4", "1½", "24/7", "9/11"."""
    mixed = re.fullmatch(rf"(\d+)?([{_VULGAR}])(-.*)?", core)
    if mixed:
        top, bottom = unicodedata.normalize("NFKC", mixed[2]).split("\u2044")
        small = spoken.fraction(top, bottom)
        if mixed[1]:
            return f"{spoken.cardinal(mixed[1])} and {'a ' + small[4:] if top == '1' else small}{mixed[3] or ''}"
        return small + (mixed[3] or "")
    slash = re.fullmatch(r"(\d{1,4})/(\d{1,4})", core)
    if not slash:
        return None
    top, bottom = slash[1], slash[2]
    if int(top) < int(bottom) and (2 <= int(bottom) <= 10 or int(bottom) in {12, 16, 32, 64, 100}) and int(top) > 0:
        return spoken.fraction(top, bottom)
    return f"{spoken.run_in_name(top)} {spoken.run_in_name(bottom)}"


def _read_version(core: str) -> str | None:
    """ "1.2.3" → one point two point three."""
    return spoken.number(core) if re.fullmatch(r"\d+(?:\.\d+){2,}", core) else None


def _read_decades(core: str) -> str | None:
    """ "1930s–1940s" → nineteen thirties to nineteen forties."""
    both = re.fullmatch(r"(\d{2,3}0)['’]?s[–—-]['’]?(\d?\d?\d0)['’]?s", core)
    return f"{spoken.decade(both[1])} to {spoken.decade(both[2])}" if both else None


def _read_dimensions(core: str) -> str | None:
    """ "1920×1080" → nineteen twenty by ten eighty."""
    sides = re.fullmatch(rf"{NUMBER}(?:[x×]{NUMBER})+", core)
    if not sides:
        return None
    return " by ".join(
        spoken.run_in_name(side) if side.isdecimal() else spoken.number(side) for side in re.split("[x×]", core)
    )
