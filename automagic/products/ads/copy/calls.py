"""Calls to act with the name and the kind of a product: lines that claim nothing."""

from __future__ import annotations

from automagic.data import words
from automagic.language.text.sentences import primary_tag
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.specs.table import Spec


def calls_with_name(brief: AdBrief) -> tuple[str, ...]:
    """The lines, each once; those of a call are left out where the brief has none and its language offers none."""
    table = _of(brief.language)
    calls = (brief.call,) if brief.call else tuple(table["calls"])
    lines = []
    branded = ("{brand}", "{brand}: {name}") if brief.brand not in {"", brief.name} else ()
    for template in (*table["templates"], *branded):
        for call in calls if "{call}" in template else ("",):
            line = template.format(name=brief.name, kind=brief.kind, brand=brief.brand or brief.name, call=call)
            lines.append(line[:1].upper() + line[1:] if line[:1] == brief.kind[:1] else line)
    return tuple(dict.fromkeys(lines))


def closing_call(brief: AdBrief) -> str:
    """The call with the name that a video ends with: "Shop now: Linden Honey"; the name where there is no call."""
    table = _of(brief.language)
    call = brief.call or next(iter(table["calls"]), "")
    template = next((one for one in table["templates"] if "{call}" in one and "{name}" in one), "{call}: {name}")
    return template.format(call=call, name=brief.name) if call else brief.name


def choose_call(brief: AdBrief, spec: Spec) -> str:
    """The value of a platform's list that is nearest to the call of a brief: its own, else "learn more", else the first
    that a person would not be surprised by; "" when the list is empty."""
    wanted = [brief.call, "Learn more", "See more", "Visit site", "Open"]
    by_letters = {_letters(value): value for value in spec.values}
    return next((by_letters[_letters(one)] for one in wanted if _letters(one) in by_letters), "")


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _of(language: str) -> dict[str, list[str]]:
    tables: dict[str, dict[str, list[str]]] = words("ad_calls")
    return tables.get(primary_tag(language), tables["other"])
