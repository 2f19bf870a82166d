"""Sentences with numbers, signs and units in them, and the check that what is shown of one says the same.

A sentence is put together from atoms ("−5 °C", "C#", "less than five minutes"). Of what is shown every whole atom is
taken away; a digit, a sign or a unit that is left over is a part of an atom, and says something else than the sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from automagic.language.script.promise import promise_of
from automagic.values.script import Card

AMOUNTS = (
    "−5 °C", "-5°C", "−$5 billion", "-$5", "<5 minutes", "< 5 %", "≤ 5 mm", "±2 mm", "± 2 mm", "≈15 km", "~ 15 km",
    "~15%", "₹20", "₩5000", "₺ 90", "₽300", "20 €", "€20", "£7.50", "¥5000", "5 %", "5%", "3 ‰", "90°", "3 m²",
    "12 m³", "7 µm", "50 Ω", "10×", "5–10 km", "5 – 10 km", "½ cup", "+12%", "-12%", "−12 %", "+3 points", "2.5 GB",
    "10 000 litres", "1,299.50 dollars", "$24.9B", "80 km/h", "R$ 50", "US$30", "5¢", "-3 to 4 °C", "70%",
    "3 percent", "1/2 mile", "5+ hours", ">18 years", "≥ 18 years", "2 + 2 = 4", "8 to 10 hours", "−15 kg",
)  # fmt: skip
SPOKEN = (
    "minus five degrees Celsius", "less than five minutes", "plus or minus two millimetres", "about fifteen kilometres",
    "twenty rupees", "minus twelve percent", "more than two million dollars", "at least ten litres",
    "between two and four hours", "nearly forty percent", "three of four", "minus two and a half degrees",
)  # fmt: skip
NAMES = (
    "C#", "C++", "F#", ".NET", "A*", "O'Brien", "R&B", "AT&T", "Node.js", "COVID-19", "H₂O", "#tag", "@name", "§ 5",
    "№ 6", "+49 30 1234", "3:2", "24/7", "2026–27", "e-mail", "f(x)", "a < b", "GPT-4", "4×4", "x²",
)  # fmt: skip
_SUBJECTS = ("The lake", "Sales", "The new bridge of Sorn", "A ticket", "Many small farms", "The old pump", "It", "We")
_VERBS = ("reached", "fell", "rose by", "costs", "lost", "was", "may need", "has never passed", "grew to", "holds only")
_TAILS = (
    "", " in May", " since 1990", " because the air is cold", ", which helps", " on every side of the tall tower",
    " when nobody looks", " of the whole sum for the people of the north", " a year", " later", " per person",
)  # fmt: skip
_FRAMES = (
    "{s} {v} {a}{t}.",
    "{s} {v} {a} and {b}{t}.",
    "{s} {v} {a}, but {s2} {v2} {b}{t}.",
    "Although {s2} {v2} {b}, {s} {v} {a}{t}.",
    "If {s} {v} {a}, the shop will close{t}.",
    "{s}, built in 1932 for {b}, {v} {a}{t}.",
    "Researchers have found that {s} {v} {a}{t}.",
    "{s} {v} from {a} to {b}{t}.",
    "You need {a}, {b}, and a lot of patience{t}.",
    "“{s} {v} {a},” said Ana Ruiz.",
    "{a} is more than {s} can take{t}.",
    "{s} {v} {a} ({b}){t}.",
    "Why does {s} need {a}{t}?",
    "{n} is older than {m}{t}.",
    "{s} of {n} {v} {a}{t}.",
    "{n} {v} {a} for {m}, {s2} {v2} {b}{t}.",
    "Learn {n} and {m} in {a}{t}.",
    "Some {a} of {n} and over {b} of {m} are gone{t}.",
)
_NUMBER_WORDS = (
    "zero|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|forty|hundred|million|billion|minus|plus"
)
_UNITS = "°C|mm|km|GB|kg|kWh|minutes|hours|percent|points|litres|dollars|rupees|degrees|cup|mile|kilometres|millimetres"
_LEFT = re.compile(rf"[\d%‰°€$£¥¢₹₩₺₽§№#@&+±×−~≈<>≤≥=½*²³₂]|\b(?:{_NUMBER_WORDS}|{_UNITS})\b", re.IGNORECASE)
_YEARS = re.compile(r"\b(?:1990|1932)\b")


_FOREIGN = {
    "de": ("Die alte Brücke über den kleinen Fluss {v} {a} im Mai.", "Der Preis fiel um {a}, und {b} bleiben übrig.",
           "{a} {v} der kleine See nach dem langen Winter in den Bergen."),
    "fr": ("Le vieux pont de la petite ville {v} {a} au mois de mai.", "Le prix est tombé de {a} à {b} hier.",
           "Avec {a} en main, la petite rivière du nord {v} {b}."),
    "es": ("El viejo puente de la pequeña ciudad {v} {a} en mayo.", "El precio bajó de {a} a {b} ayer por la tarde.",
           "¿Por qué el pequeño río del norte {v} {a} cada año?"),
    "it": ("Il vecchio ponte della piccola città {v} {a} a maggio.", "Il prezzo è sceso da {a} a {b} ieri sera."),
    "pt": ("A velha ponte da pequena cidade {v} {a} em maio.", "O preço caiu de {a} para {b} ontem à tarde."),
}  # fmt: skip
_FOREIGN_AMOUNTS = (
    "10 000 €", "1.299,50 €", "R$ 1.299,50", "−5 °C", "5 %", "3 m²", "±2 mm", "< 5 km", "n° 5", "12,5 %", "-12%",
    "5–10 km", "1 299 €", "20€", "≈ 15 kg", "10\u202f000 €", "1\u00a0299 kg", "½ l", "+3,5 %",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A sentence, and the atoms in it."""

    text: str
    atoms: tuple[str, ...]


