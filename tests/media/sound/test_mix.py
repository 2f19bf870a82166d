"""The mix: what is heard, how loud, how long, and what becomes of other people's files."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from automagic.errors import MediaError, RequestError
from automagic.media.sound.levels import BLOCKS_A_SECOND, block_powers, gated_loudness
from automagic.media.sound.loudness import SILENCE_LUFS, parse_summary
from automagic.media.sound.loudness import measure_loudness as measure_loudness_with
from automagic.media.sound.mix import mix as mix_with
from automagic.media.sound.music import compose
from automagic.media.sound.parts import LoudnessGoal, SoundReport, SpokenPiece, Stems
from automagic.media.sound.stems import (
    CHUNK,
    LIFT_DB,
    decode_sound,
    loop_music,
    make_bed,
    place_voice,
    plan_bed,
    read_blocks,
    stage_music,
    stem_powers,
    sum_stems,
)
from automagic.media.video.ffmpeg_program import locate_ffmpeg
from tests.support.media.buzzing_speech import speech, write_wav

PROGRAM = locate_ffmpeg().path


async def mix(pieces: Sequence[SpokenPiece], *, folder: Path, **how: Any) -> SoundReport:
    return await mix_with(pieces, goal=LoudnessGoal(), stems=Stems(folder, PROGRAM), **how)


measure_loudness = partial(measure_loudness_with, ffmpeg=PROGRAM)


def song(seconds: float, rate: int = 44_100, channels: int = 2) -> np.ndarray:
    time = np.arange(round(seconds * rate)) / rate
    lines = [
        sum(0.08 * np.sin(2 * np.pi * f * (1 + 0.002 * c) * time) for f in (196, 247, 294, 587))
        for c in range(channels)
    ]
    return np.stack(lines, axis=1)


def collect(blocks: Iterable[np.ndarray]) -> np.ndarray:
    return np.concatenate(list(blocks))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def decoded(path: Path) -> np.ndarray:
    return collect(decode_sound(path, 2))


@pytest.fixture
def pieces(tmp_path: Path) -> list[SpokenPiece]:
    return [
        SpokenPiece(0.3, write_wav(tmp_path / "a.wav", speech(2.0), 24_000)),
        SpokenPiece(4.0, write_wav(tmp_path / "b.wav", speech(1.7, 22_050), 22_050)),
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    working = tmp_path / "work"
    working.mkdir()
    return working


async def test_voice_over_music_comes_out_as_planned(tmp_path: Path, folder: Path, pieces: list[SpokenPiece]) -> None:
    music = write_wav(tmp_path / "song.wav", song(3), 44_100)
    target = tmp_path / "sound.m4a"
    report = await mix(pieces, duration_s=6.2, music=music, target=target, folder=folder)
    assert report.loudness_lufs == pytest.approx(-14, abs=0.3)
    assert report.true_peak_dbtp <= -1
    assert report.music_under_voice_db is not None
    assert 18 <= report.music_under_voice_db <= 22
    assert names(folder) == []
    measured = await measure_loudness(target)
    assert measured.integrated_lufs == report.loudness_lufs
    with av.open(str(target)) as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.rate, stream.channels) == ("aac", 48_000, 2)
        assert stream.duration is not None
        assert stream.time_base is not None
        assert abs(stream.duration * float(stream.time_base) - 6.2) <= 1024 / 48_000


async def test_the_same_mix_gives_the_same_bytes(tmp_path: Path, folder: Path, pieces: list[SpokenPiece]) -> None:
    made = []
    for name in ("one.m4a", "two.m4a"):
        await mix(pieces[:1], duration_s=3, music=None, target=tmp_path / name, folder=folder)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]


async def test_a_piece_is_heard_exactly_where_it_was_placed(tmp_path: Path, folder: Path) -> None:
    piece = SpokenPiece(1.2345, write_wav(tmp_path / "piece.wav", speech(1.5), 24_000))
    target = tmp_path / "sound.m4a"
    await mix([piece], duration_s=3, music=None, target=target, folder=folder)
    heard = decoded(target)[:, 0]
    place_voice([piece], 144_000, tmp_path / "expected")
    expected = collect(read_blocks(tmp_path / "expected", 1))[:, 0]
    size = 2 * len(heard)
    agreement = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(expected, size)))
    lag = int(np.argmax(agreement))
    assert min(lag, size - lag) <= 48  # 1 ms: the filters turn the phase a little


async def test_music_alone_and_nothing_at_all_work(tmp_path: Path, folder: Path) -> None:
    music = write_wav(tmp_path / "song.wav", song(2), 44_100)
    alone = await mix([], duration_s=3, music=music, target=tmp_path / "a.m4a", folder=folder)
    assert alone.loudness_lufs == pytest.approx(-14, abs=0.3)
    assert alone.music_under_voice_db is None
    nothing = await mix([], duration_s=1, music=None, target=tmp_path / "b.m4a", folder=folder)
    assert nothing.loudness_lufs == SILENCE_LUFS
    assert not decoded(tmp_path / "b.m4a").any()


@pytest.mark.parametrize(("rate", "channels", "seconds"), [(8_000, 1, 1.0), (48_000, 6, 1.5), (44_100, 2, 0.3)])
def test_music_of_any_shape_is_taken(tmp_path: Path, rate: int, channels: int, seconds: float) -> None:
    track = write_wav(tmp_path / "track.wav", song(seconds, rate, channels), rate)
    length = stage_music(track, 480_000, tmp_path / "staged")
    assert length == pytest.approx(seconds * 48_000, abs=100)
    looped = collect(loop_music(tmp_path / "staged", length, 480_000))
    assert looped.shape == (480_000, 2)
    levels = np.sqrt((looped**2).reshape(100, -1).mean(axis=1))
    assert levels.min() > 0.5 * levels.mean()


def test_long_music_is_read_no_further_than_needed(tmp_path: Path) -> None:
    track = write_wav(tmp_path / "track.wav", song(30, 8_000, 1), 8_000)
    assert stage_music(track, 48_000, tmp_path / "staged") == 48_000
    assert (tmp_path / "staged").stat().st_size == 48_000 * 8


def test_a_video_gives_its_sound_as_music(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as container:
        picture = container.add_stream("libx264", rate=10)
        picture.width, picture.height, picture.pix_fmt = 64, 64, "yuv420p"
        sound = container.add_stream("aac", rate=44_100)
        for number in range(10):
            frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), number, np.uint8))
            container.mux(picture.encode(frame))
        tone = av.AudioFrame.from_ndarray(np.ascontiguousarray(song(1).T, np.float32), format="fltp", layout="stereo")
        tone.sample_rate = 44_100
        container.mux(sound.encode(tone))
        container.mux([*picture.encode(), *sound.encode()])
    assert stage_music(path, 480_000, tmp_path / "staged") > 40_000


def test_unusable_music_is_named(tmp_path: Path) -> None:
    text = tmp_path / "notes.mp3"
    text.write_text("this is no music\n" * 100)
    empty = tmp_path / "empty.wav"
    empty.touch()
    no_samples = write_wav(tmp_path / "none.wav", np.zeros((0, 2)), 44_100)
    silent = write_wav(tmp_path / "silent.wav", np.zeros((44_100, 2)), 44_100)
    for path in (text, empty, no_samples, silent, tmp_path / "missing.mp3"):
        with pytest.raises(RequestError, match=path.name):
            stage_music(path, 480_000, tmp_path / "staged")


async def test_a_failed_mix_leaves_nothing_behind(tmp_path: Path, folder: Path, pieces: list[SpokenPiece]) -> None:
    with pytest.raises(RequestError):
        await mix(pieces, duration_s=6, music=tmp_path / "none.mp3", target=tmp_path / "x.m4a", folder=folder)
    assert names(folder) == []
    assert not [name for name in names(tmp_path) if name.startswith("x.m4a")]


def test_a_cancelled_mix_stops_its_threads(tmp_path: Path) -> None:
    cancelled = threading.Event()
    cancelled.set()
    spoken = write_wav(tmp_path / "spoken.wav", speech(1), 24_000)
    with pytest.raises(MediaError, match="cancelled"):
        place_voice([SpokenPiece(0.5, spoken)], 48_000, tmp_path / "v", cancelled)


def test_a_sentence_past_the_end_is_an_error_and_padding_is_not(tmp_path: Path) -> None:
    spoken = write_wav(tmp_path / "spoken.wav", speech(1), 24_000)
    padded = write_wav(tmp_path / "padded.wav", np.concatenate([speech(1), np.zeros(12_000)]), 24_000)
    with pytest.raises(MediaError, match=r"spoken\.wav speaks past the end"):
        place_voice([SpokenPiece(0.5, spoken)], 48_000, tmp_path / "v")
    place_voice([SpokenPiece(0.0, padded)], 48_000, tmp_path / "v")
    with pytest.raises(MediaError, match="before the video"):
        place_voice([SpokenPiece(-0.5, spoken)], 48_000, tmp_path / "v")


def test_overlapping_pieces_are_both_heard(tmp_path: Path) -> None:
    low = write_wav(tmp_path / "low.wav", np.full(4_800, 0.25), 48_000)
    high = write_wav(tmp_path / "high.wav", np.full(4_800, 0.5), 48_000)
    place_voice([SpokenPiece(0.1, high), SpokenPiece(0.05, low)], 48_000, tmp_path / "v")
    voice = collect(read_blocks(tmp_path / "v", 1))[:, 0]
    assert voice[3_000] == pytest.approx(0.25, abs=1e-3)
    assert voice[6_000] == pytest.approx(0.75, abs=1e-3)
    assert voice[9_000] == pytest.approx(0.5, abs=1e-3)
    assert len(voice) == 48_000


def test_the_crossfade_of_a_loop_has_no_jump(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).standard_normal((3 * 48_000, 2)).astype("<f4") * 0.1
    noise.tofile(tmp_path / "track")
    total = CHUNK + 100_000
    looped = collect(loop_music(tmp_path / "track", len(noise), total))
    levels = np.sqrt((looped[: total // 4_800 * 4_800] ** 2).reshape(-1, 9_600).mean(axis=1))
    assert levels == pytest.approx(0.1, rel=0.08)
    np.testing.assert_array_equal(looped[:48_000], noise[:48_000])


def test_the_bed_sinks_before_the_voice_and_rises_in_long_pauses_only() -> None:
    voice = np.zeros(20 * BLOCKS_A_SECOND)
    for start, end in ((2.0, 5.0), (5.4, 8.0), (11.0, 15.0)):
        voice[round(start * BLOCKS_A_SECOND) : round(end * BLOCKS_A_SECOND)] = 0.01
    gain = plan_bed(voice, np.full(len(voice), 0.01))

    def at(second: float) -> float:
        return float(gain[round(second * BLOCKS_A_SECOND)])

    assert at(3) == pytest.approx(-20, abs=0.1)
    assert at(2.0) == pytest.approx(-20, abs=0.3)
    assert at(5.2) == pytest.approx(-20, abs=0.1)
    assert at(9.5) == pytest.approx(-20 + LIFT_DB, abs=0.1)
    assert at(0.5) == pytest.approx(-20 + LIFT_DB, abs=0.1)
    assert at(18) == pytest.approx(-20 + LIFT_DB, abs=0.1)
    assert np.max(np.abs(np.diff(gain))) < 2  # dB in 50 ms


def test_loud_passages_of_a_song_are_evened_out_under_the_voice() -> None:
    voice = np.full(40 * BLOCKS_A_SECOND, 0.01)
    music = np.full(len(voice), 0.001)
    music[len(music) // 2 :] = 0.1
    heard_db = 10 * np.log10(music) + plan_bed(voice, music)
    assert heard_db[-100] - heard_db[100] < 12
    under = 10 * np.log10(voice.mean() / np.mean(10 ** (heard_db / 10)))
    assert under == pytest.approx(20, abs=0.1)


def test_what_voice_and_music_come_to_is_known_before_they_are_added(folder: Path, tmp_path: Path) -> None:
    stems, total = Stems(folder, PROGRAM), 20 * 48_000
    piece = write_wav(tmp_path / "piece.wav", speech(12.0), 24_000)
    place_voice([SpokenPiece(4.0, piece)], total, stems.voice)
    voice = 2 * stem_powers(stems.voice, 1)
    balance = make_bed(stems, write_wav(tmp_path / "music.wav", compose("bed", duration_s=20), 48_000), total)
    bed = stem_powers(stems.bed, 2)
    speaks = voice > voice.max() / 1000
    under_db = 10 * np.log10(voice[speaks].mean() / bed[speaks].mean())
    assert balance.under_db == pytest.approx(under_db, abs=0.05)
    sum_stems(stems)
    assert balance.loudness_lufs == pytest.approx(gated_loudness(stem_powers(stems.mix, 2)), abs=0.1)


def test_plain_wav_is_read_from_its_header_on_as_it_is_after_a_long_look(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "voice.wav", speech(1.0), 24_000)
    odd = tmp_path / "odd.wav"  # something stands before its format, so that FFmpeg looks through it
    odd.write_bytes(path.read_bytes()[:12] + b"JUNK" + (4).to_bytes(4, "little") + bytes(4) + path.read_bytes()[12:])
    assert np.array_equal(decoded(path), decoded(odd))


def test_powers_do_not_depend_on_how_many_blocks_are_looked_at_together() -> None:
    music = compose("ruler", duration_s=4)
    whole = block_powers(music)
    first = block_powers(music[: 31 * 2400])[:30]
    assert whole[:30] == pytest.approx(first, rel=1e-5)


async def test_the_ruler_agrees_with_the_meter(tmp_path: Path) -> None:
    music = compose("ruler", duration_s=8)
    path = write_wav(tmp_path / "music.wav", music, 48_000)
    measured = await measure_loudness(path)
    assert gated_loudness(block_powers(music)) == pytest.approx(measured.integrated_lufs, abs=0.15)


async def test_a_file_without_sound_has_no_loudness(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("nothing to hear")
    with pytest.raises(MediaError):
        await measure_loudness(path)


TWO_SUMMARIES = ((-70.0, 0.0, "-inf"), (-14.1, 0.6, -1.6))
"""As ffmpeg 5.1 prints them, of one sound."""


def test_the_last_summary_counts_since_the_meter_of_a_graph_that_was_dropped_reports_too() -> None:
    report = "".join(f"Summary:\n I: {i} LUFS\n LRA: {r} LU\n Peak: {p} dBFS\n" for i, r, p in TWO_SUMMARIES)
    measured = parse_summary(report, "a.m4a")
    assert (measured.integrated_lufs, measured.true_peak_dbtp, measured.range_lu) == (-14.1, -1.6, 0.6)


async def test_a_result_is_never_one_of_the_working_files(folder: Path) -> None:
    for path in Stems(folder, PROGRAM).paths:
        with pytest.raises(ValueError, match=path.name):
            await mix([], folder=folder, duration_s=1.0, music=None, target=path)
