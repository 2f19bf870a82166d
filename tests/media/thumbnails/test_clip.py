"""The face of a clip: which frame is picked, and where its title may stand."""

from __future__ import annotations

import io
import itertools
from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from automagic.media.analysis.watching import watch
from automagic.media.design.cards.blocks import PixelBox as Pixels
from automagic.media.design.platforms import group_platforms
from automagic.media.design.theme_files import DEFAULT_THEME, load_theme, theme_names
from automagic.media.design.themes import Brand, Design
from automagic.media.faces.detector import Face, YuNetFaces
from automagic.media.framing.framed_faces import frame_faces, part_of
from automagic.media.framing.reframing import frame_time_range
from automagic.media.thumbnails.clip import draw_clip_thumbnail, find_detail, lay_ground, measure_contrast, place_title
from automagic.media.thumbnails.stills import measure_frontal, measure_sharpness, pick_stills, propose_spots
from automagic.values.clip_plan import CropKey, KeptRange, ShapeFraming, ShotFraming
from automagic.values.frame import Frame, Rect
from automagic.values.recording import Box, Footage, Still
from tests.support.media.face_recordings import Actor, Scene, draw, stay, walk, write_recording
from tests.support.media.stock_clips import write_clip
from tests.support.places import DATA

SIZE = (320, 180)
UPRIGHT = Frame(216, 384, 30, Rect(20, 40, 176, 180), Rect(20, 230, 176, 68))
WIDE = Frame(384, 216, 30, Rect(20, 12, 344, 150), Rect(20, 166, 344, 38))
SQUARE = Frame(240, 240, 30, Rect(14, 14, 212, 160), Rect(14, 178, 212, 48))
SHAPES = {"upright": UPRIGHT, "wide": WIDE, "square": SQUARE}
FACE = Box(0.33, 0.2, 0.34, 0.3)


def shape_of(footage: Footage, stretch: KeptRange, frame: Frame) -> ShapeFraming:
    framings = frame_time_range(footage, stretch.start_s, stretch.end_s, aspect=frame.width / frame.height)
    return ShapeFraming(frame, framings)


def pick(recording: Path, footage: Footage, stretch: KeptRange, frame: Frame, folder: Path, near_s: float) -> Still:
    (still,) = pick_stills(
        recording,
        part_of(footage, [stretch]),
        [stretch],
        [shape_of(footage, stretch, frame)],
        [folder / "still.png"],
        near_s=near_s,
        cancelled=lambda: False,
    )
    return still


# ---------------------------------------------------------------------------------------------- which frame


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Footage]:
    """Black, then out of focus, sharp from 2 to 3 s, then out of focus again."""
    scene = Scene(4, (Actor(2, 0.5, stay(0.55)),), shapes=False)
    pictures = []
    for number in range(40):
        picture = draw(scene, number / 10, SIZE)
        if number < 10:
            picture = (picture * 0.03).astype(np.uint8)
        elif not 20 <= number < 30:
            picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 2.5), np.uint8)
        pictures.append(picture)
    path = write_clip(
        tmp_path_factory.mktemp("mixed") / "mixed.mp4", pictures, [number / 10 for number in range(40)], rate=10
    )
    return path, watch(path)


@pytest.mark.parametrize("frame", SHAPES.values(), ids=SHAPES)
def test_the_still_is_sharp_bright_and_shows_the_face(
    frame: Frame, mixed: tuple[Path, Footage], tmp_path: Path
) -> None:
    still = pick(*mixed, KeptRange(0.0, 4.0), frame, tmp_path, near_s=0.0)
    assert 2.0 <= still.time_s < 3.0
    with Image.open(tmp_path / "still.png") as picture:
        assert picture.size == (frame.width, frame.height)
    (face,) = still.faces
    x, y = face.center
    assert 0.2 < x < 0.8
    assert 0.1 < y < 0.7
    assert [path.name for path in tmp_path.iterdir()] == ["still.png"]


def test_the_same_still_is_picked_every_time(mixed: tuple[Path, Footage], tmp_path: Path) -> None:
    first = pick(*mixed, KeptRange(0.0, 4.0), UPRIGHT, tmp_path, near_s=1.0)
    data = (tmp_path / "still.png").read_bytes()
    assert pick(*mixed, KeptRange(0.0, 4.0), UPRIGHT, tmp_path, near_s=1.0) == first
    assert (tmp_path / "still.png").read_bytes() == data


