"""Pictures are held against their facts by their bytes."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image

from automagic.errors import RequestError
from automagic.products.ads.checking.pictures import facts_of, judge_picture
from automagic.products.ads.creative import AdPicture
from automagic.products.ads.specs.table import read_specs
from tests.products.ads.package.packages import make_picture

SPECS = read_specs()


def encode(size, kind="JPEG", mode="RGB", **more) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size).save(file, kind, **more)
    return file.getvalue()


def picture(field: str, platform: str, size: tuple[int, int]) -> AdPicture:
    return replace(make_picture()[0], field=field, platform=platform, width=size[0], height=size[1])


@pytest.mark.parametrize(
    ("field", "platform", "size", "file", "says"),
    [
        ("google.rda.marketing_image", "google-display", (1200, 628), encode((1200, 628)), []),
        ("google.rda.marketing_image", "google-display", (1200, 627), encode((1200, 627)), []),
        ("google.rda.marketing_image", "google-display", (1200, 600), encode((1200, 600)), ["it is 2:1, and 1.91:1"]),
        ("google.rda.marketing_image", "google-display", (300, 157), encode((300, 157)), ["and 600x314 is the least"]),
        ("google.display.sizes", "google-display", (300, 250), encode((300, 250), "BMP"), ["is no JPEG, PNG or GIF"]),
        ("google.display.sizes", "google-display", (300, 250), b"\xff\xd8\xff broken", ["is no JPEG, PNG or GIF"]),
        ("google.display.sizes", "google-display", (300, 250), encode((300, 250), mode="CMYK"), ["colours are CMYK"]),
        (
            "google.display.sizes",
            "google-display",
            (300, 250),
            encode((300, 250)) + b"0" * 160_000,
            ["bytes, and 153,600 is the most"],
        ),
        (
            "google.display.sizes",
            "google-display",
            (30, 25),
            encode((30, 25), "GIF", save_all=True, append_images=[Image.new("RGB", (30, 25), "red")]),
            ["it moves"],
        ),
        ("meta.feed.image", "meta", (500, 625), encode((500, 625)), ["is the least", "is the least"]),
        ("snapchat.single.image", "snapchat", (1080, 1920), encode((1080, 1920), "GIF"), ["it is a GIF"]),
        ("reddit.image.thumbnail", "reddit", (400, 300), encode((400, 300)), []),
    ],
)
def test_a_picture_is_judged_by_its_bytes(field, platform, size, file, says) -> None:
    one = picture(field, platform, size)
    found = judge_picture(one, file, facts_of(one, SPECS))
    assert len(found) == len(says), found
    for finding, said in zip(found, says, strict=True):
        assert said in finding.says


def test_a_field_that_is_not_there_is_refused() -> None:
    with pytest.raises(RequestError, match="has no field"):
        facts_of(picture("meta.feed.images", "meta", (1, 1)), SPECS)
