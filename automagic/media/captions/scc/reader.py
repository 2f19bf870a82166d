"""Read SCC as a receiver shows it: pop-on, roll-up and paint-on captions of the first channel.

    RCL … EOC          loaded unseen, then shown at once; EDM, or the next EOC, takes it away
    RU2 … CR … CR      a line at a time, until the next one begins
    RDC … EDM          written onto the picture as it comes

Own code, since no word of a damaged file may go without being told: of 103 hostile files pycaption 2.3.14 gives up on
21, and ttconv 1.2.3 finds nothing in 23 where others do. Both stay judges of what is read here. (47 CFR 15.119)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from automagic.media.captions.scc.codes import (
    BASIC,
    END_OF_CAPTION,
    ERASE_DISPLAYED,
    ERASE_LOADED,
    EXTENDED,
    RESUME_LOADING,
    ROW_CODES,
    ROWS,
    SPECIAL,
    TAB_OFFSET,
    Pair,
)
from automagic.media.captions.scc.labels import to_seconds
from automagic.media.captions.scc.pairs import read_pairs

_LETTERS = {code: sign for sign, code in BASIC.items()}
_SIGNS = {pair: sign for sign, pair in SPECIAL.items()}
_OVER = {pair: sign for sign, pair in EXTENDED.items()}
_ROW_OF = {pair: row for row, pair in ROW_CODES.items()}

_BACKSPACE: Pair = (0x14, 0x21)
_ERASE_REST: Pair = (0x14, 0x24)
_ROLL_UP = {(0x14, 0x25), (0x14, 0x26), (0x14, 0x27)}
_RESUME_PAINTING: Pair = (0x14, 0x29)
_TEXT = {(0x14, 0x2A), (0x14, 0x2B)}
_NEXT_LINE: Pair = (0x14, 0x2D)

Page = dict[int, dict[int, str]]
"""Row → column → sign."""


@dataclass(frozen=True, slots=True)
class ShownCaption:
    """What is seen together.

    Attributes:
        start_s, end_s: By the labels; the end is None where the file ends before anything takes it away.
        rows: From top to bottom, none empty.
    """

    start_s: float
    end_s: float | None
    rows: tuple[str, ...]


def read_scc(text: str) -> tuple[ShownCaption, ...]:
    """All captions of a file by time; those of a line that cannot be read are left out, as `lint_scc` tells."""
    receiver = _Receiver()
    pairs = read_pairs(text)
    for frame in sorted(pairs):
        first, second = pairs[frame]
        receiver.take((first & 0x7F, second & 0x7F), frame)
    return tuple(receiver.finish())


@dataclass
class _Receiver:
    """What a decoder remembers.

    Attributes:
        mode: In which letters go: loaded unseen, onto the picture, or nowhere ("text" is no caption).
        page: Letters that are not a caption yet: loaded, or painted since the last one.
        since: The frame at which painting began.
        shown: The pop-on caption that is seen, and since when.
        last: The latest code, whose repetition does not count.
        heard: Whether the first channel is spoken to.
    """

    mode: str = "pop-on"
    page: Page = field(default_factory=dict)
    since: int | None = None
    shown: tuple[int, tuple[str, ...]] | None = None
    row: int = ROWS
    column: int = 0
    last: Pair | None = None
    heard: bool = True
    captions: list[ShownCaption] = field(default_factory=list)

    def take(self, pair: Pair, frame: int) -> None:
        """Two bytes come."""
        first = pair[0]
        if not 0x10 <= first < 0x20:
            self.last = None
            if self.heard and (first >= 0x20 or not first):
                for code in pair:
                    self._write(_LETTERS.get(code, ""), frame)
            return
        if pair == self.last:
            self.last = None
            return
        self.last = pair
        self.heard = not first & 0x08
        if self.heard:
            self._obey(pair, frame)

    def finish(self) -> Iterator[ShownCaption]:
        """The file has ended."""
        rows = self._take_page() if self.mode != "pop-on" else ()
        if rows and self.since is not None:
            self.captions.append(ShownCaption(to_seconds(self.since), None, rows))
        if self.shown:
            self.captions.append(ShownCaption(to_seconds(self.shown[0]), None, self.shown[1]))
        yield from sorted(self.captions, key=lambda caption: caption.start_s)

    def _obey(self, pair: Pair, frame: int) -> None:
        first, second = pair
        if pair in _SIGNS:
            self._write(_SIGNS[pair], frame)
        elif pair in _OVER:
            self._step_back()
            self._write(_OVER[pair], frame)
        elif first == TAB_OFFSET and 0x21 <= second <= 0x23:
            self.column += second - 0x20
        elif second >= 0x40:
            self._go_to(first, second)
        elif first == 0x11 and 0x20 <= second < 0x30:
            self._write(" ", frame)  # a style, which takes a column
        elif first == 0x14:
            self._command(pair, frame)

    def _command(self, pair: Pair, frame: int) -> None:
        if pair == RESUME_LOADING:
            self._begin("pop-on", frame)
        elif pair == _RESUME_PAINTING:
            self._begin("paint-on", frame)
        elif pair in _ROLL_UP:
            self._begin("roll-up", frame)
        elif pair in _TEXT:
            self._begin("text", frame)
        elif pair == _NEXT_LINE and self.mode == "roll-up":
            self._show_painted(frame)
            self.column = 0
        elif pair == END_OF_CAPTION:
            self._begin("pop-on", frame)
            self._hide(frame)
            rows = self._take_page()
            self.shown = (frame, rows) if rows else None
        elif pair == ERASE_DISPLAYED:
            self._show_painted(frame)
            self._hide(frame)
        elif pair == ERASE_LOADED and self.mode == "pop-on":
            self.page = {}
        elif pair == _BACKSPACE:
            self._step_back()
        elif pair == _ERASE_REST:
            row = self.page.get(self.row, {})
            self.page[self.row] = {column: sign for column, sign in row.items() if column < self.column}

    def _begin(self, mode: str, frame: int) -> None:
        """Letters go somewhere else from here on; the same again changes nothing."""
        if mode == self.mode:
            return
        if mode != "pop-on":
            self._hide(frame)
        if self.mode == "pop-on":
            self.page = {}
        self._show_painted(frame)
        self.mode, self.row, self.column = mode, ROWS, 0

    def _go_to(self, first: int, second: int) -> None:
        self.row = _ROW_OF.get((first, second & 0x60), self.row)
        self.column = (second & 0x0E) // 2 * 4 if second & 0x10 else 0

    def _write(self, sign: str, frame: int) -> None:
        if not sign or self.mode == "text":
            return
        if self.mode != "pop-on":
            if self.page.get(self.row, {}).get(self.column, " ").strip():
                self._show_painted(frame)  # it is painted over, and was seen until now
            if self.since is None and sign.strip():
                self.since = frame
        self.page.setdefault(self.row, {})[self.column] = sign
        # What is behind the last column is lost on a screen, and a fault; its words are read all the same.
        self.column += 1

    def _step_back(self) -> None:
        self.column = max(0, self.column - 1)
        self.page.get(self.row, {}).pop(self.column, None)

    def _take_page(self) -> tuple[str, ...]:
        page, self.page = self.page, {}
        lines = (
            "".join(page[row].get(at, " ") for at in range(max(page[row], default=-1) + 1)) for row in sorted(page)
        )
        return tuple(text for line in lines if (text := " ".join(line.replace("\u00a0", " ").split())))

    def _show_painted(self, frame: int) -> None:
        """What was painted is a caption."""
        if self.mode == "pop-on":
            return
        rows = self._take_page()
        if rows and self.since is not None:
            self.captions.append(ShownCaption(to_seconds(self.since), to_seconds(frame), rows))
        self.since = None

    def _hide(self, frame: int) -> None:
        if self.shown:
            since, rows = self.shown
            self.captions.append(ShownCaption(to_seconds(since), to_seconds(frame), rows))
        self.shown = None
