"""Personal pictures keep their faces, their colours and their way up, and broken ones are explained."""

from __future__ import annotations

import gzip
import io
import math
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy
import pytest
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from automagic.errors import MediaError, RequestError
from automagic.media.framing.picture_files import check_picture, list_pictures, list_unread
from automagic.media.framing.pictures import choose_window, find_faces, frame_picture
from tests.support.places import DATA

FOUR_FACES = DATA / "four_faces.jpg"
TALL = {"width": 270, "height": 480}
WIDE = {"width": 480, "height": 270}


def opened(path: Path) -> Image.Image:
    picture: Image.Image
    with Image.open(path) as picture:
        picture.load()
    return picture


def noise(width: int, height: int) -> Image.Image:
    values = numpy.random.default_rng(7).integers(0, 255, (height, width, 3), dtype=numpy.uint8)
    return Image.fromarray(values)


def close_to(colour: object, expected: tuple[int, int, int], tolerance: int = 6) -> bool:
    assert isinstance(colour, tuple)
    return all(abs(have - want) <= tolerance for have, want in zip(colour, expected, strict=True))


# ---------------------------------------------------------------------------------------------- lists


def test_pictures_are_listed_as_a_person_counts_and_other_files_left_out(tmp_path: Path) -> None:
    for name in ("10.jpg", "2.JPG", "1.png", "Beach.webp", "apple.avif", ".hidden.jpg", "notes.txt", "._2.jpg"):
        (tmp_path / name).touch()
    (tmp_path / "folder.png").mkdir()
    names = [path.name for path in list_pictures(tmp_path)]
    assert names == ["1.png", "2.JPG", "10.jpg", "apple.avif", "Beach.webp"]


def test_link_inside_the_folder_is_a_picture(tmp_path: Path) -> None:
    (tmp_path / "one.jpg").touch()
    (tmp_path / "two.jpg").symlink_to("one.jpg")
    assert [path.name for path in list_pictures(tmp_path)] == ["one.jpg", "two.jpg"]


@pytest.mark.parametrize("goal", ["../outside.jpg", "loop.jpg", "missing.jpg"])
def test_link_that_leaves_the_folder_loops_or_dangles_is_refused(tmp_path: Path, goal: str) -> None:
    (tmp_path / "outside.jpg").touch()
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "fine.jpg").touch()
    (folder / "loop.jpg").symlink_to(goal)
    with pytest.raises(RequestError, match=r"loop\.jpg"):
        list_pictures(folder)


def test_missing_empty_and_wrong_folders_are_explained(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="does not exist"):
        list_pictures(tmp_path / "nowhere")
    (tmp_path / "notes.txt").touch()
    with pytest.raises(RequestError, match="not a folder"):
        list_pictures(tmp_path / "notes.txt")
    with pytest.raises(RequestError, match="no pictures") as caught:
        list_pictures(tmp_path)
    assert "JPEG" in caught.value.hint


# ---------------------------------------------------------------------------------------------- faces


def test_all_faces_stay_whole_in_a_crop(tmp_path: Path) -> None:
    picture = opened(FOUR_FACES)
    faces = find_faces(picture)
    assert len(faces) == 4
    window = choose_window(picture, faces, 1.0)
    assert window is not None
    for left, top, right, bottom in faces:
        assert window[0] < left
        assert window[1] < top
        assert right < window[2]
        assert bottom < window[3]
    framing = frame_picture(FOUR_FACES, tmp_path / "square.png", width=400, height=400)
    assert (framing.faces, framing.mode) == (4, "crop")
    assert len(find_faces(opened(tmp_path / "square.png"))) == 4


