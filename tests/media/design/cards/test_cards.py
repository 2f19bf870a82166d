"""Cards: everything inside the safe area, in every theme and frame; themes are folders that a person can edit."""

import io
import itertools
import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from automagic.errors import ConfigurationError, RequestError
from automagic.media.design.cards import draw_card_rgb, draw_ground
from automagic.media.design.cards.arrangement import Arrangement
from automagic.media.design.cards.blocks import PixelBox
from automagic.media.design.cards.layouts import arrange
from automagic.media.design.cards.templates import render_svg
from automagic.media.design.cards.typeset import TextFrame, break_lines, clean_text, set_text
from automagic.media.design.palette import contrast_ratio, derive_palette
from automagic.media.design.platforms import CaptionPlace, group_platforms
from automagic.media.design.theme_files import DEFAULT_THEME, load_theme, theme_fingerprint, theme_names
from automagic.media.design.themes import Brand, Design
from automagic.values.frame import Frame, Rect
from automagic.values.script import Card, Figure
from tests.support.media.sample_cards import BRAND, CARDS, SMALL, draw, own_theme

FRAMES = {
    "shorts": Frame(1080, 1920, 30, content=Rect(140, 200, 800, 840), caption=Rect(140, 1090, 800, 330)),
    "shared": Frame(1080, 1920, 30, content=Rect(140, 280, 800, 620), caption=Rect(140, 930, 800, 310)),
    "youtube": Frame(1920, 1080, 30, content=Rect(96, 64, 1728, 740), caption=Rect(240, 830, 1440, 180)),
    "square": Frame(1080, 1080, 30, content=Rect(65, 65, 950, 650), caption=Rect(65, 750, 950, 260)),
    "feed": Frame(1080, 1350, 30, content=Rect(65, 70, 950, 860), caption=Rect(65, 980, 950, 300)),
}
LONG = "A title that somebody pasted from the first paragraph of an article, " * 3

HARD = [
    Card("title", LONG, kicker=LONG, icon="sun"),
    Card("statement", "Pneumonoultramicroscopicsilicovolcanoconiosis hurts", detail=LONG),
    *(Card(layout, "") for layout in ("title", "statement", "number", "list", "quote", "comparison", "closing")),
    Card("statement", "Rockets 🚀 are 👩‍🚀 fun\x00 & <b>'bold'</b>", accent="fun"),
    Card("statement", "الطاقة الشمسية تفوز", accent="تفوز", icon="sun"),
    Card("list", "Ελλάδα", items=("Ένα", LONG, "Солнце", "4")),
    Card("number", LONG, figures=(Figure("1,234,567,890.12", "€", "kilometres per hour", LONG, magnitude=1.2e9),)),
    Card("number", "", figures=(Figure("3 of 4", share=0.75),)),
    Card("number", "", figures=(Figure("0", "", "%", share=0.0), )),
    Card("number", "", figures=(Figure("100", "", "%", share=1.0), )),
    Card("comparison", "", figures=(Figure("0", magnitude=0, label="Before"), Figure("0", magnitude=0, label=LONG))),
    Card("comparison", LONG, figures=(Figure("1"), Figure("2"))),
    Card("comparison", "One side", sides=("A",)),
    Card("quote", "", speaker="Nobody"),
    Card("quote", LONG, speaker=LONG),
    Card("statement", "An icon that does not exist", icon="no-such-icon"),
]  # fmt: skip


@cache
def pages(name: str, shape: str) -> list[tuple[Card, Arrangement]]:
    """All cards in one theme and frame."""
    theme = load_theme(name)
    return [(card, arrange(card, theme, FRAMES[shape], BRAND)) for card in CARDS + HARD]


@pytest.mark.parametrize("name", theme_names())
@pytest.mark.parametrize("shape", FRAMES)
def test_all_text_stays_in_the_content(name: str, shape: str) -> None:
    frame = FRAMES[shape]
    for card, page in pages(name, shape):
        for block in page.texts():
            assert frame.content.contains(block.box.rounded()), card


