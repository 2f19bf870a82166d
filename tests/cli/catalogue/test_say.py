"""How words are said, before anything is made of them."""

from __future__ import annotations

import json
import wave

import pytest

from automagic.language.names.file import FILE_NAME

NAMES = """
[names.Siobhan]
say = "shi-VAWN"
say_ipa = "ʃɪˈvɔːn"

[names.Aoife]
say_ipa = "ˈiːfə"

[names."Ana Ruiz"]
keep = true
"""


@pytest.fixture
def say(automagic, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / FILE_NAME).write_text(NAMES)

    def command(*arguments: str, code: int = 0) -> tuple[str, str]:
        return automagic("say", *arguments, code=code)

    return command


def test_the_sounds_of_the_list_are_told_for_a_voice_that_takes_them(say):
    told = json.loads(say("Siobhan", "--voice", "af_heart", "--json")[0])
    assert (told["said"], told["phonemes"], told["narrator"]) == ("shi-vawn", "ʃɪvˈɔːn", "kokoro")
    assert told["names"] == [{"name": "Siobhan", "say": "shi-VAWN", "say_ipa": "ʃɪˈvɔːn", "used": "say_ipa"}]
    assert (told["file"], told["duration_s"]) == (None, 0.0)


def test_another_voice_reads_the_respelling_and_says_what_it_cannot(say):
    shown, notes = say("Siobhan and Aoife met Ana Ruiz.", "--voice", "espeak")
    assert "said      shi-vawn and Aoife met Ana Ruiz." in shown
    assert 'Siobhan: say = "shi-VAWN", in names.toml' in shown
    assert "Ana Ruiz: as written" in shown
    assert "espeak takes no IPA: it reads Aoife as written" in notes
    assert "--out FILE.wav writes it" in notes


def test_words_are_written_into_a_file(say, tmp_path):
    shown, _ = say("It's", "25%", "off.", "--voice", "espeak:british", "--out", "said.wav")
    assert shown.endswith("said.wav\n")
    assert "twenty-five percent" in shown
    assert f"none of {tmp_path / 'home' / FILE_NAME}" in shown
    with wave.open(str(tmp_path / "said.wav")) as sound:
        assert sound.getnframes() > 0


def test_a_language_finds_a_voice_that_speaks_it(say):
    told = json.loads(say("Siobhan zahlt 5 €.", "--language", "de", "--json")[0])
    assert (told["narrator"], told["language"], told["said"]) == ("espeak", "de", "shi-vawn zahlt fünf Euro.")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("…",), "there is nothing to say in '…'"),
        (("word", "--voice", "brittish"), "Did you mean british?"),
        (("word", "--voice", "elevenlabs"), "a voice of a vendor"),
        (("word", "--voice", "joe", "--language", "de"), "joe does not speak 'de'"),
        (("word", "--language", "tlh"), "tlh"),
    ],
)
def test_what_cannot_be_said_is_explained(say, arguments, said):
    assert said in say(*arguments, code=2)[1]


def test_a_list_that_is_wrong_is_explained(say, tmp_path):
    (tmp_path / "home" / FILE_NAME).write_text("[names.Siobhan]\nsai = 1\n")
    assert "line 2: Siobhan: sai is not a valid key: did you mean say?" in say("Siobhan", code=3)[1]
