"""A script told from its structure: what several lines make together, and the whole of a text.

code between fences, tables, formulas      left out, but the spoken column of a two-column script stays
"Sure! Here's a script …", "Let me know …" left out at the beginning and at the end
INT. KITCHEN - DAY, ANNA, (smiling)        a screenplay: only what is said stays
everything else                            line by line, see `structure`
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from automagic.language.script.not_narrated import script_words
from automagic.language.script.structure import (
    Kind,
    LeftOut,
    Manner,
    is_transition,
    known_speakers,
    looks_like_script,
    read_line,
)
from automagic.language.text.markdown import is_footnote, is_prose, parse_blocks, without_comments
from automagic.language.text.sentences import split_sentences

if TYPE_CHECKING:
    from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class NarratedText:
    """What is narrated of a text.

    Attributes:
        lines: (number, text) in order; an empty text ends a paragraph, also before a line that opens one.
        title: That a "Title:" line gives; empty when none does.
        left_out: What is not narrated, in order.
    """

    lines: tuple[tuple[int, str], ...]
    title: str
    left_out: tuple[LeftOut, ...]


Format = Literal["script", "markdown", "plain"]

_SIGNS_OF_BLOCKS = re.compile(r"```|~~~|\||<|\[\^|^(?: {4}| {0,3}\t)", re.MULTILINE)
_SIGNS_OF_BLOCKS_IN_PLAIN = re.compile(r"```|~~~|\|")
_NO_TEXT = re.compile(r"<(?:script|style|pre)\b", re.IGNORECASE)
_FENCE = re.compile(r"[\s>]*(?:`{3,}|~{3,})")
_FORMULA = re.compile(r"\s*(?:\$\$(?P<a>.+?)\$\$|\\\[(?P<b>.*?[=^_\\+].*?)\\\])\s*[.,]?\s*")
_FORMULA_BEGIN = re.compile(r"\s*(?:\$\$|\\\[|\\begin\{(?:equation|align|gather|math)\*?\})\s*")
_FORMULA_END = re.compile(r"\s*(?:\$\$|\\\]|\\end\{(?:equation|align|gather|math)\*?\})\s*[.,]?\s*")
_INLINE_FORMULA = re.compile(
    r"(?<!\\)\$\$(.+?)\$\$|(?<!\\)\\\((.+?)\\\)|"
    r"(?<![\w$\\])\$(?=[^\s\d$]|\d+\s*[\\^_=+*/])"
    r"([^$\n]*?[\\^_=][^$\n]*?|[A-Za-z](?:\s*[-+*/<>]\s*\w{1,9})*)(?<=\S)\$(?![\w$])"
)
_UNSAID = "\ufdd2"  # no character; stands for a formula that has no words
_SCREEN_HEADING = re.compile(r"\s*(?:INT|EXT|EST|INT\.?/EXT|I/E)[. ].+|\s*\.(?!\.)[A-Z].*")
_CHARACTER = re.compile(r"\s*@?(?P<name>[A-Z][A-Z0-9 .'’-]{0,30})(?:\s*\([^)]*\))?\s*\^?")
_TITLE_PAGE = re.compile(r"(?:Title|Credit|Author|Authors|Source|Draft date|Contact|Copyright|Notes|Revision)\s*:(.*)")
_LAST_PARAGRAPHS = 3
_TEXT_FENCES = {"", "markdown", "md", "plaintext", "text", "txt", "script"}


@dataclass
class _Text:
    """The lines of a text, of which some are taken out while it is read."""

    lines: list[str]
    keep: list[bool] = field(default_factory=list)
    opens: set[int] = field(default_factory=set)
    left_out: list[LeftOut] = field(default_factory=list)
    title: str = ""

    def __post_init__(self) -> None:
        self.keep = [True] * len(self.lines)

    def take(self, kind: Kind, first: int, end: int) -> None:
        """Take lines `first` to `end` out as one thing."""
        shown = [line.strip() for line in self.lines[first:end] if line.strip(" `~$|") and not _FENCE.match(line)]
        text = next(iter(shown), "")
        self.left_out.append(LeftOut(kind, first + 1, text))
        self.keep[first:end] = [False] * (end - first)


def separate(text: str, form: Format) -> NarratedText:
    """What is narrated of a text, and what is not.

    Args:
        text: With "\\n" line breaks.
        form: "script" is what a person calls one, in Markdown. Of others only what is plainly no narration goes, unless
            they have the structure of one; code, tables and footnotes of "markdown" stay for its reader.
    """
    if form != "plain":
        text = _unwrapped(without_comments(textwrap.dedent(text)))
    signs = _SIGNS_OF_BLOCKS_IN_PLAIN if form == "plain" else _SIGNS_OF_BLOCKS
    blocks = parse_blocks(text).tokens if signs.search(text) else []
    page = _Text(text.split("\n"))
    fenced = _lines_of(blocks, "fence")
    plain = [line for index, line in enumerate(page.lines) if index not in fenced]
    if _is_screenplay(plain):
        _take_blocks(page, blocks, {"fence"})
        _read_screenplay(page)
        return _finish(page)
    inside = fenced if form == "plain" else fenced | _lines_of(blocks, "code_block")
    if form == "markdown":
        inside |= _lines_of(blocks, "html_block")
    else:
        _take_blocks(page, blocks, {"fence"} if form == "plain" else {"fence", "code_block", "html_block", "inline"})
    plain = [line for index, line in enumerate(page.lines) if index not in inside]
    is_structured = looks_like_script(plain)
    _take_chat(page, inside)
    _take_formulas(page, inside)
    _read_tables(page, blocks, inside, keep=form == "markdown")
    manner = Manner(form == "script" or is_structured, is_structured, speakers=known_speakers(plain))
    for index, line in enumerate(page.lines):
        if page.keep[index] and index not in inside and line.strip():
            _read(page, index, manner, begins=_begins_paragraph(page, index))
    return _finish(page)


def _lines_of(blocks: Iterable[Token], kind: str) -> set[int]:
    return {index for token in blocks if token.type == kind and token.map for index in range(*token.map)}


def _take_blocks(page: _Text, blocks: Iterable[Token], kinds: set[str]) -> None:
    """Take code out; where "inline" is among `kinds`, footnotes, and of "html_block" what is no text."""
    for token in blocks:
        if token.type not in kinds or not token.map:
            continue
        if token.type in {"fence", "code_block"} or (token.type == "html_block" and _NO_TEXT.match(token.content)):
            page.take("code", *token.map)
        elif token.type == "inline" and is_footnote(token.content):
            page.take("footnote", *token.map)


def _unwrapped(text: str) -> str:
    """`text` with as many lines, without the fences in which assistants put a whole script."""
    blocks = parse_blocks(text).tokens if re.search(r"```|~~~", text) else []
    fences = [token for token in blocks if token.type == "fence" and token.map]
    if not fences or not all(one.info.strip().lower() in _TEXT_FENCES and is_prose(one.content) for one in fences):
        return text
    lines, inside = text.split("\n"), _lines_of(fences, "fence")
    around = ["" if index in inside else line for index, line in enumerate(lines)]
    words = script_words()
    for first, end in _paragraphs(around):
        said = _bare(around[first:end])
        if not (said.startswith("#") or words.openers.fullmatch(said) or words.closers.fullmatch(said)):
            return text
    marks = {index for one in fences if one.map for index in (one.map[0], one.map[1] - 1) if _FENCE.match(lines[index])}
    return "\n".join("" if index in marks else line for index, line in enumerate(lines))


def _bare(lines: Iterable[str]) -> str:
    return re.sub(r"[*_]{1,3}", "", " ".join(line.strip() for line in lines))


def _read(page: _Text, index: int, manner: Manner, *, begins: bool) -> None:
    if not manner.is_script and not begins:
        return  # the middle of a paragraph that was wrapped by hand
    closed = begins or bool(re.search(r"[.!?:…)\]\"”*]\s*$", page.lines[index - 1]))
    read = read_line(page.lines[index], replace(manner, begins=closed))
    page.left_out += [LeftOut(kind, index + 1, text) for kind, text in read.left_out]
    page.title = page.title or read.title
    if read.opens:
        page.opens.add(index)
    page.lines[index] = read.kept


def _begins_paragraph(page: _Text, index: int) -> bool:
    return index == 0 or not page.lines[index - 1].strip() or not page.keep[index - 1]


def _finish(page: _Text) -> NarratedText:
    lines: list[tuple[int, str]] = []
    for index, line in enumerate(page.lines):
        if index in page.opens and lines and lines[-1][1]:
            lines.append((index + 1, ""))
        lines.append((index + 1, line if page.keep[index] else ""))
    return NarratedText(tuple(lines), page.title, tuple(sorted(page.left_out, key=lambda one: one.line)))


def _read_tables(page: _Text, blocks: Iterable[Token], inside: set[int], *, keep: bool) -> None:
    """Take tables out; of a script in columns the spoken one stays, each cell a paragraph.

    Args:
        keep: Leave tables without a spoken column where they are, for the reader of the format.
    """
    for (first, end), rows in _tables(blocks):
        spoken = _spoken_column(rows[0][1])
        if spoken is not None:
            page.take("columns", first, rows[0][0] + 2)
            for line, cells in rows[1:]:
                page.lines[line] = cells[spoken].replace("<br>", " ")
                page.opens.add(line)
        elif keep:
            inside.update(range(first, end))
        else:
            page.take("table", first, end)


def _tables(blocks: Iterable[Token]) -> Iterator[tuple[tuple[int, int], list[tuple[int, list[str]]]]]:
    """(first, end) of each table, and its rows: the line of each, and its cells, as many in each."""
    span, rows = (0, 0), list[tuple[int, list[str]]]()
    for token in blocks:
        if token.type == "table_open" and token.map:
            span, rows = (token.map[0], token.map[1]), []
        elif token.type == "tr_open":
            rows.append((span[0] + len(rows) + bool(rows), []))  # below the names stands a line of dashes
        elif token.type == "table_close":
            yield span, rows
            rows = []
        elif token.type == "inline" and rows:
            rows[-1][1].append(token.content)


def _spoken_column(header: Sequence[str]) -> int | None:
    """The column that is said, where another shows pictures or times."""
    names = [_bare([cell]).lower() for cell in header]
    words = script_words()
    found = [index for index, name in enumerate(names) if words.spoken_columns.search(name)]
    return found[0] if found and any(map(words.shown_columns.search, names)) else None


def _take_formulas(page: _Text, inside: set[int]) -> None:
    """Take formulas out that stand alone; a simple one inside a sentence loses its dollar signs."""
    index = 0
    while index < len(page.lines):
        line = page.lines[index]
        if index in inside or not page.keep[index]:
            index += 1
            continue
        whole, end = _FORMULA.fullmatch(line), index + 1
        if _FORMULA_BEGIN.fullmatch(line):
            ends = (i + 1 for i in range(index + 1, len(page.lines)) if _FORMULA_END.fullmatch(page.lines[i]))
            end = next(ends, end)
        if whole or end > index + 1:
            page.take("formula", index, end)
        elif _INLINE_FORMULA.search(line):
            _read_inline(page, index)
        index = end


def _read_inline(page: _Text, index: int) -> None:
    """Write a line's formulas plainly; a sentence whose formula has commands such as \\frac is taken out."""

    def say(found: re.Match[str]) -> str:
        plain = _plain_formula(found[1] or found[2] or found[3])
        return _UNSAID if re.search(r"\\[a-zA-Z]", plain) else plain

    line = page.lines[index]
    plain = _INLINE_FORMULA.sub(say, line)
    if _UNSAID in plain:
        kept = " ".join(one for one in split_sentences(plain) if _UNSAID not in one)
        if not any(map(str.isalnum, kept)):
            page.take("formula", index, index + 1)
            return
        page.left_out.append(LeftOut("formula", index + 1, (_INLINE_FORMULA.search(line) or [line])[0]))
        plain = kept
    page.lines[index] = plain


