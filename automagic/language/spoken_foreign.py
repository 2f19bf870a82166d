"""Display words as they are said in languages other than English: numbers, percentages and money; the rest stands.

What we do not know well we leave alone: a voice reads its own language better than rules written from afar.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from automagic.language import spoken_numbers

_NUMBER = re.compile(r"\d+(?:[.,'’\u00a0\u202f\u2009]\d+)*")
# symbol → word, for each language.
_SYMBOLS = {
    "de": {"%": "Prozent", "€": "Euro", "$": "Dollar", "£": "Pfund", "&": "und", "+": "plus", "=": "gleich",
           "°": "Grad",
           "°C": "Grad Celsius", "–": "bis", "km": "Kilometer", "kg": "Kilogramm", "km/h": "Kilometer pro Stunde"},
    "fr": {"%": "pour cent", "€": "euros", "$": "dollars", "£": "livres", "&": "et", "+": "plus", "=": "égale",
           "°": "degrés", "°C": "degrés Celsius", "–": "à", "km": "kilomètres", "kg": "kilogrammes",
           "km/h": "kilomètres par heure"},
    "es": {"%": "por ciento", "€": "euros", "$": "dólares", "£": "libras", "&": "y", "+": "más", "=": "igual a",
           "°": "grados", "°C": "grados Celsius", "–": "a", "km": "kilómetros", "kg": "kilogramos",
           "km/h": "kilómetros por hora"},
    "it": {"%": "per cento", "€": "euro", "$": "dollari", "£": "sterline", "&": "e", "+": "più", "=": "uguale a",
           "°": "gradi", "°C": "gradi Celsius", "–": "a", "km": "chilometri", "kg": "chilogrammi",
           "km/h": "chilometri all'ora"},
    "pt": {"%": "por cento", "€": "euros", "$": "dólares", "£": "libras", "&": "e", "+": "mais", "=": "igual a",
           "°": "graus", "°C": "graus Celsius", "–": "a", "km": "quilômetros", "kg": "quilogramas",
           "km/h": "quilômetros por hora"},
    "nl": {"%": "procent", "€": "euro", "$": "dollar", "£": "pond", "&": "en", "+": "plus", "=": "is", "°": "graden",
           "°C": "graden Celsius", "–": "tot", "km": "kilometer", "kg": "kilogram", "km/h": "kilometer per uur"},
}  # fmt: skip
_ORDINAL = {"de": r"(\d+)\.", "fr": r"(\d+)(?:er|ère|e|ème|nd|nde)", "es": r"(\d+)[.]?[ºª]", "it": r"(\d+)[°ºª]",
            "pt": r"(\d+)[ºª]", "nl": r"(\d+)(?:e|ste|de)"}  # fmt: skip
_GERMAN_MONTHS = frozenset(
    [
        "januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober",
        "november", "dezember", "jahrhundert",
    ]
)  # fmt: skip


def read_words(words: Sequence[str], tag: str) -> list[str]:
    """What is said for each of the words, "" for none."""
    symbols = _SYMBOLS.get(tag, {})
    said = []
    for index, word in enumerate(words):
        core = word.rstrip(".,;:!?…")
        if core != word and core in symbols:
            said.append(symbols[core] + word[len(core) :])
            continue
        after = words[index + 1] if index + 1 < len(words) else ""
        is_unit = index > 0 and words[index - 1][-1:].isdecimal()
        if not any(c.isalnum() for c in word) and word not in symbols:
            said.append("," if word in {"-", "–", "—"} else "")
        elif word in symbols and (is_unit or not word.isalpha()):
            said.append("," if word == "–" else symbols[word])
        else:
            said.append(_read_word(word, after, tag, symbols))
    return said


def _read_word(word: str, after: str, tag: str, symbols: dict[str, str]) -> str:
    if not any(c.isdecimal() for c in word):
        return re.sub(r"(?<=\w)[–—](?=\w)", ", ", word).replace("&", f" {symbols.get('&', '')} ")
    ordinal = re.fullmatch(rf"{_ORDINAL[tag]}([,;:!?)]*)", word) if tag in _ORDINAL else None
    # In German a period marks ordinals and ends sentences: only before a month is it surely the former.
    if ordinal and (tag != "de" or after.lower().strip(".,") in _GERMAN_MONTHS):
        return spoken_numbers.ordinal(ordinal[1], tag) + ordinal[2]
    before_number = re.match(r"([$€£])(?=\d)", word)
    if before_number:
        word = re.sub(r"^[$€£]([\d.,]*\d)", rf"\1 {before_number[1]}", word)
    word = re.sub(r"(?<=\d)[–—-](?=\d)", f" {symbols.get('–', ',')} ", word)
    said = _NUMBER.sub(lambda match: f" {spoken_numbers.number(match[0], tag)} ", word)
    for symbol in sorted(symbols, key=len, reverse=True):
        if not symbol.isalpha() and symbol not in {"–", "+"}:
            said = said.replace(symbol, f" {symbols[symbol]} ")
    return re.sub(r"\s+(?=[.,;:!?…)])", "", " ".join(said.split()))