@pytest.mark.parametrize("captions", ["top", "centre", "off"])
@pytest.mark.parametrize("names", [("reels", "tiktok"), ("youtube",)])
def test_so_it_does_wherever_the_captions_stand(names: tuple[str, ...], captions: CaptionPlace) -> None:
    frame = group_platforms(names, captions)[0].frame
    for card in CARDS + HARD:
        for block in arrange(card, load_theme(DEFAULT_THEME), frame, BRAND).texts():
            assert frame.content.contains(block.box.rounded()), card


@pytest.mark.parametrize("name", theme_names())
@pytest.mark.parametrize("shape", FRAMES)
def test_no_text_covers_another(name: str, shape: str) -> None:
    for card, page in pages(name, shape):
        blocks = page.texts()
        for first, second in itertools.combinations(blocks, 2):
            # Between base line and capitals, that is: descenders may reach into the space above a next line.
            upper, lower = sorted((first, second), key=lambda block: block.lines[-1].y)
            apart = upper.lines[-1].y <= lower.lines[0].y - lower.cap_height + 1
            beside = upper.box.right <= lower.box.x + 1 or lower.box.right <= upper.box.x + 1
            assert apart or beside, (card, first.lines[0].runs, second.lines[0].runs)


@pytest.mark.parametrize("name", theme_names())
@pytest.mark.parametrize("shape", FRAMES)
def test_figures_and_icons_stay_in_the_content_too(name: str, shape: str) -> None:
    frame = FRAMES[shape]
    for card, page in pages(name, shape):
        drawn = [bar.track for bar in page.bars] + [panel.box for panel in page.panels]
        drawn += [marker.box for marker in page.markers] + [spot.box for spot in [page.icon] if spot]
        if page.ring:
            reach = page.ring.radius + page.ring.stroke / 2
            drawn.append(PixelBox(page.ring.cx - reach, page.ring.cy - reach, 2 * reach, 2 * reach))
        assert all(frame.content.contains(box.rounded()) for box in drawn), card


@pytest.mark.parametrize("name", theme_names())
def test_ink_is_readable_on_every_pixel_of_the_ground(name: str) -> None:
    theme = load_theme(name)
    for seed in ("a", "b", "c"):
        palette = theme.palette(seed)
        image = draw_card_rgb(Card("statement", ""), Design(theme, palette, Brand()), SMALL, seed=seed)
        flat = image[50:260, 34:236].reshape(-1, 3)  # the content rectangle
        for pixel in (flat[flat.sum(axis=1).argmin()], flat[flat.sum(axis=1).argmax()]):
            ground = "#" + "".join(f"{channel:02x}" for channel in pixel)
            # Grain and art may take a little from the 7:1 on the plain ground.
            assert contrast_ratio(palette.ink, ground) >= 4.5


@pytest.mark.parametrize("name", theme_names())
def test_nothing_breaks_a_card(name: str) -> None:
    """Each theme draws its part of the hard cards, and an easy one of each layout that is not among them."""
    theme, names = load_theme(name), theme_names()
    hard = HARD[names.index(name) :: len(names)]
    easy = {card.layout: card for card in CARDS if card.layout not in {one.layout for one in hard}}
    for card in (*hard, *easy.values()):
        image = draw(card, theme)
        assert image.shape == (480, 270, 3)
        assert image.dtype == np.uint8


@pytest.mark.parametrize("name", theme_names())
def test_the_ground_is_a_picture_of_the_frame_s_size_and_what_stands_behind_every_card(name: str) -> None:
    theme = load_theme(name)
    data = draw_ground(Design(theme, theme.palette("x"), BRAND), SMALL, seed="s")
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.mode, image.size) == ("BMP", "RGB", (270, 480))
        ground = np.asarray(image)
    for card in (CARDS[0], CARDS[4], CARDS[8]):
        drawn = draw(card, theme)
        outside = np.ones((480, 270), bool)
        outside[SMALL.content.y : SMALL.content.bottom, SMALL.content.x : SMALL.content.right] = False
        assert np.array_equal(drawn[outside], ground[outside])


def test_the_same_card_has_the_same_bytes_and_another_seed_another_ground() -> None:
    theme = load_theme(DEFAULT_THEME)
    assert np.array_equal(draw(CARDS[0], theme), draw(CARDS[0], theme))
    assert not np.array_equal(draw(CARDS[0], theme), draw(CARDS[0], theme, seed="other"))


