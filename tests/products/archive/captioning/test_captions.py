"""Captions in every format, from files and from what was heard in a recording."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automagic.media.captions.scc.reader import read_scc
from automagic.store.catalogue import item_id
from tests.support.homes.heard_recordings import note_heard, say
from tests.support.media.captioned_videos import make_video, pixels, read_back

SRT = "1\n00:00:01,000 --> 00:00:02,500\n>> CHAIR: Order, “please” 火\n\n2\n00:00:02,600 --> 00:00:04,500\nA café\n"


@pytest.fixture
def srt(tmp_path: Path) -> Path:
    file = tmp_path / "meeting.srt"
    file.write_text(SRT, "utf-8")
    return file


@pytest.fixture
def captions(automagic):
    """What `automagic archive captions … --json` says."""

    def run(*arguments, code=0):
        return json.loads(automagic("archive", "captions", *map(str, arguments), "--json", code=code)[0])

    return run


def test_the_text_itself_is_printed(automagic, srt) -> None:
    assert automagic("archive", "captions", str(srt))[0].strip() == SRT.strip()
    vtt = automagic("archive", "captions", str(srt), "--format", "vtt")[0]
    assert "WEBVTT" in vtt
    assert "&gt;&gt; CHAIR: Order, “please” 火" in vtt


def test_scc_tells_what_it_cannot_hold(captions, srt, tmp_path) -> None:
    told = captions(srt, "--out", tmp_path / "meeting.scc")
    assert (told["format"], told["cues"]) == ("scc", 2)
    assert told["replaced"] == [{"at_s": 1.0, "sign": "火", "as": "?"}]
    assert any("火 as ?" in notice for notice in told["notices"])
    rows = [one.rows for one in read_scc((tmp_path / "meeting.scc").read_text())]
    assert rows == [('>> CHAIR: Order, "please" ?',), ("A café",)]


def test_too_much_in_too_little_time_is_told(captions, tmp_path) -> None:
    file = tmp_path / "fast.srt"
    text = "word " * 24
    file.write_text(f"1\n00:00:01,000 --> 00:00:01,400\n{text}\n\n2\n00:00:01,400 --> 00:00:02,000\n{text}\n")
    told = captions(file, "--format", "scc")
    assert told["late"]
    assert any("later than asked" in notice for notice in told["notices"])


def test_a_text_has_paragraphs(captions, tmp_path) -> None:
    file = tmp_path / "talk.srt"
    times = ("00:00:01,000 --> 00:00:02,000", "00:00:02,100 --> 00:00:03,000", "00:00:08,000 --> 00:00:09,000")
    file.write_text("\n".join(f"{at}\nline {number}\n" for number, at in enumerate(times)))
    assert captions(file, "--format", "txt")["text"] == "talk.srt\n\nline 0 line 1\n\nline 2\n"


def test_words_become_captions_with_their_speakers(captions, tmp_path) -> None:
    words = [
        {"word": word, "start": at, "end": at + 0.4, "speaker": speaker}
        for at, (word, speaker) in enumerate([("Bees", "Ann"), ("dance.", "Ann"), ("Why?", "Tom")])
    ]
    file = tmp_path / "words.json"
    file.write_text(json.dumps({"words": words}))
    text = captions(file, "--format", "srt")["text"]
    assert ">> ANN: Bees dance." in text
    assert ">> TOM: Why?" in text


def test_captions_go_into_a_video_that_stays_as_it_is(captions, srt, tmp_path) -> None:
    video = make_video(tmp_path / "meeting.mp4", "30000/1001")
    told = captions(srt, "--embed", video, "--out", tmp_path / "captioned.mp4")
    assert told["embedded"] > 20
    assert pixels(tmp_path / "captioned.mp4") == pixels(video)
    assert [text for _, text in read_back(tmp_path / "captioned.mp4")] == ['>> CHAIR: Order, "please" ?', "A café"]
    again = captions(srt, "--embed", tmp_path / "captioned.mp4", "--out", tmp_path / "twice.mp4", code=2)
    assert "has captions inside already" in again["error"]["message"]
    assert sorted(path.name for path in tmp_path.glob("*.mp4")) == ["captioned.mp4", "meeting.mp4"]


def test_captions_of_a_recording_are_what_was_heard(captions, place, tmp_path, automagic) -> None:
    folder = tmp_path / "meetings"
    folder.mkdir()
    (folder / "council.mp4").write_bytes(b"film")
    automagic("archive", "add", "council", str(folder))
    automagic("archive", "sync", "council", "--no-media")
    name = item_id("council", "council.mp4", 1)
    assert "nobody has listened" in captions(name, code=2)["error"]["message"]
    note_heard(place.home, name, say("The motion carries."))
    told = captions(name, "--format", "srt")
    assert "The motion carries." in told["text"]
    assert told["name"] == "council"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nobody.srt",), "nobody.srt"),
        (("0123456789ab",), "no recording 0123456789ab"),
        (("",), "no captions"),
        (("a.srt", "--format", "mcc"), "not a valid format"),
        (("a.srt", "--embed", "a.mp4"), "not said where"),
        (("a.srt", "--embed", "a.mp4", "--out", "b.mp4", "--format", "vtt"), "cannot be embedded"),
        (("a.srt", "--embed", "no.mp4", "--out", "b.mp4"), "no file here"),
        (("a.srt", "--out", "no/such/a.vtt"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said(captions, place, arguments, says) -> None:
    (place.home.parent / "a.srt").write_text(SRT)
    assert says in captions(*arguments, code=2)["error"]["message"]
