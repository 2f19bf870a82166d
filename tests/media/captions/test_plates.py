"""Captions over a picture read well whatever it shows: measured on frames, in each theme."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from automagic.media.captions.images import draw_caption
from automagic.media.captions.plates import beside_picture, over_pictures
from automagic.media.design.palette import ACCENT_CONTRAST, INK_CONTRAST
from automagic.media.design.platforms import group_platforms
from automagic.media.design.theme_files import load_theme
from automagic.media.rendering.caption_watch import measure_contrast
from automagic.media.video.planes import Plane, Planes, make_planes
from automagic.values.cues import CaptionStyle, Cue
from automagic.values.frame import Frame
from automagic.values.words import Word

THEMES = ("default", "bloom", "blueprint", "gazette", "poster")
CUE = Cue(((Word("plants", 0, 1), Word("are", 1, 2)), (Word("solar", 2, 3),)), 0, 3)
SQUARE = group_platforms(["square"])[0].frame
STATED = CaptionStyle("Inter", 800, 60, "#ffffff", "#ffd23f", outline_px=4)


def picture(kind: str) -> Plane:
    """BGR of the square frame: a bright sky, a dark night with lights, or a busy texture in all colours."""
    rng = np.random.default_rng(3)
    size = (SQUARE.height // 12, SQUARE.width // 12)
    if kind == "sky":
        values = rng.integers(215, 256, (*size, 1)).repeat(3, axis=2)
    elif kind == "night":
        values = np.where(rng.random((*size, 1)) < 0.03, 255, 8).repeat(3, axis=2)
    else:
        values = rng.choice([0, 255], (*size, 3))
    return np.kron(values, np.ones((12, 12, 1), int)).astype(np.uint8)


PICTURES = {kind: make_planes(picture(kind), SQUARE.width, SQUARE.height, 1.0) for kind in ("sky", "night", "busy")}


def measured(style: CaptionStyle, kind: str, highlighted: int | None, frame: Frame = SQUARE) -> float:
    planes = Planes(*(plane.copy() for plane in PICTURES[kind]))
    bitmap = draw_caption(CUE, highlighted, style=style, frame=frame)
    bitmap.blend_into(planes)
    return measure_contrast(planes, bitmap)


@pytest.mark.parametrize("kind", PICTURES)
@pytest.mark.parametrize("name", THEMES)
def test_every_theme_reads_over_every_picture(name: str, kind: str) -> None:
    theme = load_theme(name)
    for seed in ("a", "b", "c"):
        style = over_pictures(theme.caption_style(theme.palette(seed), SQUARE))
        assert measured(style, kind, None) >= INK_CONTRAST
        assert measured(style, kind, 2) >= ACCENT_CONTRAST


def test_without_a_plate_a_bright_sky_and_a_busy_picture_do_not_pass() -> None:
    theme = load_theme("default")
    style = theme.caption_style(theme.palette("a"), SQUARE)
    assert not style.plate
    assert measured(style, "sky", None) < ACCENT_CONTRAST
    assert measured(style, "busy", None) < ACCENT_CONTRAST


def test_a_theme_s_own_plate_is_never_made_thinner() -> None:
    dense = replace(STATED, plate="#000000f8")
    assert over_pictures(dense) == dense
    assert over_pictures(replace(STATED, plate="#00000010")) == over_pictures(STATED)


def test_a_colour_that_no_plate_makes_readable_gets_an_opaque_one() -> None:
    assert over_pictures(replace(STATED, color="#222222")).plate == "#000000ff"


def test_in_a_join_a_card_s_captions_take_a_share_of_the_picture_s_plate() -> None:
    plated = replace(STATED, plate="#101010c8")
    assert beside_picture(STATED, plated, 0.5).plate == "#10101064"
    assert beside_picture(plated, STATED, 0.5) == plated
    assert beside_picture(replace(STATED, plate="#101010a0"), plated, 0.5).plate == "#101010a0"
    assert beside_picture(STATED, STATED, 1.0) == STATED