def test_grain_is_there_and_finer_than_three_percent() -> None:
    theme = load_theme(DEFAULT_THEME)
    grained = draw(Card("statement", ""), theme).astype(float)
    plain = draw(Card("statement", ""), replace(theme, grain=0.0)).astype(float)
    assert 0.005 < (grained - plain).std() / 255 < 0.03


def test_bars_are_drawn_to_scale() -> None:
    page = arrange(CARDS[7], load_theme(DEFAULT_THEME), FRAMES["shorts"], BRAND)
    solar, coal = page.bars
    assert solar.fill.width / coal.fill.width == pytest.approx(36 / 108)
    assert coal.fill.width == pytest.approx(coal.track.width)


def test_a_share_is_drawn_as_that_part_of_a_ring() -> None:
    page = arrange(CARDS[3], load_theme(DEFAULT_THEME), FRAMES["shorts"], BRAND)
    assert page.ring is not None
    assert page.ring.share == 0.7
    assert page.figure is not None
    assert page.figure.lines[0].runs[0].text == "70%"


@pytest.mark.parametrize("name", theme_names())
@pytest.mark.parametrize("shape", FRAMES)
@pytest.mark.parametrize("value", ["Nine out of ten", "3 of 4", "two thirds", "One in 500"])
def test_a_share_is_told_whole_and_inside_its_ring(value: str, shape: str, name: str) -> None:
    card = Card("number", "", figures=(Figure(value, label="young ones are eaten in the first month", share=0.9),))
    page = arrange(card, load_theme(name), FRAMES[shape], BRAND)
    assert page.ring is not None
    assert page.figure is not None
    told = " ".join(run.text for line in page.figure.lines for run in line.runs)
    assert told.casefold() == value.casefold()
    box, ring = page.figure.box, page.ring
    reach = max(
        math.hypot(x - ring.cx, y - ring.cy)
        for x in (box.x, box.right)
        for y in (page.figure.lines[0].y - page.figure.cap_height, page.figure.lines[-1].y)
    )
    assert reach <= ring.radius - ring.stroke / 2


@pytest.mark.parametrize("shape", FRAMES)
@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.layout)
def test_no_layout_leaves_out_the_kicker(card: Card, shape: str) -> None:
    """Without its "less than" a figure is not true."""
    theme = load_theme(DEFAULT_THEME)
    page = arrange(replace(card, kicker="Less than"), theme, FRAMES[shape], BRAND)
    assert page.kicker is not None
    others = [block for block in page.texts() if block not in (page.kicker, page.brand)]
    if card.layout == "number":
        assert page.figure is not None
        assert page.kicker.box.bottom <= page.figure.box.y
    else:
        assert page.kicker.box.y <= min(block.box.y for block in others if block.box.x < FRAMES[shape].width / 3)


def test_a_short_figure_fills_most_of_the_measure() -> None:
    card = Card("number", "", figures=(Figure("80", "", "kilometers", "from sea to sea"),), kicker="About")
    page = arrange(card, load_theme(DEFAULT_THEME), FRAMES["shorts"], BRAND)
    assert page.figure is not None
    assert page.figure.box.width >= 0.6 * page.area.width


def test_what_an_upright_card_says_stands_in_the_middle() -> None:
    frame = FRAMES["shorts"]
    for card in CARDS:
        page = arrange(card, load_theme(DEFAULT_THEME), frame, Brand())
        top, bottom = page.reach()
        assert (top + bottom) / 2 == pytest.approx(page.area.cy, abs=0.03 * page.unit), card


def test_a_card_without_icon_leaves_no_hole() -> None:
    theme, frame = load_theme(DEFAULT_THEME), FRAMES["shorts"]
    with_icon = arrange(replace(CARDS[2], icon="book"), theme, frame, BRAND)
    without = arrange(CARDS[2], theme, frame, BRAND)
    assert with_icon.headline is not None
    assert without.headline is not None
    assert without.headline.size >= with_icon.headline.size


