"""HTML to blocks of running text: trafilatura finds the article, this file reads the small tree that it returns."""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from automagic.errors import RequestError
from automagic.language.text.front_matter import Facts, read_date, read_language
from automagic.language.text.heads import are_items, are_steps, without_bullet, without_signs
from automagic.language.text.prose import GAP, Block, BlockKind, Form, is_sentence
from automagic.sources.linked_data import Described, add_missing, read_linked_data
from automagic.sources.page_structure import Notes, key_of, split_header, take_notes
from automagic.sources.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from automagic.language.script.structure import LeftOut

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
    "row": None,
    "cell": None,
    "graphic": None,
}
_MAX_ELEMENTS = 100_000  # the longest encyclopedia pages have half of it; the time of extraction grows with its square
_LEFT_OUT = ["//pre", "//figcaption", "//sup[contains(@class, 'reference')]", "//sup[.//a]"]
_LINE = "\x1e"  # no character of HTML; stands for a line break
_INSIDE_CELLS = {"p", "div", "code"}
_AROUND_CODE = {"p", "item", "head", "quote", "cell", "hi", "div", "ref", "del"}


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says: of itself, and in its main text.

    `described` is what its data for machines add to that.
    """

    facts: Facts
    blocks: list[Block]
    left_out: list[LeftOut]
    described: Described


def read_html(text: str, *, location: str) -> Page:
    """The page's own facts (title, author, date, licence, language) and the blocks of its main text.

    The parser keeps no more than its own limit of nested elements (256 in libxml2), so hostile nesting loses text
    instead of the process.

    Raises:
        RequestError: No text for people was found.
    """
    tree = parse_page(text)
    if tree is None:
        raise _unreadable(location)
    if sum(1 for _ in tree.iter()) > _MAX_ELEMENTS:
        raise RequestError(
            f"{location} is too large a page: it has more than {_MAX_ELEMENTS:,} elements.",
            hint="Copy the part that is to be narrated into a .txt file and give that.",
        )
    language = read_language(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "")
    described = read_linked_data(tree, language)
    try:
        found, notes = _find_article(text)
        blocks = list(_Walk(notes).read(found.body)) if found is not None and found.body is not None else []
    except RecursionError as error:
        raise RequestError(
            f"{location} is nested too deeply to be read.", hint="Copy its text into a .txt file and give that."
        ) from error
    blocks = add_missing(blocks, described)
    if not any(block.kind != "heading" and block.text for block in blocks):
        raise _unreadable(location)
    values = {
        "title": (found.title if found is not None else "") or described.title,
        "author": ((found.author if found is not None else "") or "").replace("; ", ", "),
        "published": read_date((found.date if found is not None else "") or "") or described.published,
        "licence": (found.license if found is not None else "") or "",
        "language": language,
    }
    facts = Facts({name: " ".join(value.split()) for name, value in values.items()})
    return Page(facts, blocks, notes.left_out, described)


def parse_page(text: str) -> Any:
    """The tree's root, or None when there is nothing that can be a document."""
    from lxml.etree import LxmlError
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return document_fromstring(text.encode(), parser=parser)
    except LxmlError:
        return None  # nothing but comments, for example


def _find_article(text: str) -> tuple[Any, Notes]:
    """Trafilatura's finding, or None, and what was noted before; a page that is one <pre> or table has text too."""
    tree = parse_page(text)
    notes = take_notes(tree)
    found = _extract(tree, [*_LEFT_OUT], tables=True)
    if found is not None:
        return found, notes
    return _extract(parse_page(text), [], tables=False), Notes()


def _extract(tree: Any, left_out: list[str], *, tables: bool) -> Any:
    """Trafilatura's finding, or None. Short pages count too: its own least sizes are meant for crawls."""
    from trafilatura import bare_extraction
    from trafilatura.settings import use_config

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # its notes on odd pages are not for people
    warnings.filterwarnings("ignore", "tzname .* identified but not understood", RuntimeWarning)  # nor those on dates
    config = use_config()
    for name in ("MIN_EXTRACTED_SIZE", "MIN_OUTPUT_SIZE", "MIN_EXTRACTED_COMM_SIZE", "MIN_OUTPUT_COMM_SIZE"):
        config.set("DEFAULT", name, "1")
    found = bare_extraction(
        tree,
        with_metadata=True,
        include_comments=False,
        include_tables=tables,
        prune_xpath=left_out or None,
        date_extraction_params={"extensive_search": False, "original_date": True},
        config=config,
    )
    body = getattr(found, "body", None)
    has_text = body is not None and any(block.text for block in _Walk(Notes()).read(body))
    return found if has_text else None


# ---------------------------------------------------------------------------------------------------- the tree


