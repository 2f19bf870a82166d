"""The words of a video as cues: a few at a time on the picture, sentence by sentence in the files beside it.

    words with times ──▶ cues on the picture   most people skip │ breakfast, │ but the habit ...
                     └─▶ cues of a file        Most people skip breakfast, but the habit ... ──▶ .srt .vtt

Where a cue ends and where its lines break is found by dynamic programming: of all ways to cut the words, the one with
the least cost. Text stays in its logical order, right-to-left scripts too; who draws it applies the bidirectional
algorithm.
"""

from __future__ import annotations

import itertools
import math
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from automagic.values.cues import Cue
from automagic.values.words import Word

PAUSE_S = 0.6
"""A silence this long always ends a cue on the picture. Through a shorter one, as at a comma, a cue stays until the
next comes, so that nothing flickers."""

LINGER_S = 0.08
"""How long a cue stays after its last word."""

MIN_VISIBLE_S = 0.3
"""How long a cue on the picture stays where the next one leaves it room."""

CHARS_PER_S = 21.0
"""How fast adults read subtitles, as most broadcasters and streaming services state it."""

SENTENCE_END_COST = 0.05
"""A break this cheap is the end of a sentence."""

# Limits of a subtitle file, as most broadcasters and streaming services state them for adults' programmes.
SIDECAR_CHARS_PER_LINE = 42
SIDECAR_LINES = 2
SIDECAR_MIN_S = 1.0
SIDECAR_MAX_S = 7.0

_ROUNDING = 1e-6

# What is compared: broken rules first, then single words, then how well the phrases hold together.
Cost = tuple[int, int, float]
LineCuts = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Text:
    """Words with what the search asks again and again: widths from prefix sums, pauses, break costs."""

    words: tuple[Word, ...]
    breaks: tuple[float, ...]
    space: float
    before: tuple[float, ...]

    @classmethod
    def of(cls, words: Sequence[Word], breaks: Sequence[float], measure: Callable[[str], float]) -> _Text:
        if len(words) != len(breaks):
            raise ValueError(f"{len(words)} words, but {len(breaks)} costs of breaking after them")
        columns = (measure(word.text) for word in words)
        return cls(tuple(words), tuple(breaks), measure(" "), tuple(itertools.accumulate(columns, initial=0)))

    def width(self, start: int, end: int) -> float:
        """Columns of words `start` to `end` (excluded) on one line, with the spaces between them."""
        return self.before[end] - self.before[start] + max(0, end - start - 1) * self.space

    def gap_s(self, index: int) -> float:
        """Silence between the word before `index` and the word at `index`."""
        return self.words[index].start_s - self.words[index - 1].end_s

    def room_s(self, start: int, end: int) -> float:
        """Time from the first of these words until the word after them; endless after the last."""
        return self.words[end].start_s - self.words[start].start_s if end < len(self.words) else math.inf

    def sentence_ends(self, start: int, end: int) -> int:
        """Sentences that end before the last of these words."""
        return sum(cost <= SENTENCE_END_COST for cost in self.breaks[start : end - 1])

    def lines(self, start: int, end: int, max_columns: float, max_lines: int) -> tuple[float, LineCuts] | None:
        """The best way to stand on the fewest lines, as (cost, first word of each further line); None when too long.

        A word that is longer than a line stands on one alone and is kept whole.
        """
        for count in range(1, min(max_lines, end - start) + 1):
            best: tuple[float, LineCuts] | None = None
            for cuts in itertools.combinations(range(start + 1, end), count - 1):
                edges = (start, *cuts, end)
                widths = [self.width(*edge) for edge in itertools.pairwise(edges)]
                if any(
                    w > max_columns + _ROUNDING and b - a > 1
                    for w, (a, b) in zip(widths, itertools.pairwise(edges), strict=True)
                ):
                    continue
                cost = sum(self.breaks[cut - 1] for cut in cuts) + (max(widths) - min(widths)) / max_columns
                best = min(best, (cost, cuts)) if best else (cost, cuts)
            if best is not None:
                return best
        return None