def _plain_formula(formula: str) -> str:
    raised = dict(zip("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))
    lowered = dict(zip("0123456789", "₀₁₂₃₄₅₆₇₈₉", strict=True))
    plain = re.sub(r"\^\{?(\d+)\}?", lambda found: "".join(raised[c] for c in found[1]), formula.strip())
    plain = re.sub(r"_\{?(\d+)\}?", lambda found: "".join(lowered[c] for c in found[1]), plain)
    names = {r"\times": "×", r"\cdot": "·", r"\pm": "±", r"\approx": "≈", r"\leq": "≤", r"\geq": "≥", r"\pi": "π"}
    for name, sign in names.items():
        plain = re.sub(re.escape(name) + r"(?![a-zA-Z])", sign, plain)
    return plain


def _take_chat(page: _Text, inside: set[int]) -> None:
    """Take an assistant's first words out, and its offers at the end."""
    paragraphs = [span for span in _paragraphs(page.lines) if span[0] not in inside]
    words = script_words()
    for number, (first, end) in enumerate(paragraphs):
        text = _bare(page.lines[first:end])
        opens = number == 0 and words.openers.fullmatch(text)
        closes = number >= len(paragraphs) - _LAST_PARAGRAPHS and number and words.closers.fullmatch(text)
        if opens or closes:
            page.take("chat", first, end)


def _paragraphs(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    first = -1
    for index, line in enumerate([*lines, ""]):
        empty = not line.strip() or bool(re.fullmatch(r"\s*([-*_])(?:\s*\1){2,}\s*", line))
        if first < 0 and not empty:
            first = index
        elif first >= 0 and empty:
            yield first, index
            first = -1


def _is_screenplay(lines: Sequence[str]) -> bool:
    """Whether a text has a screenplay's headings, and characters who speak below their names."""
    headings = sum(bool(_SCREEN_HEADING.fullmatch(line)) and line.strip().isupper() for line in lines)
    return headings > 0 and any(_speaks(lines, index) for index in range(len(lines)))


def _speaks(lines: Sequence[str], index: int) -> bool:
    found = _CHARACTER.fullmatch(lines[index])
    after = lines[index + 1].strip() if index + 1 < len(lines) else ""
    alone = index == 0 or not lines[index - 1].strip()
    return bool(found) and alone and after != "" and not after.isupper()


def _read_screenplay(page: _Text) -> None:
    """Only what characters say stays."""
    index = 0
    while index < len(page.lines):
        line = page.lines[index].strip()
        if not line:
            index += 1
            continue
        title = _TITLE_PAGE.fullmatch(line)
        if _speaks(page.lines, index):
            page.take("speaker", index, index + 1)
            page.opens.add(index + 1)
            index += 1
            while index < len(page.lines) and page.lines[index].strip():
                if re.fullmatch(r"\s*\(.*\)\s*", page.lines[index]):
                    page.take("direction", index, index + 1)
                page.lines[index] = page.lines[index].strip()
                index += 1
            continue
        if title and line.startswith("Title"):
            page.title = title[1].strip()
            page.keep[index] = False
        elif line.startswith("#"):
            pass  # a heading: the reader's
        else:
            is_heading, is_noted = bool(_SCREEN_HEADING.fullmatch(line)), bool(title) or is_transition(line)
            page.take("scene heading" if is_heading else "direction" if is_noted else "action", index, index + 1)
        index += 1
