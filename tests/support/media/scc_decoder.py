"""Read pop-on SCC back as a receiver does: a repeated code counts once, what is loaded shows at "end of caption".

It knows what our own writer sends and refuses everything else.
"""

from __future__ import annotations

from dataclasses import dataclass

from automagic.media.captions.scc.codes import BASIC, EXTENDED, ROW_CODES, SPECIAL
from automagic.media.captions.scc.labels import from_label, to_seconds

_LETTERS = {code: sign for sign, code in BASIC.items()}
_SIGNS = {pair: sign for sign, pair in SPECIAL.items()}
_OVER = {pair: sign for sign, pair in EXTENDED.items()}
_ROWS = {pair: row for row, pair in ROW_CODES.items()}


@dataclass
class Shown:
    """What a receiver shows: since when, until when (None for ever), row → (column, text)."""

    start_s: float
    end_s: float | None
    rows: dict[int, tuple[int, str]]

    @property
    def text(self) -> list[str]:
        return [self.rows[row][1] for row in sorted(self.rows)]


class _Receiver:
    def __init__(self) -> None:
        self.shown: list[Shown] = []
        self._memory: dict[int, tuple[int, str]] = {}
        self._row = 0
        self._last: tuple[int, int] | None = None

    def take(self, pair: tuple[int, int], at_s: float) -> None:
        if not 0x10 <= pair[0] < 0x20:
            self._last = None
            self._write("".join(_LETTERS[code] for code in pair if code))
        elif pair == self._last:
            self._last = None
        else:
            self._last = pair
            self._obey(pair, at_s)

    def _obey(self, pair: tuple[int, int], at_s: float) -> None:
        first, second = pair
        if pair in _SIGNS:
            self._write(_SIGNS[pair])
        elif pair in _OVER:
            self._write(_OVER[pair], over=1)
        elif pair == (0x14, 0x2E):
            self._memory = {}
        elif pair in ((0x14, 0x2F), (0x14, 0x2C)):
            if self.shown and self.shown[-1].end_s is None:
                self.shown[-1].end_s = at_s
            if second == 0x2F:
                self.shown.append(Shown(at_s, None, self._memory))
                self._memory = {}
        elif first == 0x17 and 0x21 <= second <= 0x23:
            column, text = self._memory[self._row]
            assert not text
            self._memory[self._row] = (column + second - 0x20, "")
        elif pair != (0x14, 0x20):
            self._row = _ROWS[(first, second & 0x60)]
            self._memory[self._row] = ((second & 0x0E) // 2 * 4, "")

    def _write(self, signs: str, over: int = 0) -> None:
        column, text = self._memory[self._row]
        self._memory[self._row] = (column, text[: len(text) - over] + signs)


def decode(scc: str) -> list[Shown]:
    """All that is shown."""
    receiver = _Receiver()
    lines = scc.splitlines()
    assert lines[0] == "Scenarist_SCC V1.0"
    arrived = -1
    for line in filter(None, lines[1:]):
        label, _, words = line.partition("\t")
        frame = from_label(label)
        assert frame is not None, label
        assert frame > arrived, f"{label} comes before what is sent already"
        for place, word in enumerate(words.split()):
            raw = bytes.fromhex(word)
            assert all(byte.bit_count() % 2 for byte in raw), f"{label}: {word} has a wrong parity"
            arrived = frame + place
            receiver.take((raw[0] & 0x7F, raw[1] & 0x7F), to_seconds(arrived))
    return receiver.shown
