"""Each list of what is needed, and each row of a table, as one thing that can be said.

## Ingredients
- 3 eggs         ──▶  "Ingredients: 3 eggs and 150 g flour."
- 150 g flour
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from automagic.language.kinds.contracts import words_for
from automagic.language.kinds.roles import SentencePlace, roles_of
from automagic.language.speech.spoken import spoken_sentences
from automagic.language.syntax.shorten import Shortening
from automagic.language.text.sentences import primary_tag, split_sentences, split_words
from automagic.language.text.signs import peel
from automagic.language.text.summary import vectors_of
from automagic.providers.local.extract.filter import UsableSentence
from automagic.providers.local.extract.rows import row_text
from automagic.providers.local.extract.unit import Unit
from automagic.providers.local.extract.worth import worth_of
from automagic.values.document import Document, Mark

_AND = {"en": "and", "de": "und", "es": "y", "fr": "et", "it": "e", "pt": "e", "nl": "en"}
_MOST_NEEDED = 14
_SUMMED = 0.3  # of its worth counts of a row whose table ends with the total


def with_lists(units: list[Unit], document: Document, marks: Sequence[Mark], language: str) -> list[Unit]:
    """The units with each list of what is needed, and each row of a table, as one of them."""
    tag = primary_tag(language)
    listed: dict[str, list[int]] = {}
    rows: list[int] = []
    for index, mark in enumerate(marks):
        if "needed" in roles_of("", _place(mark), tag):
            listed.setdefault(mark.headings[-1], []).append(index)
        elif mark.kind == "row":
            rows.append(index)
    kept = [unit for unit in units if "needed" not in unit.roles]
    add = partial(_insert, kept, marks=marks, language=language)
    for heading, paragraphs in listed.items():
        items = [_item(document.paragraphs[index], language) for index in paragraphs[:_MOST_NEEDED]]
        add(f"{heading.rstrip(': ')}: {_enumerated(items, tag)}.", paragraphs[0], needed=True)
    totals = {_table(marks, index) for index in rows if _is_total(marks[index], tag)}
    written = {word for unit in units for word in (peel(word)[1] for word in unit.sentence.text.split())}
    for index in rows:
        if text := row_text(document.paragraphs[index], marks[index], written.__contains__):
            summed = _table(marks, index) in totals and not _is_total(marks[index], tag)
            add(text, index, needed=False, share=_SUMMED if summed else 1.0)
    return kept


def _table(marks: Sequence[Mark], index: int) -> int:
    """Which table a row belongs to: the place of its first row."""
    while index > 0 and marks[index - 1].kind == "row":
        index -= 1
    return index


def _is_total(mark: Mark, tag: str) -> bool:
    pattern = words_for("total", tag)
    return pattern is not None and pattern.search(mark.head) is not None


def _item(paragraph: str, language: str) -> str:
    """What is needed, without the sentences that a list's item goes on with: "newspaper. More than you think."."""
    return split_sentences(paragraph.strip(), language)[0].rstrip(".;,")


def _enumerated(items: Sequence[str], tag: str) -> str:
    """The items as one list; where one has a comma of its own, another stands before the last."""
    if not items[1:]:
        return items[0]
    comma = "," if any("," in item for item in items[-2:]) else ""
    return f"{', '.join(items[:-1])}{comma} {_AND.get(tag, '–')} {items[-1]}"


def _place(mark: Mark) -> SentencePlace:
    return SentencePlace(mark, 1, 9, 1, 9, commands=False, on_topic=0.0)


def _insert(
    units: list[Unit],
    text: str,
    paragraph: int,
    marks: Sequence[Mark],
    language: str,
    *,
    needed: bool,
    share: float = 1.0,
) -> None:
    """Put a line that is made of a list or row among the units, where it stands in the document.

    Args:
        share: Of its worth that counts.
    """
    spoken = sum(len(token.spoken) for s in spoken_sentences(text, language=language) for token in s.tokens)
    sentence = UsableSentence(text, text, paragraph, 0, len(split_words(text)), spoken, leans=False)
    mark = marks[paragraph]
    roles = {"needed": 1.0} if needed else roles_of(text, _place(mark), primary_tag(language))
    told = {role: strength for role, strength in roles.items() if role not in {"head", "detail", "step", "coverage"}}
    vector = {} if needed else vectors_of([text], language)[0]
    worth = share * worth_of(sentence, None, 0.0, 0.0, primary_tag(language))
    unit = Unit(sentence, "", mark, 0, (Shortening(text),), text, told, vector, worth)
    at = next((i for i, other in enumerate(units) if other.sentence.paragraph >= paragraph), len(units))
    units.insert(at, unit)
