"""Plain text to blocks of running text, by the customs that people keep: blank lines, short heading lines, bullets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from automagic.language.text.heads import are_items, are_steps, split_answer, split_question, without_bullet
from automagic.language.text.prose import Block, Form, ends_sentence, join_lines

_BULLET = re.compile(r"\s*(?:[-*+•‣◦▪–—]|\(?\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?(?=\S)")
_NUMBER = re.compile(r"\s*\(?(\d{1,3})[.)]")
_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*?\w.*?)\s*#*\s*")
_RULE = re.compile(r"\s*([-=_*~#.·•+]\s?){3,}\s*")
_MAX_HEADING_WORDS = 10
_MAX_HEADING_LETTERS = 80
_LONG_LINE = 120  # characters; a line beyond it was not wrapped by hand, so each line is a paragraph
_NO_HEADING_END = '.!?…,;:。!?,、;:؟।"”’»)'
_WRAPPED, _SPARE, _SHORT = 40, 10, 0.6
"""Text is wrapped at forty characters and more; a line that had room for ten more and the next word ends by itself."""
_LEAD_WORDS, _LINE_WORDS = 4, 10
_TITLE, _SHOUTED, _QUIET = 1, 2, 3  # ranks of headings that have no marks
_OPENS_QUOTE = ("“", '"', "„", "«", "”")


def read_plain(text: str) -> tuple[str, list[Block]]:
    """The title (a heading line that opens the text) and the blocks."""
    worded = [[words for line in group if (words := _to_words(line)).strip()] for group in _split(text)]
    groups = [group for group in worded if group]  # a picture alone has no words
    page = _Page([], max((len(line) for group in groups for line in group), default=0))
    for index, lines in enumerate(groups):
        alone = len(lines) == 1 and not _BULLET.match(lines[0])
        marked = _HEADING.fullmatch(lines[0])
        if marked or (alone and index + 1 < len(groups) and _is_heading(lines[0])):
            page.add_heading(join_lines([marked[2] if marked else lines[0]]), len(marked[1]) if marked else 0)
            page.read(lines[1:])
        else:
            page.read(lines)
    blocks = page.blocks
    if blocks and all(block.kind == "heading" for block in blocks[:-1]) and len(blocks) > 2:
        blocks = [Block("paragraph", block.text) for block in blocks]  # short lines are all that there is
    title = blocks[0].text if blocks and blocks[0].kind == "heading" else ""
    return title, blocks


def _to_words(line: str) -> str:
    """A line without the few marks of Markdown that people write in plain text, too; nothing else is a mark here."""
    line = re.sub(r"!\[[^\]]*\]\([^)\s]*\)", "", line)
    line = re.sub(r"^(?:>\s*)?\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*$", "", line)
    line = re.sub(r"(?<!!)\[([^\]]+)\]\((?:https?://|/|#|mailto:)[^)\s]*\)", r"\1", line)
    line = re.sub(r"(?<![\w*])(\*{1,3})(?=[^\s*])([^*]*[^\s*])\1(?![\w*])", r"\2", line)
    line = re.sub(r"(?<!\w)(_{1,2})(?=[^\s_])([^_]*[^\s_])\1(?!\w)", r"\2", line)
    return re.sub(r"(?<!`)`([^`]+)`(?!`)", r"\1", line)


def _split(text: str) -> list[list[str]]:
    """Groups of lines between blank lines and rules; a rule right under a line makes that line a group of its own."""
    groups: list[list[str]] = [[]]
    for line in text.replace("\f", "\n\n").split("\n"):
        if not line.strip() or _RULE.fullmatch(line):
            groups.append([])
        else:
            groups[-1].append(line)
    return [group for group in groups if group]


@dataclass
class _Page:
    """The blocks so far, and the lists that the last of them stands in, each by its first column and its number.

    `width` is that of the longest line of the text, in characters.
    """

    blocks: list[Block]
    width: int
    lists: tuple[tuple[int, int], ...] = ()
    counted: int = 0

    def add_heading(self, text: str, rank: int) -> None:
        """Add a heading; `rank` is 0 where no signs tell it."""
        rank = rank or (_TITLE if not self.blocks else _SHOUTED if text.isupper() else _QUIET)
        self.blocks.append(Block("heading", text, form=Form(rank=rank)))
        self.lists = ()

    def read(self, lines: Sequence[str]) -> None:
        """Add the blocks of one group of lines."""
        if not lines:
            return
        quoted = _split_quote(lines)
        if quoted:
            form = Form(passage="quote", group=self._count(), speaker=quoted[1])
            self.blocks.append(Block("paragraph", quoted[0], form=form))
            self.lists = ()
        elif any(_BULLET.match(line) for line in lines):
            self._read_bullets(lines)
        else:
            self.lists = ()
            self._read_lines(lines)

    def _read_lines(self, lines: Sequence[str]) -> None:
        bare = [line.strip() for line in lines]
        if _has_lead(bare):
            self.blocks.append(Block("paragraph", join_lines(list(lines[:1]))))
            self._add_items(bare[1:])
        elif are_items(bare):
            self._add_items(bare)
        elif _has_head(lines):
            self.add_heading(join_lines(list(lines[:1])), _QUIET if not bare[0].isupper() else _SHOUTED)
            self.read(lines[1:])
        else:
            steps = are_steps(bare) or (len(bare) == 2 and split_question(bare[0]) and split_answer(bare[1]))
            apart = steps or (len(lines) > 1 and max(map(len, lines)) > _LONG_LINE)
            runs = [[line] for line in lines] if apart else [list(lines)]
            self.blocks += [Block("paragraph", join_lines(run)) for run in runs]

    def _add_items(self, lines: Sequence[str]) -> None:
        list_ = self._count()
        for line in lines:
            form = Form(level=1, list=list_, item=self._count())
            self.blocks.append(Block("item", join_lines([without_bullet(line)]), form=form))

    def _read_bullets(self, lines: Sequence[str]) -> None:
        """A paragraph, then its bullets, each with the lines that continue it."""
        runs: list[list[str]] = []
        for line in lines:
            if _BULLET.match(line) or not runs:
                runs.append([line])
            else:
                runs[-1].append(line)
        for position, run in enumerate(runs):
            if _BULLET.match(run[0]):
                self._add_bullet(run)
            elif len(run) == 1 and position + 1 < len(runs) and _is_heading(run[0]):
                self.add_heading(join_lines(run), 0)
            else:
                self.lists = ()
                self.blocks.append(Block("paragraph", join_lines(run)))

    def _add_bullet(self, run: Sequence[str]) -> None:
        bullet = _BULLET.match(run[0])
        begin = bullet.end() if bullet else 0
        number = _NUMBER.match(run[0])
        column = len(run[0].expandtabs(4)) - len(run[0].expandtabs(4).lstrip())
        self.lists = tuple(list_ for list_ in self.lists if list_[0] <= column)
        if not self.lists or self.lists[-1][0] < column:
            self.lists = (*self.lists, (column, self._count()))
        form = Form(
            level=len(self.lists),
            list=self.lists[-1][1],
            item=self._count(),
            number=int(number[1]) if number else 0,
            ordered=number is not None,
        )
        lines = [run[0][begin:], *run[1:]]
        if _has_head(lines, width=self.width):
            self.blocks.append(Block("item", join_lines(lines[:1]), form=form))
            lines = lines[1:]
        self.blocks.append(Block("item", join_lines(lines), form=form))

    def _count(self) -> int:
        self.counted += 1
        return self.counted


def _split_quote(lines: Sequence[str]) -> tuple[str, str] | None:
    """What is said and by whom, where the last line of a quotation is a dash and a name."""
    last = lines[-1].strip()
    is_quote = len(lines) > 1 and lines[0].strip().startswith(_OPENS_QUOTE) and last[0] in "—–―-"
    name = last.lstrip("—–―- ")
    if not is_quote or not name or not name[0].isupper() or any(_BULLET.match(line) for line in lines[:-1]):
        return None
    return join_lines(list(lines[:-1])), name


def _has_lead(lines: Sequence[str]) -> bool:
    """ "Ingredients:" over short lines."""
    lead, *rest = lines
    if not lead.endswith(":") or len(lead.split()) > _LEAD_WORDS or len(rest) < 2:
        return False
    return not any(ends_sentence(line) or len(line.split()) > _LINE_WORDS or line.endswith(",") for line in rest)


def _has_head(lines: Sequence[str], *, width: int = 0) -> bool:
    """Whether the first line stands over the others: in capitals, or short though the next word had room in it.

    Args:
        width: Of the text, where its lines are known to be wrapped by hand; else the next line shows how wide it is.
    """
    if len(lines) < 2 or not _is_heading(lines[0]):
        return False
    head, rest = lines[0].strip(), [line.strip() for line in lines[1:]]
    if head.isupper() and len(head) > 3 and not rest[0].isupper():
        return True
    room = len(head) + len(rest[0].split()[0]) + _SPARE
    if rest[0][0].islower() or not ends_sentence(rest[-1]):
        return False
    if width:
        return room < width
    return room < len(rest[0]) and len(head) <= _SHORT * len(rest[0]) and len(rest[0]) >= _WRAPPED


def _is_heading(line: str) -> bool:
    bare = line.strip()
    return (
        len(bare) <= _MAX_HEADING_LETTERS
        and len(bare.split()) <= _MAX_HEADING_WORDS
        and bare[-1] not in _NO_HEADING_END
        and any(letter.isalpha() for letter in bare)
    )
