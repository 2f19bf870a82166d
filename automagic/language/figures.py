"""Quantities in a sentence, ready to be drawn.

"Sales rose 12% to $3.4 billion."  ──▶  12 % "Sales rose"      $3.4 billion "Sales rose"
"Ships take 8 to 10 hours."        ──▶  8–10 hours "Ships take"
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from automagic.language.chunks import Token, chunks_of, join_lists, tokens_of
from automagic.language.lexicon import ARTICLES, AUXILIARIES, MONTHS, NEGATIONS, PREPOSITIONS
from automagic.language.number_words import SCALES, join_numbers
from automagic.model import Figure

_WRITTEN = re.compile(
    r"(?P<prefix>US\$|[$€£¥₹])?(?P<value>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<unit>%|°C|°F|°|[kKMBTx×]|bn|mn|tn|m|km|kg|g|GB|MB|TB|kWh|GW|MW|mph|km/h|hours?|\+)?"
)
_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "hundred": 100, "one": 1,
}  # fmt: skip
_SCALES = {"hundred": 1e2, **SCALES}
_SHORT_SCALES = {"k": 1e3, "K": 1e3, "M": 1e6, "m": 1e6, "mn": 1e6, "B": 1e9, "bn": 1e9, "T": 1e12, "tn": 1e12}
_UNIT_WORDS = frozenset(
    [
        "percent", "times", "degrees", "km", "kg", "miles", "mile", "kilometers", "kilometres", "meters",
        "metres", "feet", "inches", "tons", "tonnes", "pounds", "grams", "liters", "litres", "gallons",
        "hours", "hour", "minutes", "seconds", "days", "weeks", "months", "years", "decades", "centuries",
        "watts", "kilowatts", "megawatts", "gigawatts", "kWh", "GB", "MB", "TB", "mph", "km/h", "°C", "°F",
        "milliseconds", "centimeters", "centimetres", "millimeters", "terabytes", "gigabytes", "megabytes", "ounces",
        "teaspoons", "tablespoons", "cups", "calories", "dollars", "euros", "acres", "hectares", "points", "people",
    ]
)  # fmt: skip
_FRACTIONS = {
    "half": 0.5,
    "third": 1 / 3,
    "thirds": 1 / 3,
    "quarter": 0.25,
    "quarters": 0.25,
    "fifth": 0.2,
    "fifths": 0.2,
}
_CHANGE = re.compile(
    r"\b(?:rose|risen|rise|rises|fell|fall|fallen|falls|grew|grow|grown|grows|increase[sd]?|decrease[sd]?|drop(?:s|ped)?|"
    r"declined?|slow(?:s|ed)?|inflation|interest|rates?|growth|up|down|by|cut|cuts|gain(?:ed)?|jump(?:ed)?|climb(?:ed)?|shrank|reduced?|reduces|more|less|fewer|higher|"
    r"lower|faster|slower|cheaper|better|worse|raised?|lost|discount|off)\b",
    re.IGNORECASE,
)
_STRONG, _FAIR, _WEAK = 3, 2, 1
_MOST_WORDS = 7
_MOST_DRAWN = 1000
"""One in so many can still be seen as a part of a whole."""
_RANGE = re.compile(r"(\d[\d,]*(?:\.\d+)?)[-–](\d[\d,]*(?:\.\d+)?)")
# "30 meters long", "2,000 kilometers away": the unit is read with the word after it.
_DIMENSIONS = frozenset(
    {
        "long",
        "wide",
        "deep",
        "high",
        "tall",
        "thick",
        "old",
        "away",
        "apart",
        "celsius",
        "fahrenheit",
        "ago",
        "later",
        "earlier",
        "longer",
        "shorter",
        "older",
        "younger",
        "before",
    }
)
_RATES = frozenset({"second", "minute", "hour", "day", "night", "week", "month", "year"})
_DURATIONS = frozenset({"hours", "hour", "minutes", "minute", "seconds", "second", "days", "weeks", "months", "years"})
_HALF_OF_TWO = ("AT0", "ORD", "AJ", "DT0", "DPS")
_LOOSE = ARTICLES | PREPOSITIONS | AUXILIARIES | {"and", "or", "but", "that", "which", "who", "to", "from", "as", "so"}
_IF = frozenset({"if", "unless", "whether", "would", "until"})
_QUALIFIERS = frozenset(
    [
        "about", "almost", "nearly", "over", "around", "roughly", "only", "just", "some", "more", "less",
        "fewer", "than", "up", "to", "at", "least", "most", "under", "above", "approximately", "by", "below",
        "after", "within",
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A figure and the tokens it covers, `start` to `end`.

    `strength` says how much it deserves a picture, `qualifier` what limits it ("nearly"), `said` how the sentence
    says its number.
    """

    figure: Figure
    start: int
    end: int
    strength: int
    kind: str
    qualifier: str = ""
    said: str = ""