def test_the_brand_stands_on_the_first_and_last_card_only() -> None:
    theme = load_theme(DEFAULT_THEME)
    shown = {card.layout for card in CARDS if arrange(card, theme, FRAMES["shorts"], BRAND).brand is not None}
    assert shown == {"title", "closing"}


def test_what_no_font_draws_is_left_out_and_the_rest_is_kept() -> None:
    theme = load_theme(DEFAULT_THEME)
    page = arrange(Card("statement", "The sign 𓀀 means a man", detail="𓂀"), theme, FRAMES["shorts"], BRAND)
    assert page.headline is not None
    told = " ".join(run.text for line in page.headline.lines for run in line.runs)
    assert told == "The sign means a man"
    assert page.detail is None


def test_text_from_outside_is_escaped() -> None:
    theme = load_theme(DEFAULT_THEME)
    card = Card("statement", "</text><image href='file:///etc/passwd'/>")
    page = arrange(card, theme, SMALL, BRAND)
    layers = ("ground", "art", page.card.layout)
    svg = render_svg(page, Design(theme, theme.palette("x"), BRAND), SMALL, seed="s", layers=layers)
    assert "<image" not in svg
    assert "passwd" not in svg  # letters are outlines


# ---------------------------------------------------------------------------------------------- themes


def test_there_are_clearly_different_themes() -> None:
    themes = [load_theme(name) for name in theme_names()]
    assert themes[0].name == DEFAULT_THEME
    assert len({theme.headline.family for theme in themes}) >= 4
    assert {theme.mode for theme in themes} == {"dark", "light"}


def test_what_a_theme_leaves_out_is_the_default_s(tmp_path: Path) -> None:
    mine = load_theme(str(own_theme(tmp_path / "mine", "[scale]\nheadline = 0.08\n")))
    default = load_theme(DEFAULT_THEME)
    assert mine.name == "mine"
    assert mine.scale.headline == 0.08
    assert mine.scale.body == default.scale.body
    assert mine.headline == default.headline
    assert mine.moves == default.moves
    assert draw(CARDS[0], mine).shape == (480, 270, 3)


def test_a_layout_of_its_own_is_drawn(tmp_path: Path) -> None:
    red = '<rect width="{{ width }}" height="{{ height }}" fill="#ff0000"/>'
    mine = load_theme(str(own_theme(tmp_path / "mine", statement=red)))
    image = draw(CARDS[2], mine)
    content = image[80:200, 60:200]
    assert (content[:, :, 0] > 250).all()
    assert (content[:, :, 1] < 5).all()


def test_a_text_of_its_own_is_drawn_in_the_theme_s_fonts(tmp_path: Path) -> None:
    line = '<text x="{{ page.area.x }}" y="{{ page.area.cy }}" font-size="60" fill="#ff0000">Mine</text>'
    place = line.replace("<text", '<text font-family="{{ page.headline.family }}, {{ family }}"')
    mine = load_theme(str(own_theme(tmp_path / "mine", statement=place)))
    image = draw(CARDS[2], mine)
    assert ((image[:, :, 0] > 230) & (image[:, :, 1] < 40)).sum() > 100


def test_a_font_of_its_own_is_used(tmp_path: Path) -> None:
    from automagic.media.design.fonts import choose_face

    folder = own_theme(tmp_path / "mine", '[fonts]\nheadline = { family = "Own.ttf", weight = 400 }\n')
    (folder / "Own.ttf").write_bytes(choose_face("Anton", 400, italic=False).path.read_bytes())
    mine = load_theme(str(folder))
    assert not np.array_equal(draw(CARDS[2], mine), draw(CARDS[2], load_theme(DEFAULT_THEME)))


@pytest.mark.parametrize(
    "template",
    [
        '<image href="data:image/png;base64,AAAA"/>',
        '<image xlink:href="file:///etc/passwd"/>',
        "<rect fill=\"url('http://example.org/x.svg#a')\"/>",
        '<use href="other.svg#part"/>',
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        "<style>@import url(http://example.org/x.css)</style>",
        "{{ ''.__class__.__mro__ }}",
        "{% include '../../../etc/passwd' %}",
        "{{ no_such_value }}",
        "{% for %}",
    ],
)
def test_a_template_that_is_wrong_or_reaches_outside_is_refused(tmp_path: Path, template: str) -> None:
    mine = load_theme(str(own_theme(tmp_path / "mine", statement=template)))
    with pytest.raises(ConfigurationError, match="mine"):
        draw(CARDS[2], mine)


