"""One quantity, read where it stands among the tokens of a sentence: its number, its signs, its whole unit.

"−12%"               ──▶ −12 %, no share of anything: it tells of a change
"8 to 10 hours"      ──▶ 8–10 hours
"three of four"      ──▶ three of four, a share of 0.75
"minus five degrees" ──▶ minus five degrees, whose magnitude is −5
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from automagic.data import words
from automagic.language.numbers import values
from automagic.language.numbers.units import CURRENCIES, NOT_APART, SCALE_WORDS, SHORT_SCALES, UNITS
from automagic.language.text.lexicon import MONTHS
from automagic.language.text.signs import Amount, is_number, number_of, read_amount
from automagic.language.text.tokens import Token
from automagic.values.script import Figure

WEAK, FAIR, STRONG = 1, 2, 3
QUALIFIERS = frozenset(words("headlines")["qualifiers"])
"""Words before a number that limit it."""
CHANGE = re.compile(
    r"\b(?:rose|risen|rise|rises|fell|fall|fallen|falls|grew|grow|grown|grows|increase[sd]?|decrease[sd]?|drop(?:s|ped)?|"
    r"declined?|slow(?:s|ed)?|inflation|interest|rates?|growth|up|down|by|cut|cuts|gain(?:ed)?|jump(?:ed)?|climb(?:ed)?|shrank|reduced?|reduces|more|less|fewer|higher|"
    r"lower|faster|slower|cheaper|better|worse|raised?|lost|discount|off)\b",
    re.IGNORECASE,
)
"""Words near a percentage that make it a change, not a share."""
DURATIONS = frozenset({"hours", "hour", "minutes", "minute", "seconds", "second", "days", "weeks", "months", "years"})

_SHORT_SCALES = {word: 10.0**exponent for word, exponent in SHORT_SCALES.items() if word not in {"b", "mm", "trn"}}
# Letters right behind a number that are no unit of a quantity: of clothes, pages, decades.
_NO_UNITS = frozenset({"s", "p", "N", "J", "P", "V"})
_CLOSE_UNITS = frozenset({"", *UNITS, *_SHORT_SCALES, *CURRENCIES, "+", "hour", "hours", "‱", "℃", "℉"}) - _NO_UNITS
_UNIT_WORDS = frozenset(words("headlines")["units"])
_FRACTIONS = {
    "half": 0.5,
    "third": 1 / 3,
    "thirds": 1 / 3,
    "quarter": 0.25,
    "quarters": 0.25,
    "fifth": 0.2,
    "fifths": 0.2,
}
_MOST_DRAWN = 1000
"""One in at most this many can still be shown as a part of a whole."""
_RANGE = re.compile(r"(\S*\d[^\s\d–—-]{0,3})\s?[-–—]\s?(\S*\d.*)")
# "30 meters long", "2,000 kilometers away": the unit is read with the word after it.
_DIMENSIONS = frozenset(words("headlines")["dimensions"])
_RATES = frozenset({"second", "minute", "hour", "day", "night", "week", "month", "year"})
_HALF_OF_TWO = ("AT0", "ORD", "AJ", "DT0", "DPS")
_SIGN_WORDS = (("plus", "or", "minus"), ("minus",), ("negative",), ("plus",))
_DATED = frozenset({"in", "by", "since", "until", "from", "before", "after", "of", "between"})


@dataclass(frozen=True, slots=True)
class FigureSpan:
    """A figure and the tokens it covers, `start` to `end`.

    `strength` says how much it deserves a picture, `qualifier` what limits it ("nearly") and `number_end` the token
    behind its number; 0 stands for `start` + 1.
    """

    figure: Figure
    start: int
    end: int
    strength: int
    kind: str
    qualifier: str = ""
    number_end: int = 0


def read_figure(tokens: list[Token], index: int) -> FigureSpan | None:
    """The quantity that begins at token `index`; None when none does."""
    return (
        _signed_in_words(tokens, index)
        or _range(tokens, index)
        or _share_in_words(tokens, index)
        or _quantity(tokens, index)
    )


def value_of(word: str) -> float | None:
    """ "eight", "1,200" as a number; None for what is no plain number."""
    known = values.value_of(word) if " " not in word else None
    return float(known) if known is not None else None


def _signed_in_words(tokens: list[Token], index: int) -> FigureSpan | None:
    """ "minus five degrees", "plus or minus two millimetres"; what is taken away from a number is not one of them."""
    signs = next((s for s in _SIGN_WORDS if tuple(t.low for t in tokens[index : index + len(s)]) == s), ())
    at = index + len(signs)
    if not signs or at >= len(tokens) or any(t.stop for t in tokens[index:at]):
        return None
    before = tokens[index - 1] if index else None
    counted = before is not None and (is_number(before.text) or value_of(before.low) is not None)
    if before is not None and counted and not before.stop and before.text[-1:] != ",":
        return None
    hit = _quantity(tokens, at)
    if hit is None or hit.figure.prefix.strip("$€£¥ "):
        return None
    figure = hit.figure
    value = " ".join([*(token.text for token in tokens[index:at]), f"{figure.prefix}{figure.value}"])
    size = figure.magnitude if len(signs) == 1 else None
    below = size is not None and signs[0] != "plus"
    figure = replace(figure, value=value, prefix="", share=None, magnitude=-size if below and size else size)
    return replace(hit, figure=figure, start=index, number_end=at + 1)


def _quantity(tokens: list[Token], index: int) -> FigureSpan | None:
    """One number with its whole unit: "2 million liters", "30 meters long", "25 times a minute"."""
    hit = _written(tokens, index) or _in_words(tokens, index)
    if hit is None:
        return None
    unit, end, kind = hit.figure.unit, hit.end, hit.kind

    def token_at(position: int) -> Token | None:
        open_ = position < len(tokens) and not tokens[position - 1].stop and tokens[position - 1].text[-1:] != ","
        return tokens[position] if open_ else None

    after = token_at(end)
    scaled = unit.lower().split(" ")[0] in SCALE_WORDS and kind not in CURRENCIES and after is not None
    if after is not None and scaled and (after.tag == "NN2" or after.text in CURRENCIES):
        unit, end, kind = f"{unit} {after.text}", end + 1, after.low
        after = token_at(end)
    if unit and after is not None and after.low in _DIMENSIONS:
        unit, end = f"{unit} {after.text}", end + 1
    later = token_at(end + 1) if after is not None else None
    if unit and after is not None and after.low in {"a", "per"} and later is not None and later.low in _RATES:
        unit, end = f"{unit} {after.text} {later.text}", end + 2
    return replace(hit, figure=replace(hit.figure, unit=unit.rstrip(",")), end=end, kind=kind.rstrip(","))


def _range(tokens: list[Token], index: int) -> FigureSpan | None:
    """ "8 to 10 hours", "8-10 hours", "between 8 and 10 percent", "from 20 to 30 percent": one figure of two numbers.

    "rose from 20 to 30 percent" tells of two moments and is none.
    """
    word = _RANGE.fullmatch(tokens[index].text)
    if word:
        return _range_in_one_word(tokens, index, word[1], word[2])
    opener = tokens[index].low if tokens[index].low in {"between", "from"} else ""
    first = index + bool(opener)
    last = first + 2
    if last >= len(tokens) or tokens[first].stop or tokens[first + 1].stop:
        return None
    joint = tokens[first + 1].low
    if joint not in ({"and"} if opener == "between" else {"to", "or"}):
        return None
    if opener == "from" and any(CHANGE.fullmatch(t.text) for t in tokens[max(0, index - 3) : index]):
        return None
    low, high = _digits(tokens[first].text), _digits(tokens[last].text)
    measured = _quantity(tokens, last)
    bottom, top = _bare_value(low), _value_with_unit(high)
    if measured is None or bottom is None or top is None or bottom >= top or "a.m." in tokens[last].text:
        return None
    high = high.removesuffix(measured.figure.unit.split(" ")[0]).rstrip()
    # A dash beside a minus sign cannot be read.
    plain = low[0].isalnum() and high[0].isalnum()
    value = f"{low}–{high}" if plain else f"{low} {joint} {high}"
    qualifier = opener if opener == "between" and not plain else ""
    measured = replace(measured, figure=replace(measured.figure, prefix=""), qualifier=qualifier)
    return _as_range(measured, index, value, counted=opener == "between")


def _range_in_one_word(tokens: list[Token], index: int, low: str, high: str) -> FigureSpan | None:
    """ "8-10", "$5–10", "5%–10%", "−5 – 3"."""
    bottom, top = read_amount(low), read_amount(high)
    if bottom is None or top is None or bottom.unit not in {"", top.unit}:
        return None
    least, most = bottom.number, top.number
    if least is None or most is None or least >= most:
        return None
    money = "" if top.prefix or not bottom.money else bottom.prefix
    token = replace(tokens[index], text=f"{money}{top.prefix}{top.value}{top.unit}")
    measured = _quantity([*tokens[:index], token, *tokens[index + 1 :]], index)
    if measured is None:
        return None
    joint = "–" if least >= 0 else tokens[index].text[len(low) : -len(high)]
    value = f"{bottom.prefix}{bottom.value}{joint}{top.prefix}{top.value}"
    return _as_range(replace(measured, figure=replace(measured.figure, prefix="")), index, value, counted=False)


def _as_range(measured: FigureSpan, index: int, value: str, *, counted: bool) -> FigureSpan | None:
    """Of two numbers; "between 10,000 and 25,000" is one even without a unit."""
    if not measured.figure.unit and measured.kind not in CURRENCIES and not (counted and measured.strength > WEAK):
        return None
    figure = replace(measured.figure, value=value, share=None, magnitude=None)
    return replace(measured, figure=figure, start=index, strength=max(measured.strength, FAIR), number_end=0)


def _bare_value(text: str) -> float | None:
    amount = read_amount(text)
    return amount.number if amount and not amount.unit and not amount.money else None


def _value_with_unit(text: str) -> float | None:
    amount = read_amount(text)
    return amount.number if amount and not amount.money else None


def _digits(text: str) -> str:
    """ "eight" → "8"; digits stay as written."""
    value = value_of(text.lower()) if text.isalpha() else None
    return text if value is None else f"{value:g}"


def _share_in_words(tokens: list[Token], index: int) -> FigureSpan | None:
    """ "three of four", "1 in 5", "nine out of ten", "two thirds of", "half of"."""
    low = [token.low for token in tokens[index : index + 4]]
    top = value_of(low[0])
    if top and len(low) >= 3 and low[1] in {"of", "in", "out"}:
        skip = 3 if low[1:3] == ["out", "of"] else 2
        bottom = value_of(low[skip]) if len(low) > skip else None
        end = index + skip + 1
        if bottom and end < len(tokens) and not tokens[end - 1].stop and tokens[end].low in SCALE_WORDS:
            bottom, end = bottom * 10.0 ** SCALE_WORDS[tokens[end].low], end + 1  # "one in two million"
        known = bottom is not None and top < bottom == int(bottom)
        # Between them lie the years: "one in 1998".
        if bottom and known and top >= 1 and (bottom <= _MOST_DRAWN or bottom >= 1e4):
            text = " ".join(token.text for token in tokens[index:end])
            share = top / bottom if bottom <= _MOST_DRAWN else None
            return FigureSpan(Figure(value=text, share=share, magnitude=top / bottom), index, end, STRONG, "share")
    pieces = re.split("-", low[0]) if "-" in low[0] else low[:2]
    if len(pieces) == 2 and pieces[1] in _FRACTIONS and value_of(pieces[0]) and (value_of(pieces[0]) or 0) <= 4:
        length = 1 if "-" in low[0] else 2
        share = (value_of(pieces[0]) or 0) * _FRACTIONS[pieces[1]]
        if share < 1 and len(low) > length and low[length] == "of":
            text = " ".join(token.text for token in tokens[index : index + length])
            return FigureSpan(Figure(value=text, share=share, magnitude=share), index, index + length, STRONG, "share")
    return _half(tokens, index)


def _half(tokens: list[Token], index: int) -> FigureSpan | None:
    low = [token.low for token in tokens[index : index + 2]]
    if low[0] != "half" or low[1:] not in ([word] for word in ("of", "the", "a", "all", "its", "their", "our")):
        return None
    if index and tokens[index - 1].is_a(*_HALF_OF_TWO) and tokens[index - 1].low not in QUALIFIERS:
        return None
    if low[1] in {"the", "its", "their", "our"} and len(tokens) > index + 2 and tokens[index + 2].is_a("NN"):
        unit = f"{tokens[index + 1].text} {tokens[index + 2].text}"  # "feed half the world"
        return FigureSpan(
            Figure("Half" if not index else "half", unit=unit, share=0.5), index, index + 3, FAIR, "share"
        )
    share = None if low[1] == "a" else 0.5  # "half a metre" is a length
    return FigureSpan(Figure(value=tokens[index].text, share=share, magnitude=0.5), index, index + 1, FAIR, "share")


def _written(tokens: list[Token], index: int) -> FigureSpan | None:
    token = tokens[index]
    amount = read_amount(token.text)
    if amount is None or amount.unit not in _CLOSE_UNITS or _is_date(tokens, index, amount):
        return None
    if amount.unit == "+":  # "5+ hours"
        amount = replace(amount, value=f"{amount.value}+", unit="")
    unit, magnitude, end = amount.unit, amount.number, index + 1
    after = tokens[end] if end < len(tokens) and not token.stop else None
    if unit in _SHORT_SCALES and (amount.money or unit in {"bn", "mn", "tn", "M", "B"}):
        magnitude = magnitude * _SHORT_SCALES[unit] if magnitude is not None else None
    elif not unit and after is not None and after.low in SCALE_WORDS:
        unit, factor, end = _scales(tokens, end)
        magnitude = magnitude * factor if magnitude is not None else None
    elif not unit and not amount.money and after is not None and _is_unit(after):
        unit, end = after.text, end + 1
    kind = amount.money or ("%" if unit in {"%", "percent"} else unit)
    share = None
    if kind == "%" and magnitude is not None and not amount.is_signed:
        near = " ".join(t.low for t in tokens[max(0, index - 3) : end + 2])
        near = re.sub(r"\b(?:more|less|fewer) than\b|\bup to\b", "", near)
        share = magnitude / 100 if magnitude <= 100 and not CHANGE.search(near) else None
    size = number_of(amount.value.rstrip("+")) or 0.0
    measured = unit in _UNIT_WORDS or unit.lower().split(" ")[0] in SCALE_WORDS or bool(amount.unit)
    strong = bool(amount.money) or kind == "%" or measured or size >= 1000
    strength = STRONG if strong else (FAIR if size >= 20 else WEAK)
    figure = Figure(amount.value, prefix=amount.prefix, unit=unit, share=share, magnitude=magnitude)
    return FigureSpan(figure, index, end, strength, kind)


def _scales(tokens: list[Token], index: int) -> tuple[str, float, int]:
    """The scales from there on as one: "lakh crore", what they multiply by, and the token behind them."""
    end = index + 1
    while end < len(tokens) and not tokens[end - 1].stop and tokens[end].low in SCALE_WORDS:
        end += 1
    scales = tokens[index:end]
    return " ".join(t.text for t in scales), float(10 ** sum(SCALE_WORDS[t.low] for t in scales)), end


def _is_unit(token: Token) -> bool:
    text = token.text.rstrip(",")
    return (
        (text in UNITS and text not in NOT_APART) or text in _UNIT_WORDS or token.low in _UNIT_WORDS or token.is_a("NN")
    )


def _is_date(tokens: list[Token], index: int, amount: Amount) -> bool:
    """A year, a day of a month, the number of a version, a chapter or a product ("iPhone 15", "Section 3")."""
    before = tokens[index - 1] if index else None
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    plain = not amount.prefix and amount.unit in {"", "x"}  # "Windows 9x"
    counted = after is not None and not tokens[index].stop and after.low in _UNIT_WORDS | set(SCALE_WORDS)
    dated = before is not None and before.low in _DATED
    if plain and re.fullmatch(r"1[1-9]\d\d|20\d\d" if not dated else r"[12]\d\d\d", amount.value):
        return not counted
    months = {name.lower() for name in MONTHS}
    if plain and ((before is not None and before.low in months) or (after is not None and after.low in months)):
        return True
    return plain and not counted and before is not None and before.text[:1].isupper() and index > 1 and before.is_a("N")


def _in_words(tokens: list[Token], index: int) -> FigureSpan | None:
    """ "ten seconds", "four times", "two million": only with a unit or a scale after it."""
    number = value_of(tokens[index].low) if tokens[index].low[:1].isalpha() else None
    end = index + 1
    if number is None or number < 2 or end >= len(tokens) or tokens[index].stop:
        return None
    unit = tokens[end]
    if unit.low in SCALE_WORDS:
        scales, factor, end = _scales(tokens, end)
        return FigureSpan(
            Figure(tokens[index].text, unit=scales, magnitude=number * factor), index, end, STRONG, unit.low
        )
    if unit.low in _UNIT_WORDS:
        share = number / 100 if unit.low == "percent" else None
        strength = FAIR if unit.low != "people" else WEAK
        figure = Figure(tokens[index].text, unit=unit.text, share=share, magnitude=float(number))
        return FigureSpan(figure, index, end + 1, strength, unit.low)
    return None
