"""Plain text to blocks of running text, by the customs that people keep: blank lines, short heading lines, bullets."""

from __future__ import annotations

import re

from automagic.sources.prose import Block, join_lines

_BULLET = re.compile(r"\s*(?:[-*+•‣◦▪–—]|\(?\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?(?=\S)")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(.*?\w.*?)\s*#*\s*")
_RULE = re.compile(r"\s*([-=_*~#.·•+]\s?){3,}\s*")
_MAX_HEADING_WORDS = 10
_MAX_HEADING_LETTERS = 80
_LONG_LINE = 120  # characters; a line beyond it was not wrapped by hand, so each line is a paragraph
_NO_HEADING_END = '.!?…,;:。!?,、;:؟।"”’»)'


def read_plain(text: str) -> tuple[str, list[Block]]:
    """The title (a heading line that opens the text) and the blocks."""
    worded = [[words for line in group if (words := _to_words(line)).strip()] for group in _split(text)]
    groups = [group for group in worded if group]  # a picture alone has no words
    blocks: list[Block] = []
    for index, lines in enumerate(groups):
        alone = len(lines) == 1 and not _BULLET.match(lines[0])
        marked = _HEADING.fullmatch(lines[0])
        if marked or (alone and index + 1 < len(groups) and _is_heading(lines[0])):
            blocks.append(Block("heading", marked[1] if marked else join_lines(lines[:1])))
            blocks.extend(_read_group(lines[1:]) if lines[1:] else [])
        else:
            blocks.extend(_read_group(lines))
    if blocks and all(block.kind == "heading" for block in blocks[:-1]) and len(blocks) > 2:
        blocks = [Block("paragraph", block.text) for block in blocks]  # short lines are all that there is
    title = blocks[0].text if blocks and blocks[0].kind == "heading" else ""
    return title, blocks


def _to_words(line: str) -> str:
    """A line without the few marks of Markdown that people write in plain text, too; nothing else is a mark here."""
    line = re.sub(r"!\[[^\]]*\]\([^)\s]*\)", "", line)
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


def _read_group(lines: list[str]) -> list[Block]:
    if any(_BULLET.match(line) for line in lines):
        return _read_bullets(lines)
    if len(lines) > 1 and max(map(len, lines)) > _LONG_LINE:
        return [Block("paragraph", join_lines([line])) for line in lines]
    return [Block("paragraph", join_lines(lines))]


def _read_bullets(lines: list[str]) -> list[Block]:
    """A paragraph, then its bullets, each with the lines that continue it."""
    runs: list[tuple[bool, list[str]]] = []
    for line in lines:
        bullet = _BULLET.match(line)
        if bullet:
            runs.append((True, [line[bullet.end() :]]))
        elif runs:
            runs[-1][1].append(line)
        else:
            runs.append((False, [line]))
    return [Block("item" if bullet else "paragraph", join_lines(run)) for bullet, run in runs]


def _is_heading(line: str) -> bool:
    bare = line.strip()
    return (
        len(bare) <= _MAX_HEADING_LETTERS
        and len(bare.split()) <= _MAX_HEADING_WORDS
        and bare[-1] not in _NO_HEADING_END
        and any(letter.isalpha() for letter in bare)
    )
