"""Captions inside a video, put there without encoding it again."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from automagic.errors import MediaError, RequestError
from automagic.media.captions.embedding import embed_captions
from automagic.media.captions.scc.pairs import read_pairs
from automagic.media.captions.scc.writer import SccCue, write_scc
from tests.support.media.captioned_videos import make_video, pixels, read_back

CUES = [SccCue(1.0, 2.5, ("Hello,",)), SccCue(2.5, 4.0, ("this is ½ of", "the café.")), SccCue(4.5, 5.5, ("End.",))]


@pytest.mark.parametrize(
    ("name", "rate"),
    [
        ("a.mp4", "30000/1001"),
        ("a.mp4", "25"),
        ("a.mp4", "60000/1001"),
        ("a.ts", "30000/1001"),
        ("a.mkv", "24000/1001"),
        ("a.mov", "30"),
    ],
)
def test_captions_join_a_video_whose_pictures_stay(tmp_path: Path, name: str, rate: str) -> None:
    source = make_video(tmp_path / f"source-{name}", rate)
    target = tmp_path / name
    pairs = read_pairs(write_scc(CUES).text)
    assert embed_captions(source, pairs, target) == len(pairs)
    assert pixels(target) == pixels(source)
    shown = read_back(target)
    assert [text for _, text in shown] == ["Hello,", "this is ½ of the café.", "End."]
    for (start_s, _), cue in zip(shown, CUES, strict=True):
        assert start_s == pytest.approx(cue.start_s, abs=0.1)
    with av.open(str(target)) as container:
        assert [stream.type for stream in container.streams] == ["video", "audio"]
        assert {key.lower(): value for key, value in container.metadata.items()}.get("title", "Made") == "Made"


def test_what_is_behind_the_end_has_no_place(tmp_path: Path) -> None:
    source = make_video(tmp_path / "source.mp4", "30000/1001")
    pairs = read_pairs(write_scc([*CUES, SccCue(20.0, 22.0, ("Too late",))]).text)
    assert embed_captions(source, pairs, tmp_path / "a.mp4") == len(read_pairs(write_scc(CUES).text))


def test_a_video_with_captions_inside_is_left_alone(tmp_path: Path) -> None:
    source = make_video(tmp_path / "source.mp4", "30000/1001")
    pairs = read_pairs(write_scc(CUES).text)
    embed_captions(source, pairs, tmp_path / "a.mp4")
    with pytest.raises(RequestError, match=r"a\.mp4 has captions inside already"):
        embed_captions(tmp_path / "a.mp4", pairs, tmp_path / "b.mp4")
    assert not (tmp_path / "b.mp4").exists()


def test_a_video_of_another_kind_is_refused(tmp_path: Path) -> None:
    source = make_video(tmp_path / "source.mp4", "25", "-c:v", "mpeg4")
    with pytest.raises(RequestError, match="pictures as mpeg4"):
        embed_captions(source, {}, tmp_path / "a.mp4")


def test_what_is_no_video_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"no video")
    with pytest.raises(MediaError, match=r"a\.mp4 cannot be read"):
        embed_captions(tmp_path / "a.mp4", {}, tmp_path / "b.mp4")
