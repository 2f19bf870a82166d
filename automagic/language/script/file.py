"""The file in which a person writes, or edits, a script.

    # The title

    ![a red fox](fox.jpg)
    A fox hears a mouse under the snow.

    It weighs 6 kg.
    spoken: It weighs about as much as a cat.
    card: number | A fox weighs | figure: 6 kg

One paragraph is one scene. A picture stands in its scene's paragraph or directly before it, as `![alt](file)` or as
`picture: file`. A `spoken:` line holds what the voice says instead of the paragraph, a `card:` line
what is seen with it (see `card_lines`). What is a script's structure and
no narration (see `structure`) is left out and said.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from automagic.errors import RequestError
from automagic.language.numbers.bonds import cut_line
from automagic.language.script.blocks import NarratedText, separate
from automagic.language.script.card_lines import read_card
from automagic.language.script.structure import LeftOut, tell_left_out, untitled
from automagic.language.text.front_matter import split_front_matter
from automagic.language.text.markdown import Marked, parse_blocks, parse_inline, to_words, without_comments
from automagic.language.text.sentences import clean_text, split_sentences
from automagic.values.script import Card, Scene, Script

MAX_BYTES = 1_000_000
_MAX_TITLE = 80
_PICTURE = re.compile(r"\s*!\[[^\]]*\]\(\s*<?([^)>]+?)>?(?:\s+\"[^\"]*\")?\s*\)\s*")
_FIELD = re.compile(r"\s*(picture|spoken)\s*:\s*(.*)", re.IGNORECASE)
_CARD = re.compile(r"\s*card\s*:\s*(.*)", re.IGNORECASE)
_BULLET = re.compile(r"[•·▪◦‣]\s+(?=\S)")
_HINT = "A script is `# Title`, a blank line, then one paragraph per scene."


def normalize(text: str) -> str:
    """`text` as scene ids see it: NFC, single spaces, no white space around it."""
    return unicodedata.normalize("NFC", " ".join(clean_text(text).split()))


def scene_id(text: str) -> str:
    """Eight hexadecimal digits of the sha256 of the normalised text: the same words are the same scene."""
    return hashlib.sha256(normalize(text).encode()).hexdigest()[:8]


def number_repetitions(ids: list[str]) -> list[str]:
    """`ids` with "-2", "-3" ... put behind each repetition."""
    seen: dict[str, int] = {}
    unique = []
    for name in ids:
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return unique


@dataclass(frozen=True, slots=True)
class _Part:
    """What a line holds: a heading's words, or a piece of a paragraph.

    Attributes:
        level: Of a heading; 0 for others.
        opens: Whether a paragraph begins with it.
        is_item: Whether an item of a list does.
    """

    text: str
    level: int = 0
    opens: bool = True
    is_item: bool = False


@dataclass
class _Draft:
    """A scene while its lines are being read; its words as the lines of each paragraph, or item, in it."""

    line: int
    words: list[list[str]] = field(default_factory=list)
    items: set[int] = field(default_factory=set)
    spoken: list[str] = field(default_factory=list)
    spoken_line: int = 0
    picture: str | None = None
    cards: list[Card] = field(default_factory=list)
    card_line: int = 0
    text: str = ""


class _Reader:
    """Reads line by line; holds the paragraph at hand and a picture that waits for its scene.

    Args:
        links: What `[text][name]` refers to.
    """

    def __init__(self, links: dict[str, Any]) -> None:
        self.links = links
        self.title = ""
        self.drafts: list[_Draft] = []
        self.notices: list[str] = []
        self.draft: _Draft | None = None
        self.waiting: tuple[int, str] | None = None

    def read(self, number: int, part: _Part) -> None:
        """Take one line."""
        entry = _FIELD.fullmatch(part.text)
        if part.level:
            self.close()
            self._read_heading(number, part.level, untitled(self._show(part.text)))
        elif entry and entry[1].lower() == "spoken":
            self._read_spoken(number, entry[2].strip())
        elif entry:
            self._read_picture(number, self._show(entry[2]))
        elif (name := self._picture_in(part.text)) is not None:
            self._read_picture(number, name)
        elif self.draft is not None and self.draft.spoken:
            self.draft.spoken.append(part.text)
        else:
            self._read_words(number, part)

    def read_card(self, number: int, text: str) -> None:
        """Take what stands behind `card:` in one line."""
        draft = self._current(number)
        draft.cards.append(read_card(text, number))
        draft.card_line = number

    def _read_words(self, number: int, part: _Part) -> None:
        """Take a line of a paragraph; a list's items are sentences of their own."""
        draft, bullet = self._current(number), _BULLET.match(part.text)
        if part.opens or bullet or not draft.words:
            if part.is_item or bullet:
                draft.items.add(len(draft.words))
            draft.words.append([])
        draft.words[-1].append(part.text[bullet.end() :] if bullet else part.text)

    def _show(self, text: str) -> str:
        return to_words(parse_inline(text, self.links))

    def _picture_in(self, text: str) -> str | None:
        """The file of a line that is one picture."""
        if "![" not in text:
            return None
        if found := _PICTURE.fullmatch(text):
            return found[1].strip()
        tokens = parse_inline(text.strip(), self.links)
        return unquote(str(tokens[0].attrs["src"])) if [one.type for one in tokens] == ["image"] else None

    def close(self) -> None:
        """End the paragraph at hand."""
        draft, self.draft = self.draft, None
        if draft is None:
            return
        for index, lines in enumerate(draft.words):
            ends = index in draft.items and draft.text[-1:].isalnum()
            draft.text += f"{'.' if ends else ''} {self._show(chr(10).join(lines))}"
        draft.text = normalize(draft.text)
        if draft.text:
            self.drafts.append(draft)
        elif draft.spoken:
            raise RequestError(
                f"The spoken line in line {draft.spoken_line} has no text to go with.",
                hint="Put it directly under the paragraph that captions show.",
            )
        elif draft.cards:
            raise RequestError(
                f"The card in line {draft.card_line} has no text to go with.",
                hint="Put it directly under the paragraph that it is shown with.",
            )
        elif draft.picture:
            self.waiting = (draft.line, draft.picture)
        draft.spoken = [normalize(self._show("\n".join(draft.spoken)))]

    def finish(self) -> None:
        """End the file."""
        self.close()
        if self.waiting:
            self.notices.append(f"The picture in line {self.waiting[0]} belongs to no scene; left out.")

    def _current(self, number: int) -> _Draft:
        if self.draft is None:
            self.draft = _Draft(line=number)
            if self.waiting:
                self.draft.picture, self.waiting = self.waiting[1], None
        return self.draft

    def _read_heading(self, number: int, level: int, text: str) -> None:
        if level == 1 and not self.title and text:
            self.title = text
        elif text:
            self.notices.append(f"The heading “{text}” in line {number} is not part of the video; left out.")

    def _read_spoken(self, number: int, text: str) -> None:
        draft = self._current(number)
        if draft.spoken:
            raise RequestError(f"Line {number} is a second spoken line of one paragraph.", hint="Join them in one.")
        if not text:
            raise RequestError(
                f"The spoken line in line {number} is empty.", hint="Write what the voice says, or remove it."
            )
        draft.spoken, draft.spoken_line = [text], number

    def _read_picture(self, number: int, name: str) -> None:
        if not name:
            raise RequestError(f"The picture in line {number} has no file name.", hint="Write `picture: file.jpg`.")
        draft = self._current(number)
        if draft.picture:
            raise RequestError(
                f"Line {number} gives its scene a second picture.", hint="Keep one picture a paragraph, or split it."
            )
        draft.picture = name