def find_figures(sentence: str, language: str = "en") -> list[Found]:
    """Every quantity of the sentence that is worth drawing, in order; years, dates and names are none."""
    spelled = join_lists(tokens_of(sentence, language))
    tokens, origins = join_numbers(spelled)
    found: list[Found] = []
    index = 0
    while index < len(tokens):
        hit = _range(tokens, index) or _share_in_words(tokens, index) or _quantity(tokens, index)
        if hit:
            found.append(hit)
            index = hit.end
        else:
            index += 1
    found = _with_shared_unit(_without_clock_times(found, tokens), tokens)
    return [_as_said(_labelled(hit, tokens, found), tokens, spelled, origins) for hit in found]


def _as_said(hit: Found, tokens: list[Token], spelled: list[Token], origins: list[int]) -> Found:
    """Among the sentence's own tokens again."""
    start = origins[hit.start]
    number = " ".join(token.text for token in spelled[start : origins[hit.start + 1]])
    said = hit.figure.value if tokens[hit.start].text == number else number
    return replace(hit, start=start, end=origins[hit.end], said=said)


def _quantity(tokens: list[Token], index: int) -> Found | None:
    """One number with its whole unit: "2 million liters", "30 meters long", "25 times a minute"."""
    hit = _written(tokens, index) or _in_words(tokens, index)
    if hit is None:
        return None
    unit, end, kind = hit.figure.unit, hit.end, hit.kind

    def token_at(position: int) -> Token | None:
        open_ = position < len(tokens) and not tokens[position - 1].stop and tokens[position - 1].text[-1:] != ","
        return tokens[position] if open_ else None

    after = token_at(end)
    if unit.lower() in _SCALES and not hit.figure.prefix and after is not None and after.tag == "NN2":
        unit, end, kind = f"{unit} {after.text}", end + 1, after.low
        after = token_at(end)
    if unit and after is not None and after.low in _DIMENSIONS:
        unit, end = f"{unit} {after.text}", end + 1
    later = token_at(end + 1) if after is not None else None
    if unit and after is not None and after.low in {"a", "per"} and later is not None and later.low in _RATES:
        unit, end = f"{unit} {after.text} {later.text}", end + 2
    return replace(hit, figure=replace(hit.figure, unit=unit), end=end, kind=kind)


