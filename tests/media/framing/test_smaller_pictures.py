"""Pictures become files of at most so many bytes and pixels, as good as that allows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from automagic.errors import MediaError
from automagic.media.framing.smaller_pictures import shrink_picture


@pytest.fixture
def noise(tmp_path: Path) -> Path:
    """A picture that no format makes small."""
    pixels = np.random.default_rng(7).integers(0, 256, (300, 400, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "noise.png")
    return tmp_path / "noise.png"


@pytest.mark.parametrize(
    ("limits", "size"),
    [
        ({"max_bytes": 200_000}, (400, 300)),  # a lower quality is enough
        ({"max_bytes": 40_000}, (256, 192)),
        ({"max_bytes": 200_000, "max_pixels": 30_000}, (200, 150)),
        ({"max_bytes": 200_000, "longest_px": 100}, (100, 75)),
    ],
)
def test_it_keeps_the_limits_and_its_shape(noise: Path, limits: dict[str, int], size: tuple[int, int]) -> None:
    target = noise.with_name("small.jpg")
    assert shrink_picture(noise, target, **limits) == size
    assert target.stat().st_size <= limits["max_bytes"]
    with Image.open(target) as made:
        assert (made.format, made.size) == ("JPEG", size)


def test_what_is_transparent_has_a_ground(tmp_path: Path) -> None:
    Image.new("RGBA", (90, 80), (200, 0, 0, 0)).save(tmp_path / "clear.png")
    shrink_picture(tmp_path / "clear.png", tmp_path / "small.jpg", max_bytes=100_000)
    with Image.open(tmp_path / "small.jpg") as made:
        assert made.mode == "RGB"
        assert min(made.getpixel((40, 40))) > 230


def test_what_cannot_be_made_so_small_is_refused(noise: Path) -> None:
    target = noise.with_name("small.jpg")
    with pytest.raises(MediaError, match="cannot be made as small as 900 bytes"):
        shrink_picture(noise, target, max_bytes=900)
    assert not target.exists()
