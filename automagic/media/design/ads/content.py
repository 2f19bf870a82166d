"""What an ad says and shows, before it has a place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from automagic.media.design.bidi import is_right_to_left
from automagic.media.design.themes import Theme, TypeStyle

AdPart = Literal["detail", "brand", "picture", "price", "disclaimer"]
DROPPED: tuple[AdPart, ...] = ("detail", "brand", "picture", "price", "disclaimer")
"""What gives way where there is no room, in this order; headline, button and logo never do."""


@dataclass(frozen=True, slots=True)
class AdContent:
    """The words of an ad; "" and empty tuples for what it has not.

    Attributes:
        headlines: Ways to say the same, each whole.
        details: Ways to say something more, each whole.
        brand: Who advertises; shown where there is no logo.
        call: On the button.
        price: With its currency.
        disclaimer: What must be legible.
        name: Stands alone where no headline has room.
    """

    headlines: tuple[str, ...]
    details: tuple[str, ...] = ()
    brand: str = ""
    call: str = ""
    price: str = ""
    disclaimer: str = ""
    name: str = ""

    @property
    def right_to_left(self) -> bool:
        """Whether the ad is read from the right."""
        return is_right_to_left(self.headlines[0])

    def without(self, *parts: AdPart) -> AdContent:
        """It without these of its words."""
        return replace(
            self,
            details=() if "detail" in parts else self.details,
            brand="" if "brand" in parts else self.brand,
            price="" if "price" in parts else self.price,
            disclaimer="" if "disclaimer" in parts else self.disclaimer,
        )


@dataclass(frozen=True, slots=True)
class AdVoices:
    """In which letters each part is set."""

    headline: TypeStyle
    body: TypeStyle
    button: TypeStyle

    @classmethod
    def of_theme(cls, theme: Theme) -> AdVoices:
        """Those of a theme, in sentence case: capitals read as shouting, and platforms refuse them."""
        headline = replace(theme.headline, uppercase=False)
        return cls(
            headline, replace(theme.body, uppercase=False, leading=1.25), replace(headline, weight=700, tracking=0.0)
        )


LEAST_PART = 0.25
"""Of a picture: a pane that shows less of it tells nothing."""


@dataclass(frozen=True, slots=True)
class AdSizes:
    """(width, height) in pixels of what is shown beside words; None for what there is not."""

    picture: tuple[int, int] | None = None
    logo: tuple[int, int] | None = None
    plate: bool = False

    def fills(self, width: float, height: float) -> bool:
        """Whether a part of the picture fills a pane without being enlarged, and is enough of it."""
        if self.picture is None or self.picture[0] < width or self.picture[1] < height:
            return False
        own, aspect = self.picture[0] / self.picture[1], width / height
        return min(own, aspect) / max(own, aspect) >= LEAST_PART
