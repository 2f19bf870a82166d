"""What there is to choose from: voices that can be heard and themes that can be seen before a video is made."""

from __future__ import annotations

import json
import wave

import cv2
import pytest

from automagic.cli import catalogue
from automagic.cli.main import run
from automagic.media.design.theme_files import theme_names


@pytest.fixture
def automagic(tmp_path, monkeypatch, capsys):
    def command(*arguments: str, code: int = 0) -> tuple[str, str]:
        monkeypatch.setenv("AUTOMAGIC_HOME", str(tmp_path / "home"))
        monkeypatch.chdir(tmp_path)
        ended = run(list(arguments))
        said = capsys.readouterr()
        assert ended == code, said.err
        return said.out, said.err

    return command


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
    monkeypatch.setattr(catalogue, "CARD_PX", (36, 64))
    assert said in automagic(*arguments, code=5 if "nowhere/a.wav" in arguments else 2)[1]


def test_every_theme_is_listed(automagic):
    themes = json.loads(automagic("themes", "--json")[0])["themes"]
    assert [one["name"] for one in themes] == list(theme_names())
    assert all(name in automagic("themes")[0] for name in theme_names())


def test_a_theme_is_drawn_as_a_sheet_of_its_cards(automagic, tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "CARD_PX", (90, 160))
    assert automagic("themes", "poster")[0] == "poster.png\n"
    sheet = cv2.imread(str(tmp_path / "poster.png"))
    assert sheet.shape == (320, 270, 3)
    cells = [sheet[y : y + 160, x : x + 90] for y in (0, 160) for x in (0, 90, 180)]
    assert all(cell.std() > 10 for cell in cells), "there is something on each card"
    assert len({cell.tobytes() for cell in cells}) == len(cells)
