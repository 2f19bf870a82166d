"""The sound tracks of a recording: what files say of them, which are heard, and how several become one."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest

from automagic.errors import RequestError
from automagic.media.sound.audio_tracks import AudioPick, AudioTrack, check_number, list_tracks, primary_language
from automagic.media.sound.cut import Takes, read_heard
from automagic.media.sound.extraction import WavWriter
from automagic.media.sound.listening import extract_sound
from automagic.media.sound.music import compose
from automagic.media.sound.side_levels import RATE
from automagic.media.sound.track_choice import TrackChoice, TrackSound, choose_tracks, read_track
from automagic.media.sound.track_samples import MOMENT_S, plan_moments, write_samples
from automagic.media.video.containers import open_recording
from tests.support.media.spoken_samples import (
    COUNT,
    LENGTH_S,
    Samples,
    conversation,
    echo,
    german,
    hum,
    late,
    mean_db,
    noise,
    talk,
)
from tests.support.media.tone_bursts import onsets

pytest.importorskip("faster_whisper")

MONO, STEREO = ("NONE",), ("FL", "FR")


def write_tracks(
    path: Path,
    tracks: Sequence[Samples],
    *,
    told: Sequence[dict[str, str]] = (),
    starts_s: Sequence[float] = (),
    codec: str = "pcm_s16le",
    picture: bool = False,
) -> Path:
    """A file with these sound tracks at 16 kHz, (n,) or (n, 2), interleaved, with what is told of each."""
    with av.open(str(path), "w") as container:
        if picture:
            video = container.add_stream("mpeg4", rate=5)
            video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        streams = []
        for number, samples in enumerate(tracks):
            stream = container.add_stream(codec, rate=RATE, layout="mono" if samples.ndim == 1 else "stereo")
            stream.metadata.update(told[number] if told else {})
            streams.append(stream)
        shown = 0
        for first in range(0, max(map(len, tracks)), 1024):
            while picture and shown / 5 * RATE <= first:
                image = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 90, np.uint8), format="rgb24")
                image.pts, image.time_base = shown, Fraction(1, 5)
                container.mux(video.encode(image))
                shown += 1
            for number, (stream, samples) in enumerate(zip(streams, tracks, strict=True)):
                part = np.rint(samples[first : first + 1024].reshape(1, -1) * 32767).astype(np.int16)
                if not part.size:
                    continue
                frame = av.AudioFrame.from_ndarray(part, format="s16", layout=stream.layout.name)
                frame.sample_rate, frame.time_base = RATE, Fraction(1, RATE)
                frame.pts = first + round((starts_s[number] if starts_s else 0.0) * RATE)
                container.mux(stream.encode(frame))
        for stream in [*streams, *([video] if picture else [])]:
            container.mux(stream.encode(None))
    return path


def hear(file: Path, pick: AudioPick) -> Samples:
    target = file.with_name("heard.wav")
    assert extract_sound(file, target, pick=pick)
    with wave.open(str(target), "rb") as source:
        return np.frombuffer(source.readframes(source.getnframes()), "<i2").astype(np.float32) / 32768


# ---------------------------------------------------------------------------------------------- what files say


def test_tracks_are_known_by_number_title_and_language(tmp_path: Path) -> None:
    file = write_tracks(
        tmp_path / "a.mkv",
        [hum()[:RATE], np.stack([hum()[:RATE]] * 2, axis=1)],
        told=[{"title": "Desktop Audio"}, {"title": "Mic/Aux", "language": "ger"}],
    )
    with open_recording(file) as container:
        first, second = list_tracks(container)
    assert (first.description, second.description) == ("1 “Desktop Audio” (mono)", "2 “Mic/Aux” (stereo, German)")
    assert (first.purpose, second.purpose) == ("computer", "speech")
    check_number(2, (first, second), "a.mkv")
    with pytest.raises(RequestError, match=r"a\.mkv has no sound track 3") as error:
        check_number(3, (first, second), "a.mkv")
    assert "2 “Mic/Aux” (stereo, German)" in error.value.hint


def test_a_track_of_an_unknown_kind_keeps_its_number(tmp_path: Path) -> None:
    file = write_tracks(tmp_path / "a.mov", [hum()[:RATE], hum()[:RATE]])
    data = file.read_bytes()
    file.write_bytes(data[::-1].replace(b"sowt"[::-1], b"apac"[::-1], 1)[::-1])  # the last one's
    with open_recording(file) as container:
        tracks = list_tracks(container)
    assert [track.readable for track in tracks] == [True, False]
    with pytest.raises(RequestError, match="track 2 of a cannot be decoded"):
        check_number(2, tracks, "a")


@pytest.mark.parametrize(
    ("tag", "primary"),
    [("ger", "de"), ("deu", "de"), ("de-AT", "de"), ("fre", "fr"), ("fil", "fil"), ("und", ""), ("", ""), ("zxx", "")],
)
def test_languages_are_known_by_any_of_their_codes(tag: str, primary: str) -> None:
    assert primary_language(tag) == primary


@pytest.mark.parametrize(
    ("title", "purpose"),
    [
        ("Audio Description", "description"), ("English AD", "description"), ("Hörfilmfassung", "description"),
        ("Director's commentary", "commentary"), ("M&E", "effects"), ("Music and Effects", "effects"),
        ("LTC", "effects"), ("Game", "computer"), ("Mic/Aux", "speech"), ("Ad", "speech"), ("", "speech"),
    ],
)  # fmt: skip
def test_a_title_tells_what_a_track_is_for(title: str, purpose: str, tmp_path: Path) -> None:
    file = write_tracks(tmp_path / "a.mkv", [hum()[:2000]], told=[{"title": title}])
    with open_recording(file) as container:
        assert list_tracks(container)[0].purpose == purpose


# ---------------------------------------------------------------------------------------------- which are heard


def sound(track: AudioTrack, samples: Samples, folder: Path) -> TrackSound:
    from automagic.providers.local.shared.speech_sound import detect_speech

    file = folder / f"{track.number}.wav"
    with file.open("wb") as opened:
        writer = WavWriter(opened)
        writer.write(np.rint(samples * 32767).astype(np.int16))
        writer.finish()
    return read_track(track, file, detect_speech(samples))


def choose(folder: Path, *tracks: tuple[Samples, dict[str, object]], language: str = "") -> TrackChoice:
    given = [
        sound(AudioTrack(number, default=number == 1, **({"channels": MONO} | how)), samples, folder)  # type: ignore[arg-type]
        for number, (samples, how) in enumerate(tracks, start=1)
    ]
    return choose_tracks(given, language=language)


@cache
def music() -> Samples:
    return compose("a", duration_s=LENGTH_S, mood="driving", sample_rate=RATE)[:COUNT].mean(axis=1)


def test_the_track_with_speech_is_heard_whatever_else_there_is(tmp_path: Path) -> None:
    silent = np.zeros(COUNT, np.float32)
    for other in (silent, hum(), music(), noise(-30)):
        choice = choose(tmp_path, (other, {}), (talk(), {"title": "Mic/Aux"}), (silent, {}))
        assert choice.pick == AudioPick((2,))
        assert choice.why == "The speech is on track 2 of 3, “Mic/Aux”; --audio-track chooses another."


def test_where_nobody_speaks_the_default_that_is_not_silent_is_heard(tmp_path: Path) -> None:
    silent = np.zeros(COUNT, np.float32)
    choice = choose(tmp_path, (silent, {}), (hum(), {}), (hum(), {}))
    assert choice.pick == AudioPick((2,))
    assert choice.why.startswith("No speech was found on any of the 3 sound tracks: track 2 is heard")
    assert choose(tmp_path, (silent, {}), (silent, {})).pick == AudioPick((1,))


def test_two_people_with_a_track_each_are_mixed(tmp_path: Path) -> None:
    one, other = conversation()
    room = [noise(-55, seed) for seed in (1, 2)]
    on_each = (one + 0.1 * late(other, 0.008) + room[0], other + 0.1 * late(one, 0.008) + room[1])
    for tracks in ((one, other), on_each, (one, 0.2 * other)):
        choice = choose(tmp_path, *((samples, {}) for samples in tracks), (noise(-70), {}))
        assert (choice.pick.tracks, choice.pick.together) == ((1, 2), "mixed")
        assert choice.why == "People speak in turn on tracks 1 and 2 of 3: they were mixed; --audio-track chooses one."
    assert choice.pick.gains_db[1] == pytest.approx(12, abs=3)


def test_a_call_and_a_microphone_are_mixed_and_a_game_is_not(tmp_path: Path) -> None:
    one, other = conversation()
    desktop, mic = {"title": "Desktop Audio", "purpose": "computer"}, {"title": "Mic"}
    assert choose(tmp_path, (other, desktop), (one, mic)).pick.together == "mixed"
    assert choose(tmp_path, (german(), desktop), (talk(), mic)).pick == AudioPick((2,))


def test_left_and_right_on_two_tracks_stay_left_and_right(tmp_path: Path) -> None:
    left, right = talk() + 0.3 * music(), talk() + 0.3 * echo(music(), 1)
    for sides in ((left, right), (left, -right), (left, left)):
        choice = choose(tmp_path, (np.zeros(COUNT, np.float32), {}), *((side, {}) for side in sides))
        assert choice.pick == AudioPick((2, 3), "sides")
    assert "tracks 2 and 3 of 3, its left and right side" in choice.why


def test_one_person_through_two_microphones_is_heard_once(tmp_path: Path) -> None:
    boom = 0.5 * late(talk(), 0.004) + 0.5 * echo(talk(), 1)
    assert choose(tmp_path, (boom, {}), (talk(), {})).pick == AudioPick((1,))
    assert choose(tmp_path, (talk(), {}), (0.3 * talk(), {})).pick == AudioPick((1,)), "recorded lower, to be safe"
    faint = choose(tmp_path, (0.1 * boom, {}), (talk(), {}))
    assert faint.pick == AudioPick((2,))
    assert faint.why.endswith(": track 2 is heard (on which it is not faint); --audio-track chooses another.")


def test_a_second_language_is_heard_when_it_is_asked_for(tmp_path: Path) -> None:
    tracks = (talk(), {"language": "en", "channels": STEREO}), (german(), {"language": "de", "channels": STEREO})
    assert choose(tmp_path, *tracks).pick == AudioPick((1,))
    assert ": track 1 is heard (the file's default); " in choose(tmp_path, *tracks).why
    assert choose(tmp_path, *tracks, language="de").pick == AudioPick((2,))
    assert choose(tmp_path, *tracks, language="fr").pick == AudioPick((1,))
    untold = choose(tmp_path, (talk(), {}), (german(), {}))
    assert untold.pick == AudioPick((1,)), "two languages at a time are no conversation"


def test_the_track_for_everybody_is_heard(tmp_path: Path) -> None:
    one, other = conversation()
    described = {"title": "English AD", "purpose": "description"}
    assert choose(tmp_path, (one + other, described), (one, {})).pick == AudioPick((2,))
    mixed = choose(tmp_path, (one + other, {}), (one, {}), (other, {}))
    assert mixed.pick == AudioPick((1,)), "on which both are already"


# ---------------------------------------------------------------------------------------------- how they become one


@pytest.mark.parametrize("picture", [False, True])
def test_samples_are_the_same_moments_of_every_track(picture: bool, tmp_path: Path) -> None:
    time_s = np.arange(60 * RATE) / RATE
    early, later = ((np.floor(time_s) % 7 == at) * hum(0.4)[np.arange(60 * RATE) % COUNT] for at in (1, 4))
    file = write_tracks(tmp_path / "a.mkv", [early.astype(np.float32), later.astype(np.float32)], picture=picture)
    starts_s = plan_moments(60, 3)
    assert starts_s == (6.0, 26.0, 46.0)
    targets = [tmp_path / "1.wav", tmp_path / "2.wav"]
    write_samples(file, [1, 2], starts_s, targets)
    for target, whole in zip(targets, (early, later), strict=True):
        with wave.open(str(target), "rb") as source:
            heard = np.frombuffer(source.readframes(source.getnframes()), "<i2").astype(np.float32) / 32768
        count = round(MOMENT_S * RATE)
        assert len(heard) == 3 * count
        for number, start_s in enumerate(starts_s):
            wanted = whole[round(start_s * RATE) :][:count]
            assert np.abs(heard[number * count :][:count] - wanted).max() < 0.01


def test_short_and_endless_recordings_are_sampled_from_their_start() -> None:
    assert plan_moments(20.0, 12) == (0.0, 8.0, 16.0)
    assert plan_moments(0.0, 12)[-1] == 88.0


@pytest.mark.parametrize("together", ["alone", "sides", "mixed"])
def test_only_what_is_picked_is_heard(together: str, tmp_path: Path) -> None:
    def click(time_s: float) -> Samples:
        samples = np.zeros(3 * RATE, np.float32)
        samples[round(time_s * RATE) :][:800] = 0.5
        return samples

    file = write_tracks(tmp_path / "a.mkv", [click(0.5), click(1.0), click(1.5)], starts_s=(0.0, 0.25, 0.0))
    pick = AudioPick((2,)) if together == "alone" else AudioPick((2, 3), together, (0.0, 6.0) * (together == "mixed"))  # type: ignore[arg-type]
    heard = hear(file, pick)
    assert onsets(heard) == pytest.approx([1.25] if together == "alone" else [1.25, 1.5], abs=0.002)
    stereo = read_heard(file, 0.2, 2 * 48_000, Takes(pick))
    assert onsets(stereo[:, 0], 48_000)[0] == pytest.approx(1.05, abs=0.002)
    loud = [mean_db(stereo[:, side]) for side in (0, 1)]
    assert loud[0] == pytest.approx(loud[1], abs=0.1)
    if together == "sides":
        assert onsets(stereo[:, 1], 48_000) == pytest.approx([1.3], abs=0.002)
        assert onsets(stereo[:, 0], 48_000) == pytest.approx([1.05], abs=0.002)
    elif together == "mixed":
        peaks = [np.abs(stereo[round(at * 48_000) : round((at + 0.04) * 48_000), 0]).max() for at in (1.05, 1.3)]
        assert peaks[1] / peaks[0] == pytest.approx(10 ** (6 / 20), rel=0.1)
    assert not list(tmp_path.glob(".*"))


def test_opposed_sides_reach_the_recogniser(tmp_path: Path) -> None:
    voice = talk()
    file = write_tracks(tmp_path / "a.mkv", [np.stack([voice, -0.8 * voice], axis=1)])
    assert mean_db(hear(file, AudioPick())) == pytest.approx(mean_db(voice), abs=1.5)


def test_channels_that_are_no_loudspeakers_are_all_heard(tmp_path: Path) -> None:
    one, other = conversation()
    channels = np.stack([0 * one, one, 0 * one, other], axis=1)  # a field recorder with four microphones
    with wave.open(str(tmp_path / "a.wav"), "wb") as target:
        target.setparams((4, 2, RATE, 0, "NONE", ""))
        target.writeframes(np.rint(channels * 32767).astype("<i2").tobytes())
    heard = hear(tmp_path / "a.wav", AudioPick())
    for person in (one, other):
        spoken = np.abs(person) > 0.02
        assert mean_db(heard[spoken]) == pytest.approx(mean_db(person[spoken]) - 12, abs=1)


def test_the_centre_of_surround_sound_is_heard_on_both_sides(tmp_path: Path) -> None:
    voice = talk()
    channels = np.stack([0 * voice, 0 * voice, voice, voice, 0 * voice, 0 * voice], axis=1)
    with av.open(str(tmp_path / "a.mkv"), "w") as container:
        stream = container.add_stream("flac", rate=RATE, layout="5.1")
        stream.format = "s16"
        frame = av.AudioFrame.from_ndarray(
            np.rint(channels.reshape(1, -1) * 32767).astype(np.int16), format="s16", layout="5.1"
        )
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        for piece in av.AudioResampler("s16", "5.1", RATE, frame_size=4096).resample(frame):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    stereo = read_heard(tmp_path / "a.mkv", 0.0, 48_000 * 10, Takes())
    levels = [mean_db(stereo[:, side]) for side in (0, 1)]
    assert levels == [pytest.approx(mean_db(voice[: 10 * RATE]) - 3, abs=0.5)] * 2
