"""Recognition hears what was said, when it was said, and nothing where nobody speaks."""

from __future__ import annotations

import asyncio
import difflib
import itertools
import math
import statistics
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
import pytest

from automagic.errors import ConfigurationError, MediaError, RequestError
from automagic.providers.local.piper.engine import PiperNarrator
from automagic.providers.local.shared import aligner, waveform
from automagic.providers.local.shared.heard_words import bare
from automagic.providers.local.shared.speech import Speech
from automagic.providers.local.whisper import engine, pipeline, recognition
from automagic.providers.local.whisper.engine import WhisperTranscriber, was_quick
from automagic.providers.local.whisper.recognition import MODEL, QUICK_MODEL
from automagic.values.transcript import Transcript
from automagic.values.words import Word
from automagic.weights.model_files import model_folder
from tests.support.media.speech_models import SENTENCES, ready_model

pytest.importorskip("faster_whisper")
pytest_plugins = ["tests.support.media.speech_models"]
pytestmark = pytest.mark.xdist_group("piper")

GAPS_S = (0.7, 0.8, 5.0, 0.6)
"""The third is long enough to begin a new chunk."""


class Talk(NamedTuple):
    home: Path
    sound: Path
    words: list[Word]


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory, spoken: list[tuple[str, Path, Speech]]) -> Talk:
    """Sentences by the fast voice with silence between them; their words' times by forced alignment of each alone."""
    folder = tmp_path_factory.mktemp("talk")
    ready_model(folder, MODEL)
    files = {text: file for text, file, _ in spoken}
    parts = [np.zeros(round(GAPS_S[0] * 16_000), np.float32)]
    words: list[Word] = []
    at = GAPS_S[0]
    for sentence, gap_s in zip(SENTENCES, GAPS_S[1:], strict=True):
        samples, rate = waveform.read_wav(files[sentence])
        aligned = aligner.align_words(str(files[sentence]), [bare(word) for word in sentence.split()], "en", "")
        assert aligned["method"] == "forced"
        words += [
            Word(word, at + start_s, at + end_s)
            for word, (start_s, end_s) in zip(sentence.split(), aligned["times"], strict=True)
        ]
        parts += [waveform.resample(samples, rate, 16_000), np.zeros(round(gap_s * 16_000), np.float32)]
        at += sum(map(len, parts[-2:])) / 16_000
    waveform.write_wav(folder / "talk.wav", np.concatenate(parts), 16_000)
    return Talk(folder, folder / "talk.wav", words)


@pytest.fixture(scope="module")
def heard(talk: Talk) -> tuple[Transcript, list[float]]:
    """What two threads hear of it, and the progress they tell."""
    shares: list[float] = []

    async def listen() -> Transcript:
        transcriber = WhisperTranscriber(talk.home, threads=2)
        try:
            return await transcriber.transcribe(talk.sound, on_progress=shares.append)
        finally:
            await transcriber.close()

    with mock.patch.object(engine, "LISTENED_CHUNKS", 1):  # to find out the language; each takes 2 s
        return asyncio.run(listen()), shares


async def transcribe(home: Path, sound: Path, *, threads: int = 2, language: str | None = "en") -> Transcript:
    transcriber = WhisperTranscriber(home, threads=threads)
    try:
        return await transcriber.transcribe(sound, language=language)
    finally:
        await transcriber.close()


def assert_ordered(words: tuple[Word, ...]) -> None:
    assert all(0 <= word.start_s < word.end_s for word in words)
    assert all(left.end_s <= right.start_s for left, right in itertools.pairwise(words))


def test_words_are_heard_when_they_are_said(talk: Talk, heard: tuple[Transcript, list[float]]) -> None:
    found, shares = heard
    assert (found.language, found.times, found.speakers) == ("en", "recognised", ())
    assert found.transcriber.startswith("whisper-base (faster-whisper ")
    assert_ordered(found.words)
    true, got = [bare(word.text) for word in talk.words], [bare(word.text) for word in found.words]
    blocks = difflib.SequenceMatcher(None, true, got, autojunk=False).get_matching_blocks()
    pairs = [(talk.words[one.a + at], found.words[one.b + at]) for one in blocks for at in range(one.size)]
    assert len(pairs) >= 0.9 * len(true)
    starts = [abs(left.start_s - right.start_s) for left, right in pairs]
    ends = [abs(left.end_s - right.end_s) for left, right in pairs]
    assert statistics.median(starts) <= 0.04
    assert statistics.median(ends) <= 0.06
    assert max(starts) <= 0.25
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(found.confidences) == len(found.words)
    assert statistics.mean(found.confidences) > 0.8


