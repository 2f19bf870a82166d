"""Two figures that are drawn side by side.

"Temperatures fall from 21 °C to 19 °C."  ──▶  21 °C from │ 19 °C to
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from automagic.language.cards.figure_readers import FigureSpan
from automagic.language.text.tokens import Token

_VALUE = r"(?:[^\s\d]{1,12}\s)?\S{0,3}\d"
_MOVE = re.compile(rf"\bfrom\s{_VALUE}[^,;.]{{0,24}}(?:[.,]\d[^,;.]{{0,24}})?\sto\s{_VALUE}")


def moves(sentence: str) -> bool:
    """Whether something goes from one number to another, so that the first alone would say something else."""
    return _MOVE.search(sentence) is not None


def is_range(hit: FigureSpan) -> bool:
    """Whether a figure holds both of its numbers already: "covers from 20 to 30 percent"."""
    return re.search(r"\d\S*(?:–| to )", hit.figure.value) is not None


def find_move(found: Sequence[FigureSpan], tokens: Sequence[Token]) -> tuple[FigureSpan, FigureSpan] | None:
    """The two values of one kind between which something moved; None when they are no such pair.

    Bare numbers are none: a shop that is open from 9 to 17 does not grow.
    """
    for one, other in itertools.pairwise(found):
        apart = other.start - one.end
        leads = one.start and tokens[one.start - 1].low == "from" and tokens[other.start - 1].low == "to"
        measured = one.figure.unit or one.figure.prefix
        if leads and measured and 1 <= apart <= 3 and one.kind == other.kind and one.figure.value != other.figure.value:
            return drawn_together(one, other)
    return None


def drawn_together(one: FigureSpan, other: FigureSpan) -> tuple[FigureSpan, FigureSpan]:
    """Both with what limits them, since a comparison has no line for that; a share only where both are one."""
    whole = one.figure.share is not None and other.figure.share is not None
    both = (_with_limit(one), _with_limit(other))
    return both if whole else (_without_share(both[0]), _without_share(both[1]))


def _with_limit(hit: FigureSpan) -> FigureSpan:
    """ "nearly 40 %"."""
    prefix = f"{hit.qualifier.lower()} {hit.figure.prefix}" if hit.qualifier else hit.figure.prefix
    return replace(hit, figure=replace(hit.figure, prefix=prefix))


def _without_share(hit: FigureSpan) -> FigureSpan:
    return replace(hit, figure=replace(hit.figure, share=None))
