"""Fonts: which files, which characters, which widths."""

import io
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import resvg_py
from PIL import Image

from automagic.errors import ConfigurationError
from automagic.media import fonts


def ink_width(text: str, family: str, weight: int, size: int) -> int:
    """Width in pixels of what resvg draws between two letters, without those letters."""

    def total(inner: str) -> int:
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="2400" height="200"><text x="60" y="130" '
            f'font-family="{family}" font-weight="{weight}" font-size="{size}">H{inner}H</text></svg>'
        )
        files = [str(path) for path in fonts.font_files((family,))]
        png = resvg_py.svg_to_bytes(svg_string=svg, font_files=files, skip_system_fonts=True)
        columns = np.nonzero(np.asarray(Image.open(io.BytesIO(png)))[:, :, 3].any(axis=0))[0]
        return int(columns[-1] - columns[0])

    return total(text) - total("")


@pytest.mark.parametrize("family", ["Inter", "Anton", "Poppins", "Plus Jakarta Sans", "Space Grotesk"])
@pytest.mark.parametrize("weight", [400, 800])
def test_measured_width_agrees_with_what_is_drawn(family: str, weight: int) -> None:
    text = "AVATAR To fit, Wave 24.9"
    assert fonts.text_width(text, family, weight, 60) == pytest.approx(ink_width(text, family, weight, 60), rel=0.02)


def test_characters_of_the_fallback_are_measured_in_it() -> None:
    alone = fonts.text_width("Ж", "Noto Sans", 400, 50)
    assert fonts.text_width("Ж", "Anton", 400, 50) == pytest.approx(alone)


def test_a_family_brings_its_files_and_the_fallback() -> None:
    names = [path.name for path in fonts.font_files(["Anton"])]
    assert names[0] == "Anton-Regular.ttf"
    assert any(name.startswith("NotoSans[") for name in names)


def test_an_unknown_family_names_the_package() -> None:
    with pytest.raises(ConfigurationError) as caught:
        fonts.font_files(["No Such Family"])
    assert "fontpkg-no-such-family" in caught.value.hint


def test_missing_characters_are_told_once_and_in_order() -> None:
    assert fonts.missing_characters("Straße – Ελλάδα 中a中 🚀", ["Inter"]) == "中🚀"


@pytest.mark.parametrize(
    ("text", "script", "package"),
    [("வணக்கம்", "Tamil", "fontpkg-noto-sans-tamil"), ("สวัสดี", "Thai", "fontpkg-noto-sans-thai")],
)
def test_an_uncovered_script_is_named_with_the_package_that_brings_it(text: str, script: str, package: str) -> None:
    if fonts.is_installed(package.removeprefix("fontpkg-").replace("-", " ").title()):
        pytest.skip("the font is installed here")
    with pytest.raises(ConfigurationError) as caught:
        fonts.require_coverage(text, ["Inter"])
    assert script in caught.value.message
    assert package in caught.value.hint


def test_covered_text_passes() -> None:
    fonts.require_coverage("“Fine” – naïve, Łódź, Москва", ["Inter"])


def test_a_font_file_of_a_theme_is_a_family(tmp_path: Path) -> None:
    source = fonts.font_file("Anton", 400)
    own = tmp_path / "Mine.ttf"
    shutil.copy(source, own)
    assert fonts.family_name(str(own)) == "Anton"
    assert fonts.text_width("Word", str(own), 400, 40) == fonts.text_width("Word", "Anton", 400, 40)
    assert fonts.font_files([str(own)])[0] == own


def test_a_broken_font_file_is_explained(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"this is not a font")
    with pytest.raises(ConfigurationError, match=re.escape("broken.ttf")):
        fonts.font_files([str(broken)])


def test_fingerprint_follows_the_bytes_not_the_place(tmp_path: Path) -> None:
    first, second = tmp_path / "a.ttf", tmp_path / "b.ttf"
    shutil.copy(fonts.font_file("Anton", 400), first)
    shutil.copy(first, second)
    assert fonts.font_fingerprint([str(first)]) == fonts.font_fingerprint([str(second)])
    assert fonts.font_fingerprint([str(first)]) != fonts.font_fingerprint(["Poppins"])
    second.write_bytes(first.read_bytes() + b"\0")
    assert fonts.font_fingerprint([str(first)]) != fonts.font_fingerprint([str(second)])


def test_direction_is_that_of_the_first_strong_character() -> None:
    assert fonts.is_right_to_left("24 ساعة")
    assert not fonts.is_right_to_left("24 hours ساعة")
    assert not fonts.is_right_to_left("123")