def _range(tokens: list[Token], index: int) -> Found | None:
    """ "8 to 10 hours", "8-10 hours", "between 8 and 10 percent", "from 20 to 30 percent": one figure of two numbers.

    "rose from 20 to 30 percent" tells of two moments and is none.
    """
    word = _RANGE.fullmatch(tokens[index].text)
    if word:
        low, high, last = word[1], word[2], index
        measured = _quantity([*tokens[:index], Token(high, "CRD", tokens[index].stop), *tokens[index + 1 :]], index)
    else:
        opener = tokens[index].low if tokens[index].low in {"between", "from"} else ""
        first = index + bool(opener)
        last = first + 2
        if last >= len(tokens) or tokens[first].stop or tokens[first + 1].stop:
            return None
        joint = tokens[first + 1].low
        if joint not in ({"and"} if opener == "between" else {"to", "or"}):
            return None
        if opener == "from" and any(_CHANGE.fullmatch(t.text) for t in tokens[max(0, index - 3) : index]):
            return None
        low, high = _digits(tokens[first].text), _digits(tokens[last].text)
        measured = _quantity(tokens, last)
    bottom, top = _value_of(low.lower()), _value_of(high.lower())
    if measured is None or bottom is None or top is None or bottom >= top or "a.m." in tokens[last].text:
        return None
    counted = _is_between(tokens[index]) and measured.strength > _WEAK
    if not measured.figure.unit and not counted:
        return None
    figure = replace(measured.figure, value=f"{low}–{high}", share=None, magnitude=None)
    return replace(measured, figure=figure, start=index, strength=max(measured.strength, _FAIR))


def _is_between(token: Token) -> bool:
    """ "between 10,000 and 25,000" is a range even without a unit."""
    return token.low == "between"


def _digits(text: str) -> str:
    """ "eight" → "8"; digits stay as written."""
    return str(_WORDS[text.lower()]) if text.lower() in _WORDS else text


def _without_clock_times(found: list[Found], tokens: list[Token]) -> list[Found]:
    """ "2 hours, 58 minutes and 50 seconds" is one duration in three units: none of its parts is a figure."""

    def are_one(one: Found, other: Found) -> bool:
        between = tokens[one.end : other.start]
        return {one.kind, other.kind} <= _DURATIONS and one.kind != other.kind and all(t.is_a("CJC") for t in between)

    return [
        hit
        for i, hit in enumerate(found)
        if not any(are_one(found[j], found[j + 1]) for j in (i - 1, i) if j >= 0 and j + 1 < len(found))
    ]


def _with_shared_unit(found: list[Found], tokens: list[Token]) -> list[Found]:
    """ "cats sleep fifteen hours a day, dogs sleep only ten": a number that ends a clause takes the unit before it."""
    if len(found) != 1 or not found[0].figure.unit:
        return found
    first = found[0]
    for index in range(first.end, len(tokens)):
        value = _value_of(tokens[index].low)
        is_bare = value is not None and value >= 2 and bool(tokens[index].stop or index + 1 == len(tokens))
        if is_bare and not re.fullmatch(r"[12]\d{3}", tokens[index].text):
            figure = Figure(value=tokens[index].text, unit=first.figure.unit, magnitude=value)
            return [first, Found(figure, index, index + 1, first.strength, first.kind)]
    return found