_SIGNS = ("", "", "", "-", "−", "–", "<", "< ", "≤ ", "±", "± ", "≈", "~", "+", ">", "− ", "≥")
_SIZES = ("5", "12", "7", "1,200", "2.5", "10 000", "0.5", "100", "80", "15,000")
_ENDINGS = (
    "%", " %", "‰", "°", "°C", " °C", " km", " mm", " m²", "kg", " kg", "×", " billion", " percent", " points", "km",
    " km/h", " GB", "GB", " hours", " million dollars", " €", "€", " µg", " kWh", " minutes",
)  # fmt: skip


@st.composite
def amounts(draw: st.DrawFn) -> str:
    """A number with signs and a unit, or money."""
    sign, size = draw(st.sampled_from(_SIGNS)), draw(st.sampled_from(_SIZES))
    if draw(st.integers(0, 3)) == 0:
        money = draw(st.sampled_from(("$", "€", "£", "¥", "₹", "₩", "₽", "R$ ", "US$", "€ ")))
        return f"{sign}{money}{size}{draw(st.sampled_from(('', ' million', 'bn', 'M', 'k')))}"
    return f"{sign}{size}{draw(st.sampled_from(_ENDINGS))}"


@st.composite
def sentences(draw: st.DrawFn) -> Told:
    """English sentences of many shapes."""
    amount = st.one_of(st.sampled_from(AMOUNTS + SPOKEN), amounts())
    parts = {
        "a": draw(amount), "b": draw(amount), "n": draw(st.sampled_from(NAMES)), "m": draw(st.sampled_from(NAMES)),
        "s": draw(st.sampled_from(_SUBJECTS)), "v": draw(st.sampled_from(_VERBS)), "v2": draw(st.sampled_from(_VERBS)),
        "s2": draw(st.sampled_from(_SUBJECTS)), "t": draw(st.sampled_from(_TAILS)),
    }  # fmt: skip
    frame = draw(st.sampled_from(_FRAMES))
    text = frame.format(**parts)
    return Told(text[0].upper() + text[1:], tuple(parts[key] for key in "abnm" if f"{{{key}}}" in frame))


