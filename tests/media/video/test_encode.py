"""Segments of one film, whatever they show, are one stream: joined without encoding, and decoded whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import av
import numpy as np
import pytest

from automagic.media.video.encode import Content, EncodeSettings, SegmentWriter, encoder_options
from automagic.media.video.join import join_segments
from automagic.media.video.planes import Planes

WIDTH, HEIGHT, FRAMES = 96, 64, 12
SETTINGS = EncodeSettings(preset="veryfast", crf=20, keyframe_interval=250)
FILM: tuple[Content, ...] = ("card", "film", "card", "film")
"""A card, a still over which the camera moves, a card, a clip."""


def write_segment(target: Path, settings: EncodeSettings, seed: int) -> Path:
    """A picture that wanders, of a frame's size."""
    picture = np.random.default_rng(seed).integers(16, 236, (HEIGHT, WIDTH), dtype=np.uint8)
    grey = np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8)
    with SegmentWriter(target, settings, WIDTH, HEIGHT) as writer:
        for number in range(FRAMES):
            writer.write(Planes(np.roll(picture, number, axis=1), grey, grey))
    return target


def decode(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]


def parameter_sets(path: Path) -> bytes:
    """What a decoder must know before the first frame; a joined file has one for all of it."""
    with av.open(str(path)) as container:
        return bytes(container.streams.video[0].codec_context.extradata or b"")


@pytest.mark.parametrize("preset", ["ultrafast", "veryfast", "medium"])
def test_cards_stills_and_clips_of_one_film_are_joined_as_they_are(tmp_path: Path, preset: str) -> None:
    settings = replace(SETTINGS, preset=preset)
    files = [
        write_segment(tmp_path / f"{number}.mp4", replace(settings, content=content), number)
        for number, content in enumerate(FILM)
    ]
    assert len({parameter_sets(file) for file in files}) == 1
    join_segments(files, None, tmp_path / "film.mp4", metadata={})
    joined, parts = decode(tmp_path / "film.mp4"), [frame for file in files for frame in decode(file)]
    assert len(joined) == len(FILM) * FRAMES
    assert all(np.array_equal(one, other) for one, other in zip(joined, parts, strict=True))


@pytest.mark.parametrize("content", get_args(Content))
def test_the_same_pictures_have_the_same_bytes(tmp_path: Path, content: Content) -> None:
    one, other = (write_segment(tmp_path / name, replace(SETTINGS, content=content), 7) for name in ("a.mp4", "b.mp4"))
    assert one.read_bytes() == other.read_bytes()


def test_what_is_encoded_is_part_of_the_fingerprint() -> None:
    kinds = get_args(Content)
    assert len({replace(SETTINGS, content=kind).fingerprint() for kind in kinds}) == len(kinds)
    assert "x264-params" not in encoder_options(SETTINGS, WIDTH, HEIGHT)


@pytest.mark.parametrize(
    ("preset", "spared"), [("veryfast", True), ("faster", True), ("ultrafast", False), ("medium", False)]
)
def test_an_excerpt_is_searched_only_where_that_is_asked_for(preset: str, *, spared: bool) -> None:
    settings = replace(SETTINGS, preset=preset, content="recording")
    assert ("subme=0" in encoder_options(settings, WIDTH, HEIGHT).get("x264-params", "")) is spared