@dataclass
class _Walk:
    """One walk over the tree, without recursion: text belongs to the nearest block around it."""

    notes: Notes
    kinds: list[BlockKind | None] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    rows: list[list[tuple[str, bool]]] = field(default_factory=list)
    cells: int = 0
    term: str = ""
    counted: int = 0

    def read(self, body: Any) -> Iterator[Block]:
        """The blocks in order."""
        from lxml.etree import iterwalk

        for event, element in iterwalk(body, events=("start", "end")):
            is_block = self._is_block(element)
            if event == "start":
                if is_block:
                    yield from self._flush()
                    self._open(element)
                if element.tag == "lb" or (self.cells and element.tag in {"p", "div"}):
                    self.words.append(_LINE)
                self.words.append(element.text or "")
                continue
            if is_block:
                yield from self._close(element)
            self.words.append(element.tail or "")

    def _is_block(self, element: Any) -> bool:
        is_inline = (self.cells > 0 and element.tag in _INSIDE_CELLS) or (element.tag == "code" and _is_inline(element))
        return element.tag in _KINDS and not is_inline

    def _open(self, element: Any) -> None:
        around = self.forms[-1] if self.forms else Form()
        self.kinds.append(self._inside(element))
        self.forms.append(self._form(element, around))
        if element.tag == "list":
            self.counts.append(0)
            self.term = ""
        elif element.tag == "table":
            self.rows = []
        elif element.tag == "row":
            self.rows.append([])
        elif element.tag == "cell":
            self.cells += 1

    def _close(self, element: Any) -> Iterator[Block]:
        text = " ".join("".join(self.words).replace(_LINE, " ").split())
        if element.tag == "cell":
            self.cells -= 1
        if element.tag == "cell" and self.rows:
            self.rows[-1].append((text, element.get("role") == "head"))
        rend = element.get("rend") or ""
        if element.tag == "item" and rend.startswith("dt"):
            self.term = text
            self.words.clear()
        yield from self._flush()
        self.kinds.pop()
        self.forms.pop()
        if element.tag == "list":
            self.counts.pop()
        elif element.tag == "table":
            yield from read_rows(*split_header(self.rows)) or [GAP]
        elif element.tag in {"code", "graphic"}:
            yield GAP

    def _inside(self, element: Any) -> BlockKind | None:
        """A paragraph inside a list item is that item; nothing inside a table or code is told but through its rows."""
        kind = _KINDS[element.tag]
        if self.kinds and self.kinds[-1] == "item" and kind == "paragraph":
            return "item"
        return kind

    def _form(self, element: Any, around: Form) -> Form:
        tag, rend = element.tag, element.get("rend") or ""
        if tag == "head":
            rank = int(rend[1]) if rend[1:2].isdecimal() else 2
            return replace(around, rank=rank)
        if tag == "quote":
            return replace(around, passage="quote", group=around.group or self._count())
        if tag == "list":
            return replace(
                around, level=around.level + 1, list=self._count(), ordered=rend == "ol", number=0, passage="text"
            )
        if tag == "item":
            defines = rend.startswith("dd") and bool(self.term)
            if self.counts:
                self.counts[-1] += 1
            number = self.counts[-1] if around.ordered and self.counts else 0
            return replace(
                around,
                item=self._count(),
                number=number,
                passage="definition" if defines else "text",
                term=self.term if defines else "",
            )
        return around

    def _count(self) -> int:
        self.counted += 1
        return self.counted

    def _flush(self) -> Iterator[Block]:
        lines = [" ".join(line.split()) for line in "".join(self.words).split(_LINE)]
        lines = [line for line in lines if line]
        text = " ".join(lines)
        self.words.clear()
        kind = self.kinds[-1] if self.kinds else None
        if not text or kind is None:
            return
        form = self.forms[-1]
        if kind == "heading":
            yield Block(kind, text, form=replace(form, passage="text", group=0))
        elif kind == "paragraph" and form.passage == "text" and (are_items(lines) or are_steps(lines)):
            yield from self._line_items(lines)
        else:
            yield from self._block(kind, text)

    def _line_items(self, lines: Sequence[str]) -> Iterator[Block]:
        """Lines of one paragraph that are a list but for its marks."""
        list_, is_list = self._count(), not are_steps(lines)
        for line in lines:
            form = Form(level=1, list=list_, item=self._count()) if is_list else Form()
            yield Block("paragraph", without_bullet(line) if is_list else line, form=form)

    def _block(self, kind: BlockKind, text: str) -> Iterator[Block]:
        """A paragraph or item with what was noted of it; two where it begins with a bold line."""
        form, key = self.forms[-1], key_of(text)
        if form.ordered and key in self.notes.numbers:
            form = replace(form, number=self.notes.numbers[key])
            self.forms[-1], self.counts[-1] = form, form.number
        if form.group:
            form = replace(form, speaker=self.notes.speakers.get(key, ""))
        if form.passage == "definition" and not is_sentence(text) and form.term:
            text = f"{form.term.rstrip(' :')}: {text}"
        is_link = key in self.notes.links
        strong, ends = self.notes.strong.get(key, ("", False))
        bare = without_signs(text)
        if not strong or not bare.startswith(strong):
            yield Block(kind, text, is_link=is_link, form=form)
            return
        rest = bare[len(strong) :].lstrip()
        if ends and rest and not rest[0].islower():
            yield Block(kind, text.removesuffix(rest).rstrip(), form=replace(form, strong=strong))
            yield Block(kind, rest, form=form)
        else:
            yield Block(kind, text, is_link=is_link, form=replace(form, strong=strong))


def _is_inline(element: Any) -> bool:
    """Whether code stands inside a line of text; alone in its paragraph it is a piece of code."""
    parent = element.getparent()
    if parent is None or parent.tag not in _AROUND_CODE or "\n" in "".join(element.itertext()).strip():
        return False
    if parent.tag in {"head", "hi", "cell"}:
        return True
    before = element.getprevious()
    beside = (element.tail or "", parent.text or "", (before.tail or "") if before is not None else "")
    return any(text.strip() for text in beside)


def _unreadable(location: str) -> RequestError:
    return RequestError(
        f"{location} has no readable text.",
        hint="The page may be built by scripts or ask for a sign-in: copy its text into a .txt file and give that.",
    )
