"""Write captions as SCC.

    0:00:02.5 ──────────────── the cue is seen ────────────────▶ 0:00:05.1
      ◀── load ──┤EOC                                              EDM
    "resume loading, erase, row 14, Th is,  i s, …"    one pair of bytes a frame, so it begins up to 2 s earlier

A pop-on caption is loaded unseen and then shown at once. So the bytes of each cue are laid backwards from its moment,
around what is on its way already. Where there is no room (60 signs a second at most), a cue comes later, and the report
says so. https://www.law.cornell.edu/cfr/text/47/15.119
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from automagic.media.captions.scc.codes import (
    COLUMNS,
    END_OF_CAPTION,
    ERASE_DISPLAYED,
    ERASE_LOADED,
    RESUME_LOADING,
    ROWS,
    Pair,
    row_pairs,
    row_start,
    to_cells,
    with_parity,
)
from automagic.media.captions.scc.labels import to_frame, to_label

MOST_ROWS = 4
HEAD = "Scenarist_SCC V1.0"
_TOP_ROW = 2
_CLEARED = 2
"""Frames that the code which erases a cue takes."""


@dataclass(frozen=True, slots=True)
class SccCue:
    """A caption.

    Attributes:
        start_s, end_s: When it is seen.
        rows: Its text, 1 to 4 rows of at most 32 columns.
        top: Whether it stands at the top of the picture, where the bottom must be seen.
    """

    start_s: float
    end_s: float
    rows: tuple[str, ...]
    top: bool = False


@dataclass(frozen=True, slots=True)
class SccFile:
    """What was written.

    Attributes:
        text: Of the file.
        replaced: (cue, sign, what stands for it) of all that the alphabet does not have; cues from 0.
        late: Cue → by how many frames it comes later than it should.
        dropped: Cues that have nothing to show.
    """

    text: str
    replaced: tuple[tuple[int, str, str], ...]
    late: Mapping[int, int]
    dropped: tuple[int, ...]


def write_scc(cues: Sequence[SccCue], *, drop_frame: bool = True) -> SccFile:
    """Captions as an SCC file.

    Args:
        cues: In order of time; `fold_cues` makes them of longer texts.
        drop_frame: Whether labels keep up with the clock.

    Raises:
        ValueError: A cue has more than 4 rows, or a row of more than 32 columns.
    """
    slots: dict[int, Pair] = {}
    replaced: list[tuple[int, str, str]] = []
    late: dict[int, int] = {}
    dropped: list[int] = []
    starts = [max(0, to_frame(cue.start_s)) for cue in cues]
    before = -_CLEARED
    for index, cue in enumerate(cues):
        units, signs = _load(cue)
        if not units:
            dropped.append(index)
            continue
        replaced += [(index, sign, stands) for sign, stands in signs]
        shown = _place(slots, units, starts[index], before + _CLEARED)
        if shown != starts[index]:
            late[index] = shown - starts[index]
        end = max(to_frame(cue.end_s), shown + _CLEARED)
        following = starts[index + 1] if index + 1 < len(starts) else None
        if following is None or following > end + _CLEARED:
            slots |= {end + step: ERASE_DISPLAYED for step in range(_CLEARED)}
        before = shown
    lines = [HEAD, "", *_lines(slots, drop_frame=drop_frame)]
    return SccFile("\n".join(lines), tuple(replaced), late, tuple(dropped))


def _load(cue: SccCue) -> tuple[list[tuple[Pair, ...]], list[tuple[str, str]]]:
    """What loads a cue, in units that must not be parted; nothing where it has no signs."""
    rows = [to_cells(row) for row in cue.rows]
    if len(rows) > MOST_ROWS or any(len(cells) > COLUMNS for cells, _ in rows):
        raise ValueError(f"a caption has at most {MOST_ROWS} rows of {COLUMNS} columns")
    if not any(cells for cells, _ in rows):
        return [], []
    units: list[tuple[Pair, ...]] = [(RESUME_LOADING,) * 2, (ERASE_LOADED,) * 2]
    first = _TOP_ROW if cue.top else ROWS - len(rows) + 1
    for place, (cells, _) in enumerate(rows):
        if cells:
            units += [*row_start(first + place, (COLUMNS - len(cells)) // 2), *row_pairs(cells)]
    return units, [sign for _, signs in rows for sign in signs]


def _place(slots: dict[int, Pair], units: Sequence[tuple[Pair, ...]], start: int, earliest: int) -> int:
    """Lay a cue's bytes before the frame at which it is shown, or later where they do not fit; gives that frame.

    Args:
        earliest: Where loading may begin: behind the moment at which the cue before was shown.
    """
    start = max(start, earliest + sum(map(len, units)))  # any earlier there is no room for it
    while True:
        taken = start in slots or start + 1 in slots
        put = None if taken else _lay(slots, units, start, earliest)
        if put is not None:
            slots |= put | {start: END_OF_CAPTION, start + 1: END_OF_CAPTION}
            return start
        start += 1


def _lay(
    slots: Mapping[int, Pair], units: Sequence[tuple[Pair, ...]], start: int, earliest: int
) -> dict[int, Pair] | None:
    put: dict[int, Pair] = {}
    frame = start
    for unit in reversed(units):
        frame -= len(unit)
        while any(frame + step in slots for step in range(len(unit))):
            frame -= 1
        if frame < earliest:
            return None
        put |= {frame + step: pair for step, pair in enumerate(unit)}
    return put


def _lines(slots: Mapping[int, Pair], *, drop_frame: bool) -> Iterator[str]:
    """A line for each run of frames, as SCC wants it: the label of the first, and the bytes of all."""
    frames = sorted(slots)
    begin = 0
    for place, frame in enumerate(frames):
        if place + 1 == len(frames) or frames[place + 1] != frame + 1:
            words = (with_parity(slots[one]).hex() for one in frames[begin : place + 1])
            yield f"{to_label(frames[begin], drop_frame=drop_frame)}\t{' '.join(words)}"
            yield ""
            begin = place + 1