def count_columns(text: str) -> int:
    """Width of a text in Latin characters: a wide (East Asian) character counts two, a combining mark none."""
    return sum(
        2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
        if unicodedata.category(char) not in {"Mn", "Me", "Cf"}
    )


def make_cues(
    words: Sequence[Word],
    breaks: Sequence[float],
    *,
    max_chars_per_line: float,
    max_lines: int = 2,
    max_words: int = 5,
    measure: Callable[[str], float] | None = None,
) -> tuple[Cue, ...]:
    """Words as the cues that are drawn on the picture, two to `max_words` words at a time.

    A cue never spans a pause of `PAUSE_S`. It spans the end of a sentence only where a word would otherwise flash by
    in less than `MIN_VISIBLE_S`, and has a single word only where nothing else is possible.

    Args:
        words: In order, not overlapping.
        breaks: For each word the cost, 0 to 1, of breaking after it; 0 is the end of a sentence.
        max_chars_per_line: In Latin characters (see `count_columns`); a longer word has a line to itself.
        max_lines: Lines of one cue.
        max_words: Words of one cue.
        measure: How many characters of a line a text takes; `count_columns` unless given.
    """
    if min(max_chars_per_line, max_lines, max_words) < 1:
        raise ValueError("a cue needs room for at least one word")
    text = _Text.of(words, breaks, measure or count_columns)

    def options(end: int) -> Iterator[tuple[int, Cost, LineCuts]]:
        for start in range(end - 1, max(0, end - max_words) - 1, -1):
            if end - start > 1 and text.gap_s(start + 1) >= PAUSE_S:
                return
            if (lines := text.lines(start, end, max_chars_per_line, max_lines)) is not None:
                yield start, _picture_cost(text, start, end, lines[0]), lines[1]

    cues = _cheapest_cues(text, options)
    return tuple(
        replace(cue, end_s=_leave_s(cue, following, cue.start_s + MIN_VISIBLE_S))
        for cue, following in itertools.zip_longest(cues, cues[1:])
    )


def _picture_cost(text: _Text, start: int, end: int, line_cost: float) -> Cost:
    count = end - start
    rules = text.sentence_ends(start, end) + (text.room_s(start, end) < MIN_VISIBLE_S)
    phrase = 2 * text.breaks[end - 1] if end < len(text.words) else 0.0
    # Three or four words are read at a glance; two are a little restless. Each cue costs, or all would have two.
    phrase += 0.2 + (0.25 if count == 2 else 0.0) + 0.5 * line_cost
    phrase += sum(max(0.0, text.gap_s(i)) for i in range(start + 1, end))
    # Words said in haste are easier to follow when they share the time of calmer neighbours.
    phrase += max(0.0, text.width(start, end) / max(text.room_s(start, end), 0.001) / CHARS_PER_S - 1)
    return rules, int(count == 1), phrase


def make_sidecar_cues(sentences: Sequence[Sequence[Word]], breaks: Sequence[Sequence[float]]) -> tuple[Cue, ...]:
    """Sentences as the cues of a subtitle file: two lines of 42 characters, 1 to 7 s, 21 characters a second.

    A long sentence is split where it breaks best; a very short one may share a cue with its neighbour. Speech that
    leaves no time for a limit keeps its words and gives up the limit: the reading speed first, the second last.

    Args:
        sentences: The words of each, in order, not overlapping.
        breaks: For each sentence the cost of breaking after each of its words.
    """
    words = [word for sentence in sentences for word in sentence]
    text = _Text.of(words, [cost for costs in breaks for cost in costs], count_columns)

    def options(end: int) -> Iterator[tuple[int, Cost, LineCuts]]:
        for start in range(end - 1, -1, -1):
            spoken_s = text.words[end - 1].end_s - text.words[start].start_s
            if end - start > 1 and (spoken_s > SIDECAR_MAX_S or text.gap_s(start + 1) >= 2 * PAUSE_S):
                return
            lines = text.lines(start, end, SIDECAR_CHARS_PER_LINE, SIDECAR_LINES)
            if lines is None:
                return
            yield start, _sidecar_cost(text, start, end, lines), lines[1]

    cues = _cheapest_cues(text, options)
    return tuple(
        replace(cue, end_s=min(_leave_s(cue, following, _read_s(cue)), cue.start_s + SIDECAR_MAX_S))
        for cue, following in itertools.zip_longest(cues, cues[1:])
    )