def parse_script(markdown: str, *, language: str = "en") -> Script:
    """The script that a person wrote.

    Raises:
        RequestError: It is binary or above 1 MB, has no scene, or a `spoken:`, `card:` or picture line stands wrong.
    """
    if "\0" in markdown:
        raise RequestError("The script is not text: it has NUL characters.", hint=_HINT)
    text = clean_text(markdown.removeprefix("\ufeff")).replace("\r\n", "\n").replace("\r", "\n")
    if len(text.encode()) > MAX_BYTES:
        raise RequestError("The script is larger than 1 MB.", hint="Split it into several videos.")
    text = without_comments(text)
    body, facts, title = _split_front(text)
    cards, narration = _separate_cards(body)
    marked = parse_blocks("\n".join(line for _, line in narration.lines))
    reader = _Reader(marked.links)
    parts, names = _place(marked), set(marked.reference_lines())
    lines = [(number, index, line) for index, (number, line) in enumerate(narration.lines)]
    for number, index, line in sorted([*lines, *((number, -1, line) for number, line in cards.items())], key=_number):
        if index < 0:
            reader.read_card(number, line)
        elif index in parts:
            reader.read(number, parts[index])
        elif not any(map(str.isalnum, line)):  # empty, or a line across the page
            reader.close()
        elif index not in names:
            reader.read(number, _Part(line.strip()))
    reader.finish()
    reader.title = title or reader.title or narration.title
    notices = (*tell_left_out([*facts, *narration.left_out]), *reader.notices)
    texts = [draft.text for draft in reader.drafts]
    if not texts:
        raise RequestError(_explain_empty(reader.title, text, notices), hint=_HINT)
    scenes = tuple(
        Scene(
            id=name,
            text=words,
            spoken=draft.spoken[0] or None,
            picture=draft.picture,
            cards=tuple(draft.cards),
        )
        for name, words, draft in zip(
            number_repetitions([scene_id(words) for words in texts]), texts, reader.drafts, strict=True
        )
    )
    return Script(
        title=reader.title or title_from(texts[0], language),
        scenes=scenes,
        language=language,
        notices=notices,
    )


