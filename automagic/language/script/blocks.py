"""A script told from its structure: what several lines make together, and the whole of a text.

code between fences, tables, formulas      left out, but the spoken column of a two-column script stays
"Sure! Here's a script …", "Let me know …" left out at the beginning and at the end
INT. KITCHEN - DAY, ANNA, (smiling)        a screenplay: only what is said stays
everything else                            line by line, see `structure`
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

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


_FENCE = re.compile(r"\s{0,3}(?:>\s*)?(`{3,}|~{3,})")
_SEPARATOR = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)+\|?\s*|\s*\|\s*:?-{2,}:?\s*\|\s*")
_FORMULA = re.compile(r"\s*(?:\$\$(?P<a>.+?)\$\$|\\\[(?P<b>.*?[=^_\\+].*?)\\\])\s*[.,]?\s*")
_FORMULA_BEGIN = re.compile(r"\s*(?:\$\$|\\\[|\\begin\{(?:equation|align|gather|math)\*?\})\s*")
_FORMULA_END = re.compile(r"\s*(?:\$\$|\\\]|\\end\{(?:equation|align|gather|math)\*?\})\s*[.,]?\s*")
_INLINE_FORMULA = re.compile(
    r"(?<!\\)\$\$(.+?)\$\$|(?<!\\)\\\((.+?)\\\)|"
    r"(?<![\w$\\])\$(?=[^\s\d$]|\d+\s*[\\^_=+*/])([^$\n]*?[\\^_=][^$\n]*?)(?<=\S)\$(?![\w$])"
)
_SPOKEN_COLUMNS = ("spoken", "narration", "voiceover", "voice-over", "voice over", "vo", "audio", "script", "dialogue")
_SCREEN_HEADING = re.compile(r"\s*(?:INT|EXT|EST|INT\.?/EXT|I/E)[. ].+|\s*\.(?!\.)[A-Z].*")
_CHARACTER = re.compile(r"\s*@?(?P<name>[A-Z][A-Z0-9 .'’-]{0,30})(?:\s*\([^)]*\))?\s*\^?")
_TITLE_PAGE = re.compile(r"(?:Title|Credit|Author|Authors|Source|Draft date|Contact|Copyright|Notes|Revision)\s*:(.*)")
_LAST_PARAGRAPHS = 3


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


def separate(text: str, *, is_script: bool, keeps_blocks: bool = False) -> NarratedText:
    """What is narrated of a text, and what is not.

    Args:
        text: Markdown or plain text with "\\n" line breaks.
        is_script: Whether a person calls it a script. Of other texts only what is plainly no narration goes, unless
            they have the structure of one.
        keeps_blocks: Whether code and tables are left where they are, for the reader of the text's format.
    """
    page = _Text(text.split("\n"))
    fenced = list(_fences(page.lines))
    if not keeps_blocks:
        for first, end in fenced:
            page.take("code", first, end)
    inside = {index for first, end in fenced for index in range(first, end)}
    plain = [line for index, line in enumerate(page.lines) if index not in inside]
    is_structured = looks_like_script(plain)
    if _is_screenplay(plain):
        _read_screenplay(page)
        return _finish(page)
    _take_chat(page, inside)
    _take_formulas(page, inside)
    _read_tables(page, inside, keep=keeps_blocks)
    manner = Manner(is_script or is_structured, is_structured, speakers=known_speakers(plain))
    for index, line in enumerate(page.lines):
        if page.keep[index] and index not in inside and line.strip():
            _read(page, index, manner, begins=_begins_paragraph(page, index))
    return _finish(page)


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


def _fences(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """(first, end) of each block of code, an unclosed one to the end."""
    first, mark = -1, ""
    for index, line in enumerate(lines):
        found = _FENCE.match(line)
        if first < 0 and found:
            first, mark = index, found[1]
        elif first >= 0 and found and found[1].startswith(mark) and not line[found.end() :].strip():
            yield first, index + 1
            first = -1
    if first >= 0:
        yield first, len(lines)


def _read_tables(page: _Text, inside: set[int], *, keep: bool) -> None:
    """Take tables out; of a two-column script the spoken column stays, each cell a paragraph.

    Args:
        keep: Leave tables without a spoken column where they are, for the reader of the format.
    """
    index = 1
    while index < len(page.lines):
        header = page.lines[index - 1]
        if index in inside or "|" not in header or not _SEPARATOR.fullmatch(page.lines[index]):
            index += 1
            continue
        end = index + 1
        while end < len(page.lines) and "|" in page.lines[end]:
            end += 1
        spoken = _spoken_column(_cells(header))
        if spoken is not None:
            page.take("columns", index - 1, index + 1)
            for row in range(index + 1, end):
                cells = _cells(page.lines[row])
                page.lines[row] = cells[spoken].replace("<br>", " ") if spoken < len(cells) else ""
                page.opens.add(row)
        elif not keep:
            page.take("table", index - 1, end)
        else:
            inside.update(range(index - 1, end))
        index = end + 1


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def _spoken_column(header: Sequence[str]) -> int | None:
    """The column that is said, where another shows pictures or times."""
    names = [re.sub(r"[*_]", "", cell).lower() for cell in header]
    found = [i for i, name in enumerate(names) if any(re.search(rf"\b{word}\b", name) for word in _SPOKEN_COLUMNS)]
    shown = any(
        re.search(r"\b(?:visuals?|video|time|timestamp|scene|shot|image|screen|b-roll)\b", name) for name in names
    )
    return found[0] if found and shown else None


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
    plain = _INLINE_FORMULA.sub(lambda found: _plain_formula(found[1] or found[2] or found[3]), page.lines[index])
    if re.search(r"\\[a-zA-Z]", plain):  # commands such as \frac have no words
        page.take("formula", index, index + 1)
    else:
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
        text = re.sub(r"[*_]{1,3}", "", " ".join(line.strip() for line in page.lines[first:end]))
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
