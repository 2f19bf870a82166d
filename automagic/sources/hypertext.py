"""HTML to blocks of running text: trafilatura finds the article, this file reads the small tree that it returns."""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING, Any

from automagic.errors import RequestError
from automagic.sources.front_matter import Facts, read_date, read_language
from automagic.sources.prose import Block, BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator

_KINDS: dict[str, BlockKind | None] = {  # of trafilatura's tree, which borrows its names from TEI
    "body": "paragraph",
    "div": "paragraph",
    "p": "paragraph",
    "quote": "paragraph",
    "list": None,
    "item": "item",
    "head": "heading",
    "code": None,
    "table": None,
    "graphic": None,
}
_MAX_ELEMENTS = 100_000  # the longest encyclopedia pages have half of it; the time of extraction grows with its square
_LEFT_OUT = ["//pre", "//table", "//figcaption", "//sup[contains(@class, 'reference')]", "//sup[.//a]"]


def read_html(text: str, *, location: str) -> tuple[Facts, list[Block]]:
    """The page's own facts (title, author, date, licence, language) and the blocks of its main text.

    The parser keeps no more than its own limit of nested elements (256 in libxml2), so hostile nesting loses text
    instead of the process.

    Raises:
        RequestError: No text for people was found.
    """
    tree = _parse(text)
    if tree is None:
        raise _unreadable(location)
    if sum(1 for _ in tree.iter()) > _MAX_ELEMENTS:
        raise RequestError(
            f"{location} is too large a page: it has more than {_MAX_ELEMENTS:,} elements.",
            hint="Copy the part that is to be narrated into a .txt file and give that.",
        )
    language = read_language(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "")
    try:
        found = _extract(text, [*_LEFT_OUT]) or _extract(text, [])  # a page that is one <pre> has text too
        blocks = list(_walk(found.body)) if found is not None and found.body is not None else []
    except RecursionError as error:
        raise RequestError(
            f"{location} is nested too deeply to be read.", hint="Copy its text into a .txt file and give that."
        ) from error
    if not any(block.kind != "heading" for block in blocks):
        raise _unreadable(location)
    values = {
        "title": found.title or "",
        "author": (found.author or "").replace("; ", ", "),
        "published": read_date(found.date or ""),
        "licence": found.license or "",
        "language": language,
    }
    return Facts({name: " ".join(value.split()) for name, value in values.items()}), blocks


def _parse(text: str) -> Any:
    """The tree's root, or None when there is nothing that can be a document."""
    from lxml.etree import LxmlError
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return document_fromstring(text.encode(), parser=parser)
    except LxmlError:
        return None  # nothing but comments, for example


def _extract(text: str, left_out: list[str]) -> Any:
    """Trafilatura's finding, or None. Short pages count too: its own least sizes are meant for crawls."""
    from trafilatura import bare_extraction
    from trafilatura.settings import use_config

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # its notes on odd pages are not for people
    warnings.filterwarnings("ignore", "tzname .* identified but not understood", RuntimeWarning)  # nor those on dates
    config = use_config()
    for name in ("MIN_EXTRACTED_SIZE", "MIN_OUTPUT_SIZE", "MIN_EXTRACTED_COMM_SIZE", "MIN_OUTPUT_COMM_SIZE"):
        config.set("DEFAULT", name, "1")
    tree = _parse(text)
    found = bare_extraction(
        tree,
        with_metadata=True,
        include_comments=False,
        include_tables=False,
        prune_xpath=left_out or None,
        date_extraction_params={"extensive_search": False, "original_date": True},
        config=config,
    )
    body = getattr(found, "body", None)
    has_text = body is not None and any(True for _ in _walk(body))
    return found if has_text else None


def _walk(body: Any) -> Iterator[Block]:
    """The blocks of the tree in order: text belongs to the nearest block around it. Works without recursion."""
    from lxml.etree import iterwalk

    kinds: list[BlockKind | None] = []
    words: list[str] = []

    def flush() -> Iterator[Block]:
        text = " ".join("".join(words).split())
        words.clear()
        if text and kinds and kinds[-1] is not None:
            yield Block(kinds[-1], text)

    for event, element in iterwalk(body, events=("start", "end")):
        is_block = element.tag in _KINDS
        if event == "start":
            if is_block:
                yield from flush()
                kinds.append(_inside(kinds, _KINDS[element.tag]))
            if element.tag == "lb":
                words.append(" ")
            words.append(element.text or "")
            continue
        if is_block:
            yield from flush()
            kinds.pop()
        words.append(element.tail or "")


def _inside(kinds: list[BlockKind | None], kind: BlockKind | None) -> BlockKind | None:
    """A paragraph inside a list item is that item; nothing inside a table or code is told."""
    if kinds and kinds[-1] == "item" and kind == "paragraph":
        return "item"
    return kind


def _unreadable(location: str) -> RequestError:
    return RequestError(
        f"{location} has no readable text.",
        hint="The page may be built by scripts or ask for a sign-in: copy its text into a .txt file and give that.",
    )