def test_spots_lie_where_somebody_is_seen_apart_from_cuts_and_near_the_strongest_part(tmp_path: Path) -> None:
    scenes = [Scene(3, look=1), Scene(4, (Actor(1, 0.4, stay(0.5)),), look=2)]
    recording = write_recording(tmp_path / "two.mp4", scenes, fps=10, size=SIZE)
    footage = watch(recording)
    stretch = KeptRange(0.0, 7.0)
    spots = propose_spots(footage, [stretch], [shape_of(footage, stretch, UPRIGHT)], near_s=5.0)
    assert sum(bool(spot.faces) for spot in spots) >= 4
    best = max(spots, key=lambda spot: spot.merit)
    assert best.time_s == pytest.approx(5.0, abs=0.3)
    assert all(spot.merit < best.merit - 0.5 for spot in spots if abs(spot.time_s - 3.0) < 0.2)
    still = pick(recording, footage, stretch, UPRIGHT, tmp_path, near_s=0.0)
    assert still.faces
    assert still.time_s > 3.0


def test_footage_without_faces_has_a_still_too(tmp_path: Path) -> None:
    blank = np.full((180, 320, 3), 240, np.uint8)
    slide = blank.copy()
    for row in range(30, 150, 30):
        cv2.putText(slide, "Water lifts it", (20, row), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (30, 30, 90), 2)
    path = write_clip(tmp_path / "slides.mp4", [blank] * 30 + [slide] * 30, [n / 10 for n in range(60)], rate=10)
    footage, stretch = watch(path), KeptRange(0.0, 6.0)
    framings = frame_time_range(footage, 0.0, 6.0, aspect=216 / 384, layout="fit")
    shapes, targets = [ShapeFraming(UPRIGHT, framings)], [tmp_path / "still.png"]
    (still,) = pick_stills(path, footage, [stretch], shapes, targets, near_s=0.0, cancelled=lambda: False)
    assert still.faces == ()
    assert still.time_s >= 3.0  # the slide when it is full
    assert still.picture.height == pytest.approx(216 * 180 / 320 / 384, abs=0.01)  # whole, on a soft ground


def test_a_clip_shorter_than_a_look_has_a_still(mixed: tuple[Path, Footage], tmp_path: Path) -> None:
    assert pick(*mixed, KeptRange(2.40, 2.48), UPRIGHT, tmp_path, near_s=2.4).time_s == pytest.approx(2.44, abs=0.2)


def test_of_one_frame_a_second_the_one_that_is_seen_is_taken(tmp_path: Path) -> None:
    pictures = [np.full((180, 320, 3), tone, np.uint8) for tone in (60, 120, 180, 240)]
    path = write_clip(tmp_path / "slow.mp4", pictures, [0, 1, 2, 3], rate=1)
    still = pick(path, watch(path), KeptRange(1.4, 1.9), UPRIGHT, tmp_path, near_s=1.4)
    assert 1.4 < still.time_s < 1.9
    with Image.open(tmp_path / "still.png") as picture:
        assert np.asarray(picture).mean() == pytest.approx(120, abs=3)


def test_a_face_from_the_front_is_told_from_one_in_profile() -> None:
    front = Face(0, 0, 60, 80, 0.9, ((15, 30), (45, 30), (30, 45), (20, 60), (40, 60)))
    aside = replace(front, marks=((10, 30), (24, 30), (6, 45), (10, 60), (20, 60)))
    assert measure_frontal(front) == pytest.approx(1.0)
    assert measure_frontal(aside) < 0.3
    with Image.open(DATA / "four_faces.jpg") as picture:
        found = YuNetFaces().find(np.asarray(picture.convert("RGB")))
    assert all(measure_frontal(face) > 0.4 for face in found)


def test_a_face_is_as_sharp_as_the_blurrier_of_eyes_and_mouth() -> None:
    sharp = np.random.default_rng(1).integers(0, 255, (80, 60)).astype(np.uint8)
    moved = sharp.copy()
    moved[40:] = cv2.GaussianBlur(sharp[40:], (0, 0), 3)
    assert measure_sharpness(moved, halves=True) < 0.3 * measure_sharpness(sharp, halves=True)