def _share_in_words(tokens: list[Token], index: int) -> Found | None:
    """ "three of four", "1 in 5", "nine out of ten", "two thirds of", "half of"."""
    low = [token.low for token in tokens[index : index + 4]]
    top = _value_of(low[0])
    if top and len(low) >= 3 and low[1] in {"of", "in", "out"}:
        skip = 3 if low[1:3] == ["out", "of"] else 2
        bottom = _value_of(low[skip]) if len(low) > skip else None
        end = index + skip + 1
        if bottom and end < len(tokens) and not tokens[end - 1].stop and tokens[end].low in _SCALES:
            bottom, end = bottom * _SCALES[tokens[end].low], end + 1  # "one in two million"
        known = bottom is not None and top < bottom == int(bottom) and not tokens[index + skip].text.endswith("%")
        # Between them lie the years: "one in 1998".
        if bottom and known and top >= 1 and (bottom <= _MOST_DRAWN or bottom >= 1e4):
            text = " ".join(token.text for token in tokens[index:end])
            share = top / bottom if bottom <= _MOST_DRAWN else None
            return Found(Figure(value=text, share=share, magnitude=top / bottom), index, end, _STRONG, "share")
    pieces = re.split("-", low[0]) if "-" in low[0] else low[:2]
    if len(pieces) == 2 and pieces[1] in _FRACTIONS and _value_of(pieces[0]) and (_value_of(pieces[0]) or 0) <= 4:
        length = 1 if "-" in low[0] else 2
        share = (_value_of(pieces[0]) or 0) * _FRACTIONS[pieces[1]]
        if share < 1 and len(low) > length and low[length] == "of":
            text = " ".join(token.text for token in tokens[index : index + length])
            return Found(Figure(value=text, share=share, magnitude=share), index, index + length, _STRONG, "share")
    if (
        low[0] == "half"
        and len(low) > 1
        and low[1] in {"of", "the", "a", "all", "its", "their", "our"}
        and not (index and tokens[index - 1].is_a(*_HALF_OF_TWO) and tokens[index - 1].low not in _QUALIFIERS)
    ):
        if low[1] in {"the", "its", "their", "our"} and len(tokens) > index + 2 and tokens[index + 2].is_a("NN"):
            unit = f"{tokens[index + 1].text} {tokens[index + 2].text}"  # "feed half the world"
            return Found(
                Figure("Half" if not index else "half", unit=unit, share=0.5), index, index + 3, _FAIR, "share"
            )
        return Found(Figure(value=tokens[index].text, share=0.5, magnitude=0.5), index, index + 1, _FAIR, "share")
    return None


def _value_of(word: str) -> float | None:
    if word in _WORDS:
        return float(_WORDS[word])
    return float(word.replace(",", "")) if re.fullmatch(r"\d[\d,]*(?:\.\d+)?", word) else None


def _written(tokens: list[Token], index: int) -> Found | None:
    token = tokens[index]
    match = _WRITTEN.fullmatch(token.text)
    if not match or _is_date(tokens, index, match):
        return None
    prefix, value, unit = match["prefix"] or "", match["value"], match["unit"] or ""
    magnitude, end = float(value.replace(",", "")), index + 1
    after = tokens[end] if end < len(tokens) and not token.stop else None
    if unit in _SHORT_SCALES and (prefix or unit in {"bn", "mn", "tn", "M", "B"}):
        magnitude *= _SHORT_SCALES[unit]
    elif not unit and after is not None and after.low in _SCALES:
        unit, magnitude, end = after.text, magnitude * _SCALES[after.low], end + 1
        after = tokens[end] if end < len(tokens) and not tokens[end - 1].stop else None
    elif (
        not unit and not prefix and after is not None and (after.text in _UNIT_WORDS or after.low in _UNIT_WORDS)
    ) or (not unit and not prefix and after is not None and after.is_a("NN")):
        unit, end = after.text, end + 1
    kind = prefix or ("%" if unit in {"%", "percent"} else unit)
    share = None
    if kind == "%":
        unit = "%" if unit == "%" else unit
        near = " ".join(t.low for t in tokens[max(0, index - 3) : end + 2])
        near = re.sub(r"\b(?:more|less|fewer) than\b|\bup to\b", "", near)
        share = magnitude / 100 if magnitude <= 100 and not _CHANGE.search(near) else None
    measured = unit in _UNIT_WORDS or unit.lower() in _SCALES or bool(match["unit"])
    strong = bool(prefix) or kind == "%" or measured or magnitude >= 1000
    strength = _STRONG if strong else (_FAIR if magnitude >= 20 else _WEAK)
    return Found(
        Figure(value=value, prefix=prefix, unit=unit, share=share, magnitude=magnitude), index, end, strength, kind
    )


