"""How a picture is held is told without holding on to it."""

from __future__ import annotations

import gc

import av

from automagic.media.video.orientation import Orientation, orientation_of
from tests.support.media.stock_clips import write_dot


def test_pictures_that_were_looked_at_go_at_once(tmp_path):
    write_dot(tmp_path / "dot.mp4", length_s=0.4)
    gc.collect()
    gc.disable()
    try:
        with av.open(str(tmp_path / "dot.mp4")) as container:
            held = {orientation_of(frame) for frame in container.decode(video=0)}
        kept = [found for found in gc.get_objects() if isinstance(found, av.VideoFrame)]
    finally:
        gc.enable()
    assert held == {Orientation()}
    assert len(kept) <= 1, "the last of a set's frames may still be named"
