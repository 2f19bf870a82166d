"""A row of a table as a person reads it out, in the table's own words.

    | | Neap | Spring |
    | Height of high water | 4.1 m | 6.3 m |   ──▶  "Height of high water: neap 4.1 m, spring 6.3 m."

What a row is about comes first, then each value behind the head of its column. A head that asks, or that a value does
not simply follow, has a sentence of its own: "Certain? Yes.", "What to do: enter the code at the till."
"""

from __future__ import annotations

import re
from collections.abc import Callable

from automagic.language.syntax.shorten import HEDGES, LIMITS
from automagic.language.text.lexicon import PREPOSITIONS, SUBORDINATORS, bare
from automagic.language.text.proper_names import is_proper_name
from automagic.values.document import Mark

_MOST_VALUES, _MOST_VALUE_WORDS, _SHORT_VALUE_WORDS = 4, 8, 4
_CONTENT = re.compile(
    r"(?:what(?:'s| is) (?:in it|inside|included|in the box)|contents?|includes?|details?)", re.IGNORECASE
)
_ASKING = frozenset({"what", "who", "where", "when", "why", "how", "which"})


def row_text(paragraph: str, mark: Mark, occurs: Callable[[str], bool] = lambda _: False) -> str:
    """What is said of a row; "" for one that is too long to be heard.

    Args:
        paragraph: The row as its document has it: "Who: First 500 orders; Price: £64."
        mark: Of this paragraph; its head is the first cell.
        occurs: Whether a word stands in the document's sentences as it is written here: a head's first letter is small
            in the middle of a row, where it is in them, so that no name loses its capital.
    """
    cells = [(_named(name), value) for name, value in _cells(paragraph.rstrip("."))]
    if len(cells) < 2 or not mark.head:
        return paragraph
    (first, _), values = cells[0], cells[1:]
    if len(values) > _MOST_VALUES or any(len(value.split()) > _MOST_VALUE_WORDS for _, value in values):
        return ""
    subject = _bare(mark.head)
    stated = [(name, value) for name, value in values if not name.endswith("?")]
    asked = len(stated) < len(values) and any(_asks(name) for name, _ in stated)
    if len(stated) == 1 and subject[0].isalpha() and not (asked or _limits(stated[0][0])):
        listed, apart = [stated[0][1]], [pair for pair in values if pair not in stated]
    else:
        subject = f"{first} {subject}" if first and subject[0].isdigit() else subject
        common = any(occurs(_small(name).split()[0]) for name, _ in values if name)
        listed = [
            f"{_lowered(name, occurs, common=common)} {value}".strip() for name, value in values if _joins(name, value)
        ]
        apart = [pair for pair in values if not _joins(*pair)]
    head = f"{subject}: {', '.join(listed)}" if listed else subject
    return " ".join([_ended(head), *(_sentence(*pair) for pair in apart)])


def _cells(paragraph: str) -> list[tuple[str, str]]:
    """(head of the column, value) of each cell; of a first column without a head only its value."""
    cells: list[tuple[str, str]] = []
    for part in paragraph.split("; "):
        name, colon, value = part.partition(": ")
        if colon:
            cells.append((name, value))
        elif not cells:
            cells.append(("", part))
        else:  # the cell's own semicolon
            cells[-1] = (cells[-1][0], f"{cells[-1][1]}; {part}")
    return cells


def _named(name: str) -> str:
    """A column's head; "" for one that only says what is in a column: "What's in it"."""
    return "" if _CONTENT.fullmatch(name.replace("’", "'")) else name


def _limits(name: str) -> bool:
    """Whether a column's head says how its values are meant: "Price from", "At most"."""
    words = [bare(word) for word in name.split()] or [""]
    return words[-1] in PREPOSITIONS | SUBORDINATORS or not (HEDGES | LIMITS).isdisjoint(words)


def _joins(name: str, value: str) -> bool:
    """Whether a value simply follows its head: "stale after 3 days", not "water at 95 °F 4.6"."""
    return not _asks(name) and not re.search(r"\d", name) and len(value.split()) <= _SHORT_VALUE_WORDS


def _asks(name: str) -> bool:
    return name.endswith("?") or not _ASKING.isdisjoint(map(bare, name.split()[:2]))


def _sentence(name: str, value: str) -> str:
    if name.endswith("?"):
        return _ended(f"{name} {value[:1].upper()}{value[1:]}")
    return _ended(f"{name}: {value}")


def _lowered(name: str, occurs: Callable[[str], bool], *, common: bool) -> str:
    """A head in the middle of a sentence; beside a common word a head that is no name is one, too."""
    if not name:
        return ""
    first, _, rest = _small(name).partition(" ")
    is_word = occurs(first) or (common and is_proper_name(name.split(maxsplit=1)[0], "en") is False)
    return name if rest[:1].isupper() or not is_word else _small(name)


def _small(name: str) -> str:
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _bare(head: str) -> str:
    return head.strip().rstrip(".:;,–—- ")


def _ended(text: str) -> str:
    return text if text[-1] in ".!?…" else f"{text}."
