"""The bytes of a Markdown, plain text or HTML file to a Document.

bytes ──▶ characters ──▶ which format? ──▶ blocks ─────────────────────────▶ no frame ────▶ prose ──▶ Document
          encoding.py                      markdown.py plain.py hypertext.py furniture.py   prose.py
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from automagic.errors import RequestError
from automagic.language.script.blocks import separate
from automagic.language.script.structure import LeftOut, read_paragraphs, tell_left_out, untitled
from automagic.language.text.front_matter import Facts, split_front_matter
from automagic.language.text.marks import mark_paragraphs
from automagic.language.text.prose import shorten_title
from automagic.sources.encoding import decode_text
from automagic.sources.furniture import without_furniture
from automagic.sources.markdown import read_markdown
from automagic.sources.plain import read_plain
from automagic.values.document import Document

if TYPE_CHECKING:
    from automagic.language.text.prose import Block

MAX_BYTES = 10_000_000

Format = Literal["markdown", "html", "plain"]

_MEDIA_TYPES: dict[str, Format] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
}
_SUFFIXES: dict[str, Format] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdown": "markdown",
    ".mkd": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}
_HTML_START = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_BEFORE_HTML = re.compile(r"\s+|<!--.*?-->|<\?xml[^>]{0,200}>", re.DOTALL)
_MARKDOWN_SIGN = re.compile(r"^#{1,6} \S|^(?:```|~~~)|\]\([^)\s]+\)|\*\*\S[^*\n]*\*\*", re.MULTILINE)
_SNIFFED_LETTERS = 20_000


def read_document(data: bytes, *, location: str, media_type: str = "") -> Document:
    """The title, the facts and the prose of a text.

    Args:
        data: The whole file.
        location: For people, and for the suffix that may tell the format: a file name, a URL, "standard input".
        media_type: As a server declares it, with its charset; empty when nobody declares one.

    Raises:
        RequestError: Empty, too large, not a text, or without prose.
    """
    if len(data) > MAX_BYTES:
        raise too_large(location, MAX_BYTES)
    text = decode_text(data, location=location, media_type=media_type)
    read = _read_blocks(text, location, media_type)
    facts = read.facts
    blocks, frame = without_furniture(read.blocks)
    title = shorten_title(facts["title"] or read.title)
    paragraphs, marks = mark_paragraphs(blocks, title=title, is_text=read.is_text)
    if not paragraphs:
        raise RequestError(
            f"{location} has only headings, tables or code: there is nothing to narrate.",
            hint="Add a few sentences between them.",
        )
    return Document(
        title=title,
        paragraphs=paragraphs,
        location=location,
        language=facts["language"],
        author=facts["author"],
        licence=facts["licence"],
        published=facts["published"],
        notices=(*tell_left_out([*read.left_out, *frame]), *read.notices),
        marks=marks,
        kind=read.kind or facts["kind"],
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """What a text says of itself, the title that its own layout gives, its blocks, and what was left out.

    `is_text` says that it was written as a text, not as a page with menus.
    """

    facts: Facts
    title: str
    blocks: list[Block]
    left_out: list[LeftOut]
    is_text: bool
    kind: str = ""
    notices: tuple[str, ...] = ()


def too_large(location: str, max_bytes: int) -> RequestError:
    """The error for a text of more than `max_bytes`."""
    return RequestError(
        f"{location} is larger than {max_bytes / 1_000_000:g} MB.", hint="Give only the part that is to be narrated."
    )


def _read_blocks(text: str, location: str, media_type: str) -> _Read:
    kind = _tell_format(text, location, media_type)
    if kind == "html":
        return _read_page(text, location)
    facts, body = split_front_matter(text)
    before = text.count("\n") - body.count("\n")
    narration = separate(body, kind)
    numbers = [number + before for number, _ in narration.lines]
    told = "\n".join(line for _, line in narration.lines)
    left_out = [replace(one, line=one.line + before) for one in narration.left_out]
    if kind == "markdown":
        title, blocks, blocked = read_markdown(told)
        left_out += [replace(one, line=numbers[one.line - 1]) for one in blocked if one.line]
    else:
        title, blocks = read_plain(told)
    left_out.sort(key=lambda one: one.line)
    return _Read(facts, untitled(title) or narration.title, blocks, left_out, is_text=True)


def _read_page(text: str, location: str) -> _Read:
    from automagic.sources.hypertext import read_html

    page = read_html(text, location=location)
    reads = read_paragraphs([block.text for block in page.blocks])
    left_out = [LeftOut(what, 0, part) for read in reads for what, part in read.left_out]
    kept = [
        replace(block, text=read.kept)
        for block, read in zip(page.blocks, reads, strict=True)
        if read.kept or not block.text
    ]
    about = page.described
    return _Read(
        page.facts, "", kept, [*left_out, *page.left_out], is_text=False, kind=about.kind, notices=about.notices
    )


def _tell_format(text: str, location: str, media_type: str) -> Format:
    """By the declared type, else by the looks of an HTML page, else by the suffix, else by signs of Markdown."""
    declared = _MEDIA_TYPES.get(media_type.partition(";")[0].strip().lower())
    if declared:
        return declared
    head = text[:_SNIFFED_LETTERS]
    if _begins_as_html(head):
        return "html"
    path = urlsplit(location).path if location.startswith(("http://", "https://")) else location
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    if suffix in {".txt", ".text"}:
        return "plain"
    facts, _ = split_front_matter(head)
    return "markdown" if facts.values or _MARKDOWN_SIGN.search(head) else "plain"


def _begins_as_html(head: str) -> bool:
    """Whether the first thing but white space, comments and an XML declaration is an HTML document's."""
    position = 0
    while before := _BEFORE_HTML.match(head, position):
        position = before.end()
    return _HTML_START.match(head, position) is not None
