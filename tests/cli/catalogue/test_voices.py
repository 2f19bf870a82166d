"""What there is to choose from: voices that can be heard and themes that can be seen before a video is made."""

from __future__ import annotations

import json
import wave

import pytest

from automagic.cli.catalogue import themes


def test_every_voice_is_listed_with_who_speaks_it_and_whether_it_is_ready(automagic):
    voices = {one["name"]: one for one in json.loads(automagic("voices", "--json")[0])["voices"]}
    assert voices["british"]["narrator"] == "espeak"
    assert voices["british"]["state"] == "ready"
    assert voices["bf_emma"]["language"] == "en-gb"
    assert voices["bf_emma"]["licence"] == "Apache-2.0"
    assert voices["openai"]["state"] == "needs a key"
    assert voices["openai"]["hint"].startswith("OPENAI_API_KEY=")
    shown = automagic("voices")[0]
    assert all(name in shown for name in voices)
    assert "espeak also speaks" in shown


def test_a_voice_says_what_it_is_given_into_a_file(automagic, tmp_path):
    told = json.loads(automagic("voices", "espeak:british", "--say", "It's 25% off.", "-o", "said.wav", "--json")[0])
    assert (told["voice"], told["said"]) == ("british", "It's twenty-five percent off.")
    with wave.open(str(tmp_path / "said.wav")) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(told["duration_s"])
    assert automagic("voices", "espeak", "--language", "de")[0] == "espeak.wav\n"
    assert {path.name for path in tmp_path.iterdir()} >= {"said.wav", "espeak.wav"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("voices", "brittish"), "Did you mean british?"),
        (("voices", "espeak", "--language", "tlh"), "tlh"),
        (("voices", "espeak", "--language", "sv"), "there is nothing to say in 'sv'"),
        (("voices", "elevenlabs"), "a voice of a vendor"),
        (("voices", "--say", "Hello."), "--say is for one of them"),
        (("themes", "gazete"), "Did you mean 'gazette'?"),
        (("themes", "-o", "x.png"), "--out is for one of them"),
        (("voices", "espeak", "-o", "nowhere/a.wav"), "nowhere"),
        (("themes", "poster", "-o", "nowhere/a.png"), "nowhere/a.png cannot be written"),
    ],
)
def test_what_cannot_be_shown_is_explained(automagic, arguments, said, monkeypatch):
    monkeypatch.setattr(themes, "CARD_PX", (36, 64))
    assert said in automagic(*arguments, code=5 if "nowhere/a.wav" in arguments else 2)[1]
