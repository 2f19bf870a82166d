"""Markdown as this package reads it, in texts and scripts alike: CommonMark with tables and struck words.

text ── parse_blocks ──▶ tokens of blocks, with their lines ── parse_inline ──▶ parts of one ── to_words ──▶ words

It reads what people write a little more kindly than the standard: "1912. The ship sank." and "12. Juni" are no lists,
a sentence over a row of dashes is no heading, and sentences that are merely indented are no code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from automagic.language.text.lexicon import every_month

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

_MAX_NESTING = 40  # of blocks; people stop at four or five, and the parser descends once for each
_MAX_MARKED_LETTERS = 20_000  # of one block; nobody writes such a paragraph, and unclosed marks cost n² time
_BREAKS = {"softbreak", "hardbreak"}
_LINE_BREAK = re.compile(r"<br\b", re.IGNORECASE)
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]:")
_FOOTNOTE_MARK = re.compile(r"\[\^[^\]\s]+\]")
_TASK_BOX = re.compile(r"\[[ xX]\]\s+")
_NO_LIST = re.compile(r"\s*(?:\d{4,9}[.)]|\d{1,2}\.\s+(?P<month>[^\W\d_]{3,})\b)")
_SENTENCE = re.compile(r"[\"“„«¿¡]?[^\W\d_a-z](?:\S*\s+){3}.*[.!?…][\"”“»)]*", re.DOTALL)
_COMMENT = re.compile(r"(?<![`\\])(`+)(?!`)[^\n]+?(?<!`)\1(?!`)|(?<!\\)<!--.*?(?:-->|\Z)", re.DOTALL)
_LITERAL, _GONE = "\ufdd0", "\ufdd1"  # no characters; they stand for what is shown as it is, and for what went
_BEFORE_MARK = re.compile(rf"\s*{_GONE}[\s{_GONE}]*(?=[,.;:!?](?:\s|$))")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
"""What the standard leaves of bold words between letters: in Japanese, and in "**Note:**text"."""
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)((?:\s[^<>]*|/)?)>")
_ELEMENTS = frozenset(
    [
        "a", "abbr", "acronym", "address", "area", "article", "aside", "audio", "b", "base", "bdi", "bdo", "big",
        "blockquote", "body", "br", "button", "canvas", "caption", "center", "cite", "code", "col", "colgroup", "data",
        "datalist", "dd", "del", "details", "dfn", "dialog", "dir", "div", "dl", "dt", "em", "embed", "fieldset",
        "figcaption", "figure", "font", "footer", "form", "frame", "frameset", "h1", "h2", "h3", "h4", "h5", "h6",
        "head", "header", "hgroup", "hr", "html", "i", "iframe", "img", "input", "ins", "kbd", "label", "legend", "li",
        "link", "main", "map", "mark", "menu", "meta", "meter", "nav", "noscript", "object", "ol", "optgroup", "option",
        "output", "p", "param", "picture", "pre", "progress", "q", "rp", "rt", "ruby", "s", "samp", "script", "search",
        "section", "select", "slot", "small", "source", "span", "strike", "strong", "style", "sub", "summary", "sup",
        "svg", "table", "tbody", "td", "template", "textarea", "tfoot", "th", "thead", "time", "title", "tr", "track",
        "tt", "u", "ul", "var", "video", "wbr",
    ]
)  # fmt: skip


def is_tag(text: str) -> bool:
    """Whether "<…>" is a tag of HTML, or has attributes as only tags have; "<int>" is text."""
    if text.startswith(("<!", "<?")):
        return True
    found = _TAG.fullmatch(text)
    return found is not None and (found[1].lower() in _ELEMENTS or "=" in found[2])


@dataclass(frozen=True, slots=True)
class Marked:
    """A text's blocks as tokens, and what `[text][name]` in them refers to."""

    tokens: list[Token]
    links: dict[str, Any] = field(default_factory=dict)

    def reference_lines(self) -> Iterator[int]:
        """The lines, from 0, that say where such names lead."""
        for kind in ("references", "duplicate_refs"):
            found = self.links.get(kind, {})
            for one in found.values() if isinstance(found, dict) else found:
                yield from range(*one["map"])


def parse_blocks(text: str) -> Marked:
    """The blocks of a text. Token maps are lines from 0; what is marked up in a block `parse_inline` tells."""
    links: dict[str, Any] = {}
    tokens = _parser().parse(text, links)
    return Marked([*_kindly(tokens)], links)