def _is_date(tokens: list[Token], index: int, match: re.Match[str]) -> bool:
    """A year, a day of a month, the number of a version, a chapter or a product ("iPhone 15", "Section 3")."""
    value = match["value"]
    before = tokens[index - 1] if index else None
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    plain = not match["prefix"] and not match["unit"]
    counted = after is not None and not tokens[index].stop and after.low in _UNIT_WORDS | set(_SCALES)
    dated = before is not None and before.low in {
        "in",
        "by",
        "since",
        "until",
        "from",
        "before",
        "after",
        "of",
        "between",
    }
    if plain and re.fullmatch(r"1[1-9]\d\d|20\d\d" if not dated else r"[12]\d\d\d", value):
        return not counted
    months = {name.lower() for name in MONTHS}
    if plain and ((before is not None and before.low in months) or (after is not None and after.low in months)):
        return True
    return plain and not counted and before is not None and before.text[:1].isupper() and index > 1 and before.is_a("N")


def _in_words(tokens: list[Token], index: int) -> Found | None:
    """ "ten seconds", "four times", "two million": only with a unit or a scale after it."""
    number = _WORDS.get(tokens[index].low)
    end = index + 1
    if tokens[index].low == "hundred" and (not index or tokens[index - 1].low != "a"):  # "several hundred"
        return None
    if number is None or number < 2 or end >= len(tokens) or tokens[index].stop:
        return None
    unit = tokens[end]
    if unit.low in _SCALES:
        return Found(
            Figure(value=tokens[index].text, unit=unit.text, magnitude=number * _SCALES[unit.low]),
            index,
            end + 1,
            _STRONG,
            unit.low,
        )
    if unit.low in _UNIT_WORDS:
        share = number / 100 if unit.low == "percent" else None
        strength = _FAIR if unit.low != "people" else _WEAK
        return Found(
            Figure(value=tokens[index].text, unit=unit.text, share=share, magnitude=float(number)),
            index,
            end + 1,
            strength,
            unit.low,
        )
    return None


def _labelled(hit: Found, tokens: list[Token], found: list[Found]) -> Found:
    """With the words that say what the quantity is, and what limits it ("nearly", "less than")."""
    begin = next((i + 1 for i in range(hit.start - 1, -1, -1) if tokens[i].stop), 0)
    begin = max([begin, *(h.end for h in found if h.end <= hit.start and h.kind == hit.kind)])
    end = next((i + 1 for i in range(hit.end - 1, len(tokens)) if tokens[i].stop), len(tokens))
    end = min([end, *(h.start for h in found if h.start >= hit.end and h.kind == hit.kind)])
    before, qualifier = _without_qualifier(tokens[begin : hit.start])
    claim = max((i for i, t in enumerate(before) if t.is_a("CJT", "CJS") or t.low in {"how", *_IF}), default=-1)
    ahead = _label_before(before[claim + 1 :])
    behind = _label_after(tokens[hit.end : end]) if not tokens[hit.end - 1].stop else []
    shared = bool(behind) and behind[0].is_a("PRF") and hit.figure.share is not None
    dated = shared or (len(behind) == 2 and behind[0].is_a("PRP") and behind[1].text.isdecimal())
    telling = any(t.is_a("N") for t in ahead) and any(t.is_finite or t.is_a("VV") for t in ahead)
    chosen = behind if dated or (len(behind) >= 2 and not telling) else (ahead or behind)
    label = " ".join(token.text for token in chosen)
    in_aside = _is_aside(tokens, begin, hit.start, end)
    strength = max(_WEAK, hit.strength - 1) if in_aside else hit.strength
    if _needs_its_sentence(hit, tokens, begin):
        strength = _WEAK
    denied = any("XX0" in t.tag or t.low in NEGATIONS for t in before[claim + 1 :])
    if chosen is behind and denied:
        label = ""
    return replace(hit, figure=replace(hit.figure, label=label), strength=strength, qualifier=qualifier)


def _needs_its_sentence(hit: Found, tokens: list[Token], begin: int) -> bool:
    """ "if prices rise 5%", "three years ago", "4 times as much as coal": alone the number says something else."""
    supposed = any(t.low in _IF for t in tokens[begin : hit.start])
    follows = tokens[hit.end].low if hit.end < len(tokens) and not tokens[hit.end - 1].stop else ""
    compares = hit.kind == "times" and (follows in {"as", "more", "less", "the"} or follows.endswith("er"))
    return supposed or compares or hit.figure.unit.endswith(" ago")


