"""Numbers with their signs, units and currencies, as other languages than English say them.

de "-5" "°C"    ──▶ minus fünf Grad Celsius        fr "1 299,50" "€" ──▶ mille deux cent … euros cinquante
es "21" "%"     ──▶ veintiuno por ciento           pt "2" "t"        ──▶ duas toneladas
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from automagic.language.numbers import spoken
from automagic.language.speech.foreign_tables import TONGUES, Tongue
from automagic.language.speech.parts import WordParts, core_at

_DIGITS = r"\d{1,3}(?:[.,'’\u00a0\u202f\u2009]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_VULGAR = "½⅓⅔¼¾"
_AMOUNT = re.compile(
    rf"(?P<sign>\+/[-−]|[<>]=|[-−–+±~≈<>≤≥])?(?P<money>(?:[A-Z]{{1,3}})?[$€£¥₹₽₺₩]|CHF|EUR|USD|BRL|MXN)?(?P<minus>[-−])?"
    rf"(?P<low>{_DIGITS})(?:[–—-](?P<high>{_DIGITS}))?(?P<half>[{_VULGAR}])?(?P<suffix>[^\d]*[²³23]?)"
)
_MILLIONS = ("million", "milliard", "millón", "millones", "milion", "miliard", "milhã", "milhõ", "bilhã", "bilhõ")
_THOUSANDS = frozenset({"mil", "mille", "mila", "tausend", "duizend", "miljoen", "miljard", "lakh", "crore"})
_SCALED_MONEY = re.compile(r"(Mio|Mrd|Mds?|M|k|mln|mld|mi|bi)\.?([$€£])")
# Words that end a number's phrase: before them "uno" stays whole in Spanish.
_NO_NOUNS = frozenset(
    [
        "de", "y", "o", "e", "u", "a", "en", "por", "que", "al", "del", "con", "se", "es", "son", "para", "como", "más",
        "menos",
    ]
)  # fmt: skip
_FIRST_YEAR, _LAST_YEAR = 1100, 1999


@dataclass(frozen=True, slots=True)
class _Counted:
    """What a number counts: its words for one and for more, and whether it is feminine."""

    one: str
    many: str
    feminine: bool

    @classmethod
    def of(cls, entry: str) -> _Counted:
        one, many, *gender = entry.split("|")
        return cls(one, many, bool(gender))


def read_amount(parts: Sequence[WordParts], index: int, tag: str) -> list[str] | None:
    """What is said for the number at `index`, and "" for the unit or currency that stands apart from it."""
    tongue, part = TONGUES[tag], parts[index]
    if part.core in tongue.halves:
        return [part.around(tongue.halves[part.core])]
    special = _read_pair(part.core, tag, tongue)
    if special:
        unit = tongue.units.get(core_at(parts, index + 1), "") if re.search(r"[×x]", part.core) else ""
        if unit and not part.trail:
            return [part.around(special), parts[index + 1].around(_Counted.of(unit).many)]
        return [part.around(special)]
    found = _AMOUNT.fullmatch(part.core)
    if not found:
        return None
    signs = [tongue.signs.get(mark, "") for mark in (found["sign"] or "", found["minus"] or "") if mark]
    counted, taken, tail = _find_counted(parts, index, found, tongue)
    if counted is None and found["suffix"] and not tail:
        return None
    said = _say(found, counted, tag, tongue, parts, index)
    last = parts[index + taken]
    # "15 Min. lang": inside a sentence the period is the unit's.
    inside = index + taken + 1 < len(parts) and (taken > 0 or found["suffix"] != "")
    trail = last.trail.removeprefix(".") if inside else last.trail
    whole = " ".join([*signs, said]) + tail
    return [f"{part.lead}{whole}{trail}", *[""] * taken]


def _find_counted(  # noqa: PLR0911 - one return for each way to write what is counted
    parts: Sequence[WordParts], index: int, found: re.Match[str], tongue: Tongue
) -> tuple[_Counted | None, int, str]:
    """What is counted, how many of the next words say it, and what follows a hyphen: "50-jährig"."""
    suffix, tail = found["suffix"], ""
    if re.match(r"-[^\W\d]", suffix) or re.fullmatch(r"er|ers", suffix):
        suffix, tail = "", suffix
    money = found["money"] or ""
    if money and not suffix:
        if not parts[index].trail and (many := _many_of(parts, index + 1, tongue.money.get(money, ""), tongue)):
            return many, 1, tail
        scale, taken = _scale_at(parts, index + 1, tongue) if not parts[index].trail else ("", 0)
        return _scaled(scale, tongue.money.get(money, ""), tongue), taken, tail
    if suffix:
        bare = suffix.rstrip(".")
        shared = re.fullmatch(r"([$€£]|[a-zA-Zµ]{1,4}[²³]?)/([^\W\d]+[²³]?)", bare)
        if shared and bare not in tongue.units and (by := _per(shared[1], shared[2], tongue)) is not None:
            return by, 0, tail
        short = _SCALED_MONEY.fullmatch(bare)
        if short:
            return _scaled(short[1], tongue.money.get(short[2], ""), tongue), 0, tail
        if money and bare.startswith("/") and (by := _per(money, bare[1:], tongue)) is not None:
            return by, 0, tail
        if money and bare in tongue.scales:
            return _scaled(bare, tongue.money.get(money, ""), tongue), 0, tail
        entry = tongue.units.get(bare) or tongue.money.get(bare) or ""
        return (_Counted.of(entry) if entry else None), 0, tail
    if parts[index].trail or tail:
        return None, 0, tail
    return (*_counted_at(parts, index + 1, tongue), tail)


def _counted_at(parts: Sequence[WordParts], at: int, tongue: Tongue) -> tuple[_Counted | None, int]:
    priced = tongue.money.get(parts[at + 1].core, "") if at + 1 < len(parts) and not parts[at].trail else ""
    if priced and (many := _many_of(parts, at, priced, tongue)):
        return many, 2
    rate = re.fullmatch(r"([^\W\d]{1,4})/(100)([^\W\d]{0,4})", parts[at].core) if at < len(parts) else None
    if rate and not parts[at].lead:
        by = rate[3] or (parts[at + 1].core if at + 1 < len(parts) and not parts[at].trail else "")
        per = _per(rate[1], by, tongue, spoken.cardinal(rate[2], tongue.tag)) if by in tongue.units else None
        return per, (1 if rate[3] else 2) if per else 0
    scale, taken = _scale_at(parts, at, tongue)
    at += taken
    after = parts[at].core if at < len(parts) and not parts[at].lead else ""
    shared = re.fullmatch(r"([$€£])/([^\W\d]+[²³]?)", after)
    if shared and not scale:
        return _per(shared[1], shared[2], tongue), 1
    short = _SCALED_MONEY.fullmatch(after)
    if short and not scale:
        return _scaled(short[1], tongue.money.get(short[2], ""), tongue), 1
    entry = tongue.money.get(after) or ("" if scale and len(after) < 2 else tongue.units.get(after, ""))
    if scale:
        return _scaled(scale, entry, tongue), taken + bool(entry)
    return (_Counted.of(entry), 1) if entry else (None, 0)


def _many_of(parts: Sequence[WordParts], at: int, money: str, tongue: Tongue) -> _Counted | None:
    """ "mil" or "Millionen" in full between a number and its money, as in "R$ 5 mil": "mil reais"."""
    word = parts[at].core if at < len(parts) and not parts[at].lead else ""
    low = word.lower()
    if not money or not (low.startswith(_MILLIONS) or low in _THOUSANDS):
        return None
    many = _Counted.of(money).many
    said = f"{word}{_joint(tongue, many) if low.startswith(_MILLIONS) else ' '}{many}"
    return _Counted(said, said, tongue.tag == "de" and low.startswith(_MILLIONS))


def _per(what: str, by: str, tongue: Tongue, number: str = "") -> _Counted | None:
    """ "€" and "kg", "km" and "an": "euros par kilogramme", "kilomètres par an"; "litres par cent kilomètres"."""
    entry = tongue.money.get(what) or tongue.units.get(what)
    if not entry:
        return None
    names = tongue.units.get(by, f"{by}|{by}").split("|")
    counted, shared = _Counted.of(entry), f"{number} {names[1]}" if number else names[0]
    return _Counted(f"{counted.one} {tongue.per} {shared}", f"{counted.many} {tongue.per} {shared}", counted.feminine)


def _scale_at(parts: Sequence[WordParts], at: int, tongue: Tongue) -> tuple[str, int]:
    """ "Mio.", "mln" as a word of its own; a single letter is none."""
    if at < len(parts) and len(parts[at].core) > 1 and parts[at].core in tongue.scales:
        return parts[at].core, 1
    return "", 0


def _scaled(scale: str, money: str, tongue: Tongue) -> _Counted | None:
    """ "Mio." and "€" → "Million Euro" and "Millionen Euro"; in French "million d'euros"."""
    counted = _Counted.of(money) if money else None
    if not scale:
        return counted
    by = _Counted.of(tongue.scales[scale])
    if counted is None:
        return by
    joint = _joint(tongue, counted.many) if _is_noun(by.many) else " "
    return _Counted(f"{by.one}{joint}{counted.many}", f"{by.many}{joint}{counted.many}", by.feminine)


def _is_noun(number: str) -> bool:
    """Whether a number ends in millions, which are nouns: they take "of" before what they count."""
    return number.rsplit(" ", maxsplit=1)[-1].startswith(_MILLIONS)


def _joint(tongue: Tongue, after: str) -> str:
    if not tongue.of:
        return " "
    return " d'" if tongue.months[0] == "janvier" and after[:1].lower() in "aeéiouy" else f" {tongue.of} "


def _say(
    found: re.Match[str], counted: _Counted | None, tag: str, tongue: Tongue, parts: Sequence[WordParts], index: int
) -> str:
    low, high = found["low"], found["high"]
    feminine = counted is not None and counted.feminine
    half = f" {_AND[tag]} {tongue.halves[found['half']]}" if found["half"] else ""
    if high:
        years = _is_year(low) and re.fullmatch(r"\d\d|\d{4}", high) and counted is None
        first = _year(low, tag) if years else _number(low, tag, counted=counted, feminine=feminine)
        second = (
            _year(high, tag) if years and len(high) == 4 else _number(high, tag, counted=counted, feminine=feminine)
        )
        return f"{first} {tongue.to} {second}" + (f" {counted.many}" if counted else "")
    if counted is None:
        after = parts[index + 1].core.lower() if index + 1 < len(parts) and not parts[index].trail else ""
        if _reads_as_year(low, parts, index):
            return _year(low, tag)
        number = _number(low, tag)
        feminine = after in tongue.feminine
        noun = feminine or (tag == "es" and after.isalpha() and after not in _NO_NOUNS)
        return (agree(number, tag, feminine=feminine) if noun and "," not in low else number) + half
    cents = re.fullmatch(r"(.+)[.,](\d\d)", low)
    is_money = counted.many in {_Counted.of(entry).many for entry in tongue.money.values()}
    if is_money and cents and not half:
        return _money(cents[1], cents[2], counted, tag, tongue)
    one = low == "1" and not half
    number = _number(low, tag, counted=counted, feminine=feminine) + half
    joint = _joint(tongue, counted.many) if _is_noun(number) else " "
    return f"{number}{joint}{counted.one if one else counted.many}"


def _money(whole: str, small: str, counted: _Counted, tag: str, tongue: Tongue) -> str:
    """ "1.299", "50" → "… reais e cinquenta centavos", "… Euro fünfzig"; "0", "99" → "neunundneunzig Cent"."""
    joint, cents, named = tongue.cents
    digits = re.sub(r"\D", "", whole)
    rest = spoken.cardinal(str(int(small)), tag)
    if not int(digits) and int(small):
        return f"{rest} {cents}"
    number = agree(spoken.cardinal(digits, tag), tag, feminine=counted.feminine)
    name = counted.one if digits == "1" else counted.many
    said = f"{number}{_joint(tongue, name) if _is_noun(number) else ' '}{name}"
    if not int(small):
        return said
    return " ".join([said, *([joint] if joint else []), rest, *([cents] if named else [])])


def _number(written: str, tag: str, *, counted: _Counted | None = None, feminine: bool = False) -> str:
    said = spoken.number(written, tag)
    decimal = re.search(r"[.,]\d{1,2}$", written)
    if counted is None or decimal or counted.many in {"por ciento", "per cento", "por cento", "pour cent"}:
        return said
    return agree(said, tag, feminine=feminine)


def agree(said: str, tag: str, *, feminine: bool = False) -> str:
    """A number in words before a noun: "uno" → "un", "vingt et un" → "vingt et une", "duzentos" → "duzentas"."""
    rules: dict[str, list[tuple[str, str]]] = {
        "de": [(r"^eins$", "eine" if feminine else "ein"), (r"hunderteins$", "hundertein")],
        "fr": [(r"\bun$", "une")] if feminine else [],
        "es": [(r"^veintiuno$", "veintiuna" if feminine else "veintiún"), (r"\buno$", "una" if feminine else "un")]
        + ([(r"cientos\b", "cientas"), (r"\bquinientos\b", "quinientas")] if feminine else []),
        "it": [(r"^uno$", "una" if feminine else "un")],
        "pt": [(r"\bum$", "uma"), (r"\bdois$", "duas"), (r"entos\b", "entas")] if feminine else [],
    }
    for pattern, instead in rules.get(tag, []):
        said = re.sub(pattern, instead, said)
    return said


_AND = {"de": "und", "fr": "et", "es": "y", "it": "e", "pt": "e", "nl": "en"}


def _read_pair(core: str, tag: str, tongue: Tongue) -> str:
    """ "3:2", "24/7", "4×4", "1.2.3"."""
    always = re.fullmatch(r"(\d{1,2})([hj])/(\d{1,2})", core) if tag == "fr" else None
    if always:
        first, second = (spoken.cardinal(always[i], tag) for i in (1, 3))
        return f"{first} {'heures' if always[2] == 'h' else 'jours'} sur {second}"
    pair = re.fullmatch(r"(\d{1,3}(?:[.,]\d+)?)(:|/|×|x)(\d{1,3}(?:[.,]\d+)?)", core)
    if pair:
        joint = {":": tongue.between, "/": "", "×": tongue.symbols["×"], "x": tongue.symbols["×"]}[pair[2]]
        both = [spoken.number(text, tag) for text in (pair[1], pair[3])]
        return " ".join(word for word in (both[0], joint, both[1]) if word)
    return ""


def _is_year(written: str) -> bool:
    return bool(re.fullmatch(r"\d{4}", written)) and 1000 <= int(written) <= 2100


def _reads_as_year(written: str, parts: Sequence[WordParts], index: int) -> bool:
    """In German a noun behind it is counted: "1984 Menschen"."""
    after = parts[index + 1].core if index + 1 < len(parts) and not parts[index].trail else ""
    return _is_year(written) and not after[:1].isupper()


def _year(written: str, tag: str) -> str:
    value = int(written)
    return spoken.year(written, tag) if _FIRST_YEAR <= value <= _LAST_YEAR else spoken.number(written, tag)