def test_what_matters_are_the_faces_or_where_the_detail_is(tmp_path: Path) -> None:
    for size in ((400, 400), (270, 480)):  # cut out, and whole on a ground
        salient = frame_picture(FOUR_FACES, tmp_path / "framed.png", width=size[0], height=size[1]).salient
        for left, top, right, bottom in find_faces(opened(tmp_path / "framed.png")):
            assert salient.x <= left / size[0]
            assert salient.y <= top / size[1]
            assert right / size[0] <= salient.x + salient.width
            assert bottom / size[1] <= salient.y + salient.height
    plain = Image.new("RGB", (600, 400), "white")
    plain.paste(noise(150, 100), (400, 250))
    plain.save(tmp_path / "corner.png")
    salient = frame_picture(tmp_path / "corner.png", tmp_path / "framed.png", width=600, height=400).salient
    assert salient.x > 0.66
    assert salient.y > 0.62
    assert salient.x + salient.width < 0.92
    assert salient.y + salient.height < 0.88


def test_one_face_at_the_edge_draws_the_window_to_it(tmp_path: Path) -> None:
    picture = opened(FOUR_FACES)
    rightmost = find_faces(picture)[-1]
    # Only the woman on the right, on the right of an otherwise busy picture.
    start = int(rightmost[0]) - 20
    source = noise(600, 400)
    source.paste(picture.crop((start, 0, 600, 400)), (start, 0))
    source.save(tmp_path / "busy.png")
    framing = frame_picture(tmp_path / "busy.png", tmp_path / "tall.png", **TALL)
    assert (framing.faces, framing.mode) == (1, "crop")
    assert len(find_faces(opened(tmp_path / "tall.png"))) == 1


def test_faces_too_far_apart_for_any_crop_are_shown_whole_and_without_bars(tmp_path: Path) -> None:
    framing = frame_picture(FOUR_FACES, tmp_path / "tall.png", **TALL)
    assert (framing.faces, framing.mode) == (4, "fit")
    result = opened(tmp_path / "tall.png")
    assert result.size == (270, 480)
    assert len(find_faces(result)) == 4
    for edge in ((0, 0, 270, 20), (0, 460, 270, 480)):
        strip = numpy.asarray(result.crop(edge))
        assert strip.mean() > 25
        assert strip.std() > 5  # it is the picture's own blurred copy, not a flat bar


def test_ground_of_a_dark_picture_is_not_a_black_bar(tmp_path: Path) -> None:
    Image.new("RGB", (1200, 100), "black").save(tmp_path / "night.png")
    assert frame_picture(tmp_path / "night.png", tmp_path / "tall.png", **TALL).mode == "fit"
    assert min(opened(tmp_path / "tall.png").getpixel((5, 5))) >= 24  # type: ignore[arg-type]  # an RGB tuple


def test_threads_find_the_same_faces(tmp_path: Path) -> None:
    def work(number: int) -> bytes:
        target = tmp_path / f"{number}.png"
        frame_picture(FOUR_FACES, target, width=80, height=80)
        return target.read_bytes()

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(work, range(6)))) == 1


# ---------------------------------------------------------------------------------------------- windows


@pytest.mark.parametrize(("x", "side"), [(20, "left"), (480, "right")])
def test_window_goes_where_the_detail_is(x: int, side: str) -> None:
    picture = Image.new("RGB", (600, 300), "#8899aa")
    picture.paste(noise(100, 200), (x, 50))
    window = choose_window(picture, (), 0.5)
    assert window is not None
    assert window[0] <= x
    assert x + 100 <= window[2]


def test_plain_picture_is_cropped_in_the_middle() -> None:
    assert choose_window(Image.new("RGB", (600, 300), "teal"), (), 1.0) == (150, 0, 450, 300)


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 300), (300, 1), (33, 47), (640, 641)])
@pytest.mark.parametrize("shape", [TALL, WIDE])
def test_any_size_of_picture_fills_the_frame(tmp_path: Path, size: tuple[int, int], shape: dict[str, int]) -> None:
    Image.new("RGB", size, "#c04020").save(tmp_path / "in.png")
    framing = frame_picture(tmp_path / "in.png", tmp_path / "out.png", **shape)
    assert opened(tmp_path / "out.png").size == (shape["width"], shape["height"])
    assert framing.enlarged >= 1