def _without_qualifier(before: list[Token]) -> tuple[list[Token], str]:
    """ "live on less than" → "live on" and "less than"."""
    words = list(before)
    taken: list[str] = []
    while words and words[-1].low in _QUALIFIERS and not (words[-1].low in {"up", "by"} and not taken):
        taken.insert(0, words.pop().text)
    # "water to about half of them": the preposition leads to the number and limits nothing.
    while taken and (taken[0] in {"to", "by"} or (taken[0] == "at" and taken[1:2] not in (["least"], ["most"]))):
        taken.pop(0)
    return words, " ".join(taken)


def _label_before(before: list[Token]) -> list[Token]:
    """The subject and verb before the number; at most seven words."""
    joint = max((i for i, t in enumerate(before[:-1]) if t.is_a("CJC") and before[i + 1].is_finite), default=0)
    if joint:  # "The chip is fast and uses" → "The chip uses"
        subject = chunks_of(before[:joint])[0]
        before = [*subject.tokens, *before[joint + 1 :]] if subject.kind == "N" else before
    if before and before[0].is_a("PRP") and any(t.is_finite for t in before):  # "On a good day ▸ it swallows"
        before = [t for chunk in chunks_of(before)[1:] for t in chunk.tokens]
    words = list(before)
    while words and (words[0].is_a("CJ", "PNP", "AV0", "DTQ", "EX0") or words[0].low in _LOOSE - ARTICLES):
        words = words[1:]
    while words and words[-1].low in _LOOSE - {"was", "is", "are", "were"} and not words[-1].is_a("AVP"):
        words = words[:-1]
    if len(words) <= _MOST_WORDS:
        return words
    chunks = chunks_of(words)
    verb = next((i for i in range(len(chunks) - 1, -1, -1) if chunks[i].kind == "V"), None)
    if not verb or chunks[verb - 1].kind not in {"N", "O"}:
        return []
    kept = [t for chunk in chunks[verb - 1 : verb + 2] for t in chunk.tokens]
    while kept and kept[-1].low in _LOOSE:
        kept.pop()
    return kept if len(kept) <= _MOST_WORDS and chunks[verb - 1].kind == "N" else []


def _label_after(after: list[Token]) -> list[Token]:
    """The phrases after the number, at most seven words, never cut inside one."""
    kept: list[Token] = []
    for chunk in chunks_of(after) if after else []:
        if (
            chunk.kind == "C"
            or (kept and chunk.tokens[0].is_a("CJS", "CJT", "PNP", "PNQ", "DTQ"))
            or (kept and chunk.tokens[0].is_a("CJC"))
            or (chunk.kind in {"S", "G"} and kept and len(kept) + len(chunk.tokens) > _MOST_WORDS)
        ):
            break
        if len(kept) + len(chunk.tokens) > _MOST_WORDS + 2:
            break
        kept.extend(chunk.tokens)
    while kept and (kept[-1].low in _LOOSE | _QUALIFIERS):
        kept.pop()
    if kept and (kept[0].is_a("CJC") or kept[0].low in {"to", "than"}):
        return []
    return kept


def _is_aside(tokens: list[Token], begin: int, start: int, end: int) -> bool:
    """Whether the number stands in a relative clause or a phrase set off by commas, beside the point."""
    segment = tokens[begin:end]
    alone = begin == 0 and end == len(tokens)
    relative = any(t.is_a("PNQ", "DTQ") for t in tokens[begin:start])
    if relative and any(t.is_finite for t in tokens[start:end]):
        return True
    if alone or not segment or (begin and not tokens[begin - 1].stop):
        return False
    return segment[0].is_a("DTQ", "PNQ", "VVN") or (
        not any(t.is_finite or t.is_a("VV") for t in segment)
        and any(t.is_finite for t in [*tokens[:begin], *tokens[end:]])
    )