@pytest.mark.parametrize(
    "toml",
    [
        "label = ",
        'mode = "grey"',
        "grain = 0.5",
        "[scale]\nhuge = 1",
        'colour = "red"',
        "[composition]\nx = 1",
        "[moves]\nenter_s = 3.0",
        "[moves]\ndistance = -0.1",
        "[moves]\nenter_s = nan",
        '[moves]\neasing = "bounce"',
        "[moves]\nspeed = 1",
        "moves = 1",
    ],
)
def test_a_wrong_theme_toml_is_explained(tmp_path: Path, toml: str) -> None:
    with pytest.raises(ConfigurationError, match="mine"):
        load_theme(str(own_theme(tmp_path / "mine", toml)))


def test_an_unknown_theme_names_the_nearest() -> None:
    with pytest.raises(RequestError) as caught:
        load_theme("gazete")
    assert "'gazette'" in caught.value.hint


def test_the_fingerprint_changes_with_a_template(tmp_path: Path) -> None:
    folder = own_theme(tmp_path / "mine")
    before = theme_fingerprint(load_theme(str(folder)))
    assert before == theme_fingerprint(load_theme(str(folder)))
    (folder / "art.svg").write_text("", encoding="utf-8")
    assert theme_fingerprint(load_theme(str(folder))) != before


def test_two_caption_lines_fit_their_band() -> None:
    for name, frame in itertools.product(theme_names(), FRAMES.values()):
        theme = load_theme(name)
        style = theme.caption_style(theme.palette("x"), frame)
        assert 2 * style.size_px * style.line_height <= frame.caption.height


@pytest.mark.parametrize("name", theme_names())
def test_captions_are_readable_on_what_stands_behind_them(name: str) -> None:
    theme = load_theme(name)
    for seed in "abcdefgh":
        palette = theme.palette(seed)
        style = theme.caption_style(palette, FRAMES["shorts"])
        behind = [style.plate[:7]] if style.plate else list(palette.grounds)
        assert min(contrast_ratio(style.color, ground) for ground in behind) >= 7


# ---------------------------------------------------------------------------------------------- typesetting


@given(st.lists(st.floats(5, 100), min_size=1, max_size=30), st.floats(100, 400))
def test_lines_fit_and_are_as_few_as_possible(widths: list[float], measure: float) -> None:
    breaks = break_lines(widths, 8, measure, 99)
    assert breaks is not None
    assert [first for first, _ in breaks] == [0, *(last for _, last in breaks[:-1])]
    assert breaks[-1][1] == len(widths)
    for first, last in breaks:
        assert sum(widths[first:last]) + 8 * (last - first - 1) <= measure + 1e-6
    fewest, used = 1, widths[0]
    for width in widths[1:]:
        fewest, used = (fewest, used + 8 + width) if used + 8 + width <= measure else (fewest + 1, width)
    assert len(breaks) == fewest


def test_a_short_word_is_not_left_alone_at_the_end() -> None:
    # Greedy filling would give 3 + 1 words.
    assert break_lines([100, 100, 100, 30], 10, 330, 9) == [(0, 2), (2, 4)]


def test_a_line_does_not_end_with_an_article_when_it_need_not() -> None:
    widths = [100, 30, 100]
    assert break_lines(widths, 10, 150, 9, leaning=[False, True, False]) == [(0, 1), (1, 3)]


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=120), st.sampled_from(["left", "center"]))
def test_any_text_fits_its_box_or_is_left_out(text: str, align: str) -> None:
    theme = load_theme(DEFAULT_THEME)
    cleaned = clean_text(text, theme.headline.family)
    box = PixelBox(10, 20, 300, 200)
    block = set_text(cleaned, TextFrame(theme.headline, box, align), size=80, smallest=20)
    if block is None:
        return
    assert block.box.x >= box.x - 0.01
    assert block.box.right <= box.right + 0.01
    assert block.box.bottom <= box.bottom + 0.01


