"""Lettering: whatever is written is drawn by a font that has it, or left out; never as a box."""

from __future__ import annotations

import io
import subprocess
import sys

import numpy as np
import pytest
import resvg_py
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from automagic.media.design import fonts
from automagic.media.design.bidi import is_right_to_left, visual_runs
from automagic.media.design.clusters import split_clusters
from automagic.media.design.lettering import (
    Typeface,
    _outline,
    drawable,
    ink_of_other_scripts,
    shape_line,
    text_width,
    undrawable,
)
from automagic.media.design.theme_files import load_theme, theme_names

_SYMBOLS = """
✓ ✗ ♥ ★ ⭐ ① ② ⑳ ❶ ☕ ☎ → ⇒ ➡ ← ↑ ↓ ↔ ⇔ ↗ ⟶ ➔ ➤ ➜ ∞ ≠ ≤ ≥ √ ∑ ∫ ∂ ∈ ∀ ∅
≈ ± × ÷ ½ ⅓ ¾ ° ℃ № ™ ® © ℗ ♪ ♫ ─ │ ┌ █ ░ ■ □ ▲ △ ● ○ ◆ ◇ ◯ ❤ ✔ ✖ ✂ ☐
☑ ☒ ⚠ ⚡ ☀ ☆ ✦ ✨ ❄ ✈ ⌘ ⇧ ⌛ ⏰ ▶ ♠ ♣ ♦ ♂ ♀ ☮ ☯ ♔ ⚀ ☢ ♻ ⚙ ⬆ ⬛ ➕ ✅ ❌ ❓ ‼ Ⓐ
Ⅳ ‰ † • … ‽ ₿ € ₹ ₽ x² H₂O 𝐀 ⠿ 🐦 🔥 🫨
"""
_SEQUENCES = """
👩‍🚀 👨‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🤦🏿‍♀️ 🇩🇪 🇯🇵 🏴󠁧󠁢󠁳󠁣󠁴󠁿 1️⃣ #️⃣ ❤️‍🔥 🐦‍🔥 ➡️ ☎️ ✔︎ ⚠️
"""
_SCRIPTS = """
Ελλάδα Москва Łódź Việt שלום الطاقة लक्ष्मण বাংলা தமிழ் తెలుగు ಕನ್ನಡ
മലയാളം ગુજરાતી ਪੰਜਾਬੀ ଓଡ଼ିଆ සිංහල สวัสดี ລາວ ខ្មែរ မြန်မာ ქართული
Հայերեն አማርኛ
"""
SYMBOLS, SEQUENCES, SCRIPTS = (text.split() for text in (_SYMBOLS, _SEQUENCES, _SCRIPTS))
NOBODY = "\U00013000"  # a hieroglyph


def letter_families() -> list[tuple[str, int]]:
    """(family, weight) of every voice and of the captions of all themes."""
    found = set()
    for theme in map(load_theme, theme_names()):
        voices = (theme.headline, theme.body, theme.label_type, theme.quote, theme.figure_type)
        found |= {(voice.family, voice.weight) for voice in voices} | {(theme.captions.family, theme.captions.weight)}
    return sorted(found)


def rasterise(path: str) -> np.ndarray:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"><path d="{path}"/></svg>'
    with Image.open(io.BytesIO(resvg_py.svg_to_bytes(svg_string=svg))) as image:
        return np.asarray(image)[:, :, 3]


# ---------------------------------------------------------------------------------------------- no boxes


@pytest.mark.parametrize(("family", "weight"), letter_families())
def test_symbols_emoji_and_scripts_are_drawn_in_every_voice_and_never_as_a_box(family: str, weight: int) -> None:
    for text in (*SYMBOLS, *SEQUENCES, *SCRIPTS):
        line = shape_line(text, Typeface(family, weight), 60)
        assert undrawable(text, family) == (), text
        assert line.glyphs
        assert all(glyph.number != 0 for glyph in line.glyphs), text
        assert line.path(0, 0), text


def test_no_pixels_are_those_of_the_box_for_a_missing_glyph() -> None:
    face = Typeface("Plus Jakarta Sans", 800)
    boxes = [
        rasterise(placed)
        for name in ("Plus Jakarta Sans", "Noto Sans", "Noto Sans Symbols", "Noto Emoji", "Noto Sans Symbols 2")
        for placed in [_box_of(name)]
    ]
    for text in (*SYMBOLS, *SEQUENCES):
        drawn = rasterise(shape_line(text, face, 60).path(5, 70))
        assert drawn.any(), text
        assert not any(np.array_equal(drawn, box) for box in boxes), text