def _sidecar_cost(text: _Text, start: int, end: int, lines: tuple[float, LineCuts]) -> Cost:
    room_s = min(text.room_s(start, end), SIDECAR_MAX_S)
    hurry = max(0.0, text.width(start, end) / CHARS_PER_S / max(room_s, 0.05) - 1)
    phrase = 3 * text.breaks[end - 1] if end < len(text.words) else 0.0
    phrase += 1.0 + 0.5 * lines[0] + 1.5 * text.sentence_ends(start, end)
    phrase += 6 * max(0.0, SIDECAR_MIN_S - room_s) + 4 * min(hurry, 2.0)
    phrase += 2 * sum(gap for i in range(start + 1, end) if (gap := text.gap_s(i)) >= PAUSE_S / 2)
    return 0, 0, phrase


def _read_s(cue: Cue) -> float:
    """Until when a reader needs the cue."""
    return cue.start_s + max(SIDECAR_MIN_S, len(cue.text) / CHARS_PER_S)


def _cheapest_cues(text: _Text, options: Callable[[int], Iterator[tuple[int, Cost, LineCuts]]]) -> list[Cue]:
    """Cut the whole text at the least total cost; `options(end)` are the cues whose last word is before `end`."""
    best: list[tuple[Cost, int, LineCuts]] = [((0, 0, 0.0), 0, ())]
    for end in range(1, len(text.words) + 1):
        best.append(
            min(
                ((before[0] + cost[0], before[1] + cost[1], before[2] + cost[2]), start, cuts)
                for start, cost, cuts in options(end)
                for before in [best[start][0]]
            )
        )
    cues, end = [], len(text.words)
    while end:
        _, start, cuts = best[end]
        lines = tuple(text.words[a:b] for a, b in itertools.pairwise((start, *cuts, end)))
        cues.append(Cue(lines, text.words[start].start_s, text.words[end - 1].end_s))
        end = start
    return cues[::-1]


def _leave_s(cue: Cue, following: Cue | None, wanted_s: float) -> float:
    """When a cue leaves: after its last word, not before `wanted_s` where there is room, and without a short gap."""
    leave_s = max(cue.end_s + LINGER_S, wanted_s)
    if following is not None and following.start_s - leave_s < PAUSE_S - LINGER_S:
        return max(cue.start_s, following.start_s)
    return leave_s


def write_srt(cues: Sequence[Cue]) -> str:
    """A SubRip file. It has no way to escape, so the words stand as they are."""
    return "\n".join(
        f"{number}\n{_clock(cue.start_s, ',')} --> {_clock(cue.end_s, ',')}\n{_lines_of(cue)}\n"
        for number, cue in enumerate(cues, 1)
    )


def write_vtt(cues: Sequence[Cue], language: str) -> str:
    """A WebVTT file; `language` is a BCP-47 tag for its header, empty when unknown."""
    header = f"WEBVTT\nLanguage: {language}\n" if language else "WEBVTT\n"
    blocks = [f"\n{_clock(cue.start_s, '.')} --> {_clock(cue.end_s, '.')}\n{_escape(_lines_of(cue))}\n" for cue in cues]
    return header + "".join(blocks)


def write_transcript(title: str, paragraphs: Sequence[str]) -> str:
    """Plain text for reading: the title, then the paragraphs, each on a line of its own with an empty line between."""
    blocks = [" ".join(block.split()) for block in (title, *paragraphs)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _lines_of(cue: Cue) -> str:
    """The text of a cue; never an empty line, which would end its block."""
    lines = [" ".join(line.split()) for line in cue.text.splitlines()]
    return "\n".join(line for line in lines if line)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(time_s: float, decimal: str) -> str:
    milliseconds = max(0, round(time_s * 1000))
    seconds, milliseconds = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{decimal}{milliseconds:03}"