def test_control_characters_are_left_out_and_emoji_kept() -> None:
    family = load_theme(DEFAULT_THEME).headline.family
    assert clean_text(" a\x00b 🚀 👩‍🚀 1️⃣\ufe0f é \n c \ue000", family) == "ab 🚀 👩‍🚀 1️⃣\ufe0f é c"
    assert clean_text("太 𓀀 \u200d", family) in ("太", "")


def set_lines(text: str, width: float, accent: str = "") -> list[str]:
    """The lines of a text in the default theme's headline, at one size."""
    theme = load_theme(DEFAULT_THEME)
    cleaned = clean_text(text, theme.headline.family)
    frame = TextFrame(theme.headline, PixelBox(0, 0, width, 2000))
    block = set_text(cleaned, frame, size=50, smallest=49, accent=accent)
    assert block is not None
    return [" ".join(run.text for run in line.runs) for line in block.lines]


def test_a_no_break_space_holds_words_on_one_line_while_they_fit() -> None:
    text = "when ivy tree won the race"
    bound = text.replace("ivy tree", "ivy\u00a0tree")
    widths = range(200, 900, 20)
    assert any("ivy tree" not in " | ".join(set_lines(text, width)) for width in widths)
    for width in widths:
        lines = set_lines(bound, width)
        assert "ivy tree" in " | ".join(lines), (width, lines)
        assert " ".join(lines) == text
    assert " ".join(set_lines(bound, 110)).replace("- ", "") == text, "no room for both: each by itself"


@pytest.mark.parametrize("text", ["Rosalind Penny is a retired bookkeeper", "By 1902 the Lindow Works had 380 people"])
def test_a_name_or_amount_is_worth_somewhat_smaller_letters(text: str) -> None:
    for width in range(420, 900, 20):
        lines = " | ".join(set_lines(text, width))
        pair = "Rosalind Penny" if "Penny" in text else "380 people"
        assert pair in lines, (width, lines)


@pytest.mark.parametrize(
    ("text", "together"),
    [
        ("For the 340 pupils of Weirside Primary who live on the east bank …", "Weirside Primary"),
        ("It will shut at 6 a.m. on Monday, March 9, and will not reopen until mid-June", "Monday, March 9,"),
        ("Meet Dripwell Two: the leak sensor that doesn't just tell you about it", "Dripwell Two:"),
        ("… something that happened on 31 days last spring", "… something"),
    ],
)
def test_a_headline_has_few_lines_and_tears_no_name(text: str, together: str) -> None:
    page = arrange(Card("statement", text), load_theme("default"), group_platforms(["tiktok"])[0].bare, Brand())
    assert page.headline is not None
    lines = [" ".join(run.text for run in line.runs) for line in page.headline.lines]
    assert len(lines) <= 6
    assert any(together in line for line in lines)


def test_an_accent_may_be_a_bound_name() -> None:
    theme = load_theme(DEFAULT_THEME)
    frame = TextFrame(theme.headline, PixelBox(0, 0, 4000, 200))
    block = set_text("how Ana\u00a0Ruiz won", frame, size=50, smallest=20, accent="Ana\u00a0Ruiz")
    assert block is not None
    assert [(run.text, run.accent) for run in block.lines[0].runs] == [
        ("how", False),
        ("Ana Ruiz", True),
        ("won", False),
    ]


def test_accent_words_are_marked_where_they_stand() -> None:
    theme = load_theme(DEFAULT_THEME)
    block = set_text(
        "one two three two",
        TextFrame(theme.headline, PixelBox(0, 0, 4000, 200)),
        size=50,
        smallest=20,
        accent="two three",
    )
    assert block is not None
    assert [(run.text, run.accent) for run in block.lines[0].runs] == [
        ("one", False),
        ("two three", True),
        ("two", False),
    ]


def test_palette_of_any_brand_draws() -> None:
    theme = load_theme("poster")
    palette = derive_palette("x", mode="dark", base=("#ff0000", "#00ff00"))
    image = draw_card_rgb(CARDS[0], Design(theme, palette, BRAND), SMALL, seed="s")
    assert image.std() > 5
