"""Speech in chunks that a recogniser takes at one look, and their words as one list again.

speech   ▁▆▇▆▁▅▇▆▁▁▁▆▇▇▅▁▆▆▁▁▁▁▁▁▁▁▁▁▅▇▆
chunks  [            ][     ]       [    ]      cut in the longest pause that comes in time, or where it is long
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automagic.providers.local.shared.heard_words import HeardWord, drop_loops

if TYPE_CHECKING:
    from collections.abc import Sequence

    Spans = list[tuple[float, float]]

CHUNK_S = 28.0
"""Whisper sees 30 s at a time."""
EARLIEST_CUT_S = 20.0
LONGEST_PAUSE_S = 4.0
"""A longer pause ends a chunk: the model makes words up for silence."""
PAD_S = 0.3

UNHEARD_S = 1.5
"""Speech of this length has words; less may be laughter or a breath."""
SHORTEST_UNHEARD_S = 0.3
NEAR_S = 1.0


def plan_chunks(spans: Sequence[tuple[float, float]]) -> Spans:
    """Speech put together to chunks of up to `CHUNK_S`, cut in the longest pause there is, with a little around them.

    Args:
        spans: Where somebody speaks, in order, none longer than a chunk.
    """
    groups: list[Spans] = []
    current: Spans = []
    for span in spans:
        if current and span[0] - current[-1][1] > LONGEST_PAUSE_S:
            groups.append(current)
            current = []
        current = [*current, span]
        while span[1] - current[0][0] > CHUNK_S and len(current) > 1:
            cut = _best_cut(current)
            groups.append(current[:cut])
            current = current[cut:]
    if current:
        groups.append(current)
    edges = [(group[0][0], group[-1][1]) for group in groups]
    befores = [0.0, *(end_s for _, end_s in edges)]
    afters = [*(start_s for start_s, _ in edges[1:]), float("inf")]
    return [
        (
            max(0.0, start_s - min(PAD_S, max(0.0, start_s - before_s) / 2)),
            end_s + min(PAD_S, max(0.0, after_s - end_s) / 2),
        )
        for (start_s, end_s), before_s, after_s in zip(edges, befores, afters, strict=False)
    ]


def _best_cut(spans: Spans) -> int:
    """Index of the span that begins the next chunk: behind the longest pause that is not too early."""
    cuts = range(1, len(spans))
    late = [cut for cut in cuts if spans[cut - 1][1] - spans[0][0] >= EARLIEST_CUT_S] or [cuts[-1]]
    return max(late, key=lambda cut: (spans[cut][0] - spans[cut - 1][1], cut))


def unheard(speech: Sequence[tuple[float, float]], words: Sequence[tuple[float, float]]) -> Spans:
    """Speech of `UNHEARD_S` and more that has no words, in order; nearby pieces of it as one."""
    taken = sorted(words)
    left: Spans = []
    for start_s, end_s in speech:
        at_s = start_s
        for first_s, last_s in [*taken, (end_s, end_s)]:
            if last_s <= at_s:
                continue
            if first_s >= end_s or first_s > at_s:
                left.append((at_s, min(first_s, end_s)))
            at_s = max(at_s, last_s)
            if at_s >= end_s:
                break
    joined: Spans = []
    for start_s, end_s in left:
        if end_s - start_s < SHORTEST_UNHEARD_S:
            continue
        near = joined and start_s - joined[-1][1] < NEAR_S and not any(joined[-1][1] < at < start_s for at, _ in taken)
        if near:
            joined[-1] = (joined[-1][0], end_s)
        else:
            joined.append((start_s, end_s))
    return [(start_s, end_s) for start_s, end_s in joined if end_s - start_s >= UNHEARD_S]


def join_chunks(chunks: Sequence[Sequence[Sequence[Any]]]) -> tuple[HeardWord, ...]:
    """The words of all chunks in order, without a phrase that the model repeats from chunk to chunk.

    Args:
        chunks: Of each the words: text, start, end, and how sure it is where the recogniser says so.
    """
    heard = [HeardWord(*word) for chunk in chunks for word in chunk]
    words: list[HeardWord] = []
    for word in drop_loops(heard):
        start_s = max(word.start_s, words[-1].end_s if words else 0.0)
        end_s = max(word.end_s, start_s + 0.01)
        words.append(HeardWord(word.text, round(start_s, 3), round(end_s, 3), round(word.sure, 3)))
    return tuple(words)
