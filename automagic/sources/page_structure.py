"""What a page's own tree says of its structure, noted before the article is taken out of it.

The library that finds the article keeps headings, lists and quotes, but neither bold words (without changing the text
around them) nor the numbers at which lists begin, nor who is quoted. So these are noted here by the first letters of
the block in which they stand, and looked up again when the article's blocks are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from automagic.language.script.structure import LeftOut
from automagic.sources.tables import read_rows

_KEY_LETTERS, _MOST_EVENTS, _MOST_CLIMBED = 60, 200, 6
_BLOCKS = frozenset({"p", "li", "dd", "dt", "td", "div", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"})
_APART = frozenset({"p", "ul", "ol", "dl", "table", "blockquote", "div", "footer"})
_EMPTY = frozenset({"img", "br", "svg", "input", "picture", "a"})
_BOLD_LETTERS = 200
_BESIDE_HEADINGS = re.compile(r"\b(?:mw-editsection|headerlink|heading-?anchor|anchorjs-link|header-?anchor)\b")
_LAYOUT = re.compile(r"\b(?:infobox|navbox|sidebar|metadata|toc|ambox|layout|calendar)\b", re.IGNORECASE)
_MOST_TABLES = 200


@dataclass
class Notes:
    """What was noted of a page.

    Attributes:
        strong: The bold words with which a block begins, and whether a line ends behind them.
        numbers: Of an item, in a list that does not begin with 1 or counts otherwise.
        links: The items that are nothing but a link.
        speakers: Who is quoted.
        left_out: Tables of facts that are too large to be told.
    """

    strong: dict[str, tuple[str, bool]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    links: set[str] = field(default_factory=set)
    speakers: dict[str, str] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)


def take_notes(tree: Any) -> Notes:
    """Note the structure, and take out what would be read wrongly: names behind quotes, tables that are not told."""
    notes = Notes()
    _note_tables(tree, notes)
    for element in list(tree.iter("span", "a")):
        if _BESIDE_HEADINGS.search(element.get("class") or ""):
            element.drop_tree()
    for element in list(tree.iter("blockquote")):
        _note_speaker(element, notes)
    for element in list(tree.iter("figure")):
        _unwrap(element)
    for element in tree.iter("b", "strong"):
        _note_strong(element, notes)
    for element in tree.iter("ol"):
        _note_numbers(element, notes)
    for element in tree.iter("li", "dt", "dd"):
        link = next(element.iter("a"), None)
        text = key_of(_beginning(element))
        if link is not None and text and text == key_of(_beginning(link)):
            notes.links.add(text)
    return notes


def key_of(text: str) -> str:
    """The first letters and digits, by which a block is known again."""
    return "".join(letter for letter in text[: 4 * _KEY_LETTERS] if letter.isalnum())[:_KEY_LETTERS].casefold()


def _beginning(element: Any, letters: int = 4 * _KEY_LETTERS) -> str:
    """The first words of an element, as far as they stand in one block."""
    from lxml.etree import iterwalk

    found = element.text or ""
    for event, one in islice(iterwalk(element, events=("start", "end")), 1, _MOST_EVENTS):
        if one is element or len(found) > letters:
            break
        if event == "start" and one.tag in _APART and found.strip():
            break
        found += (one.text if event == "start" else one.tail) or ""
    return " ".join(found.split())


def _note_strong(element: Any, notes: Notes) -> None:
    words = _beginning(element, _BOLD_LETTERS)
    if not words or len(words) > _BOLD_LETTERS:
        return
    child = element
    for _ in range(_MOST_CLIMBED):
        parent = child.getparent()
        if parent is None or any(map(str.isalnum, parent.text or "")) or not _is_first(child):
            return
        if parent.tag in _BLOCKS:
            after = child.getnext()
            ends = not (child.tail or "").strip() and after is not None and after.tag == "br"
            notes.strong.setdefault(key_of(_beginning(parent)), (words, ends))
            return
        child = parent


def _is_first(element: Any) -> bool:
    """Whether nothing that is read stands before an element within its parent."""
    before = list(islice(element.itersiblings(preceding=True), 3))
    return len(before) < 3 and all(
        one.tag in _EMPTY and not (one.text or "").strip() and not (one.tail or "").strip() for one in before
    )


def _note_numbers(element: Any, notes: Notes) -> None:
    """The numbers of a list that says where it begins or goes on."""
    items = [child for child in element if child.tag == "li"]
    is_reversed = element.get("reversed") is not None
    start = _read_number(element.get("start")) or (len(items) if is_reversed else 1)
    if start == 1 and not is_reversed and not any(item.get("value") for item in items):
        return
    for item in items:
        number = _read_number(item.get("value")) or start
        if number > 0:
            notes.numbers.setdefault(key_of(_beginning(item)), number)
        start = number + (-1 if is_reversed else 1)


def _read_number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdecimal() and len(value) < 4 else 0


def _note_speaker(quote: Any, notes: Notes) -> None:
    """Take the name out that stands last in a quote; or the caption of the figure around it."""
    named = list(islice(quote.iter("footer", "cite"), 4))
    last = next((one for one in named if _is_last(one, quote)), None)
    if last is not None:
        name = _clean_name(_beginning(last, _BOLD_LETTERS))
        last.drop_tree()
    else:
        figure = quote.getparent()
        ends = (figure[-1], figure[0]) if figure is not None and figure.tag == "figure" else ()
        caption = next((one for one in ends if one.tag == "figcaption"), None)
        name = _clean_name(_beginning(caption, _BOLD_LETTERS)) if caption is not None else ""
    said = key_of(_beginning(quote))
    if name and said:
        notes.speakers.setdefault(said, name)


def _unwrap(figure: Any) -> None:
    """Take the figure away from around a table or a quote: the library drops figures whole, with what they hold.

    A pull quote stays: it says again what the text says.
    """
    is_pulled = "pullquote" in (figure.get("class") or "").lower()
    if not is_pulled and next(figure.iter("table", "blockquote"), None) is not None:
        for caption in list(figure.iter("figcaption")):
            caption.drop_tree()
        figure.drop_tag()


def _is_last(element: Any, quote: Any) -> bool:
    """Whether nothing is said behind an element within its quote, and something before it."""
    child = element
    while child is not quote:
        if (child.tail or "").strip() or any(_beginning(one) for one in islice(child.itersiblings(), 5)):
            return False
        child = child.getparent()
    return len(key_of(_beginning(quote))) > len(key_of(_beginning(element)))


def _clean_name(text: str) -> str:
    return text.lstrip("—–―-~ ").strip()


# ---------------------------------------------------------------------------------------------------- tables


def _note_tables(tree: Any, notes: Notes) -> None:
    for count, table in enumerate(list(tree.iter("table"))):
        if table.getparent() is None:
            continue
        if count >= _MOST_TABLES or not _holds_facts(table):
            table.drop_tree()
            continue
        header, rows = split_header(list(_rows(table)))
        is_even = len({len(row) for row in [header, *rows] if row}) == 1
        if not is_even or read_rows(header, rows) is None:
            if header and len(rows) > 1:
                notes.left_out.append(LeftOut("table", 0, " ".join(header)))
            table.drop_tree()


def _holds_facts(table: Any) -> bool:
    """Whether a table has facts in its cells, and not the parts of a page."""
    name = f"{table.get('class') or ''} {table.get('id') or ''}"
    if table.get("role") == "presentation" or _LAYOUT.search(name):
        return False
    return next(table.iter("ul", "ol", "form", "img", "h1", "h2", "h3"), None) is None and (
        sum(1 for _ in islice(table.iter("table"), 2)) == 1
    )


def _rows(table: Any) -> Iterator[list[tuple[str, bool]]]:
    for row in table.iter("tr"):
        yield [(_text_of(cell), cell.tag == "th") for cell in islice(row, 20) if cell.tag in {"td", "th"}]


def _text_of(cell: Any) -> str:
    return " ".join(" ".join(islice(cell.itertext(), _MOST_EVENTS)).split())


def split_header(rows: list[list[tuple[str, bool]]]) -> tuple[list[str], list[list[str]]]:
    """The names of the columns, none when no row has only heads, and the cells of the other rows."""
    cells = [[text for text, _ in row] for row in rows]
    if rows and len(rows[0]) > 1 and all(is_head for _, is_head in rows[0]):
        return cells[0], cells[1:]
    return [], cells
