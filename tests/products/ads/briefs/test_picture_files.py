"""The pictures of a brief: upright sRGB afterwards, or refused with the reason."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from automagic.errors import RequestError
from automagic.products.ads.briefs.picture_files import normalise, read_named_picture

RED = (200, 30, 30)


def save(path: Path, image: Image.Image, **options: object) -> Path:
    image.save(path, **options)
    return path


def read(source: Path, *, is_logo: bool = False) -> tuple[Image.Image, str]:
    target = source.parent / "target.png"
    done = normalise(source, target, name=source.name, is_logo=is_logo)
    with Image.open(target) as image:
        image.load()
        assert image.size == (done.width, done.height)
        assert not image.info.get("icc_profile")
        return image.copy(), done.note


def test_a_turned_photograph_stands_upright(tmp_path: Path) -> None:
    image = Image.new("RGB", (300, 200), RED)
    exif = Image.Exif()
    exif[0x0112] = 6
    picture, note = read(save(tmp_path / "a.jpg", image, exif=exif))
    assert (picture.size, picture.mode, note) == ((200, 300), "RGB", "")


@pytest.mark.parametrize(
    ("mode", "name"), [("CMYK", "a.jpg"), ("I;16", "a.png"), ("P", "a.png"), ("L", "a.jpg"), ("RGBA", "a.png")]
)
def test_every_mode_becomes_eight_bits_of_rgb(mode: str, name: str, tmp_path: Path) -> None:
    image = Image.new("I;16", (300, 200), 40000) if mode == "I;16" else Image.new("RGB", (300, 200), RED).convert(mode)
    picture, _ = read(save(tmp_path / name, image))
    assert (picture.mode, picture.size) == ("RGB", (300, 200))
    if mode == "I;16":
        assert picture.getpixel((9, 9)) == pytest.approx((156, 156, 156), abs=1)


def test_colours_of_another_profile_become_srgb(tmp_path: Path) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    picture, _ = read(save(tmp_path / "a.png", Image.new("RGB", (300, 200), RED), icc_profile=lab.tobytes()))
    assert picture.getpixel((9, 9)) == pytest.approx(RED, abs=2)


def test_webp_is_converted_and_told(tmp_path: Path) -> None:
    _, note = read(save(tmp_path / "a.webp", Image.new("RGB", (300, 200), RED)))
    assert note == "converted from WEBP, which no platform takes"


def test_a_logo_keeps_its_transparency_and_loses_its_margins(tmp_path: Path) -> None:
    logo = Image.new("RGBA", (400, 200), (0, 0, 0, 0))
    logo.paste((*RED, 255), (50, 50, 350, 150))
    logo.paste((0, 0, 0, 0), (50, 50, 90, 90))
    picture, _ = read(save(tmp_path / "logo.png", logo), is_logo=True)
    assert (picture.mode, picture.size, picture.getpixel((0, 0))) == ("RGBA", (300, 100), (0, 0, 0, 0))
    svg = tmp_path / "logo.svg"
    svg.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><rect width="1" height="1"/></svg>')
    picture, note = read(svg, is_logo=True)
    assert (picture.mode, picture.size, note) == ("RGBA", (1200, 1200), "drawn as PNG")


@pytest.mark.parametrize(
    ("inside", "says"),
    [
        ("<script>alert(1)</script>", "script"),
        ('<image href="https://example.com/a.png" width="1" height="1"/>', "outside"),
        ('<image href="file:///etc/passwd" width="1" height="1"/>', "outside"),
    ],
)
def test_a_drawing_that_reaches_out_is_refused(inside: str, says: str, tmp_path: Path) -> None:
    svg = tmp_path / "logo.svg"
    svg.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/>{inside}</svg>'
    )
    with pytest.raises(RequestError, match=says):
        read(svg, is_logo=True)


def test_what_an_ad_cannot_use_is_refused(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (300, 300), colour) for colour in ("red", "blue")]
    with pytest.raises(RequestError, match="moves"):
        read(save(tmp_path / "a.gif", frames[0], save_all=True, append_images=frames[1:]))
    with pytest.raises(RequestError, match="has 100x100 pixels"):
        read(save(tmp_path / "logo.png", Image.new("RGB", (100, 100), RED)), is_logo=True)
    with pytest.raises(RequestError, match="transparent all over"):
        read(save(tmp_path / "logo.png", Image.new("RGBA", (200, 200), (0, 0, 0, 0))), is_logo=True)
    with pytest.raises(RequestError, match=r"logo bomb\.png has more than 25 megapixels"):
        read(save(tmp_path / "bomb.png", Image.new("1", (8000, 5000))), is_logo=True)
    (tmp_path / "torn.png").write_bytes(_png()[:200])
    with pytest.raises(RequestError, match=r"torn\.png is damaged"):
        read(tmp_path / "torn.png")


def test_a_picture_lies_beside_its_brief(tmp_path: Path) -> None:
    folder = tmp_path / "brief"
    folder.mkdir()
    (tmp_path / "secret.png").write_bytes(_png())
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(RequestError, match="leads out of its folder"):
        read_named_picture(folder, "link.png")


def _png() -> bytes:
    file = io.BytesIO()
    Image.effect_noise((64, 64), 90).save(file, "PNG")
    return file.getvalue()
