"""The sound of a recording: the picture's times, one channel, whatever the file is."""

from __future__ import annotations

import tracemalloc
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.errors import MediaError, RequestError, ResourceError
from automagic.media.sound.extraction import ExtractedSound
from automagic.media.sound.listening import FLOOR_DB, extract_sound, measure_levels
from automagic.media.sound.track import Timeline, as_one, to_stereo
from automagic.media.video.source import ClipCancelled
from tests.support.media.tone_bursts import RATE, Samples, bursts, onsets, write_recording

TIMES_S = (0.4, 1.3, 2.2)


def listen(video: Path) -> tuple[ExtractedSound, Samples]:
    target = video.with_name("sound.wav")
    found = extract_sound(video, target)
    assert found is not None
    with wave.open(str(target), "rb") as source:
        assert (source.getframerate(), source.getnchannels(), source.getsampwidth()) == (16_000, 1, 2)
        data = source.readframes(source.getnframes())
    samples = np.frombuffer(data, "<i2").astype(np.float32) / 32768
    assert found.duration_s == len(samples) / 16_000
    assert not list(video.parent.glob(".*partial"))
    return found, samples


def assert_heard_at(samples: Samples, times_s: tuple[float, ...], within_s: float = 0.003) -> None:
    heard = onsets(samples)
    assert len(heard) == len(times_s)
    assert np.abs(np.array(heard) - times_s).max() <= within_s


@pytest.mark.parametrize(
    ("name", "codec", "layout", "rate", "sample_format"),
    [
        ("a.mp4", "aac", "stereo", 44_100, "fltp"),
        ("a.mov", "pcm_s24le", "stereo", 48_000, "s32"),
        ("a.mkv", "flac", "5.1", 48_000, "s16"),
        ("a.webm", "libopus", "mono", 48_000, "flt"),
        ("a.avi", "pcm_u8", "mono", 11_025, "u8"),
        ("a.mp3", "libmp3lame", "stereo", 44_100, "fltp"),
        ("a.wav", "pcm_s16le", "mono", 8_000, "s16"),
        ("a.flac", "flac", "mono", 96_000, "s32"),
        ("a.ogg", "libopus", "stereo", 48_000, "flt"),
    ],
)
def test_sound_of_common_files_is_heard_when_it_was_recorded(
    tmp_path: Path, name: str, codec: str, layout: str, rate: int, sample_format: str
) -> None:
    channels = {"mono": 1, "stereo": 2, "5.1": 6}[layout]
    sound = np.repeat(bursts(TIMES_S, 3.0, rate=rate)[:, None], channels, axis=1)
    file = write_recording(tmp_path / name, sound, codec=codec, layout=layout, rate=rate, sample_format=sample_format)
    found, samples = listen(file)
    assert_heard_at(samples, TIMES_S)
    assert abs(found.duration_s - 3.0) < 0.06
    assert not found.damaged


def test_sound_that_begins_after_the_picture_is_led_by_silence(tmp_path: Path) -> None:
    file = write_recording(
        tmp_path / "a.mkv", bursts(TIMES_S, 3.0), codec="flac", sample_format="s16", sound_start_s=0.7,
        picture_start_s=0.0,
    )  # fmt: skip
    found, samples = listen(file)
    assert found.start_s == pytest.approx(0.7, abs=0.002)
    assert_heard_at(samples, tuple(time_s + 0.7 for time_s in TIMES_S))


def test_sound_before_the_first_picture_is_left_out(tmp_path: Path) -> None:
    file = write_recording(
        tmp_path / "a.mkv", bursts(TIMES_S, 3.0), codec="flac", sample_format="s16", picture_start_s=0.6
    )
    found, samples = listen(file)
    assert found.start_s == 0.0
    assert_heard_at(samples, tuple(time_s - 0.6 for time_s in TIMES_S[1:]))


def test_a_gap_between_packets_stays_a_gap(tmp_path: Path) -> None:
    file = write_recording(
        tmp_path / "a.mkv", bursts(TIMES_S, 3.0), codec="flac", sample_format="s16", gaps=[(1.0, 1.25), (2.0, 0.5)]
    )
    found, samples = listen(file)
    assert_heard_at(samples, (0.4, 1.3 + 1.25, 2.2 + 1.75))
    assert found.duration_s == pytest.approx(3.0 + 1.75, abs=0.1)