def parse_inline(content: str, links: dict[str, Any]) -> list[Token]:
    """The marked-up parts of one block; of an endless one, its characters as they stand."""
    from markdown_it.token import Token

    if len(content) > _MAX_MARKED_LETTERS:
        return [Token("text", "", 0, content=content)]
    children: list[Token] = []
    _parser().inline.parse(content, _parser(), links, children)
    return children


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import list_block, reference

    def read_reference(state: StateBlock, first: int, end: int, silent: bool) -> bool:
        is_note = state.src.startswith("[^", state.bMarks[first] + state.tShift[first])
        return False if is_note else reference(state, first, end, silent)

    def read_list(state: StateBlock, first: int, end: int, silent: bool) -> bool:
        begin = state.src[state.bMarks[first] + state.tShift[first] : state.eMarks[first]]
        found = _NO_LIST.match(begin)
        is_text = found and (found["month"] is None or found["month"].lower() in every_month())
        return False if is_text else list_block(state, first, end, silent)

    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable(["table", "strikethrough"])
    parser.core.ruler.disable("inline")  # blocks first, so that the size of each can be looked at
    parser.block.ruler.at("reference", read_reference)
    parser.block.ruler.at("list", read_list, {"alt": ["paragraph", "reference", "blockquote"]})
    return parser


def _kindly(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens, with paragraphs for what the standard calls a heading or code and people mean as text."""
    from markdown_it.token import Token

    for index, token in enumerate(tokens):
        if token.type == "code_block" and all(map(_SENTENCE.fullmatch, _paragraphs(token.content))):
            lines = token.content.rstrip("\n")
            yield Token("paragraph_open", "p", 1, map=token.map)
            yield Token("inline", "", 0, map=token.map, content=re.sub(r"(?m)^[ \t]+", "", lines), children=[])
            yield Token("paragraph_close", "p", -1)
            continue
        opened = index if token.type == "heading_open" else index - 2 if token.type == "heading_close" else -1
        if opened >= 0 and token.markup in "-=" and _is_text(tokens[opened + 1].content):
            token.type, token.tag = token.type.replace("heading", "paragraph"), "p"
            yield token
            if token.nesting < 0:
                yield Token("hr", "hr", 0, map=None)
            continue
        yield token


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def _is_text(content: str) -> bool:
    """Whether what stands over a row of dashes is told: several lines, or a sentence."""
    return "\n" in content or bool(_SENTENCE.fullmatch(content) and not content.endswith("?"))


def is_footnote(content: str) -> bool:
    """Whether a block is a footnote's text: "[^1]: Smith 2020"."""
    return _FOOTNOTE.match(content) is not None


def is_prose(text: str) -> bool:
    """Whether some of the paragraphs or lines of a text are sentences of four words or more."""
    return any(_SENTENCE.fullmatch(part.strip()) for part in [*_paragraphs(text), *text.split("\n")])


def without_comments(text: str) -> str:
    """`text` with as many lines, its comments left empty; those in code are shown."""
    if "<!--" not in text:
        return text
    code = [token.map for token in parse_blocks(text).tokens if token.type in {"fence", "code_block"} and token.map]

    def blank(found: re.Match[str]) -> str:
        line = text.count("\n", 0, found.start())
        is_shown = found[1] or any(first <= line < end for first, end in code)
        return found[0] if is_shown else "\n" * found[0].count("\n")

    return _COMMENT.sub(blank, text)


def is_break(token: Token) -> bool:
    """Whether an inline token ends a line."""
    return token.type in _BREAKS or (token.type == "html_inline" and _LINE_BREAK.match(token.content) is not None)


def to_words(tokens: Sequence[Token]) -> str:
    """What is said of inline tokens: no pictures, no marks of footnotes, no struck-out words; code as it is written."""
    parts: list[str] = []
    literal: list[str] = []
    struck = 0
    for token in tokens:
        if token.type in {"s_open", "s_close"}:
            struck += token.nesting
        if struck or token.type in {"s_close", "image"}:
            parts.append(_GONE)
        elif token.type in {"code_inline", "text_special"}:
            literal.append(token.content)
            parts.append(_LITERAL)
        elif is_break(token):
            parts.append("\n")
        elif token.type != "html_inline" or not is_tag(token.content):
            parts.append(token.content.replace(_LITERAL, "").replace(_GONE, ""))
    text = _TASK_BOX.sub("", _FOOTNOTE_MARK.sub(_GONE, "".join(parts)).lstrip(), count=1)
    text = _BOLD.sub(r"\2", _BEFORE_MARK.sub("", text)).replace(_GONE, "").replace("\n: ", ": ")  # of a definition
    written = iter(literal)
    return " ".join(re.sub(_LITERAL, lambda _: next(written), text).split())
