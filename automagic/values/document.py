"""What a source says: its paragraphs, what each is in it, and where they came from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

PassageKind = Literal["text", "item", "step", "quote", "row", "definition"]
"""Of a list, of a numbered list or procedure, of a table, of a term that is explained; everything else is "text"."""

TextKind = Literal["list", "how-to", "news", "story", "launch", "history", "explainer", "opinion", "question"]
"""What a whole text is by what it promises its reader; see `language.kinds`."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a paragraph is in its document.

    Attributes:
        kind: "item" of a list, "step" of a numbered one, block "quote", "row" of a table, "definition" of a term, else
            "text".
        number: That it bears, or that the heading directly over it bears ("3. Keep it dark"); 0 for none.
        head: The words that name it: its own bold beginning ("Keep it dark."), or its short first part before a colon
            or dash in a list item, exactly as they stand in the paragraph's text, without its number; else the
            heading directly over it (without its number) when that heading belongs to it alone or it is the first
            paragraph under it, items of a list only when it is theirs alone; "" for none.
        headings: Of the parts in which it stands, outermost first, as they are written, the document's title left out.
        speaker: Of a quote, where the source names one ("— Maria Lopez, baker"); "" else.
        level: How deep in lists, from 1; 0 outside.
        opens: Whether it is the first paragraph of its part or list item (an item may have several paragraphs).
    """

    kind: PassageKind = "text"
    number: int = 0
    head: str = ""
    headings: tuple[str, ...] = ()
    speaker: str = ""
    level: int = 0
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """Readable text from one source, with headings and boilerplate already told apart.

    Attributes:
        title: The document's own title; empty when it has none.
        paragraphs: Body text in reading order, plain text, one entry a paragraph or list item.
        location: Where it came from, for people: a file name, a URL, or "standard input". Never an absolute path.
        language: BCP-47 primary tag such as "en"; empty when unknown.
        author: As the source states it; empty when it does not.
        licence: As the source states it; empty when it does not.
        published: ISO date as the source states it; empty when it does not.
        notices: What a person must be told about it: what was left out of the text, and where.
        marks: What each paragraph is, as many as there are paragraphs; none when the document was made without its
            structure.
        kind: What the page says that it is: "recipe", "how-to", "news", "product", "faq" or "blog"; empty when unknown.
    """

    title: str
    paragraphs: tuple[str, ...]
    location: str
    language: str = ""
    author: str = ""
    licence: str = ""
    published: str = ""
    notices: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    kind: str = ""

    def credit(self) -> Document:
        """The document as a script names it: where it came from, without its text."""
        return replace(self, paragraphs=(), notices=(), marks=())


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one sentence of a script came from.

    Attributes:
        location: The document's `location`.
        paragraph: Index into the document's paragraphs.
        sentence: The sentence exactly as it stands there.
    """

    location: str
    paragraph: int
    sentence: str
