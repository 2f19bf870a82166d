"""Fonts: which files, which characters."""

import re
import shutil
from pathlib import Path

import pytest

from automagic.errors import ConfigurationError
from automagic.media.design import fonts
from automagic.media.design.lettering import Typeface, text_width


def test_a_family_brings_its_files_and_the_fallback() -> None:
    names = [path.name for path in fonts.font_files(["Anton"])]
    assert names[0] == "Anton-Regular.ttf"
    assert any(name.startswith("NotoSans[") for name in names)


@pytest.mark.parametrize(
    ("family", "package"), [("No Such Family", "fontpkg-no-such-family"), ("St. Mary", "pip install"), ("../a", "pip")]
)
def test_an_unknown_family_names_the_package(family: str, package: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        fonts.font_files([family])
    assert package in caught.value.hint


def test_a_font_file_of_a_theme_is_a_family(tmp_path: Path) -> None:
    source = fonts.choose_face("Anton", 400, italic=False).path
    own = tmp_path / "Mine.ttf"
    shutil.copy(source, own)
    assert fonts.family_name(str(own)) == "Anton"
    widths = [text_width("Word", Typeface(family, 400), 40) for family in (str(own), "Anton")]
    assert widths[0] == widths[1]
    assert fonts.font_files([str(own)])[0] == own


def test_a_broken_font_file_is_explained(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"this is not a font")
    with pytest.raises(ConfigurationError, match=re.escape("broken.ttf")):
        fonts.font_files([str(broken)])


def test_fingerprint_follows_the_bytes_not_the_place(tmp_path: Path) -> None:
    first, second = tmp_path / "a.ttf", tmp_path / "b.ttf"
    shutil.copy(fonts.choose_face("Anton", 400, italic=False).path, first)
    shutil.copy(first, second)
    assert fonts.font_fingerprint([str(first)]) == fonts.font_fingerprint([str(second)])
    assert fonts.font_fingerprint([str(first)]) != fonts.font_fingerprint(["Poppins"])
    second.write_bytes(first.read_bytes() + b"\0")
    assert fonts.font_fingerprint([str(first)]) != fonts.font_fingerprint([str(second)])


def test_hashes_that_somebody_remembers_are_taken_while_the_file_stays_as_it_is(tmp_path: Path) -> None:
    own = tmp_path / "own.ttf"
    shutil.copy(fonts.choose_face("Anton", 400, italic=False).path, own)
    hashed = fonts.font_fingerprint([str(own)])
    fonts.know_hashes([str(own)], lambda paths: dict.fromkeys((path for path in paths if path == own), "00" * 32))
    assert fonts.font_fingerprint([str(own)]) != hashed
    own.write_bytes(own.read_bytes() + b"\0")
    renewed = fonts.font_fingerprint([str(own)])
    fonts._hashes.clear()
    assert fonts.font_fingerprint([str(own)]) == renewed