def test_jittering_packet_times_do_not_tear_the_sound(tmp_path: Path) -> None:
    tone = (0.5 * np.sin(2 * np.pi * 300 * np.arange(RATE * 2) / RATE)).astype(np.float32)
    file = write_recording(tmp_path / "a.mkv", tone, codec="flac", sample_format="s16", jitter_s=0.015)
    _, samples = listen(file)
    inner = samples[1600:-1600]
    # A tone is its own straight continuation: a sample is what the two before it say.
    predicted = 2 * np.cos(2 * np.pi * 300 / 16_000) * inner[1:-1] - inner[:-2]
    assert np.abs(inner[2:] - predicted).max() < 0.01


def test_times_hold_over_three_hours_of_packets_with_gaps() -> None:
    generator = np.random.default_rng(1)
    timeline = Timeline(12.5, None)
    place, written = 0, 0
    while place < 3 * 3600 * RATE:
        count = int(generator.integers(200, 5000))
        if generator.random() < 0.01:
            place += int(generator.integers(0.06 * RATE, 20 * RATE))
        silence, skip = timeline.place(12.5 + place / RATE, count, RATE)
        written += silence
        assert abs(written - place) <= 1
        assert skip <= 1
        written += count - skip
        place += count


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.floats(-1e7, 1e7)), st.integers(1, 5000), st.sampled_from([8000, 44_100, 48_000])
        ),
        max_size=40,
    ),
    st.one_of(st.none(), st.floats(0, 30)),
)
def test_no_times_make_more_sound_than_the_recording_promises(
    packets: list[tuple[float | None, int, int]], promised_s: float | None
) -> None:
    timeline = Timeline(0.0, promised_s)
    for time_s, count, rate in packets:
        silence, skip = timeline.place(time_s, count, rate)
        assert silence >= 0
        assert 0 <= skip <= count
    heard_s = sum(count / rate for _, count, rate in packets)
    gaps_s = Timeline.OVERRUN_S * len(packets)
    limit_s = 6 * 3600 if promised_s is None else promised_s + Timeline.OVERRUN_S
    assert timeline.position_s <= max(limit_s, heard_s + gaps_s) + heard_s


def test_a_clock_that_runs_late_is_followed() -> None:
    timeline = Timeline(0.0, None)
    place = 0.0
    for _ in range(20_000):
        timeline.place(place, 960, RATE)
        place += 960 / RATE * 1.0002
    assert timeline.position_s == pytest.approx(place, abs=0.01)


def test_channels_become_one_without_losing_a_voice() -> None:
    voice = bursts([0.0], 0.05, rate=16_000)
    silence = np.zeros_like(voice)
    power = float((voice**2).mean())

    def left_of(*channels: Samples, names: tuple[str, ...]) -> float:
        return 10 * np.log10(float((as_one(to_stereo(np.stack(channels, axis=1), names)) ** 2).mean()) / power)

    stereo, surround = ("FL", "FR"), ("FL", "FR", "FC", "LFE", "BL", "BR")
    assert left_of(voice, voice, names=stereo) == pytest.approx(0, abs=0.1)
    assert left_of(voice, silence, names=stereo) == pytest.approx(-6, abs=0.1)
    assert left_of(voice, -voice, names=stereo) == pytest.approx(0, abs=0.1)
    assert left_of(*[silence] * 2, voice, *[silence] * 3, names=surround) == pytest.approx(-3, abs=0.1)
    # No bass effects.
    assert not as_one(to_stereo(np.stack([*[silence] * 3, voice, *[silence] * 2], axis=1), surround)).any()
    assert left_of(*[voice] * 4, names=("unknown",) * 4) == pytest.approx(0, abs=0.1)


def test_channels_at_full_scale_do_not_wrap_around(tmp_path: Path) -> None:
    tone = np.sin(2 * np.pi * 500 * np.arange(RATE) / RATE).astype(np.float32)
    file = write_recording(
        tmp_path / "a.wav", np.repeat(tone[:, None], 6, axis=1), codec="pcm_s16le", layout="5.1", sample_format="s16"
    )
    _, samples = listen(file)
    positive = np.sin(2 * np.pi * 500 * (np.arange(len(samples)) / 16_000)) > 0.3
    assert (samples[positive][100:-100] > 0.2).all()


def test_a_recording_without_sound_says_so_and_leaves_no_file(tmp_path: Path) -> None:
    import av

    with av.open(str(tmp_path / "a.mp4"), "w") as container:
        picture = container.add_stream("mpeg4", rate=10)
        picture.width, picture.height, picture.pix_fmt = 64, 64, "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
    assert extract_sound(tmp_path / "a.mp4", tmp_path / "sound.wav") is None
    assert [file.name for file in tmp_path.iterdir()] == ["a.mp4"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no recording at all, only text " * 100,
        b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
        bytes(range(256)) * 40,
        b"RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00\x01\x00\xff\xff\xff\xff\xff\xff",
    ],
)
def test_what_is_no_recording_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.mp4").write_bytes(data)
    with pytest.raises(RequestError, match=r"a\.mp4"):
        extract_sound(tmp_path / "a.mp4", tmp_path / "sound.wav")
    assert [file.name for file in tmp_path.iterdir()] == ["a.mp4"]


