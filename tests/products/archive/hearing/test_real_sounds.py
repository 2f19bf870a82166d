"""What the recogniser hears in recordings that are not one person who speaks English all the time."""

from __future__ import annotations

import json

import numpy as np

from automagic.providers.local.shared.waveform import write_wav
from tests.support.media.spoken_samples import RATE, TALK, TALK_GERMAN, say


def music(length_s: float):
    """Chords that are struck and fade, over a drum."""
    at = np.arange(round(length_s * RATE)) / RATE
    chord = sum(np.sin(2 * np.pi * hertz * at) for hertz in (220, 277, 330, 440)) * 0.15 * np.exp(-3 * ((2 * at) % 1))
    drum = np.random.default_rng(1).normal(0, 0.1, len(at)) * np.exp(-20 * ((4 * at) % 1))
    return (chord + drum).astype(np.float32)


def test_music_says_nothing_and_a_second_language_hides_nothing_of_the_first(automagic, tmp_path):
    def answer(*arguments):
        return json.loads(automagic("archive", *arguments, "--json")[0])

    folder = tmp_path / "mixed"
    folder.mkdir()
    pause = np.zeros(RATE, np.float32)
    english = [part for text in TALK for part in (say(text, "british"), pause)]
    german = [part for text in TALK_GERMAN for part in (say(text, "standard", "de"), pause)]
    write_wav(folder / "both.wav", np.concatenate([*english, pause, *german]), RATE)
    write_wav(folder / "music.wav", music(20), RATE)
    answer("add", "mixed", str(folder))
    answer("sync")
    assert answer("hear")["from"] == {"heard": 1, "silent": 1}
    (hit,) = answer("search", '"fish came back first"')["hits"]
    assert (hit["show"], 5 < hit["at_s"] < 15) == ("both", True)