def _box_of(family: str) -> str:
    """What the font shows for a character that it lacks, at the place where the others are drawn."""
    source = fonts.choose_face(family, 800, italic=False)
    axes = tuple((tag, min(800.0, high)) for tag, _, high in source.axes if tag == "wght")
    parts = []
    for command, values in _outline(source.path, axes, 0):
        points = (5 + value * 60 if index % 2 == 0 else 70 - value * 60 for index, value in enumerate(values))
        parts.append(command + " ".join(f"{point:.2f}" for point in points))
    return "".join(parts)


@pytest.mark.parametrize("text", SEQUENCES)
def test_an_emoji_of_several_parts_is_one_character(text: str) -> None:
    assert list(split_clusters(f"a{text}b")) == ["a", text, "b"]
    alone = shape_line(text, Typeface("Inter", 700), 60)
    # One picture, perhaps with a mark inside it, and no wider than the widest of them.
    assert alone.width <= 2.6 * 60


def test_an_emoji_does_not_change_the_letters_beside_it() -> None:
    """A renderer that matches glyphs by number draws boxes here: the ligature and the joined emoji shift the count."""
    face = Typeface("Plus Jakarta Sans", 700)
    mixed = shape_line("office 👩‍🚀 affinity", face, 60)
    first, last = shape_line("office ", face, 60), shape_line(" affinity", face, 60)
    numbers = [glyph.number for glyph in mixed.glyphs]
    assert numbers[: len(first.glyphs)] == [glyph.number for glyph in first.glyphs]
    assert numbers[-len(last.glyphs) :] == [glyph.number for glyph in last.glyphs]


def test_what_nobody_draws_is_left_out_and_named_once() -> None:
    text = f"one {NOBODY} two {NOBODY}{NOBODY}!"
    assert undrawable(text, "Inter") == (NOBODY,)
    assert drawable(text, "Inter") == "one  two !"
    line = shape_line(text, Typeface("Inter", 700), 60)
    assert all(glyph.number != 0 for glyph in line.glyphs)


def test_what_cannot_be_seen_needs_no_font_and_private_characters_have_none() -> None:
    assert undrawable("a\u200db\u00ad\ufe0f\u200f\u2066c", "Anton") == ()
    assert undrawable("\ue000\x07", "Inter") == ("\ue000", "\x07")
    assert undrawable("a\U0001bca0", "Inter") == ("\U0001bca0",)


@pytest.mark.skipif(not fonts.is_installed(fonts.CJK_FAMILY), reason="needs the extra cjk")
def test_chinese_japanese_and_korean_are_drawn_by_the_font_of_the_extra() -> None:
    for text in ("中文", "日本語かな。", "한국어"):
        assert undrawable(text, "Anton") == ()
        assert all(glyph.number != 0 for glyph in shape_line(text, Typeface("Anton", 400), 60).glyphs)
    chinese, japanese = (shape_line(text, Typeface("Inter", 400), 60).glyphs[0] for text in ("直", "直か"))
    assert chinese.number != japanese.number  # each country's own form


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=12), st.sampled_from(letter_families()))
def test_any_text_is_drawn_without_a_missing_glyph(text: str, voice: tuple[str, int]) -> None:
    line = shape_line(text, Typeface(*voice), 60)
    assert all(glyph.number != 0 for glyph in line.glyphs)
    assert line.width == pytest.approx(text_width(text, Typeface(*voice), 60))
    assert drawable(drawable(text, voice[0]), voice[0]) == drawable(text, voice[0])


# ---------------------------------------------------------------------------------------------- measuring


def ink_width(text: str, family: str, weight: int, size: int) -> int:
    """Width in pixels of what resvg draws between two letters, without those letters."""

    def total(inner: str) -> int:
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="2400" height="200"><text x="60" y="130" '
            f'font-family="{family}" font-weight="{weight}" font-size="{size}">H{inner}H</text></svg>'
        )
        files = [str(face.path) for face in [fonts.choose_face(family, weight, italic=False)]]
        png = resvg_py.svg_to_bytes(svg_string=svg, font_files=files, skip_system_fonts=True)
        columns = np.nonzero(np.asarray(Image.open(io.BytesIO(png)))[:, :, 3].any(axis=0))[0]
        return int(columns[-1] - columns[0])

    return total(text) - total("")


@pytest.mark.parametrize("family", ["Inter", "Anton", "Poppins", "Plus Jakarta Sans", "Space Grotesk"])
@pytest.mark.parametrize("weight", [400, 800])
def test_letters_are_as_wide_as_another_renderer_draws_them(family: str, weight: int) -> None:
    text = "AVATAR To fit, Wave 24.9"
    assert text_width(text, Typeface(family, weight), 60) == pytest.approx(
        ink_width(text, family, weight, 60), rel=0.02
    )