def _number(event: tuple[int, int, str]) -> int:
    return event[0]


def _split_front(text: str) -> tuple[str, list[LeftOut], str]:
    """The text with its front matter left empty, what that was, and the title that it gives."""
    facts, body = split_front_matter(text)
    before = text.count("\n") - body.count("\n")
    said = [LeftOut("front matter", 1, next(filter(None, text.split("\n")[1:]), ""))] if before else []
    return "\n" * before + body, said, facts["title"]


def _place(marked: Marked) -> dict[int, _Part]:
    """What the lines of a text hold, by their indices."""
    parts: dict[int, _Part] = {}
    level, is_item = 0, False
    for token in marked.tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "list_item_open":
            is_item = True
        elif token.type in {"inline", "html_block"} and token.map:
            for offset, line in enumerate(token.content.rstrip("\n").split("\n")):
                parts[token.map[0] + offset] = _Part(line.strip(), level, not offset, is_item and not offset)
            level, is_item = 0, False
    return parts


def _separate_cards(text: str) -> tuple[dict[int, str], NarratedText]:
    """The `card:` lines by their numbers, and what is narrated of the others: no sign in a card is structure."""
    lines = dict(enumerate(text.split("\n"), 1))
    cards = {number: found[1] for number, line in lines.items() if (found := _CARD.fullmatch(line))}
    numbers = [number for number in lines if number not in cards] or [1]
    narration = separate("\n".join(lines[number] for number in numbers if number not in cards), "script")
    return cards, replace(
        narration,
        lines=tuple((numbers[number - 1], line) for number, line in narration.lines),
        left_out=tuple(replace(one, line=numbers[one.line - 1]) for one in narration.left_out),
    )


def _explain_empty(title: str, text: str, notices: Sequence[str]) -> str:
    lines = len(text.rstrip().split("\n")) if text.strip() else 0
    what = f"has only a title (“{title}”)" if title else "has nothing to narrate" if notices else "is empty"
    return " ".join([f"The script {what}: no scene in its {lines} line{'' if lines == 1 else 's'}.", *notices[:1]])


def title_from(text: str, language: str = "en") -> str:
    """A title for a script that has none: the point of its first sentence, at most 80 characters."""
    first = next(iter(split_sentences(text, language)), text)
    from automagic.language.script.promise import promise_of  # 15 ms, which a script with a title does not need

    return cut_line(promise_of(first, language) or first, _MAX_TITLE)
