"""A frame split between a picture and a card's text: the picture reaches to the edges, the text keeps to what is safe.

    ┌──────────┐   ┌──────────┐   ┌──────────┐        ┌─────────┬─────────┐
    │▒▒▒▒▒▒▒▒▒▒│   │ captions │   │ text     │        │ text    │▒▒▒▒▒▒▒▒▒│
    │▒▒▒▒▒▒▒▒▒▒│   │ text     │   │ captions │        │         │▒▒▒▒▒▒▒▒▒│
    │ text     │   │▒▒▒▒▒▒▒▒▒▒│   │▒▒▒▒▒▒▒▒▒▒│        ├─────────┴─────────┤
    │ captions │   │▒▒▒▒▒▒▒▒▒▒│   │▒▒▒▒▒▒▒▒▒▒│        │     captions      │
    └──────────┘   └──────────┘   └──────────┘        └───────────────────┘

Captions stand on the card's ground, never on the picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from automagic.values.frame import Frame, Rect

_PICTURE_UPRIGHT, _PICTURE_WIDE = 0.42, 0.50
"""Of the content rectangle, the share that goes to the picture."""

_GAP = 0.045
"""Between the picture and the text, of the frame's short side."""

_CENTRED = 0.62
"""Captions that end above this share of an upright frame leave room for a picture below them."""

_LEAST_TEXT, _LEAST_PICTURE = 0.41, 0.2
"""How high a card's text is at least, of the short side, where the picture keeps this share of an upright frame's
height."""

_TOO_LOW = 0.305
"""Of the short side: what is lower is neither text nor picture."""


@dataclass(frozen=True, slots=True)
class SplitFrame:
    """Where a still and the card beside it stand.

    Attributes:
        pane: Of the still; its sides are even.
        card: The frame with as much content as is left for the card.
    """

    pane: Rect
    card: Frame


def split_frame(frame: Frame) -> SplitFrame | None:
    """The frame as picture and text; None where captions in its middle leave no room for both."""
    content, caption, short = frame.content, frame.caption, min(frame.width, frame.height)
    gap, least_text = round(_GAP * short), _LEAST_TEXT * short
    above = caption.y < content.y  # the captions
    if frame.width < frame.height:
        if not above and content.bottom <= caption.y and caption.bottom <= _CENTRED * frame.height:
            top = _even(caption.bottom + gap)
            return SplitFrame(Rect(0, top, frame.width, frame.height - top), frame)
        share = _PICTURE_UPRIGHT * content.height
        if above:
            top = _even(max(content.bottom - share, content.y + least_text + gap))
            pane = Rect(0, top, frame.width, frame.height - top)
            text = replace(content, height=top - gap - content.y)
        else:
            least = _LEAST_PICTURE * frame.height
            bottom = _even(max(least, min(content.y + share, content.bottom - gap - least_text)))
            pane = Rect(0, 0, frame.width, bottom)
            text = replace(content, y=bottom + gap, height=content.bottom - bottom - gap)
    else:
        left = _even(content.x + (1 - _PICTURE_WIDE) * content.width)
        top = _even(caption.bottom + gap) if above else 0
        bottom = frame.height if above or content.bottom > caption.y else _even(caption.y - gap)
        pane = Rect(left, top, frame.width - left, bottom - top)
        text = replace(content, width=left - gap - content.x)
    return SplitFrame(pane, replace(frame, content=text)) if min(text.height, pane.height) >= _TOO_LOW * short else None


def _even(value: float) -> int:
    return 2 * round(value / 2)
