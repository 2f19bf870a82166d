"""Which parts of a text's promise a sentence keeps, and how well: by its place, its figures and its words.

"The repair will cost £1.2m." ──▶ money 1.0, next 1.0, number 0.5
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from automagic.language.kinds.contracts import words_for
from automagic.language.kinds.recognise import DATE, MONEY, YEAR
from automagic.values.document import Mark

_NUMBER = re.compile(r"\d")
_BY_WORDS = ("decision", "reason", "next", "order", "release", "condition", "warning", "turn", "opinion", "definition")


@dataclass(frozen=True, slots=True)
class SentencePlace:
    """Where a sentence stands.

    Attributes:
        mark: Of its paragraph.
        paragraph, paragraphs: Which of how many paragraphs that can be told, from 0.
        position: In its paragraph, from 0.
        after: How many sentences that can be told come after it in the document.
        commands: Whether it tells the reader to do something.
        on_topic: How like the title it is, 0..1.
    """

    mark: Mark
    paragraph: int
    paragraphs: int
    position: int
    after: int
    commands: bool
    on_topic: float


def roles_of(text: str, place: SentencePlace, language: str) -> Mapping[str, float]:
    """Each part that a sentence plays, 0..1; parts that it does not play are left out."""
    mark = place.mark
    found = {
        role: 1.0 for role in _BY_WORDS if (pattern := words_for(role, language)) is not None and pattern.search(text)
    }
    found["coverage"] = 1.0
    found["lead"] = 1.0 - 0.3 * place.position if place.paragraph == 0 and not mark.head else 0.0
    found["ending"] = _ending(place)
    found["number"] = min(1.0, 0.5 * len(_NUMBER.findall(text))) if _NUMBER.search(text) else 0.0
    found["money"] = float(bool(MONEY.search(text)))
    found["price"] = _price(text, mark, language)
    found["date"] = float(bool(DATE.search(text)))
    found["year"] = float(bool(YEAR.search(text) or YEAR.search(mark.head)))
    answers_late = mark.head.endswith("?") and place.position > 0
    found["head"] = float(bool(mark.head)) * (0.5 if answers_late else 1.0)
    found["detail"] = float((mark.kind == "step" or bool(mark.head)) and (place.position > 0 or not mark.opens))
    steps = mark.kind == "step" and place.position == 0
    found["step"] = 1.0 if steps else 0.8 if place.commands and mark.kind != "item" else 0.0
    found["needed"] = float(_is_needed(mark, language))
    found["answer"] = place.on_topic
    return {role: strength for role, strength in found.items() if strength > 0.0}


def _price(text: str, mark: Mark, language: str) -> float:
    """1 for what says or lists a price, 0.4 for money that is mentioned."""
    pattern = words_for("price", language)
    if not MONEY.search(text):
        return 0.0
    listed = mark.kind == "row" or (pattern is not None and any(pattern.search(h) for h in mark.headings[-1:]))
    return 1.0 if listed or (pattern is not None and pattern.search(text)) else 0.4


def _ending(place: SentencePlace) -> float:
    """1 for the very last sentence, less for those before it, 0 before the last two paragraphs."""
    if place.paragraph < place.paragraphs - 2:
        return 0.0
    last = place.paragraph == place.paragraphs - 1
    return max(0.2, 1.0 - 0.2 * place.after) * (1.0 if last else 0.7)


def _is_needed(mark: Mark, language: str) -> bool:
    pattern = words_for("needs_heading", language)
    return mark.kind in {"item", "row"} and pattern is not None and any(pattern.search(h) for h in mark.headings[-1:])
