"""Roman numerals as a language says them.

en  "Thutmose II" ──▶ Thutmose the second     "World War II" ──▶ World War two      "Vol. II" ──▶ Volume two
de  "Ludwig XIV." ──▶ Ludwig der Vierzehnte   "unter Friedrich II." ──▶ unter Friedrich dem Zweiten
es  "Felipe II"   ──▶ Felipe segundo          "Alfonso XIII" ──▶ Alfonso trece      fr  "Louis XIV" ──▶ Louis quatorze

Letters alone make no numeral: "MIX", "CIVIL" and "DIV" are words, "I" is one, and "Malcolm X" counts nobody. A numeral
stands behind the name of a kind ("Kapitel III"), or behind a name and is of the letters I, V and X.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from automagic.language.numbers import spoken
from automagic.language.speech.parts import WordParts, core_at
from automagic.language.speech.tables import REGAL, REGAL_TITLES, ROMAN_AFTER
from automagic.language.text.abbreviations import BEFORE_NUMBER
from automagic.language.text.lexicon import STOPWORDS
from automagic.language.text.phrases import function_words

_ROMAN = re.compile(r"(?=[IVXLCDM])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_OF_NAMES = re.compile(r"[IVX]{2,}|V")
_NAME = re.compile(r"[^\W\d_]{3,}(?:-[^\W\d_]+)*")
_KIND_WORDS = {
    "en": " ".join(ROMAN_AFTER),
    "de": "kapitel teil band akt buch artikel stufe klasse phase typ szene anhang tafel",
    "fr": "chapitre tome partie livre acte article phase type titre annexe volume scène guerre",
    "es": "capítulo tomo parte libro acto artículo fase tipo título anexo volumen escena",
    "pt": "capítulo tomo parte livro ato artigo fase tipo título anexo volume cena",
    "it": "capitolo tomo parte libro atto articolo fase tipo titolo allegato volume scena",
    "nl": "hoofdstuk deel boek akte artikel fase type bijlage",
}
_KINDS = {tag: frozenset(words.split()) for tag, words in _KIND_WORDS.items()}
_COUNTED_BEHIND = frozenset({"century", "centuries", "dynasty", "corps", "legion", "olympiad"})
# Of what else than a person a sentence tells, and of whom it tells.
_THINGS = re.compile(
    r"(?i)\b(?:films?|movies?|sequels?|games?|series|chips?|processors?|rockets?|missiles?|tanks?|engines?|aircraft|"
    r"planes?|consoles?|software|released|launched|computers?|stages?)\b"
)
_PEOPLE = re.compile(
    r"(?i)\b(?:kings?|queens?|pharaohs?|emperors?|empress|popes?|sultans?|tsars?|ruled?s?|reign(?:ed|s)?|throne|crown\w*|"
    r"dynasty|sons?|daughters?|wife|brother|father|mother|married|died|born|tomb|he|she|his|her|him|whom?)\b"
)
_DATIVE = frozenset({"von", "unter", "mit", "nach", "zu", "bei", "seit", "aus", "vom", "zum"})
_ACCUSATIVE = frozenset({"für", "gegen", "durch", "ohne", "um"})
_FEMININE = re.compile(r"(?:a|beth|ine|trix|isabel|anne|marie)$", re.IGNORECASE)


def value_of_roman(text: str) -> int:
    """ "XIV" → 14; 0 for what is no numeral."""
    if not _ROMAN.fullmatch(text):
        return 0
    values = [_VALUES[letter] for letter in text]
    return sum(-v if i + 1 < len(values) and values[i + 1] > v else v for i, v in enumerate(values))


def read_roman(parts: Sequence[WordParts], index: int, tag: str = "en") -> list[str] | None:
    """What is said for a Roman numeral at `index`; None where none stands there."""
    part = parts[index]
    if tag == "fr" and part.core in {"Ier", "Ire"}:
        return [part.around("premier" if part.core == "Ier" else "première")]
    core, possessive = re.fullmatch(r"(.*?)(['’]s)?", part.core, re.DOTALL).groups()  # type: ignore[union-attr]
    value = value_of_roman(core) if core.isascii() else 0
    if not value or not index:
        return None
    said = _counted(parts, index, tag, value) or _named(parts, index, tag, core, value)
    if not said:
        return None
    inside = tag == "de" and part.trail == "." and index + 1 < len(parts)  # the period is the ordinal's
    return [part.lead + said + ("'s" if possessive else "") + ("" if inside else part.trail)]


def _counted(parts: Sequence[WordParts], index: int, tag: str, value: int) -> str:
    """Behind the name of a kind, or in English before one: "Chapter IV", "Vol. II", "the XIX century"."""
    before = parts[index - 1]
    low, is_name = before.core.lower(), before.core[:1].isupper()
    after = core_at(parts, index + 1).lower()
    if tag == "en" and after in _COUNTED_BEHIND and value > 1 and not parts[index].trail:
        return spoken.ordinal(str(value))
    short = tag == "en" and before.trail == "." and low in BEFORE_NUMBER
    kind = not before.trail and low in _KINDS.get(tag, ()) and (is_name or tag != "en")
    return spoken.cardinal(str(value), tag) if (short or kind) and value < 100 else ""


def _named(parts: Sequence[WordParts], index: int, tag: str, core: str, value: int) -> str:
    """Behind a name: a ruler, a pope, a ship."""
    name, earlier = parts[index - 1].core, core_at(parts, index - 2)
    begins = STOPWORDS if tag == "en" else function_words(tag)
    is_name = name[:1].isupper() and not name.isupper() and _NAME.fullmatch(name) and name.lower() not in begins
    if parts[index - 1].trail or not is_name:
        return ""
    if tag == "en":
        return _english(" ".join(part.core for part in parts), name, earlier, core, value)
    own = _OF_NAMES.fullmatch(core) or (core == "I" and tag in {"de", "es", "fr", "pt"})
    return _foreign(parts[index], name, earlier, tag, value) if own else ""


def _english(text: str, name: str, earlier: str, core: str, value: int) -> str:
    crowned = earlier.lower() in REGAL_TITLES or name in {"Elizabeth", "Napoleon"}
    tells_of_people = bool(_PEOPLE.search(text))
    if crowned or (name.lower() in REGAL and value > 1):
        sure = len(core) > 1 or (core in _VALUES and value < 50)
    else:
        sure = bool(_OF_NAMES.fullmatch(core)) and (core != "V" or tells_of_people)
        if sure and _THINGS.search(text) and not tells_of_people:
            return spoken.cardinal(str(value))
    return f"the {spoken.ordinal(str(value))}" if sure else ""


def _foreign(part: WordParts, name: str, earlier: str, tag: str, value: int) -> str:
    feminine = bool(_FEMININE.search(name))
    if tag == "de":
        return _german(name, earlier.lower(), value, feminine=feminine) if part.trail.startswith(".") else ""
    if tag == "fr" and value == 1:
        return "première" if feminine else "premier"
    if tag == "fr" or (tag in {"es", "pt"} and value > 10):
        return spoken.cardinal(str(value), tag)
    said = spoken.ordinal(str(value), tag)
    if tag == "nl":
        return f"de {said}"
    return re.sub(r"o\b", "a", said) if feminine else said


def _german(name: str, before: str, value: int, *, feminine: bool) -> str:
    """With the article in its case, as the word before the name or the name's ending shows it."""
    stem = spoken.ordinal(str(value), "de").capitalize()
    if before in _DATIVE:
        return f"{'der' if feminine else 'dem'} {stem}n"
    if before in _ACCUSATIVE and not feminine:
        return f"den {stem}n"
    genitive = name.endswith("s") and name[:-1].lower() in REGAL | {"ludwig", "friedrich", "heinrich", "karl"}
    return f"des {stem}n" if genitive else f"{'die' if feminine else 'der'} {stem}"
