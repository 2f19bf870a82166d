"""Icons: fitting, or none."""

import pytest
import resvg_py

from automagic.errors import RequestError
from automagic.media.design.icons import choose_icon, has_icon, icon_svg, stem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Solar panels are now the cheapest electricity in history.", {"solar-panel", "sun"}),
        ("Batteries got ninety percent cheaper in ten years.", {"battery", "battery-charging"}),
        ("Sleep clears waste from your brain every night.", {"moon", "brain", "bed"}),
        ("The city council approved the budget on Tuesday.", {"landmark", "wallet"}),
        ("Wind turbines kill fewer birds than cats do.", {"wind", "fan", "bird"}),
        ("The train from Paris to Berlin takes eight hours.", {"train-front", "train-track"}),
        ("Glaciers lost more ice than ever recorded.", {"mountain-snow", "snowflake"}),
        ("Compound interest makes you rich.", {"percent"}),
    ],
)
def test_an_icon_stands_for_what_is_said(text: str, expected: set[str]) -> None:
    assert choose_icon(text) in expected


@pytest.mark.parametrize(
    "text", ["", "He was tired of it all.", "Then they went on.", "123", "Nobody reads the terms."]
)
def test_no_icon_where_nothing_fits(text: str) -> None:
    assert choose_icon(text) == ""


@pytest.mark.parametrize(
    ("text", "silly"),
    [
        ("It lifts the ship like a cork.", {"forklift"}),
        ("One passage through the locks sends water to the sea.", {"send", "lock"}),
        ("A bucket and a little attention can save it.", {"save"}),
        ("Shallow watering keeps roots near the surface.", {"carrot"}),
        ("The engineers turned that plan upside down.", {"plane"}),
    ],
)
def test_no_icon_takes_a_word_in_another_sense(text: str, silly: set[str]) -> None:
    assert choose_icon(text) not in silly


@pytest.mark.parametrize(
    "text", ["toggle the panel", "the left chevron", "square brackets", "move the cursor up and down"]
)
def test_parts_of_a_program_are_never_chosen(text: str) -> None:
    parts = set(choose_icon(text).split("-"))
    assert not parts & {"toggle", "panels", "chevron", "square", "brackets", "cursor", "move", "arrow"}


def test_a_keyword_outweighs_a_word_in_passing() -> None:
    text = "A dog and a train"
    assert choose_icon(text, ["train"]).startswith("train")
    assert choose_icon(text, ["dog"]) == "dog"


def test_every_icon_that_a_word_stands_for_exists() -> None:
    from automagic.media.design import icons

    missing = [name for names in icons._SYNONYMS.values() for name in names if not has_icon(name)]
    assert missing == []
    assert [name for name in icons._KEPT if not has_icon(name)] == []


def test_an_icon_is_drawn_at_the_size_and_color_asked_for() -> None:
    group = icon_svg("sun", color="#ff8800", stroke_width=4, size=48)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48">{group}</svg>'
    png = resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True)
    import io

    from PIL import Image

    image = Image.open(io.BytesIO(png)).convert("RGBA")
    assert image.size == (48, 48)
    left, top, right, bottom = image.getbbox() or (0, 0, 0, 0)
    assert right - left > 36
    assert bottom - top > 36
    assert (255, 136, 0, 255) in {color for _, color in image.getcolors(4096) or []}


def test_an_unknown_icon_is_refused() -> None:
    with pytest.raises(RequestError, match="no-such-icon"):
        icon_svg("no-such-icon", color="#000000", stroke_width=2, size=24)


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("batteries", "battery"),
        ("Trees", "tree"),
        ("running", "run"),
        ("houses", "hous"),
        ("glass", "glass"),
        ("bus", "bus"),
    ],
)
def test_stems(word: str, root: str) -> None:
    assert stem(word) == root