def test_characters_of_the_fallback_are_measured_in_it_at_the_weight_that_is_asked_for() -> None:
    alone = text_width("Ж", Typeface("Noto Sans", 400), 50)
    assert text_width("Ж", Typeface("Anton", 400), 50) == pytest.approx(alone)
    heavy = text_width("Ж", Typeface("Noto Sans", 700), 50)
    assert text_width("Ж", Typeface("Anton", 400, fallback_weight=700), 50) == pytest.approx(heavy)


def test_letters_of_one_word_look_alike_when_one_of_them_is_missing() -> None:
    word = "Việt"  # Instrument Serif has all but one of its letters
    assert not fonts.covers(word, "Instrument Serif")
    alone = shape_line(word, Typeface("Noto Sans", 400), 60)
    assert [glyph.number for glyph in shape_line(word, Typeface("Instrument Serif", 400), 60).glyphs] == [
        glyph.number for glyph in alone.glyphs
    ]


def test_room_between_letters_is_kept_out_of_scripts_that_join() -> None:
    face = Typeface("Inter", 700)
    assert shape_line("abc", face, 60, letter_spacing=10).width == pytest.approx(text_width("abc", face, 60) + 30)
    assert shape_line("سلام", face, 60, letter_spacing=10).width == pytest.approx(text_width("سلام", face, 60))


# ---------------------------------------------------------------------------------------------- direction


def test_direction_is_that_of_the_first_strong_character() -> None:
    assert is_right_to_left("24 ساعة")
    assert not is_right_to_left("24 hours ساعة")
    assert not is_right_to_left("123")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("one two", "one two"),
        ("אבג 123.", ".123 גבא"),
        ("abc אבג 12 דהו def", "abc והד 12 גבא def"),
        ("אבג abc (def) דהו", "והד abc (def) גבא"),
        ("אבג (42%) א", "א )42%( גבא"),
        ("abc (אבג) def", "abc (גבא) def"),
        ("قبل 3.5 kg بعد", "دعب kg 3.5 لبق"),
        ("price אבג $12-15", "price $12-15 גבא"),
    ],
)  # fmt: skip
def test_parts_of_a_line_stand_in_the_order_in_which_they_are_read(text: str, seen: str) -> None:
    """As the reference implementations order them; brackets are turned round later, by the font."""
    runs = visual_runs(text)
    assert "".join(text[run.start : run.end][:: -1 if run.right_to_left else 1] for run in runs) == seen


@given(st.text("ab אב ابج12٣.,-$%()[] \u200f", max_size=14))
def test_every_character_stands_in_exactly_one_run(text: str) -> None:
    covered = sorted(index for run in visual_runs(text) for index in range(run.start, run.end))
    assert covered == list(range(len(text)))


def test_an_arabic_line_with_a_latin_name_is_joined_and_in_order() -> None:
    line = shape_line("الطاقة AI لا", Typeface("Plus Jakarta Sans", 700), 60)
    where = [line.extent(first, end) for first, end in ((0, 6), (7, 9), (10, 12))]
    assert where[0][0] > where[1][1] > where[1][0] > where[2][1]
    # Joined letters are other glyphs than the same letters alone.
    alone = {glyph.number for letter in "الطاقة" for glyph in shape_line(letter, Typeface("Inter", 700), 60).glyphs}
    assert {glyph.number for glyph in line.glyphs if glyph.cluster < 6} - alone


def test_letters_of_other_scripts_are_as_deep_as_they_are_drawn() -> None:
    face = Typeface("Plus Jakarta Sans", 700)
    assert ink_of_other_scripts("Heights and depths ✓ 🐦", face) == (0.0, 0.0)
    above, below = ink_of_other_scripts("في 2026", face)
    assert below > fonts.line_metrics("Plus Jakarta Sans", 700)[1]
    assert above > 0.5


def test_without_the_fonts_of_the_extra_its_characters_are_left_out_and_it_is_named() -> None:
    """In a process of its own: what is installed is looked up once."""
    code = (
        "import sys; sys.modules['manimgx_fonts_cjk'] = None\n"
        "from automagic.media.design.fonts import name_missing_fonts\n"
        "from automagic.media.design.lettering import Typeface, drawable, shape_line, undrawable\n"
        "assert undrawable('to 日本 ✓', 'Inter') == ('日', '本')\n"
        "assert drawable('to 日本 ✓', 'Inter') == 'to  ✓'\n"
        "assert all(glyph.number for glyph in shape_line('to 日本 ✓', Typeface('Inter', 700), 60).glyphs)\n"
        "print(name_missing_fonts('日'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "pip install 'automagic[cjk]'" in done.stdout