def test_faces_stand_in_the_frame_where_the_crop_shows_them(tmp_path: Path) -> None:
    scene = Scene(2, (Actor(1, 0.4, walk(0.4, 0.6, 0.5, 1.5)),))
    path = write_recording(tmp_path / "walk.mp4", [scene], fps=10, size=SIZE)
    footage = watch(path)
    stretch = KeptRange(0.0, 2.0)
    for frame in (UPRIGHT, WIDE):
        framings = shape_of(footage, stretch, frame).framings
        still = pick(path, footage, stretch, frame, tmp_path, near_s=1.0)
        real = scene.actors[0].box(still.time_s, SIZE[0] / SIZE[1])
        (expected,) = frame_faces(
            [real], framings, still.time_s, picture_aspect=SIZE[0] / SIZE[1], aspect=frame.width / frame.height
        )
        assert expected.is_seen
        for found, meant in zip(still.faces[0].center, expected.box.center, strict=True):
            assert found == pytest.approx(meant, abs=0.08)


def test_a_face_beyond_the_crop_is_not_seen() -> None:
    crop = ShotFraming(0.0, 1.0, "hold", ((CropKey(0.0, Box(0.0, 0.0, 0.3, 1.0), cut=True),),))
    inside, cut, outside = frame_faces(
        [Box(0.1, 0.3, 0.1, 0.2), Box(0.25, 0.3, 0.1, 0.2), Box(0.7, 0.3, 0.1, 0.2)],
        [crop],
        0.5,
        picture_aspect=16 / 9,
        aspect=0.3 * 16 / 9,
    )
    assert inside.is_seen
    assert cut.inside == pytest.approx(0.5)
    assert outside.inside == 0.0
    assert not cut.is_seen


# ---------------------------------------------------------------------------------------------- where its title is

FACES = {
    "nobody": (),
    "middle": (FACE,),
    "high": (Box(0.3, 0.02, 0.4, 0.35),),
    "low": (Box(0.3, 0.6, 0.35, 0.3),),
    "left": (Box(0.05, 0.25, 0.2, 0.4),),
    "two": (Box(0.3, 0.08, 0.3, 0.22), Box(0.4, 0.58, 0.3, 0.22)),
}
TITLES = {
    "short": "Why does bread rise?",
    "long": "Most trees can stand without their stakes after one or two years",
}
HARD = ("nobody", "middle", "two")
CASES = [
    case
    for case in itertools.product(theme_names(), SHAPES, FACES, TITLES)
    # Every case in one theme; in the others those with most to place.
    if case[0] == DEFAULT_THEME or (case[2] in HARD and case[3] == "long")
]


@cache
def noise(frame: Frame) -> NDArray[np.uint8]:
    """The worst ground for letters: black and white pixels."""
    tones = np.random.default_rng(3).integers(0, 2, (frame.height, frame.width, 1)) * 255
    return np.repeat(tones, 3, axis=2).astype(np.uint8)


def covered(box: Pixels, face: Box, frame: Frame) -> float:
    """Share of a face under a box."""
    x, y, width, height = (
        side * extent
        for side, extent in zip((face.x, face.y, face.width, face.height), (frame.width, frame.height) * 2, strict=True)
    )
    across = min(box.right, x + width) - max(box.x, x)
    down = min(box.bottom, y + height) - max(box.y, y)
    return max(across, 0.0) * max(down, 0.0) / (width * height)