def test_chunks_that_are_decoded_together_are_heard_as_each_alone(talk: Talk) -> None:
    middle_s = talk.words[len(talk.words) // 2].start_s
    end_s = talk.words[-1].end_s + 0.3
    chunks = [[0.0, middle_s], [middle_s, middle_s + 0.05], [middle_s, end_s]]
    model = {"language": "en", "model_folder": str(model_folder(talk.home, MODEL)), "threads": 1}
    together = recognition.transcribe_chunks(str(talk.sound), chunks, **model)
    alone = [recognition.transcribe_chunks(str(talk.sound), [chunk], **model)[0] for chunk in chunks]
    assert together == alone
    assert [len(words) > 2 for words in together] == [True, False, True]


def test_a_chunk_that_was_listened_to_for_its_language_is_not_encoded_again(talk: Talk) -> None:
    from faster_whisper import WhisperModel

    start_s, end_s = 0.0, talk.words[-1].end_s + 0.3
    model = {"model_folder": str(model_folder(talk.home, MODEL)), "threads": 1}
    alone = recognition.transcribe_chunks(str(talk.sound), [[start_s, end_s]], "en", **model)
    with mock.patch.object(WhisperModel, "encode", autospec=True, side_effect=WhisperModel.encode) as encode:
        language, sure = recognition.detect_language(str(talk.sound), start_s, end_s, **model)
        assert recognition.transcribe_chunks(str(talk.sound), [[start_s, end_s]], language, **model) == alone
        encode.assert_called_once()
        recognition.transcribe_chunks(str(talk.sound), [[start_s, end_s]], language, **model)
        assert encode.call_count == 2  # it is forgotten once it was wanted
    assert (language, sure > 0.9) == ("en", True)


@pytest.mark.parametrize(("sure", "beams"), [(-math.inf, [1]), (0.0, [1, 5])])
def test_only_what_the_model_is_unsure_of_is_searched_by_a_beam(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, sure: float, beams: list[int]
) -> None:
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    tried: list[int] = []
    decode = BatchedInferencePipeline.generate_segment_batched

    def note(self: Any, features: Any, tokenizer: Any, options: Any) -> Any:
        tried.append(options.beam_size)
        return decode(self, features, tokenizer, options)

    monkeypatch.setattr(pipeline, "SURE", sure)
    monkeypatch.setattr(BatchedInferencePipeline, "generate_segment_batched", note)
    chunks = [[0.0, talk.words[-1].end_s + 0.3]]
    model = {"language": "en", "model_folder": str(model_folder(talk.home, MODEL)), "threads": 1}
    with mock.patch.object(WhisperModel, "encode", autospec=True, side_effect=WhisperModel.encode) as encode:
        (words,) = recognition.transcribe_chunks(str(talk.sound), chunks, **model)
    assert tried == beams
    encode.assert_called_once()
    assert len(words) >= 0.9 * len(talk.words)


async def test_a_recording_that_is_heard_in_parts_has_the_same_words(
    talk: Talk, heard: tuple[Transcript, list[float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "PART_CHUNKS", 1)
    transcriber = WhisperTranscriber(talk.home, threads=1)
    try:
        plan = await transcriber.plan(talk.sound, language="en-GB")
        parts = [await transcriber.hear(talk.sound, part, plan.language) for part in plan.parts]
    finally:
        await transcriber.close()
    assert [len(part) for part in plan.parts] == [1, 1]
    assert all(part.words for part in parts)
    assert transcriber.join(plan, parts) == heard[0]


async def test_a_quick_pass_hears_english_by_the_tiny_model(talk: Talk) -> None:
    ready_model(talk.home, QUICK_MODEL)
    transcriber = WhisperTranscriber(talk.home, threads=1)
    try:
        plan = await transcriber.plan(talk.sound, language="en")
        parts = [await transcriber.hear(talk.sound, part, plan.language, quick=True) for part in plan.parts]
    finally:
        await transcriber.close()
    heard = transcriber.join(plan, parts)
    assert was_quick(heard)
    true = [bare(word.text) for word in talk.words]
    matcher = difflib.SequenceMatcher(None, true, [bare(word.text) for word in heard.words], autojunk=False)
    assert sum(block.size for block in matcher.get_matching_blocks()) >= 0.9 * len(true)


async def test_what_most_of_the_listened_chunks_are_in_is_the_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {0.0: ("en", 0.9), 30.0: ("de", 0.5), 60.0: ("de", 0.6)}

    class Child:
        async def call(self, function: str, *, start_s: float, **_: Any) -> tuple[str, float]:
            assert function == "detect_language"
            return said[start_s]

    transcriber = WhisperTranscriber(tmp_path, threads=1)
    monkeypatch.setattr(transcriber, "_child", Child())
    chunks = [(start_s, start_s + 20) for start_s in said]
    assert await transcriber._detect_language(chunks, {}) == "de"
    assert await transcriber._detect_language(chunks[:2], {}) == "en"
    assert await transcriber._detect_language([], {}) == ""


@pytest.mark.soak
async def test_the_same_sound_gives_the_same_words_on_any_number_of_threads(
    talk: Talk, heard: tuple[Transcript, list[float]]
) -> None:
    assert await transcribe(talk.home, talk.sound, threads=1) == heard[0]


@pytest.mark.parametrize("kind", ["silence", "noise", "music", "nothing"])
@pytest.mark.soak
async def test_nothing_is_made_up_where_nobody_speaks(talk: Talk, tmp_path: Path, kind: str) -> None:
    time = np.arange(16_000 * 12) / 16_000
    chord = sum(np.sin(2 * np.pi * hertz * time) for hertz in (220.0, 277.2, 329.6)) * np.exp(-2 * (time % 0.5))
    sounds = {
        "silence": np.zeros(16_000 * 12),
        "noise": np.random.default_rng(0).standard_normal(16_000 * 12) * 0.05,
        "music": 0.2 * chord,
        "nothing": np.zeros(0),
    }
    waveform.write_wav(tmp_path / "a.wav", sounds[kind].astype(np.float32), 16_000)
    found = await transcribe(talk.home, tmp_path / "a.wav", language=None)
    assert found.words == ()
    assert found.language == ""


async def test_what_is_wrong_with_a_request_is_said(talk: Talk, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="'xx'"):
        await transcribe(talk.home, talk.sound, language="xx")
    (tmp_path / "a.wav").write_bytes(b"no sound")
    with pytest.raises(MediaError, match=r"a\.wav"):
        await transcribe(talk.home, tmp_path / "a.wav")
    waveform.write_wav(tmp_path / "b.wav", np.zeros(44_100, np.float32), 44_100)
    with pytest.raises(MediaError, match="16 kHz"):
        await transcribe(talk.home, tmp_path / "b.wav")


async def test_cancelling_ends_the_child_and_the_next_call_works(talk: Talk, tmp_path: Path) -> None:
    waveform.write_wav(tmp_path / "a.wav", np.zeros(16_000, np.float32), 16_000)
    transcriber = WhisperTranscriber(talk.home, threads=2)
    begun = asyncio.Event()
    try:
        call = asyncio.create_task(transcriber.transcribe(talk.sound, language="en", on_progress=lambda _: begun.set()))
        await begun.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert transcriber._child.pid is None
        assert not (await transcriber.transcribe(tmp_path / "a.wav", language="en")).words
    finally:
        await transcriber.close()


def test_a_damaged_model_is_named(tmp_path: Path) -> None:
    folder = tmp_path / MODEL
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.bin").write_bytes(b"broken")
    with pytest.raises(ConfigurationError, match=MODEL):
        recognition._open_model(str(folder), 1)


def test_the_fingerprint_names_the_language_and_needs_no_model(tmp_path: Path) -> None:
    first, second = (WhisperTranscriber(tmp_path, threads=threads) for threads in (1, 2))
    assert first.fingerprint("en") == second.fingerprint("en") != first.fingerprint(None)


def test_speech_that_never_pauses_is_cut_where_it_is_quietest(talk: Talk, tmp_path: Path) -> None:
    samples, rate = waveform.read_wav(talk.sound)
    spoken = samples[round(0.9 * rate) : round(3.0 * rate)]
    waveform.write_wav(tmp_path / "a.wav", np.tile(spoken, 20), rate)
    spans = recognition.find_speech(str(tmp_path / "a.wav"), 0.0, 60.0)
    assert sum(end_s - start_s for start_s, end_s in spans) > 0.8 * len(spoken) * 20 / rate
    assert all(end_s - start_s <= 28.5 for start_s, end_s in spans)
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(spans))


def test_a_name_is_heard_where_it_is_expected_and_nowhere_else(talk: Talk, tmp_path: Path) -> None:
    async def say_and_hear() -> list[str]:
        narrator, transcriber = PiperNarrator(tmp_path, threads=1), WhisperTranscriber(talk.home, threads=1)
        heard = []
        try:
            for number, (said, hints) in enumerate(
                [
                    ("We met shi-vawn and eefa there.", ()),
                    ("We met shi-vawn and eefa there.", ("Siobhan", "Aoife")),
                    ("Good morning.", ("Siobhan", "Aoife")),
                ]
            ):
                file = tmp_path / f"{number}.wav"
                await narrator.speak(said, file, voice="joe", language="en")
                samples, rate = waveform.read_wav(file)
                waveform.write_wav(file, waveform.resample(samples, rate, 16_000), 16_000)
                found = await transcriber.transcribe(file, language="en", hints=hints)
                heard.append(" ".join(word.text for word in found.words))
        finally:
            await narrator.close()
            await transcriber.close()
        return heard

    ready_model(tmp_path, "piper-joe")
    unexpected, expected, nobody = asyncio.run(say_and_hear())
    assert "Siobhan" not in unexpected
    assert expected == "We met Siobhan and Aoife there."
    assert nobody == "Good morning."
