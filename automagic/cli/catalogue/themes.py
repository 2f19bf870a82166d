"""`automagic themes`: the themes there are, and the cards of one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.cli.catalogue.samples import NameArgument, OutOption, refuse_sample
from automagic.cli.options import JsonOption, print_json
from automagic.cli.tables import draw_table
from automagic.errors import RequestError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from automagic.media.design.themes import Theme
    from automagic.settings import Settings

CARD_PX = (360, 640)
"""Width and height of a card on the sheet of a theme."""


def themes_command(name: NameArgument = "", out: OutOption = "", as_json: JsonOption = False) -> None:
    """Show the themes there are; with a name, draw its cards.

    They are drawn into a PNG file, NAME.png if not said otherwise. A folder with a theme of your own is a name too.
    """
    from automagic.media.design.theme_files import load_theme, theme_names
    from automagic.settings import load_settings

    if name:
        theme = load_theme(name)
        target = Path(out or f"{theme.name}.png")
        _write(target, _draw_sheet(theme, load_settings()))
        if as_json:
            print_json({"name": theme.name, "file": str(target)})
        else:
            print(target)  # noqa: T201 - the result
        return
    refuse_sample("--out", out)
    themes = [load_theme(one) for one in theme_names()]
    if as_json:
        facts = ("name", "label", "mode", "motion", "transition")
        print_json(
            {
                "themes": [
                    {fact: getattr(one, fact) for fact in facts} | {"folder": str(one.folders[0])} for one in themes
                ]
            }
        )
        return
    rows = [["THEME", "GROUND", "MOTION", "JOINS", "WHAT"]]
    rows += [[one.name, one.mode, one.motion, one.transition, one.label] for one in themes]
    for line in draw_table(rows, heading=True):
        print(line)  # noqa: T201 - the result
    sys.stderr.write("`automagic themes NAME` draws its cards into NAME.png.\n")


def _draw_sheet(theme: Theme, settings: Settings) -> NDArray[np.uint8]:
    """Six cards as a video would have them, upright, two rows; RGB."""
    import cv2
    import numpy as np

    from automagic.media.design.cards import draw_card_rgb
    from automagic.media.design.platforms import group_platforms
    from automagic.media.design.themes import Brand, Design
    from automagic.values.script import Card, Figure

    nile, rhine = Figure("6,650", "", "km", "Nile", magnitude=6650), Figure("1,230", "", "km", "Rhine", magnitude=1230)
    cards = (
        Card("title", "Why rivers bend", accent="bend", kicker="Nature in a minute"),
        Card("statement", "Water takes the longer way", accent="longer", detail="Its bends grow until they meet."),
        Card("number", "", figures=(Figure("71", "", "%", "of the Earth is under water", share=0.71, magnitude=71),)),
        Card("list", "What a bend does", items=("Takes from one bank", "Gives to the other", "Moves downstream")),
        Card("quote", "No one steps into the same river twice", speaker="Heraclitus"),
        Card("comparison", "The Nile is longer", figures=(nile, rhine)),
    )
    (group,) = group_platforms(["shorts"])
    brand = Brand(name=settings.brand_name, handle=settings.brand_handle, font=settings.brand_font)
    design = Design(theme, theme.palette("Why rivers bend", settings.brand_colors), brand)
    pictures = [draw_card_rgb(card, design, group.frame, seed=card.layout) for card in cards]
    small = [cv2.resize(picture, CARD_PX, interpolation=cv2.INTER_AREA) for picture in pictures]
    sheet: NDArray[np.uint8] = np.vstack([np.hstack(small[:3]), np.hstack(small[3:])]).astype(np.uint8)
    return sheet


def _write(target: Path, picture: NDArray[np.uint8]) -> None:
    """As PNG, complete or not at all."""
    import cv2

    _, data = cv2.imencode(".png", picture[:, :, ::-1])
    partial = target.with_name(f".{target.name}.partial")
    try:
        partial.write_bytes(bytes(data))
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise RequestError(
            f"{target} cannot be written: {error.strerror}", hint="Choose another file with -o."
        ) from error