def test_enlarging_is_reported_and_a_large_picture_is_not_enlarged(tmp_path: Path) -> None:
    Image.new("RGB", (90, 160), "#c04020").save(tmp_path / "small.png")
    assert math.isclose(frame_picture(tmp_path / "small.png", tmp_path / "o.png", **TALL).enlarged, 3.0)
    # Decoded at an eighth of its size, which must not count as enlarging.
    noise(1080, 1920).save(tmp_path / "large.jpg")
    assert frame_picture(tmp_path / "large.jpg", tmp_path / "o.png", width=90, height=160).enlarged == 1.0


# ---------------------------------------------------------------------------------------------- colours and formats


@pytest.mark.parametrize(("suffix", "mode"), [
    ("jpg", "RGB"), ("jpg", "L"), ("jpg", "CMYK"), ("png", "RGB"), ("png", "P"), ("png", "1"), ("png", "LA"),
    ("webp", "RGB"), ("bmp", "RGB"), ("tiff", "CMYK"), ("tiff", "RGB"), ("gif", "P"), ("avif", "RGB"),
])  # fmt: skip
def test_every_format_and_mode_keeps_its_brightness_whatever_the_file_is_called(
    tmp_path: Path, suffix: str, mode: str
) -> None:
    Image.new("RGB", (100, 100), "white").convert(mode).save(tmp_path / f"white.{suffix}")
    stored = tmp_path / "0a1b2c"
    (tmp_path / f"white.{suffix}").rename(stored)
    (tmp_path / "holiday.xyz").symlink_to(stored)
    frame_picture(tmp_path / "holiday.xyz", tmp_path / "out.png", width=64, height=64)
    result = opened(tmp_path / "out.png")
    assert (result.mode, result.size, result.format) == ("RGB", (64, 64), "PNG")
    assert close_to(result.getpixel((32, 32)), (255, 255, 255))


def test_sixteen_bit_grey_keeps_its_middle(tmp_path: Path) -> None:
    Image.fromarray(numpy.full((60, 60), 32768, dtype=numpy.uint16)).save(tmp_path / "deep.png")
    frame_picture(tmp_path / "deep.png", tmp_path / "out.png", width=32, height=32)
    assert close_to(opened(tmp_path / "out.png").getpixel((9, 9)), (128, 128, 128), 1)


def test_floating_point_picture_uses_its_own_range(tmp_path: Path) -> None:
    ramp = numpy.tile(numpy.linspace(-2.0, 6.0, 64, dtype=numpy.float32), (64, 1))
    Image.fromarray(ramp).save(tmp_path / "ramp.tiff")
    frame_picture(tmp_path / "ramp.tiff", tmp_path / "out.png", width=64, height=64)
    row = numpy.asarray(opened(tmp_path / "out.png"))[32, :, 0]
    assert row[0] <= 2
    assert row[-1] >= 253


def test_camera_orientation_is_applied(tmp_path: Path) -> None:
    picture = Image.new("RGB", (200, 100), "blue")
    ImageDraw.Draw(picture).rectangle((0, 0, 99, 99), fill="red")
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise to see it upright: red comes to the top
    picture.save(tmp_path / "turned.jpg", exif=exif, quality=95, subsampling=0)
    frame_picture(tmp_path / "turned.jpg", tmp_path / "out.png", width=100, height=200)
    result = opened(tmp_path / "out.png")
    assert close_to(result.getpixel((50, 30)), (254, 0, 0), 10)
    assert close_to(result.getpixel((50, 170)), (0, 0, 254), 10)
    assert not result.getexif()


