"""Long sound heard by a vendor: parts that it takes, cut in pauses, words put together again on one timeline."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.errors import VendorError
from automagic.providers.local.shared.speech_sound import RATE, read_part
from automagic.providers.openai.sound import OpenAITranscriber
from automagic.providers.shared import long_sound
from automagic.providers.shared.long_sound import EARLIEST_S, LONGEST_S, hear_parts, plan_parts, write_parts
from tests.support.media.paused_speech import speech, write_sound
from tests.support.servers.base import Fault
from tests.support.servers.openai import OpenAIServer
from tests.support.vendors.openai_account import HEARING, connect, spent


@pytest.fixture
def server():
    with OpenAIServer() as server:
        yield server


@given(
    st.floats(0.1, 20_000),
    st.lists(st.tuples(st.floats(0, 20_000), st.floats(0.1, 30)), max_size=60),
)
def test_parts_cover_everything_and_none_is_too_long(duration_s, pauses):
    silences = sorted((start_s, start_s + length_s) for start_s, length_s in pauses)
    asked: list[tuple[float, float]] = []

    def quietest(low: float, high: float) -> float:
        asked.append((low, high))
        return (low + high) / 2

    parts = plan_parts(duration_s, silences, quietest)
    assert (parts[0][0], parts[-1][1]) == (0.0, duration_s)
    for (start_s, end_s), after in itertools.pairwise(parts):
        assert end_s == after[0]
        assert EARLIEST_S <= end_s - start_s <= LONGEST_S
        searched = any(low <= end_s <= high for low, high in asked)
        assert searched or any(begin <= end_s <= end for begin, end in silences)
    assert parts[-1][1] - parts[-1][0] <= LONGEST_S


def test_the_longest_pause_is_cut_in():
    assert plan_parts(1000.0, [(430.0, 431.0), (500.0, 506.0), (700.0, 701.0), (719.0, 780.0)], max) == [
        (0.0, 503.0),
        (503.0, 1000.0),
    ]


def test_a_part_is_the_sound_itself_and_small_enough_whatever_it_holds(tmp_path, monkeypatch):
    noise = np.random.default_rng(1).uniform(-1, 1, 65 * RATE)
    sound = write_sound(tmp_path / "s.wav", noise)
    monkeypatch.setattr(long_sound, "LONGEST_S", 40.0)
    monkeypatch.setattr(long_sound, "EARLIEST_S", 20.0)
    parts = write_parts(sound, [(29.0, 31.0)], tmp_path, cancelled=lambda: False)
    assert [(part.start_s, part.end_s) for part in parts] == [(0.0, 30.0), (30.0, 65.0)]
    import av

    for part in parts:
        with av.open(str(part.file)) as container:
            heard = np.concatenate([frame.to_ndarray().ravel() for frame in container.decode(audio=0)])
        wanted = read_part(str(sound), part.start_s, part.end_s - part.start_s)
        assert np.array_equal(heard, np.round(wanted * 32768).astype(np.int16))
        worst_bytes = part.file.stat().st_size / (part.end_s - part.start_s) * LONGEST_S
        assert worst_bytes < 25_000_000
    again = write_parts(sound, [(29.0, 31.0)], tmp_path / "..", cancelled=lambda: False)
    assert [one.file.read_bytes() for one in again] == [one.file.read_bytes() for one in parts]
    for one in again:
        one.file.unlink()
    assert write_parts(sound, [], tmp_path, cancelled=lambda: True) == []


async def test_words_of_all_parts_stand_on_one_timeline(server, line, tmp_path, monkeypatch):
    monkeypatch.setattr(long_sound, "LONGEST_S", 12.0)
    monkeypatch.setattr(long_sound, "EARLIEST_S", 6.0)
    pauses = [(9.0, 11.0), (19.0, 21.0)]
    sound = write_sound(tmp_path / "s.wav", speech(30.0, pauses))
    parts = write_parts(sound, pauses, tmp_path, cancelled=lambda: False)
    assert [part.start_s for part in parts] == [0.0, 10.0, 20.0]
    # The server gives its texts in the order of the calls, which is no longer that of the parts when they overlap.
    monkeypatch.setattr(long_sound, "AT_ONCE", 1)
    texts = ("One two three four.", "Five six seven eight?", "Nine, ten!")
    server.hear(*texts)
    told: list[float] = []
    transcriber = OpenAITranscriber(connect(line, server), model=HEARING)
    heard = await hear_parts(transcriber, parts, sound, on_progress=told.append)
    assert [word.text for word in heard.words] == " ".join(texts).split()
    assert (heard.language, heard.transcriber, heard.times) == ("en", "openai whisper-1", "recognised")
    starts = [word.start_s for word in heard.words]
    assert starts == sorted(starts)
    assert 10.9 <= starts[4] < 13.0
    assert 20.9 <= starts[8] < 22.0
    assert heard.words[3].end_s <= 9.1, "drawn to where speech ends"
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert spent(line) > 0
    assert await hear_parts(transcriber, parts, sound, on_progress=told.append) == heard
    assert server.billed("transcription") == 3, "nothing is bought again"


async def test_words_for_silence_are_left_out(server, line, tmp_path):
    sound = write_sound(tmp_path / "s.wav", speech(24.0, [(4.0, 20.0)]))
    parts = write_parts(sound, [], tmp_path, cancelled=lambda: False)
    server.hear("Said " * 4 + "thank you for watching this " * 2 + "said " * 4)
    heard = await hear_parts(OpenAITranscriber(connect(line, server), model=HEARING), parts, sound, on_progress=print)
    assert not any(5.0 < word.start_s < 19.0 for word in heard.words)
    assert sum(word.text == "said" for word in heard.words) >= 2


async def test_a_part_that_fails_wastes_no_other(server, line, tmp_path, monkeypatch):
    monkeypatch.setattr(long_sound, "LONGEST_S", 12.0)
    monkeypatch.setattr(long_sound, "EARLIEST_S", 6.0)
    sound = write_sound(tmp_path / "s.wav", speech(30.0, [(9.0, 11.0), (19.0, 21.0)]))
    parts = write_parts(sound, [(9.0, 11.0), (19.0, 21.0)], tmp_path, cancelled=lambda: False)
    server.fail(Fault(status=400, body='{"error": {"message": "No."}}', headers={"Content-Type": "application/json"}))
    transcriber = OpenAITranscriber(connect(line, server), model=HEARING)
    with pytest.raises(VendorError, match="No"):
        await hear_parts(transcriber, parts, sound, on_progress=print)
    bought = server.billed("transcription")
    assert bought == 2, "those under way were waited for, and are paid for"
    await hear_parts(transcriber, parts, sound, on_progress=print)
    assert server.billed("transcription") == 3
