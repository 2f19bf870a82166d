"""What is written short and said long in German, French, Spanish, Italian, Portuguese and Dutch, from data/words.

A unit or a currency is "one|many" or "one|many|f": its words for one and for more, and whether it is feminine, which
changes "one" and "two" before it. `Tongue` holds what a language says for signs, times and the like.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from automagic.data import words
from automagic.shaping import to_shape


@dataclass(frozen=True, slots=True)
class Tongue:
    """How one language says what is written short.

    Attributes:
        tag: Its primary language tag.
        signs: Of a number, by what is written before it: "−", "<".
        to: Between two numbers: "bis".
        between: Two sides of a ratio: "zu".
        per: Between what is counted and what it is shared by: "€/an".
        of: Between millions and what they count: "de"; empty where nothing stands there.
        cents: Between money and its hundredths; their name; whether it is said behind money, too.
        number: For "№ 5" and "#5".
        symbols: Lone signs, and those between words.
        units, money: By what is written, see above.
        scales: Short forms of thousands and millions: "Mio" → "Million|Millionen".
        halves: "½", "1/4", "3/4" in words.
        short: Abbreviations, lower case, without their last period; several words with single spaces.
        feminine: Nouns before which a number is feminine, besides units and money.
        titles: Single capitals that are a title before a name: "M. Dupont".
        before_number: Abbreviations that are one only before a number: "S. 5".
        days: Short weekdays that may stand in a range.
        months: In their order.
        hours: How a time of day is said, see `foreign`.
        ordinal: What marks an ordinal behind its digits, as a pattern with the group "f" for the feminine.
    """

    tag: str
    signs: dict[str, str]
    to: str
    between: str
    per: str
    of: str
    cents: tuple[str, str, bool]
    number: str
    symbols: dict[str, str]
    units: dict[str, str]
    money: dict[str, str]
    halves: dict[str, str]
    days: dict[str, str]
    months: tuple[str, ...]
    hours: tuple[str, str, str]
    ordinal: str
    scales: dict[str, str] = field(default_factory=dict)
    short: dict[str, str] = field(default_factory=dict)
    feminine: frozenset[str] = frozenset()
    titles: dict[str, str] = field(default_factory=dict)
    before_number: dict[str, str] = field(default_factory=dict)


_SIGNS = {
    "-": "minus", "−": "minus", "–": "minus", "+": "plus", "±": "plus_minus", "+/-": "plus_minus", "+/−": "plus_minus",
    "~": "about", "≈": "about", "<": "less", ">": "more", "≤": "at_most", "≥": "at_least", "<=": "at_most",
    ">=": "at_least",
}  # fmt: skip
"""What is written before a number, and its name in the files of words."""


def _metric(units: dict[str, str], square: str, cubic: str) -> dict[str, str]:
    """The units, with square and cubic ones made of the lengths: "{} carré|{} carrés" has a place for their name."""
    made = dict(units)
    for short in ("km", "m", "cm", "mm"):
        names = units[short].split("|")
        for powers, form in (("²2", square), ("³3", cubic)):
            forms = form.split("|")
            said = [form.format(name if " " in form else name.lower()) for form, name in zip(forms, names, strict=True)]
            made |= {short + power: "|".join(said) for power in powers}
    return made | {unit.replace("µ", "μ"): name for unit, name in made.items()}


def _tongue(tag: str, said: dict[str, Any]) -> Tongue:
    given = {key: value for key, value in said.items() if key not in {"square", "cubic"}}
    return to_shape(
        {
            **given,
            "tag": tag,
            "signs": {sign: said["signs"][name] for sign, name in _SIGNS.items()},
            "units": _metric(said["units"], said["square"], said["cubic"]),
        },
        Tongue,
    )


TONGUES = {
    "de": _tongue("de", words("said-de")),
    "fr": _tongue("fr", words("said-fr")),
    "es": _tongue("es", words("said-es")),
    "it": _tongue("it", words("said-it")),
    "pt": _tongue("pt", words("said-pt")),
    "nl": _tongue("nl", words("said-nl")),
}
"""By primary language tag."""