def swapped_profile() -> bytes:
    """An sRGB profile whose red and green primaries are exchanged, so that its effect cannot be missed."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(data[128:132], "big")
    entries = {bytes(data[132 + 12 * i : 136 + 12 * i]): 132 + 12 * i for i in range(count)}
    red, green = entries[b"rXYZ"], entries[b"gXYZ"]
    data[red + 4 : red + 12], data[green + 4 : green + 12] = data[green + 4 : green + 12], data[red + 4 : red + 12]
    return bytes(data)


def test_embedded_profile_is_applied_once_and_not_written_again(tmp_path: Path) -> None:
    Image.new("RGB", (50, 50), (200, 40, 40)).save(tmp_path / "in.png", icc_profile=swapped_profile())
    frame_picture(tmp_path / "in.png", tmp_path / "out.png", width=32, height=32)
    result = opened(tmp_path / "out.png")
    assert close_to(result.getpixel((9, 9)), (40, 200, 40))
    assert "icc_profile" not in result.info


def test_broken_profile_is_taken_as_srgb(tmp_path: Path) -> None:
    Image.new("RGB", (50, 50), (200, 40, 40)).save(tmp_path / "in.png", icc_profile=b"not a profile")
    frame_picture(tmp_path / "in.png", tmp_path / "out.png", width=32, height=32)
    assert close_to(opened(tmp_path / "out.png").getpixel((9, 9)), (200, 40, 40))


@pytest.mark.parametrize("ink", ["black", "white"])
def test_transparent_logo_is_readable_on_its_ground(tmp_path: Path, ink: str) -> None:
    logo = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    ImageDraw.Draw(logo).ellipse((20, 20, 80, 80), fill=ink)
    logo.save(tmp_path / "logo.png")
    frame_picture(tmp_path / "logo.png", tmp_path / "out.png", width=100, height=100)
    grey = numpy.asarray(opened(tmp_path / "out.png").convert("L"), dtype=int)
    assert abs(grey[50, 50] - grey[5, 5]) > 200


def test_a_phone_s_heic_is_read_and_stands_upright(tmp_path: Path) -> None:
    # Encoded by libheif 1.23: red on the left and blue on the right, to be turned a quarter clockwise.
    shutil.copy(DATA / "turned.heic", tmp_path / "IMG_1.HEIC")
    frame_picture(tmp_path / "IMG_1.HEIC", tmp_path / "out.png", width=32, height=64)
    result = opened(tmp_path / "out.png")
    assert close_to(result.getpixel((16, 8)), (254, 0, 0), 10)
    assert close_to(result.getpixel((16, 56)), (0, 0, 254), 10)


@pytest.mark.parametrize(
    ("attributes", "packed"),
    [('width="60" height="40"', False), ('viewBox="0 0 60 40"', True), ('width="100%" viewBox="0 0 60 40"', False)],
)
def test_an_svg_is_drawn_as_sharp_as_the_frame(tmp_path: Path, attributes: str, packed: bool) -> None:
    svg = (
        f"""<svg xmlns="http://www.w3.org/2000/svg" {attributes}><rect width="30" height="400" fill="#ff0000"/></svg>"""
    )
    data = svg.encode()
    (tmp_path / "a.svg").write_bytes(gzip.compress(data) if packed else data)
    framing = frame_picture(tmp_path / "a.svg", tmp_path / "out.png", width=480, height=270)
    assert framing.enlarged == 1.0
    row = numpy.asarray(opened(tmp_path / "out.png")).astype(int)[135]
    red = (row[:, 0] > 200) & (row[:, 1] < 60)
    assert red.any()
    assert not red.all()
    # One column of smoothing at most: nothing was enlarged.
    assert ((row[:, 1] > 30) & (row[:, 1] < 200)).sum() <= 2


def test_sixteen_bit_colours_are_read(tmp_path: Path) -> None:
    for suffix in ("png", "tiff"):
        cv2.imwrite(str(tmp_path / f"deep.{suffix}"), numpy.full((60, 60, 3), (0, 0, 65535), numpy.uint16))
        frame_picture(tmp_path / f"deep.{suffix}", tmp_path / "out.png", width=32, height=32)
        assert close_to(opened(tmp_path / "out.png").getpixel((9, 9)), (255, 0, 0))


def test_first_picture_of_an_animation_is_used(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "move.gif", save_all=True, append_images=frames[1:])
    frame_picture(tmp_path / "move.gif", tmp_path / "out.png", width=32, height=32)
    assert close_to(opened(tmp_path / "out.png").getpixel((9, 9)), (255, 0, 0))


# ---------------------------------------------------------------------------------------------- bad files


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "bmp", "tiff", "gif", "avif"])
def test_truncated_picture_is_refused_by_its_name_and_leaves_nothing(tmp_path: Path, suffix: str) -> None:
    whole = io.BytesIO()
    noise(120, 90).save(whole, format={"jpg": "JPEG"}.get(suffix, suffix))
    data = whole.getvalue()
    for share in (0.0, 0.01, 0.3, 0.6):
        (tmp_path / "stored").write_bytes(data[: int(len(data) * share)])
        source = tmp_path / f"beach.{suffix}"
        source.unlink(missing_ok=True)
        source.symlink_to("stored")
        with pytest.raises(RequestError, match="beach") as caught:
            frame_picture(source, tmp_path / "out.png", **TALL)
        assert str(tmp_path) not in caught.value.message
        assert sorted(path.name for path in tmp_path.iterdir()) == [source.name, "stored"]


def test_files_that_look_like_pictures_are_told_apart(tmp_path: Path) -> None:
    for name in ("a.psd", "IMG_2.DNG", "film.mov", "notes.txt", ".hidden.psd", "b.jxl"):
        (tmp_path / name).touch()
    assert [(one.name, one.kind) for one in list_unread(tmp_path)] == [
        ("a.psd", "a Photoshop file"),
        ("b.jxl", "JPEG XL"),
        ("film.mov", "a video"),
        ("IMG_2.DNG", "a camera's raw file"),
    ]
    with pytest.raises(RequestError, match=r"holds no pictures: a\.psd is a Photoshop file"):
        list_pictures(tmp_path)


def test_the_beginning_of_a_file_tells_whether_it_is_a_picture(tmp_path: Path) -> None:
    Image.new("RGB", (9, 9)).save(tmp_path / "fine.png")
    (tmp_path / "text.jpg").write_bytes(b"just text")
    (tmp_path / "phone.heic").write_bytes(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200))
    (tmp_path / "linked.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="photo.jpg" width="9" height="9"/></svg>'
    )
    assert check_picture(tmp_path / "fine.png") == ""
    assert check_picture(tmp_path / "text.jpg") == "text.jpg is not a picture that can be read."
    assert check_picture(tmp_path / "phone.heic") == "phone.heic is not a picture that can be read."
    assert "linked.svg cannot be used: The drawing points outside itself" in check_picture(tmp_path / "linked.svg")


@pytest.mark.parametrize(
    "content", [b"just text", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", b"<svg/>", b"<svg x"]
)
def test_what_is_no_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "fake.jpg").write_bytes(content)
    with pytest.raises(RequestError, match=r"fake\.jpg"):
        frame_picture(tmp_path / "fake.jpg", tmp_path / "out.png", **TALL)


def test_missing_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="does not exist"):
        frame_picture(tmp_path / "gone.jpg", tmp_path / "out.png", **TALL)


def png_that_claims(width: int, height: int) -> bytes:
    """A small PNG whose header names a huge size, with the right checksum."""
    whole = io.BytesIO()
    Image.new("1", (8, 8)).save(whole, format="PNG")
    data = bytearray(whole.getvalue())
    data[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    data[29:33] = PngImagePlugin._crc32(bytes(data[12:29])).to_bytes(4, "big")
    return bytes(data)


@pytest.mark.parametrize("size", [(10_001, 10_000), (14_000, 14_000), (60_000, 60_000)])
def test_decompression_bomb_is_refused_before_it_is_decoded(tmp_path: Path, size: tuple[int, int]) -> None:
    (tmp_path / "bomb.png").write_bytes(png_that_claims(*size))
    with pytest.raises(RequestError, match=r"bomb\.png has more than 100 megapixels"):
        frame_picture(tmp_path / "bomb.png", tmp_path / "out.png", **TALL)


def test_result_that_cannot_be_written_is_a_media_error(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"out\.png"):
        frame_picture(FOUR_FACES, tmp_path / "nowhere" / "out.png", **TALL)
