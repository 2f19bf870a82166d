"""One card of each layout, and how the tests draw it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from automagic.media.design.cards import draw_card_rgb
from automagic.media.design.themes import Brand, Design, Theme
from automagic.values.frame import Frame, Rect
from automagic.values.script import Card, Figure

SMALL = Frame(270, 480, 30, content=Rect(34, 50, 202, 210), caption=Rect(34, 272, 202, 82))
BRAND = Brand(name="Bright Minute", handle="@brightminute")

CARDS = [
    Card("title", "Why solar power won", accent="won", kicker="Energy in a minute", icon="sun"),
    Card(
        "statement",
        "Batteries got ninety percent cheaper",
        accent="ninety percent",
        detail="In ten years.",
        icon="battery",
    ),
    Card("statement", "Nobody reads the terms", accent="Nobody"),
    Card("number", "", figures=(Figure("70", "", "%", "of new power plants are solar", share=0.7, magnitude=70),)),
    Card("number", "Last year", figures=(Figure("24.9", "$", "billion", "invested in a year", magnitude=24.9e9),)),
    Card("list", "Three things tonight", items=("Dim the lights", "Put the phone away", "Keep it cool"), icon="moon"),
    Card("quote", "The stone age did not end for lack of stone", speaker="Ahmed Zaki Yamani"),
    Card(
        "comparison",
        "Solar beats coal",
        figures=(Figure("36", "$", "", "Solar", magnitude=36), Figure("108", "$", "", "Coal", magnitude=108)),
    ),
    Card("comparison", "Which one?", sides=("Rent for ever", "Own in twelve years")),
    Card("closing", "The cheapest power is the one you make", accent="you make", icon="zap"),
]


def draw(card: Card, theme: Theme, *, seed: str = "s", brand: Brand = BRAND, frame: Frame = SMALL) -> np.ndarray:
    return draw_card_rgb(card, Design(theme, theme.palette("x"), brand), frame, seed=seed)


def own_theme(folder: Path, toml: str = 'label = "Mine"\n', **templates: str) -> Path:
    folder.mkdir()
    (folder / "theme.toml").write_text(toml, encoding="utf-8")
    for name, text in templates.items():
        (folder / f"{name}.svg").write_text(text, encoding="utf-8")
    return folder
