"""How the camera moves over the pictures of a video: chosen from its words, and held to what each picture shows."""

from __future__ import annotations

from automagic.language.speech.pace import estimate_s
from automagic.media.rendering.motion import keep_in_view, plan_motion
from automagic.products.video.storyboard import Storyboard
from automagic.stages.picture_steps import ScenePicture
from automagic.values.frame import Motion

UNMOVED = Motion((1.0, 1.0), ((0.5, 0.5), (0.5, 0.5)))
"""A clip brings its own movement, and on a card the elements move."""

CAMERA_AMOUNT = {"still": 0.0, "calm": 1.0, "lively": 1.3}
"""What a theme's temperament means for the moves of the camera over a picture."""


def plan_motions(board: Storyboard, *, amount: float) -> tuple[Motion, ...]:
    """How each picture moves: zooms and glides take turns from sentence to sentence, the parts of one go to and fro.

    Neighbours never move alike, and an edited sentence changes no other shot's move. A sentence that is added or
    removed shifts the turns of those behind it.
    """
    motions: list[Motion] = []
    sentence, part = -1, 0
    for shot in board.shots:
        begins = shot.spans[0].first == 0
        sentence, part = (sentence + 1, 0) if begins else (sentence, part + 1)
        motions.append(
            plan_motion(
                # The whole sentence: its parts share one choice, so that to and fro alternate.
                board.lines[shot.spans[0].line].sentence.display,
                duration_s=estimate_s(len(shot.text.split())),
                kind="pan" if sentence % 2 else "zoom",
                reverse=part % 2 == 1,
                amount=amount,
            )
        )
    return tuple(motions)


def follow(camera: Motion, still: ScenePicture, *, back: bool = False) -> Motion:
    """A move over a still in which what matters in it stays in view; `back` from where it ends to where it began."""
    motion = keep_in_view(camera, still.salient) if still.salient else camera
    return Motion(motion.zoom[::-1], motion.center[::-1]) if back else motion
