"""The camera over a picture that stays goes to and fro, and begins where it ended."""

from __future__ import annotations

import pytest

from automagic.media.rendering.motion import MotionKind, plan_motion, window_at
from automagic.products.video.camera import UNMOVED, follow
from automagic.stages.picture_steps import ScenePicture
from automagic.values.artifact import Artifact
from automagic.values.recording import Box

STILL = ScenePicture(Artifact.unknown("picture", "image/png"), salient=Box(0.3, 0.2, 0.4, 0.5))


@pytest.mark.parametrize("kind", ["zoom", "pan"])
def test_the_way_back_begins_where_the_way_there_ended(kind: MotionKind) -> None:
    camera = plan_motion("a", duration_s=5, kind=kind)
    there, back = follow(camera, STILL), follow(camera, STILL, back=True)
    assert window_at(back, 0) == pytest.approx(window_at(there, 1))
    assert window_at(back, 1) == pytest.approx(window_at(there, 0))
    assert there != UNMOVED


def test_where_nothing_moves_nothing_is_made_to() -> None:
    assert follow(UNMOVED, STILL) == UNMOVED