def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.mp4", tmp_path):
        with pytest.raises(RequestError):
            extract_sound(path, tmp_path / "sound.wav")


def test_a_truncated_file_gives_what_is_left(tmp_path: Path) -> None:
    file = write_recording(tmp_path / "a.mkv", bursts(TIMES_S, 3.0), codec="flac", sample_format="s16")
    data = file.read_bytes()
    file.write_bytes(data[: len(data) * 2 // 3])
    found, samples = listen(file)
    assert 0.5 < found.duration_s < 3.0
    assert_heard_at(samples[: 16_000 * 1], TIMES_S[:1])


def test_damaged_packets_become_silence_and_the_rest_keeps_its_place(tmp_path: Path) -> None:
    noise = (0.1 * np.random.default_rng(0).standard_normal(RATE * 3)).astype(np.float32)
    sound = np.clip(noise * (np.arange(RATE * 3) < RATE * 2) + bursts([2.2], 3.0), -1, 1)
    file = write_recording(tmp_path / "a.mkv", sound, codec="flac", sample_format="s16")
    data = bytearray(file.read_bytes())
    middle = len(data) // 3
    data[middle : middle + 3000] = bytes(3000)
    file.write_bytes(bytes(data))
    found, samples = listen(file)
    assert found.duration_s == pytest.approx(3.0, abs=0.1)
    assert onsets(samples[32_000:])[0] == pytest.approx(0.2, abs=0.003)


def test_cancelling_leaves_no_file(tmp_path: Path) -> None:
    file = write_recording(tmp_path / "a.wav", bursts(TIMES_S, 10.0), codec="pcm_s16le", sample_format="s16")
    shares: list[float] = []
    with pytest.raises(ClipCancelled):
        extract_sound(
            file, tmp_path / "sound.wav", cancelled=lambda: bool(shares) and shares[-1] > 0.3, on_progress=shares.append
        )
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.wav"]
    assert shares == sorted(shares)


def test_no_more_is_written_than_was_asked_for(tmp_path: Path) -> None:
    file = write_recording(tmp_path / "a.mkv", bursts(TIMES_S, 3.0), codec="flac", sample_format="s16")
    with pytest.raises(RequestError, match="longer than"):
        extract_sound(file, tmp_path / "sound.wav", max_s=1.5)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.mkv"]


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    file = write_recording(tmp_path / "a.wav", bursts(TIMES_S, 3.0), codec="pcm_s16le", sample_format="s16")
    (tmp_path / ".sound.wav.partial").symlink_to("/dev/full")
    with pytest.raises(ResourceError, match="disk is full"):
        extract_sound(file, tmp_path / "sound.wav")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.wav"]


def test_memory_does_not_grow_with_the_recording(tmp_path: Path) -> None:
    def peak_of(duration_s: float) -> int:
        file = write_recording(
            tmp_path / "a.wav", bursts([], duration_s, rate=8000), codec="pcm_s16le", rate=8000, sample_format="s16"
        )
        tracemalloc.start()
        try:
            extract_sound(file, tmp_path / "sound.wav")
            measure_levels(tmp_path / "sound.wav")
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak_of(1)
    assert peak_of(400) < 1.5 * peak_of(80)


def test_levels_are_the_power_of_each_hundredth_of_a_second(tmp_path: Path) -> None:
    tone = 0.1 * np.sin(2 * np.pi * 400 * np.arange(16_000) / 16_000)
    sound = np.concatenate([np.zeros(16_000), tone, [0.5] * 80]).astype(np.float32)
    file = write_recording(tmp_path / "a.wav", sound, codec="pcm_s16le", rate=16_000, sample_format="s16")
    levels = measure_levels(file)
    assert len(levels) == 201
    assert (levels[:100] == FLOOR_DB).all()
    assert np.abs(levels[100:200] + 23.0).max() < 0.1  # a tone's power is half its peak's
    assert levels[200] == pytest.approx(20 * np.log10(0.5) - 3.0, abs=0.1)
    (tmp_path / "b.wav").write_bytes(b"nothing")
    with pytest.raises(MediaError):
        measure_levels(tmp_path / "b.wav")
