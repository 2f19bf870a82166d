"""What a source says: its paragraphs, and where they came from."""

from __future__ import annotations

from dataclasses import dataclass


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
    """

    title: str
    paragraphs: tuple[str, ...]
    location: str
    language: str = ""
    author: str = ""
    licence: str = ""
    published: str = ""
    notices: tuple[str, ...] = ()


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
