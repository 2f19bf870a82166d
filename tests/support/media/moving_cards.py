"""Cards in layers, their ground and a plan of their frames: small ones, as a shot shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from automagic.media.design.cards import draw_ground
from automagic.media.design.cards.layers import CardLayers, DrawnCard, draw_layers
from automagic.media.design.theme_files import DEFAULT_THEME, load_theme
from automagic.media.design.themes import Brand, Design, Theme
from automagic.media.rendering.render import ShownShot
from automagic.media.rendering.shot import CardPlan, ShotPlan
from automagic.media.video.encode import EncodeSettings
from automagic.values.cues import CaptionStyle, Cue
from automagic.values.frame import Frame, Motion, Rect
from automagic.values.moving import Appearance, MotionStyle
from automagic.values.script import Card, CardPlace
from tests.support.media.sample_cards import BRAND, SMALL

WIDE = Frame(480, 270, 30, content=Rect(24, 16, 432, 186), caption=Rect(60, 208, 360, 44))
ARABIC = Card("statement", "الطاقة الشمسية تفوز", accent="تفوز", icon="sun")
ENTRIES = Card("list", "Ελλάδα", items=("Ένα", "two words", "Солнце", "4"))
STEP = Card("statement", "Trim the wick", accent="wick", icon="lamp", place=CardPlace(2, 7, before=1))
YEAR = Card("statement", "The baths open", place=CardPlace(1881, 1990, 1878, before=1878))
MOVES = MotionStyle(enter_s=0.2, grow_s=0.3, exit_s=0.1, distance=0.1, easing="out-cubic")
CAPTIONS = CaptionStyle("Inter", 800, 26, "#ffffff", "#ffd23f", outline_px=2)
UNMOVED = Motion((1.0, 1.0), ((0.5, 0.5), (0.5, 0.5)))


def design_of(theme: Theme, brand: Brand = BRAND) -> Design:
    return Design(theme, theme.palette("x"), brand)


def write_card(
    folder: Path, card: Card, theme: Theme, frame: Frame = SMALL, *, by_word: bool = False, brand: Brand = BRAND
) -> tuple[DrawnCard, CardLayers]:
    """The files of a card, and what was drawn; all cards of a folder stand on the ground of its first."""
    folder.mkdir(exist_ok=True)
    design = design_of(theme, brand)
    drawn = draw_layers(card, design, frame, seed="s", by_word=by_word)
    files = DrawnCard(folder / "card.layers", folder / "ground.bmp")
    files.layers.write_bytes(drawn.data)
    if not files.ground.exists():
        files.ground.write_bytes(draw_ground(design, frame, seed="s"))
    return files, drawn


def write_shot(
    folder: Path,
    card: Card,
    *,
    starts: Sequence[int] = (),
    frames: int = 40,
    moves: MotionStyle = MOVES,
    cues: tuple[Cue, ...] = (),
    by_word: bool = False,
    theme: str = DEFAULT_THEME,
    frame: Frame = SMALL,
) -> ShownShot:
    """A shot of a card whose elements come at these frames, the last of them for all others; 3 apart unless given."""
    files, drawn = write_card(folder, card, load_theme(theme), frame, by_word=by_word)
    count = len(drawn.elements)
    begin = [starts[min(n, len(starts) - 1)] for n in range(count)] if starts else [3 * n for n in range(count)]
    appearances = tuple(Appearance(start, grows=max(start, 0) + 2, leaves=True) for start in begin)
    plan = ShotPlan(
        UNMOVED,
        frames,
        cues,
        CAPTIONS,
        frame,
        EncodeSettings(preset="ultrafast", content="card"),
        visual="card",
        card=CardPlan(drawn.elements, appearances, moves),
    )
    return ShownShot(files.layers, plan, files.ground)


def with_appearances(shot: ShownShot, **by_name: Appearance) -> ShownShot:
    """The same shot with other appearances, by element: `headline_1=Appearance(…)`."""
    card = shot.plan.card
    assert card is not None
    given = {name.replace("_", " "): one for name, one in by_name.items()}
    assert given.keys() <= {element.name for element in card.elements}
    appearances = tuple(
        given.get(element.name, old) for element, old in zip(card.elements, card.appearances, strict=True)
    )
    return replace(shot, plan=replace(shot.plan, card=replace(card, appearances=appearances)))
