"""Files of ads: under the weight, in a format that is taken, and no worse than they must be."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from automagic.errors import MediaError
from automagic.media.design.ads.weigh import GOOD, encode_ad


def make_noise(width: int, height: int, strength: int = 255) -> NDArray[np.uint8]:
    return np.random.default_rng(7).integers(0, strength, (height, width, 3)).astype(np.uint8)


FLAT = np.full((250, 300, 3), 200, np.uint8)


def read(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_letters_keep_their_colours_where_there_is_room() -> None:
    file = encode_ad(FLAT, max_bytes=153_600, formats=("jpg",), lettered=True)
    picture = read(file.data)
    assert (picture.format, picture.size, file.quality) == ("JPEG", (300, 250), 92)
    assert {(across, down) for _, across, down, _ in picture.layer} == {(1, 1)}  # type: ignore[attr-defined]


def test_flat_ads_are_png_unless_it_is_not_taken() -> None:
    assert encode_ad(FLAT, max_bytes=None, lettered=True, flat=True).media_type == "image/png"
    assert encode_ad(FLAT, max_bytes=None, formats=("jpg",), lettered=True, flat=True).media_type == "image/jpeg"
    assert encode_ad(FLAT, max_bytes=None, formats=("png",), lettered=False).media_type == "image/png"


@pytest.mark.parametrize("limit", [40_000, 50_000, 60_000])
def test_a_heavy_picture_is_as_good_as_its_weight_allows(limit: int) -> None:
    noise = make_noise(300, 250)
    file = encode_ad(noise, max_bytes=limit, lettered=True)
    assert len(file.data) <= limit
    assert file.quality < GOOD
    better = io.BytesIO()
    Image.fromarray(noise).save(
        better,
        "JPEG",
        quality=file.quality + 1,
        subsampling=2 if file.quality < GOOD else 0,
        optimize=True,
        progressive=True,
    )
    assert len(better.getvalue()) > limit


def test_a_poor_one_says_so_and_an_impossible_one_is_refused() -> None:
    assert encode_ad(make_noise(300, 250), max_bytes=30_000, lettered=True).is_poor
    with pytest.raises(MediaError, match="too busy for 4 kB"):
        encode_ad(make_noise(300, 250), max_bytes=5_000, lettered=True)


def test_the_same_pixels_are_the_same_bytes() -> None:
    noise = make_noise(200, 200, 40)
    assert encode_ad(noise, max_bytes=20_000, lettered=True) == encode_ad(noise, max_bytes=20_000, lettered=True)