@pytest.mark.parametrize(("name", "shape", "seen", "length"), CASES)
def test_the_title_is_whole_covers_no_face_and_reads_on_any_picture(
    name: str, shape: str, seen: str, length: str
) -> None:
    theme, frame, faces, title = load_theme(name), SHAPES[shape], FACES[seen], TITLES[length]
    palette = theme.palette("a talk")
    image = noise(frame)
    lettering = place_title(title, "", Still(0.0, faces), frame, theme, Brand(), find_detail(image))
    assert lettering is not None
    box = lettering.block.box
    shown = " ".join(run.text for line in lettering.block.lines for run in line.runs)
    assert shown.lower() == title.lower()
    assert all(covered(box, face, frame) == 0 for face in faces)
    middle = min(frame.height, frame.width * 1.25)
    assert box.y >= (frame.height - middle) / 2
    assert box.bottom <= (frame.height + middle) / 2
    grounded = lay_ground(image, lettering, theme, palette)
    under = box.rounded()
    letters = grounded[under.y : under.bottom, under.x : under.right]
    assert measure_contrast(letters, palette) >= 4.5
    for face in faces:  # and the face is hardly veiled
        left, right = int((face.x + 0.2 * face.width) * frame.width), int((face.x + 0.8 * face.width) * frame.width)
        upper, lower = int(face.y * frame.height), int((face.y + 0.8 * face.height) * frame.height)
        part = slice(max(upper, 0), lower), slice(left, right)
        assert np.abs(grounded[part].astype(int) - image[part]).mean() < 25


@pytest.mark.parametrize("platform", ["shorts", "reels", "tiktok", "youtube", "square", "feed", "ads"])
def test_the_title_stands_where_no_interface_covers_it(platform: str) -> None:
    (group,) = group_platforms([platform])
    frame, theme = group.frame, load_theme(DEFAULT_THEME)
    detail = np.zeros((frame.height // 24, frame.width // 24), np.float32)
    still = Still(0.0, (Box(0.35, 0.2, 0.3, 0.3 * frame.width / frame.height),))
    lettering = place_title(TITLES["short"], "bread rise?", still, frame, theme, Brand(), detail)
    assert lettering is not None
    box = lettering.block.box.rounded()
    assert min(frame.content.x, frame.caption.x) <= box.x
    assert box.right <= max(frame.content.right, frame.caption.right)
    assert min(frame.content.y, frame.caption.y) <= box.y
    assert box.bottom <= max(frame.content.bottom, frame.caption.bottom)
    # Seven pixels of capitals are about the least that can be read, in a picture 160 pixels wide.
    assert lettering.block.cap_height * 160 / max(frame.width, frame.height) >= 5


def test_a_slide_stays_free_when_there_is_ground_around_it() -> None:
    slide = Box(0.0, 0.34, 1.0, 0.32)
    (group,) = group_platforms(["shorts"])
    detail = np.zeros((80, 45), np.float32)
    lettering = place_title(
        TITLES["short"], "", Still(0.0, (), slide), group.frame, load_theme(DEFAULT_THEME), Brand(), detail
    )
    assert lettering is not None
    assert covered(lettering.block.box, slide, group.frame) == 0


def test_a_face_that_fills_the_frame_leaves_room_for_a_small_title_only() -> None:
    everywhere = Box(0.02, 0.02, 0.96, 0.96)
    lettering = place_title(
        TITLES["long"],
        "",
        Still(0.0, (everywhere,)),
        UPRIGHT,
        load_theme(DEFAULT_THEME),
        Brand(),
        np.zeros((9, 16), np.float32),
    )
    assert lettering is not None
    assert covered(lettering.block.box, everywhere, UPRIGHT) < 0.35


def test_the_thumbnail_is_a_jpeg_of_the_frame_s_size_with_letters_on_it(tmp_path: Path) -> None:
    picture = np.full((384, 216, 3), 128, np.uint8)
    Image.fromarray(picture).save(tmp_path / "still.png")
    theme = load_theme(DEFAULT_THEME)

    def thumbnail(title: str) -> NDArray[np.uint8]:
        data = draw_clip_thumbnail(
            tmp_path / "still.png",
            Still(0.0, (FACE,)),
            Design(theme, theme.palette("x"), Brand()),
            UPRIGHT,
            title=title,
            accent="bread",
        )
        with Image.open(io.BytesIO(data)) as image:
            assert (image.format, image.size) == ("JPEG", (216, 384))
            return np.asarray(image.convert("RGB"))

    assert np.abs(thumbnail("").astype(int) - 128).max() <= 2
    lettered = thumbnail("Why does bread rise?")
    assert (lettered > 230).any()
    assert np.array_equal(lettered, thumbnail("Why does bread rise?"))
    assert thumbnail("<script>alert(1)</script> & 🙂").shape == (384, 216, 3)
