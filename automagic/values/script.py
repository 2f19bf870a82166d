"""A script: scenes with their narration, and the cards that go with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from automagic.values.document import Document, Origin

CardLayout = Literal["title", "statement", "number", "list", "quote", "comparison", "closing"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity that a sentence states, ready to be drawn.

    Attributes:
        value: As written: "24.9", "70", "1,200".
        prefix: Signs, currency and limits before it, with the space behind them if there is one: "$", "−", "< ",
            "nearly "; often empty.
        unit: What follows: "%", "billion", "km"; may be empty.
        label: What the quantity is, two to six words from the sentence.
        share: 0..1 when the quantity is a share of a whole (a percentage, "three of four"), else None.
        magnitude: The number itself, for drawing bars to scale, negative behind a minus; None when it has no single
            value, as behind "<" and "±".
    """

    value: str
    prefix: str = ""
    unit: str = ""
    label: str = ""
    share: float | None = None
    magnitude: float | None = None


@dataclass(frozen=True, slots=True)
class CardPlace:
    """Where a card stands in what its script counts.

    Attributes:
        number: Of its step, or its year.
        last: The number at which it ends.
        first: The number at which it begins: 1 for steps.
        before: The number that the card before shows; 0 when it shows none of the same count.
    """

    number: int
    last: int
    first: int = 1
    before: int = 0

    @property
    def counts_steps(self) -> bool:
        """Whether it counts steps, and not years."""
        return self.first == 1

    def share(self, number: int) -> float:
        """How much of the way is done at a number, 0..1: of steps, those up to it."""
        begin = self.first - self.counts_steps
        return (number - begin) / max(self.last - begin, 1)


@dataclass(frozen=True, slots=True)
class Card:
    """What a designed picture says: all that is heard meanwhile, set so that its point is seen first.

    Attributes:
        layout: Which of the layouts draws it.
        headline: What is read first; may be empty for `number`.
        accent: The one or two words inside `headline` that take the accent colour, exactly as they stand there.
        detail: A calm second line; may be empty.
        items: The entries of a `list` (2-4).
        figures: One for `number`, two for `comparison` of quantities; drawn to scale when both have a magnitude.
        sides: For `comparison` without quantities: the two things compared.
        speaker: For `quote`: who said it; empty when the text does not say.
        icon: Name of a Lucide icon; empty for none.
        kicker: A very short line above the headline, such as the series' name; may be empty.
        place: Where it stands among the steps or years of its script; None when that counts none.
    """

    layout: CardLayout
    headline: str
    accent: str = ""
    detail: str = ""
    items: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    sides: tuple[str, ...] = ()
    speaker: str = ""
    icon: str = ""
    kicker: str = ""
    place: CardPlace | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """One thought of a script: a paragraph that is spoken while one idea is on the screen.

    Attributes:
        id: Stable name derived from the text, eight hexadecimal digits (and "-2" for a repetition); never an index.
        text: Display text: one or more sentences, as captions show them.
        spoken: What the voice says instead of `text`; None when the same.
        picture: The person's own picture for this scene: a file name; None for a designed card.
        origins: Where its sentences came from; empty for a person's own script.
        depiction: What a picture of it would show, in a sentence, as its writer sees it; "" when nobody said.
        cards: The person's own, for its first shot, its second and so on; the shots behind them get designed ones.
    """

    id: str
    text: str
    spoken: str | None = None
    picture: str | None = None
    origins: tuple[Origin, ...] = ()
    depiction: str = ""
    cards: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """What will be told, in order.

    Attributes:
        title: For the title card, the metadata and the folder's name.
        scenes: At least one.
        language: BCP-47 primary tag.
        writer: Name of the provider that wrote it: "extract", "outline", "script" (the person).
        notices: Things that the person must be told about this text, such as "generic outline".
        sources: The documents it draws on, paragraphs left out.
    """

    title: str
    scenes: tuple[Scene, ...]
    language: str = "en"
    writer: str = "script"
    notices: tuple[str, ...] = ()
    sources: tuple[Document, ...] = ()