def left_over(shown: str, atoms: Sequence[str]) -> str:
    """What is left of `shown` that is a part of a number, when every whole atom is taken away; "" when nothing is.

    White space inside an atom may be lost or won, and a range may have a dash for its "to".
    """
    counts = Counter(atoms)
    rest = _YEARS.sub("", shown)
    for atom in sorted(counts, key=len, reverse=True):
        rest, found = _pattern_of(atom).subn(" ", rest)
        if found > counts[atom] * _MOST_SHOWN:
            return atom
    found_ = _LEFT.search(rest)
    return found_[0] if found_ else ""


_MOST_SHOWN = 3
"""A number may stand in a title, in the point and in the detail below it."""


def _pattern_of(atom: str) -> re.Pattern[str]:
    """The atom with white space and the words of a range as a card may set them: "between two and four" is "2–4"."""
    digits = {"eight": "8", "two": "2", "four": "4", "ten": "10"}
    words = []
    for word in re.findall(r"two and a half|[^\W\d]+|\d+|[^\w\s]", atom):
        if word == "two and a half":
            words.append(r"(?:two and a half|2\.5)")
        elif word in {"to", "and"}:
            words.append("(?:to|and|–)")
        elif " and " in atom and word in digits:
            words.append(f"(?:{word}|{digits[word]})")
        else:
            words.append("(?:between)?" if word == "between" else re.escape(word))
    alone = r"(?<![\w.,+±<>≤≥~≈−–-])" if atom[0].isalnum() else ""  # "5 kg" does not stand in "+5kg"
    return re.compile(alone + r"\s*".join(words), re.IGNORECASE)


def read_aloud(card: Card) -> tuple[str, ...]:
    """The texts of a card in the order in which they are read, a figure with what leads to it and what follows."""
    figures = [f"{f.prefix}{f.value} {f.unit} {f.label}" for f in card.figures]
    if card.layout == "number":
        return (" ".join([card.headline, card.kicker, *figures]), card.detail)
    return (card.headline, card.detail, card.speaker, card.kicker, *card.items, *card.sides, *figures)


def _stands_free(accent: str, headline: str) -> bool:
    """Whether a part of a headline is cut off at white space and punctuation only, and from no sign."""
    place = re.search(rf"(?<!\w){re.escape(accent)}(?!\w)", headline)
    before, after = (headline[: place.start()], headline[place.end() :]) if place else ("", "x")
    return bool(
        re.search(r"(?:^|[\w,.!?;:”’)#*+&%°€$²³'-] |[“(])$", before)
        and re.match(r"$|[,.!?;:”’)]| (?![%°‰–](?:\s|$)|[€$£¥](?:\s(?!\d)|$))", after)
    )


def faults_of(card: Card, told: Told, title: str = "", language: str = "en") -> list[str]:
    """What a card, its accent, its drawing and its thumbnail say otherwise than the sentence."""
    texts = [*read_aloud(card), promise_of(title, language)]
    faults = [f"{text!r}: {left!r}" for text in texts if (left := left_over(text, told.atoms))]
    if card.accent and not _stands_free(card.accent, card.headline):
        faults.append(f"the accent {card.accent!r} in {card.headline!r}")
    for figure in card.figures:
        down = bool(re.search(r"[-−]\s?$|^[-−]|minus", f"{figure.prefix.strip()} {figure.value}".strip()))
        if figure.share is not None and re.search(r"[-−+±]", figure.prefix):
            faults.append(f"a share is drawn of {figure}")
        if down and figure.magnitude is not None and figure.magnitude > 0:
            faults.append(f"a rise is drawn of {figure}")
    return faults


@st.composite
def foreign_sentences(draw: st.DrawFn) -> tuple[str, Told]:
    """(language, sentence) with numbers as that language writes them."""
    language = draw(st.sampled_from(sorted(_FOREIGN)))
    frame = draw(st.sampled_from(_FOREIGN[language]))
    one, other = (draw(st.sampled_from(_FOREIGN_AMOUNTS)) for _ in "ab")
    atoms = (one, other) if "{b}" in frame else (one,)
    return language, Told(frame.format(a=one, b=other, v="hat"), atoms)
